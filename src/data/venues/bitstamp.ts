/**
 * The sockets of Bitstamp, version 2: live trades, differences of the book, whole books, live orders; and its order book by
 * REST. Differences carry no number of the one before them: they are joined to a book by time (microtimestamp), and a lost one
 * shows nowhere.
 */

import type { RecordSink } from '../ingest/adapter.ts';
import {
  BUY,
  FeedWriter,
  FLAG_LAST,
  type Level,
  type MboAction,
  type MessageHead,
  orderIdOfNumber,
  quality,
  SELL,
  type SideCode,
} from './feed-writer.ts';
import { type Instant, instantOfDigits } from './instant.ts';
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

const ESTIMATED_TIME = quality('estimatedTime');
export const BITSTAMP_ORDER_ACTIONS: Readonly<Record<string, MboAction>> = {
  order_created: 'add',
  order_changed: 'modify',
  order_deleted: 'delete',
};

interface Change {
  readonly head: MessageHead;
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
  readonly index: number;
}

interface PairBook {
  readonly feed: JoinedFeed<Change>;
  /** microtimestamp of the last difference. */
  lastMicros: number;
}

export class BitstampMessages implements VenueMessages {
  readonly writer: FeedWriter;
  readonly #books = new Map<string, PairBook>();

  constructor(sink: RecordSink) {
    this.writer = new FeedWriter(sink);
  }

  frame(message: unknown, tsRecv: Instant | null): void {
    if (!isMessage(message)) {
      this.writer.reject('not-json', 'a message of Bitstamp is an object');
      return;
    }
    const { data } = message;
    const event = textOf(message.event) ?? '';
    if (event.startsWith('bts:')) {
      if (event === 'bts:error') this.writer.reject('vendor-error', JSON.stringify(data).slice(0, 200));
      else this.writer.skip(event.replace(':', '-'));
      return;
    }
    const channel = textOf(message.channel);
    if (!isMessage(data) || channel === null) {
      this.writer.reject('unknown-type', `event=${event} channel=${channel}`);
      return;
    }
    const symbol = channel.slice(channel.lastIndexOf('_') + 1);
    const told = instantOfDigits(String(data.microtimestamp ?? data.timestamp ?? data.datetime));
    const tsEvent = told ?? tsRecv;
    if (tsEvent === null) {
      this.writer.reject('missing-value', `${channel}: microtimestamp`);
      return;
    }
    const head: MessageHead = {
      symbol,
      tsEvent,
      tsRecv,
      sequence: null,
      quality: told === null ? ESTIMATED_TIME : 0,
    };
    this.#data(channel, event, head, data);
  }

  answer(url: string, body: unknown, tsRecv: Instant | null): void {
    const path = new URL(url).pathname.split('/').filter((part) => part !== '');
    if (isMessage(body) && path.includes('order_book')) {
      const symbol = path.at(-1)!;
      this.#whole(symbol === 'order_book' ? 'btcusd' : symbol, body, tsRecv);
    } else if (path.includes('trading-pairs-info') && tsRecv !== null) {
      for (const pair of messagesOf(body) ?? []) writePair(this.writer, pair, tsRecv);
    } else this.writer.reject('unknown-type', `answer to ${path.join('/')}`);
  }

  interrupt(atMs: number): void {
    for (const { feed } of this.#books.values()) feed.interrupt(atMs);
  }

  end(): void {
    for (const { feed } of this.#books.values()) feed.end();
  }

  #data(channel: string, event: string, head: MessageHead, data: Message): void {
    if (channel.startsWith('live_trades')) this.#trade(head, data);
    else if (channel.startsWith('diff_order_book')) this.#difference(head, data);
    else if (channel.startsWith('order_book')) this.#whole(head.symbol, data, head.tsRecv);
    else if (channel.startsWith('live_orders')) writeBitstampOrder(this.writer, head, event, data);
    else this.writer.skip(`bitstamp-${channel.slice(0, channel.lastIndexOf('_'))}`);
  }

  #trade(head: MessageHead, data: Message): void {
    this.writer.trade(head, {
      price: data.price_str ?? data.price,
      qty: data.amount_str ?? data.amount,
      aggressor: sideOfType(data.type),
      tradeId: String(data.id),
      buyOrderId: orderIdOfNumber(data.buy_order_id),
      sellOrderId: orderIdOfNumber(data.sell_order_id),
    });
  }

