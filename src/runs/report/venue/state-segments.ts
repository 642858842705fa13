/** States that lasted, as pieces of days. */

import { dayOf } from './run-clock.ts';
import type { ReportedState, SessionSummary } from './session-summary.ts';

const NS_PER_DAY = 86_400e9;

export interface Segment {
  readonly state: ReportedState;
  readonly fromNs: number;
  readonly untilNs: number;
}

/** A calendar day of the run's clock on which the venue was open. */
export interface DayRow {
  readonly day: number;
  /** In order, without gaps within the part of the day that the journal tells of. */
  readonly segments: readonly Segment[];
}

/** Whether a state is one of an open venue, as far as it is told. */
export function isOpen({ state }: Segment): boolean {
  return state !== 'CLOSED' && state !== 'UNKNOWN';
}

export function dayRows(sessions: SessionSummary): DayRow[] {
  const days = new Map<number, Segment[]>();
  for (const segment of segmentsOf(sessions)) {
    for (let fromNs = segment.fromNs; fromNs < segment.untilNs; ) {
      const day = dayOf(fromNs);
      const untilNs = Math.min(segment.untilNs, day * NS_PER_DAY);
      const list = days.get(day) ?? [];
      list.push({ state: segment.state, fromNs, untilNs });
      days.set(day, list);
      fromNs = untilNs;
    }
  }
  return [...days]
    .map(([day, segments]) => ({ day, segments }))
    .filter(({ segments }) => segments.some(isOpen));
}

/** From change to change; a state that follows itself goes on. Behind the last change that was kept nothing is known. */
function segmentsOf({ changes, endNs }: SessionSummary): Segment[] {
  const segments: Segment[] = [];
  for (const [i, { timeNs, state }] of changes.list.entries()) {
    const untilNs = changes.list[i + 1]?.timeNs ?? (changes.leftOut === 0 ? endNs : timeNs);
    const last = segments.at(-1);
    if (untilNs <= timeNs) continue;
    if (last?.state === state && last.untilNs === timeNs)
      segments[segments.length - 1] = { ...last, untilNs };
    else segments.push({ state, fromNs: timeNs, untilNs });
  }
  return segments;
}
