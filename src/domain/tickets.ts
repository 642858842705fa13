/** The carriers of a command's values. One instance is reused for many commands: a book copies what it keeps. */

import {
  type AuctionTerm,
  type OrderType,
  type RoutingInstruction,
  type Side,
  type StpMode,
  type TimeInForce,
  UNDEF_INT32,
} from './order-terms.ts';

/** A new order. Quantities in lots, prices in ticks, all int32. */
export class OrderTicket {
  /** Dense id, issued by the venue in increasing order; 1 is the first. */
  orderId = 0;
  accountId = 0;
  side: Side = 0;
  type: OrderType = 0;
  timeInForce: TimeInForce = 0;
  /** Bits FLAG_* of order-terms.ts. */
  flags = 0;
  /** Limit price; ignored by MARKET, MARKET_TO_LIMIT and STOP. */
  priceTicks = 0;
  qtyLots = 0;
  /** Peak of an iceberg; 0 shows everything. */
  displayQtyLots = 0;
  /** 0 = none. On IOC: execute at least this or nothing. Resting (hidden only): least execution it accepts. */
  minQtyLots = 0;
  stopPriceTicks = 0;
  /** Orders of one group > 0 do not trade with each other, by the incoming order's mode. 0 = no group. */
  stpGroup = 0;
  stpMode: StpMode = 0;
  /** Auction that the order is for. */
  auctionTerm: AuctionTerm = 0;
  /** What is wanted of better quotes at other venues. */
  routing: RoutingInstruction = 0;

  reset(): this {
    this.orderId = 0;
    this.accountId = 0;
    this.side = 0;
    this.type = 0;
    this.timeInForce = 0;
    this.flags = 0;
    this.priceTicks = 0;
    this.qtyLots = 0;
    this.displayQtyLots = 0;
    this.minQtyLots = 0;
    this.stopPriceTicks = 0;
    this.stpGroup = 0;
    this.stpMode = 0;
    this.auctionTerm = 0;
    this.routing = 0;
    return this;
  }
}

/** A change to a live order. UNDEF_INT32 leaves a field as it is. */
export class ReplaceTicket {
  orderId = 0;
  accountId = 0;
  priceTicks = UNDEF_INT32;
  /** New total or new open quantity, by the venue's rule `replaceQty`. */
  qtyLots = UNDEF_INT32;
  displayQtyLots = UNDEF_INT32;
  stopPriceTicks = UNDEF_INT32;

  reset(): this {
    this.orderId = 0;
    this.accountId = 0;
    this.priceTicks = UNDEF_INT32;
    this.qtyLots = UNDEF_INT32;
    this.displayQtyLots = UNDEF_INT32;
    this.stopPriceTicks = UNDEF_INT32;
    return this;
  }
}
