/** When a market is open, as the checks ask it; calendars of venues come from elsewhere. */

import { NS_PER_DAY } from '../schema/day.ts';

export interface SessionCalendar {
  readonly name: string;
  /** Whether trades and quotes may come at an instant, ns since 1970 UTC: calls of auctions count. */
  isOpen(ns: bigint): boolean;
  /** Whether a bar from one instant to another (not included) is expected: the main session reaches into it. */
  isTraded(fromNs: bigint, toNs: bigint): boolean;
  /** Starts of the daily bars between two, ns, at the time of day of the earlier one: one for each trading day. */
  dailyStarts(previousNs: bigint, nextNs: bigint): Iterable<bigint>;
}

const NS_PER_S = 1_000_000_000n;
const S_PER_DAY = 86_400;
/** Intervals between two bars that are looked at; a wider hole is told up to there. */
export const INTERVALS_MAX = 1_000_000;

/** Never closed: coins. */
export const ALWAYS_OPEN: SessionCalendar = {
  name: 'always',
  isOpen: () => true,
  isTraded: () => true,
  dailyStarts: (previousNs, nextNs) => startsBetween(previousNs, nextNs, NS_PER_DAY),
};

/**
 * Starts of the bars missing between two of a series, ns. Without a calendar those between two bars of the same day (UTC); with one
 * those into which the main session reaches, or, for bars of a day, those of the trading days.
 */
export function* missingStarts(
  previousNs: bigint,
  nextNs: bigint,
  intervalS: number,
  calendar: SessionCalendar | null,
): Generator<bigint> {
  if (calendar === null && previousNs / NS_PER_DAY !== nextNs / NS_PER_DAY) return;
  if (calendar !== null && intervalS === S_PER_DAY) {
    yield* calendar.dailyStarts(previousNs, nextNs);
    return;
  }
  const step = BigInt(intervalS) * NS_PER_S;
  for (const start of startsBetween(previousNs, nextNs, step))
    if (calendar === null || calendar.isTraded(start, start + step)) yield start;
}

/** Starts of whole steps between two bars. */
function* startsBetween(previousNs: bigint, nextNs: bigint, step: bigint): Generator<bigint> {
  let seen = 0;
  for (let start = previousNs + step; start + step <= nextNs && seen < INTERVALS_MAX; start += step) {
    seen++;
    yield start;
  }
}