  #difference(head: MessageHead, data: Message): void {
    const micros = wholeOf(data.microtimestamp);
    const [bids, asks] = [rowsOf(data.bids), rowsOf(data.asks)];
    if (micros === null || bids === null || asks === null) {
      this.writer.reject(
        'missing-value',
        `difference of a book: microtimestamp=${String(data.microtimestamp)}`,
      );
      return;
    }
    const book = this.#book(head.symbol);
    const first = book.lastMicros + 1;
    book.lastMicros = Math.max(book.lastMicros, micros);
    const index = this.writer.reserve(bids.length + asks.length);
    const change = { head: { ...head, sequence: micros }, bids, asks, index };
    book.feed.change(Math.min(first, micros), micros, null, change, clockMs(head.tsRecv, head.tsEvent));
  }

  #whole(symbol: string, data: Message, tsRecv: Instant | null): void {
    const told = instantOfDigits(String(data.microtimestamp ?? data.timestamp));
    const tsEvent = told ?? tsRecv;
    const [bids, asks] = [rowsOf(data.bids), rowsOf(data.asks)];
    if (tsEvent === null || bids === null || asks === null) {
      this.writer.reject('missing-value', `order book of ${symbol}: a time, bids and asks`);
      return;
    }
    const micros = wholeOf(data.microtimestamp) ?? tsEvent.seconds * 1e6 + Math.floor(tsEvent.ns / 1000);
    const head: MessageHead = {
      symbol,
      tsEvent,
      tsRecv,
      sequence: micros,
      quality: told === null ? ESTIMATED_TIME : 0,
    };
    const index = this.writer.reserve(1 + bids.length + asks.length);
    const book = this.#book(symbol);
    const write = (): void => this.writer.writeAt(index, () => this.writer.snapshot(head, bids, asks));
    if (book.feed.snapshot(micros, write, clockMs(tsRecv, tsEvent)))
      book.lastMicros = Math.max(book.lastMicros, micros);
  }

  #book(symbol: string): PairBook {
    let book = this.#books.get(symbol);
    if (book === undefined) {
      const { writer } = this;
      const feed = new JoinedFeed<Change>('recorded', writer.sink, ({ head, bids, asks, index }, bits) =>
        writer.writeAt(index, () => writer.levels({ ...head, quality: head.quality | bits }, bids, asks)),
      );
      book = { feed, lastMicros: 0 };
      this.#books.set(symbol, book);
    }
    return book;
  }
}

/** One event about one order: what it says is what is left of the order from now on. */
export function writeBitstampOrder(
  writer: FeedWriter,
  head: MessageHead,
  event: string,
  data: Message,
): void {
  const action = BITSTAMP_ORDER_ACTIONS[event];
  const side = sideOfType(data.order_type);
  if (action === undefined || side === null) {
    writer.reject(
      action === undefined ? 'unknown-type' : 'unknown-side',
      `event=${event} order_type=${String(data.order_type)}`,
    );
    return;
  }
  writer.order(head, {
    action,
    side,
    orderId: orderIdOfNumber(data.id_str ?? data.id),
    price: data.price_str ?? data.price,
    qty: data.amount_str ?? data.amount,
    flags: FLAG_LAST,
  });
}

function sideOfType(type: unknown): SideCode | null {
  return type === 0 ? BUY : type === 1 ? SELL : null;
}

function writePair(writer: FeedWriter, pair: Message, tsRecv: Instant): void {
  const symbol = textOf(pair.url_symbol);
  const [base, quote] = (textOf(pair.name) ?? '').split('/');
  const decimals = wholeOf(pair.counter_decimals);
  const lotDecimals = wholeOf(pair.base_decimals);
  if (symbol === null) {
    writer.reject('missing-value', 'trading pair: url_symbol');
    return;
  }
  const head: MessageHead = { symbol, tsEvent: tsRecv, tsRecv, sequence: null, quality: ESTIMATED_TIME };
  writer.record('definition', head, {
    assetClass: 'crypto',
    name: textOf(pair.description),
    currency: quote ?? null,
    baseCurrency: base ?? null,
    tick: decimals === null ? null : 10 ** -decimals,
    lot: lotDecimals === null ? null : 10 ** -lotDecimals,
    minNotional: numberOf((textOf(pair.minimum_order) ?? '').split(' ')[0]),
    isActive: pair.trading === 'Enabled',
  });
}
