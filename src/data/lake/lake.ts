/** A lake: raw objects, datasets with their parts, and the catalogue, in one folder. The door for whoever reads or writes them. */

import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { TwinError } from '../../base/index.ts';
import { appendLine, type Hold, holderOf, holdFile, readLines } from '../../disk/index.ts';
import { SCHEMA_NAMES, SCHEMAS, type SchemaName, type SchemaOf } from '../registry.ts';
import type { RecordBatch } from '../schema/record-batch.ts';
import { Catalogue, type DatasetEntry } from './catalogue.ts';
import { DATASET_VERSION, type Dataset, type DatasetHead, type DatasetLine, datasetOf } from './dataset.ts';
import { Duck, sqlName } from './duckdb.ts';
import { LakeLayout } from './layout.ts';
import { type ReadOptions, readParts } from './part-reader.ts';
import { lakeFault, type Part } from './part-writer.ts';
import { RawStore } from './raw-store.ts';
import type { RecordQuery, RecordSource } from './record-source.ts';
import { FILE_COLUMNS, refuseNewer, rowsOf } from './versions.ts';

const ID_PATTERN = /^[a-z0-9][a-z0-9.-]{0,99}$/;

export class Lake {
  readonly layout: LakeLayout;
  readonly raw: RawStore;
  #catalogue: Catalogue | null = null;

  constructor(folder: string) {
    this.layout = new LakeLayout(folder);
    this.raw = new RawStore(this.layout.raw);
  }

  /** The catalogue, up to date with the journals. */
  get catalogue(): Catalogue {
    this.#catalogue ??= new Catalogue(this.layout);
    this.#catalogue.refresh();
    return this.#catalogue;
  }

  close(): void {
    this.#catalogue?.close();
    this.#catalogue = null;
  }

  /** All that is known of a dataset. Raises DATA_NOT_FOUND, DATA_LAKE for a damaged journal, DATA_NEWER for a newer one. */
  dataset(id: string): Dataset {
    const found = this.findDataset(id);
    if (found !== null) return found;
    const known = this.catalogue.list().map((entry) => entry.id);
    throw new TwinError('DATA_NOT_FOUND', 'a dataset of that name is in the lake', {
      id,
      lake: this.layout.folder,
      known: known.slice(-20),
    });
  }

  findDataset(id: string): Dataset | null {
    const path = this.#journal(id);
    if (!existsSync(path)) return null;
    let lines: DatasetLine[];
    try {
      lines = readLines(path) as DatasetLine[];
    } catch (error) {
      throw lakeFault(path, error);
    }
    const head = lines[0] as Partial<DatasetHead> | undefined;
    if (head?.line === 'head' && Number(head.version) > DATASET_VERSION) {
      throw new TwinError('DATA_NEWER', 'the journal of a dataset is of a version that this program knows', {
        path,
        version: head.version,
        known: DATASET_VERSION,
      });
    }
    const dataset = datasetOf(lines);
    // A head that was torn by a crash: nothing was accepted yet.
    if (dataset === null && lines.length > 0)
      throw new TwinError('DATA_LAKE', 'the journal of a dataset starts with its head', { path });
    return dataset;
  }

  /** Starts the journal of a dataset. Raises DATA_REQUEST for a name that no file can have. */
  begin(head: DatasetHead): void {
    if (!ID_PATTERN.test(head.id)) {
      throw new TwinError(
        'DATA_REQUEST',
        'the name of a dataset has small letters, digits, dots and dashes, 100 at most',
        { name: head.id },
      );
    }
    this.append(head.id, head);
  }

  /** Starts a dataset, or finds the one of the same request. Raises DATA_REQUEST when the name stands for another one. */
  beginOnce(head: DatasetHead): Dataset {
    const known = this.findDataset(head.id);
    if (known === null) {
      this.begin(head);
      return this.dataset(head.id);
    }
    if (requestOf(known.head) === requestOf(head)) return known;
    throw new TwinError('DATA_REQUEST', 'a name stands for one dataset', {
      name: head.id,
      madeBy: known.head.maker.name,
      request: known.head.request,
    });
  }

