/** The sockets of Deribit: books chained by change_id and prev_change_id, trades, tickers with greeks and open interest. */

import type { RecordSink } from '../ingest/adapter.ts';
import { FeedWriter, type Level, type MessageHead, sideOf } from './feed-writer.ts';
import { type Instant, instantOfMs } from './instant.ts';
import { JoinedFeed } from './joined-feed.ts';
import {
  clockMs,
  isMessage,
  type Message,
  messagesOf,
  numberOf,
  rowsOf,
  textOf,
  wholeOf,
} from './messages.ts';
import type { VenueMessages } from './venue-messages.ts';

interface Change {
  readonly head: MessageHead;
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
  readonly index: number;
}

export class DeribitMessages implements VenueMessages {
  readonly writer: FeedWriter;
  readonly #books = new Map<string, JoinedFeed<Change>>();

  constructor(sink: RecordSink) {
    this.writer = new FeedWriter(sink);
  }

  frame(message: unknown, tsRecv: Instant | null): void {
    if (!isMessage(message)) {
      this.writer.reject('not-json', 'a message of Deribit is an object');
      return;
    }
    const params = message.params;
    if (message.method !== 'subscription' || !isMessage(params)) {
      if ('error' in message) this.writer.reject('vendor-error', JSON.stringify(message.error).slice(0, 200));
      else this.writer.skip('deribit-answer');
      return;
    }
    const channel = String(params.channel).split('.')[0]!;
    const { data } = params;
    if (channel === 'trades') for (const trade of messagesOf(data) ?? []) this.#trade(trade, tsRecv);
    else if (channel === 'book' && isMessage(data)) this.#book(data, tsRecv);
    else if (channel === 'ticker' && isMessage(data)) this.#ticker(data, tsRecv);
    else this.writer.skip(`deribit-${channel}`);
  }

  answer(url: string, _body: unknown, _tsRecv: Instant | null): void {
    this.writer.skip(`deribit-answer ${new URL(url).pathname}`);
  }

  interrupt(atMs: number): void {
    for (const book of this.#books.values()) book.interrupt(atMs);
  }

  end(): void {
    for (const book of this.#books.values()) book.end();
  }

  #headOf(data: Message, sequence: number | null, tsRecv: Instant | null): MessageHead | null {
    const symbol = textOf(data.instrument_name);
    const tsEvent = instantOfMs(data.timestamp);
    if (symbol !== null && tsEvent !== null) return { symbol, tsEvent, tsRecv, sequence, quality: 0 };
    this.writer.reject(
      'missing-value',
      `instrument_name=${String(data.instrument_name)} timestamp=${String(data.timestamp)}`,
    );
    return null;
  }

  /** Rows are [new | change | delete, price, amount]. */
  #book(data: Message, tsRecv: Instant | null): void {
    const id = wholeOf(data.change_id);
    const head = this.#headOf(data, id, tsRecv);
    const [bids, asks] = [levelsOf(data.bids), levelsOf(data.asks)];
    if (head === null) return;
    if (id === null || bids === null || asks === null) {
      this.writer.reject('missing-value', `book: change_id=${String(data.change_id)}, bids and asks`);
      return;
    }
    const book = this.#bookOf(head.symbol);
    const atMs = clockMs(tsRecv, head.tsEvent);
    if (data.type === 'snapshot') {
      const index = this.writer.reserve(1 + bids.length + asks.length);
      book.snapshot(id, () => this.writer.writeAt(index, () => this.writer.snapshot(head, bids, asks)), atMs);
    } else {
      const index = this.writer.reserve(bids.length + asks.length);
      const previous = wholeOf(data.prev_change_id);
      book.change(previous === null ? id : previous + 1, id, previous, { head, bids, asks, index }, atMs);
    }
  }

  #bookOf(symbol: string): JoinedFeed<Change> {
    let book = this.#books.get(symbol);
    if (book === undefined) {
      const { writer } = this;
      book = new JoinedFeed<Change>('recorded', writer.sink, ({ head, bids, asks, index }, bits) =>
        writer.writeAt(index, () => writer.levels({ ...head, quality: head.quality | bits }, bids, asks)),
      );
      this.#books.set(symbol, book);
    }
    return book;
  }

  /** `direction` is the taker's. */
  #trade(data: Message, tsRecv: Instant | null): void {
    const head = this.#headOf(data, wholeOf(data.trade_seq), tsRecv);
    if (head === null) return;
    this.writer.trade(head, {
      price: data.price,
      qty: data.amount,
      aggressor: sideOf(data.direction),
      tradeId: textOf(data.trade_id),
      conditions: textOf(data.liquidation) === null ? null : `liquidation ${String(data.liquidation)}`,
    });
  }

  #ticker(data: Message, tsRecv: Instant | null): void {
    const head = this.#headOf(data, null, tsRecv);
    if (head === null) return;
    this.writer.quote(
      head,
      sideLevel(data.best_bid_price, data.best_bid_amount),
      sideLevel(data.best_ask_price, data.best_ask_amount),
    );
    const greeks = isMessage(data.greeks) ? data.greeks : {};
    for (const [kind, value] of [
      ['openInterest', data.open_interest],
      ['impliedVolatility', data.mark_iv],
      ['delta', greeks.delta],
      ['gamma', greeks.gamma],
      ['theta', greeks.theta],
      ['vega', greeks.vega],
      ['rho', greeks.rho],
    ] as const) {
      const figure = numberOf(value);
      if (figure !== null) this.writer.record('statistics', head, { kind, value: figure });
    }
    for (const [kind, price, detail] of [
      ['last', data.last_price, null],
      ['settlement', data.settlement_price, null],
      ['theoretical', data.mark_price, 'markPrice'],
      ['other', data.index_price, 'indexPrice'],
      ['other', data.underlying_price, 'underlyingPrice'],
    ] as const) {
      const figure = numberOf(price);
      if (figure !== null) this.writer.record('statistics', head, { kind, price: figure, detail });
    }
  }
}

/** An empty side has price and amount 0. */
function sideLevel(price: unknown, qty: unknown): Level | null {
  const value = numberOf(price);
  return value === null || value === 0 ? null : [price, qty];
}

function levelsOf(value: unknown): Level[] | null {
  const rows = rowsOf(value);
  return rows === null ? null : rows.map(([action, price, qty]) => [price, action === 'delete' ? 0 : qty]);
}
