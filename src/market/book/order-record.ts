// hot: bench/book.ts
/**
 * All live orders of a venue as fixed records of 16 int32 words (64 bytes) in one array, and the dense map from order id
 * to record. Slot 0 is the null record, so links need no check for -1. Free slots form a list through O_NEXT.
 *
 * ```
 *        first half: what a match touches          second half: what changes and inspection touch
 * word   0     1     2      3      4        5   6     7    | 8     9       10       11       12      13      14     15
 *        next  prev  level  shown  reserve  id  meta  stp  | peak  filled  minQty   account  hNext   hPrev   price  book
 * ```
 * `next/prev` link the displayed queue of a level (or the queue of waiting stops), `hNext/hPrev` its hidden queue.
 * A waiting stop is in no hidden queue and keeps its arrival number in `hNext`.
 */

import { TERMS_FLAGS_SHIFT, TERMS_STP_SHIFT, TERMS_TIF_SHIFT, TERMS_TYPE_SHIFT } from '../../domain/index.ts';

export const ORDER_WORDS = 16;
export const O_NEXT = 0;
export const O_PREV = 1;
export const O_LEVEL = 2;
export const O_SHOWN = 3;
export const O_RESERVE = 4;
export const O_ID = 5;
export const O_META = 6;
export const O_STP_GROUP = 7;
export const O_PEAK = 8;
export const O_FILLED = 9;
export const O_MIN_QTY = 10;
export const O_ACCOUNT = 11;
export const O_HIDDEN_NEXT = 12;
export const O_HIDDEN_PREV = 13;
export const O_PRICE = 14;
export const O_BOOK = 15;
export const O_STOP_SEQUENCE = O_HIDDEN_NEXT;

/** Bits of O_META: the terms as in a CMD_NEW record, and whether it is a waiting stop. */
export const META_TYPE_SHIFT = TERMS_TYPE_SHIFT;
export const META_TIF_SHIFT = TERMS_TIF_SHIFT;
export const META_FLAGS_SHIFT = TERMS_FLAGS_SHIFT;
export const META_STP_SHIFT = TERMS_STP_SHIFT;
export const META_WAITING_STOP = 1 << 13;
export const META_HIDDEN = 1 << META_FLAGS_SHIFT;
