// hot: bench/simulation.ts
/**
 * The venue as one state machine: a command and the time go in, events come out into a shared buffer. It issues order
 * ids, routes commands to the book of their instrument, and expires orders. It has no clock: whoever drives it says when.
 */

import { type BinaryReader, type BinaryWriter, TimedHeap, TwinError } from '../base/index.ts';
import {
  CANCEL_MASS,
  EV_CANCEL_REJECTED,
  EV_REPLACE_REJECTED,
  type EventBuffer,
  GTD,
  HEAD_CODE_SHIFT,
  type Instrument,
  type OrderTicket,
  REJECT_EXPIRE_TIME_PAST,
  REJECT_TOO_LATE,
  REJECT_UNKNOWN_INSTRUMENT,
  REJECT_UNKNOWN_ORDER,
  type ReplaceTicket,
  UNDEF_INT32,
} from '../domain/index.ts';
import { type BookRules, DEFAULT_BOOK_RULES, type OrderView } from './book/contract.ts';
import { FastBook } from './book/fast-book.ts';
import { O_BOOK, ORDER_WORDS, OrderPool } from './book/order-pool.ts';
import { refuse } from './listing/held-changes.ts';
import { Listing } from './listing/listing.ts';
import type { ListingConfig } from './listing/listing-config.ts';
import { restateOrder, withdrawOrder } from './listing/restate.ts';
import type { OnFill } from './managed/linked-orders.ts';
import type { QuoteAnswer, QuoteEntry, QuoteTerms } from './managed/mass-quotes.ts';
import { type ProtectionLimits, WHOLE_VENUE } from './managed/quote-protection.ts';
import { type ManagedRules, type ManagedTerms, resolveManagedRules } from './managed/terms.ts';
import { type ManagedEntry, VenueManaged } from './managed/venue-managed.ts';
import { HALT_INSTRUMENT, HALT_MARKET } from './session/halts.ts';
import type { InterruptRequest } from './session/session-machine.ts';
import { CONTINUOUS, type SessionState } from './session/states.ts';
import { requireRules, requireSymbols } from './venue-rules.ts';

/** Replaces that have a time of their own between two new orders. */
const REPLACES_PER_ID = 1 << 20;

/** An open order, also one that waits for an auction. */
export interface OpenOrderView
  extends Pick<
    OrderView,
    'orderId' | 'accountId' | 'side' | 'type' | 'priceTicks' | 'stopPriceTicks' | 'filledLots'
  > {
  readonly openLots: number;
  /** The venue looks after it: it stands in the book for another one. */
  readonly isManaged: boolean;
}

export class Venue {
  readonly instruments: readonly Instrument[];
  readonly events: EventBuffer;
  readonly books: readonly FastBook[];
  /** By instrument: its sessions, auctions and breakers; null trades continuously all the time. */
  readonly listings: readonly (Listing | null)[];
  readonly #pool = new OrderPool();
  /** Order ids by expiry time, of orders with time in force GTD; ids whose order is gone are skipped. */
  readonly #expiries = new TimedHeap();
  #lastOrderId = 0;
  /** Replaces since the last new order: they stand between two order ids on the scale of arrivals. */
  #replacesSince = 0;
  /** A listing is due at this time, or later. */
  #nextListingNs = Number.POSITIVE_INFINITY;
  /** By instrument. */
  readonly #managedRules: readonly ManagedRules[];
  /** Null until the first order or quote that is looked after: a venue without any does nothing for them. */
  #managed: VenueManaged | null = null;

  /** `rulesOf` gives the rules of one instrument where they differ from `rules`. Raises MKT_CONFIG. */
  constructor(
    instruments: readonly Instrument[],
    events: EventBuffer,
    rules: Partial<BookRules> = {},
    rulesOf: Readonly<Record<string, Partial<BookRules>>> = {},
    listings: readonly (ListingConfig | null)[] = [],
    managedRulesOf: (instrument: number) => Partial<ManagedRules> = () => ({}),
  ) {
    if (instruments.length === 0) throw new TwinError('MKT_CONFIG', 'a venue lists at least one instrument');
    requireSymbols(instruments, rulesOf);
    for (const some of [rules, ...Object.values(rulesOf)]) requireRules(some);
    this.#managedRules = instruments.map((_, index) => resolveManagedRules(managedRulesOf(index)));
    this.instruments = instruments;
    this.events = events;
    this.books = instruments.map(
      (instrument, index) =>
        new FastBook({ ...DEFAULT_BOOK_RULES, ...rules, ...rulesOf[instrument.symbol] }, events, {
          pool: this.#pool,
          index,
        }),
    );
    this.listings = this.books.map((book, index) => {
      const config = listings[index] ?? null;
      return config === null ? null : new Listing(book, config);
    });
    this.#renewNextListing();
  }

