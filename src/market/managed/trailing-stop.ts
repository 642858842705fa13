/**
 * The stop price of a trailing stop (market-rules §1.14): it follows its reference at a distance, only ever nearer to the
 * market, and is tested after each update.
 */

import { PRICE_TICKS_MAX, PRICE_TICKS_MIN, SELL, type Side, UNDEF_INT32 } from '../../domain/index.ts';
import type { TrailingTerms } from './terms.ts';

const BPS_PER_ONE = 10_000;

/**
 * Stop price after a new reference, ticks. `stopTicks` is the one before, UNDEF_INT32 at the start. Rounding: a distance
 * in basis points is rounded up, so that the stop is never nearer than asked.
 */
export function trailedStop(
  side: Side,
  stopTicks: number,
  referenceTicks: number,
  { distance, unit }: Pick<TrailingTerms, 'distance' | 'unit'>,
): number {
  const away = unit === 'ticks' ? distance : Math.ceil((Math.abs(referenceTicks) * distance) / BPS_PER_ONE);
  const wanted = side === SELL ? referenceTicks - away : referenceTicks + away;
  const inRange = Math.min(Math.max(wanted, PRICE_TICKS_MIN), PRICE_TICKS_MAX);
  if (stopTicks === UNDEF_INT32) return inRange;
  return side === SELL ? Math.max(stopTicks, inRange) : Math.min(stopTicks, inRange);
}

/** Whether a price has reached a stop: at or below it for a sell, at or above it for a buy. */
export function isStopReached(side: Side, stopTicks: number, priceTicks: number): boolean {
  return side === SELL ? priceTicks <= stopTicks : priceTicks >= stopTicks;
}
