import { writeFileSync } from 'node:fs';
import { TwinError } from '../../base/index.ts';
import {
  adjustDataset,
  compactDataset,
  findWaste,
  type Lake,
  lineageDot,
  lineageOf,
  lineageSvg,
  lineageText,
  migrateDataset,
  prune,
  type RecordBatch,
  SCHEMA_NAMES,
  type SchemaName,
  sumOf,
  verifyDataset,
} from '../../data/index.ts';
import { packageVersion } from '../../runs/index.ts';
import { withInterrupt } from '../interrupt.ts';
import { instant, type LakeOptions, toJson, withLake } from '../lake-output.ts';
import { formatTable } from '../table.ts';

const BYTES_PER_MB = 1e6;
/** Rows of a query that are printed; a query can set a smaller limit itself. */
const QUERY_ROWS_MAX = 10_000;
const FILES_SHOWN_MAX = 20;

/** twin data ls */
export function listDatasets(options: LakeOptions): void {
  withLake(options, (lake) => {
    const entries = lake.list();
    if (options.json === true) {
      console.log(toJson({ datasets: entries }));
      return;
    }
    if (entries.length === 0) {
      console.log(`no datasets in ${options.lake}: make one with "npx twin ingest file <path>"`);
      return;
    }
    const rows = entries.map((entry) => [
      entry.id,
      entry.schemas.join(','),
      entry.symbols,
      entry.rows,
      (entry.bytes / BYTES_PER_MB).toFixed(1),
      instant(entry.firstNs),
      instant(entry.lastNs),
      entry.problem ?? (entry.isComplete ? 'complete' : `${entry.tasksDone} of ${entry.tasksAll} tasks`),
    ]);
    console.log(
      formatTable(['dataset', 'schemas', 'symbols', 'records', 'MB', 'first', 'last', 'status'], rows),
    );
  });
}

/** twin data show */
export function showDataset(id: string, options: LakeOptions): void {
  withLake(options, (lake) => {
    const { head, done, pages, parts } = lake.dataset(id);
    const tasks = [...done.values()];
    const summary = {
      ...head,
      tasks: head.tasks?.length ?? null,
      tasksDone: tasks.length,
      tasksUnderWay: pages.size,
      counts: sumOf(tasks.map(({ counts }) => counts)),
      quarantined: sumOf(tasks.map(({ quarantined }) => quarantined)),
      quality: sumOf(tasks.map(({ quality }) => quality)),
      remarks: sumOf(tasks.map(({ remarks }) => remarks)),
      raw: [
        ...new Map(
          tasks.flatMap(({ raw }) => raw.map((object) => [object.sha256, object] as const)),
        ).values(),
      ],
      parts: options.json === true ? parts : parts.slice(0, FILES_SHOWN_MAX),
    };
    console.log(toJson(summary, options.json === true ? 0 : 2));
    if (options.json !== true && parts.length > FILES_SHOWN_MAX)
      console.log(`… and ${parts.length - FILES_SHOWN_MAX} more files`);
  });
}

interface HeadOptions extends LakeOptions {
  readonly schema?: string;
  readonly symbols?: string[];
  readonly rows: number;
}

/** twin data head */
export function headOfDataset(id: string, options: HeadOptions): Promise<void> {
  return withLake(options, async (lake) => {
    const source = lake.source([id]);
    const schemas = await source.schemas();
    const schema = options.schema ?? schemas[0];
    if (schema === undefined || !schemas.includes(schema as SchemaName)) {
      throw new TwinError('DATA_REQUEST', 'a dataset has records of the schema', {
        dataset: id,
        schema: schema ?? 'none',
        has: schemas,
      });
    }
    const records: Record<string, unknown>[] = [];
    const query = {
      schema: schema as SchemaName,
      ...(options.symbols === undefined ? {} : { symbols: options.symbols }),
    };
    for await (const batch of source.read(query)) {
      const rows = batch as unknown as RecordBatch;
      for (let row = 0; row < rows.count && records.length < options.rows; row++) records.push(rows.row(row));
      if (records.length >= options.rows) break;
    }
    if (options.json === true) console.log(toJson({ dataset: id, schema, records }));
    else console.log(recordTable(records));
  });
}

interface QueryOptions extends LakeOptions {
  readonly datasets?: string[];
}

/** twin data sql */
export function queryLake(query: string, options: QueryOptions): Promise<void> {
  return withLake(options, async (lake) => {
    for (const id of options.datasets ?? []) lake.dataset(id);
    const duck = await lake.openSql(options.datasets ?? null);
    try {
      const reader = await withInterrupt(async (signal) => {
        signal.addEventListener('abort', () => duck.connection.interrupt());
        return duck.connection.streamAndReadUntil(query, QUERY_ROWS_MAX);
      });
      const names = reader.deduplicatedColumnNames();
      const rows = reader.getRowsJson().slice(0, QUERY_ROWS_MAX);
      if (options.json === true) console.log(toJson({ columns: names, rows, isWhole: reader.done }));
      else {
        console.log(
          formatTable(
            names,
            rows.map((row) => row.map((cell) => (typeof cell === 'number' ? cell : text(cell)))),
          ),
        );
        if (!reader.done) console.log(`… more than ${QUERY_ROWS_MAX} rows: add a limit or aggregate`);
      }
    } catch (error) {
      throw new TwinError(
        'DATA_REQUEST',
        'a query is SQL over the views of the lake',
        { views: await viewsOf(lake, options), why: firstLine(error) },
        error,
      );
    } finally {
      duck.close();
    }
  });
}

