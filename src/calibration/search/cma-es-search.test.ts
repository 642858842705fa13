/**
 * Functions of the benchmarks, on [-5, 5] of each coordinate, to 1e-8. The counts to be held are those of the authors' own
 * program: cma 4.5.0 for Python, cma.fmin with bounds [0, 1], sigma0 .3, restarts 9, incpopsize 2, a random start; the median of
 * seeds 1 to 11.
 */

import { describe, expect, it } from 'vitest';
import { Xoshiro128 } from '../../base/index.ts';
import { median } from '../../math/index.ts';
import { type CmaEsOptions, cmaEsPopulation, cmaEsSearch, mirrored } from './cma-es-search.ts';
import { bestOf, type EvaluatedPoint, runSearch } from './search.ts';

type Loss = (x: Float64Array) => number;

const sum = (x: Float64Array, term: (value: number, i: number) => number): number =>
  x.reduce((total, value, i) => total + term(value, i), 0);

const FUNCTIONS: Readonly<Record<string, Loss>> = {
  sphere: (x) => sum(x, (v) => v * v),
  ellipsoid: (x) => sum(x, (v, i) => 10 ** ((6 * i) / (x.length - 1)) * v * v),
  rosenbrock: (x) => sum(x.subarray(1), (v, i) => 100 * (x[i]! * x[i]! - v) ** 2 + (x[i]! - 1) ** 2),
  rastrigin: (x) => sum(x, (v) => 10 + v * v - 10 * Math.cos(2 * Math.PI * v)),
};

const TARGET = 1e-8;

/** Evaluations until the target is reached; Infinity if it is not. */
function evaluationsTo(name: string, dimension: number, seed: number): number {
  const random = new Xoshiro128(seed);
  const start = Float64Array.from({ length: dimension }, () => random.nextDouble());
  const search = cmaEsSearch({ dimension, seed, evaluationsMax: 300_000, start, lossTarget: TARGET });
  const evaluated = runSearch(search, (point) => ({
    loss: FUNCTIONS[name]!(point.map((u) => 10 * u - 5)),
    moments: null,
  }));
  const at = evaluated.findIndex(({ outcome }) => outcome.loss <= TARGET);
  return at < 0 ? Number.POSITIVE_INFINITY : at + 1;
}

function minimise(loss: Loss, options: Partial<CmaEsOptions> = {}): EvaluatedPoint[] {
  const search = cmaEsSearch({ dimension: 2, seed: 1, evaluationsMax: 1200, ...options });
  return runSearch(search, (point) => ({ loss: loss(point), moments: null }));
}

const named = (text: string) =>
  expect.objectContaining({ code: 'CALIBRATION_SEARCH', message: expect.stringContaining(text) });

