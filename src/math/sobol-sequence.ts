/**
 * Points that fill a unit cube more evenly than random ones: Sobol's sequence with the direction numbers of Joe and Kuo, each
 * coordinate scrambled at random in Owen's way, so that every seed gives another sequence as even as the first and no point lies on
 * the edge of the cube.
 *
 * Coordinate bits: x = .b1 b2 b3 …; the bit bi is flipped or not by a hash of the bits before it (nested uniform scrambling).
 * Sources: Joe and Kuo, "Constructing Sobol sequences with better two-dimensional projections" (2008), table new-joe-kuo-6.21201;
 * Burley, "Practical hash-based Owen scrambling" (2020).
 */

import { hashText, invariant } from '../base/index.ts';

const BITS = 32;
/** Points of one sequence. */
export const SOBOL_POINTS_MAX = 2 ** 31;

/** Per dimension from the second on: coefficients of the primitive polynomial as bits, and the first odd numbers m. */
const DIRECTIONS: readonly (readonly [polynomial: number, ...m: number[]])[] = [
  [3, 1],
  [7, 1, 3],
  [11, 1, 3, 1],
  [13, 1, 1, 1],
  [19, 1, 1, 3, 3],
  [25, 1, 3, 5, 13],
  [37, 1, 1, 5, 5, 17],
  [41, 1, 1, 5, 5, 5],
  [47, 1, 1, 7, 11, 19],
  [55, 1, 1, 5, 1, 1],
  [59, 1, 1, 1, 3, 11],
  [61, 1, 3, 5, 5, 31],
  [67, 1, 3, 3, 9, 7, 49],
  [91, 1, 1, 1, 15, 21, 21],
  [97, 1, 3, 1, 13, 27, 49],
  [103, 1, 1, 1, 15, 7, 5],
  [109, 1, 3, 1, 15, 13, 25],
  [115, 1, 1, 5, 5, 19, 61],
  [131, 1, 3, 7, 11, 23, 15, 103],
  [137, 1, 3, 7, 13, 13, 15, 69],
  [143, 1, 1, 3, 13, 7, 35, 63],
  [145, 1, 3, 5, 9, 1, 25, 53],
  [157, 1, 3, 1, 13, 9, 35, 107],
  [167, 1, 3, 1, 5, 27, 61, 31],
  [171, 1, 1, 5, 11, 19, 41, 61],
  [185, 1, 3, 5, 3, 3, 13, 69],
  [191, 1, 1, 7, 13, 1, 19, 1],
  [193, 1, 3, 7, 5, 13, 19, 59],
  [203, 1, 1, 3, 9, 25, 29, 41],
  [211, 1, 3, 5, 13, 23, 1, 55],
  [213, 1, 3, 7, 3, 13, 59, 17],
  [229, 1, 3, 1, 3, 5, 53, 69],
  [239, 1, 1, 5, 5, 23, 33, 13],
  [241, 1, 1, 7, 7, 1, 61, 123],
  [247, 1, 1, 7, 9, 13, 61, 49],
  [253, 1, 3, 3, 5, 3, 55, 33],
  [285, 1, 3, 1, 15, 31, 13, 49, 245],
  [299, 1, 3, 5, 15, 31, 59, 63, 97],
  [301, 1, 3, 1, 11, 11, 11, 77, 249],
  [333, 1, 3, 1, 11, 27, 43, 71, 9],
  [351, 1, 1, 7, 15, 21, 11, 81, 45],
  [355, 1, 3, 7, 3, 25, 31, 65, 79],
  [357, 1, 3, 1, 1, 19, 11, 3, 205],
  [361, 1, 1, 5, 9, 19, 21, 29, 157],
  [369, 1, 3, 7, 11, 1, 33, 89, 185],
  [391, 1, 3, 3, 3, 15, 9, 79, 71],
  [397, 1, 3, 7, 11, 15, 39, 119, 27],
  [425, 1, 1, 3, 1, 11, 31, 97, 225],
  [451, 1, 1, 1, 3, 23, 43, 57, 177],
  [463, 1, 3, 7, 7, 17, 17, 37, 71],
  [487, 1, 3, 1, 5, 27, 63, 123, 213],
  [501, 1, 1, 3, 5, 11, 43, 53, 133],
  [529, 1, 3, 5, 5, 29, 17, 47, 173, 479],
  [539, 1, 3, 3, 11, 3, 1, 109, 9, 69],
  [545, 1, 1, 1, 5, 17, 39, 23, 5, 343],
  [557, 1, 3, 1, 5, 25, 15, 31, 103, 499],
  [563, 1, 1, 1, 11, 11, 17, 63, 105, 183],
  [601, 1, 1, 5, 11, 9, 29, 97, 231, 363],
  [607, 1, 1, 5, 15, 19, 45, 41, 7, 383],
  [617, 1, 3, 7, 7, 31, 19, 83, 137, 221],
  [623, 1, 1, 1, 3, 23, 15, 111, 223, 83],
  [631, 1, 1, 5, 13, 31, 15, 55, 25, 161],
  [637, 1, 1, 3, 13, 25, 47, 39, 87, 257],
];

