/**
 * The queues of one instrument as the event records tell them, without a matching engine: who stands at each price, and in
 * which order. Orders keep turns, numbers that grow, instead of links: an order stands ahead of another of its queue iff its
 * turn is lower.
 *
 * ```
 *   price 100   displayed   A turn 3 · I turn 7 · B turn 8        peaks and plain orders
 *               hidden      H turn 5 · I turn 6                   hidden orders; with 'displayThenHiddenTime' reserves too
 * ```
 *
 * Each LEVEL record must agree with the displayed totals, so a journal that this reads to its end is consistent.
 */

import { TwinError } from '../../base/index.ts';
import {
  BUY,
  CMD_NEW_TERMS,
  DOUBLE_TIME,
  EV_ACCEPTED,
  EV_CANCELED,
  EV_EXPIRED,
  EV_LEVEL,
  EV_REDUCED,
  EV_REFRESHED,
  EV_REPLACED,
  EV_RESTATED,
  EV_RESTED,
  EV_TRADE,
  EV_TRIGGERED,
  HEAD_FLAG_AUCTION,
  HEAD_FLAG_HIDDEN,
  HEAD_FLAG_KEEPS_PRIORITY,
  HEAD_FLAG_MAKER_HIDDEN,
  HEAD_SIDE_SHIFT,
  RECORD_WORDS,
  SELL,
  type Side,
  WORD_LEAVES,
  WORD_ORDER,
  WORD_OTHER,
  WORD_OTHER_LEAVES,
  WORD_PRICE,
  WORD_QTY,
} from '../../domain/index.ts';
import type { JournalBatch } from '../journal-reader.ts';
import type { MoveKind } from './explanation.ts';
import { type QueueOrder, QueueSide } from './queue-order.ts';

/** Sees every order directly before and after each of its changes. */
export interface QueueWatch {
  before(order: QueueOrder): void;
  after(order: QueueOrder, kind: MoveKind): void;
}

/** A replace in place, whose displayed part is told by the LEVEL record behind it, if there is one. */
interface PendingReplace {
  readonly order: QueueOrder;
  readonly leaves: number;
  readonly record: number;
  readonly timeNs: number;
}

/** Words of the record at hand. */
interface Words {
  readonly head: number;
  readonly orderId: number;
  readonly price: number;
  readonly qty: number;
  readonly leaves: number;
  readonly other: number;
  readonly otherLeaves: number;
}

const HAS_NO_TERMS = { orderId: 0, minQtyLots: 0, stpGroup: 0 };

export class QueueBook {
  readonly bids = new QueueSide(BUY);
  readonly asks = new QueueSide(SELL);
  readonly orders = new Map<number, QueueOrder>();
  /** The order that entered the match last. */
  enteringId = 0;
  /** Where in the journal the change at hand is said. */
  record = 0;
  timeNs = 0;
  readonly #isRoundRobin: boolean;
  readonly #watch: QueueWatch;
  #turns = 0;
  /** Terms that an order brings beyond its acceptance. */
  #terms = HAS_NO_TERMS;
  #pending: PendingReplace | null = null;

  constructor(isRoundRobin: boolean, watch: QueueWatch) {
    this.#isRoundRobin = isRoundRobin;
    this.#watch = watch;
  }

  sideOf(side: Side): QueueSide {
    return side === BUY ? this.bids : this.asks;
  }

  /** Takes record `r` of the batch, which is of this instrument. `index` is its place in the journal. Raises RUNS_DAMAGED. */
  take(batch: JournalBatch, r: number, index: number): void {
    const { words, doubles } = batch;
    const at = r * RECORD_WORDS;
    const head = words[at]!;
    const said: Words = {
      head,
      orderId: words[at + WORD_ORDER]!,
      price: words[at + WORD_PRICE]!,
      qty: words[at + WORD_QTY]!,
      leaves: words[at + WORD_LEAVES]!,
      other: words[at + WORD_OTHER]!,
      otherLeaves: words[at + WORD_OTHER_LEAVES]!,
    };
    if ((head & 0xff) === EV_LEVEL) {
      this.#level(said, doubles[(at + WORD_QTY) >> 1]!, index);
      return;
    }
    this.settle();
    this.record = index;
    this.timeNs = doubles[(at >> 1) + DOUBLE_TIME]!;
    this.#apply(said);
  }

