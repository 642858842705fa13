// hot: bench/journal.ts
/** Sums of whole numbers that stay exact however long a run is. */

/** Whole numbers up to here are exact, and so are sums of two of them. */
export const EXACT_MAX = 2 ** 52;

export class ExactSum {
  #small = 0;
  #large = 0n;

  /** Adds a whole number of at most `EXACT_MAX`, in either direction. */
  add(value: number): void {
    this.#small += value;
    if (Math.abs(this.#small) <= EXACT_MAX) return;
    this.#large += BigInt(this.#small);
    this.#small = 0;
  }

  /** Adds a product whose factors are exact and which itself may not be. */
  addProduct(a: number, b: number): void {
    const product = a * b;
    if (Math.abs(product) > EXACT_MAX) this.#large += BigInt(a) * BigInt(b);
    else this.add(product);
  }

  total(): bigint {
    return this.#large + BigInt(this.#small);
  }
}
