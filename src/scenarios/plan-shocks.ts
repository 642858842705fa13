/** From the shocks of a scenario to what a world carries out, and to the orders of a scripted agent. */

import type { OrderBurst, QuoteBurst, ScriptTerms } from '../agents/index.ts';
import { assertNever } from '../base/index.ts';
import {
  BUY,
  type Instrument,
  type ManagedTerms,
  parseTicks,
  ROUTING_NAMES,
  type RoutingInstruction,
  SELL,
  SESSION_STATE_NAMES,
} from '../domain/index.ts';
import type { MarketWideLevel } from '../market/index.ts';
import type { Shock } from '../world/index.ts';
import { nsOfDay } from './clock-time.ts';
import type { OrdersConfig, OrderTerms, QuotesConfig, ShockConfig } from './shocks.ts';

const NS_PER_SECOND = 1_000_000_000;
const NS_PER_MS = 1_000_000;

/** What names and times of a scenario stand for. */
export interface ShockContext {
  readonly instruments: readonly Instrument[];
  readonly groupNames: readonly string[];
  /** Empty with one venue or none. */
  readonly venueNames: readonly string[];
  /** Local time of the nth trading day (1 is the first), ns since midnight, as an instant of the run; null beyond the last day. */
  readonly at: (day: number, nsOfDay: number) => number | null;
  /** Levels of the venue's market-wide breaker. */
  readonly marketWide: readonly MarketWideLevel[];
}

/** What a world makes of shocks: those that it carries out itself, and the orders and quotes of scripted agents. */
export function planShocks(
  shocks: readonly ShockConfig[],
  context: ShockContext,
): { shocks: Shock[]; bursts: OrderBurst[]; quotes: QuoteBurst[] } {
  const planned: Shock[] = [];
  const bursts: OrderBurst[] = [];
  const quotes: QuoteBurst[] = [];
  for (const shock of shocks) {
    const atNs = context.at(shock.day, nsOfDay(shock.at));
    if (atNs === null) continue;
    if (shock.kind === 'orders') bursts.push(planOrders(shock, atNs, context));
    else if (shock.kind === 'quotes') quotes.push(planQuotes(shock, atNs, context));
    else planned.push(planShock(shock, atNs, context));
  }
  return { shocks: planned, bursts, quotes };
}

function planShock(
  shock: Exclude<ShockConfig, { kind: 'orders' | 'quotes' }>,
  atNs: number,
  context: ShockContext,
): Shock {
  const lastsS = 'for' in shock ? shock.for : undefined;
  const untilNs = lastsS === undefined ? Number.POSITIVE_INFINITY : atNs + Math.round(lastsS * NS_PER_SECOND);
  const times = { atNs, untilNs };
  const { which, who, where } = placesIn(context);
  switch (shock.kind) {
    case 'halt':
      return {
        ...times,
        kind: 'halt',
        instruments: which(shock.instruments),
        reason: shock.reason,
        isForDay: false,
      };
    case 'marketWide':
      return planMarketHalt(atNs, context.marketWide[shock.level - 1]!);
    case 'interrupt':
      return {
        ...times,
        kind: 'interrupt',
        instruments: which(shock.instruments),
        rule: shock.rule,
        phase: shock.phase,
        randomNsMax: Math.round(shock.randomEnd * NS_PER_SECOND),
      };
    case 'holdCall':
    case 'endCall':
      return { ...times, kind: shock.kind, instruments: which(shock.instruments) };
    case 'status':
      return {
        ...times,
        kind: 'status',
        instruments: which(shock.instruments),
        state: SESSION_STATE_NAMES.indexOf(shock.state),
      };
    case 'latency':
      return {
        ...times,
        kind: 'latency',
        groups: who(shock.groups),
        venues: where(shock.venues),
        extraNs: Math.round(shock.extraMs * NS_PER_MS),
      };
    case 'disconnect':
      return {
        ...times,
        kind: 'disconnect',
        groups: who(shock.groups),
        venues: where(shock.venues),
        cancelsOrders: shock.cancelsOrders,
      };
    case 'activity': {
      const { limit, market, cancel } = shock;
      return { ...times, kind: 'activity', groups: who(shock.groups), limit, market, cancel };
    }
    case 'outage':
    case 'feedGap':
      return { ...times, kind: shock.kind, venues: where(shock.venues) };
    case 'withdraw':
      return { ...times, kind: 'withdraw', groups: who(shock.groups) };
    default:
      return assertNever(shock);
  }
}

