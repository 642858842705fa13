/**
 * The sessions of a venue as the checks of data ask them. Days are built a month at a time, when they are first asked for.
 *
 *   open   every phase of a day but those after trading, and the minutes in which an auction at the end of a phase prints
 *   main   matching phases between the opening and the closing auction; without an opening auction all matching ones
 */

import type { SessionCalendar } from '../data/index.ts';
import {
  buildSessionDays,
  CLOSED,
  dayEndNs,
  dayKindOf,
  dayStartNs,
  isMatching,
  POST_TRADE,
  plusDays,
  type SessionDay,
  type SessionPhase,
  type SessionSpec,
  tradingDays,
} from '../market/index.ts';
import { ZONE_CLOCK, zoneLocalNs } from './zoned-time.ts';

const NS_PER_MS = 1_000_000n;
const DAY_MS = 86_400_000;
/** Bars of two days that follow each other are no further apart, also when clocks change. */
const NEXT_DAY_NS = 26n * 3_600_000_000_000n;
/** Trades of an auction are published after its end; floors and large books take minutes (convention). */
const AUCTION_PRINTS_NS = 600_000_000_000;
/** Trading days around a month that may reach into it, or are asked for with its last bar. */
const DAYS_BEFORE = 2;
const DAYS_AFTER = 9;

/** Half-open, ns since 1970 UTC. */
interface Span {
  readonly fromNs: bigint;
  readonly untilNs: bigint;
}

interface TradingDay extends Span {
  readonly date: string;
}

interface Month {
  readonly open: readonly Span[];
  readonly main: readonly Span[];
  readonly days: readonly TradingDay[];
}

export class VenueCalendar implements SessionCalendar {
  readonly name: string;
  readonly #spec: SessionSpec;
  readonly #group: string;
  readonly #months = new Map<string, Month>();

  /** `group` is one of the instruments' groups of the sessions. */
  constructor(name: string, spec: SessionSpec, group: string) {
    this.name = name;
    this.#spec = phasesOnly(spec);
    this.#group = group;
  }

  /** Whether its holidays are known in a year. */
  knows(year: number): boolean {
    return this.#spec.calendar.fromYear <= year && year <= this.#spec.calendar.toYear;
  }

