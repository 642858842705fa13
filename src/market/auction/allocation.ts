// hot: bench/auction 20 ms for 100,000 orders on 1,000 prices, price included
/**
 * Who gets what in a cross (market-rules §3.3). All fills are at one price. On each side, orders are served in this order
 * until the volume is used up:
 *
 *   1. market orders, by time
 *   2. limit orders better than the price, the best first, by time at each price
 *   3. orders at the price, in the passes of the venue's rule, for instance displayed, hidden, imbalance-only
 *   4. closing offsets that take up the imbalance, by time, if the venue has them
 *
 * Only the last price that is reached is filled in part. Orders are brought into this order by counting, not by sorting:
 * those of one price must only be sorted if they were added out of time order.
 */

import { invariant } from '../../base/index.ts';
import { BUY, SELL, type Side } from '../../domain/index.ts';
import {
  AUCTION_CROSS_ONLY,
  AUCTION_DISCRETIONARY,
  AUCTION_IMBALANCE_ONLY,
  AUCTION_MARKET,
  AUCTION_OFFSET,
  type AuctionInterest,
  type AuctionOrders,
  demandAt,
  firstLevelFrom,
  LEVEL_MARKET,
  supplyAt,
} from './interest.ts';
import { isRecord, oneOf, raiseProblems, unknownKeys } from './price-rule.ts';

/** Passes over the orders at the price. Orders with a pass of their own take no part in those before. */
export const AT_PRICE_PASSES = ['displayed', 'hidden', 'imbalanceOnly', 'discretionary'] as const;
export type AtPricePass = (typeof AT_PRICE_PASSES)[number];

/** 'time': first come, first served; 'sizeTime': the larger first; 'shared': a function of the venue shares (parity). */
export const AT_PRICE_ORDERS = ['time', 'sizeTime', 'shared'] as const;

/** What becomes of market orders that the cross left over, when they are not for the cross only. */
export const LEFT_MARKET_ORDERS = ['continuous', 'cancel'] as const;

export interface AllocationRule {
  readonly atPrice: readonly AtPricePass[];
  /** Order of the displayed pass. */
  readonly displayedBy: (typeof AT_PRICE_ORDERS)[number];
  /** Whether orders flagged as offsets form no price and are served last, out of the imbalance (NYSE CO). */
  readonly hasOffsets: boolean;
  readonly leftMarketOrders: (typeof LEFT_MARKET_ORDERS)[number];
}

/**
 * Shares lots among the displayed orders at the price, for rules other than time (NYSE parity). Gets the orders in time
 * order, their open lots and the lots to share, which are fewer than the open ones; returns the lots of each.
 */
export type ShareAtPrice = (orders: Int32Array, openLots: Float64Array, lots: number) => Float64Array;

export interface Allocation {
  readonly priceTicks: number;
  /** Lots executed on each side, offsets included. */
  readonly volumeLots: number;
  /** Lots filled, by order. */
  readonly fillLots: Float64Array;
  /** Filled orders of each side in the order in which they were served. */
  readonly buys: Int32Array;
  readonly sells: Int32Array;
}

/** Problems of an allocation rule as it came from a file. */
export function allocationRuleProblems(value: unknown, path: string): string[] {
  const keys = ['atPrice', 'displayedBy', 'hasOffsets', 'leftMarketOrders'];
  if (!isRecord(value)) return [`${path}: is an allocation rule with the keys ${keys.join(', ')}`];
  const passes: readonly unknown[] = Array.isArray(value.atPrice) ? value.atPrice : [];
  return [
    ...unknownKeys(value, keys, path),
    ...passes.flatMap((pass, index) => oneOf(pass, AT_PRICE_PASSES, `${path}.atPrice[${index}]`)),
    ...(passes.includes('displayed') && passes.includes('hidden') && new Set(passes).size === passes.length
      ? []
      : [`${path}.atPrice: has displayed and hidden, each pass once`]),
    ...oneOf(value.displayedBy, AT_PRICE_ORDERS, `${path}.displayedBy`),
    ...oneOf(value.hasOffsets, [true, false], `${path}.hasOffsets`),
    ...oneOf(value.leftMarketOrders, LEFT_MARKET_ORDERS, `${path}.leftMarketOrders`),
  ];
}

