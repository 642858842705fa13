/**
 * The market streams of Binance, one object per stream that somebody subscribed to.
 *
 *   <symbol>@depth[@100ms]      changes of levels, gathered for the length of its window: U … u, for futures pu
 *   <symbol>@trade, @aggTrade   each trade
 *   <symbol>@bookTicker         each change of the best bid or ask
 *   <symbol>@kline_<interval>   the candle that is open, at most once a second, and once more when it is over
 *   <symbol>@ticker             figures of the last day, once a second while there are trades
 *   !ticker@arr, !miniTicker@arr  the same of all symbols that traded, in one list
 */

import { ASK, BID, type Side } from '../market/events.ts';
import type { Instrument, MarketChange } from '../market/market.ts';
import { msOf, priceText, qtyText, secondsOf } from '../words.ts';
import { binanceIntervalS } from './intervals.ts';
import { type BinanceMarket, binanceSymbol, DECIMALS } from './names.ts';
import { aggregateRow, levelRow, quoteFields, ticker24h } from './rest.ts';

type Send = (message: Readonly<Record<string, unknown>>) => void;

/** One stream: hears of the changes of its instrument and of the time. */
export interface BinanceStream {
  /** Null: it hears of all. */
  readonly instrument: Instrument | null;
  onChange(change: MarketChange): void;
  onTime(nowNs: bigint): void;
}

const NS_PER_MS = 1_000_000n;
const SECOND_NS = 1_000_000_000n;
const WINDOW_MS = { spot: 1000, usdm: 250 } as const;
const WINDOWS_MS = { spot: [100, 1000], usdm: [100, 250, 500] } as const;

/** The stream behind a name; null for one that the emulator does not have. */
export function openStream(
  kind: string,
  instrument: Instrument,
  market: BinanceMarket,
  send: Send,
): BinanceStream | null {
  const depth = /^depth(?:@(\d+)ms)?$/.exec(kind);
  if (depth !== null) {
    const windowMs = depth[1] === undefined ? WINDOW_MS[market] : Number(depth[1]);
    const isAllowed = (WINDOWS_MS[market] as readonly number[]).includes(windowMs);
    return isAllowed ? new DepthStream(instrument, market, windowMs, send) : null;
  }
  if (kind === 'trade' || kind === 'aggTrade') return new TradeStream(instrument, market, kind, send);
  if (kind === 'bookTicker') return new QuoteStream(instrument, market, send);
  if (kind === 'ticker') return new TickerStream(instrument, send);
  const interval = /^kline_(\w+)$/.exec(kind)?.[1] ?? null;
  const intervalS = binanceIntervalS(interval);
  return interval === null || intervalS === null || !instrument.candles.has(intervalS)
    ? null
    : new KlineStream(instrument, interval, intervalS, send);
}

/** A stream of all symbols at once, by its whole name; null for one that the emulator does not have. */
export function openSharedStream(name: string, send: (message: unknown) => void): BinanceStream | null {
  if (name === '!ticker@arr') return new TickersStream(tickerMessage, send);
  return name === '!miniTicker@arr' ? new TickersStream(miniTickerMessage, send) : null;
}

class DepthStream implements BinanceStream {
  readonly instrument: Instrument;
  readonly #isFutures: boolean;
  readonly #windowNs: bigint;
  readonly #send: Send;
  readonly #changed: readonly [Map<number, number>, Map<number, number>] = [new Map(), new Map()];
  /** Number of the last change that was sent. */
  #sent: number;
  #openedNs: bigint | null = null;
  #lastNs = 0n;

  constructor(instrument: Instrument, market: BinanceMarket, windowMs: number, send: Send) {
    this.instrument = instrument;
    this.#isFutures = market === 'usdm';
    this.#windowNs = BigInt(windowMs) * NS_PER_MS;
    this.#send = send;
    this.#sent = instrument.updates;
  }

