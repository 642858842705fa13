/** Whether every field of a record is there and within its range, as the registry declares it: what breaks that is set aside. */

import { PRICE_MAX, PRICE_STEPS } from '../../base/index.ts';
import type { QuarantineReason } from '../quarantine.ts';
import type { Field, Schema } from '../schema/field.ts';
import { Int64Column } from '../schema/int64-column.ts';
import {
  type AnyColumn,
  type RecordBatch,
  UNDEF_FLOAT64,
  UNDEF_INT32_VALUE,
  UNDEF_UINT8,
} from '../schema/record-batch.ts';
import { SymbolColumn } from '../schema/symbol-column.ts';

/** Marks rows that break a rule; `found` is told of the first rule that each breaks. */
export function checkRanges(
  batch: RecordBatch,
  marks: Uint8Array,
  found: (row: number, reason: QuarantineReason, detail: string) => void,
): void {
  for (const [name, field] of checkedFields(batch.schema)) {
    const column = batch.column(name);
    for (let row = 0; row < batch.count; row++) {
      if (marks[row] !== 0) continue;
      const reason = problemOf(field, column, row);
      if (reason === null) continue;
      marks[row] = 1;
      found(row, reason, `${batch.schema.name}.${name}=${shown(column, row)}${boundsOf(field)}`);
    }
  }
}

const checkedBySchema = new Map<Schema, (readonly [string, Field])[]>();

/** Fields that can break a rule at all; `source` is the ingest's own. */
function checkedFields(schema: Schema): (readonly [string, Field])[] {
  let checked = checkedBySchema.get(schema);
  if (checked === undefined) {
    checked = Object.entries(schema.fields).filter(
      ([name, field]) =>
        name !== 'source' &&
        (field.isRequired ||
          field.min !== null ||
          field.max !== null ||
          ['price', 'qty', 'real'].includes(field.kind)),
    );
    checkedBySchema.set(schema, checked);
  }
  return checked;
}

function problemOf(field: Field, column: AnyColumn, row: number): QuarantineReason | null {
  if (column instanceof Int64Column) {
    if (column.isAbsent(row)) return field.isRequired ? 'missing-value' : null;
    if (field.kind === 'price') {
      const price = column.number(row) / PRICE_STEPS;
      return Math.abs(price) > PRICE_MAX || isOutside(field, price) ? 'out-of-range' : null;
    }
    return field.kind !== 'id' && field.kind !== 'time' && isOutside(field, column.number(row))
      ? 'out-of-range'
      : null;
  }
  if (column instanceof Float64Array) {
    const value = column[row]!;
    if (value === UNDEF_FLOAT64) return field.isRequired ? 'missing-value' : null;
    if (!Number.isFinite(value)) return 'not-a-number';
    return isOutside(field, value) ? 'out-of-range' : null;
  }
  if (column instanceof Int32Array) {
    if (column[row] === UNDEF_INT32_VALUE) return field.isRequired ? 'missing-value' : null;
    return isOutside(field, column[row]!) ? 'out-of-range' : null;
  }
  if (column instanceof Uint8Array)
    return field.isRequired && column[row] === UNDEF_UINT8 ? 'missing-value' : null;
  if (column instanceof SymbolColumn) return column.codes[row] === 0 ? 'missing-value' : null;
  return field.isRequired && column[row] === null ? 'missing-value' : null;
}

function isOutside({ min, max }: Field, value: number): boolean {
  return (min !== null && value < min) || (max !== null && value > max);
}

function boundsOf({ min, max }: Field): string {
  return min === null && max === null ? '' : ` allowed=${min ?? ''}..${max ?? ''}`;
}

function shown(column: AnyColumn, row: number): string {
  if (column instanceof Int64Column) return column.isAbsent(row) ? 'absent' : String(column.values[row]);
  if (column instanceof SymbolColumn) return column.name(row) || 'absent';
  return String(column[row]);
}
