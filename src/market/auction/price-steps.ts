/**
 * The steps of a price rule (market-rules §3.2). Each takes the candidates that are left and keeps the best of them; a step
 * that has nothing to say, because a reference or a quote is missing, leaves all.
 */

import { assertNever } from '../../base/index.ts';
import { type AuctionInterest, firstLevelFrom } from './interest.ts';
import {
  clipRuns,
  firstCandidateFrom,
  gridCandidates,
  lastCandidateTo,
  limitCandidates,
  nearestTo,
  type PriceRun,
  priceCountOf,
  runAt,
  surplusOf,
  volumeOf,
} from './price-candidates.ts';
import type { EQUIDISTANT, PriceRule, PriceStep, StepName } from './price-rule.ts';
import {
  midpointHalfTicks,
  type PriceRange,
  type PriceWidth,
  type Quote,
  thresholdRange,
} from './price-width.ts';

/** What an auction price depends on besides the orders. */
export interface PriceContext {
  /** Distance of grid prices, ticks. */
  readonly stepTicks: number;
  /** Auction reference price: last price, previous close, last sale in a halt. */
  readonly referenceTicks: number | null;
  /** Best bid and offer of the continuous book. */
  readonly quote: Quote | null;
  /** Width of Nasdaq's thresholds around the quote. */
  readonly threshold: PriceWidth | null;
  /** Auction collar. */
  readonly collar: PriceRange | null;
}

/** What one step did, so that a price can be explained. */
export interface StepTaken {
  readonly step: StepName;
  /** 'skipped' when what it needs was missing or no candidate fulfilled it. */
  readonly outcome: 'narrowed' | 'kept' | 'moved' | 'skipped';
  /** Extremes and number of the candidates after it. */
  readonly lowTicks: number;
  readonly highTicks: number;
  readonly priceCount: number;
}

/** What the steps work on. */
export interface StepInput {
  readonly interest: AuctionInterest;
  readonly rule: PriceRule;
  readonly context: PriceContext;
}

/** Takes the steps one after another; `taken` gets a record of each. An empty result means that no price is allowed. */
export function takeSteps(
  input: StepInput,
  steps: readonly PriceStep[],
  candidates: readonly PriceRun[],
  taken: StepTaken[],
): readonly PriceRun[] {
  let runs = candidates;
  for (let index = 0; index < steps.length && runs.length > 0; index++) {
    const step = steps[index]!;
    const kept =
      'outside' in step ? keepInside(input, steps.slice(0, index), step, runs) : keepBest(input, step, runs);
    taken.push(recordStep(step.step, runs, kept));
    if (kept !== null) runs = kept;
  }
  return runs;
}

/** Candidates of a range in the rule's set. */
export function candidatesWithin(input: StepInput, range: PriceRange): PriceRun[] {
  return input.rule.candidates === 'limits'
    ? limitCandidates(input.interest, range)
    : gridCandidates(input.interest, range, input.context.stepTicks);
}

/** Candidates that a step keeps; null when it does not apply. */
function keepBest(
  { interest, context }: StepInput,
  step: Exclude<PriceStep, { outside: unknown }>,
  runs: readonly PriceRun[],
): readonly PriceRun[] | null {
  switch (step.step) {
    case 'maxVolume': {
      const best = Math.max(...extremes(runs, volumeOf));
      return runs.filter((run) => volumeOf(run) === best);
    }
    case 'minImbalance': {
      const best = Math.min(...extremes(runs, (run) => Math.abs(surplusOf(run))));
      return runs.filter((run) => Math.abs(surplusOf(run)) === best);
    }
    case 'marketPressure':
      return underPressure(runs);
    case 'unexecutedEnteredPrice': {
      const entered = runs.filter((run) => hasUnexecuted(interest, run));
      return entered.length > 0 ? entered : null;
    }
    case 'closestNotThrough':
      return notThroughDisplayed(interest, context, runs);
    case 'clampReference': {
      if (context.referenceTicks === null) return null;
      const low = runs[0]!.lowTicks;
      const high = runs.at(-1)!.highTicks;
      return [runAt(interest, Math.min(Math.max(context.referenceTicks, low), high))];
    }
    case 'closestToReference':
      return context.referenceTicks === null
        ? null
        : closestTo(interest, runs, 2 * context.referenceTicks, step.equidistant);
    case 'closestToMidpoint':
      return context.quote === null
        ? null
        : closestTo(interest, runs, midpointHalfTicks(context.quote), step.equidistant);
    case 'highest':
      return [runAt(interest, runs.at(-1)!.highTicks)];
    case 'lowest':
      return [runAt(interest, runs[0]!.lowTicks)];
    default:
      return assertNever(step);
  }
}

/**
 * Market pressure: buyers left over at all candidates -> the highest; sellers -> the lowest. With both, the prices from
 * the highest with buyers left over to the lowest with sellers left over remain: outside of them an order that is better
 * than the price would stay unfilled. Without a surplus it says nothing.
 */
function underPressure(runs: readonly PriceRun[]): PriceRun[] {
  const buying = runs.findLastIndex((run) => surplusOf(run) > 0);
  const selling = runs.findIndex((run) => surplusOf(run) < 0);
  const low = buying < 0 ? runs[0]!.lowTicks : runs[buying]!.highTicks;
  const high = selling < 0 ? runs.at(-1)!.highTicks : runs[selling]!.lowTicks;
  const isSided = buying >= 0 !== selling >= 0;
  const range =
    isSided && buying >= 0 ? { lowTicks: low, highTicks: low } : { lowTicks: low, highTicks: high };
  return clipRuns(runs, isSided && selling >= 0 ? { lowTicks: high, highTicks: high } : range);
}

