/**
 * How far simulated moments are from real ones, in units of what chance makes of them: g' W g, where g is the difference of the means and
 * W the inverse covariance that such a difference has if the model is true. Then it is about the number of moments.
 *
 * The covariance comes from drawing blocks of neighbouring windows again and again; with some dozens of windows and as many moments it is
 * shrunk to its diagonal, by as much as its correlations are uncertain, before it is inverted.
 * Sources: Franke and Westerhoff, "Structural stochastic volatility in asset pricing dynamics" (2012), §4.1 (method of simulated moments);
 * Künsch (1989) (blocks); Schäfer and Strimmer, "A shrinkage approach to large-scale covariance matrix estimation" (2005), target D.
 */

import { hashText, invariant, TwinError, Xoshiro128 } from '../../base/index.ts';
import { choleskyFactor, inverseOfFactored, mean, standardDeviation } from '../../math/index.ts';

const DRAWS_DEFAULT = 1000;
/** Windows from which a covariance can be drawn at all. */
const WINDOWS_MIN = 8;
/** Share of the windows that has to have a moment for it to be compared. */
const SEEN_SHARE_MIN = 0.5;
/** Never less is shrunk: without it a moment that is the sum of others would have infinite weight. */
const SHRINKAGE_MIN = 0.05;
/** A spread of this many parts of the mean is rounding. */
const SPREAD_MIN = 1e-10;
/** What a moment counts as that the real flow has and the simulated has not: this many standard errors off. */
export const MISSING_ERRORS = 20;

export interface MomentWeights {
  readonly names: readonly string[];
  /** Mean of each moment over the windows that have it. */
  readonly means: Float64Array;
  /** Standard error of the difference of a simulated and the real mean; NaN for a moment that is left out. */
  readonly errors: Float64Array;
  /** Places of the moments that are compared. */
  readonly used: readonly number[];
  /** Moments that are left out, and why. */
  readonly dropped: readonly { readonly name: string; readonly reason: string }[];
  /** Among the used moments, in their order: the shrunk covariance of the difference, and its inverse. */
  readonly covariance: Float64Array;
  readonly inverse: Float64Array;
  /** Share that the correlations were shrunk by, 0 to 1. */
  readonly shrinkage: number;
  readonly windows: number;
  readonly blockWindows: number;
}

export interface MomentWeightsOptions {
  /** Of the moments, in their order. */
  readonly names: readonly string[];
  /** Windows of one simulation that its mean will be taken over; as many as the real ones unless given. */
  readonly simulatedWindows?: number;
  /** Neighbouring windows that are drawn together; the cube root of their number unless given. */
  readonly blockWindows?: number;
  readonly draws?: number;
  readonly seed?: number;
}

/** Mean of each moment over the windows that have it; NaN where none has. */
export function meanMoments(windows: readonly Float64Array[]): Float64Array {
  const size = windows[0]?.length ?? 0;
  return Float64Array.from({ length: size }, (_, i) =>
    mean(windows.map((window) => window[i]!).filter((value) => Number.isFinite(value))),
  );
}

/**
 * Weights from the moments of real windows, which stand in the order of time. Raises CALIBRATION_SEARCH below eight windows, or when no
 * moment is left to compare.
 */
export function momentWeights(
  windows: readonly Float64Array[],
  options: MomentWeightsOptions,
): MomentWeights {
  const count = windows.length;
  const { names, simulatedWindows = count, draws = DRAWS_DEFAULT, seed = 1 } = options;
  if (count < WINDOWS_MIN)
    throw new TwinError('CALIBRATION_SEARCH', `moments are weighed by at least ${WINDOWS_MIN} real windows`, {
      windows: count,
    });
  invariant(
    windows.every((window) => window.length === names.length),
    'each moment has one name',
  );
  const blockWindows = options.blockWindows ?? Math.max(1, Math.round(Math.cbrt(count)));
  const dropped: { name: string; reason: string }[] = [];
  const used = names.flatMap((name, i) => {
    const reason = reasonToDrop(windows, i);
    if (reason !== null) dropped.push({ name, reason });
    return reason === null ? [i] : [];
  });
  if (used.length === 0)
    throw new TwinError('CALIBRATION_SEARCH', 'at least one moment varies between the real windows', {
      windows: count,
      moments: names.length,
    });
  const random = new Xoshiro128(hashText('moment blocks', seed));
  const drawn = Array.from({ length: draws }, () => drawnMeans(windows, used, blockWindows, random));
  // The simulated mean has the same noise, of its own number of windows.
  const inflation = 1 + count / simulatedWindows;
  const sds = used.map((_, k) => standardDeviation(drawn.map((means) => means[k]!)) * Math.sqrt(inflation));
  const shrinkage = shrinkageOf(windows, used);
  const covariance = shrunkCovariance(drawn, sds, shrinkage);
  const factor = choleskyFactor(covariance, used.length);
  invariant(factor !== null, 'a covariance that is shrunk to its diagonal is positive definite');
  const errors = new Float64Array(names.length).fill(Number.NaN);
  for (const [k, i] of used.entries()) errors[i] = sds[k]!;
  const inverse = inverseOfFactored(factor, used.length);
  const means = meanMoments(windows);
  return {
    names,
    means,
    errors,
    used,
    dropped,
    covariance,
    inverse,
    shrinkage,
    windows: count,
    blockWindows,
  };
}

