/**
 * The levels of one instrument as a feed tells them: price and quantity, no orders, no matching. Each side is two arrays in the
 * order of price with the best level at the end, where most changes happen, so that little has to be moved:
 *
 *   bids   9190.00  9191.15  9192.00 ◄ best        asks   9195.00  9194.95  9192.01 ◄ best
 *
 * Prices are whole steps of 1e-9. Above 2^53 steps (9,007,199 money) the key is the nearest double, which still tells prices of
 * up to 15 digits apart.
 */

export const BID = 0;
export const ASK = 1;
export type BookSide = typeof BID | typeof ASK;

const FIRST_CAPACITY = 64;

class SideLevels {
  count = 0;
  prices = new Float64Array(FIRST_CAPACITY);
  qtys = new Float64Array(FIRST_CAPACITY);
  /** 1 when prices rise towards the best (bids), -1 when they fall (asks). */
  readonly #sign: number;

  constructor(side: BookSide) {
    this.#sign = side === BID ? 1 : -1;
  }

  /** Returns whether the level was there before. */
  set(priceSteps: number, qty: number): boolean {
    const at = this.#find(priceSteps);
    const isThere = at < this.count && this.prices[at] === priceSteps;
    if (qty === 0) {
      if (isThere) this.#remove(at);
    } else if (isThere) {
      this.qtys[at] = qty;
    } else {
      this.#insert(at, priceSteps, qty);
    }
    return isThere;
  }

  /** Keeps the best `depth` levels. */
  truncate(depth: number): void {
    const surplus = this.count - depth;
    if (surplus <= 0) return;
    this.prices.copyWithin(0, surplus, this.count);
    this.qtys.copyWithin(0, surplus, this.count);
    this.count = depth;
  }

  qtyAt(priceSteps: number): number {
    const at = this.#find(priceSteps);
    return at < this.count && this.prices[at] === priceSteps ? this.qtys[at]! : 0;
  }

  /** Where the price is or belongs: looks at the best levels first, then halves the rest. */
  #find(priceSteps: number): number {
    const { prices } = this;
    const key = priceSteps * this.#sign;
    let low = 0;
    let high = this.count;
    for (let near = 0; near < 4 && high > 0; near++) {
      if (prices[high - 1]! * this.#sign < key) return high;
      high--;
    }
    high = Math.min(this.count, high + 1);
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (prices[middle]! * this.#sign < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #insert(at: number, priceSteps: number, qty: number): void {
    if (this.count === this.prices.length) this.#grow();
    this.prices.copyWithin(at + 1, at, this.count);
    this.qtys.copyWithin(at + 1, at, this.count);
    this.prices[at] = priceSteps;
    this.qtys[at] = qty;
    this.count++;
  }

  #remove(at: number): void {
    this.prices.copyWithin(at, at + 1, this.count);
    this.qtys.copyWithin(at, at + 1, this.count);
    this.count--;
  }

  #grow(): void {
    const prices = new Float64Array(2 * this.count);
    const qtys = new Float64Array(2 * this.count);
    prices.set(this.prices);
    qtys.set(this.qtys);
    this.prices = prices;
    this.qtys = qtys;
  }
}

export class FeedBook {
  readonly #bids = new SideLevels(BID);
  readonly #asks = new SideLevels(ASK);

  /**
   * Sets what stands at a price; quantity 0 removes the level. Returns whether the level was there before: a removal of what
   * was not there may mean that something was lost.
   */
  set(side: BookSide, priceSteps: number, qty: number): boolean {
    return (side === BID ? this.#bids : this.#asks).set(priceSteps, qty);
  }

  clear(side?: BookSide): void {
    if (side !== ASK) this.#bids.count = 0;
    if (side !== BID) this.#asks.count = 0;
  }

  /** Forgets what lies deeper than the best `depth` levels of each side, as feeds of limited depth want it (Kraken). */
  truncate(depth: number): void {
    this.#bids.truncate(depth);
    this.#asks.truncate(depth);
  }

  levels(side: BookSide): number {
    return (side === BID ? this.#bids : this.#asks).count;
  }

  /** Price in steps of the level of a rank, from 0 for the best. NaN beyond the last. */
  price(side: BookSide, rank: number): number {
    const levels = side === BID ? this.#bids : this.#asks;
    return rank < levels.count ? levels.prices[levels.count - 1 - rank]! : Number.NaN;
  }

  /** Quantity of the level of a rank, 0 beyond the last. */
  qty(side: BookSide, rank: number): number {
    const levels = side === BID ? this.#bids : this.#asks;
    return rank < levels.count ? levels.qtys[levels.count - 1 - rank]! : 0;
  }

  /** Quantity at a price, 0 where nothing stands. */
  qtyAt(side: BookSide, priceSteps: number): number {
    return (side === BID ? this.#bids : this.#asks).qtyAt(priceSteps);
  }

  /** Whether the best bid is at or above the best ask; false while a side is empty. */
  get isCrossed(): boolean {
    return this.price(BID, 0) >= this.price(ASK, 0);
  }
}
