/** The ends of price bands as records have them. */

import { PRICE_TICKS_MAX, PRICE_TICKS_MIN, UNDEF_INT32 } from '../domain/index.ts';

/** An end of a band, ticks; null where it is open, which breakers say with the outermost price. */
export function boundOrNull(ticks: number): number | null {
  return ticks === UNDEF_INT32 || ticks <= PRICE_TICKS_MIN || ticks >= PRICE_TICKS_MAX ? null : ticks;
}