describe('CMA-ES', () => {
  it.each([
    ['sphere', 10, 1534],
    ['ellipsoid', 10, 4073],
    ['rosenbrock', 10, 5347],
    ['rastrigin', 5, 23_518],
  ])(
    '%s of %i coordinates: the median of eleven seeds is that of its authors, %i',
    (name, dimension, theirs) => {
      const counts = Array.from({ length: 11 }, (_, i) => evaluationsTo(name, dimension, i + 1));
      expect(Math.max(...counts)).toBeLessThan(Number.POSITIVE_INFINITY);
      expect(median(counts)).toBeLessThan(1.15 * theirs);
    },
  );

  it('has the population of the tutorial: 10 of 10 parameters, 11 of 12', () => {
    expect([1, 2, 10, 12, 20].map(cmaEsPopulation)).toEqual([4, 6, 10, 11, 12]);
  });

  it.each([1, 2, 3])('finds an optimum in a corner and one of a single parameter, seed %i', (seed) => {
    const corner = bestOf(minimise(([x, y]) => x! + (1 - y!) * 3, { seed })).point;
    expect([corner[0]! < 1e-6, corner[1]! > 1 - 1e-6]).toEqual([true, true]);
    const single = bestOf(minimise(([x]) => (x! - 0.123) ** 2, { seed, dimension: 1 })).point;
    expect(single[0]).toBeCloseTo(0.123, 6);
  });

  it('asks for points of the cube only', () => {
    const evaluated = minimise(([x, y]) => -(x! + y!), { startStep: 1 });
    expect(evaluated.length).toBeGreaterThan(500);
    for (const { point } of evaluated) for (const x of point) expect(x >= 0 && x <= 1).toBe(true);
    expect([...mirrored(Float64Array.of(-0.25, 1.25, 2.5, -3.75, 0.5))]).toEqual([
      0.25, 0.75, 0.5, 0.25, 0.5,
    ]);
  });

  it('is resumed by asking again: the same answers lead to the same questions', () => {
    const loss: Loss = ([x, y]) => (x! - 0.3) ** 2 + (y! - 0.8) ** 2 + 0.1 * Math.cos(30 * x!);
    const first = minimise(loss, { evaluationsMax: 3000 });
    const log = new Map(first.map(({ point, outcome }) => [[...point].join(), outcome]));
    const again = runSearch(cmaEsSearch({ dimension: 2, seed: 1, evaluationsMax: 3000 }), (point) => {
      const known = log.get([...point].join());
      expect(known).toBeDefined();
      return known!;
    });
    expect(again).toEqual(first);
    expect(minimise(loss, { seed: 2 })[0]!.point).not.toEqual(first[0]!.point);
    const search = cmaEsSearch({ dimension: 2, seed: 1, evaluationsMax: 100 });
    expect(search.ask()).toBe(search.ask());
  });

  it('starts again with twice the population, and says why each run ended', () => {
    const search = cmaEsSearch({ dimension: 2, seed: 3, evaluationsMax: 5000, restartsMax: 2 });
    runSearch(search, ([x, y]) => ({ loss: (x! - 0.3) ** 2 + (y! - 0.4) ** 2, moments: null }));
    expect(search.runs.map(({ population, end }) => [population, end])).toEqual([
      [6, 'losses within the tolerance'],
      [12, 'losses within the tolerance'],
      [24, 'losses within the tolerance'],
    ]);
    expect(search.ask()).toBeNull();
  });

  it('a loss that is the same everywhere ends in flat runs, noise in runs without progress', () => {
    const flat = cmaEsSearch({ dimension: 3, seed: 1, evaluationsMax: 20_000, restartsMax: 1 });
    runSearch(flat, () => ({ loss: 7, moments: null }));
    expect(flat.runs.map(({ end }) => end)).toEqual(['flat losses', 'flat losses']);
    const random = new Xoshiro128(4);
    const noise = cmaEsSearch({ dimension: 3, seed: 1, evaluationsMax: 20_000, restartsMax: 1 });
    runSearch(noise, () => ({ loss: random.nextDouble(), moments: null }));
    expect(noise.runs).toHaveLength(2);
    for (const { end } of noise.runs) expect(['no progress', 'steps too large']).toContain(end);
  });

  it('goes round points that fail', () => {
    const evaluated = minimise(
      ([x, y]) => (x! < 0.45 ? Number.POSITIVE_INFINITY : (x! - 0.5) ** 2 + (y! - 0.5) ** 2),
      {
        start: [0.4, 0.9],
      },
    );
    const failed = evaluated.filter(({ outcome }) => outcome.loss === Number.POSITIVE_INFINITY);
    expect(failed.length).toBeGreaterThan(5);
    const best = bestOf(evaluated);
    expect(best.outcome.loss).toBeLessThan(1e-8);
  });

  it('when every point fails it ends, and the best is not made up', () => {
    const search = cmaEsSearch({ dimension: 2, seed: 1, evaluationsMax: 1e6, restartsMax: 3 });
    const evaluated = runSearch(search, () => ({ loss: Number.POSITIVE_INFINITY, moments: null }));
    expect(search.runs.map(({ end }) => end)).toEqual(Array(4).fill('all points failed'));
    expect(evaluated).toHaveLength(2 * (6 + 12 + 24 + 48));
    expect(() => bestOf(evaluated)).toThrow(named('at least one point'));
  });

  it('a loss of NaN, a missing outcome and options without sense are named', () => {
    const search = cmaEsSearch({ dimension: 2, seed: 1, evaluationsMax: 100 });
    const points = search.ask()!;
    expect(() => search.tell(points.map(() => ({ loss: Number.NaN, moments: null })))).toThrow(
      named('a loss is a number'),
    );
    expect(() => search.tell([])).toThrow(named('asked=6 told=0'));
    expect(() => minimise(() => 0, { evaluationsMax: 5 })).toThrow(named('evaluationsMax'));
    expect(() => minimise(() => 0, { start: [0.5, 1.5] })).toThrow(named('unit cube'));
    expect(() => minimise(() => 0, { startStep: 0 })).toThrow(named('startStep=0'));
    expect(() => minimise(() => 0, { population: 3 })).toThrow(named('population'));
  });
});