  /** A replace in place waits for the next record; behind the last one of a command nothing can follow. */
  settle(): void {
    if (this.#pending !== null) this.#settleReplace(null);
  }

  #apply(said: Words): void {
    const { head, orderId, qty, leaves } = said;
    switch (head & 0xff) {
      case CMD_NEW_TERMS:
        this.#terms = { orderId, minQtyLots: said.price, stpGroup: qty };
        return;
      case EV_ACCEPTED:
        this.#accept(said);
        return;
      case EV_RESTED:
        this.#rest(this.#known(orderId), said.price, qty, leaves);
        return;
      case EV_REFRESHED:
        this.#refresh(this.#known(orderId), qty, leaves);
        return;
      case EV_TRADE:
        this.#trade(said);
        return;
      case EV_REDUCED:
        this.#reduce(this.#known(orderId), qty, 'reduce');
        return;
      case EV_RESTATED:
        this.#reduce(this.#known(orderId), qty, 'selfTrade');
        return;
      case EV_CANCELED:
        this.#leave(this.#known(orderId), 'cancel');
        this.orders.delete(orderId);
        return;
      case EV_EXPIRED:
        this.#leave(this.#known(orderId), 'expiry');
        this.orders.delete(orderId);
        return;
      case EV_TRIGGERED:
        this.enteringId = orderId;
        return;
      case EV_REPLACED:
        this.#replace(this.#known(orderId), (head & HEAD_FLAG_KEEPS_PRIORITY) !== 0, said);
    }
  }

