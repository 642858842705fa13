// hot: bench/quality.ts
/** Hashes of 64 bits over fields of every row of a batch, column by column: what is equal has the same, what differs has another. */

import { Int64Column } from '../schema/int64-column.ts';
import type { AnyColumn, RecordBatch } from '../schema/record-batch.ts';
import { SymbolColumn } from '../schema/symbol-column.ts';

export class RecordHasher {
  /** Both halves by row, of the last batch. */
  first = new Int32Array(0);
  second = new Int32Array(0);

  start(batch: RecordBatch): void {
    if (this.first.length < batch.count) {
      this.first = new Int32Array(batch.capacity);
      this.second = new Int32Array(batch.capacity);
    }
    this.first.fill(0x2545f491, 0, batch.count);
    this.second.fill(0x6c8e9cf5, 0, batch.count);
  }

  /** Takes in a field of all rows. */
  mix(column: AnyColumn, slots: Int32Array, count: number): void {
    if (column instanceof SymbolColumn) for (let row = 0; row < count; row++) this.#word(row, slots[row]!);
    else if (column instanceof Int64Column) {
      for (let row = 0; row < count; row++) this.mixPair(row, column.high(row), column.low(row));
    } else if (column instanceof Float64Array) {
      const words = new Int32Array(column.buffer, column.byteOffset, 2 * count);
      for (let row = 0; row < count; row++) this.mixPair(row, words[2 * row + 1]!, words[2 * row]!);
    } else if (column instanceof Int32Array || column instanceof Uint8Array) {
      for (let row = 0; row < count; row++) this.#word(row, column[row]!);
    } else {
      for (let row = 0; row < count; row++) this.#text(row, column[row]!);
    }
  }

  mixPair(row: number, high: number, low: number): void {
    this.#word(row, high);
    this.#word(row, low);
  }

  /** Spreads what came last over all bits. */
  finish(count: number): void {
    for (let row = 0; row < count; row++) {
      let a = this.first[row]!;
      a = Math.imul(a ^ (a >>> 16), 0x7feb352d);
      a = Math.imul(a ^ (a >>> 15), 0x846ca68b);
      this.first[row] = a ^ (a >>> 16);
    }
  }

  #text(row: number, value: string | null): void {
    if (value === null) {
      this.#word(row, -1);
      return;
    }
    this.#word(row, value.length);
    for (let at = 0; at < value.length; at++) this.#word(row, value.charCodeAt(at));
  }

  #word(row: number, value: number): void {
    const a = Math.imul(this.first[row]! ^ value, 0x85ebca6b);
    this.first[row] = (a << 13) | (a >>> 19);
    const b = Math.imul(this.second[row]! + value, 0xc2b2ae35) ^ a;
    this.second[row] = (b << 15) | (b >>> 17);
  }
}
