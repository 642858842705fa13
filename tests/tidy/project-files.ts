/** The files of the project as the tidy tests see them: everything that is not installed, built or produced by a run. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Folders that are not the project's own text; all of them are in .gitignore, save .git itself. */
const NOT_OURS = new Set([
  'node_modules',
  'dist',
  'dist.new',
  'dist.old',
  'runs',
  'calibrations',
  'coverage',
  '.git',
  '.setup-lock',
]);

export interface ProjectFile {
  /** Path from the root, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

let known: readonly ProjectFile[] | null = null;

/** All text files, in the order of their paths. Read once. */
export function projectFiles(): readonly ProjectFile[] {
  known ??= walk('').sort((a, b) => (a.path < b.path ? -1 : 1));
  return known;
}

/** TypeScript files below a folder ('src/', 'tests/', ...). */
export function typeScriptBelow(folder: string): ProjectFile[] {
  return projectFiles().filter(({ path }) => path.startsWith(folder) && path.endsWith('.ts'));
}

export function readProjectFile(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

export function isTestFile(path: string): boolean {
  return path.endsWith('.test.ts');
}

/** src/market/book/contract.ts belongs to the folder market; src/index.ts to none. */
export function folderOf(path: string): string | null {
  return /^src\/([^/]+)\//.exec(path)?.[1] ?? null;
}

function walk(folder: string): ProjectFile[] {
  const found: ProjectFile[] = [];
  for (const entry of readdirSync(join(ROOT, folder), { withFileTypes: true })) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    // Only `src/runs` is source; a folder of runs stands at the root.
    if (entry.isDirectory()) {
      const isOurs = !NOT_OURS.has(entry.name) && !entry.name.startsWith('.examples-');
      if (isOurs || path === 'src/runs') found.push(...walk(path));
    } else if (entry.isFile()) {
      const bytes = readFileSync(join(ROOT, path));
      if (!bytes.includes(0)) found.push({ path, text: bytes.toString('utf8') });
    }
  }
  return found;
}
