// hot: bench/quality.ts
/**
 * Prices at which something stands, of one symbol: one sorted array per side with the best price last, since most changes are near
 * the best. Bids ascend; asks are kept with their sign turned, so that they ascend too.
 */

/** Prices of a side that are kept; beyond them the worst one is forgotten. */
export const LEVELS_MAX = 65_536;
const FIRST_LEVELS = 64;

class Side {
  #prices = new Float64Array(FIRST_LEVELS);
  #count = 0;

  /** NaN when nothing stands. */
  get best(): number {
    return this.#count === 0 ? Number.NaN : this.#prices[this.#count - 1]!;
  }

  clear(): void {
    this.#count = 0;
  }

  set(price: number, isThere: boolean): void {
    const at = this.#find(price);
    const isKnown = at < this.#count && this.#prices[at] === price;
    if (isKnown === isThere) return;
    if (isThere) this.#insert(at, price);
    else {
      this.#prices.copyWithin(at, at + 1, this.#count);
      this.#count--;
    }
  }

  #insert(at: number, price: number): void {
    if (this.#count === LEVELS_MAX) {
      if (at === 0) return;
      this.#prices.copyWithin(0, 1, at);
      this.#prices[at - 1] = price;
      return;
    }
    if (this.#count === this.#prices.length) {
      const larger = new Float64Array(2 * this.#count);
      larger.set(this.#prices);
      this.#prices = larger;
    }
    this.#prices.copyWithin(at + 1, at, this.#count);
    this.#prices[at] = price;
    this.#count++;
  }

  /** Place of the first price that is not below. */
  #find(price: number): number {
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#prices[middle]! < price) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

export class LevelBook {
  readonly #bids = new Side();
  readonly #asks = new Side();

  /** Side 0 buys, 1 sells; price in steps. */
  set(side: number, price: number, isThere: boolean): void {
    if (side === 0) this.#bids.set(price, isThere);
    else this.#asks.set(-price, isThere);
  }

  /** Another side than 0 and 1 is both. */
  clear(side: number): void {
    if (side !== 1) this.#bids.clear();
    if (side !== 0) this.#asks.clear();
  }

  /** Best ask less best bid, price steps; NaN while a side is empty. */
  get spread(): number {
    return -this.#asks.best - this.#bids.best;
  }
}
