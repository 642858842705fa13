/**
 * The displayed book of one instrument as the event records tell it, change by change, without a matching engine. Each
 * LEVEL record must agree with the sums over the orders, so a journal that this reads to its end is consistent.
 */

import { TwinError } from '../base/index.ts';
import {
  BUY,
  EV_CANCELED,
  EV_EXPIRED,
  EV_LEVEL,
  EV_REDUCED,
  EV_REFRESHED,
  EV_REPLACED,
  EV_RESTATED,
  EV_RESTED,
  EV_TRADE,
  HEAD_FLAG_AUCTION,
  HEAD_FLAG_KEEPS_PRIORITY,
  HEAD_FLAG_MAKER_HIDDEN,
  HEAD_SIDE_SHIFT,
  RECORD_WORDS,
  type Side,
  WORD_LEAVES,
  WORD_ORDER,
  WORD_OTHER,
  WORD_OTHER_LEAVES,
  WORD_PRICE,
  WORD_QTY,
} from '../domain/index.ts';
import type { JournalBatch } from './journal-reader.ts';
import { LevelTotals } from './level-totals.ts';

/** What happened to a displayed order. */
export type DisplayedChange = 'shown' | 'reduced' | 'removed' | 'executed' | 'hiddenTrade';

/** One change of the displayed book, or a trade with an order that was not displayed. Reused from call to call. */
export interface DisplayedEvent {
  change: DisplayedChange;
  /** Of the resting order. */
  side: Side;
  orderId: number;
  /** How often the order was displayed before: 0 for its first display; each new peak or re-entry counts. */
  displays: number;
  priceTicks: number;
  qtyLots: number;
}

interface LiveOrder {
  side: Side;
  price: number;
  shown: number;
  reserve: number;
  /** False while it is between leaving its place by a replace and resting again. */
  isResting: boolean;
  /** Times it was displayed so far. */
  displays: number;
}

/** A replace in place whose displayed part is told by the LEVEL record behind it, if there is one. */
interface PendingReplace {
  readonly order: LiveOrder;
  readonly orderId: number;
  readonly leaves: number;
}

