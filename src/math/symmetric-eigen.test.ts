import { describe, expect, it } from 'vitest';
import { Xoshiro128 } from '../base/index.ts';
import { choleskyFactor, inverseOfFactored, logDeterminantOfFactored, solveFactored } from './cholesky.ts';
import { symmetricEigen } from './symmetric-eigen.ts';
import { normal } from './ziggurat.ts';

/** A' A of a random matrix, with the scale of each row spread over many powers of ten. */
function positive(size: number, seed: number, spread: number): Float64Array {
  const random = new Xoshiro128(seed);
  const a = Float64Array.from({ length: size * size }, () => normal(random));
  const out = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      for (let k = 0; k < size; k++) out[i * size + j]! += a[k * size + i]! * a[k * size + j]!;
      out[i * size + j]! *= spread ** ((i + j) / size);
    }
  }
  return out;
}

describe('eigenvalues of a symmetric matrix', () => {
  it('are those of numpy 2.4.6 (linalg.eigvalsh)', () => {
    const { values } = symmetricEigen(
      Float64Array.of(4, 1, -2, 2, 1, 2, 0, 1, -2, 0, 3, -2, 2, 1, -2, -1),
      4,
    );
    [6.844621107234966, 2.2685314064312423, 1.0843644637732177, -2.197516977439427].forEach((value, i) => {
      expect(values[i]).toBeCloseTo(value, 12);
    });
  });

  it.each([1, 2, 5, 20, 45])('with their vectors make the matrix again, size %i', (size) => {
    const matrix = positive(size, 3 + size, 10);
    const { values, vectors } = symmetricEigen(matrix, size);
    const scale = values[0]!;
    for (let i = 0; i < size; i++) {
      if (i > 0) expect(values[i]!).toBeLessThanOrEqual(values[i - 1]!);
      for (let j = 0; j < size; j++) {
        let again = 0;
        let product = 0;
        for (let k = 0; k < size; k++) {
          again += values[k]! * vectors[k * size + i]! * vectors[k * size + j]!;
          product += vectors[i * size + k]! * vectors[j * size + k]!;
        }
        expect(Math.abs(again - matrix[i * size + j]!)).toBeLessThan(1e-12 * scale);
        expect(Math.abs(product - (i === j ? 1 : 0))).toBeLessThan(1e-12);
      }
    }
  });

  it('a diagonal matrix, also with a zero, is its own', () => {
    const { values, vectors } = symmetricEigen(Float64Array.of(2, 0, 0, 0, 0, 0, 0, 0, 5), 3);
    expect([...values]).toEqual([5, 2, 0]);
    expect([...vectors]).toEqual([0, 0, 1, 1, 0, 0, 0, 1, 0]);
  });
});

describe('factor of a positive matrix', () => {
  it('solves, inverts and has the determinant of the eigenvalues, seed 9', () => {
    const size = 12;
    const matrix = positive(size, 9, 1000);
    const factor = choleskyFactor(matrix, size)!;
    const right = Float64Array.from({ length: size }, (_, i) => i - 4);
    const x = solveFactored(factor, right);
    const inverse = inverseOfFactored(factor, size);
    for (let i = 0; i < size; i++) {
      let left = 0;
      let by = 0;
      for (let k = 0; k < size; k++) {
        left += matrix[i * size + k]! * x[k]!;
        by += inverse[i * size + k]! * right[k]!;
      }
      expect(left).toBeCloseTo(right[i]!, 6);
      expect(by).toBeCloseTo(x[i]!, 6);
    }
    const { values } = symmetricEigen(matrix, size);
    const logs = values.reduce((sum, value) => sum + Math.log(value), 0);
    expect(logDeterminantOfFactored(factor, size)).toBeCloseTo(logs, 6);
  });

  it('is none where the matrix is not positive definite', () => {
    expect(choleskyFactor(Float64Array.of(1, 2, 2, 1), 2)).toBeNull();
    expect(choleskyFactor(Float64Array.of(Number.NaN), 1)).toBeNull();
    expect(choleskyFactor(Float64Array.of(0), 1)).toBeNull();
  });
});
