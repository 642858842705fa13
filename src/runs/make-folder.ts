/** Folders with their parents, without the endless loop that a recursive mkdir falls into below /proc. */

import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { errnoCode, writeFault } from './fs-faults.ts';

/** Makes a folder and the parents that it lacks, one by one. Raises RUNS_WRITE. */
export function makeFolder(path: string): void {
  try {
    makeOne(path);
  } catch (error) {
    throw writeFault(path, error);
  }
}

function makeOne(path: string): void {
  if (isFolder(path)) return;
  const parent = dirname(path);
  if (parent !== path) makeParent(parent);
  try {
    mkdirSync(path);
  } catch (error) {
    // Another process may have made it meanwhile.
    if (errnoCode(error) !== 'EEXIST' || !isFolder(path)) throw error;
  }
}

/** Node 20 says ENOTDIR when it looks below a file, Node 24 that nothing is there: then the file itself is what is met. */
function makeParent(path: string): void {
  try {
    makeOne(path);
  } catch (error) {
    if (errnoCode(error) !== 'EEXIST') throw error;
    throw Object.assign(new Error(`not a folder: ${path}`, { cause: error }), { code: 'ENOTDIR' });
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
