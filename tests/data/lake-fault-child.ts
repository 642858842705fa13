/**
 * The process that `lake-faults.test.ts` breaks off: does one job on a lake. Arguments: lake, job, fault, steps. At a step of writing (a
 * file opened, written, made last, renamed, removed; a folder made) the process dies as by kill -9, or the disk is full from then on
 * until the job has ended; then the next step of the list has its turn, and in the end nothing fails. Prints the codes of the errors, and
 * the steps that the last time took.
 */

import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { TwinError } from '../../src/base/index.ts';
import { Lake } from '../../src/data/lake/lake.ts';
import { LAKE_WORK } from './lake-work.ts';

const [folder, job, fault, list] = process.argv.slice(2) as [string, string, 'kill' | 'full', string];
const WRITES = [
  'openSync',
  'writeSync',
  'writeFileSync',
  'fsyncSync',
  'renameSync',
  'mkdirSync',
  'ftruncateSync',
] as const;
const REMOVALS = ['rmSync', 'unlinkSync'] as const;
let steps = 0;
/** Step at which it happens; 0: never. */
let breakAt = 0;

function isWriting(name: string, args: readonly unknown[]): boolean {
  return name !== 'openSync' || (typeof args[1] === 'string' && args[1] !== 'r');
}

function watch(): void {
  const functions = fs as unknown as Record<string, (...args: unknown[]) => unknown>;
  for (const name of [...WRITES, ...REMOVALS]) {
    const original = functions[name]!;
    functions[name] = (...args) => {
      if (!isWriting(name, args)) return original(...args);
      steps++;
      const isBroken = breakAt > 0 && steps >= breakAt;
      if (isBroken && fault === 'kill') process.kill(process.pid, 'SIGKILL');
      if (isBroken && !(REMOVALS as readonly string[]).includes(name))
        throw Object.assign(new Error(`ENOSPC: no space left on device, ${name}`), { code: 'ENOSPC' });
      return original(...args);
    };
  }
  syncBuiltinESMExports();
}

const lake = new Lake(folder);
watch();
const errors: string[] = [];
for (const step of [...list.split(',').filter(Boolean).map(Number), 0]) {
  steps = 0;
  breakAt = step;
  try {
    await LAKE_WORK[job]!(lake);
  } catch (error) {
    errors.push(error instanceof TwinError ? error.code : String(error));
  }
  breakAt = 0;
}
lake.close();
process.stdout.write(JSON.stringify({ errors, steps }));
