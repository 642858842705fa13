/** From a checked scenario to the spec of a world that runs it. */

import { OrderScript, QuoteScript, RandomFlow } from '../agents/index.ts';
import { TwinError } from '../base/index.ts';
import {
  defineInstrument,
  type Instrument,
  type InstrumentSpec,
  PRICE_TICKS_MAX,
  parseTicks,
} from '../domain/index.ts';
import { type BookRules, FeeEngine, type ListingConfig } from '../market/index.ts';
import {
  BumpedLink,
  type GroupSpec,
  type LinkModel,
  type Links,
  SpeedBump,
  type VenueSpec,
  type WorldSpec,
} from '../world/index.ts';
import { planActions } from './corporate-actions.ts';
import { planDelay } from './delay.ts';
import { type FlowsByHash, planFlow } from './flow-agent.ts';
import { type Listed, listedInstruments, mainVenueOf, placesOf } from './listed.ts';
import { planExpiries } from './option-contracts.ts';
import { planShocks } from './plan-shocks.ts';
import type { Scenario } from './schema.ts';
import { type Span, spanOf, type VenueDays } from './span.ts';
import type { ZoneClock } from './venues/venue-config.ts';

const NS_PER_US = 1000;
/** Names of the agents that send the orders and the quotes of shocks. */
const SCRIPT_NAME = 'shock-orders';
const QUOTES_NAME = 'shock-quotes';
const NO_DELAY: Links = { orderDelayNs: 0, answerDelayNs: 0, feedDelayNs: 0 };

export interface RunPlan {
  readonly spec: WorldSpec;
  readonly instruments: readonly InstrumentSpec[];
  /** Instant that times count from, ns since 1970: local midnight of the first day, or of the day before it. */
  readonly epochNs: bigint;
  /** Simulated time runs from the first session, or the open, */
  readonly startNs: number;
  /** to this. */
  readonly endNs: number;
}

/**
 * Raises MKT_CONFIG when an instrument's sizes do not fit together or a reference price is off its tick, WORLD_CONFIG when a flow
 * does not fit its instrument. `flows` are the models of agents of that kind.
 */
export function planRun(scenario: Scenario, clock: ZoneClock, flows: FlowsByHash = new Map()): RunPlan {
  const listed = listedInstruments(scenario);
  const instruments = listed.map(({ spec }) => spec);
  const defined = instruments.map((instrument, index) => defineInstrument(instrument, index));
  const markets = listed.map(({ of }, index) => ({
    instrument: index,
    referenceTicks: referenceTicks(defined[index]!, of.referencePrice),
  }));
  const span = spanOf(scenario, clock);
  const { venues, startNs, endNs } = span;
  for (const venue of venues) requireFees(venue, defined[0]!);
  const { shocks, bursts, quotes } = planShocks(scenario.shocks, {
    instruments: defined,
    groupNames: scenario.agents.map(({ name }) => name),
    venueNames: scenario.venues?.map(({ name }) => name) ?? [],
    at: span.at,
    marketWide: mainVenueOf(scenario)?.marketWide?.levels ?? [],
  });
  const actions = planActions(scenario, listed, span);
  return {
    instruments,
    epochNs: span.epochNs,
    startNs,
    endNs,
    spec: {
      seed: scenario.seed,
      instruments,
      startNs,
      ...(venues.length === 0
        ? {}
        : {
            listings: listingsOf(venues, listed, defined, markets),
            venues: venues.map((one) =>
              planVenue(
                one,
                venues.map(({ name }) => name),
              ),
            ),
          }),
      consolidatedDelayNs: Math.round(scenario.consolidatedUs * NS_PER_US),
      rulesOf: Object.fromEntries(
        listed.map(({ spec, of, venue }) => [
          spec.symbol,
          {
            ...venues[venue]?.venue.rules,
            ...(scenario.rules as Partial<BookRules>),
            ...(of.rules as Partial<BookRules>),
          },
        ]),
      ),
      groups: [
        ...scenario.agents.map((group) => {
          if (group.kind === 'randomFlow') return planGroup(group, scenario, { listed, markets, span });
          const [index] = placesOf(listed, group.instruments[0]!) as [number];
          return planFlow(group, defined[index]!, { index, ...markets[index]! }, flows);
        }),
        ...(bursts.length === 0
          ? []
          : [{ create: () => new OrderScript(SCRIPT_NAME, bursts), links: () => NO_DELAY }]),
        ...(quotes.length === 0
          ? []
          : [{ create: () => new QuoteScript(QUOTES_NAME, quotes), links: () => NO_DELAY }]),
      ],
      ...(shocks.length === 0 ? {} : { shocks }),
      ...(actions.length === 0 ? {} : { actions }),
      ...planExpiries(listed, span),
      dayEndNs: venues.length === 0 ? endNs : null,
    },
  };
}

