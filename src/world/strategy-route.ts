/**
 * A strategy's own order router (market-rules §1.19): the quotes of all venues as its agent sees them now, a plan over them, and
 * the plan's legs as orders of single venues. What a leg does not get comes back as any order's rest does.
 */

import { TwinError } from '../base/index.ts';
import {
  type AgentPort,
  BUY,
  formatLots,
  formatTicks,
  type Instrument,
  parseLots,
  parseTicks,
  SELL,
  type Side,
  type SideName,
} from '../domain/index.ts';
import {
  CONTINUOUS,
  type FeeTable,
  planByPriceAndFee,
  planPostToBest,
  planSweep,
  quoteFromDepth,
  type RouteLeg,
  type VenueFees,
  type VenueQuote,
} from '../market/index.ts';
import type { StrategyOrder } from './strategy.ts';

/** Displayed levels in which the round lot of a quote is looked for. */
const QUOTE_LEVELS_MAX = 16;
const MICRO_PER_UNIT = 1_000_000;

/** Ways to divide an order among venues. */
export const ROUTE_PLAN_NAMES = ['sweep', 'priceAndFee', 'post'] as const;
export type RoutePlanName = (typeof ROUTE_PLAN_NAMES)[number];

/** What a venue charges per unit of quantity, decimal text in currency units; below zero it is a rebate. 0 if absent. */
export interface RouteFees {
  readonly take?: string | number;
  readonly make?: string | number;
}

/** An order for a product that is to be divided among its venues. */
export interface RouteRequest {
  /** The product, or its listing at one venue: where a sweep's rest goes, and a post if nobody shows its side. */
  readonly symbol: string;
  readonly side: SideName;
  readonly qty: string | number;
  /** Worst price that is accepted. */
  readonly price: string | number;
  /**
   * 'sweep': every better quote elsewhere and the rest at the listing named, all marked as an intermarket sweep. 'priceAndFee':
   * takes displayed quotes, cheapest with the fee for taking first; what is left is not sent. 'post': rests where its side is
   * best, then where making costs least, then behind the least quantity.
   */
  readonly plan: RoutePlanName;
  /** Fees by name of the venue. */
  readonly fees?: Readonly<Record<string, RouteFees>>;
  /** Displayed lots that make a quote; smaller ones are added up. 1 if absent. */
  readonly roundLots?: number;
  /** The rest of a sweep is cancelled ('ioc') or stays at its price for the day ('day', if absent). */
  readonly timeInForce?: 'day' | 'ioc';
}

/** One leg of a route that was sent. */
export interface SentLeg {
  /** Number of the order, which answers carry. */
  readonly order: number;
  readonly symbol: string;
  readonly price: string;
  readonly qty: string;
}

/** The orders of a request, in the order in which they are to be sent. Raises WORLD_CONFIG, and MKT_CONFIG for odd prices. */
export function planRoute(port: AgentPort, agent: number, request: RouteRequest): StrategyOrder[] {
  const home = listingOf(port, request.symbol);
  const listings = port.sameProduct(home.index).map((index) => port.instruments[index]!);
  requirePlan(request);
  const { side: sideName, plan, fees = {}, roundLots = 1, timeInForce = 'day' } = request;
  const side: Side = sideName === 'buy' ? BUY : SELL;
  const order = { side, priceTicks: parseTicks(home, request.price), qtyLots: parseLots(home, request.qty) };
  const quotes = listings.flatMap((listing) => quoteSeen(port, agent, listing, roundLots));
  const table = feeTable(home, listings, fees);
  const venue = nameOf(home);
  const rest = timeInForce === 'ioc' ? 'ioc' : 'rest';
  const legs =
    plan === 'sweep'
      ? planSweep(order, venue, quotes, rest)
      : plan === 'priceAndFee'
        ? planByPriceAndFee(order, quotes, table)
        : [planPostToBest(order, quotes, table, venue)];
  return legs.map((leg) => orderOf(leg, sideName, listings));
}

