/** CMA-ES in the unit cube, started again from another place with twice the population whenever a run has ended (IPOP). */

import { hashText, invariant, TwinError, Xoshiro128 } from '../../base/index.ts';
import { CmaEsRun, type RunEnd } from './cma-es.ts';
import { PARAMETERS_MAX } from './parameter-space.ts';
import { requireWhole, type Search, searchOf } from './search.ts';

export interface CmaEsOptions {
  /** Parameters: the dimension of the cube. */
  readonly dimension: number;
  readonly seed: number;
  /** No generation begins that would go beyond; at least one whole generation. */
  readonly evaluationsMax: number;
  /** Where the first run starts; the middle of the cube unless given. */
  readonly start?: ArrayLike<number>;
  /** Standard deviation of the first generation; 0.3. */
  readonly startStep?: number;
  /** Points of a generation of the first run; 4 + floor(3 ln dimension). */
  readonly population?: number;
  /** Runs after the first; 9. */
  readonly restartsMax?: number;
  /** The search ends at a loss of this or less; without one it goes on. */
  readonly lossTarget?: number;
  /** A run ends when its losses have stayed this close together; 1e-11. */
  readonly toleranceLoss?: number;
}

/** A run that is over. */
export interface CmaEsRunSummary {
  readonly population: number;
  readonly evaluations: number;
  /** Infinity where every point failed. */
  readonly bestLoss: number;
  readonly end: RunEnd;
}

export interface CmaEsSearch extends Search {
  /** The runs that have ended, in their order; the last one is missing where the budget or the target cut it off. */
  readonly runs: readonly CmaEsRunSummary[];
}

/** Population that is usual for a number of parameters. Source: Hansen (2016), table 1. */
export function cmaEsPopulation(dimension: number): number {
  return 4 + Math.floor(3 * Math.log(dimension));
}

/** Raises CALIBRATION_SEARCH for options that no search can keep. */
export function cmaEsSearch(options: CmaEsOptions): CmaEsSearch {
  const { dimension, evaluationsMax, restartsMax = 9, startStep = 0.3, toleranceLoss = 1e-11 } = options;
  const firstPopulation = options.population ?? cmaEsPopulation(dimension);
  requireOptions(options, firstPopulation);
  const random = new Xoshiro128(hashText('cma-es', options.seed));
  const start = options.start ?? new Float64Array(dimension).fill(0.5);
  const runs: CmaEsRunSummary[] = [];
  let run = new CmaEsRun(Float64Array.from(start), startStep, firstPopulation, toleranceLoss);
  let evaluations = 0;
  let runEvaluations = 0;
  let runBest = Number.POSITIVE_INFINITY;
  let isOver = false;

  const beginAgain = (end: RunEnd): void => {
    runs.push({ population: run.population, evaluations: runEvaluations, bestLoss: runBest, end });
    isOver = runs.length > restartsMax;
    const mean = Float64Array.from({ length: dimension }, () => random.nextDouble());
    run = new CmaEsRun(mean, startStep, 2 * run.population, toleranceLoss);
    runEvaluations = 0;
    runBest = Number.POSITIVE_INFINITY;
  };
  const search = searchOf({
    next() {
      if (isOver || evaluations + run.population > evaluationsMax) return null;
      return run.draw(random).map(mirrored);
    },
    learn(points, outcomes) {
      evaluations += points.length;
      runEvaluations += points.length;
      const losses = outcomes.map(({ loss }) => loss);
      runBest = Math.min(runBest, ...losses);
      const end = run.learn(losses);
      if (runBest <= (options.lossTarget ?? Number.NEGATIVE_INFINITY)) isOver = true;
      else if (end !== null) beginAgain(end);
    },
  });
  return { ...search, runs };
}

/**
 * The point of the cube that a point outside is the mirror image of: a reflection at each side, as often as it takes. So each draw is
 * a point to be evaluated, and a valley along a side looks like a valley.
 */
export function mirrored(point: Float64Array): Float64Array {
  return point.map((value) => {
    const folded = Math.abs(value) % 2;
    return folded > 1 ? 2 - folded : folded;
  });
}

function requireOptions(options: CmaEsOptions, population: number): void {
  const { dimension, evaluationsMax, start, startStep = 0.3, restartsMax = 9 } = options;
  invariant(dimension >= 1 && dimension <= PARAMETERS_MAX, 'a cube has as many sides as there are ranges');
  requireWhole('population', population, 4);
  requireWhole('restartsMax', restartsMax, 0);
  requireWhole('evaluationsMax', evaluationsMax, population);
  if (!(startStep > 0 && startStep <= 1))
    throw new TwinError('CALIBRATION_SEARCH', 'the first step is above 0 and at most 1', { startStep });
  if (start === undefined) return;
  if (start.length !== dimension || !Array.from(start).every((x) => x >= 0 && x <= 1))
    throw new TwinError('CALIBRATION_SEARCH', 'a search starts at a point of the unit cube', {
      start: Array.from(start).join(' '),
      dimension,
    });
}
