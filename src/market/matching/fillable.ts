/**
 * How much of an incoming order would trade now, without touching the book: what fill-or-kill and minimum quantities ask
 * (docs/matching.md "Fillable quantity"). It meets the same orders as `match`; the order of refreshed peaks does not
 * matter, since no order of the own group can stand behind the first pass through the displayed queue.
 */

import * as domain from '../../domain/index.ts';
import type { FastBook } from '../book/fast-book.ts';
import type { Incoming } from '../book/incoming.ts';
import * as levelPool from '../book/level-pool.ts';
import * as orderPool from '../book/order-pool.ts';

// V8 folds constants of this module into machine code, but reads imported ones from memory at each use.
const { BUY, STP_CANCEL_BOTH, STP_CANCEL_NEWEST, STP_CANCEL_OLDEST, STP_DECREMENT, STP_NONE } = domain;
const { L_HEAD, L_HIDDEN_HEAD, LEVEL_WORDS } = levelPool;
const { O_HIDDEN_NEXT, O_MIN_QTY, O_NEXT, O_PEAK, O_RESERVE, O_SHOWN, O_STP_GROUP, ORDER_WORDS } = orderPool;

/** State of one count: `left` is still to be filled, `filled` would be. */
interface Count {
  left: number;
  filled: number;
  isOver: boolean;
}

/** Lots of the incoming order that `match` would fill. */
export function fillableLots(book: FastBook, incoming: Incoming): number {
  const ladder = incoming.side === BUY ? book.asks : book.bids;
  const count: Count = { left: incoming.leaves, filled: 0, isOver: false };
  let level = ladder.best;
  let price = ladder.bestPrice;
  while (level !== 0 && count.left > 0 && !count.isOver) {
    if (incoming.side === BUY ? price > incoming.limit : price < incoming.limit) break;
    const reserves = countDisplayed(book, incoming, level, count);
    if (book.isRoundRobin && !book.isPeakAfterHidden && !count.isOver) fill(count, reserves);
    if (!count.isOver) countHidden(book, incoming, level, count);
    if (book.isPeakAfterHidden && !count.isOver) fill(count, reserves);
    level = ladder.worseThan(price);
    price = ladder.foundPrice;
  }
  return count.filled;
}

/** Returns the reserves of the icebergs that it passed. */
function countDisplayed(book: FastBook, incoming: Incoming, level: number, count: Count): number {
  const words = book.pool.words;
  const isShared = book.sharing !== null;
  if (isShared) meetOwnDisplayed(book, incoming, level, count);
  if (count.isOver) return 0;
  let reserves = 0;
  let slot = book.levels.words[level * LEVEL_WORDS + L_HEAD]!;
  while (slot !== 0 && count.left > 0) {
    const at = slot * ORDER_WORDS;
    if (isOwn(book, incoming, at)) {
      if (!isShared) meetOwn(incoming, words[at + O_SHOWN]! + words[at + O_RESERVE]!, count);
      if (count.isOver) return 0;
    } else {
      fill(count, words[at + O_SHOWN]!);
      reserves += words[at + O_RESERVE]!;
    }
    slot = words[at + O_NEXT]!;
  }
  return reserves;
}

/** Where orders share, self-trade prevention comes before the allocation: all own orders are met first. */
function meetOwnDisplayed(book: FastBook, incoming: Incoming, level: number, count: Count): void {
  const words = book.pool.words;
  let slot = book.levels.words[level * LEVEL_WORDS + L_HEAD]!;
  for (; slot !== 0 && !count.isOver; slot = words[slot * ORDER_WORDS + O_NEXT]!) {
    const at = slot * ORDER_WORDS;
    if (isOwn(book, incoming, at)) meetOwn(incoming, words[at + O_SHOWN]! + words[at + O_RESERVE]!, count);
  }
}

function countHidden(book: FastBook, incoming: Incoming, level: number, count: Count): void {
  const words = book.pool.words;
  const isParity = book.sharing !== null && book.sharing.parity !== null;
  if (isParity) countHiddenShared(book, incoming, level, count);
  let slot = book.levels.words[level * LEVEL_WORDS + L_HIDDEN_HEAD]!;
  while (slot !== 0 && count.left > 0 && !count.isOver) {
    const at = slot * ORDER_WORDS;
    const reserve = words[at + O_RESERVE]!;
    const minQty = words[at + O_MIN_QTY]!;
    if (isOwn(book, incoming, at)) {
      // An own iceberg was met in the displayed queue already.
      if (!isParity && words[at + O_PEAK] === 0) meetOwn(incoming, reserve, count);
    } else if (count.left >= Math.min(minQty, reserve) && !(isParity && minQty === 0)) {
      fill(count, reserve);
    }
    slot = words[at + O_HIDDEN_NEXT]!;
  }
}

/** Parity of hidden interest: all own orders are met first, then come those without a minimum. */
function countHiddenShared(book: FastBook, incoming: Incoming, level: number, count: Count): void {
  const words = book.pool.words;
  const head = book.levels.words[level * LEVEL_WORDS + L_HIDDEN_HEAD]!;
  for (let slot = head; slot !== 0 && !count.isOver; slot = words[slot * ORDER_WORDS + O_HIDDEN_NEXT]!) {
    const at = slot * ORDER_WORDS;
    if (isOwn(book, incoming, at) && words[at + O_PEAK] === 0)
      meetOwn(incoming, words[at + O_RESERVE]!, count);
  }
  if (count.isOver) return;
  for (let slot = head; slot !== 0; slot = words[slot * ORDER_WORDS + O_HIDDEN_NEXT]!) {
    const at = slot * ORDER_WORDS;
    if (!isOwn(book, incoming, at) && words[at + O_MIN_QTY] === 0) fill(count, words[at + O_RESERVE]!);
  }
}

function fill(count: Count, available: number): void {
  const qty = Math.min(count.left, available);
  count.left -= qty;
  count.filled += qty;
}

function isOwn(book: FastBook, incoming: Incoming, at: number): boolean {
  return (
    incoming.stpGroup !== 0 &&
    incoming.stpMode !== STP_NONE &&
    book.pool.words[at + O_STP_GROUP] === incoming.stpGroup
  );
}

/** An order of the own group gives nothing; by the mode it ends the match, goes away, or lowers what is left. */
function meetOwn(incoming: Incoming, open: number, count: Count): void {
  const mode = incoming.stpMode;
  if (mode === STP_CANCEL_OLDEST) return;
  if (mode === STP_CANCEL_NEWEST || mode === STP_CANCEL_BOTH || open >= count.left) count.isOver = true;
  else if (mode === STP_DECREMENT) count.left -= open;
}
