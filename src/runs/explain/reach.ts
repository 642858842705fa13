/** How near the market came to an order while it stood at one price, or to a stop while it waited. */

import type { QueueSide } from './queue-order.ts';

/** One stand of a resting order: from the place it took until it left it for another price or for good. */
export class Stand {
  readonly priceTicks: number;
  /** Least execution that it took when the stand began, 0 for any. */
  readonly minQtyLots: number;
  /** Best displayed opposite price that it faced while orders matched. */
  bestOppositeTicks: number | null = null;
  /** Price nearest to its own at which its side of the book traded. */
  nearestTradeTicks: number | null = null;
  /** Lots that traded at its price and side, with others. */
  tradedLots = 0;
  /** Trades with orders that stand behind it. */
  passedOver = 0;
  /** Lots of its own that traded while it stood. */
  filledLots = 0;
  readonly #side: QueueSide;

  /** `side` is the order's own. */
  constructor(side: QueueSide, priceTicks: number, minQtyLots: number) {
    this.#side = side;
    this.priceTicks = priceTicks;
    this.minQtyLots = minQtyLots;
  }

  /** Ticks from the best opposite price to its own; null if it faced none. */
  get missedByTicks(): number | null {
    return this.bestOppositeTicks === null ? null : this.#distance(this.bestOppositeTicks);
  }

  /** Whether somebody came to its price: a trade there, or an opposite price at or beyond it. */
  get isReached(): boolean {
    const missed = this.missedByTicks;
    return this.tradedLots + this.filledLots + this.passedOver > 0 || (missed !== null && missed <= 0);
  }

  faceOpposite(bestTicks: number | null): void {
    if (bestTicks === null) return;
    if (
      this.bestOppositeTicks === null ||
      this.#distance(bestTicks) < this.#distance(this.bestOppositeTicks)
    ) {
      this.bestOppositeTicks = bestTicks;
    }
  }

  /** A trade of another resting order of its side, which stands at `makerTicks`. */
  seeTrade(priceTicks: number, makerTicks: number, lots: number, isAhead: boolean): void {
    const nearest = this.nearestTradeTicks;
    if (nearest === null || Math.abs(priceTicks - this.priceTicks) < Math.abs(nearest - this.priceTicks)) {
      this.nearestTradeTicks = priceTicks;
    }
    if (makerTicks === this.priceTicks) this.tradedLots += lots;
    const isBehind =
      makerTicks === this.priceTicks ? !isAhead : this.#side.behindBy(makerTicks, this.priceTicks) > 0;
    if (isBehind) this.passedOver++;
  }

  /** How far an opposite price is from its own: what the other side would have to give. */
  #distance(oppositeTicks: number): number {
    return -this.#side.behindBy(oppositeTicks, this.priceTicks);
  }
}

/** A stop that waits: a buy for trades at or above its price, a sell for trades at or below. */
export class StopWait {
  readonly stopPriceTicks: number;
  nearestTradeTicks: number | null = null;
  readonly #sign: 1 | -1;

  constructor(isBuy: boolean, stopPriceTicks: number) {
    this.#sign = isBuy ? 1 : -1;
    this.stopPriceTicks = stopPriceTicks;
  }

  get missedByTicks(): number | null {
    return this.nearestTradeTicks === null ? null : this.#missing(this.nearestTradeTicks);
  }

  seeTrade(priceTicks: number): void {
    const nearest = this.nearestTradeTicks;
    if (nearest === null || this.#missing(priceTicks) < this.#missing(nearest)) {
      this.nearestTradeTicks = priceTicks;
    }
  }

  #missing(priceTicks: number): number {
    return this.#sign * (this.stopPriceTicks - priceTicks);
  }
}
