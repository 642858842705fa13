/** The moments of the AAPL hour, taken as one window, are the values of fidelity.md §1.2, which were measured by other code. */

import { describe, expect, it } from 'vitest';
import {
  MOMENTS,
  meanMoments,
  momentDistance,
  momentsOf,
  momentWeights,
} from '../../src/calibration/index.ts';
import { BUY } from '../../src/domain/index.ts';
import { continuationPairs, FLOW_LIMIT, FlowStream, type FlowWindow } from '../../src/fidelity/index.ts';
import { aaplHourFiles, readFiles } from '../support/fidelity-flow.ts';

/** Name, printed value, half of the last printed digit or what the window's edges make of it. */
const PRINTED: readonly (readonly [string, number, number])[] = [
  ['spread mean', 20.168, 0.0006],
  ['imbalance mean', 0.019, 0.0006],
  ['imbalance sd', 0.595, 0.0006],
  ['inter-arrival time below 100 us', 0.36, 0.006],
  ['inter-arrival time below 1 ms', 0.6, 0.006],
  // Mean inter-arrival time 39.1 ms.
  ['ln messages per second', Math.log(1000 / 39.1), 0.002],
  ['trade signs 1 apart', 0.613, 0.006],
  ['trade signs 5 apart', 0.244, 0.01],
  ['response MO1 R(1)', 3.1, 0.05],
  ['response MO0 R(10)', 4.3, 0.35],
  ['response LO1 R(10)', 2.2, 0.15],
  ['zero 1 s returns', 0.376, 0.003],
  ['size of a mid move', 2.4, 0.006],
  ['cancel after limit', 0.52, 0.006],
  ['limit after cancel', 0.57, 0.006],
  ['trade after trade', 0.31, 0.006],
  ['fill ratio', 0.07, 0.0006],
];

const NAMES = MOMENTS.map(({ name }) => name);
const files = aaplHourFiles();

describe.skipIf(files === null)('moments of the AAPL hour', async () => {
  const { stream } = files === null ? ({} as never) : await readFiles(files);
  const whole: FlowWindow = { stream, from: 0, to: stream?.count ?? 0 };
  const [hour] = files === null ? [] : momentsOf([whole]);
  const plan = files === null ? ({} as never) : continuationPairs(stream);

  it.each(PRINTED)('%s is %f', (name, value, tolerance) => {
    expect(Math.abs(hour![NAMES.indexOf(name)]! - value)).toBeLessThan(tolerance);
  });

  it('each window has nearly all, and their mean is near that of the hour', () => {
    const windows = momentsOf(plan.real);
    expect(windows).toHaveLength(91);
    const weights = momentWeights(windows, { names: NAMES });
    expect(weights.dropped).toEqual([]);
    expect(meanMoments(windows)[0]).toBeCloseTo(hour![0]!, 0);
    // The windows before are another draw of the same hour.
    const distance = momentDistance(meanMoments(momentsOf(plan.before)), weights.means, weights);
    expect(distance).toBeGreaterThan(1);
    expect(distance).toBeLessThan(2 * NAMES.length);
    // The first and the second half of the hour are not.
    // The second half hour is no draw of the first: fidelity.md §0, finding 2.
    const first = momentWeights(windows.slice(0, 45), { names: NAMES });
    const later = momentDistance(meanMoments(windows.slice(46)), first.means, first);
    expect(later).toBeGreaterThan(2 * NAMES.length);
  });
});

describe('moments of a window', () => {
  it('a dead market has moments where it has any, and NaN elsewhere: none is infinite', () => {
    const stream = new FlowStream({ symbol: 'X', tickSize: '0.01', lotSize: '1', levels: 5, dayOffsetNs: 0 });
    for (let i = 0; i < 40; i++) {
      stream.append(
        { timeNs: 0, kind: FLOW_LIMIT, side: BUY, orderId: i + 1, priceTicks: 90, sizeLots: 1 },
        { bidTicks: [99, 90], bidLots: [5, i + 1], askTicks: [101], askLots: [5] },
      );
    }
    const [moments] = momentsOf([{ stream, from: 0, to: stream.count }]);
    expect(moments).toHaveLength(MOMENTS.length);
    const at = (name: string): number => moments![NAMES.indexOf(name)]!;
    expect([at('spread mean'), at('imbalance mean'), at('trades among messages')]).toEqual([2, 0, 0]);
    for (const name of [
      'ln messages per second',
      'trade signs 1 apart',
      'size of a mid move',
      'ln ask depth mean',
    ]) {
      expect(at(name)).toBeNaN();
    }
    for (const value of moments!) expect(Math.abs(value) === Number.POSITIVE_INFINITY).toBe(false);
    expect(new Set(NAMES).size).toBe(NAMES.length);
  });
});
