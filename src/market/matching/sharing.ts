// hot: runs for every order that takes in a book whose orders share
/**
 * Continuous matching where displayed orders at one price share the incoming order by the steps of an algorithm
 * (docs/matching.md "Allocation", market-rules §1.3-1.6). The walk over levels is that of continuous.ts, written once more
 * so that books by time alone do not pay for it; hidden orders, peaks and self-trade prevention are its parts.
 */

import * as domain from '../../domain/index.ts';
import { allocateLevel } from '../allocation/allocate.ts';
import type { FastBook } from '../book/fast-book.ts';
import type { Incoming } from '../book/incoming.ts';
import * as levelPool from '../book/level-pool.ts';
import * as orderPool from '../book/order-pool.ts';
import { MATCH_PARTS } from './continuous.ts';

// V8 folds constants of this module into machine code, but reads imported ones from memory at each use.
const { BUY, STP_NONE, UNDEF_INT32 } = domain;
const { L_COUNT, L_HEAD, L_HIDDEN_COUNT, LD_SHOWN, LEVEL_DOUBLES, LEVEL_WORDS } = levelPool;
const { O_ACCOUNT, O_FILLED, O_ID, O_LEVEL, O_NEXT, O_RESERVE, O_SHOWN, O_STP_GROUP, ORDER_WORDS } =
  orderPool;
const { GO_ON, MATCH_ENDS, consumeHidden, preventSelfTrade, refillIcebergs, showNextPeak, trade } =
  MATCH_PARTS;

/** `match` of continuous.ts for a book with an algorithm. */
export function matchSharing(book: FastBook, incoming: Incoming): void {
  const ladder = incoming.side === BUY ? book.asks : book.bids;
  const isBuy = incoming.side === BUY;
  let level = ladder.best;
  let price = ladder.bestPrice;
  while (level !== 0) {
    if (isBuy ? price > incoming.limit : price < incoming.limit) return;
    const isBest = level === ladder.best;
    const isEmptied = consumeLevel(book, incoming, level, price);
    if (incoming.leaves === 0) return;
    if (isEmptied && isBest) {
      level = ladder.best;
      price = ladder.bestPrice;
    } else {
      level = ladder.worseThan(price);
      price = ladder.foundPrice;
    }
  }
}

/** An incoming order has come to rest: says so to the book's TOP state, if it has one. `isContinuous`: it may become TOP. */
export function noteRested(book: FastBook, incoming: Incoming, isContinuous: boolean): void {
  if (book.tops === null) return;
  const at = book.pool.slotOf[incoming.orderId]! * ORDER_WORDS;
  const shown = book.pool.words[at + O_SHOWN]!;
  if (shown === 0) return;
  const side = incoming.side as domain.Side;
  const count = book.levels.words[book.pool.words[at + O_LEVEL]! * LEVEL_WORDS + L_COUNT]!;
  // It betters the market if it stands at the best price now, and alone: then there was no best price as good before.
  const isBetter = count === 1 && book.bestTicks(side) === incoming.price;
  const bestBefore = isBetter ? UNDEF_INT32 : incoming.price;
  book.tops.rested(side, incoming.orderId, shown, incoming.price, bestBefore, isContinuous);
}

/** Takes what one level gives; returns whether the level is gone. */
function consumeLevel(book: FastBook, incoming: Incoming, level: number, price: number): boolean {
  const levelAt = level * LEVEL_WORDS;
  const levelWords = book.levels.words;
  book.depletedIcebergs = 0;
  book.displayTouched = false;
  const hadDisplay = levelWords[levelAt + L_COUNT] !== 0;
  if (hadDisplay) consumeByAllocation(book, incoming, level, price);
  if (incoming.leaves > 0 && levelWords[levelAt + L_HIDDEN_COUNT] !== 0) {
    consumeHidden(book, incoming, level, price);
  }
  if (book.depletedIcebergs > 0) refillIcebergs(book, incoming.side ^ 1, level, price);
  const count = levelWords[levelAt + L_COUNT]!;
  if (hadDisplay && book.displayTouched) book.publishLevelOf(incoming.side ^ 1, level, price);
  if (count !== 0 || levelWords[levelAt + L_HIDDEN_COUNT] !== 0) return false;
  book.dropLevel(incoming.side ^ 1, level, price);
  return true;
}

