/** The price of a pegged order (market-rules §1.8), as a pure function of the quote that it follows. */

import { assertNever } from '../../base/index.ts';
import { BUY, PRICE_TICKS_MAX, PRICE_TICKS_MIN, type Side, UNDEF_INT32 } from '../../domain/index.ts';
import type { ManagedRules, PegTerms } from './terms.ts';

/** Best prices of the quote that pegs follow, UNDEF_INT32 for an empty side. */
export interface ReferenceQuote {
  readonly bidTicks: number;
  readonly askTicks: number;
}

/** What of a pegged order its price depends on. */
export interface PeggedOrder {
  readonly side: Side;
  /** Cap: highest price of a buy, lowest of a sell. */
  readonly priceTicks: number;
  readonly isHidden: boolean;
}

/**
 * Where a peg stands now, in ticks; UNDEF_INT32 if the quote gives it no price. The offset counts towards the other side,
 * the cap bounds the sum, a displayed price is rounded towards its own side to the display step.
 */
export function pegTicks(
  order: PeggedOrder,
  terms: PegTerms,
  quote: ReferenceQuote,
  rules: ManagedRules,
): number {
  const reference = referenceTicks(order.side, terms.to, quote, rules);
  if (reference === UNDEF_INT32) return UNDEF_INT32;
  const isBuy = order.side === BUY;
  const pegged = isBuy ? reference + terms.offsetTicks : reference - terms.offsetTicks;
  const capped = isBuy ? Math.min(pegged, order.priceTicks) : Math.max(pegged, order.priceTicks);
  const step = rules.displayStepTicks;
  const shown = order.isHidden ? capped : isBuy ? floorTo(capped, step) : -floorTo(-capped, step);
  return Math.min(Math.max(shown, PRICE_TICKS_MIN), PRICE_TICKS_MAX);
}

function referenceTicks(side: Side, to: PegTerms['to'], quote: ReferenceQuote, rules: ManagedRules): number {
  const { bidTicks, askTicks } = quote;
  switch (to) {
    case 'primary':
      return side === BUY ? bidTicks : askTicks;
    case 'market':
      return side === BUY ? askTicks : bidTicks;
    case 'midpoint':
      if (bidTicks === UNDEF_INT32 || askTicks === UNDEF_INT32 || bidTicks > askTicks) return UNDEF_INT32;
      if (bidTicks === askTicks && rules.midpointWhenLocked === 'park') return UNDEF_INT32;
      return midpoint(side, bidTicks + askTicks, rules.midpointRounding);
    default:
      return assertNever(to);
  }
}

/** Whole ticks of a price in half ticks. */
function midpoint(side: Side, halfTicks: number, rounding: ManagedRules['midpointRounding']): number {
  const isDown = rounding === 'floor' || (rounding === 'passive' && side === BUY);
  return isDown ? Math.floor(halfTicks / 2) : Math.ceil(halfTicks / 2);
}

function floorTo(ticks: number, step: number): number {
  return Math.floor(ticks / step) * step;
}

/** Whether a side of the quote that a peg needs is missing. */
export function lacksQuote(side: Side, { to }: PegTerms, { bidTicks, askTicks }: ReferenceQuote): boolean {
  const isBidNeeded = to === 'midpoint' || (to === 'primary') === (side === BUY);
  const isAskNeeded = to === 'midpoint' || (to === 'market') === (side === BUY);
  return (isBidNeeded && bidTicks === UNDEF_INT32) || (isAskNeeded && askTicks === UNDEF_INT32);
}
