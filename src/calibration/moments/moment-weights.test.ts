import { describe, expect, it } from 'vitest';
import { Xoshiro128 } from '../../base/index.ts';
import { mean, normal } from '../../math/index.ts';
import { MISSING_ERRORS, meanMoments, momentDistance, momentWeights } from './moment-weights.ts';

/** Windows of three moments: the first two correlate with .8, all follow their last value with `memory`. */
function windowsOf(count: number, random: Xoshiro128, memory = 0): Float64Array[] {
  const state = [0, 0, 0];
  const noise = Math.sqrt(1 - memory * memory);
  return Array.from({ length: count }, () => {
    const shared = normal(random);
    const fresh = [shared, 0.8 * shared + 0.6 * normal(random), normal(random)];
    for (let i = 0; i < 3; i++) state[i] = memory * state[i]! + noise * fresh[i]!;
    return Float64Array.of(5 + state[0]!, 2 * state[1]!, 0.1 * state[2]!);
  });
}

const NAMES = ['a', 'b', 'c'];
const named = (text: string) =>
  expect.objectContaining({ code: 'CALIBRATION_SEARCH', message: expect.stringContaining(text) });

describe('weights of moments', () => {
  it('errors and correlations are those of the means, seed 3', () => {
    const count = 400;
    const weights = momentWeights(windowsOf(count, new Xoshiro128(3)), { names: NAMES, blockWindows: 1 });
    // Twice the variance: the simulation is as noisy.
    [1, 2, 0.1].forEach((sd, i) => {
      expect(Math.abs(weights.errors[i]! / (sd * Math.sqrt(2 / count)) - 1)).toBeLessThan(0.1);
    });
    const correlation = weights.covariance[3]! / Math.sqrt(weights.covariance[0]! * weights.covariance[4]!);
    expect(Math.abs(correlation - 0.8 * (1 - weights.shrinkage))).toBeLessThan(0.05);
    expect(weights.shrinkage).toBeLessThan(0.06);
    expect(weights).toMatchObject({ used: [0, 1, 2], dropped: [], windows: count });
  });

  it('blocks see the memory between windows: errors grow by sqrt((1 + r) / (1 - r)), seed 5', () => {
    const windows = windowsOf(2000, new Xoshiro128(5), 0.6);
    const [alone, blocks] = [1, 40].map((blockWindows) =>
      momentWeights(windows, { names: NAMES, blockWindows }),
    );
    for (let i = 0; i < 3; i++) {
      expect(Math.abs(blocks!.errors[i]! / alone!.errors[i]! / 2 - 1)).toBeLessThan(0.25);
    }
  });

  it('the distance between two runs of one model is on average the number of moments, seeds 1 to 60', () => {
    const distances = Array.from({ length: 60 }, (_, i) => {
      const random = new Xoshiro128(100 + i);
      const real = windowsOf(120, random);
      const weights = momentWeights(real, { names: NAMES, draws: 300, simulatedWindows: 60 });
      return momentDistance(meanMoments(windowsOf(60, random)), weights.means, weights);
    });
    expect(Math.abs(mean(distances) - 3)).toBeLessThan(0.8);
  });

  it('with as many moments as windows the weights stay finite and positive', () => {
    const random = new Xoshiro128(8);
    const windows = Array.from({ length: 30 }, () => {
      const shared = normal(random);
      return Float64Array.from({ length: 40 }, (_, i) => (i < 2 ? shared : shared + normal(random)));
    });
    const weights = momentWeights(windows, {
      names: Array.from({ length: 40 }, (_, i) => `m${i}`),
    });
    const gap = weights.means.map((value, i) => value + weights.errors[i]!);
    const distance = momentDistance(gap, weights.means, weights);
    expect(distance > 0 && Number.isFinite(distance)).toBe(true);
    // Two that are equal in every window cannot be told apart: a gap between them counts, but not without bound.
    const torn = Float64Array.from(weights.means);
    torn[0]! += weights.errors[0]!;
    torn[1]! -= weights.errors[1]!;
    expect(momentDistance(torn, weights.means, weights)).toBeLessThan(100);
  });

  it('a moment without spread, or that few windows have, is left out by name', () => {
    const random = new Xoshiro128(2);
    const windows = Array.from({ length: 20 }, (_, w) =>
      Float64Array.of(
        normal(random),
        7,
        w < 9 ? normal(random) : Number.NaN,
        w < 15 ? normal(random) : Number.NaN,
      ),
    );
    const weights = momentWeights(windows, { names: ['x', 'constant', 'rare', 'often'] });
    expect(weights.used).toEqual([0, 3]);
    expect(weights.dropped).toEqual([
      { name: 'constant', reason: 'it is the same in every window' },
      { name: 'rare', reason: 'only 9 of 20 windows have it' },
    ]);
    expect(weights.errors[1]).toBeNaN();
    const missing = momentDistance([weights.means[0]!, 0, 0, Number.NaN], weights.means, weights);
    expect(missing / MISSING_ERRORS ** 2).toBeGreaterThan(0.9);
    expect(missing / MISSING_ERRORS ** 2).toBeLessThan(1.5);
  });

  it('too few windows, and moments that are all constant, are named', () => {
    const windows = windowsOf(7, new Xoshiro128(1));
    expect(() => momentWeights(windows, { names: NAMES })).toThrow(named('windows=7'));
    const constant = Array.from({ length: 20 }, () => Float64Array.of(1, 2, 3));
    expect(() => momentWeights(constant, { names: NAMES })).toThrow(named('at least one moment varies'));
  });
});
