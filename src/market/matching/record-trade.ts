// hot: runs for every record of a replay
/** Executes a resting order because a recording says so, whoever stands ahead of it. */

import { EV_TRADE, HEAD_SIDE_SHIFT } from '../../domain/index.ts';
import type { FastBook } from '../book/fast-book.ts';
import { L_PRICE, LEVEL_WORDS } from '../book/level-pool.ts';
import { O_FILLED, O_LEVEL, O_RESERVE, O_SHOWN, ORDER_WORDS } from '../book/order-pool.ts';

/**
 * Takes `qtyLots` (at most what is open) off a live order and says it as a trade at `priceTicks` with taker order id 0;
 * the order keeps its place and is gone at zero. No stop is triggered.
 */
export function recordTrade(book: FastBook, orderId: number, qtyLots: number, priceTicks: number): void {
  const slot = book.pool.slotOf[orderId]!;
  const at = slot * ORDER_WORDS;
  const words = book.pool.words;
  const shown = words[at + O_SHOWN]!;
  const open = shown + words[at + O_RESERVE]!;
  const level = words[at + O_LEVEL]!;
  const side = book.sideOf(slot);
  const levelPrice = book.levels.words[level * LEVEL_WORDS + L_PRICE]!;
  book.lastTradeTicks = priceTicks;
  book.events.emit(
    EV_TRADE | ((side ^ 1) << HEAD_SIDE_SHIFT),
    0,
    priceTicks,
    qtyLots,
    0,
    orderId,
    open - qtyLots,
    ++book.tradeCount,
  );
  if (qtyLots >= open) {
    book.removeSlot(slot, level, side, levelPrice, shown > 0);
    return;
  }
  words[at + O_FILLED]! += qtyLots;
  book.takeOff(slot, level, qtyLots);
  if (words[at + O_SHOWN] !== shown) book.publishLevelOf(side, level, levelPrice);
}
