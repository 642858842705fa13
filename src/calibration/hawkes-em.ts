// hot: bench/flow.ts
/**
 * Fits a Hawkes process with kernels of fixed decays by expectation and maximisation, which is closed form then and costs one
 * pass over the events an iteration (fidelity.md §3.3). The likelihood never falls and all parameters stay above 0.
 *
 * Intensities may have factors that are known: lambda_i(t) = f_i(t) [mu_i + sum a_ijk b_k R_jk(t)], where f_i is constant
 * between two events (the state of the book, the time of day). Without them f is 1.
 */

import { TwinError } from '../base/index.ts';
import { branchingRadius, type HawkesModel, type TypedEvents } from '../math/index.ts';

export interface HawkesFitOptions {
  /** b_k, 1/s, each above 0. */
  readonly decays: readonly number[];
  readonly iterationsMax: number;
  /** Stops where an iteration adds less than this to the log-likelihood per event. */
  readonly tolerance: number;
  /** f_i over the interval before event n at n * typeCount + i; that after the last event comes last. Null: all are 1. */
  readonly factors: Float64Array | null;
  /**
   * 1 for events that the intensities have to explain; 0 for those that come by another rule and only add to the memory. Null:
   * all are explained.
   */
  readonly explained: Uint8Array | null;
  /** After each event so long nothing comes by intensity, s. */
  readonly deadS: number;
  /**
   * Exponential prior on the weights: each is fitted as if that many events more had had the chance to cause others and had caused
   * none. Keeps hundreds of weights from explaining noise; 0: likelihood alone.
   */
  readonly doubt: number;
  /** Where to start from; null: a tenth of the events without a cause, the others spread over all causes. */
  readonly start: HawkesModel | null;
}

export interface HawkesFit {
  readonly model: HawkesModel;
  readonly iterations: number;
  /** Whether the tolerance was met before `iterationsMax`. */
  readonly hasConverged: boolean;
  readonly logLikelihood: number;
  readonly spectralRadius: number;
  /** By how much all weights of the slowest decay were scaled to bring the radius below RADIUS_MAX; 1: not at all. */
  readonly slowestScale: number;
}

export const HAWKES_DEFAULTS: HawkesFitOptions = {
  decays: [5000, 500, 50, 5, 0.5, 0.05],
  iterationsMax: 100,
  tolerance: 1e-6,
  factors: null,
  explained: null,
  deadS: 0,
  doubt: 0,
  start: null,
};

/** Events below this number say nothing of hundreds of parameters. */
export const HAWKES_EVENTS_MIN = 100;
/** A process this near to 1 has clusters that outlast a day. */
export const RADIUS_MAX = 0.995;
const IMMIGRANT_SHARE = 0.1;

/** Raises CALIBRATION_DATA for too few events, a type that never happens, or times that go back. */
export function fitHawkes(events: TypedEvents, options: Partial<HawkesFitOptions> = {}): HawkesFit {
  const settings = { ...HAWKES_DEFAULTS, ...options };
  const counts = countTypes(events, settings.explained);
  const fit = new EmFit(events, settings, counts);
  let before = Number.NEGATIVE_INFINITY;
  let iterations = 0;
  let hasConverged = false;
  while (iterations < settings.iterationsMax && !hasConverged) {
    const found = fit.step();
    iterations++;
    hasConverged = found - before < settings.tolerance * events.timesS.length;
    before = found;
  }
  const { model, slowestScale } = belowRadius(fit.model);
  fit.model = model;
  return {
    model,
    iterations,
    hasConverged,
    logLikelihood: fit.logLikelihood(),
    spectralRadius: branchingRadius(model),
    slowestScale,
  };
}

