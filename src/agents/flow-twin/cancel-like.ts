// hot: bench/flow.ts
/** Which of the twin's orders stands in for one that was cancelled in the record but came before the stretch that is followed. */

import type { Side } from '../../domain/index.ts';
import { logDistance } from '../../math/index.ts';
import type { FlowHistory } from './history.ts';
import type { OwnOrders } from './own-orders.ts';
import type { Thread } from './thread.ts';

/** Ages below this are alike, ns. */
const AGE_ALIKE_NS = 1e5;
const AGE_WEIGHT = 0.5;

export interface CancelPlace {
  readonly history: FlowHistory;
  /** The cancel in the record. */
  readonly entry: number;
  readonly side: Side;
  /** Levels looked at: `fromRank` (included, 0 for the best) to `toRank` (excluded). */
  readonly fromRank: number;
  readonly toRank: number;
  readonly nowNs: number;
}

/**
 * Slot of the order that is most like the cancelled one in level, size and age; orders whose end the stretch knows are left alone.
 * -1: there is none.
 */
export function likeCancelled(
  { history, entry, side, fromRank, toRank, nowNs }: CancelPlace,
  orders: OwnOrders,
  thread: Thread,
): number {
  const rank = history.rank[entry]!;
  const lots = Math.max(1, history.lots[entry]!);
  const ageNs = history.ageNs[entry]! + AGE_ALIKE_NS;
  const end = Math.min(toRank, orders.levelCount(side));
  let found = -1;
  let least = Number.POSITIVE_INFINITY;
  for (let at = fromRank; at < end; at++) {
    const level = logDistance(at + 1, rank + 1);
    if (level >= least) continue;
    for (const slot of orders.slotsAt(side, at)) {
      if (thread.hasSlot(slot)) continue;
      const age = nowNs - orders.birthNs[slot]! + AGE_ALIKE_NS;
      const distance = level + logDistance(orders.lots[slot]!, lots) + AGE_WEIGHT * logDistance(age, ageNs);
      if (distance >= least) continue;
      least = distance;
      found = slot;
    }
  }
  return found;
}
