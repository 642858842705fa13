/** The last step of whoever writes parts: files that lie in a folder of their own are made last, and moved to where they belong. */

import { createHash } from 'node:crypto';
import { createReadStream, mkdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { syncAll } from '../../disk/index.ts';
import type { Part } from './part-writer.ts';

/** A part that was written, and is not where it belongs. */
export interface WrittenPart {
  readonly part: Omit<Part, 'sha256' | 'bytes'>;
  /** Where the file lies. */
  readonly file: string;
}

/** Files up to this size are hashed at once: a stream costs more than such a file. */
const WHOLE_BYTES_MAX = 1 << 20;

/**
 * Moves the files of parts to below `dataFolder`; afterwards the disk has them. All files are asked of the disk together, then all
 * folders: with many symbols the time is that of a few syncs. Errors are those of the system.
 */
export async function placeParts(written: readonly WrittenPart[], dataFolder: string): Promise<Part[]> {
  const parts: Part[] = [];
  await syncAll(
    written.map(({ file }) => file),
    'file',
  );
  for (const { part, file } of written) {
    const to = join(dataFolder, part.path);
    const bytes = statSync(file).size;
    parts.push({ ...part, bytes, sha256: await sha256OfFile(file, bytes) });
    mkdirSync(dirname(to), { recursive: true });
    renameSync(file, to);
  }
  await syncAll([...new Set(parts.map(({ path }) => dirname(join(dataFolder, path))))], 'folder');
  return parts;
}

async function sha256OfFile(path: string, bytes: number): Promise<string> {
  const hash = createHash('sha256');
  if (bytes <= WHOLE_BYTES_MAX) return hash.update(readFileSync(path)).digest('hex');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
