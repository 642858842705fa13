// hot: runs for every level that is shared
/**
 * Shares an aggressor's lots among the resting orders of one price by the steps of an algorithm (market-rules §1.3-1.6).
 * Each step takes from the pool of lots that the steps before have left, and gives no order more than it has left:
 *
 *   top          the TOP order, up to the limits of the step
 *   customers    the orders of the participants named, the earliest first
 *   lmm          each maker floor(pool * part), its own orders in time order; the pool is the one at the start of the step
 *   split        the pool of the next step is pool - floor(pool * pro-rata part); what it sets aside comes back after it
 *   fifo         the earliest order first
 *   proRata      floor(pool * left / sum of left); denominator and pool are those of the start of the step
 *   timeProRata  floor(pool * weight), weight = (1 - V before / N)^2 - (1 - V after / N)^2 of the lots left, in time order
 *   levelling    one lot to each order whose pro-rata share was below one
 *   largest      the largest order first
 *
 * Invariants: no order gets more than its lots; the fills sum to the aggressor's lots or to all there is.
 */

import { type AllocationAlgorithm, type AllocationStep, WHOLE_BPS } from './algorithm.ts';
import { type LevelOrders, NO_TOP } from './level-orders.ts';

/**
 * Writes to `orders.fillLots` what each order gets of `qtyLots`; returns their sum. With the FIFO exception, and only
 * then, icebergs get lots of their reserve too. Complexity: O(orders * steps), and O(orders * log orders) for 'largest'.
 */
export function allocateLevel(algorithm: AllocationAlgorithm, orders: LevelOrders, qtyLots: number): number {
  const { lots, reserveLots, fillLots, count } = orders;
  let working = 0;
  let reserve = 0;
  for (let i = 0; i < count; i++) {
    working += lots[i]!;
    reserve += reserveLots[i]!;
  }
  if (qtyLots >= working) {
    const takesReserve = algorithm.hasFifoException && qtyLots >= working + reserve;
    for (let i = 0; i < count; i++) fillLots[i] = lots[i]! + (takesReserve ? reserveLots[i]! : 0);
    return takesReserve ? working + reserve : working;
  }
  for (let i = 0; i < count; i++) fillLots[i] = 0;
  const steps = algorithm.steps;
  let pool = qtyLots;
  let setAside = 0;
  for (let at = 0; at < steps.length && pool + setAside > 0; at++) {
    const step = steps[at]!;
    if (step.step === 'split') {
      setAside =
        step.roundedDown === 'proRata'
          ? partOf(pool, WHOLE_BPS - step.fifoBps)
          : pool - partOf(pool, step.fifoBps);
      pool -= setAside;
    } else {
      pool = takeStep(step, orders, pool) + setAside;
      setAside = 0;
    }
  }
  return qtyLots - pool;
}

/** floor(lots * part); exact, since the product of two such numbers is below 2^46. */
function partOf(lots: number, shareBps: number): number {
  return Math.floor((lots * shareBps) / WHOLE_BPS);
}

/** Takes one step; returns what it leaves of the pool. */
function takeStep(step: AllocationStep, orders: LevelOrders, pool: number): number {
  switch (step.step) {
    case 'top':
      return takeTop(orders, pool, Math.min(step.maxLots ?? pool, partOf(pool, step.shareBps)));
    case 'customers':
      return giveToCustomers(orders, pool, step.participants);
    case 'lmm': {
      let left = pool;
      for (let i = 0; i < step.makers.length; i++) {
        const maker = step.makers[i]!;
        const floor = partOf(pool, maker.shareBps);
        const isRaised = step.rounding === 'ceil' && floor * WHOLE_BPS < pool * maker.shareBps;
        left -= giveToMaker(orders, maker.participant, Math.min(left, isRaised ? floor + 1 : floor));
      }
      return left;
    }
    case 'proRata':
      return step.rounding === 'floor'
        ? giveRoundedDown(orders, pool, step.minLots)
        : giveRoundedUp(orders, pool, step.minLots);
    case 'timeProRata':
      return giveByTime(orders, pool);
    case 'levelling':
      return giveLevelling(orders, pool);
    case 'largest':
      return giveLargestFirst(orders, pool);
    default:
      return giveInTimeOrder(orders, pool);
  }
}

/** Gives an order up to `lots` of what it has left; returns what it took. */
function give(orders: LevelOrders, index: number, lots: number): number {
  const left = orders.lots[index]! - orders.fillLots[index]!;
  const given = left < lots ? left : lots;
  orders.fillLots[index]! += given;
  return given;
}

function takeTop(orders: LevelOrders, pool: number, maxLots: number): number {
  if (orders.top === NO_TOP) return pool;
  return pool - give(orders, orders.top, Math.min(pool, maxLots, orders.topLots));
}

function giveToCustomers(orders: LevelOrders, pool: number, customers: readonly number[]): number {
  let left = pool;
  for (let i = 0; i < orders.count && left > 0; i++) {
    if (customers.includes(orders.participants[i]!)) left -= give(orders, i, left);
  }
  return left;
}

