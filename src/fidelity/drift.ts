/** Whether a simulation gets worse the longer it runs: each block of its windows against all of the real ones. */

import { Xoshiro128 } from '../base/index.ts';
import { drawCounts, mean, standardDeviation } from '../math/index.ts';
import { distributionEvaluator, type Evaluator, type EvaluatorInput } from './evaluation.ts';
import type { FlowWindow } from './flow-stream.ts';
import { DISTRIBUTION_METRICS } from './metrics/index.ts';
import type { DriftCurve } from './score-contract.ts';

export const BLOCK_MESSAGES = 100;
const SD_DRAWS = 50;
const SD_SEED = 71;

/** Null where the windows are shorter than two blocks. Metrics that need more messages than a block are left out. */
export function driftCurve(
  input: EvaluatorInput,
  sim: readonly FlowWindow[],
  floor: readonly FlowWindow[] | null,
): DriftCurve | null {
  const blocks = Math.min(...sim.map(({ from, to }) => Math.floor((to - from) / BLOCK_MESSAGES)));
  if (!(blocks >= 2)) return null;
  const evaluators = DISTRIBUTION_METRICS.filter(
    ({ windowMessages }) => windowMessages <= BLOCK_MESSAGES,
  ).map((metric) => distributionEvaluator(metric, input));
  const curveOf = (windows: readonly FlowWindow[]): number[] =>
    Array.from({ length: blocks }, (_, block) => meanL1(evaluators, blockOf(windows, block)));
  const curve = curveOf(sim);
  const rise = curve[blocks - 1]! - curve[0]!;
  const floorSd = floor === null ? null : sdOfFirstBlock(evaluators, blockOf(floor, 0));
  return {
    blockMessages: BLOCK_MESSAGES,
    sim: curve,
    floor: floor === null ? null : curveOf(floor),
    floorSd,
    rise,
    isStable: floorSd === null ? null : rise <= floorSd,
  };
}

function sdOfFirstBlock(evaluators: readonly Evaluator[], windows: readonly FlowWindow[]): number {
  const random = new Xoshiro128(SD_SEED);
  const evaluated = evaluators.map((evaluator) => evaluator.evaluate(windows));
  const draws = Array.from({ length: SD_DRAWS }, () => {
    const weights = drawCounts(windows.length, random);
    return mean(finite(evaluated.map((one) => one.drawn(weights).distance)));
  });
  return standardDeviation(draws);
}

function meanL1(evaluators: readonly Evaluator[], windows: readonly FlowWindow[]): number {
  return mean(finite(evaluators.map((evaluator) => evaluator.evaluate(windows).distance)));
}

function finite(values: readonly number[]): number[] {
  return values.filter((value) => Number.isFinite(value));
}

function blockOf(windows: readonly FlowWindow[], block: number): FlowWindow[] {
  return windows.map(({ stream, from }) => ({
    stream,
    from: from + block * BLOCK_MESSAGES,
    to: from + (block + 1) * BLOCK_MESSAGES,
  }));
}
