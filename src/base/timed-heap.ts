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
  #times = new Float64Array(1024);
  #ranks = new Float64Array(1024);
  #handles = new Int32Array(1024);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Time of the first event; Infinity when there is none. */
  get topTime(): number {
    return this.#size === 0 ? Number.POSITIVE_INFINITY : this.#times[0]!;
  }

  get topRank(): number {
    return this.#ranks[0]!;
  }

  push(timeNs: number, rank: number, handle: number): void {
    if (this.#size === this.#times.length) this.#grow();
    const times = this.#times;
    const ranks = this.#ranks;
    const handles = this.#handles;
    let at = this.#size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const parentTime = times[parent]!;
      if (parentTime < timeNs || (parentTime === timeNs && ranks[parent]! < rank)) break;
      times[at] = parentTime;
      ranks[at] = ranks[parent]!;
      handles[at] = handles[parent]!;
      at = parent;
    }
    times[at] = timeNs;
    ranks[at] = rank;
    handles[at] = handle;
  }

  /** Takes the first event's handle out. The queue is not empty. */
  pop(): number {
    const times = this.#times;
    const ranks = this.#ranks;
    const handles = this.#handles;
    const top = handles[0]!;
    const last = --this.#size;
    const timeNs = times[last]!;
    const rank = ranks[last]!;
    const handle = handles[last]!;
    // The last entry nearly always belongs far down: let the hole sink to a leaf first, then let the entry rise.
    let at = 0;
    let child = 1;
    while (child < last) {
      const right = child + 1;
      if (right < last) {
        const leftTime = times[child]!;
        const rightTime = times[right]!;
        if (rightTime < leftTime || (rightTime === leftTime && ranks[right]! < ranks[child]!)) child = right;
      }
      times[at] = times[child]!;
      ranks[at] = ranks[child]!;
      handles[at] = handles[child]!;
      at = child;
      child = 2 * at + 1;
    }
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const parentTime = times[parent]!;
      if (parentTime < timeNs || (parentTime === timeNs && ranks[parent]! < rank)) break;
      times[at] = parentTime;
      ranks[at] = ranks[parent]!;
      handles[at] = handles[parent]!;
      at = parent;
    }
    times[at] = timeNs;
    ranks[at] = rank;
    handles[at] = handle;
    return top;
  }

  writeState(writer: BinaryWriter): void {
    writer.array(this.#times, this.#size);
    writer.array(this.#ranks, this.#size);
    writer.array(this.#handles, this.#size);
  }

  readState(reader: BinaryReader): void {
    const times = reader.float64Array();
    const ranks = reader.float64Array();
    const handles = reader.int32Array();
    while (this.#times.length < times.length) this.#grow();
    this.#times.set(times);
    this.#ranks.set(ranks);
    this.#handles.set(handles);
    this.#size = times.length;
  }

  #grow(): void {
    const capacity = this.#times.length * 2;
    if (capacity > HEAP_ENTRIES_MAX) {
      throw new TwinError('BASE_LIMIT', 'a heap holds at most HEAP_ENTRIES_MAX entries', {
        entries: this.#size,
      });
    }
    const times = new Float64Array(capacity);
    const ranks = new Float64Array(capacity);
    const handles = new Int32Array(capacity);
    times.set(this.#times);
    ranks.set(this.#ranks);
    handles.set(this.#handles);
    this.#times = times;
    this.#ranks = ranks;
    this.#handles = handles;
  }
}
