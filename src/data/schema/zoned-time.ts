/** Wall-clock times of a place as instants: what files with local times need. */

import { TwinError } from '../../base/index.ts';
import { zoneFormat, zoneOffsetMs } from '../zone-instant.ts';
import { dayOfText } from './day.ts';

export const NEW_YORK = 'America/New_York';
const MS_PER_DAY = 86_400_000;
const NS_PER_MS = 1_000_000n;
/** Clocks change on whole quarters of an hour: within one the offset is the same. */
const SPAN_MS = 900_000;

/** ns since 1970 UTC of the midnight before an instant, by the clocks of a zone. Raises DATA_REQUEST for a name that is no zone. */
export function midnightIn(zone: string, ns: bigint): bigint {
  const clock = new ZoneClock(zone);
  return clock.midnightNs(clock.dateOf(ns))!;
}

/** The clock of one IANA zone; offsets are looked up once per quarter of an hour and kept. */
export class ZoneClock {
  readonly zone: string;
  readonly #format: Intl.DateTimeFormat | null;
  readonly #offsets = new Map<number, number>();

  /** Raises DATA_REQUEST for a name that is no zone. */
  constructor(zone: string) {
    this.zone = zone;
    this.#format = zone === 'UTC' ? null : formatOf(zone);
  }

  /** UTC ms of a wall-clock time given as if it were UTC ms. Of two instants that a change of clocks gives it is the first. */
  instantMs(wallMs: number): number {
    if (this.#format === null) return wallMs;
    const before = wallMs - this.#offsetMs(wallMs - MS_PER_DAY);
    if (before + this.#offsetMs(before) === wallMs) return before;
    return wallMs - this.#offsetMs(wallMs - this.#offsetMs(wallMs + MS_PER_DAY));
  }

  /** ns since 1970 UTC of local midnight of a day ('YYYY-MM-DD'); null for what is no day. */
  midnightNs(date: string): bigint | null {
    const day = dayOfText(date);
    return day === null ? null : BigInt(this.instantMs(day * MS_PER_DAY)) * NS_PER_MS;
  }

  /** Day ('YYYY-MM-DD') that the zone's calendar shows at an instant. */
  dateOf(ns: bigint): string {
    const ms = Number(ns / NS_PER_MS);
    return new Date(ms + (this.#format === null ? 0 : this.#offsetMs(ms))).toISOString().slice(0, 10);
  }

  /** How far the zone's clocks are ahead of UTC at an instant, ms. */
  #offsetMs(atMs: number): number {
    const span = Math.floor(atMs / SPAN_MS);
    let offset = this.#offsets.get(span);
    if (offset === undefined) {
      offset = zoneOffsetMs(span * SPAN_MS, this.#format!);
      this.#offsets.set(span, offset);
    }
    return offset;
  }
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const format = zoneFormat(timeZone);
  if (format !== null) return format;
  throw new TwinError('DATA_REQUEST', 'zone is a name of the IANA data base, like America/New_York, or UTC', {
    zone: timeZone,
  });
}
