/**
 * The REST API of Polygon (also called Massive): aggregates, trades and quotes with their pages, the last trade and quote,
 * snapshots, reference data. Answers about the past come from the records, up to the emulated time.
 */

import type { CanonicalRecord } from '../../data/index.ts';
import type { RestAnswer, RestRequest, Stage } from '../contract.ts';
import { pastRecords } from '../records.ts';
import { secondsOf } from '../words.ts';
import { lastQuoteOf, lastTradeOf } from './last.ts';
import { dividendRows, filtered, splitRows, tickerEvents, tickerRows } from './reference.ts';
import { snapshotOf } from './snapshots.ts';

const SNAPSHOTS = '/v2/snapshot/locale/us/markets/stocks/tickers';
const ROWS_MAX = 50_000;
const ROWS = 1000;
const NS_PER_MS = 1_000_000n;
const NS_PER_DAY = 86_400_000_000_000n;
const PRICE_STEPS = 1e9;
const SPAN_S: Readonly<Record<string, number>> = { minute: 60, hour: 3600, day: 86_400, week: 604_800 };

/** Why a request is refused with status 400. */
class Refusal extends Error {}

export class PolygonRest {
  readonly #stage: Stage;
  #asked = 0;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** Requests are numbered; Polygon's ids are 32 hexadecimal digits. */
  #id(): string {
    return this.#asked.toString(16).padStart(32, '0');
  }

  async ask({ method, path, query, headers }: RestRequest): Promise<RestAnswer | null> {
    if (method !== 'GET') return null;
    this.#asked++;
    const bearer = /^Bearer (.+)$/.exec(String(headers.authorization ?? ''))?.[1];
    if ((query.get('apiKey') ?? bearer ?? '') === '')
      return {
        status: 401,
        body: { status: 'ERROR', request_id: this.#id(), error: 'API Key was not provided' },
      };
    try {
      const body = await this.#answer(path, query);
      return body === null ? null : { status: 200, body };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { status: 400, body: { status: 'ERROR', request_id: this.#id(), error: error.message } };
    }
  }

  #answer(path: string, query: URLSearchParams): Promise<unknown> | unknown {
    const parts = path.split('/').slice(1).map(decodeURIComponent);
    const [version, first, second, ...rest] = parts;
    const place = `${version}/${first}/${second ?? ''}`;
    if (place === 'v2/aggs/ticker') return this.#aggregates(rest, query);
    if (version === 'v3' && first === 'trades' && second !== undefined)
      return this.#ticks('trade', second, path, query, tradeRow);
    if (version === 'v3' && first === 'quotes' && second !== undefined)
      return this.#ticks('bbo', second, path, query, quoteRow);
    if (place === 'v2/last/trade') return this.#lastTrade(rest[0] ?? '');
    if (place === 'v2/last/nbbo') return this.#lastQuote(rest[0] ?? '');
    if (`${path}/`.startsWith(`${SNAPSHOTS}/`)) return this.#snapshots(parts[7], query);
    if (first === 'reference') return this.#reference(second ?? '', rest, path, query);
    return null;
  }

  async #reference(
    what: string,
    [one, part]: readonly string[],
    path: string,
    query: URLSearchParams,
  ): Promise<unknown> {
    const stage = this.#stage;
    if (what === 'tickers' && one !== undefined) {
      const results =
        part === 'events'
          ? await tickerEvents(stage, one)
          : part === undefined
            ? tickerRows(stage).find(({ ticker }) => ticker === one)
            : undefined;
      return results === undefined ? null : { request_id: this.#id(), status: 'OK', results };
    }
    if (what === 'tickers') return this.#page(filtered(tickerRows(stage), query), path, query);
    if (what === 'splits') return this.#page(filtered(await splitRows(stage), query), path, query);
    if (what === 'dividends') return this.#page(filtered(await dividendRows(stage), query), path, query);
    return null;
  }

  #snapshots(one: string | undefined, query: URLSearchParams): unknown {
    const head = { status: 'OK', request_id: this.#id() };
    const { instruments } = this.#stage.market;
    const nowS = secondsOf(this.#stage.nowNs());
    if (one !== undefined) {
      const instrument = instruments.get(one);
      return instrument === undefined ? null : { ...head, ticker: snapshotOf(instrument, nowS) };
    }
    const wanted = query.get('tickers')?.split(',') ?? null;
    const tickers = [...instruments.values()]
      .filter(({ symbol }) => wanted === null || wanted.includes(symbol))
      .map((instrument) => snapshotOf(instrument, nowS));
    return { ...head, count: tickers.length, tickers };
  }

  /** /range/<multiplier>/<timespan>/<from>/<to>, days or ms; or /prev. */
  #aggregates(
    [ticker = '', word, multiplier, timespan, from, to]: string[],
    query: URLSearchParams,
  ): unknown {
    const instrument = this.#stage.market.instruments.get(ticker);
    const head = {
      ticker,
      adjusted: query.get('adjusted') !== 'false',
      request_id: this.#id(),
      status: 'OK',
    };
    const nowS = secondsOf(this.#stage.nowNs());
    let lengthS = SPAN_S.day!;
    let [fromS, toS] = [Math.floor(nowS / lengthS - 1) * lengthS, Math.floor(nowS / lengthS) * lengthS];
    if (word === 'range') {
      lengthS = Number(multiplier) * (SPAN_S[timespan ?? ''] ?? Number.NaN);
      fromS = instantMs(from ?? '', false) / 1000;
      toS = instantMs(to ?? '', true) / 1000 + 1e-6;
    } else if (word !== 'prev') return null;
    if (!(lengthS > 0 && Number.isSafeInteger(lengthS)))
      throw new Refusal(
        `The timespan is one of ${Object.keys(SPAN_S).join(', ')}, its multiplier a whole number`,
      );
    if (Number.isNaN(fromS) || Number.isNaN(toS)) throw new Refusal('from and to are days or milliseconds');
    const candles =
      instrument === undefined || !instrument.candles.has(lengthS)
        ? []
        : instrument.candles.read(lengthS, fromS, toS);
    const chosen = (query.get('sort') === 'desc' ? candles.reverse() : candles).slice(
      0,
      limitOf(query, 5000),
    );
    const results = chosen.map((one) => ({
      v: one.volume,
      vw: one.volume === 0 ? one.closeSteps / PRICE_STEPS : one.turnover / one.volume,
      o: one.openSteps / PRICE_STEPS,
      c: one.closeSteps / PRICE_STEPS,
      h: one.highSteps / PRICE_STEPS,
      l: one.lowSteps / PRICE_STEPS,
      t: one.startS * 1000,
      n: one.trades,
    }));
    return {
      ...head,
      queryCount: results.length,
      resultsCount: results.length,
      count: results.length,
      results,
    };
  }

  /** Rows of one ticker by `timestamp`, `.gte`, `.gt`, `.lte`, `.lt` (days or ns), newest first unless order=asc. */
  async #ticks<N extends 'trade' | 'bbo'>(
    schema: N,
    ticker: string,
    path: string,
    query: URLSearchParams,
    write: (record: CanonicalRecord<N>) => unknown,
  ): Promise<unknown> {
    const { fromNs, toNs } = this.#span(query);
    const isThere = this.#stage.market.instruments.has(ticker);
    const rows = isThere ? await pastRecords(this.#stage, schema, { symbols: [ticker], fromNs, toNs }) : [];
    if (query.get('order') !== 'asc') rows.reverse();
    return this.#page(rows.map(write), path, query);
  }

  #span(query: URLSearchParams): { fromNs: bigint; toNs: bigint } {
    let [fromNs, toNs] = [0n, this.#stage.nowNs() + 1n];
    for (const [name, value] of query) {
      if (!name.startsWith('timestamp')) continue;
      const at = /^\d{10,}$/.test(value) ? BigInt(value) : BigInt(instantMs(value, false)) * NS_PER_MS;
      const isDay = !/^\d{10,}$/.test(value);
      if (name === 'timestamp' || name === 'timestamp.gte') fromNs = at;
      if (name === 'timestamp') toNs = isDay ? at + NS_PER_DAY : at + 1n;
      if (name === 'timestamp.gt') fromNs = at + 1n;
      if (name === 'timestamp.lt') toNs = at;
      if (name === 'timestamp.lte') toNs = at + 1n;
    }
    return { fromNs, toNs };
  }

  #lastTrade(ticker: string): unknown {
    const instrument = this.#stage.market.instruments.get(ticker);
    const last = instrument === undefined ? null : lastTradeOf(instrument);
    return last === null ? null : { request_id: this.#id(), status: 'OK', results: { T: ticker, ...last } };
  }

  #lastQuote(ticker: string): unknown {
    const instrument = this.#stage.market.instruments.get(ticker);
    if (instrument === undefined) return null;
    return { request_id: this.#id(), status: 'OK', results: { T: ticker, ...lastQuoteOf(instrument) } };
  }

  /** A page of rows; `cursor` is how many came before, and next_url leads on without the key, as at the vendor. */
  #page(rows: readonly unknown[], path: string, query: URLSearchParams): unknown {
    const at = Number(query.get('cursor') ?? 0);
    if (!Number.isSafeInteger(at) || at < 0) throw new Refusal('cursor is one that a next_url had');
    const limit = limitOf(query, ROWS);
    const results = rows.slice(at, at + limit);
    const body = { status: 'OK', request_id: this.#id(), results };
    if (at + limit >= rows.length) return body;
    const next = new URLSearchParams([...query].filter(([name]) => name !== 'apiKey' && name !== 'cursor'));
    next.set('cursor', String(at + limit));
    return { ...body, next_url: `${this.#stage.baseUrl()}${path}?${next}` };
  }
}

function limitOf(query: URLSearchParams, otherwise: number): number {
  const limit = Number(query.get('limit') ?? otherwise);
  if (Number.isSafeInteger(limit) && limit >= 1 && limit <= ROWS_MAX) return limit;
  throw new Refusal(`limit is a whole number from 1 to ${ROWS_MAX}`);
}

/** A day (UTC), its last ms with `isEnd`, or ms since 1970. NaN for anything else. */
function instantMs(text: string, isEnd: boolean): number {
  if (/^\d{11,}$/.test(text)) return Number(text);
  const day = Date.parse(`${text}T00:00:00Z`);
  return isEnd ? day + 86_399_999 : day;
}

function tradeRow(record: CanonicalRecord<'trade'>): unknown {
  return {
    id: record.tradeId ?? String(record.sourceIndex),
    price: record.price,
    size: record.qty,
    participant_timestamp: Number(record.tsEvent),
    sip_timestamp: Number(record.tsPublished ?? record.tsEvent),
    sequence_number: record.sequence ?? record.sourceIndex,
    exchange: codeOf(record.exchange),
    conditions: codesOf(record.conditions),
  };
}

function quoteRow(record: CanonicalRecord<'bbo'>): unknown {
  return {
    bid_price: record.bidPrice ?? 0,
    bid_size: record.bidQty ?? 0,
    bid_exchange: codeOf(record.bidExchange),
    ask_price: record.askPrice ?? 0,
    ask_size: record.askQty ?? 0,
    ask_exchange: codeOf(record.askExchange),
    participant_timestamp: Number(record.tsEvent),
    sip_timestamp: Number(record.tsEvent),
    sequence_number: record.sequence ?? record.sourceIndex,
    conditions: codesOf(record.conditions),
  };
}

/** Polygon's exchanges are numbers; others have none. */
function codeOf(text: string | null): number | undefined {
  return text !== null && /^\d+$/.test(text) ? Number(text) : undefined;
}

function codesOf(text: string | null): number[] | undefined {
  const codes = (text ?? '').split(',').filter((code) => /^\d+$/.test(code));
  return codes.length === 0 ? undefined : codes.map(Number);
}
