/**
 * Which days a venue trades and how: holidays and short days from rules, days of the calendar as 'YYYY-MM-DD'. Sundays,
 * weekdays and Easter by arithmetic, without a clock.
 */

import { TwinError } from '../../base/index.ts';
import { type CalendarDay, joinDay, monthDays, splitDay, weekdayOf } from '../exact/calendar-day.ts';

/** What happens to a fixed day that falls on a weekend. */
export const SHIFT_RULES = [
  /** It is lost. */
  'none',
  /** Saturday to Friday, Sunday to Monday. */
  'nearestWeekday',
  /** Sunday to Monday, a Saturday is lost (New Year's Day at NYSE). */
  'sundayToMonday',
  /** To the next weekday that is no holiday yet (substitute days of England). */
  'nextFreeWeekday',
  /** To the weekday before. */
  'previousWeekday',
] as const;
export type ShiftRule = (typeof SHIFT_RULES)[number];

/** When a rule's day is. */
export type DayRule =
  | { readonly on: 'fixed'; readonly month: number; readonly day: number; readonly shift: ShiftRule }
  /** The nth weekday (0 = Sunday) of a month, -1 = the last one, and days after it. */
  | {
      readonly on: 'weekday';
      readonly month: number;
      readonly weekday: number;
      readonly nth: number;
      readonly plusDays: number;
    }
  | { readonly on: 'easter'; readonly plusDays: number }
  | { readonly on: 'dates'; readonly dates: readonly string[] };

/** A holiday or a short day. */
export interface CalendarRule {
  readonly name: string;
  readonly rule: DayRule;
  /** 'closed', or the kind of day that schedules name ('half'). */
  readonly kind: string;
  /** First and last year it holds, null = all. */
  readonly fromYear: number | null;
  readonly toYear: number | null;
}

export interface Calendar {
  readonly name: string;
  /** Years that the rules are known for. */
  readonly fromYear: number;
  readonly toYear: number;
  /** Weekdays with trading, 0 = Sunday. */
  readonly weekdays: readonly number[];
  /** 'closed' goes before other kinds; among those the first one listed counts. */
  readonly rules: readonly CalendarRule[];
}

export const DAY_CLOSED = 'closed';
export const DAY_REGULAR = 'regular';

/** Kinds of trading days that a calendar knows. */
export function dayKindsOf(calendar: Calendar): readonly string[] {
  const kinds = new Set([DAY_REGULAR, ...calendar.rules.map(({ kind }) => kind)]);
  kinds.delete(DAY_CLOSED);
  return [...kinds];
}

/** Kind of a day: 'closed', 'regular' or one of the calendar's own. Raises MKT_CONFIG outside of the known years. */
export function dayKindOf(calendar: Calendar, date: string): string {
  return kindsOfYear(calendar, splitDay(date).year)(date);
}

/** Trading days from one day to another, both included, with their kinds. Raises MKT_CONFIG outside of the known years. */
export function tradingDays(
  calendar: Calendar,
  fromDay: string,
  toDay: string,
): { readonly date: string; readonly kind: string }[] {
  const days: { date: string; kind: string }[] = [];
  let kindOf = kindsOfYear(calendar, splitDay(fromDay).year);
  for (let date = fromDay; date <= toDay; date = plusDays(date, 1)) {
    if (date.endsWith('-01-01')) kindOf = kindsOfYear(calendar, splitDay(date).year);
    const kind = kindOf(date);
    if (kind !== DAY_CLOSED) days.push({ date, kind });
  }
  return days;
}

/** Easter Sunday of the Gregorian calendar. Source: the anonymous algorithm in Nature, 1876 (Meeus, Jones, Butcher). */
export function easterSunday(year: number): string {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const f = Math.floor((b + 8) / 25);
  const g = Math.floor((b - f + 1) / 3);
  const h = (19 * a + b - Math.floor(b / 4) - g + 15) % 30;
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const sum = h + l - 7 * m + 114;
  return joinDay({ year, month: Math.floor(sum / 31), day: (sum % 31) + 1 });
}

