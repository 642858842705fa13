/**
 * Sessions of a venue as people write them, in the words of the venue files (docs/own-venue.md): a day of phases that repeats.
 * The caller's clock is the venue's: times count from its time 0, which is the midnight of the first day.
 */

import { TwinError } from '../base/index.ts';
import { type Instrument, parseTicks, UNDEF_INT32 } from '../domain/index.ts';
import type { BookAllocation } from './allocation/book-allocation.ts';
import { type AuctionConfig, auctionConfigProblems } from './auction/auction-config.ts';
import { shareByParity } from './auction/share-by-parity.ts';
import type { AuctionKind, InterruptPhase } from './breakers/contract.ts';
import { collectedInsideCheck } from './listing/entry-checks.ts';
import type { Listing } from './listing/listing.ts';
import {
  type BoundsPolicy,
  type DayBreaker,
  type ListingConfig,
  PLAIN_BOUNDS,
  widthOf,
} from './listing/listing-config.ts';
import type { AnswerName } from './session/answers.ts';
import { buildSessionDays, buildSessionRules } from './session/build-days.ts';
import { DAY_REGULAR, plusDays } from './session/calendar.ts';
import { sessionSpecProblems } from './session/check-spec.ts';
import type { MatrixOverride } from './session/instruction-matrix.ts';
import type { InstructionName } from './session/instructions.ts';
import { DAY_NS, type InterruptionSpec, type PhaseSpec, type SessionSpec } from './session/spec.ts';
import { isCollecting, SESSION_STATE_NAMES, type SessionStateName } from './session/states.ts';

/** A time of day: 'HH:MM', 'HH:MM:SS', or ns since midnight. */
export type TimeOfDay = string | number;

/** A part of the day; it lasts until the next one begins, the last one until the `end` of the day. */
export interface PhaseConfig {
  /** Its state if absent. */
  readonly name?: string;
  readonly state: SessionStateName;
  readonly from: TimeOfDay;
  /** Auction at its end. */
  readonly uncross?: AuctionKind;
  /** Largest random prolongation, ns. */
  readonly randomEndNs?: number;
  /** DAY orders expire as it begins; without such a phase at the end of the day. */
  readonly expiresDay?: boolean;
  /** Distance of published indicative prices, ns; none if absent. */
  readonly imbalanceEveryNs?: number;
  /** Other answers to some instructions for a part of it. */
  readonly windows?: readonly {
    readonly name: string;
    readonly from: TimeOfDay;
    /** To the end of the phase if absent. */
    readonly until?: TimeOfDay;
    readonly instructions: readonly InstructionName[];
    readonly answer: AnswerName;
  }[];
}

export interface InterruptionConfig {
  readonly state: SessionStateName;
  /** Whether it ends with an auction. */
  readonly uncross?: boolean;
  readonly imbalanceEveryNs?: number;
}

export interface SessionsConfig {
  readonly phases: readonly PhaseConfig[];
  readonly end: TimeOfDay;
  /** How many days are alike; 1 if absent. */
  readonly days?: number;
  /** What a halt, a breaker or `interrupt` leads to, where it differs: calls of an auction, HALTED, CLOSED. */
  readonly interruptions?: Partial<Record<InterruptPhase, InterruptionConfig>>;
  /** Call that follows a halt, of a minute if absent; null: trading goes on at once. */
  readonly reopening?:
    | (InterruptionConfig & { readonly callNs: number; readonly randomNsMax?: number })
    | null;
  /** Instructions that the venue does not offer. */
  readonly unsupported?: readonly InstructionName[];
  readonly overrides?: readonly MatrixOverride[];
}

/** What a venue with sessions is given besides them. */
export interface ListingRules {
  /** How auctions find their price and share it, as in configs/venues/auctions; PLAIN_AUCTIONS if absent. */
  readonly auctions?: AuctionConfig;
  /** Breakers of an instrument, made afresh for each. */
  readonly breakers?: (instrument: Instrument) => readonly DayBreaker[];
  /** What becomes of orders at the bounds of breakers. */
  readonly bounds?: BoundsPolicy;
  /** Close of the day before the first, by symbol: what auctions refer to before anything traded. */
  readonly referencePrices?: Readonly<Record<string, string | number>>;
}

const SECOND_NS = 1_000_000_000;
const FIRST_DAY = '2001-01-01';
/** Days that sessions repeat for, at most. */
export const SESSION_DAYS_MAX = 366;
const ALL = 'all';

