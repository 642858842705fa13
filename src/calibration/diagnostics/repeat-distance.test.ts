import { describe, expect, it } from 'vitest';
import { Xoshiro128 } from '../../base/index.ts';
import { normal } from '../../math/index.ts';
import { meanMoments, momentWeights } from '../moments/moment-weights.ts';
import { inflationOf, repeatDistance } from './repeat-distance.ts';

/** Windows of independent moments, and weights of them. */
function flow(moments: number, windows: number, seed: number) {
  const random = new Xoshiro128(seed);
  const made = () =>
    Array.from({ length: windows }, () => Float64Array.from({ length: moments }, () => normal(random)));
  const names = Array.from({ length: moments }, (_, i) => `m${i}`);
  const weights = momentWeights(made(), { names, blockWindows: 1 });
  return { weights, repeats: Array.from({ length: 60 }, () => meanMoments(made())) };
}

describe('distance between repeats', () => {
  it('is about the number of moments where windows are many: chi-square of 4, seed 3', () => {
    const { weights, repeats } = flow(4, 800, 3);
    expect(inflationOf(repeats, weights)).toBeLessThan(1.15);
    const { median, high } = repeatDistance(repeats, weights);
    expect(median).toBeGreaterThan(2.3);
    expect(median).toBeLessThan(4.6);
    // 95 % of chi-square with 4 degrees lie below 9.49.
    expect(high).toBeGreaterThan(6.5);
    expect(high).toBeLessThan(14);
  });

  it('is more where they are hardly more than the moments, seed 4', () => {
    const { weights, repeats } = flow(30, 40, 4);
    expect(inflationOf(repeats, weights)).toBeGreaterThan(1.1);
  });

  it('of less than two is one', () => {
    const { weights, repeats } = flow(3, 50, 5);
    expect([inflationOf([], weights), inflationOf(repeats.slice(0, 1), weights)]).toEqual([1, 1]);
  });
});
