// hot: bench/flow.ts
/**
 * Intensities of arrivals: a Hawkes process times factors by the state of the book and the time of day (fidelity.md §3.4). Both are
 * fitted in turns: given the factors, the process by expectation and maximisation; given the process, each factor is what
 * happened in its bin over what was expected there, in closed form.
 */

import {
  ACTIONS,
  actionOf,
  binOf,
  FEATURES,
  FLOW_TYPES,
  featuresOf,
  LIMIT_INSIDE,
  mirrored,
  SPREAD,
  sideOf,
} from '../../agents/index.ts';
import { BUY, SELL } from '../../domain/index.ts';
import type { FlowStream } from '../../fidelity/index.ts';
import type { HawkesModel, TypedEvents } from '../../math/index.ts';
import { fitHawkes, type HawkesFit } from '../hawkes-em.ts';
import type { FlowEvents } from './flow-events.ts';
import { stableProcess, type TakenCounts } from './stable-process.ts';

export interface IntensityOptions {
  readonly decays: readonly number[];
  readonly reactionNs: number;
  /** Turns of factors and process after the first fit. */
  readonly turns: number;
  readonly iterationsFirst: number;
  readonly iterationsNext: number;
  /** Quantiles at which the bins of each feature end. */
  readonly quantiles: readonly (readonly number[])[];
  /** Length of the steps of the profile over the day, ns. */
  readonly profileStepNs: number;
  /** `doubt` of the Hawkes fit. */
  readonly doubt: number;
  /** A bin counts as if it had this many events more at the mean rate. */
  readonly prior: number;
}

export interface IntensityFit {
  readonly hawkes: HawkesModel;
  readonly edges: readonly Float64Array[];
  readonly factors: readonly Float64Array[];
  readonly profile: { readonly fromNs: number; readonly stepNs: number; readonly factors: Float64Array };
  readonly last: HawkesFit;
  /** Events explained. */
  readonly explained: number;
  /** Arrivals expected between each event of the record and the one before, taken or not. */
  readonly expected: Float64Array;
}

export const INTENSITY_DEFAULTS: IntensityOptions = {
  decays: [500, 100, 20, 4, 1, 0.2, 0.04, 0.008, 0.0015],
  reactionNs: 1e6,
  turns: 2,
  iterationsFirst: 40,
  iterationsNext: 25,
  quantiles: [
    [0.02, 0.08, 0.2, 0.35, 0.5, 0.65, 0.8, 0.92, 0.98],
    [0.1, 0.25, 0.42, 0.58, 0.75, 0.9],
    [0.15, 0.35, 0.5, 0.65, 0.8, 0.93],
    [0.05, 0.2, 0.4, 0.6, 0.8, 0.95],
    [0.2, 0.5, 0.75, 0.92],
  ],
  profileStepNs: 1_800e9,
  doubt: 30,
  prior: 20,
};

export function fitIntensities(
  stream: FlowStream,
  events: FlowEvents,
  isTaken: Uint8Array,
  options: IntensityOptions,
): IntensityFit {
  return new IntensityFitting(stream, events, isTaken, options).fit();
}

class IntensityFitting {
  readonly #options: IntensityOptions;
  readonly #events: TypedEvents;
  readonly #explained: Uint8Array;
  /** Bin of each feature before event n, at (n * 2 + side) * FEATURES + f; of the profile at n. */
  readonly #bins: Uint8Array;
  readonly #profileBins: Uint16Array;
  readonly #edges: readonly Float64Array[];
  readonly #factors: Float64Array[];
  readonly #profile: { readonly fromNs: number; readonly stepNs: number; readonly factors: Float64Array };
  /** 1 for events that are taken, with the time before them: others are remembered and not explained. */
  readonly #isLive: Uint8Array;