/** A day that is `count` days later, or earlier for a negative count. */
export function plusDays(date: string, count: number): string {
  let { year, month, day } = splitDay(date);
  day += count;
  while (day < 1) {
    month = month === 1 ? 12 : month - 1;
    if (month === 12) year--;
    day += monthDays(year, month);
  }
  while (day > monthDays(year, month)) {
    day -= monthDays(year, month);
    month = month === 12 ? 1 : month + 1;
    if (month === 1) year++;
  }
  return joinDay({ year, month, day });
}

/** Weekday of a date, 0 = Sunday. */
export function weekdayOfDate(date: string): number {
  return weekdayOf(splitDay(date));
}

function kindsOfYear(calendar: Calendar, year: number): (date: string) => string {
  if (year < calendar.fromYear || year > calendar.toYear) {
    throw new TwinError('MKT_CONFIG', 'a calendar is used within the years that it is known for', {
      calendar: calendar.name,
      year,
      from: calendar.fromYear,
      to: calendar.toYear,
    });
  }
  // Holidays of the neighbours reach over: a New Year's Day that is observed on December 31.
  const kinds = new Map<string, string>();
  for (const around of [year - 1, year, year + 1]) addRules(calendar, around, kinds);
  return (date) => {
    if (!calendar.weekdays.includes(weekdayOfDate(date))) return DAY_CLOSED;
    return kinds.get(date) ?? DAY_REGULAR;
  };
}

function addRules(calendar: Calendar, year: number, kinds: Map<string, string>): void {
  const taken = new Set<string>();
  for (const { rule, kind, fromYear, toYear } of calendar.rules) {
    if (year < (fromYear ?? year) || year > (toYear ?? year)) continue;
    for (const date of datesOf(rule, year, taken)) {
      if (kind === DAY_CLOSED) taken.add(date);
      if (kind === DAY_CLOSED || !kinds.has(date)) kinds.set(date, kind);
    }
  }
}

function datesOf(rule: DayRule, year: number, taken: ReadonlySet<string>): string[] {
  switch (rule.on) {
    case 'fixed':
      return shifted({ year, month: rule.month, day: rule.day }, rule.shift, taken);
    case 'weekday':
      return [plusDays(nthWeekday(year, rule.month, rule.weekday, rule.nth), rule.plusDays)];
    case 'easter':
      return [plusDays(easterSunday(year), rule.plusDays)];
    case 'dates':
      return rule.dates.filter((date) => splitDay(date).year === year);
  }
}

/** The nth weekday (0 = Sunday) of a month, -1 = the last one. */
export function nthWeekday(year: number, month: number, weekday: number, nth: number): string {
  const length = monthDays(year, month);
  if (nth < 0) {
    const last = weekdayOf({ year, month, day: length });
    return joinDay({ year, month, day: length - ((last - weekday + 7) % 7) });
  }
  const first = weekdayOf({ year, month, day: 1 });
  return joinDay({ year, month, day: 1 + ((weekday - first + 7) % 7) + (nth - 1) * 7 });
}

function shifted(day: CalendarDay, shift: ShiftRule, taken: ReadonlySet<string>): string[] {
  const date = joinDay(day);
  const weekday = weekdayOf(day);
  if (shift === 'nextFreeWeekday') {
    let free = date;
    while (weekdayOfDate(free) % 6 === 0 || taken.has(free)) free = plusDays(free, 1);
    return [free];
  }
  if (weekday % 6 !== 0) return [date];
  if (shift === 'previousWeekday') return [plusDays(date, weekday === 0 ? -2 : -1)];
  if (weekday === 0) return shift === 'none' ? [] : [plusDays(date, 1)];
  return shift === 'nearestWeekday' ? [plusDays(date, -1)] : [];
}
