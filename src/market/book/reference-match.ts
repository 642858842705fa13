/**
 * The reference book's match: docs/matching.md, sections "Match" and "Fillable quantity", sentence by sentence.
 * An incoming order keeps its open quantity as reserve; when it has none left, it is filled or was cancelled.
 */

import {
  CANCEL_SELF_TRADE,
  STP_CANCEL_BOTH,
  STP_CANCEL_NEWEST,
  STP_CANCEL_OLDEST,
  STP_CANCEL_SMALLEST,
  STP_DECREMENT,
  STP_NONE,
  UNDEF_INT32,
} from '../../domain/index.ts';
import type { BookRules } from './contract.ts';
import type { ReferenceEvents } from './reference-events.ts';
import type { ReferenceSharing } from './reference-sharing.ts';
import {
  isHidden,
  levelView,
  lowerMinimum,
  openLots,
  peakOf,
  type ReferenceLevel,
  type ReferenceOrder,
  type ReferenceSide,
  removeFrom,
  takeReserveFirst,
} from './reference-side.ts';

/** A limit that every price satisfies: MARKET orders. */
export const NO_LIMIT = null;

export class ReferenceMatcher {
  lastTradeTicks = UNDEF_INT32;
  /** Trades so far; the next trade has this number plus one as its id. */
  tradeCount = 0;
  /** Highest and lowest price traded since `beginEvent`. */
  highTicks = Number.NEGATIVE_INFINITY;
  lowTicks = Number.POSITIVE_INFINITY;
  readonly #rules: BookRules;
  readonly #out: ReferenceEvents;
  readonly #live: Map<number, ReferenceOrder>;
  readonly #sharing: ReferenceSharing;
  /** With 'roundRobinAfterHidden': icebergs that have nothing to show until hidden orders have traded. */
  readonly #depleted: ReferenceOrder[] = [];

  constructor(
    rules: BookRules,
    out: ReferenceEvents,
    live: Map<number, ReferenceOrder>,
    sharing: ReferenceSharing,
  ) {
    this.#rules = rules;
    this.#out = out;
    this.#live = live;
    this.#sharing = sharing;
  }

  beginEvent(): void {
    this.highTicks = Number.NEGATIVE_INFINITY;
    this.lowTicks = Number.POSITIVE_INFINITY;
  }

  match(incoming: ReferenceOrder, opposite: ReferenceSide, limitTicks: number | null): void {
    let at = 0;
    while (at < opposite.levels.length && openLots(incoming) > 0) {
      const level = opposite.levels[at]!;
      if (!isMarketable(opposite, level.priceTicks, limitTicks)) return;
      this.#matchLevel(incoming, opposite, level);
      opposite.dropIfEmpty(level);
      // A level that is still there was passed over in part: only hidden orders with a minimum quantity stay.
      if (opposite.levels[at] === level) at++;
    }
  }

  #matchLevel(incoming: ReferenceOrder, opposite: ReferenceSide, level: ReferenceLevel): void {
    let isDisplayChanged = this.#matchDisplayed(incoming, opposite, level);
    if (this.#sharing.sharesHidden) this.#matchHiddenShared(incoming, opposite, level);
    this.#matchHidden(incoming, opposite, level);
    // With 'roundRobinAfterHidden' what is depleted shows its next peaks now, in turn, and may be depleted again.
    while (this.#depleted.length > 0) {
      for (const maker of this.#depleted.splice(0)) this.#refresh(maker, level);
      this.#matchDisplayed(incoming, opposite, level);
      isDisplayChanged = true;
    }
    if (this.#refill(level)) isDisplayChanged = true;
    if (isDisplayChanged) this.#out.level(opposite.side, levelView(level));
  }

  /** Returns whether anything displayed changed. */
  #matchDisplayed(incoming: ReferenceOrder, opposite: ReferenceSide, level: ReferenceLevel): boolean {
    return this.#sharing.isByTime
      ? this.#matchInTurn(incoming, opposite, level)
      : this.#matchShared(incoming, opposite, level);
  }

  #matchHidden(incoming: ReferenceOrder, opposite: ReferenceSide, level: ReferenceLevel): void {
    let at = 0;
    while (openLots(incoming) > 0 && at < level.hidden.length) {
      const maker = level.hidden[at]!;
      if (isSelfTrade(incoming, maker)) this.#preventSelfTrade(incoming, maker, opposite, level);
      else if (openLots(incoming) < maker.minQtyLots) at++;
      else this.#tradeHidden(incoming, maker, level, Math.min(openLots(incoming), maker.reserveLots));
    }
  }

