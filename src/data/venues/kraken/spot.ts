/**
 * The sockets of Kraken, version 1 (arrays) and 2 (objects): books of limited depth, trades, quotes, candles, orders (level 3).
 *
 * A book of depth n forgets what falls below its n best levels without a word; records say it (quantity 0), so that whoever
 * builds a book from them has the same one. Version 1 sends the checksum of its text, which is compared; version 2 sends
 * numbers, whose decimals are lost when they are parsed, so that its checksums cannot be.
 */

import { krakenChecksum } from '../../book/book-checksum.ts';
import { ASK, BID, type BookSide, FeedBook } from '../../book/feed-book.ts';
import type { RecordSink } from '../../ingest/adapter.ts';
import { FeedWriter, type Level, type MessageHead, quality, sideOf } from '../feed-writer.ts';
import { type Instant, instantOfSeconds } from '../instant.ts';
import { isMessage, type Message, numberOf, rowsOf, textOf, wholeOf } from '../messages.ts';
import { OpenCandles } from '../open-candles.ts';
import { qtyOf, stepsOf } from '../price-steps.ts';
import type { VenueMessages } from '../venue-messages.ts';
import { writeKrakenAnswer } from './rest.ts';
import { KrakenVersion2 } from './version2.ts';

const MAYBE_BAD_BOOK = quality('maybeBadBook');
const ESTIMATED_TIME = quality('estimatedTime');
const SECONDS_PER_MINUTE = 60;

interface PairBook {
  readonly book: FeedBook;
  readonly depth: number;
  readonly decimals: { readonly price: number; readonly qty: number };
  isDoubtful: boolean;
}

export class KrakenMessages implements VenueMessages {
  readonly writer: FeedWriter;
  readonly #candles: OpenCandles;
  readonly #version2: KrakenVersion2;
  readonly #books = new Map<string, PairBook>();

  constructor(sink: RecordSink) {
    this.writer = new FeedWriter(sink);
    this.#candles = new OpenCandles(this.writer);
    this.#version2 = new KrakenVersion2(this.writer, this.#candles);
  }

  frame(message: unknown, tsRecv: Instant | null): void {
    if (Array.isArray(message)) this.#channel(message, tsRecv);
    else if (!isMessage(message))
      this.writer.reject('not-json', 'a message of Kraken is an array or an object');
    else if (typeof message.event === 'string') this.#event(message, message.event);
    else this.#version2.frame(message, tsRecv);
  }

  answer(url: string, body: unknown, tsRecv: Instant | null): void {
    writeKrakenAnswer(this.writer, url, body, tsRecv);
  }

  /** Every connection begins with whole books. */
  interrupt(_atMs: number): void {
    this.#books.clear();
  }

  end(): void {
    this.#candles.end();
  }

