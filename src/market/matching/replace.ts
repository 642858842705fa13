/** Cancel/replace (docs/matching.md "Changes", market-rules §1.13). */

import type { ReplaceTicket } from '../../domain/index.ts';
import * as domain from '../../domain/index.ts';
import { isPrice } from '../book/check-order.ts';
import type { FastBook } from '../book/fast-book.ts';
import * as levelPool from '../book/level-pool.ts';
import * as orderPool from '../book/order-pool.ts';
import { loadFromSlot } from './load-slot.ts';
import { releaseTriggeredStops, replaceStop } from './stops.ts';

// V8 folds constants of this module into machine code, but reads imported ones from memory at each use.
const {
  EV_REPLACE_REJECTED,
  EV_REPLACED,
  FLAG_POST_ONLY,
  HEAD_FLAG_KEEPS_PRIORITY,
  HEAD_SIDE_SHIFT,
  QTY_LOTS_MAX,
  REJECT_DISPLAY_QTY,
  REJECT_PRICE_RANGE,
  REJECT_QTY_RANGE,
  UNDEF_INT32,
} = domain;
const { L_PRICE, LD_RESERVE, LD_SHOWN, LEVEL_DOUBLES, LEVEL_WORDS } = levelPool;
const {
  META_HIDDEN,
  O_ACCOUNT,
  O_FILLED,
  O_ID,
  O_LEVEL,
  O_META,
  O_MIN_QTY,
  O_PEAK,
  O_PRICE,
  O_RESERVE,
  O_SHOWN,
  ORDER_WORDS,
} = orderPool;

/** An order's terms after a replace. `peak` 0 shows everything. */
interface NewTerms {
  price: number;
  stopPrice: number;
  open: number;
  peak: number;
}

/** Reused: one replace is in progress at a time. */
const terms: NewTerms = { price: 0, stopPrice: 0, open: 0, peak: 0 };

export function replaceOrder(book: FastBook, ticket: ReplaceTicket): void {
  const slot = book.findForChange(ticket.orderId, ticket.accountId, EV_REPLACE_REJECTED);
  if (slot === 0) return;
  const code = readTerms(book, slot, ticket);
  if (code !== 0) {
    book.rejectChange(EV_REPLACE_REJECTED, code, ticket.orderId, ticket.accountId);
    return;
  }
  if (terms.open <= 0) {
    book.cancelReplacedBelowFilled(slot);
    return;
  }
  if (book.isWaitingStop(slot)) {
    replaceStop(book, slot, terms, ticket.accountId);
    return;
  }
  if (keepsPriority(book, slot)) replaceInPlace(book, slot);
  else reenter(book, slot, ticket.accountId);
}

/** Fills `terms` from the order and the ticket; returns a reject code, 0 = fine. */
function readTerms(book: FastBook, slot: number, ticket: ReplaceTicket): number {
  const words = book.pool.words;
  const at = slot * ORDER_WORDS;
  const open = words[at + O_SHOWN]! + words[at + O_RESERVE]!;
  const filled = words[at + O_FILLED]!;
  const countsFills = book.rules.replaceQty === 'total';
  const isStop = book.isWaitingStop(slot);
  if (ticket.qtyLots !== UNDEF_INT32 && (ticket.qtyLots < 1 || ticket.qtyLots > QTY_LOTS_MAX))
    return REJECT_QTY_RANGE;
  const qty = ticket.qtyLots === UNDEF_INT32 ? (countsFills ? open + filled : open) : ticket.qtyLots;
  if (!countsFills && qty + filled > QTY_LOTS_MAX) return REJECT_QTY_RANGE;
  if (ticket.priceTicks !== UNDEF_INT32 && !isPrice(ticket.priceTicks)) return REJECT_PRICE_RANGE;
  if (isStop && ticket.stopPriceTicks !== UNDEF_INT32 && !isPrice(ticket.stopPriceTicks))
    return REJECT_PRICE_RANGE;
  const display = ticket.displayQtyLots;
  if (display !== UNDEF_INT32) {
    const isHidden = (words[at + O_META]! & META_HIDDEN) !== 0;
    if (display < 0 || display > qty || (isHidden && display !== 0)) return REJECT_DISPLAY_QTY;
  }
  terms.price = ticket.priceTicks === UNDEF_INT32 ? words[at + O_PRICE]! : ticket.priceTicks;
  terms.open = countsFills ? qty - filled : qty;
  terms.peak = display === UNDEF_INT32 ? words[at + O_PEAK]! : display < qty ? display : 0;
  if (isStop) {
    const level = words[at + O_LEVEL]!;
    terms.stopPrice =
      ticket.stopPriceTicks === UNDEF_INT32
        ? book.levels.words[level * LEVEL_WORDS + L_PRICE]!
        : ticket.stopPriceTicks;
  }
  return 0;
}

