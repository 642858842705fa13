/** US equities: increments of Rule 612, its amendment by quoted spread, round and odd lots (market-rules §7.1, §7.2). */

import { TwinError } from '../../base/index.ts';
import { firstWeekday, splitDay } from '../exact/calendar-day.ts';
import { type DatedPeriod, periodOn } from '../exact/dated-periods.ts';
import {
  add,
  compareExact,
  divide,
  multiply,
  parseExact,
  type Rational,
  rational,
  ZERO,
} from '../exact/rational.ts';
import type { TickBand } from './tick-table.ts';

/** Bands of a period; those with `twaqsAtMost` are for stocks quoted that tightly, tightest first. */
export interface NmsTickPeriod extends DatedPeriod {
  readonly sources: readonly string[];
  readonly classes: readonly {
    readonly twaqsAtMost?: string | undefined;
    readonly bands: readonly TickBand[];
  }[];
}

/** Round lot by average close: the first row whose bound is not below it; the last has none. */
export interface RoundLotPeriod extends DatedPeriod {
  readonly sources: readonly string[];
  readonly lots: readonly { readonly averageCloseAtMost?: string | undefined; readonly shares: number }[];
}

/** A quoted spread and how long it stood. */
export interface QuotedSpread {
  /** NBO - NBB, exact currency units. */
  readonly spread: string;
  readonly durationNs: number;
}

/** Time-weighted average quoted spread, exact. Raises MKT_CONFIG when there is no time to average over. */
export function twaqs(spreads: readonly QuotedSpread[]): Rational {
  let sum = ZERO;
  let timeNs = 0n;
  for (const { spread, durationNs } of spreads) {
    if (!Number.isSafeInteger(durationNs) || durationNs < 0)
      throw new TwinError('MKT_CONFIG', 'a duration is a whole number of nanoseconds from 0', { durationNs });
    sum = add(sum, multiply(parseExact(spread), rational(BigInt(durationNs))));
    timeNs += BigInt(durationNs);
  }
  if (timeNs === 0n) throw new TwinError('MKT_CONFIG', 'a time-weighted spread is averaged over some time');
  return divide(sum, rational(timeNs));
}

/** Bands of a stock on a day; `averageSpread` is its TWAQS, or null where none was measured (a new listing). */
export function nmsTickBands(
  periods: readonly NmsTickPeriod[],
  day: string,
  averageSpread: Rational | null,
): readonly TickBand[] {
  const { classes } = periodOn(periods, day, 'the Rule 612 table');
  const found = classes.find(
    ({ twaqsAtMost }) =>
      twaqsAtMost === undefined ||
      (averageSpread !== null && compareExact(averageSpread, parseExact(twaqsAtMost)) <= 0),
  );
  if (found === undefined)
    throw new TwinError('MKT_CONFIG', 'a Rule 612 period has a class for every stock', { day });
  return found.bands;
}

/** When a measured spread or price counts: evaluation months (inclusive) and half-open days of operation. */
export interface EvaluationWindow {
  readonly year: number;
  readonly firstMonth: number;
  readonly lastMonth: number;
  readonly operativeFrom: string;
  readonly operativeTo: string;
}

/** Evaluation of increments that is operative on a day: Jan-Mar for May to October, Jul-Sep for November to April. */
export function tickEvaluation(day: string): EvaluationWindow {
  return evaluation(day, { may: [1, 3], november: [7, 9] });
}

/** Evaluation of round lots that is operative on a day: March for May to October, September for November to April. */
export function roundLotEvaluation(day: string): EvaluationWindow {
  return evaluation(day, { may: [3, 3], november: [9, 9] });
}

type Months = readonly [number, number];

function evaluation(
  day: string,
  months: { readonly may: Months; readonly november: Months },
): EvaluationWindow {
  const { year } = splitDay(day);
  const may = firstWeekday(year, 5);
  const november = firstWeekday(year, 11);
  const make = (
    inYear: number,
    [firstMonth, lastMonth]: Months,
    operativeFrom: string,
    operativeTo: string,
  ) => ({
    year: inYear,
    firstMonth,
    lastMonth,
    operativeFrom,
    operativeTo,
  });
  if (day < may) return make(year - 1, months.november, firstWeekday(year - 1, 11), may);
  if (day < november) return make(year, months.may, may, november);
  return make(year, months.november, november, firstWeekday(year + 1, 5));
}

/** Round lot in shares on a day for an average close (exact currency units). */
export function roundLotShares(
  periods: readonly RoundLotPeriod[],
  day: string,
  averageClose: string,
): number {
  const { lots } = periodOn(periods, day, 'the round-lot table');
  const close = parseExact(averageClose);
  const found = lots.find(
    ({ averageCloseAtMost }) =>
      averageCloseAtMost === undefined || compareExact(close, parseExact(averageCloseAtMost)) <= 0,
  );
  if (found === undefined)
    throw new TwinError('MKT_CONFIG', 'a round-lot period has a lot for every price', { day });
  return found.shares;
}

/** A size as the consolidated feed shows it: rounded down to a multiple of the round lot. */
export function publishedShares(shares: number, roundLot: number): number {
  return shares - (shares % roundLot);
}

export interface PriceLevel {
  readonly priceTicks: number;
  readonly shares: number;
}

/**
 * An exchange's quote for the consolidated feed: levels (best first) are added up until they make a round lot, at the price
 * of the last one needed. Null while all of them together are an odd lot.
 */
export function consolidatedQuote(levels: readonly PriceLevel[], roundLot: number): PriceLevel | null {
  let shares = 0;
  for (const level of levels) {
    shares += level.shares;
    if (shares >= roundLot)
      return { priceTicks: level.priceTicks, shares: publishedShares(shares, roundLot) };
  }
  return null;
}