  constructor(stream: FlowStream, events: FlowEvents, isTaken: Uint8Array, options: IntensityOptions) {
    this.#options = options;
    const { count } = events;
    const timesS = new Float64Array(count);
    this.#explained = new Uint8Array(count);
    this.#isLive = isTaken;
    const features = [BUY, SELL].map(() => new Float64Array(count * FEATURES));
    const dayNs = new Float64Array(count);
    const row = new Float64Array(FEATURES);
    for (let n = 0; n < count; n++) {
      timesS[n] = (events.timeNs[n]! - events.timeNs[0]!) / 1e9;
      this.#explained[n] = isTaken[n] === 1 && n > 0 && events.delayNs[n]! >= options.reactionNs ? 1 : 0;
      dayNs[n] = (events.timeNs[n]! + stream.dayOffsetNs) % 86_400e9;
      for (const side of [BUY, SELL] as const) {
        featuresOf(stream, (events.firstRow[n]! - 1) * stream.levels, stream.levels, side, row);
        features[side]!.set(row, n * FEATURES);
      }
    }
    this.#events = { timesS, types: events.type, typeCount: FLOW_TYPES, endS: timesS[count - 1]! };
    this.#edges = options.quantiles.map((shares, f) => edgesOf(features, f, shares));
    this.#factors = this.#edges.map((edges) => new Float64Array(ACTIONS * (edges.length + 1)).fill(1));
    this.#bins = new Uint8Array(count * 2 * FEATURES);
    for (let n = 0; n < count; n++) {
      for (const side of [BUY, SELL] as const) {
        for (let f = 0; f < FEATURES; f++) {
          this.#bins[(n * 2 + side) * FEATURES + f] = binOf(
            this.#edges[f]!,
            features[side]![n * FEATURES + f]!,
          );
        }
      }
    }
    const stepNs = options.profileStepNs;
    const fromNs =
      Math.floor(dayNs.reduce((least, value) => Math.min(least, value), Number.MAX_VALUE) / stepNs) * stepNs;
    this.#profileBins = Uint16Array.from(dayNs, (value) => Math.floor((value - fromNs) / stepNs));
    const steps = 1 + this.#profileBins.reduce((most, value) => Math.max(most, value), 0);
    this.#profile = { fromNs, stepNs, factors: new Float64Array(steps).fill(1) };
  }

  fit(): IntensityFit {
    const { decays, turns, iterationsFirst, iterationsNext, reactionNs } = this.#options;
    let hawkes: HawkesModel | null = null;
    let last: HawkesFit | null = null;
    for (let turn = 0; turn <= turns; turn++) {
      last = fitHawkes(this.#events, {
        decays,
        iterationsMax: turn === 0 ? iterationsFirst : iterationsNext,
        tolerance: 1e-5,
        factors: this.#allFactors(),
        explained: this.#explained,
        deadS: reactionNs / 1e9,
        doubt: this.#options.doubt,
        start: hawkes,
      });
      hawkes = symmetric(last.model);
      if (turn < turns) this.#fitFactors(hawkes);
    }
    const stable = stableProcess(hawkes!, this.#takenCounts());
    return {
      hawkes: stable.hawkes,
      edges: this.#edges,
      factors: this.#factors,
      profile: this.#profile,
      last: { ...last!, spectralRadius: stable.radius, slowestScale: stable.slowScale },
      explained: this.#explained.reduce((sum, value) => sum + value, 0),
      expected: this.#expectedArrivals(stable.hawkes),
    };
  }

  /** Factor of each type before each event; 0 outside the parts that are taken. */
  #allFactors(): Float64Array {
    const count = this.#isLive.length;
    const all = new Float64Array((count + 1) * FLOW_TYPES);
    for (let n = 0; n < count; n++) {
      if (this.#isLive[n] === 0) continue;
      const common = this.#profile.factors[this.#profileBins[n]!]!;
      for (let type = 0; type < FLOW_TYPES; type++) {
        all[n * FLOW_TYPES + type] = common * this.#factorOf(n, type, -1);
      }
    }
    return all;
  }

  /** Product over the features, but for one. */
  #factorOf(n: number, type: number, without: number): number {
    const action = actionOf(type);
    const at = (n * 2 + sideOf(type)) * FEATURES;
    let product = 1;
    for (let f = 0; f < FEATURES; f++) {
      if (f === without) continue;
      const of = this.#factors[f]!;
      product *= of[action * (of.length / ACTIONS) + this.#bins[at + f]!]!;
    }
    return product;
  }

  #takenCounts(): TakenCounts {
    const { timesS, types } = this.#events;
    const events = new Float64Array(FLOW_TYPES);
    const reactions = new Float64Array(FLOW_TYPES * FLOW_TYPES);
    let seconds = 0;
    for (let n = 1; n < types.length; n++) {
      if (this.#isLive[n] === 0) continue;
      events[types[n]!]!++;
      seconds += timesS[n]! - timesS[n - 1]!;
      if (this.#explained[n] === 0) reactions[types[n]! * FLOW_TYPES + types[n - 1]!]!++;
    }
    return { events, reactions, seconds };
  }

  #expectedArrivals(hawkes: HawkesModel): Float64Array {
    const byType = this.#expectedWithoutFactors(hawkes);
    const expected = new Float64Array(this.#isLive.length);
    for (let n = 0; n < expected.length; n++) {
      const common = this.#profile.factors[this.#profileBins[n]!]!;
      for (let type = 0; type < FLOW_TYPES; type++) {
        const value = byType[n * FLOW_TYPES + type]!;
        if (value > 0) expected[n]! += value * common * this.#factorOf(n, type, -1);
      }
    }
    return expected;
  }

  #fitFactors(hawkes: HawkesModel): void {
    const expected = this.#expectedWithoutFactors(hawkes);
    for (let f = 0; f < FEATURES; f++) this.#fitFeature(f, expected);
    this.#fitProfile(expected);
  }

  #fitFeature(f: number, expected: Float64Array): void {
    const bins = this.#edges[f]!.length + 1;
    const counts = new Float64Array(ACTIONS * bins);
    const sums = new Float64Array(ACTIONS * bins);
    const count = this.#isLive.length;
    for (let n = 0; n < count; n++) {
      if (this.#isLive[n] === 0) continue;
      const common = this.#profile.factors[this.#profileBins[n]!]!;
      for (let type = 0; type < FLOW_TYPES; type++) {
        const value = expected[n * FLOW_TYPES + type]!;
        if (value === 0) continue;
        const bin = actionOf(type) * bins + this.#bins[(n * 2 + sideOf(type)) * FEATURES + f]!;
        sums[bin]! += value * common * this.#factorOf(n, type, f);
      }
      if (this.#explained[n] === 0) continue;
      const type = this.#events.types[n]!;
      counts[actionOf(type) * bins + this.#bins[(n * 2 + sideOf(type)) * FEATURES + f]!]!++;
    }
    // Nothing fits into a spread of one tick: what is expected there does not make it less likely elsewhere.
    const closed = f === SPREAD ? this.#edges[f]!.findLastIndex((edge) => edge < 2) + 1 : 0;
    sums.fill(0, LIMIT_INSIDE * bins, LIMIT_INSIDE * bins + closed);
    for (let action = 0; action < ACTIONS; action++) {
      const from = action * bins;
      this.#factors[f]!.set(
        this.#ratios(counts.subarray(from, from + bins), sums.subarray(from, from + bins)),
        from,
      );
    }
    this.#factors[f]!.fill(0, LIMIT_INSIDE * bins, LIMIT_INSIDE * bins + closed);
  }

  #fitProfile(expected: Float64Array): void {
    const { factors } = this.#profile;
    const counts = new Float64Array(factors.length);
    const sums = new Float64Array(factors.length);
    for (let n = 0; n < this.#isLive.length; n++) {
      if (this.#isLive[n] === 0) continue;
      const bin = this.#profileBins[n]!;
      for (let type = 0; type < FLOW_TYPES; type++) {
        const value = expected[n * FLOW_TYPES + type]!;
        if (value > 0) sums[bin]! += value * this.#factorOf(n, type, -1);
      }
      counts[bin]! += this.#explained[n]!;
    }
    factors.set(this.#ratios(counts, sums));
  }

  /** What happened over what was expected, drawn towards the mean where little was. */
  #ratios(counts: Float64Array, sums: Float64Array): Float64Array {
    const { prior } = this.#options;
    const total = counts.reduce((sum, value) => sum + value, 0);
    const expected = sums.reduce((sum, value) => sum + value, 0);
    if (!(total > 0 && expected > 0)) return new Float64Array(counts.length).fill(1);
    const mean = total / expected;
    return counts.map((value, bin) => (value + prior) / (sums[bin]! + prior / mean));
  }

  /** Events of each type expected before event n without any factors, at n * FLOW_TYPES + type. */
  #expectedWithoutFactors({ decays, baselines, weights }: HawkesModel): Float64Array {
    const { timesS, types } = this.#events;
    const count = decays.length;
    const cells = FLOW_TYPES * count;
    const deadS = this.#options.reactionNs / 1e9;
    const expected = new Float64Array(timesS.length * FLOW_TYPES);
    const memory = new Float64Array(cells);
    const passed = new Float64Array(cells);
    for (let n = 0; n < timesS.length; n++) {
      const waited = n === 0 ? 0 : timesS[n]! - timesS[n - 1]!;
      for (let k = 0; k < count; k++) {
        const kept = Math.exp(-decays[k]! * waited);
        const live = waited > deadS ? Math.exp(-decays[k]! * deadS) - kept : 0;
        for (let at = k; at < cells; at += count) {
          passed[at] = memory[at]! * live;
          memory[at]! *= kept;
        }
      }
      if (n > 0 && waited > deadS) {
        for (let type = 0; type < FLOW_TYPES; type++) {
          let sum = baselines[type]! * (waited - deadS);
          for (let at = 0; at < cells; at++) sum += weights[type * cells + at]! * passed[at]!;
          expected[n * FLOW_TYPES + type] = sum;
        }
      }
      const own = types[n]! * count;
      for (let k = 0; k < count; k++) memory[own + k]! += 1;
    }
    return expected;
  }
}

function edgesOf(features: readonly Float64Array[], f: number, shares: readonly number[]): Float64Array {
  const values = Float64Array.from({ length: features.length * (features[0]!.length / FEATURES) }, (_, i) => {
    const side = i % features.length;
    return features[side]![((i - side) / features.length) * FEATURES + f]!;
  }).sort();
  const edges = shares.map((share) => values[Math.floor(share * (values.length - 1))]!);
  return Float64Array.from(new Set(edges));
}

/** The mean of a process and its mirror image: buyers and sellers are alike. */
function symmetric(model: HawkesModel): HawkesModel {
  const { decays, baselines, weights } = model;
  const count = decays.length;
  return {
    ...model,
    baselines: baselines.map((value, i) => (value + baselines[mirrored(i)]!) / 2),
    weights: weights.map((value, at) => {
      const k = at % count;
      const j = ((at - k) / count) % FLOW_TYPES;
      const i = Math.floor(at / (count * FLOW_TYPES));
      return (value + weights[(mirrored(i) * FLOW_TYPES + mirrored(j)) * count + k]!) / 2;
    }),
  };
}
