/** Trades of an auction on the reference book's orders: `matching/cross.ts` as plain sentences. */

import { BUY, SELL, type Side } from '../../domain/index.ts';
import type { CrossTradeTerms } from './contract.ts';
import type { ReferenceEvents } from './reference-events.ts';
import type { ReferenceMatcher } from './reference-match.ts';
import type { ReferenceSharing } from './reference-sharing.ts';
import {
  levelView,
  lowerMinimum,
  openLots,
  peakOf,
  type ReferenceLevel,
  type ReferenceOrder,
  type ReferenceSide,
  removeFrom,
} from './reference-side.ts';

export class ReferenceCross {
  readonly #out: ReferenceEvents;
  readonly #live: Map<number, ReferenceOrder>;
  readonly #matcher: ReferenceMatcher;
  readonly #sideOf: (side: Side) => ReferenceSide;
  /** Levels in the order in which trades met them, and whether what they display changed. */
  readonly #touched = new Map<ReferenceLevel, { readonly side: Side; isDisplayChanged: boolean }>();
  readonly #depleted: ReferenceOrder[] = [];
  readonly #sharing: ReferenceSharing;

  constructor(
    out: ReferenceEvents,
    live: Map<number, ReferenceOrder>,
    matcher: ReferenceMatcher,
    sharing: ReferenceSharing,
    sideOf: (side: Side) => ReferenceSide,
  ) {
    this.#out = out;
    this.#live = live;
    this.#matcher = matcher;
    this.#sharing = sharing;
    this.#sideOf = sideOf;
  }

  trade(trade: CrossTradeTerms): void {
    this.#matcher.tradeCount++;
    this.#matcher.lastTradeTicks = trade.priceTicks;
    this.#out.crossTrade(trade, this.#matcher.tradeCount);
    this.#take(trade.buyOrderId, BUY, trade.qtyLots);
    this.#take(trade.sellOrderId, SELL, trade.qtyLots);
  }

  end(): void {
    for (const order of this.#depleted.sort((a, b) => a.orderId - b.orderId)) this.#refresh(order);
    for (const [level, { side, isDisplayChanged }] of this.#touched) {
      if (isDisplayChanged) this.#out.level(side, levelView(level));
      this.#sideOf(side).dropIfEmpty(level);
    }
    this.#touched.clear();
    this.#depleted.length = 0;
  }

  /** Takes lots off an order that stands in the book, display first; nothing if it waits outside. */
  #take(orderId: number, side: Side, qtyLots: number): void {
    const order = this.#live.get(orderId);
    if (order === undefined) return;
    const level = this.#sideOf(side).openLevel(order.priceTicks);
    const touched = this.#touched.get(level) ?? { side, isDisplayChanged: false };
    this.#touched.set(level, touched);
    const fromShown = Math.min(order.shownLots, qtyLots);
    if (fromShown > 0) touched.isDisplayChanged = true;
    order.shownLots -= fromShown;
    order.reserveLots -= qtyLots - fromShown;
    order.filledLots += qtyLots;
    lowerMinimum(order);
    if (order.shownLots === 0) {
      removeFrom(level.displayed, order);
      if (fromShown > 0) {
        this.#sharing.lostPlace(order);
        if (order.reserveLots > 0) this.#depleted.push(order);
      }
    }
    if (order.reserveLots === 0) removeFrom(level.hidden, order);
    if (openLots(order) > 0) return;
    this.#sharing.left(order);
    this.#live.delete(orderId);
  }

  #refresh(order: ReferenceOrder): void {
    if (openLots(order) === 0) return;
    const level = this.#sideOf(order.side).openLevel(order.priceTicks);
    order.shownLots = peakOf(order, order.reserveLots);
    order.reserveLots -= order.shownLots;
    level.displayed.push(order);
    if (order.reserveLots === 0) removeFrom(level.hidden, order);
    this.#out.refreshed(order);
  }
}