  /** Orders and quotes that the venue looks after; null before the first. */
  get managed(): VenueManaged | null {
    return this.#managed;
  }

  get lastOrderId(): number {
    return this.#lastOrderId;
  }

  get liveOrderCount(): number {
    return this.#pool.liveCount;
  }

  /** Time of the first expiry that waits; Infinity if there is none. */
  get nextExpiryNs(): number {
    return this.#expiries.topTime;
  }

  /** When a session or breaker is due next: never later, sometimes earlier than something happens. */
  get nextListingNs(): number {
    return this.#nextListingNs;
  }

  /** When `advance` is due next: never later, sometimes earlier than something happens. */
  get nextTimeNs(): number {
    return Math.min(this.#expiries.topTime, this.#nextListingNs);
  }

  /** The id that the next `submit` will issue. */
  get nextOrderId(): number {
    return this.#lastOrderId + 1;
  }

  /** Enters a new order under the next id, which it returns. `expireTimeNs` matters for GTD only. */
  submit(nowNs: number, instrument: number, ticket: OrderTicket, expireTimeNs = 0): number {
    const orderId = ++this.#lastOrderId;
    ticket.orderId = orderId;
    this.#stamp(nowNs, instrument);
    const book = this.books[instrument];
    const isGtd = ticket.timeInForce === GTD;
    const code =
      book === undefined
        ? REJECT_UNKNOWN_INSTRUMENT
        : isGtd && !(expireTimeNs > nowNs)
          ? REJECT_EXPIRE_TIME_PAST
          : 0;
    if (code !== 0) {
      refuse(this.events, ticket, code);
      return orderId;
    }
    this.#replacesSince = 0;
    const from = this.events.count;
    const listing = this.listings[instrument]!;
    if (listing === null) book!.submit(ticket);
    else {
      listing.submit(nowNs, ticket, orderId);
      this.#afterListing(nowNs, instrument, listing);
    }
    if (isGtd && (book!.has(orderId) || listing?.held.get(orderId) != null))
      this.#expiries.push(expireTimeNs, orderId, orderId);
    if (this.#managed !== null) this.#managed.follow(nowNs, instrument, from);
    return orderId;
  }

  /** Enters an order that the venue looks after (docs/matching.md, "Managed orders"), as `submit` does another. */
  submitManaged(
    nowNs: number,
    instrument: number,
    ticket: OrderTicket,
    terms: ManagedTerms,
    expireTimeNs = 0,
  ): number {
    const entry = { ticket, terms, expireTimeNs };
    return this.#looksAfter().enter(nowNs, instrument, [entry], (orders) => orders.submit(ticket, terms));
  }

  /** Enters orders of which one cancels the others, all or none, under ids from the returned one on. */
  submitGroup(nowNs: number, instrument: number, members: readonly ManagedEntry[], onFill: OnFill): number {
    return this.#looksAfter().enter(nowNs, instrument, members, (orders) =>
      orders.submitGroup(members, onFill),
    );
  }

  /** Enters an order whose fills bring its exits to life, which cancel each other. The entry has the returned id. */
  submitBracket(
    nowNs: number,
    instrument: number,
    entry: ManagedEntry,
    exits: readonly ManagedEntry[],
    onFill: OnFill,
  ): number {
    return this.#looksAfter().enter(nowNs, instrument, [entry, ...exits], (orders) =>
      orders.submitBracket(entry, exits, onFill),
    );
  }

