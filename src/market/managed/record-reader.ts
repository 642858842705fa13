/**
 * What the records of a book mean for the orders that its venue looks after. Changes orders, gives the book no command. Of the
 * records only the reason of a cancel is changed: the book cannot know that a managed order lives on, or ends for its group.
 */

import {
  CANCEL_IOC_REMAINDER,
  CANCEL_LINKED_ORDER,
  CANCEL_PARKED,
  EV_ACCEPTED,
  EV_CANCELED,
  EV_EXPIRED,
  EV_REDUCED,
  EV_REJECTED,
  EV_REPLACE_REJECTED,
  EV_REPLACED,
  EV_RESTATED,
  EV_RESTED,
  EV_TRADE,
  EV_TRIGGERED,
  HEAD_CODE_SHIFT,
  HEAD_FLAG_KEEPS_PRIORITY,
  HEAD_SIDE_SHIFT,
  type Side,
  UNDEF_INT32,
  WORD_HEAD,
  WORD_LEAVES,
  WORD_ORDER,
  WORD_OTHER,
  WORD_PRICE,
  WORD_QTY,
} from '../../domain/index.ts';
import type { Carriers } from './carriers.ts';
import type { LinkedOrders } from './linked-orders.ts';
import type { ManagedBook } from './managed-book.ts';
import type { ManagedOrder } from './managed-order.ts';
import type { OrderList } from './order-list.ts';
import { setReason } from './set-reason.ts';
import { isInReach } from './standing.ts';
import type { TrailingOrders } from './trailing-orders.ts';

export interface ReaderParts {
  readonly book: ManagedBook;
  readonly list: OrderList;
  readonly carriers: Carriers;
  readonly links: LinkedOrders;
  readonly trailing: TrailingOrders;
}

export class RecordReader {
  readonly #book: ManagedBook;
  readonly #list: OrderList;
  readonly #carriers: Carriers;
  readonly #links: LinkedOrders;
  readonly #trailing: TrailingOrders;

  constructor({ book, list, carriers, links, trailing }: ReaderParts) {
    this.#book = book;
    this.#list = list;
    this.#carriers = carriers;
    this.#links = links;
    this.#trailing = trailing;
  }

  /** Takes in the record that starts at word `at`. */
  read(words: Int32Array, at: number): void {
    const kind = words[at + WORD_HEAD]! & 0xff;
    const bookOrderId = words[at + WORD_ORDER]!;
    if (kind === EV_TRADE) {
      this.#trade(words, at);
      return;
    }
    if (kind === EV_ACCEPTED || kind === EV_REJECTED) this.#carriers.sawId(bookOrderId);
    if (kind === EV_RESTED) this.#rouseOpposite(words, at);
    const order = this.#carriers.ownerOf(bookOrderId);
    if (order === undefined) return;
    switch (kind) {
      case EV_REJECTED:
      case EV_CANCELED:
      case EV_EXPIRED:
        this.#gone(order, words, at);
        return;
      case EV_REDUCED:
      case EV_RESTATED:
        this.#reduced(order, words, at);
        return;
      case EV_REPLACED:
        this.#replaced(order, words, at);
        return;
      case EV_REPLACE_REJECTED:
        // A re-price that is refused waits for the next other price; a quantity has to get in.
        if (order.expectedKind === EV_REPLACED) order.isRefused = order.carrierLots < order.openLots;
        order.expectedKind = 0;
        return;
      case EV_RESTED:
        this.#carriers.shownAt(order, words[at + WORD_QTY]! > 0 ? words[at + WORD_PRICE]! : UNDEF_INT32);
        order.isRoused = order.terms.kind === 'discretion';
        return;
      case EV_TRIGGERED:
        order.isTriggered = true;
        this.#links.triggered(order);
    }
  }

