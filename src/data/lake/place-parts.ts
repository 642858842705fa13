/** The last step of whoever writes parts: files that lie in a folder of their own are made last, and moved to where they belong. */

import { createHash } from 'node:crypto';
import { createReadStream, mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { syncAll } from '../../disk/index.ts';
import type { Part } from './part-writer.ts';

/** A part before its bytes are final. */
export type WrittenPart = Omit<Part, 'sha256' | 'bytes'>;

/** Moves the files of parts from below `tmpFolder` to below `dataFolder`; afterwards the disk has them. Errors are those of the system. */
export async function placeParts(
  written: readonly WrittenPart[],
  tmpFolder: string,
  dataFolder: string,
): Promise<Part[]> {
  const parts: Part[] = [];
  await syncAll(
    written.map(({ path }) => join(tmpFolder, path)),
    'file',
  );
  for (const part of written) {
    const from = join(tmpFolder, part.path);
    const to = join(dataFolder, part.path);
    parts.push({ ...part, bytes: statSync(from).size, sha256: await sha256OfFile(from) });
    mkdirSync(dirname(to), { recursive: true });
    renameSync(from, to);
  }
  await syncAll([...new Set(parts.map(({ path }) => dirname(join(dataFolder, path))))], 'folder');
  return parts;
}

async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
