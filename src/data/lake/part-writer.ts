/**
 * Writes records of one task into Parquet files of the lake. Rows gather in a table in memory; when there are enough of them, or at
 * the end, they are put in order and written, one file per symbol and day (or year), into a folder of their own. `finish` then moves
 * all files to where they belong: until then nobody sees them, and a task that is done again writes the same files.
 *
 *   batches ─► staging table ─► tmp/<process>/<writer>/… ─► data/…/<dataset>.<task>.<n>.parquet
 */

import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { DuckDBAppender, DuckDBDataChunk, DuckDBType } from '@duckdb/node-api';
import { TwinError } from '../../base/index.ts';
import { SCHEMAS, type SchemaName } from '../registry.ts';
import type { RecordBatch } from '../schema/record-batch.ts';
import { type Duck, type DuckRoom, notesSql, sqlName, sqlText } from './duckdb.ts';
import { enumType, enumWords, stagingType, writeExpression } from './parquet-columns.ts';
import { placeParts, type WrittenPart } from './place-parts.ts';
import { fillVector } from './vectors.ts';

/** One file of a dataset. */
export interface Part {
  /** Below the lake's `data`, with '/'. */
  readonly path: string;
  readonly task: string;
  readonly schema: SchemaName;
  readonly schemaVersion: number;
  readonly venue: string;
  readonly symbol: string;
  /** Day, or year. */
  readonly date: string;
  readonly rows: number;
  readonly bytes: number;
  /** First and last `tsEvent`, ns since 1970 UTC, as decimal texts. */
  readonly firstNs: string;
  readonly lastNs: string;
  readonly sha256: string;
}

export interface PartWriterOptions {
  readonly duck: Duck;
  /** Folder of the finished parts. */
  readonly dataFolder: string;
  /** A folder that nobody else uses; it is removed in the end. */
  readonly tmpFolder: string;
  readonly dataset: string;
  readonly task: string;
  /** Asked when the first rows are written. */
  readonly venue: () => string;
  /** Notes for whoever finds the file alone. */
  readonly about: Readonly<Record<string, string>>;
  /** Rows that gather before they are written. */
  readonly flushRows?: number;
}

export const FLUSH_ROWS = 4_000_000;
const CHUNK_ROWS = 2048;
/** Files that are written at once. */
const ROUND_PARTITIONS = 64;

/** A symbol and a day (or year) of the staged rows. */
type Partition = Pick<Part, 'symbol' | 'date' | 'rows' | 'firstNs' | 'lastNs'>;

interface Staging {
  readonly schema: SchemaName;
  appender: DuckDBAppender;
  readonly chunk: DuckDBDataChunk;
  rows: number;
  isOrdered: boolean;
  lastHigh: number;
  lastLow: number;
}

export class PartWriter {
  readonly #options: PartWriterOptions;
  readonly #staging = new Map<SchemaName, Staging>();
  readonly #written: WrittenPart[] = [];
  #flushes = 0;
  /** Where its tables are; made with the first rows. */
  #room: DuckRoom | null = null;

  constructor(options: PartWriterOptions) {
    this.#options = options;
  }

