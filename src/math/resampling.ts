/** Resampling of blocks, and what follows from it. */

import { invariant, type Xoshiro128 } from '../base/index.ts';
import { mean, quantileOfSorted, sortedFinite } from './order-statistics.ts';

/** How often each of `count` blocks is in a draw of as many with replacement. */
export function drawCounts(count: number, random: Xoshiro128): Float64Array {
  const counts = new Float64Array(count);
  for (let i = 0; i < count; i++) counts[random.nextBelow(count)]!++;
  return counts;
}

/** A copy in random order, each order equally likely. Source: Fisher and Yates (1938), Durstenfeld (1964). */
export function shuffled<T>(items: readonly T[], random: Xoshiro128): T[] {
  const out = [...items];
  for (let i = out.length - 1; i > 0; i--) {
    const j = random.nextBelow(i + 1);
    [out[i], out[j]] = [out[j]!, out[i]!];
  }
  return out;
}

/**
 * The interval of a statistic whose resamples are biased in one direction, as distances are: 2 x estimate less the upper and the
 * lower quantile of the draws, at least 0. Null without draws.
 * Source: Davison and Hinkley, "Bootstrap methods and their application" (1997), §5.2 (basic interval).
 */
export function basicInterval(
  estimate: number,
  draws: ArrayLike<number>,
  level = 0.95,
): { low: number; high: number } | null {
  const sorted = sortedFinite(draws);
  if (sorted.length === 0) return null;
  const tail = (1 - level) / 2;
  return {
    low: Math.max(0, 2 * estimate - quantileOfSorted(sorted, 1 - tail)),
    high: Math.max(0, 2 * estimate - quantileOfSorted(sorted, tail)),
  };
}

/** Standard error of an estimate from its values with one block left out each; NaN below two blocks. */
export function jackknifeError(leftOut: ArrayLike<number>): number {
  const count = leftOut.length;
  if (count < 2) return Number.NaN;
  const center = mean(leftOut);
  let sum = 0;
  for (let i = 0; i < count; i++) sum += (leftOut[i]! - center) * (leftOut[i]! - center);
  return Math.sqrt(((count - 1) / count) * sum);
}

/**
 * P-values adjusted for their number: the smallest times m, the next times m - 1, and so on, never falling, at most 1.
 * Source: Holm, "A simple sequentially rejective multiple test procedure" (1979).
 */
export function holm(pValues: readonly number[]): number[] {
  invariant(
    pValues.every((p) => p >= 0 && p <= 1),
    'a p-value lies between 0 and 1',
  );
  const order = pValues.map((_, i) => i).sort((a, b) => pValues[a]! - pValues[b]! || a - b);
  const adjusted = new Array<number>(pValues.length);
  let least = 0;
  order.forEach((index, rank) => {
    least = Math.max(least, Math.min(1, (pValues.length - rank) * pValues[index]!));
    adjusted[index] = least;
  });
  return adjusted;
}

/**
 * Distribution function of the standard normal, to about 1e-7 relative to one.
 * Source: Abramowitz and Stegun, "Handbook of mathematical functions" (1964), 7.1.26.
 */
export function normalCdf(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.327_591_1 * x);
  const series =
    t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const tail = (series * Math.exp(-x * x)) / 2;
  return z < 0 ? tail : 1 - tail;
}
