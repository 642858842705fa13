/** Files that are either the old or the new version, whole, also after a crash in the middle. */

import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { TwinError } from '../base/index.ts';
import { errnoCode, readFault, writeFault } from './fs-faults.ts';

/** Writes a temporary file beside the target, makes sure the disk has it, and renames it. Raises RUNS_WRITE. */
export function writeFileAtomic(path: string, text: string): void {
  const temporary = join(
    dirname(path),
    `.${basename(path)}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`,
  );
  try {
    const fd = openSync(temporary, 'wx');
    try {
      writeFileSync(fd, text);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, path);
    syncFolder(dirname(path));
  } catch (error) {
    rmSync(temporary, { force: true });
    throw writeFault(path, error);
  }
}

/** Reads a JSON file. Raises RUNS_NOT_FOUND or RUNS_DAMAGED. */
export function readJsonFile(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) {
      throw new TwinError('RUNS_DAMAGED', 'a file of a run is whole JSON', { path }, error);
    }
    throw readFault(path, error);
  }
}

/** A rename lasts only when the folder is on disk too. Some file systems and Windows do not sync folders. */
function syncFolder(folder: string): void {
  let fd: number;
  try {
    fd = openSync(folder, 'r');
  } catch (error) {
    if (isUnsupported(error)) return;
    throw error;
  }
  try {
    fsyncSync(fd);
  } catch (error) {
    if (!isUnsupported(error)) throw error;
  } finally {
    closeSync(fd);
  }
}

function isUnsupported(error: unknown): boolean {
  return ['EPERM', 'EISDIR', 'EINVAL', 'ENOTSUP', 'EACCES'].includes(errnoCode(error) ?? '');
}