  #event(message: Message, event: string): void {
    if (event === 'error' || message.status === 'error') {
      this.writer.reject('vendor-error', String(message.errorMessage ?? message.message));
    } else this.writer.skip(`kraken-${event}`);
  }

  /** [channel id, payload, (more payload), channel name, pair]. */
  #channel(message: readonly unknown[], tsRecv: Instant | null): void {
    const pair = textOf(message.at(-1));
    const channel = textOf(message.at(-2));
    const payloads = message.slice(1, -2);
    if (pair === null || channel === null) {
      this.writer.reject('unknown-type', JSON.stringify(message).slice(0, 200));
    } else if (channel.startsWith('book')) {
      this.#bookMessage(pair, channel, payloads.filter(isMessage), tsRecv);
    } else if (channel === 'trade') {
      for (const row of rowsOf(payloads[0]) ?? []) this.#trade(pair, row, tsRecv);
    } else if (channel === 'ticker' && isMessage(payloads[0])) {
      this.#ticker(pair, payloads[0], tsRecv);
    } else if (channel === 'spread' && Array.isArray(payloads[0])) {
      this.#spread(pair, payloads[0], tsRecv);
    } else if (channel.startsWith('ohlc') && Array.isArray(payloads[0])) {
      this.#candle(pair, Number(channel.split('-')[1]), payloads[0], tsRecv);
    } else this.writer.reject('unknown-type', `channel=${channel}`);
  }

  #bookMessage(pair: string, channel: string, parts: readonly Message[], tsRecv: Instant | null): void {
    const body: Message = Object.assign({}, ...parts);
    const isSnapshot = 'as' in body || 'bs' in body;
    const asks = rowsOf((isSnapshot ? body.as : body.a) ?? []) ?? [];
    const bids = rowsOf((isSnapshot ? body.bs : body.b) ?? []) ?? [];
    const tsEvent = newest([...bids, ...asks]) ?? tsRecv;
    if (tsEvent === null) {
      this.writer.reject('missing-value', `book of ${pair}: a level with its time`);
      return;
    }
    const head: MessageHead = { symbol: pair, tsEvent, tsRecv, sequence: null, quality: 0 };
    if (isSnapshot) {
      this.#books.set(pair, bookOf(channel, bids, asks));
      this.writer.snapshot(head, bids, asks);
    } else this.#update(head, bids, asks, body.c);
  }

  #update(head: MessageHead, bids: readonly Level[], asks: readonly Level[], checksum: unknown): void {
    const pairBook = this.#books.get(head.symbol);
    if (pairBook === undefined) {
      this.writer.levels({ ...head, quality: MAYBE_BAD_BOOK }, bids, asks);
      return;
    }
    const { book, depth, decimals } = pairBook;
    apply(book, bids, asks);
    const fallenBids = fallen(book, BID, depth);
    const fallenAsks = fallen(book, ASK, depth);
    if (checksum !== undefined && krakenChecksum(book, decimals) !== Number(checksum)) {
      this.writer.sink.remark('checksum-mismatch');
      pairBook.isDoubtful = true;
    }
    const bits = pairBook.isDoubtful ? MAYBE_BAD_BOOK : 0;
    this.writer.levels({ ...head, quality: bits }, [...bids, ...fallenBids], [...asks, ...fallenAsks]);
  }

  /** Price, quantity, time, side of the taker, kind of its order. */
  #trade(pair: string, row: Level, tsRecv: Instant | null): void {
    const [price, qty, time, side, kind] = row;
    const tsEvent = instantOfSeconds(String(time)) ?? tsRecv;
    if (tsEvent === null) {
      this.writer.reject('missing-value', `trade of ${pair}: time=${String(time)}`);
      return;
    }
    const head: MessageHead = { symbol: pair, tsEvent, tsRecv, sequence: null, quality: 0 };
    const conditions = kind === 'm' ? 'market' : kind === 'l' ? 'limit' : null;
    this.writer.trade(head, { price, qty, aggressor: sideOf(side), tradeId: null, conditions });
  }

  #ticker(pair: string, body: Message, tsRecv: Instant | null): void {
    if (tsRecv === null) {
      this.writer.reject('missing-value', `ticker of ${pair}: a time of receipt`);
      return;
    }
    const head: MessageHead = {
      symbol: pair,
      tsEvent: tsRecv,
      tsRecv,
      sequence: null,
      quality: ESTIMATED_TIME,
    };
    writeKrakenTicker(this.writer, head, body);
  }

  /** Bid, ask, time, quantity of the bid, of the ask. */
  #spread(pair: string, [bid, ask, time, bidQty, askQty]: readonly unknown[], tsRecv: Instant | null): void {
    const tsEvent = instantOfSeconds(String(time)) ?? tsRecv;
    if (tsEvent === null) this.writer.reject('missing-value', `spread of ${pair}: time`);
    else {
      const head: MessageHead = { symbol: pair, tsEvent, tsRecv, sequence: null, quality: 0 };
      this.writer.quote(head, [bid, bidQty], [ask, askQty]);
    }
  }

  /** A candle as far as it has come: time, end, open, high, low, close, vwap, volume, trades. It has no word for its end. */
  #candle(pair: string, minutes: number, row: readonly unknown[], tsRecv: Instant | null): void {
    const [, end, open, high, low, close, vwap, volume, trades] = row;
    const endS = numberOf(end);
    const intervalS = minutes * SECONDS_PER_MINUTE;
    const tsEvent = endS === null ? null : instantOfSeconds(String(Math.round(endS) - intervalS));
    if (tsEvent === null) {
      this.writer.reject('missing-value', `candle of ${pair}: end=${String(end)}`);
      return;
    }
    const head: MessageHead = { symbol: pair, tsEvent, tsRecv, sequence: null, quality: 0 };
    this.#candles.take(`${pair} ${minutes}`, tsEvent.seconds, () =>
      this.writer.record('bar', head, {
        intervalS,
        basis: 'trade',
        adjusted: 'raw',
        open: String(open),
        high: String(high),
        low: String(low),
        close: String(close),
        vwap: numberOf(vwap),
        volume: numberOf(volume),
        trades: wholeOf(trades),
      }),
    );
  }
}

