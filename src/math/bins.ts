/** Edges of bins. A value's group is the number of edges at or below it (`groupOf`), so n edges make n + 1 groups. */

import { quantileOfSorted } from './order-statistics.ts';

/** Outliers give the rule of Freedman and Diaconis any number of bins; beyond this the width grows. */
export const BINS_MAX = 200_000;

/** The different values of an ascending sample. */
export function discreteEdges(sorted: Float64Array): Float64Array {
  const edges = new Float64Array(sorted.length);
  let count = 0;
  for (let i = 0; i < sorted.length; i++) {
    if (count === 0 || sorted[i] !== edges[count - 1]) edges[count++] = sorted[i]!;
  }
  return edges.slice(0, count);
}

/**
 * Equal bins from the least to the greatest value, as wide as 2 IQR n^(-1/3) and a little less, so that they fit; one bin where
 * the quartiles are equal.
 * Source: Freedman and Diaconis, "On the histogram as a density estimator" (1981). Verified by: fidelity.md §1.3.
 */
export function freedmanDiaconisEdges(sorted: Float64Array, binsMax = BINS_MAX): Float64Array {
  const first = sorted[0]!;
  const last = sorted[sorted.length - 1]!;
  if (sorted.length === 0) return new Float64Array(0);
  // The edges of a sample without spread lie around it, as numpy has them.
  if (first === last) return Float64Array.of(first - 0.5, first + 0.5);
  const width =
    (2 * (quantileOfSorted(sorted, 0.75) - quantileOfSorted(sorted, 0.25))) / Math.cbrt(sorted.length);
  const bins = width > 0 ? Math.min(binsMax, Math.ceil((last - first) / width)) : 1;
  const edges = new Float64Array(bins + 1);
  for (let i = 0; i < bins; i++) edges[i] = first + (i * (last - first)) / bins;
  edges[bins] = last;
  return edges;
}

/** Inner quantiles of an ascending sample that make `bins` bins of equal share; equal ones are one edge. */
export function quantileEdges(sorted: Float64Array, bins: number): Float64Array {
  const inner = new Float64Array(bins - 1);
  for (let i = 1; i < bins; i++) inner[i - 1] = quantileOfSorted(sorted, i / bins);
  return sorted.length === 0 ? new Float64Array(0) : discreteEdges(inner);
}
