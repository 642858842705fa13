/** Flow that nothing can be fitted to is refused with all its faults. */

import { describe, expect, it } from 'vitest';
import { BUY, SELL, type Side } from '../../domain/index.ts';
import { FLOW_CANCEL, FLOW_LIMIT, FLOW_TRADE, FlowStream } from '../../fidelity/index.ts';
import { exponentialKs } from './fit-quality.ts';
import { requireFlow } from './flow-checks.ts';

interface Shape {
  readonly rows?: number;
  readonly sides?: readonly Side[];
  readonly moves?: boolean;
  readonly stepNs?: number;
  readonly askLots?: number;
}

function streamOf({
  rows = 3000,
  sides = [BUY, SELL],
  moves = true,
  stepNs = 1e6,
  askLots = 5,
}: Shape): FlowStream {
  const info = { symbol: 'ACME', tickSize: '0.01', lotSize: '1', levels: 2, dayOffsetNs: 0 };
  const stream = new FlowStream(info);
  const book = (row: number) => {
    const shift = moves ? row % 3 : 0;
    return {
      ...{ bidTicks: [100 + shift, 99], bidLots: [5, 5] },
      ...{ askTicks: [110 - shift, 111], askLots: [askLots, askLots] },
    };
  };
  stream.appendOpening(0, book(0));
  const kinds = [FLOW_LIMIT, FLOW_CANCEL, FLOW_TRADE];
  for (let row = 1; row <= rows; row++) {
    const message = {
      ...{ timeNs: row * stepNs, kind: kinds[row % 3]!, side: sides[row % sides.length]! },
      ...{ orderId: row, priceTicks: 100, sizeLots: 1 },
    };
    stream.append(message, book(row));
  }
  return stream;
}

function problemsOf(shape: Shape, isTaken = (_row: number): boolean => true): string[] {
  try {
    requireFlow(streamOf(shape), isTaken);
  } catch (error) {
    expect(error).toMatchObject({ code: 'CALIBRATION_DATA' });
    return (error as Error).message.split('\n  - ').slice(1);
  }
  return [];
}

describe('what flow has to have', () => {
  it('passes flow of two sides', () => expect(problemsOf({})).toEqual([]));

  it.each<[string, Shape, string[]]>([
    ['few messages', { rows: 1000 }, ['1000 messages, at least 2000 are needed']],
    [
      'one side only',
      { sides: [BUY] },
      ['limit orders', 'cancels', 'trades'].map(
        (what) => `0 ${what} on the ask side, at least 20 are needed`,
      ),
    ],
    [
      'constant prices',
      { moves: false },
      ['bid', 'ask'].map((side) => `the best ${side} changes 0 times, at least 20 are needed`),
    ],
    ['no time', { stepNs: 0 }, ['no time passes from the first message to the last']],
    [
      'an empty side',
      { askLots: 0 },
      [
        '0 of 3000 books have two sides, at least half are needed',
        'the best ask changes 0 times, at least 20 are needed',
      ],
    ],
  ])('refuses %s', (_, shape, problems) => expect(problemsOf(shape)).toEqual(problems));

  it('looks only at what is taken, and tells all at once', () => {
    expect(problemsOf({}, () => false)).toHaveLength(9);
  });
});

describe('distance from the exponential distribution', () => {
  it('is half a step at its quantiles, and large for others', () => {
    const quantiles = Float64Array.from({ length: 100 }, (_, i) => -Math.log(1 - (i + 0.5) / 100));
    expect(exponentialKs(quantiles)).toBeCloseTo(0.005, 9);
    expect(exponentialKs(quantiles.map((value) => 2 * value))).toBeCloseTo(0.25, 1);
    expect(exponentialKs(Float64Array.of(0, 0, 0))).toBe(1);
  });
});
