/**
 * How much of an order that enters the match stands within its limit, and how much of that it can take by the rules:
 * docs/matching.md, "Fillable quantity".
 */

import type { StpModeName } from '../../domain/index.ts';
import type { BookRules } from '../../market/index.ts';
import { displayedQueue, hiddenQueue, type QueueOrder, type QueueSide } from './queue-order.ts';

export interface Incoming {
  /** Worst price it may trade at; null: any. */
  readonly limitTicks: number | null;
  readonly lots: number;
  readonly stpGroup: number | null;
  readonly stpMode: StpModeName;
}

export interface MatchRules {
  readonly icebergRefresh: BookRules['icebergRefresh'];
  /** Displayed orders share by an algorithm: own orders of a price are met before it shares. */
  readonly isShared: boolean;
  /** Hidden orders share as well (parity): all own ones are met first, those with a minimum come last. */
  readonly sharesHidden: boolean;
  /** Market orders, and stops that enter as such, have a limit so far beyond the best opposite or their stop price; null: none. */
  readonly protectionTicks: number | null;
}

export interface Available {
  readonly fillableLots: number;
  readonly displayedLots: number;
  readonly hiddenLots: number;
}

interface Count {
  filled: number;
  left: number;
  /** Self-trade prevention would end the match here. */
  hasEnded: boolean;
}

/** Looks at the opposite side; nothing changes. Complexity: all orders within the limit. */
export function availableTo(incoming: Incoming, opposite: QueueSide, rules: MatchRules): Available {
  const count: Count = { filled: 0, left: incoming.lots, hasEnded: false };
  let displayedLots = 0;
  let hiddenLots = 0;
  for (const price of opposite.pricesFromBest()) {
    if (incoming.limitTicks !== null && opposite.behindBy(price, incoming.limitTicks) > 0) break;
    const orders = opposite.at(price);
    for (const order of orders) {
      displayedLots += order.shownLots;
      hiddenLots += order.reserveLots;
    }
    if (count.left > 0 && !count.hasEnded) countPrice(count, incoming, orders, rules);
  }
  return { fillableLots: count.filled, displayedLots, hiddenLots };
}

/** The order of its own group that an incoming one meets first, by price, display and time; null if there is none. */
export function firstOwn(incoming: Incoming, opposite: QueueSide): QueueOrder | null {
  for (const price of opposite.pricesFromBest()) {
    const orders = opposite.at(price);
    const own = [...displayedQueue(orders), ...hiddenQueue(orders)].find((order) => isOwn(incoming, order));
    if (own !== undefined) return own;
  }
  return null;
}

function countPrice(
  count: Count,
  incoming: Incoming,
  orders: Iterable<QueueOrder>,
  { icebergRefresh, isShared, sharesHidden }: MatchRules,
): void {
  const displayed = displayedQueue(orders);
  const isMet = (order: QueueOrder): boolean => isOwn(incoming, order);
  if (isShared) for (const order of displayed.filter(isMet)) meetOwn(count, incoming, order);
  let reserves = 0;
  for (const order of displayed) {
    if (count.hasEnded || count.left === 0) return;
    if (!isMet(order)) {
      fill(count, order.shownLots);
      reserves += order.reserveLots;
    } else if (!isShared) meetOwn(count, incoming, order);
  }
  if (count.hasEnded) return;
  if (icebergRefresh === 'roundRobin') fill(count, reserves);
  const hidden = hiddenQueue(orders);
  const rank = (order: QueueOrder): number => (isMet(order) ? 0 : order.minQtyLots === 0 ? 1 : 2);
  for (const order of sharesHidden ? hidden.toSorted((a, b) => rank(a) - rank(b)) : hidden) {
    if (count.hasEnded || count.left === 0) return;
    if (!isMet(order)) {
      if (count.left >= order.minQtyLots) fill(count, order.reserveLots);
    } else if (order.isHidden) meetOwn(count, incoming, order);
  }
  if (icebergRefresh === 'roundRobinAfterHidden' && !count.hasEnded) fill(count, reserves);
}

function fill(count: Count, availableLots: number): void {
  const lots = Math.min(count.left, availableLots);
  count.filled += lots;
  count.left -= lots;
}

/** An order of the own group gives nothing; by the mode it goes away, lowers what is left, or ends the match. */
function meetOwn(count: Count, { stpMode }: Incoming, order: QueueOrder): void {
  if (count.hasEnded || stpMode === 'cancelOldest') return;
  const open = order.shownLots + order.reserveLots;
  if (stpMode === 'cancelNewest' || stpMode === 'cancelBoth' || open >= count.left) count.hasEnded = true;
  else if (stpMode === 'decrement') count.left -= open;
}

function isOwn({ stpGroup, stpMode }: Incoming, order: QueueOrder): boolean {
  return stpMode !== 'none' && stpGroup !== null && order.stpGroup === stpGroup;
}
