/**
 * The price of an auction: candidates, then the steps of the venue's rule, then one price with what would trade at it and
 * why. Verified by: brute force over every candidate tick (clearing-price.property.test.ts).
 */

import { BUY, SELL, type Side } from '../../domain/index.ts';
import type { AuctionInterest } from './interest.ts';
import { type PriceRun, runAt, surplusOf, volumeOf } from './price-candidates.ts';
import type { PriceRule } from './price-rule.ts';
import {
  candidatesWithin,
  type PriceContext,
  quoteRange,
  type StepInput,
  type StepTaken,
  takeSteps,
} from './price-steps.ts';
import { midpointHalfTicks, type PriceRange } from './price-width.ts';

/** Why there is no price. */
export type NoPriceReason =
  | 'noInterest'
  | 'nothingExecutable'
  | 'noReferenceForMarketOrders'
  | 'noQuote'
  | 'noneInsideBounds'
  /** There was one, and the venue's check of opening prices did not pass it. */
  | 'notValid';

export interface ClearingPrice {
  /** Null when there is none; then `noPrice` says why. */
  readonly priceTicks: number | null;
  readonly noPrice: NoPriceReason | null;
  /** Executable at the price, lots; 0 without a price. */
  readonly volumeLots: number;
  /** Left over at the price, lots, and its side; without limit prices and a price, of the market orders. */
  readonly imbalanceLots: number;
  readonly imbalanceSide: Side | null;
  /** What each step did, in order. */
  readonly steps: readonly StepTaken[];
}

/** Finds the price of an auction. Complexity: O(limit prices times steps). */
export function findClearingPrice(
  interest: AuctionInterest,
  rule: PriceRule,
  context: PriceContext,
): ClearingPrice {
  const steps: StepTaken[] = [];
  const input: StepInput = { interest, rule, context };
  const candidates = firstCandidates(input);
  if (typeof candidates === 'string') return noPrice(interest, candidates, steps);
  if (!rule.allowsNoVolume && candidates.every((run) => volumeOf(run) === 0)) {
    return noPrice(interest, 'nothingExecutable', steps);
  }
  const left = takeSteps(input, rule.steps, candidates, steps);
  const last = left.at(-1);
  if (last === undefined) return noPrice(interest, 'noneInsideBounds', steps);
  // What several prices are left of is settled by the higher one; rules end with a step that leaves one.
  const chosen = runAt(interest, last.highTicks);
  if (!rule.allowsNoVolume && volumeOf(chosen) === 0) return noPrice(interest, 'noneInsideBounds', steps);
  const surplus = surplusOf(chosen);
  return {
    priceTicks: chosen.highTicks,
    noPrice: null,
    volumeLots: volumeOf(chosen),
    imbalanceLots: Math.abs(surplus),
    imbalanceSide: sideOf(surplus),
    steps,
  };
}

/** Side of a surplus B - A; null when nothing is left over. */
export function sideOf(surplusLots: number): Side | null {
  return surplusLots > 0 ? BUY : surplusLots < 0 ? SELL : null;
}

function firstCandidates(input: StepInput): PriceRun[] | NoPriceReason {
  const { interest, rule, context } = input;
  if (rule.range === 'quote') {
    return context.quote === null ? 'noQuote' : candidatesWithin(input, quoteRange(context.quote));
  }
  if (interest.levelCount === 0) return marketOnlyCandidate(input);
  const range: PriceRange = {
    lowTicks: interest.priceTicks[0]!,
    highTicks: interest.priceTicks[interest.levelCount - 1]!,
  };
  return candidatesWithin(input, range);
}

/** The one price of a cross of market orders alone (market-rules §3.2). */
function marketOnlyCandidate({ interest, rule, context }: StepInput): PriceRun[] | NoPriceReason {
  const { marketBuyLots, marketSellLots } = interest;
  if (marketBuyLots === 0 && marketSellLots === 0) return 'noInterest';
  if (Math.min(marketBuyLots, marketSellLots) === 0 || rule.marketOnly === 'none') return 'nothingExecutable';
  if (rule.marketOnly === 'reference') {
    const { referenceTicks } = context;
    return referenceTicks === null ? 'noReferenceForMarketOrders' : [runAt(interest, referenceTicks)];
  }
  if (context.quote === null) return 'noReferenceForMarketOrders';
  const { stepTicks } = context;
  // Nearest price of the grid; halves up, as where two candidates are as close to the midpoint.
  const steps = Math.floor((midpointHalfTicks(context.quote) + stepTicks) / (2 * stepTicks));
  return [runAt(interest, steps * stepTicks)];
}

function noPrice(
  interest: AuctionInterest,
  reason: NoPriceReason,
  steps: readonly StepTaken[],
): ClearingPrice {
  const surplus = interest.levelCount === 0 ? interest.marketBuyLots - interest.marketSellLots : 0;
  return {
    priceTicks: null,
    noPrice: reason,
    volumeLots: 0,
    imbalanceLots: Math.abs(surplus),
    imbalanceSide: sideOf(surplus),
    steps,
  };
}
