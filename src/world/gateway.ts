// hot: bench/simulation.ts
/**
 * The way of a command into the venue: packed into a kernel event where the agent sends it, unpacked where it arrives,
 * written to the journal, applied.
 *
 * Payload words of a command: 0 kind, 1 instrument, 2 ref, 3 terms, 4 price, 5 quantity, 6 display, 7 minimum,
 * 8 stop price, 9 self-trade group, 10-11 expiry time (float64). Of an order that the venue looks after besides: its code in
 * word 3 above the terms, 12 its value, 13 the limit offset of a trailing stop.
 */

import * as domain from '../domain/index.ts';
import {
  type AuctionTerm,
  type EventBuffer,
  type ManagedTerms,
  managedCode,
  managedTermsOf,
  managedValue,
  OrderTicket,
  type OrderType,
  ReplaceTicket,
  type RoutingInstruction,
  readFloat64,
  type Side,
  type StpMode,
  type TimeInForce,
  writeFloat64,
} from '../domain/index.ts';
import type { Venue } from '../market/index.ts';
import type { OrderProtection } from './order-protection.ts';
import type { OrderRouter } from './order-router.ts';
import type { OrderTable } from './order-table.ts';
import type { QuoteWatch } from './quote-watch.ts';
import type { Lookout } from './world-parts.ts';

// V8 folds constants of this module into machine code, but reads imported ones from memory at each use.
const {
  CANCEL_MASS,
  CMD_CANCEL,
  CMD_MANAGED,
  CMD_MASS_CANCEL,
  CMD_NEW,
  CMD_NEW_TERMS,
  CMD_REPLACE,
  CMD_ROUTED,
  EV_CANCEL_REJECTED,
  EV_REPLACE_REJECTED,
  HEAD_CODE_SHIFT,
  HEAD_SIDE_SHIFT,
  REJECT_VENUE_DOWN,
  TERMS_AUCTION_SHIFT,
  TERMS_FLAGS_SHIFT,
  TERMS_ROUTING_SHIFT,
  TERMS_STP_SHIFT,
  TERMS_TIF_SHIFT,
  TERMS_TYPE_SHIFT,
  UNDEF_INT32,
} = domain;

/** Above the terms of CMD_NEW (TERMS_ROUTING_SHIFT and three bits): the code of managed terms. */
const MANAGED_SHIFT = 20;
const TERMS_MASK = (1 << MANAGED_SHIFT) - 1;

/** Payload words of a command, with those of an order that the venue looks after. */
export const COMMAND_WORDS = 14;

export class Gateway {
  readonly #venue: Venue;
  readonly #events: EventBuffer;
  readonly #orders: OrderTable;
  readonly #protection: OrderProtection | null;
  readonly #router: OrderRouter | null;
  readonly #watch: QuoteWatch | null;
  readonly #ticket = new OrderTicket();
  readonly #change = new ReplaceTicket();

  constructor(venue: Venue, events: EventBuffer, orders: OrderTable, lookout: Lookout) {
    this.#protection = lookout.protection;
    this.#router = lookout.router;
    this.#watch = lookout.watch;
    this.#venue = venue;
    this.#events = events;
    this.#orders = orders;
  }

  packNew(
    words: Int32Array,
    at: number,
    instrument: number,
    ref: number,
    ticket: OrderTicket,
    expireTimeNs: number,
  ): void {
    words[at] = CMD_NEW;
    words[at + 1] = instrument;
    words[at + 2] = ref;
    words[at + 3] =
      ticket.side |
      (ticket.type << TERMS_TYPE_SHIFT) |
      (ticket.timeInForce << TERMS_TIF_SHIFT) |
      (ticket.flags << TERMS_FLAGS_SHIFT) |
      (ticket.stpMode << TERMS_STP_SHIFT) |
      (ticket.auctionTerm << TERMS_AUCTION_SHIFT) |
      (ticket.routing << TERMS_ROUTING_SHIFT);
    words[at + 4] = ticket.priceTicks;
    words[at + 5] = ticket.qtyLots;
    words[at + 6] = ticket.displayQtyLots;
    words[at + 7] = ticket.minQtyLots;
    words[at + 8] = ticket.stopPriceTicks;
    words[at + 9] = ticket.stpGroup;
    writeFloat64(words, at + 10, expireTimeNs);
  }

  /** `packNew` comes first. */
  packManaged(words: Int32Array, at: number, terms: ManagedTerms): void {
    words[at] = CMD_MANAGED;
    words[at + 3]! |= managedCode(terms) << MANAGED_SHIFT;
    words[at + 12] = managedValue(terms);
    words[at + 13] = terms.kind === 'trailing' ? terms.limitOffsetTicks : 0;
  }

  packCancel(words: Int32Array, at: number, instrument: number, ref: number): void {
    words[at] = CMD_CANCEL;
    words[at + 1] = instrument;
    words[at + 2] = ref;
  }

