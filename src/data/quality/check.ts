/** What the checks of the validation stage have in common: they see whole batches of one schema and set bits. */

import type { RecordBatch } from '../schema/record-batch.ts';
import type { SymbolColumn } from '../schema/symbol-column.ts';

/** Rows of a batch as a check sees them. */
export interface CheckedRows {
  readonly batch: RecordBatch;
  /** Column `quality`: a check sets bits, and never clears one. */
  readonly quality: Int32Array;
  /** Number of the symbol of each row, the same in every batch of a stage. */
  readonly slots: Int32Array;
  /** Number of the task or segment of each row: rows of one number count `source` in one list. */
  readonly origins: Int32Array;
}

/** One check of one schema, with all that it remembers. */
export interface QualityCheck {
  check(rows: CheckedRows): void;
}

/** Numbers of symbols that hold over all batches: each batch has codes of its own. */
export class SymbolSlots {
  readonly names: string[] = [];
  readonly #slotOf = new Map<string, number>();
  readonly #known = new WeakMap<SymbolColumn, number[]>();
  #slots = new Int32Array(0);

  /** Numbers of the symbols of a batch by row; valid until the next call. */
  resolve(batch: RecordBatch): Int32Array {
    const column = batch.column('symbol') as SymbolColumn;
    const known = this.#known.get(column) ?? [];
    this.#known.set(column, known);
    for (let code = known.length; code < column.names.length; code++)
      known.push(this.slot(column.names[code]!));
    if (this.#slots.length < batch.count) this.#slots = new Int32Array(batch.capacity);
    const slots = this.#slots;
    for (let row = 0; row < batch.count; row++) slots[row] = known[column.codes[row]!]!;
    return slots;
  }

  slot(name: string): number {
    let slot = this.#slotOf.get(name);
    if (slot === undefined) {
      slot = this.names.length;
      this.names.push(name);
      this.#slotOf.set(name, slot);
    }
    return slot;
  }
}
