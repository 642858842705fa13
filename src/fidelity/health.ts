/** What is wrong or special in windows, counted and named before anything is scored. */

import { FLOW_HALT, FLOW_TRADE, type FlowWindow } from './flow-stream.ts';
import { midTicks } from './metrics/rows.ts';
import type { FlowHealth } from './score-contract.ts';

export function healthOf(windows: readonly FlowWindow[]): FlowHealth {
  const health = {
    windows: windows.length,
    messages: 0,
    trades: 0,
    crossedRows: 0,
    oneSidedRows: 0,
    halts: 0,
    constantWindows: 0,
    clockResets: 0,
  };
  for (const window of windows) {
    const { stream, from, to } = window;
    health.messages += to - from;
    for (let row = from; row < to; row++) {
      const at = row * stream.levels;
      if (!(stream.askLots[at]! > 0 && stream.bidLots[at]! > 0)) health.oneSidedRows++;
      else if (stream.bidTicks[at]! >= stream.askTicks[at]!) health.crossedRows++;
      if (stream.kind[row] === FLOW_TRADE) health.trades++;
      if (stream.kind[row] === FLOW_HALT) health.halts++;
      if (row > from && stream.timeNs[row]! < stream.timeNs[row - 1]!) health.clockResets++;
    }
    if (isConstant(window)) health.constantWindows++;
  }
  return health;
}

function isConstant({ stream, from, to }: FlowWindow): boolean {
  const first = midTicks(stream, from);
  for (let row = from + 1; row < to; row++) if (midTicks(stream, row) !== first) return false;
  return true;
}
