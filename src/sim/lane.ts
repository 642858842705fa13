// hot: bench/simulation.ts
/**
 * A link of fixed latency delivers in the order of sending, so its events need no heap: a ring in order of (time, rank).
 * The loop compares the head of each lane with the top of the heap.
 */

import { type BinaryReader, type BinaryWriter, HEAP_ENTRIES_MAX, TwinError } from '../base/index.ts';

export class Lane {
  readonly delayNs: number;
  readonly priority: number;
  /** Time and rank of the first event of each lane at 2 i and 2 i + 1; time Infinity when the lane is empty. */
  readonly #heads: Float64Array;
  readonly #headAt: number;
  #times = new Float64Array(1024);
  #ranks = new Float64Array(1024);
  #handles = new Int32Array(1024);
  #mask = 1023;
  #first = 0;
  #size = 0;

  /** `heads` is shared by all lanes of a kernel, so that its loop compares them without touching the lanes. */
  constructor(delayNs: number, priority: number, heads: Float64Array, index: number) {
    this.delayNs = delayNs;
    this.priority = priority;
    this.#heads = heads;
    this.#headAt = 2 * index;
    heads[this.#headAt] = Number.POSITIVE_INFINITY;
  }

  get size(): number {
    return this.#size;
  }

  push(timeNs: number, rank: number, handle: number): void {
    if (this.#size > this.#mask) this.#grow();
    const at = (this.#first + this.#size) & this.#mask;
    this.#times[at] = timeNs;
    this.#ranks[at] = rank;
    this.#handles[at] = handle;
    if (this.#size++ === 0) {
      this.#heads[this.#headAt] = timeNs;
      this.#heads[this.#headAt + 1] = rank;
    }
  }

  /** Takes the first event's handle out. The lane is not empty. */
  pop(): number {
    const handle = this.#handles[this.#first]!;
    const next = (this.#first + 1) & this.#mask;
    this.#first = next;
    if (--this.#size === 0) {
      this.#heads[this.#headAt] = Number.POSITIVE_INFINITY;
    } else {
      this.#heads[this.#headAt] = this.#times[next]!;
      this.#heads[this.#headAt + 1] = this.#ranks[next]!;
    }
    return handle;
  }

  writeState(writer: BinaryWriter): void {
    writer.int32(this.#size);
    for (let i = 0; i < this.#size; i++) {
      const at = (this.#first + i) & this.#mask;
      writer.float64(this.#times[at]!);
      writer.float64(this.#ranks[at]!);
      writer.int32(this.#handles[at]!);
    }
  }

  readState(reader: BinaryReader): void {
    this.#first = 0;
    this.#size = 0;
    this.#heads[this.#headAt] = Number.POSITIVE_INFINITY;
    const size = reader.int32();
    for (let i = 0; i < size; i++) this.push(reader.float64(), reader.float64(), reader.int32());
  }

  #grow(): void {
    const capacity = (this.#mask + 1) * 2;
    if (capacity > HEAP_ENTRIES_MAX) {
      throw new TwinError('BASE_LIMIT', 'at most HEAP_ENTRIES_MAX events wait in a lane', {
        events: this.#size,
      });
    }
    const times = new Float64Array(capacity);
    const ranks = new Float64Array(capacity);
    const handles = new Int32Array(capacity);
    for (let i = 0; i < this.#size; i++) {
      const at = (this.#first + i) & this.#mask;
      times[i] = this.#times[at]!;
      ranks[i] = this.#ranks[at]!;
      handles[i] = this.#handles[at]!;
    }
    this.#times = times;
    this.#ranks = ranks;
    this.#handles = handles;
    this.#mask = capacity - 1;
    this.#first = 0;
  }
}
