/**
 * What owners, and the venue at the end of a day, ask of orders that are looked after, by the id that the owner knows. What
 * stands in the book is changed there, and the book answers; what waits outside is changed here, and nothing is said.
 */

import {
  DAY,
  REJECT_NOT_OWNER,
  REJECT_PRICE_RANGE,
  REJECT_TERMS_CONFLICT,
  REJECT_UNKNOWN_ORDER,
  ReplaceTicket,
  UNDEF_INT32,
} from '../../domain/index.ts';
import { isPrice } from '../book/check-order.ts';
import type { Carriers } from './carriers.ts';
import { checkQty } from './check-managed.ts';
import type { LinkedOrders } from './linked-orders.ts';
import type { ManagedBook } from './managed-book.ts';
import { type ManagedOrder, NO_ORDER } from './managed-order.ts';
import type { OrderList } from './order-list.ts';
import { isInReach } from './standing.ts';

/** The book has answered a request, also if it refused it. */
export const ANSWERED_BY_BOOK = -1;
/** A request is done, and nothing was said: the venue answers. Every number above is the code of a refusal. */
export const DONE_SILENTLY = 0;

export interface RequestParts {
  readonly book: ManagedBook;
  readonly list: OrderList;
  readonly carriers: Carriers;
  readonly links: LinkedOrders;
}

export class OwnerRequests {
  readonly #book: ManagedBook;
  readonly #list: OrderList;
  readonly #carriers: Carriers;
  readonly #links: LinkedOrders;
  readonly #change = new ReplaceTicket();

  constructor({ book, list, carriers, links }: RequestParts) {
    this.#book = book;
    this.#list = list;
    this.#carriers = carriers;
    this.#links = links;
  }

  /** Account 0 acts for the venue, here as below. */
  cancel(orderId: number, accountId: number): number {
    const order = this.#list.find(orderId);
    const code = checkOwner(order, accountId);
    if (code !== 0) return code;
    return this.#endOrCancel(order!);
  }

  /** Takes lots off; all of it or more is a cancel. */
  reduce(orderId: number, accountId: number, qtyLots: number): number {
    const order = this.#list.find(orderId);
    const code = checkOwner(order, accountId) || checkQty(qtyLots);
    if (code !== 0) return code;
    if (order!.carrierId !== NO_ORDER) {
      this.#book.reduce(order!.carrierId, accountId, qtyLots);
      return ANSWERED_BY_BOOK;
    }
    this.#setOpen(order!, order!.openLots - qtyLots);
    return DONE_SILENTLY;
  }

  /**
   * Limit, cap or discretionary order's price, and quantity, display and, of a plain order, stop price. The quantity is a
   * total or what is open, by the book's rule `replaceQty`. The price of a trailing stop-limit is the venue's to set, the
   * quantity of an exit follows its entry (TERMS_CONFLICT).
   */
  replace(ticket: ReplaceTicket): number {
    const order = this.#list.find(ticket.orderId);
    const code = checkOwner(order, ticket.accountId) || this.#checkReplace(order!, ticket);
    if (code !== 0) return code;
    const { terms, carrierId } = order!;
    if (terms.kind === 'plain' && carrierId !== NO_ORDER) return this.#replaceCarrier(order!, ticket);
    if (ticket.priceTicks !== UNDEF_INT32 && terms.kind !== 'trailing') order!.priceTicks = ticket.priceTicks;
    if (ticket.stopPriceTicks !== UNDEF_INT32) order!.stopPriceTicks = ticket.stopPriceTicks;
    if (ticket.displayQtyLots !== UNDEF_INT32) order!.displayQtyLots = ticket.displayQtyLots;
    const isInBookTerms = ticket.qtyLots !== UNDEF_INT32 || ticket.displayQtyLots !== UNDEF_INT32;
    if (carrierId !== NO_ORDER && isInBookTerms) return this.#replaceCarrier(order!, ticket, UNDEF_INT32);
    if (ticket.qtyLots !== UNDEF_INT32) this.#setOpen(order!, this.#openAfter(order!, ticket.qtyLots));
    return DONE_SILENTLY;
  }

