/**
 * One side of the reference book: price levels in an array, best first, each with its two queues as plain arrays.
 *
 *   level 100   displayed: [A, I]      what counts for the public, in time order
 *               hidden:    [H, I]      hidden orders; with 'displayThenHiddenTime' also icebergs, for their reserve
 */

import { invariant } from '../../base/index.ts';
import { BUY, FLAG_HIDDEN, type Side, UNDEF_INT32 } from '../../domain/index.ts';
import type { LevelView, OrderView } from './contract.ts';

/** A live order of the reference book. While it is incoming or waiting, all of its open quantity is reserve. */
export type ReferenceOrder = { -readonly [Field in keyof OrderView]: OrderView[Field] } & {
  /** Time of a waiting stop among its kind; 0 while it is not waiting. */
  stopSequence: number;
  /** While it enters: a market order that has got a limit. */
  isProtected: boolean;
  /** While it enters: a stop that has been triggered. */
  isTriggered: boolean;
};

export interface ReferenceLevel {
  readonly priceTicks: number;
  readonly displayed: ReferenceOrder[];
  readonly hidden: ReferenceOrder[];
}

export function openLots(order: ReferenceOrder): number {
  return order.shownLots + order.reserveLots;
}

export function isHidden(order: ReferenceOrder): boolean {
  return (order.flags & FLAG_HIDDEN) !== 0;
}

/** What a resting order shows of `lots`: nothing, its peak, or everything. */
export function peakOf(order: ReferenceOrder, lots: number): number {
  if (isHidden(order)) return 0;
  return order.displayQtyLots === 0 ? lots : Math.min(order.displayQtyLots, lots);
}

/** Takes `lots` off the reserve first, then off what is displayed. */
export function takeReserveFirst(order: ReferenceOrder, lots: number): void {
  const fromReserve = Math.min(lots, order.reserveLots);
  order.reserveLots -= fromReserve;
  order.shownLots -= lots - fromReserve;
}

/** A minimum quantity follows the open quantity down; it never rises again. */
export function lowerMinimum(order: ReferenceOrder): void {
  order.minQtyLots = Math.min(order.minQtyLots, openLots(order));
}

/** Displayed total and order count of a level. */
export function levelView(level: ReferenceLevel): LevelView {
  let displayedLots = 0;
  for (const order of level.displayed) displayedLots += order.shownLots;
  return { priceTicks: level.priceTicks, displayedLots, orderCount: level.displayed.length };
}

export function removeFrom(queue: ReferenceOrder[], order: ReferenceOrder): void {
  const at = queue.indexOf(order);
  if (at >= 0) queue.splice(at, 1);
}

export class ReferenceSide {
  readonly side: Side;
  /** Best price first. A level without orders does not exist, except inside the match loop. */
  readonly levels: ReferenceLevel[] = [];
  readonly #byPrice = new Map<number, ReferenceLevel>();
  readonly #reserveStandsHidden: boolean;

  constructor(side: Side, reserveStandsHidden: boolean) {
    this.side = side;
    this.#reserveStandsHidden = reserveStandsHidden;
  }

  isBetter(priceTicks: number, otherTicks: number): boolean {
    return this.side === BUY ? priceTicks > otherTicks : priceTicks < otherTicks;
  }

  levelAt(priceTicks: number): ReferenceLevel | undefined {
    return this.#byPrice.get(priceTicks);
  }