/** Whether a price is the limit of an order of the surplus side: the last to be served there, so that a rest remains. */
function hasUnexecuted(interest: AuctionInterest, run: PriceRun): boolean {
  const level = firstLevelFrom(interest, run.lowTicks);
  if (level === interest.levelCount || interest.priceTicks[level] !== run.lowTicks) return false;
  const surplus = surplusOf(run);
  return surplus > 0 ? interest.buyLots[level]! > 0 : surplus < 0 && interest.sellLots[level]! > 0;
}

/**
 * NYSE, Arca: a price not below (above) the limit of a displayed buy (sell) that would keep a rest; market-rules §3.2.
 * Such limits never lie on the far side of each other, or more could be executed between them.
 */
function notThroughDisplayed(
  interest: AuctionInterest,
  context: PriceContext,
  runs: readonly PriceRun[],
): readonly PriceRun[] | null {
  const volume = volumeOf(runs[0]!);
  let buy = interest.levelCount - 1;
  while (buy >= 0 && !(interest.shownBuyLots[buy]! > 0 && interest.demandLots[buy]! > volume)) buy--;
  let sell = 0;
  const isRest = (level: number): boolean =>
    interest.shownSellLots[level]! > 0 && interest.supplyLots[level]! > volume;
  while (sell < interest.levelCount && !isRest(sell)) sell++;
  const range = {
    lowTicks: buy < 0 ? runs[0]!.lowTicks : interest.priceTicks[buy]!,
    highTicks: sell < interest.levelCount ? interest.priceTicks[sell]! : runs.at(-1)!.highTicks,
  };
  const kept = clipRuns(runs, range);
  if (kept.length === 0) return null;
  return context.referenceTicks === null
    ? kept
    : closestTo(interest, kept, 2 * context.referenceTicks, 'target');
}

function closestTo(
  interest: AuctionInterest,
  runs: readonly PriceRun[],
  halfTicks: number,
  equidistant: (typeof EQUIDISTANT)[number],
): PriceRun[] {
  const { lowTicks, highTicks } = nearestTo(runs, halfTicks);
  const isWhole = halfTicks % 2 === 0;
  if (equidistant === 'lower') return [runAt(interest, lowTicks)];
  return [
    runAt(interest, equidistant === 'target' && isWhole && lowTicks < highTicks ? halfTicks / 2 : highTicks),
  ];
}

/** Keeps the candidates inside bounds, or moves to the price inside that the step names when none is. */
function keepInside(
  input: StepInput,
  stepsBefore: readonly PriceStep[],
  step: Extract<PriceStep, { outside: unknown }>,
  runs: readonly PriceRun[],
): readonly PriceRun[] | null {
  const range = boundsOf(step.step, input.context);
  if (range === null) return null;
  const inside = clipRuns(runs, range);
  if (inside.length > 0) return inside;
  if (step.outside === 'best') {
    return takeSteps(input, stepsBefore, candidatesWithin(input, range), []);
  }
  const isAbove = runs[0]!.lowTicks > range.highTicks;
  const price = isAbove
    ? lastCandidateTo(input.interest, range.highTicks, input.context.stepTicks)
    : firstCandidateFrom(input.interest, range.lowTicks, input.context.stepTicks);
  return price < range.lowTicks || price > range.highTicks ? [] : [runAt(input.interest, price)];
}

function boundsOf(
  step: Extract<PriceStep, { outside: unknown }>['step'],
  { quote, threshold, collar }: PriceContext,
): PriceRange | null {
  if (step === 'insideCollar') return collar;
  if (quote === null) return null;
  if (step === 'insideQuote') return quoteRange(quote);
  return threshold === null ? null : thresholdRange(threshold, quote);
}

/** Prices from the best bid to the best offer; of a crossed quote, from the offer to the bid. */
export function quoteRange({ bidTicks, askTicks }: Quote): PriceRange {
  return { lowTicks: Math.min(bidTicks, askTicks), highTicks: Math.max(bidTicks, askTicks) };
}

function recordStep(
  step: StepName,
  before: readonly PriceRun[],
  kept: readonly PriceRun[] | null,
): StepTaken {
  const after = kept ?? before;
  const lowTicks = after[0]?.lowTicks ?? before[0]!.lowTicks;
  const highTicks = after.at(-1)?.highTicks ?? before.at(-1)!.highTicks;
  const priceCount = priceCountOf(after);
  const isWithin = clipRuns(before, { lowTicks, highTicks }).length > 0;
  const changed = priceCount < priceCountOf(before) ? 'narrowed' : 'kept';
  return {
    step,
    outcome: kept === null ? 'skipped' : isWithin ? changed : 'moved',
    lowTicks,
    highTicks,
    priceCount,
  };
}

/** Smallest and largest value of a figure over the runs: spreading ten thousands of arguments would overflow the stack. */
function extremes(runs: readonly PriceRun[], figure: (run: PriceRun) => number): [number, number] {
  let smallest = Number.POSITIVE_INFINITY;
  let largest = Number.NEGATIVE_INFINITY;
  for (const run of runs) {
    const value = figure(run);
    if (value < smallest) smallest = value;
    if (value > largest) largest = value;
  }
  return [smallest, largest];
}
