/** Puts new orders and changes before the checks of an instrument. An instrument without checks has no desk. */

import { LIMIT, type OrderTicket, type ReplaceTicket, STOP_LIMIT, UNDEF_INT32 } from '../../domain/index.ts';
import type { OrderBook } from '../book/contract.ts';
import type { EntryCheck, EntryMarket, EntryOrder } from './entry-checks.ts';
import type { HeldOrder } from './held-orders.ts';

export class EntryDesk {
  readonly #checks: readonly EntryCheck[];
  readonly #market: EntryMarket;
  readonly #book: OrderBook;
  readonly #order: EntryOrder = {
    nowNs: 0,
    side: 0,
    priceTicks: UNDEF_INT32,
    stopPriceTicks: 0,
    qtyLots: 0,
    displayQtyLots: 0,
    hasNewPrice: true,
    hasNewQty: true,
  };

  constructor(checks: readonly EntryCheck[], book: OrderBook, market: EntryMarket) {
    this.#checks = checks;
    this.#book = book;
    this.#market = market;
  }

  /** 0, or the code that refuses a new order. */
  checkNew(nowNs: number, ticket: OrderTicket): number {
    const order = this.#order;
    order.nowNs = nowNs;
    order.side = ticket.side;
    order.priceTicks = hasLimit(ticket.type) ? ticket.priceTicks : UNDEF_INT32;
    order.stopPriceTicks = ticket.stopPriceTicks;
    order.qtyLots = ticket.qtyLots;
    order.displayQtyLots = ticket.displayQtyLots;
    order.hasNewPrice = true;
    order.hasNewQty = true;
    return this.#run();
  }

  /** 0, or the code that refuses a change of a live order. What it leaves alone is not checked anew. */
  checkChange(nowNs: number, change: ReplaceTicket, held: HeldOrder | null): number {
    const before = held === null ? this.#book.order(change.orderId) : held.ticket;
    if (before === null) return 0;
    const order = this.#order;
    const isGiven = (value: number): boolean => value !== UNDEF_INT32;
    order.nowNs = nowNs;
    order.side = before.side;
    const priceTicks = isGiven(change.priceTicks) ? change.priceTicks : before.priceTicks;
    order.priceTicks = hasLimit(before.type) ? priceTicks : UNDEF_INT32;
    order.stopPriceTicks =
      before.stopPriceTicks !== 0 && isGiven(change.stopPriceTicks)
        ? change.stopPriceTicks
        : before.stopPriceTicks;
    order.qtyLots = isGiven(change.qtyLots)
      ? change.qtyLots
      : 'qtyLots' in before
        ? before.qtyLots
        : before.shownLots + before.reserveLots;
    order.displayQtyLots = isGiven(change.displayQtyLots) ? change.displayQtyLots : before.displayQtyLots;
    order.hasNewPrice =
      (order.priceTicks !== UNDEF_INT32 && priceTicks !== before.priceTicks) ||
      order.stopPriceTicks !== before.stopPriceTicks;
    order.hasNewQty = isGiven(change.qtyLots);
    return this.#run();
  }

  #run(): number {
    const checks = this.#checks;
    for (let i = 0; i < checks.length; i++) {
      const code = checks[i]!(this.#order, this.#market);
      if (code !== 0) return code;
    }
    return 0;
  }
}

function hasLimit(type: number): boolean {
  return type === LIMIT || type === STOP_LIMIT;
}