  /** Brings the quotes of an account to what is asked; one answer per entry. */
  massQuote(nowNs: number, terms: QuoteTerms, entries: readonly QuoteEntry[]): QuoteAnswer[] {
    return this.#looksAfter().quote(nowNs, terms, entries);
  }

  /** Limits at which an account's quotes at the venue of an instrument are pulled, null for none. Raises MKT_CONFIG. */
  protectQuotes(accountId: number, limits: ProtectionLimits | null, instrument = 0): void {
    this.#looksAfter().protect(accountId, limits, instrument);
  }

  /** Refuses an entry of a mass quote unseen. */
  refuseQuote(nowNs: number, accountId: number, entry: QuoteEntry, code: number): void {
    this.#stamp(nowNs, entry.instrument);
    this.#looksAfter().refuseQuote(accountId, entry, code);
  }

  /** The quote that pegs of an instrument follow where their rules say 'given'; UNDEF_INT32 for an empty side. */
  giveQuote(nowNs: number, instrument: number, bidTicks: number, askTicks: number): void {
    this.#looksAfter().giveQuote(nowNs, instrument, bidTicks, askTicks);
  }

  /** Refuses a new order unseen; it uses up the next id, which is returned. */
  refuse(nowNs: number, instrument: number, ticket: OrderTicket, code: number): number {
    ticket.orderId = ++this.#lastOrderId;
    this.#stamp(nowNs, instrument);
    refuse(this.events, ticket, code);
    return ticket.orderId;
  }

