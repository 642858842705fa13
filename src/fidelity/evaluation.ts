/** One metric of any kind, evaluated on one side after another: a common face for distributions, paired and conditional metrics. */

import { discreteEdges, quantileEdges, sortedFinite } from '../math/index.ts';
import { Comparison } from './comparison.ts';
import { ConditionalComparison } from './conditional-comparison.ts';
import type { FlowWindow } from './flow-stream.ts';
import { type ConditionalScore, conditionedSample, regimeEdges } from './metrics/conditional.ts';
import {
  type DistributionMetric,
  type PairedMetric,
  pairedDistance,
  sumsOf,
  weightedStatistics,
} from './metrics/index.ts';
import { Sample } from './sample.ts';
import type { Distances, Family, RegimeScore } from './score-contract.ts';

/** Values on a side below which a distance is noise. */
export const VALUES_MIN = 30;
const ROBUST_BINS = 50;

/** One side against the real windows. */
export interface Evaluated {
  readonly distance: number;
  readonly distances: Distances | null;
  readonly count: number;
  /** Why there is no distance, null if there is one. */
  readonly untestable: string | null;
  /** The same with each pair of windows weighted; `w1` is NaN for what has none. */
  drawn(weights: Float64Array): { readonly distance: number; readonly w1: number };
  readonly sample: Sample | null;
  readonly statistics: Float64Array | null;
  readonly regimes: readonly RegimeScore[];
}

export interface Evaluator {
  readonly id: number;
  readonly name: string;
  readonly family: Family;
  readonly unit: string;
  readonly kind: 'distribution' | 'paired';
  readonly componentNames: readonly string[];
  readonly real: Sample | null;
  readonly realStatistics: Float64Array | null;
  readonly realCount: number;
  evaluate(windows: readonly FlowWindow[]): Evaluated;
}

const NOTHING = { sample: null, statistics: null, regimes: [] };
const NO_DRAW = { distance: Number.NaN, w1: Number.NaN };

function untestable(reason: string, count = 0): Evaluated {
  return {
    distance: Number.NaN,
    distances: null,
    count,
    untestable: reason,
    drawn: () => NO_DRAW,
    ...NOTHING,
  };
}

/** What all evaluators of one score share. */
export interface EvaluatorInput {
  readonly real: readonly FlowWindow[];
  /** The windows before the real ones, which lagged conditions and regimes come from; null if not known. */
  readonly before: readonly FlowWindow[] | null;
  readonly calibration: readonly FlowWindow[];
  readonly levels: number;
}

export function distributionEvaluator(metric: DistributionMetric, input: EvaluatorInput): Evaluator {
  const { id, name, family, unit, isDiscrete } = metric;
  const shallow =
    metric.levels > input.levels
      ? `needs ${metric.levels} levels of book, the windows have ${input.levels}`
      : null;
  const real = shallow === null ? extract(metric, input.real) : new Sample();
  const calibration = shallow === null ? extract(metric, input.calibration).sorted() : new Float64Array(0);
  const robustEdges = quantileEdges(calibration, ROBUST_BINS);
  const evaluate = (windows: readonly FlowWindow[]): Evaluated => {
    if (shallow !== null) return untestable(shallow);
    const sample = extract(metric, windows);
    const few = tooFew(real.count, sample.count);
    if (few !== null) return untestable(few, sample.count);
    const comparison = new Comparison(real, sample, { isDiscrete, robustEdges });
    const gridError = lazily(() => comparison.drawn(ones(windows.length)).w1 - comparison.distances.w1);
    return {
      ...NOTHING,
      distance: comparison.distances.l1,
      distances: comparison.distances,
      count: sample.count,
      untestable: null,
      sample,
      drawn: (weights) => {
        const { l1, w1 } = comparison.drawn(weights);
        return { distance: l1, w1: w1 - gridError() };
      },
    };
  };
  return {
    ...{ id, name, family, unit, kind: 'distribution', componentNames: [] },
    ...{ real, realStatistics: null, realCount: real.count, evaluate },
  };
}

