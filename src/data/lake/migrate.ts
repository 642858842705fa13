/**
 * Writes the files of a dataset that are of older versions of their schemas anew, as the present one. Reading needs it not: it spares
 * the projection, and lets other programs see one version. Each file becomes one file of the same rows in the same order and of the
 * same task, so lineage stays what it is. One line of the journal puts all of them into the place of the old ones.
 */

import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SCHEMAS } from '../registry.ts';
import type { DatasetHead } from './dataset.ts';
import { Duck, notesSql, sqlText } from './duckdb.ts';
import type { Lake } from './lake.ts';
import { lakeFault, type Part } from './part-writer.ts';
import { placeParts, type WrittenPart } from './place-parts.ts';
import { FILE_COLUMNS, refuseNewer, rowsOf } from './versions.ts';

export interface MigrateResult {
  /** Files of the dataset, and those that were written anew. */
  readonly files: number;
  readonly migrated: number;
  /** Versions that were found, by schema, where they were older. */
  readonly from: Readonly<Record<string, readonly number[]>>;
}

/** Raises DATA_NOT_FOUND, DATA_NEWER, DATA_REQUEST while somebody writes the dataset, DATA_LAKE; nothing has changed then. */
export async function migrateDataset(lake: Lake, id: string, signal?: AbortSignal): Promise<MigrateResult> {
  const release = lake.hold(id);
  const tmpFolder = join(lake.layout.tmp, `${process.pid}-${id}`, 'migrate');
  try {
    const { parts, head } = lake.dataset(id);
    refuseNewer(parts);
    const old = parts.filter(({ schema, schemaVersion }) => schemaVersion < SCHEMAS[schema].version);
    if (old.length > 0) {
      const written = await writeAnew(lake.layout.data, tmpFolder, old, head, signal);
      const added = await placeParts(written, lake.layout.data);
      const removed = old.map(({ path }) => path);
      lake.append(id, { line: 'replace', why: 'migrated', at: new Date().toISOString(), removed, added });
      for (const path of removed) rmSync(join(lake.layout.data, path), { force: true });
    }
    return { files: parts.length, migrated: old.length, from: versionsOf(old) };
  } catch (error) {
    if (signal?.aborted === true) throw error;
    throw lakeFault(lake.layout.data, error);
  } finally {
    rmSync(tmpFolder, { recursive: true, force: true });
    release();
  }
}

async function writeAnew(
  dataFolder: string,
  tmpFolder: string,
  old: readonly Part[],
  { id, maker }: DatasetHead,
  signal: AbortSignal | undefined,
): Promise<WrittenPart[]> {
  const duck = await Duck.open();
  try {
    const written: WrittenPart[] = [];
    for (const part of old) {
      signal?.throwIfAborted();
      const { sha256: _sha256, bytes: _bytes, ...about } = part;
      const schema = SCHEMAS[part.schema];
      const path = part.path.replace(/(?:-v\d+)?\.parquet$/, `-v${schema.version}.parquet`);
      const to = join(tmpFolder, path);
      mkdirSync(dirname(to), { recursive: true });
      await duck.connection.run(
        `COPY (SELECT * EXCLUDE (${FILE_COLUMNS}) FROM ${rowsOf(dataFolder, schema, [part])}) TO ${sqlText(to)}
         (FORMAT parquet, COMPRESSION zstd, KV_METADATA ${notesSql({
           maker: `${maker.name} ${maker.version}`,
           schema: schema.name,
           version: String(schema.version),
           dataset: id,
           task: part.task,
         })})`,
      );
      written.push({ part: { ...about, path, schemaVersion: schema.version }, file: to });
    }
    return written;
  } finally {
    duck.close();
  }
}

function versionsOf(old: readonly Part[]): Record<string, number[]> {
  const from: Record<string, number[]> = {};
  for (const { schema, schemaVersion } of old) {
    const versions = from[schema] ?? [];
    if (!versions.includes(schemaVersion)) versions.push(schemaVersion);
    from[schema] = versions.sort((a, b) => a - b);
  }
  return from;
}
