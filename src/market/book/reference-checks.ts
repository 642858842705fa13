/** The checks of docs/matching.md that need no book, in their order. Each answers with a reject code, 0 = passed. */

import {
  BUY,
  DAY,
  FLAG_HIDDEN,
  FLAG_POST_ONLY,
  FOK,
  GTC,
  GTD,
  IOC,
  LIMIT,
  MARKET,
  MARKET_TO_LIMIT,
  type OrderTicket,
  PRICE_TICKS_MAX,
  PRICE_TICKS_MIN,
  QTY_LOTS_MAX,
  REJECT_DISPLAY_QTY,
  REJECT_MIN_QTY,
  REJECT_PRICE_RANGE,
  REJECT_QTY_RANGE,
  REJECT_STOP_LIMIT_BEYOND_STOP,
  REJECT_TERMS_CONFLICT,
  REJECT_UNKNOWN_TERM,
  SELL,
  STOP,
  STOP_LIMIT,
  STP_CANCEL_SMALLEST,
  STP_NONE,
} from '../../domain/index.ts';
import type { BookRules } from './contract.ts';

export const PASSED = 0;

const SIDES: readonly number[] = [BUY, SELL];
const TYPES: readonly number[] = [LIMIT, MARKET, MARKET_TO_LIMIT, STOP, STOP_LIMIT];
const TIMES_IN_FORCE: readonly number[] = [DAY, GTC, IOC, FOK, GTD];

export function isQtyInRange(qtyLots: number): boolean {
  return qtyLots >= 1 && qtyLots <= QTY_LOTS_MAX;
}

export function isPriceInRange(priceTicks: number): boolean {
  return priceTicks >= PRICE_TICKS_MIN && priceTicks <= PRICE_TICKS_MAX;
}

export function hasLimit(type: number): boolean {
  return type === LIMIT || type === STOP_LIMIT;
}

export function isStop(type: number): boolean {
  return type === STOP || type === STOP_LIMIT;
}

export function isImmediate(order: { readonly timeInForce: number }): boolean {
  return order.timeInForce === IOC || order.timeInForce === FOK;
}

/** Checks 2 to 7 of a new order. */
export function checkTerms(ticket: OrderTicket): number {
  const { side, type, timeInForce, stpMode, flags, qtyLots, displayQtyLots, minQtyLots } = ticket;
  if (!SIDES.includes(side) || !TYPES.includes(type)) return REJECT_UNKNOWN_TERM;
  if (!TIMES_IN_FORCE.includes(timeInForce)) return REJECT_UNKNOWN_TERM;
  if (stpMode < STP_NONE || stpMode > STP_CANCEL_SMALLEST) return REJECT_UNKNOWN_TERM;

  if (!isQtyInRange(qtyLots)) return REJECT_QTY_RANGE;

  if (hasLimit(type) && !isPriceInRange(ticket.priceTicks)) return REJECT_PRICE_RANGE;
  if (isStop(type) && !isPriceInRange(ticket.stopPriceTicks)) return REJECT_PRICE_RANGE;

  if (!isDisplayAllowed(displayQtyLots, qtyLots, flags)) return REJECT_DISPLAY_QTY;

  if (minQtyLots < 0 || minQtyLots > qtyLots) return REJECT_MIN_QTY;
  const mayRest = type !== MARKET && type !== STOP && !isImmediate(ticket);
  if (minQtyLots > 0 && mayRest && (flags & FLAG_HIDDEN) === 0) return REJECT_MIN_QTY;

  const postOnly = flags & FLAG_POST_ONLY;
  if (postOnly === FLAG_POST_ONLY) return REJECT_TERMS_CONFLICT;
  if (postOnly !== 0 && (type !== LIMIT || isImmediate(ticket))) return REJECT_TERMS_CONFLICT;
  return PASSED;
}

/** 0 to the quantity, and 0 for hidden orders. */
export function isDisplayAllowed(displayQtyLots: number, qtyLots: number, flags: number): boolean {
  if (displayQtyLots < 0 || displayQtyLots > qtyLots) return false;
  return displayQtyLots === 0 || (flags & FLAG_HIDDEN) === 0;
}

interface StopPrices {
  readonly side: number;
  readonly type: number;
  readonly priceTicks: number;
  readonly stopPriceTicks: number;
}

/** Check 8. */
export function checkStopLimit(rules: BookRules, stop: StopPrices): number {
  if (stop.type !== STOP_LIMIT || rules.stopLimitBeyondStop === 'allow') return PASSED;
  const isBeyond =
    stop.side === BUY ? stop.priceTicks < stop.stopPriceTicks : stop.priceTicks > stop.stopPriceTicks;
  return isBeyond ? REJECT_STOP_LIMIT_BEYOND_STOP : PASSED;
}
