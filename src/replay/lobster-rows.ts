// hot: runs for every record of a replay
/**
 * Compares our book with the orderbook file row by row and takes over what the row shows. The law behind it: row k-1
 * plus message k equals row k on every price that is in view in both rows. Only a level that is newly in view may
 * surprise; anything else is unexplained.
 */

import { type BookRow, UNDEF_PRICE } from '../data/index.ts';
import { BUY, SELL, SIDE_NAMES, type Side } from '../domain/index.ts';
import { levelShownLots } from '../market/index.ts';
import {
  ROW_AFTER_BAD_ROW,
  ROW_CHANGED_ON_RETURN,
  ROW_FIRST_SEEN,
  ROW_GONE_ON_RETURN,
  ROW_MESSAGE_SET_ASIDE,
  ROW_UNEXPLAINED,
} from './causes.ts';
import { keyOf, type LobsterQueues, ORIGIN_BEFORE_FILE } from './lobster-queues.ts';
import type { PriceScale } from './price-scale.ts';
import type { Tally } from './tally.ts';

export class LobsterRows {
  /** What a difference in the next row is put down to if the view cannot account for it: a bit, or 0. */
  fallback = 0;
  readonly #queues: LobsterQueues;
  readonly #scale: PriceScale;
  readonly #tally: Tally;
  /** Levels that the messages tell of, where that is more than a row shows; else 0. */
  readonly #messageLevels: number;
  #row: BookRow | null = null;
  #tsNs = 0;
  #mask = 0;

  constructor(queues: LobsterQueues, scale: PriceScale, tally: Tally, messageLevels: number) {
    this.#queues = queues;
    this.#scale = scale;
    this.#tally = tally;
    this.#messageLevels = messageLevels;
  }