/** Takes the records of one instrument in order and calls `onEvent` after each change, with the totals changed already. */
export class DisplayedBook {
  readonly bids = new LevelTotals(BUY);
  readonly asks = new LevelTotals(1);
  readonly #orders = new Map<number, LiveOrder>();
  readonly #onEvent: (event: DisplayedEvent) => void;
  readonly #event: DisplayedEvent = {
    change: 'shown',
    side: BUY,
    orderId: 0,
    displays: 0,
    priceTicks: 0,
    qtyLots: 0,
  };
  #pending: PendingReplace | null = null;

  constructor(onEvent: (event: DisplayedEvent) => void) {
    this.#onEvent = onEvent;
  }

  /** Takes record `r` of the batch, which is of this instrument. `index` is its place in the journal. */
  take(batch: JournalBatch, r: number, index: number): void {
    const { words, doubles } = batch;
    const at = r * RECORD_WORDS;
    const head = words[at]!;
    const kind = head & 0xff;
    const side = ((head >> HEAD_SIDE_SHIFT) & 1) as Side;
    const price = words[at + WORD_PRICE]!;
    if (this.#pending !== null) {
      const isItsLevel =
        kind === EV_LEVEL && side === this.#pending.order.side && price === this.#pending.order.price;
      this.#settleReplace(isItsLevel ? doubles[(at >> 1) + WORD_QTY / 2]! : null);
    }
    const orderId = words[at + WORD_ORDER]!;
    const qty = words[at + WORD_QTY]!;
    const leaves = words[at + WORD_LEAVES]!;
    switch (kind) {
      case EV_RESTED:
        this.#rest(orderId, side, price, qty, leaves);
        return;
      case EV_REFRESHED:
        this.#refresh(orderId, qty, leaves, index);
        return;
      case EV_TRADE:
        this.#trade(words, at, index);
        return;
      case EV_REDUCED:
      case EV_RESTATED:
        this.#reduce(orderId, qty);
        return;
      case EV_CANCELED:
      case EV_EXPIRED:
        this.#remove(orderId);
        this.#orders.delete(orderId);
        return;
      case EV_REPLACED:
        this.#replace(orderId, head, qty);
        return;
      case EV_LEVEL:
        this.#checkLevel(side, price, doubles[(at >> 1) + WORD_QTY / 2]!, words[at + WORD_OTHER]!, index);
    }
  }

  /** To be called behind the last record. */
  end(): void {
    if (this.#pending !== null) this.#settleReplace(null);
  }

  #rest(orderId: number, side: Side, price: number, shown: number, leaves: number): void {
    const displays = this.#orders.get(orderId)?.displays ?? 0;
    const order: LiveOrder = { side, price, shown: 0, reserve: leaves - shown, isResting: true, displays };
    this.#orders.set(orderId, order);
    if (shown > 0) this.#show(order, orderId, shown);
  }

  #refresh(orderId: number, shown: number, leaves: number, index: number): void {
    const order = this.#orders.get(orderId);
    if (order === undefined || !order.isResting || order.shown !== 0) {
      throw inconsistent('a refreshed order rests and shows nothing', index, { orderId });
    }
    order.reserve = leaves - shown;
    this.#show(order, orderId, shown);
  }

  #show(order: LiveOrder, orderId: number, shown: number): void {
    order.shown = shown;
    order.displays++;
    this.#totals(order.side).add(order.price, shown, 1);
    this.#say('shown', order, orderId, shown);
  }

  #trade(words: Int32Array, at: number, index: number): void {
    const takerId = words[at + WORD_ORDER]!;
    const makerId = words[at + WORD_OTHER]!;
    const qty = words[at + WORD_QTY]!;
    if ((words[at]! & HEAD_FLAG_AUCTION) !== 0) {
      this.#takeInAuction(takerId, qty, words[at + WORD_LEAVES]!, index);
      this.#takeInAuction(makerId, qty, words[at + WORD_OTHER_LEAVES]!, index);
      return;
    }
    const maker = this.#orders.get(makerId);
    if (maker === undefined || !maker.isResting) {
      throw inconsistent('the maker of a trade rests', index, { makerId });
    }
    if ((words[at]! & HEAD_FLAG_MAKER_HIDDEN) !== 0) {
      maker.reserve -= qty;
      this.#say('hiddenTrade', maker, makerId, qty);
    } else {
      this.#takeShown('executed', maker, makerId, qty, index);
    }
    if (words[at + WORD_OTHER_LEAVES] === 0) this.#orders.delete(makerId);
    // A taker that re-entered by a replace is known; it is gone when nothing of it is left.
    if (words[at + WORD_LEAVES] === 0) this.#orders.delete(takerId);
  }

  /** An auction takes from display first. Orders that wait outside of the book show nothing. */
  #takeInAuction(orderId: number, qty: number, leaves: number, index: number): void {
    const order = this.#orders.get(orderId);
    if (order === undefined || !order.isResting) return;
    const fromShown = Math.min(order.shown, qty);
    if (fromShown > 0) this.#takeShown('executed', order, orderId, fromShown, index);
    order.reserve -= qty - fromShown;
    if (leaves === 0) this.#orders.delete(orderId);
  }

  /** The venue takes what is hidden first. Orders that do not rest (incoming ones, waiting stops) show nothing. */
  #reduce(orderId: number, qty: number): void {
    const order = this.#orders.get(orderId);
    if (order === undefined || !order.isResting) return;
    const fromReserve = Math.min(order.reserve, qty);
    order.reserve -= fromReserve;
    if (qty > fromReserve) this.#takeShown('reduced', order, orderId, qty - fromReserve, -1);
  }

  #takeShown(change: DisplayedChange, order: LiveOrder, orderId: number, qty: number, index: number): void {
    if (qty > order.shown)
      throw inconsistent('no more is taken than an order shows', index, { orderId, qty });
    order.shown -= qty;
    this.#totals(order.side).add(order.price, -qty, order.shown === 0 ? -1 : 0);
    this.#say(change, order, orderId, qty);
  }

  #remove(orderId: number): void {
    const order = this.#orders.get(orderId);
    if (order === undefined || order.shown === 0) return;
    const { shown } = order;
    order.shown = 0;
    this.#totals(order.side).add(order.price, -shown, -1);
    this.#say('removed', order, orderId, shown);
  }

  #replace(orderId: number, head: number, leaves: number): void {
    const order = this.#orders.get(orderId);
    // Unknown here: a stop that waits.
    if (order === undefined || !order.isResting) return;
    if ((head & HEAD_FLAG_KEEPS_PRIORITY) !== 0) {
      this.#pending = { order, orderId, leaves };
      return;
    }
    this.#remove(orderId);
    order.reserve = 0;
    order.isResting = false;
  }

  /** `levelLots` is the new total of its level, null when what it shows did not change. */
  #settleReplace(levelLots: number | null): void {
    const { order, orderId, leaves } = this.#pending!;
    this.#pending = null;
    const less = levelLots === null ? 0 : this.#totals(order.side).lotsAt(order.price) - levelLots;
    if (less > 0) this.#takeShown('reduced', order, orderId, less, -1);
    order.reserve = leaves - order.shown;
  }

  #checkLevel(side: Side, price: number, lots: number, orderCount: number, index: number): void {
    const totals = this.#totals(side);
    const found = { lots: totals.lotsAt(price), orders: totals.ordersAt(price) };
    if (found.lots === lots && found.orders === orderCount) return;
    throw inconsistent('a level record agrees with the orders of its level', index, {
      priceTicks: price,
      recordLots: lots,
      recordOrders: orderCount,
      ...found,
    });
  }

  #totals(side: Side): LevelTotals {
    return side === BUY ? this.bids : this.asks;
  }

  #say(change: DisplayedChange, order: LiveOrder, orderId: number, qtyLots: number): void {
    const event = this.#event;
    event.change = change;
    event.side = order.side;
    event.orderId = orderId;
    event.displays = Math.max(0, order.displays - 1);
    event.priceTicks = order.price;
    event.qtyLots = qtyLots;
    this.#onEvent(event);
  }
}

function inconsistent(rule: string, record: number, details: Record<string, unknown>): TwinError {
  return new TwinError('RUNS_DAMAGED', rule, { record, ...details });
}
