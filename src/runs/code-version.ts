/** Which code made a run: version of the package, and the commit when it runs from a repository. */

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface CodeVersion {
  readonly package: string;
  /** Commit id, with '-dirty' behind it when tracked files differ from it; null outside a repository. */
  readonly commit: string | null;
}

const FOLDERS_UP_MAX = 5;
const GIT_TIMEOUT_MS = 3000;

let known: CodeVersion | null = null;

/** Found once per process. */
export function codeVersion(): CodeVersion {
  known ??= findCodeVersion();
  return known;
}

/** Version of the package alone: quick, no process is started. */
export function packageVersion(): string {
  return findPackage()?.version ?? 'unknown';
}

function findCodeVersion(): CodeVersion {
  const found = findPackage();
  return found === null
    ? { package: 'unknown', commit: null }
    : { package: found.version, commit: findCommit(found.folder) };
}

function findPackage(): { folder: string; version: string } | null {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (let up = 0; up < FOLDERS_UP_MAX; up++) {
    const path = join(folder, 'package.json');
    if (existsSync(path)) {
      const { version } = JSON.parse(readFileSync(path, 'utf8')) as { version?: unknown };
      return { folder, version: String(version ?? 'unknown') };
    }
    folder = dirname(folder);
  }
  return null;
}

/** Only a repository of this package itself counts, not one that it happens to be installed in. */
function findCommit(folder: string): string | null {
  if (!existsSync(join(folder, '.git'))) return null;
  try {
    const text = execFileSync('git', ['describe', '--always', '--dirty', '--abbrev=40', '--exclude=*'], {
      cwd: folder,
      encoding: 'utf8',
      timeout: GIT_TIMEOUT_MS,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return text.trim() || null;
  } catch {
    // No git on this machine, or a repository without commits: the manifest then says null.
    return null;
  }
}
