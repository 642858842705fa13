/** Waiting stops of the reference book: one sorted array per side, the stop nearest to being triggered first. */

import { invariant } from '../../base/index.ts';
import {
  BUY,
  LIMIT,
  MARKET,
  PRICE_TICKS_MAX,
  PRICE_TICKS_MIN,
  STOP,
  STOP_LIMIT,
  UNDEF_INT32,
} from '../../domain/index.ts';
import { openLots, type ReferenceOrder, removeFrom } from './reference-side.ts';

/** Whether a trade at `lastTicks` triggers a stop of this side; before the first trade nothing does. */
export function isTriggered(side: number, stopPriceTicks: number, lastTicks: number): boolean {
  if (lastTicks === UNDEF_INT32) return false;
  return side === BUY ? lastTicks >= stopPriceTicks : lastTicks <= stopPriceTicks;
}

/** Turns a stop that was triggered into the order that enters: STOP to MARKET, STOP_LIMIT to LIMIT. */
export function becomeEntering(stop: ReferenceOrder, protectionTicks: number | null): void {
  if (stop.type === STOP) becomeMarket(stop, protectionTicks);
  else stop.type = LIMIT;
  stop.isTriggered = true;
  stop.stopPriceTicks = 0;
  stop.stopSequence = 0;
}

/** With protection the limit is counted from the stop price, whatever price triggered it. */
function becomeMarket(stop: ReferenceOrder, protectionTicks: number | null): void {
  stop.type = MARKET;
  stop.priceTicks = 0;
  if (protectionTicks !== null) becomeProtected(stop, stop.stopPriceTicks, protectionTicks);
}

/** Makes a market order one with a limit so far beyond a price, or at the end of the range of prices. */
export function becomeProtected(order: ReferenceOrder, fromTicks: number, protectionTicks: number): void {
  order.type = LIMIT;
  order.isProtected = true;
  order.priceTicks =
    order.side === BUY
      ? Math.min(fromTicks + protectionTicks, PRICE_TICKS_MAX)
      : Math.max(fromTicks - protectionTicks, PRICE_TICKS_MIN);
}

export class ReferenceStops {
  /** Lowest stop price first, then time. */
  readonly buys: ReferenceOrder[] = [];
  /** Highest stop price first, then time. */
  readonly sells: ReferenceOrder[] = [];
  /** Sequence of the stop that came last. */
  lastSequence = 0;

  /** Waits behind every stop of the same price. */
  add(stop: ReferenceOrder): void {
    stop.stopSequence = ++this.lastSequence;
    const queue = stop.side === BUY ? this.buys : this.sells;
    let at = queue.length;
    while (at > 0 && comesBefore(stop, queue[at - 1]!)) at--;
    queue.splice(at, 0, stop);
  }

  remove(stop: ReferenceOrder): void {
    removeFrom(stop.side === BUY ? this.buys : this.sells, stop);
  }

  /** Takes out the stops that trades from `lowTicks` to `highTicks` trigger, in the order of their release. */
  takeTriggered(highTicks: number, lowTicks: number, lastTicks: number): ReferenceOrder[] {
    const taken: ReferenceOrder[] = [];
    while (this.buys.length > 0 && this.buys[0]!.stopPriceTicks <= highTicks) taken.push(this.buys.shift()!);
    while (this.sells.length > 0 && this.sells[0]!.stopPriceTicks >= lowTicks)
      taken.push(this.sells.shift()!);
    const distance = (stop: ReferenceOrder): number => Math.abs(stop.stopPriceTicks - lastTicks);
    return taken.sort((a, b) => distance(a) - distance(b) || a.stopSequence - b.stopSequence);
  }

  clear(): void {
    this.buys.length = 0;
    this.sells.length = 0;
  }

  forEach(visit: (stop: ReferenceOrder) => void): void {
    for (const stop of this.buys) visit(stop);
    for (const stop of this.sells) visit(stop);
  }

  validate(live: ReadonlyMap<number, ReferenceOrder>, lastTicks: number): void {
    for (const queue of [this.buys, this.sells]) {
      for (const [i, stop] of queue.entries()) {
        invariant(live.get(stop.orderId) === stop, 'a waiting stop is live');
        invariant((stop.side === BUY) === (queue === this.buys), 'a stop waits on its side');
        invariant(stop.type === STOP || stop.type === STOP_LIMIT, 'only stops wait');
        invariant(stop.shownLots === 0 && openLots(stop) > 0, 'a waiting stop is open and not displayed');
        invariant(!isTriggered(stop.side, stop.stopPriceTicks, lastTicks), 'a waiting stop is not triggered');
        const before = queue[i - 1];
        if (before) invariant(comesBefore(before, stop), 'stops wait by price, then time');
      }
    }
  }
}

function comesBefore(stop: ReferenceOrder, other: ReferenceOrder): boolean {
  if (stop.stopPriceTicks === other.stopPriceTicks) return stop.stopSequence < other.stopSequence;
  return stop.side === BUY
    ? stop.stopPriceTicks < other.stopPriceTicks
    : stop.stopPriceTicks > other.stopPriceTicks;
}
