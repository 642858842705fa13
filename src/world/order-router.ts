/**
 * The routers of venues (market-rules §1.19, instruction "route"): what an order's own book does not give up to the best
 * protected quote elsewhere goes there, as an immediate intermarket sweep; what returns is handled anew.
 *
 *   order ─► own book up to the best quote elsewhere ─► that quote's displayed lots leave for it ─► own book up to the next
 *     ▲                                                        │                                      quote ─► ... ─► it rests
 *     └── unfilled lots ◄── link delay ◄── that venue ◄── link delay
 *
 * The id that the owner knows passes the book once, as an immediate order; what stands in the book later are orders with ids of
 * their own, told by `carried`, and parts at other venues are orders there, told by `cmdRouted`. All of them are the owner's:
 * his are their fills, fees and positions. He hears of fills elsewhere when his venue does. Lots that are away cannot be
 * changed: a cancel ends them when they return, a replace is refused.
 *
 * While a part is away its quote counts as taken for this order, and after it returned until the consolidated feed has shown
 * what it did; a venue that refused a part is not asked again.
 */

import { type BinaryReader, type BinaryWriter, invariant } from '../base/index.ts';
import {
  BUY,
  CANCEL_IOC_REMAINDER,
  CANCEL_REPLACED_BELOW_FILLED,
  CANCEL_REQUESTED,
  CANCEL_RETURN_REFUSED,
  CANCEL_ROUTED,
  CMD_ROUTED,
  DAY,
  EV_CANCEL_REJECTED,
  EV_CANCELED,
  EV_CARRIED,
  EV_EXPIRED,
  EV_REDUCED,
  EV_REJECTED,
  EV_REPLACE_REJECTED,
  EV_REPLACED,
  EV_RETURNED,
  EV_ROUTED,
  EV_TRADE,
  type EventBuffer,
  FLAG_HIDDEN,
  FLAG_POST_ONLY,
  FOK,
  GTD,
  HEAD_CODE_SHIFT,
  HEAD_SIDE_SHIFT,
  IOC,
  LIMIT,
  MARKET,
  OrderTicket,
  PRICE_TICKS_MAX,
  PRICE_TICKS_MIN,
  QTY_LOTS_MAX,
  RECORD_WORDS,
  REJECT_PRICE_RANGE,
  REJECT_QTY_RANGE,
  REJECT_ROUTED_AWAY,
  RETURN_FILLED,
  RETURN_UNFILLED,
  type ReplaceTicket,
  ROUTING_ROUTE,
  ROUTING_SLIDE,
  ROUTING_SWEEP,
  ROUTING_VENUE,
  UNDEF_INT32,
  WORD_ORDER,
  WORD_PRICE,
  WORD_QTY,
} from '../domain/index.ts';
import type { Venue } from '../market/index.ts';
import type { Kernel } from '../sim/index.ts';
import { KIND_COMMAND, KIND_RETURN, PRIORITY_COMMAND } from './kinds.ts';
import type { LockedQuote, OrderProtection } from './order-protection.ts';
import { HEARD_FILLED, HEARD_LAST, HEARD_REFUSED, RoutedBook, type RoutedListeners } from './routed-book.ts';
import { RoutedOrder } from './routed-order.ts';
import type { RouterSpec } from './spec.ts';
import type { VenueMap } from './venue-map.ts';

const KIND_MASK = 255;

export interface RouterParts {
  readonly kernel: Kernel;
  readonly venue: Venue;
  readonly venues: VenueMap;
  readonly events: EventBuffer;
  readonly protection: OrderProtection;
  /** By venue; null routes nothing. */
  readonly specs: readonly (RouterSpec | null)[];
  /** Delay of the feed by which venues see each other, ns. */
  readonly consolidatedDelayNs: number;
}

/** What the router needs of those that need it. */
export interface RouterLinks {
  /** Packs an order into the payload of a command. */
  readonly pack: (
    words: Int32Array,
    at: number,
    instrument: number,
    ref: number,
    ticket: OrderTicket,
    expireTimeNs: number,
  ) => void;
  readonly tell: RoutedListeners['tell'];
}

