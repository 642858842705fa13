/**
 * The delay samplers against their exact distributions, with fixed seeds. Null hypothesis each time: the draws are independent
 * and of that distribution. Thresholds are set for a false alarm in fewer than 1 of 10,000 seeds. Rounding to whole ns
 * moves the distribution functions by far less than the thresholds see at the scales used.
 */

import { describe, expect, it } from 'vitest';
import { BinaryReader, BinaryWriter, TwinError, Xoshiro128 } from '../base/index.ts';
import {
  gamma,
  LatencySampler,
  type LatencySpec,
  lognormalMean,
  lognormalQuantile,
  mg1Wait,
  propagationNs,
  truncatedPareto,
} from './latency.ts';

const DRAWS = 200_000;
/** P(sqrt(n) D > 2.23) = 2 exp(-2 * 2.23^2) < 1e-4 (Kolmogorov). */
const KOLMOGOROV_MAX = 2.23;
/** P(|z| > 4) = 6e-5. */
const Z_MAX = 4;
const Z_P99 = 2.326347874;
const US = 1000;

function draw(spec: LatencySpec, seed: number, count = DRAWS): Float64Array {
  const random = new Xoshiro128(seed);
  const sampler = new LatencySampler(spec);
  return Float64Array.from({ length: count }, () => sampler.sampleNs(random, 0));
}

function kolmogorov(values: Float64Array, cdf: (x: number) => number): number {
  const sorted = values.slice().sort();
  let distance = 0;
  sorted.forEach((x, i) => {
    const exact = cdf(x);
    distance = Math.max(distance, exact - i / sorted.length, (i + 1) / sorted.length - exact);
  });
  return distance * Math.sqrt(sorted.length);
}

const mean = (values: Float64Array): number => values.reduce((sum, x) => sum + x, 0) / values.length;
/** z of a mean, given the exact mean and standard deviation. */
const zOfMean = (values: Float64Array, exact: number, sd: number): number =>
  (mean(values) - exact) / (sd / Math.sqrt(values.length));
/** z of how often something of probability p happened. */
const zOfCount = (count: number, p: number, n: number): number =>
  (count - n * p) / Math.sqrt(n * p * (1 - p));
const countBelow = (values: Float64Array, bound: number): number => values.filter((x) => x < bound).length;

const LOGNORMAL: LatencySpec = { kind: 'lognormal', shiftNs: 20 * US, mu: Math.log(5 * US), sigma: 0.8 };
const GAMMA: LatencySpec = { kind: 'gamma', shiftNs: 15 * US, shape: 2, scaleNs: 4 * US };

describe('formulas', () => {
  it('T6.3-a: lognormal of 20 us, ln 5, 0.8 has median 25, mean 26.885639, p99 52.153336 us', () => {
    expect(lognormalQuantile(20, Math.log(5), 0.8, 0)).toBeCloseTo(25, 9);
    expect(lognormalMean(20, Math.log(5), 0.8)).toBeCloseTo(26.885639, 6);
    expect(lognormalQuantile(20, Math.log(5), 0.8, Z_P99)).toBeCloseTo(52.153336, 6);
  });

  it('T6.3-c: M/G/1 waits 10 us at half use and 90 us at nine tenths', () => {
    expect(mg1Wait(0.5, 10, 1)).toBeCloseTo(10, 12);
    expect(mg1Wait(0.9, 10, 1)).toBeCloseTo(90, 12);
    expect(mg1Wait(0.5, 10, 0)).toBeCloseTo(5, 12);
    expect(() => mg1Wait(1, 10, 1)).toThrow('utilisation=1');
  });

  it.each([
    ['Aurora - Secaucus', 1186, 3.956],
    ['Aurora - Carteret', 1176, 3.923],
    ['Mahwah - Carteret', 56, 0.187],
    ['Mahwah - Secaucus', 35, 0.117],
    ['Tokyo - Chicago', 10_140, 33.8],
  ])('light in vacuum takes from %s over %d km %d ms (market-rules §6.1)', (_, km, ms) => {
    expect(Math.abs(propagationNs(km, 1, 1) / 1e6 - ms)).toBeLessThan(ms < 30 ? 0.0006 : 0.06);
    expect(propagationNs(1, 1.468, 1)).toBe(4897);
  });
});