interface LineageOptions extends LakeOptions {
  readonly svg?: string;
  readonly dot?: string;
}

/** twin data lineage */
export function showLineage(id: string, options: LineageOptions): void {
  withLake(options, (lake) => {
    const graph = lineageOf(lake, id);
    if (options.svg !== undefined) writeFileSync(options.svg, lineageSvg(graph, id));
    if (options.dot !== undefined) writeFileSync(options.dot, lineageDot(graph));
    console.log(options.json === true ? toJson(graph) : lineageText(graph, id));
  });
}

/** twin data verify */
export function verifyFiles(id: string, options: LakeOptions): Promise<void> {
  return withLake(options, async (lake) => {
    const problems = await withInterrupt((signal) => verifyDataset(lake, id, signal));
    if (problems.length > 0) process.exitCode = 1;
    if (options.json === true) console.log(toJson({ dataset: id, problems }));
    else if (problems.length === 0) console.log(`every file of ${id} is as it was written`);
    else
      console.log(
        formatTable(
          ['file', 'problem'],
          problems.map(({ path, problem }) => [path, problem]),
        ),
      );
  });
}

interface AdjustOptions extends LakeOptions {
  readonly actions: string;
  readonly mode: 'splits' | 'total';
  readonly asOf?: string;
  readonly name?: string;
}

/** twin data adjust */
export function adjust(id: string, options: AdjustOptions): Promise<void> {
  return withLake(options, async (lake) => {
    const { actions, mode, asOf, name } = options;
    const request = { dataset: id, actions, mode, asOf: asOf ?? null, name: name ?? null };
    const result = await adjustDataset(lake, request, packageVersion());
    if (options.json === true) console.log(toJson(result));
    else
      console.log(
        `dataset    ${result.dataset}\nrecords    ${result.records}, adjusted for ${result.actionsUsed} actions`,
      );
  });
}

/** twin data compact */
export function compact(id: string, options: LakeOptions): Promise<void> {
  return withLake(options, async (lake) => {
    const { before, after } = await compactDataset(lake, id);
    console.log(
      options.json === true ? toJson({ dataset: id, before, after }) : `${before} files before, ${after} now`,
    );
  });
}

/** twin data migrate */
export function migrate(id: string, options: LakeOptions): Promise<void> {
  return withLake(options, async (lake) => {
    const result = await withInterrupt((signal) => migrateDataset(lake, id, signal));
    const from = Object.entries(result.from).map(([schema, versions]) => `${schema} ${versions.join(', ')}`);
    console.log(
      options.json === true
        ? toJson({ dataset: id, ...result })
        : result.migrated === 0
          ? `all ${result.files} files are of the present versions`
          : `${result.migrated} of ${result.files} files written anew, from ${from.join('; ')}`,
    );
  });
}

/** twin data rebuild */
export function rebuild(options: LakeOptions): void {
  withLake(options, (lake) => {
    const datasets = lake.catalogue.rebuild();
    const damaged = lake.list().filter(({ problem }) => problem !== null);
    if (damaged.length > 0) process.exitCode = 1;
    if (options.json === true) console.log(toJson({ datasets, damaged }));
    else {
      console.log(`${datasets} datasets indexed from their journals`);
      for (const { id, problem } of damaged) console.log(`damaged: ${id}: ${problem}`);
    }
  });
}

interface PruneOptions extends LakeOptions {
  readonly raw?: boolean;
  readonly dry?: boolean;
}

/** twin data prune */
export function pruneLake(options: PruneOptions): void {
  withLake(options, (lake) => {
    const waste = options.dry === true ? findWaste(lake) : prune(lake, { withRaw: options.raw === true });
    const raw = options.raw === true || options.dry === true ? waste.raw : [];
    const bytes = [...waste.files, ...raw].reduce((sum, one) => sum + one.bytes, 0);
    if (options.json === true)
      console.log(toJson({ removed: options.dry !== true, files: waste.files, raw }));
    else {
      const what = `${waste.files.length} files and ${raw.length} raw answers, ${(bytes / BYTES_PER_MB).toFixed(1)} MB`;
      console.log(
        options.dry === true
          ? `${what} are needed by no dataset (raw answers go with --raw)`
          : `removed ${what}`,
      );
    }
  });
}

/** twin data rm */
export function removeDataset(id: string, options: LakeOptions): void {
  withLake(options, (lake) => {
    lake.remove(id);
    console.log(options.json === true ? toJson({ removed: id }) : `removed ${id}`);
  });
}

async function viewsOf(lake: Lake, options: QueryOptions): Promise<string[]> {
  const has = await lake.source(options.datasets ?? null).schemas();
  return SCHEMA_NAMES.filter((name) => has.includes(name));
}

function recordTable(records: readonly Record<string, unknown>[]): string {
  const names = Object.keys(records[0] ?? {}).filter((name) =>
    records.some((record) => record[name] !== null && record[name] !== 0),
  );
  return formatTable(
    names,
    records.map((record) =>
      names.map((name) =>
        /^ts[A-Z]/.test(name) ? instant(record[name] as bigint | null) : cellOf(record[name]),
      ),
    ),
  );
}

function cellOf(value: unknown): string | number {
  return typeof value === 'number' ? value : text(value);
}

function text(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? toJson(value) : String(value);
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0]!;
}
