// hot: bench/simulation.ts
/**
 * Binary heap of handles ordered by (time, rank), where rank joins priority and sequence in one exact double:
 * priority * 2^48 + sequence. Equal times are therefore never left to the shape of the heap.
 */

import type { BinaryReader, BinaryWriter } from './binary.ts';
import { TwinError } from './fault.ts';

/** Entries that may wait in one heap. */
export const HEAP_ENTRIES_MAX = 1 << 26;

export class TimedHeap {
  /** Time and rank of entry i at 2 i and 2 i + 1: both are in one cache line. Without entries the first time is Infinity. */
  #keys = new Float64Array(2048).fill(Number.POSITIVE_INFINITY, 0, 1);
  #handles = new Int32Array(1024);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Time of the first entry; Infinity when there is none. */
  get topTime(): number {
    return this.#keys[0]!;
  }

  get topRank(): number {
    return this.#keys[1]!;
  }

  push(timeNs: number, rank: number, handle: number): void {
    if (this.#size === this.#handles.length) this.#grow();
    this.#rise(this.#size++, timeNs, rank, handle);
  }

  /** Takes the first entry's handle out. The heap is not empty. */
  pop(): number {
    const keys = this.#keys;
    const handles = this.#handles;
    const top = handles[0]!;
    const last = --this.#size;
    if (last === 0) {
      keys[0] = Number.POSITIVE_INFINITY;
      return top;
    }
    // The last entry nearly always belongs far down: let the hole sink to a leaf first, then let the entry rise.
    let at = 0;
    let child = 1;
    while (child < last) {
      const right = child + 1;
      if (right < last) {
        const leftTime = keys[2 * child]!;
        const rightTime = keys[2 * right]!;
        if (rightTime < leftTime || (rightTime === leftTime && keys[2 * right + 1]! < keys[2 * child + 1]!)) {
          child = right;
        }
      }
      keys[2 * at] = keys[2 * child]!;
      keys[2 * at + 1] = keys[2 * child + 1]!;
      handles[at] = handles[child]!;
      at = child;
      child = 2 * at + 1;
    }
    this.#rise(at, keys[2 * last]!, keys[2 * last + 1]!, handles[last]!);
    return top;
  }

  writeState(writer: BinaryWriter): void {
    writer.array(this.#keys, 2 * this.#size);
    writer.array(this.#handles, this.#size);
  }

  readState(reader: BinaryReader): void {
    const keys = reader.float64Array();
    const handles = reader.int32Array();
    while (this.#handles.length < handles.length) this.#grow();
    this.#keys[0] = Number.POSITIVE_INFINITY;
    this.#keys.set(keys);
    this.#handles.set(handles);
    this.#size = handles.length;
  }

  /** Moves the hole at `at` up to where an entry belongs, and puts it there. */
  #rise(start: number, timeNs: number, rank: number, handle: number): void {
    const keys = this.#keys;
    const handles = this.#handles;
    let at = start;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const parentTime = keys[2 * parent]!;
      if (parentTime < timeNs || (parentTime === timeNs && keys[2 * parent + 1]! < rank)) break;
      keys[2 * at] = parentTime;
      keys[2 * at + 1] = keys[2 * parent + 1]!;
      handles[at] = handles[parent]!;
      at = parent;
    }
    keys[2 * at] = timeNs;
    keys[2 * at + 1] = rank;
    handles[at] = handle;
  }

  #grow(): void {
    const capacity = this.#handles.length * 2;
    if (capacity > HEAP_ENTRIES_MAX) {
      throw new TwinError('BASE_LIMIT', 'a heap holds at most HEAP_ENTRIES_MAX entries', {
        entries: this.#size,
      });
    }
    const keys = new Float64Array(2 * capacity);
    const handles = new Int32Array(capacity);
    keys.set(this.#keys);
    handles.set(this.#handles);
    this.#keys = keys;
    this.#handles = handles;
  }
}
