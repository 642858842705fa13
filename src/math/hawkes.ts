// hot: bench/flow.ts
/**
 * Hawkes processes of several types with kernels that are sums of exponentials of fixed decays (fidelity.md §3.3):
 *
 *   lambda_i(t) = mu_i + sum_j sum_k a_ijk b_k R_jk(t),   R_jk(t) = sum over events of type j before t of exp(-b_k (t - t_n))
 *
 * a_ijk is the mean number of events of type i that one of type j causes directly at decay k. Times are in seconds. The state
 * of such a process is the J x K numbers R, which an event and the passing of time change by rules of their own.
 */

import { TwinError } from '../base/index.ts';
import { solveLinear, spectralRadius } from './matrix.ts';

/** Events in order of time, from time 0 on. Where times are equal the order of the list counts. */
export interface TypedEvents {
  readonly timesS: Float64Array;
  /** Type of each, 0 to `typeCount` - 1. */
  readonly types: Uint8Array;
  readonly typeCount: number;
  /** End of the observation, s. */
  readonly endS: number;
}

export interface HawkesModel {
  readonly typeCount: number;
  /** b_k, 1/s, each above 0. */
  readonly decays: Float64Array;
  /** mu_i, 1/s, at i. */
  readonly baselines: Float64Array;
  /** a_ijk at (i * typeCount + j) * decays + k. */
  readonly weights: Float64Array;
}

/** The memory of a process: R_jk at j * decays + k. */
export class HawkesMemory {
  readonly decays: Float64Array;
  readonly values: Float64Array;
  readonly #factors: Float64Array;

  constructor(typeCount: number, decays: Float64Array) {
    this.decays = decays;
    this.values = new Float64Array(typeCount * decays.length);
    this.#factors = new Float64Array(decays.length);
  }

  /** Lets time pass, s. */
  pass(seconds: number): void {
    if (seconds === 0) return;
    const { decays, values } = this;
    const factors = this.#factors;
    const count = decays.length;
    for (let k = 0; k < count; k++) factors[k] = Math.exp(-decays[k]! * seconds);
    for (let at = 0; at < values.length; at += count) {
      for (let k = 0; k < count; k++) values[at + k]! *= factors[k]!;
    }
  }

  /** An event of a type happens. */
  add(type: number): void {
    const count = this.decays.length;
    const at = type * count;
    for (let k = 0; k < count; k++) this.values[at + k]! += 1;
  }
}

/** Intensity of type i, 1/s. */
export function intensityOf(model: HawkesModel, memory: HawkesMemory, type: number): number {
  const { decays, weights } = model;
  const { values } = memory;
  const from = type * values.length;
  let sum = model.baselines[type]!;
  for (let at = 0, k = 0; at < values.length; at++) {
    sum += weights[from + at]! * decays[k]! * values[at]!;
    if (++k === decays.length) k = 0;
  }
  return sum;
}

/** Logarithm of the likelihood of events from time 0 to their end. */
export function hawkesLogLikelihood(model: HawkesModel, events: TypedEvents): number {
  const memory = new HawkesMemory(model.typeCount, model.decays);
  let sum = 0;
  let last = 0;
  for (let n = 0; n < events.timesS.length; n++) {
    const time = events.timesS[n]!;
    memory.pass(time - last);
    last = time;
    const type = events.types[n]!;
    sum += Math.log(intensityOf(model, memory, type));
    memory.add(type);
  }
  return sum - hawkesCompensator(model, events);
}

/** Expected number of events over the observation, all types together. */
export function hawkesCompensator(model: HawkesModel, { timesS, types, endS }: TypedEvents): number {
  const { typeCount, decays, weights, baselines } = model;
  const decayCount = decays.length;
  const reached = new Float64Array(typeCount * decayCount);
  for (let n = 0; n < timesS.length; n++) {
    const at = types[n]! * decayCount;
    for (let k = 0; k < decayCount; k++) reached[at + k]! -= Math.expm1(-decays[k]! * (endS - timesS[n]!));
  }
  let sum = 0;
  for (let i = 0; i < typeCount; i++) {
    sum += baselines[i]! * endS;
    for (let at = 0; at < reached.length; at++) sum += weights[i * reached.length + at]! * reached[at]!;
  }
  return sum;
}

/**
 * Time-rescaled waiting times: the expected number of events of all types between one event and the next. Of the true model
 * they are independent and exponential with mean 1.
 */
