/**
 * The allocation steps once more, as plainly as possible: objects, sorts and exact bigint fractions. It is the judge of
 * `allocateLevel` and what the reference book allocates with; it is never made fast.
 */

import { assertNever } from '../../base/index.ts';
import { type AllocationAlgorithm, type AllocationStep, WHOLE_BPS } from './algorithm.ts';

/** One resting order of the price; the list is in time order. */
export interface RestingOrder {
  readonly lots: number;
  readonly reserveLots: number;
  readonly participant: number;
  /** Lots of it that are TOP: all of it for the TOP order, else 0. */
  readonly topLots: number;
}

interface Served extends RestingOrder {
  left: number;
  share: number;
}

/** Lots that each order gets of `qtyLots`. */
export function referenceAllocate(
  algorithm: AllocationAlgorithm,
  orders: readonly RestingOrder[],
  qtyLots: number,
): number[] {
  const everything = sum(orders.map((order) => order.lots + order.reserveLots));
  if (algorithm.hasFifoException && qtyLots >= everything) {
    return orders.map((order) => order.lots + order.reserveLots);
  }
  const served = orders.map((order): Served => ({ ...order, left: order.lots, share: 0 }));
  let pool = qtyLots;
  let setAside = 0;
  for (const step of algorithm.steps) {
    if (step.step === 'split') {
      const fifo = part(pool, step.fifoBps);
      const proRataLots = part(pool, WHOLE_BPS - step.fifoBps);
      setAside = step.roundedDown === 'proRata' ? proRataLots : pool - fifo;
      pool -= setAside;
      continue;
    }
    const before = sum(served.map((order) => order.left));
    take(step, served, pool);
    pool -= before - sum(served.map((order) => order.left));
    pool += setAside;
    setAside = 0;
  }
  return served.map((order) => order.lots - order.left);
}

function take(step: Exclude<AllocationStep, { step: 'split' }>, orders: Served[], pool: number): void {
  switch (step.step) {
    case 'top':
      for (const order of orders) {
        order.left -= Math.min(order.left, order.topLots, step.maxLots ?? pool, part(pool, step.shareBps));
      }
      return;
    case 'customers':
      inTurn(
        orders.filter(({ participant }) => step.participants.includes(participant)),
        pool,
      );
      return;
    case 'lmm':
      takeMakers(step, orders, pool);
      return;
    case 'fifo':
      inTurn(orders, pool);
      return;
    case 'largest':
      inTurn(largestFirst(orders), pool);
      return;
    case 'proRata':
      proRata(step, orders, pool);
      return;
    case 'timeProRata':
      timeProRata(orders, pool);
      return;
    case 'levelling':
      orders
        .filter((order) => order.share < 1 && order.left > 0)
        .slice(0, pool)
        .forEach((order) => {
          order.left--;
        });
      return;
    default:
      assertNever(step);
  }
}

function takeMakers(
  { makers, rounding }: Extract<AllocationStep, { step: 'lmm' }>,
  orders: Served[],
  pool: number,
): void {
  let leftOver = pool;
  for (const { participant, shareBps } of makers) {
    const raised = rounding === 'ceil' ? BigInt(WHOLE_BPS - 1) : 0n;
    const lots = Number((BigInt(pool) * BigInt(shareBps) + raised) / BigInt(WHOLE_BPS));
    const own = orders.filter((order) => order.participant === participant);
    leftOver -= inTurn(own, Math.min(lots, leftOver));
  }
}

function proRata(
  { minLots, rounding }: Extract<AllocationStep, { step: 'proRata' }>,
  orders: Served[],
  pool: number,
): void {
  const total = sum(orders.map((order) => order.left));
  for (const order of orders) {
    const raised = rounding === 'up' ? BigInt(total - 1) : 0n;
    order.share =
      total === 0 ? 0 : Number((BigInt(pool) * BigInt(order.left) + raised) / BigInt(Math.max(total, 1)));
  }
  let leftOver = pool;
  for (const order of rounding === 'up' ? largestFirst(orders) : orders) {
    const given = order.share < minLots ? 0 : Math.min(order.share, order.left, leftOver);
    order.left -= given;
    leftOver -= given;
  }
}

function timeProRata(orders: Served[], pool: number): void {
  const total = BigInt(sum(orders.map((order) => order.left)));
  let passed = 0n;
  let leftOver = pool;
  for (const order of orders) {
    const after = passed + BigInt(order.left);
    const weight = square(total - passed) - square(total - after);
    const share = total === 0n ? 0 : Number((BigInt(pool) * weight) / square(total));
    const given = Math.min(order.left, share, leftOver);
    order.left -= given;
    leftOver -= given;
    passed = after;
  }
}

function square(lots: bigint): bigint {
  return lots * lots;
}

/** Gives the lots to the orders in turn; returns how many they took. */
function inTurn(orders: readonly Served[], lots: number): number {
  let leftOver = lots;
  for (const order of orders) {
    const given = Math.min(order.left, leftOver);
    order.left -= given;
    leftOver -= given;
  }
  return lots - leftOver;
}

/** By size as it stood before the aggressor; the sort is stable, so that time breaks ties. */
function largestFirst(orders: readonly Served[]): Served[] {
  return [...orders].sort((a, b) => b.lots - a.lots);
}

function part(lots: number, shareBps: number): number {
  return Number((BigInt(lots) * BigInt(shareBps)) / BigInt(WHOLE_BPS));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
