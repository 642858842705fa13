/** Columns of batches into vectors of DuckDB and out of them, whole blocks of memory at a time. */

import type { DuckDBDataChunk, DuckDBVector } from '@duckdb/node-api';
import { invariant } from '../../base/index.ts';
import type { FieldKind } from '../schema/field.ts';
import { Int64Column, UNDEF_INT64 } from '../schema/int64-column.ts';
import type { AnyColumn } from '../schema/record-batch.ts';
import { SymbolColumn } from '../schema/symbol-column.ts';
import { PRICE_ABSENT_STEPS } from './parquet-columns.ts';

type Items =
  | BigInt64Array
  | BigUint64Array
  | Float64Array
  | Int32Array
  | Uint8Array
  | Uint16Array
  | Uint32Array;

/** Writes rows [from, from + chunk.rowCount) of a column into a vector of a chunk. */
export function fillVector(chunk: DuckDBDataChunk, index: number, column: AnyColumn, from: number): void {
  const rows = chunk.rowCount;
  if (column instanceof SymbolColumn) {
    const names: string[] = [];
    for (let row = 0; row < rows; row++) names.push(column.name(from + row));
    chunk.setColumnValues(index, names);
    return;
  }
  if (Array.isArray(column)) {
    chunk.setColumnValues(index, column.slice(from, from + rows));
    return;
  }
  const vector = chunk.getColumnVector(index);
  const items = itemsOf(vector, rows);
  if (column instanceof Int64Column) {
    const source = items instanceof BigUint64Array ? new BigUint64Array(column.values.buffer) : column.values;
    (items as BigInt64Array).set(source.subarray(from, from + rows) as BigInt64Array);
  } else {
    (items as Float64Array).set(column.subarray(from, from + rows) as Float64Array);
  }
  vector.flush();
}

/** Reads a vector into rows [at, at + rows) of a column. `symbolCodes` are the codes of the words of the type `symbols`. */
export function readVector(
  vector: DuckDBVector,
  kind: FieldKind,
  column: AnyColumn,
  at: number,
  rows: number,
  symbolCodes: Int32Array,
): void {
  if (Array.isArray(column)) {
    for (let row = 0; row < rows; row++) column[at + row] = vector.getItem(row) as string | null;
    return;
  }
  if (column instanceof SymbolColumn) {
    readCodes(vector, symbolCodes, column.codes, at, rows);
    return;
  }
  const items = itemsOf(vector, rows);
  if (column instanceof Int64Column) {
    const source =
      items instanceof BigUint64Array ? new BigInt64Array(items.buffer, items.byteOffset, rows) : items;
    column.values.set(source as BigInt64Array, at);
    if (kind === 'price') restoreAbsentPrices(column, at, rows);
    return;
  }
  (column as Float64Array).set(items as Float64Array, at);
}

/** Reads a vector of words of an enum as what `codes` has for them. */
export function readCodes(
  vector: DuckDBVector,
  codes: Int32Array,
  into: Int32Array,
  at: number,
  rows: number,
): void {
  const items = itemsOf(vector, rows);
  for (let row = 0; row < rows; row++) into[at + row] = codes[items[row] as number]!;
}

function restoreAbsentPrices(column: Int64Column, at: number, rows: number): void {
  const high = Number(PRICE_ABSENT_STEPS >> 32n);
  for (let row = at; row < at + rows; row++) {
    if (column.high(row) === high && column.values[row] === PRICE_ABSENT_STEPS)
      column.values[row] = UNDEF_INT64;
  }
}

/** The memory of a numeric vector. Decimals keep theirs as a view of bytes that the types hide. */
function itemsOf(vector: DuckDBVector, rows: number): Items {
  const { items, dataView } = vector as unknown as { items?: Items; dataView?: DataView };
  if (items !== undefined) return items;
  invariant(
    dataView !== undefined && dataView.byteLength >= rows * 8,
    'a decimal vector has its numbers as 64-bit words',
  );
  return new BigInt64Array(dataView.buffer, dataView.byteOffset, rows);
}
