/** What is said of one parameter's posterior, however it was drawn. */

import { type ParameterRange, valuesOf } from '../search/parameter-space.ts';

/** Points of the cube are kept off its sides by this much, where a logit has no value. */
const EDGE = 1e-9;
/** Variance of an even distribution over the unit interval. */
const PRIOR_VARIANCE = 1 / 12;

export interface ParameterPosterior {
  readonly name: string;
  /** In the parameter's unit: the middle, and the ends of the middle 90 %. */
  readonly median: number;
  readonly low: number;
  readonly high: number;
  readonly mean: number;
  readonly sd: number;
  /** Share of the prior's variance, on its scale, that the data took away: near 0 the parameter is not identified. */
  readonly contraction: number;
  /** Share of the parameter's variance over the prior that the moments predict. */
  readonly r2: number;
}

export function logit(u: number): number {
  const inside = Math.min(1 - EDGE, Math.max(EDGE, u));
  return Math.log(inside / (1 - inside));
}

/** Summary of places in the unit interval, each with its weight. */
export function posteriorOf(
  range: ParameterRange,
  places: Float64Array,
  weights: Float64Array,
): Omit<ParameterPosterior, 'r2'> {
  const valueAt = (place: number): number => valuesOf([range], [place])[0]!;
  const order = Array.from(places, (_, i) => i).sort((a, b) => places[a]! - places[b]!);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const quantile = (p: number): number => {
    let passed = 0;
    for (const i of order) {
      passed += weights[i]!;
      if (passed >= p * total) return valueAt(places[i]!);
    }
    return valueAt(places[order[order.length - 1]!]!);
  };
  const values = places.map(valueAt);
  const { mean, variance } = weightedMoments(values, weights, total);
  return {
    name: range.name,
    median: quantile(0.5),
    low: quantile(0.05),
    high: quantile(0.95),
    mean,
    sd: Math.sqrt(variance),
    contraction: 1 - weightedMoments(places, weights, total).variance / PRIOR_VARIANCE,
  };
}

function weightedMoments(
  values: Float64Array,
  weights: Float64Array,
  total: number,
): { mean: number; variance: number } {
  let mean = 0;
  for (let i = 0; i < values.length; i++) mean += (weights[i]! * values[i]!) / total;
  let variance = 0;
  for (let i = 0; i < values.length; i++) variance += (weights[i]! * (values[i]! - mean) ** 2) / total;
  return { mean, variance };
}
