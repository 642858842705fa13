/** A match loop as a venue has it, over plain asks: what the two integers of a set of breakers do to a marketable buy. */

import { BUY } from '../../src/domain/index.ts';
import type { BreakerAction, BreakerSet } from '../../src/market/index.ts';

export interface AskLevel {
  readonly priceTicks: number;
  qtyLots: number;
}

/** Buys `qtyLots` from asks sorted by price; returns the quantity that is left and what the breakers asked for. */
export function sweepAsks(
  set: BreakerSet,
  timeNs: number,
  asks: readonly AskLevel[],
  qtyLots: number,
): {
  readonly fills: [price: number, qty: number][];
  readonly left: number;
  readonly actions: BreakerAction[];
} {
  const actions: BreakerAction[] = [];
  const fills: [number, number][] = [];
  if (timeNs >= set.validUntilNs) set.onTime(timeNs, actions);
  let left = qtyLots;
  for (const ask of asks) {
    if (left === 0) break;
    if (ask.priceTicks < set.lowTicks || ask.priceTicks > set.highTicks) {
      set.onBreach(timeNs, ask.priceTicks, BUY, false, actions);
      break;
    }
    const qty = Math.min(left, ask.qtyLots);
    ask.qtyLots -= qty;
    left -= qty;
    fills.push([ask.priceTicks, qty]);
    set.onTrade(timeNs, ask.priceTicks, qty, actions);
  }
  set.onOrderEnd(timeNs, actions);
  return { fills, left, actions };
}
