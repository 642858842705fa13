// hot: bench/quality.ts
/**
 * Duplicates: a record that came before among the last `duplicateWindow` records of its schema. What is the same:
 *
 *   key without a place in the raw object (bar, news, …)    all fields of the key are equal; the later one is the duplicate
 *   key with a place (source, sourceIndex), and             the whole content is equal, except when it was received, and
 *     a trade id                                              nothing more: an id is given once
 *     a number of its message                                 it came in another raw object: pages or tasks that overlap, a
 *                                                             live feed that says again what it said before a break
 *     neither                                                 it stands at the same place: a normaliser that says things twice
 *
 * Equal records of one message stay, since feeds do send two equal fills. The window is a ring; rows with the same hash are
 * chained from the newest back, and a link that leads out of the window ends the chain, so that nothing is ever taken out.
 */

import { qualityMask } from '../registry.ts';
import type { Int64Column } from '../schema/int64-column.ts';
import type { AnyColumn, RecordBatch } from '../schema/record-batch.ts';
import type { CheckedRows, QualityCheck } from './check.ts';
import { RecordHasher } from './record-hash.ts';

const DUPLICATE = qualityMask('duplicate');
/** Not part of what a record says. */
const APART = new Set(['source', 'sourceIndex', 'tsRecv', 'quality']);

export class DuplicateCheck implements QualityCheck {
  readonly #window: number;
  readonly #hasher = new RecordHasher();
  readonly #first: Int32Array;
  readonly #second: Int32Array;
  readonly #origin: Int32Array;
  readonly #source: Int32Array;
  readonly #place: Float64Array;
  /** Number of the newest row of each bucket, and of the next older one of each row; -1 where there is none. */
  readonly #head: Float64Array;
  readonly #older: Float64Array;
  #rows = 0;

  constructor(window: number) {
    this.#window = window;
    this.#first = new Int32Array(window);
    this.#second = new Int32Array(window);
    this.#origin = new Int32Array(window);
    this.#source = new Int32Array(window);
    this.#place = new Float64Array(window);
    this.#head = new Float64Array(2 * window).fill(-1);
    this.#older = new Float64Array(window).fill(-1);
  }

  check({ batch, quality, slots, origins }: CheckedRows): void {
    const isPlaced = batch.schema.key.includes('sourceIndex');
    const names = isPlaced
      ? Object.keys(batch.schema.fields).filter((name) => !APART.has(name))
      : batch.schema.key;
    const hasher = this.#hasher;
    hasher.start(batch);
    for (const name of names) hasher.mix(batch.column(name), slots, batch.count);
    const sequences = batch.column('sequence') as Int64Column;
    const ids = isPlaced && 'tradeId' in batch.schema.fields ? (batch.column('tradeId') as AnyColumn) : null;
    if (isPlaced) this.#mixPlaces(batch, sequences, ids, origins);
    hasher.finish(batch.count);
    const sources = batch.column('source') as Int32Array;
    const places = batch.column('sourceIndex') as Int64Column;
    for (let row = 0; row < batch.count; row++) {
      const hasId = !isPlaced || isNamed(ids, row);
      const source = sources[row]!;
      if (this.#isKnown(row, origins[row]!, source, places.number(row), hasId)) quality[row]! |= DUPLICATE;
    }
  }

  /** Of rows that nothing names, the place is part of the hash: equal ones would make long chains. */
  #mixPlaces(batch: RecordBatch, sequences: Int64Column, ids: AnyColumn | null, origins: Int32Array): void {
    const sources = batch.column('source') as Int32Array;
    const places = batch.column('sourceIndex') as Int64Column;
    for (let row = 0; row < batch.count; row++) {
      if (!sequences.isAbsent(row) || isNamed(ids, row)) continue;
      this.#hasher.mixPair(row, sources[row]!, origins[row]!);
      this.#hasher.mixPair(row, places.high(row), places.low(row));
    }
  }

  /** Looks a row up, and notes it. */
  #isKnown(row: number, origin: number, source: number, place: number, hasId: boolean): boolean {
    const a = this.#hasher.first[row]!;
    const b = this.#hasher.second[row]!;
    const mask = this.#window - 1;
    const bucket = a & (2 * this.#window - 1);
    const oldest = this.#rows - this.#window;
    let isKnown = false;
    for (let at = this.#head[bucket]!; at >= 0 && at >= oldest; at = this.#older[at & mask]!) {
      const slot = at & mask;
      if (this.#first[slot] !== a || this.#second[slot] !== b) continue;
      const isSameObject = this.#origin[slot] === origin && this.#source[slot] === source;
      if (hasId || !isSameObject || this.#place[slot] === place) {
        isKnown = true;
        break;
      }
    }
    const slot = this.#rows & mask;
    this.#first[slot] = a;
    this.#second[slot] = b;
    this.#origin[slot] = origin;
    this.#source[slot] = source;
    this.#place[slot] = place;
    this.#older[slot] = this.#head[bucket]!;
    this.#head[bucket] = this.#rows++;
    return isKnown;
  }
}

function isNamed(ids: AnyColumn | null, row: number): boolean {
  return ids !== null && (ids as (string | null)[])[row] !== null;
}
