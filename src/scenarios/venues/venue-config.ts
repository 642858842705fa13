/**
 * A venue as a scenario holds it: sessions, auctions, breakers, matching, tick table, fees. The presets of
 * configs/venues name the files of their parts; whoever loads a scenario puts the parts in their place, so that what is kept
 * with a run is complete. Every problem is found at once.
 */

import { z } from 'zod';
import { TwinError } from '../../base/index.ts';
import type { Instrument } from '../../domain/index.ts';
import {
  type AuctionConfig,
  auctionConfigProblems,
  type BookAllocation,
  type BookRules,
  buildSessionDays,
  buildSessionRules,
  checkBookAllocation,
  cmeAlgorithm,
  collectedInsideCheck,
  FEE_TAPES,
  type FeeSchedule,
  type FeeTape,
  type ListingConfig,
  type LocalToNs,
  type ManagedRules,
  type MarketIndex,
  type ParityParticipant,
  type RegulatoryFees,
  type SessionDay,
  type SessionSpec,
  shareByParity,
  widthOf,
} from '../../market/index.ts';
import { type EntrySpec, GatewayServer, type ProtectionSpec, SpeedBump } from '../../world/index.ts';
import { createDelaySource, delaySchema } from '../delay.ts';
import { rulesSchema } from '../rules-schema.ts';
import {
  breakerSchema,
  createBreaker,
  groupOf,
  groupProblems,
  productOf,
  requireGroupSymbols,
} from './breakers.ts';
import { exactNumber, failOn, parsePart } from './config-text.ts';
import { createEntryRules, entryProblems, entrySchema, incrementKeys } from './entry-rules.ts';
import { parseFeeSchedule, parseRegulatoryFees } from './fee-schedule.ts';
import { createMarketIndex, marketWideProblems, marketWideSchema } from './market-wide.ts';
import { parseCalendar, shortName } from './session-calendar.ts';
import { parseSessions } from './session-schedule.ts';

const part = (description: string) =>
  z.record(z.string(), z.unknown()).meta({ description, range: 'the content of such a file, or its path' });

const bumpUs = z.number().min(0).max(1e6);

