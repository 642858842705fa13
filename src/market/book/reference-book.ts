/**
 * The reference order book: docs/matching.md written down as plainly as possible, with objects, arrays and sorts.
 * It is the judge of the fast book and is never made fast itself. Steps of a command: find the first broken rule;
 * answer; change the queues (`reference-side.ts`, `reference-stops.ts`) or match (`reference-match.ts`); release stops.
 */

import { type BinaryReader, type BinaryWriter, invariant } from '../../base/index.ts';
import {
  BUY,
  CANCEL_IOC_REMAINDER,
  CANCEL_MASS,
  CANCEL_NO_LIQUIDITY,
  CANCEL_REPLACED_BELOW_FILLED,
  CANCEL_REQUESTED,
  DAY,
  EV_CANCEL_REJECTED,
  EV_REPLACE_REJECTED,
  type EventBuffer,
  FLAG_POST_ONLY,
  FLAG_POST_ONLY_REJECT,
  LIMIT,
  MARKET,
  MARKET_TO_LIMIT,
  type OrderTicket,
  REJECT_DUPLICATE_ORDER,
  REJECT_NO_OPPOSITE_BEST,
  REJECT_NOT_OWNER,
  REJECT_POST_ONLY_WOULD_TAKE,
  REJECT_PRICE_RANGE,
  REJECT_QTY_RANGE,
  REJECT_STOP_ALREADY_TRIGGERED,
  REJECT_TERMS_CONFLICT,
  REJECT_TOO_LATE,
  REJECT_UNKNOWN_ORDER,
  type ReplaceTicket,
  SELL,
  type Side,
  UNDEF_INT32,
} from '../../domain/index.ts';
import type { BookRules, CrossTradeTerms, LevelView, OrderBook, OrderView, PriceGuard } from './contract.ts';
import { ReferenceBounds } from './reference-bounds.ts';
import {
  checkStopLimit,
  checkTerms,
  isImmediate,
  isPriceInRange,
  isQtyInRange,
  isStop,
  PASSED,
} from './reference-checks.ts';
import { ReferenceCross } from './reference-cross.ts';
import { eventPrice, ReferenceEvents } from './reference-events.ts';
import { ReferenceMatcher } from './reference-match.ts';
import { orderFrom, viewOf } from './reference-order.ts';
import {
  becomeWanted,
  checkReplace,
  keepsPlace,
  peakSize,
  type Wanted,
  wantedBy,
} from './reference-replace.ts';
import { ReferenceSharing } from './reference-sharing.ts';
import {
  levelView,
  lowerMinimum,
  openLots,
  peakOf,
  type ReferenceOrder,
  ReferenceSide,
} from './reference-side.ts';
import { type ReferenceParts, readReferenceState, writeReferenceState } from './reference-state.ts';
import { becomeEntering, becomeProtected, isTriggered, ReferenceStops } from './reference-stops.ts';

/** The obviously right order book: every matching rule as a plain sentence. Complexity: linear in a level's orders. */
export class ReferenceBook implements OrderBook {
  readonly rules: BookRules;
  readonly events: EventBuffer;
  isCollecting = false;
  guard: PriceGuard | null = null;
  readonly #live = new Map<number, ReferenceOrder>();
  readonly #bids: ReferenceSide;
  readonly #asks: ReferenceSide;
  readonly #stops = new ReferenceStops();
  readonly #out: ReferenceEvents;
  readonly #matcher: ReferenceMatcher;
  readonly #sharing: ReferenceSharing;
  readonly #cross: ReferenceCross;
  readonly #bounds: ReferenceBounds;
  #lastOrderId = 0;

