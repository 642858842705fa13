/** Posteriors of models whose exact posterior is known. */

import { describe, expect, it } from 'vitest';
import { Xoshiro128 } from '../../base/index.ts';
import { mean, normal, standardDeviation } from '../../math/index.ts';
import { priorDesign } from '../search/designs.ts';
import { type ParameterRange, valuesOf } from '../search/parameter-space.ts';
import type { EvaluatedPoint } from '../search/search.ts';
import { regressionAbc } from './regression-abc.ts';
import { ranksOfSbc, type SbcRun } from './simulation-based-calibration.ts';

const OBSERVATIONS = 25;
const NAMES = ['mean', 'ln sd', 'noise 1', 'noise 2', 'noise 3', 'constant'];

/** Mean and deviation of 25 normal observations, three moments of noise and one that never changes. */
function gaussianMoments(center: number, sd: number, random: Xoshiro128): Float64Array {
  const values = Array.from({ length: OBSERVATIONS }, () => center + sd * normal(random));
  const noise = [normal(random), normal(random), normal(random)];
  return Float64Array.of(mean(values), Math.log(standardDeviation(values)), ...noise, 1);
}

const MEAN_RANGE: ParameterRange = { name: 'mean', low: -5, high: 5, scale: 'linear' };
const SD_RANGE: ParameterRange = { name: 'sd', low: 0.1, high: 10, scale: 'log' };

/** Points of the prior, simulated; a unit deviation unless it is a parameter. */
function simulated(ranges: readonly ParameterRange[], count: number, seed: number): EvaluatedPoint[] {
  const random = new Xoshiro128(seed);
  return priorDesign(ranges.length, count, seed).points.map((point) => {
    const [center, sd = 1] = valuesOf(ranges, point);
    return { point, outcome: { loss: 0, moments: gaussianMoments(center!, sd, random) } };
  });
}

const named = (text: string) =>
  expect.objectContaining({ code: 'CALIBRATION_SEARCH', message: expect.stringContaining(text) });