/** Most volume, least imbalance, the side under pressure, next to the reference; by time within a price. */
export const PLAIN_AUCTIONS: AuctionConfig = {
  name: 'plain',
  validFrom: FIRST_DAY,
  source: 'market-rules §3.2',
  price: {
    cross: {
      candidates: 'limits',
      range: 'limits',
      marketOnly: 'reference',
      allowsNoVolume: false,
      steps: [
        { step: 'maxVolume' },
        { step: 'minImbalance' },
        { step: 'marketPressure' },
        { step: 'clampReference' },
        { step: 'highest' },
      ],
    },
  },
  allocation: {
    atPrice: ['displayed', 'hidden'],
    displayedBy: 'time',
    hasOffsets: false,
    leftMarketOrders: 'cancel',
  },
};

const CALL = { state: 'VOLATILITY_AUCTION', uncross: true } as const;
const INTERRUPTIONS: Readonly<Record<InterruptPhase, InterruptionConfig>> = {
  pause: CALL,
  auctionCall: CALL,
  preOpen: CALL,
  reserved: CALL,
  halt: { state: 'HALTED' },
  closed: { state: 'CLOSED' },
};
const REOPENING: NonNullable<SessionsConfig['reopening']> = { ...CALL, callNs: 60 * SECOND_NS };

/** What makes the listing of each instrument; `allocationOf` is how its orders at one price share. Raises MKT_CONFIG with every problem and its path. */
export function readSessions(
  config: SessionsConfig,
  { auctions = PLAIN_AUCTIONS, breakers, bounds = PLAIN_BOUNDS, referencePrices = {} }: ListingRules,
  symbols: readonly string[],
  allocationOf: (symbol: string) => BookAllocation = () => 'fifo',
): (instrument: Instrument) => ListingConfig {
  const problems: string[] = [];
  const spec = specOf(config, problems);
  const { days = 1 } = config;
  if (!(Number.isSafeInteger(days) && days >= 1 && days <= SESSION_DAYS_MAX))
    problems.push(`sessions.days: is a whole number from 1 to ${SESSION_DAYS_MAX}, found ${days}`);
  problems.push(...auctionConfigProblems(auctions, 'auctions'));
  for (const symbol of Object.keys(referencePrices))
    if (!symbols.includes(symbol))
      problems.push(`referencePrices.${symbol}: is one of ${symbols.join(', ')}`);
  if (problems.length === 0) problems.push(...specProblems(spec));
  if (problems.length > 0) {
    const list = problems.map((problem) => `\n  - ${problem}`).join('');
    throw new TwinError('MKT_CONFIG', `a venue has sound sessions and auctions:${list}`);
  }
  const dates = Array.from({ length: days }, (_, index) => plusDays(FIRST_DAY, index));
  const toNs = (date: string, nsOfDay: number): number => {
    const index = dates.indexOf(date);
    // The evening before the first day, and the night after the last one.
    return (index >= 0 ? index : date < FIRST_DAY ? -1 : days) * DAY_NS + nsOfDay;
  };
  const sessionDays = buildSessionDays(spec, ALL, { fromDay: FIRST_DAY, toDay: dates.at(-1)! }, toNs);
  const session = buildSessionRules(spec);
  return (instrument) => ({
    days: sessionDays,
    session,
    auctions: {
      rules: auctions,
      threshold: widthOf(auctions, 'crossThreshold', instrument),
      openingValidation: widthOf(auctions, 'openingValidation', instrument),
      share:
        auctions.allocation.displayedBy === 'shared' ? shareByParity(allocationOf(instrument.symbol)) : null,
    },
    breakers: breakers?.(instrument) ?? [],
    bounds,
    entryChecks: bounds.limits === 'cancel' ? [collectedInsideCheck] : [],
    referenceTicks:
      referencePrices[instrument.symbol] === undefined
        ? UNDEF_INT32
        : parseTicks(instrument, referencePrices[instrument.symbol]!),
  });
}

/** Auction for which a listing collects orders now; null: for none. */
export function auctionAhead({ config, session }: Listing): AuctionKind | null {
  if (config.auctions === null || !isCollecting(session.state)) return null;
  return session.isHalted || session.isInterrupted ? 'reopening' : (session.phase?.uncross ?? 'reopening');
}