describe.each([1, 2, 3])('samplers, seed %i', (seed) => {
  it('T6.3-a: lognormal draws have that median, mean and p99 (z)', () => {
    const values = draw(LOGNORMAL, seed);
    expect(Math.abs(zOfCount(countBelow(values, 25 * US), 0.5, DRAWS))).toBeLessThan(Z_MAX);
    expect(Math.abs(zOfCount(countBelow(values, 52_153), 0.99, DRAWS))).toBeLessThan(Z_MAX);
    const sd = 5 * US * Math.exp(0.32) * Math.sqrt(Math.exp(0.64) - 1);
    expect(Math.abs(zOfMean(values, 26_885.639, sd))).toBeLessThan(Z_MAX);
    expect(values.every((x) => Number.isInteger(x) && x >= 20 * US)).toBe(true);
  });

  it('T6.3-b: gamma draws of 15, 2, 4 us have mean 23 and standard deviation 5.656854 us (z)', () => {
    const values = draw(GAMMA, seed);
    const sd = 5.656854 * US;
    expect(Math.abs(zOfMean(values, 23 * US, sd))).toBeLessThan(Z_MAX);
    // Fourth central moment of a gamma of shape 2 is 24 scale^4, so that of (x - mean)^2 is known.
    const squares = values.map((x) => (x - 23 * US) ** 2);
    const sdOfSquare = Math.sqrt(24 * (4 * US) ** 4 - sd ** 4);
    expect(Math.abs(zOfMean(squares, sd * sd, sdOfSquare))).toBeLessThan(Z_MAX);
    // Erlang distribution function.
    const cdf = (x: number): number => {
      const t = (x - 15 * US) / (4 * US);
      return 1 - Math.exp(-t) * (1 + t);
    };
    expect(kolmogorov(values, cdf)).toBeLessThan(KOLMOGOROV_MAX);
  });

  it('gamma of shape 1 is exponential, of shape 1/2 half a squared normal (Kolmogorov, z)', () => {
    const random = new Xoshiro128(seed);
    const ones = Float64Array.from({ length: DRAWS }, () => gamma(random, 1));
    expect(kolmogorov(ones, (x) => 1 - Math.exp(-x))).toBeLessThan(KOLMOGOROV_MAX);
    const halves = Float64Array.from({ length: DRAWS }, () => gamma(random, 0.5));
    expect(Math.abs(zOfMean(halves, 0.5, Math.SQRT1_2))).toBeLessThan(Z_MAX);
    // P(z^2 / 2 < 1/2) = P(|z| < 1).
    expect(Math.abs(zOfCount(countBelow(halves, 0.5), 0.682689492, DRAWS))).toBeLessThan(Z_MAX);
  });

  it('a tail comes as often as it should, within its bounds and by its power (z, Kolmogorov)', () => {
    const base: LatencySpec = { kind: 'constant', shiftNs: 1000 };
    const values = draw({ kind: 'tail', base, epsilon: 0.05, minNs: 1e6, alpha: 1.7, maxNs: 1e9 }, seed);
    const tail = values.filter((x) => x !== 1000);
    expect(Math.abs(zOfCount(tail.length, 0.05, DRAWS))).toBeLessThan(Z_MAX);
    expect(tail.every((x) => x >= 1e6 + 1000 && x <= 1e9 + 1000)).toBe(true);
    const cdf = (x: number): number => (1 - (1e6 / (x - 1000)) ** 1.7) / (1 - 1e-3 ** 1.7);
    expect(kolmogorov(tail, cdf)).toBeLessThan(KOLMOGOROV_MAX);
  });

  it('an empirical table is followed between its quantiles (Kolmogorov)', () => {
    const quantiles = [
      { p: 0, ns: 1000 },
      { p: 0.5, ns: 3000 },
      { p: 0.9, ns: 3000 },
      { p: 1, ns: 103_000 },
    ];
    const values = draw({ kind: 'empirical', quantiles }, seed);
    const at = values.filter((x) => x === 3000).length;
    // The flat part, and the half of a nanosecond on each side that rounds to it.
    expect(Math.abs(zOfCount(at, 0.4 + 0.5 / 4000 + 0.05 / 100_000, DRAWS))).toBeLessThan(Z_MAX);
    const above = values.filter((x) => x > 3000);
    expect(Math.abs(zOfCount(above.length, 0.1, DRAWS))).toBeLessThan(Z_MAX);
    expect(kolmogorov(above, (x) => (x - 3000) / 100_000)).toBeLessThan(KOLMOGOROV_MAX);
  });

  it('bursts take their share of the time and last as long as they should (z)', () => {
    const sampler = new LatencySampler({
      kind: 'burst',
      quiet: { kind: 'constant', shiftNs: 10 },
      burst: { kind: 'constant', shiftNs: 500 },
      quietMeanNs: 9e6,
      burstMeanNs: 1e6,
    });
    const random = new Xoshiro128(seed);
    // Looked at every 1/20 of a burst, for 20,000 cycles on average.
    let bursts = 0;
    let burstLooks = 0;
    const looks = 4_000_000;
    let before = 10;
    for (let i = 0; i < looks; i++) {
      const delay = sampler.sampleNs(random, i * 50_000);
      if (delay === 500) burstLooks++;
      if (delay === 500 && before === 10) bursts++;
      before = delay;
    }
    // Share of bursts over T: variance 2 p^2 (1-p)^2 cycle / T for an alternating renewal process of exponentials.
    const cycles = (looks * 50_000) / 1e7;
    expect(Math.abs((burstLooks / looks - 0.1) / Math.sqrt((2 * 0.01 * 0.81) / cycles))).toBeLessThan(Z_MAX);
    // A burst is missed when it lies between two looks: seen ones are cycles times the mean share, to within 3 percent.
    expect(bursts / cycles).toBeGreaterThan(0.93);
    expect(bursts / cycles).toBeLessThan(1.03);
  });
});

