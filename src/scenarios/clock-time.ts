/** Times of day as a scenario writes them, `HH:MM[:SS[.mmm]]`, and as ns since midnight. */

const NS_PER_SECOND = 1_000_000_000;
const NS_PER_MS = 1_000_000;
const DAY_S = 86_400;

export function nsOfDay(time: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = time.split(':').map(Number);
  return Math.round((hours * 3600 + minutes * 60 + seconds) * 1000) * NS_PER_MS;
}

/** Whole seconds of a time; those before midnight belong to the day before. */
export function clockText(ns: number): string {
  const seconds = Math.floor(ns / NS_PER_SECOND);
  const ofDay = ((seconds % DAY_S) + DAY_S) % DAY_S;
  const parts = [Math.floor(ofDay / 3600), Math.floor(ofDay / 60) % 60, ofDay % 60];
  if (parts[2] === 0) parts.pop();
  const text = parts.map((part) => String(part).padStart(2, '0')).join(':');
  return seconds < 0 ? `${text} of the day before` : text;
}
