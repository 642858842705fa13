/** Days of the calendar as ISO text ('2025-03-13'), compared as text; weekdays by arithmetic, without a clock. */

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const DAYS_BEFORE_MONTH = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

export interface CalendarDay {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** Whether a text is a day of the calendar as YYYY-MM-DD. */
export function isCalendarDay(text: string): boolean {
  if (!DAY.test(text)) return false;
  const { year, month, day } = splitDay(text);
  if (month < 1 || month > 12 || day < 1) return false;
  return day <= monthDays(year, month);
}

/** Number of days of a month. */
export function monthDays(year: number, month: number): number {
  return MONTH_DAYS[month - 1]! + (month === 2 && isLeap(year) ? 1 : 0);
}

export function splitDay(text: string): CalendarDay {
  return { year: Number(text.slice(0, 4)), month: Number(text.slice(5, 7)), day: Number(text.slice(8, 10)) };
}

export function joinDay({ year, month, day }: CalendarDay): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
}

/** Number of a day: consecutive days have consecutive ones. */
export function dayNumberOf({ year, month, day }: CalendarDay): number {
  const past = year - 1;
  const leapDays = Math.floor(past / 4) - Math.floor(past / 100) + Math.floor(past / 400);
  const inYear = DAYS_BEFORE_MONTH[month - 1]! + (month > 2 && isLeap(year) ? 1 : 0) + day;
  return past * 365 + leapDays + inYear;
}

/** Day of the week, 0 = Sunday. */
export function weekdayOf(day: CalendarDay): number {
  return dayNumberOf(day) % 7;
}

/** First day of a month that is no Saturday and no Sunday. */
export function firstWeekday(year: number, month: number): string {
  let day = 1;
  while (weekdayOf({ year, month, day }) % 6 === 0) day++;
  return joinDay({ year, month, day });
}

function isLeap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}
