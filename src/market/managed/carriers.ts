/**
 * The book orders that carry managed ones: enters, re-prices, resizes and takes them out through the contract's commands,
 * and knows whose order a record of the book is about. A re-price is a replace, so that the order goes behind all others
 * (market-rules §1.8: every re-price gives a new time); what the book answers is read from its records later.
 */

import {
  EV_CANCELED,
  EV_REDUCED,
  EV_REPLACED,
  FLAG_HIDDEN,
  IOC,
  LIMIT,
  OrderTicket,
  ReplaceTicket,
  UNDEF_INT32,
} from '../../domain/index.ts';
import type { ManagedBook } from './managed-book.ts';
import { type ManagedOrder, NO_ORDER } from './managed-order.ts';
import type { UnpeggedQuote } from './reference-quote.ts';
import type { Standing } from './standing.ts';

/** The venue acts on its own: the book's check of ownership passes. */
const VENUE_ACCOUNT = 0;

export class Carriers {
  readonly #book: ManagedBook;
  readonly #quote: UnpeggedQuote;
  readonly #issueOrderId: (originId: number) => number;
  readonly #owners = new Map<number, ManagedOrder>();
  /** Own ids of orders by carriers and probes that ended in the command at hand. */
  readonly #ended = new Map<number, number>();
  readonly #ticket = new OrderTicket();
  readonly #change = new ReplaceTicket();
  /** Highest id that the book has seen since the orders that may use their own id came. */
  #lastSeenId = 0;

  constructor(book: ManagedBook, quote: UnpeggedQuote, issueOrderId: (originId: number) => number) {
    this.#book = book;
    this.#quote = quote;
    this.#issueOrderId = issueOrderId;
  }

  /** The managed order that a book order carries. */
  ownerOf(bookOrderId: number): ManagedOrder | undefined {
    return this.#owners.get(bookOrderId);
  }

  /** Id by which its owner knows a book order, also if that ended in the command at hand; 0 if it is no managed one. */
  originOf(bookOrderId: number): number {
    return this.#owners.get(bookOrderId)?.orderId ?? this.#ended.get(bookOrderId) ?? 0;
  }

  /** A new command begins. */
  forgetEnded(): void {
    this.#ended.clear();
  }

