/** The command line as a process of its own. */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const pathOf = (name: string): string => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const ROOT = pathOf('');
/** `npm test` has built dist/ before; a single test run by hand takes the sources, which start more slowly. */
const ARGUMENTS =
  process.env.TWIN_BUILT === '1'
    ? [pathOf('dist/cli/main.js')]
    : [
        '--import',
        new URL('../../node_modules/tsx/dist/loader.mjs', import.meta.url).href,
        pathOf('src/cli/main.ts'),
      ];

export interface TwinResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `twin` to its end, in the folder of the project. */
export function twin(...args: readonly string[]): TwinResult {
  return twinIn(ROOT, ...args);
}

/** The same in another folder. */
export function twinIn(folder: string, ...args: readonly string[]): TwinResult {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...ARGUMENTS, ...args], {
    cwd: folder,
    encoding: 'utf8',
    timeout: 60_000,
    maxBuffer: 1 << 26,
  });
  return { status, stdout, stderr };
}

/** Starts `twin` and lets the caller deal with the process. */
export function startTwin(...args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [...ARGUMENTS, ...args], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Output of a command that was called with --json. */
export function jsonOf(result: TwinResult): Record<string, unknown> {
  return JSON.parse(result.stdout) as Record<string, unknown>;
}
