/** Trades of a recording that leave the displayed book as it is. */

import { SIDE_UNKNOWN } from '../data/index.ts';
import {
  EV_TRADE,
  type EventBuffer,
  HEAD_CODE_SHIFT,
  HEAD_FLAG_MAKER_HIDDEN,
  HEAD_SIDE_SHIFT,
} from '../domain/index.ts';

/**
 * A trade against an order that was not displayed. `side` is that of the resting order; where the feed does not say it,
 * the code of the record is SIDE_UNKNOWN and its side means nothing.
 */
export function emitHiddenTrade(events: EventBuffer, side: number, price: number, qty: number): void {
  const sideBits =
    side === SIDE_UNKNOWN ? SIDE_UNKNOWN << HEAD_CODE_SHIFT : ((side ^ 1) & 1) << HEAD_SIDE_SHIFT;
  events.emit(EV_TRADE | HEAD_FLAG_MAKER_HIDDEN | sideBits, 0, price, qty, 0, 0, 0, 0);
}
