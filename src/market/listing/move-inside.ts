/** Resting orders that new bands leave outside (market-rules §4.2, §4.8). */

import { CANCEL_OUTSIDE_BANDS, LIMIT, ReplaceTicket, type Side, UNDEF_INT32 } from '../../domain/index.ts';
import type { OrderBook } from '../book/contract.ts';

/**
 * Brings each resting limit order to the price, ticks, at which it may stand, or cancels it where that is UNDEF_INT32. All are
 * found before one is moved, for a move may trade.
 */
export function moveInside(book: OrderBook, restTicks: (side: Side, priceTicks: number) => number): void {
  const outside: { orderId: number; priceTicks: number }[] = [];
  book.forEachOrder(({ orderId, side, type, priceTicks, stopPriceTicks }) => {
    if (type !== LIMIT || stopPriceTicks !== 0) return;
    const priceInside = restTicks(side, priceTicks);
    if (priceInside !== priceTicks) outside.push({ orderId, priceTicks: priceInside });
  });
  const change = new ReplaceTicket();
  for (const { orderId, priceTicks } of outside) {
    if (!book.has(orderId)) continue;
    if (priceTicks === UNDEF_INT32) {
      book.cancel(orderId, 0, CANCEL_OUTSIDE_BANDS);
      continue;
    }
    Object.assign(change.reset(), { orderId, priceTicks });
    book.replace(change);
  }
}
