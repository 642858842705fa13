/**
 * What routed orders (order-router.ts) have open, by what the books say of their parts: lots are taken off as they are filled or
 * end, at once for the router's own commands and after each command for the rest; then each record is told to the owner in
 * turn, with what is open after it.
 */

import { type BinaryReader, type BinaryWriter, invariant } from '../base/index.ts';
import {
  CANCEL_ROUTED,
  EV_ACCEPTED,
  EV_CANCELED,
  EV_EXPIRED,
  EV_REDUCED,
  EV_REJECTED,
  EV_REPLACED,
  EV_RESTATED,
  EV_TRADE,
  type EventBuffer,
  HEAD_CODE_SHIFT,
  HEAD_SIDE_SHIFT,
  RECORD_WORDS,
  WORD_INSTRUMENT,
  WORD_LEAVES,
  WORD_ORDER,
  WORD_OTHER,
  WORD_OTHER_LEAVES,
  WORD_PRICE,
  WORD_QTY,
} from '../domain/index.ts';
import type { OrderBook } from '../market/index.ts';
import { type RoutedOrder, readRoutedOrder, writeRoutedOrder } from './routed-order.ts';

/** What the record of a part at another venue says of it: it was filled, it is over, it was refused. */
export const HEARD_FILLED = 1;
export const HEARD_LAST = 2;
export const HEARD_REFUSED = 4;

const KIND_MASK = 255;

/** Who is told. */
export interface RoutedListeners {
  /** Tells an owner of his order over the link from its venue `home`; `instrument` is where it happened. */
  readonly tell: (
    orderId: number,
    home: number,
    head: number,
    instrument: number,
    priceTicks: number,
    qtyLots: number,
    leavesLots: number,
  ) => void;
  /** Sends word of the part `awayId`, whose record starts at word `at`, to the venue of its order. */
  readonly report: (order: RoutedOrder, words: Int32Array, at: number, awayId: number, heard: number) => void;
}

/** An order of some book that is a part of a routed one. */
interface Part {
  readonly order: RoutedOrder;
  readonly isAway: boolean;
}

export class RoutedBook {
  readonly #events: EventBuffer;
  #links!: RoutedListeners;
  /** By the id that the owner knows, while something is open. */
  readonly #orders = new Map<number, RoutedOrder>();
  /** By order id: the owner's own, those of the home book, those at other venues; as long as records of them may come. */
  readonly #partOf = new Map<number, Part>();
  /** Records of the events before this one are taken in already. */
  #booked = 0;

  constructor(events: EventBuffer) {
    this.#events = events;
  }

  connect(links: RoutedListeners): void {
    this.#links = links;
  }

  /** Orders that have something open, in the order in which they came. */
  get open(): Iterable<RoutedOrder> {
    return this.#orders.values();
  }

  /** The order with something open that its owner knows by an id. */
  find(originId: number): RoutedOrder | undefined {
    return this.#orders.get(originId);
  }

  part(orderId: number): Part | undefined {
    return this.#partOf.get(orderId);
  }

  /** Home instrument of an order that is a part at another venue; -1: it is none. */
  homeOf(orderId: number): number {
    const part = this.#partOf.get(orderId);
    return part?.isAway === true ? part.order.terms.instrument : -1;
  }

  /** Id by which the owner knows an order that is a part of his; 0: it is none. */
  originOf(orderId: number): number {
    return this.#partOf.get(orderId)?.order.terms.orderId ?? 0;
  }

  add(order: RoutedOrder): void {
    this.#orders.set(order.terms.orderId, order);
  }

  /** An order of a book is a part of a routed one from its first record on. */
  addPart(orderId: number, order: RoutedOrder, isAway: boolean): void {
    this.#partOf.set(orderId, { order, isAway });
    if (!isAway) order.homeIds.push(orderId);
  }

  /** An order of which nothing is open, as its owner knows. */
  forget(originId: number): void {
    this.#orders.delete(originId);
    this.#partOf.delete(originId);
  }

  /** What the router itself has said so far tells nothing new. */
  skipOwn(): void {
    this.#booked = this.#events.count;
  }

  // What the books say: `book` first, then `hear` or `hearFill` for each record, in order.

