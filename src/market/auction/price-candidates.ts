/**
 * Candidate prices of an auction as runs of prices with the same demand and supply. Between two neighbouring limit prices
 * neither changes, so that all prices of the grid between them are one run: their number does not matter.
 *
 *   limits      99          101            run [99,99]  run [100,100]  run [101,101]
 *   grid    99  100  101                   B and A of a run are those of each of its prices
 *
 * Runs lie in rising order and do not overlap. The grid is the whole multiples of `stepTicks`; limits beside it (after a
 * change of the tick table) are candidates too.
 */

import { invariant } from '../../base/index.ts';
import { type AuctionInterest, demandAt, firstLevelFrom, supplyAt } from './interest.ts';
import type { PriceRange } from './price-width.ts';

/** Prices from low to high in steps of `stepTicks`, lots demanded and supplied at each of them. */
export interface PriceRun {
  readonly lowTicks: number;
  readonly highTicks: number;
  readonly stepTicks: number;
  readonly demandLots: number;
  readonly supplyLots: number;
}

/** Limit prices of a range as candidates. */
export function limitCandidates(interest: AuctionInterest, range: PriceRange): PriceRun[] {
  const runs: PriceRun[] = [];
  for (let level = firstLevelFrom(interest, range.lowTicks); level < interest.levelCount; level++) {
    if (interest.priceTicks[level]! > range.highTicks) break;
    runs.push(runOfLevel(interest, level));
  }
  return runs;
}

/** Limit prices and grid prices of a range as candidates. Complexity: O(levels), not O(prices). */
export function gridCandidates(interest: AuctionInterest, range: PriceRange, stepTicks: number): PriceRun[] {
  invariant(Number.isSafeInteger(stepTicks) && stepTicks >= 1, 'a price step is at least one tick');
  const runs: PriceRun[] = [];
  let from = range.lowTicks;
  let level = firstLevelFrom(interest, from);
  for (; level < interest.levelCount && interest.priceTicks[level]! <= range.highTicks; level++) {
    const price = interest.priceTicks[level]!;
    pushGap(runs, interest, { lowTicks: from, highTicks: price - 1 }, stepTicks);
    runs.push(runOfLevel(interest, level));
    from = price + 1;
  }
  pushGap(runs, interest, { lowTicks: from, highTicks: range.highTicks }, stepTicks);
  return runs;
}

/** A run of one price, wherever it lies. */
export function runAt(interest: AuctionInterest, priceTicks: number): PriceRun {
  return {
    lowTicks: priceTicks,
    highTicks: priceTicks,
    stepTicks: 1,
    demandLots: demandAt(interest, priceTicks),
    supplyLots: supplyAt(interest, priceTicks),
  };
}

/** V, lots. */
export function volumeOf(run: PriceRun): number {
  return Math.min(run.demandLots, run.supplyLots);
}

/** B - A, lots: above zero when buyers are left over. */
export function surplusOf(run: PriceRun): number {
  return run.demandLots - run.supplyLots;
}

/** Number of candidate prices. */
export function priceCountOf(runs: readonly PriceRun[]): number {
  return runs.reduce((sum, run) => sum + (run.highTicks - run.lowTicks) / run.stepTicks + 1, 0);
}

/** Runs without the prices outside of a range. */
export function clipRuns(runs: readonly PriceRun[], range: PriceRange): PriceRun[] {
  const clipped: PriceRun[] = [];
  for (const run of runs) {
    const lowTicks = run.lowTicks + stepsUp(range.lowTicks - run.lowTicks, run.stepTicks);
    const highTicks = run.highTicks - stepsUp(run.highTicks - range.highTicks, run.stepTicks);
    if (lowTicks <= highTicks) clipped.push({ ...run, lowTicks, highTicks });
  }
  return clipped;
}

/** Candidates that are next to a price: the same one twice, or two as far below as above. */
export interface NearestPrices {
  readonly lowTicks: number;
  readonly highTicks: number;
}

/** Nearest candidates to a price given as twice its ticks. */
export function nearestTo(runs: readonly PriceRun[], halfTicks: number): NearestPrices {
  let best = Number.POSITIVE_INFINITY;
  let lowTicks = 0;
  let highTicks = 0;
  const consider = (price: number): void => {
    const distance = Math.abs(2 * price - halfTicks);
    if (distance > best) return;
    if (distance < best) {
      best = distance;
      lowTicks = price;
      highTicks = price;
    } else {
      lowTicks = Math.min(lowTicks, price);
      highTicks = Math.max(highTicks, price);
    }
  };
  for (const run of runs) {
    const steps = Math.floor((halfTicks - 2 * run.lowTicks) / (2 * run.stepTicks));
    const below = run.lowTicks + Math.max(0, steps) * run.stepTicks;
    consider(Math.min(below, run.highTicks));
    consider(Math.min(below + run.stepTicks, run.highTicks));
  }
  return { lowTicks, highTicks };
}

/** Largest grid price or limit price at or below a price. */
export function lastCandidateTo(interest: AuctionInterest, priceTicks: number, stepTicks: number): number {
  const grid = Math.floor(priceTicks / stepTicks) * stepTicks;
  const level = firstLevelFrom(interest, priceTicks + 1) - 1;
  return level >= 0 ? Math.max(grid, interest.priceTicks[level]!) : grid;
}

/** Smallest grid price or limit price at or above a price. */
export function firstCandidateFrom(interest: AuctionInterest, priceTicks: number, stepTicks: number): number {
  const grid = Math.ceil(priceTicks / stepTicks) * stepTicks + 0;
  const level = firstLevelFrom(interest, priceTicks);
  return level < interest.levelCount ? Math.min(grid, interest.priceTicks[level]!) : grid;
}

function runOfLevel(interest: AuctionInterest, level: number): PriceRun {
  const price = interest.priceTicks[level]!;
  return {
    lowTicks: price,
    highTicks: price,
    stepTicks: 1,
    demandLots: interest.demandLots[level]!,
    supplyLots: interest.supplyLots[level]!,
  };
}

/** Adds the grid prices of a range that holds no limit price. */
function pushGap(runs: PriceRun[], interest: AuctionInterest, gap: PriceRange, stepTicks: number): void {
  // Adding zero turns the negative zero of a rounded-up fraction into zero.
  const lowTicks = Math.ceil(gap.lowTicks / stepTicks) * stepTicks + 0;
  const highTicks = Math.floor(gap.highTicks / stepTicks) * stepTicks;
  if (lowTicks > highTicks) return;
  runs.push({
    lowTicks,
    highTicks,
    stepTicks,
    demandLots: demandAt(interest, lowTicks),
    supplyLots: supplyAt(interest, lowTicks),
  });
}

/** The smallest whole number of steps that covers a distance, as ticks; zero for a distance below zero. */
function stepsUp(distanceTicks: number, stepTicks: number): number {
  return distanceTicks <= 0 ? 0 : Math.ceil(distanceTicks / stepTicks) * stepTicks;
}
