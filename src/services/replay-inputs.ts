/** What a replay reads: files, and the recordings behind datasets of a lake, named `dataset:<id>`. */

import { createHash } from 'node:crypto';
import { copyFileSync, createReadStream, linkSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { inputFileFault, TwinError } from '../base/index.ts';
import { type Dataset, Lake } from '../data/index.ts';
import {
  type RecordsReplay,
  type ReplayOptions,
  type ReplayResult,
  replayFiles,
  replayRecords,
} from '../replay/index.ts';
import type { DataId } from '../runs/index.ts';
import { identifyDataset, openRecords } from './replay-datasets.ts';

export const DATASET_PREFIX = 'dataset:';

/** What of a dataset is replayed: its records, or the recording that they were made of. */
export type ReplayFrom = 'records' | 'recording';

export interface ReplayInputs {
  replay(options: ReplayOptions): Promise<ReplayResult>;
  /** Removes what was made to read them. */
  close(): void;
}

/** Formats of recordings that a replay reads itself. */
const RECORDINGS = /^(lobster|itch|itch-pcap|dbn)$/;

/**
 * What is replayed of datasets where nobody says: the recording, which may tell more (books to compare with), as long as it is kept
 * and a replay reads its format; else the records. Null where there is no dataset among the inputs. Raises DATA_NOT_FOUND.
 */
export function replayedOf(names: readonly string[], lakeFolder: string): ReplayFrom | null {
  const ids = datasetIds(names);
  if (ids.length === 0) return null;
  const lake = new Lake(lakeFolder);
  try {
    return ids.every((id) => hasRecording(lake, lake.dataset(id))) ? 'recording' : 'records';
  } finally {
    lake.close();
  }
}

function hasRecording(lake: Lake, { head, done }: Dataset): boolean {
  const objects = [...done.values()].flatMap(({ raw }) => raw);
  const isKept = objects.every(({ sha256 }) => lake.raw.find(sha256)?.packing === 'asIs');
  return objects.length > 0 && isKept && head.maker.name.split('+').every((maker) => RECORDINGS.test(maker));
}

function datasetIds(names: readonly string[]): string[] {
  return names
    .filter((name) => name.startsWith(DATASET_PREFIX))
    .map((name) => name.slice(DATASET_PREFIX.length));
}

/** Opens inputs. `from` counts for datasets. Raises what `openFiles` and `openRecords` raise. */
export async function openInputs(
  names: readonly string[],
  lakeFolder: string,
  from: ReplayFrom | null,
  symbols: readonly string[] | undefined,
): Promise<ReplayInputs> {
  if (from !== 'records') {
    const { files, close } = openFiles(names, lakeFolder);
    return { replay: (options) => replayFiles(files, options), close };
  }
  const ids = datasetIds(names);
  if (ids.length < names.length || new Set(ids).size < ids.length) {
    throw new TwinError('DATA_PAIR', 'a replay from records is of datasets only, each of them once', {
      inputs: names.join(', '),
    });
  }
  const lake = new Lake(lakeFolder);
  try {
    const records: RecordsReplay = await openRecords(lake, ids, symbols);
    return { replay: (options) => replayRecords(records, options), close: () => lake.close() };
  } catch (error) {
    lake.close();
    throw error;
  }
}

/**
 * Makes the files of inputs readable under their own names, which some formats need. Raises DATA_NOT_FOUND for a dataset that the
 * lake does not have, DATA_REQUEST for one that holds no recording.
 */
export function openFiles(
  names: readonly string[],
  lakeFolder: string,
): { readonly files: readonly string[]; close(): void } {
  let tmp: string | null = null;
  const files: string[] = [];
  const close = (): void => {
    if (tmp !== null) rmSync(tmp, { recursive: true, force: true });
  };
  try {
    for (const name of names) {
      if (!name.startsWith(DATASET_PREFIX)) {
        files.push(name);
        continue;
      }
      const lake = new Lake(lakeFolder);
      try {
        mkdirSync(lake.layout.tmp, { recursive: true });
        tmp ??= mkdtempSync(join(lake.layout.tmp, `${process.pid}-replay-`));
        files.push(...linkRecordings(lake, name.slice(DATASET_PREFIX.length), tmp));
      } finally {
        lake.close();
      }
    }
  } catch (error) {
    close();
    throw error;
  }
  return { files, close };
}

function linkRecordings(lake: Lake, id: string, folder: string): string[] {
  const objects = [...lake.dataset(id).done.values()].flatMap(({ raw }) => raw);
  const recordings = objects.filter(({ sha256 }) => lake.raw.find(sha256)?.packing === 'asIs');
  if (recordings.length === 0 || recordings.length < objects.length) {
    throw new TwinError(
      'DATA_REQUEST',
      'a dataset of which the recording is replayed was made of recorded files',
      {
        dataset: id,
        files: recordings.length,
        others: objects.length - recordings.length,
      },
    );
  }
  return recordings.map(({ sha256, origin }) => {
    const path = join(folder, basename(origin));
    try {
      linkSync(lake.raw.path(sha256), path);
    } catch {
      // Some file systems have no links.
      copyFileSync(lake.raw.path(sha256), path);
    }
    return path;
  });
}

/** Name, size and content hash of an input. Raises BASE_INPUT_FILE, DATA_NOT_FOUND. */
export async function identifyInput(name: string, lakeFolder: string): Promise<DataId> {
  if (name.startsWith(DATASET_PREFIX))
    return { path: name, ...identifyDataset(lakeFolder, name.slice(DATASET_PREFIX.length)) };
  try {
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(name, { highWaterMark: 1 << 20 }))
      hash.update(chunk as Buffer);
    return { path: resolve(name), bytes: statSync(name).size, sha256: hash.digest('hex') };
  } catch (error) {
    throw inputFileFault(name, error);
  }
}