export const SOBOL_DIMENSIONS_MAX = DIRECTIONS.length + 1;

/** The sequence in order from its first point. */
export class SobolSequence {
  readonly #directions: Uint32Array;
  readonly #state: Uint32Array;
  readonly #seeds: Int32Array | null;
  #index = 0;

  /** `seed` null: the plain sequence, whose first point is the origin. */
  constructor(dimension: number, seed: number | null) {
    invariant(
      Number.isInteger(dimension) && dimension >= 1 && dimension <= SOBOL_DIMENSIONS_MAX,
      `a Sobol sequence has 1 to ${SOBOL_DIMENSIONS_MAX} dimensions`,
    );
    this.#directions = directionsOf(dimension);
    this.#state = new Uint32Array(dimension);
    this.#seeds =
      seed === null ? null : Int32Array.from({ length: dimension }, (_, d) => hashText(`sobol ${d}`, seed));
  }

  /** The next point, each entry in [0, 1); scrambled ones in (0, 1). */
  next(): Float64Array {
    invariant(this.#index < SOBOL_POINTS_MAX, 'a Sobol sequence is not longer than its bits');
    const point = new Float64Array(this.#state.length);
    for (let d = 0; d < point.length; d++) {
      const bits = this.#state[d]!;
      // Half a step off the edge: a logarithm or a quantile is taken of it.
      point[d] =
        this.#seeds === null ? bits / 2 ** BITS : (scrambled(bits, this.#seeds[d]!) + 0.5) / 2 ** BITS;
    }
    this.#advance();
    return point;
  }

  /** Gray code order: the lowest zero bit of the index says which direction is added. */
  #advance(): void {
    let zero = 0;
    for (let left = this.#index; (left & 1) === 1; left >>>= 1) zero++;
    for (let d = 0; d < this.#state.length; d++) this.#state[d]! ^= this.#directions[d * BITS + zero]!;
    this.#index++;
  }
}

/** `count` points of a scrambled sequence. A power of two makes them as even as they can be. */
export function sobolPoints(count: number, dimension: number, seed: number): Float64Array[] {
  const sequence = new SobolSequence(dimension, seed);
  return Array.from({ length: count }, () => sequence.next());
}

/** Direction numbers of each dimension, as fractions of 2^32. */
function directionsOf(dimension: number): Uint32Array {
  const out = new Uint32Array(dimension * BITS);
  for (let bit = 0; bit < BITS; bit++) out[bit] = 2 ** (BITS - 1 - bit);
  for (let d = 1; d < dimension; d++) {
    const [polynomial, ...first] = DIRECTIONS[d - 1]!;
    const degree = first.length;
    const at = d * BITS;
    for (let bit = 0; bit < BITS; bit++) {
      if (bit < degree) {
        out[at + bit] = first[bit]! * 2 ** (BITS - 1 - bit);
        continue;
      }
      const start = out[at + bit - degree]!;
      let value = start ^ (start >>> degree);
      for (let k = 1; k < degree; k++) {
        if (((polynomial >>> (degree - k)) & 1) === 1) value ^= out[at + bit - k]!;
      }
      out[at + bit] = value;
    }
  }
  return out;
}

/** The bits after Owen's scrambling: reversed, each then depends on the lower ones alone, which a hash of this form keeps. */
function scrambled(bits: number, seed: number): number {
  let x = reversed(bits);
  x = (x + seed) | 0;
  x ^= Math.imul(x, 0x6c50b47c);
  x ^= Math.imul(x, 0xb82f1e52);
  x ^= Math.imul(x, 0xc7afe638);
  x ^= Math.imul(x, 0x8d22f6e6);
  return reversed(x);
}

function reversed(bits: number): number {
  let x = bits;
  x = ((x >>> 1) & 0x55555555) | ((x & 0x55555555) << 1);
  x = ((x >>> 2) & 0x33333333) | ((x & 0x33333333) << 2);
  x = ((x >>> 4) & 0x0f0f0f0f) | ((x & 0x0f0f0f0f) << 4);
  x = ((x >>> 8) & 0x00ff00ff) | ((x & 0x00ff00ff) << 8);
  return ((x >>> 16) | (x << 16)) >>> 0;
}
