/** A live order as the records tell it, and all that rest at one price. */

import { BUY, type Side } from '../../domain/index.ts';
import { LevelTotals } from '../level-totals.ts';

/**
 * An order from its acceptance to its end. While it enters the match, waits as a stop or is held for an auction it is not
 * queued, and all of its open lots count as reserve.
 */
export interface QueueOrder {
  readonly orderId: number;
  readonly side: Side;
  readonly accountId: number;
  readonly stpGroup: number;
  readonly isHidden: boolean;
  priceTicks: number;
  shownLots: number;
  reserveLots: number;
  /** Of a hidden order: least execution that it takes. */
  minQtyLots: number;
  isQueued: boolean;
  /** Turn in the displayed queue of its price: the lower came earlier. 0: it shows nothing. */
  displayedTurn: number;
  /** Turn in the hidden queue, for its reserve. 0: it does not stand there. */
  hiddenTurn: number;
}

/** One side of a book: displayed totals, and the resting orders of each price. */
export class QueueSide {
  readonly side: Side;
  readonly totals: LevelTotals;
  readonly #orders = new Map<number, Set<QueueOrder>>();

  constructor(side: Side) {
    this.side = side;
    this.totals = new LevelTotals(side);
  }

  /** Orders at a price, in no order that means anything: their turns tell. */
  at(priceTicks: number): Iterable<QueueOrder> {
    return this.#orders.get(priceTicks) ?? [];
  }

  add(order: QueueOrder): void {
    const found = this.#orders.get(order.priceTicks);
    if (found === undefined) this.#orders.set(order.priceTicks, new Set([order]));
    else found.add(order);
  }

  remove(order: QueueOrder): void {
    const found = this.#orders.get(order.priceTicks);
    found?.delete(order);
    if (found?.size === 0) this.#orders.delete(order.priceTicks);
  }

  /** Best displayed price, null if nothing is displayed. */
  get bestTicks(): number | null {
    return this.totals.prices[0] ?? null;
  }

  /** Prices with orders, displayed or not, best first. Sorts: for rare looks. */
  pricesFromBest(): number[] {
    return [...this.#orders.keys()].sort((a, b) => this.behindBy(a, b));
  }

  /** By how many ticks `priceTicks` is worse than `otherTicks`; below zero it is better. */
  behindBy(priceTicks: number, otherTicks: number): number {
    return this.side === BUY ? otherTicks - priceTicks : priceTicks - otherTicks;
  }

  /** Displayed lots at prices better than this one. */
  betterLots(priceTicks: number): number {
    let lots = 0;
    for (const price of this.totals.prices) {
      if (this.behindBy(price, priceTicks) >= 0) break;
      lots += this.totals.lotsAt(price);
    }
    return lots;
  }
}

/** Displayed orders of a price in their order. */
export function displayedQueue(orders: Iterable<QueueOrder>): QueueOrder[] {
  return [...orders]
    .filter((order) => order.displayedTurn > 0)
    .sort((a, b) => a.displayedTurn - b.displayedTurn);
}

/** Hidden orders and reserves of a price in their order. */
export function hiddenQueue(orders: Iterable<QueueOrder>): QueueOrder[] {
  return [...orders].filter((order) => order.hiddenTurn > 0).sort((a, b) => a.hiddenTurn - b.hiddenTurn);
}
