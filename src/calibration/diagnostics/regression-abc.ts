/**
 * A posterior from points of the prior that were simulated: the ones whose moments are near the real ones, moved by a regression to where
 * they would be if their moments were the real ones.
 *
 *   1  a ridge of the parameters on all moments, by which the nearest share of the points is kept
 *   2  the same ridge on those alone: its predictions are as many summaries as parameters. A fifth of the points is predicted by the fit
 *      of the others, so that no point has a say in its own summaries
 *   3  weights by distance in the summaries; a local line of each parameter and of its spread, along which the points are moved
 *
 * Parameters are regressed as ln(u / (1 - u)) of their place in the cube, so that no draw leaves it. The moments of a simulation have to
 * be means over as many windows as the real ones: their noise is part of what the posterior is wide by.
 * Sources: Beaumont, Zhang and Balding (2002) (local line); Blum and François (2010), §2.3 (spread); Fearnhead and Prangle (2012)
 * (regressions as summaries); Carrella et al., JASSS 23(1) 7 (2020).
 */

import { hashText, TwinError, Xoshiro128 } from '../../base/index.ts';
import {
  type FeatureTable,
  fitRidge,
  predictRidge,
  type RidgeModel,
  rowsOf,
  sigmoid,
  solveCholesky,
  standardDeviation,
} from '../../math/index.ts';
import type { ParameterRange } from '../search/parameter-space.ts';
import type { EvaluatedPoint } from '../search/search.ts';
import { logit, type ParameterPosterior, posteriorOf } from './posterior.ts';

const SHARE_DEFAULT = 0.2;
const DRAWS_DEFAULT = 200;
const ACCEPTED_MIN = 100;
/** Points per coefficient of the last regression. */
const POINTS_PER_COEFFICIENT = 5;
/** Parts that the kept points are cut into for their summaries. */
const FOLDS = 5;
/** A point is not moved as if its spread were more than this many times larger or smaller than that at the target. */
const SPREAD_RATIO_MAX = 4;

export interface RegressionAbcOptions {
  readonly ranges: readonly ParameterRange[];
  /** Real means of the moments. */
  readonly target: ArrayLike<number>;
  /** Names of the moments. */
  readonly names: readonly string[];
  /** Places of the moments that are compared; all unless given. */
  readonly used?: readonly number[];
  /** Points of the posterior that are given; 200. */
  readonly draws?: number;
  /** Share of the points that are kept; 0.2, and at least a hundred of them. */
  readonly share?: number;
  readonly seed?: number;
}

export interface AbcPosterior {
  /** Points of the unit cube, drawn from the posterior. */
  readonly draws: readonly Float64Array[];
  readonly parameters: readonly ParameterPosterior[];
  /** Points that came back with all moments, those that did not, and those that were kept. */
  readonly points: number;
  readonly failed: number;
  readonly accepted: number;
  /** Moments whose real value no simulation of the whole prior reaches: the model cannot do them. */
  readonly outOfReach: readonly string[];
  /** Moments that are the same in every simulation. */
  readonly constant: readonly string[];
}

/**
 * Raises CALIBRATION_SEARCH when too few points came back for the number of parameters, when a real moment is missing, or when no moment
 * varies.
 */
export function regressionAbc(
  evaluated: readonly EvaluatedPoint[],
  options: RegressionAbcOptions,
): AbcPosterior {
  const { ranges, draws = DRAWS_DEFAULT, share = SHARE_DEFAULT, seed = 1 } = options;
  const seen = readMoments(evaluated, options);
  const parameters = ranges.map((_, d) => Float64Array.from(seen.points, (point) => logit(point[d]!)));
  const models = fitRidge(seen.table, parameters);
  const count = seen.points.length;
  const wanted = Math.min(count, Math.max(ACCEPTED_MIN, Math.round(share * count)));
  const near = nearest(summariesBy(models, seen.table, seen.target), wanted);
  const table = rowsOf(seen.table, near);
  const nearParameters = parameters.map((values) => Float64Array.from(near, (row) => values[row]!));
  const local = crossedSummaries(table, nearParameters, seen.target);
  const weights = kernelWeights(local);
  const moved = nearParameters.map((values) => movedToTarget(values, local, weights));
  const random = new Xoshiro128(hashText('regression abc', seed));
  const drawn = drawRows(weights, draws, random).map((row) =>
    Float64Array.from(ranges, (_, d) => sigmoid(moved[d]![row]!)),
  );
  return {
    draws: drawn,
    parameters: ranges.map((range, d) => ({
      ...posteriorOf(range, Float64Array.from(moved[d]!, sigmoid), weights),
      r2: models[d]!.r2,
    })),
    points: count,
    failed: evaluated.length - count,
    accepted: near.length,
    outOfReach: seen.outOfReach,
    constant: seen.constant,
  };
}

