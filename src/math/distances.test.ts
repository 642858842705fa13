/** Vectors of fidelity.md §1.3, and of the manuals of numpy and scipy. */

import { describe, expect, it } from 'vitest';
import { BINS_MAX, discreteEdges, freedmanDiaconisEdges, quantileEdges } from './bins.ts';
import { ksDistance, l1Distance, standardWasserstein1, totalVariation, wasserstein1 } from './distances.ts';
import { groupOf, interquartileMean, quantileOfSorted, sortedFinite } from './order-statistics.ts';

const A = Float64Array.of(1, 1, 2, 3);
const B = Float64Array.of(1, 2, 2, 3, 3);
const pool = (...samples: Float64Array[]): Float64Array => sortedFinite(samples.flatMap((x) => [...x]));

describe('distances of two samples', () => {
  it('fidelity §1.3: L1 of discrete values is 0.30', () => {
    expect(l1Distance(A, B, discreteEdges(pool(A, B)))).toBeCloseTo(0.3, 12);
  });

  it('fidelity §1.3: W1 raw 0.45, over the pooled standard deviation 0.519615', () => {
    expect(wasserstein1(A, B)).toBeCloseTo(0.45, 12);
    expect(standardWasserstein1(A, B)).toBeCloseTo(0.519615, 6);
  });

  it('fidelity §1.3: W1 of shifted samples', () => {
    expect(wasserstein1(Float64Array.of(0, 1, 3), Float64Array.of(5, 6, 8))).toBeCloseTo(5, 12);
    expect(wasserstein1(Float64Array.of(0, 0, 1), Float64Array.of(0, 1, 1))).toBeCloseTo(1 / 3, 12);
  });

  it('KS is the largest step between the distribution functions', () => {
    expect(ksDistance(A, B)).toBeCloseTo(0.3, 12);
    expect(ksDistance(A, A)).toBe(0);
    expect(ksDistance(Float64Array.of(1), Float64Array.of(2))).toBe(1);
  });

  it('samples without a common value are as far apart as can be', () => {
    expect(totalVariation([1, 0], [0, 5])).toBe(1);
  });

  it('an empty sample has no distance', () => {
    const none = new Float64Array(0);
    expect([wasserstein1(A, none), ksDistance(none, B), totalVariation([0], [1])]).toEqual([NaN, NaN, NaN]);
  });

  it('equal constants are not apart, though their standard deviation is 0', () => {
    expect(standardWasserstein1(Float64Array.of(7, 7), Float64Array.of(7))).toBe(0);
  });
});

describe('edges of bins', () => {
  it('fidelity §1.3: Freedman and Diaconis', () => {
    const edges = freedmanDiaconisEdges(Float64Array.of(1, 2, 2, 3, 3, 3, 4, 4, 5, 9));
    expect([...edges].map((edge) => Number(edge.toFixed(12)))).toEqual([1, 2.6, 4.2, 5.8, 7.4, 9]);
  });

  it('a wild outlier does not make more bins than the limit', () => {
    const wild = Float64Array.of(...Array.from({ length: 99 }, (_, i) => i), 1e12);
    expect(freedmanDiaconisEdges(wild)).toHaveLength(BINS_MAX + 1);
  });

  it('equal quartiles make one bin, a constant sample one around it', () => {
    expect([...freedmanDiaconisEdges(Float64Array.of(0, 5, 5, 5, 5, 9))]).toEqual([0, 9]);
    expect([...freedmanDiaconisEdges(Float64Array.of(5, 5))]).toEqual([4.5, 5.5]);
  });

  it('quantile bins share a sample evenly, and equal quantiles are one edge', () => {
    expect([...quantileEdges(Float64Array.of(0, 1, 2, 3, 4), 4)]).toEqual([1, 2, 3]);
    expect([...quantileEdges(Float64Array.of(1, 1, 1, 1, 4), 4)]).toEqual([1]);
  });

  it('a value on an edge belongs to the group behind it', () => {
    expect([0, 1, 1.5, 2, 9].map((value) => groupOf([1, 2], value))).toEqual([0, 1, 1, 2, 2]);
  });
});

describe('order statistics', () => {
  it('quantiles interpolate as numpy does by default', () => {
    expect(quantileOfSorted([1, 2, 3, 4], 0.25)).toBe(1.75);
    expect(quantileOfSorted([], 0.5)).toBeNaN();
  });

  it('the interquartile mean leaves out what is beyond the quartiles', () => {
    expect(interquartileMean([1, 2, 3, 4, 100])).toBe(3);
  });

  it('what is not finite is left out', () => {
    expect([...sortedFinite([3, NaN, -Infinity, 1])]).toEqual([1, 3]);
  });
});
