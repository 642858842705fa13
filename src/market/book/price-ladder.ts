// hot: bench/book.ts
/**
 * The occupied price levels of one side, found by price and by rank.
 *
 * A window of 2^k ticks maps each tick to a level handle directly; three tiers of bits say which ticks are occupied, so
 * that the next level is found with a few count-leading-zeros. The window follows the market: a price outside makes it
 * grow (up to WINDOW_TICKS_MAX) or move; levels that then do not fit stand in a sorted overflow list. Thus each price
 * works and a wild one costs two list entries.
 *
 * ```
 * tier 2   ........x............   1 bit per 1,024 ticks
 * tier 1   ....x......x.........   1 bit per 32 ticks
 * tier 0   x..x......x..........   1 bit per tick
 * handles  7..3......9..........   level handle per tick, 0 = none
 * ```
 * Invariant: `best` is the handle of the best level (0 = none); a price is in the window or in the overflow, never both.
 */

/** Starting size of a window; small, as a venue may list many instruments. */
export const WINDOW_TICKS_MIN = 1024;
/** A side's window takes at most 1 MB of handles. */
export const WINDOW_TICKS_MAX = 1 << 18;

export class PriceLadder {
  /** Handle of the best level, 0 if the side is empty. */
  best = 0;
  bestPrice = 0;
  levelCount = 0;
  /** +1: the highest price is best (bids). -1: the lowest is best (asks). */
  readonly direction: 1 | -1;
  #base = 0;
  #size = WINDOW_TICKS_MIN;
  #handles = new Int32Array(WINDOW_TICKS_MIN);
  #tier0 = new Int32Array(WINDOW_TICKS_MIN >> 5);
  #tier1 = new Int32Array(WINDOW_TICKS_MIN >> 10);
  #tier2 = new Int32Array(1);
  #inWindow = 0;
  /** Ascending prices outside the window, and their handles. */
  #overflowPrices = new Int32Array(0);
  #overflowHandles = new Int32Array(0);
  #overflowCount = 0;

  constructor(direction: 1 | -1) {
    this.direction = direction;
  }

