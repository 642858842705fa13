/**
 * How well intensities explain arrivals that they were not fitted to: the last fifth of the time that was taken, by four models
 * that are fitted to what comes before (fidelity.md §3.4), and whether waiting times are those of the model.
 */

import { ACTIONS, actionOf, binOf, FEATURES, FLOW_TYPES, featuresOf } from '../../agents/index.ts';
import { TwinError } from '../../base/index.ts';
import { BUY, SELL } from '../../domain/index.ts';
import type { FlowStream } from '../../fidelity/index.ts';
import type { FlowFit } from './fit-flow.ts';
import type { FlowEvents } from './flow-events.ts';
import {
  fitIntensities,
  INTENSITY_DEFAULTS,
  type IntensityFit,
  type IntensityOptions,
} from './intensity-fit.ts';

/** Log-likelihood per arrival, nats. */
export interface HeldOut {
  /** Arrivals it is the mean of. */
  readonly events: number;
  /** A constant rate of each type. */
  readonly poisson: number;
  /** Rates by the state of the book and the time of day. */
  readonly queueReactive: number;
  /** Rates by what happened before. */
  readonly hawkes: number;
  /** Both: the model. */
  readonly product: number;
}

export interface FlowQuality {
  /** Of the branching matrix. */
  readonly spectralRadius: number;
  /** By how much the slowest decay was scaled to bring it below 1; 1: not at all. */
  readonly slowestScale: number;
  /** Share of events that are reactions. */
  readonly reactionShare: number;
  readonly heldOut: HeldOut;
  /** Waiting times of the held-out arrivals in time rescaled by the model: of a true model exponential with mean 1. */
  readonly residuals: { readonly mean: number; readonly ks: number };
}

const FIT_SHARE = 0.8;
/** Fewest arrivals on both sides of the cut. */
const ARRIVALS_MIN = 200;

/** Raises CALIBRATION_DATA where there is too little on a side of the cut. `isTakenRow` is that of the fit. */
export function qualityOf(
  stream: FlowStream,
  fit: FlowFit,
  isTakenRow: (row: number) => boolean,
  options: Partial<IntensityOptions> = {},
): FlowQuality {
  const settings = { ...INTENSITY_DEFAULTS, ...options };
  const { events, hawkes, taken, explained } = fit;
  const { isFitted, isTested } = cutOf(events, isTakenRow);
  const known = arrivalsByAction(events, isFitted, settings.reactionNs);
  const score = (own: Partial<IntensityOptions>): Scored => {
    const fitted = fitIntensities(stream, events, isFitted, { ...settings, ...own });
    return scoreOf(stream, events, fitted, isTested, settings.reactionNs, known);
  };
  const product = score({});
  const fittedCount = known.reduce((sum, count) => sum + count, 0);
  if (product.events < ARRIVALS_MIN || fittedCount < ARRIVALS_MIN) {
    throw new TwinError(
      'CALIBRATION_DATA',
      `a fit is judged by ${ARRIVALS_MIN} arrivals or more in the last fifth of the time, and as many before`,
      { symbol: stream.symbol, before: fittedCount, lastFifth: product.events },
    );
  }
  return {
    spectralRadius: hawkes.spectralRadius,
    slowestScale: hawkes.slowestScale,
    reactionShare: 1 - explained / taken,
    heldOut: {
      events: product.events,
      poisson: score({ decays: [], turns: 0 }).perEvent,
      queueReactive: score({ decays: [] }).perEvent,
      hawkes: score({ turns: 0, iterationsFirst: settings.iterationsFirst }).perEvent,
      product: product.perEvent,
    },
    residuals: { mean: meanOf(product.waits), ks: exponentialKs(product.waits) },
  };
}

function cutOf(
  events: FlowEvents,
  isTakenRow: (row: number) => boolean,
): { readonly isFitted: Uint8Array; readonly isTested: Uint8Array } {
  const isTaken = Uint8Array.from(events.firstRow, (row) => Number(isTakenRow(row)));
  const first = events.timeNs[isTaken.indexOf(1)]!;
  const last = events.timeNs[isTaken.lastIndexOf(1)]!;
  const cutNs = first + FIT_SHARE * (last - first);
  return {
    isFitted: isTaken.map((one, n) => (events.timeNs[n]! < cutNs ? one : 0)),
    isTested: isTaken.map((one, n) => (events.timeNs[n]! < cutNs ? 0 : one)),
  };
}

