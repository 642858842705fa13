/** Symmetric positive matrices by their lower triangular factor: A = L L'. Row by row in one array; only lower triangles are read. */

import { invariant } from '../base/index.ts';

/** The factor of a matrix, null where it is not positive definite. The upper triangle of the result is 0. */
export function choleskyFactor(matrix: Float64Array, size: number): Float64Array | null {
  const factor = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    const row = i * size;
    for (let j = 0; j <= i; j++) {
      const other = j * size;
      let sum = matrix[row + j]!;
      for (let k = 0; k < j; k++) sum -= factor[row + k]! * factor[other + k]!;
      if (j < i) factor[row + j] = sum / factor[other + j]!;
      else if (sum > 0 && Number.isFinite(sum)) factor[row + i] = Math.sqrt(sum);
      else return null;
    }
  }
  return factor;
}

/** Solves L y = b. */
export function solveLower(factor: Float64Array, right: ArrayLike<number>): Float64Array {
  const size = right.length;
  const y = Float64Array.from(right);
  for (let i = 0; i < size; i++) {
    let sum = y[i]!;
    for (let k = 0; k < i; k++) sum -= factor[i * size + k]! * y[k]!;
    y[i] = sum / factor[i * size + i]!;
  }
  return y;
}

/** Solves L L' x = b. */
export function solveFactored(factor: Float64Array, right: ArrayLike<number>): Float64Array {
  const size = right.length;
  const x = solveLower(factor, right);
  for (let i = size - 1; i >= 0; i--) {
    x[i]! /= factor[i * size + i]!;
    for (let k = 0; k < i; k++) x[k]! -= factor[i * size + k]! * x[i]!;
  }
  return x;
}

/** Solves A x = b of a matrix that is positive definite. */
export function solveCholesky(matrix: Float64Array, right: ArrayLike<number>, size: number): Float64Array {
  const factor = choleskyFactor(matrix, size);
  invariant(factor !== null, 'a matrix that is factored is positive definite');
  return solveFactored(factor, right);
}

/** Inverse of L L', both triangles. */
export function inverseOfFactored(factor: Float64Array, size: number): Float64Array {
  // Columns of the inverse of L, kept by rows: entry (k, i) of L^-1 at i * size + k.
  const lower = new Float64Array(size * size);
  for (let k = 0; k < size; k++) {
    lower[k * size + k] = 1 / factor[k * size + k]!;
    for (let i = k + 1; i < size; i++) {
      let sum = 0;
      for (let j = k; j < i; j++) sum -= factor[i * size + j]! * lower[k * size + j]!;
      lower[k * size + i] = sum / factor[i * size + i]!;
    }
  }
  const inverse = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = i; k < size; k++) sum += lower[i * size + k]! * lower[j * size + k]!;
      inverse[i * size + j] = sum;
      inverse[j * size + i] = sum;
    }
  }
  return inverse;
}

/** Logarithm of the determinant of L L'. */
export function logDeterminantOfFactored(factor: Float64Array, size: number): number {
  let sum = 0;
  for (let i = 0; i < size; i++) sum += Math.log(factor[i * size + i]!);
  return 2 * sum;
}