function orderOf(leg: RouteLeg, side: SideName, listings: readonly Instrument[]): StrategyOrder {
  const listing = listings.find((one) => nameOf(one) === leg.venue)!;
  return {
    symbol: listing.symbol,
    side,
    price: formatTicks(listing, leg.priceTicks),
    qty: formatLots(listing, leg.qtyLots),
    timeInForce: leg.timeInForce === 'ioc' ? 'ioc' : 'day',
    ...(leg.isSweep ? { routing: 'sweep' } : {}),
  };
}

/** The quote of a listing as an agent sees it; none while orders do not match there. */
function quoteSeen(port: AgentPort, agent: number, listing: Instrument, roundLots: number): VenueQuote[] {
  if (port.sessionState(agent, listing.index) !== CONTINUOUS) return [];
  const prices = new Int32Array(QUOTE_LEVELS_MAX);
  const lots = new Float64Array(QUOTE_LEVELS_MAX);
  const levels = (side: Side) => {
    const count = port.depth(agent, listing.index, side, prices, lots, QUOTE_LEVELS_MAX);
    return Array.from({ length: count }, (_, at) => ({
      priceTicks: prices[at]!,
      displayedLots: lots[at]!,
      orderCount: 0,
    }));
  };
  return [quoteFromDepth(nameOf(listing), { bids: levels(BUY), asks: levels(SELL) }, roundLots)];
}

function feeTable(
  home: Instrument,
  listings: readonly Instrument[],
  fees: NonNullable<RouteRequest['fees']>,
): FeeTable {
  const names = listings.map(nameOf);
  for (const venue of Object.keys(fees)) {
    if (!names.includes(venue))
      throw new TwinError('WORLD_CONFIG', `fees of a route name its venues: ${names.join(', ')}`, { venue });
  }
  const microPerMinor = Math.round(MICRO_PER_UNIT * Number(home.minorUnit));
  return {
    fees: Object.entries(fees).map(
      ([venue, { take = 0, make = 0 }]): VenueFees => ({
        venue,
        takeMicro: microPerLot(home, take),
        makeMicro: microPerLot(home, make),
      }),
    ),
    tickMicro: home.minorPerTickLot * microPerMinor,
  };
}

/** A fee per unit as a fee per lot, to the nearest millionth. */
function microPerLot({ symbol, lotSize }: Instrument, fee: string | number): number {
  const micro = Number(fee) * Number(lotSize) * MICRO_PER_UNIT;
  if (fee !== '' && Number.isSafeInteger(Math.round(micro))) return Math.round(micro);
  throw new TwinError('WORLD_CONFIG', 'a fee of a route is a decimal number per unit of quantity', {
    symbol,
    fee,
  });
}

/** A strategy file is run without its types being checked: a misspelt name must not become another one. */
function requirePlan({ side, plan, timeInForce = 'day', roundLots = 1 }: RouteRequest): void {
  const problems = [
    ...(side === 'buy' || side === 'sell' ? [] : [`side is buy or sell, found ${side}`]),
    ...(ROUTE_PLAN_NAMES.includes(plan)
      ? []
      : [`plan is one of ${ROUTE_PLAN_NAMES.join(', ')}, found ${plan}`]),
    ...(timeInForce === 'day' || timeInForce === 'ioc'
      ? []
      : [`timeInForce is day or ioc, found ${timeInForce}`]),
    ...(Number.isSafeInteger(roundLots) && roundLots >= 1
      ? []
      : [`roundLots is a whole number from 1, found ${roundLots}`]),
  ];
  if (problems.length > 0) throw new TwinError('WORLD_CONFIG', `a route: ${problems.join('; ')}`);
}

/** A listing by its symbol, or the first one of a product. */
function listingOf({ instruments }: AgentPort, symbol: string): Instrument {
  const found =
    instruments.find((one) => one.symbol === symbol) ?? instruments.find((one) => one.product === symbol);
  if (found !== undefined) return found;
  throw new TwinError('WORLD_CONFIG', 'a strategy routes listed symbols or products', { symbol });
}

/** Name of the venue of a listing; '' where there is one venue only. */
function nameOf({ venue }: Instrument): string {
  return venue ?? '';
}
