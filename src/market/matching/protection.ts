/**
 * Market orders with protection (docs/matching.md "Protection", market-rules §1.14, §1.17): one that enters gets a limit so far
 * beyond the best opposite price, or beyond its stop price if it was a stop, and is a limit order from there on.
 */

import { BUY, PRICE_TICKS_MAX, PRICE_TICKS_MIN, type Side, UNDEF_INT32 } from '../../domain/index.ts';
import type { FastBook } from '../book/fast-book.ts';
import type { Incoming } from '../book/incoming.ts';
import { marketProtectionLimit } from '../breakers/cme-price-banding.ts';

/** Gives the loaded market order its limit. Without an opposite side, and without a stop price, it stays without one. */
export function protectMarket(book: FastBook, incoming: Incoming, protectionTicks: number): void {
  let from = incoming.stopPrice;
  if (from === UNDEF_INT32) {
    const opposite = incoming.side === BUY ? book.asks : book.bids;
    if (opposite.best === 0) return;
    from = opposite.bestPrice;
  }
  incoming.price = protectedTicks(incoming.side as Side, from, protectionTicks);
  incoming.isProtected = true;
}

/** The limit of a protected order, ticks; at the end of the range of prices it goes no further. */
export function protectedTicks(side: Side, fromTicks: number, protectionTicks: number): number {
  const limit = marketProtectionLimit(side, fromTicks, protectionTicks);
  return Math.min(Math.max(limit, PRICE_TICKS_MIN), PRICE_TICKS_MAX);
}