  /** Displayed orders one after another; returns whether anything displayed changed. */
  #matchInTurn(incoming: ReferenceOrder, opposite: ReferenceSide, level: ReferenceLevel): boolean {
    let isDisplayChanged = false;
    while (openLots(incoming) > 0 && level.displayed.length > 0) {
      const maker = level.displayed[0]!;
      if (isSelfTrade(incoming, maker)) {
        const shownBefore = maker.shownLots;
        this.#preventSelfTrade(incoming, maker, opposite, level);
        if (level.displayed[0] !== maker || maker.shownLots !== shownBefore) isDisplayChanged = true;
      } else {
        this.#tradeDisplayed(incoming, maker, level, Math.min(openLots(incoming), maker.shownLots));
        isDisplayChanged = true;
      }
    }
    return isDisplayChanged;
  }

  /** First self-trade prevention in time order, then the others share; again while peaks are refreshed. */
  #matchShared(incoming: ReferenceOrder, opposite: ReferenceSide, level: ReferenceLevel): boolean {
    let isDisplayChanged = false;
    for (const maker of [...level.displayed]) {
      if (openLots(incoming) === 0) return isDisplayChanged;
      if (!isSelfTrade(incoming, maker)) continue;
      const shownBefore = maker.shownLots;
      this.#preventSelfTrade(incoming, maker, opposite, level);
      if (!level.displayed.includes(maker) || maker.shownLots !== shownBefore) isDisplayChanged = true;
    }
    while (openLots(incoming) > 0 && level.displayed.length > 0) {
      const makers = [...level.displayed];
      const fills = this.#sharing.shareDisplayed(makers, openLots(incoming));
      makers.forEach((maker, i) => {
        if (fills[i]! > 0) this.#tradeDisplayed(incoming, maker, level, fills[i]!);
      });
      isDisplayChanged = true;
    }
    return isDisplayChanged;
  }

  /** Self-trade prevention, then hidden interest without a minimum shares; the rest follows by time. */
  #matchHiddenShared(incoming: ReferenceOrder, opposite: ReferenceSide, level: ReferenceLevel): void {
    for (const maker of [...level.hidden]) {
      if (openLots(incoming) === 0) return;
      if (isSelfTrade(incoming, maker)) this.#preventSelfTrade(incoming, maker, opposite, level);
    }
    const makers = level.hidden.filter((maker) => maker.minQtyLots === 0);
    if (openLots(incoming) === 0 || makers.length === 0) return;
    const fills = this.#sharing.shareHidden(makers, openLots(incoming));
    makers.forEach((maker, i) => {
      if (fills[i]! > 0) this.#tradeHidden(incoming, maker, level, fills[i]!);
    });
  }

  #tradeDisplayed(
    incoming: ReferenceOrder,
    maker: ReferenceOrder,
    level: ReferenceLevel,
    qtyLots: number,
  ): void {
    maker.shownLots -= qtyLots;
    this.#trade(incoming, maker, qtyLots, false);
    if (maker.shownLots > 0) return;
    removeFrom(level.displayed, maker);
    this.#sharing.lostPlace(maker);
    if (maker.reserveLots === 0) this.#leave(maker);
    else if (this.#rules.icebergRefresh === 'roundRobin') this.#refresh(maker, level);
    else if (this.#rules.icebergRefresh === 'roundRobinAfterHidden') this.#depleted.push(maker);
  }

  #tradeHidden(
    incoming: ReferenceOrder,
    maker: ReferenceOrder,
    level: ReferenceLevel,
    qtyLots: number,
  ): void {
    maker.reserveLots -= qtyLots;
    lowerMinimum(maker);
    this.#trade(incoming, maker, qtyLots, true);
    if (maker.reserveLots > 0) return;
    removeFrom(level.hidden, maker);
    this.#leave(maker);
  }

  #leave(maker: ReferenceOrder): void {
    this.#sharing.left(maker);
    this.#live.delete(maker.orderId);
  }

  #trade(taker: ReferenceOrder, maker: ReferenceOrder, qtyLots: number, isMakerHidden: boolean): void {
    taker.reserveLots -= qtyLots;
    taker.filledLots += qtyLots;
    maker.filledLots += qtyLots;
    this.tradeCount++;
    this.lastTradeTicks = maker.priceTicks;
    this.highTicks = Math.max(this.highTicks, maker.priceTicks);
    this.lowTicks = Math.min(this.lowTicks, maker.priceTicks);
    this.#out.trade({ taker, maker, qtyLots, isMakerHidden, tradeId: this.tradeCount });
  }

  /** Shows the next peak at the tail of the displayed queue. */
  #refresh(order: ReferenceOrder, level: ReferenceLevel): void {
    order.shownLots = peakOf(order, order.reserveLots);
    order.reserveLots -= order.shownLots;
    level.displayed.push(order);
    this.#out.refreshed(order);
  }

  /** With 'displayThenHiddenTime': icebergs that have nothing to show get their next peak when the level is left. */
  #refill(level: ReferenceLevel): boolean {
    const depleted = level.hidden.filter((order) => !isHidden(order) && order.shownLots === 0);
    for (const order of depleted) {
      this.#refresh(order, level);
      if (order.reserveLots === 0) removeFrom(level.hidden, order);
    }
    return depleted.length > 0;
  }

  #preventSelfTrade(
    incoming: ReferenceOrder,
    resting: ReferenceOrder,
    opposite: ReferenceSide,
    level: ReferenceLevel,
  ): void {
    const incomingLots = openLots(incoming);
    const restingLots = openLots(resting);
    switch (incoming.stpMode) {
      case STP_CANCEL_NEWEST:
        this.#cancelIncoming(incoming);
        return;
      case STP_CANCEL_OLDEST:
        this.#cancelResting(resting, level);
        return;
      case STP_CANCEL_BOTH:
        this.#cancelResting(resting, level);
        this.#cancelIncoming(incoming);
        return;
      case STP_DECREMENT:
        if (incomingLots >= restingLots) this.#cancelResting(resting, level);
        if (incomingLots > restingLots) {
          incoming.reserveLots -= restingLots;
          this.#out.restated(incoming, resting.priceTicks, restingLots);
          return;
        }
        if (incomingLots < restingLots) {
          takeReserveFirst(resting, incomingLots);
          lowerMinimum(resting);
          opposite.placeReserve(level, resting);
          this.#out.restated(resting, resting.priceTicks, incomingLots);
        }
        this.#cancelIncoming(incoming);
        return;
      case STP_CANCEL_SMALLEST:
        if (restingLots <= incomingLots) this.#cancelResting(resting, level);
        if (restingLots >= incomingLots) this.#cancelIncoming(incoming);
        return;
    }
  }

  #cancelIncoming(incoming: ReferenceOrder): void {
    this.#out.canceled(incoming, CANCEL_SELF_TRADE);
    incoming.reserveLots = 0;
  }

  #cancelResting(resting: ReferenceOrder, level: ReferenceLevel): void {
    this.#out.canceled(resting, CANCEL_SELF_TRADE);
    removeFrom(level.displayed, resting);
    removeFrom(level.hidden, resting);
    this.#leave(resting);
  }

  /** What the incoming order would fill, in lots, without touching anything. */
  fillableLots(incoming: ReferenceOrder, opposite: ReferenceSide, limitTicks: number | null): number {
    const count: FillCount = { filledLots: 0, leftLots: openLots(incoming), hasEnded: false };
    for (const level of opposite.levels) {
      if (!isMarketable(opposite, level.priceTicks, limitTicks)) break;
      this.#countLevel(incoming, level, count);
      if (count.hasEnded || count.leftLots === 0) break;
    }
    return count.filledLots;
  }

  #countLevel(incoming: ReferenceOrder, level: ReferenceLevel, count: FillCount): void {
    const passed: ReferenceOrder[] = [];
    const canceled = new Set<ReferenceOrder>();
    if (!this.#sharing.isByTime) {
      for (const order of level.displayed) {
        if (!isSelfTrade(incoming, order)) continue;
        countSelfTrade(incoming, order, count);
        canceled.add(order);
        if (count.hasEnded) return;
      }
    }
    for (const order of level.displayed) {
      if (canceled.has(order)) continue;
      if (isSelfTrade(incoming, order)) {
        countSelfTrade(incoming, order, count);
        canceled.add(order);
      } else {
        countFill(count, order.shownLots);
        passed.push(order);
      }
      if (count.hasEnded || count.leftLots === 0) return;
    }
    const { icebergRefresh } = this.#rules;
    const hidden = level.hidden.filter((order) => !canceled.has(order));
    if (icebergRefresh === 'roundRobin') countReserves(passed, count);
    this.#countHiddenQueue(incoming, hidden, count);
    if (icebergRefresh === 'roundRobinAfterHidden') countReserves(passed, count);
  }

  #countHiddenQueue(incoming: ReferenceOrder, hidden: readonly ReferenceOrder[], count: FillCount): void {
    if (!this.#sharing.sharesHidden) {
      this.#countHidden(incoming, hidden, count);
      return;
    }
    // By parity all own orders are met first, then come those without a minimum.
    this.#countHidden(
      incoming,
      hidden.filter((order) => isSelfTrade(incoming, order)),
      count,
    );
    const others = hidden.filter((order) => !isSelfTrade(incoming, order));
    for (const hasMinimum of [false, true]) {
      this.#countHidden(
        incoming,
        others.filter(({ minQtyLots }) => minQtyLots > 0 === hasMinimum),
        count,
      );
    }
  }

  #countHidden(incoming: ReferenceOrder, orders: readonly ReferenceOrder[], count: FillCount): void {
    for (const order of orders) {
      if (count.hasEnded || count.leftLots === 0) return;
      if (isSelfTrade(incoming, order)) countSelfTrade(incoming, order, count);
      else if (count.leftLots >= order.minQtyLots) countFill(count, order.reserveLots);
    }
  }
}

