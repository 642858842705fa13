/** The reference book's match inside the bounds of a guard: `matching/guarded.ts` as plain sentences. */

import {
  BUY,
  CANCEL_FOK_UNFILLED,
  CANCEL_MIN_QTY_UNFILLED,
  CANCEL_OUTSIDE_BANDS,
  type EventBuffer,
  FOK,
  MARKET,
  type Side,
  UNDEF_INT32,
} from '../../domain/index.ts';
import type { PriceGuard } from './contract.ts';
import { isImmediate } from './reference-checks.ts';
import { NO_LIMIT, type ReferenceMatcher } from './reference-match.ts';
import { openLots, type ReferenceOrder, type ReferenceSide } from './reference-side.ts';

export class ReferenceBounds {
  readonly #events: EventBuffer;
  readonly #matcher: ReferenceMatcher;
  readonly #cancel: (order: ReferenceOrder, code: number) => void;
  readonly #forget: (order: ReferenceOrder) => void;

  constructor(
    events: EventBuffer,
    matcher: ReferenceMatcher,
    cancel: (order: ReferenceOrder, code: number) => void,
    forget: (order: ReferenceOrder) => void,
  ) {
    this.#events = events;
    this.#matcher = matcher;
    this.#cancel = cancel;
    this.#forget = forget;
  }

  /** The match of one order; true if the guard's bounds stopped it at a price that its limit allows. */
  match(order: ReferenceOrder, opposite: ReferenceSide, guard: PriceGuard | null): boolean {
    const limitTicks = order.type === MARKET ? NO_LIMIT : order.priceTicks;
    const available = this.#matcher.fillableLots(
      order,
      opposite,
      boundedLimit(order.side, limitTicks, guard),
    );
    if (order.timeInForce === FOK && available < openLots(order)) {
      this.#cancel(order, CANCEL_FOK_UNFILLED);
    } else if (available < order.minQtyLots) {
      if (isImmediate(order) || order.type === MARKET || order.isProtected)
        this.#cancel(order, CANCEL_MIN_QTY_UNFILLED);
    } else if (guard === null) {
      this.#matcher.match(order, opposite, limitTicks);
    } else {
      return this.#matchGuarded(order, opposite, limitTicks, guard);
    }
    return false;
  }

  #matchGuarded(
    order: ReferenceOrder,
    opposite: ReferenceSide,
    limitTicks: number | null,
    guard: PriceGuard,
  ): boolean {
    const prices = opposite.levels.map((level) => level.priceTicks);
    for (const price of prices) {
      if (openLots(order) === 0) return false;
      if (limitTicks !== NO_LIMIT && opposite.isBetter(limitTicks, price)) return false;
      if (price > guard.highTicks || price < guard.lowTicks) {
        if (guard.onBreach(price, order.side, isMomentary(order))) this.#cancel(order, CANCEL_OUTSIDE_BANDS);
        return true;
      }
      const from = this.#events.count;
      this.#matcher.match(order, opposite, price);
      guard.onTrades(from);
    }
    return false;
  }

  /** What the guard makes of an open rest; true if that is all. Limit orders may go on to rest at another price. */
  leave(order: ReferenceOrder, guard: PriceGuard, wasStopped: boolean): boolean {
    const { orderId, accountId, side, timeInForce, filledLots } = order;
    if (order.type === MARKET || isImmediate(order)) {
      if (!wasStopped) return false;
      const rest = { orderId, accountId, side, timeInForce, leavesLots: openLots(order), filledLots };
      if (guard.keepsRest(rest)) this.#forget(order);
      else this.#cancel(order, CANCEL_OUTSIDE_BANDS);
      return true;
    }
    const restTicks = guard.restTicks(side, order.priceTicks);
    if (restTicks === UNDEF_INT32) {
      this.#cancel(order, CANCEL_OUTSIDE_BANDS);
      return true;
    }
    order.priceTicks = restTicks;
    return false;
  }
}

/** Whether it came as an order that does not wait; a stop that was triggered waits as a limit order does. */
function isMomentary(order: ReferenceOrder): boolean {
  const cameAsMarket = (order.type === MARKET || order.isProtected) && !order.isTriggered;
  return cameAsMarket || isImmediate(order) || order.minQtyLots > 0;
}

/** The worse of a limit and the guard's bound on that side. */
function boundedLimit(side: Side, limitTicks: number | null, guard: PriceGuard | null): number | null {
  if (guard === null) return limitTicks;
  if (side === BUY) return limitTicks === NO_LIMIT ? guard.highTicks : Math.min(limitTicks, guard.highTicks);
  return limitTicks === NO_LIMIT ? guard.lowTicks : Math.max(limitTicks, guard.lowTicks);
}
