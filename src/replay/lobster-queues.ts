// hot: runs for every record of a replay
/**
 * The book of a LOBSTER file and what is known of its queues. A file of N levels only tells of orders within the N best
 * levels: what happens beyond that horizon has no message. So besides orders there is anonymous quantity (known from
 * the orderbook file only), and an order is either *firm* (added or named since its level last came into view) or
 * *remembered* (it may have changed or gone meanwhile).
 *
 * Level totals are always exact, so every doubt is about who stands where in a queue; `settle` decides it.
 */

import { invariant } from '../base/index.ts';
import { BUY, DAY, type EventBuffer, LIMIT, OrderTicket, QTY_LOTS_MAX, type Side } from '../domain/index.ts';
import {
  DEFAULT_BOOK_RULES,
  FastBook,
  headOrder,
  levelOfOrder,
  levelPriceTicks,
  levelShownLots,
  openLots,
  orderAhead,
  orderBehind,
  type PriceLadder,
  placeBefore,
  tailOrder,
} from '../market/index.ts';
import type { OrderIds } from './order-ids.ts';

/** Where anonymous quantity comes from. */
export const ORIGIN_BEFORE_FILE = 1;
export const ORIGIN_ENTERED_OUT_OF_VIEW = 2;

/** With more remembered orders than this, no search is made for those that add up to a surplus. */
const SUBSET_ORDERS_MAX = 14;
const NEVER = -1;

export class LobsterQueues {
  readonly book: FastBook;
  readonly ids: OrderIds;
  /** Row of the message at hand. */
  row = 0;
  /** By side, the worst price in view as a key (see `keyOf`): Infinity if the whole side is in view. */
  readonly horizon: [bid: number, ask: number] = [Infinity, Infinity];
  /** By side, key of the worst price up to which every quantity is known; the horizon, or nearer. */
  readonly known: [bid: number, ask: number] = [Infinity, Infinity];
  /** By dense id: row in which the order was last added or named. */
  #named = new Int32Array(1 << 12).fill(NEVER);
  /** By dense id: row in which the order was added. */
  #added = new Int32Array(1 << 12).fill(NEVER);
  /** By dense id: ORIGIN_* of anonymous quantity. */
  #origin = new Uint8Array(1 << 12);
  /** By level handle: row in which the level last came into view. */
  #born = new Int32Array(256).fill(NEVER);
  /** Dense id of the first order that a message added. */
  #firstAdded = 0;
  readonly #ticket = new OrderTicket();
  readonly #remembered: number[] = [];
  readonly #chosen: number[] = [];

  constructor(ids: OrderIds, events: EventBuffer) {
    this.ids = ids;
    this.book = new FastBook(DEFAULT_BOOK_RULES, events);
  }

  ladder(side: Side): PriceLadder {
    return side === BUY ? this.book.bids : this.book.asks;
  }

  /** Lots at a price, 0 without a level. */
  lotsAt(side: Side, price: number): number {
    const level = this.ladder(side).find(price);
    return level === 0 ? 0 : levelShownLots(this.book, level);
  }

  isInView(side: Side, price: number): boolean {
    return keyOf(side, price) <= this.horizon[side];
  }

  /** Whether all quantity at a price is accounted for. */
  isKnown(side: Side, price: number): boolean {
    return keyOf(side, price) <= this.known[side];
  }

  isFirm(orderId: number, level: number, side: Side): boolean {
    const named = this.#named[orderId]!;
    return this.isInView(side, levelPriceTicks(this.book, level))
      ? named > this.#born[level]!
      : named === this.row;
  }

  /** Whether the order was itself added since its level came into view. */
  wasAddedInView(orderId: number, level: number): boolean {
    return this.#added[orderId]! >= Math.max(0, this.#born[level]!);
  }

  originOf(orderId: number): number {
    return this.#origin[orderId]!;
  }

  nameOrder(orderId: number): void {
    this.#named[orderId] = this.row;
  }

  /** A level came into view: its orders are remembered until a message names them. */
  bringIntoView(level: number): void {
    this.#born[level] = this.row;
  }

