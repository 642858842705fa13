/** The order that is entering the book: one reused carrier, so that nothing is allocated per command. */

import type { OrderTicket } from '../../domain/index.ts';
import * as domain from '../../domain/index.ts';

// V8 folds constants of this module into machine code, but reads imported ones from memory at each use.
const { BUY, MARKET, PRICE_TICKS_MAX, PRICE_TICKS_MIN, STOP, UNDEF_INT32 } = domain;

export class Incoming {
  orderId = 0;
  accountId = 0;
  side = 0;
  type = 0;
  timeInForce = 0;
  flags = 0;
  /** Limit price as it will rest; 0 for MARKET and STOP until the match. */
  price = 0;
  /** Worst price it may trade at: the price, or the end of the range for market orders. */
  limit = 0;
  leaves = 0;
  filled = 0;
  /** Peak size it was given, 0 = shows all. */
  peak = 0;
  minQty = 0;
  stpGroup = 0;
  stpMode = 0;
  /** Of a stop that has been triggered its stop price, else UNDEF_INT32. */
  stopPrice: number = UNDEF_INT32;
  /** A market order that has got a limit, and may rest at it. */
  isProtected = false;

  /** Takes the terms of a new order. */
  load(ticket: OrderTicket): void {
    this.orderId = ticket.orderId;
    this.accountId = ticket.accountId;
    this.side = ticket.side;
    this.type = ticket.type;
    this.timeInForce = ticket.timeInForce;
    this.flags = ticket.flags;
    this.price = ticket.priceTicks;
    this.leaves = ticket.qtyLots;
    this.filled = 0;
    this.peak = ticket.displayQtyLots < ticket.qtyLots ? ticket.displayQtyLots : 0;
    this.minQty = ticket.minQtyLots;
    this.stpGroup = ticket.stpGroup;
    this.stpMode = ticket.stpMode;
    this.stopPrice = UNDEF_INT32;
    this.isProtected = false;
  }

  /** Sets the limit of the match for types that name none. */
  openLimit(): void {
    if ((this.type === MARKET || this.type === STOP) && !this.isProtected) {
      this.price = 0;
      this.limit = this.side === BUY ? PRICE_TICKS_MAX : PRICE_TICKS_MIN;
    } else {
      this.limit = this.price;
    }
  }
}
