// hot: runs for every order that takes in a book whose orders share
/**
 * Continuous matching where orders at one price share the incoming order: displayed ones by the steps of an algorithm, or
 * displayed and hidden ones by parity (docs/matching.md "Allocation", market-rules §1.3-1.7). The walk over levels is that of
 * continuous.ts, written once more so that books by time alone do not pay for it; hidden orders by time, peaks and
 * self-trade prevention are its parts.
 */

import * as domain from '../../domain/index.ts';
import { allocateLevel } from '../allocation/allocate.ts';
import type { SharingState } from '../allocation/book-allocation.ts';
import { LevelOrders } from '../allocation/level-orders.ts';
import type { ParityState } from '../allocation/parity-state.ts';
import { allocateParity, NO_SETTER } from '../allocation/parity-wheel.ts';
import type { FastBook } from '../book/fast-book.ts';
import type { Incoming } from '../book/incoming.ts';
import * as levelPool from '../book/level-pool.ts';
import * as orderPool from '../book/order-pool.ts';
import { MATCH_PARTS } from './continuous.ts';

// V8 folds constants of this module into machine code, but reads imported ones from memory at each use.
const { BUY, HEAD_FLAG_MAKER_HIDDEN, SELL, STP_NONE, UNDEF_INT32 } = domain;
const { L_COUNT, L_HEAD, L_HIDDEN_COUNT, L_HIDDEN_HEAD, LD_RESERVE, LD_SHOWN, LEVEL_DOUBLES, LEVEL_WORDS } =
  levelPool;
const {
  O_ACCOUNT,
  O_FILLED,
  O_HIDDEN_NEXT,
  O_ID,
  O_LEVEL,
  O_MIN_QTY,
  O_NEXT,
  O_PEAK,
  O_RESERVE,
  O_SHOWN,
  O_STP_GROUP,
  ORDER_WORDS,
} = orderPool;
const { GO_ON, MATCH_ENDS, consumeHidden, depletePeak, goRoundAfterHidden } = MATCH_PARTS;
const { preventSelfTrade, refillIcebergs, trade } = MATCH_PARTS;

/** Reused: one level is shared at a time. */
const orders = new LevelOrders();

/** `match` of continuous.ts for a book whose orders share. */
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

/** An incoming order has come to rest: says so to the book's sharing state. `isContinuous`: it may become TOP. */
export function noteRested(book: FastBook, incoming: Incoming, isContinuous: boolean): void {
  const { tops, parity } = book.sharing!;
  const side = incoming.side as domain.Side;
  if (parity !== null) {
    parity.rested(side, incoming.price, incoming.accountId);
    noteBest(book);
  }
  if (tops === null) return;
  const at = book.pool.slotOf[incoming.orderId]! * ORDER_WORDS;
  const shown = book.pool.words[at + O_SHOWN]!;
  if (shown === 0) return;
  const count = book.levels.words[book.pool.words[at + O_LEVEL]! * LEVEL_WORDS + L_COUNT]!;
  // It betters the market if it stands at the best price now, and alone: then there was no best price as good before.
  const isBetter = count === 1 && book.bestTicks(side) === incoming.price;
  const bestBefore = isBetter ? UNDEF_INT32 : incoming.price;
  tops.rested(side, incoming.orderId, shown, incoming.price, bestBefore, isContinuous);
}

/** An order is out of the queues of its price, outside of a match; its record is still there. */
export function noteRemoved(book: FastBook, slot: number, price: number): void {
  const words = book.pool.words;
  const at = slot * ORDER_WORDS;
  book.sharing!.left(book.sideOf(slot), price, words[at + O_ID]!, words[at + O_ACCOUNT]!);
  noteBest(book);
}

/** Looks at the best displayed prices: one that is new may have a setter. Not while orders are collected. */
export function noteBest(book: FastBook): void {
  const { parity } = book.sharing!;
  if (parity === null || book.isCollecting) return;
  noteBestOf(book, parity, BUY);
  noteBestOf(book, parity, SELL);
}

