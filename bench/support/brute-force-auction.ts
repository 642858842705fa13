/**
 * Nasdaq's cross as one would write it first: every order asked at every tick, the steps by filters, the allocation by
 * sorting all orders. The baseline of bench/auction.
 */

import { invariant } from '../../src/base/index.ts';
import { BUY, SELL, type Side } from '../../src/domain/index.ts';
import {
  AUCTION_IMBALANCE_ONLY,
  AUCTION_MARKET,
  type AuctionOrders,
  type PriceContext,
} from '../../src/market/index.ts';

interface Candidate {
  readonly price: number;
  readonly volume: number;
  readonly surplus: number;
  /** Whether an order of the surplus side has exactly this limit. */
  readonly isEntered: boolean;
}

/** Price and fills of a book with a quote around the middle, where no threshold is reached. */
export function bruteForceUncross(
  orders: AuctionOrders,
  { quote }: PriceContext,
): { priceTicks: number; fillLots: Float64Array } {
  invariant(quote !== null, 'the baseline is written for a market with a quote');
  const places = Array.from({ length: orders.count }, (_, i) => i);
  const limits = places.filter((i) => !isMarket(orders, i)).map((i) => orders.priceTicks[i]!);
  const low = limits.reduce((least, limit) => Math.min(least, limit));
  const high = limits.reduce((most, limit) => Math.max(most, limit));
  let left: Candidate[] = [];
  for (let price = low; price <= high; price++) left.push(candidateAt(orders, places, price));
  left = best(left, (one) => one.volume);
  left = best(left, (one) => -Math.abs(one.surplus));
  if (left.some((one) => one.isEntered)) left = left.filter((one) => one.isEntered);
  left = best(left, (one) => -Math.abs(2 * one.price - quote.bidTicks - quote.askTicks));
  const { price, volume } = left.at(-1)!;
  const fillLots = new Float64Array(orders.count);
  for (const side of [BUY, SELL] as const) fillSide(orders, places, side, { price, volume }, fillLots);
  return { priceTicks: price, fillLots };
}

function candidateAt(orders: AuctionOrders, places: readonly number[], price: number): Candidate {
  let demand = 0;
  let supply = 0;
  let hasBuy = false;
  let hasSell = false;
  for (const i of places) {
    const limit = orders.priceTicks[i]!;
    const isBuy = orders.sides[i] === BUY;
    if (!isMarket(orders, i) && limit === price) {
      if (isBuy) hasBuy = true;
      else hasSell = true;
    }
    if (isBuy && (isMarket(orders, i) || limit >= price)) demand += orders.qtyLots[i]!;
    if (!isBuy && (isMarket(orders, i) || limit <= price)) supply += orders.qtyLots[i]!;
  }
  const surplus = demand - supply;
  return {
    price,
    volume: Math.min(demand, supply),
    surplus,
    isEntered: surplus > 0 ? hasBuy : surplus < 0 && hasSell,
  };
}

function fillSide(
  orders: AuctionOrders,
  places: readonly number[],
  side: Side,
  { price, volume }: { readonly price: number; readonly volume: number },
  fillLots: Float64Array,
): void {
  /** Displayed and hidden part of each order as pieces of their own, with their rank. */
  const pieces = places.flatMap((order) => {
    const limit = orders.priceTicks[order]!;
    const betterBy = isMarket(orders, order)
      ? Number.POSITIVE_INFINITY
      : side === BUY
        ? limit - price
        : price - limit;
    if (orders.sides[order] !== side || betterBy < 0) return [];
    const hidden = orders.hiddenLots[order]!;
    const isLast = (orders.flags[order]! & AUCTION_IMBALANCE_ONLY) !== 0;
    if (betterBy > 0 || isLast) {
      return [{ order, betterBy, rank: betterBy > 0 ? 0 : 3, lots: orders.qtyLots[order]! }];
    }
    return [
      { order, betterBy, rank: 1, lots: orders.qtyLots[order]! - hidden },
      { order, betterBy, rank: 2, lots: hidden },
    ];
  });
  pieces.sort((a, b) =>
    a.betterBy === b.betterBy
      ? a.rank - b.rank || orders.sequences[a.order]! - orders.sequences[b.order]!
      : b.betterBy - a.betterBy,
  );
  let left = volume;
  for (const { order, lots } of pieces) {
    const filled = Math.min(left, lots);
    fillLots[order]! += filled;
    left -= filled;
  }
}

function isMarket(orders: AuctionOrders, order: number): boolean {
  return (orders.flags[order]! & AUCTION_MARKET) !== 0;
}

function best(candidates: readonly Candidate[], score: (one: Candidate) => number): Candidate[] {
  const top = candidates.reduce((most, one) => Math.max(most, score(one)), Number.NEGATIVE_INFINITY);
  return candidates.filter((one) => score(one) === top);
}