  #accept({ head, orderId, price, leaves, other }: Words): void {
    const { minQtyLots, stpGroup } = this.#terms.orderId === orderId ? this.#terms : HAS_NO_TERMS;
    this.orders.set(orderId, {
      orderId,
      side: ((head >> HEAD_SIDE_SHIFT) & 1) as Side,
      accountId: other,
      stpGroup,
      isHidden: (head & HEAD_FLAG_HIDDEN) !== 0,
      priceTicks: price,
      shownLots: 0,
      reserveLots: leaves,
      minQtyLots,
      isQueued: false,
      displayedTurn: 0,
      hiddenTurn: 0,
    });
    this.enteringId = orderId;
  }

  #rest(order: QueueOrder, price: number, shown: number, leaves: number): void {
    this.#watch.before(order);
    order.priceTicks = price;
    order.isQueued = true;
    this.sideOf(order.side).add(order);
    this.#show(order, shown, leaves - shown);
    this.#watch.after(order, 'arrival');
  }

  #refresh(order: QueueOrder, shown: number, leaves: number): void {
    this.#watch.before(order);
    this.#show(order, shown, leaves - shown);
    this.#watch.after(order, 'refresh');
  }

  /** Gives an order new quantities, what it shows at the back of the displayed queue. */
  #show(order: QueueOrder, shown: number, reserve: number): void {
    const { totals } = this.sideOf(order.side);
    if (order.shownLots > 0) totals.add(order.priceTicks, -order.shownLots, -1);
    if (shown > 0) totals.add(order.priceTicks, shown, 1);
    order.shownLots = shown;
    order.displayedTurn = shown > 0 ? ++this.#turns : 0;
    order.reserveLots = reserve;
    this.#placeReserve(order);
  }

  /** A reserve that is new stands at the tail of the hidden queue, one that is gone leaves it. */
  #placeReserve(order: QueueOrder): void {
    const belongs = order.isQueued && order.reserveLots > 0 && (order.isHidden || !this.#isRoundRobin);
    if (!belongs) order.hiddenTurn = 0;
    else if (order.hiddenTurn === 0) order.hiddenTurn = ++this.#turns;
    lowerMinimum(order);
  }

  /** Order ids of 0 are recorded trades whose orders nobody names. */
  #trade({ head, orderId, qty, leaves, other, otherLeaves }: Words): void {
    const isAuction = (head & HEAD_FLAG_AUCTION) !== 0;
    const maker = other === 0 ? undefined : this.#known(other);
    const taker = orderId === 0 ? undefined : this.#known(orderId);
    if (maker !== undefined) {
      const isHidden = (head & HEAD_FLAG_MAKER_HIDDEN) !== 0;
      // In an auction both orders were there before, and what they show goes first.
      const fromShown = isAuction ? Math.min(qty, maker.shownLots) : isHidden ? 0 : qty;
      this.#fill(maker, fromShown, otherLeaves);
    }
    if (taker !== undefined) this.#fill(taker, Math.min(qty, taker.shownLots), leaves);
  }

  #fill(order: QueueOrder, fromShown: number, leaves: number): void {
    this.#take(order, fromShown, leaves - (order.shownLots - fromShown), 'trade');
    if (leaves === 0) this.orders.delete(order.orderId);
  }

  /** The venue takes what is not displayed first. */
  #reduce(order: QueueOrder, qty: number, kind: MoveKind): void {
    const reserve = Math.max(0, order.reserveLots - qty);
    this.#take(order, qty - (order.reserveLots - reserve), reserve, kind);
  }

  /** Takes `shown` lots off what an order shows and leaves it `reserve`. */
  #take(order: QueueOrder, shown: number, reserve: number, kind: MoveKind): void {
    if (shown > order.shownLots || reserve < 0) {
      throw this.#inconsistent('no more is taken than an order has', { orderId: order.orderId });
    }
    this.#watch.before(order);
    order.shownLots -= shown;
    order.reserveLots = reserve;
    if (shown > 0) {
      const isGone = order.shownLots === 0;
      this.sideOf(order.side).totals.add(order.priceTicks, -shown, isGone ? -1 : 0);
      if (isGone) order.displayedTurn = 0;
    }
    this.#placeReserve(order);
    if (order.isQueued && order.shownLots + reserve === 0) this.#unqueue(order);
    this.#watch.after(order, kind);
  }

  #leave(order: QueueOrder, kind: MoveKind): void {
    this.#watch.before(order);
    if (order.isQueued) this.#unqueue(order);
    this.#watch.after(order, kind);
  }

  #unqueue(order: QueueOrder): void {
    const side = this.sideOf(order.side);
    if (order.shownLots > 0) side.totals.add(order.priceTicks, -order.shownLots, -1);
    side.remove(order);
    order.shownLots = 0;
    order.reserveLots = 0;
    order.isQueued = false;
    order.displayedTurn = 0;
    order.hiddenTurn = 0;
  }

  #replace(order: QueueOrder, keepsPlace: boolean, { price, qty }: Words): void {
    if (!order.isQueued) {
      order.reserveLots = qty;
      lowerMinimum(order);
      return;
    }
    if (keepsPlace) {
      this.#pending = { order, leaves: qty, record: this.record, timeNs: this.timeNs };
      return;
    }
    this.#leave(order, 'replace');
    order.priceTicks = price;
    order.reserveLots = qty;
    lowerMinimum(order);
    this.enteringId = order.orderId;
  }

  /** `levelLots` is the new total of its level, null when what it shows did not change. */
  #settleReplace(levelLots: number | null): void {
    const { order, leaves, record, timeNs } = this.#pending!;
    this.#pending = null;
    this.record = record;
    this.timeNs = timeNs;
    const { totals } = this.sideOf(order.side);
    const less = levelLots === null ? 0 : totals.lotsAt(order.priceTicks) - levelLots;
    this.#take(order, less, leaves - (order.shownLots - less), 'replace');
  }

  #level({ head, price, other: orderCount }: Words, lots: number, index: number): void {
    const side = ((head >> HEAD_SIDE_SHIFT) & 1) as Side;
    const order = this.#pending?.order;
    if (order !== undefined)
      this.#settleReplace(order.side === side && order.priceTicks === price ? lots : null);
    this.record = index;
    const { totals } = this.sideOf(side);
    const found = { lots: totals.lotsAt(price), orders: totals.ordersAt(price) };
    if (found.lots === lots && found.orders === orderCount) return;
    throw this.#inconsistent('a level record agrees with the orders of its level', {
      priceTicks: price,
      recordLots: lots,
      recordOrders: orderCount,
      ...found,
    });
  }

  #known(orderId: number): QueueOrder {
    const order = this.orders.get(orderId);
    if (order === undefined) throw this.#inconsistent('an order is accepted before it changes', { orderId });
    return order;
  }

  #inconsistent(rule: string, details: Record<string, unknown>): TwinError {
    return new TwinError('RUNS_DAMAGED', rule, { record: this.record, ...details });
  }
}

/** A minimum quantity follows the open quantity down; it never rises again. */
function lowerMinimum(order: QueueOrder): void {
  order.minQtyLots = Math.min(order.minQtyLots, order.shownLots + order.reserveLots);
}
