/** How Alpha Vantage writes: numbered names, numbers as texts, clocks of a zone, and its errors, which come with status 200. */

import { zoneClockMs, zoneFormat } from '../../data/index.ts';
import type { RestAnswer } from '../contract.ts';

/** Why a request gets a text instead of data. */
export class Refusal extends Error {}

export const REFUSALS = {
  key: 'the parameter apikey is invalid or missing.',
  second: 'Please consider spreading out your free API requests more sparingly (1 request per second).',
  minute: 'Our standard API call frequency is 5 calls per minute.',
  day: 'Our standard API rate limit is 25 requests per day.',
  premium: 'This is a premium endpoint.',
} as const;

export function invalidCall(name: string): Refusal {
  return new Refusal(`Invalid API call. Please retry or visit the documentation for ${name}.`);
}

/** A text instead of data, under the name that the vendor gives it. */
export function refusalAnswer(name: 'Error Message' | 'Information' | 'Note', text: string): RestAnswer {
  return { status: 200, body: { [name]: text } };
}

/** { '1. open': …, '2. high': … }; `digits` pads the numbers. */
export function numbered(
  entries: readonly (readonly [name: string, value: unknown])[],
  digits = 1,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    entries.map(([name, value], at) => [`${String(at + 1).padStart(digits, '0')}. ${name}`, value]),
  );
}

const DAY_PART_S = 900;

/** Clocks of one zone. */
export class Clocks {
  readonly name: string;
  readonly #format: Intl.DateTimeFormat;
  /** Days that were looked up, by the quarter of an hour: no zone begins a day within one. */
  readonly #days = new Map<number, string>();

  constructor(name: string) {
    this.name = name;
    this.#format = zoneFormat(name)!;
  }

  /** 'YYYY-MM-DD HH:MM:SS' of an instant, s since 1970 UTC. */
  at(seconds: number): string {
    return new Date(zoneClockMs(seconds * 1000, this.#format)).toISOString().slice(0, 19).replace('T', ' ');
  }

  day(seconds: number): string {
    const part = Math.floor(seconds / DAY_PART_S);
    let day = this.#days.get(part);
    if (day === undefined) {
      day = this.at(seconds).slice(0, 10);
      this.#days.set(part, day);
    }
    return day;
  }
}

export const NEW_YORK = new Clocks('US/Eastern');
export const UTC = new Clocks('UTC');

/** 'YYYYMMDDTHHMMSS' in UTC. */
export function compactTime(ns: bigint): string {
  return new Date(Number(ns / 1_000_000n)).toISOString().slice(0, 19).replaceAll(/[-:]/g, '');
}
