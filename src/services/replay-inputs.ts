/** What a replay reads: files, and the recordings behind datasets of a lake, named `dataset:<id>`. */

import { createHash } from 'node:crypto';
import { copyFileSync, createReadStream, linkSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { inputFileFault, TwinError } from '../base/index.ts';
import { contentHash, Lake } from '../data/index.ts';
import type { DataId } from '../runs/index.ts';

export const DATASET_PREFIX = 'dataset:';

export interface ReplayInputs {
  /** Files to read, in the order in which they were named. */
  readonly files: readonly string[];
  /** Removes what was made to read them. */
  close(): void;
}

/**
 * Makes the files of inputs readable under their own names, which some formats need. Raises DATA_NOT_FOUND for a dataset that the
 * lake does not have, DATA_REQUEST for one that holds no recording.
 */
export function openInputs(names: readonly string[], lakeFolder: string): ReplayInputs {
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
    throw new TwinError('DATA_REQUEST', 'a dataset that is replayed was made of recorded files', {
      dataset: id,
      files: recordings.length,
      others: objects.length - recordings.length,
    });
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
  if (name.startsWith(DATASET_PREFIX)) return identifyDataset(name, lakeFolder);
  try {
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(name, { highWaterMark: 1 << 20 }))
      hash.update(chunk as Buffer);
    return { path: resolve(name), bytes: statSync(name).size, sha256: hash.digest('hex') };
  } catch (error) {
    throw inputFileFault(name, error);
  }
}

function identifyDataset(name: string, lakeFolder: string): DataId {
  const lake = new Lake(lakeFolder);
  try {
    const { parts } = lake.dataset(name.slice(DATASET_PREFIX.length));
    return {
      path: name,
      bytes: parts.reduce((sum, { bytes }) => sum + bytes, 0),
      sha256: contentHash(parts),
    };
  } finally {
    lake.close();
  }
}