/** Arrivals by action: of one that was never seen no model can say how likely it is. */
function arrivalsByAction(events: FlowEvents, isFitted: Uint8Array, reactionNs: number): Float64Array {
  const counts = new Float64Array(ACTIONS);
  for (let n = 1; n < events.count; n++) {
    if (isFitted[n] === 1 && events.delayNs[n]! >= reactionNs) counts[actionOf(events.type[n]!)]!++;
  }
  return counts;
}

interface Scored {
  readonly events: number;
  readonly perEvent: number;
  /** Expected arrivals from each to the next. */
  readonly waits: Float64Array;
}

function scoreOf(
  stream: FlowStream,
  events: FlowEvents,
  fit: IntensityFit,
  isTested: Uint8Array,
  reactionNs: number,
  known: Float64Array,
): Scored {
  const { decays, baselines, weights } = fit.hawkes;
  const count = decays.length;
  const cells = FLOW_TYPES * count;
  const deadS = reactionNs / 1e9;
  const memory = new Float64Array(cells);
  const passed = new Float64Array(cells);
  const factors = new Float64Array(FLOW_TYPES);
  const waits: number[] = [];
  let logSum = 0;
  let expected = 0;
  let sinceLast = 0;
  let arrivals = 0;
  for (let n = 0; n < events.count; n++) {
    const waitedS = n === 0 ? 0 : events.delayNs[n]! / 1e9;
    for (let k = 0; k < count; k++) {
      const kept = Math.exp(-decays[k]! * waitedS);
      const live = waitedS > deadS ? Math.exp(-decays[k]! * deadS) - kept : 0;
      for (let at = k; at < cells; at += count) {
        passed[at] = memory[at]! * live;
        memory[at]! *= kept;
      }
    }
    const type = events.type[n]!;
    if (isTested[n] === 1 && n > 0) {
      factorsOf(stream, events, n, fit, factors);
      const meant = waitedS > deadS ? meantOf(baselines, weights, passed, factors, waitedS - deadS) : 0;
      expected += meant;
      sinceLast += meant;
      if (events.delayNs[n]! >= reactionNs && known[actionOf(type)]! > 0) {
        let intensity = baselines[type]!;
        for (let at = 0; at < cells; at++)
          intensity += weights[type * cells + at]! * decays[at % count]! * memory[at]!;
        logSum += Math.log(intensity * factors[type]!);
        waits.push(sinceLast);
        sinceLast = 0;
        arrivals++;
      }
    } else {
      sinceLast = 0;
    }
    for (let k = 0; k < count; k++) memory[type * count + k]! += 1;
  }
  return { events: arrivals, perEvent: (logSum - expected) / arrivals, waits: Float64Array.from(waits) };
}

/** Arrivals of all types expected while nothing came. */
function meantOf(
  baselines: Float64Array,
  weights: Float64Array,
  passed: Float64Array,
  factors: Float64Array,
  liveS: number,
): number {
  let total = 0;
  for (let type = 0; type < FLOW_TYPES; type++) {
    let sum = baselines[type]! * liveS;
    const from = type * passed.length;
    for (let at = 0; at < passed.length; at++) sum += weights[from + at]! * passed[at]!;
    total += factors[type]! * sum;
  }
  return total;
}

const DAY_NS = 86_400e9;

/** Writes the factor of each type before an event. */
function factorsOf(
  stream: FlowStream,
  events: FlowEvents,
  n: number,
  { edges, factors, profile }: IntensityFit,
  out: Float64Array,
): void {
  const features = new Float64Array(FEATURES);
  const dayNs = (events.timeNs[n]! + stream.dayOffsetNs) % DAY_NS;
  out.fill(profile.factors[Math.floor((dayNs - profile.fromNs) / profile.stepNs)]!);
  for (const side of [BUY, SELL] as const) {
    featuresOf(stream, (events.firstRow[n]! - 1) * stream.levels, stream.levels, side, features);
    for (let f = 0; f < FEATURES; f++) {
      const bins = edges[f]!.length + 1;
      const bin = binOf(edges[f]!, features[f]!);
      for (let action = 0; action < ACTIONS; action++)
        out[side * ACTIONS + action]! *= factors[f]![action * bins + bin]!;
    }
  }
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Largest difference between the distribution of values and the exponential one with mean 1. */
export function exponentialKs(values: Float64Array): number {
  const sorted = values.slice().sort();
  let most = 0;
  sorted.forEach((value, i) => {
    const share = -Math.expm1(-value);
    most = Math.max(most, share - i / sorted.length, (i + 1) / sorted.length - share);
  });
  return most;
}
