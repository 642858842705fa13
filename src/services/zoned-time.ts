/** Wall-clock times of a place as instants. */

import { TwinError } from '../base/index.ts';
import type { ZoneClock } from '../scenarios/index.ts';

/** Instant of a date and time of day in an IANA zone, as ns since 1970 UTC. Raises SCENARIO_CONFIG for an unknown zone. */
export function zonedEpochNs(date: string, clock: string, timeZone: string): bigint {
  const asUtcMs = Date.parse(`${date}T${clock.length === 5 ? `${clock}:00` : clock}Z`);
  return BigInt(instantMs(asUtcMs, formatOf(timeZone))) * 1_000_000n;
}

/**
 * Local clock of an IANA zone: ns since local midnight of a date to ns since `epochNs`. A time that clocks skip or repeat on
 * the day they change is taken by one of the two offsets. Raises SCENARIO_CONFIG for an unknown zone.
 */
export function localClock(timeZone: string, epochNs: bigint): (date: string, nsOfDay: number) => number {
  const format = formatOf(timeZone);
  return (date, nsOfDay) => {
    const ms = Math.floor(nsOfDay / 1e6);
    const atMs = instantMs(Date.parse(`${date}T00:00:00Z`) + ms, format);
    return Number(BigInt(atMs) * 1_000_000n - epochNs) + (nsOfDay - ms * 1e6);
  };
}

/** What the pure folders ask of time zones. */
export const ZONE_CLOCK: ZoneClock = {
  isTimeZone,
  localClock,
  midnightNs: (date, timeZone) => zonedEpochNs(date, '00:00', timeZone),
};

/** Whether a name is one of the IANA data base, or UTC. */
export function isTimeZone(timeZone: string): boolean {
  try {
    formatOf(timeZone);
    return true;
  } catch {
    return false;
  }
}

function instantMs(asUtcMs: number, format: Intl.DateTimeFormat): number {
  // The offset at the instant sought is found by looking it up twice: the second look corrects for a change of clocks.
  const first = asUtcMs - offsetMs(asUtcMs, format);
  return asUtcMs - offsetMs(first, format);
}

/** How far the zone's clocks are ahead of UTC at an instant, in ms. */
function offsetMs(instantMs: number, format: Intl.DateTimeFormat): number {
  const wholeMs = Math.floor(instantMs / 1000) * 1000;
  const part = Object.fromEntries(
    format.formatToParts(wholeMs).map(({ type, value }) => [type, Number(value)]),
  );
  return Date.UTC(part.year!, part.month! - 1, part.day!, part.hour!, part.minute!, part.second!) - wholeMs;
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch (error) {
    throw new TwinError(
      'SCENARIO_CONFIG',
      'timeZone is a name of the IANA data base, like America/New_York',
      { timeZone },
      error,
    );
  }
}
