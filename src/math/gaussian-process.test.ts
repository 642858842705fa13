/** Against scikit-learn 1.9.1: GaussianProcessRegressor, ConstantKernel(1.7) * Matern([.4, .9], nu=2.5) + WhiteKernel(.01), alpha=0. */

import { describe, expect, it } from 'vitest';
import { Xoshiro128 } from '../base/index.ts';
import { fitGaussianProcess, GaussianProcess, marginalLikelihood } from './gaussian-process.ts';
import { mean, standardDeviation } from './order-statistics.ts';

const POINTS = [
  [0.5, 0.5],
  [0.75, 0.25],
  [0.25, 0.75],
  [0.375, 0.375],
  [0.875, 0.875],
  [0.625, 0.125],
  [0.125, 0.625],
  [0.1875, 0.3125],
].map((point) => Float64Array.from(point));
const VALUES = Float64Array.from(POINTS, ([x, y]) => Math.sin(3 * x!) + y! ** 2 - x! * y!);
const HYPER = Float64Array.from([0.4, 0.9, 1.7, 0.01].map(Math.log));
const STANDARD = VALUES.map((value) => (value - mean(VALUES)) / standardDeviation(VALUES));
const SCIKIT_BEST = -10.698269170583657;

describe('Gaussian process', () => {
  const process = new GaussianProcess(POINTS, VALUES, HYPER);

  it('predicts means and deviations as scikit-learn does', () => {
    const found = [
      [0.3, 0.6],
      [0.9, 0.1],
      [0, 0],
    ].map((point) => process.predict(point));
    [0.9894803753521781, 0.5266511336086912, 0.3675029745739318].forEach((value, i) => {
      expect(found[i]!.mean).toBeCloseTo(value, 11);
    });
    [0.029731745311957724, 0.11146008347636671, 0.14708985398457725].forEach((value, i) => {
      expect(found[i]!.sd).toBeCloseTo(value, 10);
    });
  });

  it('has the marginal likelihood of scikit-learn and its gradient', () => {
    expect(process.logLikelihood).toBeCloseTo(-13.26233517760031, 10);
    const { value, gradient } = marginalLikelihood(POINTS, STANDARD, HYPER)!;
    expect(value).toBeCloseTo(-13.26233517760031, 10);
    // Printed there in the order signal, lengths, noise.
    [-9.550267517261139, -2.7527930098908096, 5.087975786558918, 0.32120878435047234].forEach((slope, i) => {
      expect(gradient[i]).toBeCloseTo(slope, 9);
    });
  });

  it('without a prior finds the best of twenty restarts of scikit-learn', () => {
    const { logLikelihood } = fitGaussianProcess(POINTS, VALUES, { hasPrior: false, stepsMax: 300 });
    expect(logLikelihood).toBeGreaterThan(SCIKIT_BEST - 1e-3);
  });

  it('draws have the mean and the deviation that it predicts, seed 5', () => {
    const at = [
      [0.3, 0.6],
      [0.9, 0.1],
    ].map((point) => Float64Array.from(point));
    const random = new Xoshiro128(5);
    const draws = Array.from({ length: 4000 }, () => process.draw(at, random));
    at.forEach((point, i) => {
      const values = draws.map((draw) => draw[i]!);
      const predicted = process.predict(point);
      expect(Math.abs(mean(values) - predicted.mean)).toBeLessThan((4 * predicted.sd) / Math.sqrt(4000));
      expect(Math.abs(standardDeviation(values) / predicted.sd - 1)).toBeLessThan(0.05);
    });
  });

  it('constant values, one point and points that are there twice are no trouble', () => {
    const twice = [...POINTS, ...POINTS];
    const constant = fitGaussianProcess(twice, new Float64Array(16).fill(3)).predict([0.2, 0.2]);
    expect(constant.mean).toBeCloseTo(3, 9);
    const one = fitGaussianProcess([POINTS[0]!], [7]).predict(POINTS[0]!);
    expect(one.mean).toBeCloseTo(7, 9);
    const noiseless = new GaussianProcess(twice, [...VALUES, ...VALUES], Float64Array.of(0, 0, 0, -40));
    expect(noiseless.predict(POINTS[1]!).mean).toBeCloseTo(VALUES[1]!, 3);
  });

  it('values that are not finite, or none, are named', () => {
    expect(() => fitGaussianProcess(POINTS, [...VALUES.subarray(0, 7), Number.NaN])).toThrow(
      expect.objectContaining({ code: 'MATH_DOMAIN' }),
    );
    expect(() => fitGaussianProcess([], [])).toThrow(expect.objectContaining({ code: 'MATH_DOMAIN' }));
  });
});