function countTypes(
  { timesS, types, typeCount, endS }: TypedEvents,
  explained: Uint8Array | null,
): Float64Array {
  const counts = new Float64Array(typeCount);
  let last = 0;
  for (let n = 0; n < timesS.length; n++) {
    const time = timesS[n]!;
    if (!(time >= last && time <= endS)) {
      throw new TwinError('CALIBRATION_DATA', 'times of events do not go back and lie before the end', {
        event: n,
        timeS: time,
        beforeS: last,
        endS,
      });
    }
    last = time;
    if (explained === null || explained[n] === 1) counts[types[n]!]!++;
  }
  if (timesS.length < HAWKES_EVENTS_MIN) {
    throw new TwinError(
      'CALIBRATION_DATA',
      `a Hawkes process is fitted to ${HAWKES_EVENTS_MIN} events or more`,
      {
        events: timesS.length,
      },
    );
  }
  return counts;
}

class EmFit {
  model: HawkesModel;
  readonly #events: TypedEvents;
  readonly #factors: Float64Array | null;
  readonly #explained: Uint8Array | null;
  readonly #deadS: number;
  readonly #doubt: number;
  readonly #counts: Float64Array;
  /** exp(-b_k (t_n - t_(n-1))) at n * decays + k. */
  readonly #fading: Float64Array;
  /** Integral of f_i, and of f_i b_k R_jk, over the observation. */
  readonly #exposure: Float64Array;
  readonly #reach: Float64Array;

  constructor(
    events: TypedEvents,
    { decays, factors, explained, deadS, doubt, start }: HawkesFitOptions,
    counts: Float64Array,
  ) {
    const { typeCount, timesS } = events;
    this.#events = events;
    this.#factors = factors;
    this.#explained = explained;
    this.#deadS = deadS;
    this.#doubt = doubt;
    this.#counts = counts;
    const rates = Float64Array.from(decays);
    const count = rates.length;
    this.#fading = new Float64Array(timesS.length * count);
    for (let n = 0, last = 0; n < timesS.length; n++) {
      const waited = timesS[n]! - last;
      last = timesS[n]!;
      for (let k = 0; k < count; k++) this.#fading[n * count + k] = Math.exp(-rates[k]! * waited);
    }
    const { exposure, reach } = this.#integrate(rates);
    this.#exposure = exposure;
    this.#reach = reach;
    this.model = start ?? {
      typeCount,
      decays: rates,
      baselines: counts.map((n, i) => (IMMIGRANT_SHARE * n) / Math.max(exposure[i]!, Number.MIN_VALUE)),
      weights: this.#evenWeights(typeCount, count),
    };
  }

  /** One iteration; returns the log-likelihood of the model that it started from. */
  step(): number {
    const { timesS, types, typeCount } = this.#events;
    const { decays, baselines, weights } = this.model;
    const factors = this.#factors;
    const explained = this.#explained;
    const fading = this.#fading;
    const count = decays.length;
    const cells = typeCount * count;
    // Rates of a cause: weights times decays, so that the memory itself has no decay in it.
    const rates = weights.map((value, at) => value * decays[at % count]!);
    const memory = new Float64Array(cells);
    const caused = new Float64Array(weights.length);
    const uncaused = new Float64Array(typeCount);
    let logSum = 0;
    for (let n = 0; n < timesS.length; n++) {
      const fade = n * count;
      for (let at = 0; at < cells; at += count) {
        for (let k = 0; k < count; k++) memory[at + k]! *= fading[fade + k]!;
      }
      const type = types[n]!;
      const own = type * count;
      if (explained !== null && explained[n] === 0) {
        for (let k = 0; k < count; k++) memory[own + k]! += 1;
        continue;
      }
      const row = type * cells;
      let intensity = baselines[type]!;
      for (let at = 0; at < cells; at++) intensity += rates[row + at]! * memory[at]!;
      logSum += Math.log(factors === null ? intensity : intensity * factors[n * typeCount + type]!);
      const share = 1 / intensity;
      uncaused[type]! += share;
      for (let at = 0; at < cells; at++) caused[row + at]! += share * memory[at]!;
      for (let k = 0; k < count; k++) memory[own + k]! += 1;
    }
    const before = logSum - this.#compensator();
    const exposure = this.#exposure;
    const reach = this.#reach;
    this.model = {
      typeCount,
      decays,
      baselines: baselines.map((value, i) => (exposure[i]! > 0 ? (value * uncaused[i]!) / exposure[i]! : 0)),
      weights: weights.map((value, at) =>
        reach[at]! > 0 ? (value * caused[at]! * decays[at % count]!) / (reach[at]! + this.#doubt) : 0,
      ),
    };
    return before;
  }

  logLikelihood(): number {
    const kept = this.model;
    const found = this.step();
    this.model = kept;
    return found;
  }

  #compensator(): number {
    const { baselines, weights } = this.model;
    let sum = 0;
    for (let i = 0; i < baselines.length; i++) sum += baselines[i]! * this.#exposure[i]!;
    for (let at = 0; at < weights.length; at++) sum += weights[at]! * this.#reach[at]!;
    return sum;
  }

