/** Bars and figures of Binance: candles, the rolling day, mark price and funding, of its streams and its REST answers. */

import type { FeedWriter, MessageHead } from '../feed-writer.ts';
import { type Instant, instantOfMs, nsOfInstant } from '../instant.ts';
import { isMessage, type Message, numberOf, priceOf, textOf, wholeOf } from '../messages.ts';

const UNIT_S: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** Seconds of '1m', '4h', '1d', '1w'; null for a month, which has no fixed length, and for anything else. */
export function intervalSeconds(word: unknown): number | null {
  const parts = typeof word === 'string' ? /^(\d{1,3})([smhdw])$/.exec(word) : null;
  return parts === null ? null : Number(parts[1]) * UNIT_S[parts[2]!]!;
}

export function writeKline(writer: FeedWriter, data: Message, tsRecv: Instant | null): void {
  const kline = data.k;
  const symbol = textOf(data.s);
  if (!isMessage(kline) || symbol === null) {
    writer.reject('missing-value', 'kline: s and k');
    return;
  }
  if (kline.x !== true) {
    writer.skip('kline-not-closed');
    return;
  }
  const { t, o, h, l, c, v, q, n } = kline;
  writeCandle(writer, symbol, kline.i, [t, o, h, l, c, v, undefined, q, n], tsRecv);
}

/** One row of `klines`: open time, open, high, low, close, volume, close time, turnover, trades. */
export function writeCandle(
  writer: FeedWriter,
  symbol: string,
  interval: unknown,
  row: readonly unknown[],
  tsRecv: Instant | null,
): void {
  const tsEvent = instantOfMs(row[0]);
  const intervalS = intervalSeconds(interval);
  const [open, high, low, close] = row.slice(1, 5).map(priceOf);
  if (
    tsEvent === null ||
    intervalS === null ||
    open == null ||
    high == null ||
    low == null ||
    close == null
  ) {
    writer.reject('missing-value', `candle: interval=${String(interval)} row=${String(row.slice(0, 5))}`);
    return;
  }
  const head: MessageHead = { symbol, tsEvent, tsRecv, sequence: null, quality: 0 };
  writer.record('bar', head, {
    intervalS,
    basis: 'trade',
    adjusted: 'raw',
    open,
    high,
    low,
    close,
    volume: numberOf(row[5]),
    turnover: numberOf(row[7]),
    trades: wholeOf(row[8]),
  });
}

/** Names of the same figure in the stream and in REST answers. */
const TICKER_KEYS = {
  stream: {
    open: 'o',
    high: 'h',
    low: 'l',
    last: 'c',
    vwap: 'w',
    volume: 'v',
    change: 'p',
    from: 'O',
    bid: 'b',
    bidQty: 'B',
    ask: 'a',
    askQty: 'A',
  },
  rest: {
    open: 'openPrice',
    high: 'highPrice',
    low: 'lowPrice',
    last: 'lastPrice',
    vwap: 'weightedAvgPrice',
    volume: 'volume',
    change: 'priceChange',
    from: 'openTime',
    bid: 'bidPrice',
    bidQty: 'bidQty',
    ask: 'askPrice',
    askQty: 'askQty',
  },
} as const;

export function writeStreamTicker(writer: FeedWriter, data: Message, tsRecv: Instant | null): void {
  writeTicker(writer, data, textOf(data.s), instantOfMs(data.E), tsRecv, TICKER_KEYS.stream);
}

/** One object of `ticker/24hr`. */
export function writeRestTicker(writer: FeedWriter, data: Message, tsRecv: Instant | null): void {
  writeTicker(writer, data, textOf(data.symbol), instantOfMs(data.closeTime), tsRecv, TICKER_KEYS.rest);
}

