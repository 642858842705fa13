// hot: bench/normalise.ts
/**
 * Price, side and open quantity of the orders that are live: an execution of ITCH names only its order. Slots of what is gone
 * are used again, so memory follows the number of live orders.
 */

import { IdMap } from '../../../base/index.ts';

const INITIAL_SLOTS = 1 << 12;

export class OrderPrices {
  readonly #slots = new IdMap();
  #price = new Float64Array(INITIAL_SLOTS);
  #open = new Float64Array(INITIAL_SLOTS);
  #side = new Uint8Array(INITIAL_SLOTS);
  #free = new Int32Array(INITIAL_SLOTS);
  #freeCount = 0;
  /** Slot 0 stands for "unknown". */
  #used = 1;

  /** Slot of a live order, 0 if it is not known; valid until the order is changed. */
  find(hi: number, lo: number): number {
    return this.#slots.get(hi, lo);
  }

  price(slot: number): number {
    return this.#price[slot]!;
  }

  side(slot: number): number {
    return this.#side[slot]!;
  }

  add(hi: number, lo: number, price: number, side: number, qty: number): void {
    const slot = this.#freeCount > 0 ? this.#free[--this.#freeCount]! : this.#take();
    this.#price[slot] = price;
    this.#side[slot] = side;
    this.#open[slot] = qty;
    const old = this.#slots.set(hi, lo, slot);
    if (old !== 0) this.#release(old);
  }

  /** Takes quantity off an order, which is gone when nothing is left. */
  reduce(hi: number, lo: number, qty: number): void {
    const slot = this.#slots.get(hi, lo);
    if (slot === 0) return;
    this.#open[slot]! -= qty;
    if (this.#open[slot]! <= 0) this.remove(hi, lo);
  }

  /** Forgets an order; returns its side, or -1 if it was not known. */
  remove(hi: number, lo: number): number {
    const slot = this.#slots.delete(hi, lo);
    if (slot === 0) return -1;
    this.#release(slot);
    return this.#side[slot]!;
  }

  #release(slot: number): void {
    if (this.#freeCount === this.#free.length) {
      const more = new Int32Array(2 * this.#free.length);
      more.set(this.#free);
      this.#free = more;
    }
    this.#free[this.#freeCount++] = slot;
  }

  #take(): number {
    if (this.#used === this.#price.length) {
      const slots = 2 * this.#used;
      const price = new Float64Array(slots);
      const open = new Float64Array(slots);
      const side = new Uint8Array(slots);
      price.set(this.#price);
      open.set(this.#open);
      side.set(this.#side);
      this.#price = price;
      this.#open = open;
      this.#side = side;
    }
    return this.#used++;
  }
}