function noteBestOf(book: FastBook, parity: ParityState, side: domain.Side): void {
  const price = book.bestTicks(side);
  if (price === UNDEF_INT32) {
    parity.sawNothing(side);
    return;
  }
  const levelAt = (side === BUY ? book.bids : book.asks).find(price) * LEVEL_WORDS;
  const levelWords = book.levels.words;
  const at = levelWords[levelAt + L_HEAD]! * ORDER_WORDS;
  const words = book.pool.words;
  parity.sawBest(side, price, levelWords[levelAt + L_COUNT]!, words[at + O_ID]!, words[at + O_SHOWN]!);
}

/** Takes what one level gives; returns whether the level is gone. */
function consumeLevel(book: FastBook, incoming: Incoming, level: number, price: number): boolean {
  const levelAt = level * LEVEL_WORDS;
  const levelWords = book.levels.words;
  book.depletedIcebergs = 0;
  book.displayTouched = false;
  const hadDisplay = levelWords[levelAt + L_COUNT] !== 0;
  if (hadDisplay) shareDisplayed(book, incoming, level, price);
  if (incoming.leaves > 0 && levelWords[levelAt + L_HIDDEN_COUNT] !== 0) {
    if (book.sharing!.parity !== null) shareHidden(book, incoming, level, price);
    if (incoming.leaves > 0) consumeHidden(book, incoming, level, price);
  }
  if (book.depletedIcebergs > 0) {
    if (book.isPeakAfterHidden) goRoundAfterHidden(book, incoming, level, price, shareDisplayed);
    else refillIcebergs(book, incoming.side ^ 1, level, price);
  }
  const count = levelWords[levelAt + L_COUNT]!;
  if (hadDisplay && book.displayTouched) book.publishLevelOf(incoming.side ^ 1, level, price);
  if (count !== 0 || levelWords[levelAt + L_HIDDEN_COUNT] !== 0) return false;
  book.dropLevel(incoming.side ^ 1, level, price);
  return true;
}

/** Shares the displayed queue by the book's rule: own orders go first, then one trade per order in time order. */
function shareDisplayed(book: FastBook, incoming: Incoming, level: number, price: number): void {
  const words = book.pool.words;
  const levelWords = book.levels.words;
  const levelAt = level * LEVEL_WORDS;
  const side = (incoming.side ^ 1) as domain.Side;
  const sharing = book.sharing!;
  if (preventOwn(book, incoming, level, price, levelWords[levelAt + L_HEAD]!, O_NEXT) === MATCH_ENDS) return;
  // Once more for each time that peaks were refreshed while the incoming order is not done.
  while (incoming.leaves > 0 && levelWords[levelAt + L_COUNT] !== 0) {
    const firstId = firstServed(sharing, side, price);
    let first = NO_SETTER;
    orders.clear();
    const head = levelWords[levelAt + L_HEAD]!;
    for (let slot = head; slot !== 0; slot = words[slot * ORDER_WORDS + O_NEXT]!) {
      const at = slot * ORDER_WORDS;
      const index = orders.add(words[at + O_SHOWN]!, 0, participantOf(sharing, words[at + O_ACCOUNT]!));
      if (words[at + O_ID] === firstId) first = index;
    }
    allocate(sharing, side, price, first, incoming.leaves);
    let slot = head;
    for (let i = 0; i < orders.count; i++) {
      const next = words[slot * ORDER_WORDS + O_NEXT]!;
      const qty = orders.fillLots[i]!;
      if (qty > 0) tradeDisplayed(book, incoming, slot, level, price, qty);
      slot = next;
    }
  }
}

/** Id of the order with a part of its own: the TOP order of the side, or the setter of the price; 0 if there is none. */
function firstServed({ tops, parity }: SharingState, side: domain.Side, price: number): number {
  if (parity !== null) return parity.setterAt(side, price);
  return tops === null ? 0 : tops.of(side);
}

/** Whose order it is for the rule: an account for an algorithm, a participant of the wheel for parity. */
function participantOf({ parity }: SharingState, accountId: number): number {
  return parity === null ? accountId : parity.participantOf(accountId);
}

