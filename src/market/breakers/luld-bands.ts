/**
 * Limit up, limit down: price bands around a reference price (market-rules §4.1) and the collars of a reopening auction
 * (§4.3), as functions of whole numbers. All thresholds are data: rules of other years are other `LuldRules`.
 */

import { scaleHalfUp } from './rounding.ts';

/** A price as numerator / denominator ticks: a mean of trades is seldom a whole number of ticks. */
export interface ExactPrice {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** The parameter for one range of previous closes. The band is the lesser of the two when both are given. */
export interface LuldBucket {
  /** Previous close from which (inclusive) the bucket holds, in cents; 'above' excludes it. Buckets run upwards. */
  readonly fromCents: number;
  readonly bound: 'from' | 'above';
  readonly tier1Ppm: number;
  readonly tier2Ppm: number;
  /** Cap of the width in cents, or null. */
  readonly capCents: number | null;
}

export interface LuldRules {
  readonly buckets: readonly LuldBucket[];
  /** Doubled for this long from the open (15 min before Amendment 18, else 0). */
  readonly openDoublingNs: number;
  /** Doubled for this long before the close. */
  readonly closeDoublingNs: number;
  /** Tier 2 above this reference price is not doubled at the close (Amendment 18: 300); null: all are (before it). */
  readonly tier2DoublingCentsMax: number | null;
  /** Window of the mean. */
  readonly windowNs: number;
  /** A new reference differs by at least this from the one in force, */
  readonly changePpmMin: number;
  /** which has been in force for at least this long. */
  readonly inForceNsMin: number;
  /** Opening prices within this time of the open are the first reference; after it the mean of trades is. */
  readonly openingNs: number;
  /** First reference of a stock that opens without a trade: the previous close, the midpoint, or the mean later on (§15.4). */
  readonly openedOnQuotes: 'previousClose' | 'midpoint' | 'wait';
  readonly limitStateNs: number;
  /** Limit state is left when the best quote is off the band, or when the venue says its quotations are gone (§15.4). */
  readonly limitStateExit: 'quoteLeavesBand' | 'quotationsGone';
  readonly pauseNs: number;
  /** A pause that is in force this long before the close is not reopened. */
  readonly noReopeningNs: number;
  /** Step of the reopening collars as a share of the auction reference price, */
  readonly collarPpm: number;
  /** or in cents when that price is at most `collarCentsUpTo`. */
  readonly collarCents: number;
  readonly collarCentsUpTo: number;
  /** Smallest trade that counts for the mean, in lots. */
  readonly eligibleQtyLotsMin: number;
}

export interface LuldInstrument {
  readonly tier: 1 | 2;
  /** Leverage of an exchange-traded product in per cent, 100 for anything else; applies to tier 2. */
  readonly leveragePercent: number;
  readonly ticksPerCent: number;
}

export interface BandTicks {
  readonly lowTicks: number;
  readonly highTicks: number;
}

/** Bands of a reference price, each to the nearest cent with halves up; the lower one is not below zero. */
export function luldBands(
  rules: LuldRules,
  instrument: LuldInstrument,
  reference: ExactPrice,
  context: { readonly previousCloseTicks: number; readonly isDoublingTime: 'open' | 'close' | 'no' },
): BandTicks {
  const { ticksPerCent } = instrument;
  const bucket = bucketOf(rules, instrument, context.previousCloseTicks);
  const factor = isDoubled(rules, instrument, reference, context.isDoublingTime) ? 2n : 1n;
  const leverage = instrument.tier === 2 ? BigInt(instrument.leveragePercent) : 100n;
  const ppm = BigInt(instrument.tier === 1 ? bucket.tier1Ppm : bucket.tier2Ppm);
  // In units of 1 / (denominator · 10^8) ticks.
  const unit = 100_000_000n;
  let width = reference.numerator * ppm * leverage * factor;
  if (bucket.capCents !== null) {
    const cap =
      BigInt(bucket.capCents * ticksPerCent) * leverage * factor * 1_000_000n * reference.denominator;
    if (cap < width) width = cap;
  }
  const center = reference.numerator * unit;
  const divisor = reference.denominator * unit;
  return {
    lowTicks: Math.max(0, scaleHalfUp(center - width, 1n, divisor, ticksPerCent)),
    highTicks: scaleHalfUp(center + width, 1n, divisor, ticksPerCent),
  };
}

function bucketOf(rules: LuldRules, instrument: LuldInstrument, previousCloseTicks: number): LuldBucket {
  let found = rules.buckets[0]!;
  for (const bucket of rules.buckets) {
    const from = bucket.fromCents * instrument.ticksPerCent;
    if (bucket.bound === 'from' ? previousCloseTicks >= from : previousCloseTicks > from) found = bucket;
  }
  return found;
}

function isDoubled(
  rules: LuldRules,
  instrument: LuldInstrument,
  reference: ExactPrice,
  time: 'open' | 'close' | 'no',
): boolean {
  if (time !== 'close' || instrument.tier === 1 || rules.tier2DoublingCentsMax === null) return time !== 'no';
  const limit = BigInt(rules.tier2DoublingCentsMax * instrument.ticksPerCent);
  return reference.numerator <= limit * reference.denominator;
}

/**
 * Collars of the reopening auction after `upperSteps` and `lowerSteps` widenings. The side that was hit starts one step from
 * the auction reference price (the band that was hit), the other side at the other band.
 */
export function luldCollars(
  rules: LuldRules,
  ticksPerCent: number,
  pause: {
    readonly referenceTicks: number;
    readonly isLimitUp: boolean;
    readonly otherBandTicks: number;
    readonly upperSteps: number;
    readonly lowerSteps: number;
  },
): BandTicks {
  const { referenceTicks, isLimitUp, otherBandTicks, upperSteps, lowerSteps } = pause;
  const isInCents = referenceTicks <= rules.collarCentsUpTo * ticksPerCent;
  const width = (steps: number): number =>
    isInCents
      ? steps * rules.collarCents * ticksPerCent
      : scaleHalfUp(BigInt(referenceTicks), BigInt(steps * rules.collarPpm), 1_000_000n, ticksPerCent);
  const high = isLimitUp ? referenceTicks + width(upperSteps + 1) : otherBandTicks + width(upperSteps);
  const low = isLimitUp ? otherBandTicks - width(lowerSteps) : referenceTicks - width(lowerSteps + 1);
  return { lowTicks: Math.max(0, low), highTicks: high };
}

/** Whether two exact prices differ by at least a share of the first. */
export function differsByPpm(from: ExactPrice, to: ExactPrice, ppm: number): boolean {
  const difference = to.numerator * from.denominator - from.numerator * to.denominator;
  const size = difference < 0n ? -difference : difference;
  return size * 1_000_000n >= from.numerator * to.denominator * BigInt(ppm);
}
