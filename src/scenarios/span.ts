/**
 * When a scenario plays: from its first session to its last one, at all its venues. The first venue's calendar says which days
 * are trading days of the run and in which time zone a scenario's times are; the others take part on the days on which they trade.
 */

import { TwinError } from '../base/index.ts';
import { dayEndNs, dayStartNs, type LocalToNs, plusDays, type SessionDay } from '../market/index.ts';
import { nsOfDay } from './clock-time.ts';
import { parityParticipants } from './parity-participants.ts';
import { hoursOf, type Scenario } from './schema.ts';
import {
  firstTradingDays,
  readVenue,
  tradingDaysOn,
  type Venue,
  type ZoneClock,
} from './venues/venue-config.ts';

const NS_PER_SECOND = 1_000_000_000;
/** After the last session there is time for calls that were prolonged. */
const AFTER_LAST_DAY_NS = 1800 * NS_PER_SECOND;

/** A venue with the days on which it takes part. */
export interface VenueDays {
  readonly name: string;
  readonly venue: Venue;
  readonly days: readonly SessionDay[];
}

export interface Span {
  /** Empty: one venue without sessions. */
  readonly venues: readonly VenueDays[];
  readonly epochNs: bigint;
  readonly startNs: number;
  readonly endNs: number;
  /** Local times of every day as instants; absent ones are the bounds of the day. */
  readonly hours: (from?: string, until?: string) => { readonly fromNs: number; readonly untilNs: number }[];
  /** Trading days of the run, YYYY-MM-DD. */
  readonly dates: readonly string[];
  /** Local time of the nth day as an instant, null beyond the last day. */
  readonly at: (day: number, nsOfDay: number) => number | null;
}

/** Raises MKT_CONFIG. */
export function spanOf(scenario: Scenario, clock: ZoneClock): Span {
  const venues = venuesOf(scenario, clock);
  return venues.length === 0 ? spanOfHours(scenario, clock) : spanOfVenues(scenario, clock, venues);
}

function venuesOf({ venue, venues, agents }: Scenario, clock: ZoneClock): { name: string; venue: Venue }[] {
  const participants = parityParticipants(agents);
  if (venues !== undefined)
    return venues.map((one) => ({ name: one.name, venue: readVenue(one.venue, clock, participants) }));
  return venue === undefined ? [] : [{ name: '', venue: readVenue(venue, clock, participants) }];
}

function spanOfHours(scenario: Scenario, clock: ZoneClock): Span {
  const { open, close, timeZone } = hoursOf(scenario);
  const epochNs = clock.midnightNs(scenario.date, timeZone);
  const toNs = clock.localClock(timeZone, epochNs);
  const at = (time: string): number => toNs(scenario.date, nsOfDay(time));
  return {
    venues: [],
    epochNs,
    startNs: at(open),
    endNs: at(close),
    hours: (from = open, until = close) => [{ fromNs: at(from), untilNs: at(until) }],
    dates: [scenario.date],
    at: (day, ns) => (day === 1 ? toNs(scenario.date, ns) : null),
  };
}

/** A trading day that starts on the evening before counts from the midnight before that. */
function spanOfVenues(
  scenario: Scenario,
  clock: ZoneClock,
  venues: readonly { name: string; venue: Venue }[],
): Span {
  const { timeZone } = venues[0]!.venue.sessions;
  for (const epochDay of [scenario.date, plusDays(scenario.date, -1)]) {
    const epochNs = clock.midnightNs(epochDay, timeZone);
    const clockOf = (venue: Venue): LocalToNs => clock.localClock(venue.sessions.timeZone, epochNs);
    const toNs = clockOf(venues[0]!.venue);
    const days = firstTradingDays(venues[0]!.venue, scenario.date, scenario.days, toNs);
    const dates = days.map(({ tradingDay }) => tradingDay);
    const taking = venues.map(({ name, venue }, index) => ({
      name,
      venue,
      days: index === 0 ? days : tradingDaysOn(venue, dates, clockOf(venue)),
    }));
    const startNs = Math.min(...taking.map((one) => dayStartNs(one.days[0]!)));
    if (startNs < 0) continue;
    const clockAt = (day: SessionDay, time: string | undefined, otherwiseNs: number): number =>
      time === undefined ? otherwiseNs : toNs(day.tradingDay, nsOfDay(time));
    return {
      venues: taking,
      epochNs,
      startNs,
      endNs: Math.max(...taking.map((one) => dayEndNs(one.days.at(-1)!))) + AFTER_LAST_DAY_NS,
      hours: (from, until) =>
        days.map((day) => ({
          fromNs: clockAt(day, from, dayStartNs(day)),
          untilNs: clockAt(day, until, dayEndNs(day)),
        })),
      dates,
      at: (number, ns) => {
        const day = days[number - 1];
        return day === undefined ? null : toNs(day.tradingDay, ns);
      },
    };
  }
  throw new TwinError('MKT_CONFIG', 'a trading day starts on its date or on the day before', {
    venue: venues.map(({ venue }) => venue.name).join(', '),
  });
}
