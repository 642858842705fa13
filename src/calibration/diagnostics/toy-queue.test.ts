/**
 * The whole of a calibration on a queue with arrivals at rate a and departures of each customer at rate b (M/M/infinity), whose moments
 * are known: its size is a Poisson variable with mean a / b, and its memory over time t is exp(-b t).
 */

import { describe, expect, it } from 'vitest';
import { hashText, Xoshiro128 } from '../../base/index.ts';
import { exponential } from '../../math/index.ts';
import { meanMoments, momentDistance, momentWeights } from '../moments/moment-weights.ts';
import { cmaEsSearch } from '../search/cma-es-search.ts';
import { jacobianDesign, priorDesign } from '../search/designs.ts';
import { type ParameterRange, pointOf, valuesOf } from '../search/parameter-space.ts';
import { bestOf, type EvaluatedPoint, runSearch } from '../search/search.ts';
import { eligibilitySet, ksThreshold } from './eligibility.ts';
import { jacobianOf } from './jacobian.ts';
import { posteriorPredictive } from './posterior-predictive.ts';
import { type RecoveryCase, recoveryOf } from './recovery.ts';
import { regressionAbc } from './regression-abc.ts';

const RANGES: readonly ParameterRange[] = [
  { name: 'arrivals', low: 2, high: 50, scale: 'log' },
  { name: 'departures', low: 0.05, high: 2, scale: 'log' },
];
const NAMES = ['size', 'ln variance', 'memory', 'arrivals seen'];
const WINDOWS = 40;
const WINDOW_S = 50;

/** Moments of windows of one queue that begins in its stationary law: a random walk seen once a second. */
function windowsOf(
  arrivals: number,
  departures: number,
  random: Xoshiro128,
  count = WINDOWS,
): Float64Array[] {
  let size = Math.round(arrivals / departures);
  let leftS = exponential(random);
  const windows: Float64Array[] = [];
  let came = 0;
  const step = (): void => {
    let nowS = 0;
    for (;;) {
      const rate = arrivals + departures * size;
      const waitS = leftS / rate;
      if (nowS + waitS > 1) {
        leftS -= (1 - nowS) * rate;
        return;
      }
      nowS += waitS;
      leftS = exponential(random);
      if (random.nextDouble() * rate < arrivals) {
        size++;
        came++;
      } else size--;
    }
  };
  for (let n = 0; n < 20 / departures; n++) step();
  for (let w = 0; w < count; w++) {
    came = 0;
    const sizes = Array.from({ length: WINDOW_S }, () => {
      step();
      return size;
    });
    const center = arrivals / departures;
    const around = sizes.map((value) => value - center);
    const square = around.reduce((sum, value) => sum + value * value, 0) / WINDOW_S;
    const product = around.slice(1).reduce((sum, value, i) => sum + value * around[i]!, 0) / (WINDOW_S - 1);
    const mean = sizes.reduce((sum, value) => sum + value, 0) / WINDOW_S;
    windows.push(Float64Array.of(mean, Math.log(square), product / square, came / WINDOW_S));
  }
  return windows;
}

/** Common random numbers: one seed for every point. */
function simulate(point: ArrayLike<number>, seed: number): Float64Array {
  const [arrivals, departures] = valuesOf(RANGES, point);
  return meanMoments(windowsOf(arrivals!, departures!, new Xoshiro128(hashText('queue', seed))));
}

const TRUE_POINT = pointOf(RANGES, [12, 0.4]);
const REAL = windowsOf(12, 0.4, new Xoshiro128(77));
const WEIGHTS = momentWeights(REAL, { names: NAMES });
const named = (text: string) =>
  expect.objectContaining({ code: 'CALIBRATION_SEARCH', message: expect.stringContaining(text) });

