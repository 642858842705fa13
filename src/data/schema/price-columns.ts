/** The prices of a batch, for whoever changes all of them alike. */

import type { Int64Column } from './int64-column.ts';
import { type RecordBatch, UNDEF_FLOAT64 } from './record-batch.ts';

export class PriceColumns {
  readonly #prices: readonly Int64Column[];
  /** An average is a double: exact to the digits that it has. */
  readonly #vwap: Float64Array | null;

  constructor(batch: RecordBatch) {
    this.#prices = Object.entries(batch.schema.fields)
      .filter(([, { kind }]) => kind === 'price')
      .map(([name]) => batch.column(name) as Int64Column);
    this.#vwap = batch.schema.name === 'bar' ? (batch.column('vwap') as Float64Array) : null;
  }

  /** Multiplies the prices of a row, and adds steps of 1e-9; rounded to whole steps. */
  change(row: number, factor: number, steps: number): void {
    for (const column of this.#prices)
      if (!column.isAbsent(row)) column.setNumber(row, Math.round(column.number(row) * factor) + steps);
    const vwap = this.#vwap;
    if (vwap !== null && vwap[row] !== UNDEF_FLOAT64) vwap[row] = vwap[row]! * factor + steps / 1e9;
  }
}
