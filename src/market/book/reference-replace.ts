/** What a replace asks for and which of its rules need no book: docs/matching.md, section "Changes". */

import {
  QTY_LOTS_MAX,
  REJECT_DISPLAY_QTY,
  REJECT_PRICE_RANGE,
  REJECT_QTY_RANGE,
  type ReplaceTicket,
  UNDEF_INT32,
} from '../../domain/index.ts';
import type { BookRules } from './contract.ts';
import { isDisplayAllowed, isPriceInRange, isQtyInRange, isStop, PASSED } from './reference-checks.ts';
import { lowerMinimum, openLots, type ReferenceOrder } from './reference-side.ts';

/** What a replace wants an order to be, before it is checked against the book. */
export interface Wanted {
  readonly priceTicks: number;
  readonly stopPriceTicks: number;
  readonly openLots: number;
  readonly displayQtyLots: number;
}

/** The values that an order would have after a replace: what the ticket gives, else what it has. */
export function wantedBy(rules: BookRules, ticket: ReplaceTicket, order: ReferenceOrder): Wanted {
  const alreadyFilled = rules.replaceQty === 'total' ? order.filledLots : 0;
  return {
    priceTicks: given(ticket.priceTicks, order.priceTicks),
    stopPriceTicks: isStop(order.type)
      ? given(ticket.stopPriceTicks, order.stopPriceTicks)
      : order.stopPriceTicks,
    openLots: ticket.qtyLots === UNDEF_INT32 ? openLots(order) : ticket.qtyLots - alreadyFilled,
    displayQtyLots: wantedDisplay(rules, ticket, order),
  };
}

/** A given display of the whole new quantity shows everything; one that is left as it is stays, however large. */
function wantedDisplay(rules: BookRules, ticket: ReplaceTicket, order: ReferenceOrder): number {
  if (ticket.displayQtyLots === UNDEF_INT32) return order.displayQtyLots;
  return ticket.displayQtyLots < newQuantity(rules, ticket, order) ? ticket.displayQtyLots : 0;
}

/** The quantity of a replace as its ticket means it, by the rule `replaceQty`. */
function newQuantity(rules: BookRules, ticket: ReplaceTicket, order: ReferenceOrder): number {
  const alreadyFilled = rules.replaceQty === 'total' ? order.filledLots : 0;
  return given(ticket.qtyLots, openLots(order) + alreadyFilled);
}

/** Ranges of the fields that the ticket gives; a field left as it is needs no check. */
export function checkReplace(
  rules: BookRules,
  ticket: ReplaceTicket,
  order: ReferenceOrder,
  wanted: Wanted,
): number {
  const { qtyLots, displayQtyLots, priceTicks, stopPriceTicks } = ticket;
  if (qtyLots !== UNDEF_INT32 && !isQtyInRange(qtyLots)) return REJECT_QTY_RANGE;
  if (wanted.openLots + order.filledLots > QTY_LOTS_MAX) return REJECT_QTY_RANGE;
  if (priceTicks !== UNDEF_INT32 && !isPriceInRange(priceTicks)) return REJECT_PRICE_RANGE;
  const givesStop = isStop(order.type) && stopPriceTicks !== UNDEF_INT32;
  if (givesStop && !isPriceInRange(stopPriceTicks)) return REJECT_PRICE_RANGE;
  if (displayQtyLots === UNDEF_INT32) return PASSED;
  const quantity = newQuantity(rules, ticket, order);
  return isDisplayAllowed(displayQtyLots, quantity, order.flags) ? PASSED : REJECT_DISPLAY_QTY;
}

/** Whether a replace of a resting order keeps its place in the queue. */
export function keepsPlace(rules: BookRules, order: ReferenceOrder, wanted: Wanted): boolean {
  return (
    rules.replaceLosesPriority === 'standard' &&
    wanted.priceTicks === order.priceTicks &&
    wanted.openLots <= openLots(order) &&
    peakSize(wanted.displayQtyLots) <= peakSize(order.displayQtyLots)
  );
}

/** Gives an order that left its place the wanted values; all of it is reserve until it rests. */
export function becomeWanted(order: ReferenceOrder, wanted: Wanted): void {
  order.priceTicks = wanted.priceTicks;
  order.stopPriceTicks = wanted.stopPriceTicks;
  order.displayQtyLots = wanted.displayQtyLots;
  order.shownLots = 0;
  order.reserveLots = wanted.openLots;
  lowerMinimum(order);
}

/** Largest quantity that a display quantity shows; 0 shows everything. */
export function peakSize(displayQtyLots: number): number {
  return displayQtyLots === 0 ? Number.POSITIVE_INFINITY : displayQtyLots;
}

function given(value: number, otherwise: number): number {
  return value === UNDEF_INT32 ? otherwise : value;
}