  sawId(bookOrderId: number): void {
    if (bookOrderId > this.#lastSeenId) this.#lastSeenId = bookOrderId;
  }

  /** Puts all that is open into the book. */
  enter(order: ManagedOrder, standing: Standing): void {
    const ticket = this.#ticketOf(order, standing.ticks, order.openLots);
    ticket.type = standing.type;
    ticket.flags = standing.flags;
    ticket.displayQtyLots = Math.min(order.displayQtyLots, order.openLots);
    ticket.minQtyLots = Math.min(order.minQtyLots, order.openLots);
    order.carrierId = ticket.orderId;
    order.carrierLots = order.openLots;
    order.carrierFilledLots = 0;
    order.askedTicks = standing.ticks;
    order.isRanked = standing.isRanked;
    this.#owners.set(ticket.orderId, order);
    if (standing.isRanked) this.#book.place(ticket);
    else this.#book.submit(ticket);
  }

  /** Takes an order out of the book; it stays open and waits. */
  park(order: ManagedOrder): void {
    order.expectedKind = EV_CANCELED;
    this.#book.cancel(order.carrierId, VENUE_ACCOUNT);
  }

  /** Cancels for good: the record ends the order. */
  cancel(order: ManagedOrder): void {
    this.#book.cancel(order.carrierId, VENUE_ACCOUNT);
  }

  reprice(order: ManagedOrder, ticks: number): void {
    order.expectedKind = EV_REPLACED;
    order.askedTicks = ticks;
    const change = this.#change.reset();
    change.orderId = order.carrierId;
    change.priceTicks = ticks;
    this.#book.replace(change);
  }

  /** Makes the quantity in the book what is open: a reduction keeps its place, an increase goes to the back. */
  resize(order: ManagedOrder): void {
    if (order.carrierLots > order.openLots) {
      this.#holdBack(order, order.carrierLots - order.openLots);
      return;
    }
    order.expectedKind = EV_REPLACED;
    const change = this.#change.reset();
    change.orderId = order.carrierId;
    const counted = this.#book.rules.replaceQty === 'total' ? order.carrierFilledLots : 0;
    change.qtyLots = counted + order.openLots;
    this.#book.replace(change);
  }

  /** Sends `qtyLots` of an order as an immediate one at another price; what stands in the book is less by as much. */
  probe(order: ManagedOrder, ticks: number, qtyLots: number): void {
    const kept = order.openLots - qtyLots;
    if (order.carrierLots > kept) this.#holdBack(order, order.carrierLots - kept);
    const ticket = this.#ticketOf(order, ticks, qtyLots);
    ticket.type = LIMIT;
    ticket.timeInForce = IOC;
    ticket.flags = order.flags & FLAG_HIDDEN;
    order.probeId = ticket.orderId;
    this.#owners.set(ticket.orderId, order);
    this.#book.submit(ticket);
  }

  /** The carrier is displayed at a price now, or nowhere. */
  shownAt(order: ManagedOrder, ticks: number): void {
    if (order.terms.kind === 'peg') this.#quote.moved(order.side, order.shownAtTicks, ticks);
    order.shownAtTicks = ticks;
  }

  /** The carrier is no longer in the book. */
  dropCarrier(order: ManagedOrder): void {
    this.#unlink(order.carrierId, order);
    this.shownAt(order, UNDEF_INT32);
    order.carrierId = NO_ORDER;
    order.carrierLots = 0;
    order.carrierFilledLots = 0;
    order.askedTicks = UNDEF_INT32;
    order.isRanked = false;
    order.expectedKind = 0;
  }

  dropProbe(order: ManagedOrder): void {
    this.#unlink(order.probeId, order);
    order.probeId = NO_ORDER;
  }

  /** Links an order of a snapshot to its carrier again. */
  restore(order: ManagedOrder): void {
    if (order.carrierId === NO_ORDER) return;
    this.#owners.set(order.carrierId, order);
    if (order.terms.kind === 'peg') this.#quote.moved(order.side, UNDEF_INT32, order.shownAtTicks);
  }

  clear(): void {
    this.#owners.clear();
    this.#ended.clear();
    this.#quote.clear();
    this.#lastSeenId = 0;
  }

  #unlink(bookOrderId: number, order: ManagedOrder): void {
    this.#owners.delete(bookOrderId);
    this.#ended.set(bookOrderId, order.orderId);
  }

  #holdBack(order: ManagedOrder, qtyLots: number): void {
    if (qtyLots === order.carrierLots) {
      this.park(order);
      return;
    }
    order.expectedKind = EV_REDUCED;
    this.#book.reduce(order.carrierId, VENUE_ACCOUNT, qtyLots);
  }

  /** The reused ticket with what all book orders of a managed one have in common, and the next id for it. */
  #ticketOf(order: ManagedOrder, ticks: number, qtyLots: number): OrderTicket {
    const ticket = this.#ticket.reset();
    ticket.orderId =
      order.mayUseOwnId && order.orderId > this.#lastSeenId
        ? order.orderId
        : this.#issueOrderId(order.orderId);
    this.#lastSeenId = ticket.orderId;
    ticket.accountId = order.accountId;
    ticket.side = order.side;
    ticket.timeInForce = order.timeInForce;
    ticket.priceTicks = ticks;
    ticket.qtyLots = qtyLots;
    ticket.stopPriceTicks = order.stopPriceTicks;
    ticket.stpGroup = order.stpGroup;
    ticket.stpMode = order.stpMode;
    ticket.auctionTerm = order.auctionTerm;
    return ticket;
  }
}
