// hot: bench/book.ts, docs/performance.md
/**
 * The order book on typed arrays. Same rules and same events as `ReferenceBook`, word by word; see docs/matching.md.
 *
 * Orders live in an `OrderPool` (which several books of one venue may share), levels in a `LevelPool`, and four ladders
 * find levels by price: bids, asks, waiting buy stops (lowest first) and waiting sell stops (highest first). Commands
 * arrive here, matching is in `matching/continuous.ts`, stops are in `matching/stops.ts`.
 *
 * Invariants: a level exists iff it has an order; a slot is linked in exactly the queues its terms say; the totals of a
 * level equal the sums over its orders. `validate` checks them.
 */

import type { BinaryReader, BinaryWriter } from '../../base/index.ts';
import type { EventBuffer, OrderTicket, ReplaceTicket, Side } from '../../domain/index.ts';
import * as domain from '../../domain/index.ts';
import { type SharingState, sharingOf } from '../allocation/book-allocation.ts';
import { match } from '../matching/continuous.ts';
import { type CrossedLevels, crossTrade, endCross } from '../matching/cross.ts';
import { fillableLots } from '../matching/fillable.ts';
import { enterGuarded } from '../matching/guarded.ts';
import { protectMarket } from '../matching/protection.ts';
import { reduceOrder } from '../matching/reduce.ts';
import { replaceOrder } from '../matching/replace.ts';
import { matchSharing, noteBest, noteRemoved, noteRested } from '../matching/sharing.ts';
import { enterTriggered, placeStop, releaseTriggeredStops } from '../matching/stops.ts';
import * as bookStore from './book-store.ts';
import { BookStore } from './book-store.ts';
import { checkOrderTerms, isPrice } from './check-order.ts';
import type { BookRules, CrossTradeTerms, LevelView, OrderBook, OrderView, PriceGuard } from './contract.ts';
import { Incoming } from './incoming.ts';
import { allSlots, depthOf, validateBook, viewOf } from './inspect.ts';
import * as levelPool from './level-pool.ts';
import * as orderPool from './order-pool.ts';
import { OrderPool } from './order-pool.ts';
import { restPlainLimit } from './plain-limit.ts';

// V8 folds constants of this module into machine code, but reads imported ones from memory at each use.
const {
  BUY,
  CANCEL_FOK_UNFILLED,
  CANCEL_IOC_REMAINDER,
  CANCEL_MASS,
  CANCEL_MIN_QTY_UNFILLED,
  CANCEL_NO_LIQUIDITY,
  CANCEL_REPLACED_BELOW_FILLED,
  CANCEL_REQUESTED,
  DAY,
  EV_ACCEPTED,
  EV_CANCEL_REJECTED,
  EV_CANCELED,
  EV_EXPIRED,
  EV_LEVEL,
  EV_REJECTED,
  EV_RESTED,
  FLAG_HIDDEN,
  FLAG_POST_ONLY,
  FLAG_POST_ONLY_REJECT,
  FOK,
  HEAD_CODE_SHIFT,
  HEAD_FLAG_HIDDEN,
  HEAD_SIDE_SHIFT,
  IOC,
  LIMIT,
  MARKET,
  MARKET_TO_LIMIT,
  REJECT_DUPLICATE_ORDER,
  REJECT_NO_OPPOSITE_BEST,
  REJECT_NOT_OWNER,
  REJECT_POST_ONLY_WOULD_TAKE,
  REJECT_PRICE_RANGE,
  REJECT_STOP_ALREADY_TRIGGERED,
  REJECT_STOP_LIMIT_BEYOND_STOP,
  REJECT_TERMS_CONFLICT,
  REJECT_TOO_LATE,
  REJECT_UNKNOWN_ORDER,
  STOP,
  STOP_LIMIT,
  UNDEF_INT32,
} = domain;
const { LADDER_ASKS, LADDER_BIDS } = bookStore;
const { L_COUNT, L_HIDDEN_COUNT, L_PRICE, LD_RESERVE, LD_SHOWN, LEVEL_DOUBLES, LEVEL_WORDS } = levelPool;
const { META_TIF_SHIFT, O_ACCOUNT, O_ID, O_LEVEL, O_META, O_RESERVE, O_SHOWN, ORDER_WORDS } = orderPool;