  #integrate(decays: Float64Array): { exposure: Float64Array; reach: Float64Array } {
    const { timesS, types, typeCount, endS } = this.#events;
    const count = decays.length;
    const cells = typeCount * count;
    const exposure = new Float64Array(typeCount);
    const reach = new Float64Array(typeCount * cells);
    const memory = new Float64Array(cells);
    const passed = new Float64Array(cells);
    let last = 0;
    for (let n = 0; n <= timesS.length; n++) {
      const time = n < timesS.length ? timesS[n]! : endS;
      const waited = time - last;
      const dead = n === 0 ? 0 : this.#deadS;
      last = time;
      if (waited > 0) {
        for (let k = 0; k < count; k++) {
          const kept = Math.exp(-decays[k]! * waited);
          const live = waited > dead ? Math.exp(-decays[k]! * dead) - kept : 0;
          for (let j = 0; j < typeCount; j++) {
            const at = j * count + k;
            passed[at] = memory[at]! * live;
            memory[at]! *= kept;
          }
        }
        for (let i = 0; i < typeCount; i++) {
          const factor = this.#factors === null ? 1 : this.#factors[n * typeCount + i]!;
          exposure[i]! += factor * Math.max(0, waited - dead);
          if (factor === 0) continue;
          for (let at = 0; at < cells; at++) reach[i * cells + at]! += factor * passed[at]!;
        }
      }
      if (n === timesS.length) break;
      const own = types[n]! * count;
      for (let k = 0; k < count; k++) memory[own + k]! += 1;
    }
    return { exposure, reach };
  }

  /** Every event is caused by all types and decays alike. */
  #evenWeights(typeCount: number, count: number): Float64Array {
    const weights = new Float64Array(typeCount * typeCount * count);
    const cells = typeCount * count;
    for (let at = 0; at < weights.length; at++) {
      const type = Math.floor(at / cells);
      const reach = this.#reach[at]!;
      weights[at] = reach > 0 ? ((1 - IMMIGRANT_SHARE) * this.#counts[type]!) / (cells * reach) : 0;
    }
    return weights;
  }
}

/** Scales the weights of the slowest decay, as far as need be, so that the process does not explode. */
function belowRadius(model: HawkesModel): { model: HawkesModel; slowestScale: number } {
  if (branchingRadius(model) < RADIUS_MAX) return { model, slowestScale: 1 };
  const { decays, weights } = model;
  const slowest = decays.indexOf(Math.min(...decays));
  const scaled = (scale: number): HawkesModel => ({
    ...model,
    weights: weights.map((value, at) => (at % decays.length === slowest ? value * scale : value)),
  });
  if (branchingRadius(scaled(0)) >= RADIUS_MAX) {
    throw new TwinError('CALIBRATION_MODEL', 'a Hawkes process has a spectral radius below 1', {
      radius: branchingRadius(model),
      withoutSlowest: branchingRadius(scaled(0)),
    });
  }
  let [low, high] = [0, 1];
  for (let step = 0; step < 50; step++) {
    const middle = (low + high) / 2;
    if (branchingRadius(scaled(middle)) < RADIUS_MAX) low = middle;
    else high = middle;
  }
  return { model: scaled(low), slowestScale: low };
}
