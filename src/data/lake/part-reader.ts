/**
 * Reads records of the lake in the order of time, in batches, however many there are. Files whose times do not overlap are read one
 * after another as they are; others are put in order by the engine, which spills to disk what does not fit into memory. Files of
 * older versions of a schema are read as the present one.
 */

import { join } from 'node:path';
import { SCHEMAS, type SchemaName, type SchemaOf } from '../registry.ts';
import { RecordBatch } from '../schema/record-batch.ts';
import type { SymbolColumn } from '../schema/symbol-column.ts';
import { Duck, type DuckOptions, sqlName, sqlText } from './duckdb.ts';
import { enumType, enumWords, readExpression } from './parquet-columns.ts';
import { lakeFault, type Part } from './part-writer.ts';
import type { RecordQuery } from './record-source.ts';
import { readCodes, readVector } from './vectors.ts';
import { rowsOf } from './versions.ts';

/**
 * 'time': by `tsEvent`, equal times by their place in their source. 'place': by their place in their source, which differs where a feed
 * tells of older events, as snapshots of DBN do; files that do not overlap in time follow one another. 'task': the same, task after
 * task, those that end earlier first: places in sources of several tasks do not compare.
 */
export type ReadOrder = 'time' | 'place' | 'task';

export interface ReadOptions extends DuckOptions {
  readonly order?: ReadOrder;
}

/** Records of some parts of one schema. Raises DATA_LAKE for a file that is missing or damaged, DATA_NEWER. */
export async function* readParts<N extends SchemaName>(
  dataFolder: string,
  parts: readonly Part[],
  query: RecordQuery<N>,
  options: ReadOptions = {},
): AsyncGenerator<RecordBatch<SchemaOf<N>>> {
  const wanted = parts.filter((part) => isWanted(part, query));
  if (wanted.length === 0) return;
  const { order = 'time', ...engine } = options;
  const duck = await Duck.open(engine);
  try {
    const symbols = [...new Set(wanted.map(({ symbol }) => symbol))].sort();
    await declareTypes(duck, query.schema, symbols);
    const origins = query.withOrigins === true ? await declareOrigins(duck, dataFolder, wanted) : null;
    const batch = new RecordBatch(SCHEMAS[query.schema]) as unknown as RecordBatch<SchemaOf<N>>;
    if (origins !== null) batch.origins = new Int32Array(batch.capacity);
    for (const group of order === 'task' ? byTask(wanted) : inOrder(wanted)) {
      const sql = selectOf(dataFolder, group, query, order);
      yield* readGroup({ duck, sql, group, query, symbols, origins }, batch);
    }
  } finally {
    duck.close();
  }
}

function isWanted(part: Part, query: RecordQuery): boolean {
  if (part.schema !== query.schema) return false;
  if (query.symbols !== undefined && !query.symbols.includes(part.symbol)) return false;
  if (query.fromNs !== undefined && BigInt(part.lastNs) < query.fromNs) return false;
  return query.toNs === undefined || BigInt(part.firstNs) < query.toNs;
}

/** Groups of files, in the order of time: files of one group overlap, groups do not. */
function inOrder(parts: readonly Part[]): Part[][] {
  const sorted = parts.toSorted(
    (a, b) => compareBig(BigInt(a.firstNs), BigInt(b.firstNs)) || (a.path < b.path ? -1 : 1),
  );
  const groups: Part[][] = [];
  let lastNs = -(2n ** 63n);
  for (const part of sorted) {
    if (groups.length > 0 && BigInt(part.firstNs) <= lastNs) groups.at(-1)!.push(part);
    else groups.push([part]);
    if (BigInt(part.lastNs) > lastNs) lastNs = BigInt(part.lastNs);
  }
  return groups;
}

/** Files of each task, in the order of their last records. */
function byTask(parts: readonly Part[]): Part[][] {
  const tasks = new Map<string, Part[]>();
  for (const part of parts) tasks.set(part.task, [...(tasks.get(part.task) ?? []), part]);
  const lastNs = (group: readonly Part[]): bigint =>
    group.reduce((last, part) => (BigInt(part.lastNs) > last ? BigInt(part.lastNs) : last), -(2n ** 63n));
  return [...tasks.values()].sort((a, b) => compareBig(lastNs(a), lastNs(b)));
}

