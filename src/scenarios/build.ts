/** From a checked scenario to the spec of a world that runs it. */

import { OrderScript, RandomFlow } from '../agents/index.ts';
import { TwinError } from '../base/index.ts';
import {
  defineInstrument,
  type Instrument,
  type InstrumentSpec,
  PRICE_TICKS_MAX,
  parseTicks,
} from '../domain/index.ts';
import {
  type BookRules,
  dayEndNs,
  dayStartNs,
  type ListingConfig,
  plusDays,
  type SessionDay,
} from '../market/index.ts';
import {
  BumpedLink,
  type GroupSpec,
  type LinkModel,
  type Links,
  SpeedBump,
  type WorldSpec,
} from '../world/index.ts';
import { planDelay } from './delay.ts';
import { hoursOf, type Scenario } from './schema.ts';
import { planShocks } from './shocks.ts';
import { firstTradingDays, readVenue, type Venue, type ZoneClock } from './venues/venue-config.ts';

const NS_PER_SECOND = 1_000_000_000;
const NS_PER_US = 1000;
/** Name of the agent that sends the orders of shocks. */
const SCRIPT_NAME = 'shock-orders';
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

/** Raises MKT_CONFIG when an instrument's sizes do not fit together or a reference price is off its tick. */
export function planRun(scenario: Scenario, clock: ZoneClock): RunPlan {
  const instruments = scenario.instruments.map(({ symbol, tickSize, lotSize, currency, minorUnit }) => ({
    symbol,
    tickSize,
    lotSize,
    currency,
    minorUnit,
  }));
  const markets = scenario.instruments.map((instrument, index) => ({
    instrument: index,
    referenceTicks: referenceTicks(defineInstrument(instruments[index]!, index), instrument.referencePrice),
  }));
  const span = spanOf(scenario, clock);
  const { venue, days, startNs, endNs } = span;
  const { shocks, bursts } = planShocks(scenario.shocks, {
    instruments: instruments.map((instrument, index) => defineInstrument(instrument, index)),
    groupNames: scenario.agents.map(({ name }) => name),
    at: span.at,
  });
  return {
    instruments,
    epochNs: span.epochNs,
    startNs,
    endNs,
    spec: {
      seed: scenario.seed,
      instruments,
      startNs,
      ...(venue === null
        ? {}
        : {
            listings: listingsOf(venue, days, instruments.map(defineInstrument), markets),
            ...(venue.createEntry === null ? {} : { entry: venue.createEntry }),
            ...(venue.fees === null ? {} : { fees: { ...venue.fees, days } }),
          }),
      rules: { ...venue?.rules, ...(scenario.rules as Partial<BookRules>) },
      rulesOf: Object.fromEntries(
        scenario.instruments.map((instrument) => [instrument.symbol, instrument.rules as Partial<BookRules>]),
      ),
      groups: [
        ...scenario.agents.map((group) => planGroup(group, scenario, markets, span)),
        ...(bursts.length === 0
          ? []
          : [{ create: () => new OrderScript(SCRIPT_NAME, bursts), links: () => NO_DELAY }]),
      ],
      ...(shocks.length === 0 ? {} : { shocks }),
      dayEndNs: venue === null ? endNs : null,
    },
  };
}

/** Makes the listings of a world; they share the index of the market. What is wrong with them comes out at once. */
function listingsOf(
  venue: Venue,
  days: readonly SessionDay[],
  instruments: readonly Instrument[],
  markets: readonly { readonly referenceTicks: number }[],
): () => ListingConfig[] {
  const create = (): ListingConfig[] => {
    const marketIndex = venue.createIndex(instruments);
    return instruments.map((instrument, index) =>
      venue.createListing(instrument, days, markets[index]!.referenceTicks, marketIndex),
    );
  };
  venue.requireSymbols(instruments);
  create();
  return create;
}

/** After the last session there is time for calls that were prolonged. */
const AFTER_LAST_DAY_NS = 1800 * NS_PER_SECOND;

