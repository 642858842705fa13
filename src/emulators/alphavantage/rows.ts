/** Rows of a series: candles of minutes, days, weeks or months by the clocks of a zone, and what adjusts them. */

import type { CanonicalRecord } from '../../data/index.ts';
import { type Candle, join } from '../market/candles.ts';
import type { Instrument } from '../market/market.ts';
import type { Clocks } from './words.ts';

export interface Row {
  /** Time that names it, as its answer writes it. */
  readonly label: string;
  readonly candle: Candle;
}

export type Span = 'daily' | 'weekly' | 'monthly';

const DAY_S = 86_400;
const DAYS_OF_WEEK = 7;

/** Oldest first, up to `nowS`; intervals without trades have none. */
export function minutesOf({ candles }: Instrument, intervalS: number, nowS: number, clocks: Clocks): Row[] {
  return candles.read(intervalS, 0, nowS + 1).map((candle) => ({ label: clocks.at(candle.startS), candle }));
}

/** Oldest first. A week or month is named by its last day that has a price, as at the vendor. */
export function spansOf(instrument: Instrument, span: Span, nowS: number, clocks: Clocks): Row[] {
  const days = daysOf(instrument, nowS, clocks);
  return span === 'daily' ? days : grouped(days, span === 'weekly' ? weekOf : monthOf);
}

/** Days of the zone. Bars of days carry their day already: they begin at midnight, of the zone or of UTC. */
function daysOf({ candles }: Instrument, nowS: number, clocks: Clocks): Row[] {
  const partS = candles.partS(DAY_S) ?? DAY_S;
  const parts = candles.read(partS, 0, nowS + 1).map((candle) => ({
    label:
      partS === DAY_S ? new Date(candle.startS * 1000).toISOString().slice(0, 10) : clocks.day(candle.startS),
    candle,
  }));
  return grouped(parts, (label) => label);
}

function grouped(rows: readonly Row[], keyOf: (label: string) => string): Row[] {
  const made: Row[] = [];
  for (const { label, candle } of rows) {
    const last = made.at(-1);
    if (last !== undefined && keyOf(last.label) === keyOf(label)) {
      join(last.candle, candle);
      made[made.length - 1] = { label, candle: last.candle };
    } else made.push({ label, candle: { ...candle } });
  }
  return made;
}

/** Monday of the week of a day. */
function weekOf(day: string): string {
  const at = Date.parse(`${day}T00:00:00Z`) / (DAY_S * 1000);
  // 1970-01-01 was a Thursday, three days after a Monday.
  return String(Math.floor((at + 3) / DAYS_OF_WEEK));
}

function monthOf(day: string): string {
  return day.slice(0, 7);
}

/** What happened to a share on a day, and what that does to prices before it. */
export interface DayAdjustment {
  readonly dividend: number;
  /** New shares for an old one; 1 on most days. */
  readonly split: number;
  /** What its prices are multiplied with, to be compared with the newest ones. */
  readonly priceFactor: number;
  /** Shares of today for one of that day. */
  readonly shares: number;
}

/**
 * By day, of rows of days: a dividend scales what came before it by 1 − amount / close of the day before, a split by old / new shares
 * (the method of the CRSP database, which Alpha Vantage names).
 */
export function adjustmentsOf(
  days: readonly Row[],
  actions: readonly CanonicalRecord<'corporate_action'>[],
): Map<string, DayAdjustment> {
  const adjustments = new Map<string, DayAdjustment>();
  let [priceFactor, shares] = [1, 1];
  for (let at = days.length - 1; at >= 0; at--) {
    const { label } = days[at]!;
    const due = actions.filter(({ exDate }) => exDate === label);
    const dividend = due.reduce((sum, one) => sum + (isCash(one) ? (one.amount ?? 0) : 0), 0);
    const split = due.reduce((ratio, one) => ratio * (one.kind === 'split' ? ratioOf(one) : 1), 1);
    adjustments.set(label, { dividend, split, priceFactor, shares });
    const before = at === 0 ? 0 : days[at - 1]!.candle.closeSteps / PRICE_STEPS;
    priceFactor *= (before > dividend ? 1 - dividend / before : 1) / split;
    shares *= split;
  }
  return adjustments;
}

const PRICE_STEPS = 1e9;

function isCash({ kind }: CanonicalRecord<'corporate_action'>): boolean {
  return kind === 'cashDividend' || kind === 'specialDividend';
}

export function ratioOf({ newShares, oldShares }: CanonicalRecord<'corporate_action'>): number {
  return (newShares ?? 1) / (oldShares ?? 1);
}
