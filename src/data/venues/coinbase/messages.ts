/**
 * What Coinbase Exchange says on its sockets and in its books, as canonical records (market-rules §12.6).
 *
 *   snapshot, l2update    mbp: the quantity that stands at a price; delivery is guaranteed, there are no numbers
 *   received … done       mbo, in the order of their numbers: `full-book.ts`
 *   match, last_match     trade, in the order of trade_id; matches of the full channel also mbo
 *   ticker                bbo and statistics
 *   heartbeat             nothing
 */

import type { RecordSink } from '../../ingest/adapter.ts';
import type { SchemaName } from '../../registry.ts';
import { FeedWriter, FLAG_LAST, type Level, type MessageHead, quality, sideOf } from '../feed-writer.ts';
import { type Instant, instantOfIso } from '../instant.ts';
import type { FeedMode } from '../joined-feed.ts';
import { clockMs, isMessage, type Message, rowsOf, textOf, wholeOf } from '../messages.ts';
import { OrderedTrades } from '../ordered-trades.ts';
import type { VenueMessages } from '../venue-messages.ts';
import { writeCoinbaseAnswer } from './answers.ts';
import { writeTicker } from './figures.ts';
import { CoinbaseFullBook, writeMatch } from './full-book.ts';

interface HeldMatch {
  readonly head: MessageHead;
  readonly data: Message;
  readonly index: number;
}

const ESTIMATED_TIME = quality('estimatedTime');
const FULL_TYPES: ReadonlySet<unknown> = new Set(['received', 'open', 'done', 'change', 'activate']);

export class CoinbaseMessages implements VenueMessages {
  readonly writer: FeedWriter;
  readonly #mode: FeedMode;
  readonly #fullBooks = new Map<string, CoinbaseFullBook>();
  readonly #matches: OrderedTrades<HeldMatch>;
  /** The last changes of level 2, by product. */
  readonly #lastLevels = new Map<string, { readonly time: unknown; readonly changes: readonly Level[] }>();

