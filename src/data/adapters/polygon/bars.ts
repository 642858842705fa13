/** Bars of Polygon: ranges, whole markets of a day, the day before. */

import { type Message, numberOf, priceOf, wholeOf } from '../../venues/messages.ts';
import type { RecordMaker } from '../record-maker.ts';
import { epochNs } from '../vendor-time.ts';
import { eachRow, type Page, tickerIn } from './page.ts';
import { marketOf, oneTicker, zoneOf } from './tickers.ts';

/** Seconds of a span; months, quarters and years differ in length and have that of 30, 91 and 365 days. */
export const SPAN_SECONDS: Readonly<Record<string, number>> = {
  second: 1,
  minute: 60,
  hour: 3600,
  day: 86_400,
  week: 604_800,
  month: 2_592_000,
  quarter: 7_862_400,
  year: 31_536_000,
};
const DAY_S = 86_400;

export type Adjusted = 'raw' | 'splits';

export interface BarFrame {
  readonly tsEvent: bigint | null;
  readonly tsRecv?: bigint | null;
  readonly intervalS: number;
  readonly adjusted: Adjusted;
}

export const readRange = eachRow((row, page) => {
  const seconds = SPAN_SECONDS[page.path.timespan ?? ''];
  pushBar(page.maker, tickerIn(row, page), row, {
    tsEvent: epochNs(row.t),
    intervalS: Number(page.path.multiplier) * (seconds ?? Number.NaN),
    adjusted: adjustedOf(page),
  });
});

/** Days whose time is that of their end: they get the beginning of the day in which it falls. */
export const readDays = eachRow((row, page) => {
  const ticker = tickerIn(row, page);
  const end = epochNs(row.t);
  pushBar(page.maker, ticker, row, {
    tsEvent: end === null || ticker === null ? null : zoneOf(marketOf(ticker)).dayStartNs(end),
    intervalS: DAY_S,
    adjusted: adjustedOf(page),
  });
});

function adjustedOf({ whole, query }: Page): Adjusted {
  const said = whole.adjusted ?? query.get('adjusted') ?? 'false';
  return String(said) === 'true' ? 'splits' : 'raw';
}

export function pushBar(maker: RecordMaker, ticker: string | null, row: Message, frame: BarFrame): void {
  const [open, high, low, close] = [row.o, row.h, row.l, row.c].map(priceOf);
  if (ticker === null || open == null || high == null || low == null || close == null) {
    maker.reject('missing-value', `a bar has symbol and four prices: ${JSON.stringify(row).slice(0, 200)}`);
    return;
  }
  const market = marketOf(ticker);
  const volume = numberOf(row.v);
  // What is called the volume of a currency is the number of its quotes.
  const isCounted = market === 'fx';
  maker.push('bar', {
    symbol: oneTicker(ticker),
    ...frame,
    basis: market === 'fx' ? 'mid' : market === 'indices' ? 'index' : 'trade',
    open,
    high,
    low,
    close,
    volume: isCounted ? null : volume,
    vwap: numberOf(row.vw),
    trades: wholeOf(row.n ?? (isCounted ? volume : null)),
  });
}
