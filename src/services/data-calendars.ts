/** Calendars of venues for the checks of data: by the name that a user gives, or by the venue of the records. */

import { fileURLToPath } from 'node:url';
import { TwinError } from '../base/index.ts';
import { ALWAYS_OPEN, type Lake, type SessionCalendar } from '../data/index.ts';
import { parseScenarioText, parseVenue, readVenue } from '../scenarios/index.ts';
import { readInputText } from './read-input-text.ts';
import { resolveVenue, venuePresets } from './resolve-venue.ts';
import { VenueCalendar } from './venue-calendar.ts';
import { ZONE_CLOCK } from './zoned-time.ts';

/** Takes the calendar of each venue of a dataset, where it is known. */
export const CALENDAR_OF_VENUE = 'venue';
const BY_DAY = 'day';
const NS_PER_MS = 1_000_000n;

/** Calendar of a venue; null: bars are expected within a day (UTC) only. */
export type CalendarOf = (venue: string) => SessionCalendar | null;

/**
 * The calendar of each venue of a dataset. `name` is `venue`, `day`, `always`, a venue's preset, the path of a venue file, or one of
 * these with a group of its instruments behind a colon. By `venue`, records outside of the years that a calendar knows have none.
 * Raises DATA_NOT_FOUND, DATA_REQUEST, SCENARIO_CONFIG and MKT_CONFIG.
 */
export function calendarsFor(lake: Lake, dataset: string, name: string): CalendarOf {
  if (name !== CALENDAR_OF_VENUE) {
    const calendar = calendarNamed(name);
    return () => calendar;
  }
  const { parts } = lake.dataset(dataset);
  const known = new Map<string, SessionCalendar | null>();
  for (const venue of new Set(parts.map((part) => part.venue))) {
    const calendarName = venueCalendars().get(venue);
    const calendar = calendarName === undefined ? null : venueCalendar(calendarName);
    const years = parts
      .filter((part) => part.venue === venue)
      .flatMap(({ firstNs, lastNs }) => [yearOf(firstNs), yearOf(lastNs)]);
    const isKnown = calendar !== null && years.every((year) => calendar.knows(year));
    known.set(venue, isKnown ? calendar : null);
  }
  return (venue) => known.get(venue) ?? null;
}

/** A calendar by its name; null for `day`. Raises DATA_REQUEST for an unknown name, and what reading a venue raises. */
export function calendarNamed(name: string): SessionCalendar | null {
  if (name === BY_DAY) return null;
  return name === ALWAYS_OPEN.name ? ALWAYS_OPEN : venueCalendar(name);
}

/** Sessions of a venue: its preset or file, and a group behind a colon. */
export function venueCalendar(name: string): VenueCalendar {
  const [, venue, group] = /^(.+?)(?::([A-Za-z][\w-]*))?$/.exec(name) ?? ['', name];
  const presets = venuePresets();
  if (!presets.includes(venue!) && !/\.ya?ml$/.test(venue!)) {
    throw new TwinError('DATA_REQUEST', 'a calendar is known by its name', {
      calendar: name,
      allowed: [CALENDAR_OF_VENUE, BY_DAY, ALWAYS_OPEN.name, ...presets, 'the path of a venue file'],
    });
  }
  const read = readVenue(parseVenue(resolveVenue(venue, '.'), 'venue'), ZONE_CLOCK);
  const groups = read.sessions.groups.map((one) => one.name);
  if (group !== undefined && !groups.includes(group)) {
    throw new TwinError('DATA_REQUEST', 'a calendar names a group of its venue', {
      calendar: name,
      allowed: groups,
    });
  }
  return new VenueCalendar(name, read.sessions, group ?? read.group);
}

/** Name of the calendar by name of the venue. */
function venueCalendars(): Map<string, string> {
  const path = fileURLToPath(new URL('../../configs/reference/venue-calendars.yaml', import.meta.url));
  const table = parseScenarioText(readInputText(path), path) as Readonly<Record<string, readonly string[]>>;
  return new Map(
    Object.entries(table).flatMap(([name, venues]) => venues.map((venue) => [venue, name] as const)),
  );
}

function yearOf(ns: string): number {
  return new Date(Number(BigInt(ns) / NS_PER_MS)).getUTCFullYear();
}
