/** The trailing stops of one book: moves their stop prices with the price that each follows, and says who is reached. */

import { BUY, PRICE_TICKS_MAX, PRICE_TICKS_MIN, UNDEF_INT32 } from '../../domain/index.ts';
import type { ManagedBook } from './managed-book.ts';
import { type ManagedOrder, NO_ORDER } from './managed-order.ts';
import type { OrderList } from './order-list.ts';
import type { TrailingTerms } from './terms.ts';
import { isStopReached, trailedStop } from './trailing-stop.ts';

export class TrailingOrders {
  readonly #list: OrderList;
  readonly #book: ManagedBook;
  /** The price given from outside, UNDEF_INT32 before the first. */
  givenTicks = UNDEF_INT32;

  constructor(list: OrderList, book: ManagedBook) {
    this.#list = list;
    this.#book = book;
  }

  /** A price came of the kind that some orders follow: their stops move, then are tested. */
  onPrice(follows: TrailingTerms['follows'], priceTicks: number): void {
    for (const order of this.#list.trailing) {
      if (order.terms.kind === 'trailing' && order.terms.follows === follows)
        moveStop(order, order.terms, priceTicks);
    }
  }

  /** A reached stop that is not in the book yet: the nearest to its price, of several the earliest. Null if there is none. */
  next(): ManagedOrder | null {
    let best: ManagedOrder | null = null;
    let bestDistance = Number.POSITIVE_INFINITY;
    for (const order of this.#list.trailing) {
      if (order.terms.kind !== 'trailing') continue;
      const priceTicks = this.#priceOf(order.terms);
      // One that came after the last price starts from that.
      if (order.stopTicks === UNDEF_INT32 && priceTicks !== UNDEF_INT32)
        moveStop(order, order.terms, priceTicks);
      if (order.isOver || !order.isTriggered || order.openLots === 0 || order.carrierId !== NO_ORDER)
        continue;
      const distance = Math.abs(order.stopTicks - priceTicks);
      if (distance >= bestDistance) continue;
      best = order;
      bestDistance = distance;
    }
    return best;
  }

  #priceOf({ follows }: TrailingTerms): number {
    return follows === 'given' ? this.givenTicks : this.#book.lastTradeTicks;
  }
}

function moveStop(order: ManagedOrder, terms: TrailingTerms, priceTicks: number): void {
  if (order.isOver || order.isTriggered || order.openLots === 0) return;
  order.stopTicks = trailedStop(order.side, order.stopTicks, priceTicks, terms);
  if (!isStopReached(order.side, order.stopTicks, priceTicks)) return;
  order.isTriggered = true;
  const offset = order.side === BUY ? terms.limitOffsetTicks : -terms.limitOffsetTicks;
  order.priceTicks = Math.min(Math.max(order.stopTicks + offset, PRICE_TICKS_MIN), PRICE_TICKS_MAX);
}