  /** Raises MKT_CONFIG for an instant outside of the years that are known, as the other questions do. */
  isOpen(ns: bigint): boolean {
    return isWithin(this.#monthOf(ns).open, ns, ns + 1n);
  }

  isTraded(fromNs: bigint, toNs: bigint): boolean {
    return isWithin(this.#monthOf(fromNs).main, fromNs, toNs);
  }

  /** A bar at midnight UTC is of that date, any other of the trading day that is on, or of the date at the venue. */
  *dailyStarts(previousNs: bigint, nextNs: bigint): Generator<bigint> {
    if (nextNs - previousNs <= NEXT_DAY_NS) return;
    const isUtc = [previousNs, nextNs].every((ns) => msOf(ns) % DAY_MS === 0);
    const zone = isUtc ? 'UTC' : this.#spec.timeZone;
    const label = (ns: bigint): string =>
      (isUtc ? undefined : this.#dayAt(ns)?.date) ?? dateOf(zoneLocalNs(ns, zone));
    const first = label(previousNs);
    // Time of day on the clocks of the venue: it stays when they change.
    const offsetNs = zoneLocalNs(previousNs, zone) - utcMidnightNs(first);
    const fromDay = plusDays(first, 1);
    const toDay = plusDays(label(nextNs), -1);
    if (fromDay > toDay) return;
    for (const { date } of tradingDays(this.#spec.calendar, fromDay, toDay)) {
      const atNs = Number(offsetNs);
      const days = Math.floor(atNs / (DAY_MS * 1e6));
      const midnight = ZONE_CLOCK.midnightNs(date, zone);
      yield midnight +
        BigInt(ZONE_CLOCK.localClock(zone, midnight)(plusDays(date, days), atNs - days * DAY_MS * 1e6));
    }
  }

  #dayAt(ns: bigint): TradingDay | undefined {
    return this.#monthOf(ns).days.find(({ fromNs, untilNs }) => fromNs <= ns && ns < untilNs);
  }

  #monthOf(ns: bigint): Month {
    const name = new Date(msOf(ns)).toISOString().slice(0, 7);
    let month = this.#months.get(name);
    if (month === undefined) {
      month = this.#build(name);
      this.#months.set(name, month);
    }
    return month;
  }

  #build(name: string): Month {
    const { calendar, timeZone } = this.#spec;
    const first = `${name}-01`;
    // Outside of the known years this raises.
    dayKindOf(calendar, first);
    const span = {
      fromDay: later(plusDays(first, -DAYS_BEFORE), `${calendar.fromYear}-01-01`),
      toDay: earlier(plusDays(first, 31 + DAYS_AFTER), `${calendar.toYear}-12-31`),
    };
    const epochNs = utcMidnightNs(first);
    const days = buildSessionDays(this.#spec, this.#group, span, ZONE_CLOCK.localClock(timeZone, epochNs));
    const spanOf = (fromNs: number, untilNs: number): Span => ({
      fromNs: epochNs + BigInt(fromNs),
      untilNs: epochNs + BigInt(untilNs),
    });
    return {
      open: joined(days.flatMap(openPhases).map(([from, until]) => spanOf(from, until))),
      main: joined(days.flatMap(mainPhases).map(({ fromNs, untilNs }) => spanOf(fromNs, untilNs))),
      days: days.map((day) => ({ date: day.tradingDay, ...spanOf(dayStartNs(day), dayEndNs(day)) })),
    };
  }
}

/** Cutoffs and publications are no matter of hours, and each of their times would be looked up in the zone. */
function phasesOnly(spec: SessionSpec): SessionSpec {
  return {
    ...spec,
    groups: spec.groups.map((group) => ({
      ...group,
      schedules: group.schedules.map((schedule) => ({
        ...schedule,
        marks: [],
        phases: schedule.phases.map((phase) => ({ ...phase, windows: [], imbalances: [] })),
      })),
    })),
  };
}

function openPhases({ phases }: SessionDay): [fromNs: number, untilNs: number][] {
  return phases
    .filter(({ state }) => state !== CLOSED && state !== POST_TRADE)
    .map(({ fromNs, untilNs, uncross, randomEndNsMax }) => [
      fromNs,
      untilNs + (uncross === null ? 0 : randomEndNsMax + AUCTION_PRINTS_NS),
    ]);
}

function mainPhases({ phases }: SessionDay): SessionPhase[] {
  const opening = phases.findLastIndex(({ uncross }) => uncross === 'opening');
  const closing = phases.findIndex(({ uncross }) => uncross === 'closing');
  const until = closing === -1 ? phases.length : closing + 1;
  return phases.slice(opening + 1, until).filter(({ state }) => isMatching(state));
}

/** Spans in order of time, those that touch as one. */
function joined(spans: readonly Span[]): Span[] {
  const result: { fromNs: bigint; untilNs: bigint }[] = [];
  for (const { fromNs, untilNs } of spans) {
    const last = result.at(-1);
    if (last === undefined || fromNs > last.untilNs) result.push({ fromNs, untilNs });
    else if (untilNs > last.untilNs) last.untilNs = untilNs;
  }
  return result;
}

/** Whether a span has an instant in common with another. Spans are searched by halves. */
function isWithin(spans: readonly Span[], fromNs: bigint, toNs: bigint): boolean {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (spans[middle]!.untilNs > fromNs) high = middle;
    else low = middle + 1;
  }
  return low < spans.length && spans[low]!.fromNs < toNs;
}

function dateOf(ns: bigint): string {
  return new Date(msOf(ns)).toISOString().slice(0, 10);
}

function msOf(ns: bigint): number {
  const ms = ns / NS_PER_MS;
  return Number(ns % NS_PER_MS < 0n ? ms - 1n : ms);
}

function utcMidnightNs(date: string): bigint {
  return BigInt(Date.parse(`${date}T00:00:00Z`)) * NS_PER_MS;
}

function later(a: string, b: string): string {
  return a > b ? a : b;
}

function earlier(a: string, b: string): string {
  return a < b ? a : b;
}
