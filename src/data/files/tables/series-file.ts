/**
 * Tables with a day in the first column and one series in each other one: closes of many stocks, a curve of rates, an indicator.
 * The header names the symbols; what the values are is an option.
 */

import type { RecordSink } from '../../ingest/adapter.ts';
import type { FileFormat } from '../../ingest/file-format.ts';
import { OptionReader, VENUE_OPTION } from '../file-options.ts';
import { numberOfCell, splitRow } from './csv-row.ts';
import { isShapedHeader } from './csv-shapes.ts';
import { headRows, type Table, TableNormaliser } from './table-normaliser.ts';
import { TimeReader } from './time-cell.ts';

const DAY_NAMES = ['date', 'day', 'time period'];
const DAY = /^\d{4}-\d{2}-\d{2}(?:[T ].*)?$/;
const SNIFF_ROWS = 20;

export const SERIES_FILE: FileFormat = {
  name: 'series',
  version: 1,
  about: 'tables with a day in the first column and one series of numbers in each other one',
  schemas: ['alt'],
  options: {
    series: { about: 'what the values are: close, rate, …', default: 'value' },
    unit: { about: 'their unit', default: '' },
    zone: { about: 'zone of the days', default: 'UTC' },
    venue: VENUE_OPTION('CSV'),
  },
  recognise(head, isWhole) {
    const rows = headRows(head, isWhole).slice(0, SNIFF_ROWS);
    return (
      rows.length > 1 && isSeriesHeader(rows[0]!) && rows.slice(1).every((row) => isSeriesRow(row, rows[0]!))
    );
  },
  open(context, sink) {
    const options = new OptionReader('series', context);
    const zone = options.zone('UTC');
    options.check();
    const table = new SeriesTable(
      sink,
      new TimeReader('iso', zone),
      options.text('series') || 'value',
      options.text('unit') || null,
    );
    return new TableNormaliser(options.text('venue') || 'CSV', table);
  },
};

function isSeriesHeader(header: string): boolean {
  const names = splitRow(header).map((name) => name.trim());
  return (
    DAY_NAMES.includes(names[0]!.toLowerCase()) &&
    names.length > 1 &&
    names.every((name) => name !== '' && numberOfCell(name) === null) &&
    new Set(names).size === names.length &&
    !isShapedHeader(header)
  );
}

function isSeriesRow(row: string, header: string): boolean {
  const cells = splitRow(row);
  return (
    cells.length === splitRow(header).length &&
    DAY.test(cells[0]!) &&
    cells.slice(1).every((cell) => cell.trim() === '' || numberOfCell(cell) !== null)
  );
}

class SeriesTable implements Table {
  readonly #sink: RecordSink;
  readonly #times: TimeReader;
  readonly #series: string;
  readonly #unit: string | null;
  #names: readonly string[] | null = null;

  constructor(sink: RecordSink, times: TimeReader, series: string, unit: string | null) {
    this.#sink = sink;
    this.#times = times;
    this.#series = series;
    this.#unit = unit;
  }

  row(row: string, index: number): void {
    const cells = splitRow(row);
    if (this.#names === null) {
      this.#names = cells.map((name) => name.trim());
      return;
    }
    const tsEvent = this.#times.read(cells[0]!);
    if (cells.length !== this.#names.length || tsEvent === null) {
      this.#sink.reject(tsEvent === null ? 'field-value' : 'column-count', index, row.slice(0, 160));
      return;
    }
    for (let column = 1; column < cells.length; column++) {
      const cell = cells[column]!.trim();
      if (cell === '') {
        this.#sink.remark('blank-cell');
        continue;
      }
      const value = numberOfCell(cell);
      if (value === null) {
        this.#sink.reject('not-a-number', index, `${this.#names[column]}=${cell}`);
        continue;
      }
      this.#sink.push('alt', {
        symbol: this.#names[column]!,
        tsEvent,
        sourceIndex: index,
        series: this.#series,
        value,
        unit: this.#unit,
      });
    }
  }
}
