/**
 * How much of the variance of an output each parameter explains: alone (first order), and with all its interactions (total).
 *
 *   S = mean f(B) (f(AB) - f(A)) / V        T = mean (f(A) - f(AB))^2 / (2 V)
 *
 * Source: Saltelli et al., "Variance based sensitivity analysis of model output" (2010), table 2 (b) and (f).
 */

import { hashText, TwinError, Xoshiro128 } from '../../base/index.ts';
import { drawCounts, quantileOfSorted, sortedFinite } from '../../math/index.ts';
import type { SaltelliDesign } from '../search/designs.ts';
import { requireValues } from './requirements.ts';

const ROWS_MIN = 16;
const DRAWS_DEFAULT = 200;

export interface SobolIndex {
  readonly name: string;
  readonly first: number;
  readonly total: number;
  /** 95 % of bootstrap draws of rows lie between. */
  readonly firstLow: number;
  readonly firstHigh: number;
  readonly totalLow: number;
  readonly totalHigh: number;
}

export interface SobolIndices {
  readonly indices: readonly SobolIndex[];
  /** Of the output over the prior. */
  readonly variance: number;
  /** Rows of the design that counted, and those with a failed point. */
  readonly rows: number;
  readonly rowsLost: number;
}

/**
 * Indices of one output: `values` holds it for each point of the design, in order; not finite where the point failed, and the points that
 * a design cut off early lacks may be left out. Raises CALIBRATION_SEARCH below 16 whole rows or when the output does not vary.
 */
export function sobolOf(
  design: SaltelliDesign,
  names: readonly string[],
  values: ArrayLike<number>,
  { draws = DRAWS_DEFAULT, seed = 1 }: { readonly draws?: number; readonly seed?: number } = {},
): SobolIndices {
  const { dimension } = design;
  requireValues(design, names, values);
  const width = dimension + 2;
  const whole: number[] = [];
  const started = Math.ceil(values.length / width);
  for (let row = 0; row < started; row++) {
    let isWhole = true;
    for (let i = 0; i < width; i++) isWhole &&= Number.isFinite(values[row * width + i] ?? Number.NaN);
    if (isWhole) whole.push(row);
  }
  if (whole.length < ROWS_MIN)
    throw new TwinError(
      'CALIBRATION_SEARCH',
      `Sobol's indices need at least ${ROWS_MIN} rows without a failed point`,
      {
        rows: whole.length,
        failed: started - whole.length,
      },
    );
  const rows = whole.map((row) => Float64Array.from({ length: width }, (_, i) => values[row * width + i]!));
  const estimate = indicesOf(rows, new Float64Array(rows.length).fill(1));
  if (!(estimate.variance > 0))
    throw new TwinError(
      'CALIBRATION_SEARCH',
      'an output varies over the prior before its variance is explained',
      {
        variance: estimate.variance,
      },
    );
  const random = new Xoshiro128(hashText('sobol bootstrap', seed));
  const drawn = Array.from({ length: draws }, () => indicesOf(rows, drawCounts(rows.length, random)));
  return {
    variance: estimate.variance,
    rows: rows.length,
    rowsLost: started - rows.length,
    indices: names.map((name, i) => {
      const [firstLow, firstHigh] = middleOf(drawn.map(({ first }) => first[i]!));
      const [totalLow, totalHigh] = middleOf(drawn.map(({ total }) => total[i]!));
      const { first, total } = estimate;
      return { name, first: first[i]!, total: total[i]!, firstLow, firstHigh, totalLow, totalHigh };
    }),
  };
}

interface Estimate {
  readonly first: Float64Array;
  readonly total: Float64Array;
  readonly variance: number;
}

/** Each row counted by its weight. The outputs are centered first, which makes the first order far less noisy. */
function indicesOf(rows: readonly Float64Array[], weights: Float64Array): Estimate {
  const dimension = rows[0]!.length - 2;
  let count = 0;
  let center = 0;
  for (const [r, row] of rows.entries()) {
    count += weights[r]!;
    center += weights[r]! * (row[0]! + row[dimension + 1]!);
  }
  center /= 2 * count;
  const first = new Float64Array(dimension);
  const total = new Float64Array(dimension);
  let variance = 0;
  for (const [r, row] of rows.entries()) {
    const a = row[0]! - center;
    const b = row[dimension + 1]! - center;
    variance += (weights[r]! * (a * a + b * b)) / (2 * count);
    for (let i = 0; i < dimension; i++) {
      const mixed = row[i + 1]! - center;
      first[i]! += (weights[r]! * b * (mixed - a)) / count;
      total[i]! += (weights[r]! * (a - mixed) * (a - mixed)) / (2 * count);
    }
  }
  return { first: first.map((v) => v / variance), total: total.map((v) => v / variance), variance };
}

function middleOf(draws: readonly number[]): [number, number] {
  const sorted = sortedFinite(draws);
  return [quantileOfSorted(sorted, 0.025), quantileOfSorted(sorted, 0.975)];
}
