/**
 * Regression by a Gaussian process: a mean of 0, Matérn's kernel with exponent 5/2 and one length per dimension, and noise.
 *
 *   k(x, x') = s^2 (1 + √5 r + 5 r^2 / 3) exp(-√5 r),   r^2 = sum_d ((x_d - x'_d) / l_d)^2
 *
 * Values are standardised before and turned back after. Lengths, signal and noise maximise the marginal likelihood of the values
 * times a wide prior, by iRprop-.
 * Sources: Rasmussen and Williams, "Gaussian processes for machine learning" (2006), algorithm 2.1 and §5.4; Blum and Riedmiller,
 * "Optimization of Gaussian process hyperparameters using Rprop" (2013).
 */

import { invariant, TwinError, type Xoshiro128 } from '../base/index.ts';
import {
  choleskyFactor,
  inverseOfFactored,
  logDeterminantOfFactored,
  solveFactored,
  solveLower,
} from './cholesky.ts';
import { mean, standardDeviation } from './order-statistics.ts';
import { normal } from './ziggurat.ts';

/** Logarithms: a length per dimension, then the variance of the signal, then that of the noise, both of standardised values. */
export type GaussianHyper = Float64Array<ArrayBuffer>;

export interface GaussianPrediction {
  readonly mean: number;
  /** Of the noiseless value. */
  readonly sd: number;
}

const ROOT5 = Math.sqrt(5);
const LOG_LENGTH = { low: Math.log(0.005), high: Math.log(20), center: Math.log(0.5), sd: 1 };
const LOG_SIGNAL = { low: Math.log(0.01), high: Math.log(1000), center: 0, sd: 1.5 };
const LOG_NOISE = { low: Math.log(1e-8), high: 0, center: Math.log(1e-3), sd: 3 };
/** Above it the last fit is near enough to start from. */
const TWO_STARTS_POINTS_MAX = 60;
const DRAW_JITTER = 1e-8;
const JITTER_START = 1e-10;
const JITTER_MAX = 1e-2;
/** A standardised spread below this is no spread. */
const SCALE_MIN = 1e-300;

/** A process given its points and hyperparameters; it predicts and draws. */
export class GaussianProcess {
  readonly hyper: GaussianHyper;
  /** Of the standardised values. */
  readonly logLikelihood: number;
  /** Each entry over its length. */
  readonly #points: readonly Float64Array[];
  readonly #factor: Float64Array;
  readonly #weights: Float64Array;
  readonly #center: number;
  readonly #scale: number;

