/** Metrics 17 to 21: traded volume, and order flow imbalance with what the mid does next. */

import { FLOW_TRADE, type FlowWindow } from '../flow-stream.ts';
import type { Sample } from '../sample.ts';
import { couplingMetric, tradeMetric } from './metric.ts';
import { flowImbalance, midTicks } from './rows.ts';

const NS_PER_S = 1e9;
const SECONDS_PER_MINUTE = 60;
/** A second at the edge of a window of which less is seen does not count. */
const EDGE_SHARE_MIN = 0.1;
/** Messages over which the imbalance is averaged. */
const ROLL = 100;

export const FLOW_METRICS = [
  tradeMetric({ id: 17, name: 'vol_per_min', unit: 'lots/min' }, pushVolumePerMinute),
  couplingMetric({ id: 18, name: 'ofi', unit: 'lots', windowMessages: ROLL + 1 }, (window, sample) =>
    eachRolledImbalance(window, (imbalance) => sample.push(imbalance)),
  ),
  conditionalImbalance(19, 'ofi_up', 1),
  conditionalImbalance(20, 'ofi_stay', 0),
  conditionalImbalance(21, 'ofi_down', -1),
];

/** The rolled imbalance before each message after which the mid moves with this sign. */
function conditionalImbalance(id: number, name: string, sign: number) {
  return couplingMetric({ id, name, unit: 'lots', windowMessages: ROLL + 2 }, (window, sample) =>
    eachRolledImbalance(window, (imbalance, row) => {
      if (row + 1 >= window.to) return;
      const move = midTicks(window.stream, row + 1) - midTicks(window.stream, row);
      if (Math.sign(move) === sign) sample.push(imbalance);
    }),
  );
}

/** Mean imbalance of the last 100 messages, from the first row of the window that has as many behind it. */
export function eachRolledImbalance(
  { stream, from, to }: FlowWindow,
  take: (imbalance: number, row: number) => void,
): void {
  let sum = 0;
  for (let row = from + 1; row < to; row++) {
    sum += flowImbalance(stream, row);
    if (row > from + ROLL) sum -= flowImbalance(stream, row - ROLL);
    if (row >= from + ROLL) take(sum / ROLL, row);
  }
}

/**
 * Lots traded per second of the clock, times 60, of seconds with a trade. Of the first and the last second the window shows a
 * part: they are scaled up by it, or dropped when it is less than a tenth.
 */
function pushVolumePerMinute({ stream, from, to }: FlowWindow, sample: Sample): void {
  const startNs = stream.timeNs[from]! + stream.dayOffsetNs;
  const endNs = stream.timeNs[to - 1]! + stream.dayOffsetNs;
  let second = -1;
  let lots = 0;
  const endSecond = (): void => {
    const shownNs = Math.min(endNs, (second + 1) * NS_PER_S) - Math.max(startNs, second * NS_PER_S);
    const share = shownNs / NS_PER_S;
    if (second >= 0 && share >= EDGE_SHARE_MIN) sample.push((lots / share) * SECONDS_PER_MINUTE);
  };
  for (let row = from; row < to; row++) {
    if (stream.kind[row] !== FLOW_TRADE) continue;
    const now = Math.floor((stream.timeNs[row]! + stream.dayOffsetNs) / NS_PER_S);
    if (now !== second) {
      endSecond();
      second = now;
      lots = 0;
    }
    lots += stream.sizeLots[row]!;
  }
  endSecond();
}