describe('a queue with known moments', () => {
  const table = priorDesign(2, 600, 4).points.map((point, i): EvaluatedPoint => {
    const moments = simulate(point, i);
    return { point, outcome: { loss: momentDistance(moments, WEIGHTS.means, WEIGHTS), moments } };
  });

  it('has them: mean 30, variance 30, memory exp(-.4), arrivals 12', () => {
    [30, Math.log(30), Math.exp(-0.4), 12].forEach((value, i) => {
      // The logarithm and the ratio are of single windows: a little biased.
      expect(Math.abs(WEIGHTS.means[i]! - value)).toBeLessThan(Math.max(4 * WEIGHTS.errors[i]!, 0.1));
    });
  });

  it('CMA-ES on the distance of the moments finds both rates', () => {
    const search = cmaEsSearch({ dimension: 2, seed: 2, evaluationsMax: 200 });
    const evaluated = runSearch(search, (point) => {
      const moments = simulate(point, 1);
      return { loss: momentDistance(moments, WEIGHTS.means, WEIGHTS), moments };
    });
    const [arrivals, departures] = valuesOf(RANGES, bestOf(evaluated).point);
    expect(Math.abs(arrivals! / 12 - 1)).toBeLessThan(0.08);
    expect(Math.abs(departures! / 0.4 - 1)).toBeLessThan(0.08);
    expect(bestOf(evaluated).outcome.loss).toBeLessThan(12);
  });

  it('the eligibility set holds the truth, and nothing far away', () => {
    const set = eligibilitySet(
      [...table, { point: TRUE_POINT, outcome: { loss: 0, moments: simulate(TRUE_POINT, 9) } }],
      {
        ranges: RANGES,
        ...WEIGHTS,
      },
    );
    // Two-sided at 5 % shared out among four moments.
    expect(set.critical).toBeCloseTo(2.4977, 4);
    expect(set.eligible.map(({ point }) => point)).toContain(TRUE_POINT);
    expect(set.eligible.length).toBeLessThan(60);
    const [arrivals, departures] = set.box!;
    expect([arrivals!.low > 9, arrivals!.low <= 12.01, arrivals!.high >= 11.99, arrivals!.high < 16]).toEqual(
      Array(4).fill(true),
    );
    expect([departures!.low > 0.25, departures!.high < 0.6]).toEqual([true, true]);
    expect(set.nearest.worstErrors).toBeLessThanOrEqual(set.critical);
    expect(set.rejections.reduce((sum, { alone }) => sum + alone, 0)).toBeGreaterThan(0);
  });

  it('regression ABC has both rates in its intervals, and simulations of its draws look real', () => {
    const { parameters, draws } = regressionAbc(table, {
      ranges: RANGES,
      target: WEIGHTS.means,
      names: NAMES,
      draws: 60,
    });
    for (const [i, value] of [12, 0.4].entries()) {
      expect(parameters[i]!.low < value && value < parameters[i]!.high).toBe(true);
      expect(parameters[i]!.contraction).toBeGreaterThan(0.9);
    }
    const simulated = draws.map((draw, i) => simulate(draw, 1000 + i));
    const good = posteriorPredictive(simulated, WEIGHTS.means, NAMES);
    expect([good.flagged, good.untestable]).toEqual([[], []]);
    const torn = Float64Array.from(WEIGHTS.means);
    torn[2] = 0.95;
    const bad = posteriorPredictive(simulated, torn, NAMES);
    expect(bad.flagged).toEqual(['memory']);
    expect(bad.checks[0]).toMatchObject({ name: 'memory', real: 0.95 });
    expect(bad.checks[0]!.p).toBeLessThan(1e-6);
  });

  it('recovery: 50 points of the prior are found again, and 90 % intervals hold them', () => {
    const cases = priorDesign(2, 50, 99).points.map((truth, n): RecoveryCase => {
      const target = simulate(truth, 5000 + n);
      const { parameters } = regressionAbc(table, { ranges: RANGES, target, names: NAMES });
      return {
        truth: valuesOf(RANGES, truth),
        estimate: parameters.map(({ median }) => median),
        low: parameters.map(({ low }) => low),
        high: parameters.map(({ high }) => high),
      };
    });
    for (const { r2, bias, coverage, isIdentified } of recoveryOf(cases, RANGES)) {
      expect(r2).toBeGreaterThan(0.95);
      expect(isIdentified).toBe(true);
      expect(Math.abs(bias)).toBeLessThan(0.03);
      expect(coverage!.low < 0.9 && 0.9 < coverage!.high).toBe(true);
    }
  });
});

