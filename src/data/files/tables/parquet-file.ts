/**
 * Parquet files of others: their columns are those of a table, by names that leave no doubt or by a mapping file. They are read
 * by path, since their index stands at the end. Times that Parquet knows as such come as ns since 1970, those without a zone as
 * UTC; days as text.
 */

import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { TwinError } from '../../../base/index.ts';
import type { RecordSink } from '../../ingest/adapter.ts';
import type { FileFormat, FileNormaliser } from '../../ingest/file-format.ts';
import { Duck, sqlName, sqlText } from '../../lake/duckdb.ts';
import { BAR, SCHEMA_NAMES } from '../../registry.ts';
import { ZoneClock } from '../../schema/zoned-time.ts';
import { OptionReader, SYMBOL_OPTION, VENUE_OPTION } from '../file-options.ts';
import { type CsvMapping, checkMapping, readMappingFile } from './csv-mapping.ts';
import { shapeOf } from './csv-shapes.ts';
import { MappedTable } from './mapped-table.ts';
import { intervalOf } from './table-normaliser.ts';
import { TimeReader } from './time-cell.ts';

const MAGIC = 'PAR1';
const HEAD_ROWS = 256;
const NS_PER_S = 1_000_000_000n;

export const PARQUET_FILE: FileFormat = {
  name: 'parquet',
  version: 1,
  about: 'Parquet files of bars, quotes, trades and anything else that a mapping file explains',
  schemas: SCHEMA_NAMES,
  options: {
    mapping: { about: 'path of a mapping file (YAML) that tells what the columns are', default: '' },
    symbol: SYMBOL_OPTION,
    venue: VENUE_OPTION('PARQUET'),
    interval: { about: 'length of bars in s; by default the step between their times', default: '' },
    basis: { about: 'prices of bars: trade, bid, ask, mid or index', default: 'trade' },
    adjusted: { about: 'for what bars are adjusted: raw, splits or total', default: 'raw' },
  },
  recognise: (head) => new TextDecoder('latin1').decode(head.subarray(0, MAGIC.length)) === MAGIC,
  open(context, sink) {
    const options = new OptionReader('parquet', context);
    const path = options.text('mapping');
    const basis = options.oneOf('basis', BAR.fields.basis.values, 'trade');
    const adjusted = options.oneOf('adjusted', BAR.fields.adjusted.values, 'raw');
    const interval = options.text('interval');
    if (interval !== '' && !/^[1-9]\d{0,6}$/.test(interval))
      options.problem('interval', 'is a number of seconds');
    let mapping: CsvMapping | null = null;
    if (path !== '') {
      const found = existsSync(path)
        ? readMappingFile(path)
        : { mapping: null, problems: [`mapping is a file, not ${path}`] };
      for (const problem of found.problems) options.problem('mapping:', problem);
      mapping = found.mapping;
    }
    options.check();
    return new ParquetReader(sink, {
      fileName: context.fileName,
      path: context.path ?? null,
      venue: options.text('venue') || 'PARQUET',
      symbol: options.text('symbol'),
      mapping,
      bars: { intervalS: Number(interval), basis, adjusted },
    });
  },
};

interface ParquetOptions {
  readonly fileName: string;
  readonly path: string | null;
  readonly venue: string;
  readonly symbol: string;
  readonly mapping: CsvMapping | null;
  /** `intervalS` 0: the times tell. */
  readonly bars: { readonly intervalS: number; readonly basis: string; readonly adjusted: string };
}

class ParquetReader implements FileNormaliser {
  readonly venue: string;
  readonly #sink: RecordSink;
  readonly #options: ParquetOptions;

  constructor(sink: RecordSink, options: ParquetOptions) {
    this.venue = options.venue;
    this.#sink = sink;
    this.#options = options;
  }

  write(): void {}

  endPage(): void {}

  end(): void {}