  /** Takes the rows of a batch; the batch may be filled anew afterwards. */
  async append(batch: RecordBatch): Promise<void> {
    if (batch.count === 0) return;
    const schema = batch.schema.name as SchemaName;
    let staging = this.#staging.get(schema);
    if (staging === undefined) {
      staging = await this.#open(schema);
      this.#staging.set(schema, staging);
    }
    this.#noteOrder(staging, batch);
    const names = Object.keys(batch.schema.fields);
    for (let from = 0; from < batch.count; from += CHUNK_ROWS) {
      staging.chunk.reset();
      staging.chunk.rowCount = Math.min(CHUNK_ROWS, batch.count - from);
      names.forEach((name, index) => {
        fillVector(staging.chunk, index, batch.column(name), from);
      });
      staging.appender.appendDataChunk(staging.chunk);
    }
    staging.rows += batch.count;
    if (staging.rows >= (this.#options.flushRows ?? FLUSH_ROWS)) await this.#flush(staging);
  }

  /** Writes what is left, makes it last, and moves every file to its place. Raises DATA_LAKE when the disk refuses. */
  async finish(): Promise<Part[]> {
    for (const staging of this.#staging.values()) {
      if (staging.rows > 0) await this.#flush(staging);
      staging.appender.closeSync();
    }
    await this.#leave();
    const { tmpFolder, dataFolder } = this.#options;
    try {
      return await placeParts(this.#written, dataFolder);
    } catch (error) {
      throw lakeFault(dataFolder, error);
    } finally {
      rmSync(tmpFolder, { recursive: true, force: true });
    }
  }

  /** Forgets everything that was written. */
  async abandon(): Promise<void> {
    for (const staging of this.#staging.values()) staging.appender.closeSync();
    await this.#leave();
    rmSync(this.#options.tmpFolder, { recursive: true, force: true });
  }

  async #open(name: SchemaName): Promise<Staging> {
    const { DuckDBDataChunk: Chunk } = await import('@duckdb/node-api');
    const schema = SCHEMAS[name];
    const { connection, name: room } = await this.#enter();
    for (const [field, declared] of Object.entries(schema.fields)) {
      if (declared.kind !== 'enum' && declared.kind !== 'bool') continue;
      const words = enumWords(declared).map(sqlText).join(', ');
      const type = sqlName(enumType(schema, field));
      await connection.run(`CREATE TYPE ${type} AS ENUM (${words})`);
    }
    await this.#createTable(name);
    const appender = await connection.createAppender(tableOf(name), room);
    const types: DuckDBType[] = Object.keys(schema.fields).map((_, index) => appender.columnType(index));
    return {
      schema: name,
      appender,
      chunk: Chunk.create(types, CHUNK_ROWS),
      rows: 0,
      isOrdered: true,
      lastHigh: Number.NEGATIVE_INFINITY,
      lastLow: 0,
    };
  }

  async #createTable(name: SchemaName): Promise<void> {
    const schema = SCHEMAS[name];
    const columns = Object.entries(schema.fields).map(
      ([field, declared]) => `${sqlName(field)} ${stagingType(schema, field, declared)}`,
    );
    const { connection } = await this.#enter();
    await connection.run(`CREATE OR REPLACE TABLE ${tableOf(name)} (${columns.join(', ')})`);
  }

  async #enter(): Promise<DuckRoom> {
    this.#room ??= await this.#options.duck.openRoom();
    return this.#room;
  }

  async #leave(): Promise<void> {
    this.#staging.clear();
    if (this.#room !== null) await this.#options.duck.closeRoom(this.#room);
    this.#room = null;
  }

  async #flush(staging: Staging): Promise<void> {
    const { connection, name: room } = await this.#enter();
    staging.appender.closeSync();
    const number = this.#flushes++;
    const folder = join(this.#options.tmpFolder, `schema=${staging.schema}`, String(number));
    try {
      mkdirSync(folder, { recursive: true });
      await connection.run(`SET partitioned_write_max_open_files = ${ROUND_PARTITIONS}`);
      // Rows of a partition keep their order only while they are written at once.
      await connection.run(
        `SET partitioned_write_flush_threshold = ${2 * Math.max(staging.rows, FLUSH_ROWS)}`,
      );
      const partitions = await this.#partitions(staging.schema);
      for (let at = 0; at < partitions.length; at += ROUND_PARTITIONS) {
        const round = partitions.slice(at, at + ROUND_PARTITIONS);
        await connection.run(this.#copySql(staging, folder, number, round, partitions.length));
      }
      this.#note(staging.schema, folder, partitions);
    } catch (error) {
      throw lakeFault(folder, error);
    }
    await this.#createTable(staging.schema);
    staging.appender = await connection.createAppender(tableOf(staging.schema), room);
    staging.rows = 0;
    staging.isOrdered = true;
  }

  /** Symbols and days of the staged rows, with what is in each. */
  async #partitions(name: SchemaName): Promise<Partition[]> {
    const { connection } = await this.#enter();
    const reader = await connection.runAndReadAll(
      `SELECT symbol, ${dateSql(name)} AS date, count(*), min("tsEvent"), max("tsEvent") FROM ${tableOf(name)} GROUP BY ALL ORDER BY ALL`,
    );
    return reader.getRows().map((row) => {
      const [symbol, date, rows, firstNs, lastNs] = row.map(String) as [
        string,
        string,
        string,
        string,
        string,
      ];
      return { symbol, date, rows: Number(rows), firstNs, lastNs };
    });
  }

  /** Writes one round of partitions; rounds keep the memory of the engine bounded, whatever the number of symbols. */
  #copySql(
    staging: Staging,
    folder: string,
    number: number,
    round: readonly Partition[],
    all: number,
  ): string {
    const { dataset, task, venue, about } = this.#options;
    const schema = SCHEMAS[staging.schema];
    const fields = Object.entries(schema.fields).map(
      ([name, field]) => `${writeExpression(schema, name, field)} AS ${sqlName(name)}`,
    );
    const date = dateSql(staging.schema);
    const names = round.map((partition) => sqlText(`${partition.date} ${partition.symbol}`));
    const where = round.length === all ? '' : ` WHERE ${date} || ' ' || symbol IN (${names.join(', ')})`;
    const order = staging.isOrdered ? '' : ' ORDER BY "tsEvent", "source", "sourceIndex"';
    const notes = { ...about, schema: schema.name, version: String(schema.version), dataset, task };
    return `COPY (SELECT ${fields.join(', ')}, ${sqlText(venue())} AS venue, ${date} AS date FROM ${tableOf(staging.schema)}${where}${order}) TO ${sqlText(folder)}
      (FORMAT parquet, COMPRESSION zstd, PARTITION_BY (venue, symbol, date), WRITE_PARTITION_COLUMNS true, OVERWRITE_OR_IGNORE true,
       FILENAME_PATTERN ${sqlText(`${dataset}.${task}.${number}-{i}`)}, KV_METADATA ${notesSql(notes)})`;
  }

  /** Notes the files of a flush with what is in them. */
  #note(name: SchemaName, folder: string, partitions: readonly Partition[]): void {
    const seen = new Map(
      partitions.map((partition) => [JSON.stringify([partition.symbol, partition.date]), partition]),
    );
    for (const path of filesBelow(folder)) {
      const [venue, symbol, day] = relative(folder, path)
        .split(/[\\/]/)
        .map((piece) => decodeURIComponent(piece.replace(/^[a-z]+=/, '')));
      const stated = seen.get(JSON.stringify([symbol, day]));
      if (stated === undefined)
        throw new TwinError('DATA_LAKE', 'a file of a part has rows that were counted', { path });
      const { task } = this.#options;
      const part = {
        path: join(`schema=${name}`, relative(folder, path)).replaceAll('\\', '/'),
        task,
        schema: name,
        schemaVersion: SCHEMAS[name].version,
        venue: venue!,
        ...stated,
      };
      this.#written.push({ part, file: path });
    }
  }

  /** Whether rows came in the order of time so far; what did is not sorted again. */
  #noteOrder(staging: Staging, batch: RecordBatch): void {
    if (!staging.isOrdered) return;
    const times = batch.columns.tsEvent as { high(row: number): number; low(row: number): number };
    let { lastHigh, lastLow } = staging;
    for (let row = 0; row < batch.count; row++) {
      const high = times.high(row);
      const low = times.low(row);
      if (high < lastHigh || (high === lastHigh && low < lastLow)) {
        staging.isOrdered = false;
        return;
      }
      lastHigh = high;
      lastLow = low;
    }
    staging.lastHigh = lastHigh;
    staging.lastLow = lastLow;
  }
}

/** Day or year of a staged row, as text. */
function dateSql(name: SchemaName): string {
  return `strftime(make_timestamp_ns("tsEvent"), '${SCHEMAS[name].partition === 'day' ? '%Y-%m-%d' : '%Y'}')`;
}

function tableOf(name: SchemaName): string {
  return `stage_${name}`;
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

export function lakeFault(path: string, error: unknown): TwinError {
  if (error instanceof TwinError) return error;
  const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
  return new TwinError('DATA_LAKE', 'the lake can be written and read', { path, why }, error);
}
