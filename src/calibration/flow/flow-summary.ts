/** A fitted flow in few numbers, for people and scripts. */

import { LEVELS_ALL } from '../../agents/index.ts';
import { branchingMatrix } from '../../math/index.ts';
import type { FlowQuality } from './fit-quality.ts';
import { type FlowCalibration, TYPE_NAMES } from './model-file.ts';

export interface FlowSummary {
  readonly symbol: string;
  /** First and last message, ns since midnight. */
  readonly fromNs: number;
  readonly toNs: number;
  readonly messages: number;
  readonly events: number;
  /** Events that intensities explain; the others are reactions. */
  readonly arrivals: number;
  /** Levels of a side that the record tells of; null: all. */
  readonly levelsShown: number | null;
  readonly quality: FlowQuality;
  /** By type: its rate without a cause, and how many one event of each type causes directly, in the order of the types. */
  readonly branching: readonly {
    readonly effect: string;
    readonly baselinePerS: number;
    readonly causes: readonly number[];
  }[];
}

export function flowSummary({ model, provenance, quality }: FlowCalibration): FlowSummary {
  const types = TYPE_NAMES.length;
  const matrix = branchingMatrix({ typeCount: types, ...model });
  return {
    symbol: model.symbol,
    fromNs: provenance.fromNs,
    toNs: provenance.toNs,
    messages: provenance.messages,
    events: provenance.events,
    arrivals: provenance.explained,
    levelsShown: model.levelsShown === LEVELS_ALL ? null : model.levelsShown,
    quality,
    branching: TYPE_NAMES.map((effect, type) => ({
      effect,
      baselinePerS: model.baselines[type]!,
      causes: [...matrix.subarray(type * types, (type + 1) * types)],
    })),
  };
}