  /** Whether every price of a row fits the book. */
  fits(row: BookRow): boolean {
    for (let at = 0; at < row.levels; at++) {
      if (row.askQty[at]! > 0 && Number.isNaN(this.#scale.ticks(row.askPrice[at]!))) return false;
      if (row.bidQty[at]! > 0 && Number.isNaN(this.#scale.ticks(row.bidPrice[at]!))) return false;
    }
    return true;
  }

  /**
   * The book before the first message: a row with the effect of that message undone (`undoQty` lots to be added at
   * `undoPrice`, which may be negative).
   */
  open(row: BookRow, undoSide: Side, undoPrice: number, undoQty: number): void {
    const queues = this.#queues;
    for (const side of [BUY, SELL] as const) {
      const lots = new Map<number, number>();
      const count = levelCount(row, side);
      for (let at = 0; at < count; at++) {
        lots.set(this.#scale.ticks(rowPrices(row, side)[at]!), rowQtys(row, side)[at]!);
      }
      if (side === undoSide && undoQty !== 0) lots.set(undoPrice, (lots.get(undoPrice) ?? 0) + undoQty);
      let worst =
        count === row.levels ? keyOf(side, this.#scale.ticks(rowPrices(row, side)[count - 1]!)) : Infinity;
      for (const [price, qty] of lots) {
        if (qty <= 0) continue;
        queues.addAnonymous(side, price, qty, ORIGIN_BEFORE_FILE, 0);
        worst = Math.max(worst, keyOf(side, price));
      }
      queues.known[side] = worst;
      queues.horizon[side] = queues.known[side];
    }
    if (this.#messageLevels > 0) this.#moveOwnHorizons();
  }

  /** Compares the book with the row after the message at hand, and makes it equal. */
  compare(row: BookRow, tsNs: number): void {
    this.#row = row;
    this.#tsNs = tsNs;
    this.#mask = 0;
    this.#compareSide(row, BUY, row.bidPrice, row.bidQty);
    this.#compareSide(row, SELL, row.askPrice, row.askQty);
    if (this.#messageLevels > 0) this.#moveOwnHorizons();
    this.#tally.countRow(this.#mask);
    this.fallback = 0;
  }

  #compareSide(row: BookRow, side: Side, prices: Float64Array, qtys: Float64Array): void {
    const queues = this.#queues;
    const { book } = queues;
    const ladder = queues.ladder(side);
    const scale = this.#scale;
    const count = levelCount(row, side);
    const isFull = count === row.levels;
    const horizonBefore = queues.known[side];
    const horizon = isFull ? keyOf(side, scale.ticks(prices[count - 1]!)) : Infinity;
    this.#moveHorizon(side, horizon);
    let level = ladder.best;
    let price = ladder.bestPrice;
    let at = 0;
    while (at < count || (level !== 0 && keyOf(side, price) <= horizon)) {
      const expected = at < count ? scale.ticks(prices[at]!) : 0;
      const lead = level === 0 ? 1 : at === count ? -1 : keyOf(side, price) - keyOf(side, expected);
      const isNew = keyOf(side, lead < 0 ? price : expected) > horizonBefore;
      if (lead < 0) {
        const lots = levelShownLots(book, level);
        this.#note(isNew ? ROW_GONE_ON_RETURN : 0, side, at, 0, price, lots);
        level = ladder.worseThan(price);
        const next = ladder.foundPrice;
        queues.removeLevel(side, price);
        price = next;
        continue;
      }
      const qty = qtys[at]!;
      if (lead > 0) {
        this.#note(isNew ? ROW_FIRST_SEEN : 0, side, at, qty, expected, 0);
        queues.settle(side, expected, qty);
        queues.bringIntoView(ladder.find(expected));
        at++;
        continue;
      }
      if (isNew) queues.bringIntoView(level);
      const lots = levelShownLots(book, level);
      if (lots !== qty) {
        this.#note(isNew ? ROW_CHANGED_ON_RETURN : 0, side, at, qty, price, lots);
        queues.settle(side, price, qty);
      }
      at++;
      level = ladder.worseThan(price);
      price = ladder.foundPrice;
    }
  }

  /** With rows as deep as the messages the row says what is in view; else our own book does, and rows only add to it. */
  #moveHorizon(side: Side, rowHorizon: number): void {
    const { known, horizon } = this.#queues;
    if (this.#messageLevels > 0) {
      known[side] = Math.max(known[side], rowHorizon);
      return;
    }
    known[side] = rowHorizon;
    horizon[side] = rowHorizon;
  }

  #moveOwnHorizons(): void {
    const queues = this.#queues;
    for (const side of [BUY, SELL] as const) {
      const ladder = queues.ladder(side);
      const before = queues.horizon[side];
      let horizon = Infinity;
      let rank = 0;
      let level = ladder.best;
      let price = ladder.bestPrice;
      while (level !== 0 && rank < this.#messageLevels) {
        if (keyOf(side, price) > before) queues.bringIntoView(level);
        rank++;
        if (rank === this.#messageLevels) horizon = keyOf(side, price);
        level = ladder.worseThan(price);
        price = ladder.foundPrice;
      }
      queues.horizon[side] = horizon;
      queues.known[side] = Math.min(queues.known[side], horizon);
    }
  }

  #note(cause: number, side: Side, at: number, expectedQty: number, price: number, foundLots: number): void {
    const bit = cause !== 0 && this.fallback !== ROW_AFTER_BAD_ROW ? cause : this.fallback || ROW_UNEXPLAINED;
    this.#mask |= bit;
    if (!this.#tally.keepsDifference(bit)) return;
    const text = (qty: number): string => (qty === 0 ? 'nothing' : `${qty} @ ${this.#scale.text(price)}`);
    this.#tally.addDifference(bit, {
      row: this.#row!.sourceIndex,
      tsEventNs: this.#tsNs,
      side: SIDE_NAMES[side],
      level: at + 1,
      expected: text(expectedQty),
      found: text(foundLots),
    });
  }

  /** The message of the next row was set aside. */
  expectMissingMessage(): void {
    if (this.fallback === 0) this.fallback = ROW_MESSAGE_SET_ASIDE;
  }

  /** The row at hand cannot be used: of the next one it is not known what was in view before. */
  passOver(): void {
    this.fallback = ROW_AFTER_BAD_ROW;
  }
}

function rowPrices(row: BookRow, side: Side): Float64Array {
  return side === BUY ? row.bidPrice : row.askPrice;
}

function rowQtys(row: BookRow, side: Side): Float64Array {
  return side === BUY ? row.bidQty : row.askQty;
}

/** Levels that a row has on a side; they stand first. */
function levelCount(row: BookRow, side: Side): number {
  const prices = rowPrices(row, side);
  let count = row.levels;
  while (count > 0 && prices[count - 1] === UNDEF_PRICE) count--;
  return count;
}