/** Makes the listings of a world; those of a venue share its index. What is wrong with them comes out at once. */
function listingsOf(
  venues: readonly VenueDays[],
  listed: readonly Listed[],
  instruments: readonly Instrument[],
  markets: readonly { readonly referenceTicks: number }[],
): () => ListingConfig[] {
  const atVenue = (place: number): Instrument[] =>
    instruments.filter((_, index) => listed[index]!.venue === place);
  const create = (): ListingConfig[] => {
    const indexes = venues.map(({ venue }, place) => venue.createIndex(atVenue(place)));
    return listed.map(({ venue: place }, index) => {
      const { venue, days } = venues[place]!;
      const { referenceTicks } = markets[index]!;
      return venue.createListing(instruments[index]!, days, referenceTicks, indexes[place]);
    });
  };
  venues.forEach(({ venue }, place) => {
    venue.requireSymbols(atVenue(place));
  });
  create();
  return create;
}

/** A run does not stop in the middle for a day without rates. Raises MKT_CONFIG with all such days. */
function requireFees({ venue: { name, fees }, days }: VenueDays, { tickSize, lotSize }: Instrument): void {
  if (fees === null) return;
  const { schedule, regulatory, multiplier } = fees;
  const engine = new FeeEngine(schedule, regulatory, { tickSize, unitsPerLot: lotSize, multiplier });
  const problems = days.flatMap(({ tradingDay }) => {
    try {
      engine.requireDay(tradingDay);
      return [];
    } catch (error) {
      if (!(error instanceof TwinError)) throw error;
      return [`\n  - venue ${name}: fees: ${error.message}`];
    }
  });
  if (problems.length > 0)
    throw new TwinError('MKT_CONFIG', `a schedule has rates for each day of the run:${problems.join('')}`);
}

function planVenue({ name, venue, days }: VenueDays, names: readonly string[]): VenueSpec {
  const { routing } = venue;
  return {
    name,
    ...(venue.createEntry === null ? {} : { entry: venue.createEntry }),
    ...(venue.fees === null ? {} : { fees: { ...venue.fees, days } }),
    managed:
      names.length > 1 && venue.pegReference === 'consolidated'
        ? { ...venue.managed, quoteFrom: 'given' }
        : venue.managed,
    ...(venue.protection === null ? {} : { protection: venue.protection }),
    ...(routing === null
      ? {}
      : {
          router: {
            orders: routing.orders,
            delaysNs: names.map((to) =>
              Math.round((to === name ? 0 : (routing.delaysUs[to] ?? routing.delayUs)) * NS_PER_US),
            ),
          },
        }),
  };
}

/** A price that no order could have would leave every book empty without a word. */
function referenceTicks(instrument: InstrumentSpec, price: string): number {
  const ticks = parseTicks(instrument, price);
  if (ticks <= PRICE_TICKS_MAX) return ticks;
  throw new TwinError('MKT_CONFIG', 'referencePrice is at most 2147483646 ticks', {
    symbol: instrument.symbol,
    referencePrice: price,
    tickSize: instrument.tickSize,
  });
}

type RandomFlowGroup = Extract<Scenario['agents'][number], { kind: 'randomFlow' }>;

function planGroup(
  group: RandomFlowGroup,
  scenario: Scenario,
  {
    listed,
    markets,
    span,
  }: {
    readonly listed: readonly Listed[];
    readonly markets: readonly { instrument: number; referenceTicks: number }[];
    readonly span: Span;
  },
): GroupSpec {
  const places = new Set(group.instruments?.flatMap((symbol) => placesOf(listed, symbol)));
  const traded =
    group.instruments === undefined ? markets : markets.filter(({ instrument }) => places.has(instrument));
  const links =
    span.venues.length === 0
      ? [planLinks(group.links, 0, 0)]
      : span.venues.map(({ venue }, index) => {
          const extraUs = scenario.venues?.[index]?.extraUs ?? 0;
          return planLinks(group.links, Math.round(extraUs * NS_PER_US), venue.outboundNs);
        });
  return {
    create: () =>
      new RandomFlow({
        name: group.name,
        count: group.count,
        markets: traded,
        limitRates: group.limitRates,
        marketRate: group.marketRate,
        onOpenRate: group.onOpenRate,
        onCloseRate: group.onCloseRate,
        ...(group.from === undefined && group.until === undefined
          ? {}
          : { active: span.hours(group.from, group.until) }),
        cancelRates: group.cancelRates,
        lots: group.lots,
      }),
    links: (_agent, venue) => links[venue]!,
  };
}

/** Links to a venue that is so much farther away, and whose speed bump delays what comes from it. */
function planLinks(links: RandomFlowGroup['links'], extraNs: number, outboundNs: number): Links {
  const order = planDelay(links.orderUs);
  const answer = planDelay(links.answerUs);
  const backNs = extraNs + outboundNs;
  return {
    orderDelayNs: order.delayNs + extraNs,
    answerDelayNs: answer.delayNs + backNs,
    feedDelayNs: Math.round(links.feedUs * NS_PER_US) + backNs,
    ...(order.createModel === null ? {} : { orderModel: delayedBy(extraNs, order.createModel) }),
    ...(answer.createModel === null ? {} : { answerModel: delayedBy(backNs, answer.createModel) }),
  };
}

function delayedBy(extraNs: number, create: () => LinkModel): () => LinkModel {
  if (extraNs === 0) return create;
  const bump = new SpeedBump({ takingNs: extraNs, otherNs: extraNs, outboundNs: extraNs });
  return () => new BumpedLink(create(), bump, false);
}
