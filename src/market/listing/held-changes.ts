/** Answers to orders that are refused or wait outside of the book: the same records that a book says. */

import {
  CANCEL_REPLACED_BELOW_FILLED,
  CANCEL_REQUESTED,
  EV_CANCEL_REJECTED,
  EV_CANCELED,
  EV_EXPIRED,
  EV_REDUCED,
  EV_REJECTED,
  EV_REPLACE_REJECTED,
  EV_REPLACED,
  type EventBuffer,
  HEAD_CODE_SHIFT,
  HEAD_FLAG_KEEPS_PRIORITY,
  HEAD_SIDE_SHIFT,
  type OrderTicket,
  QTY_LOTS_MAX,
  REJECT_NOT_OWNER,
  REJECT_PRICE_RANGE,
  REJECT_QTY_RANGE,
  type ReplaceTicket,
  UNDEF_INT32,
} from '../../domain/index.ts';
import { isPrice } from '../book/check-order.ts';
import type { OrderBook } from '../book/contract.ts';
import type { HeldOrder, HeldOrders } from './held-orders.ts';

/** Refuses a new order. */
export function refuse(events: EventBuffer, ticket: OrderTicket, code: number): void {
  events.emit(
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

export function refuseChange(
  events: EventBuffer,
  change: 'cancel' | 'replace',
  orderId: number,
  accountId: number,
  code: number,
): void {
  const kind = change === 'cancel' ? EV_CANCEL_REJECTED : EV_REPLACE_REJECTED;
  events.emit(kind | (code << HEAD_CODE_SHIFT), orderId, 0, 0, 0, accountId, 0, 0);
}

/** Cancels a waiting order for its owner, or for the venue (account 0). */
export function cancelHeld(
  events: EventBuffer,
  orders: HeldOrders,
  held: HeldOrder,
  accountId: number,
  reason: number = CANCEL_REQUESTED,
): void {
  const { orderId } = held.ticket;
  if (accountId !== 0 && accountId !== held.ticket.accountId) {
    refuseChange(events, 'cancel', orderId, accountId, REJECT_NOT_OWNER);
    return;
  }
  orders.remove(orderId);
  sayGone(events, EV_CANCELED | (reason << HEAD_CODE_SHIFT), held);
}

export function expireHeld(events: EventBuffer, orders: HeldOrders, held: HeldOrder): void {
  orders.remove(held.ticket.orderId);
  sayGone(events, EV_EXPIRED, held);
}

/** What changes of waiting orders go by: their book's rules, and where they are said. */
export interface HeldParts {
  readonly book: OrderBook;
  readonly held: HeldOrders;
}

/** Takes lots off a waiting order, which keeps its time; all that is open ends it. */
export function reduceHeld(
  { book: { events }, held: orders }: HeldParts,
  held: HeldOrder,
  accountId: number,
  qtyLots: number,
): void {
  const { ticket } = held;
  const { orderId, side, priceTicks } = ticket;
  const isOwner = accountId === 0 || accountId === ticket.accountId;
  if (isOwner && qtyLots >= 1 && qtyLots < ticket.qtyLots) {
    ticket.qtyLots -= qtyLots;
    const head = EV_REDUCED | (side << HEAD_SIDE_SHIFT);
    events.emit(head, orderId, priceTicks, qtyLots, ticket.qtyLots, ticket.accountId, 0, 0);
  } else if (isOwner && qtyLots < 1) refuseChange(events, 'cancel', orderId, accountId, REJECT_QTY_RANGE);
  else cancelHeld(events, orders, held, accountId);
}

/** Changes a waiting order by the rules of its book (market-rules §1.13): what loses its place gets the time of the change. */
export function replaceHeld(
  { book: { events, rules }, held: orders }: HeldParts,
  held: HeldOrder,
  change: ReplaceTicket,
  arrival: number,
): void {
  const { ticket } = held;
  const filledLots = rules.replaceQty === 'total' ? held.filledLots : 0;
  const { orderId, accountId } = change;
  const price = change.priceTicks === UNDEF_INT32 ? ticket.priceTicks : change.priceTicks;
  const qty = change.qtyLots === UNDEF_INT32 ? ticket.qtyLots : change.qtyLots - filledLots;
  let code = 0;
  if (accountId !== 0 && accountId !== ticket.accountId) code = REJECT_NOT_OWNER;
  else if (!isPrice(price)) code = REJECT_PRICE_RANGE;
  else if (qty + filledLots < 1 || qty > QTY_LOTS_MAX) code = REJECT_QTY_RANGE;
  if (code !== 0) {
    refuseChange(events, 'replace', orderId, accountId, code);
    return;
  }
  if (qty < 1) {
    cancelHeld(events, orders, held, accountId, CANCEL_REPLACED_BELOW_FILLED);
    return;
  }
  const keepsTime =
    rules.replaceLosesPriority === 'standard' && price === ticket.priceTicks && qty <= ticket.qtyLots;
  const [openBefore, priceBefore] = [ticket.qtyLots, ticket.priceTicks];
  ticket.priceTicks = price;
  ticket.qtyLots = qty;
  if (!keepsTime) held.arrival = arrival;
  events.emit(
    EV_REPLACED | (ticket.side << HEAD_SIDE_SHIFT) | (keepsTime ? HEAD_FLAG_KEEPS_PRIORITY : 0),
    orderId,
    price,
    qty,
    openBefore,
    ticket.accountId,
    priceBefore,
    0,
  );
}

function sayGone(events: EventBuffer, head: number, { ticket }: HeldOrder): void {
  events.emit(
    head | (ticket.side << HEAD_SIDE_SHIFT),
    ticket.orderId,
    ticket.priceTicks,
    ticket.qtyLots,
    0,
    ticket.accountId,
    0,
    0,
  );
}
