/** Values of scipy 1.17.1: special.gammaincc, stats.norm.sf and ppf, stats.chi2.sf. */

import { describe, expect, it } from 'vitest';
import { chiSquareTail, logGamma, normalQuantile, normalTail, upperGamma } from './probability.ts';

describe('distribution functions', () => {
  it.each([
    [0.5, 0.1, 0.6547208460185768],
    [10, 3, 0.9988975118698845],
    [10, 30, 7.121750862815593e-6],
    [0.5, 300, 1.674167984691805e-132],
    [100, 90, 0.84177901081357],
  ])('Q(%f, %f) = %f', (a, x, value) => {
    expect(Math.abs(upperGamma(a, x) / value - 1)).toBeLessThan(1e-11);
  });

  it.each([
    [0.5, 0.3085375387259869],
    [-1, 0.8413447460685429],
    [3, 0.0013498980316300933],
    [8, 6.22096057427174e-16],
    [20, 2.7536241186061556e-89],
  ])('a normal variable is above %f with probability %f', (z, p) => {
    expect(Math.abs(normalTail(z) / p - 1)).toBeLessThan(1e-12);
  });

  it.each([
    [0.5, 0],
    [0.975, 1.959963984540054],
    [1e-6, -4.753424308822899],
    [1 - 1e-9, 5.997807019601637],
    [0.3, -0.5244005127080409],
  ])('and below with probability %f at %f', (p, z) => {
    expect(normalQuantile(p)).toBeCloseTo(z, 8);
  });

  it('5 % of chi-square variables with 19 degrees are above 30.14', () => {
    expect(chiSquareTail(30.14352720564616, 19)).toBeCloseTo(0.05, 12);
    expect(chiSquareTail(0, 3)).toBe(1);
    expect(logGamma(5)).toBeCloseTo(Math.log(24), 12);
  });

  it('has no value outside of its domain', () => {
    expect(() => normalQuantile(1)).toThrow(expect.objectContaining({ code: 'MATH_DOMAIN' }));
    expect(() => upperGamma(1, -1)).toThrow(expect.objectContaining({ code: 'MATH_DOMAIN' }));
  });
});
