/**
 * Reads records of the lake in the order of time, in batches, however many there are. Files whose times do not overlap are read one
 * after another as they are; others are put in order by the engine, which spills to disk what does not fit into memory.
 */

import { join } from 'node:path';
import { SCHEMAS, type SchemaName, type SchemaOf } from '../registry.ts';
import { RecordBatch } from '../schema/record-batch.ts';
import type { SymbolColumn } from '../schema/symbol-column.ts';
import { Duck, type DuckOptions, sqlList, sqlName, sqlText } from './duckdb.ts';
import { enumType, enumWords, readExpression } from './parquet-columns.ts';
import { lakeFault, type Part } from './part-writer.ts';
import type { RecordQuery } from './record-source.ts';
import { readVector } from './vectors.ts';

/**
 * 'time': by `tsEvent`, equal times by their place in their source. 'place': by their place in their source, which differs where a feed
 * tells of older events, as snapshots of DBN do; files that do not overlap in time follow one another. 'task': the same, task after
 * task, those that end earlier first: places in sources of several tasks do not compare.
 */
export type ReadOrder = 'time' | 'place' | 'task';

export interface ReadOptions extends DuckOptions {
  readonly order?: ReadOrder;
}

/** Records of some parts of one schema. Raises DATA_LAKE for a file that is missing or damaged. */
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
    const batch = new RecordBatch(SCHEMAS[query.schema]) as unknown as RecordBatch<SchemaOf<N>>;
    for (const group of order === 'task' ? byTask(wanted) : inOrder(wanted)) {
      const sql = selectOf(dataFolder, group, query, order);
      yield* readGroup(duck, sql, group, query, symbols, batch);
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

async function* readGroup<N extends SchemaName>(
  duck: Duck,
  sql: string,
  group: readonly Part[],
  query: RecordQuery<N>,
  symbols: readonly string[],
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
  const files = sqlList(group.map(({ path }) => join(dataFolder, path)));
  const conditions = [
    ...(query.fromNs === undefined ? [] : [`"tsEvent" >= make_timestamp_ns(${query.fromNs})`]),
    ...(query.toNs === undefined ? [] : [`"tsEvent" < make_timestamp_ns(${query.toNs})`]),
  ];
  const where = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
  // The name of the file at last, so that equal places in several sources have an order too.
  const byPlace = 't."source", t."sourceIndex", t.filename';
  const sorting =
    order !== 'time' ? ` ORDER BY ${byPlace}` : group.length === 1 ? '' : ` ORDER BY t."tsEvent", ${byPlace}`;
  return `SELECT ${columns.join(', ')} FROM read_parquet(${files}, union_by_name = true, hive_partitioning = false, filename = true) AS t${where}${sorting}`;
}