describe('the Jacobian', () => {
  const exact = (point: ArrayLike<number>, withMemory: boolean): Float64Array => {
    const [arrivals, departures] = valuesOf(RANGES, point);
    const size = arrivals! / departures!;
    return Float64Array.of(
      size,
      Math.log(size),
      withMemory ? Math.exp(-departures!) : 0.5,
      withMemory ? arrivals! : 12,
    );
  };
  const jacobian = (withMemory: boolean) => {
    const design = jacobianDesign(TRUE_POINT, 0.01);
    const outcomes = design.points.map((point) => ({ loss: 0, moments: exact(point, withMemory) }));
    return jacobianOf(design, RANGES, outcomes, WEIGHTS);
  };

  it('has the derivatives by the logarithms', () => {
    const { values, units, moments, missing } = jacobian(true);
    expect([units, moments, missing]).toEqual([['ln', 'ln'], NAMES, []]);
    // Size: a / b; its logarithm: 1 and -1; memory: -b exp(-b) by ln b; arrivals: a by ln a.
    [30, -30, 1, -1, 0, -0.4 * Math.exp(-0.4), 12, 0].forEach((slope, at) => {
      expect(values[at]! * WEIGHTS.errors[at >> 1]!).toBeCloseTo(slope, 1);
    });
  });

  it('names the trade-off: seen by its size alone, the queue only tells the ratio of its rates', () => {
    const known = jacobian(true);
    expect(known.directions.every(({ isWeak }) => !isWeak)).toBe(true);
    expect(known.condition).toBeLessThan(50);
    const { condition, directions, sds } = jacobian(false);
    expect(condition).toBeGreaterThan(1e3);
    const weakest = directions[1]!;
    // Both up by the same factor: nothing changes.
    expect(weakest.text).toMatch(/^(arrivals up, departures up|departures up, arrivals up)$/);
    expect(Math.abs(weakest.vector[0]! - weakest.vector[1]!)).toBeLessThan(1e-3);
    expect(weakest.isWeak).toBe(true);
    expect(weakest.shareOfPrior).toBeGreaterThan(1);
    expect(directions[0]!.isWeak).toBe(false);
    expect(directions[0]!.text).toMatch(/down/);
    for (const sd of sds) expect(sd).toBeGreaterThan(1);
  });

  it('weights that are four times less sure make everything half as sure', () => {
    const design = jacobianDesign(TRUE_POINT, 0.01);
    const outcomes = design.points.map((point) => ({ loss: 0, moments: exact(point, true) }));
    const less = { ...WEIGHTS, inverse: WEIGHTS.inverse.map((value) => value / 4) };
    const [sure, unsure] = [WEIGHTS, less].map((weights) => jacobianOf(design, RANGES, outcomes, weights));
    for (const p of [0, 1]) expect(unsure!.sds[p]! / sure!.sds[p]!).toBeCloseTo(2, 9);
    expect(unsure!.directions[1]!.sd / sure!.directions[1]!.sd).toBeCloseTo(2, 9);
  });

  it('at a side of the cube looks to one side; a moment that is missing does not count; a failed point is named', () => {
    const edge = jacobianDesign([0, 1], 0.02);
    expect(edge.points.map((point) => [...point])).toEqual([
      [0, 1],
      [0, 1],
      [0.02, 1],
      [0, 0.98],
      [0, 1],
    ]);
    const outcomes = edge.points.map((point) => ({ loss: 0, moments: exact(point, true) }));
    outcomes[2]!.moments[1] = Number.NaN;
    const found = jacobianOf(edge, RANGES, outcomes, WEIGHTS);
    expect([found.missing, found.moments.length]).toEqual([['ln variance'], 3]);
    expect(found.condition).toBeLessThan(1e4);
    const failed = outcomes.map((one, i) => (i === 3 ? { loss: Infinity, moments: null } : one));
    expect(() => jacobianOf(edge, RANGES, failed, WEIGHTS)).toThrow(named('failed=departures'));
    const bare = outcomes.map(() => ({
      loss: 0,
      moments: Float64Array.of(1, Number.NaN, Number.NaN, Number.NaN),
    }));
    expect(() => jacobianOf(edge, RANGES, bare, WEIGHTS)).toThrow(named('parameters=2 moments=1'));
    expect(() => jacobianDesign([0.5], 0)).toThrow(named('step=0'));
  });
});

