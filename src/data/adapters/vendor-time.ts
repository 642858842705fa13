/** Times as vendors of market data write them: whole numbers of four units, dates, dates with a zone; as ns since 1970 UTC. */

import { dayOfText, NS_PER_DAY } from '../schema/day.ts';
import { ZoneClock } from '../schema/zoned-time.ts';
import { zoneFormat } from '../zone-instant.ts';

const NS_PER_MS = 1_000_000n;
const NS_PER_S = 1_000_000_000n;
const DIGITS_OF_S = 10;
const DATE_TIME = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9})\d*)?)?)?$/;
const ZONED = /^(.*?)\s*(?:(Z)|([+-])(\d{2}):?(\d{2}))$/;

/**
 * A whole number of s, ms, µs or ns since 1970, as number or text: from 2001 to 2286 its length tells the unit. Null for
 * anything else. A number beyond 2^53 has lost its last digits before it comes here: `exactJson` keeps them as text.
 */
export function epochNs(value: unknown): bigint | null {
  if (typeof value === 'number') return Number.isFinite(value) ? epochNs(String(Math.round(value))) : null;
  if (typeof value !== 'string' || !/^\d{9,19}$/.test(value)) return null;
  const decimals = value.length - DIGITS_OF_S;
  if (decimals <= 0) return BigInt(value) * NS_PER_S;
  if (decimals % 3 !== 0) return null;
  return BigInt(value) * 10n ** BigInt(9 - decimals);
}

/** Midnight (UTC) of 'YYYY-MM-DD', or of the day with which a longer text begins. */
export function utcDayNs(written: unknown): bigint | null {
  const day = typeof written === 'string' ? dayOfText(written.slice(0, 10)) : null;
  return day === null ? null : BigInt(day) * NS_PER_DAY;
}

/** 'YYYY-MM-DD', with a time of day up to ns and with 'Z' or an offset where there are any; else it is UTC. */
export function isoNs(written: unknown): bigint | null {
  if (typeof written !== 'string') return null;
  const [, local = written, , sign, hours = '0', minutes = '0'] = ZONED.exec(written) ?? [];
  const at = wallClock(local);
  if (at === null) return null;
  const offsetMinutes = BigInt(Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -1n : 1n);
  return at.ms * NS_PER_MS + at.ns - (sign === undefined ? 0n : offsetMinutes * 60n * NS_PER_S);
}

interface WallClock {
  /** What the clock shows, as if it were UTC. */
  readonly ms: bigint;
  readonly ns: bigint;
}

function wallClock(written: string): WallClock | null {
  const parts = DATE_TIME.exec(written);
  const [, day = '', hour = '0', minute = '0', second = '0', fraction = ''] = parts ?? [];
  const number = parts === null ? null : dayOfText(day);
  if (number === null || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return null;
  const s = number * 86_400 + Number(hour) * 3600 + Number(minute) * 60 + Number(second);
  return { ms: BigInt(s) * 1000n, ns: BigInt(fraction.padEnd(9, '0')) };
}

/** Clocks of one IANA zone as vendors write them; 'US/Eastern' is one of its names of New York. */
export class Zone {
  readonly #clock: ZoneClock;

  private constructor(clock: ZoneClock) {
    this.#clock = clock;
  }

  /** Null for a name that is none. */
  static named(name: string): Zone | null {
    return zoneFormat(name) === null ? null : new Zone(new ZoneClock(name));
  }

  /** Instant at which the clocks show 'YYYY-MM-DD[ HH:MM[:SS]]'; of two, the first. */
  instantNs(written: unknown): bigint | null {
    const at = typeof written === 'string' ? wallClock(written) : null;
    return at === null ? null : BigInt(this.#clock.instantMs(Number(at.ms))) * NS_PER_MS + at.ns;
  }

  /** Midnight of the day that the clocks show at an instant. */
  dayStartNs(ns: bigint): bigint {
    return this.#clock.midnightNs(this.#clock.dateOf(ns))!;
  }
}