/** An allocation rule as it came from a file. Raises MKT_CONFIG with every problem. */
export function checkAllocationRule(value: unknown, path: string): AllocationRule {
  raiseProblems(allocationRuleProblems(value, path), 'an allocation rule has sound values');
  return value as AllocationRule;
}

/** Flags of the orders that form no price under a rule: what `buildInterest` must leave out for it. */
export function flagsWithoutPrice(rule: AllocationRule): number {
  return rule.hasOffsets ? AUCTION_OFFSET : 0;
}

/**
 * Allocates the volume of a price among the orders of the interest. Orders that its selection left out get nothing, except
 * for offsets where the rule has them. Complexity: O(orders) if those of each price were added in time order.
 */
export function allocateCross(
  orders: AuctionOrders,
  interest: AuctionInterest,
  priceTicks: number,
  rule: AllocationRule,
  share: ShareAtPrice | null = null,
): Allocation {
  invariant(
    (rule.displayedBy === 'shared') === (share !== null),
    'a function that shares goes with its rule',
  );
  const demand = demandAt(interest, priceTicks);
  const supply = supplyAt(interest, priceTicks);
  const volume = Math.min(demand, supply);
  const fillLots = new Float64Array(orders.count);
  const groups = new OrderGroups(orders, interest);
  const buys = new ServedOrders(orders, fillLots, BUY, volume);
  const sells = new ServedOrders(orders, fillLots, SELL, volume);
  const serve = (side: ServedOrders): void => {
    serveBeforePrice(side, groups, priceTicks);
    serveAtPrice(side, groups, priceTicks, rule, share);
  };
  for (const side of [buys, sells]) {
    serve(side);
    invariant(side.leftLots === 0, 'the volume of a cross is allocated to the last lot');
  }
  let offsetLots = 0;
  if (rule.hasOffsets && demand !== supply) {
    const [surplus, contra] = demand > supply ? [buys, sells] : [sells, buys];
    contra.leftLots = Math.abs(demand - supply);
    serveOffsets(contra, priceTicks);
    offsetLots = Math.abs(demand - supply) - contra.leftLots;
    // The surplus side is served again from the start: it now reaches further down the same order.
    surplus.restart(volume + offsetLots);
    serve(surplus);
  }
  return {
    priceTicks,
    volumeLots: volume + offsetLots,
    fillLots,
    buys: buys.finish(),
    sells: sells.finish(),
  };
}

/** The orders of one side as they are served. */
class ServedOrders {
  readonly orders: AuctionOrders;
  readonly fillLots: Float64Array;
  readonly side: Side;
  leftLots: number;
  #served: Int32Array;
  #count = 0;

  constructor(orders: AuctionOrders, fillLots: Float64Array, side: Side, lots: number) {
    this.orders = orders;
    this.fillLots = fillLots;
    this.side = side;
    this.leftLots = lots;
    this.#served = new Int32Array(orders.count);
  }

  /** Fills an order with up to `openLots` of what is left. */
  serve(order: number, openLots: number): void {
    const lots = openLots < this.leftLots ? openLots : this.leftLots;
    if (lots === 0) return;
    if (this.fillLots[order] === 0) this.#served[this.#count++] = order;
    this.fillLots[order]! += lots;
    this.leftLots -= lots;
  }

  restart(lots: number): void {
    for (let i = 0; i < this.#count; i++) this.fillLots[this.#served[i]!] = 0;
    this.#count = 0;
    this.leftLots = lots;
  }

  finish(): Int32Array {
    return this.#served.slice(0, this.#count);
  }
}

/**
 * The orders of an interest by side and limit price, market orders as the price before the first. Each group keeps the
 * order of `add`, and is brought into time order when it is asked for.
 */
class OrderGroups {
  readonly orders: AuctionOrders;
  readonly interest: AuctionInterest;
  /** Order indices, group after group. */
  readonly #places: Int32Array;
  /** First place of each group, and the end of the last. */
  readonly #starts: Int32Array;

