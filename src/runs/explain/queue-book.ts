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
  SELL,
  type Side,
} from '../../domain/index.ts';
import type { Moment, MoveKind } from './explanation.ts';
import { type QueueOrder, QueueSide } from './queue-order.ts';
import type { Said } from './said.ts';

/** Sees every order directly before and after each of its changes. */
export interface QueueWatch {
  before(order: QueueOrder): void;
  after(order: QueueOrder, kind: MoveKind): void;
}

/** A replace in place, whose displayed part is told by the LEVEL record behind it, if there is one. */
interface PendingReplace {
  readonly order: QueueOrder;
  readonly leaves: number;
  readonly moment: Moment;
}

const HAS_NO_TERMS = { orderId: 0, minQtyLots: 0, stpGroup: 0 };

export class QueueBook {
  readonly bids = new QueueSide(BUY);
  readonly asks = new QueueSide(SELL);
  readonly orders = new Map<number, QueueOrder>();
  /** The order that entered the match last. */
  enteringId = 0;
  /** Where in the journal the change at hand is said. */
  moment: Moment = { timeNs: 0, record: 0 };
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

  /** Takes a record of this instrument. Raises RUNS_DAMAGED. */
  take(said: Said): void {
    if (said.kind === EV_LEVEL) {
      this.#level(said);
      return;
    }
    this.settle();
    this.moment = said.moment;
    this.#apply(said);
  }

  /** A replace in place waits for the next record; behind the last one of a command nothing can follow. */
  settle(): void {
    if (this.#pending !== null) this.#settleReplace(null);
  }

  #apply(said: Said): void {
    const { kind, orderId, qty, leaves } = said;
    switch (kind) {
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
        this.#replace(this.#known(orderId), said);
    }
  }

  #accept({ orderId, side, isHidden, price, leaves, other }: Said): void {
    const { minQtyLots, stpGroup } = this.#terms.orderId === orderId ? this.#terms : HAS_NO_TERMS;
    this.orders.set(orderId, {
      orderId,
      side,
      accountId: other,
      stpGroup,
      isHidden,
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
  #trade({ isAuction, isMakerHidden, orderId, qty, leaves, other, otherLeaves }: Said): void {
    const maker = other === 0 ? undefined : this.#known(other);
    const taker = orderId === 0 ? undefined : this.#known(orderId);
    if (maker !== undefined) {
      // In an auction both orders were there before, and what they show goes first.
      const fromShown = isAuction ? Math.min(qty, maker.shownLots) : isMakerHidden ? 0 : qty;
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

  #replace(order: QueueOrder, { keepsPlace, price, qty, moment }: Said): void {
    if (!order.isQueued) {
      order.reserveLots = qty;
      lowerMinimum(order);
      return;
    }
    if (keepsPlace) {
      this.#pending = { order, leaves: qty, moment };
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
    const { order, leaves, moment } = this.#pending!;
    this.#pending = null;
    this.moment = moment;
    const { totals } = this.sideOf(order.side);
    const less = levelLots === null ? 0 : totals.lotsAt(order.priceTicks) - levelLots;
    this.#take(order, less, leaves - (order.shownLots - less), 'replace');
  }

  #level({ side, price, amount: lots, other: orderCount, moment }: Said): void {
    const order = this.#pending?.order;
    if (order !== undefined) {
      this.#settleReplace(order.side === side && order.priceTicks === price ? lots : null);
    }
    this.moment = moment;
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
    return new TwinError('RUNS_DAMAGED', rule, { record: this.moment.record, ...details });
  }
}

/** A minimum quantity follows the open quantity down; it never rises again. */
function lowerMinimum(order: QueueOrder): void {
  order.minQtyLots = Math.min(order.minQtyLots, order.shownLots + order.reserveLots);
}
