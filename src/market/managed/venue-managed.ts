/**
 * What a venue looks after, joined to its commands. It gives managed orders their ids and answers, passes on what their
 * owners ask, and after every command of the venue lets the desk act.
 *
 *   new order ─► checks ─► accepted under the owner's id ─► desk ─► carried (id 8 stands for 5) ─► accepted 8 ─► trades of 8 ...
 *
 * The id that an owner knows never stands in a book: what stands there are carriers with ids of their own, one after another,
 * each told by a `carried` record before its first. The other way, to let an order come back under its own id
 * (OrderBook.activate), would tell of one id that was cancelled and rested again, with a smaller total and another time; so each
 * id in the journal lives once, as that of every other order, and who reads a book's records needs to know nothing of this.
 */

import type { BinaryReader, BinaryWriter } from '../../base/index.ts';
import {
  CANCEL_LINKED_ORDER,
  CANCEL_REPLACED_BELOW_FILLED,
  CANCEL_REQUESTED,
  DAY,
  EV_ACCEPTED,
  EV_CANCELED,
  EV_CARRIED,
  EV_EXPIRED,
  EV_QUOTE_REFUSED,
  EV_QUOTED,
  EV_REDUCED,
  EV_REPLACED,
  type EventBuffer,
  FLAG_HIDDEN,
  GTD,
  HEAD_CODE_SHIFT,
  HEAD_FLAG_HIDDEN,
  HEAD_FLAG_KEEPS_PRIORITY,
  HEAD_SIDE_SHIFT,
  type OrderTicket,
  type QuoteEntry,
  REJECT_EXPIRE_TIME_PAST,
  REJECT_TERMS_CONFLICT,
  REJECT_UNKNOWN_INSTRUMENT,
  type ReplaceTicket,
  type Side,
} from '../../domain/index.ts';
import type { OrderBook } from '../book/contract.ts';
import { changeInstruction, instructionOfTicket } from '../listing/entry.ts';
import { refuse, refuseChange } from '../listing/held-changes.ts';
import type { Listing } from '../listing/listing.ts';
import { answerOf } from '../session/answers.ts';
import { isMatching } from '../session/states.ts';
import { ListedBook, type ListingCare } from './listed-book.ts';
import { ManagedDesk } from './managed-desk.ts';
import type { ManagedOrders, ManagedRequest, ManagedView } from './managed-orders.ts';
import type { QuoteAnswer, QuoteTerms } from './mass-quotes.ts';
import { ANSWERED_BY_BOOK } from './owner-requests.ts';
import { type ProtectionLimits, WHOLE_VENUE } from './quote-protection.ts';
import type { ManagedRules } from './terms.ts';

const ENTER = answerOf('enter');
/** Not in a book. */
const NO_CARRIER = 0;

/** A managed order of a venue: `expireTimeNs` matters for GTD only. */
export interface ManagedEntry extends ManagedRequest {
  readonly expireTimeNs?: number;
}

export interface ManagedHost extends ListingCare {
  readonly books: readonly OrderBook[];
  readonly listings: readonly (Listing | null)[];
  readonly events: EventBuffer;
  readonly rulesOf: (instrument: number) => Partial<ManagedRules>;
  /** Number of the venue that lists an instrument, for one that stands for several. */
  venueOf(instrument: number): number;
  issueOrderId(): number;
  /** Has `expire` called for a GTD order at its time. */
  noteExpiry(timeNs: number, orderId: number): void;
}

export class VenueManaged {
  readonly desk: ManagedDesk;
  readonly #host: ManagedHost;
  readonly #events: EventBuffer;

