// hot: runs for every record of a replay
/** Cheap looks at queues and levels for a replay, which must know what the engine is about to hit. Ids, not slots. */

import type { FastBook } from '../book/fast-book.ts';
import {
  L_COUNT,
  L_HEAD,
  L_PRICE,
  L_TAIL,
  LD_SHOWN,
  LEVEL_DOUBLES,
  LEVEL_WORDS,
} from '../book/level-pool.ts';
import { O_ID, O_LEVEL, O_NEXT, O_PREV, O_RESERVE, O_SHOWN, ORDER_WORDS } from '../book/order-pool.ts';

/** Order id at the head of a level's displayed queue, 0 if there is none. */
export function headOrder(book: FastBook, level: number): number {
  return idOf(book, book.levels.words[level * LEVEL_WORDS + L_HEAD]!);
}

/** Order id at the end of a level's displayed queue, 0 if there is none. */
export function tailOrder(book: FastBook, level: number): number {
  return idOf(book, book.levels.words[level * LEVEL_WORDS + L_TAIL]!);
}

/** The order directly behind a live displayed order, 0 if it is the last. */
export function orderBehind(book: FastBook, orderId: number): number {
  return idOf(book, book.pool.words[book.pool.slotOf[orderId]! * ORDER_WORDS + O_NEXT]!);
}

/** The order directly ahead of a live displayed order, 0 if it is the first. */
export function orderAhead(book: FastBook, orderId: number): number {
  return idOf(book, book.pool.words[book.pool.slotOf[orderId]! * ORDER_WORDS + O_PREV]!);
}

/** Level handle of a live order. */
export function levelOfOrder(book: FastBook, orderId: number): number {
  return book.pool.words[book.pool.slotOf[orderId]! * ORDER_WORDS + O_LEVEL]!;
}

/** Open lots of a live order, displayed or not. */
export function openLots(book: FastBook, orderId: number): number {
  const at = book.pool.slotOf[orderId]! * ORDER_WORDS;
  return book.pool.words[at + O_SHOWN]! + book.pool.words[at + O_RESERVE]!;
}

/** Price of a level in ticks. */
export function levelPriceTicks(book: FastBook, level: number): number {
  return book.levels.words[level * LEVEL_WORDS + L_PRICE]!;
}

/** Displayed lots of a level. */
export function levelShownLots(book: FastBook, level: number): number {
  return book.levels.doubles[level * LEVEL_DOUBLES + LD_SHOWN]!;
}

/** Displayed orders of a level. */
export function levelOrderCount(book: FastBook, level: number): number {
  return book.levels.words[level * LEVEL_WORDS + L_COUNT]!;
}

function idOf(book: FastBook, slot: number): number {
  return slot === 0 ? 0 : book.pool.words[slot * ORDER_WORDS + O_ID]!;
}