  /** Handle of the level at a price, 0 if it is not occupied. */
  find(price: number): number {
    const index = price - this.#base;
    if (index >= 0 && index < this.#size) return this.#handles[index]!;
    if (this.#overflowCount === 0) return 0;
    const at = this.#overflowLowerBound(price);
    return at < this.#overflowCount && this.#overflowPrices[at] === price ? this.#overflowHandles[at]! : 0;
  }

  /** Adds a level at a price that is not occupied. */
  insert(price: number, handle: number): void {
    let index = price - this.#base;
    if (index < 0 || index >= this.#size) {
      this.#makeRoom(price);
      index = price - this.#base;
    }
    if (index >= 0 && index < this.#size) this.#setInWindow(index, handle);
    else this.#overflowInsert(price, handle);
    this.levelCount++;
    if (this.best === 0 || (this.direction === 1 ? price > this.bestPrice : price < this.bestPrice)) {
      this.best = handle;
      this.bestPrice = price;
    }
  }

  /** Removes the level at a price. */
  remove(price: number): void {
    const index = price - this.#base;
    if (index >= 0 && index < this.#size) this.#clearInWindow(index);
    else this.#overflowRemove(price);
    this.levelCount--;
    if (price !== this.bestPrice) return;
    const next = this.levelCount === 0 ? 0 : this.worseThan(price);
    this.best = next;
    if (next !== 0) this.bestPrice = this.foundPrice;
  }

  /** Price of the level that the last `worseThan` returned. */
  foundPrice = 0;

  /** Handle of the next level behind a price (lower for bids, higher for asks), 0 if there is none. */
  worseThan(price: number): number {
    const index = price - this.#base;
    if (index >= 0 && index < this.#size) {
      const found = this.direction === 1 ? this.#previousBit(index) : this.#nextBit(index);
      if (found >= 0) {
        this.foundPrice = this.#base + found;
        return this.#handles[found]!;
      }
      return this.#overflowCount === 0 ? 0 : this.#overflowBeyond(price);
    }
    return this.#worseThanOutside(price);
  }

  clear(): void {
    this.#handles.fill(0);
    this.#tier0.fill(0);
    this.#tier1.fill(0);
    this.#tier2.fill(0);
    this.#inWindow = 0;
    this.#overflowCount = 0;
    this.levelCount = 0;
    this.best = 0;
    this.bestPrice = 0;
  }

  /** Levels outside the window: for tests and figures. */
  get overflowCount(): number {
    return this.#overflowCount;
  }

  /** Bytes that the ladder holds, for tests and figures. */
  get byteLength(): number {
    const bits = this.#tier0.byteLength + this.#tier1.byteLength + this.#tier2.byteLength;
    return (
      this.#handles.byteLength + bits + this.#overflowPrices.byteLength + this.#overflowHandles.byteLength
    );
  }

  get windowTicks(): number {
    return this.#size;
  }

  #setInWindow(index: number, handle: number): void {
    this.#handles[index] = handle;
    this.#tier0[index >> 5]! |= 1 << (index & 31);
    this.#tier1[index >> 10]! |= 1 << ((index >> 5) & 31);
    this.#tier2[index >> 15]! |= 1 << ((index >> 10) & 31);
    this.#inWindow++;
  }

  #clearInWindow(index: number): void {
    this.#handles[index] = 0;
    this.#inWindow--;
    const word0 = this.#tier0[index >> 5]! & ~(1 << (index & 31));
    this.#tier0[index >> 5] = word0;
    if (word0 !== 0) return;
    const word1 = this.#tier1[index >> 10]! & ~(1 << ((index >> 5) & 31));
    this.#tier1[index >> 10] = word1;
    if (word1 !== 0) return;
    this.#tier2[index >> 15]! &= ~(1 << ((index >> 10) & 31));
  }

  /** Highest occupied index below `index`, -1 if none. */
  #previousBit(index: number): number {
    let bits = this.#tier0[index >> 5]! & ((1 << (index & 31)) - 1);
    if (bits !== 0) return (index & ~31) + 31 - Math.clz32(bits);
    const block = index >> 5;
    bits = this.#tier1[block >> 5]! & ((1 << (block & 31)) - 1);
    if (bits !== 0) return this.#highestInBlock((block & ~31) + 31 - Math.clz32(bits));
    const region = block >> 5;
    let at = region >> 5;
    bits = this.#tier2[at]! & ((1 << (region & 31)) - 1);
    while (bits === 0) {
      if (--at < 0) return -1;
      bits = this.#tier2[at]!;
    }
    const found = (at << 5) + 31 - Math.clz32(bits);
    return this.#highestInBlock((found << 5) + 31 - Math.clz32(this.#tier1[found]!));
  }

  #highestInBlock(block: number): number {
    return (block << 5) + 31 - Math.clz32(this.#tier0[block]!);
  }

  /** Lowest occupied index above `index`, -1 if none. */
  #nextBit(index: number): number {
    let bits = this.#tier0[index >> 5]! & bitsAbove(index & 31);
    if (bits !== 0) return (index & ~31) + lowestBit(bits);
    const block = index >> 5;
    bits = this.#tier1[block >> 5]! & bitsAbove(block & 31);
    if (bits !== 0) return this.#lowestInBlock((block & ~31) + lowestBit(bits));
    const region = block >> 5;
    let at = region >> 5;
    bits = this.#tier2[at]! & bitsAbove(region & 31);
    while (bits === 0) {
      if (++at === this.#tier2.length) return -1;
      bits = this.#tier2[at]!;
    }
    const found = (at << 5) + lowestBit(bits);
    return this.#lowestInBlock((found << 5) + lowestBit(this.#tier1[found]!));
  }

  #lowestInBlock(block: number): number {
    return (block << 5) + lowestBit(this.#tier0[block]!);
  }

  #lowestIndex(): number {
    return (this.#tier0[0]! & 1) !== 0 ? 0 : this.#nextBit(0);
  }

  #highestIndex(): number {
    const last = this.#size - 1;
    return this.#handles[last] !== 0 ? last : this.#previousBit(last);
  }

