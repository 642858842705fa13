/** Distances between two samples, each sorted ascending, or between the counts of their groups. */

import { invariant } from '../base/index.ts';
import { groupOf } from './order-statistics.ts';

/** Counts of `values` by group of `edges`; length of `edges` + 1. */
export function groupCounts(values: ArrayLike<number>, edges: Float64Array): Float64Array {
  const counts = new Float64Array(edges.length + 1);
  for (let i = 0; i < values.length; i++) counts[groupOf(edges, values[i]!)]!++;
  return counts;
}

/** Half the sum of absolute differences of shares, 0 to 1. NaN where one side is empty. */
export function totalVariation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  invariant(a.length === b.length, 'two histograms that are compared have the same groups');
  let countA = 0;
  let countB = 0;
  for (let i = 0; i < a.length; i++) {
    countA += a[i]!;
    countB += b[i]!;
  }
  if (countA === 0 || countB === 0) return Number.NaN;
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i]! / countA - b[i]! / countB);
  return sum / 2;
}

/** Total variation of two samples over groups of `edges`. */
export function l1Distance(a: ArrayLike<number>, b: ArrayLike<number>, edges: Float64Array): number {
  return totalVariation(groupCounts(a, edges), groupCounts(b, edges));
}

/** Area between the distribution functions of two ascending samples, in the unit of their values. */
export function wasserstein1(a: Float64Array, b: Float64Array): number {
  return walkApart(a, b, (gap, width) => gap * width).sum;
}

/** Largest difference of the distribution functions of two ascending samples. */
export function ksDistance(a: Float64Array, b: Float64Array): number {
  return walkApart(a, b, () => 0).gapMax;
}

/** Mean and standard deviation (n - 1) of two samples taken as one. */
export function pooledMoments(a: Float64Array, b: Float64Array): { mean: number; sd: number } {
  const count = a.length + b.length;
  let sum = 0;
  for (const values of [a, b]) for (let i = 0; i < values.length; i++) sum += values[i]!;
  const mean = sum / count;
  let squares = 0;
  for (const values of [a, b]) {
    for (let i = 0; i < values.length; i++) squares += (values[i]! - mean) * (values[i]! - mean);
  }
  return { mean, sd: Math.sqrt(squares / (count - 1)) };
}

/** Wasserstein-1 in units of the pooled standard deviation; 0 where both are the same constant. */
export function standardWasserstein1(a: Float64Array, b: Float64Array): number {
  const distance = wasserstein1(a, b);
  return distance === 0 ? 0 : distance / pooledMoments(a, b).sd;
}

interface Apart {
  readonly sum: number;
  readonly gapMax: number;
}

/** Steps through the values of both samples and looks at the gap of the distribution functions between each two of them. */
function walkApart(a: Float64Array, b: Float64Array, area: (gap: number, width: number) => number): Apart {
  if (a.length === 0 || b.length === 0) return { sum: Number.NaN, gapMax: Number.NaN };
  let i = 0;
  let j = 0;
  let sum = 0;
  let gapMax = 0;
  let at = Math.min(a[0]!, b[0]!);
  while (i < a.length || j < b.length) {
    while (i < a.length && a[i] === at) i++;
    while (j < b.length && b[j] === at) j++;
    const gap = Math.abs(i / a.length - j / b.length);
    if (gap > gapMax) gapMax = gap;
    if (i === a.length && j === b.length) break;
    const next = Math.min(i < a.length ? a[i]! : Infinity, j < b.length ? b[j]! : Infinity);
    sum += area(gap, next - at);
    at = next;
  }
  return { sum, gapMax };
}
