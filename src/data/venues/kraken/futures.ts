/** The socket of Kraken Futures: books joined by `seq`, trades numbered by their own `seq`, short tickers. */

import type { RecordSink } from '../../ingest/adapter.ts';
import {
  FeedWriter,
  FLAG_LAST,
  type Level,
  type MessageHead,
  quality,
  type SideCode,
  sideOf,
} from '../feed-writer.ts';
import { type Instant, instantOfMs } from '../instant.ts';
import { JoinedFeed } from '../joined-feed.ts';
import {
  clockMs,
  isMessage,
  type Message,
  messagesOf,
  numberOf,
  priceOf,
  textOf,
  wholeOf,
} from '../messages.ts';
import { OrderedTrades } from '../ordered-trades.ts';
import type { VenueMessages } from '../venue-messages.ts';

interface Change {
  readonly head: MessageHead;
  readonly side: SideCode;
  readonly level: Level;
  readonly index: number;
}

interface HeldTrade {
  readonly head: MessageHead;
  readonly data: Message;
  readonly index: number;
}

const ESTIMATED_TIME = quality('estimatedTime');

export class KrakenFuturesMessages implements VenueMessages {
  readonly writer: FeedWriter;
  readonly #books = new Map<string, JoinedFeed<Change>>();
  readonly #trades: OrderedTrades<HeldTrade>;

  constructor(sink: RecordSink) {
    const writer = new FeedWriter(sink);
    this.writer = writer;
    this.#trades = new OrderedTrades('recorded', sink, ({ head, data, index }, bits) =>
      writer.writeAt(index, () => writeFill(writer, { ...head, quality: head.quality | bits }, data)),
    );
  }

  frame(message: unknown, tsRecv: Instant | null): void {
    if (!isMessage(message)) {
      this.writer.reject('not-json', 'a message of Kraken Futures is an object');
      return;
    }
    if (typeof message.event === 'string') {
      if (message.event === 'error') this.writer.reject('vendor-error', String(message.message));
      else this.writer.skip(`kraken-${message.event}`);
      return;
    }
    switch (message.feed) {
      case 'book':
        this.#change(message, tsRecv);
        break;
      case 'book_snapshot':
        this.#snapshot(message, tsRecv);
        break;
      case 'trade':
        this.#trade(message, tsRecv);
        break;
      case 'trade_snapshot':
        // Newest first; ids are wanted in their order.
        for (const trade of (messagesOf(message.trades) ?? []).toReversed()) this.#trade(trade, tsRecv);
        break;
      case 'ticker':
      case 'ticker_lite':
        this.#ticker(message, tsRecv);
        break;
      default:
        if (message.feed === 'heartbeat') this.writer.skip('kraken-heartbeat');
        else this.writer.reject('unknown-type', `feed=${String(message.feed)}`);
    }
  }

  answer(url: string, _body: unknown, _tsRecv: Instant | null): void {
    this.writer.skip(`kraken-futures-answer ${new URL(url).pathname}`);
  }

  interrupt(atMs: number): void {
    for (const book of this.#books.values()) book.interrupt(atMs);
  }

  end(): void {
    for (const book of this.#books.values()) book.end();
    this.#trades.end();
  }

  #headOf(data: Message, time: unknown, tsRecv: Instant | null): MessageHead | null {
    const symbol = textOf(data.product_id);
    const told = instantOfMs(time);
    const tsEvent = told ?? tsRecv;
    if (symbol === null || tsEvent === null) {
      this.writer.reject('missing-value', `${String(data.feed)}: product_id=${String(data.product_id)}`);
      return null;
    }
    return {
      symbol,
      tsEvent,
      tsRecv,
      sequence: wholeOf(data.seq),
      quality: told === null ? ESTIMATED_TIME : 0,
    };
  }

  #book(symbol: string): JoinedFeed<Change> {
    let book = this.#books.get(symbol);
    if (book === undefined) {
      const { writer } = this;
      book = new JoinedFeed('recorded', writer.sink, ({ head, side, level, index }, bits) =>
        writer.writeAt(index, () => {
          writer.level({ ...head, quality: head.quality | bits }, side, level[0], level[1], FLAG_LAST);
        }),
      );
      this.#books.set(symbol, book);
    }
    return book;
  }

  #change(data: Message, tsRecv: Instant | null): void {
    const head = this.#headOf(data, data.timestamp, tsRecv);
    if (head === null) return;
    const side = sideOf(data.side);
    if (head.sequence === null || side === null) {
      this.writer.reject('missing-value', `book: seq=${String(data.seq)} side=${String(data.side)}`);
      return;
    }
    const index = this.writer.reserve(1);
    const change = { head, side, level: [data.price, data.qty], index };
    this.#book(head.symbol).change(head.sequence, head.sequence, null, change, clockMs(tsRecv, head.tsEvent));
  }

  #snapshot(data: Message, tsRecv: Instant | null): void {
    const head = this.#headOf(data, data.timestamp, tsRecv);
    if (head === null) return;
    const [bids, asks] = [data.bids, data.asks].map((side) =>
      (messagesOf(side) ?? []).map(({ price, qty }): Level => [price, qty]),
    );
    if (head.sequence === null) {
      this.writer.reject('missing-value', 'book_snapshot: seq');
      return;
    }
    const index = this.writer.reserve(1 + bids!.length + asks!.length);
    const write = (): void => this.writer.writeAt(index, () => this.writer.snapshot(head, bids!, asks!));
    this.#book(head.symbol).snapshot(head.sequence, write, clockMs(tsRecv, head.tsEvent));
  }

  #trade(data: Message, tsRecv: Instant | null): void {
    const head = this.#headOf(data, data.time, tsRecv);
    if (head === null) return;
    if (head.sequence === null) {
      this.writer.reject('missing-value', 'trade: seq');
      return;
    }
    const index = this.writer.reserve(1);
    this.#trades.take(head.symbol, head.sequence, { head, data, index }, clockMs(tsRecv, head.tsEvent));
  }

  #ticker(data: Message, tsRecv: Instant | null): void {
    const head = this.#headOf(data, data.time, tsRecv);
    if (head === null) return;
    this.writer.quote(head, [data.bid, data.bid_size ?? undefined], [data.ask, data.ask_size ?? undefined]);
    const volume = numberOf(data.volume);
    if (volume !== null)
      this.writer.record('statistics', head, { kind: 'volume', value: volume, detail: '24h' });
    const mark = priceOf(data.markPrice);
    if (mark !== null)
      this.writer.record('statistics', head, { kind: 'other', detail: 'markPrice', price: mark });
    const interest = numberOf(data.openInterest);
    if (interest !== null) this.writer.record('statistics', head, { kind: 'openInterest', value: interest });
  }
}

/** `side` is the taker's; types other than `fill` are liquidations, assignments and the like. */
function writeFill(writer: FeedWriter, head: MessageHead, data: Message): void {
  writer.trade(head, {
    price: data.price,
    qty: data.qty,
    aggressor: sideOf(data.side),
    tradeId: textOf(data.uid),
    conditions: data.type === 'fill' ? null : textOf(data.type),
  });
}
