/**
 * What stands ahead of one order at its price, kept up with the changes of the book.
 *
 * An order that is displayed has ahead of it what is displayed and came earlier; reserves are shown behind it. One that is
 * not has ahead of it everything displayed, whenever it came, and of what is not displayed what stands earlier in the hidden
 * queue; where peaks are refreshed at once ('roundRobin'), the reserves of icebergs go before it as well.
 */

import type { MoveKind, Place } from './explanation.ts';
import type { QueueWatch } from './queue-book.ts';
import type { QueueOrder } from './queue-order.ts';

/** Lots that left from ahead of the watched order; below zero they came. */
export type OnMove = (kind: MoveKind, orderId: number, lots: number) => void;

export class QueueAhead implements QueueWatch {
  readonly #orderId: number;
  readonly #isRoundRobin: boolean;
  readonly #ordersAt: (order: QueueOrder) => Iterable<QueueOrder>;
  readonly #onMove: OnMove;
  #order: QueueOrder | null = null;
  /** Turns that the sums below belong to. */
  #displayedTurn = 0;
  #hiddenTurn = 0;
  #orders = 0;
  #displayedLots = 0;
  #hiddenLots = 0;
  /** What the order that changes had ahead. */
  #lotsBefore = 0;

  /** `ordersAt` gives all orders at the side and price of an order. */
  constructor(
    orderId: number,
    isRoundRobin: boolean,
    ordersAt: (order: QueueOrder) => Iterable<QueueOrder>,
    onMove: OnMove,
  ) {
    this.#orderId = orderId;
    this.#isRoundRobin = isRoundRobin;
    this.#ordersAt = ordersAt;
    this.#onMove = onMove;
  }

  /** Null while the order does not rest. */
  get place(): Place | null {
    if (this.#order === null) return null;
    return {
      ordersAhead: this.#orders,
      displayedLotsAhead: this.#displayedLots,
      hiddenLotsAhead: this.#hiddenLots,
    };
  }

  /** Whether an order stands ahead of the watched one. */
  isAhead(order: QueueOrder): boolean {
    return this.#displayedAhead(order) + this.#hiddenAhead(order) > 0;
  }

  before(order: QueueOrder): void {
    if (order.orderId !== this.#orderId) this.#lotsBefore = this.#add(order, -1);
  }

  after(order: QueueOrder, kind: MoveKind): void {
    if (order.orderId === this.#orderId) {
      this.#follow(order);
      return;
    }
    const left = this.#lotsBefore - this.#add(order, 1);
    if (left !== 0) this.#onMove(kind, order.orderId, left);
  }

  /** Adds what an order has ahead to the sums, or takes it off; gives its lots. */
  #add(order: QueueOrder, sign: 1 | -1): number {
    const displayed = this.#displayedAhead(order);
    const hidden = this.#hiddenAhead(order);
    this.#displayedLots += sign * displayed;
    this.#hiddenLots += sign * hidden;
    if (displayed + hidden > 0) this.#orders += sign;
    return displayed + hidden;
  }

  /** The watched order itself changed: it took another place, or none. */
  #follow(order: QueueOrder): void {
    if (!order.isQueued) {
      this.#order = null;
      return;
    }
    const { displayedTurn, hiddenTurn } = order;
    const isSame = this.#order !== null && this.#displayedTurn === displayedTurn;
    if (isSame && (displayedTurn > 0 || this.#hiddenTurn === hiddenTurn)) return;
    this.#order = order;
    this.#displayedTurn = displayedTurn;
    this.#hiddenTurn = hiddenTurn;
    this.#orders = 0;
    this.#displayedLots = 0;
    this.#hiddenLots = 0;
    for (const other of this.#ordersAt(order)) this.#add(other, 1);
  }

  #displayedAhead(order: QueueOrder): number {
    const own = this.#order;
    if (own === null || !isBeside(own, order)) return 0;
    return own.displayedTurn === 0 || order.displayedTurn < own.displayedTurn ? order.shownLots : 0;
  }

  #hiddenAhead(order: QueueOrder): number {
    const own = this.#order;
    if (own === null || own.displayedTurn > 0 || !isBeside(own, order)) return 0;
    if (this.#isRoundRobin && !order.isHidden) return order.reserveLots;
    return order.hiddenTurn > 0 && order.hiddenTurn < own.hiddenTurn ? order.reserveLots : 0;
  }
}

/** Whether another order rests at the same price and side. */
function isBeside(own: QueueOrder, other: QueueOrder): boolean {
  return other !== own && other.isQueued && other.side === own.side && other.priceTicks === own.priceTicks;
}