function keepsPriority(book: FastBook, slot: number): boolean {
  const words = book.pool.words;
  const at = slot * ORDER_WORDS;
  if (book.rules.replaceLosesPriority === 'always') return false;
  const open = words[at + O_SHOWN]! + words[at + O_RESERVE]!;
  const peak = words[at + O_PEAK]!;
  const showsMore = peak !== 0 && (terms.peak === 0 || terms.peak > peak);
  return terms.price === words[at + O_PRICE] && terms.open <= open && !showsMore;
}

function replaceInPlace(book: FastBook, slot: number): void {
  const words = book.pool.words;
  const at = slot * ORDER_WORDS;
  const level = words[at + O_LEVEL]!;
  const shownBefore = words[at + O_SHOWN]!;
  const reserveBefore = words[at + O_RESERVE]!;
  let shown = shownBefore < terms.open ? shownBefore : terms.open;
  if (terms.peak !== 0 && terms.peak < shown) shown = terms.peak;
  const reserve = terms.open - shown;
  const wasHiddenQueued = reserveBefore > 0 && book.isInHiddenQueue(at);
  words[at + O_SHOWN] = shown;
  words[at + O_RESERVE] = reserve;
  words[at + O_PEAK] = terms.peak;
  if (words[at + O_MIN_QTY]! > terms.open) words[at + O_MIN_QTY] = terms.open;
  const isHiddenQueued = reserve > 0 && book.isInHiddenQueue(at);
  if (wasHiddenQueued && !isHiddenQueued) book.unlinkHidden(slot, level);
  if (!wasHiddenQueued && isHiddenQueued) book.linkHidden(slot, level);
  const totals = book.levels.doubles;
  totals[level * LEVEL_DOUBLES + LD_SHOWN]! -= shownBefore - shown;
  totals[level * LEVEL_DOUBLES + LD_RESERVE]! -= reserveBefore - reserve;
  const side = book.sideOf(slot);
  emitReplaced(book, slot, shownBefore + reserveBefore, HEAD_FLAG_KEEPS_PRIORITY);
  if (shown !== shownBefore) book.publishLevelOf(side, level, terms.price);
}

/** The order leaves its place and enters anew, with its id, fills and terms. */
function reenter(book: FastBook, slot: number, requester: number): void {
  const words = book.pool.words;
  const at = slot * ORDER_WORDS;
  const shown = words[at + O_SHOWN]!;
  const openBefore = shown + words[at + O_RESERVE]!;
  const priceBefore = words[at + O_PRICE]!;
  const incoming = loadFromSlot(book, slot);
  incoming.price = terms.price;
  incoming.leaves = terms.open;
  incoming.peak = terms.peak;
  if (incoming.minQty > terms.open) incoming.minQty = terms.open;
  if ((incoming.flags & FLAG_POST_ONLY) !== 0) {
    const code = book.slidePostOnly(incoming);
    if (code !== 0) {
      book.rejectChange(EV_REPLACE_REJECTED, code, incoming.orderId, requester);
      return;
    }
  }
  emitReplaced(book, slot, openBefore, 0);
  book.removeSlot(slot, words[at + O_LEVEL]!, incoming.side, priceBefore, shown > 0);
  book.enter();
  if (book.tradeLow <= book.tradeHigh) releaseTriggeredStops(book);
}

function emitReplaced(book: FastBook, slot: number, openBefore: number, flags: number): void {
  const words = book.pool.words;
  const at = slot * ORDER_WORDS;
  const price = book.levels.words[words[at + O_LEVEL]! * LEVEL_WORDS + L_PRICE]!;
  book.events.emit(
    EV_REPLACED | (book.sideOf(slot) << HEAD_SIDE_SHIFT) | flags,
    words[at + O_ID]!,
    terms.price,
    terms.open,
    openBefore,
    words[at + O_ACCOUNT]!,
    price,
    0,
  );
}
