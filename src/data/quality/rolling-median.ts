// hot: bench/quality.ts
/**
 * Median and median absolute deviation of the last values, exactly. The values are kept twice: in the order they came, and sorted;
 * a new one moves the part of the sorted array between its place and that of the oldest. The deviation is found from the middle
 * outward: the sorted values left and right of the median are two rows of rising deviations.
 */

export class RollingMedian {
  readonly #ring: Float64Array;
  readonly #sorted: Float64Array;
  #count = 0;
  #at = 0;

  constructor(window: number) {
    this.#ring = new Float64Array(window);
    this.#sorted = new Float64Array(window);
  }

  get count(): number {
    return this.#count;
  }

  push(value: number): void {
    const sorted = this.#sorted;
    if (this.#count === this.#ring.length) {
      const gone = this.#find(this.#ring[this.#at]!);
      sorted.copyWithin(gone, gone + 1, this.#count);
      this.#count--;
    }
    const place = this.#find(value);
    sorted.copyWithin(place + 1, place, this.#count);
    sorted[place] = value;
    this.#count++;
    this.#ring[this.#at] = value;
    this.#at = this.#at + 1 === this.#ring.length ? 0 : this.#at + 1;
  }

  /** The middle value, or the mean of the two in the middle; 0 without values. */
  get median(): number {
    const count = this.#count;
    if (count === 0) return 0;
    const middle = count >>> 1;
    return (count & 1) === 1
      ? this.#sorted[middle]!
      : (this.#sorted[middle - 1]! + this.#sorted[middle]!) / 2;
  }

  /** Median of the distances from the median. */
  get deviation(): number {
    const count = this.#count;
    if (count === 0) return 0;
    const sorted = this.#sorted;
    const median = this.median;
    let right = count >>> 1;
    let left = right - 1;
    let before = 0;
    let found = 0;
    for (let rank = 0; rank <= count >>> 1; rank++) {
      const below = left >= 0 ? median - sorted[left]! : Number.POSITIVE_INFINITY;
      const above = right < count ? sorted[right]! - median : Number.POSITIVE_INFINITY;
      before = found;
      if (below < above) {
        found = below;
        left--;
      } else {
        found = above;
        right++;
      }
    }
    return (count & 1) === 1 ? found : (before + found) / 2;
  }

  /** Place of the first value that is not below. */
  #find(value: number): number {
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#sorted[middle]! < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
