/** Vectors of market-rules 13.7, and figures that follow by hand. */

import { describe, expect, it } from 'vitest';
import {
  autocorrelation,
  bartlettBound,
  correlation,
  hillExponent,
  leastSquares,
  midRanks,
  powerFit,
  skewness,
  spearman,
  varianceRatio,
} from './time-series.ts';

describe('series', () => {
  it('T13.7-a the Hill exponent of the largest four', () => {
    expect(hillExponent([3, 4, 10, 5, 6, 8], 4)).toBeCloseTo(1.7872729059, 10);
  });

  it('T13.7-f autocorrelation of signs, mean removed, biased', () => {
    expect(autocorrelation([1, 1, 1, -1, -1, 1, 1, -1, -1, -1], 1)).toBeCloseTo(0.3, 12);
  });

  it('T13.7-g variance ratio of overlapping pairs', () => {
    expect(varianceRatio([0.01, -0.02, 0.015, 0.005, -0.01, 0.02, -0.005, 0.01], 2)).toBeCloseTo(
      0.3518072289,
      10,
    );
  });

  it('a constant has no memory and no tail', () => {
    expect(autocorrelation([2, 2, 2], 1)).toBeNaN();
    expect(autocorrelation([1, 2], 5)).toBeNaN();
    expect(hillExponent([0, 0, 0], 1)).toBeNaN();
    expect(skewness([1, 1])).toBeNaN();
    expect(correlation([1, 1], [1, 2])).toBeNaN();
  });

  it('a power is found again', () => {
    const x = [1, 2, 4, 8, 16];
    const fit = powerFit(
      x,
      x.map((value) => 3 * value ** -0.5),
    );
    expect(fit.slope).toBeCloseTo(-0.5, 12);
    expect(Math.exp(fit.intercept)).toBeCloseTo(3, 12);
    expect(fit.r2).toBeCloseTo(1, 12);
    expect(powerFit([1, 2], [1, 2]).slope).toBeNaN();
  });

  it('weights decide between points that do not lie on a line', () => {
    expect(leastSquares([0, 1, 2], [0, 1, 0], null).slope).toBeCloseTo(0, 12);
    expect(leastSquares([0, 1, 2], [0, 1, 0], [1, 1, 0]).slope).toBeCloseTo(1, 12);
  });

  it('ranks share ties, and Spearman only looks at ranks', () => {
    expect([...midRanks([10, 30, 10, 20])]).toEqual([1.5, 4, 1.5, 3]);
    expect(spearman([1, 2, 3, 4], [1, 10, 100, 1000])).toBeCloseTo(1, 12);
    expect(spearman([1, 2, 3], [3, 2, 1])).toBeCloseTo(-1, 12);
  });

  it('skewness of a long right tail is positive', () => {
    expect(skewness([0, 0, 0, 4])).toBeCloseTo(1.1547, 4);
  });

  it("white noise stays within Bartlett's bound", () => {
    expect(bartlettBound(400)).toBeCloseTo(0.098, 12);
  });
});
