/** The public REST API of Binance, spot and USD-M futures: exchangeInfo, time, ping, depth, trades, klines, tickers. */

import type { RestAnswer, RestRequest, Stage } from '../contract.ts';
import type { Candle } from '../market/candles.ts';
import { ASK, BID } from '../market/events.ts';
import type { Best, Instrument, Print } from '../market/market.ts';
import { msOf, priceText, qtyText, secondsOf } from '../words.ts';
import { binanceIntervalS } from './intervals.ts';
import { type BinanceMarket, binanceSymbol, DECIMALS, symbolInfo } from './names.ts';

export const DAY_S = 86_400;
const ROWS_MAX = 1000;
const DEPTH_MAX = { spot: 5000, usdm: 1000 } as const;
const HOUR_MS = 3_600_000;

/** What Binance answers with status 400. Codes and words: binance-spot-api-docs, errors. */
class Refusal extends Error {
  readonly code: number;
  constructor(code: number, words: string) {
    super(words);
    this.code = code;
  }
}

export class BinanceRest {
  readonly #stage: Stage;
  readonly #market: BinanceMarket;
  readonly #bySymbol: ReadonlyMap<string, Instrument>;

  constructor(stage: Stage, market: BinanceMarket) {
    this.#stage = stage;
    this.#market = market;
    this.#bySymbol = new Map(
      [...stage.market.instruments.values()].map((one) => [binanceSymbol(one.symbol), one]),
    );
  }

  ask({ method, path, query }: RestRequest): RestAnswer | null {
    const parts = (this.#market === 'spot' ? /^\/api\/v[13]\/(.+)$/ : /^\/fapi\/v[12]\/(.+)$/).exec(path);
    if (parts === null || method !== 'GET') return null;
    try {
      const body = this.#answer(parts[1]!, query);
      return body === undefined ? null : { status: 200, body, headers: { 'x-mbx-used-weight-1m': '1' } };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { status: 400, body: { code: error.code, msg: error.message } };
    }
  }

  /** The instrument of a symbol, of whatever case. */
  find(symbol: string): Instrument | null {
    return this.#bySymbol.get(symbol.toUpperCase()) ?? null;
  }

  #answer(endpoint: string, query: URLSearchParams): unknown {
    switch (endpoint) {
      case 'ping':
        return {};
      case 'time':
        return { serverTime: msOf(this.#stage.nowNs()) };
      case 'exchangeInfo':
        return this.#exchangeInfo(query);
      case 'depth':
        return this.#depth(this.#one(query), query);
      case 'trades':
        return lastOf(this.#one(query).trades, rowsOf(query)).map(tradeRow);
      case 'historicalTrades':
      case 'aggTrades': {
        const write = endpoint === 'aggTrades' ? aggregateRow : tradeRow;
        return this.#tradesOf(this.#one(query), query).map(write);
      }
      case 'klines':
        return this.#klines(this.#one(query), query);
      case 'ticker/24hr':
        return this.#oneOrAll(query, (one) => ticker24h(one, secondsOf(this.#stage.nowNs())));
      case 'ticker/price':
        return this.#oneOrAll(query, (one) => ({
          symbol: binanceSymbol(one.symbol),
          price: priceText(one.trades.at(-1)?.priceSteps ?? 0, DECIMALS),
          ...(this.#market === 'usdm' ? { time: msOf(one.lastNs) } : {}),
        }));
      case 'ticker/bookTicker':
        return this.#oneOrAll(query, (one) => ({
          symbol: binanceSymbol(one.symbol),
          ...quoteFields(one.best, ['bidPrice', 'bidQty', 'askPrice', 'askQty']),
          ...(this.#market === 'usdm' ? { time: msOf(one.lastNs), lastUpdateId: one.updates } : {}),
        }));
      default:
        return undefined;
    }
  }

  #one(query: URLSearchParams): Instrument {
    const symbol = query.get('symbol');
    if (symbol === null)
      throw new Refusal(-1102, "Mandatory parameter 'symbol' was not sent, was empty/null, or malformed.");
    const found = this.#bySymbol.get(symbol);
    if (found === undefined) throw new Refusal(-1121, 'Invalid symbol.');
    return found;
  }

  #some(query: URLSearchParams): readonly Instrument[] {
    const list = query.get('symbols');
    if (list === null) return query.has('symbol') ? [this.#one(query)] : [...this.#bySymbol.values()];
    let names: unknown;
    try {
      names = JSON.parse(list);
    } catch {
      names = null;
    }
    if (!Array.isArray(names)) throw new Refusal(-1100, "Illegal characters found in parameter 'symbols'.");
    return names.map((symbol) => this.#one(new URLSearchParams({ symbol: String(symbol) })));
  }

  #oneOrAll(query: URLSearchParams, write: (one: Instrument) => unknown): unknown {
    return query.has('symbol') ? write(this.#one(query)) : this.#some(query).map(write);
  }

  #exchangeInfo(query: URLSearchParams): unknown {
    return {
      timezone: 'UTC',
      serverTime: msOf(this.#stage.nowNs()),
      rateLimits: [],
      exchangeFilters: [],
      symbols: this.#some(query).map((one) => symbolInfo(one, this.#market)),
    };
  }

  #depth(one: Instrument, query: URLSearchParams): unknown {
    const limit = wholeOf(query, 'limit') ?? 100;
    const depth = Math.min(limit, DEPTH_MAX[this.#market]);
    const times = this.#market === 'usdm' ? { E: msOf(this.#stage.nowNs()), T: msOf(one.lastNs) } : {};
    return {
      lastUpdateId: one.updates,
      ...times,
      bids: one.levels(BID, depth).map(levelRow),
      asks: one.levels(ASK, depth).map(levelRow),
    };
  }

  /** By id, else by time, else the newest: the rules of aggTrades. */
  #tradesOf(one: Instrument, query: URLSearchParams): readonly Print[] {
    const rows = rowsOf(query);
    const fromId = wholeOf(query, 'fromId');
    const startMs = wholeOf(query, 'startTime');
    const endMs = wholeOf(query, 'endTime') ?? (startMs === null ? null : startMs + HOUR_MS);
    if (fromId !== null) return firstOf(one.trades, ({ id }) => id >= fromId, rows);
    if (startMs === null && endMs === null) return lastOf(one.trades, rows);
    const until = endMs ?? Number.POSITIVE_INFINITY;
    const within = one.trades.filter(({ tsNs }) => msOf(tsNs) >= (startMs ?? 0) && msOf(tsNs) <= until);
    return startMs === null ? lastOf(within, rows) : within.slice(0, rows);
  }

  #klines(one: Instrument, query: URLSearchParams): unknown {
    const intervalS = binanceIntervalS(query.get('interval'));
    if (intervalS === null || !one.candles.has(intervalS)) throw new Refusal(-1120, 'Invalid interval.');
    const startMs = wholeOf(query, 'startTime');
    const endMs = wholeOf(query, 'endTime') ?? Number.POSITIVE_INFINITY;
    const rows = rowsOf(query);
    const candles = one.candles.read(intervalS, Math.ceil((startMs ?? 0) / 1000), endMs / 1000 + 1e-9);
    const chosen = startMs === null ? lastOf(candles, rows) : candles.slice(0, rows);
    return chosen.map((candle) => klineRow(candle, intervalS));
  }
}