  /** Expires one order, for instance a GTD order whose time has come. Unknown ids are ignored. */
  expire(orderId: number): void {
    const order = this.#list.find(orderId);
    if (order === undefined) return;
    if (order.carrierId !== NO_ORDER) this.#book.expire(order.carrierId);
    else this.#links.end(order);
  }

  /** Ends what waits outside of an account (0 = all accounts), before the book's mass cancel; gives the ids that ended. */
  massCancelWaiting(accountId: number): number[] {
    return this.#endWaiting((order) => accountId === 0 || order.accountId === accountId);
  }

  /** Ends DAY orders that wait outside, before the book expires its own; gives the ids that ended. */
  expireDayWaiting(): number[] {
    return this.#endWaiting((order) => order.timeInForce === DAY);
  }

  #endWaiting(isMeant: (order: ManagedOrder) => boolean): number[] {
    const meant = this.#list.all.filter(
      (order) => order.carrierId === NO_ORDER && !order.isOver && isMeant(order),
    );
    for (const order of meant) this.#links.end(order);
    return meant.map(({ orderId }) => orderId);
  }

  #endOrCancel(order: ManagedOrder): number {
    if (order.carrierId !== NO_ORDER) {
      this.#carriers.cancel(order);
      return ANSWERED_BY_BOOK;
    }
    this.#links.end(order);
    return DONE_SILENTLY;
  }

  #setOpen(order: ManagedOrder, openLots: number): void {
    order.openLots = Math.max(openLots, 0);
    if (openLots <= 0) this.#links.end(order);
  }

  #checkReplace(order: ManagedOrder, ticket: ReplaceTicket): number {
    const { priceTicks, qtyLots, stopPriceTicks } = ticket;
    const code = qtyLots === UNDEF_INT32 ? 0 : checkQty(qtyLots);
    if (code !== 0) return code;
    for (const ticks of [priceTicks, stopPriceTicks]) {
      if (ticks !== UNDEF_INT32 && !isPrice(ticks)) return REJECT_PRICE_RANGE;
    }
    if (order.isExit && qtyLots !== UNDEF_INT32) return REJECT_TERMS_CONFLICT;
    // A limit beyond the discretion leaves none.
    return order.terms.kind === 'discretion' &&
      priceTicks !== UNDEF_INT32 &&
      (priceTicks === order.terms.discretionTicks ||
        !isInReach(order.side, order.terms.discretionTicks, priceTicks))
      ? REJECT_PRICE_RANGE
      : 0;
  }

  /** Changes the carrier as its owner wishes; its quantity as a total counts what the carrier itself has filled. */
  #replaceCarrier(order: ManagedOrder, ticket: ReplaceTicket, priceTicks = ticket.priceTicks): number {
    const change = this.#change.reset();
    change.orderId = order.carrierId;
    change.accountId = ticket.accountId;
    change.priceTicks = priceTicks;
    change.displayQtyLots = ticket.displayQtyLots;
    change.stopPriceTicks = ticket.stopPriceTicks;
    if (ticket.qtyLots !== UNDEF_INT32) {
      const openLots = this.#openAfter(order, ticket.qtyLots);
      if (openLots <= 0) return this.#endOrCancel(order);
      change.qtyLots = this.#countsFills ? order.carrierFilledLots + openLots : openLots;
    }
    this.#book.replace(change);
    return ANSWERED_BY_BOOK;
  }

  get #countsFills(): boolean {
    return this.#book.rules.replaceQty === 'total';
  }

  #openAfter(order: ManagedOrder, qtyLots: number): number {
    return this.#countsFills ? qtyLots - order.filledLots : qtyLots;
  }
}

function checkOwner(order: ManagedOrder | undefined, accountId: number): number {
  if (order === undefined || order.isOver) return REJECT_UNKNOWN_ORDER;
  return accountId === 0 || accountId === order.accountId ? 0 : REJECT_NOT_OWNER;
}
