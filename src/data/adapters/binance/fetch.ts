/** Asks Binance for the pages of a task. `next` of a page says where the one after it begins, so that a task goes on after a stop. */

import { TwinError } from '../../../base/index.ts';
import type { FetchContext, IngestTask, RawPage } from '../../ingest/adapter.ts';
import {
  classifyByStatus,
  type HttpAnswer,
  retryAfterMs,
  type Verdict,
} from '../../transport/http-client.ts';
import { intervalSeconds } from '../../venues/binance/figures.ts';
import { isMessage, parsed, wholeOf } from '../../venues/messages.ts';
import { type BinanceMarket, MARKET_FACTS } from './markets.ts';
import { type BinanceKind, PAGE_ROWS } from './plan.ts';

/** Status with which Binance shuts out who asked too much. */
const BANNED = 418;
/** Longest span of a request for aggregate trades by time. */
const TRADES_SPAN_MS = 3_600_000;

export function classifyBinance(answer: HttpAnswer): Verdict {
  if (answer.status === BANNED) {
    return { retryAfterMs: retryAfterMs(answer.headers['retry-after']), why: 'shut out for asking too much' };
  }
  return classifyByStatus(answer);
}

export async function* fetchBinance(task: IngestTask, context: FetchContext): AsyncGenerator<RawPage> {
  const kind = task.parameters.kind as BinanceKind;
  const { path } = MARKET_FACTS[task.parameters.market as BinanceMarket];
  let at: string | null = context.resumeAt ?? firstPlace(task);
  while (at !== null) {
    const query = queryOf(task, kind, at);
    const url = `${task.parameters.restUrl}${path}/${query}`;
    const { bytes, headers, url: origin } = await context.http.ask({ url }, context.signal, classifyBinance);
    const next = nextPlace(task, kind, at, bytes, origin);
    yield { bytes, origin, contentType: headers['content-type'] ?? 'application/json', next };
    at = next;
  }
}

function firstPlace(task: IngestTask): string {
  const { kind, fromMs } = task.parameters;
  if (kind === 'book') return 'time';
  return kind === 'trades' || kind === 'candles' || kind === 'funding' ? `ms:${fromMs}` : 'all';
}

/** Endpoint and query for a place: 'ms:<time>', 'id:<trade>', or a word. */
function queryOf(task: IngestTask, kind: BinanceKind, place: string): string {
  const { symbol, interval, depth, toMs, market } = task.parameters;
  const [how, value = ''] = place.split(':');
  const until = Number(toMs) - 1;
  switch (kind) {
    case 'definition': {
      if (market === 'usdm') return 'exchangeInfo';
      const symbols = String(symbol).split(',');
      return `exchangeInfo?symbols=${encodeURIComponent(JSON.stringify(symbols))}`;
    }
    case 'trades':
      return how === 'id'
        ? `aggTrades?symbol=${symbol}&fromId=${value}&limit=${PAGE_ROWS}`
        : `aggTrades?symbol=${symbol}&startTime=${value}&endTime=${Math.min(until, Number(value) + TRADES_SPAN_MS - 1)}&limit=${PAGE_ROWS}`;
    case 'candles':
      return `klines?symbol=${symbol}&interval=${interval}&startTime=${value}&endTime=${until}&limit=${PAGE_ROWS}`;
    case 'funding':
      return `fundingRate?symbol=${symbol}&startTime=${value}&endTime=${until}&limit=${PAGE_ROWS}`;
    case 'book':
      return place === 'time' ? 'time' : `depth?symbol=${symbol}&limit=${depth}`;
    case 'ticker':
      return `ticker/24hr?symbol=${symbol}`;
    case 'quote':
      return `ticker/bookTicker?symbol=${symbol}`;
    case 'premium':
      return `premiumIndex?symbol=${symbol}`;
    case 'openInterest':
      return `openInterest?symbol=${symbol}`;
  }
}

function nextPlace(
  task: IngestTask,
  kind: BinanceKind,
  place: string,
  bytes: Uint8Array,
  url: string,
): string | null {
  if (kind === 'book') return place === 'time' ? 'depth' : null;
  if (kind !== 'trades' && kind !== 'candles' && kind !== 'funding') return null;
  const rows = parsed(new TextDecoder().decode(bytes));
  if (!Array.isArray(rows)) throw brokenPage(url);
  const toMs = Number(task.parameters.toMs);
  const last: unknown = rows.at(-1);
  if (kind === 'trades') return nextTrades(place, toMs, rows.length, last, url);
  const lastMs = wholeOf(Array.isArray(last) ? last[0] : isMessage(last) ? last.fundingTime : null);
  if (rows.length < PAGE_ROWS) return null;
  if (lastMs === null) throw brokenPage(url);
  const stepMs = kind === 'candles' ? intervalSeconds(task.parameters.interval)! * 1000 : 1;
  return lastMs + stepMs < toMs ? `ms:${lastMs + stepMs}` : null;
}

/** By time until the first trade of the day is found, then by id, which leaves none out. */
function nextTrades(place: string, toMs: number, rows: number, last: unknown, url: string): string | null {
  if (rows === 0) {
    const [how, value] = place.split(':');
    const nextMs = Number(value) + TRADES_SPAN_MS;
    return how === 'ms' && nextMs < toMs ? `ms:${nextMs}` : null;
  }
  const id = isMessage(last) ? wholeOf(last.a) : null;
  const timeMs = isMessage(last) ? wholeOf(last.T) : null;
  if (id === null || timeMs === null) throw brokenPage(url);
  if (timeMs >= toMs) return null;
  return place.startsWith('id:') && rows < PAGE_ROWS ? null : `id:${id + 1}`;
}

function brokenPage(url: string): TwinError {
  return new TwinError('DATA_FORMAT', 'a page of Binance is an array whose rows tell id and time', { url });
}
