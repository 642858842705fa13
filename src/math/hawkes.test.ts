/** Vectors of fidelity.md §3.3. */

import { describe, expect, it } from 'vitest';
import {
  branchingRadius,
  type HawkesModel,
  hawkesCompensator,
  hawkesLogLikelihood,
  hawkesResiduals,
  stationaryRates,
  type TypedEvents,
} from './hawkes.ts';

const one: HawkesModel = {
  typeCount: 1,
  decays: Float64Array.of(1.5),
  baselines: Float64Array.of(0.5),
  // The vector's kernel is alpha exp(-beta t): a mass of alpha / beta.
  weights: Float64Array.of(0.8 / 1.5),
};
const three: TypedEvents = {
  timesS: Float64Array.of(1, 2, 4),
  types: Uint8Array.of(0, 0, 0),
  typeCount: 1,
  endS: 5,
};
const two: HawkesModel = {
  typeCount: 2,
  decays: Float64Array.of(2),
  baselines: Float64Array.of(0.3, 0.2),
  weights: Float64Array.of(0.4, 0.2, 0.3, 0.5),
};
const five: TypedEvents = {
  timesS: Float64Array.of(0.5, 0.9, 1.4, 2, 2.1),
  types: Uint8Array.of(0, 1, 0, 1, 1),
  typeCount: 2,
  endS: 3,
};

describe('Hawkes process', () => {
  it('has the log-likelihood and compensator of the vector of one type', () => {
    const found = hawkesLogLikelihood(one, three);
    expect(found).toBeCloseTo(-5.65493506764, 11);
    expect(hawkesCompensator(one, three)).toBeCloseTo(3.973750448606, 11);
    expect(found + hawkesCompensator(one, three)).toBeCloseTo(-1.681184619, 9);
  });

  it('has the log-likelihood, spectral radius and long-run rates of the vector of two types', () => {
    expect(hawkesLogLikelihood(two, five)).toBeCloseTo(-7.654377221448, 11);
    expect(branchingRadius(two)).toBeCloseTo(0.7, 11);
    const [first, second] = stationaryRates(two);
    expect(first).toBeCloseTo(0.7916667, 7);
    expect(second).toBeCloseTo(0.875, 11);
  });

  it('has residuals that add up to the compensator at the last event', () => {
    const upToLast = { ...five, endS: 2.1 };
    const sum = hawkesResiduals(two, upToLast).reduce((total, value) => total + value, 0);
    expect(sum).toBeCloseTo(hawkesCompensator(two, upToLast), 12);
  });

  it('refuses long-run rates of a process that explodes', () => {
    expect(() => stationaryRates({ ...one, weights: Float64Array.of(1) })).toThrow(/spectral radius below 1/);
  });
});