function giveToMaker(orders: LevelOrders, participant: number, lots: number): number {
  let left = lots;
  for (let i = 0; i < orders.count && left > 0; i++) {
    if (orders.participants[i] === participant) left -= give(orders, i, left);
  }
  return lots - left;
}

function giveInTimeOrder(orders: LevelOrders, pool: number): number {
  let left = pool;
  for (let i = 0; i < orders.count && left > 0; i++) left -= give(orders, i, left);
  return left;
}

function sumOfLeft(orders: LevelOrders): number {
  let sum = 0;
  for (let i = 0; i < orders.count; i++) sum += orders.lots[i]! - orders.fillLots[i]!;
  return sum;
}

/** Writes floor(pool * left / sum) of each order to `shares`, 0 for an order with nothing left. */
function computeShares(orders: LevelOrders, pool: number): void {
  const { lots, fillLots, shares, division, count } = orders;
  const sum = sumOfLeft(orders);
  for (let i = 0; i < count; i++) shares[i] = division.divide(pool, lots[i]! - fillLots[i]!, sum);
}

function giveRoundedDown(orders: LevelOrders, pool: number, minLots: number): number {
  if (pool === 0) return 0;
  computeShares(orders, pool);
  let left = pool;
  for (let i = 0; i < orders.count; i++) {
    const share = orders.shares[i]!;
    if (share >= minLots) left -= give(orders, i, share);
  }
  return left;
}

/** Shares rounded up would exceed the pool: the largest orders come first, and who comes last may get nothing. */
function giveRoundedUp(orders: LevelOrders, pool: number, minLots: number): number {
  if (pool === 0) return 0;
  const { lots, fillLots, shares, division, count } = orders;
  const sum = sumOfLeft(orders);
  for (let i = 0; i < count; i++) {
    const share = division.divide(pool, lots[i]! - fillLots[i]!, sum);
    shares[i] = division.remainder > 0 ? share + 1 : share;
  }
  let left = pool;
  heapLargestFirst(orders);
  for (let size = count; size > 0 && left > 0; size--) {
    const index = popLargest(orders, size);
    if (shares[index]! >= minLots) left -= give(orders, index, Math.min(left, shares[index]!));
  }
  return left;
}

function giveByTime(orders: LevelOrders, pool: number): number {
  const { lots, fillLots, division, count } = orders;
  const sum = sumOfLeft(orders);
  let left = pool;
  let before = sum;
  for (let i = 0; i < count && left > 0; i++) {
    const own = lots[i]! - fillLots[i]!;
    // With R the lots not yet passed: weight = (R^2 - (R - own)^2) / N^2 = own * (2R - own) / N / N.
    const whole = division.divide(own, 2 * before - own, sum);
    // pool * (whole + part / N) / N, where part / N < 1 changes the result only through its own whole lots.
    const ofPart = division.divide(pool, division.remainder, sum);
    const ofWhole = division.divide(pool, whole, sum);
    const share = ofWhole + Math.floor((division.remainder + ofPart) / sum);
    left -= give(orders, i, Math.min(left, share));
    before -= own;
  }
  return left;
}

function giveLevelling(orders: LevelOrders, pool: number): number {
  let left = pool;
  for (let i = 0; i < orders.count && left > 0; i++) {
    if (orders.shares[i] === 0) left -= give(orders, i, 1);
  }
  return left;
}

function giveLargestFirst(orders: LevelOrders, pool: number): number {
  let left = pool;
  heapLargestFirst(orders);
  for (let size = orders.count; size > 0 && left > 0; size--) {
    left -= give(orders, popLargest(orders, size), left);
  }
  return left;
}

// A binary heap of indices: a sort would allocate its comparator, and the pool is mostly used up by the first few.

function heapLargestFirst(orders: LevelOrders): void {
  const { ranks, count } = orders;
  for (let i = 0; i < count; i++) ranks[i] = i;
  for (let at = (count >> 1) - 1; at >= 0; at--) siftDown(orders, at, count);
}

/** Takes the first of a heap of `size` indices. */
function popLargest(orders: LevelOrders, size: number): number {
  const { ranks } = orders;
  const first = ranks[0]!;
  ranks[0] = ranks[size - 1]!;
  siftDown(orders, 0, size - 1);
  return first;
}

function siftDown(orders: LevelOrders, from: number, size: number): void {
  const { ranks, lots } = orders;
  let at = from;
  const moved = ranks[at]!;
  for (let child = 2 * at + 1; child < size; child = 2 * at + 1) {
    if (child + 1 < size && isBefore(lots, ranks[child + 1]!, ranks[child]!)) child++;
    if (!isBefore(lots, ranks[child]!, moved)) break;
    ranks[at] = ranks[child]!;
    at = child;
  }
  ranks[at] = moved;
}

function isBefore(lots: Int32Array, a: number, b: number): boolean {
  return lots[a]! > lots[b]! || (lots[a]! === lots[b]! && a < b);
}
