// hot: bench/book.ts, about 5 ns per record
/** Append-only buffer of event records. The venue writes here; nothing is allocated per event. */

import { TwinError } from '../base/index.ts';
import * as events from './events.ts';

// V8 folds constants of this module into machine code, but reads imported ones from memory at each use.
const { DOUBLE_TIME, RECORD_WORDS } = events;

/** Records that one buffer may hold at most: one command cannot produce more. */
export const EVENT_BUFFER_RECORDS_MAX = 1 << 24;

export class EventBuffer {
  words: Int32Array;
  /** The same memory as `words`, as doubles: the time of record r is doubles[r * 6 + 1]. */
  doubles: Float64Array;
  /** Records written since the last clear. */
  count = 0;
  /** Stamped on every record; set by the venue before it applies a command. */
  timeNs = 0;
  instrument = 0;
  #capacity: number;

  constructor(capacityRecords = 1024) {
    this.#capacity = capacityRecords;
    this.words = new Int32Array(capacityRecords * RECORD_WORDS);
    this.doubles = new Float64Array(this.words.buffer);
  }

  clear(): void {
    this.count = 0;
  }

  /** Appends one record; `head` is kind | side | flags | code as in events.ts. */
  emit(
    head: number,
    order: number,
    price: number,
    qty: number,
    leaves: number,
    other: number,
    otherLeaves: number,
    extra: number,
  ): void {
    if (this.count === this.#capacity) this.#grow();
    const at = this.count * RECORD_WORDS;
    const words = this.words;
    words[at] = head;
    words[at + 1] = this.instrument;
    this.doubles[(at >> 1) + DOUBLE_TIME] = this.timeNs;
    words[at + 4] = order;
    words[at + 5] = price;
    words[at + 6] = qty;
    words[at + 7] = leaves;
    words[at + 8] = other;
    words[at + 9] = otherLeaves;
    words[at + 10] = extra;
    words[at + 11] = 0;
    this.count++;
  }

  /** Appends a level record: `displayedLots` may exceed int32, so it is a float64 in words 6-7. */
  emitLevel(head: number, price: number, displayedLots: number, orderCount: number): void {
    this.emit(head, 0, price, 0, 0, orderCount, 0, 0);
    this.doubles[(this.count - 1) * (RECORD_WORDS / 2) + 3] = displayedLots;
  }

  #grow(): void {
    if (this.#capacity >= EVENT_BUFFER_RECORDS_MAX) {
      throw new TwinError('BASE_LIMIT', 'an event buffer holds at most EVENT_BUFFER_RECORDS_MAX records', {
        records: this.#capacity,
      });
    }
    this.#capacity *= 2;
    const grown = new Int32Array(this.#capacity * RECORD_WORDS);
    grown.set(this.words);
    this.words = grown;
    this.doubles = new Float64Array(grown.buffer);
  }
}
