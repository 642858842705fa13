/**
 * The orders that stand in a recorded book, row by row, with their ages and their places in the queues: where a twin is forked from.
 * What a level shows beyond the orders whose entry was recorded counts as orders older than the record, in front of them, as large as
 * limit orders of the record are in the mean.
 */

import { GAP_MAX, LEVELS_ALL, type StandingOrder, UNSEEN_AGE_NS } from '../../agents/index.ts';
import { BUY, SELL, type Side } from '../../domain/index.ts';
import { FLOW_CANCEL, FLOW_LIMIT, FLOW_REDUCE, FLOW_TRADE, type FlowStream } from '../../fidelity/index.ts';
import { levelsTold } from './told-levels.ts';

export interface LiveOrder {
  readonly side: Side;
  readonly priceTicks: number;
  lots: number;
  readonly birthNs: number;
}

/** Levels behind the last that is told of whose remembered orders still count. */
const BEHIND_LEVELS_MAX = 30;
/** Levels supposed behind them, after the last few levels shown at rows up to so many back. */
const SUPPOSED_LEVELS = 20;
const SUPPOSED_FROM = 3;
const SUPPOSED_ROWS = 500;

export class LiveOrders {
  readonly #stream: FlowStream;
  readonly #orders = new Map<number, LiveOrder>();
  /** Lots of an order that nobody saw come. */
  readonly unseenLots: number;
  readonly #levelsBehind: number;
  /** The record tells of every order, so that there are none but those it told of. */
  readonly #isWhole: boolean;
  /** Rows before it are applied. */
  #row = 1;

  constructor(stream: FlowStream) {
    this.#stream = stream;
    this.unseenLots = meanLimitLots(stream);
    const told = levelsTold(stream);
    this.#levelsBehind = Math.max(BEHIND_LEVELS_MAX, told - stream.levels);
    this.#isWhole = told === LEVELS_ALL;
  }

  /** Applies rows up to `row`, excluded. */
  advanceTo(row: number): void {
    for (; this.#row < row; this.#row++) this.#apply(this.#row);
  }

  order(orderId: number): LiveOrder | undefined {
    return this.#orders.get(orderId);
  }

  /** All orders that stand, in the order in which they came. */
  all(): Iterable<LiveOrder> {
    return this.#orders.values();
  }

  /** The book before the next row, best first, each level in its queue; ages are as of the row before. */
  standing(): StandingOrder[] {
    return [BUY, SELL].flatMap((side) => this.#standingOf(side as Side));
  }

  #standingOf(side: Side): StandingOrder[] {
    const { levels, bidTicks, bidLots, askTicks, askLots, timeNs } = this.#stream;
    const at = (this.#row - 1) * levels;
    const nowNs = timeNs[this.#row - 1]!;
    const ticks = side === BUY ? bidTicks : askTicks;
    const lots = side === BUY ? bidLots : askLots;
    const byPrice = this.#byPrice(side);
    const found: StandingOrder[] = [];
    let lastTicks = Number.NaN;
    for (let level = 0; level < levels && lots[at + level]! > 0; level++) {
      lastTicks = ticks[at + level]!;
      found.push(
        ...queueOf(byPrice.get(lastTicks) ?? [], side, lastTicks, lots[at + level]!, nowNs, this.unseenLots),
      );
    }
    const isBehind = (price: number): boolean => (side === BUY ? price < lastTicks : price > lastTicks);
    const behind = [...byPrice.keys()].filter(isBehind).sort((a, b) => (side === BUY ? b - a : a - b));
    for (const price of behind.slice(0, this.#levelsBehind)) {
      for (const order of byPrice.get(price)!)
        found.push({ side, priceTicks: price, lots: order.lots, ageNs: nowNs - order.birthNs });
    }
    if (!this.#isWhole) found.push(...this.#supposed(side, found.at(-1)?.priceTicks ?? lastTicks));
    return found;
  }

  /** Orders behind all that is known: levels as far apart and as large as the last ones shown were lately. */
  #supposed(side: Side, fromTicks: number): StandingOrder[] {
    const { levels, bidTicks, bidLots, askTicks, askLots } = this.#stream;
    const ticks = side === BUY ? bidTicks : askTicks;
    const lots = side === BUY ? bidLots : askLots;
    const away = side === BUY ? -1 : 1;
    const found: StandingOrder[] = [];
    if (levels < SUPPOSED_FROM + 1) return found;
    let priceTicks = fromTicks;
    for (let i = 0; i < SUPPOSED_LEVELS; i++) {
      const row = this.#row - 1 - Math.floor(((i + 0.5) * SUPPOSED_ROWS) / SUPPOSED_LEVELS);
      const level = levels - 1 - (i % SUPPOSED_FROM);
      const at = row * levels + level;
      if (row < 0 || !(lots[at]! > 0)) continue;
      const gap = Math.abs(ticks[at]! - ticks[at - 1]!);
      if (gap > GAP_MAX) continue;
      priceTicks += away * gap;
      found.push({ side, priceTicks, lots: lots[at]!, ageNs: UNSEEN_AGE_NS });
    }
    return found;
  }

  #byPrice(side: Side): Map<number, LiveOrder[]> {
    const byPrice = new Map<number, LiveOrder[]>();
    for (const order of this.#orders.values()) {
      if (order.side !== side) continue;
      const queue = byPrice.get(order.priceTicks);
      if (queue === undefined) byPrice.set(order.priceTicks, [order]);
      else queue.push(order);
    }
    return byPrice;
  }

  #apply(row: number): void {
    const { kind, orderId, side, priceTicks, sizeLots, timeNs } = this.#stream;
    const id = orderId[row]!;
    if (kind[row] === FLOW_LIMIT) {
      this.#orders.set(id, {
        side: side[row] as Side,
        priceTicks: priceTicks[row]!,
        lots: sizeLots[row]!,
        birthNs: timeNs[row]!,
      });
    } else if (kind[row] === FLOW_CANCEL) {
      this.#orders.delete(id);
    } else if (kind[row] === FLOW_REDUCE || kind[row] === FLOW_TRADE) {
      const order = this.#orders.get(id);
      if (order === undefined) return;
      order.lots -= sizeLots[row]!;
      if (order.lots <= 0) this.#orders.delete(id);
    }
  }
}

/** A level of `lots`: its latest orders as far as they fit, and before them what no recorded order accounts for. */
function queueOf(
  orders: readonly LiveOrder[],
  side: Side,
  priceTicks: number,
  lots: number,
  nowNs: number,
  unseenLots: number,
): StandingOrder[] {
  const queue: StandingOrder[] = [];
  let left = lots;
  for (let i = orders.length - 1; i >= 0 && left > 0; i--) {
    const order = orders[i]!;
    const taken = Math.min(left, order.lots);
    queue.unshift({ side, priceTicks, lots: taken, ageNs: nowNs - order.birthNs });
    left -= taken;
  }
  const unseen: StandingOrder[] = [];
  for (; left > 0; left -= unseenLots)
    unseen.push({ side, priceTicks, lots: Math.min(left, unseenLots), ageNs: UNSEEN_AGE_NS });
  return [...unseen, ...queue];
}

/** Mean size of the limit orders of a record, lots. */
function meanLimitLots({ kind, sizeLots, count }: FlowStream): number {
  let lots = 0;
  let orders = 0;
  for (let row = 1; row < count; row++) {
    if (kind[row] !== FLOW_LIMIT) continue;
    lots += sizeLots[row]!;
    orders++;
  }
  return Math.max(1, Math.round(lots / Math.max(1, orders)));
}
