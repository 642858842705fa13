// hot: bench/book.ts
/**
 * Continuous matching by price, display and time (docs/matching.md, market-rules §1.2, §1.9, §1.10, §1.12).
 *
 * `match` walks the opposite levels best first; `consumeLevel` takes one level: the displayed queue, which is only ever
 * eaten from its head, then the hidden queue, where orders with an unmet minimum quantity are passed over. The plain case
 * (nobody shares a self-trade group) costs one compare per resting order. Books whose orders share by
 * another rule go through sharing.ts, so that this path does not pay for it.
 */

import * as domain from '../../domain/index.ts';
import type { FastBook } from '../book/fast-book.ts';
import type { Incoming } from '../book/incoming.ts';
import * as levelPool from '../book/level-pool.ts';
import * as orderPool from '../book/order-pool.ts';

// V8 folds constants of this module into machine code, but reads imported ones from memory at each use.
const {
  BUY,
  CANCEL_SELF_TRADE,
  EV_CANCELED,
  EV_REFRESHED,
  EV_RESTATED,
  EV_TRADE,
  HEAD_CODE_SHIFT,
  HEAD_FLAG_MAKER_HIDDEN,
  HEAD_SIDE_SHIFT,
  STP_CANCEL_BOTH,
  STP_CANCEL_NEWEST,
  STP_CANCEL_OLDEST,
  STP_DECREMENT,
  STP_NONE,
} = domain;
const {
  L_COUNT,
  L_HEAD,
  L_HIDDEN_COUNT,
  L_HIDDEN_HEAD,
  L_TAIL,
  LD_RESERVE,
  LD_SHOWN,
  LEVEL_DOUBLES,
  LEVEL_WORDS,
} = levelPool;
const {
  O_ACCOUNT,
  O_FILLED,
  O_HIDDEN_NEXT,
  O_ID,
  O_MIN_QTY,
  O_NEXT,
  O_PEAK,
  O_PREV,
  O_RESERVE,
  O_SHOWN,
  O_STP_GROUP,
  ORDER_WORDS,
} = orderPool;

/** What a meeting of two orders of one self-trade group leads to. */
const GO_ON = 0;
const MATCH_ENDS = 1;