  /** Takes in the records `from` to `to` of one command. */
  book(from: number, to: number): void {
    for (let record = Math.max(from, this.#booked); record < to; record++)
      this.#bookRecord(this.#events.words, record * RECORD_WORDS);
    this.#booked = 0;
  }

  /** Tells the owner what a record other than a trade means for his order; false: it is an order like others. */
  hear(words: Int32Array, at: number): boolean {
    const orderId = words[at + WORD_ORDER]!;
    const part = this.#partOf.get(orderId);
    if (part === undefined) return false;
    const head = words[at]!;
    const kind = head & KIND_MASK;
    if (part.isAway) {
      if (kind === EV_CANCELED || kind === EV_EXPIRED || kind === EV_REJECTED) {
        const isRefused = kind === EV_REJECTED ? HEARD_REFUSED : 0;
        this.#links.report(part.order, words, at, orderId, HEARD_LAST | isRefused);
        this.#partOf.delete(orderId);
      }
      return true;
    }
    const { order } = part;
    const isOwn = orderId === order.terms.orderId;
    switch (kind) {
      case EV_ACCEPTED:
        return !isOwn;
      case EV_REJECTED:
        this.#partOf.delete(orderId);
        return !isOwn;
      case EV_CANCELED:
      case EV_EXPIRED:
        if (!isOwn) this.#partOf.delete(orderId);
        if (kind === EV_CANCELED && head >>> HEAD_CODE_SHIFT === CANCEL_ROUTED) return true;
        order.toldLots -= words[at + WORD_QTY]!;
        this.#tell(order, order.toldLots === 0 ? head : EV_REDUCED | sideOf(head), words, at);
        return true;
      case EV_REDUCED:
      case EV_RESTATED:
        order.toldLots -= words[at + WORD_QTY]!;
        this.#tell(order, head, words, at);
        return true;
      case EV_REPLACED:
        if (isOwn) order.toldLots = words[at + WORD_QTY]!;
        this.#tell(order, head, words, at);
        return true;
      default:
        return false;
    }
  }

  /** Tells the owner of a fill of an order, the record of which starts at word `at`; false: it is an order like others. */
  hearFill(words: Int32Array, at: number, orderId: number): boolean {
    const part = this.#partOf.get(orderId);
    if (part === undefined) return false;
    const isTaker = words[at + WORD_ORDER] === orderId;
    const isDone = words[at + (isTaker ? WORD_LEAVES : WORD_OTHER_LEAVES)] === 0;
    const { order, isAway } = part;
    if (isDone && orderId !== order.terms.orderId) this.#partOf.delete(orderId);
    if (isAway) {
      this.#links.report(order, words, at, orderId, HEARD_FILLED | (isDone ? HEARD_LAST : 0));
      return true;
    }
    order.toldLots -= words[at + WORD_QTY]!;
    this.#tell(order, EV_TRADE, words, at);
    return true;
  }

  writeState(writer: BinaryWriter): void {
    writer.section('router');
    writer.int32(this.#orders.size);
    for (const order of this.#orders.values()) writeRoutedOrder(writer, order);
    const parts = [...this.#partOf];
    writer.array(Int32Array.from(parts, ([orderId]) => orderId));
    writer.array(Int32Array.from(parts, ([, { order }]) => order.terms.orderId));
    writer.array(Uint8Array.from(parts, ([, { isAway }]) => Number(isAway)));
  }

  readState(reader: BinaryReader): void {
    reader.section('router');
    this.#orders.clear();
    this.#partOf.clear();
    for (let left = reader.int32(); left > 0; left--) {
      const order = readRoutedOrder(reader);
      this.#orders.set(order.terms.orderId, order);
    }
    const ids = reader.int32Array();
    const origins = reader.int32Array();
    const isAway = reader.uint8Array();
    ids.forEach((orderId, at) => {
      this.#partOf.set(orderId, { order: this.#orders.get(origins[at]!)!, isAway: isAway[at] === 1 });
    });
  }

  /** Throws BrokenInvariant when lots were made or lost. For tests, between commands. */
  validate(books: readonly Pick<OrderBook, 'order'>[]): void {
    for (const order of this.#orders.values()) {
      const atHome = order.homeIds.reduce((sum, id) => {
        const view = books[order.terms.instrument]!.order(id);
        return sum + (view === null ? 0 : view.shownLots + view.reserveLots);
      }, 0);
      invariant(order.openLots > 0 && order.toldLots === order.openLots, 'an owner knows what is open');
      invariant(atHome + order.awayLots === order.openLots, 'open lots are at home or away');
    }
  }

  /** Takes in, at once, what a command of the router's own said from a record on. */
  bookOwn(from: number): void {
    const { words, count } = this.#events;
    for (let record = from; record < count; record++) this.#bookRecord(words, record * RECORD_WORDS);
    this.#booked = count;
  }

  #bookRecord(words: Int32Array, at: number): void {
    const head = words[at]!;
    const kind = head & KIND_MASK;
    const lots = words[at + WORD_QTY]!;
    if (kind === EV_TRADE) {
      this.#bookFill(words[at + WORD_ORDER]!, lots, words[at + WORD_LEAVES]!);
      this.#bookFill(words[at + WORD_OTHER]!, lots, words[at + WORD_OTHER_LEAVES]!);
      return;
    }
    if (kind < EV_REJECTED || kind > EV_RESTATED) return;
    const orderId = words[at + WORD_ORDER]!;
    const part = this.#partOf.get(orderId);
    if (part === undefined || part.isAway) return;
    const { order } = part;
    const isGone = kind === EV_REJECTED || kind === EV_CANCELED || kind === EV_EXPIRED;
    if (isGone) order.dropHome(orderId);
    else if (kind !== EV_REDUCED && kind !== EV_RESTATED) return;
    // What is taken out goes on, and what is refused later ends with a record of its own.
    if (kind === EV_CANCELED && head >>> HEAD_CODE_SHIFT === CANCEL_ROUTED) return;
    if (kind === EV_REJECTED && orderId !== order.terms.orderId) return;
    this.close(order, lots);
  }

  #bookFill(orderId: number, lots: number, leavesLots: number): void {
    const part = this.#partOf.get(orderId);
    if (part === undefined || part.isAway) return;
    if (leavesLots === 0) part.order.dropHome(orderId);
    part.order.filledLots += lots;
    this.close(part.order, lots);
  }

  /** Lots of an order are no longer open. */
  close(order: RoutedOrder, lots: number): void {
    order.openLots -= lots;
    if (order.openLots === 0) this.#orders.delete(order.terms.orderId);
  }

  /** The owner is told of a record; when nothing is open by what he knows, his order is over. */
  #tell(order: RoutedOrder, head: number, words: Int32Array, at: number): void {
    const { orderId, instrument } = order.terms;
    const lots = (head & KIND_MASK) === EV_REPLACED ? order.toldLots : words[at + WORD_QTY]!;
    const where = words[at + WORD_INSTRUMENT]!;
    this.#links.tell(orderId, instrument, head, where, words[at + WORD_PRICE]!, lots, order.toldLots);
    if (order.toldLots === 0) this.#partOf.delete(orderId);
  }
}

function sideOf(head: number): number {
  return head & (1 << HEAD_SIDE_SHIFT);
}