describe('regression ABC', () => {
  const table = simulated([MEAN_RANGE], 2000, 3);

  it.each([-2.5, 0, 1.7])(
    'of a normal mean has the posterior mean and deviation of theory, real mean %f',
    (real) => {
      const target = [real, 0, 0.3, -0.5, 0.8, 1];
      const { parameters, draws, accepted, outOfReach, constant } = regressionAbc(table, {
        ranges: [MEAN_RANGE],
        target,
        names: NAMES,
      });
      const [found] = parameters;
      // N(real, 1/25): the prior is even and far wider.
      expect(Math.abs(found!.mean - real)).toBeLessThan(0.05);
      expect(Math.abs(found!.sd / 0.2 - 1)).toBeLessThan(0.15);
      expect(Math.abs(found!.high - found!.low - 2 * 1.645 * 0.2)).toBeLessThan(0.1);
      expect(found!.contraction).toBeGreaterThan(0.99);
      expect(found!.r2).toBeGreaterThan(0.9);
      expect(draws).toHaveLength(200);
      expect(Math.abs(mean(draws.map((draw) => valuesOf([MEAN_RANGE], draw)[0]!)) - real)).toBeLessThan(0.06);
      expect([accepted, outOfReach, constant]).toEqual([400, [], ['constant']]);
    },
  );

  it('its intervals of nine tenths hold the truth 87 to 93 times in a hundred, and its ranks are even: 400 runs', () => {
    const random = new Xoshiro128(11);
    const runs: SbcRun[] = [];
    let held = 0;
    for (let n = 0; n < 400; n++) {
      const truth = 0.02 + 0.96 * random.nextDouble();
      const center = valuesOf([MEAN_RANGE], [truth])[0]!;
      const target = gaussianMoments(center, 1, random);
      const options = { ranges: [MEAN_RANGE], target, names: NAMES, draws: 99, seed: n };
      const { parameters, draws } = regressionAbc(table, options);
      if (parameters[0]!.low <= center && center <= parameters[0]!.high) held++;
      runs.push({ truth: [truth], draws });
    }
    expect(held / 400).toBeGreaterThan(0.87);
    expect(held / 400).toBeLessThan(0.93);
    expect(ranksOfSbc(runs, ['mean'])[0]).toMatchObject({ shape: 'uniform' });
  });

  it('two parameters at once, one on a log scale, have the intervals of theory', () => {
    const ranges = [MEAN_RANGE, SD_RANGE];
    const { parameters } = regressionAbc(simulated(ranges, 8000, 5), {
      ranges,
      target: [1, Math.log(2), 0, 0, 0, 1],
      names: NAMES,
      share: 0.1,
    });
    // The prior is even in ln sd, so the mean has Student's law of 24 degrees around 1 with scale 2 / 5 …
    const [center, sd] = parameters;
    expect(Math.abs(center!.median - 1)).toBeLessThan(0.1);
    expect(Math.abs((center!.high - center!.low) / (2 * 1.7109 * 0.4) - 1)).toBeLessThan(0.15);
    // … and 24 x 4 / variance the chi-square law of 24 degrees.
    [
      [sd!.low, 1.6237],
      [sd!.median, 2.0283],
      [sd!.high, 2.633],
    ].forEach(([found, exact]) => {
      expect(Math.abs(found! / exact! - 1)).toBeLessThan(0.08);
    });
  });

  it('a parameter that moves nothing keeps its prior, and says so', () => {
    const ranges = [MEAN_RANGE, { ...MEAN_RANGE, name: 'idle' }];
    const random = new Xoshiro128(6);
    const points = priorDesign(2, 2000, 6).points.map((point): EvaluatedPoint => {
      const moments = gaussianMoments(valuesOf(ranges, point)[0]!, 1, random);
      return { point, outcome: { loss: 0, moments } };
    });
    const { parameters } = regressionAbc(points, { ranges, target: [0.5, 0, 0, 0, 0, 1], names: NAMES });
    expect(parameters[0]!.contraction).toBeGreaterThan(0.98);
    expect(Math.abs(parameters[1]!.contraction)).toBeLessThan(0.25);
    expect(parameters[1]!.r2).toBeLessThan(0.05);
    expect([parameters[1]!.low < -4, parameters[1]!.high > 4]).toEqual([true, true]);
  });

  it('names moments that no simulation reaches, and leaves failed points out', () => {
    const points = table.map((one, i) =>
      i % 4 === 0 ? { ...one, outcome: { loss: Infinity, moments: null } } : one,
    );
    const found = regressionAbc(points, { ranges: [MEAN_RANGE], target: [0, 9, 0, 0, 0, 2], names: NAMES });
    expect(found).toMatchObject({ points: 1500, failed: 500, outOfReach: ['ln sd', 'constant'] });
    const kept = regressionAbc(points, {
      ranges: [MEAN_RANGE],
      target: [0, Number.NaN],
      names: NAMES,
      used: [0],
    });
    expect(kept.outOfReach).toEqual([]);
  });

  it('forty moments of noise beside four that tell do not make it too sure: 100 runs of two parameters', () => {
    const ranges = [MEAN_RANGE, { ...MEAN_RANGE, name: 'other' }];
    const random = new Xoshiro128(21);
    const moments = ([a, b]: Float64Array): Float64Array =>
      Float64Array.from({ length: 44 }, (_, i) => normal(random) + (i < 2 ? a! : i < 4 ? a! + b! : 0));
    const points = priorDesign(2, 1000, 21).points.map((point): EvaluatedPoint => {
      return { point, outcome: { loss: 0, moments: moments(valuesOf(ranges, point)) } };
    });
    const names = Array.from({ length: 44 }, (_, i) => `m${i}`);
    let held = 0;
    const widths: number[] = [];
    for (let n = 0; n < 100; n++) {
      const truth = valuesOf(ranges, [0.1 + 0.8 * random.nextDouble(), 0.1 + 0.8 * random.nextDouble()]);
      const { parameters } = regressionAbc(points, { ranges, target: moments(truth), names });
      for (const [d, { low, high }] of parameters.entries())
        if (low <= truth[d]! && truth[d]! <= high) held++;
      widths.push(parameters[0]!.high - parameters[0]!.low);
    }
    expect(held / 200).toBeGreaterThan(0.85);
    expect(held / 200).toBeLessThan(0.97);
    // The exact posterior of the first has the deviation 1 / sqrt(2): the noise costs some of it.
    expect(mean(widths) / (2 * 1.645 * Math.SQRT1_2)).toBeLessThan(1.4);
  });

  it('too few points, a missing real moment and moments without spread are named', () => {
    const options = { ranges: [MEAN_RANGE], target: [0, 0, 0, 0, 0, 1], names: NAMES };
    expect(() => regressionAbc(table.slice(0, 50), options)).toThrow(named('points=50 failed=0'));
    const failed = table.map((one) => ({ ...one, outcome: { loss: Infinity, moments: null } }));
    expect(() => regressionAbc(failed, options)).toThrow(named('points=0 failed=2000'));
    expect(() => regressionAbc(table, { ...options, target: [Number.NaN, 0, 0, 0, 0, 1] })).toThrow(
      named('missing=mean'),
    );
    expect(() => regressionAbc(table, { ...options, used: [5] })).toThrow(
      named('at least one moment varies'),
    );
  });

  it('parameters that only enter as a product are found as a ridge: the product is known, each is not', () => {
    const ranges: ParameterRange[] = ['a', 'b'].map((name) => ({ name, low: 0.1, high: 10, scale: 'log' }));
    const random = new Xoshiro128(9);
    const points = priorDesign(2, 4000, 9).points.map((point): EvaluatedPoint => {
      const [a, b] = valuesOf(ranges, point);
      return {
        point,
        outcome: { loss: 0, moments: Float64Array.of(Math.log(a! * b!) + 0.05 * normal(random)) },
      };
    });
    const { draws, parameters } = regressionAbc(points, { ranges, target: [0], names: ['ln ab'] });
    const products = draws.map((draw) => valuesOf(ranges, draw)).map(([a, b]) => Math.log(a! * b!));
    expect(Math.abs(mean(products))).toBeLessThan(0.1);
    expect(standardDeviation(products)).toBeLessThan(0.4);
    for (const { contraction } of parameters) expect(contraction).toBeLessThan(0.3);
  });
});

