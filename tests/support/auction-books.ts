/** Auction books written as in the market rules, and the rules by brute force: every candidate tick, every order. */

import { BUY, SELL, type Side } from '../../src/domain/index.ts';
import {
  AUCTION_MARKET,
  AuctionOrders,
  type PriceContext,
  type PriceRule,
  type PriceStep,
} from '../../src/market/index.ts';

/** Price in ticks or 'MKT', lots, then what else matters. */
export type AuctionRow = readonly [
  price: number | 'MKT',
  lots: number,
  more?: { readonly hidden?: number; readonly flags?: number; readonly time?: number },
];

/** Orders of both sides; bids come first in time unless the rows say otherwise. */
export function auctionOrders(bids: readonly AuctionRow[], asks: readonly AuctionRow[]): AuctionOrders {
  const orders = new AuctionOrders();
  const addAll = (side: Side, rows: readonly AuctionRow[]): void => {
    for (const [price, lots, more] of rows) {
      const flags = (more?.flags ?? 0) | (price === 'MKT' ? AUCTION_MARKET : 0);
      const ticks = price === 'MKT' ? 0 : price;
      orders.add(side, ticks, lots, more?.hidden ?? 0, flags, more?.time ?? orders.count);
    }
  };
  addAll(BUY, bids);
  addAll(SELL, asks);
  return orders;
}

/** A context with nothing known but the grid. */
export function priceContext(more: Partial<PriceContext> = {}): PriceContext {
  return { stepTicks: 1, referenceTicks: null, quote: null, threshold: null, collar: null, ...more };
}

interface Candidate {
  readonly price: number;
  readonly demand: number;
  readonly supply: number;
}

/** Demand and supply at a price, by asking every order. */
export function candidateAt(orders: AuctionOrders, price: number): Candidate {
  let demand = 0;
  let supply = 0;
  for (let i = 0; i < orders.count; i++) {
    const isMarket = (orders.flags[i]! & AUCTION_MARKET) !== 0;
    const limit = orders.priceTicks[i]!;
    if (orders.sides[i] === BUY && (isMarket || limit >= price)) demand += orders.qtyLots[i]!;
    if (orders.sides[i] === SELL && (isMarket || limit <= price)) supply += orders.qtyLots[i]!;
  }
  return { price, demand, supply };
}

/** Price by brute force for books with limit orders; null when nothing is executable. Knows all steps but bounds. */
export function bruteForcePrice(
  orders: AuctionOrders,
  rule: PriceRule,
  context: PriceContext,
): { price: number; volume: number; surplus: number } | null {
  const limits = limitsOf(orders);
  const prices: number[] = [];
  for (let price = Math.min(...limits); price <= Math.max(...limits); price++) {
    const isGrid = rule.candidates === 'tickGrid' && price % context.stepTicks === 0;
    if (isGrid || limits.includes(price)) prices.push(price);
  }
  let left = prices.map((price) => candidateAt(orders, price));
  if (left.every((candidate) => volume(candidate) === 0)) return null;
  for (const step of rule.steps) left = afterStep(orders, step, context, left);
  const chosen = left.at(-1)!;
  return { price: chosen.price, volume: volume(chosen), surplus: surplus(chosen) };
}

/** All limit prices, once per order. */
export function limitsOf(orders: AuctionOrders): number[] {
  return Array.from({ length: orders.count }, (_, i) => i)
    .filter((i) => (orders.flags[i]! & AUCTION_MARKET) === 0)
    .map((i) => orders.priceTicks[i]!);
}

const volume = (one: Candidate): number => Math.min(one.demand, one.supply);
const surplus = (one: Candidate): number => one.demand - one.supply;

function afterStep(
  orders: AuctionOrders,
  step: PriceStep,
  context: PriceContext,
  left: readonly Candidate[],
): Candidate[] {
  const reference = context.referenceTicks;
  const best = (score: (one: Candidate) => number): Candidate[] => {
    const top = Math.max(...left.map(score));
    return left.filter((one) => score(one) === top);
  };
  const closest = (target: number): Candidate[] =>
    [...best((one) => -Math.abs(one.price - target))].sort((a, b) => b.price - a.price).slice(0, 1);
  switch (step.step) {
    case 'maxVolume':
      return best(volume);
    case 'minImbalance':
      return best((one) => -Math.abs(surplus(one)));
    case 'marketPressure':
      return left.filter(
        (one) =>
          !left.some((other) => surplus(other) > 0 && other.price > one.price) &&
          !left.some((other) => surplus(other) < 0 && other.price < one.price),
      );
    case 'unexecutedEnteredPrice': {
      const entered = left.filter((one) => hasOrderLeft(orders, one));
      return entered.length > 0 ? entered : [...left];
    }
    case 'closestNotThrough': {
      const allowed = left.filter((one) => !passesDisplayed(orders, one));
      return reference === null ? allowed : closestOf(orders, allowed, reference);
    }
    case 'clampReference': {
      if (reference === null) return [...left];
      const price = Math.min(Math.max(reference, left[0]!.price), left.at(-1)!.price);
      return [candidateAt(orders, price)];
    }
    case 'closestToReference':
      return reference === null ? [...left] : closest(reference);
    case 'closestToMidpoint':
      return context.quote === null
        ? [...left]
        : closest((context.quote.bidTicks + context.quote.askTicks) / 2);
    case 'highest':
      return left.slice(-1);
    case 'lowest':
      return left.slice(0, 1);
    default:
      // Bounds are tested on their own, with the price without them as the starting point.
      return [...left];
  }
}

/** The candidate next to the reference; the reference itself when one below and one above are as close. */
function closestOf(orders: AuctionOrders, candidates: readonly Candidate[], reference: number): Candidate[] {
  const distance = Math.min(...candidates.map((one) => Math.abs(one.price - reference)));
  const ties = candidates.filter((one) => Math.abs(one.price - reference) === distance);
  return ties.length === 2 ? [candidateAt(orders, reference)] : ties;
}

/** Whether an order with exactly this limit would keep a rest if everything better is served first. */
function hasOrderLeft(orders: AuctionOrders, { price, demand, supply }: Candidate): boolean {
  const side = demand > supply ? BUY : SELL;
  if (demand === supply) return false;
  return range(orders).some((i) => orders.sides[i] === side && isLimitAt(orders, i, price));
}

/** Whether a displayed order with a limit better than the price would keep a rest. */
function passesDisplayed(orders: AuctionOrders, one: Candidate): boolean {
  return range(orders).some((i) => {
    if ((orders.flags[i]! & AUCTION_MARKET) !== 0 || orders.qtyLots[i] === orders.hiddenLots[i]) return false;
    const limit = orders.priceTicks[i]!;
    const upTo = candidateAt(orders, limit);
    return orders.sides[i] === BUY
      ? limit > one.price && upTo.demand > volume(one)
      : limit < one.price && upTo.supply > volume(one);
  });
}

function isLimitAt(orders: AuctionOrders, order: number, price: number): boolean {
  return (orders.flags[order]! & AUCTION_MARKET) === 0 && orders.priceTicks[order] === price;
}

function range(orders: AuctionOrders): number[] {
  return Array.from({ length: orders.count }, (_, i) => i);
}
