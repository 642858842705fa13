/**
 * Stretches in which a venue collects orders for an auction, of recordings that do not say so: from the last trade before, or the
 * beginning, to the next one, where the book stands crossed in between. Orders there answer no market.
 */

import { FLOW_HIDDEN_TRADE, FLOW_OPENING, FLOW_TRADE, type FlowStream } from './flow-stream.ts';
import { isTwoSided } from './metrics/rows.ts';

/** Shortest time for which a book is crossed in a call. */
const CALL_NS_MIN = 1e9;

/** 1 for each row of such a stretch. A book that is crossed for an instant is an error of a feed and makes no call. */
export function callRows(stream: FlowStream): Uint8Array {
  const { kind, timeNs, count } = stream;
  const isCall = new Uint8Array(count);
  let from = 0;
  let crossedNs = 0;
  for (let row = 0; row < count; row++) {
    if (kind[row] === FLOW_TRADE || kind[row] === FLOW_HIDDEN_TRADE) {
      if (crossedNs >= CALL_NS_MIN) isCall.fill(1, from, row);
      from = row + 1;
      crossedNs = 0;
    } else if (row + 1 < count && kind[row] !== FLOW_OPENING && isCrossed(stream, row)) {
      crossedNs += timeNs[row + 1]! - timeNs[row]!;
    }
  }
  if (crossedNs >= CALL_NS_MIN) isCall.fill(1, from, count);
  return isCall;
}

/** First row of continuous trading: behind the book that was there and behind a call that the recording begins with. */
export function firstContinuous(stream: FlowStream): number {
  const isCall = callRows(stream);
  let row = 0;
  while (row < stream.count - 1 && (isCall[row] === 1 || stream.kind[row] === FLOW_OPENING)) row++;
  return row;
}

function isCrossed(stream: FlowStream, row: number): boolean {
  const at = row * stream.levels;
  return stream.bidLots[at]! > 0 && stream.askLots[at]! > 0 && !isTwoSided(stream, row);
}