  #trade(words: Int32Array, at: number): void {
    const qtyLots = words[at + WORD_QTY]!;
    this.#filled(words[at + WORD_ORDER]!, qtyLots, words[at + WORD_LEAVES]!);
    this.#filled(words[at + WORD_OTHER]!, qtyLots, 0);
    this.#trailing.onPrice('lastTrade', words[at + WORD_PRICE]!);
  }

  #filled(bookOrderId: number, qtyLots: number, takerLeavesLots: number): void {
    const order = this.#carriers.ownerOf(bookOrderId);
    if (order === undefined) return;
    order.openLots -= qtyLots;
    order.filledLots += qtyLots;
    if (bookOrderId === order.carrierId) {
      order.carrierLots -= qtyLots;
      order.carrierFilledLots += qtyLots;
      if (order.carrierLots === 0) this.#carriers.dropCarrier(order);
    } else {
      // What a probe has met may have more behind it.
      order.isRoused = true;
      if (takerLeavesLots === 0) this.#carriers.dropProbe(order);
    }
    this.#links.filled(order, qtyLots);
    this.#endIfDone(order);
  }

  #gone(order: ManagedOrder, words: Int32Array, at: number): void {
    const head = words[at + WORD_HEAD]!;
    const kind = head & 0xff;
    if (words[at + WORD_ORDER] === order.probeId) {
      this.#carriers.dropProbe(order);
      // What an immediate order does not find is still open; what self-trade prevention took is not.
      if (kind !== EV_CANCELED) return;
      if (head >>> HEAD_CODE_SHIFT === CANCEL_IOC_REMAINDER) {
        if (order.openLots > 0) setReason(words, at, CANCEL_PARKED);
        return;
      }
      order.openLots -= words[at + WORD_QTY]!;
      this.#endIfDone(order);
      return;
    }
    const isExpected = kind === EV_CANCELED && order.expectedKind === EV_CANCELED;
    this.#carriers.dropCarrier(order);
    if (isExpected) setReason(words, at, CANCEL_PARKED);
    else {
      if (order.isEndedByLink && kind === EV_CANCELED) setReason(words, at, CANCEL_LINKED_ORDER);
      this.#links.end(order);
    }
  }

  #reduced(order: ManagedOrder, words: Int32Array, at: number): void {
    const isProbe = words[at + WORD_ORDER] === order.probeId;
    const isExpected = !isProbe && order.expectedKind === (words[at + WORD_HEAD]! & 0xff);
    if (!isProbe) order.carrierLots = words[at + WORD_LEAVES]!;
    if (isExpected) order.expectedKind = 0;
    else order.openLots -= words[at + WORD_QTY]!;
  }

  #replaced(order: ManagedOrder, words: Int32Array, at: number): void {
    const openLots = words[at + WORD_QTY]!;
    const keepsPlace = (words[at + WORD_HEAD]! & HEAD_FLAG_KEEPS_PRIORITY) !== 0;
    if (!keepsPlace) this.#carriers.shownAt(order, UNDEF_INT32);
    if (order.expectedKind === EV_REPLACED) order.expectedKind = 0;
    else this.#changedByOwner(order, openLots, words[at + WORD_PRICE]!, keepsPlace);
    order.carrierLots = openLots;
  }

  #changedByOwner(order: ManagedOrder, openLots: number, priceTicks: number, keepsPlace: boolean): void {
    order.openLots += openLots - order.carrierLots;
    order.losesTime ||= !keepsPlace;
    // The record has one price and no display quantity; an order that is still there has them all.
    const view = this.#book.order(order.carrierId);
    if (view !== null) order.displayQtyLots = view.displayQtyLots;
    order.askedTicks = priceTicks;
    if (order.terms.kind !== 'plain') return;
    order.priceTicks = view?.priceTicks ?? priceTicks;
    order.askedTicks = order.priceTicks;
    if (view !== null && !order.isTriggered) order.stopPriceTicks = view.stopPriceTicks;
  }

  /** A displayed order came to rest: discretionary orders of the other side that reach it have something to look at. */
  #rouseOpposite(words: Int32Array, at: number): void {
    if (words[at + WORD_QTY] === 0) return;
    const side = ((words[at + WORD_HEAD]! >> HEAD_SIDE_SHIFT) & 1) as Side;
    for (const order of this.#list.discretionary) {
      if (order.side === side || order.terms.kind !== 'discretion') continue;
      if (isInReach(order.side, order.terms.discretionTicks, words[at + WORD_PRICE]!)) order.isRoused = true;
    }
  }

  #endIfDone(order: ManagedOrder): void {
    if (order.openLots === 0 && !this.#links.mayGrow(order)) this.#links.end(order);
  }
}
