/** Which of two twins is nearer to reality: both on the same draws of window pairs, so that luck hits both alike (fidelity.md §1.5). */

import { Xoshiro128 } from '../base/index.ts';
import { drawCounts, mean, percentileInterval } from '../math/index.ts';
import { distributionEvaluator } from './evaluation.ts';
import type { FlowWindow } from './flow-stream.ts';
import { DISTRIBUTION_METRICS } from './metrics/index.ts';
import type { Interval } from './score-contract.ts';

export interface TwinDifferenceInput {
  readonly real: readonly FlowWindow[];
  readonly a: readonly FlowWindow[];
  readonly b: readonly FlowWindow[];
  readonly draws?: number;
  readonly seed?: number;
}

/** Mean over scores 1 to 21 of twin a less that of twin b: below 0, a is nearer. */
export interface TwinDifference {
  readonly l1: number;
  readonly l1Interval: Interval;
  readonly w1: number;
  readonly w1Interval: Interval;
  /** Whether the interval of L1 leaves out 0. */
  readonly isDecided: boolean;
}

export function twinDifference({ real, a, b, draws = 1000, seed = 1 }: TwinDifferenceInput): TwinDifference {
  const levels = Math.min(...[real, a, b].map((windows) => windows[0]!.stream.levels));
  const input = { real, before: null, calibration: real, levels };
  const pairs = DISTRIBUTION_METRICS.map((metric) => {
    const evaluator = distributionEvaluator(metric, input);
    return [evaluator.evaluate(a), evaluator.evaluate(b)] as const;
  }).filter(([one, other]) => one.untestable === null && other.untestable === null);
  const random = new Xoshiro128(seed);
  const l1 = mean(pairs.map(([one, other]) => one.distance - other.distance));
  const w1 = mean(pairs.map(([one, other]) => one.distances!.w1 - other.distances!.w1));
  const l1Draws: number[] = [];
  const w1Draws: number[] = [];
  for (let draw = 0; draw < draws; draw++) {
    const weights = drawCounts(real.length, random);
    const drawn = pairs.map(([one, other]) => [one.drawn(weights), other.drawn(weights)] as const);
    l1Draws.push(mean(drawn.map(([one, other]) => one.distance - other.distance)));
    w1Draws.push(mean(drawn.map(([one, other]) => one.w1 - other.w1)));
  }
  const l1Interval = mirrored(l1, l1Draws);
  return {
    l1,
    l1Interval,
    w1,
    w1Interval: mirrored(w1, w1Draws),
    isDecided: l1Interval.low > 0 || l1Interval.high < 0,
  };
}

/** Twice the estimate less the quantiles: the bias of both twins' draws need not be the same. */
function mirrored(estimate: number, draws: readonly number[]): Interval {
  const { low, high } = percentileInterval(draws);
  return { low: 2 * estimate - high, high: 2 * estimate - low };
}
