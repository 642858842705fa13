/** Observations of one metric over a list of windows: one array, with the place where each window begins. */

import { sortedFinite } from '../math/index.ts';

export class Sample {
  count = 0;
  values = new Float64Array(1024);
  /** Window w has the values `starts[w]` to `starts[w + 1]` (excluded). */
  readonly starts: number[] = [0];
  #sorted: Float64Array | null = null;

  push(value: number): void {
    if (this.count === this.values.length) {
      const grown = new Float64Array(2 * this.count);
      grown.set(this.values);
      this.values = grown;
    }
    this.values[this.count++] = value;
  }

  /** The values that follow belong to the next window. */
  endWindow(): void {
    this.starts.push(this.count);
  }

  get windowCount(): number {
    return this.starts.length - 1;
  }

  /** All values, in the order of the windows; shares the sample's memory. */
  all(): Float64Array {
    return this.values.subarray(0, this.count);
  }

  /** All values, ascending; to be called when the sample is complete. */
  sorted(): Float64Array {
    this.#sorted ??= sortedFinite(this.all());
    return this.#sorted;
  }
}
