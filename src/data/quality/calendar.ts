/** When a market is open, as the checks ask it; calendars of venues come from elsewhere. */

import { NS_PER_DAY } from '../schema/day.ts';

export interface SessionCalendar {
  readonly name: string;
  /** Whether trading is possible at an instant, ns since 1970 UTC. */
  isOpen(ns: bigint): boolean;
}

/** Never closed: coins. */
export const ALWAYS_OPEN: SessionCalendar = { name: 'always', isOpen: () => true };

const NS_PER_S = 1_000_000_000n;
const HOUR_S = 3600;
/** Intervals between two bars that are looked at; a wider hole is told up to there. */
export const INTERVALS_MAX = 1_000_000;

/**
 * Starts of the bars missing between two of a series, ns. Without a calendar those between two bars of the same day (UTC); with one
 * those during which the market is open at their start, or, for bars longer than an hour, at one of the full hours after it.
 */
export function* missingStarts(
  previousNs: bigint,
  nextNs: bigint,
  intervalS: number,
  calendar: SessionCalendar | null,
): Generator<bigint> {
  if (calendar === null && previousNs / NS_PER_DAY !== nextNs / NS_PER_DAY) return;
  const step = BigInt(intervalS) * NS_PER_S;
  let seen = 0;
  for (let start = previousNs + step; start + step <= nextNs && seen < INTERVALS_MAX; start += step) {
    seen++;
    if (calendar === null || isExpected(calendar, start, intervalS)) yield start;
  }
}

function isExpected(calendar: SessionCalendar, startNs: bigint, intervalS: number): boolean {
  for (let at = 0; at < intervalS; at += HOUR_S) {
    if (calendar.isOpen(startNs + BigInt(at) * NS_PER_S)) return true;
  }
  return false;
}