export const venueSchema = z.strictObject({
  name: shortName.meta({ description: 'Name of the venue.', range: '1 to 40 letters, digits, `-`' }),
  sessions: part('Session calendar of the venue, as in configs/venues/sessions.'),
  calendar: part('Holidays and short days, as in configs/venues/sessions/calendars.'),
  group: shortName
    .meta({
      description: 'Session group of its instruments; the first one if absent.',
      range: 'name of a group',
    })
    .optional(),
  auctions: part('Auction rules, as in configs/venues/auctions.').nullable().default(null),
  rules: rulesSchema.meta({ description: 'Matching rules.' }).default({}),
  allocation: z
    .union([z.literal('fifo'), z.record(z.string(), z.unknown())])
    .meta({
      description:
        'How orders at one price share: by time, by a code of CME with its parameters, by steps, or by parity.',
      range: '`fifo`, `{ code, … }`, `{ hasFifoException, steps }` or `{ parity }`',
    })
    .default('fifo'),
  breakers: z.array(breakerSchema).max(8).meta({ description: 'Circuit breakers.' }).default([]),
  breakerGroups: z
    .record(shortName, z.array(z.string().min(1)).min(1).max(1000))
    .meta({
      description:
        'Symbols by group: a breaker that asks for its group (CME lead month) interrupts these together, an instrument of no group alone. All of the venue if absent.',
      range: 'name of a group: list of symbols',
    })
    .optional(),
  marketWide: marketWideSchema
    .meta({
      description:
        'Circuit breaker of the whole market: halts every instrument when an index falls, or a shock says so.',
    })
    .optional(),
  bounds: z
    .strictObject({
      limits: z
        .enum(['rest', 'reprice', 'cancel'])
        .meta({ description: 'What becomes of a limit order beyond the bounds of the breakers.' })
        .default('rest'),
      marketRest: z
        .enum(['call', 'cancel'])
        .meta({
          description:
            'What becomes of a market order that the bounds stopped: kept for the call, or cancelled.',
        })
        .default('cancel'),
    })
    .meta({ description: 'Orders at the bounds of the breakers.' })
    .prefault({}),
  ...incrementKeys,
  entry: entrySchema.meta({ description: 'What orders are held to before they are taken.' }).optional(),
  gateway: z
    .strictObject({
      serviceUs: delaySchema
        .meta({
          description:
            'Time to serve one message, microseconds: others wait meanwhile. Served at once if absent.',
          range: '0 to 100000000, or a distribution (see Delays)',
        })
        .optional(),
      takingUs: bumpUs
        .meta({ description: 'Speed bump of orders that would take liquidity, microseconds.' })
        .default(0),
      otherUs: bumpUs.meta({ description: 'Speed bump of all other messages, microseconds.' }).default(0),
      outboundUs: bumpUs
        .meta({ description: 'Speed bump of answers and market data, microseconds.' })
        .default(0),
    })
    .meta({ description: 'What commands pass before they reach the matching engine.' })
    .optional(),
  managed: z
    .strictObject({
      pegReference: z
        .enum(['local', 'consolidated'])
        .meta({
          description:
            'Quote that pegs follow: that of the own book, or in a scenario with several venues the best of all of them on the consolidated feed.',
        })
        .default('local'),
      pegWithoutQuote: z
        .enum(['park', 'cancel'])
        .meta({ description: 'A peg whose quote is missing waits outside of the book, or is cancelled.' })
        .default('park'),
      midpointRounding: z
        .enum(['passive', 'floor', 'ceil'])
        .meta({ description: 'Middle of an odd spread: towards the own side, or always down or up.' })
        .default('passive'),
      midpointWhenLocked: z
        .enum(['trade', 'park'])
        .meta({ description: 'Whether midpoint pegs take part while bid and ask are equal.' })
        .default('trade'),
      displayStepTicks: z
        .int()
        .min(1)
        .max(1_000_000)
        .meta({ description: 'Displayed pegs stand at multiples of this.' })
        .default(1),
    })
    .meta({ description: 'How the venue looks after pegged orders (market-rules §1.8).' })
    .optional(),
  protection: z
    .strictObject({
      rest: z
        .enum(['slide', 'cancel'])
        .meta({
          description:
            'An order that would lock or cross a protected quote elsewhere is shown one tick away, or cancelled.',
        })
        .default('slide'),
      comesBack: z
        .boolean()
        .meta({
          description:
            'Whether an order that slid moves back towards its limit when the other quote is gone.',
        })
        .default(false),
      roundLots: z
        .int()
        .min(1)
        .max(1_000_000)
        .meta({ description: 'Displayed lots that make a quote protected; smaller ones are added up.' })
        .default(100),
    })
    .meta({
      description:
        'Regard for better quotes of other venues in a scenario with several; absent, the venue does not look.',
    })
    .optional(),
  routing: z
    .strictObject({
      orders: z
        .enum(['asked', 'all'])
        .meta({
          description: 'Orders that ask to be routed, or also those that say nothing of other venues.',
        })
        .default('asked'),
      delayUs: z
        .number()
        .min(0)
        .max(1e6)
        .meta({ description: 'To another venue, and as long back, microseconds.' })
        .default(0),
      delaysUs: z
        .record(z.string().min(1).max(40), z.number().min(0).max(1e6))
        .meta({
          description: 'The same to venues that are nearer or farther.',
          range: 'name of a venue of the scenario: 0 to 1000000',
        })
        .default({}),
    })
    .meta({
      description:
        'Sends what the book does not give to better quotes of other venues, where an order wants it; needs `protection`. Absent, the venue sends nothing.',
    })
    .optional(),
  fees: z
    .strictObject({
      schedule: part('Fee schedule, as in configs/venues/fees.'),
      regulatory: part('Regulatory fees, as in configs/venues/fees/us-regulatory.yaml.').optional(),
      tape: z.enum(FEE_TAPES).meta({ description: 'Consolidated tape of the instruments.' }).default('none'),
      multiplier: exactNumber
        .meta({ description: 'Notional per unit and currency unit of price.' })
        .default('1'),
    })
    .meta({ description: 'What the venue charges for fills.' })
    .optional(),
});

