/**
 * Continuous matching inside bounds that may move with each level (market-rules §4): the order trades one level at a time,
 * the guard hears of it, and the order stops where the next price lies outside.
 */

import {
  BUY,
  CANCEL_OUTSIDE_BANDS,
  FLAG_POST_ONLY,
  FOK,
  IOC,
  LIMIT,
  type Side,
  UNDEF_INT32,
} from '../../domain/index.ts';
import type { PriceGuard } from '../book/contract.ts';
import type { FastBook } from '../book/fast-book.ts';
import type { Incoming } from '../book/incoming.ts';
import { isMomentary } from '../breakers/cme-velocity.ts';

/**
 * Trades the loaded incoming order as far as the bounds allow, and settles what they leave; the caller rests the others. When
 * a breach earlier in the same command has ended trading, nothing trades any more.
 */
export function enterGuarded(book: FastBook, incoming: Incoming, guard: PriceGuard, isMarket: boolean): void {
  const side = incoming.side as Side;
  const limit = incoming.limit;
  clip(incoming, limit, guard);
  let isBroken = false;
  if (book.isCollecting) isBroken = true;
  else if ((incoming.flags & FLAG_POST_ONLY) === 0 && book.mayMatch(incoming, isMarket)) {
    isBroken = matchLevels(book, incoming, guard, limit);
  }
  incoming.limit = limit;
  if (incoming.leaves === 0) return;
  if ((isMarket && !incoming.isProtected) || incoming.timeInForce === IOC || incoming.timeInForce === FOK) {
    if (!isBroken) return;
    const { orderId, accountId, timeInForce, leaves, filled } = incoming;
    const isKept = guard.keepsRest({
      orderId,
      accountId,
      side,
      timeInForce,
      leavesLots: leaves,
      filledLots: filled,
    });
    if (isKept) incoming.leaves = 0;
    else book.cancelIncoming(CANCEL_OUTSIDE_BANDS);
    return;
  }
  const restTicks = guard.restTicks(side, incoming.price);
  if (restTicks === UNDEF_INT32) book.cancelIncoming(CANCEL_OUTSIDE_BANDS);
  else incoming.price = restTicks;
}

/** True if the bounds stopped the order at a level that its limit allows; one that they eliminate has nothing left. */
function matchLevels(book: FastBook, incoming: Incoming, guard: PriceGuard, limit: number): boolean {
  const isBuy = incoming.side === BUY;
  const ladder = isBuy ? book.asks : book.bids;
  let level = ladder.best;
  let price = ladder.bestPrice;
  while (level !== 0 && incoming.leaves > 0) {
    if (isBuy ? price > limit : price < limit) return false;
    if (price > guard.highTicks || price < guard.lowTicks) {
      if (guard.onBreach(price, incoming.side as Side, isMomentaryNow(incoming))) {
        book.cancelIncoming(CANCEL_OUTSIDE_BANDS);
      }
      return true;
    }
    const from = book.events.count;
    incoming.limit = price;
    book.matchIncoming(incoming);
    guard.onTrades(from);
    // What still stands at this price or a better one could not be filled: hidden orders whose minimum is not met.
    level = ladder.worseThan(price);
    price = ladder.foundPrice;
  }
  return false;
}

/** A stop that was triggered is a limit order by now, or is treated as one. */
function isMomentaryNow({ type, stopPrice, timeInForce, minQty }: Incoming): boolean {
  return isMomentary({ type: stopPrice === UNDEF_INT32 ? type : LIMIT, timeInForce, minQtyLots: minQty });
}

function clip(incoming: Incoming, limit: number, guard: PriceGuard): void {
  incoming.limit = incoming.side === BUY ? Math.min(limit, guard.highTicks) : Math.max(limit, guard.lowTicks);
}
