/** CME's price banding and protection points (market-rules §1.17, §1.14): pure checks of one order. */

import { BUY, type Side, UNDEF_INT32 } from '../../domain/index.ts';
import type { EntryReject } from './entry-reject.ts';

/**
 * Price banding: a limit buy above, or a sell below, the reference by more than the variation is refused. The reference is
 * the venue's choice of last trade, best quote, indicative opening or settlement; without one nothing is refused.
 */
export function checkPriceBand(
  side: Side,
  priceTicks: number,
  referenceTicks: number,
  variationTicks: number,
): EntryReject | null {
  if (referenceTicks === UNDEF_INT32) return null;
  const limitTicks = side === BUY ? referenceTicks + variationTicks : referenceTicks - variationTicks;
  if (side === BUY ? priceTicks <= limitTicks : priceTicks >= limitTicks) return null;
  const relation = side === BUY ? 'a buy is at or below' : 'a sell is at or above';
  return {
    rule: 'PRICE_BANDING',
    text: `${relation} the price band: priceTicks=${priceTicks} limitTicks=${limitTicks} referenceTicks=${referenceTicks}`,
  };
}

/** Protection points: half of the non-reviewable range, rounded down to a tick. */
export function protectionTicks(nonReviewableTicks: number): number {
  return Math.floor(nonReviewableTicks / 2);
}

/** Limit of a market order with protection: so far beyond the best opposite price; what is left rests there. */
export function marketProtectionLimit(side: Side, bestOppositeTicks: number, protection: number): number {
  return side === BUY ? bestOppositeTicks + protection : bestOppositeTicks - protection;
}

/** Limit of a triggered stop with protection: so far beyond its stop price, whatever price triggered it. */
export function stopProtectionLimit(side: Side, stopTicks: number, protection: number): number {
  return marketProtectionLimit(side, stopTicks, protection);
}
