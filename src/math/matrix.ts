/** Small dense matrices, row by row in one array. */

import { TwinError } from '../base/index.ts';

const POWER_STEPS_MAX = 10_000;
const POWER_TOLERANCE = 1e-13;

/** Largest absolute eigenvalue of a square matrix without negative entries, by power iteration on the matrix plus the identity. */
export function spectralRadius(matrix: Float64Array, size: number): number {
  let vector = new Float64Array(size).fill(1 / size);
  let radius = 0;
  for (let step = 0; step < POWER_STEPS_MAX; step++) {
    const next = new Float64Array(size);
    let sum = 0;
    for (let i = 0; i < size; i++) {
      let value = vector[i]!;
      for (let j = 0; j < size; j++) value += matrix[i * size + j]! * vector[j]!;
      next[i] = value;
      sum += value;
    }
    for (let i = 0; i < size; i++) next[i]! /= sum;
    vector = next;
    const found = sum - 1;
    if (Math.abs(found - radius) <= POWER_TOLERANCE * sum) return found;
    radius = found;
  }
  return radius;
}

/** Solves A x = b by elimination with row pivots. Raises MATH_DOMAIN. */
export function solveLinear(matrix: Float64Array, right: Float64Array): Float64Array {
  const size = right.length;
  const a = Float64Array.from(matrix);
  const x = Float64Array.from(right);
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let row = column + 1; row < size; row++) {
      if (Math.abs(a[row * size + column]!) > Math.abs(a[pivot * size + column]!)) pivot = row;
    }
    if (!(Math.abs(a[pivot * size + column]!) > 0))
      throw new TwinError('MATH_DOMAIN', 'a system of linear equations has one solution', { size, column });
    if (pivot !== column) swapRows(a, x, pivot, column);
    for (let row = column + 1; row < size; row++) {
      const factor = a[row * size + column]! / a[column * size + column]!;
      if (factor === 0) continue;
      for (let at = column; at < size; at++) a[row * size + at]! -= factor * a[column * size + at]!;
      x[row]! -= factor * x[column]!;
    }
  }
  for (let row = size - 1; row >= 0; row--) {
    for (let at = row + 1; at < size; at++) x[row]! -= a[row * size + at]! * x[at]!;
    x[row]! /= a[row * size + row]!;
  }
  return x;
}

function swapRows(a: Float64Array, x: Float64Array, one: number, other: number): void {
  const size = x.length;
  for (let at = 0; at < size; at++) {
    const kept = a[one * size + at]!;
    a[one * size + at] = a[other * size + at]!;
    a[other * size + at] = kept;
  }
  const kept = x[one]!;
  x[one] = x[other]!;
  x[other] = kept;
}