interface SeenMoments {
  readonly points: readonly Float64Array[];
  readonly table: FeatureTable;
  readonly target: Float64Array;
  readonly outOfReach: readonly string[];
  readonly constant: readonly string[];
}

function readMoments(
  evaluated: readonly EvaluatedPoint[],
  { ranges, target, names, used = names.map((_, i) => i) }: RegressionAbcOptions,
): SeenMoments {
  const missing = used.filter((i) => !Number.isFinite(target[i]!)).map((i) => names[i]);
  if (missing.length > 0)
    throw new TwinError('CALIBRATION_SEARCH', 'each moment that is compared has a real value', {
      missing: missing.join(', '),
    });
  const whole = evaluated.filter(
    ({ outcome: { moments } }) => moments !== null && used.every((i) => Number.isFinite(moments[i]!)),
  );
  const least = Math.max(ACCEPTED_MIN, POINTS_PER_COEFFICIENT * (ranges.length + 1));
  if (whole.length < least)
    throw new TwinError(
      'CALIBRATION_SEARCH',
      `a posterior of ${ranges.length} parameters needs at least ${least} points with all moments`,
      { points: whole.length, failed: evaluated.length - whole.length },
    );
  const constant: string[] = [];
  const outOfReach: string[] = [];
  const varying = used.filter((i) => {
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (const { outcome } of whole) {
      low = Math.min(low, outcome.moments![i]!);
      high = Math.max(high, outcome.moments![i]!);
    }
    if (target[i]! < low || target[i]! > high) outOfReach.push(names[i]!);
    if (low === high) constant.push(names[i]!);
    return low < high;
  });
  if (varying.length === 0)
    throw new TwinError('CALIBRATION_SEARCH', 'at least one moment varies over the prior', {
      moments: used.length,
    });
  const width = varying.length;
  const values = new Float64Array(whole.length * width);
  for (const [r, { outcome }] of whole.entries()) {
    for (let k = 0; k < width; k++) values[r * width + k] = outcome.moments![varying[k]!]!;
  }
  return {
    points: whole.map(({ point }) => point),
    table: { width, rows: whole.length, values },
    target: Float64Array.from(varying, (i) => target[i]!),
    outOfReach,
    constant,
  };
}

/** As many numbers as parameters for each point, less those of the target. */
interface Summaries {
  readonly rows: number;
  readonly gaps: readonly Float64Array[];
}

/** Summaries by models of all points: good enough to tell near from far. */
function summariesBy(models: readonly RidgeModel[], table: FeatureTable, target: Float64Array): Summaries {
  const gaps = models.map((model) => {
    const at = predictRidge(model, target);
    return Float64Array.from({ length: table.rows }, (_, r) => predictRidge(model, rowOf(table, r)) - at);
  });
  return { rows: table.rows, gaps: gaps.map(overDeviation) };
}

/** Summaries of each part of the points by models of the other parts. */
function crossedSummaries(
  table: FeatureTable,
  parameters: readonly Float64Array[],
  target: Float64Array,
): Summaries {
  const gaps = parameters.map(() => new Float64Array(table.rows));
  for (let fold = 0; fold < FOLDS; fold++) {
    const others = Array.from({ length: table.rows }, (_, r) => r).filter((r) => r % FOLDS !== fold);
    const models = fitRidge(
      rowsOf(table, others),
      parameters.map((values) => Float64Array.from(others, (r) => values[r]!)),
    );
    for (const [d, model] of models.entries()) {
      // The target is predicted by the same fit: what the fits differ by is not taken for a difference of the point.
      const at = predictRidge(model, target);
      for (let r = fold; r < table.rows; r += FOLDS) gaps[d]![r] = predictRidge(model, rowOf(table, r)) - at;
    }
  }
  return { rows: table.rows, gaps: gaps.map(overDeviation) };
}

