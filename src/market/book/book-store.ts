// hot: bench/book.ts
/**
 * Storage of one fast book: order records in queues, levels in ladders, totals in step with both. It knows what is where,
 * but nothing of when orders trade or what is said about it; `FastBook` and the files of `matching/` do.
 */

import type { Side } from '../../domain/index.ts';
import * as domain from '../../domain/index.ts';
import type { BookRules } from './contract.ts';
import type { Incoming } from './incoming.ts';
import * as levelPool from './level-pool.ts';
import { LevelPool } from './level-pool.ts';
import type { OrderPool } from './order-pool.ts';
import * as orderPool from './order-pool.ts';
import { PriceLadder } from './price-ladder.ts';

// V8 folds constants of this module into machine code, but reads imported ones from memory at each use.
const { BUY } = domain;
const {
  L_COUNT,
  L_HEAD,
  L_HIDDEN_COUNT,
  L_HIDDEN_HEAD,
  L_HIDDEN_TAIL,
  L_TAIL,
  LD_RESERVE,
  LD_SHOWN,
  LEVEL_DOUBLES,
  LEVEL_WORDS,
} = levelPool;
const {
  META_FLAGS_SHIFT,
  META_HIDDEN,
  META_STP_SHIFT,
  META_TIF_SHIFT,
  META_TYPE_SHIFT,
  META_WAITING_STOP,
  O_ACCOUNT,
  O_BOOK,
  O_FILLED,
  O_HIDDEN_NEXT,
  O_HIDDEN_PREV,
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
} = orderPool;

/** Numbers of a book's ladders, as kept in a level's record. */
export const LADDER_BIDS = 1;
export const LADDER_ASKS = 2;
export const LADDER_BUY_STOPS = 3;
export const LADDER_SELL_STOPS = 4;

export class BookStore {
  readonly pool: OrderPool;
  readonly levels = new LevelPool();
  readonly bids = new PriceLadder(1);
  readonly asks = new PriceLadder(-1);
  readonly buyStops = new PriceLadder(-1);
  readonly sellStops = new PriceLadder(1);
  /** Peaks go round: a reserve does not stand in the hidden queue. */
  readonly isRoundRobin: boolean;
  /** Peaks go round, but behind hidden orders. Meanwhile the slots of depleted icebergs wait in `depleted`. */
  readonly isPeakAfterHidden: boolean;
  readonly depleted: number[] = [];
  /** Tells the books of one pool apart. */
  readonly index: number;
  liveOrderCount = 0;
  /** Whether something displayed changed in the level at hand. */
  displayTouched = false;

  constructor(icebergRefresh: BookRules['icebergRefresh'], pool: OrderPool, index: number) {
    this.isRoundRobin = icebergRefresh !== 'displayThenHiddenTime';
    this.isPeakAfterHidden = icebergRefresh === 'roundRobinAfterHidden';
    this.pool = pool;
    this.index = index;
  }

  sideOf(slot: number): Side {
    return (this.pool.words[slot * ORDER_WORDS + O_META]! & 1) as Side;
  }

  isWaitingStop(slot: number): boolean {
    return (this.pool.words[slot * ORDER_WORDS + O_META]! & META_WAITING_STOP) !== 0;
  }

  /** Handle of the level at a price, made if need be. */
  levelAt(ladder: PriceLadder, ladderNumber: number, price: number): number {
    let level = ladder.find(price);
    if (level === 0) {
      level = this.levels.allocate(price, ladderNumber);
      ladder.insert(price, level);
    }
    return level;
  }

  dropLevel(side: number, level: number, price: number): void {
    (side === BUY ? this.bids : this.asks).remove(price);
    this.levels.free(level);
  }

  /** Writes an order's terms into a slot. */
  fillSlot(slot: number, incoming: Incoming, type: number, waiting: number): void {
    const words = this.pool.words;
    const at = slot * ORDER_WORDS;
    words[at + O_META] =
      incoming.side |
      (type << META_TYPE_SHIFT) |
      (incoming.timeInForce << META_TIF_SHIFT) |
      (incoming.flags << META_FLAGS_SHIFT) |
      (incoming.stpMode << META_STP_SHIFT) |
      waiting;
    words[at + O_STP_GROUP] = incoming.stpGroup;
    words[at + O_PEAK] = incoming.peak;
    words[at + O_FILLED] = incoming.filled;
    words[at + O_MIN_QTY] = incoming.minQty;
    words[at + O_ACCOUNT] = incoming.accountId;
    words[at + O_PRICE] = incoming.price;
    words[at + O_BOOK] = this.index;
  }

  /** Appends a slot to the displayed queue of its level (totals are the caller's). */
  linkDisplayed(slot: number, level: number): void {
    const words = this.pool.words;
    const levelWords = this.levels.words;
    const at = slot * ORDER_WORDS;
    const levelAt = level * LEVEL_WORDS;
    const tail = levelWords[levelAt + L_TAIL]!;
    words[at + O_NEXT] = 0;
    words[at + O_PREV] = tail;
    if (tail === 0) levelWords[levelAt + L_HEAD] = slot;
    else words[tail * ORDER_WORDS + O_NEXT] = slot;
    levelWords[levelAt + L_TAIL] = slot;
    levelWords[levelAt + L_COUNT]!++;
  }