  constructor(orders: AuctionOrders, interest: AuctionInterest) {
    this.orders = orders;
    this.interest = interest;
    const perSide = interest.levelCount + 1;
    this.#starts = new Int32Array(2 * perSide + 1);
    this.#places = new Int32Array(orders.count);
    placeByGroup(orders, interest.levelOf, perSide, this.#starts, this.#places);
  }

  /** Orders of a side at a level, or its market orders with LEVEL_MARKET, in time order. */
  at(side: Side, level: number): Int32Array {
    const group = side * (this.interest.levelCount + 1) + level - LEVEL_MARKET;
    return inTimeOrder(this.orders, this.#places.subarray(this.#starts[group]!, this.#starts[group + 1]!));
  }
}

/** Sorts order indices by group by counting. */
function placeByGroup(
  orders: AuctionOrders,
  levelOf: Int32Array,
  perSide: number,
  starts: Int32Array,
  places: Int32Array,
): void {
  const { count, sides } = orders;
  for (let i = 0; i < count; i++) {
    const level = levelOf[i]! - LEVEL_MARKET;
    if (level >= 0) starts[sides[i]! * perSide + level + 1]!++;
  }
  for (let group = 0; group + 1 < starts.length; group++) starts[group + 1]! += starts[group]!;
  const next = starts.slice();
  for (let i = 0; i < count; i++) {
    const level = levelOf[i]! - LEVEL_MARKET;
    if (level >= 0) places[next[sides[i]! * perSide + level]!++] = i;
  }
}

/** Market orders, then limit orders better than the price. */
function serveBeforePrice(served: ServedOrders, groups: OrderGroups, priceTicks: number): void {
  const { side } = served;
  const { interest } = groups;
  serveAll(served, groups.at(side, LEVEL_MARKET));
  if (side === BUY) {
    const lowest = firstLevelFrom(interest, priceTicks + 1);
    for (let level = interest.levelCount - 1; level >= lowest && served.leftLots > 0; level--) {
      serveAll(served, groups.at(side, level));
    }
  } else {
    const end = firstLevelFrom(interest, priceTicks);
    for (let level = 0; level < end && served.leftLots > 0; level++) serveAll(served, groups.at(side, level));
  }
}

function serveAtPrice(
  served: ServedOrders,
  groups: OrderGroups,
  priceTicks: number,
  rule: AllocationRule,
  share: ShareAtPrice | null,
): void {
  const { interest } = groups;
  const level = firstLevelFrom(interest, priceTicks);
  if (served.leftLots === 0 || interest.priceTicks[level] !== priceTicks) return;
  const { orders, side } = served;
  const atPrice = groups.at(side, level);
  const hasPass = (pass: AtPricePass): boolean => rule.atPrice.includes(pass);
  const passOf = (order: number): AtPricePass | null => {
    const flags = orders.flags[order]!;
    if ((flags & AUCTION_IMBALANCE_ONLY) !== 0 && hasPass('imbalanceOnly')) return 'imbalanceOnly';
    return (flags & AUCTION_DISCRETIONARY) !== 0 && hasPass('discretionary') ? 'discretionary' : null;
  };
  const ordinary = atPrice.filter((order) => passOf(order) === null);
  for (const pass of rule.atPrice) {
    if (pass === 'displayed') serveDisplayed(served, ordinary, rule, share);
    else if (pass === 'hidden') for (const order of ordinary) served.serve(order, orders.hiddenLots[order]!);
    else
      serveAll(
        served,
        atPrice.filter((order) => passOf(order) === pass),
      );
  }
}

function serveDisplayed(
  served: ServedOrders,
  atPrice: Int32Array,
  rule: AllocationRule,
  share: ShareAtPrice | null,
): void {
  const { orders } = served;
  const openLots = Float64Array.from(atPrice, (order) => orders.qtyLots[order]! - orders.hiddenLots[order]!);
  const total = openLots.reduce((sum, lots) => sum + lots, 0);
  if (share !== null && total > served.leftLots) {
    const shares = share(atPrice, openLots, served.leftLots);
    const given = shares.reduce((sum, lots) => sum + lots, 0);
    const isSound = openLots.every((open, index) => shares[index]! >= 0 && shares[index]! <= open);
    invariant(
      given === served.leftLots && isSound,
      'shares at a price are within open lots and sum to the lots',
    );
    atPrice.forEach((order, index) => {
      served.serve(order, shares[index]!);
    });
    return;
  }
  const places = Int32Array.from(atPrice, (_, index) => index);
  if (rule.displayedBy === 'sizeTime') places.sort((a, b) => openLots[b]! - openLots[a]! || a - b);
  for (const place of places) served.serve(atPrice[place]!, openLots[place]!);
}

/** Offsets of the contra side whose limit allows the price, by time. */
function serveOffsets(served: ServedOrders, priceTicks: number): void {
  const { orders, side } = served;
  const offsets: number[] = [];
  for (let i = 0; i < orders.count; i++) {
    const flags = orders.flags[i]!;
    if (orders.sides[i] !== side || (flags & AUCTION_OFFSET) === 0) continue;
    const limit = orders.priceTicks[i]!;
    const isAllowed = side === BUY ? limit >= priceTicks : limit <= priceTicks;
    if ((flags & AUCTION_MARKET) !== 0 || isAllowed) offsets.push(i);
  }
  serveAll(served, inTimeOrder(orders, Int32Array.from(offsets)));
}

function serveAll(served: ServedOrders, inOrder: Int32Array): void {
  const { orders } = served;
  for (let i = 0; i < inOrder.length && served.leftLots > 0; i++) {
    served.serve(inOrder[i]!, orders.qtyLots[inOrder[i]!]!);
  }
}

/** Sorts order indices by sequence in place, if they are not sorted already; ties by index. */
function inTimeOrder(orders: AuctionOrders, found: Int32Array): Int32Array {
  const { sequences } = orders;
  for (let i = 1; i < found.length; i++) {
    if (sequences[found[i - 1]!]! > sequences[found[i]!]!) {
      return found.sort((a, b) => sequences[a]! - sequences[b]! || a - b);
    }
  }
  return found;
}

/** One trade of a cross: indices of its orders and its lots. */
export interface CrossTrade {
  readonly buy: number;
  readonly sell: number;
  readonly qtyLots: number;
}

/** Pairs the fills of both sides in the order in which they were served: at most one trade less than filled orders. */
export function pairFills({ fillLots, buys, sells }: Allocation): CrossTrade[] {
  const trades: CrossTrade[] = [];
  let sellAt = 0;
  let sellLeft = sells.length > 0 ? fillLots[sells[0]!]! : 0;
  for (const buy of buys) {
    let buyLeft = fillLots[buy]!;
    while (buyLeft > 0) {
      invariant(sellLeft > 0, 'both sides of a cross are filled with the same lots');
      const qtyLots = Math.min(buyLeft, sellLeft);
      trades.push({ buy, sell: sells[sellAt]!, qtyLots });
      buyLeft -= qtyLots;
      sellLeft -= qtyLots;
      if (sellLeft === 0) sellLeft = ++sellAt < sells.length ? fillLots[sells[sellAt]!]! : 0;
    }
  }
  return trades;
}

/** What becomes of an order after the cross. */
export const LEFT_FILLED = 0;
/** Its rest stays in, or enters, continuous trading with its time priority. */
export const LEFT_CONTINUES = 1;
export const LEFT_CANCELLED = 2;

/**
 * What becomes of an order's rest after the cross (market-rules §3.3, §3.7): what was for the cross only is cancelled,
 * market orders by the venue's rule, limit orders continue. `fillLots` is 0 for all if there was no cross.
 */
export function leftAfterCross(
  orders: AuctionOrders,
  fillLots: Float64Array,
  rule: AllocationRule,
): Uint8Array {
  const left = new Uint8Array(orders.count);
  for (let i = 0; i < orders.count; i++) {
    const flags = orders.flags[i]!;
    if (fillLots[i] === orders.qtyLots[i]) left[i] = LEFT_FILLED;
    else if ((flags & (AUCTION_CROSS_ONLY | AUCTION_IMBALANCE_ONLY | AUCTION_OFFSET)) !== 0) {
      left[i] = LEFT_CANCELLED;
    } else if ((flags & AUCTION_MARKET) !== 0 && rule.leftMarketOrders === 'cancel') left[i] = LEFT_CANCELLED;
    else left[i] = LEFT_CONTINUES;
  }
  return left;
}