/** Trades an incoming order against the opposite side. Afterwards `incoming.leaves` is what is left; 0 also if self-trade prevention took the rest. */
export function match(book: FastBook, incoming: Incoming): void {
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

/** Takes what one level gives; returns whether the level is gone. */
function consumeLevel(book: FastBook, incoming: Incoming, level: number, price: number): boolean {
  const levelAt = level * LEVEL_WORDS;
  const levelWords = book.levels.words;
  let displayChanged = false;
  book.depletedIcebergs = 0;
  if (levelWords[levelAt + L_COUNT] !== 0) {
    displayChanged = true;
    consumeDisplayed(book, incoming, level, price);
  }
  if (incoming.leaves > 0 && levelWords[levelAt + L_HIDDEN_COUNT] !== 0) {
    consumeHidden(book, incoming, level, price);
  }
  if (book.depletedIcebergs > 0) {
    if (book.isPeakAfterHidden) goRoundAfterHidden(book, incoming, level, price, consumeDisplayed);
    else refillIcebergs(book, incoming.side ^ 1, level, price);
  }
  const count = levelWords[levelAt + L_COUNT]!;
  if (displayChanged && book.displayTouched) {
    book.publishLevel(
      incoming.side ^ 1,
      price,
      book.levels.doubles[level * LEVEL_DOUBLES + LD_SHOWN]!,
      count,
    );
  }
  if (count !== 0 || levelWords[levelAt + L_HIDDEN_COUNT] !== 0) return false;
  book.dropLevel(incoming.side ^ 1, level, price);
  return true;
}

/** Eats the displayed queue from its head. */
function consumeDisplayed(book: FastBook, incoming: Incoming, level: number, price: number): void {
  const pool = book.pool;
  const words = pool.words;
  const levelWords = book.levels.words;
  const levelAt = level * LEVEL_WORDS;
  const shownAt = level * LEVEL_DOUBLES + LD_SHOWN;
  const totals = book.levels.doubles;
  const group = incoming.stpMode === STP_NONE ? 0 : incoming.stpGroup;
  book.displayTouched = false;
  let slot = levelWords[levelAt + L_HEAD]!;
  while (slot !== 0 && incoming.leaves > 0) {
    const at = slot * ORDER_WORDS;
    if (group !== 0 && words[at + O_STP_GROUP] === group) {
      const next = words[at + O_NEXT]!;
      if (preventSelfTrade(book, incoming, slot, level, price) === MATCH_ENDS) return;
      slot = next;
      continue;
    }
    const shown = words[at + O_SHOWN]!;
    const reserve = words[at + O_RESERVE]!;
    const qty = shown < incoming.leaves ? shown : incoming.leaves;
    incoming.leaves -= qty;
    words[at + O_FILLED]! += qty;
    totals[shownAt]! -= qty;
    book.displayTouched = true;
    trade(book, incoming, words[at + O_ID]!, shown - qty + reserve, price, qty, 0);
    if (qty < shown) {
      words[at + O_SHOWN] = shown - qty;
      return;
    }
    const next = words[at + O_NEXT]!;
    levelWords[levelAt + L_HEAD] = next;
    if (next !== 0) words[next * ORDER_WORDS + O_PREV] = 0;
    else levelWords[levelAt + L_TAIL] = 0;
    levelWords[levelAt + L_COUNT]!--;
    words[at + O_SHOWN] = 0;
    if (reserve === 0) {
      pool.free(slot);
      book.liveOrderCount--;
    } else depletePeak(book, incoming.side ^ 1, slot, level, price);
    slot = levelWords[levelAt + L_HEAD]!;
  }
}

/** Eats the hidden queue; orders whose minimum quantity is not met are passed over. */
function consumeHidden(book: FastBook, incoming: Incoming, level: number, price: number): void {
  const words = book.pool.words;
  const reserveAt = level * LEVEL_DOUBLES + LD_RESERVE;
  const totals = book.levels.doubles;
  const group = incoming.stpMode === STP_NONE ? 0 : incoming.stpGroup;
  let slot = book.levels.words[level * LEVEL_WORDS + L_HIDDEN_HEAD]!;
  while (slot !== 0 && incoming.leaves > 0) {
    const at = slot * ORDER_WORDS;
    const next = words[at + O_HIDDEN_NEXT]!;
    if (group !== 0 && words[at + O_STP_GROUP] === group) {
      if (preventSelfTrade(book, incoming, slot, level, price) === MATCH_ENDS) return;
      slot = next;
      continue;
    }
    const reserve = words[at + O_RESERVE]!;
    const minQty = words[at + O_MIN_QTY]!;
    if (incoming.leaves < (minQty < reserve ? minQty : reserve) && minQty !== 0) {
      slot = next;
      continue;
    }
    const qty = reserve < incoming.leaves ? reserve : incoming.leaves;
    incoming.leaves -= qty;
    words[at + O_FILLED]! += qty;
    words[at + O_RESERVE] = reserve - qty;
    totals[reserveAt]! -= qty;
    trade(book, incoming, words[at + O_ID]!, reserve - qty, price, qty, HEAD_FLAG_MAKER_HIDDEN);
    if (minQty > reserve - qty) words[at + O_MIN_QTY] = reserve - qty;
    if (reserve === qty) {
      if (words[at + O_PEAK] !== 0) book.depletedIcebergs--;
      if (book.sharing !== null) noteLeft(book, slot, price);
      book.unlinkHidden(slot, level);
      book.pool.free(slot);
      book.liveOrderCount--;
    }
    slot = next;
  }
}

function trade(
  book: FastBook,
  incoming: Incoming,
  makerId: number,
  makerLeaves: number,
  price: number,
  qty: number,
  flags: number,
): void {
  incoming.filled += qty;
  book.lastTradeTicks = price;
  if (price > book.tradeHigh) book.tradeHigh = price;
  if (price < book.tradeLow) book.tradeLow = price;
  book.events.emit(
    EV_TRADE | (incoming.side << HEAD_SIDE_SHIFT) | flags,
    incoming.orderId,
    price,
    qty,
    incoming.leaves,
    makerId,
    makerLeaves,
    ++book.tradeCount,
  );
}

/** Moves the next peak of an iceberg from its reserve to the tail of the displayed queue. */
function showNextPeak(book: FastBook, side: number, slot: number, level: number, price: number): void {
  const words = book.pool.words;
  const at = slot * ORDER_WORDS;
  const reserve = words[at + O_RESERVE]!;
  const peak = words[at + O_PEAK]!;
  const shown = peak < reserve ? peak : reserve;
  words[at + O_SHOWN] = shown;
  words[at + O_RESERVE] = reserve - shown;
  const totals = book.levels.doubles;
  totals[level * LEVEL_DOUBLES + LD_SHOWN]! += shown;
  totals[level * LEVEL_DOUBLES + LD_RESERVE]! -= shown;
  book.linkDisplayed(slot, level);
  book.displayTouched = true;
  book.events.emit(
    EV_REFRESHED | (side << HEAD_SIDE_SHIFT),
    words[at + O_ID]!,
    price,
    shown,
    reserve,
    words[at + O_ACCOUNT]!,
    0,
    0,
  );
}

/** A peak is eaten and there is reserve: the next one is shown now, or when hidden orders have traded, or when the level is left. */
function depletePeak(book: FastBook, side: number, slot: number, level: number, price: number): void {
  if (book.isRoundRobin && !book.isPeakAfterHidden) {
    showNextPeak(book, side, slot, level, price);
    return;
  }
  book.depletedIcebergs++;
  if (book.isPeakAfterHidden) book.depleted.push(slot);
}

/** Hidden orders have traded: depleted icebergs show their next peaks in turn, and these are consumed, until nothing is left of either side. */
function goRoundAfterHidden(
  book: FastBook,
  incoming: Incoming,
  level: number,
  price: number,
  consume: (book: FastBook, incoming: Incoming, level: number, price: number) => void,
): void {
  while (book.depleted.length > 0) {
    book.depletedIcebergs = 0;
    for (let i = 0; i < book.depleted.length; i++) {
      showNextPeak(book, incoming.side ^ 1, book.depleted[i]!, level, price);
    }
    book.depleted.length = 0;
    if (incoming.leaves > 0) consume(book, incoming, level, price);
  }
  book.displayTouched = true;
}

/** When the incoming order is done with a level: depleted icebergs show their next peak, in the order of the hidden queue. */
function refillIcebergs(book: FastBook, side: number, level: number, price: number): void {
  const words = book.pool.words;
  let slot = book.levels.words[level * LEVEL_WORDS + L_HIDDEN_HEAD]!;
  while (slot !== 0 && book.depletedIcebergs > 0) {
    const at = slot * ORDER_WORDS;
    const next = words[at + O_HIDDEN_NEXT]!;
    if (words[at + O_PEAK] !== 0 && words[at + O_SHOWN] === 0) {
      book.depletedIcebergs--;
      showNextPeak(book, side, slot, level, price);
      if (words[at + O_RESERVE] === 0) book.unlinkHidden(slot, level);
    }
    slot = next;
  }
}

/** The incoming order would trade with its own group next: applies the incoming order's mode (market-rules §1.12). */
function preventSelfTrade(
  book: FastBook,
  incoming: Incoming,
  slot: number,
  level: number,
  price: number,
): typeof GO_ON | typeof MATCH_ENDS {
  const words = book.pool.words;
  const at = slot * ORDER_WORDS;
  const open = words[at + O_SHOWN]! + words[at + O_RESERVE]!;
  const mode = incoming.stpMode;
  if (mode === STP_CANCEL_NEWEST) {
    cancelIncoming(book, incoming);
    return MATCH_ENDS;
  }
  if (mode === STP_CANCEL_OLDEST) {
    cancelResting(book, slot, level, price);
    return GO_ON;
  }
  if (mode === STP_CANCEL_BOTH || open === incoming.leaves) {
    cancelResting(book, slot, level, price);
    cancelIncoming(book, incoming);
    return MATCH_ENDS;
  }
  if (open < incoming.leaves) {
    cancelResting(book, slot, level, price);
    if (mode === STP_DECREMENT) {
      incoming.leaves -= open;
      restate(book, incoming.side, incoming.orderId, price, open, incoming.leaves, incoming.accountId);
    }
    return GO_ON;
  }
  if (mode === STP_DECREMENT) {
    book.takeOff(slot, level, incoming.leaves);
    restate(
      book,
      incoming.side ^ 1,
      words[at + O_ID]!,
      price,
      incoming.leaves,
      open - incoming.leaves,
      words[at + O_ACCOUNT]!,
    );
  }
  cancelIncoming(book, incoming);
  return MATCH_ENDS;
}

function cancelIncoming(book: FastBook, incoming: Incoming): void {
  book.emitCanceled(
    CANCEL_SELF_TRADE,
    incoming.side,
    incoming.orderId,
    incoming.price,
    incoming.leaves,
    incoming.accountId,
  );
  incoming.leaves = 0;
}

function cancelResting(book: FastBook, slot: number, level: number, price: number): void {
  const words = book.pool.words;
  const at = slot * ORDER_WORDS;
  const side = book.sideOf(slot);
  const shown = words[at + O_SHOWN]!;
  if (shown > 0) book.displayTouched = true;
  else if (words[at + O_PEAK] !== 0) book.depletedIcebergs--;
  book.events.emit(
    EV_CANCELED | (side << HEAD_SIDE_SHIFT) | (CANCEL_SELF_TRADE << HEAD_CODE_SHIFT),
    words[at + O_ID]!,
    price,
    shown + words[at + O_RESERVE]!,
    0,
    words[at + O_ACCOUNT]!,
    0,
    0,
  );
  if (book.sharing !== null) noteLeft(book, slot, price);
  book.unlink(slot, level);
  book.pool.free(slot);
  book.liveOrderCount--;
}

/** A resting order leaves its price within a match, in a book whose orders share. */
function noteLeft(book: FastBook, slot: number, price: number): void {
  const words = book.pool.words;
  const at = slot * ORDER_WORDS;
  book.sharing!.left(book.sideOf(slot), price, words[at + O_ID]!, words[at + O_ACCOUNT]!);
}

function restate(
  book: FastBook,
  side: number,
  orderId: number,
  price: number,
  decrement: number,
  leaves: number,
  accountId: number,
): void {
  book.events.emit(
    EV_RESTATED | (side << HEAD_SIDE_SHIFT),
    orderId,
    price,
    decrement,
    leaves,
    accountId,
    0,
    0,
  );
}

/** What sharing.ts builds on. One object: V8 reads exported functions from memory at each call, also those of the own module. */
export const MATCH_PARTS = {
  GO_ON,
  MATCH_ENDS,
  consumeHidden,
  depletePeak,
  goRoundAfterHidden,
  preventSelfTrade,
  refillIcebergs,
  trade,
} as const;