  constructor(host: ManagedHost) {
    this.#host = host;
    this.#events = host.events;
    const books = host.books.map((book, index) => {
      const listing = host.listings[index]!;
      return listing === null ? book : new ListedBook(listing, index, host);
    });
    this.desk = new ManagedDesk(books, host.events, (originId) => this.#issue(originId), host.rulesOf, {
      issueOrderId: (accountId, side) => this.#issueQuote(accountId, side),
      refused: (accountId, entry, code) => this.refuseQuote(accountId, entry, code),
      venueOf: (instrument) => host.venueOf(instrument),
    });
    host.listings.forEach((listing, index) => {
      if (listing !== null) listing.beforeDayExpiry = () => this.expireDayWaiting(index);
    });
  }

  /** Follows a command of the venue whose records start at `from`: orders and quotes act until nothing is due. */
  follow(nowNs: number, instrument: number, from: number): void {
    this.#events.timeNs = nowNs;
    this.#host.listings.forEach((listing, index) => {
      if (listing !== null) this.desk.orders[index]!.isSuspended = !isMatching(listing.session.state);
    });
    this.desk.afterCommand(instrument, from);
    this.desk.orders.forEach(({ endedOutside }, index) => {
      for (const order of endedOutside.splice(0))
        this.#sayGone(EV_CANCELED | (CANCEL_LINKED_ORDER << HEAD_CODE_SHIFT), index, order, order.openLots);
    });
  }

  /**
   * Takes new orders under the next ids, of which the first is returned: all or none. `take` gives them to the orders of their
   * book and returns a reject code.
   */
  enter(
    nowNs: number,
    instrument: number,
    entries: readonly ManagedEntry[],
    take: (orders: ManagedOrders) => number,
  ): number {
    const events = this.#events;
    this.#stamp(nowNs, instrument);
    const from = events.count;
    for (const { ticket } of entries) ticket.orderId = this.#host.issueOrderId();
    const orders = this.desk.orders[instrument];
    const code =
      orders === undefined
        ? REJECT_UNKNOWN_INSTRUMENT
        : this.#checkEntries(nowNs, instrument, entries) || take(orders);
    for (const { ticket, expireTimeNs = 0 } of entries) {
      if (code !== 0) {
        refuse(events, ticket, code);
        continue;
      }
      this.#sayAccepted(ticket);
      if (ticket.timeInForce === GTD) this.#host.noteExpiry(expireTimeNs, ticket.orderId);
    }
    if (orders !== undefined) this.follow(nowNs, instrument, from);
    return entries[0]!.ticket.orderId;
  }

  // What owners ask: false if the order is none that is looked after.

  cancel(nowNs: number, orderId: number, accountId: number): boolean {
    return this.#change(nowNs, orderId, accountId, 'cancel', (orders, view) => {
      const { openLots } = view;
      const code = orders.requests.cancel(orderId, accountId);
      if (code === 0) this.#sayCanceled(view, openLots, CANCEL_REQUESTED);
      return code;
    });
  }

  reduce(nowNs: number, orderId: number, accountId: number, qtyLots: number): boolean {
    return this.#change(nowNs, orderId, accountId, 'cancel', (orders, view) => {
      const { openLots } = view;
      const code = orders.requests.reduce(orderId, accountId, qtyLots);
      if (code !== 0) return code;
      if (qtyLots >= openLots) this.#sayCanceled(view, openLots, CANCEL_REQUESTED);
      else {
        const head = EV_REDUCED | (view.side << HEAD_SIDE_SHIFT);
        this.#events.emit(head, orderId, view.priceTicks, qtyLots, view.openLots, view.accountId, 0, 0);
      }
      return code;
    });
  }

  replace(nowNs: number, ticket: ReplaceTicket): boolean {
    return this.#change(nowNs, ticket.orderId, ticket.accountId, 'replace', (orders, view) => {
      const { openLots, priceTicks } = view;
      const code = orders.requests.replace(ticket);
      if (code === 0) this.#sayReplaced(orders, view, openLots, priceTicks);
      return code;
    });
  }

  // The venue's own.

  /** Expires a GTD order; false if it is none that is looked after. */
  expire(nowNs: number, orderId: number): boolean {
    const index = this.instrumentOf(orderId);
    if (index < 0) return false;
    this.#stamp(nowNs, index);
    const from = this.#events.count;
    const orders = this.desk.orders[index]!;
    const view = orders.find(orderId)!;
    if (view.carrierId === NO_CARRIER) this.#sayGone(EV_EXPIRED, index, view, view.openLots);
    orders.requests.expire(orderId);
    this.follow(nowNs, index, from);
    return true;
  }

  /** Before the mass cancel of a book: ends what waits outside of it. */
  massCancelWaiting(instrument: number, accountId: number, reason: number): void {
    const listing = this.#host.listings[instrument]!;
    if (listing !== null && listing.session.check(changeInstruction('cancel', DAY, 0)) !== 0) return;
    this.#sayEnded(instrument, EV_CANCELED | (reason << HEAD_CODE_SHIFT), ({ requests }) =>
      requests.massCancelWaiting(accountId),
    );
  }

  /** Before the DAY orders of a book expire: those that wait outside of it. */
  expireDayWaiting(instrument: number): void {
    this.#sayEnded(instrument, EV_EXPIRED, ({ requests }) => requests.expireDayWaiting());
  }

  /** Quotes of an account in several instruments, one answer per entry. */
  quote(nowNs: number, terms: QuoteTerms, entries: readonly QuoteEntry[]): QuoteAnswer[] {
    this.#stamp(nowNs, 0);
    const from = this.#events.count;
    const answers = this.desk.quotes.quote(terms, entries);
    this.follow(nowNs, WHOLE_VENUE, from);
    return answers;
  }

  /** Pulls the quotes of an account in an instrument, or in all for WHOLE_VENUE. */
  cancelQuotes(nowNs: number, accountId: number, instrument: number): void {
    this.#stamp(nowNs, Math.max(instrument, 0));
    const from = this.#events.count;
    this.desk.quotes.cancel(accountId, instrument);
    this.follow(nowNs, instrument, from);
  }

  protect(accountId: number, limits: ProtectionLimits | null, instrument: number): void {
    this.desk.quotes.setProtection(accountId, limits, instrument);
  }

  /** Says that an entry of a mass quote is refused, in the instrument that the events are stamped with. */
  refuseQuote(accountId: number, { bidTicks, bidLots, askTicks, askLots }: QuoteEntry, code: number): void {
    const head = EV_QUOTE_REFUSED | (code << HEAD_CODE_SHIFT);
    this.#events.emit(head, 0, bidTicks, bidLots, askTicks, accountId, askLots, 0);
  }

  resetProtection(accountId: number): void {
    this.desk.quotes.resetProtection(accountId);
  }

  /** The quote that pegs follow where their rules say 'given'. */
  giveQuote(nowNs: number, instrument: number, bidTicks: number, askTicks: number): void {
    this.#stamp(nowNs, instrument);
    this.desk.orders[instrument]?.giveQuote(bidTicks, askTicks);
    this.follow(nowNs, instrument, this.#events.count);
  }

  /** The price that trailing stops follow whose terms say 'given'. */
  givePrice(nowNs: number, instrument: number, priceTicks: number): void {
    this.#stamp(nowNs, instrument);
    this.desk.orders[instrument]?.givePrice(priceTicks);
    this.follow(nowNs, instrument, this.#events.count);
  }

  // Looking.

  /** Instrument of an order that is looked after, by the id that its owner knows; -1 if it is none. */
  instrumentOf(orderId: number): number {
    return this.desk.orders.findIndex((orders) => orders.size > 0 && orders.find(orderId) !== null);
  }

  /** The id by which its owner knows an order of a book, also if that ended in the last command; 0: it is no managed one's. */
  originOf(instrument: number, bookOrderId: number): number {
    return this.desk.orders[instrument]?.originOf(bookOrderId) ?? 0;
  }

  /** Open lots of what an order of a book stands for: of a managed order all that its owner has, else `leavesLots`. */
  leavesOf(instrument: number, bookOrderId: number, leavesLots: number): number {
    const originId = this.originOf(instrument, bookOrderId);
    return originId === 0
      ? leavesLots
      : (this.desk.orders[instrument]!.find(originId)?.openLots ?? leavesLots);
  }

  writeState(writer: BinaryWriter): void {
    this.desk.writeState(writer);
  }

  readState(reader: BinaryReader): void {
    this.desk.readState(reader);
  }

  #stamp(nowNs: number, instrument: number): void {
    this.#events.timeNs = nowNs;
    this.#events.instrument = instrument;
  }

  /** The next id of the venue; that of a carrier is told. The instrument of the events is that of the order. */
  #issue(originId: number): number {
    const orderId = this.#host.issueOrderId();
    const view = originId === 0 ? null : (this.desk.orders[this.#events.instrument]?.find(originId) ?? null);
    if (view !== null) {
      const head = EV_CARRIED | (view.side << HEAD_SIDE_SHIFT);
      this.#events.emit(head, orderId, 0, 0, 0, view.accountId, originId, 0);
    }
    return orderId;
  }

  /** The next id of the venue, for a quote: that is told. */
  #issueQuote(accountId: number, side: Side): number {
    const orderId = this.#host.issueOrderId();
    this.#events.emit(EV_QUOTED | (side << HEAD_SIDE_SHIFT), orderId, 0, 0, 0, accountId, 0, 0);
    return orderId;
  }

  /** 0, or why the venue takes none of the orders before it looks at their kinds. */
  #checkEntries(nowNs: number, instrument: number, entries: readonly ManagedEntry[]): number {
    const listing = this.#host.listings[instrument]!;
    for (const { ticket, expireTimeNs = 0 } of entries) {
      if (ticket.timeInForce === GTD && !(expireTimeNs > nowNs)) return REJECT_EXPIRE_TIME_PAST;
      // What waits outside cannot take part in an auction, and an auction's orders wait for nothing else.
      if (ticket.auctionTerm !== 0) return REJECT_TERMS_CONFLICT;
      if (listing === null) continue;
      const instruction = instructionOfTicket(ticket);
      if (listing.session.answerTo(instruction) === ENTER) continue;
      const facts = {
        side: ticket.side,
        imbalanceSide: listing.desk.imbalanceSide,
        isErrorCorrection: false,
      };
      const code = listing.session.check(instruction, facts);
      if (code !== 0) return code;
    }
    return 0;
  }

  #change(
    nowNs: number,
    orderId: number,
    accountId: number,
    change: 'cancel' | 'replace',
    ask: (orders: ManagedOrders, view: ManagedView) => number,
  ): boolean {
    const index = this.instrumentOf(orderId);
    if (index < 0) return false;
    this.#stamp(nowNs, index);
    const from = this.#events.count;
    const orders = this.desk.orders[index]!;
    const view = orders.find(orderId)!;
    const session = this.#host.listings[index]?.session;
    const code = session?.check(changeInstruction(change, view.timeInForce, 0)) || ask(orders, view);
    if (code > 0) refuseChange(this.#events, change, orderId, accountId, code);
    // What the venue has said itself is no news to the desk.
    this.follow(nowNs, index, code === ANSWERED_BY_BOOK ? from : this.#events.count);
    return true;
  }

  #sayAccepted(ticket: OrderTicket): void {
    const { side, flags, orderId, priceTicks, qtyLots, accountId } = ticket;
    const hidden = (flags & FLAG_HIDDEN) === 0 ? 0 : HEAD_FLAG_HIDDEN;
    const head = EV_ACCEPTED | (side << HEAD_SIDE_SHIFT) | hidden;
    this.#events.emit(head, orderId, priceTicks, qtyLots, qtyLots, accountId, 0, 0);
  }

  #sayCanceled(view: ManagedView, lots: number, reason: number): void {
    this.#sayGone(EV_CANCELED | (reason << HEAD_CODE_SHIFT), this.#events.instrument, view, lots);
  }

  #sayGone(head: number, instrument: number, view: ManagedView, lots: number): void {
    this.#events.instrument = instrument;
    const { side, orderId, priceTicks, accountId } = view;
    this.#events.emit(head | (side << HEAD_SIDE_SHIFT), orderId, priceTicks, lots, 0, accountId, 0, 0);
  }

  /** A change that no book has answered. Of an order that stands in a book nothing has changed there yet, and that is said. */
  #sayReplaced(orders: ManagedOrders, view: ManagedView, lotsBefore: number, ticksBefore: number): void {
    const { side, orderId, accountId, carrierId, openLots, priceTicks } = view;
    const head = EV_REPLACED | (side << HEAD_SIDE_SHIFT);
    if (carrierId !== NO_CARRIER) {
      const ticks = orders.book.order(carrierId)?.priceTicks ?? priceTicks;
      const kept = head | HEAD_FLAG_KEEPS_PRIORITY;
      this.#events.emit(kept, carrierId, ticks, openLots, openLots, accountId, ticks, 0);
    } else if (view.isOver) this.#sayCanceled(view, lotsBefore, CANCEL_REPLACED_BELOW_FILLED);
    else this.#events.emit(head, orderId, priceTicks, openLots, lotsBefore, accountId, ticksBefore, 0);
  }

  #sayEnded(instrument: number, head: number, end: (orders: ManagedOrders) => number[]): void {
    const orders = this.desk.orders[instrument]!;
    if (orders.size === 0) return;
    for (const orderId of end(orders)) {
      const view = orders.find(orderId)!;
      this.#sayGone(head, instrument, view, view.openLots);
    }
  }
}
