/** Times as tables write them, as ns since 1970 UTC. */

import { dayOfText, NS_PER_DAY } from '../../schema/day.ts';
import type { ZoneClock } from '../../schema/zoned-time.ts';

/**
 *   auto     numbers by their size (s, ms, µs, ns since 1970), else a date with or without a time
 *   s ms us ns             since 1970 UTC
 *   iso                    2024-01-31, 2024-01-31 09:30:00.5, 2024-01-31T09:30Z, +01:00 …
 *   yyyymmdd               20240131, also with a time behind it: 20240131 09:30
 *   mdy dmy                01/31/2024, 31.01.2024, also with a time
 *   sOfDay msOfDay usOfDay nsOfDay   since local midnight of the day that an option names
 */
export const TIME_FORMATS = [
  'auto',
  's',
  'ms',
  'us',
  'ns',
  'iso',
  'yyyymmdd',
  'mdy',
  'dmy',
  'sOfDay',
  'msOfDay',
  'usOfDay',
  'nsOfDay',
] as const;
export type TimeFormat = (typeof TIME_FORMATS)[number];

const NS_PER_UNIT: Readonly<Record<string, bigint>> = {
  s: 1_000_000_000n,
  ms: 1_000_000n,
  us: 1000n,
  ns: 1n,
};
const NS_PER_MS = 1_000_000n;
const MS_PER_DAY = 86_400_000;
const CLOCK = /^(\d{1,2}):?(\d{2})(?::?(\d{2})(?:[.,](\d{1,9}))?)?$/;
const ZONE = /(Z|[+-]\d{2}:?\d{2})$/i;
const NUMBER = /^-?\d+(\.\d+)?$/;

export function isTimeOfDay(format: TimeFormat): boolean {
  return format.endsWith('OfDay');
}

/** Reads the times of one table. Local ones are those of the zone; dates without a time are its midnight. */
export class TimeReader {
  readonly #format: TimeFormat;
  readonly #zone: ZoneClock;
  readonly #midnightNs: bigint;
  /** Unit of times of day, ns. */
  readonly #ofDayNs: bigint | null;
  /** The day read last, and its midnight as UTC ms. */
  #dayText = '';
  #dayMs: number | null = null;

  /** `midnightNs` is that of the day of the file, for times of day. */
  constructor(format: TimeFormat, zone: ZoneClock, midnightNs = 0n) {
    this.#format = format;
    this.#zone = zone;
    this.#midnightNs = midnightNs;
    this.#ofDayNs = isTimeOfDay(format) ? NS_PER_UNIT[format.replace('OfDay', '')]! : null;
  }

  /** ns since 1970 UTC; null for what is no time of the format. */
  read(cell: string): bigint | null {
    const text = cell.trim();
    const format = this.#format;
    if (this.#ofDayNs !== null) {
      const ns = scaled(text, this.#ofDayNs);
      return ns === null || ns < 0n || ns > NS_PER_DAY ? null : this.#midnightNs + ns;
    }
    const unit = NS_PER_UNIT[format];
    if (unit !== undefined) return scaled(text, unit);
    if (format === 'auto' && NUMBER.test(text) && !/^\d{8}$/.test(text)) return scaled(text, unitOf(text));
    return this.#calendar(text, format === 'auto' && /^\d{8}/.test(text) ? 'yyyymmdd' : format);
  }

  #calendar(text: string, format: TimeFormat): bigint | null {
    const split = /[T ]/.exec(text)?.index ?? text.length;
    const dayMs = this.#day(text.slice(0, split), format);
    if (dayMs === null) return null;
    let clock = text.slice(split + 1).trim();
    if (clock === '') return BigInt(this.#zone.instantMs(dayMs)) * NS_PER_MS;
    const zone = ZONE.exec(clock)?.[0] ?? null;
    if (zone !== null) clock = clock.slice(0, -zone.length).trim();
    const found = CLOCK.exec(clock);
    if (found === null) return null;
    const [hour, minute, second] = [Number(found[1]), Number(found[2]), Number(found[3] ?? 0)];
    if (hour > 23 || minute > 59 || second > 59) return null;
    const wallMs = dayMs + (hour * 3600 + minute * 60 + second) * 1000;
    const instantMs = zone === null ? this.#zone.instantMs(wallMs) : wallMs - offsetMs(zone);
    return BigInt(instantMs) * NS_PER_MS + BigInt((found[4] ?? '0').padEnd(9, '0'));
  }

  #day(text: string, format: TimeFormat): number | null {
    if (text === this.#dayText) return this.#dayMs;
    const date = dateOf(text, format);
    const day = date === null ? null : dayOfText(date);
    this.#dayText = text;
    this.#dayMs = day === null ? null : day * MS_PER_DAY;
    return this.#dayMs;
  }
}

function dateOf(text: string, format: TimeFormat): string | null {
  if (format === 'yyyymmdd') {
    return /^\d{8}$/.test(text) ? `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}` : null;
  }
  if (format === 'iso' || format === 'auto') return text.replace(/[/.]/g, '-');
  const parts = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/.exec(text);
  if (parts === null) return null;
  const [first, second] = [parts[1]!.padStart(2, '0'), parts[2]!.padStart(2, '0')];
  return format === 'mdy' ? `${parts[3]}-${first}-${second}` : `${parts[3]}-${second}-${first}`;
}

/** ns in a decimal number of units, cut behind the ninth decimal. */
function scaled(text: string, unitNs: bigint): bigint | null {
  if (!NUMBER.test(text)) return null;
  if (!text.includes('.')) return BigInt(text) * unitNs;
  const [whole, fraction = ''] = text.split('.') as [string, string?];
  const part = (BigInt(fraction.slice(0, 9).padEnd(9, '0')) * unitNs) / 1_000_000_000n;
  return BigInt(whole) * unitNs + (text.startsWith('-') ? -part : part);
}

/** Unit of a time since 1970, by its size: seconds until the year 5138, then ms, µs, ns. */
function unitOf(text: string): bigint {
  const value = Math.abs(Number(text));
  if (value < 1e11) return NS_PER_UNIT.s!;
  if (value < 1e14) return NS_PER_UNIT.ms!;
  return value < 1e17 ? NS_PER_UNIT.us! : NS_PER_UNIT.ns!;
}

function offsetMs(zone: string): number {
  if (zone === 'Z' || zone === 'z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000;
}
