/** The text of a file that a user names. */

import { readFileSync } from 'node:fs';
import { inputFileFault } from '../base/index.ts';

/** Raises BASE_INPUT_FILE where it is not there or cannot be read. */
export function readInputText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw inputFileFault(path, error);
  }
}