export function pairedEvaluator(metric: PairedMetric, input: EvaluatorInput): Evaluator {
  const { id, name, family, unit, components } = metric;
  const real = sumsOf(metric, input.real);
  const realStatistics = weightedStatistics(metric, real, ones(input.real.length));
  const evaluate = (windows: readonly FlowWindow[]): Evaluated => {
    const sums = sumsOf(metric, windows);
    const statistics = weightedStatistics(metric, sums, ones(windows.length));
    const distance = pairedDistance(components, realStatistics, statistics);
    if (Number.isNaN(distance)) {
      return {
        ...untestable('both sides have too few observations for every statistic', windows.length),
        statistics,
      };
    }
    return {
      ...NOTHING,
      distance,
      distances: null,
      count: windows.length,
      untestable: null,
      statistics,
      drawn: (weights) => ({
        distance: pairedDistance(
          components,
          weightedStatistics(metric, real, weights),
          weightedStatistics(metric, sums, weights),
        ),
        w1: Number.NaN,
      }),
    };
  };
  return {
    ...{ id, name, family, unit, kind: 'paired', componentNames: components.map((one) => one.name) },
    ...{ real: null, realStatistics, realCount: input.real.length, evaluate },
  };
}

export function conditionalEvaluator(score: ConditionalScore, input: EvaluatorInput): Evaluator {
  const { id, name, unit, isDiscrete, isRegime } = score;
  const isBlind = (score.isLagged || isRegime) && input.before === null;
  const real = isBlind ? null : conditionedSample(score, input.real, input.before);
  const evaluate = (windows: readonly FlowWindow[]): Evaluated => {
    if (real === null) return untestable('needs the windows before the real ones');
    const sim = conditionedSample(score, windows, input.before);
    const few = tooFew(real.values.count, sim.values.count);
    if (few !== null) return untestable(few, sim.values.count);
    const pooled = (): Float64Array => sortedFinite([...real.conditions.all(), ...sim.conditions.all()]);
    const conditionEdges = isRegime
      ? regimeEdges(score, input.before!)
      : score.groups === 'tenths'
        ? quantileEdges(pooled(), 10)
        : discreteEdges(pooled());
    const comparison = new ConditionalComparison(real, sim, { isDiscrete, conditionEdges });
    return {
      ...NOTHING,
      distance: comparison.distances.l1,
      distances: comparison.distances,
      count: sim.values.count,
      untestable: null,
      regimes: comparison.groups.map(({ group, share, l1, w1 }) => ({
        from: group === 0 ? null : conditionEdges[group - 1]!,
        ...{ share, l1, w1 },
      })),
      drawn: (weights) => ({ distance: comparison.drawnL1(weights), w1: Number.NaN }),
    };
  };
  return {
    ...{ id, name, family: 'conditional', unit, kind: 'distribution', componentNames: [] },
    ...{ real: null, realStatistics: null, realCount: real?.values.count ?? 0, evaluate },
  };
}

/** A weight of one for each window. */
export function ones(count: number): Float64Array {
  return new Float64Array(count).fill(1);
}

/** The metric's values in each window. */
export function extract(metric: DistributionMetric, windows: readonly FlowWindow[]): Sample {
  const sample = new Sample();
  for (const window of windows) {
    if (window.to - window.from >= metric.windowMessages) metric.extract(window, sample);
    sample.endWindow();
  }
  return sample;
}

function tooFew(real: number, sim: number): string | null {
  if (real >= VALUES_MIN && sim >= VALUES_MIN) return null;
  return `fewer than ${VALUES_MIN} values: real ${real}, simulated ${sim}`;
}

function lazily(make: () => number): () => number {
  let value: number | null = null;
  return () => {
    value ??= make();
    return value;
  };
}
