/** Writes the reference book's events: one method per kind, so that every word of a record has a name at its call. */

import {
  BUY,
  EV_ACCEPTED,
  type EV_CANCEL_REJECTED,
  EV_CANCELED,
  EV_EXPIRED,
  EV_LEVEL,
  EV_REDUCED,
  EV_REFRESHED,
  EV_REJECTED,
  type EV_REPLACE_REJECTED,
  EV_REPLACED,
  EV_RESTATED,
  EV_RESTED,
  EV_TRADE,
  EV_TRIGGERED,
  type EventBuffer,
  HEAD_CODE_SHIFT,
  HEAD_FLAG_AUCTION,
  HEAD_FLAG_HIDDEN,
  HEAD_FLAG_KEEPS_PRIORITY,
  HEAD_FLAG_MAKER_HIDDEN,
  HEAD_SIDE_SHIFT,
  type OrderTicket,
  type Side,
} from '../../domain/index.ts';
import type { CrossTradeTerms, LevelView } from './contract.ts';
import { isHidden, openLots, type ReferenceOrder } from './reference-side.ts';

interface HeadParts {
  readonly kind: number;
  readonly side?: number;
  readonly flags?: number;
  readonly code?: number;
}

function head({ kind, side = 0, flags = 0, code = 0 }: HeadParts): number {
  return kind | ((side & 1) << HEAD_SIDE_SHIFT) | flags | (code << HEAD_CODE_SHIFT);
}

interface TradeFacts {
  readonly taker: ReferenceOrder;
  readonly maker: ReferenceOrder;
  readonly qtyLots: number;
  readonly isMakerHidden: boolean;
  readonly tradeId: number;
}

interface ReplacedFacts {
  readonly leavesBefore: number;
  readonly priceBefore: number;
  readonly keepsPriority: boolean;
}

/** The price that an order's events carry: of a waiting stop its stop price, else its limit. */
export function eventPrice(order: ReferenceOrder): number {
  return order.stopSequence > 0 ? order.stopPriceTicks : order.priceTicks;
}

export class ReferenceEvents {
  readonly #events: EventBuffer;
  readonly #publishLevels: boolean;

  constructor(events: EventBuffer, publishLevels: boolean) {
    this.#events = events;
    this.#publishLevels = publishLevels;
  }

  accepted(order: ReferenceOrder, askedTicks: number): void {
    const open = openLots(order);
    const flags = isHidden(order) ? HEAD_FLAG_HIDDEN : 0;
    const at = head({ kind: EV_ACCEPTED, side: order.side, flags });
    this.#events.emit(at, order.orderId, askedTicks, open, open, order.accountId, 0, 0);
  }

  rejected(ticket: OrderTicket, code: number): void {
    const at = head({ kind: EV_REJECTED, side: ticket.side, code });
    this.#events.emit(at, ticket.orderId, ticket.priceTicks, ticket.qtyLots, 0, ticket.accountId, 0, 0);
  }

  /** Refusal of a cancel, reduce or replace. */
  changeRejected(
    kind: typeof EV_CANCEL_REJECTED | typeof EV_REPLACE_REJECTED,
    request: { readonly orderId: number; readonly accountId: number },
    code: number,
  ): void {
    this.#events.emit(head({ kind, code }), request.orderId, 0, 0, 0, request.accountId, 0, 0);
  }

  /** `code` is a CANCEL_* reason; the order still has what is cancelled. */
  canceled(order: ReferenceOrder, code: number): void {
    const at = head({ kind: EV_CANCELED, side: order.side, code });
    this.#events.emit(at, order.orderId, eventPrice(order), openLots(order), 0, order.accountId, 0, 0);
  }

  expired(order: ReferenceOrder): void {
    const at = head({ kind: EV_EXPIRED, side: order.side });
    this.#events.emit(at, order.orderId, eventPrice(order), openLots(order), 0, order.accountId, 0, 0);
  }

  /** The order has its new quantity already. */
  reduced(order: ReferenceOrder, canceledLots: number): void {
    const at = head({ kind: EV_REDUCED, side: order.side });
    const leaves = openLots(order);
    this.#events.emit(at, order.orderId, eventPrice(order), canceledLots, leaves, order.accountId, 0, 0);
  }

  /** The order has its new price and quantity already. */
  replaced(order: ReferenceOrder, { leavesBefore, priceBefore, keepsPriority }: ReplacedFacts): void {
    const flags = keepsPriority ? HEAD_FLAG_KEEPS_PRIORITY : 0;
    const at = head({ kind: EV_REPLACED, side: order.side, flags });
    const price = eventPrice(order);
    const { orderId, accountId } = order;
    this.#events.emit(at, orderId, price, openLots(order), leavesBefore, accountId, priceBefore, 0);
  }

  triggered(order: ReferenceOrder): void {
    const at = head({ kind: EV_TRIGGERED, side: order.side });
    const { orderId, stopPriceTicks, accountId } = order;
    this.#events.emit(at, orderId, stopPriceTicks, openLots(order), 0, accountId, 0, 0);
  }

  /** The order has its new quantity already; the price is the resting order's. */
  restated(order: ReferenceOrder, restingTicks: number, decrementLots: number): void {
    const at = head({ kind: EV_RESTATED, side: order.side });
    const leaves = openLots(order);
    this.#events.emit(at, order.orderId, restingTicks, decrementLots, leaves, order.accountId, 0, 0);
  }

  rested(order: ReferenceOrder): void {
    const flags = isHidden(order) ? HEAD_FLAG_HIDDEN : 0;
    this.#shows(head({ kind: EV_RESTED, side: order.side, flags }), order);
  }

  refreshed(order: ReferenceOrder): void {
    this.#shows(head({ kind: EV_REFRESHED, side: order.side }), order);
  }

  /** Both orders have their new quantities already. */
  trade({ taker, maker, qtyLots, isMakerHidden, tradeId }: TradeFacts): void {
    const flags = isMakerHidden ? HEAD_FLAG_MAKER_HIDDEN : 0;
    const at = head({ kind: EV_TRADE, side: taker.side, flags });
    const takerLeaves = openLots(taker);
    const makerLeaves = openLots(maker);
    const price = maker.priceTicks;
    this.#events.emit(at, taker.orderId, price, qtyLots, takerLeaves, maker.orderId, makerLeaves, tradeId);
  }

  /** The buy order stands in the place of the taker. */
  crossTrade(trade: CrossTradeTerms, tradeId: number): void {
    const at = head({ kind: EV_TRADE, side: BUY, flags: HEAD_FLAG_AUCTION });
    const { buyOrderId, buyLeavesLots, sellOrderId, sellLeavesLots, priceTicks, qtyLots } = trade;
    this.#events.emit(
      at,
      buyOrderId,
      priceTicks,
      qtyLots,
      buyLeavesLots,
      sellOrderId,
      sellLeavesLots,
      tradeId,
    );
  }

  level(side: Side, { priceTicks, displayedLots, orderCount }: LevelView): void {
    if (!this.#publishLevels) return;
    this.#events.emitLevel(head({ kind: EV_LEVEL, side }), priceTicks, displayedLots, orderCount);
  }

  #shows(at: number, order: ReferenceOrder): void {
    const { orderId, priceTicks, shownLots, accountId } = order;
    this.#events.emit(at, orderId, priceTicks, shownLots, openLots(order), accountId, 0, 0);
  }
}