/** A venue with all defaults filled in: what is stored with a run. */
export type VenueConfig = z.output<typeof venueSchema>;

/** What the edge knows of time zones. */
export interface ZoneClock {
  readonly isTimeZone: (name: string) => boolean;
  /** Local midnight of a date, ns since 1970. */
  readonly midnightNs: (date: string, timeZone: string) => bigint;
  /** Local time of a zone to ns since an epoch that is given as ns since 1970. */
  readonly localClock: (timeZone: string, epochNs: bigint) => LocalToNs;
}

/** A venue whose parts are read. */
export interface Venue {
  readonly name: string;
  readonly sessions: SessionSpec;
  readonly group: string;
  readonly rules: Partial<BookRules>;
  readonly fees: VenueFees | null;
  readonly protection: ProtectionSpec | null;
  readonly routing: VenueRouting | null;
  readonly managed: Partial<ManagedRules>;
  readonly pegReference: 'local' | 'consolidated';
  /** Speed bump on the way out, ns. */
  readonly outboundNs: number;
  /** Makes the gateway of a world, null where commands reach the engine at once. */
  readonly createEntry: (() => EntrySpec) | null;
  /** Makes what an instrument needs to trade on the days given, with breakers of its own; `index` is what all share. */
  readonly createListing: (
    instrument: Instrument,
    days: readonly SessionDay[],
    referenceTicks: number,
    index?: MarketIndex | null,
  ) => ListingConfig;
  /** Raises MKT_CONFIG where the venue names symbols that the scenario does not have. */
  readonly requireSymbols: (instruments: readonly Instrument[]) => void;
  /** Makes the market index of a world, null where no breaker watches one. Raises MKT_CONFIG for unknown symbols. */
  readonly createIndex: (instruments: readonly Instrument[]) => MarketIndex | null;
}

/** How a venue sends orders on; the names are those of the scenario's venues. */
export type VenueRouting = NonNullable<VenueConfig['routing']>;

export interface VenueFees {
  readonly schedule: FeeSchedule;
  readonly regulatory: RegulatoryFees | null;
  readonly multiplier: string;
  readonly tape: FeeTape;
}

/** A venue as its file holds it, with all defaults; `path` is its place in messages. Raises MKT_CONFIG with every problem. */
export function parseVenue(value: unknown, path: string): VenueConfig {
  const problems: string[] = [];
  const parsed = parsePart(venueSchema, value, path, problems);
  failOn(problems, path);
  return parsed!;
}

/**
 * Reads the parts of a venue; `participants` take part besides the Book where it shares by parity. Raises MKT_CONFIG with every
 * problem.
 */