export class FastBook extends BookStore implements OrderBook {
  readonly rules: BookRules;
  readonly events: EventBuffer;
  isCollecting = false;
  guard: PriceGuard | null = null;
  lastTradeTicks: number = UNDEF_INT32;
  tradeCount = 0;
  /** Highest and lowest price of the match event at hand; low > high means that nothing traded. */
  tradeHigh = UNDEF_INT32;
  tradeLow = 0x7fff_ffff;
  /** Icebergs whose peak was eaten in the level at hand, still to be refilled. */
  depletedIcebergs = 0;
  /** Arrival numbers of waiting stops. */
  stopSequence = 0;
  readonly incoming = new Incoming();
  /** Slots of triggered stops that wait for their turn. */
  readonly triggered: number[] = [];
  /** What the trades of the auction at hand changed, until `endCross`. */
  readonly crossed: CrossedLevels = { levels: new Map(), depleted: [] };
  lastOrderId = 0;
  /** How orders share an aggressor, and who has a place of its own; null by time alone. */
  readonly sharing: SharingState | null;
  readonly #ownsPool: boolean;
  readonly #publishesLevels: boolean;

  /** `shared` joins a venue's common order pool; `index` tells the books in it apart. */
  constructor(rules: BookRules, events: EventBuffer, shared?: { pool: OrderPool; index: number }) {
    super(rules.icebergRefresh, shared?.pool ?? new OrderPool(), shared?.index ?? 0);
    this.rules = rules;
    this.events = events;
    this.#publishesLevels = rules.publishLevels;
    this.#ownsPool = shared === undefined;
    this.sharing = sharingOf(rules.allocation);
  }

  submit(ticket: OrderTicket): void {
    if (restPlainLimit(this, ticket)) return;
    const incoming = this.incoming;
    const code = this.#checkNew(ticket);
    if (code !== 0) {
      this.#reject(ticket, code);
      return;
    }
    incoming.load(ticket);
    if ((ticket.flags & FLAG_POST_ONLY) !== 0) {
      const slideCode = this.slidePostOnly(incoming);
      if (slideCode !== 0) {
        this.#reject(ticket, slideCode);
        return;
      }
    }
    this.#sayAccepted(ticket);
    if (ticket.type >= STOP) {
      if (!this.triggersNow(ticket.side, ticket.stopPriceTicks)) {
        placeStop(this, incoming, ticket.stopPriceTicks);
        return;
      }
      enterTriggered(this, ticket.stopPriceTicks);
      return;
    }
    this.#enterWithStops();
  }

  accept(ticket: OrderTicket): boolean {
    const code = ticket.orderId <= this.lastOrderId ? REJECT_DUPLICATE_ORDER : checkOrderTerms(ticket);
    if (code !== 0) this.#reject(ticket, code);
    else this.#sayAccepted(ticket);
    return code === 0;
  }

  activate(ticket: OrderTicket, filledLots: number): void {
    const incoming = this.incoming;
    incoming.load(ticket);
    incoming.filled = filledLots;
    if ((ticket.flags & FLAG_POST_ONLY) !== 0 && this.slidePostOnly(incoming) !== 0) {
      this.cancelIncoming(CANCEL_NO_LIQUIDITY);
      return;
    }
    if (ticket.type < STOP) this.#enterWithStops();
    else if (this.triggersNow(ticket.side, ticket.stopPriceTicks))
      enterTriggered(this, ticket.stopPriceTicks);
    else placeStop(this, incoming, ticket.stopPriceTicks);
  }

  crossTrade(trade: CrossTradeTerms): void {
    crossTrade(this, trade);
  }

  endCross(): void {
    endCross(this);
  }

  releaseStops(): void {
    if (this.sharing !== null) noteBest(this);
    if (this.lastTradeTicks === UNDEF_INT32) return;
    this.tradeHigh = this.lastTradeTicks;
    this.tradeLow = this.lastTradeTicks;
    releaseTriggeredStops(this);
  }

