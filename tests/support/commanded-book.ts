/** A fast book that writes the record of each command in front of what follows from it, as the gateway of a world does. */

import {
  CMD_CANCEL,
  CMD_MASS_CANCEL,
  CMD_NEW,
  CMD_NEW_TERMS,
  CMD_REDUCE,
  CMD_REPLACE,
  EventBuffer,
  HEAD_SIDE_SHIFT,
  type OrderTicket,
  type ReplaceTicket,
  TERMS_AUCTION_SHIFT,
  TERMS_FLAGS_SHIFT,
  TERMS_STP_SHIFT,
  TERMS_TIF_SHIFT,
  TERMS_TYPE_SHIFT,
  writeFloat64,
} from '../../src/domain/index.ts';
import { type BookRules, FastBook } from '../../src/market/index.ts';

/** Orders that are placed come without a command, as those of a recording do. */
export class CommandedBook extends FastBook {
  /** Expiry of the next order, as its command tells it. */
  expireTimeNs = 0;

  constructor(rules: BookRules) {
    super(rules, new EventBuffer());
  }

  override submit(ticket: OrderTicket): void {
    emitNew(this.events, ticket, this.expireTimeNs);
    super.submit(ticket);
  }

  override cancel(orderId: number, accountId: number): void {
    this.events.emit(CMD_CANCEL, orderId, 0, 0, 0, accountId, 0, 0);
    super.cancel(orderId, accountId);
  }

  override reduce(orderId: number, accountId: number, qtyLots: number): void {
    this.events.emit(CMD_REDUCE, orderId, 0, qtyLots, 0, accountId, 0, 0);
    super.reduce(orderId, accountId, qtyLots);
  }

  override replace(ticket: ReplaceTicket): void {
    const { orderId, priceTicks, qtyLots, accountId, displayQtyLots, stopPriceTicks } = ticket;
    this.events.emit(CMD_REPLACE, orderId, priceTicks, qtyLots, 0, accountId, displayQtyLots, stopPriceTicks);
    super.replace(ticket);
  }

  override massCancel(accountId: number): void {
    this.events.emit(CMD_MASS_CANCEL, 0, 0, 0, 0, accountId, 0, 0);
    super.massCancel(accountId);
  }
}

/** The records of a new order; terms that no order has are cut to the bits they have room for. */
export function emitNew(events: EventBuffer, ticket: OrderTicket, expireTimeNs = 0): void {
  const { orderId, side, priceTicks, qtyLots, accountId, displayQtyLots, stopPriceTicks } = ticket;
  const terms =
    (side & 1) |
    ((ticket.type & 7) << TERMS_TYPE_SHIFT) |
    ((ticket.timeInForce & 7) << TERMS_TIF_SHIFT) |
    ((ticket.flags & 7) << TERMS_FLAGS_SHIFT) |
    ((ticket.stpMode & 7) << TERMS_STP_SHIFT) |
    (ticket.auctionTerm << TERMS_AUCTION_SHIFT);
  const head = CMD_NEW | ((side & 1) << HEAD_SIDE_SHIFT);
  events.emit(head, orderId, priceTicks, qtyLots, terms, accountId, displayQtyLots, stopPriceTicks);
  const { minQtyLots, stpGroup } = ticket;
  if (minQtyLots === 0 && stpGroup === 0 && expireTimeNs === 0) return;
  const halves = new Int32Array(2);
  writeFloat64(halves, 0, expireTimeNs);
  events.emit(CMD_NEW_TERMS, orderId, minQtyLots, stpGroup, 0, 0, halves[1]!, halves[0]!);
}