function writeTicker(
  writer: FeedWriter,
  data: Message,
  symbol: string | null,
  tsEvent: Instant | null,
  tsRecv: Instant | null,
  keys: (typeof TICKER_KEYS)['stream' | 'rest'],
): void {
  if (symbol === null || tsEvent === null) {
    writer.reject('missing-value', 'ticker of 24 hours: symbol and time');
    return;
  }
  const head: MessageHead = { symbol, tsEvent, tsRecv, sequence: null, quality: 0 };
  const from = instantOfMs(data[keys.from]);
  const common = { tsReference: from === null ? null : nsOfInstant(from), isFinal: false, detail: '24h' };
  for (const kind of ['open', 'high', 'low', 'last'] as const) {
    writer.record('statistics', head, { ...common, kind, price: priceOf(data[keys[kind]]) });
  }
  for (const kind of ['vwap', 'volume', 'change'] as const) {
    writer.record('statistics', head, { ...common, kind, value: numberOf(data[keys[kind]]) });
  }
  if (data[keys.bid] !== undefined) {
    writer.quote(head, [data[keys.bid], data[keys.bidQty]], [data[keys.ask], data[keys.askQty]]);
  }
}

/** `ticker/bookTicker` of futures; that of spot tells no time. */
export function writeRestQuote(writer: FeedWriter, data: Message): void {
  const symbol = textOf(data.symbol);
  const tsEvent = instantOfMs(data.time);
  if (symbol === null || tsEvent === null) {
    writer.reject('missing-value', `quote: symbol=${String(data.symbol)} time=${String(data.time)}`);
    return;
  }
  const head: MessageHead = {
    symbol,
    tsEvent,
    tsRecv: null,
    sequence: wholeOf(data.lastUpdateId),
    quality: 0,
  };
  writer.quote(head, [data.bidPrice, data.bidQty], [data.askPrice, data.askQty]);
}

/** Mark price, index price and funding rate, as `markPriceUpdate` tells them. */
export function writeMarkPrice(writer: FeedWriter, data: Message, tsRecv: Instant | null): void {
  writePremium(
    writer,
    { symbol: data.s, time: data.E, mark: data.p, index: data.i, rate: data.r, next: data.T },
    tsRecv,
  );
}

export interface Premium {
  readonly symbol: unknown;
  readonly time: unknown;
  readonly mark: unknown;
  readonly index: unknown;
  readonly rate: unknown;
  /** ms of the next payment. */
  readonly next: unknown;
}

export function writePremium(writer: FeedWriter, premium: Premium, tsRecv: Instant | null): void {
  const symbol = textOf(premium.symbol);
  const tsEvent = instantOfMs(premium.time);
  if (symbol === null || tsEvent === null) {
    writer.reject('missing-value', 'mark price: symbol and time');
    return;
  }
  const head: MessageHead = { symbol, tsEvent, tsRecv, sequence: null, quality: 0 };
  writer.record('statistics', head, { kind: 'other', detail: 'markPrice', price: priceOf(premium.mark) });
  const index = priceOf(premium.index);
  if (index !== null)
    writer.record('statistics', head, { kind: 'other', detail: 'indexPrice', price: index });
  const rate = numberOf(premium.rate);
  if (rate === null) return;
  const next = instantOfMs(premium.next);
  const tsReference = next === null ? null : nsOfInstant(next);
  writer.record('statistics', head, { kind: 'other', detail: 'fundingRate', value: rate, tsReference });
}

/** A funding payment that took place: one object of `fundingRate`. */
export function writeFunding(writer: FeedWriter, data: Message): void {
  const symbol = textOf(data.symbol);
  const tsEvent = instantOfMs(data.fundingTime);
  const value = numberOf(data.fundingRate);
  if (symbol === null || tsEvent === null || value === null) {
    writer.reject('missing-value', `funding: symbol=${String(data.symbol)} rate=${String(data.fundingRate)}`);
    return;
  }
  const head: MessageHead = { symbol, tsEvent, tsRecv: null, sequence: null, quality: 0 };
  writer.record('statistics', head, { kind: 'other', detail: 'fundingRate', value, isFinal: true });
  const mark = priceOf(data.markPrice);
  if (mark !== null) writer.record('statistics', head, { kind: 'other', detail: 'markPrice', price: mark });
}

export function writeOpenInterest(writer: FeedWriter, data: Message): void {
  const symbol = textOf(data.symbol);
  const tsEvent = instantOfMs(data.time ?? data.timestamp);
  const value = numberOf(data.openInterest ?? data.sumOpenInterest);
  if (symbol === null || tsEvent === null || value === null) {
    writer.reject('missing-value', `open interest: symbol=${String(data.symbol)}`);
    return;
  }
  const head: MessageHead = { symbol, tsEvent, tsRecv: null, sequence: null, quality: 0 };
  writer.record('statistics', head, { kind: 'openInterest', value });
}
