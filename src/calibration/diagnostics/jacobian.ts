/**
 * What the moments say of the parameters around one point: how much each moves per unit of each parameter, and the direction in which
 * they hardly move at all. Along it parameters trade off, and no data of this kind tells them apart.
 *
 *   J   change of moment over its standard error / change of ln(parameter), or of the share of its range where it can be 0 or less
 *   H = J' W J   information;  eigenvectors: directions,  1 / sqrt(eigenvalue): how uncertain a step along one is
 */

import { invariant, TwinError } from '../../base/index.ts';
import { choleskyFactor, inverseOfFactored, solveLower, symmetricEigen } from '../../math/index.ts';
import type { MomentWeights } from '../moments/moment-weights.ts';
import type { JacobianDesign } from '../search/designs.ts';
import { type ParameterRange, valuesOf } from '../search/parameter-space.ts';
import type { PointOutcome } from '../search/search.ts';

/** Parts of a direction smaller than this share of its largest are not named. */
const PART_MIN = 0.25;
/** A direction whose uncertainty is above this share of the prior's is weak. */
const WEAK_SHARE = 0.5;
/** Standard deviation of an even distribution over a unit interval. */
const EVEN_SD = 1 / Math.sqrt(12);

export interface Direction {
  /** Parts along each parameter, of length 1 together. */
  readonly vector: Float64Array;
  /** Standard deviation along it by the moments alone; Infinity where they do not move at all. */
  readonly sd: number;
  /** The same over that of the prior: near or above 1 the data says nothing of it. */
  readonly shareOfPrior: number;
  readonly isWeak: boolean;
  /** Its larger parts by name, as 'a up, b down'. */
  readonly text: string;
}

export interface MomentJacobian {
  readonly names: readonly string[];
  /** Whether a parameter is moved by its logarithm or by the share of its range. */
  readonly units: readonly ('ln' | 'range')[];
  /** Moments that count, and those that a point of the design lacks. */
  readonly moments: readonly string[];
  readonly missing: readonly string[];
  /** Change of moment m in standard errors per unit of parameter p, at m * parameters + p. */
  readonly values: Float64Array;
  /** Square root of the largest over the smallest eigenvalue of the information; Infinity where one is 0. */
  readonly condition: number;
  /** The best known first. The last one is the weakest. */
  readonly directions: readonly Direction[];
  /** Standard deviation of each parameter if all others are unknown too, in its unit of `units`; Infinity where it is not identified. */
  readonly sds: Float64Array;
}

/**
 * The Jacobian from the outcomes of a design, in its order. `weights.inverse` is the one truth of how sure the moments are: who knows them to
 * be less sure divides it. Raises CALIBRATION_SEARCH when a point of it failed, or fewer moments than
 * parameters are left.
 */
export function jacobianOf(
  design: JacobianDesign,
  ranges: readonly ParameterRange[],
  outcomes: readonly PointOutcome[],
  weights: MomentWeights,
): MomentJacobian {
  const count = ranges.length;
  requireWhole(design, ranges, outcomes);
  const { errors } = weights;
  const isSeen = (i: number): boolean =>
    outcomes.slice(1).every(({ moments }) => Number.isFinite(moments![i]!));
  const kept = weights.used.filter(isSeen);
  if (kept.length < count)
    throw new TwinError('CALIBRATION_SEARCH', 'parameters are told apart by at least as many moments', {
      parameters: count,
      moments: kept.length,
    });
  const values = new Float64Array(kept.length * count);
  for (let p = 0; p < count; p++) {
    const [below, above] = [1 + 2 * p, 2 + 2 * p];
    const step =
      placeOf(ranges[p]!, design.points[above]![p]!) - placeOf(ranges[p]!, design.points[below]![p]!);
    for (const [m, i] of kept.entries()) {
      const change = outcomes[above]!.moments![i]! - outcomes[below]!.moments![i]!;
      values[m * count + p] = change / step / errors[i]!;
    }
  }
  const { values: eigenvalues, vectors } = symmetricEigen(
    informationOf(values, count, correlationsOf(weights, kept)),
    count,
  );
  const priors = Float64Array.from(ranges, (range) => (placeOf(range, 1) - placeOf(range, 0)) * EVEN_SD);
  const names = ranges.map(({ name }) => name);
  const floor = 1e-14 * Math.max(0, eigenvalues[0]!);
  const clean = eigenvalues.map((value) => (value > floor ? value : 0));
  return {
    names,
    units: ranges.map(({ low }) => (low > 0 ? 'ln' : 'range')),
    moments: kept.map((i) => weights.names[i]!),
    missing: weights.used.filter((i) => !kept.includes(i)).map((i) => weights.names[i]!),
    values,
    condition: clean[count - 1]! > 0 ? Math.sqrt(clean[0]! / clean[count - 1]!) : Number.POSITIVE_INFINITY,
    directions: Array.from(clean, (value, r) =>
      directionOf(names, vectors.slice(r * count, (r + 1) * count), 1 / Math.sqrt(value), priors),
    ),
    sds: Float64Array.from({ length: count }, (_, p) => sdOf(p, clean, vectors)),
  };
}