function compareBig(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

async function declareTypes(duck: Duck, name: SchemaName, symbols: readonly string[]): Promise<void> {
  await duck.connection.run(`CREATE TYPE symbols AS ENUM (${symbols.map(sqlText).join(', ')})`);
  const schema = SCHEMAS[name];
  for (const [field, declared] of Object.entries(schema.fields)) {
    if (declared.kind !== 'enum' && declared.kind !== 'bool') continue;
    const words = enumWords(declared).map(sqlText).join(', ');
    await duck.connection.run(`CREATE TYPE ${sqlName(enumType(schema, field))} AS ENUM (${words})`);
  }
}

/** Declares the type `files`; returns the number of the task of each of its words. */
async function declareOrigins(duck: Duck, dataFolder: string, parts: readonly Part[]): Promise<Int32Array> {
  const paths = parts.map(({ path }) => sqlText(join(dataFolder, path)));
  await duck.connection.run(`CREATE TYPE files AS ENUM (${paths.join(', ')})`);
  const tasks = [...new Set(parts.map(({ task }) => task))].sort();
  const numbers = new Map(tasks.map((task, number) => [task, number]));
  return Int32Array.from(parts, ({ task }) => numbers.get(task)!);
}

interface Group<N extends SchemaName> {
  readonly duck: Duck;
  readonly sql: string;
  readonly group: readonly Part[];
  readonly query: RecordQuery<N>;
  readonly symbols: readonly string[];
  readonly origins: Int32Array | null;
}

async function* readGroup<N extends SchemaName>(
  { duck, sql, group, query, symbols, origins }: Group<N>,
  batch: RecordBatch<SchemaOf<N>>,
): AsyncGenerator<RecordBatch<SchemaOf<N>>> {
  const schema = SCHEMAS[query.schema];
  const fields = Object.entries(schema.fields);
  const codes = Int32Array.from(symbols, (name) => (batch.column('symbol') as SymbolColumn).code(name));
  try {
    const result = await duck.connection.stream(sql);
    batch.clear();
    for (;;) {
      const chunk = await result.fetchChunk();
      if (chunk === null || chunk.rowCount === 0) break;
      const rows = chunk.rowCount;
      if (batch.count + rows > batch.capacity) {
        yield batch;
        batch.clear();
      }
      fields.forEach(([name, field], index) => {
        readVector(chunk.getColumnVector(index), field.kind, batch.column(name), batch.count, rows, codes);
      });
      if (origins !== null)
        readCodes(chunk.getColumnVector(fields.length), origins, batch.origins!, batch.count, rows);
      batch.count += rows;
    }
  } catch (error) {
    throw lakeFault(group.map(({ path }) => path).join(', '), error);
  }
  if (batch.count > 0) yield batch;
}

function selectOf(dataFolder: string, group: readonly Part[], query: RecordQuery, order: ReadOrder): string {
  const schema = SCHEMAS[query.schema];
  const columns = Object.entries(schema.fields).map(
    ([name, field]) => `${readExpression(schema, name, field)} AS ${sqlName(name)}`,
  );
  if (query.withOrigins === true) columns.push('t.filename::files');
  const conditions = [
    ...(query.fromNs === undefined ? [] : [`"tsEvent" >= make_timestamp_ns(${query.fromNs})`]),
    ...(query.toNs === undefined ? [] : [`"tsEvent" < make_timestamp_ns(${query.toNs})`]),
  ];
  const where = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
  // File and row at last: places of several tasks may be equal, in one file too.
  const byPlace = 't."source", t."sourceIndex", t.filename, t.file_row_number';
  const sorting =
    order !== 'time' ? ` ORDER BY ${byPlace}` : group.length === 1 ? '' : ` ORDER BY t."tsEvent", ${byPlace}`;
  return `SELECT ${columns.join(', ')} FROM ${rowsOf(dataFolder, schema, group)} AS t${where}${sorting}`;
}
