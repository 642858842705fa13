/**
 * One run of the covariance matrix adaptation evolution strategy: points are drawn from a normal distribution whose mean moves to the
 * better ones, whose covariance learns the shape of the valley, and whose step grows while it keeps its direction.
 *
 *   y = C^(1/2) z,  x = m + s y;   m, C and s follow from the z and y of the points in the order of their losses
 *
 * Source: Hansen, "The CMA evolution strategy: a tutorial" (arXiv 1604.00772, 2016), all parameters as in its table 1, negative weights
 * included; ends of a run as in Auger and Hansen, "A restart CMA evolution strategy with increasing population size" (2005), and
 * Hansen, "Benchmarking a BI-population CMA-ES" (2009).
 */

import type { Xoshiro128 } from '../../base/index.ts';
import { median, normal, symmetricEigen } from '../../math/index.ts';

const CONDITION_MAX = 1e14;
const STEP_TOLERANCE = 1e-12;
/** A cube is not searched better by steps of many cubes. */
const STEP_MAX = 1e3;
const FAILED_GENERATIONS_MAX = 2;

export type RunEnd =
  | 'losses within the tolerance'
  | 'flat losses'
  | 'steps too small'
  | 'steps without effect'
  | 'covariance out of condition'
  | 'no progress'
  | 'steps too large'
  | 'all points failed';

/** Weights and rates that follow from dimension and population. */
interface Rates {
  readonly weights: Float64Array;
  readonly parents: number;
  readonly massEffective: number;
  readonly step: number;
  readonly damping: number;
  readonly path: number;
  readonly rankOne: number;
  readonly rankMu: number;
  /** Length of a standard normal vector, expected. */
  readonly length: number;
}

export class CmaEsRun {
  readonly population: number;
  readonly dimension: number;
  /** Not held within the cube: see `mirrored`. */
  readonly mean: Float64Array;
  step: number;
  generation = 0;
  readonly #rates: Rates;
  readonly #covariance: Float64Array;
  readonly #stepPath: Float64Array;
  readonly #covariancePath: Float64Array;
  readonly #startStep: number;
  readonly #toleranceLoss: number;
  #roots: Float64Array;
  #axes: Float64Array;
  #draws: { readonly z: Float64Array; readonly y: Float64Array }[] = [];
  #bests: number[] = [];
  #medians: number[] = [];
  #failedGenerations = 0;

  constructor(mean: Float64Array, step: number, population: number, toleranceLoss: number) {
    const n = mean.length;
    this.dimension = n;
    this.population = population;
    this.mean = Float64Array.from(mean);
    this.step = step;
    this.#startStep = step;
    this.#toleranceLoss = toleranceLoss;
    this.#rates = ratesOf(n, population);
    this.#covariance = new Float64Array(n * n);
    this.#axes = new Float64Array(n * n);
    this.#roots = new Float64Array(n).fill(1);
    for (let i = 0; i < n; i++) {
      this.#covariance[i * n + i] = 1;
      this.#axes[i * n + i] = 1;
    }
    this.#stepPath = new Float64Array(n);
    this.#covariancePath = new Float64Array(n);
  }

