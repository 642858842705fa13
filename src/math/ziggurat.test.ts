/**
 * The samplers against their exact distributions, with fixed seeds. Null hypothesis each time: the draws are independent
 * and of that distribution. Thresholds are set for a false alarm in fewer than 1 of 10,000 seeds.
 */

import { describe, expect, it } from 'vitest';
import { Xoshiro128 } from '../base/index.ts';
import { exponential, normal } from './ziggurat.ts';

const DRAWS = 200_000;
/** P(sqrt(n) D > 2.23) = 2 exp(-2 * 2.23^2) < 1e-4 (Kolmogorov). */
const KOLMOGOROV_MAX = 2.23;
/** P(|z| > 4) = 6e-5. */
const Z_MAX = 4;

function draw(sample: (random: Xoshiro128) => number, seed: number, count = DRAWS): Float64Array {
  const random = new Xoshiro128(seed);
  return Float64Array.from({ length: count }, () => sample(random));
}

/** sqrt(n) times the largest distance between the empirical and the exact distribution function. */
function kolmogorov(values: Float64Array, cdf: (x: number) => number): number {
  const sorted = values.slice().sort();
  const n = sorted.length;
  let distance = 0;
  sorted.forEach((x, i) => {
    const exact = cdf(x);
    distance = Math.max(distance, exact - i / n, (i + 1) / n - exact);
  });
  return distance * Math.sqrt(n);
}

/** Complementary error function, |relative error| < 1.2e-7: Numerical Recipes, "erfcc". */
function erfc(x: number): number {
  const t = 1 / (1 + 0.5 * Math.abs(x));
  const series = [
    -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587,
    -0.82215223, 0.17087277,
  ].reduceRight((sum, coefficient) => sum * t + coefficient, 0);
  const value = t * Math.exp(-x * x + series);
  return x >= 0 ? value : 2 - value;
}

const normalCdf = (x: number): number => 0.5 * erfc(-x / Math.SQRT2);
const exponentialCdf = (x: number): number => 1 - Math.exp(-x);

/** z of how often something of probability p happened. */
const zOfCount = (count: number, p: number, n: number): number =>
  (count - n * p) / Math.sqrt(n * p * (1 - p));

function moment(values: Float64Array, power: number): number {
  let sum = 0;
  for (const x of values) sum += x ** power;
  return sum / values.length;
}

/** z of the sample's k-th moment, given the exact k-th and 2k-th. */
const zOfMoment = (values: Float64Array, power: number, exact: number, exactSquared: number): number =>
  (moment(values, power) - exact) / Math.sqrt((exactSquared - exact * exact) / values.length);

describe.each([1, 2, 3])('exponential, seed %i', (seed) => {
  const values = draw(exponential, seed);

  it('follows 1 - exp(-x) (Kolmogorov)', () => {
    expect(kolmogorov(values, exponentialCdf)).toBeLessThan(KOLMOGOROV_MAX);
  });

  it('has the moments 1, 2, 6 (z)', () => {
    expect(Math.abs(zOfMoment(values, 1, 1, 2))).toBeLessThan(Z_MAX);
    expect(Math.abs(zOfMoment(values, 2, 2, 24))).toBeLessThan(Z_MAX);
    expect(Math.abs(zOfMoment(values, 3, 6, 720))).toBeLessThan(Z_MAX);
  });

  it('is never negative and reaches into the tail as often as it should (z)', () => {
    expect(values.every((x) => x >= 0 && Number.isFinite(x))).toBe(true);
    // 7.697 is where the table ends and the tail begins.
    for (const bound of [3, 6, 7.697117]) {
      const beyond = values.filter((x) => x > bound).length;
      expect(Math.abs(zOfCount(beyond, Math.exp(-bound), DRAWS)), `beyond ${bound}`).toBeLessThan(Z_MAX);
    }
  });
});

describe.each([1, 2, 3])('normal, seed %i', (seed) => {
  const values = draw(normal, seed);

  it('follows the error function (Kolmogorov)', () => {
    expect(kolmogorov(values, normalCdf)).toBeLessThan(KOLMOGOROV_MAX);
  });

  it('has the moments 0, 1, 0, 3 (z)', () => {
    expect(Math.abs(zOfMoment(values, 1, 0, 1))).toBeLessThan(Z_MAX);
    expect(Math.abs(zOfMoment(values, 2, 1, 3))).toBeLessThan(Z_MAX);
    expect(Math.abs(zOfMoment(values, 3, 0, 15))).toBeLessThan(Z_MAX);
    expect(Math.abs(zOfMoment(values, 4, 3, 105))).toBeLessThan(Z_MAX);
  });

  it('reaches into both tails as often as it should (z)', () => {
    // 3.4426 is where the table ends and the tail begins.
    for (const bound of [2, 3, 3.442619855899]) {
      const p = normalCdf(-bound);
      const above = values.filter((x) => x > bound).length;
      const below = values.filter((x) => x < -bound).length;
      expect(Math.abs(zOfCount(above, p, DRAWS)), `above ${bound}`).toBeLessThan(Z_MAX);
      expect(Math.abs(zOfCount(below, p, DRAWS)), `below -${bound}`).toBeLessThan(Z_MAX);
    }
  });
});

describe('both samplers', () => {
  it('give tails of the right shape beyond the table (Kolmogorov)', () => {
    const count = 3_000_000;
    const exponentials = draw(exponential, 5, count).filter((x) => x > 7.697117470131);
    expect(exponentials.length).toBeGreaterThan(1000);
    expect(
      kolmogorov(
        exponentials.map((x) => x - 7.69711747013105),
        exponentialCdf,
      ),
    ).toBeLessThan(KOLMOGOROV_MAX);
    const tail = 3.442619855899;
    const normals = draw(normal, 6, count)
      .map(Math.abs)
      .filter((x) => x > tail);
    expect(normals.length).toBeGreaterThan(1000);
    const beyond = (x: number): number => 1 - normalCdf(-x) / normalCdf(-tail);
    expect(kolmogorov(normals, beyond)).toBeLessThan(KOLMOGOROV_MAX);
  });

  it('do not let one draw tell about the next (correlation, z)', () => {
    for (const sample of [exponential, normal]) {
      const values = draw(sample, 11);
      const mean = sample === normal ? 0 : 1;
      let sum = 0;
      for (let i = 1; i < values.length; i++) sum += (values[i]! - mean) * (values[i - 1]! - mean);
      expect(Math.abs(sum / Math.sqrt(values.length))).toBeLessThan(Z_MAX);
    }
  });

  it('give the same for the same seed', () => {
    expect(draw(normal, 21, 100)).toEqual(draw(normal, 21, 100));
    expect(draw(exponential, 21, 100)).not.toEqual(draw(exponential, 22, 100));
  });
});