function wholeOf(query: URLSearchParams, name: string): number | null {
  const text = query.get(name);
  if (text === null || text === '') return null;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new Refusal(
    -1100,
    `Illegal characters found in parameter '${name}'; legal range is '^[0-9]{1,20}$'.`,
  );
}

function rowsOf(query: URLSearchParams): number {
  return Math.max(1, Math.min(ROWS_MAX, wholeOf(query, 'limit') ?? 500));
}

function lastOf<T>(rows: readonly T[], count: number): readonly T[] {
  return rows.slice(Math.max(0, rows.length - count));
}

function firstOf(
  trades: readonly Print[],
  isFrom: (trade: Print) => boolean,
  count: number,
): readonly Print[] {
  const at = trades.findIndex(isFrom);
  return at < 0 ? [] : trades.slice(at, at + count);
}

/** Price and quantity of a level, as text. */
export function levelRow({ priceSteps, qty }: Best): readonly [string, string] {
  return [priceText(priceSteps, DECIMALS), qtyText(qty, DECIMALS)];
}

/** The best levels under the names of an endpoint or stream; an empty side is zero, as Binance tells it. */
export function quoteFields(
  [bid, ask]: Instrument['best'],
  [bidPrice, bidQty, askPrice, askQty]: readonly [string, string, string, string],
): Readonly<Record<string, string>> {
  const nothing: Best = { priceSteps: 0, qty: 0 };
  const [bidRow, askRow] = [levelRow(bid ?? nothing), levelRow(ask ?? nothing)];
  return { [bidPrice]: bidRow[0], [bidQty]: bidRow[1], [askPrice]: askRow[0], [askQty]: askRow[1] };
}

