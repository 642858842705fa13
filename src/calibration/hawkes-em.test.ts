import { describe, expect, it } from 'vitest';
import { Xoshiro128 } from '../base/index.ts';
import { type HawkesModel, hawkesLogLikelihood, simulateHawkes, type TypedEvents } from '../math/index.ts';
import { fitHawkes } from './hawkes-em.ts';

function simulate(model: HawkesModel, endS: number, seed: number): TypedEvents {
  return simulateHawkes(model, new Xoshiro128(seed), { endS });
}

const UNIVARIATE: HawkesModel = {
  typeCount: 1,
  decays: Float64Array.of(2),
  baselines: Float64Array.of(0.5),
  weights: Float64Array.of(0.7),
};

describe('fit of a Hawkes process', () => {
  it('recovers the parameters of the vector at N of about 5,000: mu within 12 %, n within 8 %', () => {
    const found = [1, 2, 3, 4, 5, 6].map((seed) => {
      const events = simulate(UNIVARIATE, 3_000, seed);
      expect(events.timesS.length).toBeGreaterThan(4_000);
      const { model, hasConverged } = fitHawkes(events, { decays: [2], iterationsMax: 500, tolerance: 1e-9 });
      expect(hasConverged).toBe(true);
      return [model.baselines[0]!, model.weights[0]!] as const;
    });
    for (const [mu, n] of found) {
      expect(Math.abs(mu / 0.5 - 1)).toBeLessThan(0.12);
      expect(Math.abs(n / 0.7 - 1)).toBeLessThan(0.08);
    }
    const mean = (at: 0 | 1): number => found.reduce((sum, one) => sum + one[at], 0) / found.length;
    expect(Math.abs(mean(0) / 0.5 - 1)).toBeLessThan(0.05);
    expect(Math.abs(mean(1) / 0.7 - 1)).toBeLessThan(0.03);
  });

  it('recovers who causes whom', () => {
    const model: HawkesModel = {
      typeCount: 2,
      decays: Float64Array.of(10, 0.5),
      baselines: Float64Array.of(0.3, 0.1),
      weights: Float64Array.of(0.3, 0.1, 0, 0, 0.4, 0.2, 0.1, 0),
    };
    const fit = fitHawkes(simulate(model, 20_000, 7), {
      decays: [10, 0.5],
      iterationsMax: 300,
      tolerance: 0,
    });
    model.weights.forEach((value, at) => {
      expect(Math.abs(fit.model.weights[at]! - value)).toBeLessThan(0.05);
    });
  });

  it('makes no step that lowers the likelihood, and tells that of the model it gives', () => {
    const events = simulate(UNIVARIATE, 500, 11);
    let last = Number.NEGATIVE_INFINITY;
    for (const iterationsMax of [1, 2, 5, 20, 80]) {
      const fit = fitHawkes(events, { decays: [20, 2, 0.2], iterationsMax, tolerance: 0 });
      expect(fit.logLikelihood).toBeGreaterThanOrEqual(last - 1e-9);
      expect(fit.logLikelihood).toBeCloseTo(hawkesLogLikelihood(fit.model, events), 6);
      last = fit.logLikelihood;
    }
  });

  it('with factors: a rate that doubles in half of the time is the same process', () => {
    const events = simulate(UNIVARIATE, 2_000, 13);
    const factors = new Float64Array(events.timesS.length + 1).fill(2);
    const halved = fitHawkes(events, { decays: [2], iterationsMax: 300, tolerance: 0, factors }).model;
    const plain = fitHawkes(events, { decays: [2], iterationsMax: 300, tolerance: 0 }).model;
    expect(2 * halved.baselines[0]!).toBeCloseTo(plain.baselines[0]!, 8);
    expect(2 * halved.weights[0]!).toBeCloseTo(plain.weights[0]!, 8);
  });

  it('explains only what it is asked to, and waits out the dead time', () => {
    const events = simulate(UNIVARIATE, 2_000, 17);
    const explained = Uint8Array.from(events.timesS, (time, n) =>
      n === 0 || time - events.timesS[n - 1]! >= 0.05 ? 1 : 0,
    );
    const { model } = fitHawkes(events, {
      decays: [2],
      iterationsMax: 500,
      tolerance: 1e-10,
      explained,
      deadS: 0.05,
    });
    expect(Math.abs(model.baselines[0]! / 0.5 - 1)).toBeLessThan(0.15);
    expect(Math.abs(model.weights[0]! / 0.7 - 1)).toBeLessThan(0.1);
  });

  it('keeps a process that would explode below 1, and says by how much', () => {
    const times = Float64Array.from({ length: 400 }, (_, n) => 100 * (1 - Math.exp(-n / 80)));
    const events = { timesS: times, types: new Uint8Array(400), typeCount: 1, endS: 100 };
    const fit = fitHawkes(events, { decays: [50, 0.01], iterationsMax: 400, tolerance: 0 });
    expect(fit.spectralRadius).toBeLessThan(1);
    expect(fit.slowestScale).toBeLessThanOrEqual(1);
  });

  it('refuses too few events and times that go back', () => {
    const events = simulate(UNIVARIATE, 20, 19);
    expect(() => fitHawkes(events)).toThrow(/100 events or more/);
    const back = simulate(UNIVARIATE, 500, 19);
    back.timesS[50] = 0;
    expect(() => fitHawkes(back)).toThrow(/do not go back/);
  });
});