  packReplace(
    words: Int32Array,
    at: number,
    instrument: number,
    ref: number,
    priceTicks: number,
    qtyLots: number,
  ): void {
    words[at] = CMD_REPLACE;
    words[at + 1] = instrument;
    words[at + 2] = ref;
    words[at + 4] = priceTicks;
    words[at + 5] = qtyLots;
  }

  packMassCancel(words: Int32Array, at: number, instrument: number): void {
    words[at] = CMD_MASS_CANCEL;
    words[at + 1] = instrument;
  }

  /** Applies an arrived command, or refuses it while its sender is cut off. Returns the time at which the order expires, 0 if it does not by itself. */
  apply(nowNs: number, agent: number, words: Int32Array, at: number, isCutOff = false): number {
    const kind = words[at]!;
    this.#events.timeNs = nowNs;
    if (kind === CMD_NEW || kind === CMD_MANAGED || kind === CMD_ROUTED)
      return this.#applyNew(nowNs, agent, words, at, isCutOff);
    if (isCutOff) {
      this.#refuseChange(agent, words, at);
      return 0;
    }
    const account = agent + 1;
    if (kind === CMD_MASS_CANCEL) {
      const instrument = words[at + 1]!;
      this.#events.instrument = Math.max(instrument, 0);
      this.#events.emit(CMD_MASS_CANCEL, 0, 0, instrument < 0 ? 1 : 0, 0, account, 0, 0);
      this.#venue.massCancel(nowNs, instrument, account);
      this.#router?.massCancel(instrument, account, CANCEL_MASS);
      return 0;
    }
    const orderId = this.#orders.idOf(agent, words[at + 2]!);
    this.#events.instrument = this.#instrumentOf(orderId);
    if (kind === CMD_CANCEL) {
      this.#events.emit(CMD_CANCEL, orderId, 0, 0, 0, account, 0, 0);
      if (this.#router?.cancel(nowNs, orderId, account) === true) return 0;
      this.#venue.cancel(nowNs, orderId, account);
      return 0;
    }
    const change = this.#change;
    change.orderId = orderId;
    change.accountId = account;
    change.priceTicks = words[at + 4]!;
    change.qtyLots = words[at + 5]!;
    this.#events.emit(
      CMD_REPLACE,
      orderId,
      change.priceTicks,
      change.qtyLots,
      0,
      account,
      UNDEF_INT32,
      UNDEF_INT32,
    );
    if (this.#router?.replace(nowNs, change) !== true) this.#replace(nowNs, change);
    return 0;
  }

  /** Nobody answers but the gateway: a change to an order is refused, a mass cancel goes unheard. */
  #refuseChange(agent: number, words: Int32Array, at: number): void {
    const kind = words[at]!;
    if (kind === CMD_MASS_CANCEL) return;
    const orderId = this.#orders.idOf(agent, words[at + 2]!);
    this.#events.instrument = this.#instrumentOf(orderId);
    const answer = kind === CMD_CANCEL ? EV_CANCEL_REJECTED : EV_REPLACE_REJECTED;
    this.#events.emit(answer | (REJECT_VENUE_DOWN << HEAD_CODE_SHIFT), orderId, 0, 0, 0, agent + 1, 0, 0);
  }

  #applyNew(nowNs: number, agent: number, words: Int32Array, at: number, isCutOff: boolean): number {
    const ticket = this.#ticket;
    const kind = words[at]!;
    const instrument = words[at + 1]!;
    if (kind === CMD_MANAGED && !isCutOff) this.prepare(nowNs, instrument);
    const orderId = this.#venue.nextOrderId;
    const expireTimeNs = this.takeIn(agent, words, at, orderId, ticket);
    if (kind === CMD_ROUTED) return this.#applyRouted(nowNs, words[at + 2]!, instrument, isCutOff);
    this.#orders.add(orderId, agent, words[at + 2]!);
    if (kind === CMD_MANAGED) return this.#applyManaged(nowNs, words, at, expireTimeNs, isCutOff);
    if (isCutOff) {
      this.#venue.refuse(nowNs, instrument, ticket, REJECT_VENUE_DOWN);
      return 0;
    }
    if (this.#router?.submit(nowNs, agent, instrument, ticket, expireTimeNs) === true) return expireTimeNs;
    const rest = this.#protection?.boundNew(nowNs, instrument, ticket) ?? null;
    this.#venue.submit(nowNs, instrument, ticket, expireTimeNs);
    if (rest !== null) this.#protection!.settle(nowNs, instrument, orderId, ticket.accountId, rest);
    return expireTimeNs;
  }

  /** Before a new order that the venue is to look after gets its id: pegs, that may need ids themselves, know the quote. */
  prepare(nowNs: number, instrument: number): void {
    this.#watch?.prepare(nowNs, instrument);
  }

