// hot: bench/yardstick.ts, bench/itch-book.ts
/**
 * Map from an unsigned 64-bit external id, given as two int32 halves, to an int32 value. Open addressing with linear
 * probing in one typed array; deletion shifts the following entries back, so there are no tombstones and no decay.
 * A value of 0 means "absent": store numbers from 1.
 *
 * An entry is four words: lo, hi, value, unused. Venues number orders upwards, so the hash keeps groups of four
 * consecutive ids together: they share one 64-byte cache line, which a plain hash would make four misses of.
 */

import { TwinError } from './fault.ts';

export const ID_MAP_ENTRIES_MAX = 1 << 27;

const ENTRY_WORDS = 4;
const E_HI = 1;
const E_VALUE = 2;

export class IdMap {
  #words: Int32Array;
  #mask: number;
  #size = 0;

  constructor(capacity = 1024) {
    let slots = 16;
    while (slots < capacity * 2) slots *= 2;
    this.#words = new Int32Array(slots * ENTRY_WORDS);
    this.#mask = slots - 1;
  }

  get size(): number {
    return this.#size;
  }

  /** Value of the id, 0 if absent. */
  get(hi: number, lo: number): number {
    const words = this.#words;
    const mask = this.#mask;
    let slot = homeSlot(hi, lo) & mask;
    for (;;) {
      const at = slot * ENTRY_WORDS;
      const value = words[at + E_VALUE]!;
      if (value === 0 || (words[at] === lo && words[at + E_HI] === hi)) return value;
      slot = (slot + 1) & mask;
    }
  }

  /** Sets the value (not 0) of an id and returns the one it had, 0 if it is new. */
  set(hi: number, lo: number, value: number): number {
    if (this.#size * 2 > this.#mask) this.#grow();
    const words = this.#words;
    const mask = this.#mask;
    let slot = homeSlot(hi, lo) & mask;
    for (;;) {
      const at = slot * ENTRY_WORDS;
      const found = words[at + E_VALUE]!;
      if (found === 0) {
        words[at] = lo;
        words[at + E_HI] = hi;
        words[at + E_VALUE] = value;
        this.#size++;
        return 0;
      }
      if (words[at] === lo && words[at + E_HI] === hi) {
        words[at + E_VALUE] = value;
        return found;
      }
      slot = (slot + 1) & mask;
    }
  }

  /** Removes an id and returns the value it had, 0 if it was absent. */
  delete(hi: number, lo: number): number {
    const words = this.#words;
    const mask = this.#mask;
    let slot = homeSlot(hi, lo) & mask;
    for (;;) {
      const at = slot * ENTRY_WORDS;
      const value = words[at + E_VALUE]!;
      if (value === 0) return 0;
      if (words[at] === lo && words[at + E_HI] === hi) {
        this.#closeHole(slot);
        this.#size--;
        return value;
      }
      slot = (slot + 1) & mask;
    }
  }

  clear(): void {
    this.#words.fill(0);
    this.#size = 0;
  }

  /** Moves entries of the probe run behind `start` back, where that shortens their way from their home slot. */
  #closeHole(start: number): void {
    const words = this.#words;
    const mask = this.#mask;
    let hole = start;
    let slot = hole;
    for (;;) {
      slot = (slot + 1) & mask;
      const at = slot * ENTRY_WORDS;
      if (words[at + E_VALUE] === 0) break;
      const home = homeSlot(words[at + E_HI]!, words[at]!) & mask;
      if (((slot - home) & mask) >= ((slot - hole) & mask)) {
        words.copyWithin(hole * ENTRY_WORDS, at, at + ENTRY_WORDS);
        hole = slot;
      }
    }
    words[hole * ENTRY_WORDS + E_VALUE] = 0;
  }

  #grow(): void {
    const old = this.#words;
    const slots = (this.#mask + 1) * 2;
    if (slots > ID_MAP_ENTRIES_MAX) {
      throw new TwinError('BASE_LIMIT', 'an id map holds at most ID_MAP_ENTRIES_MAX / 2 ids', {
        ids: this.#size,
      });
    }
    this.#words = new Int32Array(slots * ENTRY_WORDS);
    this.#mask = slots - 1;
    this.#size = 0;
    for (let at = 0; at < old.length; at += ENTRY_WORDS) {
      const value = old[at + E_VALUE]!;
      if (value !== 0) this.set(old[at + E_HI]!, old[at]!, value);
    }
  }
}

/** Group of four ids by hash, place in the group by the id's last two bits. */
function homeSlot(hi: number, lo: number): number {
  let h = Math.imul(lo >>> 2, 0x9e3779b1) ^ Math.imul(hi, 0x85ebca77);
  h ^= h >>> 15;
  h = Math.imul(h, 0x2c1b3c6d);
  return ((h ^ (h >>> 13)) << 2) | (lo & 3);
}