  constructor(rules: BookRules, events: EventBuffer) {
    this.rules = rules;
    this.events = events;
    const reserveStandsHidden = rules.icebergRefresh === 'displayThenHiddenTime';
    this.#bids = new ReferenceSide(BUY, reserveStandsHidden);
    this.#asks = new ReferenceSide(SELL, reserveStandsHidden);
    this.#out = new ReferenceEvents(events, rules.publishLevels);
    const sideOf = (side: Side): ReferenceSide => this.#sideOf(side);
    this.#sharing = new ReferenceSharing(rules.allocation, sideOf);
    this.#matcher = new ReferenceMatcher(rules, this.#out, this.#live, this.#sharing);
    this.#bounds = new ReferenceBounds(
      events,
      this.#matcher,
      (order, code) => this.#cancelIncoming(order, code),
      (order) => this.#live.delete(order.orderId),
    );
    this.#cross = new ReferenceCross(this.#out, this.#live, this.#matcher, this.#sharing, sideOf);
  }

  get lastTradeTicks(): number {
    return this.#matcher.lastTradeTicks;
  }

  get liveOrderCount(): number {
    return this.#live.size;
  }

  submit(ticket: OrderTicket): void {
    const code = this.#checkId(ticket) || checkTerms(ticket) || this.#checkAgainstBook(ticket);
    this.#noteId(ticket);
    if (code !== PASSED) {
      this.#out.rejected(ticket, code);
      return;
    }
    const order = orderFrom(ticket);
    this.#live.set(order.orderId, order);
    this.#out.accepted(order, order.priceTicks);
    this.#letIn(order);
  }

  accept(ticket: OrderTicket): boolean {
    const code = this.#checkId(ticket) || checkTerms(ticket);
    this.#noteId(ticket);
    if (code !== PASSED) this.#out.rejected(ticket, code);
    else this.#out.accepted(orderFrom(ticket), ticket.priceTicks);
    return code === PASSED;
  }

  activate(ticket: OrderTicket, filledLots: number): void {
    const order = orderFrom(ticket);
    order.filledLots = filledLots;
    this.#live.set(order.orderId, order);
    if (isPostOnly(order) && this.#checkPostOnly(order, order.priceTicks) !== PASSED) {
      this.#cancelIncoming(order, CANCEL_NO_LIQUIDITY);
    } else {
      this.#letIn(order);
    }
  }

  crossTrade(trade: CrossTradeTerms): void {
    this.#cross.trade(trade);
  }

  endCross(): void {
    this.#cross.end();
    this.#look();
  }

  releaseStops(): void {
    this.#look();
    this.#matcher.beginEvent();
    const last = this.lastTradeTicks;
    if (last === UNDEF_INT32) return;
    this.#releaseAll(this.#stops.takeTriggered(last, last, last));
  }

  #letIn(order: ReferenceOrder): void {
    if (!isStop(order.type)) {
      if (order.type === MARKET) order.priceTicks = 0;
      if (isPostOnly(order)) order.priceTicks = this.#postOnlyTicks(order, order.priceTicks);
      this.#enterWithStops(order);
    } else if (this.#triggersNow(order.side, order.stopPriceTicks)) {
      this.#release(order);
    } else {
      this.#stops.add(order);
    }
  }

  /** Whether a stop enters at once: reached by the last trade, and not while orders are collected. */
  #triggersNow(side: number, stopPriceTicks: number): boolean {
    return !this.isCollecting && isTriggered(side, stopPriceTicks, this.lastTradeTicks);
  }

  place(ticket: OrderTicket): void {
    let code = this.#checkId(ticket) || checkTerms(ticket);
    if (code === PASSED && (ticket.type !== LIMIT || isImmediate(ticket))) code = REJECT_TERMS_CONFLICT;
    this.#noteId(ticket);
    if (code !== PASSED) {
      this.#out.rejected(ticket, code);
      return;
    }
    const order = orderFrom(ticket);
    this.#live.set(order.orderId, order);
    this.#out.accepted(order, order.priceTicks);
    this.#rest(order, false);
  }

  cancel(orderId: number, accountId: number, reason: number = CANCEL_REQUESTED): void {
    const order = this.#ownLive({ orderId, accountId }, EV_CANCEL_REJECTED);
    if (order) this.#cancelLive(order, reason);
  }

  reduce(orderId: number, accountId: number, qtyLots: number): void {
    const order = this.#ownLive({ orderId, accountId }, EV_CANCEL_REJECTED);
    if (!order) return;
    if (qtyLots < 1) {
      this.#out.changeRejected(EV_CANCEL_REJECTED, { orderId, accountId }, REJECT_QTY_RANGE);
      return;
    }
    if (qtyLots >= openLots(order)) {
      this.#cancelLive(order, CANCEL_REQUESTED);
      return;
    }
    const shownBefore = order.shownLots;
    const target = openLots(order) - qtyLots;
    const shown = Math.min(order.shownLots, target);
    this.#setQuantities(order, shown, target - shown);
    this.#out.reduced(order, qtyLots);
    if (order.shownLots !== shownBefore) this.#publishLevel(order.side, order.priceTicks);
  }

  replace(ticket: ReplaceTicket): void {
    const order = this.#ownLive(ticket, EV_REPLACE_REJECTED);
    if (!order) return;
    const wanted = wantedBy(this.rules, ticket, order);
    const code = checkReplace(this.rules, ticket, order, wanted);
    if (code !== PASSED) {
      this.#out.changeRejected(EV_REPLACE_REJECTED, ticket, code);
    } else if (wanted.openLots <= 0) {
      this.#cancelLive(order, CANCEL_REPLACED_BELOW_FILLED);
    } else if (order.stopSequence > 0) {
      this.#replaceStop(ticket, order, wanted);
    } else if (keepsPlace(this.rules, order, wanted)) {
      this.#replaceInPlace(order, wanted);
    } else {
      this.#replaceAndReenter(ticket, order, wanted);
    }
  }

  massCancel(accountId: number, reason: number = CANCEL_MASS): void {
    for (const order of this.#ordersInTurn()) {
      if (accountId === 0 || order.accountId === accountId) this.#cancelLive(order, reason);
    }
  }

  expire(orderId: number): void {
    const order = this.#live.get(orderId);
    if (order) this.#expireLive(order);
  }

  expireDay(): void {
    for (const order of this.#ordersInTurn()) if (order.timeInForce === DAY) this.#expireLive(order);
  }

  bestTicks(side: Side): number {
    return this.#sideOf(side).bestDisplayedTicks();
  }

  depth(side: Side, levelsMax: number): LevelView[] {
    const displayed = this.#sideOf(side).levels.filter((level) => level.displayed.length > 0);
    return displayed.slice(0, levelsMax).map(levelView);
  }

  has(orderId: number): boolean {
    return this.#live.has(orderId);
  }

  order(orderId: number): OrderView | null {
    const order = this.#live.get(orderId);
    return order ? viewOf(order) : null;
  }

  forEachOrder(visit: (order: OrderView) => void): void {
    for (const order of this.#ordersInTurn()) visit(viewOf(order));
  }

  validate(): void {
    this.#bids.validate(this.#live);
    this.#asks.validate(this.#live);
    // While orders are collected, stops wait that an earlier trade has reached.
    this.#stops.validate(this.#live, this.isCollecting ? UNDEF_INT32 : this.lastTradeTicks);
    const orders = this.#ordersInTurn();
    invariant(orders.length === this.#live.size, 'every live order stands in the book or waits');
    invariant(new Set(orders).size === orders.length, 'an order stands in one place');
    for (const order of orders) {
      invariant(isQtyInRange(openLots(order)), 'an open quantity is within its range');
      invariant(order.orderId <= this.#lastOrderId, 'no id is above the last one seen');
    }
  }

  writeState(writer: BinaryWriter): void {
    writer.int32(this.#lastOrderId);
    writeReferenceState(writer, this.#parts());
    this.#sharing.state?.writeState(writer);
  }

  readState(reader: BinaryReader): void {
    this.#lastOrderId = reader.int32();
    readReferenceState(reader, this.#parts());
    this.#sharing.state?.readState(reader);
  }

  // Entering.

  /** The match event of one order, then those of the stops that it triggers, one after another. */
  #enterWithStops(order: ReferenceOrder): void {
    this.#enter(order);
    this.#releaseAll(this.#takeTriggered());
  }

  #releaseAll(released: ReferenceOrder[]): void {
    for (let next = released.shift(); next; next = released.shift()) {
      this.#out.triggered(next);
      becomeEntering(next, this.rules.protectionTicks);
      this.#enter(next);
      released.push(...this.#takeTriggered());
    }
  }

  #takeTriggered(): ReferenceOrder[] {
    const { highTicks, lowTicks, lastTradeTicks } = this.#matcher;
    return this.#stops.takeTriggered(highTicks, lowTicks, lastTradeTicks);
  }

  /** A stop that the last trade has triggered already enters at once. */
  #release(stop: ReferenceOrder): void {
    this.#out.triggered(stop);
    becomeEntering(stop, this.rules.protectionTicks);
    this.#enterWithStops(stop);
  }

  #enter(order: ReferenceOrder): void {
    this.#look();
    this.#matchAndRest(order);
    this.#look();
  }

  #look(): void {
    if (!this.isCollecting) this.#sharing.look();
  }

  #matchAndRest(order: ReferenceOrder): void {
    const opposite = this.#oppositeOf(order.side);
    this.#matcher.beginEvent();
    const best = opposite.levels[0];
    const { protectionTicks } = this.rules;
    if (order.type === MARKET_TO_LIMIT) order.priceTicks = best!.priceTicks;
    if (order.type === MARKET && protectionTicks !== null && best)
      becomeProtected(order, best.priceTicks, protectionTicks);
    const wasStopped =
      this.isCollecting || (!isPostOnly(order) && this.#bounds.match(order, opposite, this.guard));
    if (this.guard !== null && openLots(order) > 0) {
      if (this.#bounds.leave(order, this.guard, wasStopped)) return;
    }
    if (openLots(order) === 0) this.#live.delete(order.orderId);
    else if (order.type === MARKET) this.#cancelIncoming(order, CANCEL_NO_LIQUIDITY);
    else if (isImmediate(order)) this.#cancelIncoming(order, CANCEL_IOC_REMAINDER);
    else this.#rest(order, !this.isCollecting);
  }

  #cancelIncoming(order: ReferenceOrder, code: number): void {
    this.#out.canceled(order, code);
    order.reserveLots = 0;
    this.#live.delete(order.orderId);
  }

  /** `isContinuous`: it has been through the match, so that it may become TOP. */
  #rest(order: ReferenceOrder, isContinuous: boolean): void {
    order.type = LIMIT;
    if (order.isProtected) order.minQtyLots = 0;
    order.isProtected = false;
    order.isTriggered = false;
    lowerMinimum(order);
    const open = openLots(order);
    order.shownLots = peakOf(order, open);
    order.reserveLots = open - order.shownLots;
    const side = this.#sideOf(order.side);
    const bestBefore = side.bestDisplayedTicks();
    side.append(order);
    this.#sharing.rested(order, bestBefore, isContinuous);
    this.#look();
    this.#out.rested(order);
    if (order.shownLots > 0) this.#publishLevel(order.side, order.priceTicks);
  }

  // Checks that need the book.

  #checkId(ticket: OrderTicket): number {
    return ticket.orderId > this.#lastOrderId ? PASSED : REJECT_DUPLICATE_ORDER;
  }

  /** An id counts as seen even if its order is rejected. */
  #noteId(ticket: OrderTicket): void {
    this.#lastOrderId = Math.max(this.#lastOrderId, ticket.orderId);
  }

  /** Checks 8 to 11 of a new order. */
  #checkAgainstBook(ticket: OrderTicket): number {
    if (isStop(ticket.type)) return this.#checkStop(ticket);
    if (ticket.type === MARKET_TO_LIMIT && this.#oppositeOf(ticket.side).levels.length === 0) {
      return REJECT_NO_OPPOSITE_BEST;
    }
    return isPostOnly(ticket) ? this.#checkPostOnly(ticket, ticket.priceTicks) : PASSED;
  }

  #checkStop(stop: {
    readonly side: number;
    readonly type: number;
    readonly priceTicks: number;
    readonly stopPriceTicks: number;
  }): number {
    const code = checkStopLimit(this.rules, stop);
    if (code !== PASSED) return code;
    const refuses = this.rules.stopAlreadyTriggered === 'reject';
    return refuses && isTriggered(stop.side, stop.stopPriceTicks, this.lastTradeTicks)
      ? REJECT_STOP_ALREADY_TRIGGERED
      : PASSED;
  }

  #checkPostOnly(order: { readonly side: Side; readonly flags: number }, priceTicks: number): number {
    if (!this.#wouldTake(order.side, priceTicks)) return PASSED;
    if ((order.flags & FLAG_POST_ONLY_REJECT) !== 0) return REJECT_POST_ONLY_WOULD_TAKE;
    return isPriceInRange(this.#postOnlyTicks(order, priceTicks)) ? PASSED : REJECT_PRICE_RANGE;
  }

  /** Whether a price locks or crosses the displayed opposite best. */
  #wouldTake(side: Side, priceTicks: number): boolean {
    const opposite = this.#oppositeOf(side);
    const best = opposite.bestDisplayedTicks();
    return !this.isCollecting && best !== UNDEF_INT32 && !opposite.isBetter(priceTicks, best);
  }

  /** The price at which a post-only order rests: its own, or one tick away from the displayed opposite best. */
  #postOnlyTicks(order: { readonly side: Side }, priceTicks: number): number {
    if (!this.#wouldTake(order.side, priceTicks)) return priceTicks;
    const best = this.#oppositeOf(order.side).bestDisplayedTicks();
    return order.side === BUY ? best - 1 : best + 1;
  }

  /** The live order of a request, or null after saying why there is none. */
  #ownLive(
    request: { readonly orderId: number; readonly accountId: number },
    kind: typeof EV_CANCEL_REJECTED | typeof EV_REPLACE_REJECTED,
  ): ReferenceOrder | null {
    const { orderId, accountId } = request;
    const order = this.#live.get(orderId);
    if (!order) {
      const isSeen = orderId >= 1 && orderId <= this.#lastOrderId;
      this.#out.changeRejected(kind, request, isSeen ? REJECT_TOO_LATE : REJECT_UNKNOWN_ORDER);
      return null;
    }
    if (accountId !== 0 && accountId !== order.accountId) {
      this.#out.changeRejected(kind, request, REJECT_NOT_OWNER);
      return null;
    }
    return order;
  }

  // Replace.

  #replaceInPlace(order: ReferenceOrder, wanted: Wanted): void {
    const facts = { leavesBefore: openLots(order), priceBefore: order.priceTicks, keepsPriority: true };
    const shownBefore = order.shownLots;
    order.displayQtyLots = wanted.displayQtyLots;
    const shown = Math.min(order.shownLots, peakSize(wanted.displayQtyLots), wanted.openLots);
    this.#setQuantities(order, shown, wanted.openLots - shown);
    this.#out.replaced(order, facts);
    if (order.shownLots !== shownBefore) this.#publishLevel(order.side, order.priceTicks);
  }

  #replaceAndReenter(ticket: ReplaceTicket, order: ReferenceOrder, wanted: Wanted): void {
    if (isPostOnly(order)) {
      const code = this.#checkPostOnly(order, wanted.priceTicks);
      if (code !== PASSED) {
        this.#out.changeRejected(EV_REPLACE_REJECTED, ticket, code);
        return;
      }
    }
    const { priceTicks: priceBefore, shownLots: shownBefore } = order;
    const facts = { leavesBefore: openLots(order), priceBefore, keepsPriority: false };
    this.#removeFromSide(order);
    becomeWanted(order, wanted);
    this.#out.replaced(order, facts);
    if (shownBefore > 0) this.#publishLevel(order.side, priceBefore);
    if (isPostOnly(order)) order.priceTicks = this.#postOnlyTicks(order, order.priceTicks);
    this.#enterWithStops(order);
  }

  #replaceStop(ticket: ReplaceTicket, stop: ReferenceOrder, wanted: Wanted): void {
    const { side, type } = stop;
    const { priceTicks, stopPriceTicks } = wanted;
    const code = this.#checkStop({ side, type, priceTicks, stopPriceTicks });
    if (code !== PASSED) {
      this.#out.changeRejected(EV_REPLACE_REJECTED, ticket, code);
      return;
    }
    const isTriggeredNow = this.#triggersNow(side, stopPriceTicks);
    const keepsTime = stopPriceTicks === stop.stopPriceTicks && wanted.openLots <= openLots(stop);
    const facts = {
      leavesBefore: openLots(stop),
      priceBefore: eventPrice(stop),
      keepsPriority: keepsTime,
    };
    if (!keepsTime) this.#stops.remove(stop);
    becomeWanted(stop, wanted);
    if (!keepsTime && !isTriggeredNow) this.#stops.add(stop);
    this.#out.replaced(stop, facts);
    if (isTriggeredNow) this.#release(stop);
  }

  // Leaving and helpers.

  #cancelLive(order: ReferenceOrder, code: number): void {
    this.#out.canceled(order, code);
    this.#takeOut(order);
  }

  #expireLive(order: ReferenceOrder): void {
    this.#out.expired(order);
    this.#takeOut(order);
  }

  #takeOut(order: ReferenceOrder): void {
    this.#live.delete(order.orderId);
    if (order.stopSequence > 0) {
      this.#stops.remove(order);
      return;
    }
    this.#removeFromSide(order);
    if (order.shownLots > 0) this.#publishLevel(order.side, order.priceTicks);
  }

  #removeFromSide(order: ReferenceOrder): void {
    this.#sideOf(order.side).remove(order);
    this.#sharing.left(order);
    this.#look();
  }

  /** New quantities of an order that keeps its place. */
  #setQuantities(order: ReferenceOrder, shownLots: number, reserveLots: number): void {
    order.shownLots = shownLots;
    order.reserveLots = reserveLots;
    lowerMinimum(order);
    if (order.stopSequence > 0) return;
    const side = this.#sideOf(order.side);
    side.placeReserve(side.openLevel(order.priceTicks), order);
  }

  #publishLevel(side: Side, priceTicks: number): void {
    const level = this.#sideOf(side).levelAt(priceTicks);
    this.#out.level(side, level ? levelView(level) : { priceTicks, displayedLots: 0, orderCount: 0 });
  }

  /** Live orders in canonical order, as a list that stays valid while they go. */
  #ordersInTurn(): ReferenceOrder[] {
    const orders: ReferenceOrder[] = [];
    const collect = (order: ReferenceOrder): void => {
      orders.push(order);
    };
    this.#bids.forEach(collect);
    this.#asks.forEach(collect);
    this.#stops.forEach(collect);
    return orders;
  }

  #sideOf(side: Side): ReferenceSide {
    return side === BUY ? this.#bids : this.#asks;
  }

  #oppositeOf(side: Side): ReferenceSide {
    return side === BUY ? this.#asks : this.#bids;
  }

  #parts(): ReferenceParts {
    const live = this.#live;
    return { live, bids: this.#bids, asks: this.#asks, stops: this.#stops, matcher: this.#matcher };
  }
}

function isPostOnly(order: { readonly flags: number }): boolean {
  return (order.flags & FLAG_POST_ONLY) !== 0;
}
