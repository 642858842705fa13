/**
 * What the times of a run mean. They count from the run's epoch; of a simulation that is midnight at the venue on its first
 * day, or on the day before, so that they are times of the venue's clocks already and need no conversion, only a name.
 */

import { zoneClockMs, zoneFormat } from '../../../data/index.ts';
import { formatClock } from '../format.ts';

const NS_PER_DAY = 86_400e9;
const MS_PER_DAY = 86_400_000;
const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;

export interface RunClock {
  /** IANA zone whose clocks show the times; null when the run does not know one. */
  readonly timeZone: string | null;
  /** Midnight of day 1, in ms of a calendar without zones; null without a zone. */
  readonly firstDayMs: number | null;
  /** The run reaches beyond day 1, so that every time names its day. */
  readonly hasDays: boolean;
  /** How far clocks of the zone have moved by the end of the run, ms: the run's own do not. */
  readonly movedMs: number;
}

/** Reads the zone out of a run's config. A zone at whose midnight the run does not start counts as unknown. */
export function runClock(config: unknown, epochNs: string | null, lastNs: number): RunClock {
  const timeZone = timeZoneOf(config);
  const hasDays = lastNs >= NS_PER_DAY;
  const unknown: RunClock = { timeZone: null, firstDayMs: null, hasDays, movedMs: 0 };
  if (timeZone === null || epochNs === null) return unknown;
  const epochMs = Number(BigInt(epochNs) / 1_000_000n);
  const localMs = localTimeMs(timeZone, epochMs);
  if (localMs === null || localMs % MS_PER_DAY !== 0) return unknown;
  const lastMs = epochMs + Math.floor(lastNs / 1e9) * 1000;
  const movedMs = (localTimeMs(timeZone, lastMs) ?? 0) - localMs - (lastMs - epochMs);
  return { timeZone, firstDayMs: localMs, hasDays, movedMs };
}

/** A time to the millisecond, with its day where the run has several. */
export function clockText({ hasDays }: RunClock, ns: number): string {
  const text = formatClock(Math.floor(ns / 1e6) * 1e6);
  return hasDays && ns < NS_PER_DAY ? `day 1 ${text}` : text;
}

/** Number of the day in which a time lies, from 1. */
export function dayOf(ns: number): number {
  return Math.floor(ns / NS_PER_DAY) + 1;
}

/** The date of a day, as 'Mon 2026-01-05'; null when the run knows no zone. */
export function dateOfDay({ firstDayMs }: RunClock, day: number): string | null {
  if (firstDayMs === null) return null;
  const date = new Date(firstDayMs + (day - 1) * MS_PER_DAY);
  return `${WEEKDAYS[date.getUTCDay()]} ${date.toISOString().slice(0, 10)}`;
}

interface VenueWords {
  readonly sessions?: { readonly timeZone?: unknown } | null;
}

/** `venue.sessions.timeZone` of a scenario with a venue, or of the first of its venues, else `timeZone`. */
function timeZoneOf(config: unknown): string | null {
  const scenario = config as {
    readonly timeZone?: unknown;
    readonly venue?: VenueWords | null;
    readonly venues?: readonly { readonly venue?: VenueWords | null }[];
  } | null;
  const venue = scenario?.venue ?? scenario?.venues?.[0]?.venue;
  const zone = venue?.sessions?.timeZone ?? scenario?.timeZone;
  return typeof zone === 'string' ? zone : null;
}

/** What clocks of a zone show at an instant, as ms of a calendar without zones; null for a zone that nobody knows. */
function localTimeMs(timeZone: string, instantMs: number): number | null {
  const format = zoneFormat(timeZone);
  return format === null ? null : zoneClockMs(instantMs, format);
}