  /** The next generation. */
  draw(random: Xoshiro128): Float64Array[] {
    const n = this.dimension;
    this.#draws = Array.from({ length: this.population }, () => {
      const z = Float64Array.from({ length: n }, () => normal(random));
      return { z, y: this.#stretched(z) };
    });
    return this.#draws.map(({ y }) => this.mean.map((value, i) => value + this.step * y[i]!));
  }

  /** Learns from the losses of the last generation, in its order; says why the run is over, null if it goes on. */
  learn(losses: readonly number[]): RunEnd | null {
    if (losses.every((loss) => loss === Number.POSITIVE_INFINITY)) {
      return ++this.#failedGenerations >= FAILED_GENERATIONS_MAX ? 'all points failed' : null;
    }
    this.#failedGenerations = 0;
    const order = losses.map((_, i) => i).sort((a, b) => compared(losses[a]!, losses[b]!) || a - b);
    const ranked = order.map((i) => this.#draws[i]!);
    this.#update(ranked);
    this.generation++;
    const sorted = order.map((i) => losses[i]!);
    this.#bests.push(sorted[0]!);
    this.#medians.push(median(sorted));
    return this.#ending(sorted);
  }

  #update(ranked: readonly { readonly z: Float64Array; readonly y: Float64Array }[]): void {
    const n = this.dimension;
    const { weights, parents, massEffective, step, damping, path, rankOne, rankMu, length } = this.#rates;
    const meanY = new Float64Array(n);
    const meanZ = new Float64Array(n);
    for (let r = 0; r < parents; r++) {
      for (let i = 0; i < n; i++) {
        meanY[i]! += weights[r]! * ranked[r]!.y[i]!;
        meanZ[i]! += weights[r]! * ranked[r]!.z[i]!;
      }
    }
    // C^(-1/2) of the mean of y is the mean of z in the axes of C.
    const whitened = this.#turned(meanZ);
    const stepGain = Math.sqrt(step * (2 - step) * massEffective);
    for (let i = 0; i < n; i++) {
      this.mean[i]! += this.step * meanY[i]!;
      this.#stepPath[i] = (1 - step) * this.#stepPath[i]! + stepGain * whitened[i]!;
    }
    const norm = Math.sqrt(this.#stepPath.reduce((sum, value) => sum + value * value, 0));
    this.step *= Math.exp(Math.min(1, (step / damping) * (norm / length - 1)));
    const expected = Math.sqrt(1 - (1 - step) ** (2 * (this.generation + 1)));
    const isSteady = norm / expected < (1.4 + 2 / (n + 1)) * length;
    const pathGain = isSteady ? Math.sqrt(path * (2 - path) * massEffective) : 0;
    for (let i = 0; i < n; i++) {
      this.#covariancePath[i] = (1 - path) * this.#covariancePath[i]! + pathGain * meanY[i]!;
    }
    const scales = weights.map((weight, r) => {
      if (weight >= 0) return rankMu * weight;
      const square = ranked[r]!.z.reduce((sum, value) => sum + value * value, 0);
      return (rankMu * weight * n) / Math.max(square, 1e-12);
    });
    const lost = isSteady ? 0 : rankOne * path * (2 - path);
    const kept = 1 + lost - rankOne - rankMu * weights.reduce((sum, weight) => sum + weight, 0);
    const c = this.#covariance;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j <= i; j++) {
        let value = kept * c[i * n + j]! + rankOne * this.#covariancePath[i]! * this.#covariancePath[j]!;
        for (let r = 0; r < scales.length; r++) value += scales[r]! * ranked[r]!.y[i]! * ranked[r]!.y[j]!;
        c[i * n + j] = value;
        c[j * n + i] = value;
      }
    }
    const { values, vectors } = symmetricEigen(c, n);
    this.#axes = vectors;
    this.#roots = values.map((value) => Math.sqrt(Math.max(value, 0)));
  }

  #ending(sorted: readonly number[]): RunEnd | null {
    const n = this.dimension;
    const roots = this.#roots;
    const least = roots[n - 1]!;
    if (!(least > 0) || (roots[0]! / least) ** 2 > CONDITION_MAX) return 'covariance out of condition';
    if (this.step * roots[0]! > STEP_MAX * this.#startStep) return 'steps too large';
    const recent = this.#bests.slice(-(10 + Math.ceil((30 * n) / this.population)));
    const isFull = recent.length === 10 + Math.ceil((30 * n) / this.population);
    const spread = Math.max(...recent) - Math.min(...recent);
    if (isFull && spread === 0) return 'flat losses';
    const worst = sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length / 2))]!;
    if (isFull && spread <= this.#toleranceLoss && worst - sorted[0]! <= this.#toleranceLoss)
      return 'losses within the tolerance';
    const sds = Array.from({ length: n }, (_, i) => this.step * Math.sqrt(this.#covariance[i * n + i]!));
    if (sds.every((sd, i) => Math.max(sd, this.step * Math.abs(this.#covariancePath[i]!)) < STEP_TOLERANCE))
      return 'steps too small';
    if (sds.some((sd, i) => this.mean[i] === this.mean[i]! + 0.2 * sd)) return 'steps without effect';
    return this.#isStagnant() ? 'no progress' : null;
  }

  /** Neither the best nor the median loss of the last third of the run's memory is better than that of the first. */
  #isStagnant(): boolean {
    const memory = Math.ceil(120 + (30 * this.dimension) / this.population + 0.2 * this.generation);
    if (this.generation < memory) return false;
    return [this.#bests, this.#medians].every((history) => {
      const seen = history.slice(-memory);
      const part = Math.floor(0.3 * memory);
      return median(seen.slice(-part)) >= median(seen.slice(0, part));
    });
  }

  /** C^(1/2) z, with z in the axes of C. */
  #stretched(z: Float64Array): Float64Array {
    return this.#turned(z.map((value, r) => value * this.#roots[r]!));
  }

  /** A vector given in the axes of C, in those of the cube. */
  #turned(inAxes: Float64Array): Float64Array {
    const n = this.dimension;
    const out = new Float64Array(n);
    for (let r = 0; r < n; r++) for (let i = 0; i < n; i++) out[i]! += inAxes[r]! * this.#axes[r * n + i]!;
    return out;
  }
}

/** Two infinities are equal, which their difference does not say. */
function compared(a: number, b: number): number {
  return a === b ? 0 : a - b;
}

function ratesOf(n: number, population: number): Rates {
  const raw = Float64Array.from(
    { length: population },
    (_, i) => Math.log((population + 1) / 2) - Math.log(i + 1),
  );
  const parents = Math.floor(population / 2);
  const good = raw.subarray(0, parents);
  const bad = raw.subarray(parents);
  const sum = (values: Float64Array, power = 1): number => values.reduce((total, w) => total + w ** power, 0);
  const massEffective = sum(good) ** 2 / sum(good, 2);
  const badMass = sum(bad, 2) > 0 ? sum(bad) ** 2 / sum(bad, 2) : 0;
  const rankOne = 2 / ((n + 1.3) ** 2 + massEffective);
  const rankMu = Math.min(
    1 - rankOne,
    (2 * (0.25 + massEffective + 1 / massEffective - 2)) / ((n + 2) ** 2 + massEffective),
  );
  const badSum = Math.min(
    1 + rankOne / rankMu,
    1 + (2 * badMass) / (massEffective + 2),
    (1 - rankOne - rankMu) / (n * rankMu),
  );
  const weights = raw.map((w, i) => (i < parents ? w / sum(good) : (badSum * w) / Math.abs(sum(bad))));
  const step = (massEffective + 2) / (n + massEffective + 5);
  return {
    weights,
    parents,
    massEffective,
    step,
    damping: 1 + 2 * Math.max(0, Math.sqrt((massEffective - 1) / (n + 1)) - 1) + step,
    path: (4 + massEffective / n) / (n + 4 + (2 * massEffective) / n),
    rankOne,
    rankMu,
    length: Math.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n)),
  };
}
