/** Which orders would take liquidity: speed bumps tell them from others. */

import {
  BUY,
  CMD_MANAGED,
  CMD_NEW,
  CMD_ROUTED,
  LIMIT,
  type Side,
  TERMS_TYPE_SHIFT,
  UNDEF_INT32,
} from '../domain/index.ts';
import type { Venue } from '../market/index.ts';

/** Whether the command of one order that starts at word `at` is a new order that would take liquidity as the book stands. */
export function isTaking(venue: Venue, command: Int32Array, at: number): boolean {
  const kind = command[at]!;
  if (kind !== CMD_NEW && kind !== CMD_MANAGED && kind !== CMD_ROUTED) return false;
  const terms = command[at + 3]!;
  if (((terms >> TERMS_TYPE_SHIFT) & 7) !== LIMIT) return true;
  const side = (terms & 1) as Side;
  const best = venue.books[command[at + 1]!]?.bestTicks((side ^ 1) as Side) ?? UNDEF_INT32;
  if (best === UNDEF_INT32) return false;
  return side === BUY ? command[at + 4]! >= best : command[at + 4]! <= best;
}
