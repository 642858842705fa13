/** Telling two classes apart: ridge logistic regression, and the area under the curve of any score. */

import { invariant } from '../base/index.ts';
import { solveCholesky } from './cholesky.ts';
import { midRanks } from './time-series.ts';

const NEWTON_STEPS_MAX = 50;
const STEP_MIN = 1e-8;

/** Rows of features, one behind another: feature f of row r is `values[r * width + f]`. */
export interface FeatureTable {
  readonly width: number;
  readonly rows: number;
  readonly values: Float64Array;
}

/**
 * Probability that a row of class 1 scores above one of class 0, ties counting half. NaN where a class is absent.
 * Source: Mann and Whitney (1947).
 */
export function areaUnderCurve(scores: ArrayLike<number>, labels: ArrayLike<number>): number {
  const ranks = midRanks(scores);
  let positives = 0;
  let sum = 0;
  for (let i = 0; i < ranks.length; i++) {
    if (labels[i] !== 1) continue;
    positives++;
    sum += ranks[i]!;
  }
  const negatives = ranks.length - positives;
  if (positives === 0 || negatives === 0) return Number.NaN;
  return (sum - (positives * (positives + 1)) / 2) / (positives * negatives);
}

/** A fitted regression; features are standardised with the moments of the rows it was fitted on. */
export interface LogisticModel {
  readonly means: Float64Array;
  readonly scales: Float64Array;
  /** Intercept, then a weight per standardised feature. */
  readonly weights: Float64Array;
  readonly hasConverged: boolean;
}

/**
 * Minimises the log loss plus `ridge / 2` times the squared weights (without the intercept) by Newton steps.
 * Complexity: rows x width^2 a step.
 */
export function fitLogistic(table: FeatureTable, labels: ArrayLike<number>, ridge: number): LogisticModel {
  const { width, rows } = table;
  invariant(ridge > 0, 'a ridge above 0 keeps the weights finite when the classes do not overlap');
  const { means, scales } = momentsOf(table);
  const size = width + 1;
  const weights = new Float64Array(size);
  const row = new Float64Array(size);
  const gradient = new Float64Array(size);
  const hessian = new Float64Array(size * size);
  let hasConverged = false;
  for (let step = 0; step < NEWTON_STEPS_MAX && !hasConverged; step++) {
    gradient.fill(0);
    hessian.fill(0);
    for (let r = 0; r < rows; r++) {
      standardise(table, r, means, scales, row);
      const p = sigmoid(dot(weights, row));
      const error = p - labels[r]!;
      const curvature = p * (1 - p);
      for (let i = 0; i < size; i++) {
        gradient[i]! += error * row[i]!;
        const scaled = curvature * row[i]!;
        for (let j = 0; j <= i; j++) hessian[i * size + j]! += scaled * row[j]!;
      }
    }
    for (let i = 1; i < size; i++) {
      gradient[i]! += ridge * weights[i]!;
      hessian[i * size + i]! += ridge;
    }
    // An intercept without curvature (all labels alike) must not divide by zero.
    hessian[0]! += 1e-9;
    const change = solveCholesky(hessian, gradient, size);
    let largest = 0;
    for (let i = 0; i < size; i++) {
      weights[i]! -= change[i]!;
      largest = Math.max(largest, Math.abs(change[i]!));
    }
    hasConverged = largest < STEP_MIN;
  }
  return { means, scales, weights, hasConverged };
}

/** Probability of class 1 for each row. */
export function predictLogistic(model: LogisticModel, table: FeatureTable): Float64Array {
  const row = new Float64Array(table.width + 1);
  const out = new Float64Array(table.rows);
  for (let r = 0; r < table.rows; r++) {
    standardise(table, r, model.means, model.scales, row);
    out[r] = sigmoid(dot(model.weights, row));
  }
  return out;
}

/** Some rows of a table, in the order given. */
export function rowsOf({ width, values }: FeatureTable, rows: readonly number[]): FeatureTable {
  const picked = new Float64Array(rows.length * width);
  for (const [at, row] of rows.entries()) {
    picked.set(values.subarray(row * width, (row + 1) * width), at * width);
  }
  return { width, rows: rows.length, values: picked };
}

export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

function momentsOf({ width, rows, values }: FeatureTable): { means: Float64Array; scales: Float64Array } {
  const means = new Float64Array(width);
  const scales = new Float64Array(width);
  for (let r = 0; r < rows; r++) for (let f = 0; f < width; f++) means[f]! += values[r * width + f]! / rows;
  for (let r = 0; r < rows; r++) {
    for (let f = 0; f < width; f++) scales[f]! += (values[r * width + f]! - means[f]!) ** 2 / rows;
  }
  // A feature that never changes says nothing: any scale will do.
  for (let f = 0; f < width; f++) scales[f] = Math.sqrt(scales[f]!) || 1;
  return { means, scales };
}

function standardise(
  { width, values }: FeatureTable,
  r: number,
  means: Float64Array,
  scales: Float64Array,
  out: Float64Array,
): void {
  out[0] = 1;
  for (let f = 0; f < width; f++) out[f + 1] = (values[r * width + f]! - means[f]!) / scales[f]!;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
