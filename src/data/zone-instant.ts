/** Wall-clock times of a place as instants, with the time zones that Node knows. */

/** Reads the clocks of an IANA zone; null for a name that is none. */
export function zoneFormat(timeZone: string): Intl.DateTimeFormat | null {
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
  } catch {
    return null;
  }
}

/**
 * Instant, ms since 1970 UTC, at which the clocks of a zone show what they would show in UTC at `asUtcMs`. A time that clocks
 * skip or repeat on the day they change is taken by one of the two offsets.
 */
export function zoneInstantMs(asUtcMs: number, format: Intl.DateTimeFormat): number {
  // The offset at the instant sought is found by looking it up twice: the second look corrects for a change of clocks.
  const first = asUtcMs - zoneOffsetMs(asUtcMs, format);
  return asUtcMs - zoneOffsetMs(first, format);
}

/** How far the zone's clocks are ahead of UTC at an instant, in ms. */
export function zoneOffsetMs(instantMs: number, format: Intl.DateTimeFormat): number {
  const wholeMs = Math.floor(instantMs / 1000) * 1000;
  return zoneClockMs(wholeMs, format) - wholeMs;
}

/** What clocks of a zone show at an instant, as ms of a calendar without zones, to the second. */
export function zoneClockMs(instantMs: number, format: Intl.DateTimeFormat): number {
  const part = Object.fromEntries(
    format.formatToParts(instantMs).map(({ type, value }) => [type, Number(value)]),
  );
  return Date.UTC(part.year!, part.month! - 1, part.day!, part.hour!, part.minute!, part.second!);
}