  /** Reads the new order that starts at word `at` into a ticket and says its command; gives its expiry, ns. */
  takeIn(agent: number, words: Int32Array, at: number, orderId: number, ticket: OrderTicket): number {
    const terms = words[at + 3]! & TERMS_MASK;
    const instrument = words[at + 1]!;
    ticket.accountId = agent + 1;
    ticket.side = (terms & 1) as Side;
    ticket.type = ((terms >> TERMS_TYPE_SHIFT) & 7) as OrderType;
    ticket.timeInForce = ((terms >> TERMS_TIF_SHIFT) & 7) as TimeInForce;
    ticket.flags = (terms >> TERMS_FLAGS_SHIFT) & 7;
    ticket.stpMode = ((terms >> TERMS_STP_SHIFT) & 7) as StpMode;
    ticket.auctionTerm = ((terms >> TERMS_AUCTION_SHIFT) & 15) as AuctionTerm;
    ticket.routing = ((terms >> TERMS_ROUTING_SHIFT) & 7) as RoutingInstruction;
    ticket.priceTicks = words[at + 4]!;
    ticket.qtyLots = words[at + 5]!;
    ticket.displayQtyLots = words[at + 6]!;
    ticket.minQtyLots = words[at + 7]!;
    ticket.stopPriceTicks = words[at + 8]!;
    ticket.stpGroup = words[at + 9]!;
    const expireTimeNs = readFloat64(words, at + 10);
    const events = this.#events;
    events.instrument = instrument;
    events.emit(
      CMD_NEW | (ticket.side << HEAD_SIDE_SHIFT),
      orderId,
      ticket.priceTicks,
      ticket.qtyLots,
      terms,
      ticket.accountId,
      ticket.displayQtyLots,
      ticket.stopPriceTicks,
    );
    if (ticket.minQtyLots !== 0 || ticket.stpGroup !== 0 || expireTimeNs !== 0) {
      events.emit(
        CMD_NEW_TERMS,
        orderId,
        ticket.minQtyLots,
        ticket.stpGroup,
        0,
        0,
        words[at + 11]!,
        words[at + 10]!,
      );
    }
    return expireTimeNs;
  }

  /** Reads what the venue is to do for the order that starts at word `at`, whose ticket is read, and says it. */
  takeInTerms(words: Int32Array, at: number, orderId: number, ticket: OrderTicket): ManagedTerms {
    const code = words[at + 3]! >>> MANAGED_SHIFT;
    const value = words[at + 12]!;
    const limitOffsetTicks = words[at + 13]!;
    const head = CMD_MANAGED | (ticket.side << HEAD_SIDE_SHIFT) | (code << HEAD_CODE_SHIFT);
    this.#events.emit(head, orderId, value, limitOffsetTicks, 0, ticket.accountId, 0, 0);
    return managedTermsOf(code, value, limitOffsetTicks);
  }

  #replace(nowNs: number, change: ReplaceTicket): void {
    const protection = this.#protection;
    // Quotes are not held to those of other venues, as when they come.
    const isHeld = protection !== null && !this.#isQuote(change.orderId);
    const instrument = isHeld ? this.#venue.instrumentOf(change.orderId) : -1;
    const rest = instrument < 0 ? null : protection!.boundReplace(nowNs, instrument, change);
    this.#venue.replace(nowNs, change);
    if (rest !== null) protection!.settle(nowNs, instrument, change.orderId, change.accountId, rest);
  }

  /** Whether an order is a side of a mass quote. */
  #isQuote(orderId: number): boolean {
    return this.#venue.managed?.desk.quotes.isQuote(orderId) === true;
  }

  /** A part of an order of another venue, from its router: the ticket is read, and its command said. */
  #applyRouted(nowNs: number, originId: number, instrument: number, isRefused: boolean): number {
    const ticket = this.#ticket;
    const orderId = this.#venue.nextOrderId;
    const home = this.#router!.instrumentOf(originId);
    this.#events.emit(
      CMD_ROUTED | (ticket.side << HEAD_SIDE_SHIFT),
      orderId,
      0,
      0,
      0,
      ticket.accountId,
      originId,
      home,
    );
    this.#orders.addPart(orderId, originId);
    this.#router!.arrived(orderId, originId);
    if (isRefused) this.#venue.refuse(nowNs, instrument, ticket, REJECT_VENUE_DOWN);
    else this.#venue.submit(nowNs, instrument, ticket);
    return 0;
  }

  /** Of an order that is routed or stands in a book; 0 for others. */
  #instrumentOf(orderId: number): number {
    const routed = this.#router?.instrumentOf(orderId) ?? -1;
    return routed >= 0 ? routed : Math.max(this.#venue.instrumentOf(orderId), 0);
  }

  /** The ticket is read, and its command said. */
  #applyManaged(
    nowNs: number,
    words: Int32Array,
    at: number,
    expireTimeNs: number,
    isCutOff: boolean,
  ): number {
    const ticket = this.#ticket;
    const instrument = words[at + 1]!;
    const terms = this.takeInTerms(words, at, this.#venue.nextOrderId, ticket);
    if (isCutOff) {
      this.#venue.refuse(nowNs, instrument, ticket, REJECT_VENUE_DOWN);
      return 0;
    }
    this.#venue.submitManaged(nowNs, instrument, ticket, terms, expireTimeNs);
    return expireTimeNs;
  }
}