interface FillCount {
  filledLots: number;
  leftLots: number;
  /** Self-trade prevention would end the match here. */
  hasEnded: boolean;
}

function countReserves(icebergs: readonly ReferenceOrder[], count: FillCount): void {
  if (count.hasEnded) return;
  for (const order of icebergs) countFill(count, order.reserveLots);
}

function countFill(count: FillCount, availableLots: number): void {
  const lots = Math.min(count.leftLots, availableLots);
  count.filledLots += lots;
  count.leftLots -= lots;
}

function countSelfTrade(incoming: ReferenceOrder, resting: ReferenceOrder, count: FillCount): void {
  const restingLots = openLots(resting);
  switch (incoming.stpMode) {
    case STP_CANCEL_OLDEST:
      return;
    case STP_DECREMENT:
      if (count.leftLots > restingLots) count.leftLots -= restingLots;
      else count.hasEnded = true;
      return;
    case STP_CANCEL_SMALLEST:
      if (restingLots >= count.leftLots) count.hasEnded = true;
      return;
    default:
      count.hasEnded = true;
  }
}

function isMarketable(opposite: ReferenceSide, priceTicks: number, limitTicks: number | null): boolean {
  return limitTicks === NO_LIMIT || !opposite.isBetter(limitTicks, priceTicks);
}

function isSelfTrade(incoming: ReferenceOrder, resting: ReferenceOrder): boolean {
  return incoming.stpMode !== STP_NONE && incoming.stpGroup > 0 && incoming.stpGroup === resting.stpGroup;
}