  /** Raises MATH_DOMAIN for values that are not finite, or points that no jitter tells apart. */
  constructor(points: readonly Float64Array[], values: ArrayLike<number>, hyper: GaussianHyper) {
    const { center, scale, standard } = standardised(points, values);
    this.#points = points.map((point) => scaledBy(hyper, point));
    this.#center = center;
    this.#scale = scale;
    this.hyper = hyper;
    this.#factor = factorOf(covarianceOf(this.#points, hyper), points.length);
    this.#weights = solveFactored(this.#factor, standard);
    this.logLikelihood = likelihoodOf(this.#factor, this.#weights, standard);
  }

  predict(point: ArrayLike<number>): GaussianPrediction {
    const row = this.#row(scaledBy(this.hyper, point));
    const half = solveLower(this.#factor, row);
    let center = 0;
    let variance = signalOf(this.hyper);
    for (let i = 0; i < row.length; i++) {
      center += row[i]! * this.#weights[i]!;
      variance -= half[i]! * half[i]!;
    }
    return {
      mean: this.#center + this.#scale * center,
      sd: this.#scale * Math.sqrt(Math.max(0, variance)),
    };
  }

  /** One draw of the noiseless values at several points together. Complexity: count^3 / 6 + points^2 count. */
  draw(at: readonly Float64Array[], random: Xoshiro128): Float64Array {
    const count = at.length;
    const means = new Float64Array(count);
    const scaled = at.map((point) => scaledBy(this.hyper, point));
    const signal = signalOf(this.hyper);
    const halves = scaled.map((point, i) => {
      const row = this.#row(point);
      for (let k = 0; k < row.length; k++) means[i]! += row[k]! * this.#weights[k]!;
      return solveLower(this.#factor, row);
    });
    const covariance = new Float64Array(count * count);
    for (let i = 0; i < count; i++) {
      for (let j = 0; j <= i; j++) {
        let value = signal * matern(distanceOf(scaled[i]!, scaled[j]!));
        const a = halves[i]!;
        const b = halves[j]!;
        for (let k = 0; k < a.length; k++) value -= a[k]! * b[k]!;
        covariance[i * count + j] = value;
      }
      // Points close by are equal but for rounding.
      covariance[i * count + i]! += DRAW_JITTER * signal;
    }
    const factor = factorOf(covariance, count);
    const noise = Float64Array.from({ length: count }, () => normal(random));
    return means.map((value, i) => {
      let sum = value;
      for (let k = 0; k <= i; k++) sum += factor[i * count + k]! * noise[k]!;
      return this.#center + this.#scale * sum;
    });
  }

  #row(scaled: Float64Array): Float64Array {
    const signal = signalOf(this.hyper);
    return Float64Array.from(this.#points, (other) => signal * matern(distanceOf(scaled, other)));
  }
}

export interface GaussianFitOptions {
  /** Where the ascent starts beside the middle of the prior, or instead of it above 60 points: the hyperparameters of the last fit. */
  readonly start?: GaussianHyper | null;
  readonly stepsMax?: number;
  /** Without a prior the marginal likelihood alone is maximised. */
  readonly hasPrior?: boolean;
}

/** Fits the hyperparameters and gives the process with them. Complexity: steps x points^2 (points + dimensions). */
export function fitGaussianProcess(
  points: readonly Float64Array[],
  values: ArrayLike<number>,
  { start = null, stepsMax = 60, hasPrior = true }: GaussianFitOptions = {},
): GaussianProcess {
  const { standard } = standardised(points, values);
  const limits = limitsOf(points[0]!.length);
  const starts: GaussianHyper[] = [];
  if (start === null || points.length <= TWO_STARTS_POINTS_MAX) {
    starts.push(Float64Array.from(limits, ({ center }) => center));
  }
  if (start !== null) starts.push(start);
  let best: { hyper: GaussianHyper; value: number } | null = null;
  for (const from of starts) {
    const found = ascend(points, standard, from, { stepsMax, hasPrior });
    if (best === null || found.value > best.value) best = found;
  }
  return new GaussianProcess(points, values, best!.hyper);
}

/** Logarithm of the marginal likelihood of standardised values and its gradient; null where the covariance cannot be factored. */
export function marginalLikelihood(
  points: readonly Float64Array[],
  standard: Float64Array,
  hyper: GaussianHyper,
): { readonly value: number; readonly gradient: Float64Array } | null {
  const count = points.length;
  const dimension = hyper.length - 2;
  const scaled = points.map((point) => scaledBy(hyper, point));
  const factor = choleskyFactor(covarianceOf(scaled, hyper), count);
  if (factor === null) return null;
  const weights = solveFactored(factor, standard);
  const inverse = inverseOfFactored(factor, count);
  const gradient = new Float64Array(hyper.length);
  const signal = signalOf(hyper);
  const noise = Math.exp(hyper[dimension + 1]!);
  for (let i = 0; i < count; i++) {
    const p = scaled[i]!;
    for (let j = 0; j <= i; j++) {
      const pull = (weights[i]! * weights[j]! - inverse[i * count + j]!) * (i === j ? 0.5 : 1);
      if (i === j) {
        gradient[dimension]! += pull * signal;
        gradient[dimension + 1]! += pull * noise;
        continue;
      }
      const q = scaled[j]!;
      const r = distanceOf(p, q);
      gradient[dimension]! += pull * signal * matern(r);
      const slope = pull * signal * (5 / 3) * (1 + ROOT5 * r) * Math.exp(-ROOT5 * r);
      for (let d = 0; d < dimension; d++) {
        const gap = p[d]! - q[d]!;
        gradient[d]! += slope * gap * gap;
      }
    }
  }
  return { value: likelihoodOf(factor, weights, standard), gradient };
}

/** Signs of the gradient alone decide the steps: they grow while a sign stays and are halved when it turns. */
function ascend(
  points: readonly Float64Array[],
  standard: Float64Array,
  from: GaussianHyper,
  { stepsMax, hasPrior }: { readonly stepsMax: number; readonly hasPrior: boolean },
): { hyper: GaussianHyper; value: number } {
  const limits = limitsOf(from.length - 2);
  const at = from.map((value, i) => Math.min(limits[i]!.high, Math.max(limits[i]!.low, value)));
  const step = new Float64Array(at.length).fill(0.2);
  const last = new Float64Array(at.length);
  let best = { hyper: Float64Array.from(at), value: Number.NEGATIVE_INFINITY };
  for (let n = 0; n < stepsMax && Math.max(...step) > 1e-4; n++) {
    const found = marginalLikelihood(points, standard, at);
    // Too smooth for its noise to be factored: more noise is the way back.
    if (found === null) {
      at[at.length - 1]! += 1;
      continue;
    }
    let { value } = found;
    const { gradient } = found;
    if (hasPrior) value += addPrior(at, limits, gradient);
    if (value > best.value) best = { hyper: Float64Array.from(at), value };
    for (let i = 0; i < at.length; i++) {
      const turn = Math.sign(gradient[i]!) * last[i]!;
      if (turn > 0) step[i] = Math.min(1.5, step[i]! * 1.2);
      if (turn < 0) step[i] = Math.max(1e-6, step[i]! * 0.5);
      const direction = turn < 0 ? 0 : Math.sign(gradient[i]!);
      last[i] = direction;
      at[i] = Math.min(limits[i]!.high, Math.max(limits[i]!.low, at[i]! + direction * step[i]!));
    }
  }
  return best;
}

interface Limit {
  readonly low: number;
  readonly high: number;
  readonly center: number;
  readonly sd: number;
}

function limitsOf(dimension: number): Limit[] {
  return [...Array.from({ length: dimension }, () => LOG_LENGTH), LOG_SIGNAL, LOG_NOISE];
}

/** Adds the prior's slope to the gradient and gives its logarithm. */
function addPrior(at: Float64Array, limits: readonly Limit[], gradient: Float64Array): number {
  let value = 0;
  for (const [i, { center, sd }] of limits.entries()) {
    const z = (at[i]! - center) / sd;
    value -= (z * z) / 2;
    gradient[i]! -= z / sd;
  }
  return value;
}

function standardised(
  points: readonly Float64Array[],
  values: ArrayLike<number>,
): { center: number; scale: number; standard: Float64Array } {
  invariant(points.length === values.length, 'each point of a process has one value');
  if (points.length === 0)
    throw new TwinError('MATH_DOMAIN', 'a Gaussian process is fitted to at least one point', { points: 0 });
  const center = mean(values);
  if (!Number.isFinite(center))
    throw new TwinError('MATH_DOMAIN', 'the values of a Gaussian process are finite', { mean: center });
  const sd = standardDeviation(values);
  const scale = sd > SCALE_MIN ? sd : 1;
  return { center, scale, standard: Float64Array.from(values, (value) => (value - center) / scale) };
}

function signalOf(hyper: GaussianHyper): number {
  return Math.exp(hyper[hyper.length - 2]!);
}

/** A point in units of the lengths. */
function scaledBy(hyper: GaussianHyper, point: ArrayLike<number>): Float64Array {
  const scaled = new Float64Array(hyper.length - 2);
  for (let d = 0; d < scaled.length; d++) scaled[d] = point[d]! / Math.exp(hyper[d]!);
  return scaled;
}

function distanceOf(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let d = 0; d < a.length; d++) sum += (a[d]! - b[d]!) * (a[d]! - b[d]!);
  return Math.sqrt(sum);
}

/** Matérn's correlation at a distance. */
function matern(r: number): number {
  return (1 + ROOT5 * r + (5 / 3) * r * r) * Math.exp(-ROOT5 * r);
}

/** Lower triangle, noise on the diagonal. */
function covarianceOf(scaled: readonly Float64Array[], hyper: GaussianHyper): Float64Array {
  const count = scaled.length;
  const covariance = new Float64Array(count * count);
  const signal = signalOf(hyper);
  const noise = Math.exp(hyper[hyper.length - 1]!);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < i; j++) {
      covariance[i * count + j] = signal * matern(distanceOf(scaled[i]!, scaled[j]!));
    }
    covariance[i * count + i] = signal + noise;
  }
  return covariance;
}

/** The factor with the least jitter on the diagonal that makes one. */
function factorOf(covariance: Float64Array, count: number): Float64Array {
  const plain = choleskyFactor(covariance, count);
  if (plain !== null) return plain;
  for (let jitter = JITTER_START; jitter <= JITTER_MAX; jitter *= 10) {
    const eased = Float64Array.from(covariance);
    for (let i = 0; i < count; i++) eased[i * count + i]! += jitter;
    const factor = choleskyFactor(eased, count);
    if (factor !== null) return factor;
  }
  throw new TwinError('MATH_DOMAIN', 'a covariance is positive definite, or nearly so', { points: count });
}

function likelihoodOf(factor: Float64Array, weights: Float64Array, standard: Float64Array): number {
  const count = standard.length;
  let fit = 0;
  for (let i = 0; i < count; i++) fit += standard[i]! * weights[i]!;
  return -(fit + logDeterminantOfFactored(factor, count) + count * Math.log(2 * Math.PI)) / 2;
}
