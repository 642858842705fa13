/** Real programs that some tests need. Where one is absent a test says what it skipped. */

import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Path of the first of these programs that is installed, or null. With CI=true absence is an error. */
export function realTool(...names: readonly [string, ...string[]]): string | null {
  for (const name of names) {
    for (const folder of (process.env.PATH ?? '').split(delimiter)) {
      const path = join(folder, name);
      if (isExecutable(path)) return path;
    }
  }
  if (process.env.CI === 'true') throw new Error(`CI needs the program ${names.join(' or ')} on its path`);
  console.warn(`skipped: the program ${names.join(' or ')} is not installed`);
  return null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
