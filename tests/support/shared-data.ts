/** The real recordings live beside the project, not in it. Where they are absent a test says what it skipped. */

import { existsSync, readdirSync } from 'node:fs';
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

/** Paths of all files below a folder, in the order of their names. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      return entry.isDirectory() ? filesBelow(path) : [path];
    });
}