  constructor(sink: RecordSink, mode: FeedMode = 'recorded', wanted: ReadonlySet<SchemaName> | null = null) {
    this.writer = new FeedWriter(sink, wanted);
    this.#mode = mode;
    this.#matches = new OrderedTrades(mode, sink, ({ head, data, index }, bits) =>
      this.writer.writeAt(index, () =>
        writeMatch(this.writer, { ...head, quality: head.quality | bits }, data),
      ),
    );
  }

  /** Products of the full channel whose book is not whole. */
  get booksToFetch(): readonly string[] {
    return [...this.#fullBooks].filter(([, book]) => book.feed.needsSnapshot).map(([product]) => product);
  }

  /** The order-by-order book of a product; from now on matches change it. */
  fullBook(product: string): CoinbaseFullBook {
    let book = this.#fullBooks.get(product);
    if (book === undefined) {
      book = new CoinbaseFullBook(this.writer, this.writer.sink, this.#mode);
      this.#fullBooks.set(product, book);
    }
    return book;
  }

  frame(data: unknown, tsRecv: Instant | null): void {
    if (!isMessage(data)) {
      this.writer.reject('not-json', 'a frame of Coinbase is an object');
      return;
    }
    switch (data.type) {
      case 'l2update':
        this.#levels(data, tsRecv);
        break;
      case 'snapshot':
        this.#snapshot(data, tsRecv);
        break;
      case 'match':
      case 'last_match':
        this.#match(data, tsRecv);
        break;
      case 'ticker':
        this.#ticker(data, tsRecv);
        break;
      case 'heartbeat':
      case 'subscriptions':
      case 'subscribe':
      case 'status':
        this.writer.skip(`coinbase-${data.type}`);
        break;
      case 'error':
        this.writer.reject('vendor-error', `${String(data.message)}: ${String(data.reason)}`);
        break;
      default:
        if (FULL_TYPES.has(data.type)) this.#full(data, tsRecv);
        else this.writer.reject('unknown-type', `type=${String(data.type)}`);
    }
  }

  answer(url: string, body: unknown, tsRecv: Instant | null): void {
    writeCoinbaseAnswer(this, url, body, tsRecv);
  }

  /** Time has come to `atMs`, for what waits for messages out of order. */
  tick(atMs: number): void {
    for (const { feed } of this.#fullBooks.values()) feed.tick(atMs);
    this.#matches.tick(atMs);
  }

  /** The connection was lost. Level 2 begins anew with a snapshot by itself. */
  interrupt(atMs: number): void {
    for (const { feed } of this.#fullBooks.values()) feed.interrupt(atMs);
  }

  end(): void {
    for (const { feed } of this.#fullBooks.values()) feed.end();
    this.#matches.end();
  }

  /** Product, time and number of a message; null, and it was set aside, when it lacks product or time. */
  #headOf(data: Message, tsRecv: Instant | null): MessageHead | null {
    const symbol = textOf(data.product_id);
    const told = instantOfIso(data.time);
    const tsEvent = told ?? tsRecv;
    if (symbol === null || tsEvent === null) {
      this.writer.reject(
        'missing-value',
        `${String(data.type)}: product_id=${String(data.product_id)} time=${String(data.time)}`,
      );
      return null;
    }
    return {
      symbol,
      tsEvent,
      tsRecv,
      sequence: wholeOf(data.sequence),
      quality: told === null ? ESTIMATED_TIME : 0,
    };
  }

  #levels(data: Message, tsRecv: Instant | null): void {
    const head = this.#headOf(data, tsRecv);
    if (head === null) return;
    const changes = rowsOf(data.changes);
    if (changes === null) {
      this.writer.reject('missing-value', 'l2update: changes');
      return;
    }
    // The same changes at the same microsecond are the same message: there are no numbers that would tell.
    const last = this.#lastLevels.get(head.symbol);
    if (last?.time === data.time && JSON.stringify(last?.changes) === JSON.stringify(changes)) {
      this.writer.skip('change-already-known');
      return;
    }
    this.#lastLevels.set(head.symbol, { time: data.time, changes });
    changes.forEach(([word, price, qty], i) => {
      const side = sideOf(word);
      if (side === null) this.writer.reject('unknown-side', `l2update: ${String(word)}`);
      else this.writer.level(head, side, price, qty, i === changes.length - 1 ? FLAG_LAST : 0);
    });
  }

  #snapshot(data: Message, tsRecv: Instant | null): void {
    const head = this.#headOf(data, tsRecv);
    if (head === null) return;
    const bids = rowsOf(data.bids);
    const asks = rowsOf(data.asks);
    if (bids === null || asks === null) this.writer.reject('missing-value', 'snapshot: bids and asks');
    else this.writer.snapshot(head, bids, asks);
  }

  #full(data: Message, tsRecv: Instant | null): void {
    const head = this.#headOf(data, tsRecv);
    if (head === null) return;
    if (head.sequence === null) this.writer.reject('missing-value', `${String(data.type)}: sequence`);
    else this.fullBook(head.symbol).change({ ...head, sequence: head.sequence }, data);
  }

  #match(data: Message, tsRecv: Instant | null): void {
    const head = this.#headOf(data, tsRecv);
    if (head === null) return;
    const id = wholeOf(data.trade_id);
    if (id === null) {
      this.writer.reject('missing-value', `match: trade_id=${String(data.trade_id)}`);
      return;
    }
    const index = this.writer.reserve(1);
    // A book that starts from a snapshot leaves out the matches before it; the trades took place all the same.
    if (data.type === 'match' && this.#fullBooks.has(head.symbol)) this.#full(data, tsRecv);
    this.#matches.take(head.symbol, id, { head, data, index }, clockMs(tsRecv, head.tsEvent));
  }

  #ticker(data: Message, tsRecv: Instant | null): void {
    const head = this.#headOf(data, tsRecv);
    if (head !== null) writeTicker(this.writer, head, data);
  }
}