  #worseThanOutside(price: number): number {
    const isAbove = price > this.#base;
    if (this.direction === 1 && isAbove && this.#inWindow > 0) {
      const beyond = this.#overflowBeyond(price);
      if (beyond !== 0 && this.foundPrice > this.#base) return beyond;
      const top = this.#highestIndex();
      this.foundPrice = this.#base + top;
      return this.#handles[top]!;
    }
    if (this.direction === -1 && !isAbove && this.#inWindow > 0) {
      const beyond = this.#overflowBeyond(price);
      if (beyond !== 0 && this.foundPrice < this.#base) return beyond;
      const bottom = this.#lowestIndex();
      this.foundPrice = this.#base + bottom;
      return this.#handles[bottom]!;
    }
    return this.#overflowBeyond(price);
  }

  /** Next overflow level behind a price, 0 if none. */
  #overflowBeyond(price: number): number {
    const at = this.#overflowLowerBound(price);
    let found: number;
    if (this.direction === 1) found = at - 1;
    else found = at < this.#overflowCount && this.#overflowPrices[at] === price ? at + 1 : at;
    if (found < 0 || found >= this.#overflowCount) return 0;
    this.foundPrice = this.#overflowPrices[found]!;
    return this.#overflowHandles[found]!;
  }

  /**
   * Makes the window hold a price outside it, if that is worth while: an empty window moves; one that can grow to hold
   * all its levels and the price grows; else it moves only for a price near or better than the best, where trading is.
   */
  #makeRoom(price: number): void {
    if (this.#inWindow === 0) {
      this.#rebuild(price - (this.#size >> 1), this.#size);
      return;
    }
    const low = Math.min(price, this.#base + this.#lowestIndex());
    const high = Math.max(price, this.#base + this.#highestIndex());
    const span = high - low + 1;
    let size = this.#size;
    while (size < span * 2 && size < WINDOW_TICKS_MAX) size *= 2;
    if (span <= size) {
      this.#rebuild(low - ((size - span) >> 1), size);
      return;
    }
    const isNearBest =
      this.direction === 1
        ? price > this.bestPrice - (WINDOW_TICKS_MAX >> 2)
        : price < this.bestPrice + (WINDOW_TICKS_MAX >> 2);
    if (isNearBest) this.#rebuild(price - (size >> 1), size);
  }

  /** Sets a new window and sorts all levels into it or the overflow. */
  #rebuild(base: number, size: number): void {
    const count = this.#inWindow + this.#overflowCount;
    const prices = new Int32Array(count);
    const handles = new Int32Array(count);
    let filled = 0;
    for (let i = 0; i < this.#overflowCount; i++) {
      prices[filled] = this.#overflowPrices[i]!;
      handles[filled++] = this.#overflowHandles[i]!;
    }
    if (this.#inWindow > 0) {
      for (let index = this.#lowestIndex(); index >= 0; index = this.#nextBit(index)) {
        prices[filled] = this.#base + index;
        handles[filled++] = this.#handles[index]!;
      }
    }
    if (size === this.#size) {
      this.#handles.fill(0);
      this.#tier0.fill(0);
      this.#tier1.fill(0);
      this.#tier2.fill(0);
    } else {
      this.#size = size;
      this.#handles = new Int32Array(size);
      this.#tier0 = new Int32Array(size >> 5);
      this.#tier1 = new Int32Array(size >> 10);
      this.#tier2 = new Int32Array(Math.max(1, size >> 15));
    }
    this.#base = base;
    this.#inWindow = 0;
    this.#overflowCount = 0;
    for (let i = 0; i < count; i++) {
      const index = prices[i]! - base;
      if (index >= 0 && index < size) this.#setInWindow(index, handles[i]!);
      else this.#overflowInsert(prices[i]!, handles[i]!);
    }
  }

  #overflowLowerBound(price: number): number {
    let low = 0;
    let high = this.#overflowCount;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#overflowPrices[middle]! < price) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #overflowInsert(price: number, handle: number): void {
    const count = this.#overflowCount;
    if (count === this.#overflowPrices.length) {
      const capacity = Math.max(16, count * 2);
      const grownPrices = new Int32Array(capacity);
      const grownHandles = new Int32Array(capacity);
      grownPrices.set(this.#overflowPrices);
      grownHandles.set(this.#overflowHandles);
      this.#overflowPrices = grownPrices;
      this.#overflowHandles = grownHandles;
    }
    const at = this.#overflowLowerBound(price);
    this.#overflowPrices.copyWithin(at + 1, at, count);
    this.#overflowHandles.copyWithin(at + 1, at, count);
    this.#overflowPrices[at] = price;
    this.#overflowHandles[at] = handle;
    this.#overflowCount = count + 1;
  }

  #overflowRemove(price: number): void {
    const at = this.#overflowLowerBound(price);
    this.#overflowPrices.copyWithin(at, at + 1, this.#overflowCount);
    this.#overflowHandles.copyWithin(at, at + 1, this.#overflowCount);
    this.#overflowCount--;
  }
}

/** Mask of the bits above `bit` in a 32-bit word. */
function bitsAbove(bit: number): number {
  return bit === 31 ? 0 : -1 << (bit + 1);
}

function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}
