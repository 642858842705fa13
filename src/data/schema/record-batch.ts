/**
 * Canonical records in columns: what adapters fill, validators mark, the lake keeps and replays read. One typed array per
 * field, as its declaration says (`field.ts`); rows below `count` are records.
 */

import { invariant, PRICE_STEPS, priceStepsOfNumber, priceStepsOfText } from '../../base/index.ts';
import { dayOfText, textOfDay } from './day.ts';
import type { Field, FieldKind, RecordInput, RecordOutput, Schema } from './field.ts';
import { Int64Column } from './int64-column.ts';
import { SymbolColumn } from './symbol-column.ts';

/** Rows of a batch: large enough to write in bulk, small enough to stay in the cache of the processor. */
export const BATCH_ROWS = 8192;

/** Absent values of the columns; text is null, 64-bit columns have `UNDEF_INT64`. */
export const UNDEF_FLOAT64 = -Number.MAX_VALUE;
export const UNDEF_INT32_VALUE = -(2 ** 31);
export const UNDEF_UINT8 = 255;

export type ColumnOf<K extends FieldKind> = K extends 'time' | 'price' | 'count' | 'id'
  ? Int64Column
  : K extends 'qty' | 'real'
    ? Float64Array
    : K extends 'int' | 'flags' | 'date'
      ? Int32Array
      : K extends 'enum' | 'bool'
        ? Uint8Array
        : K extends 'symbol'
          ? SymbolColumn
          : (string | null)[];

export type AnyColumn =
  | Int64Column
  | Float64Array
  | Int32Array
  | Uint8Array
  | SymbolColumn
  | (string | null)[];

export type Columns<S extends Schema> = {
  readonly [N in keyof S['fields']]: ColumnOf<S['fields'][N]['kind']>;
};

/** A field that could not take what it was given. */
export interface FieldProblem {
  readonly field: string;
  readonly reason: 'missing-value' | 'not-a-number' | 'field-value' | 'unknown-word';
  readonly found: string;
}

export class RecordBatch<S extends Schema = Schema> {
  readonly schema: S;
  readonly capacity: number;
  readonly columns: Columns<S>;
  count = 0;
  /** Number of the task of each row, where a reader of the lake was asked for it: rows of one number count `source` in one list. */
  origins: Int32Array | null = null;
  readonly #fields: readonly (readonly [name: string, field: Field, column: AnyColumn])[];

