/** The state of a stock in one answer: its day, its minute, the day before, the last trade and quote. */

import { type Candle, MINUTE_S } from '../market/candles.ts';
import type { Instrument } from '../market/market.ts';
import { lastQuoteOf, lastTradeOf } from './last.ts';

const DAY_S = 86_400;
const PRICE_STEPS = 1e9;
/** Days that are looked back for the one before. */
const DAYS_BACK = 7;

export function snapshotOf(instrument: Instrument, nowS: number): Readonly<Record<string, unknown>> {
  const todayS = Math.floor(nowS / DAY_S) * DAY_S;
  const read = (lengthS: number, fromS: number, toS: number): Candle[] =>
    instrument.candles.has(lengthS) ? instrument.candles.read(lengthS, fromS, toS) : [];
  const day = read(DAY_S, todayS, nowS + 1).at(-1);
  const before = read(DAY_S, todayS - DAYS_BACK * DAY_S, todayS).at(-1);
  const minute = read(MINUTE_S, nowS - (nowS % MINUTE_S) - MINUTE_S, nowS + 1).at(-1);
  const change =
    day === undefined || before === undefined ? 0 : (day.closeSteps - before.closeSteps) / PRICE_STEPS;
  const closeBefore = (before?.closeSteps ?? 0) / PRICE_STEPS;
  return {
    ticker: instrument.symbol,
    todaysChange: change,
    todaysChangePerc: closeBefore === 0 ? 0 : (100 * change) / closeBefore,
    updated: Number(instrument.lastNs),
    day: figuresOf(day),
    prevDay: figuresOf(before),
    min: {
      ...figuresOf(minute),
      t: (minute?.startS ?? 0) * 1000,
      n: minute?.trades ?? 0,
      av: day?.volume ?? 0,
    },
    lastTrade: lastTradeOf(instrument) ?? undefined,
    lastQuote: lastQuoteOf(instrument),
  };
}

/** Polygon writes zeros for what did not trade. */
function figuresOf(candle: Candle | undefined): Readonly<Record<string, number>> {
  if (candle === undefined) return { o: 0, h: 0, l: 0, c: 0, v: 0, vw: 0 };
  const { openSteps, highSteps, lowSteps, closeSteps, volume, turnover } = candle;
  return {
    o: openSteps / PRICE_STEPS,
    h: highSteps / PRICE_STEPS,
    l: lowSteps / PRICE_STEPS,
    c: closeSteps / PRICE_STEPS,
    v: volume,
    vw: volume === 0 ? closeSteps / PRICE_STEPS : turnover / volume,
  };
}
