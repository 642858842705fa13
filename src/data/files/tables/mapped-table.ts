/** A table that is read by a mapping: finds the columns by the header, turns cells into values, and pushes records. */

import { TwinError } from '../../../base/index.ts';
import type { RecordSink } from '../../ingest/adapter.ts';
import type { QuarantineReason } from '../../quarantine.ts';
import { type NewRecord, SCHEMAS, type SchemaName } from '../../registry.ts';
import { dayOfNs, textOfDay } from '../../schema/day.ts';
import type { Field } from '../../schema/field.ts';
import { ZoneClock } from '../../schema/zoned-time.ts';
import { type CsvMapping, decimalShift, type MappedColumn } from './csv-mapping.ts';
import { numberOfCell, splitRow } from './csv-row.ts';
import type { Table } from './table-normaliser.ts';
import { TimeReader } from './time-cell.ts';

const DETAIL_CHARS = 160;

interface Reader {
  readonly column: MappedColumn;
  readonly cells: readonly number[];
  /** Value of a cell; undefined says that the cell cannot be read. */
  readonly read: (cell: string) => unknown;
}

export interface MappedTableOptions {
  readonly source: string;
  /** Symbol of records that have no column for it; '' where they have. */
  readonly symbol: string;
  /** Local midnight of the day of the file, ns; 0 where no time counts from it. */
  readonly midnightNs: bigint;
}

export class MappedTable implements Table {
  readonly #sink: RecordSink;
  readonly #mapping: CsvMapping;
  readonly #options: MappedTableOptions;
  readonly #absent: ReadonlySet<string>;
  #readers: readonly Reader[] | null = null;
  readonly #constants: Record<string, unknown>;
  #rowsToSkip: number;

  constructor(sink: RecordSink, mapping: CsvMapping, options: MappedTableOptions) {
    this.#sink = sink;
    this.#mapping = mapping;
    this.#options = options;
    this.#absent = new Set(mapping.absent);
    this.#constants = constantsOf(mapping);
    if (options.symbol !== '') this.#constants.symbol = options.symbol;
    this.#rowsToSkip = mapping.skipRows;
    if (!mapping.hasHeader) this.#readers = mapping.columns.map((column) => this.#reader(column, null));
  }

  row(row: string, index: number): void {
    const { comment, delimiter } = this.#mapping;
    if (this.#rowsToSkip > 0) {
      this.#rowsToSkip--;
      return;
    }
    if (comment !== null && row.startsWith(comment)) {
      this.#sink.remark('comment-row');
      return;
    }
    const cells = splitRow(row, delimiter);
    if (this.#readers === null) this.header(cells);
    else this.cells(cells, index, row);
  }

  /** The cells of a row; `row` is what it looks like, for messages. The header has to be there. */
  cells(cells: readonly string[], index: number, row: string): void {
    const record: Record<string, unknown> = { ...this.#constants, sourceIndex: index };
    for (const { column, cells: at, read } of this.#readers!) {
      const cell = at.length === 1 ? cells[at[0]!] : at.map((one) => cells[one] ?? '').join(' ');
      if (cell === undefined) {
        this.#reject('column-count', index, row);
        return;
      }
      if (this.#absent.has(cell.trim())) continue;
      const value = read(cell.trim());
      if (value === undefined) {
        this.#reject(reasonOf(column), index, `${column.field}: ${cell} in ${row}`);
        return;
      }
      record[column.field] = value;
    }
    this.#sink.push(this.#mapping.schema, record as unknown as NewRecord<SchemaName>);
  }

  /** The names of the columns. Raises DATA_REQUEST where the mapping names others. */
  header(header: readonly string[]): void {
    const names = header.map((name) => name.trim());
    const missing = this.#mapping.columns.flatMap(({ field, columns }) =>
      columns.filter((name) => !names.includes(name)).map((name) => `columns.${field} names ${name}`),
    );
    if (missing.length > 0) {
      throw new TwinError('DATA_REQUEST', 'a mapping names columns that the table has', {
        file: this.#options.source,
        problems: missing,
        columns: names,
      });
    }
    this.#readers = this.#mapping.columns.map((column) => this.#reader(column, names));
  }

  #reader(column: MappedColumn, names: readonly string[] | null): Reader {
    const cells = column.columns.map((name) => (names === null ? Number(name) - 1 : names.indexOf(name)));
    return { column, cells, read: this.#reading(column) };
  }

  #reading({ declaration, format, scale, words }: MappedColumn): (cell: string) => unknown {
    if (words !== null) {
      return declaration.kind === 'bool'
        ? (cell) => (words[cell] === undefined ? undefined : words[cell] === 'true')
        : (cell) => words[cell];
    }
    const zone = new ZoneClock(this.#mapping.zone);
    const times = new TimeReader(format, zone, this.#options.midnightNs);
    const shift = decimalShift(scale);
    switch (declaration.kind) {
      case 'time':
        return (cell) => times.read(cell) ?? undefined;
      case 'date': {
        // A day has no zone.
        const days = new TimeReader(format, new ZoneClock('UTC'));
        return (cell) => {
          const ns = days.read(cell);
          return ns === null ? undefined : textOfDay(dayOfNs(ns));
        };
      }
      case 'price':
        return (cell) => priceOf(cell, shift ?? 0);
      case 'id':
        return (cell) => (/^\d{1,20}$/.test(cell) ? BigInt(cell) : undefined);
      case 'qty':
      case 'real':
      case 'count':
      case 'int':
      case 'flags':
        return (cell) => {
          const value = numberOfCell(cell);
          return value === null ? undefined : value * scale;
        };
      case 'bool':
        return (cell) => (/^(true|false)$/i.test(cell) ? cell.toLowerCase() === 'true' : undefined);
      default:
        return (cell) => cell;
    }
  }

  #reject(reason: QuarantineReason, index: number, detail: string): void {
    this.#sink.reject(reason, index, detail.slice(0, DETAIL_CHARS));
  }
}

function constantsOf({ schema, constants, zone }: CsvMapping): Record<string, unknown> {
  const fields: Readonly<Record<string, Field>> = SCHEMAS[schema].fields;
  const times = new TimeReader('iso', new ZoneClock(zone));
  return Object.fromEntries(
    Object.entries(constants).map(([name, value]) => [
      name,
      fields[name]!.kind === 'time' ? times.read(String(value)) : value,
    ]),
  );
}

/** A price as text whose decimals are shifted, so that it stays exact. */
function priceOf(cell: string, shift: number): string | undefined {
  if (numberOfCell(cell) === null) return undefined;
  const plain = cell.replace(/[$,%]/g, '').trim();
  if (shift === 0) return plain;
  const [mantissa, exponent = '0'] = plain.split(/[eE]/) as [string, string?];
  return `${mantissa}e${Number(exponent) + shift}`;
}

function reasonOf({ declaration, words }: MappedColumn): QuarantineReason {
  if (words !== null) return 'unknown-word';
  return declaration.kind === 'time' || declaration.kind === 'date' ? 'field-value' : 'not-a-number';
}
