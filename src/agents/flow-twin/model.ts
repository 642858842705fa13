/**
 * The flow of one instrument as it was fitted (fidelity.md §3): what the flow twin acts by. Plain numbers, made by
 * `src/calibration` and written to a file there.
 *
 * Events come in two ways. *Reactions*: less than `reactionNs` after the event before, drawn from those that followed such
 * an event in the record. *Arrivals*: by intensities
 *
 *   lambda_i(t) = profile(t) * product over f of factors[f][action of i][bin of f] * (baseline_i + excitation_i(t))
 *
 * where the excitation is a Hawkes process with sums of exponentials and f are features of the book.
 */

import { TwinError } from '../../base/index.ts';
import { ACTIONS, FLOW_TYPES } from './actions.ts';
import type { CancelHazard } from './cancel-hazard.ts';
import { FEATURES } from './features.ts';
import type { FlowHistory } from './history.ts';

/** Levels of a record that tells of every order, wherever it stands. */
export const LEVELS_ALL = 1_000_000;

export interface FlowModel {
  readonly symbol: string;
  readonly tickSize: string;
  readonly lotSize: string;
  /** Levels of a side that the record tells of: orders behind them stay where they are. */
  readonly levelsShown: number;
  readonly reactionNs: number;
  /** 1/s. */
  readonly decays: Float64Array;
  /** 1/s, by type. */
  readonly baselines: Float64Array;
  /** Events of type i caused by one of type j at decay k, at (i * FLOW_TYPES + j) * decays + k. */
  readonly weights: Float64Array;
  /** Upper edges of the bins of each feature; the last bin has none. */
  readonly edges: readonly Float64Array[];
  /** By feature, then action * bins + bin. */
  readonly factors: readonly Float64Array[];
  /** Factor of all arrivals by time of day: `profile[b]` from `profileFromNs + b * profileStepNs` on, ns since midnight. */
  readonly profile: { readonly fromNs: number; readonly stepNs: number; readonly factors: Float64Array };
  readonly hazard: CancelHazard;
  /** Chance that a market order hits the ask, by bins of the mean sign of those before it. */
  readonly signs: { readonly memory: number; readonly edges: Float64Array; readonly buyShare: Float64Array };
  /** Lots up to which the impact of orders from outside is linear (foreign-flow.ts); null: without end. */
  readonly latentLots: number | null;
  readonly history: FlowHistory;
}

/** Raises CALIBRATION_MODEL naming what does not fit together. */
export function checkFlowModel(model: FlowModel): void {
  const { decays, baselines, weights, edges, factors, history, profile, signs } = model;
  const problems: string[] = [];
  const size = (name: string, found: number, expected: number): void => {
    if (found !== expected) problems.push(`${name} has ${found} numbers, not ${expected}`);
  };
  size('baselines', baselines.length, FLOW_TYPES);
  size('weights', weights.length, FLOW_TYPES * FLOW_TYPES * decays.length);
  size('edges', edges.length, FEATURES);
  size('factors', factors.length, FEATURES);
  factors.forEach((values, f) => {
    size(`factors[${f}]`, values.length, ACTIONS * ((edges[f]?.length ?? 0) + 1));
  });
  size('signs.buyShare', signs.buyShare.length, signs.edges.length + 1);
  for (const [name, values] of [
    ['decays', decays],
    ['baselines', baselines],
    ['weights', weights],
    ['profile', profile.factors],
    ...factors.map((one, f) => [`factors[${f}]`, one] as const),
  ] as const) {
    if (!values.every((value) => Number.isFinite(value) && value >= 0))
      problems.push(`${name} are finite and not negative`);
  }
  if (!(history.count > 0)) problems.push('history has events');
  if (!(model.latentLots === null || model.latentLots > 0)) problems.push('latentLots is above 0');
  if (!(model.reactionNs >= 0)) problems.push('reactionNs is 0 or more');
  if (problems.length > 0)
    throw new TwinError('CALIBRATION_MODEL', `a model of flow is whole: ${problems.join('; ')}`, {
      symbol: model.symbol,
    });
}