export function hawkesResiduals(model: HawkesModel, events: TypedEvents): Float64Array {
  const { typeCount, decays, weights, baselines } = model;
  const memory = new HawkesMemory(typeCount, decays);
  const cells = memory.values.length;
  const allBaselines = baselines.reduce((sum, value) => sum + value, 0);
  const allWeights = new Float64Array(cells);
  for (let i = 0; i < typeCount; i++) {
    for (let at = 0; at < cells; at++) allWeights[at]! += weights[i * cells + at]!;
  }
  const residuals = new Float64Array(events.timesS.length);
  let last = 0;
  for (let n = 0; n < residuals.length; n++) {
    const waited = events.timesS[n]! - last;
    let expected = allBaselines * waited;
    for (let at = 0, k = 0; at < cells; at++) {
      expected -= allWeights[at]! * memory.values[at]! * Math.expm1(-decays[k]! * waited);
      if (++k === decays.length) k = 0;
    }
    residuals[n] = expected;
    memory.pass(waited);
    memory.add(events.types[n]!);
    last = events.timesS[n]!;
  }
  return residuals;
}

/** Events of type i that one of type j causes directly, at i * typeCount + j. */
export function branchingMatrix({ typeCount, decays, weights }: HawkesModel): Float64Array {
  const matrix = new Float64Array(typeCount * typeCount);
  for (let cell = 0; cell < matrix.length; cell++) {
    for (let k = 0; k < decays.length; k++) matrix[cell]! += weights[cell * decays.length + k]!;
  }
  return matrix;
}

/** Spectral radius of the branching matrix: below 1 the process does not explode. */
export function branchingRadius(model: HawkesModel): number {
  return spectralRadius(branchingMatrix(model), model.typeCount);
}

/** Mean rates in the long run, 1/s: (I - N)^-1 mu. Raises MATH_DOMAIN where the spectral radius is 1 or more. */
export function stationaryRates(model: HawkesModel): Float64Array {
  const radius = branchingRadius(model);
  if (!(radius < 1)) {
    throw new TwinError(
      'MATH_DOMAIN',
      'a stationary process has a branching matrix of spectral radius below 1',
      {
        radius,
      },
    );
  }
  const matrix = branchingMatrix(model).map((value, cell) => {
    const isDiagonal = cell % (model.typeCount + 1) === 0;
    return (isDiagonal ? 1 : 0) - value;
  });
  return solveLinear(matrix, model.baselines);
}

/**
 * The excitation of each type, ready to draw from: E_ik = sum_j a_ijk b_k R_jk at i * decays + k. Equal to what HawkesMemory
 * remembers, at J x K numbers for all intensities together.
 */
export class HawkesExcitation {
  readonly values: Float64Array;
  readonly #model: HawkesModel;
  readonly #factors: Float64Array;

  constructor(model: HawkesModel) {
    this.#model = model;
    this.values = new Float64Array(model.typeCount * model.decays.length);
    this.#factors = new Float64Array(model.decays.length);
  }

  /** Takes on a memory, R_jk at j * decays + k. */
  remember(memory: Float64Array): void {
    const { typeCount, decays, weights } = this.#model;
    const count = decays.length;
    for (let i = 0; i < typeCount; i++) {
      for (let k = 0; k < count; k++) {
        let sum = 0;
        for (let j = 0; j < typeCount; j++)
          sum += weights[(i * typeCount + j) * count + k]! * memory[j * count + k]!;
        this.values[i * count + k] = sum * decays[k]!;
      }
    }
  }

  pass(seconds: number): void {
    const { decays } = this.#model;
    const { values } = this;
    const factors = this.#factors;
    const count = decays.length;
    for (let k = 0; k < count; k++) factors[k] = Math.exp(-decays[k]! * seconds);
    for (let at = 0; at < values.length; at += count) {
      for (let k = 0; k < count; k++) values[at + k]! *= factors[k]!;
    }
  }

  add(type: number): void {
    const { typeCount, decays, weights } = this.#model;
    const { values } = this;
    const count = decays.length;
    for (let i = 0; i < typeCount; i++) {
      const from = (i * typeCount + type) * count;
      for (let k = 0; k < count; k++) values[i * count + k]! += weights[from + k]! * decays[k]!;
    }
  }

  /** Writes factor x (baseline + excitation) of each type, 1/s; returns their sum. */
  intensities(factors: Float64Array, out: Float64Array): number {
    const { baselines, decays } = this.#model;
    const { values } = this;
    const count = decays.length;
    let total = 0;
    for (let i = 0, at = 0; i < out.length; i++) {
      let sum = baselines[i]!;
      for (let k = 0; k < count; k++, at++) sum += values[at]!;
      sum *= factors[i]!;
      out[i] = sum;
      total += sum;
    }
    return total;
  }
}
