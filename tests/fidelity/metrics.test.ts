/** Each metric's values on a window of a few messages, by hand. */

import { describe, expect, it } from 'vitest';
import { BUY, SELL } from '../../src/domain/index.ts';
import {
  FLOW_CANCEL,
  FLOW_HIDDEN_TRADE,
  FLOW_LIMIT,
  FLOW_REDUCE,
  FLOW_TRADE,
  FlowStream,
  type FlowWindow,
} from '../../src/fidelity/index.ts';
import { eachBucket } from '../../src/fidelity/metrics/buckets.ts';
import { CONDITIONAL_SCORES, conditionedSample } from '../../src/fidelity/metrics/conditional.ts';
import { DISTRIBUTION_METRICS, PAIRED_METRICS, sumsOf } from '../../src/fidelity/metrics/index.ts';
import { marketOrders } from '../../src/fidelity/metrics/market-orders.ts';
import { RESPONSE_LAGS } from '../../src/fidelity/metrics/response.ts';
import { flowImbalance, midTicks, spreadTicks, touchImbalance } from '../../src/fidelity/metrics/rows.ts';
import { Sample } from '../../src/fidelity/sample.ts';

type Book = readonly [bid: number, bidLots: number, ask: number, askLots: number];
type Message = readonly [
  timeS: number,
  kind: number,
  side: number,
  id: number,
  price: number,
  lots: number,
  book: Book,
];

/** A stream with one level, or ten of which the other nine are a tick apart with 10 lots each. */
function streamOf(messages: readonly Message[], levels = 1): FlowWindow {
  const info = { symbol: 'X', tickSize: '0.01', lotSize: '1', levels, dayOffsetNs: 0 };
  const stream = new FlowStream(info, 4);
  for (const [timeS, kind, side, orderId, priceTicks, sizeLots, [bid, bidLots, ask, askLots]] of messages) {
    const deep = Array.from({ length: levels - 1 }, (_, i) => i + 1);
    stream.append(
      { timeNs: timeS * 1e9, kind, side: side as typeof BUY, orderId, priceTicks, sizeLots },
      {
        bidTicks: [bid, ...deep.map((i) => bid - i)],
        bidLots: [bidLots, ...deep.map(() => 10)],
        askTicks: [ask, ...deep.map((i) => ask + i)],
        askLots: [askLots, ...deep.map(() => 10)],
      },
    );
  }
  return { stream, from: 0, to: stream.count };
}

const WINDOW = streamOf(
  [
    [10.2, FLOW_LIMIT, BUY, 1, 99, 5, [99, 5, 103, 8]],
    [10.3, FLOW_LIMIT, SELL, 2, 102, 4, [99, 5, 102, 4]],
    [10.3, FLOW_TRADE, SELL, 2, 102, 3, [99, 5, 102, 1]],
    [10.9, FLOW_HIDDEN_TRADE, BUY, 0, 100.5, 2, [99, 5, 102, 1]],
    [11.4, FLOW_REDUCE, BUY, 1, 99, 2, [99, 3, 102, 1]],
    [12.0, FLOW_CANCEL, SELL, 2, 102, 1, [99, 3, 103, 8]],
    [12.25, FLOW_TRADE, BUY, 1, 99, 3, [98, 7, 103, 8]],
  ],
  10,
);

function valuesOf(id: number, window = WINDOW): number[] {
  const sample = new Sample();
  DISTRIBUTION_METRICS.find((metric) => metric.id === id)!.extract(window, sample);
  return [...sample.all()].map((value) => Math.round(value * 1e9) / 1e9);
}

describe('rows', () => {
  it('T13.7-c order flow imbalance of three changes is 5, 3 and 9', () => {
    const books: Book[] = [
      [100, 10, 101, 8],
      [100, 15, 101, 8],
      [100, 15, 101, 5],
      [101, 4, 102, 9],
    ];
    const { stream } = streamOf(books.map((book, i): Message => [i, FLOW_LIMIT, BUY, 1, 1, 1, book]));
    expect([1, 2, 3].map((row) => flowImbalance(stream, row))).toEqual([5, 3, 9]);
  });

  it('a crossed, locked or one-sided row has no mid, spread or imbalance', () => {
    const books: Book[] = [
      [102, 5, 101, 5],
      [101, 5, 101, 5],
      [0, 0, 101, 5],
      [100, 5, 0, 0],
    ];
    const { stream } = streamOf(books.map((book, i): Message => [i, FLOW_LIMIT, BUY, 1, 1, 1, book]));
    for (const row of [0, 1, 2, 3]) {
      expect([midTicks(stream, row), spreadTicks(stream, row), touchImbalance(stream, row)]).toEqual([
        NaN,
        NaN,
        NaN,
      ]);
    }
  });
});