  /**
   * A new order, at the back. Only one that is older than the file goes by its id, ahead of younger orders: orders
   * released in batches after the opening cross keep their older priority, and their ids are below the file's first.
   */
  addOrder(side: Side, price: number, qty: number, hi: number, lo: number): void {
    const { book, ids } = this;
    const level = this.ladder(side).find(price);
    let successor = 0;
    if (this.#firstAdded === 0) this.#firstAdded = ids.last + 1;
    else if (level !== 0 && ids.isAbove(this.#firstAdded, hi, lo)) {
      let ahead = tailOrder(book, level);
      while (ahead !== 0 && ids.isNamed(ahead) && ids.isAbove(ahead, hi, lo)) {
        successor = ahead;
        ahead = orderAhead(book, ahead);
      }
    }
    const orderId = ids.issue(hi, lo);
    this.#place(orderId, side, price, qty, successor);
    this.#named[orderId] = this.row;
    this.#added[orderId] = this.row;
  }

  /** Quantity without ids, ahead of `successor` or last; more than one order can have becomes several. */
  addAnonymous(side: Side, price: number, qty: number, origin: number, successor: number): void {
    for (let left = qty; left > 0; left -= QTY_LOTS_MAX) {
      const orderId = this.ids.issueUnnamed();
      this.#place(orderId, side, price, Math.min(left, QTY_LOTS_MAX), successor);
      this.#origin[orderId] = origin;
    }
  }

  /** Removes all orders of a level. */
  removeLevel(side: Side, price: number): void {
    const { book } = this;
    for (let level = this.ladder(side).find(price); level !== 0; level = this.ladder(side).find(price)) {
      book.cancel(headOrder(book, level), 0);
    }
  }

  /**
   * Removes the levels of a side that are better than a price, or also at it. Without rows this is how orders that went
   * out of view are found to be gone: nothing displayed is passed over by an execution or crossed by a new order.
   */
  removeThrough(side: Side, price: number, includesPrice: boolean): void {
    const ladder = this.ladder(side);
    const limit = keyOf(side, price);
    while (ladder.best !== 0) {
      const key = keyOf(side, ladder.bestPrice);
      if (key > limit || (key === limit && !includesPrice)) return;
      this.removeLevel(side, ladder.bestPrice);
    }
  }

  /** Lots at a price that are not firm: what a message about an unknown order can be about. */
  doubtfulLots(side: Side, price: number): number {
    const { book } = this;
    const level = this.ladder(side).find(price);
    let lots = 0;
    if (level === 0) return 0;
    for (let order = headOrder(book, level); order !== 0; order = orderBehind(book, order)) {
      if (!this.isFirm(order, level, side)) lots += openLots(book, order);
    }
    return lots;
  }

  /** Drops what is not firm ahead of an order that was executed: it is gone, or stands behind. */
  dropDoubtfulAhead(orderId: number, level: number, side: Side): void {
    const { book } = this;
    let ahead = orderAhead(book, orderId);
    while (ahead !== 0) {
      const next = orderAhead(book, ahead);
      if (!this.isFirm(ahead, level, side)) book.cancel(ahead, 0);
      ahead = next;
    }
  }

  /** Drops remembered orders that are older than an unknown one which was executed. */
  dropRememberedBelow(side: Side, price: number, hi: number, lo: number): void {
    const { book, ids } = this;
    const level = this.ladder(side).find(price);
    let order = level === 0 ? 0 : headOrder(book, level);
    while (order !== 0) {
      const next = orderBehind(book, order);
      const isOlder = ids.isNamed(order) && !ids.isAbove(order, hi, lo);
      if (isOlder && !this.isFirm(order, level, side)) book.cancel(order, 0);
      order = next;
    }
  }

  /** First anonymous quantity of a level, 0 if there is none. */
  firstAnonymous(side: Side, price: number): number {
    const { book, ids } = this;
    const level = this.ladder(side).find(price);
    let order = level === 0 ? 0 : headOrder(book, level);
    while (order !== 0 && ids.isNamed(order)) order = orderBehind(book, order);
    return order;
  }

  /** Makes the level's total `lots` at the expense of what is in doubt. */
  settle(side: Side, price: number, lots: number): void {
    const level = this.ladder(side).find(price);
    const found = level === 0 ? 0 : levelShownLots(this.book, level);
    if (lots > found) {
      const successor = level === 0 ? 0 : this.#behindDoubtful(level, side);
      this.addAnonymous(side, price, lots - found, ORIGIN_ENTERED_OUT_OF_VIEW, successor);
    } else if (lots < found) {
      this.#cutSurplus(side, level, found - lots);
    }
  }

  /** The order behind the last one that is not firm; the head if all are firm. */
  #behindDoubtful(level: number, side: Side): number {
    const { book } = this;
    let successor = 0;
    for (let order = tailOrder(book, level); order !== 0; order = orderAhead(book, order)) {
      if (!this.isFirm(order, level, side)) return successor;
      successor = order;
    }
    return successor;
  }

  /** Whole remembered orders if some add up to the surplus, the fewest; else oldest first, then anonymous quantity. */
  #cutSurplus(side: Side, level: number, surplus: number): void {
    const { book, ids } = this;
    const remembered = this.#remembered;
    remembered.length = 0;
    for (let order = headOrder(book, level); order !== 0; order = orderBehind(book, order)) {
      if (ids.isNamed(order) && !this.isFirm(order, level, side)) remembered.push(order);
    }
    if (remembered.length <= SUBSET_ORDERS_MAX) {
      for (let size = 1; size <= remembered.length; size++) {
        this.#chosen.length = 0;
        if (!this.#choose(0, size, surplus)) continue;
        for (const order of this.#chosen) book.cancel(order, 0);
        return;
      }
    }
    let rest = surplus;
    for (const order of remembered) rest -= this.#cut(order, rest);
    for (const takesFirm of [false, true]) {
      let order = rest > 0 ? headOrder(book, level) : 0;
      while (order !== 0 && rest > 0) {
        const next = orderBehind(book, order);
        if (takesFirm || !ids.isNamed(order)) rest -= this.#cut(order, rest);
        order = next;
      }
    }
  }

  #cut(orderId: number, lots: number): number {
    const taken = Math.min(openLots(this.book, orderId), lots);
    if (taken > 0) this.book.reduce(orderId, 0, taken);
    return taken;
  }

  /** Finds `size` of the remembered orders from `from` on that add up to `lots`, the first such set in queue order. */
  #choose(from: number, size: number, lots: number): boolean {
    if (size === 0) return lots === 0;
    for (let at = from; at + size <= this.#remembered.length; at++) {
      const order = this.#remembered[at]!;
      const open = openLots(this.book, order);
      if (open > lots) continue;
      this.#chosen.push(order);
      if (this.#choose(at + 1, size - 1, lots - open)) return true;
      this.#chosen.pop();
    }
    return false;
  }

  #place(orderId: number, side: Side, price: number, qty: number, successor: number): void {
    const isNewLevel = this.ladder(side).find(price) === 0;
    const ticket = this.#ticket;
    ticket.orderId = orderId;
    ticket.side = side;
    ticket.type = LIMIT;
    ticket.timeInForce = DAY;
    ticket.priceTicks = price;
    ticket.qtyLots = qty;
    placeBefore(this.book, ticket, successor);
    invariant(this.book.has(orderId), 'the book takes an order whose terms were checked');
    if (orderId >= this.#named.length) this.#growOrders(orderId);
    if (!isNewLevel) return;
    const level = levelOfOrder(this.book, orderId);
    if (level >= this.#born.length) this.#growLevels(level);
    this.#born[level] = NEVER;
  }

  #growOrders(orderId: number): void {
    const length = Math.max(this.#named.length * 2, orderId + 1);
    const named = new Int32Array(length).fill(NEVER);
    const added = new Int32Array(length).fill(NEVER);
    const origin = new Uint8Array(length);
    named.set(this.#named);
    added.set(this.#added);
    origin.set(this.#origin);
    this.#named = named;
    this.#added = added;
    this.#origin = origin;
  }

  #growLevels(level: number): void {
    const born = new Int32Array(Math.max(this.#born.length * 2, level + 1)).fill(NEVER);
    born.set(this.#born);
    this.#born = born;
  }
}

/** A price as a number that grows from the best price outward. */
export function keyOf(side: Side, price: number): number {
  return side === BUY ? -price : price;
}
