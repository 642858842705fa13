/** The checks of an order that the venue is to look after, before it is taken: a reject code, 0 = fine. */

import { assertNever } from '../../base/index.ts';
import {
  BUY,
  FLAG_HIDDEN,
  FLAG_POST_ONLY,
  FOK,
  IOC,
  LIMIT,
  type OrderTicket,
  PRICE_TICKS_MAX,
  QTY_LOTS_MAX,
  REJECT_PRICE_RANGE,
  REJECT_QTY_RANGE,
  REJECT_TERMS_CONFLICT,
  STOP,
  STOP_LIMIT,
} from '../../domain/index.ts';
import { checkOrderTerms, isPrice } from '../book/check-order.ts';
import type { ManagedTerms } from './terms.ts';

/** Largest distance of a trailing stop in basis points: the whole price. */
const BPS_MAX = 10_000;

/** First the checks of every order (docs/matching.md, 2 to 7), then those of its kind. */
export function checkManaged(ticket: OrderTicket, terms: ManagedTerms): number {
  return checkOrderTerms(ticket) || checkKind(ticket, terms);
}

function checkKind(ticket: OrderTicket, terms: ManagedTerms): number {
  switch (terms.kind) {
    case 'plain':
      return 0;
    case 'peg':
      if (ticket.type !== LIMIT) return REJECT_TERMS_CONFLICT;
      return isOffset(terms.offsetTicks) ? 0 : REJECT_PRICE_RANGE;
    case 'discretion': {
      if (!mayRest(ticket) || (ticket.flags & FLAG_POST_ONLY) !== 0) return REJECT_TERMS_CONFLICT;
      const { discretionTicks } = terms;
      const isBeyond =
        ticket.side === BUY ? discretionTicks > ticket.priceTicks : discretionTicks < ticket.priceTicks;
      return isBeyond && isPrice(discretionTicks) ? 0 : REJECT_PRICE_RANGE;
    }
    case 'trailing':
      if (ticket.type !== STOP && ticket.type !== STOP_LIMIT) return REJECT_TERMS_CONFLICT;
      if (!isWhole(terms.distance, 1, terms.unit === 'bps' ? BPS_MAX : PRICE_TICKS_MAX))
        return REJECT_PRICE_RANGE;
      return isOffset(terms.limitOffsetTicks) ? 0 : REJECT_PRICE_RANGE;
    case 'comply':
      if (!mayRest(ticket) || (ticket.flags & (FLAG_POST_ONLY | FLAG_HIDDEN)) !== 0)
        return REJECT_TERMS_CONFLICT;
      return terms.standsAt === 'ranked' && ticket.displayQtyLots !== 0 ? REJECT_TERMS_CONFLICT : 0;
    case 'improvement':
      if (!mayRest(ticket) || (ticket.flags & FLAG_POST_ONLY) !== 0 || ticket.minQtyLots !== 0)
        return REJECT_TERMS_CONFLICT;
      return isWhole(terms.minTicks, 1, PRICE_TICKS_MAX) ? 0 : REJECT_PRICE_RANGE;
    default:
      return assertNever(terms);
  }
}

/** Whether a new quantity of an order is one. */
export function checkQty(qtyLots: number): number {
  return isWhole(qtyLots, 1, QTY_LOTS_MAX) ? 0 : REJECT_QTY_RANGE;
}

function mayRest({ type, timeInForce }: OrderTicket): boolean {
  return type === LIMIT && timeInForce !== IOC && timeInForce !== FOK;
}

function isOffset(ticks: number): boolean {
  return isWhole(ticks, -PRICE_TICKS_MAX, PRICE_TICKS_MAX);
}

function isWhole(value: number, min: number, max: number): boolean {
  return Number.isInteger(value) && value >= min && value <= max;
}
