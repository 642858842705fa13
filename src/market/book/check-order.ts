/** The checks of docs/matching.md that need no book: shape of the order's terms. Returns a reject code, 0 = fine. */

import type { OrderTicket } from '../../domain/index.ts';
import * as domain from '../../domain/index.ts';

// V8 folds constants of this module into machine code, but reads imported ones from memory at each use.
const {
  DAY,
  FLAG_HIDDEN,
  FLAG_POST_ONLY,
  FOK,
  GTC,
  GTD,
  IOC,
  LIMIT,
  MARKET,
  PRICE_TICKS_MAX,
  PRICE_TICKS_MIN,
  QTY_LOTS_MAX,
  REJECT_DISPLAY_QTY,
  REJECT_MIN_QTY,
  REJECT_PRICE_RANGE,
  REJECT_QTY_RANGE,
  REJECT_TERMS_CONFLICT,
  REJECT_UNKNOWN_TERM,
  STOP,
  STOP_LIMIT,
  STP_CANCEL_SMALLEST,
} = domain;

/** One bit per known code. */
const KNOWN_TIMES_IN_FORCE = (1 << DAY) | (1 << GTC) | (1 << IOC) | (1 << FOK) | (1 << GTD);

export function checkOrderTerms(ticket: OrderTicket): number {
  const { type, timeInForce, flags, qtyLots } = ticket;
  if (ticket.side >>> 0 > 1 || type >>> 0 > STOP_LIMIT || ticket.stpMode >>> 0 > STP_CANCEL_SMALLEST) {
    return REJECT_UNKNOWN_TERM;
  }
  if (((1 << timeInForce) & KNOWN_TIMES_IN_FORCE) === 0 || timeInForce >>> 0 > GTD)
    return REJECT_UNKNOWN_TERM;
  if (qtyLots < 1 || qtyLots > QTY_LOTS_MAX) return REJECT_QTY_RANGE;
  if ((type === LIMIT || type === STOP_LIMIT) && !isPrice(ticket.priceTicks)) return REJECT_PRICE_RANGE;
  if (type >= STOP && !isPrice(ticket.stopPriceTicks)) return REJECT_PRICE_RANGE;
  if (ticket.displayQtyLots !== 0) {
    if (ticket.displayQtyLots < 0 || ticket.displayQtyLots > qtyLots || (flags & FLAG_HIDDEN) !== 0) {
      return REJECT_DISPLAY_QTY;
    }
  }
  if (ticket.minQtyLots !== 0) {
    if (ticket.minQtyLots < 0 || ticket.minQtyLots > qtyLots) return REJECT_MIN_QTY;
    const mayRest = type !== MARKET && type !== STOP && timeInForce !== IOC && timeInForce !== FOK;
    if (mayRest && (flags & FLAG_HIDDEN) === 0) return REJECT_MIN_QTY;
  }
  const postOnly = flags & FLAG_POST_ONLY;
  if (postOnly !== 0) {
    if (postOnly === FLAG_POST_ONLY || type !== LIMIT || timeInForce === IOC || timeInForce === FOK) {
      return REJECT_TERMS_CONFLICT;
    }
  }
  return 0;
}

export function isPrice(ticks: number): boolean {
  return ticks >= PRICE_TICKS_MIN && ticks <= PRICE_TICKS_MAX;
}