describe('what single results say of bad input', () => {
  it('an eligibility set of failed points, and one that nothing fits', () => {
    const options = { ranges: RANGES, ...WEIGHTS };
    const failed: EvaluatedPoint = { point: TRUE_POINT, outcome: { loss: Infinity, moments: null } };
    expect(() => eligibilitySet([failed], options)).toThrow(named('points=1 failed=1'));
    const dead: EvaluatedPoint = {
      point: TRUE_POINT,
      outcome: { loss: 1, moments: new Float64Array(4).fill(Number.NaN) },
    };
    const set = eligibilitySet([failed, dead], options);
    expect(set).toMatchObject({ eligible: [], box: null, failed: 1 });
    expect(set.nearest.worstErrors).toBe(Number.POSITIVE_INFINITY);
    expect(set.rejections).toHaveLength(4);
    expect(() => eligibilitySet([dead], { ...options, level: 1 })).toThrow(named('level=1'));
  });

  it('a distance of Kolmogorov and Smirnov is too large at 1.358 sqrt(2 / n) for one test at 5 %', () => {
    expect(ksThreshold(100, 100, 1)).toBeCloseTo(1.3581 * Math.sqrt(0.02), 4);
    expect(ksThreshold(100, 100, 10)).toBeGreaterThan(ksThreshold(100, 100, 1));
  });

  it('a predictive check of moments that are missing or always the same', () => {
    const simulated = Array.from({ length: 40 }, (_, i) => [i, 1, 1, i % 3 === 0 ? 1 : Number.NaN]);
    const { checks, untestable, flagged } = posteriorPredictive(
      simulated,
      [20, 1, 2, 1],
      ['a', 'b', 'c', 'd'],
    );
    expect(untestable).toEqual(['d']);
    expect(flagged).toEqual(['c']);
    expect(checks.map(({ name }) => name)).toEqual(['c', 'a', 'b']);
    expect(checks[0]).toMatchObject({ z: Number.POSITIVE_INFINITY, p: 0 });
    expect(checks[2]).toMatchObject({ z: 0, p: 1 });
    expect(() => posteriorPredictive(simulated.slice(0, 19), [1], ['a'])).toThrow(named('simulations=19'));
  });

  it('a recovery of too few cases, of guesses, and without intervals', () => {
    const ranges: ParameterRange[] = [{ name: 'x', low: 0, high: 1, scale: 'linear' }];
    const cases = Array.from({ length: 20 }, (_, i) => ({
      truth: [i / 20],
      estimate: [0.5],
      low: null,
      high: null,
    }));
    expect(recoveryOf(cases, ranges)[0]).toMatchObject({ coverage: null, isIdentified: false });
    expect(recoveryOf(cases, ranges)[0]!.r2).toBeLessThan(0.01);
    const wide = cases.map((one) => ({ ...one, low: [0.05], high: [0.95] }));
    // Wilson's interval of 18 of 20.
    expect(recoveryOf(wide, ranges)[0]!.coverage!.share).toBeCloseTo(0.95, 12);
    expect(() => recoveryOf(cases.slice(0, 4), ranges)).toThrow(named('cases=4'));
  });
});