export function readVenue(
  config: VenueConfig,
  clock: Pick<ZoneClock, 'isTimeZone'>,
  participants: readonly ParityParticipant[] = [],
): Venue {
  const problems: string[] = [];
  const attempt = <T>(read: () => T, path = ''): T | null => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof TwinError)) throw error;
      problems.push(...linesOf(error).map((line) => `${path}${line}`));
      return null;
    }
  };
  const name = `venue ${config.name}`;
  const calendar = attempt(() => parseCalendar(JSON.stringify(config.calendar), `${name}: calendar`));
  const sessions = attempt(() =>
    parseSessions(JSON.stringify(config.sessions), `${name}: sessions`, {
      calendars: calendar === null ? {} : { [calendar.name]: calendar },
      isTimeZone: clock.isTimeZone,
    }),
  );
  const auctions = config.auctions as AuctionConfig | null;
  if (auctions !== null) problems.push(...auctionConfigProblems(auctions, `${name}: auctions`));
  const allocation = attempt(() => readAllocation(config.allocation, participants), `${name}: `);
  const fees = config.fees === undefined ? null : attempt(() => readFees(config.fees!, name));
  problems.push(...entryProblems(config, name), ...marketWideProblems(config.marketWide, name));
  problems.push(...groupProblems(config.breakerGroups, name));
  if (config.routing !== undefined && config.protection === undefined)
    problems.push(`${name}: routing: is for a venue with protection, by which it sees other quotes`);
  for (const [index, breaker] of config.breakers.entries()) {
    attempt(() => createBreaker(breaker, PROBE_INSTRUMENT), `${name}: breakers[${index}]: `);
  }
  const group = config.group ?? sessions?.groups[0]?.name ?? '';
  if (sessions !== null) {
    if (!sessions.groups.some((one) => one.name === group))
      problems.push(
        `${name}: group: is one of ${sessions.groups.map((one) => one.name).join(', ')}, found "${group}"`,
      );
    if (auctions === null && needsAuctions(sessions))
      problems.push(`${name}: auctions: sessions with auctions have rules for them`);
  }
  if (problems.length > 0) throw brokenVenue(name, problems);
  return {
    name: config.name,
    sessions: sessions!,
    group,
    rules: { ...(config.rules as Partial<BookRules>), allocation: allocation! },
    fees,
    protection: config.protection ?? null,
    routing: config.routing ?? null,
    ...managedRules(config.managed),
    ...gatewayOf(config.gateway),
    requireSymbols: (instruments) => requireGroupSymbols(config.breakerGroups, instruments),
    createIndex: (instruments) => createMarketIndex(config.marketWide, instruments),
    createListing: listingMaker(config, sessions!, auctions, allocation!),
  };
}

/** What is wrong within a venue that has the keys of one, as `path: text`; `at` is its path. Empty for other values. */
export function venueProblems(value: unknown, clock: Pick<ZoneClock, 'isTimeZone'>, at: string): string[] {
  const parsed = venueSchema.safeParse(value);
  if (!parsed.success) return [];
  try {
    readVenue(parsed.data, clock);
    return [];
  } catch (error) {
    if (!(error instanceof TwinError)) throw error;
    const [, ...lines] = error.message.split('\n  - ');
    return lines.map((line) => line.replace(`venue ${parsed.data.name}: `, `${at}.`));
  }
}

/** Makes what an instrument needs to trade at a venue whose parts are sound. */
function listingMaker(
  config: VenueConfig,
  sessions: SessionSpec,
  auctions: AuctionConfig | null,
  allocation: BookAllocation,
): Venue['createListing'] {
  return (instrument, days, referenceTicks, index = null) => {
    const entry = createEntryRules(config, instrument, days);
    return {
      days,
      session: buildSessionRules(sessions),
      auctions:
        auctions === null
          ? null
          : {
              rules: auctions,
              threshold: widthOf(auctions, 'crossThreshold', instrument),
              openingValidation: widthOf(auctions, 'openingValidation', instrument),
              share: auctions.allocation.displayedBy === 'shared' ? shareByParity(allocation) : null,
            },
      breakers: [
        ...config.breakers.map((breaker) => createBreaker(breaker, instrument)),
        ...entry.keepers,
        ...(index?.feedsOf(productOf(instrument)) ?? []),
      ],
      ...groupOf(config.breakerGroups, instrument),
      bounds: config.bounds,
      entryChecks: config.bounds.limits === 'cancel' ? [...entry.checks, collectedInsideCheck] : entry.checks,
      referenceTicks,
    };
  };
}

/** The problems of a part, each with the part before its path, in place of the list that its fault makes of them. */
function linesOf({ message, details }: TwinError): string[] {
  if (Array.isArray(details.problems)) return details.problems.map(String);
  const [head = '', ...lines] = message.split('\n  - ');
  const source = /^(.*) breaks \d+ rules?:$/.exec(head)?.[1];
  if (source === undefined) return [message];
  return lines.map((line) => (line.startsWith('(') ? `${source}: ${line}` : `${source}.${line}`));
}

function brokenVenue(name: string, problems: readonly string[]): TwinError {
  const list = problems.map((problem) => `\n  - ${problem}`).join('');
  return new TwinError(
    'MKT_CONFIG',
    `${name} breaks ${problems.length} rule${problems.length === 1 ? '' : 's'}:${list}`,
  );
}

