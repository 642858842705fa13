/**
 * One order that the venue looks after. Its owner knows it by `orderId`; in the book it is carried by an order of the same
 * id or, once it has been out of the book, of a later one (`carrierId`), and now and then by a second, immediate one
 * (`probeId`).
 *
 *   openLots = what its owner has open                     between commands: carrierLots = openLots, or 0 while it waits
 *   carrierLots = what of it stands in the book
 */

import type { BinaryReader, BinaryWriter } from '../../base/index.ts';
import {
  type AuctionTerm,
  FLAG_HIDDEN,
  type OrderTicket,
  type OrderType,
  type Side,
  type StpMode,
  type TimeInForce,
  UNDEF_INT32,
} from '../../domain/index.ts';
import { type ManagedTerms, readTerms, writeTerms } from './terms.ts';

/** No order of the book. */
export const NO_ORDER = 0;

export class ManagedOrder {
  readonly orderId: number;
  readonly accountId: number;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly flags: number;
  readonly stpGroup: number;
  readonly stpMode: StpMode;
  readonly auctionTerm: AuctionTerm;
  readonly terms: ManagedTerms;
  /** Limit, cap, or where it stands, by kind; of a triggered trailing stop-limit the limit that it got. */
  priceTicks: number;
  stopPriceTicks: number;
  displayQtyLots: number;
  minQtyLots: number;

  openLots: number;
  filledLots = 0;
  carrierId = NO_ORDER;
  carrierLots = 0;
  /** What the carrier has filled: a replace counts it where quantities are totals. */
  carrierFilledLots = 0;
  probeId = NO_ORDER;
  /** Price that the carrier was last sent or replaced with. */
  askedTicks = UNDEF_INT32;
  /** Where the carrier is displayed, UNDEF_INT32 if nowhere. */
  shownAtTicks = UNDEF_INT32;
  /** The carrier was put into the book hidden without a match ('ranked' at a locking price). */
  isRanked = false;
  /** Trailing: its stop price, UNDEF_INT32 before the first reference. */
  stopTicks = UNDEF_INT32;
  /** Trailing and plain stops: the stop price was reached. */
  isTriggered = false;
  /** Discretion: something may have come into its reach. */
  isRoused = false;
  /** Improvement: it has taken what is better than its limit by enough, and rests from now on. */
  hasTaken = false;
  /** Exit of a bracket: its quantity follows the fills of the entry. */
  isExit = false;
  isOver = false;

  /** Kind of the record that answers a command of the venue's own to the carrier; its owner's quantity stays. */
  expectedKind = 0;
  /** What other orders of its group have filled, still to be taken off. */
  dueReduceLots = 0;
  isDueCancel = false;
  /** The book refused to let the carrier grow: it is taken out and enters anew. */
  isRefused = false;
  /** Its owner changed it so that it goes behind the others. */
  losesTime = false;
  /** Its own id may still be used in the book: no later one was seen there. */
  mayUseOwnId = true;

  constructor(ticket: Omit<OrderTicket, 'reset' | 'routing'>, terms: ManagedTerms) {
    this.orderId = ticket.orderId;
    this.accountId = ticket.accountId;
    this.side = ticket.side;
    this.type = ticket.type;
    this.timeInForce = ticket.timeInForce;
    this.flags = ticket.flags;
    this.stpGroup = ticket.stpGroup;
    this.stpMode = ticket.stpMode;
    this.auctionTerm = ticket.auctionTerm;
    this.terms = terms;
    this.priceTicks = ticket.priceTicks;
    this.stopPriceTicks = ticket.stopPriceTicks;
    this.displayQtyLots = ticket.displayQtyLots;
    this.minQtyLots = ticket.minQtyLots;
    this.openLots = ticket.qtyLots;
  }

  get isHidden(): boolean {
    return (this.flags & FLAG_HIDDEN) !== 0;
  }

  /** More is open: an exit whose entry has filled. One that had nothing open starts anew. */
  grow(qtyLots: number): void {
    if (this.openLots === 0) {
      this.stopTicks = UNDEF_INT32;
      this.isTriggered = false;
    }
    this.openLots += qtyLots;
  }
}

/** Fields that commands do not leave behind need no place in a snapshot: it is taken between commands. */
export function writeManagedOrder(writer: BinaryWriter, order: ManagedOrder): void {
  writeTerms(writer, order.terms);
  for (const value of [
    order.orderId,
    order.accountId,
    order.side,
    order.type,
    order.timeInForce,
    order.flags,
    order.stpGroup,
    order.stpMode,
    order.auctionTerm,
    order.priceTicks,
    order.stopPriceTicks,
    order.displayQtyLots,
    order.minQtyLots,
    order.openLots,
    order.carrierId,
    order.carrierLots,
    order.askedTicks,
    order.shownAtTicks,
    order.stopTicks,
    Number(order.isRanked),
    Number(order.isTriggered),
    Number(order.isRoused),
    Number(order.hasTaken),
    Number(order.isExit),
    Number(order.isRefused),
  ])
    writer.int32(value);
  // Fills of an order whose open quantity is set anew again and again may pass 2^31.
  writer.float64(order.filledLots);
  writer.float64(order.carrierFilledLots);
}

export function readManagedOrder(reader: BinaryReader): ManagedOrder {
  const terms = readTerms(reader);
  const ticket = {
    orderId: reader.int32(),
    accountId: reader.int32(),
    side: reader.int32() as Side,
    type: reader.int32() as OrderType,
    timeInForce: reader.int32() as TimeInForce,
    flags: reader.int32(),
    stpGroup: reader.int32(),
    stpMode: reader.int32() as StpMode,
    auctionTerm: reader.int32() as AuctionTerm,
    priceTicks: reader.int32(),
    stopPriceTicks: reader.int32(),
    displayQtyLots: reader.int32(),
    minQtyLots: reader.int32(),
    qtyLots: reader.int32(),
  };
  const order = new ManagedOrder(ticket, terms);
  order.carrierId = reader.int32();
  order.carrierLots = reader.int32();
  order.askedTicks = reader.int32();
  order.shownAtTicks = reader.int32();
  order.stopTicks = reader.int32();
  order.isRanked = reader.int32() === 1;
  order.isTriggered = reader.int32() === 1;
  order.isRoused = reader.int32() === 1;
  order.hasTaken = reader.int32() === 1;
  order.isExit = reader.int32() === 1;
  order.isRefused = reader.int32() === 1;
  order.filledLots = reader.float64();
  order.carrierFilledLots = reader.float64();
  order.mayUseOwnId = false;
  return order;
}
