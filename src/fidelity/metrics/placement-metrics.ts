/** Metrics 9 to 16: where orders enter and leave, as a distance from the mid price and as a rank in the book. */

import { BUY, SELL, type Side } from '../../domain/index.ts';
import { FLOW_CANCEL, FLOW_LIMIT, FLOW_REDUCE, type FlowStream, type FlowWindow } from '../flow-stream.ts';
import type { Sample } from '../sample.ts';
import { placementMetric } from './metric.ts';
import { midTicks } from './rows.ts';

const RANKS = 10;

const isLimit = (kind: number): boolean => kind === FLOW_LIMIT;
const isCancel = (kind: number): boolean => kind === FLOW_CANCEL || kind === FLOW_REDUCE;

export const PLACEMENT_METRICS = [
  depthMetric(9, 'limit_ask_order_depth', isLimit, 1),
  depthMetric(10, 'limit_bid_order_depth', isLimit, -1),
  depthMetric(11, 'ask_cancellation_depth', isCancel, 1),
  depthMetric(12, 'bid_cancellation_depth', isCancel, -1),
  rankMetric(13, 'limit_ask_order_levels', isLimit, SELL),
  rankMetric(14, 'limit_bid_order_levels', isLimit, BUY),
  rankMetric(15, 'ask_cancellation_levels', isCancel, SELL),
  rankMetric(16, 'bid_cancellation_levels', isCancel, BUY),
];

/** Distance from the mid after the message, of those on one side of it. */
function depthMetric(id: number, name: string, isWanted: (kind: number) => boolean, sign: 1 | -1) {
  return placementMetric({ id, name, unit: 'ticks' }, ({ stream, from, to }, sample) => {
    for (let row = from; row < to; row++) {
      if (!isWanted(stream.kind[row]!)) continue;
      const depth = sign * (stream.priceTicks[row]! - midTicks(stream, row));
      if (depth > 0) sample.push(depth);
    }
  });
}

/** Rank 1 to 10 of the message's price: an order that entered after the message, one that left in the row before. */
function rankMetric(id: number, name: string, isWanted: (kind: number) => boolean, side: Side) {
  const rowsBack = isWanted === isCancel ? 1 : 0;
  const traits = { id, name, unit: 'rank', isDiscrete: true, levels: RANKS };
  return placementMetric(traits, ({ stream, from, to }: FlowWindow, sample: Sample) => {
    for (let row = from + rowsBack; row < to; row++) {
      if (!isWanted(stream.kind[row]!) || stream.side[row] !== side) continue;
      const rank = rankOf(stream, row - rowsBack, side, stream.priceTicks[row]!);
      if (rank > 0) sample.push(rank);
    }
  });
}

/** Rank of a price in the book of a row, from 1; 0 if it is not among the first ten. */
export function rankOf(stream: FlowStream, row: number, side: Side, priceTicks: number): number {
  const ticks = side === BUY ? stream.bidTicks : stream.askTicks;
  const at = row * stream.levels;
  for (let level = 0; level < RANKS && level < stream.levels; level++) {
    if (ticks[at + level] === priceTicks) return level + 1;
  }
  return 0;
}
