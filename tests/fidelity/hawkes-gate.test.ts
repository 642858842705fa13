/** Hawkes processes on the AAPL hour reproduce the figures of fidelity.md §3.3, which were measured by other code. */

import { describe, expect, it } from 'vitest';
import { fitHawkes } from '../../src/calibration/index.ts';
import {
  FLOW_CANCEL,
  FLOW_LIMIT,
  FLOW_REDUCE,
  FLOW_TRADE,
  type FlowStream,
} from '../../src/fidelity/index.ts';
import { branchingMatrix, hawkesLogLikelihood, type TypedEvents } from '../../src/math/index.ts';
import { aaplHourFiles, readFiles } from '../support/fidelity-flow.ts';

const HOUR_S = 3_600;
const OPEN_S = 34_200;

/** LOb LOa CXb CXa MOb MOs: fills at one instant on one side are one market order. */
function sixTypes(stream: FlowStream): TypedEvents {
  const times: number[] = [];
  const types: number[] = [];
  let fillNs = -1;
  let fillSide = -1;
  for (let row = 0; row < stream.count; row++) {
    const kind = stream.kind[row]!;
    const side = stream.side[row]!;
    const timeNs = stream.timeNs[row]!;
    let type = -1;
    if (kind === FLOW_LIMIT) type = side;
    else if (kind === FLOW_CANCEL || kind === FLOW_REDUCE) type = 2 + side;
    else if (kind === FLOW_TRADE && !(timeNs === fillNs && side === fillSide)) {
      // The side of a fill is that of the resting order: an ask that trades was bought.
      type = side === 1 ? 4 : 5;
      fillNs = timeNs;
      fillSide = side;
    }
    if (type < 0) continue;
    times.push(timeNs / 1e9 - OPEN_S);
    types.push(type);
  }
  return { timesS: Float64Array.from(times), types: Uint8Array.from(types), typeCount: 6, endS: HOUR_S };
}

function firstPart({ timesS, types, typeCount }: TypedEvents, count: number): TypedEvents {
  const endS = timesS[count]!;
  return { timesS: timesS.slice(0, count), types: types.slice(0, count), typeCount, endS };
}

function poissonLogLikelihood(rates: Float64Array, types: Uint8Array, seconds: number): number {
  return (
    types.reduce((sum, type) => sum + Math.log(rates[type]!), 0) - seconds * rates.reduce((a, b) => a + b, 0)
  );
}

function ratesOf({ types, endS }: TypedEvents): Float64Array {
  const rates = new Float64Array(6);
  for (const type of types) rates[type]! += 1 / endS;
  return rates;
}

const files = aaplHourFiles();

describe.skipIf(files === null)('Hawkes processes on the AAPL hour', () => {
  it('have the log-likelihood, radius and branching matrix of §3.3', async () => {
    const events = sixTypes((await readFiles(files!)).stream);
    const count = events.timesS.length;
    expect(count).toBe(89_019);
    const { model, logLikelihood, spectralRadius } = fitHawkes(events, {
      decays: [2000, 100, 5, 0.2],
      iterationsMax: 150,
      tolerance: 0,
    });
    expect(logLikelihood / count).toBeCloseTo(3.322, 3);
    expect(poissonLogLikelihood(ratesOf(events), events.types, HOUR_S) / count).toBeCloseTo(0.69, 3);
    expect(Math.abs(spectralRadius - 0.908)).toBeLessThan(0.002);
    const printed = [
      [0.196, 0.024, 0.544, 0.071, 1.089, 0.425],
      [0.031, 0.211, 0.093, 0.529, 0.347, 1.127],
      [0.367, 0.097, 0.283, 0.051, 0.29, 0.528],
      [0.088, 0.412, 0.063, 0.24, 0.415, 0.494],
      [0.008, 0.009, 0.001, 0.001, 0.656, 0.004],
      [0.007, 0.008, 0.003, 0.001, 0.011, 0.625],
    ].flat();
    branchingMatrix(model).forEach((value, cell) => {
      expect(Math.abs(value - printed[cell]!)).toBeLessThan(0.02);
    });
  }, 60_000);

  it.each([
    [[2000, 100, 5, 0.2], 2.71],
    [[5000, 500, 50, 5, 0.5, 0.05], 2.83],
  ])(
    'gain over Poisson on the last quarter with decays %j: %d nats an event',
    async (decays, printed) => {
      const events = sixTypes((await readFiles(files!)).stream);
      const count = events.timesS.length;
      const fitted = firstPart(events, Math.floor(0.75 * count));
      const { model } = fitHawkes(fitted, { decays, iterationsMax: 150, tolerance: 0 });
      const left = count - fitted.timesS.length;
      const hawkes = (hawkesLogLikelihood(model, events) - hawkesLogLikelihood(model, fitted)) / left;
      const lateTypes = events.types.slice(fitted.timesS.length);
      const poisson = poissonLogLikelihood(ratesOf(fitted), lateTypes, HOUR_S - fitted.endS) / left;
      expect(hawkes - poisson).toBeGreaterThan(2.7);
      expect(Math.abs(hawkes - poisson - printed)).toBeLessThan(0.01);
    },
    60_000,
  );
});
