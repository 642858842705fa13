/** Trading days of a product that begin on the evening before, or at any other time of a zone. */

import { TwinError } from '../../base/index.ts';
import { dayOfText, textOfDay } from '../schema/day.ts';
import { zoneClockMs, zoneFormat, zoneInstantMs } from '../zone-instant.ts';

const NS_PER_MS = 1_000_000n;
const MS_PER_DAY = 86_400_000;

export class TradingDays {
  readonly #format: Intl.DateTimeFormat;
  readonly #fromMs: number;
  /** The day that was asked for last, from its first instant to that of the next one. */
  #day = '';
  #fromNs = 0n;
  #toNs = 0n;

  /** `fromNs` since midnight of the date on the clocks of the zone, negative on the evening before. Raises DATA_REQUEST for no zone. */
  constructor(zone: string, fromNs: number) {
    const format = zoneFormat(zone);
    if (format === null)
      throw new TwinError('DATA_REQUEST', 'a zone is a name of the IANA data base', { zone });
    this.#format = format;
    this.#fromMs = Math.floor(fromNs / 1e6);
  }

  /** First instant of a day (YYYY-MM-DD), ns since 1970 UTC. */
  startOf(day: string): bigint {
    return BigInt(zoneInstantMs(dayOfText(day)! * MS_PER_DAY + this.#fromMs, this.#format)) * NS_PER_MS;
  }

  /** The day that an instant belongs to. Records come day by day: zones are looked up once for each. */
  dayOf(ns: bigint): string {
    if (ns >= this.#fromNs && ns < this.#toNs) return this.#day;
    const localMs = zoneClockMs(Number(ns / NS_PER_MS), this.#format) - this.#fromMs;
    this.#day = textOfDay(Math.floor(localMs / MS_PER_DAY));
    this.#fromNs = this.startOf(this.#day);
    this.#toNs = this.startOf(plusDays(this.#day, 1));
    return this.#day;
  }
}

/** A day that is `count` days later, or earlier for a negative count. */
export function plusDays(day: string, count: number): string {
  return textOfDay(dayOfText(day)! + count);
}
