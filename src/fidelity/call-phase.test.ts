import { describe, expect, it } from 'vitest';
import { BUY, SELL, type Side } from '../domain/index.ts';
import { callRows, firstContinuous } from './call-phase.ts';
import { FLOW_LIMIT, FLOW_OPENING, FLOW_TRADE, FlowStream } from './flow-stream.ts';

const INFO = { symbol: 'X', tickSize: '1', lotSize: '1', levels: 1, dayOffsetNs: 0 };

/** Rows of a kind at a second, with the best bid after it; the best ask is 10. */
function streamOf(rows: readonly (readonly [kind: number, second: number, bid: number])[]): FlowStream {
  const stream = new FlowStream(INFO);
  rows.forEach(([kind, second, bid], i) => {
    const side: Side = i % 2 === 0 ? BUY : SELL;
    stream.appendMessage({ timeNs: second * 1e9, kind, side, orderId: i, priceTicks: bid, sizeLots: 1 });
    stream.bidTicks[i] = bid;
    stream.askTicks[i] = 10;
    stream.bidLots[i] = 1;
    stream.askLots[i] = 1;
  });
  return stream;
}

describe('a call phase', () => {
  it('goes from the beginning to the first trade where the book stands crossed in between', () => {
    const stream = streamOf([
      [FLOW_OPENING, 0, 9],
      [FLOW_LIMIT, 1, 9],
      [FLOW_LIMIT, 2, 12],
      [FLOW_LIMIT, 60, 12],
      [FLOW_TRADE, 61, 9],
      [FLOW_LIMIT, 62, 9],
    ]);
    expect([...callRows(stream)]).toEqual([1, 1, 1, 1, 0, 0]);
    expect(firstContinuous(stream)).toBe(4);
  });

  it('may be in the middle, and lasts to the end where no trade follows', () => {
    const stream = streamOf([
      [FLOW_LIMIT, 0, 9],
      [FLOW_TRADE, 1, 9],
      [FLOW_LIMIT, 2, 11],
      [FLOW_TRADE, 30, 9],
      [FLOW_LIMIT, 31, 11],
      [FLOW_LIMIT, 60, 11],
    ]);
    expect([...callRows(stream)]).toEqual([0, 0, 1, 0, 1, 1]);
    expect(firstContinuous(stream)).toBe(0);
  });

  it('is not where a book is crossed for less than a second, nor without a crossed book', () => {
    const short = streamOf([
      [FLOW_LIMIT, 0, 9],
      [FLOW_LIMIT, 1, 11],
      [FLOW_LIMIT, 1.9, 9],
      [FLOW_TRADE, 60, 9],
    ]);
    expect([...callRows(short)]).toEqual([0, 0, 0, 0]);
  });
});
