/** Market orders as the public sees them: trades in a row with one time and one direction are one order. */

import { SELL } from '../../domain/index.ts';
import { FLOW_TRADE, type FlowWindow } from '../flow-stream.ts';

export interface MarketOrder {
  /** 1 for a buyer, -1 for a seller. */
  readonly sign: number;
  /** Row of its first trade, and the one behind its last. */
  readonly from: number;
  readonly to: number;
  readonly lots: number;
}

export function marketOrders({ stream, from, to }: FlowWindow): MarketOrder[] {
  const orders: MarketOrder[] = [];
  let open: { sign: number; from: number; to: number; lots: number; timeNs: number } | null = null;
  for (let row = from; row < to; row++) {
    if (stream.kind[row] !== FLOW_TRADE) continue;
    const sign = stream.side[row] === SELL ? 1 : -1;
    const timeNs = stream.timeNs[row]!;
    if (open !== null && open.sign === sign && open.timeNs === timeNs) {
      open.to = row + 1;
      open.lots += stream.sizeLots[row]!;
    } else {
      open = { sign, from: row, to: row + 1, lots: stream.sizeLots[row]!, timeNs };
      orders.push(open);
    }
  }
  return orders;
}
