/** Tables that hold for half-open spans of days [from, to): their checks and their look-up (market-rules §5.6). */

import { TwinError } from '../../base/index.ts';
import { isCalendarDay } from './calendar-day.ts';

export interface DatedPeriod {
  /** First day on which it holds, YYYY-MM-DD. */
  readonly from: string;
  /** First day on which it holds no more; absent = until further notice, in the last period only. */
  readonly to?: string | undefined;
  /** Set when nobody knows the values of this span: a look-up then fails with this reason. */
  readonly unknown?: string | undefined;
}

/** Problems of a list of periods: gaps, overlaps, empty spans, open ends in the middle. `path` leads to the list. */
export function checkPeriods(periods: readonly DatedPeriod[], path: string): string[] {
  const problems: string[] = [];
  const isSound = periods.map(
    ({ from, to }) => isCalendarDay(from) && (to === undefined || isCalendarDay(to)),
  );
  periods.forEach(({ from, to }, index) => {
    const where = `${path}[${index}]`;
    if (!isSound[index]) return;
    if (to !== undefined && to <= from) problems.push(`${where}.to: "${to}" lies after from "${from}"`);
    const next = periods[index + 1];
    if (next === undefined || !isSound[index + 1]) return;
    if (to === undefined) {
      problems.push(`${where}.to: only the last period may be open-ended; the next starts on "${next.from}"`);
    } else if (next.from > to) {
      problems.push(
        `${path}[${index + 1}].from: gap from "${to}" to "${next.from}"; periods follow without gaps`,
      );
    } else if (next.from < to) {
      problems.push(
        `${path}[${index + 1}].from: overlap, "${next.from}" lies before the end "${to}" of the one above`,
      );
    }
  });
  return problems;
}

/** The period that holds on a day. Raises MKT_CONFIG when none does or its values are unknown; `name` says of what. */
export function periodOn<T extends DatedPeriod>(periods: readonly T[], day: string, name: string): T {
  const found = periods.find(({ from, to }) => from <= day && (to === undefined || day < to));
  if (found === undefined) {
    throw new TwinError('MKT_CONFIG', `${name} has values for the day asked for`, {
      day,
      from: periods[0]?.from ?? 'nothing',
      to: periods.at(-1)?.to ?? 'open',
    });
  }
  if (found.unknown !== undefined) {
    throw new TwinError('MKT_CONFIG', `${name} is known for the day asked for: ${found.unknown}`, {
      day,
      unknownFrom: found.from,
      unknownTo: found.to ?? 'open',
    });
  }
  return found;
}
