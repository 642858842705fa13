import { describe, expect, it } from 'vitest';
import { Xoshiro128 } from '../base/index.ts';
import { basicInterval, drawCounts, holm, jackknifeError, normalCdf, shuffled } from './resampling.ts';

describe('resampling', () => {
  it('a draw has as many blocks as there are', () => {
    const counts = drawCounts(50, new Xoshiro128(3));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(50);
    expect(counts.some((count) => count === 0)).toBe(true);
  });

  it('a random order has everything once, each order as often: 6000 of three, seed 4', () => {
    const random = new Xoshiro128(4);
    const items = ['a', 'b', 'c'];
    const counts = new Map<string, number>();
    for (let n = 0; n < 6000; n++) {
      const order = shuffled(items, random).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual(['abc', 'acb', 'bac', 'bca', 'cab', 'cba']);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(120);
    expect(items).toEqual(['a', 'b', 'c']);
  });

  it('the basic interval mirrors the draws around the estimate and does not go below 0', () => {
    const draws = Array.from({ length: 101 }, (_, i) => 0.1 + i / 1000);
    const interval = basicInterval(0.12, draws)!;
    expect(interval.low).toBeCloseTo(0.24 - 0.1975, 12);
    expect(interval.high).toBeCloseTo(0.24 - 0.1025, 12);
    expect(basicInterval(0.01, draws)!.low).toBe(0);
    expect(basicInterval(0.1, [])).toBeNull();
  });

  it('the jackknife of a mean is its standard error', () => {
    const values = [1, 4, 4, 9];
    const total = 18;
    const leftOut = values.map((value) => (total - value) / 3);
    // sd of the values 3.3166, over the square root of 4.
    expect(jackknifeError(leftOut)).toBeCloseTo(1.6583, 4);
    expect(jackknifeError([1])).toBeNaN();
  });

  it('Holm multiplies by the number of hypotheses that are left and never falls (example of R, p.adjust)', () => {
    expect(holm([0.01, 0.02, 0.03, 0.04, 0.05])).toEqual([0.05, 0.08, 0.09, 0.09, 0.09]);
    expect(holm([0.04, 0.001])).toEqual([0.04, 0.002]);
    expect(holm([])).toEqual([]);
  });

  it.each([
    [0, 0.5],
    [1.959963985, 0.975],
    [-1.644853627, 0.05],
    [3, 0.998650102],
  ])('the normal distribution function at %f is %f', (z, p) => {
    expect(normalCdf(z)).toBeCloseTo(p, 6);
  });
});