function specOf(config: SessionsConfig, problems: string[]): SessionSpec {
  const { phases, unsupported = [], overrides = [], interruptions = {}, reopening = REOPENING } = config;
  const endNs = nsOf(config.end, 'sessions.end', problems);
  const starts = phases.map(({ from }, index) => nsOf(from, `sessions.phases[${index}].from`, problems));
  const schedule = {
    weekdays: [0, 1, 2, 3, 4, 5, 6],
    dayKinds: [DAY_REGULAR],
    phases: phases.map((phase, index) =>
      phaseOf(phase, starts[index]!, starts[index + 1] ?? endNs, {
        path: `sessions.phases[${index}]`,
        problems,
      }),
    ),
    endNs,
    marks: [],
  };
  if (phases.length === 0) problems.push('sessions.phases: a day has at least one phase');
  const plans = { ...INTERRUPTIONS, ...interruptions };
  for (const [name, { state }] of Object.entries({ ...plans, ...(reopening === null ? {} : { reopening }) }))
    requireState(state, `sessions.${name}`, problems);
  return {
    venue: ALL,
    validFrom: FIRST_DAY,
    timeZone: 'UTC',
    calendar: {
      name: ALL,
      fromYear: Number(FIRST_DAY.slice(0, 4)),
      toYear: Number(FIRST_DAY.slice(0, 4)) + 1,
      weekdays: schedule.weekdays,
      rules: [],
    },
    unsupported,
    overrides,
    interruptions: {
      pause: planOf(plans.pause),
      auctionCall: planOf(plans.auctionCall),
      preOpen: planOf(plans.preOpen),
      reserved: planOf(plans.reserved),
      halt: planOf(plans.halt),
      closed: planOf(plans.closed),
    },
    reopening:
      reopening === null
        ? null
        : { ...planOf(reopening), callNs: reopening.callNs, randomNsMax: reopening.randomNsMax ?? 0 },
    groups: [{ name: ALL, schedules: [schedule] }],
  };
}

function planOf({ state, uncross = false, imbalanceEveryNs }: InterruptionConfig): InterruptionSpec {
  return { state, uncross, imbalanceEveryNs: imbalanceEveryNs ?? null };
}

function phaseOf(
  phase: PhaseConfig,
  fromNs: number,
  untilNs: number,
  { path, problems }: { readonly path: string; readonly problems: string[] },
): PhaseSpec {
  const { state, name = state, uncross = null, randomEndNs = 0, expiresDay = false, windows = [] } = phase;
  requireState(state, `${path}.state`, problems);
  const { imbalanceEveryNs } = phase;
  for (const [key, value] of Object.entries({ randomEndNs, imbalanceEveryNs }))
    if (value !== undefined && !(Number.isSafeInteger(value) && value >= 0 && value <= DAY_NS))
      problems.push(`${path}.${key}: is a whole number of ns up to a day, found ${value}`);
  return {
    name,
    state,
    fromNs,
    randomEndNsMax: randomEndNs,
    uncross,
    lengthNsMin: 0,
    expiresDay,
    windows: windows.map(({ from, until, ...window }, index) => ({
      ...window,
      fromNs: nsOf(from, `${path}.windows[${index}].from`, problems),
      untilNs: until === undefined ? null : nsOf(until, `${path}.windows[${index}].until`, problems),
    })),
    imbalances:
      imbalanceEveryNs === undefined ? [] : [{ fromNs, untilNs, everyNs: imbalanceEveryNs, isEarly: false }],
  };
}

function specProblems(spec: SessionSpec): string[] {
  return sessionSpecProblems(spec, () => true).map((problem) =>
    `sessions.${problem}`.replace('sessions.groups[0].schedules[0].', 'sessions.'),
  );
}

function requireState(state: SessionStateName, path: string, problems: string[]): void {
  if (!SESSION_STATE_NAMES.includes(state))
    problems.push(`${path}: is one of ${SESSION_STATE_NAMES.join(', ')}, found "${state}"`);
}

function nsOf(time: TimeOfDay, path: string, problems: string[]): number {
  if (typeof time === 'number') {
    if (!Number.isSafeInteger(time)) problems.push(`${path}: is a whole number of ns, found ${time}`);
    return time;
  }
  const parts = /^(\d{2}):(\d{2})(?::(\d{2}))?$/.exec(time);
  if (parts === null) {
    problems.push(`${path}: is a time as HH:MM or HH:MM:SS, or ns since midnight, found "${time}"`);
    return 0;
  }
  const [hours, minutes, seconds] = parts.slice(1).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
  ];
  return ((hours * 60 + minutes) * 60 + seconds) * SECOND_NS;
}
