/**
 * The market data of Gemini, version 2: `l2_updates` without time and number (the first of a symbol is the whole book, and the
 * last trades), trades, candles. Levels have the time of receipt.
 */

import type { RecordSink } from '../ingest/adapter.ts';
import { FeedWriter, FLAG_LAST, FLAG_SNAPSHOT, type MessageHead, quality, sideOf } from './feed-writer.ts';
import { type Instant, instantOfMs } from './instant.ts';
import { isMessage, type Message, messagesOf, rowsOf, textOf, wholeOf } from './messages.ts';
import type { VenueMessages } from './venue-messages.ts';

const ESTIMATED_TIME = quality('estimatedTime');
const SNAPSHOT_BITS = quality('snapshot');

export class GeminiMessages implements VenueMessages {
  readonly writer: FeedWriter;

  constructor(sink: RecordSink) {
    this.writer = new FeedWriter(sink);
  }

  frame(message: unknown, tsRecv: Instant | null): void {
    if (!isMessage(message)) this.writer.reject('not-json', 'a message of Gemini is an object');
    else if (message.type === 'l2_updates') this.#levels(message, tsRecv);
    else if (message.type === 'trade') this.#trade(message, tsRecv);
    else if (message.result === 'error') this.writer.reject('vendor-error', String(message.reason));
    else if (typeof message.type === 'string') this.writer.skip(`gemini-${message.type}`);
    else this.writer.reject('unknown-type', JSON.stringify(message).slice(0, 200));
  }

  answer(url: string, _body: unknown, _tsRecv: Instant | null): void {
    this.writer.skip(`gemini-answer ${new URL(url).pathname}`);
  }

  /** Every connection begins with whole books. */
  interrupt(_atMs: number): void {}

  end(): void {}

  #levels(message: Message, tsRecv: Instant | null): void {
    const symbol = textOf(message.symbol);
    const changes = rowsOf(message.changes);
    if (symbol === null || changes === null || tsRecv === null) {
      this.writer.reject(
        'missing-value',
        `l2_updates: symbol=${String(message.symbol)}, changes, a time of receipt`,
      );
      return;
    }
    const trades = messagesOf(message.trades);
    const isSnapshot = trades !== null;
    const flags = isSnapshot ? FLAG_SNAPSHOT : 0;
    const head: MessageHead = { symbol, tsEvent: tsRecv, tsRecv, sequence: null, quality: ESTIMATED_TIME };
    if (isSnapshot) this.writer.clearLevels(head, changes.length === 0 ? flags | FLAG_LAST : flags);
    const marked = isSnapshot ? { ...head, quality: head.quality | SNAPSHOT_BITS } : head;
    changes.forEach(([word, price, qty], i) => {
      const side = sideOf(word);
      if (side === null) this.writer.reject('unknown-side', `l2_updates: ${String(word)}`);
      else this.writer.level(marked, side, price, qty, i === changes.length - 1 ? flags | FLAG_LAST : flags);
    });
    // The newest stands first.
    for (const trade of trades?.toReversed() ?? []) this.#trade(trade, tsRecv);
  }

  /** `side` is the taker's. */
  #trade(data: Message, tsRecv: Instant | null): void {
    const symbol = textOf(data.symbol);
    const tsEvent = instantOfMs(data.timestamp);
    if (symbol === null || tsEvent === null) {
      this.writer.reject(
        'missing-value',
        `trade: symbol=${String(data.symbol)} timestamp=${String(data.timestamp)}`,
      );
      return;
    }
    const id = wholeOf(data.event_id);
    this.writer.trade(
      { symbol, tsEvent, tsRecv, sequence: id, quality: 0 },
      {
        price: data.price,
        qty: data.quantity,
        aggressor: sideOf(data.side),
        tradeId: id === null ? null : String(id),
      },
    );
  }
}