  /** Appends a slot to the hidden queue of its level. */
  linkHidden(slot: number, level: number): void {
    const words = this.pool.words;
    const levelWords = this.levels.words;
    const at = slot * ORDER_WORDS;
    const levelAt = level * LEVEL_WORDS;
    const tail = levelWords[levelAt + L_HIDDEN_TAIL]!;
    words[at + O_HIDDEN_NEXT] = 0;
    words[at + O_HIDDEN_PREV] = tail;
    if (tail === 0) levelWords[levelAt + L_HIDDEN_HEAD] = slot;
    else words[tail * ORDER_WORDS + O_HIDDEN_NEXT] = slot;
    levelWords[levelAt + L_HIDDEN_TAIL] = slot;
    levelWords[levelAt + L_HIDDEN_COUNT]!++;
  }

  unlinkDisplayed(slot: number, level: number): void {
    const words = this.pool.words;
    const levelWords = this.levels.words;
    const at = slot * ORDER_WORDS;
    const levelAt = level * LEVEL_WORDS;
    const next = words[at + O_NEXT]!;
    const prev = words[at + O_PREV]!;
    if (prev === 0) levelWords[levelAt + L_HEAD] = next;
    else words[prev * ORDER_WORDS + O_NEXT] = next;
    if (next === 0) levelWords[levelAt + L_TAIL] = prev;
    else words[next * ORDER_WORDS + O_PREV] = prev;
    levelWords[levelAt + L_COUNT]!--;
  }

  unlinkHidden(slot: number, level: number): void {
    const words = this.pool.words;
    const levelWords = this.levels.words;
    const at = slot * ORDER_WORDS;
    const levelAt = level * LEVEL_WORDS;
    const next = words[at + O_HIDDEN_NEXT]!;
    const prev = words[at + O_HIDDEN_PREV]!;
    if (prev === 0) levelWords[levelAt + L_HIDDEN_HEAD] = next;
    else words[prev * ORDER_WORDS + O_HIDDEN_NEXT] = next;
    if (next === 0) levelWords[levelAt + L_HIDDEN_TAIL] = prev;
    else words[next * ORDER_WORDS + O_HIDDEN_PREV] = prev;
    levelWords[levelAt + L_HIDDEN_COUNT]!--;
  }

  /** Whether the slot stands in the hidden queue of its level now. */
  isInHiddenQueue(at: number): boolean {
    const words = this.pool.words;
    if ((words[at + O_META]! & META_WAITING_STOP) !== 0) return false;
    if ((words[at + O_META]! & META_HIDDEN) !== 0) return true;
    return !this.isRoundRobin && words[at + O_RESERVE]! > 0;
  }

  /** Takes a slot out of all queues of its level and its quantity out of the totals. The level may be left empty. */
  unlink(slot: number, level: number): void {
    const words = this.pool.words;
    const at = slot * ORDER_WORDS;
    const shown = words[at + O_SHOWN]!;
    const reserve = words[at + O_RESERVE]!;
    const totals = this.levels.doubles;
    const waiting = (words[at + O_META]! & META_WAITING_STOP) !== 0;
    if (shown > 0 || waiting) {
      this.unlinkDisplayed(slot, level);
      totals[level * LEVEL_DOUBLES + LD_SHOWN]! -= shown;
    }
    if (reserve > 0) {
      if (this.isInHiddenQueue(at)) this.unlinkHidden(slot, level);
      totals[level * LEVEL_DOUBLES + LD_RESERVE]! -= reserve;
    }
  }

  /** Takes quantity (less than all) off an order that keeps its place: reserve first, then what it shows. */
  takeOff(slot: number, level: number, qty: number): void {
    const words = this.pool.words;
    const at = slot * ORDER_WORDS;
    const totals = this.levels.doubles;
    const reserve = words[at + O_RESERVE]!;
    const fromReserve = reserve < qty ? reserve : qty;
    if (fromReserve > 0) {
      if (fromReserve === reserve && this.isInHiddenQueue(at)) this.unlinkHidden(slot, level);
      words[at + O_RESERVE] = reserve - fromReserve;
      totals[level * LEVEL_DOUBLES + LD_RESERVE]! -= fromReserve;
    }
    if (qty > fromReserve) {
      words[at + O_SHOWN]! -= qty - fromReserve;
      totals[level * LEVEL_DOUBLES + LD_SHOWN]! -= qty - fromReserve;
      this.displayTouched = true;
    }
    const open = words[at + O_SHOWN]! + words[at + O_RESERVE]!;
    if (words[at + O_MIN_QTY]! > open) words[at + O_MIN_QTY] = open;
  }
}