/** `a`, `b`: price, whole lots, quantity. `c`: last price and quantity; others: today, last 24 hours. */
export function writeKrakenTicker(writer: FeedWriter, head: MessageHead, body: Message): void {
  const [ask, bid, last] = [body.a, body.b, body.c].map((row) => (Array.isArray(row) ? row : []));
  writer.quote(head, [bid![0], bid![2]], [ask![0], ask![2]]);
  const figure = (row: unknown): string => String(Array.isArray(row) ? row[1] : row);
  const common = { detail: '24h', isFinal: false } as const;
  writer.record('statistics', head, { ...common, kind: 'last', price: String(last![0]) });
  writer.record('statistics', head, { ...common, kind: 'high', price: figure(body.h) });
  writer.record('statistics', head, { ...common, kind: 'low', price: figure(body.l) });
  writer.record('statistics', head, { ...common, kind: 'open', price: figure(body.o) });
  writer.record('statistics', head, { ...common, kind: 'volume', value: numberOf(figure(body.v)) });
  writer.record('statistics', head, { ...common, kind: 'vwap', value: numberOf(figure(body.p)) });
}

function newest(levels: readonly Level[]): Instant | null {
  let text = '';
  for (const level of levels) {
    const time = String(level[2]);
    if (time.length > text.length || (time.length === text.length && time > text)) text = time;
  }
  return instantOfSeconds(text);
}

function bookOf(channel: string, bids: readonly Level[], asks: readonly Level[]): PairBook {
  const book = new FeedBook();
  apply(book, bids, asks);
  const sample = asks[0] ?? bids[0] ?? ['0', '0'];
  const decimals = { price: decimalsOf(sample[0]), qty: decimalsOf(sample[1]) };
  return { book, depth: Number(channel.split('-')[1] ?? 10), decimals, isDoubtful: false };
}

function decimalsOf(text: unknown): number {
  return String(text).split('.')[1]?.length ?? 0;
}

function apply(book: FeedBook, bids: readonly Level[], asks: readonly Level[]): void {
  for (const [side, levels] of [
    [BID, bids],
    [ASK, asks],
  ] as const) {
    for (const [price, qty] of levels) {
      const steps = stepsOf(price);
      const amount = qtyOf(qty);
      if (!Number.isNaN(steps) && amount >= 0) book.set(side, steps, amount);
    }
  }
}

/** Levels below the depth of the book, taken off it, as rows that say so. */
function fallen(book: FeedBook, side: BookSide, depth: number): Level[] {
  const rows: Level[] = [];
  while (book.levels(side) > depth) {
    const steps = book.price(side, book.levels(side) - 1);
    book.set(side, steps, 0);
    rows.push([steps / 1e9, 0]);
  }
  return rows;
}
