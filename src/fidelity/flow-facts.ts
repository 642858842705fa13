/** Facts of order flow and of the book, market-rules §13.2 and §13.3, that stand beside Cont's eleven. */

import { autocorrelation, bartlettBound, mean, powerFit, standardDeviation } from '../math/index.ts';
import { type Band, decided, type Fact, factOf, untestableFact } from './fact.ts';
import { FLOW_CANCEL, FLOW_LIMIT, type FlowWindow } from './flow-stream.ts';
import { eachBucket } from './metrics/buckets.ts';
import { marketOrders } from './metrics/market-orders.ts';
import { addPair, correlationOf, MOMENT_SUMS } from './metrics/paired-metric.ts';
import { flowImbalance, midTicks } from './metrics/rows.ts';

const SIGN_LAGS = 100;
const ORDERS_MIN = 300;

export const FLOW_FACTS: readonly ((windows: readonly FlowWindow[]) => Fact)[] = [
  signMemory,
  signDecay,
  cancelShare,
  interArrivals,
  imbalanceSlope,
];

function beside(name: string, statistic: string) {
  return { number: null, name, statistic };
}

function signsOf(windows: readonly FlowWindow[]): number[] {
  return windows.flatMap((window) => marketOrders(window).map(({ sign }) => sign));
}

function signMemory(windows: readonly FlowWindow[]): Fact {
  const name = beside('memory of trade signs', 'C(1) of the signs of market orders');
  const band: Band = { low: 0.2, high: 0.6 };
  const signs = signsOf(windows);
  const value = autocorrelation(signs, 1);
  if (signs.length < ORDERS_MIN || Number.isNaN(value)) {
    return untestableFact(name, band, `needs ${ORDERS_MIN} market orders of both sides, has ${signs.length}`);
  }
  const bound = bartlettBound(signs.length);
  return decided(name, band, value, { low: value - bound, high: value + bound });
}

function signDecay(windows: readonly FlowWindow[]): Fact {
  const name = beside('slow decay of trade signs', `exponent of C(l) of signs, l = 1 to ${SIGN_LAGS}`);
  const band: Band = { low: 0.4, high: 0.7 };
  const signs = signsOf(windows);
  const lags = Array.from({ length: SIGN_LAGS }, (_, i) => i + 1);
  const { slope, slopeError, points } = powerFit(
    lags,
    lags.map((lag) => autocorrelation(signs, lag)),
  );
  if (signs.length < ORDERS_MIN || points < 10) {
    return untestableFact(name, band, `needs ${ORDERS_MIN} market orders with memory, has ${signs.length}`);
  }
  return decided(name, band, -slope, { low: -slope - 1.96 * slopeError, high: -slope + 1.96 * slopeError });
}

/** Orders that entered and were cancelled whole, among those that ended. */
function cancelShare(windows: readonly FlowWindow[]): Fact {
  const cancelled: number[] = [];
  for (const { stream, from, to } of windows) {
    for (let row = from; row < to; row++) {
      if (stream.kind[row] === FLOW_LIMIT) cancelled.push(0);
      else if (stream.kind[row] === FLOW_CANCEL) cancelled.push(1);
    }
  }
  const name = beside('most orders are cancelled', 'cancels per new order');
  return factOf(name, { low: 0.85, high: 1 }, cancelled.length, (rows) => {
    let cancels = 0;
    for (const row of rows) cancels += cancelled[row]!;
    return cancels / Math.max(1, rows.length - cancels);
  });
}

function interArrivals(windows: readonly FlowWindow[]): Fact {
  const gaps: number[] = [];
  for (const { stream, from, to } of windows) {
    for (let row = from + 1; row < to; row++) gaps.push(stream.timeNs[row]! - stream.timeNs[row - 1]!);
  }
  const name = beside('bursts of messages', 'standard deviation over mean of the time between messages');
  return factOf(name, { low: 2, high: 10 }, gaps.length, (rows) => {
    const picked = rows.map((row) => gaps[row]!);
    return standardDeviation(picked) / mean(picked);
  });
}

function imbalanceSlope(windows: readonly FlowWindow[]): Fact {
  const flows: number[] = [];
  const moves: number[] = [];
  for (const window of windows) {
    eachBucket(window, 10, ({ from, to }) => {
      if (from === to) return;
      let flow = 0;
      for (let row = from; row < to; row++) flow += flowImbalance(window.stream, row);
      const move = midTicks(window.stream, to - 1) - midTicks(window.stream, from - 1);
      if (Number.isNaN(move)) return;
      flows.push(flow);
      moves.push(move);
    });
  }
  const name = beside('order flow moves the price', 'R2 of mid change on order flow imbalance, 10 s');
  return factOf(name, { low: 0.4, high: 0.7 }, flows.length, (rows) => {
    const sums = new Float64Array(MOMENT_SUMS);
    for (const row of rows) addPair(sums, 0, flows[row]!, moves[row]!);
    return correlationOf(sums, 0, 10) ** 2;
  });
}