  constructor(schema: S, capacity = BATCH_ROWS) {
    this.schema = schema;
    this.capacity = capacity;
    this.#fields = Object.entries(schema.fields).map(([name, field]) => [
      name,
      field,
      makeColumn(field.kind, capacity),
    ]);
    this.columns = Object.fromEntries(this.#fields.map(([name, , column]) => [name, column])) as Columns<S>;
  }

  /** The column of a field by its name, for code that treats all schemas alike. */
  column(name: string): AnyColumn {
    return (this.columns as Record<string, AnyColumn>)[name]!;
  }

  clear(): void {
    this.count = 0;
  }

  get isFull(): boolean {
    return this.count >= this.capacity;
  }

  /**
   * Appends a record given as an object. Returns the first field that cannot take its value, and then appends nothing.
   * Breaks an invariant when the batch is full, or a field is not of the schema.
   */
  push(record: RecordInput<S>): FieldProblem | null {
    invariant(this.count < this.capacity, 'a batch takes records up to its capacity');
    const values = record as Readonly<Record<string, unknown>>;
    let seen = 0;
    for (const [name, field, column] of this.#fields) {
      const value = values[name];
      if (value === undefined || value === null) {
        if (value !== undefined || name in values) seen++;
        if (field.isRequired) return { field: name, reason: 'missing-value', found: String(value) };
        setAbsent(field.kind, column, this.count);
        continue;
      }
      seen++;
      const problem = setValue(field, column, this.count, value);
      if (problem !== null) return { field: name, reason: problem, found: String(value) };
    }
    if (seen !== Object.keys(values).length) this.#refuseUnknown(values);
    this.count++;
    return null;
  }

  /** Makes a row absent in every field; for adapters that fill columns and leave some of them out. */
  blank(row: number): void {
    for (const [, field, column] of this.#fields) setAbsent(field.kind, column, row);
  }

  /** A record as an object. */
  row(row: number): RecordOutput<S> {
    return Object.fromEntries(
      this.#fields.map(([name, field, column]) => [name, readValue(field, column, row)]),
    ) as RecordOutput<S>;
  }

  *rows(): Generator<RecordOutput<S>> {
    for (let row = 0; row < this.count; row++) yield this.row(row);
  }

  /** Appends a row of another batch of the same schema. */
  copyRow(from: RecordBatch<S>, fromRow: number): void {
    const row = this.count++;
    for (const [name, field, column] of this.#fields)
      copyValue(field.kind, column, row, from.column(name), fromRow);
  }

  /** Takes away the rows whose mark is not 0; the others move up in their order. */
  removeRows(marks: Uint8Array): void {
    let kept = 0;
    for (let row = 0; row < this.count; row++) {
      if (marks[row] !== 0) continue;
      if (kept !== row) {
        for (const [, field, column] of this.#fields) copyValue(field.kind, column, kept, column, row);
      }
      kept++;
    }
    this.count = kept;
  }

  #refuseUnknown(values: Readonly<Record<string, unknown>>): never {
    const unknown = Object.keys(values).filter((name) => !(name in this.schema.fields));
    invariant(false, `a ${this.schema.name} record has the fields of its schema, not ${unknown.join(', ')}`);
  }
}

function makeColumn(kind: FieldKind, capacity: number): AnyColumn {
  switch (kind) {
    case 'time':
    case 'price':
    case 'count':
    case 'id':
      return new Int64Column(capacity);
    case 'qty':
    case 'real':
      return new Float64Array(capacity);
    case 'int':
    case 'flags':
    case 'date':
      return new Int32Array(capacity);
    case 'enum':
    case 'bool':
      return new Uint8Array(capacity);
    case 'symbol':
      return new SymbolColumn(capacity);
    case 'text':
      return new Array<string | null>(capacity).fill(null);
  }
}

function setAbsent(kind: FieldKind, column: AnyColumn, row: number): void {
  if (column instanceof Int64Column) column.setAbsent(row);
  else if (column instanceof Float64Array) column[row] = UNDEF_FLOAT64;
  else if (column instanceof Int32Array) column[row] = kind === 'flags' ? 0 : UNDEF_INT32_VALUE;
  else if (column instanceof Uint8Array) column[row] = UNDEF_UINT8;
  else if (column instanceof SymbolColumn) column.set(row, '');
  else column[row] = null;
}

function setValue(
  field: Field,
  column: AnyColumn,
  row: number,
  value: unknown,
): FieldProblem['reason'] | null {
  switch (field.kind) {
    case 'time':
    case 'id':
      return setBig(column as Int64Column, row, value, field.kind === 'id');
    case 'price':
      return setPrice(column as Int64Column, row, value);
    case 'count':
      if (!Number.isSafeInteger(value)) return 'not-a-number';
      (column as Int64Column).setNumber(row, value as number);
      return null;
    case 'qty':
    case 'real':
      if (typeof value !== 'number' || !Number.isFinite(value)) return 'not-a-number';
      (column as Float64Array)[row] = value;
      return null;
    case 'int':
    case 'flags':
      if (!Number.isInteger(value) || Math.abs(value as number) >= 2 ** 31) return 'not-a-number';
      (column as Int32Array)[row] = value as number;
      return null;
    case 'date': {
      const day = typeof value === 'string' ? dayOfText(value) : null;
      if (day === null) return 'field-value';
      (column as Int32Array)[row] = day;
      return null;
    }
    case 'enum': {
      const code = field.values.indexOf(value as string);
      if (code < 0) return 'unknown-word';
      (column as Uint8Array)[row] = code;
      return null;
    }
    case 'bool':
      if (typeof value !== 'boolean') return 'field-value';
      (column as Uint8Array)[row] = value ? 1 : 0;
      return null;
    case 'symbol':
      if (typeof value !== 'string' || value === '') return 'field-value';
      (column as SymbolColumn).set(row, value);
      return null;
    case 'text':
      if (typeof value !== 'string') return 'field-value';
      (column as (string | null)[])[row] = value;
      return null;
  }
}

function setBig(
  column: Int64Column,
  row: number,
  value: unknown,
  isUnsigned: boolean,
): FieldProblem['reason'] | null {
  if (typeof value === 'bigint') {
    const fits = isUnsigned ? BigInt.asUintN(64, value) === value : BigInt.asIntN(64, value) === value;
    if (!fits) return 'field-value';
    column.values[row] = value;
    return null;
  }
  if (!Number.isSafeInteger(value) || (isUnsigned && (value as number) < 0)) return 'not-a-number';
  column.setNumber(row, value as number);
  return null;
}

function setPrice(column: Int64Column, row: number, value: unknown): FieldProblem['reason'] | null {
  let steps: bigint | number | null = null;
  if (typeof value === 'number') steps = priceStepsOfNumber(value);
  else if (typeof value === 'string') steps = priceStepsOfText(value);
  if (steps === null) return 'not-a-number';
  if (typeof steps === 'number') column.setNumber(row, steps);
  else column.values[row] = steps;
  return null;
}

function readValue(field: Field, column: AnyColumn, row: number): unknown {
  if (column instanceof Int64Column) {
    if (column.isAbsent(row)) return null;
    if (field.kind === 'id') return BigInt.asUintN(64, column.values[row]!);
    if (field.kind === 'time') return column.values[row]!;
    return field.kind === 'price' ? column.number(row) / PRICE_STEPS : column.number(row);
  }
  if (column instanceof Float64Array) return column[row] === UNDEF_FLOAT64 ? null : column[row]!;
  if (column instanceof Int32Array) {
    if (column[row] === UNDEF_INT32_VALUE) return null;
    return field.kind === 'date' ? textOfDay(column[row]!) : column[row]!;
  }
  if (column instanceof Uint8Array) {
    const code = column[row]!;
    if (code === UNDEF_UINT8) return null;
    return field.kind === 'bool' ? code === 1 : field.values[code]!;
  }
  return column instanceof SymbolColumn ? column.name(row) : column[row]!;
}

function copyValue(kind: FieldKind, to: AnyColumn, row: number, from: AnyColumn, fromRow: number): void {
  if (to instanceof Int64Column) to.copy(row, from as Int64Column, fromRow);
  else if (to instanceof SymbolColumn) to.set(row, (from as SymbolColumn).name(fromRow));
  else if (kind === 'text') (to as (string | null)[])[row] = (from as (string | null)[])[fromRow]!;
  else (to as Float64Array)[row] = (from as Float64Array)[fromRow]!;
}
