/**
 * How far real windows are from real windows: what no simulation can be expected to beat by much, and why scores with other numbers
 * of windows must not be compared. Persistence: each window against the one before. Halves: the first half of the time against the
 * second. Random: disjoint windows drawn at random, by their number.
 */

import { Xoshiro128 } from '../base/index.ts';
import { mean, shuffled } from '../math/index.ts';
import { summaryOf } from './aggregates.ts';
import { distributionEvaluator } from './evaluation.ts';
import type { FlowWindow } from './flow-stream.ts';
import { healthOf } from './health.ts';
import { DISTRIBUTION_METRICS } from './metrics/index.ts';
import type { FlowHealth, MetricScore, SideSummary } from './score-contract.ts';
import { scoreWindows } from './score-windows.ts';
import type { Excluded, PairPlan } from './windows.ts';

export const RANDOM_SIZES = [5, 10, 20, 45, 90, 180];
const RANDOM_REPEATS = 5;

export interface RandomSplit {
  readonly windowsPerSide: number;
  /** Means over scores 1 to 21, averaged over draws. */
  readonly meanL1: number;
  readonly meanW1: number;
}

export interface Floor {
  readonly symbol: string;
  readonly windows: number;
  readonly excluded: Excluded;
  readonly health: FlowHealth;
  readonly persistence: SideSummary;
  /** Each metric of the persistence floor, with its interval where draws were asked for. */
  readonly metrics: readonly MetricScore[];
  readonly halves: SideSummary;
  readonly random: readonly RandomSplit[];
  readonly untestable: readonly { readonly name: string; readonly reason: string }[];
}

export function floorOf(plan: PairPlan, draws = 0, seed = 1): Floor {
  const score = scoreWindows({
    real: plan.real,
    sim: plan.before,
    // What comes before the windows is known: lagged scores need it.
    floor: plan.before,
    baseline: null,
    options: { draws, seed },
  });
  const all = plan.before.flatMap((window, i) => [window, plan.real[i]!]);
  return {
    symbol: score.symbol,
    windows: plan.real.length,
    excluded: plan.excluded,
    health: healthOf(all),
    persistence: score.sim,
    metrics: score.metrics,
    halves: halvesOf(plan),
    random: randomSplits(all, seed),
    untestable: score.untestable,
  };
}

/** Scores 1 to 21 alone. */
function compare(real: readonly FlowWindow[], sim: readonly FlowWindow[]): SideSummary {
  const input = { real, before: null, calibration: real, levels: real[0]!.stream.levels };
  const evaluated = DISTRIBUTION_METRICS.map((metric) => ({
    id: metric.id,
    ...distributionEvaluator(metric, input).evaluate(sim),
  }));
  return summaryOf(evaluated, ({ distances }) => distances);
}

/** Everything from the first window to the last, cut at the middle of its time: each half is one window. */
function halvesOf({ before, real }: PairPlan): SideSummary {
  const { stream, from } = before[0]!;
  const { to } = real[real.length - 1]!;
  const middleNs = (stream.timeNs[from]! + stream.timeNs[to - 1]!) / 2;
  let cut = from + 1;
  while (cut < to - 1 && stream.timeNs[cut]! < middleNs) cut++;
  return compare([{ stream, from, to: cut }], [{ stream, from: cut, to }]);
}

function randomSplits(windows: readonly FlowWindow[], seed: number): RandomSplit[] {
  const random = new Xoshiro128(seed);
  return RANDOM_SIZES.filter((size) => 2 * size <= windows.length).map((windowsPerSide) => {
    const repeats = Array.from({ length: RANDOM_REPEATS }, () => {
      const drawn = shuffled(windows, random);
      const [a, b] = [drawn.slice(0, windowsPerSide), drawn.slice(windowsPerSide, 2 * windowsPerSide)];
      return compare(a, b);
    });
    return {
      windowsPerSide,
      meanL1: mean(repeats.map(({ l1 }) => l1.mean)),
      meanW1: mean(repeats.map(({ w1 }) => w1.mean)),
    };
  });
}
