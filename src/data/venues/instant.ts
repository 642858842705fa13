/**
 * Times of venues, which come as ms, µs or ns, as numbers or texts, and as ISO dates. Kept as whole seconds and the ns beside
 * them, which is exact and needs no bigint per message.
 */

import { dayOfText } from '../schema/day.ts';
import type { Int64Column } from '../schema/int64-column.ts';

export interface Instant {
  /** Since 1970 UTC. */
  readonly seconds: number;
  readonly ns: number;
}

const SECONDS_MAX = 2 ** 31 - 1;
const NS_DIGITS = 9;
const ISO = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9})\d*)?\s?(?:Z|\+00:?00)?$/;

/** Null for what is no time between 1970 and 2038. */
export function instantOf(seconds: number, ns: number): Instant | null {
  return Number.isInteger(seconds) && seconds >= 0 && seconds <= SECONDS_MAX ? { seconds, ns } : null;
}

export function instantOfMs(ms: unknown): Instant | null {
  if (typeof ms !== 'number') return null;
  const seconds = Math.floor(ms / 1000);
  return instantOf(seconds, Math.round((ms - seconds * 1000) * 1e6));
}

/** Whole units since 1970 as text, of which `digits` stand behind the second: 3 for ms, 6 for µs, 9 for ns. */
export function instantOfUnits(text: string, digits: number): Instant | null {
  if (!/^\d+$/.test(text)) return null;
  const at = text.length - digits;
  return instantOf(
    Number(text.slice(0, Math.max(0, at)) || '0'),
    fractionNs(text.slice(Math.max(0, at)).padStart(digits, '0')),
  );
}

/** Units since 1970 as text whose size tells the unit: 10 digits are seconds, 13 ms, 16 µs, 19 ns. */
export function instantOfDigits(text: string): Instant | null {
  const digits = text.length - 10;
  return digits === 0 || digits === 3 || digits === 6 || digits === 9 ? instantOfUnits(text, digits) : null;
}

/** Seconds with decimals as text: '1633998512.0633569'. */
export function instantOfSeconds(text: string): Instant | null {
  if (!/^\d+(?:\.\d*)?$/.test(text)) return null;
  const [whole = '', fraction = ''] = text.split('.');
  return instantOf(Number(whole), fractionNs(fraction.slice(0, NS_DIGITS)));
}

const SECONDS_PER_DAY = 86_400;
/** The day that was read last: messages of one day follow each other. */
let lastDay = '';
let lastDaySeconds = 0;

/** '2017-06-25T11:23:14.775000Z', also with a space between. Digits beyond the ninth decimal are cut. */
export function instantOfIso(text: unknown): Instant | null {
  if (typeof text !== 'string') return null;
  const parts = ISO.exec(text);
  if (parts === null) return null;
  const [, day = '', hour, minute, second, fraction = ''] = parts;
  if (day !== lastDay) {
    const number = dayOfText(day);
    if (number === null) return null;
    lastDay = day;
    lastDaySeconds = number * SECONDS_PER_DAY;
  }
  return instantOf(
    lastDaySeconds + Number(hour) * 3600 + Number(minute) * 60 + Number(second),
    fractionNs(fraction),
  );
}

export function instantOfNs(ns: bigint): Instant {
  const seconds = ns / 1_000_000_000n;
  return { seconds: Number(seconds), ns: Number(ns - seconds * 1_000_000_000n) };
}

export function nsOfInstant(at: Instant): bigint {
  return BigInt(at.seconds) * 1_000_000_000n + BigInt(at.ns);
}

export function msOfInstant(at: Instant): number {
  return at.seconds * 1000 + at.ns / 1e6;
}

export function setInstant(column: Int64Column, row: number, at: Instant | null): void {
  if (at === null) column.setAbsent(row);
  else column.setSeconds(row, at.seconds, at.ns);
}

function fractionNs(digits: string): number {
  return digits === '' ? 0 : Number(digits) * 10 ** (NS_DIGITS - digits.length);
}