function rowOf({ width, values }: FeatureTable, row: number): Float64Array {
  return values.subarray(row * width, (row + 1) * width);
}

function overDeviation(values: Float64Array): Float64Array {
  const sd = standardDeviation(values);
  return sd > 0 ? values.map((value) => value / sd) : values;
}

function distancesOf({ rows, gaps }: Summaries): Float64Array {
  return Float64Array.from({ length: rows }, (_, r) =>
    Math.sqrt(gaps.reduce((sum, gap) => sum + gap[r]! ** 2, 0)),
  );
}

function nearest(summaries: Summaries, wanted: number): number[] {
  const distances = distancesOf(summaries);
  const order = Array.from(distances, (_, r) => r).sort((a, b) => distances[a]! - distances[b]! || a - b);
  return order.slice(0, wanted).sort((a, b) => a - b);
}

/** Epanechnikov's: 1 at the target, almost 0 at the farthest point. */
function kernelWeights(summaries: Summaries): Float64Array {
  const distances = distancesOf(summaries);
  const reach = 1.001 * Math.max(...distances) || 1;
  return distances.map((distance) => 1 - (distance / reach) ** 2);
}

/** Values of one parameter, each moved along the line, and to the spread, at the target. */
function movedToTarget(values: Float64Array, summaries: Summaries, weights: Float64Array): Float64Array {
  const line = localLine(values, summaries, weights);
  const residuals = values.map((value, r) => value - line.fitted[r]!);
  let total = 0;
  let square = 0;
  for (let r = 0; r < residuals.length; r++) {
    total += weights[r]!;
    square += weights[r]! * residuals[r]! ** 2;
  }
  // A point that the line goes through says little of the spread: its logarithm must not outweigh the others.
  const floor = (1e-4 * square) / total || Number.MIN_VALUE;
  const spread = localLine(
    residuals.map((residual) => Math.log(residual * residual + floor)),
    summaries,
    weights,
  );
  return residuals.map((residual, r) => {
    const ratio = Math.exp((spread.atTarget - spread.fitted[r]!) / 2);
    return line.atTarget + residual * Math.min(SPREAD_RATIO_MAX, Math.max(1 / SPREAD_RATIO_MAX, ratio));
  });
}

/** A weighted line in the summaries, whose intercept is the value at the target. */
function localLine(
  values: Float64Array,
  { gaps }: Summaries,
  weights: Float64Array,
): { readonly atTarget: number; readonly fitted: Float64Array } {
  const size = gaps.length + 1;
  const left = new Float64Array(size * size);
  const right = new Float64Array(size);
  const row = new Float64Array(size);
  row[0] = 1;
  for (let r = 0; r < values.length; r++) {
    for (let d = 1; d < size; d++) row[d] = gaps[d - 1]![r]!;
    for (let i = 0; i < size; i++) {
      right[i]! += weights[r]! * row[i]! * values[r]!;
      for (let j = 0; j <= i; j++) left[i * size + j]! += weights[r]! * row[i]! * row[j]!;
    }
  }
  // Two parameters that the moments do not tell apart have one summary: its slope is shared.
  for (let i = 1; i < size; i++) left[i * size + i]! += 1e-6 * left[0]!;
  const line = solveCholesky(left, right, size);
  const fitted = values.map((_, r) => gaps.reduce((sum, gap, d) => sum + line[d + 1]! * gap[r]!, line[0]!));
  return { atTarget: line[0]!, fitted };
}

/** Rows drawn by their weights, each a whole number of times near what is expected of it. */
function drawRows(weights: Float64Array, count: number, random: Xoshiro128): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const rows: number[] = [];
  const offset = random.nextDouble();
  let passed = 0;
  let row = 0;
  for (let n = 0; n < count; n++) {
    const at = ((n + offset) / count) * total;
    while (row < weights.length - 1 && passed + weights[row]! < at) passed += weights[row++]!;
    rows.push(row);
  }
  return rows;
}