/** The first `count` trading days from a date on. Raises MKT_CONFIG when the calendar does not reach so far. */
export function firstTradingDays(
  venue: Venue,
  fromDay: string,
  count: number,
  toNs: LocalToNs,
): SessionDay[] {
  const lastYear = Math.min(venue.sessions.calendar.toYear, Number(fromDay.slice(0, 4)) + 1);
  const days = buildSessionDays(venue.sessions, venue.group, { fromDay, toDay: `${lastYear}-12-31` }, toNs);
  if (days.length >= count) return days.slice(0, count);
  throw new TwinError(
    'MKT_CONFIG',
    'the calendar of the venue knows as many trading days as the scenario runs',
    {
      venue: venue.name,
      fromDay,
      days: count,
      known: days.length,
    },
  );
}

/** The trading days of a venue among some dates. Raises MKT_CONFIG when it is closed on all of them. */
export function tradingDaysOn(venue: Venue, dates: readonly string[], toNs: LocalToNs): SessionDay[] {
  const days = buildSessionDays(
    venue.sessions,
    venue.group,
    { fromDay: dates[0]!, toDay: dates.at(-1)! },
    toNs,
  ).filter(({ tradingDay }) => dates.includes(tradingDay));
  if (days.length > 0) return days;
  throw new TwinError('MKT_CONFIG', 'a venue trades on one of the days of the run at least', {
    venue: venue.name,
    days: dates.join(', '),
  });
}

const PROBE_INSTRUMENT = {
  symbol: 'PROBE',
  tickSize: '0.01',
  lotSize: '1',
  currency: 'USD',
  minorUnit: '0.01',
};

function needsAuctions({ groups, interruptions, reopening }: SessionSpec): boolean {
  const phases = groups.flatMap(({ schedules }) => schedules.flatMap((schedule) => schedule.phases));
  return (
    phases.some(({ uncross }) => uncross !== null) ||
    Object.values(interruptions).some(({ uncross }) => uncross) ||
    reopening?.uncross === true
  );
}

/** One venue's consolidated quote is that of its own book: a plan of several venues says otherwise. */
function managedRules(managed: VenueConfig['managed']): Pick<Venue, 'managed' | 'pegReference'> {
  const { pegReference = 'local', ...rules } = managed ?? {};
  return { managed: rules, pegReference };
}

function gatewayOf(gateway: VenueConfig['gateway']): Pick<Venue, 'outboundNs' | 'createEntry'> {
  if (gateway === undefined) return { outboundNs: 0, createEntry: null };
  const [takingNs, otherNs, outboundNs] = [gateway.takingUs, gateway.otherUs, gateway.outboundUs].map((us) =>
    Math.round(us * 1000),
  ) as [number, number, number];
  const { serviceUs } = gateway;
  const isBumped = takingNs > 0 || otherNs > 0;
  if (serviceUs === undefined && !isBumped) return { outboundNs, createEntry: null };
  return {
    outboundNs,
    createEntry: () => ({
      server: serviceUs === undefined ? null : new GatewayServer(createDelaySource(serviceUs)),
      bump: isBumped ? new SpeedBump({ takingNs, otherNs, outboundNs }) : null,
    }),
  };
}

function readAllocation(
  value: VenueConfig['allocation'],
  participants: readonly ParityParticipant[],
): BookAllocation {
  if (value === 'fifo') return 'fifo';
  if ('code' in value) return cmeAlgorithm(value as never, 'allocation');
  if ('participants' in value)
    throw new TwinError('MKT_CONFIG', 'allocation.participants are groups of agents: agents[].participant');
  return checkBookAllocation('parity' in value ? { ...value, participants } : value, 'allocation');
}

function readFees(
  { schedule, regulatory, multiplier, tape }: NonNullable<VenueConfig['fees']>,
  name: string,
): VenueFees {
  return {
    schedule: parseFeeSchedule(JSON.stringify(schedule), `${name}: fees.schedule`),
    regulatory:
      regulatory === undefined
        ? null
        : parseRegulatoryFees(JSON.stringify(regulatory), `${name}: fees.regulatory`),
    multiplier,
    tape,
  };
}
