// hot: bench/quality.ts
/**
 * The jump test of Lee and Mykland (2008, Jumps in Financial Markets, Review of Financial Studies 21): a return over one cell of time
 * against the volatility of the cells before it, measured by bipower variation, which jumps hardly move:
 *
 *   L = return / sigma,   sigma² = mean of |r[j]| · |r[j-1]| over the last cells
 *   jump where (|L| - C) / S > -ln(-ln(1 - level)),   c = sqrt(2/π)
 *   C = sqrt(2 ln n) / c - (ln π + ln ln n) / (2 c sqrt(2 ln n)),   S = 1 / (c sqrt(2 ln n))      (their lemma 1)
 *
 * with n cells a day. Each price is tested against the last one of the cell before, so that the record that jumps is the one marked,
 * once per cell. A part of a cell has less variance than all of it: the level is not exceeded.
 */

/** Returns of cells before anything is tested. */
const CELLS_MIN = 60;
/** Smallest volatility of a cell that is believed: prices that stand still have none. */
const SIGMA_MIN = 1e-5;

/** Size of |L| from which a return is a jump. */
export function jumpThreshold(cellsPerDay: number, level: number): number {
  const n = Math.max(cellsPerDay, 16);
  const c = Math.sqrt(2 / Math.PI);
  const root = Math.sqrt(2 * Math.log(n));
  const centre = root / c - (Math.log(Math.PI) + Math.log(Math.log(n))) / (2 * c * root);
  return centre - Math.log(-Math.log(1 - level)) / (c * root);
}

export class JumpTest {
  readonly #threshold: number;
  /** Sizes of the returns of the last cells, oldest first from `#at`. */
  readonly #sizes: Float64Array;
  #count = 0;
  #at = 0;
  #cell = Number.NaN;
  #price = 0;
  /** Last price of the cell before; 0 when that is no neighbour. */
  #base = 0;
  #sigma = 0;
  #isFound = false;

  constructor(threshold: number, window: number) {
    this.#threshold = threshold;
    this.#sizes = new Float64Array(window);
  }

  /** Takes a price, above 0, in a cell; cells count on. Returns whether it is a jump. */
  isJump(cell: number, price: number): boolean {
    if (cell !== this.#cell) this.#enter(cell);
    this.#price = price;
    if (this.#isFound || this.#base === 0 || this.#count < Math.min(CELLS_MIN, this.#sizes.length))
      return false;
    this.#isFound = Math.abs(Math.log(price / this.#base)) > this.#threshold * this.#sigma;
    return this.#isFound;
  }

  #enter(cell: number): void {
    if (this.#base > 0) this.#push(Math.abs(Math.log(this.#price / this.#base)));
    this.#base = cell === this.#cell + 1 ? this.#price : 0;
    this.#cell = cell;
    this.#isFound = false;
  }

  #push(size: number): void {
    const sizes = this.#sizes;
    sizes[this.#at] = size;
    this.#at = this.#at + 1 === sizes.length ? 0 : this.#at + 1;
    this.#count = Math.min(this.#count + 1, sizes.length);
    let sum = 0;
    const oldest = this.#count === sizes.length ? this.#at : 0;
    let before = sizes[oldest]!;
    for (let i = 1; i < this.#count; i++) {
      const next = sizes[(oldest + i) % sizes.length]!;
      sum += before * next;
      before = next;
    }
    this.#sigma = Math.max(Math.sqrt(sum / Math.max(1, this.#count - 1)), SIGMA_MIN);
  }
}