describe('simulation-based calibration', () => {
  /** Conjugate: prior N(0, 1), one observation with deviation 1; draws of N(y / 2, 1 / 2), widened or shifted. */
  function runsOf(width: number, shift: number, seed: number): SbcRun[] {
    const random = new Xoshiro128(seed);
    return Array.from({ length: 400 }, () => {
      const truth = normal(random);
      const y = truth + normal(random);
      const draws = Array.from({ length: 99 }, () => [shift + y / 2 + width * Math.SQRT1_2 * normal(random)]);
      return { truth: [truth], draws };
    });
  }

  it('of an exact posterior finds as few uneven ranks as its p says: 100 seeds', () => {
    const found = Array.from({ length: 100 }, (_, seed) => ranksOfSbc(runsOf(1, 0, seed), ['theta'])[0]!);
    const ps = found.map(({ p }) => p);
    expect(Math.abs(mean(ps) - 0.5)).toBeLessThan(0.09);
    expect(ps.filter((p) => p < 0.05).length).toBeLessThan(12);
    for (const { shape, p, histogram, ranks } of found) {
      expect(shape === 'uniform').toBe(p >= 0.05);
      expect(histogram.reduce((sum, count) => sum + count, 0)).toBe(400);
      expect(Math.max(...ranks)).toBeLessThanOrEqual(99);
    }
  });

  it.each([
    [0.6, 0, 'too narrow'],
    [1.6, 0, 'too wide'],
    [1, -0.5, 'too low'],
    [1, 0.5, 'too high'],
  ])('of a wrong one, width x %f and shift %f, are not: %s', (width, shift, shape) => {
    const [ranks] = ranksOfSbc(runsOf(width, shift, 7), ['theta']);
    expect(ranks!.p).toBeLessThan(1e-4);
    expect(ranks!.shape).toBe(shape);
  });

  it('bins of unequal size expect unequal counts: 101 ranks in 20 bins', () => {
    const runs = Array.from({ length: 404 }, (_, n) => ({
      truth: [(n % 101) - 0.5],
      draws: Array.from({ length: 100 }, (__, i) => [i]),
    }));
    expect(ranksOfSbc(runs, ['theta'])[0]!.chiSquare).toBeCloseTo(0, 12);
  });

  it('too few runs and runs of different sizes are named', () => {
    const runs = runsOf(1, 0, 1);
    expect(() => ranksOfSbc(runs.slice(0, 99), ['theta'])).toThrow(named('runs=99'));
    const odd = [...runs.slice(1), { truth: [0], draws: [[0]] }];
    expect(() => ranksOfSbc(odd, ['theta'])).toThrow(named('draws=1'));
  });
});
