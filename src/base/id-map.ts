// hot: bench/itch.ts, bench/yardstick.ts
/**
 * Map from an unsigned 64-bit external id, given as two int32 halves, to an int32 value. Open addressing with linear
 * probing in typed arrays; deletion shifts the following entries back, so there are no tombstones and no decay.
 * A value of 0 means "absent": store numbers from 1.
 */

import { TwinError } from './fault.ts';

export const ID_MAP_ENTRIES_MAX = 1 << 28;

export class IdMap {
  #hi: Int32Array;
  #lo: Int32Array;
  #values: Int32Array;
  #mask: number;
  #size = 0;

  constructor(capacity = 1024) {
    let slots = 16;
    while (slots < capacity * 2) slots *= 2;
    this.#hi = new Int32Array(slots);
    this.#lo = new Int32Array(slots);
    this.#values = new Int32Array(slots);
    this.#mask = slots - 1;
  }

  get size(): number {
    return this.#size;
  }

  /** Value of the id, 0 if absent. */
  get(hi: number, lo: number): number {
    const his = this.#hi;
    const los = this.#lo;
    const values = this.#values;
    const mask = this.#mask;
    let at = hashPair(hi, lo) & mask;
    for (;;) {
      const value = values[at]!;
      if (value === 0 || (los[at] === lo && his[at] === hi)) return value;
      at = (at + 1) & mask;
    }
  }

  /** Sets the value (not 0) of an id and returns the one it had, 0 if it is new. */
  set(hi: number, lo: number, value: number): number {
    if (this.#size * 2 > this.#mask) this.#grow();
    const his = this.#hi;
    const los = this.#lo;
    const values = this.#values;
    const mask = this.#mask;
    let at = hashPair(hi, lo) & mask;
    for (;;) {
      const found = values[at]!;
      if (found === 0) break;
      if (los[at] === lo && his[at] === hi) {
        values[at] = value;
        return found;
      }
      at = (at + 1) & mask;
    }
    his[at] = hi;
    los[at] = lo;
    values[at] = value;
    this.#size++;
    return 0;
  }

  /** Removes an id and returns the value it had, 0 if it was absent. */
  delete(hi: number, lo: number): number {
    const his = this.#hi;
    const los = this.#lo;
    const values = this.#values;
    const mask = this.#mask;
    let at = hashPair(hi, lo) & mask;
    for (;;) {
      const value = values[at]!;
      if (value === 0) return 0;
      if (los[at] === lo && his[at] === hi) {
        this.#closeHole(at);
        this.#size--;
        return value;
      }
      at = (at + 1) & mask;
    }
  }

  clear(): void {
    this.#values.fill(0);
    this.#size = 0;
  }

  /** Moves entries of the probe run behind `hole` back, where that shortens their way from their home slot. */
  #closeHole(start: number): void {
    const his = this.#hi;
    const los = this.#lo;
    const values = this.#values;
    const mask = this.#mask;
    let hole = start;
    let at = hole;
    for (;;) {
      at = (at + 1) & mask;
      if (values[at] === 0) break;
      const home = hashPair(his[at]!, los[at]!) & mask;
      if (((at - home) & mask) >= ((at - hole) & mask)) {
        his[hole] = his[at]!;
        los[hole] = los[at]!;
        values[hole] = values[at]!;
        hole = at;
      }
    }
    values[hole] = 0;
  }

  #grow(): void {
    const oldHi = this.#hi;
    const oldLo = this.#lo;
    const oldValues = this.#values;
    const slots = oldValues.length * 2;
    if (slots > ID_MAP_ENTRIES_MAX) {
      throw new TwinError('BASE_LIMIT', 'an id map holds at most ID_MAP_ENTRIES_MAX / 2 ids', {
        ids: this.#size,
      });
    }
    this.#hi = new Int32Array(slots);
    this.#lo = new Int32Array(slots);
    this.#values = new Int32Array(slots);
    this.#mask = slots - 1;
    this.#size = 0;
    for (let i = 0; i < oldValues.length; i++) {
      if (oldValues[i] !== 0) this.set(oldHi[i]!, oldLo[i]!, oldValues[i]!);
    }
  }
}

function hashPair(hi: number, lo: number): number {
  let h = Math.imul(lo, 0x9e3779b1) ^ Math.imul(hi, 0x85ebca77);
  h ^= h >>> 15;
  h = Math.imul(h, 0x2c1b3c6d);
  return h ^ (h >>> 13);
}
