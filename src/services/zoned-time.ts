/** Wall-clock times of a place as instants. */

import { TwinError } from '../base/index.ts';

/** Instant of a date and time of day in an IANA zone, as ns since 1970 UTC. Raises SCENARIO_CONFIG for an unknown zone. */
export function zonedEpochNs(date: string, clock: string, timeZone: string): bigint {
  const asUtcMs = Date.parse(`${date}T${clock.length === 5 ? `${clock}:00` : clock}Z`);
  // The offset at the instant sought is found by looking it up twice: the second look corrects for a change of clocks.
  const first = asUtcMs - offsetMs(asUtcMs, timeZone);
  return BigInt(asUtcMs - offsetMs(first, timeZone)) * 1_000_000n;
}

/** How far the zone's clocks are ahead of UTC at an instant, in ms. */
function offsetMs(instantMs: number, timeZone: string): number {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', {
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
  const part = Object.fromEntries(
    format.formatToParts(instantMs).map(({ type, value }) => [type, Number(value)]),
  );
  return Date.UTC(part.year!, part.month! - 1, part.day!, part.hour!, part.minute!, part.second!) - instantMs;
}
