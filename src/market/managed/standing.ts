/** What should stand in the book for an order that the venue looks after, kind by kind. */

import { assertNever } from '../../base/index.ts';
import {
  BUY,
  FLAG_HIDDEN,
  FLAG_POST_ONLY_SLIDE,
  LIMIT,
  MARKET,
  type OrderType,
  type Side,
  STOP,
  UNDEF_INT32,
} from '../../domain/index.ts';
import { priceToComply } from '../routing/local-execution.ts';
import type { ManagedBook } from './managed-book.ts';
import { type ManagedOrder, NO_ORDER } from './managed-order.ts';
import { pegTicks, type ReferenceQuote } from './peg-price.ts';
import type { ComplyTerms, ManagedRules } from './terms.ts';
import { isStopReached } from './trailing-stop.ts';

/** The book order that should carry a managed one. Reused: one is looked at at a time. */
export class Standing {
  type: OrderType = LIMIT;
  ticks = 0;
  flags = 0;
  /** Put in hidden without a match, since it locks the displayed other side. */
  isRanked = false;
}

/** What standings depend on. */
export interface Surroundings {
  readonly book: ManagedBook;
  readonly rules: ManagedRules;
  /** The quote that pegs follow. */
  readonly quote: ReferenceQuote;
}

/** Fills `standing`; false if nothing should stand in the book now. */
export function findStanding(order: ManagedOrder, around: Surroundings, standing: Standing): boolean {
  standing.type = LIMIT;
  standing.ticks = order.priceTicks;
  standing.flags = order.flags;
  standing.isRanked = false;
  if (order.openLots === 0) return false;
  const { terms } = order;
  switch (terms.kind) {
    case 'plain':
      standing.type = isLateExit(order, around.book) ? enteringType(order.type) : order.type;
      return true;
    case 'peg':
      standing.ticks = pegTicks(order, terms, around.quote, around.rules);
      return standing.ticks !== UNDEF_INT32;
    case 'discretion':
      return true;
    case 'trailing':
      standing.type = enteringType(order.type);
      return order.isTriggered;
    case 'comply':
      return complyStanding(order, terms, around.book, standing);
    case 'improvement':
      standing.flags |= FLAG_POST_ONLY_SLIDE;
      return true;
    default:
      return assertNever(terms);
  }
}

/** What a triggered stop enters as. */
function enteringType(type: OrderType): OrderType {
  return type === STOP ? MARKET : LIMIT;
}

/** A stop exit whose price was passed before it came to life: where such stops are refused, it enters at once instead. */
function isLateExit(
  { isExit, carrierId, type, side, stopPriceTicks }: ManagedOrder,
  book: ManagedBook,
): boolean {
  if (!isExit || carrierId !== NO_ORDER || type < STOP || book.rules.stopAlreadyTriggered === 'enter')
    return false;
  const last = book.lastTradeTicks;
  return last !== UNDEF_INT32 && isStopReached(side, stopPriceTicks, last);
}

function complyStanding(
  order: ManagedOrder,
  terms: ComplyTerms,
  book: ManagedBook,
  standing: Standing,
): boolean {
  // The book's own check stays on as a second guard: what stands here never takes.
  standing.flags |= FLAG_POST_ONLY_SLIDE;
  const opposite = book.bestTicks((order.side ^ 1) as Side);
  if (opposite === UNDEF_INT32) return true;
  const { displayTicks, rankTicks } = priceToComply(order.side, order.priceTicks, opposite);
  if (terms.standsAt === 'displayed' || displayTicks === rankTicks) {
    standing.ticks = displayTicks;
  } else {
    standing.ticks = rankTicks;
    standing.flags = order.flags | FLAG_HIDDEN;
    standing.isRanked = true;
  }
  return true;
}

/** Whether a displayed price of the other side lies within the reach of a limit. */
export function isInReach(side: Side, limitTicks: number, oppositeTicks: number): boolean {
  if (oppositeTicks === UNDEF_INT32) return false;
  return side === BUY ? oppositeTicks <= limitTicks : oppositeTicks >= limitTicks;
}
