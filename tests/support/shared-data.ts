/** The real recordings live beside the project, not in it. Where they are absent a test says what it skipped. */

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const SHARED = process.env.TWIN_SHARED ?? fileURLToPath(new URL('../../../shared/', import.meta.url));

/** Path of a file below `shared/`, or null when it is not there. With CI=true its absence is an error. */
export function sharedFile(relativePath: string): string | null {
  const path = `${SHARED.replace(/\/?$/, '/')}${relativePath}`;
  if (existsSync(path)) return path;
  if (process.env.CI === 'true')
    throw new Error(`CI needs the shared file ${relativePath}; looked at ${path}`);
  console.warn(`skipped: shared/${relativePath} is not beside the project`);
  return null;
}
