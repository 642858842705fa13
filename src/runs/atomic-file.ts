/** Files of runs, written whole or not at all, with the faults of runs. */

import { readFileSync } from 'node:fs';
import { TwinError } from '../base/index.ts';
import { replaceFile } from '../disk/index.ts';
import { readFault, writeFault } from './fs-faults.ts';

/** Replaces a file, or makes it. Raises RUNS_WRITE. */
export function writeFileAtomic(path: string, text: string): void {
  try {
    replaceFile(path, text);
  } catch (error) {
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