  /** Accepts something into a dataset: from now on it is there, also after a crash. Raises DATA_LAKE. */
  append(id: string, line: DatasetLine): void {
    try {
      mkdirSync(this.layout.datasets, { recursive: true });
      appendLine(this.#journal(id), line);
    } catch (error) {
      throw lakeFault(this.#journal(id), error);
    }
  }

  /** Forgets a dataset and removes its files; raw objects stay. */
  remove(id: string): void {
    const dataset = this.dataset(id);
    rmSync(this.#journal(id), { force: true });
    for (const { path } of dataset.parts) rmSync(join(this.layout.data, path), { force: true });
    rmSync(join(this.layout.quarantine, `${id}.ndjson`), { force: true });
  }

  /**
   * Keeps other processes from writing a dataset; returns what lets them again. Raises DATA_REQUEST while one writes it. The lock of
   * a process that died is taken over.
   */
  hold(id: string): () => void {
    const path = join(this.layout.datasets, `${id}.lock`);
    let hold: Hold;
    try {
      mkdirSync(this.layout.datasets, { recursive: true });
      hold = holdFile(path);
    } catch (error) {
      throw lakeFault(path, error);
    }
    if (hold.isHeld) return hold.release;
    const { holder } = hold;
    throw new TwinError('DATA_REQUEST', 'one process at a time writes a dataset', {
      dataset: id,
      ...(holder === null ? {} : { pid: holder.pid, host: holder.host }),
    });
  }

  /** Whether a living process writes a dataset. */
  isHeld(id: string): boolean {
    return holderOf(join(this.layout.datasets, `${id}.lock`)) !== null;
  }

  /** Records of datasets, or of the whole lake. Raises DATA_NOT_FOUND, DATA_NEWER. */
  source(ids: readonly string[] | null, options: ReadOptions = {}): RecordSource {
    for (const id of ids ?? []) this.dataset(id);
    return new LakeSource(this.layout.data, this.catalogue.parts(ids), {
      spillFolder: join(this.layout.tmp, 'spill'),
      ...options,
    });
  }

  /** An engine with one view per schema, over datasets or the whole lake. Close it. Raises DATA_NEWER. */
  async openSql(ids: readonly string[] | null): Promise<Duck> {
    const parts = this.catalogue.parts(ids);
    refuseNewer(parts);
    const duck = await Duck.open({ threads: 2, spillFolder: join(this.layout.tmp, 'spill') });
    for (const schema of SCHEMA_NAMES) {
      const ofSchema = parts.filter((part) => part.schema === schema);
      if (ofSchema.length === 0) continue;
      await duck.connection.run(
        `CREATE VIEW ${sqlName(schema)} AS SELECT * EXCLUDE (${FILE_COLUMNS}) FROM ${rowsOf(this.layout.data, SCHEMAS[schema], ofSchema)}`,
      );
    }
    return duck;
  }

  /** Datasets, oldest first. */
  list(): DatasetEntry[] {
    return this.catalogue.list();
  }

  #journal(id: string): string {
    return join(this.layout.datasets, `${id}.ndjson`);
  }
}

export class LakeSource implements RecordSource {
  readonly #dataFolder: string;
  readonly #parts: readonly Part[];
  readonly #options: ReadOptions;

  /** Raises DATA_NEWER. */
  constructor(dataFolder: string, parts: readonly Part[], options: ReadOptions) {
    refuseNewer(parts);
    this.#dataFolder = dataFolder;
    this.#parts = parts;
    this.#options = options;
  }

  async schemas(): Promise<readonly SchemaName[]> {
    return SCHEMA_NAMES.filter((name) => this.#parts.some(({ schema }) => schema === name));
  }

  async symbols(schema: SchemaName): Promise<readonly string[]> {
    return [
      ...new Set(this.#parts.filter((part) => part.schema === schema).map(({ symbol }) => symbol)),
    ].sort();
  }

  read<N extends SchemaName>(query: RecordQuery<N>): AsyncIterable<RecordBatch<SchemaOf<N>>> {
    if (!(query.schema in SCHEMAS))
      throw new TwinError('DATA_REQUEST', 'a schema is one of the registry', {
        schema: query.schema,
        allowed: SCHEMA_NAMES,
      });
    return readParts(this.#dataFolder, this.#parts, query, this.#options);
  }
}

/** What makes a dataset this one and no other. */
function requestOf({ maker, request, parents, tasks }: DatasetHead): string {
  return JSON.stringify([maker, request, parents, tasks]);
}
