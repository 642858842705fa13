/**
 * The index of a lake in SQLite: which datasets and parts there are. Several processes use it at once (WAL). It holds nothing that
 * the journals of the datasets do not say: whatever grew since it was looked at is indexed again, and a lost catalogue is made anew.
 */

import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import type Database from 'libsql';
import { TwinError } from '../../base/index.ts';
import { readLines } from '../../disk/index.ts';
import type { SchemaName } from '../registry.ts';
import { contentHash, type Dataset, type DatasetLine, datasetOf, isComplete } from './dataset.ts';
import type { LakeLayout } from './layout.ts';
import { lakeFault, type Part } from './part-writer.ts';

/** Grows with the tables: a catalogue of another version is made anew. */
const CATALOGUE_VERSION = 1;
const BUSY_MS = 10_000;

const TABLES = `
CREATE TABLE IF NOT EXISTS dataset (
  id TEXT PRIMARY KEY, journal_bytes INTEGER NOT NULL, kind TEXT NOT NULL, maker TEXT NOT NULL, created_at TEXT NOT NULL,
  complete INTEGER NOT NULL, tasks_done INTEGER NOT NULL, tasks_all INTEGER, rows INTEGER NOT NULL, bytes INTEGER NOT NULL,
  first_ns TEXT, last_ns TEXT, schemas TEXT NOT NULL, symbols INTEGER NOT NULL, hash TEXT NOT NULL, problem TEXT
);
CREATE TABLE IF NOT EXISTS part (
  dataset TEXT NOT NULL, path TEXT NOT NULL, task TEXT NOT NULL, schema TEXT NOT NULL, schema_version INTEGER NOT NULL,
  venue TEXT NOT NULL, symbol TEXT NOT NULL, date TEXT NOT NULL, rows INTEGER NOT NULL, bytes INTEGER NOT NULL,
  first_ns TEXT NOT NULL, last_ns TEXT NOT NULL, sha256 TEXT NOT NULL, PRIMARY KEY (dataset, path)
);
CREATE INDEX IF NOT EXISTS part_by_what ON part (schema, venue, symbol, date);
`;

/** One line of the list of datasets. */
export interface DatasetEntry {
  readonly id: string;
  readonly kind: string;
  readonly maker: string;
  readonly createdAt: string;
  readonly isComplete: boolean;
  readonly tasksDone: number;
  /** Null for a live feed. */
  readonly tasksAll: number | null;
  readonly rows: number;
  readonly bytes: number;
  readonly firstNs: bigint | null;
  readonly lastNs: bigint | null;
  readonly schemas: readonly SchemaName[];
  readonly symbols: number;
  readonly hash: string;
  /** Why the journal cannot be read; null when it can. */
  readonly problem: string | null;
}

type Row = Record<string, string | number | null>;

export class Catalogue {
  readonly #layout: LakeLayout;
  #db: Database.Database;
  #isInMemory = false;

  constructor(layout: LakeLayout) {
    this.#layout = layout;
    try {
      mkdirSync(layout.datasets, { recursive: true });
      this.#db = openDatabase(layout.catalogue);
    } catch {
      this.#db = this.#openInMemory();
    }
  }

  close(): void {
    this.#db.close();
  }

