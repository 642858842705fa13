/** Tables of bars, ticks and quotes: by a mapping file, or by headers that leave no doubt. */

import { existsSync } from 'node:fs';
import type { FileFormat } from '../../ingest/file-format.ts';
import { BAR, SCHEMA_NAMES } from '../../registry.ts';
import { ZoneClock } from '../../schema/zoned-time.ts';
import { DATE_OPTION, OptionReader, SYMBOL_OPTION, VENUE_OPTION } from '../file-options.ts';
import { dateOfName } from '../recordings/itch-file.ts';
import { type CsvMapping, checkMapping, readMappingFile } from './csv-mapping.ts';
import { splitRow } from './csv-row.ts';
import { isShapedHeader, shapeOf } from './csv-shapes.ts';
import { MappedTable } from './mapped-table.ts';
import { headRows, intervalOf, type Table, TableNormaliser } from './table-normaliser.ts';
import { isTimeOfDay, TimeReader } from './time-cell.ts';

export const CSV_FILE: FileFormat = {
  name: 'csv',
  version: 1,
  about: 'tables of bars, quotes, trades and anything else that a mapping file explains',
  schemas: SCHEMA_NAMES,
  options: {
    mapping: { about: 'path of a mapping file (YAML) that tells what the columns are', default: '' },
    symbol: SYMBOL_OPTION,
    date: { about: `${DATE_OPTION.about}, for times of day`, default: '' },
    zone: { about: 'zone of local times where there is no mapping file', default: 'UTC' },
    venue: VENUE_OPTION('CSV'),
    interval: { about: 'length of bars in s; by default the step between their times', default: '' },
    basis: { about: 'prices of bars: trade, bid, ask, mid or index', default: 'trade' },
    adjusted: { about: 'for what bars are adjusted: raw, splits or total', default: 'raw' },
  },
  recognise: (head, isWhole) => isShapedHeader(headRows(head, isWhole)[0] ?? ''),
  open(context, sink) {
    const options = new OptionReader('csv', context);
    const path = options.text('mapping');
    const venue = options.text('venue') || 'CSV';
    const symbol = options.text('symbol');
    if (path === '') {
      const basis = options.oneOf('basis', BAR.fields.basis.values, 'trade');
      const adjusted = options.oneOf('adjusted', BAR.fields.adjusted.values, 'raw');
      const zone = options.zone('UTC').zone;
      const interval = options.text('interval');
      if (interval !== '' && !/^[1-9]\d*$/.test(interval))
        options.problem('interval', 'is a number of seconds');
      options.check();
      const table = new ShapedTable(
        (mapping) => new MappedTable(sink, mapping, { source: context.fileName, symbol, midnightNs: 0n }),
        {
          zone,
          interval: Number(interval),
          basis,
          adjusted,
          hasSymbol: symbol !== '',
          fileName: context.fileName,
        },
      );
      return new TableNormaliser(venue, table);
    }
    const found = existsSync(path)
      ? readMappingFile(path)
      : { mapping: null, problems: [`mapping is a file, not ${path}`] };
    for (const problem of found.problems) options.problem('mapping:', problem);
    const { mapping } = found;
    if (mapping !== null && symbol === '' && !hasSymbol(mapping)) options.symbol();
    const isOfDay = mapping?.columns.some(({ format }) => isTimeOfDay(format)) ?? false;
    const date = isOfDay ? options.date(dateOfName(context.fileName)) : '';
    options.check();
    const midnightNs = isOfDay ? new ZoneClock(mapping!.zone).midnightNs(date)! : 0n;
    return new TableNormaliser(
      venue,
      new MappedTable(sink, mapping!, { source: context.fileName, symbol, midnightNs }),
    );
  },
};

function hasSymbol(mapping: CsvMapping): boolean {
  return mapping.columns.some(({ field }) => field === 'symbol') || 'symbol' in mapping.constants;
}

interface ShapedOptions {
  readonly zone: string;
  readonly interval: number;
  readonly basis: string;
  readonly adjusted: string;
  readonly hasSymbol: boolean;
  readonly fileName: string;
}

type MakeTable = (mapping: CsvMapping) => Table;

/** A table whose mapping follows from its header. */
class ShapedTable implements Table {
  readonly #make: MakeTable;
  readonly #options: ShapedOptions;
  #table: Table | null = null;

  constructor(make: MakeTable, options: ShapedOptions) {
    this.#make = make;
    this.#options = options;
  }

  start(rows: readonly string[]): void {
    if (rows.length === 0) return;
    const { zone, interval, basis, adjusted, hasSymbol: isNamed, fileName } = this.#options;
    const found = shapeOf(rows[0]!);
    const reader = new OptionReader('csv', { fileName, options: {} });
    if (found === null) reader.problem('mapping', 'names a mapping file: the header does not say it all');
    else if (!isNamed && !('symbol' in found.columns)) reader.symbol();
    const intervalS =
      interval || (found?.shape.schema === 'bar' ? this.#interval(rows, found.columns.tsEvent!) : 0);
    if (intervalS === null) reader.problem('interval', 'needs a value: the times of the bars do not tell it');
    reader.check();
    const { shape, columns } = found!;
    const constants: Record<string, unknown> =
      shape.schema === 'bar'
        ? { intervalS, basis, adjusted }
        : shape.schema === 'trade'
          ? { kind: 'regular' }
          : {};
    const { mapping, problems } = checkMapping({ schema: shape.schema, zone, columns, constants });
    for (const problem of problems) reader.problem('header', problem);
    reader.check();
    this.#table = this.#make(mapping!);
  }

  row(row: string, index: number): void {
    this.#table?.row(row, index);
  }

  #interval(rows: readonly string[], column: string): number | null {
    const at = splitRow(rows[0]!).findIndex((name) => name.trim() === column);
    const reader = new TimeReader('auto', new ZoneClock(this.#options.zone));
    const times = rows
      .slice(1)
      .map((row) => reader.read(splitRow(row)[at] ?? ''))
      .filter((ns) => ns !== null)
      .map((ns) => Number(ns / 1_000_000_000n));
    return intervalOf(times);
  }
}