/**
 * g' W g of the used moments. One that the simulation has not counts as MISSING_ERRORS standard errors off, so that a dead market is far
 * from any real one and still comparable with another.
 */
export function momentDistance(
  simulated: ArrayLike<number>,
  real: ArrayLike<number>,
  { used, errors, inverse }: MomentWeights,
): number {
  const gaps = Float64Array.from(used, (i) => {
    const gap = simulated[i]! - real[i]!;
    return Number.isFinite(gap) ? gap : MISSING_ERRORS * errors[i]!;
  });
  let sum = 0;
  for (let a = 0; a < gaps.length; a++) {
    for (let b = 0; b < gaps.length; b++) sum += gaps[a]! * inverse[a * gaps.length + b]! * gaps[b]!;
  }
  return sum;
}

function reasonToDrop(windows: readonly Float64Array[], i: number): string | null {
  const seen = windows.map((window) => window[i]!).filter((value) => Number.isFinite(value));
  if (seen.length < SEEN_SHARE_MIN * windows.length)
    return `only ${seen.length} of ${windows.length} windows have it`;
  const spread = standardDeviation(seen);
  return spread > SPREAD_MIN * Math.abs(mean(seen)) && spread > 0 ? null : 'it is the same in every window';
}

/** Means over one draw of blocks, which go round at the end. */
function drawnMeans(
  windows: readonly Float64Array[],
  used: readonly number[],
  blockWindows: number,
  random: Xoshiro128,
): Float64Array {
  const count = windows.length;
  const sums = new Float64Array(used.length);
  const counts = new Float64Array(used.length);
  for (let taken = 0; taken < count; taken += blockWindows) {
    const start = random.nextBelow(count);
    for (let at = 0; at < blockWindows && taken + at < count; at++) {
      const window = windows[(start + at) % count]!;
      for (let k = 0; k < used.length; k++) {
        const value = window[used[k]!]!;
        if (!Number.isFinite(value)) continue;
        sums[k]! += value;
        counts[k]!++;
      }
    }
  }
  return sums.map((sum, k) => sum / counts[k]!);
}

/** Share to shrink by: how uncertain the correlations between windows are, against how large they are. */
function shrinkageOf(windows: readonly Float64Array[], used: readonly number[]): number {
  const standard = used.map((i) => {
    const values = windows.map((window) => window[i]!);
    const seen = values.filter((value) => Number.isFinite(value));
    const center = mean(seen);
    const sd = standardDeviation(seen);
    // A window without the moment stands at its mean: it says nothing of a correlation.
    return values.map((value) => (Number.isFinite(value) ? (value - center) / sd : 0));
  });
  const count = windows.length;
  let uncertain = 0;
  let squares = 0;
  for (let a = 0; a < standard.length; a++) {
    for (let b = 0; b < a; b++) {
      const products = standard[a]!.map((value, w) => value * standard[b]![w]!);
      const correlation = (mean(products) * count) / (count - 1);
      uncertain += (standardDeviation(products) ** 2 * count) / (count - 1) ** 2;
      squares += correlation * correlation;
    }
  }
  return squares > 0 ? Math.min(1, Math.max(SHRINKAGE_MIN, uncertain / squares)) : 1;
}

function shrunkCovariance(
  drawn: readonly Float64Array[],
  sds: readonly number[],
  shrinkage: number,
): Float64Array {
  const size = sds.length;
  const centers = Float64Array.from({ length: size }, (_, k) => mean(drawn.map((means) => means[k]!)));
  const scales = Float64Array.from({ length: size }, (_, k) =>
    standardDeviation(drawn.map((means) => means[k]!)),
  );
  const covariance = new Float64Array(size * size);
  for (const means of drawn) {
    for (let a = 0; a < size; a++) {
      const gap = (means[a]! - centers[a]!) / scales[a]!;
      for (let b = 0; b < a; b++) covariance[a * size + b]! += (gap * (means[b]! - centers[b]!)) / scales[b]!;
    }
  }
  for (let a = 0; a < size; a++) {
    covariance[a * size + a] = sds[a]! * sds[a]!;
    for (let b = 0; b < a; b++) {
      const correlation = covariance[a * size + b]! / (drawn.length - 1);
      const value = (1 - shrinkage) * correlation * sds[a]! * sds[b]!;
      covariance[a * size + b] = value;
      covariance[b * size + a] = value;
    }
  }
  return covariance;
}
