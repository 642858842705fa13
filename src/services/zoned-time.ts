/** Wall-clock times of a place as instants. */

import { TwinError } from '../base/index.ts';
import { zoneClockMs, zoneFormat, zoneInstantMs } from '../data/index.ts';
import type { ZoneClock } from '../scenarios/index.ts';

/** Instant of a date and time of day in an IANA zone, as ns since 1970 UTC. Raises SCENARIO_CONFIG for an unknown zone. */
export function zonedEpochNs(date: string, clock: string, timeZone: string): bigint {
  const asUtcMs = Date.parse(`${date}T${clock.length === 5 ? `${clock}:00` : clock}Z`);
  return BigInt(zoneInstantMs(asUtcMs, formatOf(timeZone))) * 1_000_000n;
}

/**
 * Local clock of an IANA zone: ns since local midnight of a date to ns since `epochNs`. A time that clocks skip or repeat on
 * the day they change is taken by one of the two offsets. Raises SCENARIO_CONFIG for an unknown zone.
 */
export function localClock(timeZone: string, epochNs: bigint): (date: string, nsOfDay: number) => number {
  const format = formatOf(timeZone);
  return (date, nsOfDay) => {
    const ms = Math.floor(nsOfDay / 1e6);
    const atMs = zoneInstantMs(Date.parse(`${date}T00:00:00Z`) + ms, format);
    return Number(BigInt(atMs) * 1_000_000n - epochNs) + (nsOfDay - ms * 1e6);
  };
}

/** What clocks of an IANA zone show at an instant, ns since 1970 UTC, as ns of a calendar without zones. Raises SCENARIO_CONFIG. */
export function zoneLocalNs(ns: bigint, timeZone: string): bigint {
  const restNs = ((ns % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
  return BigInt(zoneClockMs(Number((ns - restNs) / 1_000_000n), formatOf(timeZone))) * 1_000_000n + restNs;
}

/** What the pure folders ask of time zones. */
export const ZONE_CLOCK: ZoneClock = {
  isTimeZone,
  localClock,
  midnightNs: (date, timeZone) => zonedEpochNs(date, '00:00', timeZone),
};

/** Whether a name is one of the IANA data base, or UTC. */
export function isTimeZone(timeZone: string): boolean {
  return zoneFormat(timeZone) !== null;
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const format = zoneFormat(timeZone);
  if (format !== null) return format;
  throw new TwinError('SCENARIO_CONFIG', 'timeZone is a name of the IANA data base, like America/New_York', {
    timeZone,
  });
}
