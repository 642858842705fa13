import { describe, expect, it } from 'vitest';
import { FLOW_TYPES } from '../../agents/index.ts';
import type { HawkesModel } from '../../math/index.ts';
import { FLOW_RADIUS_MAX, stableProcess, type TakenCounts } from './stable-process.ts';

/** Each type causes itself alone, `fast` at 50 /s and `slow` at 0.01 /s; half of the events bring a reaction of their own type. */
function flow(fast: number, slow: number): HawkesModel {
  const weights = new Float64Array(FLOW_TYPES * FLOW_TYPES * 2);
  for (let i = 0; i < FLOW_TYPES; i++) {
    weights[(i * FLOW_TYPES + i) * 2] = fast;
    weights[(i * FLOW_TYPES + i) * 2 + 1] = slow;
  }
  return {
    typeCount: FLOW_TYPES,
    decays: Float64Array.of(50, 0.01),
    baselines: new Float64Array(FLOW_TYPES).fill(0.2),
    weights,
  };
}

function counts(): TakenCounts {
  const reactions = new Float64Array(FLOW_TYPES * FLOW_TYPES);
  for (let i = 0; i < FLOW_TYPES; i++) reactions[i * FLOW_TYPES + i] = 500;
  return { events: new Float64Array(FLOW_TYPES).fill(1_000), reactions, seconds: 500 };
}

/** Arrivals a second that are expected at the mean rates of the causes. */
function expected({ baselines, weights }: HawkesModel, { events, seconds }: TakenCounts): number {
  const own = [0, 1].reduce((sum, k) => sum + weights[k]!, 0);
  return baselines[0]! + (own * events[0]!) / seconds;
}

describe('a flow that ends by itself', () => {
  it('stays as it is where arrivals and their reactions cause less than themselves', () => {
    const hawkes = flow(0.2, 0.2);
    const { hawkes: stable, radius, slowScale } = stableProcess(hawkes, counts());
    // Each arrival is a cluster of two, each of which causes 0.4 arrivals.
    expect(radius).toBeCloseTo(0.8, 9);
    expect([stable, slowScale]).toEqual([hawkes, 1]);
  });

  it('is damped in its slow decays, and expects as many arrivals as before', () => {
    const hawkes = flow(0.2, 0.4);
    const { hawkes: stable, radius, slowScale } = stableProcess(hawkes, counts());
    expect(radius).toBeCloseTo(FLOW_RADIUS_MAX, 6);
    expect(slowScale).toBeCloseTo((FLOW_RADIUS_MAX / 2 - 0.2) / 0.4, 6);
    expect(stable.weights[0]).toBe(0.2);
    expect(expected(stable, counts())).toBeCloseTo(expected(hawkes, counts()), 9);
  });

  it('is refused where the fast decays alone explode', () => {
    expect(() => stableProcess(flow(0.6, 0.1), counts())).toThrow(/clusters of a flow end by themselves/);
  });
});
