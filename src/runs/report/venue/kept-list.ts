/** A list that keeps its first entries and counts the rest. */

import type { Kept } from './session-summary.ts';

export class KeptList<T> {
  readonly #list: T[] = [];
  readonly #max: number;
  #leftOut = 0;

  constructor(max: number) {
    this.#max = max;
  }

  get isFull(): boolean {
    return this.#list.length >= this.#max;
  }

  add(entry: T): void {
    if (this.isFull) this.#leftOut++;
    else this.#list.push(entry);
  }

  kept(): Kept<T> {
    return { list: this.#list, leftOut: this.#leftOut };
  }
}