function tradeRow({ id, priceSteps, qty, tsNs, aggressor }: Print): unknown {
  return {
    id,
    price: priceText(priceSteps, DECIMALS),
    qty: qtyText(qty, DECIMALS),
    quoteQty: qtyText((qty * priceSteps) / 1e9, DECIMALS),
    time: msOf(tsNs),
    isBuyerMaker: aggressor === ASK,
    isBestMatch: true,
  };
}

/** An aggregate of one trade: each trade is told apart. */
export function aggregateRow({
  id,
  priceSteps,
  qty,
  tsNs,
  aggressor,
}: Print): Readonly<Record<string, unknown>> {
  return {
    a: id,
    p: priceText(priceSteps, DECIMALS),
    q: qtyText(qty, DECIMALS),
    f: id,
    l: id,
    T: msOf(tsNs),
    m: aggressor === ASK,
    M: true,
  };
}

function klineRow(candle: Candle, intervalS: number): readonly unknown[] {
  return [
    candle.startS * 1000,
    priceText(candle.openSteps, DECIMALS),
    priceText(candle.highSteps, DECIMALS),
    priceText(candle.lowSteps, DECIMALS),
    priceText(candle.closeSteps, DECIMALS),
    qtyText(candle.volume, DECIMALS),
    (candle.startS + intervalS) * 1000 - 1,
    qtyText(candle.turnover, DECIMALS),
    candle.trades,
    qtyText(candle.buyVolume, DECIMALS),
    qtyText(candle.buyTurnover, DECIMALS),
    '0',
  ];
}

/** The figures of the last 24 hours. */
export function ticker24h(one: Instrument, nowS: number) {
  const day = one.candles.rolling(nowS, DAY_S);
  const [open, high, low, close] = [
    day?.openSteps ?? 0,
    day?.highSteps ?? 0,
    day?.lowSteps ?? 0,
    day?.closeSteps ?? 0,
  ];
  const volume = day?.volume ?? 0;
  const turnover = day?.turnover ?? 0;
  const last = one.trades.at(-1);
  return {
    symbol: binanceSymbol(one.symbol),
    priceChange: priceText(close - open, DECIMALS),
    priceChangePercent: (open === 0 ? 0 : ((close - open) / open) * 100).toFixed(3),
    weightedAvgPrice: qtyText(volume === 0 ? 0 : turnover / volume, DECIMALS),
    prevClosePrice: priceText(open, DECIMALS),
    lastPrice: priceText(close, DECIMALS),
    lastQty: qtyText(last?.qty ?? 0, DECIMALS),
    ...quoteFields(one.best, ['bidPrice', 'bidQty', 'askPrice', 'askQty']),
    openPrice: priceText(open, DECIMALS),
    highPrice: priceText(high, DECIMALS),
    lowPrice: priceText(low, DECIMALS),
    volume: qtyText(volume, DECIMALS),
    quoteVolume: qtyText(turnover, DECIMALS),
    openTime: (nowS - DAY_S) * 1000,
    closeTime: nowS * 1000,
    firstId: one.trades[0]?.id ?? -1,
    lastId: last?.id ?? -1,
    count: day?.trades ?? 0,
  };
}
