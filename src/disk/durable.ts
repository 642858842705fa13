/** Files that are either the old or the new version, whole, also after a crash in the middle. Errors are those of the system. */

import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Writes a temporary file beside the target, makes sure the disk has it, and renames it. */
export function replaceFile(path: string, content: string | Uint8Array): void {
  const temporary = join(
    dirname(path),
    `.${basename(path)}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`,
  );
  try {
    const fd = openSync(temporary, 'wx');
    try {
      writeFileSync(fd, content);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, path);
    syncFolder(dirname(path));
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Makes sure that the disk has what was written to a file. */
export function syncFile(path: string): void {
  syncOpened(path, 'r+');
}

/** A rename lasts only when the folder is on disk too. Some file systems and Windows do not sync folders. */
export function syncFolder(folder: string): void {
  try {
    syncOpened(folder, 'r');
  } catch (error) {
    if (!isUnsupported(error)) throw error;
  }
}

function syncOpened(path: string, flags: 'r' | 'r+'): void {
  const fd = openSync(path, flags);
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function isUnsupported(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  return ['EPERM', 'EISDIR', 'EINVAL', 'ENOTSUP', 'EACCES'].includes(code);
}

/** Paths whose contents are asked of the disk at once. */
const SYNCS_AT_ONCE = 32;

/** Makes sure that the disk has many files or folders; together they take little longer than one. */
export async function syncAll(paths: readonly string[], kind: 'file' | 'folder'): Promise<void> {
  for (let at = 0; at < paths.length; at += SYNCS_AT_ONCE) {
    await Promise.all(paths.slice(at, at + SYNCS_AT_ONCE).map((path) => syncOne(path, kind)));
  }
}

async function syncOne(path: string, kind: 'file' | 'folder'): Promise<void> {
  try {
    const handle = await open(path, kind === 'file' ? 'r+' : 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (kind === 'file' || !isUnsupported(error)) throw error;
  }
}
