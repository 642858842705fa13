/**
 * Keeps a fitted flow from exploding when it runs freely. An arrival brings reactions with it, and each event of that cluster causes
 * arrivals again: what has to have a spectral radius below 1 is the product of both. Where it has not, the weights of the slow
 * decays are scaled down and the baselines up, so that as many arrivals are expected as before. In a record the slow decays
 * follow the drift of a day, which is no cause of anything (fidelity.md §3.3 scales the slowest).
 */

import { FLOW_TYPES } from '../../agents/index.ts';
import { TwinError } from '../../base/index.ts';
import { branchingMatrix, type HawkesModel, solveLinear, spectralRadius } from '../../math/index.ts';

/** Clusters of a free run end by themselves, after 30 generations or so. */
export const FLOW_RADIUS_MAX = 0.97;
/** Decays up to this are slow, 1/s. */
const SLOW_PER_S = 1;
const HALVINGS = 40;

export interface StableProcess {
  readonly hawkes: HawkesModel;
  /** Of arrivals caused by an arrival and the reactions to it. */
  readonly radius: number;
  /** By what the weights of the slow decays were multiplied; 1: they stay. */
  readonly slowScale: number;
}

export interface TakenCounts {
  /** Events of each type, and reactions of type j to events of type i at j * FLOW_TYPES + i. */
  readonly events: Float64Array;
  readonly reactions: Float64Array;
  readonly seconds: number;
}

/** Raises CALIBRATION_MODEL where the fast decays and the reactions alone explode. */
export function stableProcess(hawkes: HawkesModel, counts: TakenCounts): StableProcess {
  const cluster = clusterMatrix(counts);
  const radiusOf = (model: HawkesModel): number =>
    spectralRadius(product(branchingMatrix(model), cluster), FLOW_TYPES);
  const radius = radiusOf(hawkes);
  if (radius <= FLOW_RADIUS_MAX) return { hawkes, radius, slowScale: 1 };
  const scaled = (scale: number): HawkesModel => withSlowScaled(hawkes, scale, counts);
  if (radiusOf(scaled(0)) > FLOW_RADIUS_MAX) {
    throw new TwinError('CALIBRATION_MODEL', 'clusters of a flow end by themselves', {
      radius,
      withoutSlowDecays: radiusOf(scaled(0)),
      radiusMax: FLOW_RADIUS_MAX,
    });
  }
  let [low, high] = [0, 1];
  for (let step = 0; step < HALVINGS; step++) {
    const middle = (low + high) / 2;
    if (radiusOf(scaled(middle)) <= FLOW_RADIUS_MAX) low = middle;
    else high = middle;
  }
  const stable = scaled(low);
  return { hawkes: stable, radius: radiusOf(stable), slowScale: low };
}

/** Events of type j in the cluster of reactions that an event of type i begins, itself included, at j * FLOW_TYPES + i. */
function clusterMatrix({ events, reactions }: TakenCounts): Float64Array {
  const matrix = new Float64Array(FLOW_TYPES * FLOW_TYPES);
  const left = reactions.map((count, cell) => {
    const i = cell % FLOW_TYPES;
    const share = events[i]! > 0 ? count / events[i]! : 0;
    return (cell % (FLOW_TYPES + 1) === 0 ? 1 : 0) - share;
  });
  for (let i = 0; i < FLOW_TYPES; i++) {
    const unit = new Float64Array(FLOW_TYPES);
    unit[i] = 1;
    const column = solveLinear(left, unit);
    for (let j = 0; j < FLOW_TYPES; j++) matrix[j * FLOW_TYPES + i] = column[j]!;
  }
  return matrix;
}

/** What the slow decays no longer cause comes by itself, at the mean rate of its causes. */
function withSlowScaled(hawkes: HawkesModel, scale: number, { events, seconds }: TakenCounts): HawkesModel {
  const { decays, weights, baselines } = hawkes;
  const raised = Float64Array.from(baselines);
  const kept = weights.map((value, at) => {
    const k = at % decays.length;
    if (decays[k]! > SLOW_PER_S) return value;
    const j = ((at - k) / decays.length) % FLOW_TYPES;
    const i = Math.floor(at / (decays.length * FLOW_TYPES));
    raised[i]! += (value * (1 - scale) * events[j]!) / seconds;
    return value * scale;
  });
  return { ...hawkes, weights: kept, baselines: raised };
}

function product(one: Float64Array, other: Float64Array): Float64Array {
  const result = new Float64Array(FLOW_TYPES * FLOW_TYPES);
  for (let i = 0; i < FLOW_TYPES; i++) {
    for (let j = 0; j < FLOW_TYPES; j++) {
      const value = one[i * FLOW_TYPES + j]!;
      for (let k = 0; k < FLOW_TYPES; k++) result[i * FLOW_TYPES + k]! += value * other[j * FLOW_TYPES + k]!;
    }
  }
  return result;
}
