/**
 * A metric that compares statistics, not distributions: 22 to 26 of fidelity.md §1.2. Each window gives sums; the statistics
 * follow from the sums of any choice of windows, so a draw of windows costs an addition.
 */

import type { FlowWindow } from '../flow-stream.ts';
import type { Family } from '../score-contract.ts';

export interface PairedComponent {
  readonly name: string;
  /** What a difference of 1 counts in the distance. */
  readonly weight: number;
}

export interface PairedMetric {
  readonly id: number;
  readonly name: string;
  readonly family: Family;
  /** Unit of the distance. */
  readonly unit: string;
  readonly components: readonly PairedComponent[];
  /** Sums per window. */
  readonly size: number;
  /** Adds the window's sums to `sums` from `at` on. */
  accumulate(window: FlowWindow, sums: Float64Array, at: number): void;
  /** The components, NaN where the sums hold too few observations. */
  statistics(sums: Float64Array): Float64Array;
}

/** Sums of all windows of a list, one after another. */
export function sumsOf(metric: PairedMetric, windows: readonly FlowWindow[]): Float64Array {
  const sums = new Float64Array(metric.size * windows.length);
  for (const [w, window] of windows.entries()) metric.accumulate(window, sums, w * metric.size);
  return sums;
}

/** Statistics of the windows, each counted by its weight. */
export function weightedStatistics(
  metric: PairedMetric,
  sums: Float64Array,
  weights: Float64Array,
): Float64Array {
  const total = new Float64Array(metric.size);
  for (let w = 0; w < weights.length; w++) {
    const weight = weights[w]!;
    if (weight === 0) continue;
    const at = w * metric.size;
    for (let i = 0; i < metric.size; i++) total[i]! += weight * sums[at + i]!;
  }
  return metric.statistics(total);
}

/** Weighted mean of the absolute differences over the components that both sides have; NaN without any. */
export function pairedDistance(
  components: readonly PairedComponent[],
  a: Float64Array,
  b: Float64Array,
): number {
  let sum = 0;
  let weight = 0;
  components.forEach((component, i) => {
    const difference = Math.abs(a[i]! - b[i]!);
    if (!Number.isFinite(difference)) return;
    sum += component.weight * difference;
    weight += component.weight;
  });
  return weight === 0 ? Number.NaN : sum / weight;
}

/** Sums of x, y and their products, from which means, slopes and correlations follow. */
export const MOMENT_SUMS = 6;

/** Adds a pair to the six sums at `at`: count, x, y, xx, xy, yy. */
export function addPair(sums: Float64Array, at: number, x: number, y: number): void {
  sums[at]!++;
  sums[at + 1]! += x;
  sums[at + 2]! += y;
  sums[at + 3]! += x * x;
  sums[at + 4]! += x * y;
  sums[at + 5]! += y * y;
}

/** Correlation of the pairs in the six sums at `at`; NaN below `countMin` pairs or without spread. */
export function correlationOf(sums: Float64Array, at: number, countMin: number): number {
  const count = sums[at]!;
  if (count < countMin) return Number.NaN;
  const xx = sums[at + 3]! - (sums[at + 1]! * sums[at + 1]!) / count;
  const yy = sums[at + 5]! - (sums[at + 2]! * sums[at + 2]!) / count;
  const xy = sums[at + 4]! - (sums[at + 1]! * sums[at + 2]!) / count;
  return xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : Number.NaN;
}

/** Least-squares slope of y on x of the pairs in the six sums at `at`; NaN as above. */
export function slopeOf(sums: Float64Array, at: number, countMin: number): number {
  const count = sums[at]!;
  if (count < countMin) return Number.NaN;
  const xx = sums[at + 3]! - (sums[at + 1]! * sums[at + 1]!) / count;
  const xy = sums[at + 4]! - (sums[at + 1]! * sums[at + 2]!) / count;
  return xx > 0 ? xy / xx : Number.NaN;
}