  place(ticket: OrderTicket): void {
    let code = ticket.orderId <= this.lastOrderId ? REJECT_DUPLICATE_ORDER : checkOrderTerms(ticket);
    const mayRest = ticket.timeInForce !== IOC && ticket.timeInForce !== FOK;
    if (code === 0 && (ticket.type !== LIMIT || !mayRest)) code = REJECT_TERMS_CONFLICT;
    if (code !== 0) {
      this.#reject(ticket, code);
      return;
    }
    this.incoming.load(ticket);
    this.#sayAccepted(ticket);
    this.#rest(this.incoming);
    if (this.sharing !== null) noteRested(this, this.incoming, false);
  }

  /** Runs the loaded incoming order through match and rest; the caller has said what it is. */
  enter(): void {
    if (this.sharing === null) {
      this.#matchAndRest();
      return;
    }
    noteBest(this);
    this.#matchAndRest();
    noteBest(this);
  }

  #matchAndRest(): void {
    const incoming = this.incoming;
    this.tradeHigh = UNDEF_INT32;
    this.tradeLow = 0x7fff_ffff;
    const type = incoming.type;
    if (type === MARKET_TO_LIMIT) {
      incoming.price = incoming.side === BUY ? this.asks.bestPrice : this.bids.bestPrice;
    } else if (type === MARKET && this.rules.protectionTicks !== null) {
      protectMarket(this, incoming, this.rules.protectionTicks);
    }
    incoming.openLimit();
    const tif = incoming.timeInForce;
    const isMarket = type === MARKET || type === STOP;
    const guard = this.guard;
    if (guard !== null) {
      enterGuarded(this, incoming, guard, isMarket);
    } else if (this.isCollecting) {
      // Only limit orders come here then: whoever collects keeps the others.
    } else if ((incoming.flags & FLAG_POST_ONLY) === 0 && this.mayMatch(incoming, isMarket)) {
      this.matchIncoming(incoming);
    }
    if (incoming.leaves === 0) return;
    if (isMarket && !incoming.isProtected) this.cancelIncoming(CANCEL_NO_LIQUIDITY);
    else if (tif === IOC || tif === FOK) this.cancelIncoming(CANCEL_IOC_REMAINDER);
    else {
      if (isMarket) incoming.minQty = 0;
      this.#rest(incoming);
      if (this.sharing !== null) noteRested(this, incoming, !this.isCollecting);
    }
  }

  matchIncoming(incoming: Incoming): void {
    if (this.sharing === null) match(this, incoming);
    else matchSharing(this, incoming);
  }

  #enterWithStops(): void {
    this.enter();
    if (this.tradeLow <= this.tradeHigh) releaseTriggeredStops(this);
  }

  #sayAccepted(ticket: OrderTicket): void {
    this.lastOrderId = ticket.orderId;
    this.events.emit(
      EV_ACCEPTED |
        (ticket.side << HEAD_SIDE_SHIFT) |
        ((ticket.flags & FLAG_HIDDEN) !== 0 ? HEAD_FLAG_HIDDEN : 0),
      ticket.orderId,
      ticket.priceTicks,
      ticket.qtyLots,
      ticket.qtyLots,
      ticket.accountId,
      0,
      0,
    );
  }

  cancel(orderId: number, accountId: number, reason: number = CANCEL_REQUESTED): void {
    const slot = this.findForChange(orderId, accountId, EV_CANCEL_REJECTED);
    if (slot !== 0) this.removeWith(EV_CANCELED | (reason << HEAD_CODE_SHIFT), slot);
  }

  reduce(orderId: number, accountId: number, qtyLots: number): void {
    reduceOrder(this, orderId, accountId, qtyLots);
  }

  replace(ticket: ReplaceTicket): void {
    replaceOrder(this, ticket);
  }

  massCancel(accountId: number, reason: number = CANCEL_MASS): void {
    for (const slot of allSlots(this)) {
      if (accountId !== 0 && this.pool.words[slot * ORDER_WORDS + O_ACCOUNT] !== accountId) continue;
      this.removeWith(EV_CANCELED | (reason << HEAD_CODE_SHIFT), slot);
    }
  }

  expire(orderId: number): void {
    const slot = this.pool.find(orderId, this.index);
    if (slot !== 0) this.removeWith(EV_EXPIRED, slot);
  }

  expireDay(): void {
    for (const slot of allSlots(this)) {
      const meta = this.pool.words[slot * ORDER_WORDS + O_META]!;
      if (((meta >> META_TIF_SHIFT) & 7) === DAY) this.removeWith(EV_EXPIRED, slot);
    }
  }

  bestTicks(side: Side): number {
    const ladder = side === BUY ? this.bids : this.asks;
    let level = ladder.best;
    let price = ladder.bestPrice;
    const words = this.levels.words;
    while (level !== 0 && words[level * LEVEL_WORDS + L_COUNT] === 0) {
      level = ladder.worseThan(price);
      price = ladder.foundPrice;
    }
    return level === 0 ? UNDEF_INT32 : price;
  }

  /** Displayed lots at the best displayed price, 0 if there is none. */
  bestLots(side: Side): number {
    const price = this.bestTicks(side);
    if (price === UNDEF_INT32) return 0;
    return this.levels.doubles[
      (side === BUY ? this.bids : this.asks).find(price) * LEVEL_DOUBLES + LD_SHOWN
    ]!;
  }

  depth(side: Side, levelsMax: number): LevelView[] {
    return depthOf(this, side, levelsMax);
  }

  has(orderId: number): boolean {
    return this.pool.find(orderId, this.index) !== 0;
  }

  order(orderId: number): OrderView | null {
    const slot = this.pool.find(orderId, this.index);
    return slot === 0 ? null : viewOf(this, slot);
  }

  forEachOrder(visit: (order: OrderView) => void): void {
    for (const slot of allSlots(this)) visit(viewOf(this, slot));
  }

  validate(): void {
    validateBook(this);
  }

  writeState(writer: BinaryWriter): void {
    writer.section('book');
    if (this.#ownsPool) this.pool.writeState(writer);
    this.levels.writeState(writer);
    writer.int32(this.lastTradeTicks);
    writer.int32(this.liveOrderCount);
    writer.int32(this.tradeCount);
    writer.int32(this.stopSequence);
    writer.int32(this.lastOrderId);
    if (this.sharing !== null) this.sharing.writeState(writer);
  }

  readState(reader: BinaryReader): void {
    reader.section('book');
    if (this.#ownsPool) this.pool.readState(reader);
    this.levels.readState(reader);
    this.lastTradeTicks = reader.int32();
    this.liveOrderCount = reader.int32();
    this.tradeCount = reader.int32();
    this.stopSequence = reader.int32();
    this.lastOrderId = reader.int32();
    if (this.sharing !== null) this.sharing.readState(reader);
    const ladders = [this.bids, this.asks, this.buyStops, this.sellStops];
    for (const ladder of ladders) ladder.clear();
    this.levels.forEach((level, price, ladder) => {
      ladders[ladder - 1]!.insert(price, level);
    });
  }

  // What matching, stops and replace build on. Not part of the contract.

  isStopReached(side: number, stopPrice: number): boolean {
    const last = this.lastTradeTicks;
    if (last === UNDEF_INT32) return false;
    return side === BUY ? last >= stopPrice : last <= stopPrice;
  }

  /** Whether a stop enters at once: reached by the last trade, and not while orders are collected. */
  triggersNow(side: number, stopPrice: number): boolean {
    return !this.isCollecting && this.isStopReached(side, stopPrice);
  }

  /** Post-only: 0 if the order may rest (its price possibly slid), else the reject code. */
  slidePostOnly(incoming: Incoming): number {
    const best = this.bestTicks((incoming.side ^ 1) as Side);
    if (best === UNDEF_INT32 || this.isCollecting) return 0;
    if (incoming.side === BUY ? incoming.price < best : incoming.price > best) return 0;
    if ((incoming.flags & FLAG_POST_ONLY_REJECT) !== 0) return REJECT_POST_ONLY_WOULD_TAKE;
    const slid = incoming.side === BUY ? best - 1 : best + 1;
    if (!isPrice(slid)) return REJECT_PRICE_RANGE;
    incoming.price = slid;
    return 0;
  }

  /** Removes an order with the event that says why (kind and code in `head`), and publishes its level. */
  removeWith(head: number, slot: number): void {
    const words = this.pool.words;
    const at = slot * ORDER_WORDS;
    const level = words[at + O_LEVEL]!;
    const side = words[at + O_META]! & 1;
    const shown = words[at + O_SHOWN]!;
    const price = this.levels.words[level * LEVEL_WORDS + L_PRICE]!;
    this.events.emit(
      head | (side << HEAD_SIDE_SHIFT),
      words[at + O_ID]!,
      price,
      shown + words[at + O_RESERVE]!,
      0,
      words[at + O_ACCOUNT]!,
      0,
      0,
    );
    this.removeSlot(slot, level, side, price, shown > 0);
  }

  /** Unlinks and frees a slot, drops its level if that is empty, and publishes the level if it showed the order. */
  removeSlot(slot: number, level: number, side: number, price: number, wasShown: boolean): void {
    const isStop = this.isWaitingStop(slot);
    this.unlink(slot, level);
    if (this.sharing !== null && !isStop) noteRemoved(this, slot, price);
    this.pool.free(slot);
    this.liveOrderCount--;
    const levelAt = level * LEVEL_WORDS;
    const levelWords = this.levels.words;
    const count = levelWords[levelAt + L_COUNT]!;
    if (wasShown && !isStop) this.publishLevelOf(side, level, price);
    if (count !== 0 || levelWords[levelAt + L_HIDDEN_COUNT] !== 0) return;
    if (isStop) (side === BUY ? this.buyStops : this.sellStops).remove(price);
    else (side === BUY ? this.bids : this.asks).remove(price);
    this.levels.free(level);
  }

  publishLevelOf(side: number, level: number, price: number): void {
    this.publishLevel(
      side,
      price,
      this.levels.doubles[level * LEVEL_DOUBLES + LD_SHOWN]!,
      this.levels.words[level * LEVEL_WORDS + L_COUNT]!,
    );
  }

  publishLevel(side: number, price: number, shown: number, count: number): void {
    if (this.#publishesLevels)
      this.events.emitLevel(EV_LEVEL | (side << HEAD_SIDE_SHIFT), price, shown, count);
  }

  emitCanceled(
    reason: number,
    side: number,
    orderId: number,
    price: number,
    qty: number,
    accountId: number,
  ): void {
    this.events.emit(
      EV_CANCELED | (side << HEAD_SIDE_SHIFT) | (reason << HEAD_CODE_SHIFT),
      orderId,
      price,
      qty,
      0,
      accountId,
      0,
      0,
    );
  }

  rejectChange(kind: number, code: number, orderId: number, accountId: number): void {
    this.events.emit(kind | (code << HEAD_CODE_SHIFT), orderId, 0, 0, 0, accountId, 0, 0);
  }

  /** A replace to at most what is filled ends the order (market-rules §1.13). */
  cancelReplacedBelowFilled(slot: number): void {
    this.removeWith(EV_CANCELED | (CANCEL_REPLACED_BELOW_FILLED << HEAD_CODE_SHIFT), slot);
  }

  /** Slot of an order that its owner may change; else 0, and the refusal is said. */
  findForChange(orderId: number, accountId: number, rejectKind: number): number {
    const slot = this.pool.find(orderId, this.index);
    if (slot === 0) {
      const isKnown = orderId > 0 && orderId <= this.lastOrderId;
      this.rejectChange(rejectKind, isKnown ? REJECT_TOO_LATE : REJECT_UNKNOWN_ORDER, orderId, accountId);
      return 0;
    }
    if (accountId !== 0 && this.pool.words[slot * ORDER_WORDS + O_ACCOUNT] !== accountId) {
      this.rejectChange(rejectKind, REJECT_NOT_OWNER, orderId, accountId);
      return 0;
    }
    return slot;
  }

  /** Checks 1 to 10 of docs/matching.md, in that order; 0 = fine. */
  #checkNew(ticket: OrderTicket): number {
    if (ticket.orderId <= this.lastOrderId) return REJECT_DUPLICATE_ORDER;
    const code = checkOrderTerms(ticket);
    if (code !== 0) return code;
    const type = ticket.type;
    if (type <= MARKET) return 0;
    if (type === MARKET_TO_LIMIT) {
      const opposite = ticket.side === BUY ? this.asks : this.bids;
      return opposite.best === 0 ? REJECT_NO_OPPOSITE_BEST : 0;
    }
    if (type === STOP_LIMIT && this.isBeyondStop(ticket.side, ticket.priceTicks, ticket.stopPriceTicks)) {
      return REJECT_STOP_LIMIT_BEYOND_STOP;
    }
    if (
      this.rules.stopAlreadyTriggered === 'reject' &&
      this.isStopReached(ticket.side, ticket.stopPriceTicks)
    ) {
      return REJECT_STOP_ALREADY_TRIGGERED;
    }
    return 0;
  }

  isBeyondStop(side: number, limit: number, stopPrice: number): boolean {
    if (this.rules.stopLimitBeyondStop === 'allow') return false;
    return side === BUY ? limit < stopPrice : limit > stopPrice;
  }

  #reject(ticket: OrderTicket, code: number): void {
    if (ticket.orderId > this.lastOrderId) this.lastOrderId = ticket.orderId;
    this.events.emit(
      EV_REJECTED | ((ticket.side & 1) << HEAD_SIDE_SHIFT) | (code << HEAD_CODE_SHIFT),
      ticket.orderId,
      ticket.priceTicks,
      ticket.qtyLots,
      0,
      ticket.accountId,
      0,
      0,
    );
  }

  /** Fill-or-kill and minimum quantity: whether the match may begin. Cancels what may neither match nor rest. */
  mayMatch(incoming: Incoming, isMarket: boolean): boolean {
    const isFok = incoming.timeInForce === FOK;
    if (!isFok && incoming.minQty === 0) return true;
    const fillable = fillableLots(this, incoming);
    if (isFok && fillable < incoming.leaves) {
      this.cancelIncoming(CANCEL_FOK_UNFILLED);
      return false;
    }
    if (fillable >= incoming.minQty) return true;
    if (isMarket || isFok || incoming.timeInForce === IOC) this.cancelIncoming(CANCEL_MIN_QTY_UNFILLED);
    return false;
  }

  /** Cancels what is left of the loaded incoming order. */
  cancelIncoming(reason: number): void {
    const incoming = this.incoming;
    this.emitCanceled(
      reason,
      incoming.side,
      incoming.orderId,
      incoming.price,
      incoming.leaves,
      incoming.accountId,
    );
    incoming.leaves = 0;
  }

  /** Puts what is left of the incoming order into the book. */
  #rest(incoming: Incoming): void {
    const { side, price, leaves, peak } = incoming;
    const slot = this.pool.allocate(incoming.orderId);
    const level =
      side === BUY
        ? this.levelAt(this.bids, LADDER_BIDS, price)
        : this.levelAt(this.asks, LADDER_ASKS, price);
    const isHidden = (incoming.flags & FLAG_HIDDEN) !== 0;
    if (incoming.minQty > leaves) incoming.minQty = leaves;
    this.fillSlot(slot, incoming, LIMIT, 0);
    const shown = isHidden ? 0 : peak !== 0 && peak < leaves ? peak : leaves;
    const at = slot * ORDER_WORDS;
    const words = this.pool.words;
    words[at + O_LEVEL] = level;
    words[at + O_SHOWN] = shown;
    words[at + O_RESERVE] = leaves - shown;
    const totals = this.levels.doubles;
    if (shown > 0) {
      this.linkDisplayed(slot, level);
      totals[level * LEVEL_DOUBLES + LD_SHOWN]! += shown;
    }
    if (leaves > shown) {
      if (isHidden || !this.isRoundRobin) this.linkHidden(slot, level);
      totals[level * LEVEL_DOUBLES + LD_RESERVE]! += leaves - shown;
    }
    this.liveOrderCount++;
    this.events.emit(
      EV_RESTED | (side << HEAD_SIDE_SHIFT) | (isHidden ? HEAD_FLAG_HIDDEN : 0),
      incoming.orderId,
      price,
      shown,
      leaves,
      incoming.accountId,
      0,
      0,
    );
    if (shown > 0) this.publishLevelOf(side, level, price);
  }
}
