/**
 * Eigenvalues and eigenvectors of a symmetric matrix by Jacobi's rotations, each of which makes one entry off the diagonal 0. Exact to
 * the last digits also for small eigenvalues; made for some dozens of rows.
 * Source: Golub and Van Loan, "Matrix computations" (4th ed., 2013), §8.5.
 */

const SWEEPS_MAX = 60;

export interface SymmetricEigen {
  /** Descending. */
  readonly values: Float64Array;
  /** Row r is the eigenvector of value r, of length 1; its largest entry is positive. */
  readonly vectors: Float64Array;
}

/** Row by row; the lower triangle is read. Complexity: about 10 size^3. */
export function symmetricEigen(matrix: Float64Array, size: number): SymmetricEigen {
  const a = new Float64Array(size * size);
  const v = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    v[i * size + i] = 1;
    for (let j = 0; j <= i; j++) {
      a[i * size + j] = matrix[i * size + j]!;
      a[j * size + i] = matrix[i * size + j]!;
    }
  }
  for (let sweep = 0; sweep < SWEEPS_MAX; sweep++) {
    let hasRotated = false;
    for (let p = 0; p < size - 1; p++) {
      for (let q = p + 1; q < size; q++) {
        const off = Math.abs(a[p * size + q]!);
        if (off <= Number.EPSILON * Math.sqrt(Math.abs(a[p * size + p]! * a[q * size + q]!))) continue;
        if (off < Number.MIN_VALUE / Number.EPSILON) continue;
        rotate(a, v, size, p, q);
        hasRotated = true;
      }
    }
    if (!hasRotated) break;
  }
  return sorted(a, v, size);
}

/** Makes entry (p, q) of `a` 0, and turns rows p and q of `v` with it. */
function rotate(a: Float64Array, v: Float64Array, size: number, p: number, q: number): void {
  const theta = (a[q * size + q]! - a[p * size + p]!) / (2 * a[p * size + q]!);
  const t = theta === 0 ? 1 : Math.sign(theta) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const cos = 1 / Math.sqrt(t * t + 1);
  const sin = t * cos;
  for (let k = 0; k < size; k++) {
    const kp = a[k * size + p]!;
    const kq = a[k * size + q]!;
    a[k * size + p] = cos * kp - sin * kq;
    a[k * size + q] = sin * kp + cos * kq;
  }
  for (let k = 0; k < size; k++) {
    const pk = a[p * size + k]!;
    const qk = a[q * size + k]!;
    a[p * size + k] = cos * pk - sin * qk;
    a[q * size + k] = sin * pk + cos * qk;
    const vp = v[p * size + k]!;
    const vq = v[q * size + k]!;
    v[p * size + k] = cos * vp - sin * vq;
    v[q * size + k] = sin * vp + cos * vq;
  }
  a[p * size + q] = 0;
  a[q * size + p] = 0;
}

function sorted(a: Float64Array, v: Float64Array, size: number): SymmetricEigen {
  const order = Array.from({ length: size }, (_, i) => i).sort(
    (i, j) => a[j * size + j]! - a[i * size + i]! || i - j,
  );
  const values = new Float64Array(size);
  const vectors = new Float64Array(size * size);
  for (const [rank, row] of order.entries()) {
    values[rank] = a[row * size + row]!;
    let largest = 0;
    for (let k = 0; k < size; k++) {
      if (Math.abs(v[row * size + k]!) > Math.abs(v[row * size + largest]!) * (1 + 1e-9)) largest = k;
    }
    const sign = v[row * size + largest]! < 0 ? -1 : 1;
    for (let k = 0; k < size; k++) vectors[rank * size + k] = sign * v[row * size + k]!;
  }
  return { values, vectors };
}
