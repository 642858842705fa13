/**
 * The orders of one book that its venue looks after: pegs, discretionary orders, trailing stops, post-only orders that
 * re-price, groups and brackets (docs/matching.md, "Managed orders"). It stands above the book: it reads what the book says
 * and gives it the commands of its contract. It says nothing itself.
 *
 * After a command, when all its records are read, `act` gives one command to the book at a time, and the records of that are
 * read before the next. What comes first:
 *   1. orders linked to others that filled or ended are reduced or cancelled;
 *   2. trailing stops that were reached enter, nearest to their price first, then by time;
 *   3. discretionary orders take what has come into their reach, the best price of their side first, then by time;
 *   4. in time order, each order whose place in the book is not what it should be: it enters, leaves, is resized or
 *      re-priced. Rounds of this repeat while they change anything, ROUNDS_MAX at most; what is left waits for the next
 *      command.
 *
 * Complexity: a command costs one look at each order that is looked after in its book; a book without any costs nothing.
 */

import { type BinaryReader, type BinaryWriter, invariant } from '../../base/index.ts';
import {
  BUY,
  FOK,
  IOC,
  type OrderTicket,
  QTY_LOTS_MAX,
  REJECT_NO_REFERENCE_PRICE,
  SELL,
  type Side,
  type Stateful,
  type TimeInForce,
  UNDEF_INT32,
} from '../../domain/index.ts';
import { Carriers } from './carriers.ts';
import { checkManaged } from './check-managed.ts';
import { LinkedOrders, type OnFill } from './linked-orders.ts';
import type { ManagedBook } from './managed-book.ts';
import { ManagedOrder, NO_ORDER, readManagedOrder, writeManagedOrder } from './managed-order.ts';
import { OrderList } from './order-list.ts';
import { OwnerRequests } from './owner-requests.ts';
import { lacksQuote, type ReferenceQuote } from './peg-price.ts';
import { RecordReader } from './record-reader.ts';
import { UnpeggedQuote } from './reference-quote.ts';
import { findStanding, isInReach, Standing, type Surroundings } from './standing.ts';
import { type ManagedRules, type ManagedTerms, resolveManagedRules } from './terms.ts';
import { TrailingOrders } from './trailing-orders.ts';

/** How often one order may be put right after one command: orders that chase each other go on after the next. */
export const ROUNDS_MAX = 8;

/** Displayed levels that a discretionary order looks at in one go; if it fills, it looks again. */
const DISCRETION_LEVELS = 16;

/** A new order with what the venue is to do for it. The ticket's id is the latest that the venue has issued. */
export interface ManagedRequest {
  readonly ticket: OrderTicket;
  readonly terms: ManagedTerms;
}

/** What a managed order looks like from outside. Quantities in lots, prices in ticks. */
export interface ManagedView {
  readonly orderId: number;
  readonly accountId: number;
  readonly side: Side;
  readonly timeInForce: TimeInForce;
  readonly priceTicks: number;
  /** 0 of an exit whose entry has nothing more for it yet. */
  readonly openLots: number;
  readonly isOver: boolean;
  readonly filledLots: number;
  /** The order of the book that carries it, 0 while it waits outside. */
  readonly carrierId: number;
  /** Of a trailing stop, else UNDEF_INT32. */
  readonly stopTicks: number;
}

export class ManagedOrders implements Stateful {
  readonly book: ManagedBook;
  readonly rules: ManagedRules;
  /** While the book is not in continuous trading: linked orders are cancelled and reduced, nothing else is done. */
  isSuspended = false;
  /** What owners ask of orders that are here. */
  readonly requests: OwnerRequests;
  /** Orders that the venue itself ended while they waited outside, in turn: whoever speaks for it says so and clears. */
  readonly endedOutside: ManagedView[] = [];
  readonly #instrument: number;
  readonly #list = new OrderList();
  readonly #links = new LinkedOrders();
  readonly #unpegged: UnpeggedQuote;
  readonly #carriers: Carriers;
  readonly #trailing: TrailingOrders;
  readonly #reader: RecordReader;
  readonly #standing = new Standing();
  /** What pegs follow; found anew when the book has changed. */
  readonly #quote = { bidTicks: UNDEF_INT32, askTicks: UNDEF_INT32 };
  #isQuoteOld = true;
  readonly #surroundings: Surroundings;
  // Where the rounds of the command at hand are.
  #round = 0;
  #at = 0;
  #hasActed = false;
  /** Every order was looked at, and nothing was read since. */
  #isSettled = false;

