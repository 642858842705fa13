/**
 * Stops and stop-limits (docs/matching.md "Stops", market-rules §1.14). A waiting stop stands in the displayed queue of a
 * level of its stop price, in a ladder of its own whose best level is the next to be triggered; it counts as open
 * quantity that is not displayed.
 */

import * as domain from '../../domain/index.ts';
import * as bookStore from '../book/book-store.ts';
import type { FastBook } from '../book/fast-book.ts';
import type { Incoming } from '../book/incoming.ts';
import * as levelPool from '../book/level-pool.ts';
import * as orderPool from '../book/order-pool.ts';
import type { PriceLadder } from '../book/price-ladder.ts';
import { loadFromSlot } from './load-slot.ts';

// V8 folds constants of this module into machine code, but reads imported ones from memory at each use.
const {
  BUY,
  EV_REPLACE_REJECTED,
  EV_REPLACED,
  EV_TRIGGERED,
  HEAD_FLAG_KEEPS_PRIORITY,
  HEAD_SIDE_SHIFT,
  LIMIT,
  MARKET,
  REJECT_STOP_ALREADY_TRIGGERED,
  REJECT_STOP_LIMIT_BEYOND_STOP,
  STOP,
  STOP_LIMIT,
} = domain;
const { LADDER_BUY_STOPS, LADDER_SELL_STOPS } = bookStore;
const { L_HEAD, L_PRICE, LD_SHOWN, LEVEL_DOUBLES, LEVEL_WORDS } = levelPool;
const {
  META_TYPE_SHIFT,
  META_WAITING_STOP,
  O_ACCOUNT,
  O_ID,
  O_LEVEL,
  O_META,
  O_MIN_QTY,
  O_NEXT,
  O_PEAK,
  O_PRICE,
  O_RESERVE,
  O_SHOWN,
  O_STOP_SEQUENCE,
  ORDER_WORDS,
} = orderPool;

/** Lets the loaded incoming order wait at its stop price. */
export function placeStop(book: FastBook, incoming: Incoming, stopPrice: number): void {
  const slot = book.pool.allocate(incoming.orderId);
  const isBuy = incoming.side === BUY;
  const level = book.levelAt(
    isBuy ? book.buyStops : book.sellStops,
    isBuy ? LADDER_BUY_STOPS : LADDER_SELL_STOPS,
    stopPrice,
  );
  book.fillSlot(slot, incoming, incoming.type, META_WAITING_STOP);
  const at = slot * ORDER_WORDS;
  const words = book.pool.words;
  words[at + O_LEVEL] = level;
  words[at + O_SHOWN] = incoming.leaves;
  words[at + O_RESERVE] = 0;
  words[at + O_STOP_SEQUENCE] = ++book.stopSequence;
  book.linkDisplayed(slot, level);
  book.levels.doubles[level * LEVEL_DOUBLES + LD_SHOWN]! += incoming.leaves;
  book.liveOrderCount++;
}

/** The loaded incoming order is a stop that is reached already: it enters now, and its trades may trigger others. */
export function enterTriggered(book: FastBook, stopPrice: number): void {
  enterStop(book, stopPrice);
  if (book.tradeLow <= book.tradeHigh) releaseTriggeredStops(book);
}

/** After a match event that traded: releases the stops it reached, and those that their trades reach, until none is left. */
export function releaseTriggeredStops(book: FastBook): void {
  if (book.buyStops.best === 0 && book.sellStops.best === 0) return;
  const queue = book.triggered;
  queue.length = 0;
  collectTriggered(book);
  for (let next = 0; next < queue.length; next += 2) {
    const slot = queue[next]!;
    loadFromSlot(book, slot);
    book.pool.free(slot);
    book.liveOrderCount--;
    enterStop(book, queue[next + 1]!);
    if (book.tradeLow <= book.tradeHigh) collectTriggered(book);
  }
}

function enterStop(book: FastBook, stopPrice: number): void {
  const incoming = book.incoming;
  book.events.emit(
    EV_TRIGGERED | (incoming.side << HEAD_SIDE_SHIFT),
    incoming.orderId,
    stopPrice,
    incoming.leaves,
    0,
    incoming.accountId,
    0,
    0,
  );
  incoming.type = incoming.type === STOP ? MARKET : LIMIT;
  incoming.stopPrice = stopPrice;
  book.enter();
}

