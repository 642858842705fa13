/**
 * Where a router sends an order: plans over the displayed quotes of several venues (market-rules §1.19). A plan is a list
 * of legs, all sent at once; quantities of the legs never exceed the order's. Ties go by the order of the venues given.
 */

import { invariant } from '../../base/index.ts';
import { BUY, type Side } from '../../domain/index.ts';
import { protectedQuotes, type QuoteSide, type VenueQuote } from './protected-quotes.ts';

/** The open part of an order that is to be sent somewhere. */
export interface RoutedOrder {
  readonly side: Side;
  /** Worst price it accepts. */
  readonly priceTicks: number;
  readonly qtyLots: number;
}

export interface RouteLeg {
  readonly venue: string;
  readonly priceTicks: number;
  readonly qtyLots: number;
  /** Take what is there and come back, or stay there. */
  readonly timeInForce: 'ioc' | 'rest';
  /** Marked as an intermarket sweep order: the venue need not look at other quotes. */
  readonly isSweep: boolean;
}

/** Fees of a venue per lot, 1e-6 currency units; below zero they are rebates. */
export interface VenueFees {
  readonly venue: string;
  readonly takeMicro: number;
  readonly makeMicro: number;
}

/** What fees and prices are compared in. */
export interface FeeTable {
  readonly fees: readonly VenueFees[];
  /** Value of one tick of one lot, 1e-6 currency units. */
  readonly tickMicro: number;
}

/**
 * An intermarket sweep for a trade at `target` up to the order's limit: the full displayed size of every protected quote
 * of another venue that is better than the limit, best first, and the rest at the target. Every leg is marked ISO.
 */
export function planSweep(
  order: RoutedOrder,
  target: string,
  quotes: readonly VenueQuote[],
  timeInForce: RouteLeg['timeInForce'],
): RouteLeg[] {
  const better = marketable(order, protectedQuotes(quotes)).filter(
    ({ venue, top }) => venue !== target && top.priceTicks !== order.priceTicks,
  );
  better.sort((a, b) => worseBy(order.side, a.top.priceTicks, b.top.priceTicks));
  const legs = takeInTurn(order.qtyLots, better, true);
  const left = order.qtyLots - sumOf(legs);
  if (left === 0) return legs;
  return [
    ...legs,
    { venue: target, priceTicks: order.priceTicks, qtyLots: left, timeInForce, isSweep: true },
  ];
}

/**
 * Takes the displayed quotes within the limit in the order of their price with the fee for taking; what is left is not
 * sent. A venue that the table does not name has no fees.
 */
export function planByPriceAndFee(
  order: RoutedOrder,
  quotes: readonly VenueQuote[],
  table: FeeTable,
): RouteLeg[] {
  const sign = order.side === BUY ? 1 : -1;
  const allIn = ({ venue, top }: Offer): number => {
    const micro = sign * top.priceTicks * table.tickMicro + feesOf(table, venue).takeMicro;
    invariant(Number.isSafeInteger(micro), 'price and fee of a lot stay below 2^53 micro units');
    return micro;
  };
  const offers = marketable(order, quotes).sort((a, b) => allIn(a) - allIn(b));
  return takeInTurn(order.qtyLots, offers, false);
}

/**
 * Posts the order where its own side is best: at the venue that shows the best price there, among those the one with the
 * lowest fee for making, then with the least quantity ahead. `fallback` takes it when nobody shows that side.
 */
export function planPostToBest(
  order: RoutedOrder,
  quotes: readonly VenueQuote[],
  table: FeeTable,
  fallback: string,
): RouteLeg {
  let best: Offer | null = null;
  for (const { venue, bid, ask } of quotes) {
    const top = order.side === BUY ? bid : ask;
    if (top === null) continue;
    if (best === null || comparePosting(order.side, { venue, top }, best, table) < 0) best = { venue, top };
  }
  return {
    venue: best?.venue ?? fallback,
    priceTicks: order.priceTicks,
    qtyLots: order.qtyLots,
    timeInForce: 'rest',
    isSweep: false,
  };
}

/** A venue's displayed quantity on the side that matters. */
interface Offer {
  readonly venue: string;
  readonly top: QuoteSide;
}

function comparePosting(side: Side, a: Offer, b: Offer, table: FeeTable): number {
  return (
    // A higher bid and a lower ask come first.
    worseBy(side, b.top.priceTicks, a.top.priceTicks) ||
    feesOf(table, a.venue).makeMicro - feesOf(table, b.venue).makeMicro ||
    a.top.lots - b.top.lots
  );
}

/** Opposite quotes within the limit, in the order of the venues. */
function marketable({ side, priceTicks }: RoutedOrder, quotes: readonly VenueQuote[]): Offer[] {
  return quotes.flatMap(({ venue, bid, ask }) => {
    const top = side === BUY ? ask : bid;
    return top !== null && worseBy(side, top.priceTicks, priceTicks) <= 0 ? [{ venue, top }] : [];
  });
}

/** Above zero if a price is worse than another for whoever takes it: higher for a buyer, lower for a seller. */
function worseBy(side: Side, priceTicks: number, thanTicks: number): number {
  return side === BUY ? priceTicks - thanTicks : thanTicks - priceTicks;
}

function takeInTurn(qtyLots: number, offers: readonly Offer[], isSweep: boolean): RouteLeg[] {
  const legs: RouteLeg[] = [];
  let left = qtyLots;
  for (const { venue, top } of offers) {
    const lots = Math.min(left, top.lots);
    if (lots === 0) continue;
    legs.push({ venue, priceTicks: top.priceTicks, qtyLots: lots, timeInForce: 'ioc', isSweep });
    left -= lots;
  }
  return legs;
}

function sumOf(legs: readonly RouteLeg[]): number {
  return legs.reduce((sum, { qtyLots }) => sum + qtyLots, 0);
}

const NO_FEES = { takeMicro: 0, makeMicro: 0 } as const;

function feesOf(
  { fees }: FeeTable,
  venue: string,
): { readonly takeMicro: number; readonly makeMicro: number } {
  return fees.find((one) => one.venue === venue) ?? NO_FEES;
}