describe('a sampler', () => {
  const NESTED: LatencySpec = {
    kind: 'burst',
    quiet: LOGNORMAL,
    burst: { kind: 'tail', base: GAMMA, epsilon: 0.01, minNs: 1e5, alpha: 2, maxNs: 1e8 },
    quietMeanNs: 1e6,
    burstMeanNs: 5e5,
  };

  it('goes on from a snapshot as it would have gone on, with the generator restored too', () => {
    const random = new Xoshiro128(9);
    const sampler = new LatencySampler(NESTED);
    for (let i = 0; i < 100; i++) sampler.sampleNs(random, i * 100_000);
    const writer = new BinaryWriter();
    sampler.writeState(writer);
    random.writeState(writer);
    const rest = Array.from({ length: 100 }, (_, i) => sampler.sampleNs(random, (100 + i) * 100_000));
    const reader = new BinaryReader(writer.finish());
    const again = new LatencySampler(NESTED);
    again.readState(reader);
    const other = new Xoshiro128(0);
    other.readState(reader);
    expect(reader.isAtEnd).toBe(true);
    expect(Array.from({ length: 100 }, (_, i) => again.sampleNs(other, (100 + i) * 100_000))).toEqual(rest);
    expect(new Set(rest).size).toBeGreaterThan(50);
  });

  it('of a constant delay draws nothing and is exact', () => {
    expect(new Set(draw({ kind: 'constant', shiftNs: 250 }, 1, 10))).toEqual(new Set([250]));
  });

  it('the inverse of the tail ends at its bounds', () => {
    expect(truncatedPareto(0, 5, 50, 2)).toBe(5);
    expect(truncatedPareto(1, 5, 50, 2)).toBeCloseTo(50, 9);
  });

  it.each([
    [{ kind: 'constant', shiftNs: -1 }, ['constant.shiftNs: from 0']],
    [{ kind: 'weibull' } as unknown as LatencySpec, ['weibull.kind: one of constant, lognormal']],
    [
      { kind: 'lognormal', shiftNs: 0, mu: 99, sigma: -1 },
      ['lognormal.mu', 'lognormal.sigma: from 0 to 10, found -1'],
    ],
    [{ kind: 'gamma', shiftNs: 0, shape: 0, scaleNs: Number.NaN }, ['gamma.shape: above 0', 'gamma.scaleNs']],
    [
      { kind: 'tail', base: { kind: 'constant', shiftNs: -1 }, epsilon: 2, minNs: 10, alpha: 0, maxNs: 10 },
      ['tail.epsilon', 'tail.alpha', 'tail.maxNs: above 10', 'tail.base.shiftNs'],
    ],
    [
      {
        kind: 'burst',
        quiet: LOGNORMAL,
        burst: { kind: 'gamma', shiftNs: 0, shape: -1, scaleNs: 1 },
        quietMeanNs: 0,
        burstMeanNs: 1,
      },
      ['burst.quietMeanNs', 'burst.burst.shape'],
    ],
    [
      {
        kind: 'empirical',
        quantiles: [
          { p: 0.1, ns: 5 },
          { p: 0.1, ns: 4 },
        ],
      },
      [
        'quantiles[1].p: rises',
        'quantiles[1].ns: does not fall',
        'quantiles[0].p: begins at 0',
        'ends at p = 1',
      ],
    ],
  ] as [LatencySpec, string[]][])('refuses %j and says everything that is wrong', (spec, problems) => {
    try {
      new LatencySampler(spec);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(TwinError);
      const { code, message } = error as TwinError;
      expect(code).toBe('WORLD_CONFIG');
      expect(message.split('; ')).toHaveLength(problems.length);
      for (const problem of problems) expect(message).toContain(problem);
    }
  });
});