interface Span {
  readonly venue: Venue | null;
  readonly days: readonly SessionDay[];
  readonly epochNs: bigint;
  readonly startNs: number;
  readonly endNs: number;
  /** Local times of every day as instants; absent ones are the bounds of the day. */
  readonly hours: (from?: string, until?: string) => { readonly fromNs: number; readonly untilNs: number }[];
  /** Local time of the nth day as an instant, null beyond the last day. */
  readonly at: (day: number, nsOfDay: number) => number | null;
}

/** When a scenario plays. A trading day that starts on the evening before counts from the midnight before that. */
function spanOf(scenario: Scenario, clock: ZoneClock): Span {
  if (scenario.venue === undefined) {
    const { open, close, timeZone } = hoursOf(scenario);
    const epochNs = clock.midnightNs(scenario.date, timeZone);
    const toNs = clock.localClock(timeZone, epochNs);
    const [startNs, endNs] = [open, close].map((time) =>
      toNs(scenario.date, secondsOfDay(time) * NS_PER_SECOND),
    );
    const hours: Span['hours'] = (from = open, until = close) => [
      {
        fromNs: toNs(scenario.date, secondsOfDay(from) * NS_PER_SECOND),
        untilNs: toNs(scenario.date, secondsOfDay(until) * NS_PER_SECOND),
      },
    ];
    const at: Span['at'] = (day, nsOfDay) => (day === 1 ? toNs(scenario.date, nsOfDay) : null);
    return { venue: null, days: [], epochNs, startNs: startNs!, endNs: endNs!, hours, at };
  }
  const venue = readVenue(scenario.venue, clock);
  const { timeZone } = venue.sessions;
  for (const epochDay of [scenario.date, plusDays(scenario.date, -1)]) {
    const epochNs = clock.midnightNs(epochDay, timeZone);
    const toNs = clock.localClock(timeZone, epochNs);
    const days = firstTradingDays(venue, scenario.date, scenario.days, toNs);
    const startNs = dayStartNs(days[0]!);
    if (startNs < 0) continue;
    const clockAt = (day: SessionDay, time: string | undefined, otherwiseNs: number): number =>
      time === undefined ? otherwiseNs : toNs(day.tradingDay, secondsOfDay(time) * NS_PER_SECOND);
    const hours: Span['hours'] = (from, until) =>
      days.map((day) => ({
        fromNs: clockAt(day, from, dayStartNs(day)),
        untilNs: clockAt(day, until, dayEndNs(day)),
      }));
    const at: Span['at'] = (number, nsOfDay) => {
      const day = days[number - 1];
      return day === undefined ? null : toNs(day.tradingDay, nsOfDay);
    };
    return { venue, days, epochNs, startNs, endNs: dayEndNs(days.at(-1)!) + AFTER_LAST_DAY_NS, hours, at };
  }
  throw new TwinError('MKT_CONFIG', 'a trading day starts on its date or on the day before', {
    venue: venue.name,
  });
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

function planGroup(
  group: Scenario['agents'][number],
  scenario: Scenario,
  markets: readonly { instrument: number; referenceTicks: number }[],
  span: Span,
): GroupSpec {
  const traded = markets.filter(
    ({ instrument }) => group.instruments?.includes(scenario.instruments[instrument]!.symbol) ?? true,
  );
  const outboundNs = span.venue?.outboundNs ?? 0;
  const order = planDelay(group.links.orderUs);
  const answer = planDelay(group.links.answerUs);
  const links: Links = {
    orderDelayNs: order.delayNs,
    answerDelayNs: answer.delayNs + outboundNs,
    feedDelayNs: Math.round(group.links.feedUs * NS_PER_US) + outboundNs,
    ...(order.createModel === null ? {} : { orderModel: order.createModel }),
    ...(answer.createModel === null ? {} : { answerModel: delayedBy(outboundNs, answer.createModel) }),
  };
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
    links: () => links,
  };
}

/** A link behind the venue's speed bump on the way out. */
function delayedBy(outboundNs: number, create: () => LinkModel): () => LinkModel {
  if (outboundNs === 0) return create;
  const bump = new SpeedBump({ takingNs: outboundNs, otherNs: outboundNs, outboundNs });
  return () => new BumpedLink(create(), bump, false);
}

function secondsOfDay(clock: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = clock.split(':').map(Number);
  return hours * 3600 + minutes * 60 + seconds;
}