  /** A disk that is full or may only be read has no catalogue: the index is then made for this process alone. */
  #openInMemory(): Database.Database {
    this.#isInMemory = true;
    const db = connect(':memory:');
    db.exec(TABLES);
    return db;
  }

  /** Indexes the journals that changed since they were looked at, and forgets those that are gone. Returns how many changed. */
  refresh(): number {
    try {
      return this.#refresh();
    } catch (error) {
      if (this.#isInMemory) throw error;
      this.#db.close();
      this.#db = this.#openInMemory();
      return this.#refresh();
    }
  }

  #refresh(): number {
    const known = new Map(
      this.#all('SELECT id, journal_bytes FROM dataset').map((row) => [
        row.id as string,
        row.journal_bytes as number,
      ]),
    );
    let changed = 0;
    for (const name of journalsIn(this.#layout.datasets)) {
      const id = basename(name, '.ndjson');
      const { size } = statSync(join(this.#layout.datasets, name));
      if (known.get(id) !== size) {
        this.#index(id, size);
        changed++;
      }
      known.delete(id);
    }
    for (const id of known.keys()) {
      this.#forget(id);
      changed++;
    }
    return changed;
  }

  /** Indexes everything anew. */
  rebuild(): number {
    this.#db.exec('DELETE FROM part; DELETE FROM dataset;');
    return this.refresh();
  }

  list(): DatasetEntry[] {
    return this.#all('SELECT * FROM dataset ORDER BY created_at, id').map(entryOf);
  }

  find(id: string): DatasetEntry | null {
    const [row] = this.#all('SELECT * FROM dataset WHERE id = ?', id);
    return row === undefined ? null : entryOf(row);
  }

  /** Parts of datasets, or of all of them. */
  parts(datasets: readonly string[] | null): (Part & { readonly dataset: string })[] {
    const where = datasets === null ? '' : ` WHERE dataset IN (${datasets.map(() => '?').join(', ')})`;
    return this.#all(
      `SELECT * FROM part${where} ORDER BY schema, venue, symbol, date, path`,
      ...(datasets ?? []),
    ).map((row) => ({
      dataset: row.dataset as string,
      path: row.path as string,
      task: row.task as string,
      schema: row.schema as SchemaName,
      schemaVersion: row.schema_version as number,
      venue: row.venue as string,
      symbol: row.symbol as string,
      date: row.date as string,
      rows: row.rows as number,
      bytes: row.bytes as number,
      firstNs: row.first_ns as string,
      lastNs: row.last_ns as string,
      sha256: row.sha256 as string,
    }));
  }

  #all(sql: string, ...values: (string | number)[]): Row[] {
    try {
      return this.#db.prepare(sql).all(...values) as Row[];
    } catch (error) {
      throw lakeFault(this.#layout.catalogue, error);
    }
  }

  #index(id: string, journalBytes: number): void {
    let dataset: Dataset | null = null;
    let problem: string | null = null;
    try {
      dataset = datasetOf(readLines(join(this.#layout.datasets, `${id}.ndjson`)) as DatasetLine[]);
      if (dataset === null) problem = 'its journal has no head of this version';
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error);
    }
    const write = this.#db.transaction(() => {
      this.#db.prepare('DELETE FROM part WHERE dataset = ?').run(id);
      this.#writeDataset(id, journalBytes, dataset, problem);
      const insert = this.#db.prepare('INSERT INTO part VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
      for (const part of dataset?.parts ?? []) {
        const {
          path,
          task,
          schema,
          schemaVersion,
          venue,
          symbol,
          date,
          rows,
          bytes,
          firstNs,
          lastNs,
          sha256,
        } = part;
        insert.run(
          id,
          path,
          task,
          schema,
          schemaVersion,
          venue,
          symbol,
          date,
          rows,
          bytes,
          firstNs,
          lastNs,
          sha256,
        );
      }
    });
    try {
      write.immediate();
    } catch (error) {
      throw lakeFault(this.#layout.catalogue, error);
    }
  }

  #writeDataset(id: string, journalBytes: number, dataset: Dataset | null, problem: string | null): void {
    const parts = dataset?.parts ?? [];
    const times = parts.flatMap(({ firstNs, lastNs }) => [BigInt(firstNs), BigInt(lastNs)]);
    const schemas = [...new Set(parts.map(({ schema }) => schema))].sort();
    this.#db
      .prepare('INSERT OR REPLACE INTO dataset VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
      .run(
        id,
        journalBytes,
        dataset?.head.kind ?? 'unknown',
        dataset === null ? 'unknown' : `${dataset.head.maker.name} ${dataset.head.maker.version}`,
        dataset?.head.createdAt ?? '',
        dataset !== null && isComplete(dataset) ? 1 : 0,
        dataset?.done.size ?? 0,
        dataset?.head.tasks?.length ?? null,
        parts.reduce((sum, { rows }) => sum + rows, 0),
        parts.reduce((sum, { bytes }) => sum + bytes, 0),
        times.length === 0 ? null : String(times.reduce((a, b) => (a < b ? a : b))),
        times.length === 0 ? null : String(times.reduce((a, b) => (a > b ? a : b))),
        schemas.join(','),
        new Set(parts.map(({ symbol }) => symbol)).size,
        contentHash(parts),
        problem,
      );
  }

  #forget(id: string): void {
    this.#db.prepare('DELETE FROM part WHERE dataset = ?').run(id);
    this.#db.prepare('DELETE FROM dataset WHERE id = ?').run(id);
  }
}

/** Opens the database; one that is damaged or of another version is thrown away, since everything in it is written elsewhere. */
function openDatabase(path: string): Database.Database {
  for (const isSecond of [false, true]) {
    try {
      const db = connect(path);
      const [{ user_version: version }] = db.pragma('user_version') as [{ user_version: number }];
      if (version === CATALOGUE_VERSION) return db;
      if (version === 0) {
        db.exec(TABLES);
        db.pragma(`user_version = ${CATALOGUE_VERSION}`);
        return db;
      }
      db.close();
    } catch (error) {
      if (isSecond || !isDamage(error)) throw error;
    }
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${path}${suffix}`, { force: true });
  }
  throw new TwinError('DATA_LAKE', 'a catalogue can be made anew', { path });
}

function connect(path: string): Database.Database {
  // libsql is a CommonJS module with a native part: required when a lake is opened, not when the program starts.
  const Libsql = createRequire(import.meta.url)('libsql') as typeof Database;
  const db = new Libsql(path);
  db.pragma(`busy_timeout = ${BUSY_MS}`);
  db.pragma('journal_mode = WAL');
  return db;
}

function isDamage(error: unknown): boolean {
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string' && /NOTADB|CORRUPT/.test(code);
}

function journalsIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.ndjson')) : [];
}

function entryOf(row: Row): DatasetEntry {
  const ns = (value: string | number | null | undefined): bigint | null =>
    typeof value === 'string' ? BigInt(value) : null;
  return {
    id: row.id as string,
    kind: row.kind as string,
    maker: row.maker as string,
    createdAt: row.created_at as string,
    isComplete: row.complete === 1,
    tasksDone: row.tasks_done as number,
    tasksAll: row.tasks_all as number | null,
    rows: row.rows as number,
    bytes: row.bytes as number,
    firstNs: ns(row.first_ns),
    lastNs: ns(row.last_ns),
    schemas: (row.schemas as string).split(',').filter((name) => name !== '') as SchemaName[],
    symbols: row.symbols as number,
    hash: row.hash as string,
    problem: row.problem as string | null,
  };
}