/** Shares `lots` among the orders that are loaded; `first` is the place of the one with a part of its own. */
function allocate(
  { algorithm, parity }: SharingState,
  side: domain.Side,
  price: number,
  first: number,
  lots: number,
): void {
  if (parity !== null) {
    allocateParity(parity.rule, parity.wheelAt(side, price), orders, first, lots);
    return;
  }
  if (first !== NO_SETTER) orders.markTop(first);
  allocateLevel(algorithm!, orders, lots);
}

/**
 * Parity of hidden interest: own orders go first, then orders without a minimum quantity and reserves share; those with one
 * are left for the walk by time.
 */
function shareHidden(book: FastBook, incoming: Incoming, level: number, price: number): void {
  const words = book.pool.words;
  const levelAt = level * LEVEL_WORDS;
  const side = (incoming.side ^ 1) as domain.Side;
  const sharing = book.sharing!;
  const first = book.levels.words[levelAt + L_HIDDEN_HEAD]!;
  if (preventOwn(book, incoming, level, price, first, O_HIDDEN_NEXT) === MATCH_ENDS) return;
  orders.clear();
  const head = book.levels.words[levelAt + L_HIDDEN_HEAD]!;
  for (let slot = head; slot !== 0; slot = words[slot * ORDER_WORDS + O_HIDDEN_NEXT]!) {
    const at = slot * ORDER_WORDS;
    if (words[at + O_MIN_QTY] === 0)
      orders.add(words[at + O_RESERVE]!, 0, participantOf(sharing, words[at + O_ACCOUNT]!));
  }
  if (orders.count === 0) return;
  allocate(sharing, side, price, NO_SETTER, incoming.leaves);
  let slot = head;
  for (let i = 0; i < orders.count; ) {
    const next = words[slot * ORDER_WORDS + O_HIDDEN_NEXT]!;
    if (words[slot * ORDER_WORDS + O_MIN_QTY] === 0) {
      const qty = orders.fillLots[i++]!;
      if (qty > 0) tradeHidden(book, incoming, slot, level, price, qty);
    }
    slot = next;
  }
}

/** Applies self-trade prevention to the orders of the own group in a queue, in time order. */
function preventOwn(
  book: FastBook,
  incoming: Incoming,
  level: number,
  price: number,
  head: number,
  nextWord: typeof O_NEXT | typeof O_HIDDEN_NEXT,
): typeof GO_ON | typeof MATCH_ENDS {
  const words = book.pool.words;
  const group = incoming.stpMode === STP_NONE ? 0 : incoming.stpGroup;
  if (group === 0) return GO_ON;
  let slot = head;
  while (slot !== 0) {
    const next = words[slot * ORDER_WORDS + nextWord]!;
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
  book.sharing!.lostPlace(side, price, words[at + O_ID]!);
  if (reserve === 0) {
    book.sharing!.left(side, price, words[at + O_ID]!, words[at + O_ACCOUNT]!);
    book.pool.free(slot);
    book.liveOrderCount--;
  } else depletePeak(book, side, slot, level, price);
}

/** One trade with hidden interest anywhere in its queue. */
function tradeHidden(
  book: FastBook,
  incoming: Incoming,
  slot: number,
  level: number,
  price: number,
  qty: number,
): void {
  const words = book.pool.words;
  const at = slot * ORDER_WORDS;
  const reserve = words[at + O_RESERVE]!;
  incoming.leaves -= qty;
  words[at + O_FILLED]! += qty;
  words[at + O_RESERVE] = reserve - qty;
  book.levels.doubles[level * LEVEL_DOUBLES + LD_RESERVE]! -= qty;
  trade(book, incoming, words[at + O_ID]!, reserve - qty, price, qty, HEAD_FLAG_MAKER_HIDDEN);
  if (reserve > qty) return;
  if (words[at + O_PEAK] !== 0) book.depletedIcebergs--;
  book.sharing!.left((incoming.side ^ 1) as domain.Side, price, words[at + O_ID]!, words[at + O_ACCOUNT]!);
  book.unlinkHidden(slot, level);
  book.pool.free(slot);
  book.liveOrderCount--;
}