/** The market stands still for as long as the level says. */
function planMarketHalt(atNs: number, { haltNs }: MarketWideLevel): Shock {
  return {
    atNs,
    untilNs: haltNs === null ? Number.POSITIVE_INFINITY : atNs + haltNs,
    kind: 'halt',
    instruments: null,
    reason: 'marketWide',
    isForDay: haltNs === null,
  };
}

type Places = number[] | null;

/** Symbols, groups and venues as indices; null = all of them. */
function placesIn(
  context: ShockContext,
): Record<'which' | 'who' | 'where', (names?: readonly string[]) => Places> {
  return {
    which: (names) =>
      names?.flatMap((name) => instrumentsNamed(context, name).map(({ index }) => index)) ?? null,
    who: (names) => names?.map((name) => context.groupNames.indexOf(name)) ?? null,
    where: (names) => names?.map((name) => context.venueNames.indexOf(name)) ?? null,
  };
}

/** One listing, or a product at all its venues. */
function instrumentsNamed({ instruments }: ShockContext, name: string): readonly Instrument[] {
  return instruments.filter(({ symbol, product }) => symbol === name || product === name);
}

function planOrders(shock: OrdersConfig, atNs: number, context: ShockContext): OrderBurst {
  // Of a product at several venues: where it is listed first.
  const instrument = instrumentsNamed(context, shock.instrument)[0]!;
  return {
    atNs,
    everyNs: Math.max(1, Math.round(shock.everyMs * NS_PER_MS)),
    count: shock.count,
    instrument: instrument.index,
    side: shock.side === 'both' ? 'both' : shock.side === 'buy' ? BUY : SELL,
    ...scriptTerms(shock, shock.qtyLots, instrument),
    routing: ROUTING_NAMES.indexOf(shock.routing) as RoutingInstruction,
    linked: planLinked(shock, instrument),
    lifeNs: nsOrNull(shock.lifeMs),
  };
}

function scriptTerms(order: OrderTerms, qtyLots: number, instrument: Instrument): ScriptTerms {
  return {
    qtyLots,
    priceTicks: ticksOrNull(instrument, order.price),
    stopTicks: ticksOrNull(instrument, order.stop),
    ticksThrough: order.ticksThrough ?? null,
    terms: managedTerms(order),
  };
}

function planLinked(
  { oco, exits, onFill, qtyLots }: OrdersConfig,
  instrument: Instrument,
): OrderBurst['linked'] {
  const linked = oco ?? exits;
  if (linked === undefined) return null;
  return {
    kind: oco === undefined ? 'bracket' : 'group',
    onFill,
    orders: linked.map((order) => ({
      side: order.side,
      ...scriptTerms(order, order.qtyLots ?? qtyLots, instrument),
    })),
  };
}

function planQuotes(shock: QuotesConfig, atNs: number, context: ShockContext): QuoteBurst {
  const { instruments } = context;
  const quoted = shock.instruments?.flatMap((name) => instrumentsNamed(context, name)) ?? instruments;
  const { protect } = shock;
  return {
    atNs,
    everyNs: Math.max(1, Math.round(shock.everyMs * NS_PER_MS)),
    count: shock.count,
    instruments: [...new Set(quoted.map(({ index }) => index))],
    qtyLots: shock.qtyLots,
    // Prices are for instruments of one tick size: the checks see to it that any will do.
    bidTicks: ticksOrNull(quoted[0]!, shock.bid),
    askTicks: ticksOrNull(quoted[0]!, shock.ask),
    behindTicks: shock.behindTicks ?? null,
    isPostOnly: shock.postOnly,
    protection:
      protect === undefined
        ? null
        : {
            windowNs: Math.max(1, Math.round(protect.windowMs * NS_PER_MS)),
            fillsMax: protect.fillsMax ?? null,
            lotsMax: protect.lotsMax ?? null,
            scope: protect.scope,
            stoppedNs: nsOrNull(protect.stoppedMs),
          },
    lifeNs: nsOrNull(shock.lifeMs),
  };
}

function ticksOrNull(instrument: Instrument, price: string | undefined): number | null {
  return price === undefined ? null : parseTicks(instrument, price);
}

function nsOrNull(ms: number | undefined): number | null {
  return ms === undefined ? null : Math.round(ms * NS_PER_MS);
}

function managedTerms({
  peg,
  pegOffsetTicks,
  trailTicks,
  trailLimitTicks = 0,
}: OrderTerms): ManagedTerms | null {
  if (peg !== undefined) return { kind: 'peg', to: peg, offsetTicks: pegOffsetTicks };
  if (trailTicks === undefined) return null;
  return {
    kind: 'trailing',
    follows: 'lastTrade',
    distance: trailTicks,
    unit: 'ticks',
    limitOffsetTicks: trailLimitTicks,
  };
}