/** Appends (slot, stop price) of every stop that this match event reached, nearest to the last trade first, then by time. */
function collectTriggered(book: FastBook): void {
  const found: { slot: number; stopPrice: number; distance: number; sequence: number }[] = [];
  const take = (ladder: PriceLadder): void => {
    const level = ladder.best;
    const stopPrice = ladder.bestPrice;
    const words = book.pool.words;
    for (let slot = book.levels.words[level * LEVEL_WORDS + L_HEAD]!; slot !== 0; ) {
      const at = slot * ORDER_WORDS;
      found.push({
        slot,
        stopPrice,
        distance: Math.abs(stopPrice - book.lastTradeTicks),
        sequence: words[at + O_STOP_SEQUENCE]!,
      });
      slot = words[at + O_NEXT]!;
    }
    ladder.remove(stopPrice);
    book.levels.free(level);
  };
  while (book.buyStops.best !== 0 && book.buyStops.bestPrice <= book.tradeHigh) take(book.buyStops);
  while (book.sellStops.best !== 0 && book.sellStops.bestPrice >= book.tradeLow) take(book.sellStops);
  found.sort((a, b) => a.distance - b.distance || a.sequence - b.sequence);
  for (const { slot, stopPrice } of found) book.triggered.push(slot, stopPrice);
}

/** Changes a waiting stop to terms that are checked for range; refusals name the account of the request. */
export function replaceStop(
  book: FastBook,
  slot: number,
  terms: { price: number; stopPrice: number; open: number; peak: number },
  requester: number,
): void {
  const words = book.pool.words;
  const at = slot * ORDER_WORDS;
  const side = book.sideOf(slot);
  const type = (words[at + O_META]! >> META_TYPE_SHIFT) & 7;
  const level = words[at + O_LEVEL]!;
  const openBefore = words[at + O_SHOWN]!;
  const stopBefore = book.levels.words[level * LEVEL_WORDS + L_PRICE]!;
  const orderId = words[at + O_ID]!;
  const account = words[at + O_ACCOUNT]!;
  if (type === STOP_LIMIT && book.isBeyondStop(side, terms.price, terms.stopPrice)) {
    book.rejectChange(EV_REPLACE_REJECTED, REJECT_STOP_LIMIT_BEYOND_STOP, orderId, requester);
    return;
  }
  const isReached = book.triggersNow(side, terms.stopPrice);
  if (book.isStopReached(side, terms.stopPrice) && book.rules.stopAlreadyTriggered === 'reject') {
    book.rejectChange(EV_REPLACE_REJECTED, REJECT_STOP_ALREADY_TRIGGERED, orderId, requester);
    return;
  }
  const keeps = !isReached && terms.stopPrice === stopBefore && terms.open <= openBefore;
  book.events.emit(
    EV_REPLACED | (side << HEAD_SIDE_SHIFT) | (keeps ? HEAD_FLAG_KEEPS_PRIORITY : 0),
    orderId,
    terms.stopPrice,
    terms.open,
    openBefore,
    account,
    stopBefore,
    0,
  );
  if (keeps) {
    words[at + O_SHOWN] = terms.open;
    words[at + O_PRICE] = terms.price;
    words[at + O_PEAK] = terms.peak;
    if (words[at + O_MIN_QTY]! > terms.open) words[at + O_MIN_QTY] = terms.open;
    book.levels.doubles[level * LEVEL_DOUBLES + LD_SHOWN]! -= openBefore - terms.open;
    return;
  }
  const incoming = loadFromSlot(book, slot);
  incoming.price = terms.price;
  incoming.leaves = terms.open;
  incoming.peak = terms.peak;
  if (incoming.minQty > terms.open) incoming.minQty = terms.open;
  book.removeSlot(slot, level, side, stopBefore, false);
  if (isReached) enterTriggered(book, terms.stopPrice);
  else placeStop(book, incoming, terms.stopPrice);
}