export class OrderRouter {
  readonly #parts: RouterParts;
  #links!: RouterLinks;
  /** What its orders have open; settlement has it told. */
  readonly book: RoutedBook;
  readonly #ticket = new OrderTicket();

  constructor(parts: RouterParts) {
    this.#parts = parts;
    this.book = new RoutedBook(parts.events);
  }

  connect(links: RouterLinks): void {
    this.#links = links;
    this.book.connect({ tell: links.tell, report: (...news) => this.#sendHome(...news) });
  }

  /** Lots of all orders that are at other venues, or on the way. */
  get awayLots(): number {
    let lots = 0;
    for (const order of this.book.open) lots += order.awayLots;
    return lots;
  }

  /** Instrument of an order that its owner may change here, -1 for others. */
  instrumentOf(orderId: number): number {
    return this.book.find(orderId)?.terms.instrument ?? -1;
  }

  // Commands of owners.

  /** Takes a new order whose command is said; false: its venue does not route it, or it locks nothing elsewhere. */
  submit(
    nowNs: number,
    agent: number,
    instrument: number,
    ticket: OrderTicket,
    expireTimeNs: number,
  ): boolean {
    if (!this.#mayRoute(nowNs, instrument, ticket, expireTimeNs)) return false;
    const { side, type, timeInForce, flags, displayQtyLots, stpGroup, stpMode } = ticket;
    const isMarket = type === MARKET;
    const priceTicks = isMarket ? (side === BUY ? PRICE_TICKS_MAX : PRICE_TICKS_MIN) : ticket.priceTicks;
    const { venue, protection } = this.#parts;
    if (protection.lockedBy(nowNs, instrument, side, priceTicks).length === 0) return false;
    const order = new RoutedOrder(
      {
        orderId: venue.nextOrderId,
        agent,
        instrument,
        side,
        isMarket,
        timeInForce,
        expireTimeNs,
        flags,
        displayQtyLots,
        stpGroup,
        stpMode,
      },
      priceTicks,
      ticket.qtyLots,
    );
    this.book.add(order);
    ticket.type = LIMIT;
    ticket.timeInForce = IOC;
    ticket.displayQtyLots = 0;
    this.#work(nowNs, order, ticket.qtyLots, ticket);
    return true;
  }

  /** Cancels what is at home, and what is away when it returns; false: the order is not routed. */
  cancel(nowNs: number, orderId: number, accountId: number): boolean {
    const order = this.book.find(orderId);
    if (order === undefined) return false;
    for (const homeId of [...order.homeIds]) {
      const from = this.#parts.events.count;
      this.#parts.venue.cancel(nowNs, homeId, accountId);
      this.book.bookOwn(from);
    }
    // A session that takes no cancels keeps what is away, too.
    if (order.homeIds.length === 0) order.endHead = EV_CANCELED | (CANCEL_REQUESTED << HEAD_CODE_SHIFT);
    return true;
  }

  /** Replaces what is open, which loses its place and is handled anew; false: the order is not routed. */
  replace(nowNs: number, change: ReplaceTicket): boolean {
    const order = this.book.find(change.orderId);
    if (order === undefined) return false;
    const { events, venue } = this.#parts;
    const { instrument, side, orderId } = order.terms;
    events.timeNs = nowNs;
    events.instrument = instrument;
    const code = refusalOf(order, change);
    if (code !== 0) {
      const head = EV_REPLACE_REJECTED | (code << HEAD_CODE_SHIFT);
      events.emit(head, orderId, 0, 0, 0, change.accountId, 0, 0);
      return true;
    }
    if (!this.#takeOut(nowNs, order, change.accountId)) return true;
    const counted = venue.books[instrument]!.rules.replaceQty === 'total' ? order.filledLots : 0;
    const lots = change.qtyLots === UNDEF_INT32 ? order.openLots : change.qtyLots - counted;
    if (lots <= 0) {
      this.#end(order, order.openLots, EV_CANCELED | (CANCEL_REPLACED_BELOW_FILLED << HEAD_CODE_SHIFT));
      return true;
    }
    const ticksBefore = order.priceTicks;
    if (change.priceTicks !== UNDEF_INT32) order.priceTicks = change.priceTicks;
    const head = EV_REPLACED | (side << HEAD_SIDE_SHIFT);
    events.emit(head, orderId, order.priceTicks, lots, order.openLots, change.accountId, ticksBefore, 0);
    order.openLots = lots;
    this.book.skipOwn();
    this.#work(nowNs, order, lots, null);
    return true;
  }

  /** With a mass cancel of the books: what an account (0: anybody) has away in an instrument (-1: in all) ends when it returns. */
  massCancel(instrument: number, accountId: number, reason: number): void {
    for (const order of this.book.open) {
      const { terms, awayLots } = order;
      if (awayLots === 0 || (instrument >= 0 && terms.instrument !== instrument)) continue;
      if (accountId !== 0 && terms.agent + 1 !== accountId) continue;
      order.endHead = EV_CANCELED | (reason << HEAD_CODE_SHIFT);
    }
  }

  /** Where there are no sessions: DAY orders that are away expire when they return. */
  endDay(): void {
    for (const order of this.book.open) {
      if (order.terms.timeInForce === DAY && order.awayLots > 0) order.endHead = EV_EXPIRED;
    }
  }

  // Parts at other venues.

  /** A part has arrived at another venue and gets this id there, before it is entered. */
  arrived(orderId: number, originId: number): void {
    const order = this.book.find(originId);
    invariant(order !== undefined, 'an order is open while parts of it are away');
    this.book.addPart(orderId, order, true);
  }

  /** A message from another venue is here. Payload: as `#sendHome` packs it. */
  onReturn(nowNs: number, words: Int32Array, at: number): void {
    const [originId, away, awayId] = [words[at]!, words[at + 1]!, words[at + 2]!];
    const [priceTicks, lots, heard] = [words[at + 3]!, words[at + 4]!, words[at + 5]!];
    const order = this.book.find(originId);
    invariant(order !== undefined && order.awayLots >= lots, 'lots that return were away');
    const { events, consolidatedDelayNs } = this.#parts;
    const { instrument, side, agent } = order.terms;
    const isFilled = (heard & HEARD_FILLED) !== 0;
    order.awayLots -= lots;
    if (isFilled) {
      order.openLots -= lots;
      order.filledLots += lots;
      order.toldLots -= lots;
    }
    if ((heard & HEARD_LAST) !== 0) {
      const tradedNs = nowNs - this.#delayNs(instrument, away);
      const untilNs =
        (heard & HEARD_REFUSED) !== 0 ? Number.POSITIVE_INFINITY : tradedNs + consolidatedDelayNs;
      order.sweptUntilNs.set(away, untilNs);
    }
    events.timeNs = nowNs;
    events.instrument = instrument;
    const code = isFilled ? RETURN_FILLED : RETURN_UNFILLED;
    const head = EV_RETURNED | (side << HEAD_SIDE_SHIFT) | (code << HEAD_CODE_SHIFT);
    events.emit(head, originId, priceTicks, lots, order.openLots, agent + 1, away, awayId);
    if (!isFilled) this.#takeBack(nowNs, order, lots);
    else {
      const trade = EV_TRADE | (side << HEAD_SIDE_SHIFT);
      this.#links.tell(originId, instrument, trade, away, priceTicks, lots, order.openLots);
      if (order.openLots === 0) this.book.forget(originId);
    }
    if ((heard & HEARD_LAST) !== 0) this.#goOn(nowNs, order);
  }

  writeState(writer: BinaryWriter): void {
    this.book.writeState(writer);
  }

  readState(reader: BinaryReader): void {
    this.book.readState(reader);
  }

  /** Throws BrokenInvariant when lots were made or lost. For tests, between commands, where all orders stand in books. */
  validate(): void {
    this.book.validate(this.#parts.venue.books);
  }

  #mayRoute(nowNs: number, instrument: number, ticket: OrderTicket, expireTimeNs: number): boolean {
    const { specs, venues } = this.#parts;
    const spec = specs[venues.venueOf[instrument] ?? 0] ?? null;
    const { routing, type, timeInForce, flags, qtyLots, displayQtyLots, priceTicks } = ticket;
    if (spec === null || venues.venueOf[instrument] === undefined) return false;
    if (routing !== ROUTING_ROUTE && (routing !== ROUTING_VENUE || spec.orders !== 'all')) return false;
    if (ticket.auctionTerm !== 0 || ticket.minQtyLots !== 0 || (flags & FLAG_POST_ONLY) !== 0) return false;
    if ((type !== LIMIT && type !== MARKET) || timeInForce === FOK) return false;
    // What breaks a rule is left to the book, which says so.
    if (timeInForce === GTD && !(expireTimeNs > nowNs)) return false;
    if (qtyLots < 1 || displayQtyLots < 0 || displayQtyLots > qtyLots) return false;
    if (displayQtyLots > 0 && (flags & FLAG_HIDDEN) !== 0) return false;
    return type === MARKET || (priceTicks >= PRICE_TICKS_MIN && priceTicks <= PRICE_TICKS_MAX);
  }

  /** Trades, sends away and rests `lots` of an order; `ticket` is its own one, which passes the book first. */
  #work(nowNs: number, order: RoutedOrder, lots: number, ticket: OrderTicket | null): void {
    let left = lots;
    let own = ticket;
    for (;;) {
      const quotes = this.#quotesFor(nowNs, order);
      const boundTicks = bestOf(order, quotes);
      if (boundTicks === null) break;
      left = this.#pass(nowNs, order, left, boundTicks, own);
      own = null;
      for (const quote of quotes) {
        if (left > 0 && quote.priceTicks === boundTicks) left -= this.#sendAway(nowNs, order, quote, left);
      }
      if (left === 0) return;
    }
    this.#rest(nowNs, order, left);
  }

  /** Quotes elsewhere that an order would lock or cross and has not just taken. */
  #quotesFor(nowNs: number, order: RoutedOrder): LockedQuote[] {
    if (order.legsLeft === 0) return [];
    const { instrument, side } = order.terms;
    return this.#parts.protection
      .lockedBy(nowNs, instrument, side, order.priceTicks)
      .filter((quote) => nowNs >= (order.sweptUntilNs.get(quote.instrument) ?? Number.NEGATIVE_INFINITY));
  }

  /** Trades at home up to a bound, and gives what is left, which is out of the book again. */
  #pass(
    nowNs: number,
    order: RoutedOrder,
    lots: number,
    boundTicks: number,
    own: OrderTicket | null,
  ): number {
    const ticket = own ?? this.#ticketOf(order, lots);
    ticket.priceTicks = boundTicks;
    ticket.type = LIMIT;
    ticket.timeInForce = IOC;
    const orderId = this.#parts.venue.nextOrderId;
    return this.#enter(nowNs, order, ticket, { orderId, expireTimeNs: 0, isPassing: true });
  }

  /** Lets the book have what is left, as the owner asked. */
  #rest(nowNs: number, order: RoutedOrder, lots: number): void {
    const { timeInForce, isMarket, displayQtyLots, expireTimeNs, instrument, agent } = order.terms;
    const { protection } = this.#parts;
    const ticket = this.#ticketOf(order, lots);
    ticket.priceTicks = order.priceTicks;
    ticket.type = isMarket ? MARKET : LIMIT;
    ticket.timeInForce = timeInForce;
    ticket.displayQtyLots = Math.min(displayQtyLots, lots);
    ticket.routing = ROUTING_SLIDE;
    // An order that may be sent no further respects the quotes that it cannot take.
    const rest = order.legsLeft === 0 ? protection.boundNew(nowNs, instrument, ticket) : null;
    const orderId = this.#parts.venue.nextOrderId;
    this.#enter(nowNs, order, ticket, { orderId, expireTimeNs, isPassing: false });
    if (rest === null) return;
    const from = this.#parts.events.count;
    protection.settle(nowNs, instrument, orderId, agent + 1, rest);
    this.book.bookOwn(from);
  }

