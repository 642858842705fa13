/**
 * Linear regression with a penalty on its slopes, chosen by leaving one row out at a time: with the eigenvectors of the features at hand
 * that costs no fit per row.
 * Sources: Hoerl and Kennard (1970); Allen, "The relationship between variable selection and data augmentation and a method for
 * prediction" (1974) (PRESS).
 */

import { invariant } from '../base/index.ts';
import type { FeatureTable } from './classifiers.ts';
import { symmetricEigen } from './symmetric-eigen.ts';

/** Penalties that are tried, in parts of the largest eigenvalue of the standardised features. */
const PENALTIES = Array.from({ length: 13 }, (_, i) => 10 ** (i / 2 - 6));
/** A feature with less spread than this part of its size is constant. */
const SPREAD_MIN = 1e-12;

export interface RidgeModel {
  readonly means: Float64Array;
  /** Infinity for a constant feature, which has no say. */
  readonly scales: Float64Array;
  readonly intercept: number;
  /** One per standardised feature. */
  readonly slopes: Float64Array;
  /** Prediction of each row by the fit without it. */
  readonly leftOut: Float64Array;
  /** Share of the variance that the left-out predictions explain; can be below 0. NaN for a constant target. */
  readonly r2: number;
}

/** One model per target, each with the penalty that predicts it best. Complexity: rows x width^2. */
export function fitRidge(table: FeatureTable, targets: readonly ArrayLike<number>[]): RidgeModel[] {
  const { width, rows } = table;
  invariant(rows >= 3, 'a regression has at least three rows');
  const { means, scales, standard } = standardisedTable(table);
  const gram = new Float64Array(width * width);
  for (let r = 0; r < rows; r++) {
    const at = r * width;
    for (let i = 0; i < width; i++) {
      const value = standard[at + i]!;
      for (let j = 0; j <= i; j++) gram[i * width + j]! += value * standard[at + j]!;
    }
  }
  const { values, vectors } = symmetricEigen(gram, width);
  const rotated = new Float64Array(rows * width);
  for (let r = 0; r < rows; r++) {
    for (let k = 0; k < width; k++) {
      let sum = 0;
      for (let i = 0; i < width; i++) sum += standard[r * width + i]! * vectors[k * width + i]!;
      rotated[r * width + k] = sum;
    }
  }
  const axes = { width, rows, values: values.map((value) => Math.max(0, value)), rotated };
  return targets.map((target) => {
    const fit = bestPenalty(axes, target);
    const slopes = new Float64Array(width);
    for (let k = 0; k < width; k++) {
      for (let i = 0; i < width; i++) slopes[i]! += fit.along[k]! * vectors[k * width + i]!;
    }
    return { means, scales, slopes, intercept: fit.intercept, leftOut: fit.leftOut, r2: fit.r2 };
  });
}

/** Prediction for one row of features. */
export function predictRidge(
  { means, scales, intercept, slopes }: RidgeModel,
  row: ArrayLike<number>,
): number {
  let sum = intercept;
  for (let i = 0; i < slopes.length; i++) sum += (slopes[i]! * (row[i]! - means[i]!)) / scales[i]!;
  return sum;
}

interface Axes {
  readonly width: number;
  readonly rows: number;
  readonly values: Float64Array;
  /** Rows in the axes of the eigenvectors. */
  readonly rotated: Float64Array;
}

interface AxesFit {
  readonly intercept: number;
  readonly along: Float64Array;
  readonly leftOut: Float64Array;
  readonly r2: number;
}

function bestPenalty({ width, rows, values, rotated }: Axes, target: ArrayLike<number>): AxesFit {
  let intercept = 0;
  for (let r = 0; r < rows; r++) intercept += target[r]! / rows;
  let variance = 0;
  const products = new Float64Array(width);
  for (let r = 0; r < rows; r++) {
    const y = target[r]! - intercept;
    variance += y * y;
    for (let k = 0; k < width; k++) products[k]! += rotated[r * width + k]! * y;
  }
  let best: AxesFit | null = null;
  let bestError = Number.POSITIVE_INFINITY;
  for (const part of PENALTIES) {
    const penalty = Math.max(part * (values[0] ?? 0), Number.MIN_VALUE);
    const along = products.map((product, k) => product / (values[k]! + penalty));
    const leftOut = new Float64Array(rows);
    let error = 0;
    for (let r = 0; r < rows; r++) {
      let fitted = intercept;
      let leverage = 1 / rows;
      for (let k = 0; k < width; k++) {
        const x = rotated[r * width + k]!;
        fitted += x * along[k]!;
        leverage += (x * x) / (values[k]! + penalty);
      }
      // As much as a row decides its own prediction, that prediction is worth nothing.
      leftOut[r] = target[r]! - (target[r]! - fitted) / Math.max(1e-9, 1 - leverage);
      error += (target[r]! - leftOut[r]!) ** 2;
    }
    if (best !== null && error >= bestError) continue;
    bestError = error;
    best = {
      intercept,
      along,
      leftOut,
      r2: variance > SPREAD_MIN ** 2 * rows * intercept * intercept ? 1 - error / variance : Number.NaN,
    };
  }
  return best!;
}

function standardisedTable({ width, rows, values }: FeatureTable): {
  means: Float64Array;
  scales: Float64Array;
  standard: Float64Array;
} {
  const means = new Float64Array(width);
  const scales = new Float64Array(width);
  for (let r = 0; r < rows; r++) for (let i = 0; i < width; i++) means[i]! += values[r * width + i]! / rows;
  for (let r = 0; r < rows; r++) {
    for (let i = 0; i < width; i++) scales[i]! += (values[r * width + i]! - means[i]!) ** 2 / rows;
  }
  for (let i = 0; i < width; i++) {
    const sd = Math.sqrt(scales[i]!);
    scales[i] = sd > SPREAD_MIN * Math.abs(means[i]!) && sd > 0 ? sd : Number.POSITIVE_INFINITY;
  }
  const standard = values.map((value, at) => (value - means[at % width]!) / scales[at % width]!);
  return { means, scales, standard };
}
