/** One stylised fact: its statistic, what the recording can tell of it, and the band it should lie in. */

import { Xoshiro128 } from '../base/index.ts';
import { percentileInterval } from '../math/index.ts';

/** Draws of blocks behind an interval; of long series fewer, which vary little. */
export const DRAWS = 400;
const LONG_DRAWS = 100;
const LONG_SERIES = 5000;
export const SEED = 11;
/** Observations below which an estimate says nothing. */
export const OBSERVATIONS_MIN = 40;

/** What a fact is about. */
export interface FactName {
  /** Of Cont's list 1 to 11; null for what stands beside it. */
  readonly number: number | null;
  readonly name: string;
  readonly statistic: string;
}

export interface Band {
  readonly low: number;
  readonly high: number;
}

export interface Fact extends FactName {
  readonly value: number | null;
  readonly interval: Band | null;
  readonly band: Band | null;
  /** Null where it is not testable. */
  readonly holds: boolean | null;
  /** Why it is not testable; null where it is. */
  readonly untestable: string | null;
}

/** A fact whose interval comes from draws of blocks of the series. */
export function factOf(
  name: FactName,
  band: Band,
  count: number,
  statistic: (rows: readonly number[]) => number,
): Fact {
  if (count < OBSERVATIONS_MIN)
    return untestableFact(name, band, `needs ${OBSERVATIONS_MIN} observations, has ${count}`);
  const value = statistic(Array.from({ length: count }, (_, i) => i));
  if (Number.isNaN(value)) return untestableFact(name, band, 'the series has no spread');
  const random = new Xoshiro128(SEED);
  const draws = Array.from({ length: count > LONG_SERIES ? LONG_DRAWS : DRAWS }, () =>
    statistic(blockRows(count, random)),
  );
  return decided(name, band, value, percentileInterval(draws));
}

export function decided(name: FactName, band: Band, value: number, interval: Band): Fact {
  const holds = interval.low <= band.high && interval.high >= band.low;
  return { ...name, value, interval, band, holds, untestable: null };
}

export function untestableFact(name: FactName, band: Band | null, untestable: string): Fact {
  return { ...name, value: null, interval: null, band, holds: null, untestable };
}

/** Rows of a draw of blocks about as long as the cube root of the series: neighbours stay together. */
export function blockRows(count: number, random: Xoshiro128): number[] {
  const length = Math.max(2, Math.round(Math.cbrt(count)));
  const rows: number[] = [];
  while (rows.length < count) {
    const start = random.nextBelow(count - length + 1);
    for (let i = 0; i < length && rows.length < count; i++) rows.push(start + i);
  }
  return rows;
}
