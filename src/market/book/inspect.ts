/** Looking into a fast book: canonical order, views, depth, and the check of its invariants. Not for hot loops. */

import { invariant } from '../../base/index.ts';
import { BUY, SELL, type Side } from '../../domain/index.ts';
import type { LevelView, OrderView } from './contract.ts';
import type { FastBook } from './fast-book.ts';
import {
  L_COUNT,
  L_HEAD,
  L_HIDDEN_COUNT,
  L_HIDDEN_HEAD,
  L_HIDDEN_TAIL,
  L_PRICE,
  L_TAIL,
  LD_RESERVE,
  LD_SHOWN,
  LEVEL_DOUBLES,
  LEVEL_WORDS,
} from './level-pool.ts';
import {
  META_FLAGS_SHIFT,
  META_STP_SHIFT,
  META_TIF_SHIFT,
  META_TYPE_SHIFT,
  O_ACCOUNT,
  O_FILLED,
  O_HIDDEN_NEXT,
  O_HIDDEN_PREV,
  O_ID,
  O_LEVEL,
  O_META,
  O_MIN_QTY,
  O_NEXT,
  O_PEAK,
  O_PREV,
  O_PRICE,
  O_RESERVE,
  O_SHOWN,
  O_STP_GROUP,
  ORDER_WORDS,
} from './order-pool.ts';
import type { PriceLadder } from './price-ladder.ts';

/** Slots of all live orders in the canonical order of `OrderBook.forEachOrder`. */
export function allSlots(book: FastBook): number[] {
  const slots: number[] = [];
  for (const ladder of [book.bids, book.asks, book.buyStops, book.sellStops]) {
    forEachLevel(ladder, (level) => {
      slots.push(...displayedSlots(book, level));
      for (const slot of hiddenSlots(book, level)) {
        if (book.pool.words[slot * ORDER_WORDS + O_SHOWN] === 0) slots.push(slot);
      }
    });
  }
  return slots;
}

export function viewOf(book: FastBook, slot: number): OrderView {
  const words = book.pool.words;
  const at = slot * ORDER_WORDS;
  const meta = words[at + O_META]!;
  const isStop = book.isWaitingStop(slot);
  return {
    orderId: words[at + O_ID]!,
    accountId: words[at + O_ACCOUNT]!,
    side: (meta & 1) as Side,
    type: (meta >> META_TYPE_SHIFT) & 7,
    timeInForce: (meta >> META_TIF_SHIFT) & 7,
    flags: (meta >> META_FLAGS_SHIFT) & 7,
    priceTicks: words[at + O_PRICE]!,
    stopPriceTicks: isStop ? book.levels.words[words[at + O_LEVEL]! * LEVEL_WORDS + L_PRICE]! : 0,
    shownLots: isStop ? 0 : words[at + O_SHOWN]!,
    reserveLots: isStop ? words[at + O_SHOWN]! : words[at + O_RESERVE]!,
    displayQtyLots: words[at + O_PEAK]!,
    filledLots: words[at + O_FILLED]!,
    minQtyLots: words[at + O_MIN_QTY]!,
    stpGroup: words[at + O_STP_GROUP]!,
    stpMode: (meta >> META_STP_SHIFT) & 7,
  };
}

export function depthOf(book: FastBook, side: Side, levelsMax: number): LevelView[] {
  const ladder = side === BUY ? book.bids : book.asks;
  const depth: LevelView[] = [];
  let level = ladder.best;
  let price = ladder.bestPrice;
  while (level !== 0 && depth.length < levelsMax) {
    const orderCount = book.levels.words[level * LEVEL_WORDS + L_COUNT]!;
    if (orderCount > 0) {
      depth.push({
        priceTicks: price,
        displayedLots: book.levels.doubles[level * LEVEL_DOUBLES + LD_SHOWN]!,
        orderCount,
      });
    }
    level = ladder.worseThan(price);
    price = ladder.foundPrice;
  }
  return depth;
}