/** A parameter at a place of its range, in the unit that it is moved by. */
function placeOf(range: ParameterRange, at: number): number {
  return range.low > 0 ? Math.log(valuesOf([range], [at])[0]!) : at;
}

/** Covariances among some of the used moments, over their standard errors, row by row: what the inverse of the weights stands for. */
function correlationsOf({ used, inverse, errors }: MomentWeights, kept: readonly number[]): Float64Array {
  const factor = choleskyFactor(inverse, used.length);
  invariant(factor !== null, 'the weights of moments are positive definite');
  const covariance = inverseOfFactored(factor, used.length);
  const places = kept.map((i) => used.indexOf(i));
  return Float64Array.from({ length: kept.length ** 2 }, (_, at) => {
    const [a, b] = [Math.floor(at / kept.length), at % kept.length];
    const value = covariance[places[a]! * used.length + places[b]!]!;
    return value / (errors[kept[a]!]! * errors[kept[b]!]!);
  });
}

/** J' R^-1 J, where J is in standard errors and R holds the correlations of its moments. */
function informationOf(jacobian: Float64Array, count: number, correlations: Float64Array): Float64Array {
  const size = jacobian.length / count;
  const factor = choleskyFactor(correlations, size);
  invariant(factor !== null, 'the correlations of shrunk moments are positive definite');
  const information = new Float64Array(count * count);
  const columns = Array.from({ length: count }, (_, p) =>
    solveLower(
      factor,
      Float64Array.from({ length: size }, (__, m) => jacobian[m * count + p]!),
    ),
  );
  for (let p = 0; p < count; p++) {
    for (let q = 0; q < count; q++) {
      for (let m = 0; m < size; m++) information[p * count + q]! += columns[p]![m]! * columns[q]![m]!;
    }
  }
  return information;
}

function directionOf(
  names: readonly string[],
  vector: Float64Array,
  sd: number,
  priors: Float64Array,
): Direction {
  // What an even prior over the box is wide along the direction.
  const prior = Math.sqrt(vector.reduce((sum, part, p) => sum + (part * priors[p]!) ** 2, 0));
  const largest = Math.max(...vector.map(Math.abs));
  const parts = names
    .map((name, p) => ({ name, part: vector[p]! }))
    .filter(({ part }) => Math.abs(part) >= PART_MIN * largest)
    .sort((a, b) => Math.abs(b.part) - Math.abs(a.part));
  return {
    vector,
    sd,
    shareOfPrior: sd / prior,
    isWeak: sd > WEAK_SHARE * prior,
    text: parts.map(({ name, part }) => `${name} ${part > 0 ? 'up' : 'down'}`).join(', '),
  };
}

function sdOf(p: number, eigenvalues: Float64Array, vectors: Float64Array): number {
  const count = eigenvalues.length;
  let variance = 0;
  for (let r = 0; r < count; r++) {
    const part = vectors[r * count + p]! ** 2;
    if (part > 1e-20) variance += part / eigenvalues[r]!;
  }
  return Math.sqrt(variance);
}

function requireWhole(
  design: JacobianDesign,
  ranges: readonly ParameterRange[],
  outcomes: readonly PointOutcome[],
): void {
  const failed = design.points.findIndex((_, i) => i > 0 && (outcomes[i]?.moments ?? null) === null);
  if (failed < 0 && design.dimension === ranges.length) return;
  throw new TwinError(
    'CALIBRATION_SEARCH',
    'a Jacobian has the moments of both neighbours of every parameter',
    {
      parameters: ranges.length,
      ...(failed < 0 ? {} : { failed: `${ranges[(failed - 1) >> 1]?.name}` }),
    },
  );
}