  /** Reads the rows in their order, a chunk at each step. Raises DATA_FORMAT for a file that is damaged. */
  async *rest(): AsyncGenerator<void> {
    const { path, fileName } = this.#options;
    if (path === null || !isParquet(path))
      throw new TwinError('DATA_FORMAT', 'a Parquet file is read where it lies, not packed again', {
        file: fileName,
      });
    const duck = await Duck.open();
    try {
      const columns = await columnsOf(duck, path);
      const table = new MappedTable(this.#sink, await this.#mapping(duck, path, columns), {
        source: fileName,
        symbol: this.#options.symbol,
        midnightNs: 0n,
      });
      table.header(columns.map(({ name }) => name));
      let index = 0;
      const result = await duck.connection.stream(selectOf(path, columns));
      for (
        let chunk = await result.fetchChunk();
        chunk !== null && chunk.rowCount > 0;
        chunk = await result.fetchChunk()
      ) {
        for (const cells of chunk.getRows() as string[][]) table.cells(cells, index++, cells.join(','));
        yield;
      }
    } catch (error) {
      if (error instanceof TwinError) throw error;
      throw new TwinError(
        'DATA_FORMAT',
        'a Parquet file is whole and readable',
        { file: fileName, problem: (error as Error).message },
        error,
      );
    } finally {
      duck.close();
    }
  }

  /** The mapping that was given, or the one that follows from the names of the columns. */
  async #mapping(duck: Duck, path: string, columns: readonly ParquetColumn[]): Promise<CsvMapping> {
    const { mapping, symbol, bars, fileName } = this.#options;
    const reader = new OptionReader('parquet', { fileName, options: {} });
    // What is absent in Parquet comes as an empty cell.
    if (mapping !== null) {
      const hasSymbol =
        mapping.columns.some(({ field }) => field === 'symbol') || 'symbol' in mapping.constants;
      if (symbol === '' && !hasSymbol) reader.symbol();
      reader.check();
      return { ...mapping, hasHeader: true, skipRows: 0, comment: null, absent: [...mapping.absent, ''] };
    }
    const found = shapeOf(columns.map(({ name }) => name).join(','));
    if (found === null) reader.problem('mapping', 'names a mapping file: the columns do not say it all');
    else if (symbol === '' && !('symbol' in found.columns)) reader.symbol();
    const isBars = found?.shape.schema === 'bar';
    const intervalS =
      bars.intervalS || (isBars ? await firstInterval(duck, path, columns, found.columns.tsEvent!) : 1);
    if (intervalS === null) reader.problem('interval', 'needs a value: the times of the bars do not tell it');
    reader.check();
    const constants = isBars
      ? { intervalS, basis: bars.basis, adjusted: bars.adjusted }
      : found!.shape.schema === 'trade'
        ? { kind: 'regular' }
        : {};
    const made = checkMapping({ schema: found!.shape.schema, columns: found!.columns, constants });
    for (const problem of made.problems) reader.problem('columns', problem);
    reader.check();
    return made.mapping!;
  }
}

interface ParquetColumn {
  readonly name: string;
  readonly type: string;
}

async function columnsOf(duck: Duck, path: string): Promise<ParquetColumn[]> {
  const rows = await duck.connection.runAndReadAll(`DESCRIBE SELECT * FROM read_parquet(${sqlText(path)})`);
  return rows.getRows().map(([name, type]) => ({ name: String(name), type: String(type) }));
}

/** A column as text: times as ns since 1970, what is absent as nothing. */
function expressionOf({ name, type }: ParquetColumn): string {
  const value = type.startsWith('TIMESTAMP') ? `epoch_ns(${sqlName(name)})` : sqlName(name);
  return `coalesce(CAST(${value} AS VARCHAR), '')`;
}

function selectOf(path: string, columns: readonly ParquetColumn[]): string {
  return `SELECT ${columns.map(expressionOf).join(', ')} FROM read_parquet(${sqlText(path)})`;
}

async function firstInterval(
  duck: Duck,
  path: string,
  columns: readonly ParquetColumn[],
  time: string,
): Promise<number | null> {
  const column = columns.find(({ name }) => name === time)!;
  const sql = `SELECT ${expressionOf(column)} FROM read_parquet(${sqlText(path)}) LIMIT ${HEAD_ROWS}`;
  const rows = (await duck.connection.runAndReadAll(sql)).getRows();
  const reader = new TimeReader('auto', new ZoneClock('UTC'));
  const seconds = rows.map(([cell]) => reader.read(String(cell))).filter((ns) => ns !== null);
  return intervalOf(seconds.map((ns) => Number(ns / NS_PER_S)));
}

function isParquet(path: string): boolean {
  const head = Buffer.alloc(MAGIC.length);
  const file = openSync(path, 'r');
  try {
    return readSync(file, head) === MAGIC.length && head.toString('latin1') === MAGIC;
  } finally {
    closeSync(file);
  }
}