  /** Enters a part of an order into the home book; gives the lots that one which only passes did not find. */
  #enter(
    nowNs: number,
    order: RoutedOrder,
    ticket: OrderTicket,
    how: { readonly orderId: number; readonly expireTimeNs: number; readonly isPassing: boolean },
  ): number {
    const { venue, events } = this.#parts;
    const { instrument, side, orderId: originId, agent } = order.terms;
    const { orderId, expireTimeNs, isPassing } = how;
    events.timeNs = nowNs;
    events.instrument = instrument;
    if (orderId !== originId)
      events.emit(EV_CARRIED | (side << HEAD_SIDE_SHIFT), orderId, 0, 0, 0, agent + 1, originId, 0);
    this.book.addPart(orderId, order, false);
    const from = events.count;
    venue.submit(nowNs, instrument, ticket, expireTimeNs);
    return this.#bookEntry(order, from, orderId, isPassing);
  }

  /** Takes all of an order out of the home book; false: the session lets nothing be changed, and the owner is told. */
  #takeOut(nowNs: number, order: RoutedOrder, accountId: number): boolean {
    const { venue, events } = this.#parts;
    for (const homeId of [...order.homeIds]) {
      const from = events.count;
      venue.cancel(nowNs, homeId, accountId);
      const { words } = events;
      for (let at = from * RECORD_WORDS; at < events.count * RECORD_WORDS; at += RECORD_WORDS) {
        if (words[at + WORD_ORDER] !== homeId) continue;
        const kind = words[at]! & KIND_MASK;
        if (kind === EV_CANCELED) words[at] = withCode(words[at]!, CANCEL_ROUTED);
        else if (kind === EV_CANCEL_REJECTED) {
          words[at] = (words[at]! & ~KIND_MASK) | EV_REPLACE_REJECTED;
          return false;
        }
      }
      this.book.bookOwn(from);
    }
    return true;
  }

  /** Sends lots of an order to a quote elsewhere; gives how many. */
  #sendAway(nowNs: number, order: RoutedOrder, quote: LockedQuote, left: number): number {
    const { kernel, events } = this.#parts;
    const { instrument, side, orderId, agent } = order.terms;
    const lots = Math.min(left, quote.lots);
    order.awayLots += lots;
    order.legsLeft--;
    order.sweptUntilNs.set(quote.instrument, Number.POSITIVE_INFINITY);
    events.timeNs = nowNs;
    events.instrument = instrument;
    const head = EV_ROUTED | (side << HEAD_SIDE_SHIFT);
    events.emit(head, orderId, quote.priceTicks, lots, order.openLots, agent + 1, quote.instrument, 0);
    this.book.skipOwn();
    const ticket = this.#ticket.reset();
    ticket.side = side;
    ticket.type = LIMIT;
    ticket.timeInForce = IOC;
    ticket.priceTicks = quote.priceTicks;
    ticket.qtyLots = lots;
    ticket.routing = ROUTING_SWEEP;
    const arrivalNs = nowNs + this.#delayNs(instrument, quote.instrument);
    const at = kernel.schedule(arrivalNs, PRIORITY_COMMAND, KIND_COMMAND, agent);
    this.#links.pack(kernel.words, at, quote.instrument, orderId, ticket, 0);
    kernel.words[at] = CMD_ROUTED;
    return lots;
  }

  /** Sends word of a part to the venue of its order: 0 its order, 1 instrument, 2 its id there, 3 price, 4 lots, 5 what happened. */
  #sendHome(order: RoutedOrder, words: Int32Array, from: number, awayId: number, heard: number): void {
    const { kernel } = this.#parts;
    const { instrument, orderId, agent } = order.terms;
    const away = words[from + 1]!;
    const [priceTicks, lots] = [words[from + WORD_PRICE]!, words[from + WORD_QTY]!];
    const arrivalNs = kernel.nowNs + this.#delayNs(instrument, away);
    const at = kernel.schedule(arrivalNs, PRIORITY_COMMAND, KIND_RETURN, agent);
    const to = kernel.words;
    to[at] = orderId;
    to[at + 1] = away;
    to[at + 2] = awayId;
    to[at + 3] = priceTicks;
    to[at + 4] = lots;
    to[at + 5] = heard;
  }

  /** Lots that come back unfilled: they end, or go on. */
  #takeBack(nowNs: number, order: RoutedOrder, lots: number): void {
    const { timeInForce, expireTimeNs, isMarket } = order.terms;
    if (order.endHead !== 0) this.#end(order, lots, order.endHead);
    else if (timeInForce === GTD && expireTimeNs <= nowNs) this.#end(order, lots, EV_EXPIRED);
    else if (timeInForce === IOC && !isMarket)
      this.#end(order, lots, EV_CANCELED | (CANCEL_IOC_REMAINDER << HEAD_CODE_SHIFT));
    else this.#work(nowNs, order, lots, null);
  }

  /** A venue whose best quote was taken may show its next one, which what stands at home would lock: that goes there, too. */
  #goOn(nowNs: number, order: RoutedOrder): void {
    if (order.homeIds.length === 0 || this.#quotesFor(nowNs, order).length === 0) return;
    if (!this.#takeOut(nowNs, order, order.terms.agent + 1)) return;
    this.#work(nowNs, order, order.openLots - order.awayLots, null);
  }

  /** Ends lots that stand in no book. */
  #end(order: RoutedOrder, lots: number, head: number): void {
    const { events } = this.#parts;
    const { orderId, instrument, side, agent } = order.terms;
    this.book.close(order, lots);
    events.instrument = instrument;
    const kind = order.openLots === 0 ? head : EV_REDUCED;
    events.emit(
      kind | (side << HEAD_SIDE_SHIFT),
      orderId,
      order.priceTicks,
      lots,
      order.openLots,
      agent + 1,
      0,
      0,
    );
    this.book.skipOwn();
  }

  /**
   * Takes in what the entry of a part under `orderId` said, whose records begin at `from`. Gives the lots that it did not find, if
   * it was to pass the book only; what the book refuses ends.
   */
  #bookEntry(order: RoutedOrder, from: number, orderId: number, isPassing: boolean): number {
    const { words, count } = this.#parts.events;
    let left = 0;
    let refused = 0;
    for (let at = from * RECORD_WORDS; at < count * RECORD_WORDS; at += RECORD_WORDS) {
      if (words[at + WORD_ORDER] !== orderId) continue;
      const head = words[at]!;
      const kind = head & KIND_MASK;
      if (kind === EV_REJECTED && orderId !== order.terms.orderId) refused = words[at + WORD_QTY]!;
      if (!isPassing || kind !== EV_CANCELED || head >>> HEAD_CODE_SHIFT !== CANCEL_IOC_REMAINDER) continue;
      words[at] = withCode(head, CANCEL_ROUTED);
      left = words[at + WORD_QTY]!;
    }
    this.book.bookOwn(from);
    if (refused > 0) this.#end(order, refused, EV_CANCELED | (CANCEL_RETURN_REFUSED << HEAD_CODE_SHIFT));
    return left;
  }

  /** The reused ticket with what all home orders of a routed one have in common. */
  #ticketOf({ terms }: RoutedOrder, lots: number): OrderTicket {
    const ticket = this.#ticket.reset();
    ticket.accountId = terms.agent + 1;
    ticket.side = terms.side;
    ticket.flags = terms.flags;
    ticket.stpGroup = terms.stpGroup;
    ticket.stpMode = terms.stpMode;
    ticket.qtyLots = lots;
    return ticket;
  }

  #delayNs(home: number, away: number): number {
    const { specs, venues } = this.#parts;
    return specs[venues.venueOf[home]!]!.delaysNs[venues.venueOf[away]!]!;
  }
}

/** A reject code for a change of a routed order, 0 if it may be. */
function refusalOf({ awayLots }: RoutedOrder, { priceTicks, qtyLots }: ReplaceTicket): number {
  if (awayLots > 0) return REJECT_ROUTED_AWAY;
  if (qtyLots !== UNDEF_INT32 && (qtyLots < 1 || qtyLots > QTY_LOTS_MAX)) return REJECT_QTY_RANGE;
  const isPrice =
    priceTicks === UNDEF_INT32 || (priceTicks >= PRICE_TICKS_MIN && priceTicks <= PRICE_TICKS_MAX);
  return isPrice ? 0 : REJECT_PRICE_RANGE;
}

/** The best price among quotes of the side that an order takes; null: there are none. */
function bestOf({ terms }: RoutedOrder, quotes: readonly LockedQuote[]): number | null {
  if (quotes.length === 0) return null;
  const prices = quotes.map(({ priceTicks }) => priceTicks);
  return terms.side === BUY ? Math.min(...prices) : Math.max(...prices);
}

function withCode(head: number, code: number): number {
  return (head & ((1 << HEAD_CODE_SHIFT) - 1)) | (code << HEAD_CODE_SHIFT);
}
