/**
 * Trades of an auction (market-rules §3.3) on the orders of a book. The venue has found price and allocation; here the lots
 * come off the orders that stand in the book, and levels are published once, when all trades have been said.
 */

import {
  BUY,
  EV_REFRESHED,
  EV_TRADE,
  HEAD_FLAG_AUCTION,
  HEAD_SIDE_SHIFT,
  type Side,
} from '../../domain/index.ts';
import type { CrossTradeTerms } from '../book/contract.ts';
import type { FastBook } from '../book/fast-book.ts';
import {
  L_COUNT,
  L_HIDDEN_COUNT,
  L_PRICE,
  LD_RESERVE,
  LD_SHOWN,
  LEVEL_DOUBLES,
  LEVEL_WORDS,
} from '../book/level-pool.ts';
import {
  O_ACCOUNT,
  O_FILLED,
  O_ID,
  O_LEVEL,
  O_MIN_QTY,
  O_PEAK,
  O_RESERVE,
  O_SHOWN,
  ORDER_WORDS,
} from '../book/order-pool.ts';
import { noteBest } from './sharing.ts';

/** Levels touched by the auction at hand: by handle, with side and whether what they display changed. */
export interface CrossedLevels {
  readonly levels: Map<
    number,
    { readonly side: Side; readonly priceTicks: number; isDisplayChanged: boolean }
  >;
  /** Ids of icebergs that show nothing now. */
  readonly depleted: number[];
}

export function crossTrade(book: FastBook, trade: CrossTradeTerms): void {
  const { buyOrderId, sellOrderId, priceTicks, qtyLots } = trade;
  book.lastTradeTicks = priceTicks;
  book.events.emit(
    EV_TRADE | (BUY << HEAD_SIDE_SHIFT) | HEAD_FLAG_AUCTION,
    buyOrderId,
    priceTicks,
    qtyLots,
    trade.buyLeavesLots,
    sellOrderId,
    trade.sellLeavesLots,
    ++book.tradeCount,
  );
  takeOffOrder(book, buyOrderId, qtyLots);
  takeOffOrder(book, sellOrderId, qtyLots);
}

export function endCross(book: FastBook): void {
  const { levels, depleted } = book.crossed;
  depleted.sort((a, b) => a - b);
  for (const orderId of depleted) {
    const slot = book.pool.find(orderId, book.index);
    if (slot !== 0) showNextPeak(book, slot);
  }
  for (const [level, { side, priceTicks, isDisplayChanged }] of levels) {
    if (isDisplayChanged) book.publishLevelOf(side, level, priceTicks);
    const at = level * LEVEL_WORDS;
    if (book.levels.words[at + L_COUNT] === 0 && book.levels.words[at + L_HIDDEN_COUNT] === 0) {
      book.dropLevel(side, level, priceTicks);
    }
  }
  levels.clear();
  depleted.length = 0;
  if (book.sharing !== null) noteBest(book);
}

/** Takes lots off an order that stands in the book, display first; nothing if it waits outside. */
function takeOffOrder(book: FastBook, orderId: number, qtyLots: number): void {
  const slot = book.pool.find(orderId, book.index);
  if (slot === 0) return;
  const words = book.pool.words;
  const at = slot * ORDER_WORDS;
  const level = words[at + O_LEVEL]!;
  const shown = words[at + O_SHOWN]!;
  const reserve = words[at + O_RESERVE]!;
  const fromShown = Math.min(shown, qtyLots);
  const totals = book.levels.doubles;
  const touched = touchedLevel(book, slot, level);
  if (fromShown > 0) {
    touched.isDisplayChanged = true;
    words[at + O_SHOWN] = shown - fromShown;
    totals[level * LEVEL_DOUBLES + LD_SHOWN]! -= fromShown;
    if (fromShown === shown) {
      book.unlinkDisplayed(slot, level);
      if (book.sharing !== null) book.sharing.lostPlace(touched.side, touched.priceTicks, orderId);
      if (reserve > 0) book.crossed.depleted.push(orderId);
    }
  }
  const fromReserve = qtyLots - fromShown;
  if (fromReserve > 0) {
    if (fromReserve === reserve && book.isInHiddenQueue(at)) book.unlinkHidden(slot, level);
    words[at + O_RESERVE] = reserve - fromReserve;
    totals[level * LEVEL_DOUBLES + LD_RESERVE]! -= fromReserve;
  }
  words[at + O_FILLED]! += qtyLots;
  const open = shown + reserve - qtyLots;
  if (words[at + O_MIN_QTY]! > open) words[at + O_MIN_QTY] = open;
  if (open > 0) return;
  if (book.sharing !== null)
    book.sharing.left(touched.side, touched.priceTicks, orderId, words[at + O_ACCOUNT]!);
  book.pool.free(slot);
  book.liveOrderCount--;
}

function touchedLevel(book: FastBook, slot: number, level: number) {
  const { levels } = book.crossed;
  let touched = levels.get(level);
  if (touched === undefined) {
    const priceTicks = book.levels.words[level * LEVEL_WORDS + L_PRICE]!;
    touched = { side: book.sideOf(slot), priceTicks, isDisplayChanged: false };
    levels.set(level, touched);
  }
  return touched;
}

/** An iceberg whose peak the auction took shows the next one at the end of its queue. */
function showNextPeak(book: FastBook, slot: number): void {
  const words = book.pool.words;
  const at = slot * ORDER_WORDS;
  const level = words[at + O_LEVEL]!;
  const reserve = words[at + O_RESERVE]!;
  const peak = Math.min(words[at + O_PEAK]!, reserve);
  if (peak === reserve && book.isInHiddenQueue(at)) book.unlinkHidden(slot, level);
  words[at + O_SHOWN] = peak;
  words[at + O_RESERVE] = reserve - peak;
  const totals = book.levels.doubles;
  totals[level * LEVEL_DOUBLES + LD_SHOWN]! += peak;
  totals[level * LEVEL_DOUBLES + LD_RESERVE]! -= peak;
  book.linkDisplayed(slot, level);
  book.events.emit(
    EV_REFRESHED | (book.sideOf(slot) << HEAD_SIDE_SHIFT),
    words[at + O_ID]!,
    book.levels.words[level * LEVEL_WORDS + L_PRICE]!,
    peak,
    reserve,
    words[at + O_ACCOUNT]!,
    0,
    0,
  );
}
