// hot: bench/itch-book.ts
/** Takes quantity off a live order that keeps its place (ITCH X). */

import * as domain from '../../domain/index.ts';
import type { FastBook } from '../book/fast-book.ts';
import * as levelPool from '../book/level-pool.ts';
import * as orderPool from '../book/order-pool.ts';

// V8 folds constants of this module into machine code, but reads imported ones from memory at each use.
const {
  CANCEL_REQUESTED,
  EV_CANCEL_REJECTED,
  EV_CANCELED,
  EV_REDUCED,
  HEAD_CODE_SHIFT,
  HEAD_SIDE_SHIFT,
  REJECT_QTY_RANGE,
} = domain;
const { L_PRICE, LEVEL_WORDS } = levelPool;
const { O_ACCOUNT, O_LEVEL, O_RESERVE, O_SHOWN, ORDER_WORDS } = orderPool;

export function reduceOrder(book: FastBook, orderId: number, accountId: number, qtyLots: number): void {
  const slot = book.findForChange(orderId, accountId, EV_CANCEL_REJECTED);
  if (slot === 0) return;
  if (!(qtyLots >= 1)) {
    book.rejectChange(EV_CANCEL_REJECTED, REJECT_QTY_RANGE, orderId, accountId);
    return;
  }
  const at = slot * ORDER_WORDS;
  const words = book.pool.words;
  const shownBefore = words[at + O_SHOWN]!;
  const open = shownBefore + words[at + O_RESERVE]!;
  if (qtyLots >= open) {
    book.removeWith(EV_CANCELED | (CANCEL_REQUESTED << HEAD_CODE_SHIFT), slot);
    return;
  }
  const level = words[at + O_LEVEL]!;
  const price = book.levels.words[level * LEVEL_WORDS + L_PRICE]!;
  book.takeOff(slot, level, qtyLots);
  book.events.emit(
    EV_REDUCED | (book.sideOf(slot) << HEAD_SIDE_SHIFT),
    orderId,
    price,
    qtyLots,
    open - qtyLots,
    words[at + O_ACCOUNT]!,
    0,
    0,
  );
  if (words[at + O_SHOWN] !== shownBefore && !book.isWaitingStop(slot)) {
    book.publishLevelOf(book.sideOf(slot), level, price);
  }
}