/** Shares the displayed queue by the book's algorithm: own orders go first, then one trade per order in time order. */
function consumeByAllocation(book: FastBook, incoming: Incoming, level: number, price: number): void {
  const words = book.pool.words;
  const levelWords = book.levels.words;
  const levelAt = level * LEVEL_WORDS;
  const orders = book.sharing!;
  if (preventOwnDisplayed(book, incoming, level, price) === MATCH_ENDS) return;
  // Once more for each time that peaks were refreshed while the incoming order is not done.
  while (incoming.leaves > 0 && levelWords[levelAt + L_COUNT] !== 0) {
    const topId = book.tops === null ? 0 : book.tops.of((incoming.side ^ 1) as domain.Side);
    orders.clear();
    const head = levelWords[levelAt + L_HEAD]!;
    for (let slot = head; slot !== 0; slot = words[slot * ORDER_WORDS + O_NEXT]!) {
      const at = slot * ORDER_WORDS;
      const index = orders.add(words[at + O_SHOWN]!, 0, words[at + O_ACCOUNT]!);
      if (words[at + O_ID] === topId) orders.markTop(index);
    }
    allocateLevel(book.algorithm!, orders, incoming.leaves);
    let slot = head;
    for (let i = 0; i < orders.count; i++) {
      const next = words[slot * ORDER_WORDS + O_NEXT]!;
      const qty = orders.fillLots[i]!;
      if (qty > 0) tradeDisplayed(book, incoming, slot, level, price, qty);
      slot = next;
    }
  }
}

/** Applies self-trade prevention to the displayed orders of the own group, in time order. */
function preventOwnDisplayed(
  book: FastBook,
  incoming: Incoming,
  level: number,
  price: number,
): typeof GO_ON | typeof MATCH_ENDS {
  const words = book.pool.words;
  const group = incoming.stpMode === STP_NONE ? 0 : incoming.stpGroup;
  if (group === 0) return GO_ON;
  let slot = book.levels.words[level * LEVEL_WORDS + L_HEAD]!;
  while (slot !== 0) {
    const next = words[slot * ORDER_WORDS + O_NEXT]!;
    if (words[slot * ORDER_WORDS + O_STP_GROUP] === group) {
      if (preventSelfTrade(book, incoming, slot, level, price) === MATCH_ENDS) return MATCH_ENDS;
    }
    slot = next;
  }
  return GO_ON;
}

/** One trade with a displayed order anywhere in its queue. */
function tradeDisplayed(
  book: FastBook,
  incoming: Incoming,
  slot: number,
  level: number,
  price: number,
  qty: number,
): void {
  const words = book.pool.words;
  const at = slot * ORDER_WORDS;
  const side = (incoming.side ^ 1) as domain.Side;
  const shown = words[at + O_SHOWN]!;
  const reserve = words[at + O_RESERVE]!;
  incoming.leaves -= qty;
  words[at + O_FILLED]! += qty;
  words[at + O_SHOWN] = shown - qty;
  book.levels.doubles[level * LEVEL_DOUBLES + LD_SHOWN]! -= qty;
  book.displayTouched = true;
  trade(book, incoming, words[at + O_ID]!, shown - qty + reserve, price, qty, 0);
  if (qty < shown) return;
  book.unlinkDisplayed(slot, level);
  if (book.tops !== null) book.tops.gone(side, words[at + O_ID]!);
  if (reserve === 0) {
    book.pool.free(slot);
    book.liveOrderCount--;
  } else if (book.isRoundRobin) {
    showNextPeak(book, side, slot, level, price);
  } else {
    book.depletedIcebergs++;
  }
}