  /** `instrument` is stamped on what the book says; `issueOrderId` gives the venue's next order id. Raises MKT_CONFIG. */
  constructor(
    book: ManagedBook,
    instrument: number,
    issueOrderId: (originId: number) => number,
    rules: Partial<ManagedRules> = {},
  ) {
    this.book = book;
    this.rules = resolveManagedRules(rules);
    this.#instrument = instrument;
    this.#surroundings = { book, rules: this.rules, quote: this.#quote };
    this.#unpegged = new UnpeggedQuote(book);
    this.#carriers = new Carriers(book, this.#unpegged, issueOrderId);
    this.#trailing = new TrailingOrders(this.#list, book);
    const parts = { book, list: this.#list, carriers: this.#carriers, links: this.#links };
    this.#reader = new RecordReader({ ...parts, trailing: this.#trailing });
    this.requests = new OwnerRequests(parts);
  }

  get size(): number {
    return this.#list.all.length;
  }

  /** The last command used up its rounds: orders may wait for the next command to be put right. */
  get isBehind(): boolean {
    return this.#round >= ROUNDS_MAX;
  }

  /** Takes a new order to look after: a reject code, 0 = taken. It enters the book, or waits, when the venue acts. */
  submit(ticket: OrderTicket, terms: ManagedTerms): number {
    const code = this.#check(ticket, terms);
    if (code === 0) this.#list.add(new ManagedOrder(ticket, terms));
    return code;
  }

  /** Takes orders of which one cancels the others. All or none are taken: the reject code of the first that is refused. */
  submitGroup(orders: readonly ManagedRequest[], onFill: OnFill): number {
    const code = this.#checkAll(orders);
    if (code !== 0) return code;
    const members = orders.map(({ ticket, terms }) => new ManagedOrder(ticket, terms));
    for (const order of members) this.#list.add(order);
    this.#links.group(members, onFill);
    return 0;
  }

  /**
   * Takes an entry with exits that come to life as it fills and cancel each other. The quantity of an exit's ticket only has
   * to be one: what is open of it is what the entry has filled and no exit has.
   */
  submitBracket(entry: ManagedRequest, exits: readonly ManagedRequest[], onFill: OnFill): number {
    const code = this.#checkAll([entry, ...exits]);
    if (code !== 0) return code;
    const first = new ManagedOrder(entry.ticket, entry.terms);
    const others = exits.map(({ ticket, terms }) => {
      const exit = new ManagedOrder(ticket, terms);
      exit.openLots = 0;
      exit.isExit = true;
      return exit;
    });
    for (const order of [first, ...others]) this.#list.add(order);
    this.#links.bracket(first, others);
    this.#links.group(others, onFill);
    return 0;
  }

  /** The quote that pegs follow where `quoteFrom` is 'given': best prices in ticks, UNDEF_INT32 for an empty side. */
  giveQuote(bidTicks: number, askTicks: number): void {
    this.#quote.bidTicks = bidTicks;
    this.#quote.askTicks = askTicks;
    this.#isQuoteOld = true;
  }

  /** Best displayed price of a side of the own book, in which no peg counts; UNDEF_INT32 if there is none. */
  unpeggedTicks(side: Side): number {
    return this.#unpegged.bestTicks(side);
  }

  /** The price that trailing stops follow which do not follow the last trade. */
  givePrice(priceTicks: number): void {
    this.#trailing.givenTicks = priceTicks;
    this.#trailing.onPrice('given', priceTicks);
  }

  /** An order that is looked after, by the id that its owner knows; null if it is over or was never here. */
  find(orderId: number): ManagedView | null {
    return this.#list.find(orderId) ?? null;
  }

  /** The id by which its owner knows an order of the book, also when that ended in the last command; 0: not managed. */
  originOf(bookOrderId: number): number {
    return this.#carriers.originOf(bookOrderId);
  }

  // What the venue's desk calls, in this order: begin, read for each record, act until it is false, end.

  begin(): void {
    this.#carriers.forgetEnded();
    this.#round = 0;
    this.#at = 0;
    this.#hasActed = false;
    this.#isSettled = false;
    this.#isQuoteOld = true;
  }

  /** Takes in the record of the book that starts at word `at`. */
  read(words: Int32Array, at: number): void {
    this.#isQuoteOld = true;
    this.#isSettled = false;
    this.#reader.read(words, at);
  }

  /** Does the next thing that is due, which is one command to the book in most cases; false if nothing is. */
  act(): boolean {
    this.book.events.instrument = this.#instrument;
    if (this.#actLinked()) return true;
    if (this.isSuspended) return false;
    return this.#actTriggered() || this.#actDiscretion() || this.#actInTurn();
  }

  end(): void {
    this.#list.tidy();
  }

  writeState(writer: BinaryWriter): void {
    writer.section('managedOrders');
    writer.uint8(Number(this.isSuspended));
    writer.int32(this.#quote.bidTicks);
    writer.int32(this.#quote.askTicks);
    writer.int32(this.#trailing.givenTicks);
    writer.int32(this.#list.all.length);
    for (const order of this.#list.all) writeManagedOrder(writer, order);
    this.#links.writeState(writer);
  }

  readState(reader: BinaryReader): void {
    reader.section('managedOrders');
    this.isSuspended = reader.uint8() === 1;
    this.#quote.bidTicks = reader.int32();
    this.#quote.askTicks = reader.int32();
    this.#trailing.givenTicks = reader.int32();
    this.#list.clear();
    this.#carriers.clear();
    for (let left = reader.int32(); left > 0; left--) {
      const order = readManagedOrder(reader);
      this.#list.add(order);
      this.#carriers.restore(order);
    }
    this.#links.readState(reader, (orderId) => this.#list.find(orderId));
  }

  /** Throws BrokenInvariant when orders here and in the book contradict each other. For tests, between commands: slow. */
  validate(): void {
    for (const order of this.#list.all) {
      invariant(
        !order.isOver && order.openLots >= 0 && order.openLots <= QTY_LOTS_MAX,
        'what is over is gone',
      );
      invariant(
        order.openLots > 0 || this.#links.mayGrow(order),
        'an order has something open or may get it',
      );
      invariant(order.probeId === NO_ORDER, 'an immediate order does not outlive its command');
      invariant(order.dueReduceLots === 0 && !order.isDueCancel, 'nothing is due between commands');
      const view = order.carrierId === NO_ORDER ? null : this.book.order(order.carrierId);
      invariant((view === null) === (order.carrierId === NO_ORDER), 'a carrier is live');
      const carriedLots = view === null ? 0 : view.shownLots + view.reserveLots;
      invariant(order.carrierLots === carriedLots, 'what a carrier has open is known');
      const mayLag = this.isSuspended || this.isBehind;
      invariant(view === null || mayLag || carriedLots === order.openLots, 'all that is open is carried');
      if (view !== null && view.stopPriceTicks === 0) {
        const shownAt = view.shownLots > 0 ? view.priceTicks : UNDEF_INT32;
        invariant(order.shownAtTicks === shownAt, 'where a carrier is displayed is known');
      }
    }
  }

  // Checks.

  #check(ticket: OrderTicket, terms: ManagedTerms): number {
    const code = checkManaged(ticket, terms);
    if (code !== 0 || terms.kind !== 'peg') return code;
    const mayWait = ticket.timeInForce !== IOC && ticket.timeInForce !== FOK;
    if (mayWait && this.rules.pegWithoutQuote === 'park') return 0;
    this.#isQuoteOld = true;
    return lacksQuote(ticket.side, terms, this.#findQuote()) ? REJECT_NO_REFERENCE_PRICE : 0;
  }

  #checkAll(orders: readonly ManagedRequest[]): number {
    for (const { ticket, terms } of orders) {
      const code = this.#check(ticket, terms);
      if (code !== 0) return code;
    }
    return 0;
  }

  // Acting.

  #actLinked(): boolean {
    for (let order = this.#links.takeDue(); order !== null; order = this.#links.takeDue()) {
      if (order.isOver) continue;
      const lots = Math.min(order.dueReduceLots, order.openLots);
      const isAll = order.isDueCancel || (lots === order.openLots && !this.#links.mayGrow(order));
      order.dueReduceLots = 0;
      order.isDueCancel = false;
      if (isAll) {
        this.#links.leave(order);
        if (order.carrierId === NO_ORDER) {
          this.#endOutside(order);
          continue;
        }
        order.isEndedByLink = true;
        this.#carriers.cancel(order);
        return true;
      }
      order.openLots -= lots;
      if (order.carrierLots <= order.openLots) continue;
      this.#carriers.resize(order);
      return true;
    }
    return false;
  }

  #actTriggered(): boolean {
    const order = this.#trailing.next();
    return order !== null && this.#tend(order);
  }

  #actDiscretion(): boolean {
    for (let order = this.#nextRoused(); order !== null; order = this.#nextRoused()) {
      order.isRoused = false;
      if (order.terms.kind !== 'discretion') continue;
      const { discretionTicks } = order.terms;
      const lots = Math.min(order.carrierLots, this.#displayedWithin(order.side, discretionTicks));
      if (lots === 0) continue;
      this.#carriers.probe(order, discretionTicks, lots);
      return true;
    }
    return false;
  }

  #nextRoused(): ManagedOrder | null {
    let best: ManagedOrder | null = null;
    for (const order of this.#list.discretionary) {
      if (!order.isRoused || order.carrierId === NO_ORDER) continue;
      const isBetter =
        best === null ||
        (best.side === order.side &&
          (order.side === BUY ? order.priceTicks > best.priceTicks : order.priceTicks < best.priceTicks));
      if (isBetter) best = order;
    }
    return best;
  }

  /** Displayed lots of the other side up to a limit. */
  #displayedWithin(side: Side, limitTicks: number): number {
    let lots = 0;
    for (const level of this.book.depth((side ^ 1) as Side, DISCRETION_LEVELS)) {
      if (!isInReach(side, limitTicks, level.priceTicks)) break;
      lots += level.displayedLots;
    }
    return lots;
  }

  #actInTurn(): boolean {
    while (this.#round < ROUNDS_MAX && !this.#isSettled) {
      while (this.#at < this.#list.all.length) {
        const order = this.#list.all[this.#at++]!;
        if (!order.isOver && this.#tend(order)) {
          this.#hasActed = true;
          return true;
        }
      }
      this.#at = 0;
      if (this.#hasActed) this.#round++;
      else this.#isSettled = true;
      this.#hasActed = false;
    }
    return false;
  }

  /** Gives the one command that brings an order nearer to where it should stand; false if it stands there. */
  #tend(order: ManagedOrder): boolean {
    const standing = this.#standing;
    this.#findQuote();
    if (!findStanding(order, this.#surroundings, standing)) return this.#keepOut(order);
    if (order.carrierId === NO_ORDER) {
      if (!this.#takeImprovement(order)) this.#carriers.enter(order, standing);
      return true;
    }
    const isMoved = standing.ticks !== order.askedTicks;
    const mustLeave = order.isRefused || standing.isRanked !== order.isRanked || (order.isRanked && isMoved);
    order.isRefused = false;
    if (mustLeave) this.#carriers.park(order);
    else if (order.carrierLots !== order.openLots) this.#carriers.resize(order);
    else if (isMoved) this.#carriers.reprice(order, standing.ticks);
    else return false;
    return true;
  }

  /** Nothing of an order should stand in the book now. */
  #keepOut(order: ManagedOrder): boolean {
    const { terms } = order;
    const isGivenUp =
      terms.kind === 'peg' &&
      this.rules.pegWithoutQuote === 'cancel' &&
      lacksQuote(order.side, terms, this.#findQuote());
    if (order.carrierId === NO_ORDER) {
      // Something may be due to the others of its group now.
      if (isGivenUp) this.#endOutside(order);
      return isGivenUp;
    }
    if (isGivenUp) this.#carriers.cancel(order);
    else this.#carriers.park(order);
    return true;
  }

  #endOutside(order: ManagedOrder): void {
    this.#links.end(order);
    this.endedOutside.push(order);
  }

  /** An improvement order takes once what is better than its limit by enough, if anything displayed is. */
  #takeImprovement(order: ManagedOrder): boolean {
    if (order.terms.kind !== 'improvement' || order.hasTaken) return false;
    order.hasTaken = true;
    const { minTicks } = order.terms;
    const limitTicks = order.side === BUY ? order.priceTicks - minTicks : order.priceTicks + minTicks;
    if (!isInReach(order.side, limitTicks, this.book.bestTicks((order.side ^ 1) as Side))) return false;
    this.#carriers.probe(order, limitTicks, order.openLots);
    return true;
  }

  /** The quote that pegs follow, brought up to date. */
  #findQuote(): ReferenceQuote {
    if (this.rules.quoteFrom === 'book' && this.#isQuoteOld) {
      this.#quote.bidTicks = this.#unpegged.bestTicks(BUY);
      this.#quote.askTicks = this.#unpegged.bestTicks(SELL);
      this.#isQuoteOld = false;
    }
    return this.#quote;
  }
}