/** Throws BrokenInvariant when queues, totals, ladders and the id map do not tell the same story. */
export function validateBook(book: FastBook): void {
  let orders = 0;
  let levels = 0;
  for (const ladder of [book.bids, book.asks, book.buyStops, book.sellStops]) {
    let previous: number | null = null;
    let inLadder = 0;
    forEachLevel(ladder, (level, price) => {
      invariant(
        previous === null || (ladder.direction === 1 ? price < previous : price > previous),
        'levels come best first',
      );
      previous = price;
      invariant(
        book.levels.words[level * LEVEL_WORDS + L_PRICE] === price,
        'a level stands at its own price',
      );
      invariant(ladder.find(price) === level, 'a level is found by its price');
      orders += validateLevel(book, ladder, level);
      inLadder++;
    });
    invariant(inLadder === ladder.levelCount, 'a ladder counts its levels');
    levels += inLadder;
  }
  let inUse = 0;
  book.levels.forEach(() => {
    inUse++;
  });
  invariant(inUse === levels, 'each level in use stands in a ladder');
  invariant(orders === book.liveOrderCount, 'a book counts its live orders');
}

/** Checks one level and returns its number of orders. */
function validateLevel(book: FastBook, ladder: PriceLadder, level: number): number {
  const words = book.pool.words;
  const levelWords = book.levels.words;
  const levelAt = level * LEVEL_WORDS;
  const isStopLadder = ladder === book.buyStops || ladder === book.sellStops;
  const side = ladder === book.bids || ladder === book.buyStops ? BUY : SELL;
  const displayed = displayedSlots(book, level);
  const hidden = hiddenSlots(book, level);
  invariant(displayed.length === levelWords[levelAt + L_COUNT], 'a level counts its displayed orders');
  invariant(hidden.length === levelWords[levelAt + L_HIDDEN_COUNT], 'a level counts its hidden queue');
  invariant(displayed.length + hidden.length > 0, 'a level has an order');
  invariant((displayed.at(-1) ?? 0) === levelWords[levelAt + L_TAIL], 'the displayed queue ends at its tail');
  invariant(
    (hidden.at(-1) ?? 0) === levelWords[levelAt + L_HIDDEN_TAIL],
    'the hidden queue ends at its tail',
  );
  let shown = 0;
  let reserve = 0;
  const slots = new Set([...displayed, ...hidden]);
  for (const slot of slots) {
    const at = slot * ORDER_WORDS;
    invariant(words[at + O_LEVEL] === level, 'an order names its level');
    invariant(book.sideOf(slot) === side, 'an order stands on its side');
    invariant(book.pool.slotOf[words[at + O_ID]!] === slot, 'an order is found by its id');
    invariant(words[at + O_SHOWN]! >= 0 && words[at + O_RESERVE]! >= 0, 'quantities are not negative');
    invariant(words[at + O_SHOWN]! + words[at + O_RESERVE]! > 0, 'a live order has open quantity');
    invariant(
      displayed.includes(slot) === words[at + O_SHOWN]! > 0,
      'what shows stands in the displayed queue',
    );
    invariant(
      hidden.includes(slot) === (!isStopLadder && words[at + O_RESERVE]! > 0 && book.isInHiddenQueue(at)),
      'what is hidden stands in the hidden queue',
    );
    shown += words[at + O_SHOWN]!;
    reserve += words[at + O_RESERVE]!;
  }
  invariant(shown === book.levels.doubles[level * LEVEL_DOUBLES + LD_SHOWN], 'a level totals what it shows');
  invariant(
    reserve === book.levels.doubles[level * LEVEL_DOUBLES + LD_RESERVE],
    'a level totals its reserve',
  );
  return slots.size;
}

function forEachLevel(ladder: PriceLadder, visit: (level: number, price: number) => void): void {
  let level = ladder.best;
  let price = ladder.bestPrice;
  while (level !== 0) {
    visit(level, price);
    level = ladder.worseThan(price);
    price = ladder.foundPrice;
  }
}

function displayedSlots(book: FastBook, level: number): number[] {
  return queueSlots(book, book.levels.words[level * LEVEL_WORDS + L_HEAD]!, O_NEXT, O_PREV);
}

function hiddenSlots(book: FastBook, level: number): number[] {
  return queueSlots(
    book,
    book.levels.words[level * LEVEL_WORDS + L_HIDDEN_HEAD]!,
    O_HIDDEN_NEXT,
    O_HIDDEN_PREV,
  );
}

function queueSlots(book: FastBook, head: number, nextWord: number, prevWord: number): number[] {
  const words = book.pool.words;
  const slots: number[] = [];
  let previous = 0;
  for (let slot = head; slot !== 0; slot = words[slot * ORDER_WORDS + nextWord]!) {
    invariant(words[slot * ORDER_WORDS + prevWord] === previous, 'a queue is linked both ways');
    slots.push(slot);
    previous = slot;
  }
  return slots;
}