  onChange({ levels, tsNs }: MarketChange): void {
    if (levels.length === 0) return;
    this.#openedNs ??= tsNs;
    this.#lastNs = tsNs;
    for (const { side, priceSteps, qty } of levels) this.#changed[side].set(priceSteps, qty);
  }

  onTime(nowNs: bigint): void {
    if (this.#openedNs === null || nowNs < this.#openedNs + this.#windowNs) return;
    const { symbol, updates } = this.instrument;
    const head = {
      e: 'depthUpdate',
      E: msOf(this.#openedNs + this.#windowNs),
      ...(this.#isFutures ? { T: msOf(this.#lastNs) } : {}),
      s: binanceSymbol(symbol),
      U: this.#sent + 1,
      u: updates,
      ...(this.#isFutures ? { pu: this.#sent } : {}),
    };
    this.#send({ ...head, b: this.#take(BID), a: this.#take(ASK) });
    this.#sent = updates;
    this.#openedNs = null;
  }

  #take(side: Side): readonly (readonly [string, string])[] {
    const rows = [...this.#changed[side]].map(([priceSteps, qty]) => levelRow({ priceSteps, qty }));
    this.#changed[side].clear();
    return rows;
  }
}

class TradeStream implements BinanceStream {
  readonly instrument: Instrument;
  readonly #isFutures: boolean;
  readonly #kind: 'trade' | 'aggTrade';
  readonly #send: Send;

  constructor(instrument: Instrument, market: BinanceMarket, kind: 'trade' | 'aggTrade', send: Send) {
    this.instrument = instrument;
    this.#isFutures = market === 'usdm';
    this.#kind = kind;
    this.#send = send;
  }

  onChange({ print, tsNs }: MarketChange): void {
    if (print === null) return;
    const head = { e: this.#kind, E: msOf(tsNs), s: binanceSymbol(this.instrument.symbol) };
    const { a, f, l, ...row } = aggregateRow(print);
    if (this.#kind === 'aggTrade') this.#send({ ...head, a, f, l, ...row });
    else this.#send({ ...head, t: a, ...row, ...(this.#isFutures ? { X: 'MARKET' } : {}) });
  }

  onTime(): void {}
}

class QuoteStream implements BinanceStream {
  readonly instrument: Instrument;
  readonly #isFutures: boolean;
  readonly #send: Send;

  constructor(instrument: Instrument, market: BinanceMarket, send: Send) {
    this.instrument = instrument;
    this.#isFutures = market === 'usdm';
    this.#send = send;
  }

  onChange({ isQuote, tsNs }: MarketChange): void {
    if (!isQuote) return;
    const { best, updates, symbol } = this.instrument;
    const row = { u: updates, s: binanceSymbol(symbol), ...quoteFields(best, ['b', 'B', 'a', 'A']) };
    const atMs = msOf(tsNs);
    this.#send(this.#isFutures ? { e: 'bookTicker', ...row, T: atMs, E: atMs } : row);
  }

  onTime(): void {}
}

class TickerStream implements BinanceStream {
  readonly instrument: Instrument;
  readonly #send: Send;
  #dueNs: bigint | null = null;

  constructor(instrument: Instrument, send: Send) {
    this.instrument = instrument;
    this.#send = send;
  }

  onChange({ print, tsNs }: MarketChange): void {
    if (print !== null) this.#dueNs ??= tsNs + SECOND_NS;
  }

  onTime(nowNs: bigint): void {
    if (this.#dueNs === null || nowNs < this.#dueNs) return;
    this.#send(tickerMessage(this.instrument, this.#dueNs));
    this.#dueNs = null;
  }
}

class TickersStream implements BinanceStream {
  readonly instrument = null;
  readonly #write: (instrument: Instrument, atNs: bigint) => unknown;
  readonly #send: (message: unknown) => void;
  readonly #traded = new Set<Instrument>();
  #dueNs: bigint | null = null;

  constructor(write: (instrument: Instrument, atNs: bigint) => unknown, send: (message: unknown) => void) {
    this.#write = write;
    this.#send = send;
  }

  onChange({ instrument, print, tsNs }: MarketChange): void {
    if (print === null) return;
    this.#traded.add(instrument);
    this.#dueNs ??= tsNs + SECOND_NS;
  }

  onTime(nowNs: bigint): void {
    const dueNs = this.#dueNs;
    if (dueNs === null || nowNs < dueNs) return;
    this.#send([...this.#traded].map((instrument) => this.#write(instrument, dueNs)));
    this.#traded.clear();
    this.#dueNs = null;
  }
}

function tickerMessage(instrument: Instrument, atNs: bigint): Readonly<Record<string, unknown>> {
  const day = ticker24h(instrument, secondsOf(atNs));
  return {
    e: '24hrTicker',
    E: msOf(atNs),
    s: day.symbol,
    p: day.priceChange,
    P: day.priceChangePercent,
    w: day.weightedAvgPrice,
    x: day.prevClosePrice,
    c: day.lastPrice,
    Q: day.lastQty,
    ...quoteFields(instrument.best, ['b', 'B', 'a', 'A']),
    o: day.openPrice,
    h: day.highPrice,
    l: day.lowPrice,
    v: day.volume,
    q: day.quoteVolume,
    O: day.openTime,
    C: day.closeTime,
    F: day.firstId,
    L: day.lastId,
    n: day.count,
  };
}

function miniTickerMessage(instrument: Instrument, atNs: bigint): unknown {
  const { E, s, c, o, h, l, v, q } = tickerMessage(instrument, atNs);
  return { e: '24hrMiniTicker', E, s, c, o, h, l, v, q };
}

class KlineStream implements BinanceStream {
  readonly instrument: Instrument;
  readonly #interval: string;
  readonly #intervalS: number;
  readonly #send: Send;
  /** Begin of the candle that is open; null while there is none. */
  #startS: number | null = null;
  #dueNs: bigint | null = null;

  constructor(instrument: Instrument, interval: string, intervalS: number, send: Send) {
    this.instrument = instrument;
    this.#interval = interval;
    this.#intervalS = intervalS;
    this.#send = send;
  }

  onChange({ print, tsNs }: MarketChange): void {
    if (print === null) return;
    const nowS = secondsOf(tsNs);
    this.#startS =
      this.instrument.candles.read(this.#intervalS, nowS - this.#intervalS + 1, nowS + 1).at(-1)?.startS ??
      null;
    this.#dueNs ??= tsNs + SECOND_NS;
  }

  onTime(nowNs: bigint): void {
    if (this.#startS === null) return;
    const endNs = BigInt(this.#startS + this.#intervalS) * SECOND_NS;
    if (nowNs >= endNs) {
      this.#tell(endNs, true);
      this.#startS = null;
      this.#dueNs = null;
    } else if (this.#dueNs !== null && nowNs >= this.#dueNs) {
      this.#tell(this.#dueNs, false);
      this.#dueNs = null;
    }
  }

  #tell(atNs: bigint, isClosed: boolean): void {
    const startS = this.#startS!;
    const candle = this.instrument.candles.read(this.#intervalS, startS, startS + 1)[0];
    if (candle === undefined) return;
    const s = binanceSymbol(this.instrument.symbol);
    const k = {
      t: startS * 1000,
      T: (startS + this.#intervalS) * 1000 - 1,
      s,
      i: this.#interval,
      o: priceText(candle.openSteps, DECIMALS),
      c: priceText(candle.closeSteps, DECIMALS),
      h: priceText(candle.highSteps, DECIMALS),
      l: priceText(candle.lowSteps, DECIMALS),
      v: qtyText(candle.volume, DECIMALS),
      n: candle.trades,
      x: isClosed,
      q: qtyText(candle.turnover, DECIMALS),
      V: qtyText(candle.buyVolume, DECIMALS),
      Q: qtyText(candle.buyTurnover, DECIMALS),
    };
    this.#send({ e: 'kline', E: msOf(atNs), s, k });
  }
}