  cancel(nowNs: number, orderId: number, accountId: number): void {
    if (this.#managed?.cancel(nowNs, orderId, accountId) === true) return;
    const index = this.#indexOf(nowNs, orderId, accountId, EV_CANCEL_REJECTED);
    if (index < 0) return;
    const from = this.events.count;
    const listing = this.listings[index]!;
    if (listing === null) this.books[index]!.cancel(orderId, accountId);
    else {
      listing.cancel(nowNs, orderId, accountId);
      this.#afterListing(nowNs, index, listing);
    }
    if (this.#managed !== null) this.#managed.follow(nowNs, index, from);
  }

  reduce(nowNs: number, orderId: number, accountId: number, qtyLots: number): void {
    if (this.#managed?.reduce(nowNs, orderId, accountId, qtyLots) === true) return;
    const index = this.#indexOf(nowNs, orderId, accountId, EV_CANCEL_REJECTED);
    if (index < 0) return;
    const from = this.events.count;
    const listing = this.listings[index]!;
    if (listing === null) this.books[index]!.reduce(orderId, accountId, qtyLots);
    else {
      listing.reduce(nowNs, orderId, accountId, qtyLots);
      this.#afterListing(nowNs, index, listing);
    }
    if (this.#managed !== null) this.#managed.follow(nowNs, index, from);
  }

  replace(nowNs: number, ticket: ReplaceTicket): void {
    if (this.#managed?.replace(nowNs, ticket) === true) return;
    const index = this.#indexOf(nowNs, ticket.orderId, ticket.accountId, EV_REPLACE_REJECTED);
    if (index < 0) return;
    const from = this.events.count;
    const listing = this.listings[index]!;
    if (listing === null) this.books[index]!.replace(ticket);
    else {
      listing.replace(nowNs, ticket, this.#lastOrderId + ++this.#replacesSince / REPLACES_PER_ID);
      this.#afterListing(nowNs, index, listing);
    }
    if (this.#managed === null) return;
    this.#managed.desk.quotes.replaced(ticket.orderId);
    this.#managed.follow(nowNs, index, from);
  }

  /** Cancels an account's orders (0 = everybody's) in one instrument, or in all for `instrument` -1. */
  massCancel(nowNs: number, instrument: number, accountId: number, reason = CANCEL_MASS): void {
    const from = this.events.count;
    this.books.forEach((book, index) => {
      if (instrument >= 0 && index !== instrument) return;
      this.#stamp(nowNs, index);
      this.#managed?.massCancelWaiting(index, accountId, reason);
      const listing = this.listings[index]!;
      if (listing === null) book.massCancel(accountId, reason);
      else {
        listing.massCancel(nowNs, accountId, reason);
        this.#afterListing(nowNs, index, listing);
      }
    });
    this.#managed?.follow(nowNs, instrument < 0 ? WHOLE_VENUE : instrument, from);
  }

  /**
   * Does what is due at or before `nowNs`: sessions and breakers of each instrument, then GTD orders that expire. `drawOf` gives the
   * numbers from [0, 1) that decide random ends of an instrument's calls.
   */
  advance(nowNs: number, drawOf: (instrument: number) => number = noDraw): void {
    if (this.#nextListingNs <= nowNs) {
      const from = this.events.count;
      this.listings.forEach((listing, index) => {
        if (listing === null || listing.nextTimeNs > nowNs) return;
        this.#stamp(nowNs, index);
        listing.onTime(nowNs, () => drawOf(index));
        this.#afterListing(nowNs, index, listing);
      });
      this.#managed?.follow(nowNs, WHOLE_VENUE, from);
      this.#renewNextListing();
    }
    this.expireDue(nowNs);
  }

  /** Expires GTD orders due at or before `nowNs`. */
  expireDue(nowNs: number): void {
    while (this.#expiries.topTime <= nowNs) {
      const orderId = this.#expiries.pop();
      if (this.#managed?.expire(nowNs, orderId) === true) continue;
      const index = this.instrumentOf(orderId);
      if (index < 0) continue;
      this.#stamp(nowNs, index);
      const from = this.events.count;
      const listing = this.listings[index]!;
      if (listing === null) this.books[index]!.expire(orderId);
      else listing.expire(nowNs, orderId);
      this.#managed?.follow(nowNs, index, from);
    }
  }

  /** Ends the day where there are no sessions: DAY orders expire in every book. */
  endDay(nowNs: number): void {
    const from = this.events.count;
    this.books.forEach((book, index) => {
      if (this.listings[index] !== null) return;
      this.#stamp(nowNs, index);
      this.#managed?.expireDayWaiting(index);
      book.expireDay();
    });
    this.#managed?.follow(nowNs, WHOLE_VENUE, from);
  }

  /** Halts an instrument, or all of them for -1, until a time (Infinity: until `resume`). Nothing happens without a session. */
  halt(nowNs: number, instrument: number, reason: string, untilNs: number): void {
    const scope = instrument < 0 ? HALT_MARKET : HALT_INSTRUMENT;
    const from = this.events.count;
    this.#forListings(nowNs, instrument, (listing) => listing.halt(nowNs, scope, reason, untilNs));
    this.#managed?.follow(nowNs, instrument < 0 ? WHOLE_VENUE : instrument, from);
  }

  /** Lifts a halt; what follows is the venue's reopening. */
  resume(nowNs: number, instrument: number): void {
    const scope = instrument < 0 ? HALT_MARKET : HALT_INSTRUMENT;
    const from = this.events.count;
    this.#forListings(nowNs, instrument, (listing) => listing.resume(nowNs, scope));
    this.#managed?.follow(nowNs, instrument < 0 ? WHOLE_VENUE : instrument, from);
  }

  /** Interrupts trading as a breaker would, in one instrument or in all for -1. */
  interrupt(nowNs: number, instrument: number, request: InterruptRequest): void {
    const from = this.events.count;
    this.#interrupt(nowNs, instrument, request);
    this.#managed?.follow(nowNs, instrument < 0 ? WHOLE_VENUE : instrument, from);
  }

  /** Keeps the next call of an instrument (-1: of all) open until a time. */
  holdCall(nowNs: number, instrument: number, untilNs: number): void {
    this.#forListings(nowNs, instrument, (listing) => listing.holdCall(untilNs));
  }

  /** Ends a running call or interruption of an instrument (-1: of all) by hand; its rules may prolong it all the same. */
  endCall(nowNs: number, instrument: number): void {
    const from = this.events.count;
    this.#forListings(nowNs, instrument, (listing) => {
      listing.endCall(nowNs);
    });
    this.#managed?.follow(nowNs, instrument < 0 ? WHOLE_VENUE : instrument, from);
  }

  /** Puts an instrument (-1: all) into a product status (market-rules §2.7), where its session takes it. */
  setStatus(nowNs: number, instrument: number, state: SessionState, untilNs: number): void {
    const from = this.events.count;
    this.#forListings(nowNs, instrument, (listing) => {
      listing.setStatus(nowNs, state, untilNs);
    });
    this.#managed?.follow(nowNs, instrument < 0 ? WHOLE_VENUE : instrument, from);
  }

  // What the venue does itself before a day begins, whatever its sessions take (corporate actions).

  /** Open orders of an instrument, in its book and waiting for auctions, in the order of priority. */
  openOrders(instrument: number): OpenOrderView[] {
    const orders: OpenOrderView[] = [];
    this.books[instrument]!.forEachOrder((order) => {
      const isManaged = this.#managed !== null && this.#managed.originOf(instrument, order.orderId) !== 0;
      orders.push({ ...order, openLots: order.shownLots + order.reserveLots, isManaged });
    });
    for (const { ticket, filledLots } of this.listings[instrument]?.held.inTime() ?? [])
      orders.push({ ...ticket, filledLots, openLots: ticket.qtyLots, isManaged: false });
    return orders;
  }

  /** Changes the terms of an open order; its quantity is what is open then. */
  restate(nowNs: number, instrument: number, ticket: ReplaceTicket): void {
    this.#stamp(nowNs, instrument);
    const from = this.events.count;
    const listing = this.listings[instrument]!;
    if (listing === null) this.books[instrument]!.replace(ticket);
    else restateOrder(listing, ticket, this.#lastOrderId + ++this.#replacesSince / REPLACES_PER_ID);
    this.#managed?.follow(nowNs, instrument, from);
  }

  /** Cancels an open order; one that is managed as a whole. */
  withdraw(nowNs: number, instrument: number, orderId: number, reason: number): void {
    this.#stamp(nowNs, instrument);
    const from = this.events.count;
    const listing = this.listings[instrument]!;
    if (listing === null) this.books[instrument]!.cancel(orderId, 0, reason);
    else withdrawOrder(listing, orderId, reason);
    this.#managed?.follow(nowNs, instrument, from);
  }

  /** Tells the last price and the close of the day before in new shares. */
  restatePrices(instrument: number, ticksOf: (ticks: number) => number): void {
    const book = this.books[instrument]!;
    if (book.lastTradeTicks !== UNDEF_INT32) book.lastTradeTicks = ticksOf(book.lastTradeTicks);
    this.listings[instrument]?.desk.restatePrices(ticksOf);
  }

  /** Last price of an instrument: of a trade, or the close before; UNDEF_INT32 where there is none. */
  lastPriceTicks(instrument: number): number {
    const { lastTradeTicks } = this.books[instrument]!;
    if (lastTradeTicks !== UNDEF_INT32) return lastTradeTicks;
    return this.listings[instrument]?.previousCloseTicks ?? UNDEF_INT32;
  }

  /** State of the session of an instrument; CONTINUOUS where there are no sessions. */
  stateOf(instrument: number): SessionState {
    return this.listings[instrument]?.session.state ?? CONTINUOUS;
  }

  /** Index of the instrument of a live order, -1 if it is not live. */
  instrumentOf(orderId: number): number {
    const slot = orderId > 0 && orderId < this.#pool.slotOf.length ? this.#pool.slotOf[orderId]! : 0;
    return slot !== 0 ? this.#pool.words[slot * ORDER_WORDS + O_BOOK]! : this.#instrumentOutside(orderId);
  }

  /** Instrument of an order that lives outside of the books, -1 if there is none. Apart: a closure costs its function at each call. */
  #instrumentOutside(orderId: number): number {
    const held = this.listings.findIndex((listing) => listing !== null && listing.held.get(orderId) !== null);
    return held >= 0 || this.#managed === null ? held : this.#managed.instrumentOf(orderId);
  }

  writeState(writer: BinaryWriter): void {
    writer.section('venue');
    writer.int32(this.#lastOrderId);
    this.#pool.writeState(writer);
    this.#expiries.writeState(writer);
    writer.int32(this.#replacesSince);
    for (const book of this.books) book.writeState(writer);
    for (const listing of this.listings) listing?.writeState(writer);
    writer.uint8(this.#managed === null ? 0 : 1);
    this.#managed?.writeState(writer);
  }

  readState(reader: BinaryReader): void {
    reader.section('venue');
    this.#lastOrderId = reader.int32();
    this.#pool.readState(reader);
    this.#expiries.readState(reader);
    this.#replacesSince = reader.int32();
    for (const book of this.books) book.readState(reader);
    for (const listing of this.listings) listing?.readState(reader);
    if (reader.uint8() === 1) this.#looksAfter().readState(reader);
    else this.#managed = null;
    this.#renewNextListing();
  }

  #stamp(nowNs: number, instrument: number): void {
    this.events.timeNs = nowNs;
    this.events.instrument = instrument;
  }

  /** Instrument of a live order; else -1, and the refusal is said. */
  #indexOf(nowNs: number, orderId: number, accountId: number, rejectKind: number): number {
    const index = this.instrumentOf(orderId);
    this.#stamp(nowNs, Math.max(index, 0));
    if (index >= 0) return index;
    const code = orderId > 0 && orderId <= this.#lastOrderId ? REJECT_TOO_LATE : REJECT_UNKNOWN_ORDER;
    this.events.emit(rejectKind | (code << HEAD_CODE_SHIFT), orderId, 0, 0, 0, accountId, 0, 0);
    return -1;
  }

  /** Without what follows for managed orders: the command at hand is followed as a whole. */
  #interrupt(nowNs: number, instrument: number, request: InterruptRequest): void {
    this.#forListings(nowNs, instrument, (listing) => {
      listing.interrupt(nowNs, request);
    });
  }

  #looksAfter(): VenueManaged {
    const venueNames = [...new Set(this.instruments.map(({ venue }) => venue))];
    this.#managed ??= new VenueManaged({
      books: this.books,
      listings: this.listings,
      events: this.events,
      rulesOf: (instrument) => this.#managedRules[instrument]!,
      venueOf: (instrument) => Math.max(venueNames.indexOf(this.instruments[instrument]?.venue), 0),
      issueOrderId: () => {
        this.#replacesSince = 0;
        return ++this.#lastOrderId;
      },
      nextArrival: () => this.#lastOrderId + ++this.#replacesSince / REPLACES_PER_ID,
      noteExpiry: (timeNs, orderId) => this.#expiries.push(timeNs, orderId, orderId),
      afterListing: (nowNs, instrument, listing) => this.#afterListing(nowNs, instrument, listing),
    });
    return this.#managed;
  }

  #forListings(nowNs: number, instrument: number, act: (listing: Listing) => void): void {
    this.listings.forEach((listing, index) => {
      if (listing === null || (instrument >= 0 && index !== instrument)) return;
      this.#stamp(nowNs, index);
      act(listing);
      this.#afterListing(nowNs, index, listing);
    });
  }

  /** Notes when a listing is due next, and passes on what its breakers ask of others. */
  #afterListing(nowNs: number, instrument: number, listing: Listing): void {
    if (listing.nextTimeNs < this.#nextListingNs) this.#nextListingNs = listing.nextTimeNs;
    const { wideRequests } = listing;
    if (wideRequests.length === 0) return;
    for (let request = wideRequests.shift(); request !== undefined; request = wideRequests.shift()) {
      this.#interruptWide(nowNs, listing, request);
      this.#stamp(nowNs, instrument);
    }
  }

  /** The group of a listing, where it has one and the breaker asks for no more; else the whole venue. */
  #interruptWide(nowNs: number, { config: { breakerGroup } }: Listing, request: InterruptRequest): void {
    if (request.scope !== 'group' || breakerGroup === undefined) {
      this.#interrupt(nowNs, -1, request);
      return;
    }
    this.listings.forEach((other, index) => {
      if (other?.config.breakerGroup === breakerGroup) this.#interrupt(nowNs, index, request);
    });
  }

  #renewNextListing(): void {
    let next = Number.POSITIVE_INFINITY;
    for (const listing of this.listings)
      if (listing !== null && listing.nextTimeNs < next) next = listing.nextTimeNs;
    this.#nextListingNs = next;
  }
}

/** For venues whose calls have no random ends. */
function noDraw(): number {
  return 0;
}