  /** The level at a price, made if there is none. */
  openLevel(priceTicks: number): ReferenceLevel {
    const found = this.#byPrice.get(priceTicks);
    if (found) return found;
    const made: ReferenceLevel = { priceTicks, displayed: [], hidden: [] };
    let low = 0;
    let high = this.levels.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.isBetter(this.levels[middle]!.priceTicks, priceTicks)) low = middle + 1;
      else high = middle;
    }
    this.levels.splice(low, 0, made);
    this.#byPrice.set(priceTicks, made);
    return made;
  }

  dropIfEmpty(level: ReferenceLevel): void {
    if (level.displayed.length > 0 || level.hidden.length > 0) return;
    this.levels.splice(this.levels.indexOf(level), 1);
    this.#byPrice.delete(level.priceTicks);
  }

  /** Puts an order at the tail of the queues where its shown quantity and its reserve belong. */
  append(order: ReferenceOrder): void {
    const level = this.openLevel(order.priceTicks);
    if (order.shownLots > 0) level.displayed.push(order);
    this.placeReserve(level, order);
  }

  /** Makes the hidden queue agree with the reserve: one that is new stands at the tail, one that is gone leaves. */
  placeReserve(level: ReferenceLevel, order: ReferenceOrder): void {
    const belongs = order.reserveLots > 0 && (isHidden(order) || this.#reserveStandsHidden);
    if (!belongs) removeFrom(level.hidden, order);
    else if (!level.hidden.includes(order)) level.hidden.push(order);
  }

  remove(order: ReferenceOrder): void {
    const level = this.#byPrice.get(order.priceTicks);
    invariant(level !== undefined, 'a resting order has a level');
    removeFrom(level.displayed, order);
    removeFrom(level.hidden, order);
    this.dropIfEmpty(level);
  }

  clear(): void {
    this.levels.length = 0;
    this.#byPrice.clear();
  }

  bestDisplayedTicks(): number {
    for (const level of this.levels) if (level.displayed.length > 0) return level.priceTicks;
    return UNDEF_INT32;
  }

  /** Orders best price first; in a level the displayed queue, then the hidden one without repeating icebergs. */
  forEach(visit: (order: ReferenceOrder) => void): void {
    for (const level of this.levels) {
      for (const order of level.displayed) visit(order);
      for (const order of level.hidden) if (order.shownLots === 0) visit(order);
    }
  }

  /** Throws when the side contradicts itself; `live` is the book's id map. */
  validate(live: ReadonlyMap<number, ReferenceOrder>): void {
    invariant(this.#byPrice.size === this.levels.length, 'each level is known by its price once');
    for (const [i, level] of this.levels.entries()) {
      const before = this.levels[i - 1];
      if (before) invariant(this.isBetter(before.priceTicks, level.priceTicks), 'levels stand best first');
      invariant(this.#byPrice.get(level.priceTicks) === level, 'a level is found by its price');
      invariant(level.displayed.length + level.hidden.length > 0, 'a level has orders');
      for (const order of [...level.displayed, ...level.hidden]) this.#validateOrder(order, level, live);
      for (const order of level.displayed)
        invariant(order.shownLots > 0, 'a displayed order shows something');
      for (const order of level.hidden) invariant(order.reserveLots > 0, 'a hidden entry has reserve');
    }
  }

  #validateOrder(
    order: ReferenceOrder,
    level: ReferenceLevel,
    live: ReadonlyMap<number, ReferenceOrder>,
  ): void {
    invariant(live.get(order.orderId) === order, 'a resting order is live');
    invariant(
      order.side === this.side && order.priceTicks === level.priceTicks,
      'an order stands at its price',
    );

    invariant(order.minQtyLots === 0 || isHidden(order), 'only hidden orders rest with a minimum');
    invariant(order.minQtyLots <= openLots(order), 'a minimum is not above the open quantity');
    invariant(order.stopSequence === 0, 'a resting order is not a waiting stop');
    invariant(isHidden(order) === (order.shownLots === 0), 'exactly hidden orders show nothing');
    const displayedTimes = level.displayed.filter((entry) => entry === order).length;
    const hiddenTimes = level.hidden.filter((entry) => entry === order).length;
    const reserveBelongs = order.reserveLots > 0 && (isHidden(order) || this.#reserveStandsHidden);
    invariant(
      displayedTimes === (order.shownLots > 0 ? 1 : 0),
      'what is shown stands in the displayed queue',
    );
    invariant(hiddenTimes === (reserveBelongs ? 1 : 0), 'a reserve stands in the hidden queue');
    if (order.reserveLots > 0 && !isHidden(order)) {
      invariant(order.displayQtyLots > 0, 'only an iceberg shows less than it has');
    }
  }
}
