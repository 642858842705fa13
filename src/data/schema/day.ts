/** Calendar days as whole days since 1970-01-01, without a time zone. */

const MS_PER_DAY = 86_400_000;
export const NS_PER_DAY = 86_400_000_000_000n;

/** Day number of 'YYYY-MM-DD'; null for what is no day of the calendar. */
export function dayOfText(written: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(written)) return null;
  const ms = Date.parse(`${written}T00:00:00Z`);
  if (Number.isNaN(ms)) return null;
  const day = ms / MS_PER_DAY;
  return textOfDay(day) === written ? day : null;
}

export function textOfDay(day: number): string {
  return new Date(day * MS_PER_DAY).toISOString().slice(0, 10);
}

/** Day (UTC) of ns since 1970. */
export function dayOfNs(ns: bigint): number {
  const day = ns / NS_PER_DAY;
  return Number(ns < 0n && day * NS_PER_DAY !== ns ? day - 1n : day);
}