describe('metrics 1 to 21', () => {
  it.each([
    [1, [4, 3, 3, 3, 3, 4, 5]],
    [2, [-3 / 13, 1 / 9, 4 / 6, 4 / 6, 2 / 4, -5 / 11, -1 / 15]],
    [5, [8, 4, 1, 1, 1, 8, 8]],
    [6, [5, 5, 5, 5, 3, 3, 7]],
    [7, [98, 94, 91, 91, 91, 98, 98]],
    [8, [95, 95, 95, 95, 93, 93, 97]],
    // ln of 100 ms, none, 600, 500, 600, 250.
    [3, [100, 1e-9, 600, 500, 600, 250].map(Math.log)],
    // Order 1 after 1.2 s by a reduce, order 2 after 1.7 s; the trade between is passed over.
    [4, [1.2, 1.7].map(Math.log)],
    // 102 against a mid of 100.5; 99 against 101.
    [9, [1.5]],
    [10, [2]],
    [11, [1]],
    [12, [1.5]],
    [13, [1]],
    [14, [1]],
    [15, [1]],
    [16, [1]],
    // Second 10 is seen from 10.2 on: 3 lots in .8 s. Second 12 until 12.25: 3 lots in .25 s.
    [17, [(3 / 0.8) * 60, (3 / 0.25) * 60]],
  ])('metric %i', (id, expected) => {
    expect(valuesOf(id)).toEqual(expected.map((value) => Math.round(value * 1e9) / 1e9));
  });

  it('18 to 21 look at 100 messages, and at the move after them', () => {
    // Each message adds a lot to the bid; the mid moves up by one at row 103 and down at row 105.
    const messages = Array.from({ length: 107 }, (_, row): Message => {
      const shift = row === 103 || row === 104 ? 1 : 0;
      return [row, FLOW_LIMIT, BUY, row + 1, 99, 1, [99 + shift, 5 + row, 103 + shift, 8]];
    });
    const window = streamOf(messages);
    const ofi = valuesOf(18, window);
    expect(ofi.slice(0, 3)).toEqual([1, 1, 1]);
    expect(ofi).toHaveLength(7);
    // Row 103: the new bid's 108 lots come, and the 8 of the ask that was left go.
    expect(ofi[3]).toBeCloseTo((99 + 108 + 8) / 100, 9);
    expect(valuesOf(19, window)).toEqual([1]);
    expect(valuesOf(20, window)).toHaveLength(4);
    expect(valuesOf(21, window)).toEqual([ofi[4]]);
    expect(valuesOf(18, { ...window, to: 100 })).toEqual([]);
  });
});

describe('the metrics that compare statistics', () => {
  it('market orders: trades of one time and side are one', () => {
    const trades: Message[] = [
      [1, FLOW_TRADE, SELL, 1, 101, 5, [100, 5, 101, 5]],
      [1, FLOW_TRADE, SELL, 2, 101, 4, [100, 5, 101, 5]],
      [1, FLOW_TRADE, BUY, 3, 100, 1, [100, 5, 101, 5]],
      [2, FLOW_LIMIT, BUY, 4, 100, 1, [100, 5, 101, 5]],
      [2, FLOW_TRADE, BUY, 3, 100, 1, [100, 5, 101, 5]],
    ];
    const orders = marketOrders(streamOf(trades));
    expect(orders.map(({ sign, lots, from, to }) => [sign, lots, from, to])).toEqual([
      [1, 9, 0, 2],
      [-1, 1, 2, 3],
      [-1, 1, 4, 5],
    ]);
  });

  it('the lags of the response are those of fidelity §1.2', () => {
    expect(RESPONSE_LAGS).toHaveLength(21);
    expect([RESPONSE_LAGS[0], RESPONSE_LAGS[7], RESPONSE_LAGS[17], RESPONSE_LAGS[20]]).toEqual([
      1, 10, 100, 199,
    ]);
  });

  it('sums of windows add up: two windows are the sum of each', () => {
    const halves = [
      { ...WINDOW, to: 4 },
      { ...WINDOW, from: 4 },
    ];
    for (const metric of PAIRED_METRICS) {
      const both = sumsOf(metric, halves);
      const [a, b] = halves.map((window) => sumsOf(metric, [window]));
      expect([...both]).toEqual([...a!, ...b!]);
      expect(metric.statistics(new Float64Array(metric.size))).toHaveLength(metric.components.length);
    }
  });

  it('buckets are whole seconds of the clock that have a row before them', () => {
    const found: [number, number][] = [];
    eachBucket(WINDOW, 1, ({ from, to }) => found.push([from, to]));
    // 10 begins before the window, 12 ends behind it.
    expect(found).toEqual([[4, 5]]);
    eachBucket({ ...WINDOW, to: 1 }, 1, () => expect.unreachable());
  });
});

describe('conditional scores', () => {
  const scoreOf = (id: number) => CONDITIONAL_SCORES.find((score) => score.id === id)!;

  it('pair each value with its condition, row by row', () => {
    const { values, conditions } = conditionedSample(scoreOf(27), [WINDOW], null);
    expect([...values.all()]).toEqual([8, 4, 1, 1, 1, 8, 8]);
    expect([...conditions.all()]).toEqual([4, 3, 3, 3, 3, 4, 5]);
    expect([...conditionedSample(scoreOf(28), [WINDOW], null).conditions.all()]).toEqual(Array(7).fill(0));
  });

  it('lagged ones take the condition of the same row one window before', () => {
    const [before, now] = [
      { ...WINDOW, to: 3 },
      { ...WINDOW, from: 4 },
    ];
    const { values, conditions } = conditionedSample(scoreOf(30), [now], [before]);
    expect([...values.all()]).toEqual([1, 8, 8]);
    expect([...conditions.all()]).toEqual([4, 3, 3]);
  });

  it('volatility is that of neighbouring tenths of a second; a gap breaks the chain', () => {
    const conditions = scoreOf(29).condition(WINDOW);
    // Only 10.2 and 10.3 are neighbours: one return has no standard deviation.
    expect(new Set(conditions)).toEqual(new Set([0]));
    const moving = streamOf(
      Array.from(
        { length: 4 },
        (_, i): Message => [i / 10 + 0.05, FLOW_LIMIT, BUY, 1, 1, 1, [99 + i * i, 5, 101 + i * i, 5]],
      ),
    );
    const returns = [Math.log(101 / 100), Math.log(104 / 101), Math.log(109 / 104)];
    const mean = returns.reduce((sum, r) => sum + r, 0) / 3;
    const sd = Math.sqrt(returns.reduce((sum, r) => sum + (r - mean) ** 2, 0) / 2);
    expect(scoreOf(29).condition(moving)[0]).toBeCloseTo(sd, 12);
  });
});
