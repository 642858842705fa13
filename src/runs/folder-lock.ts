/**
 * A lock between processes: a file made exclusively. It guards only the index of runs, which can be rebuilt from the
 * folders, so a lock that its owner left behind may be broken after a time.
 */

import { closeSync, openSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { TwinError } from '../base/index.ts';
import { isProcessAlive, ownProcessMark, type ProcessMark } from '../disk/index.ts';
import { errnoCode, readFault, writeFault } from './fs-faults.ts';

/** Longest wait for the lock, in milliseconds. */
export const LOCK_WAIT_MS_MAX = 10_000;
/** A lock this old is broken even if its process lives: nobody holds it for longer than a few milliseconds. */
const LOCK_AGE_MS_MAX = 30_000;
const PAUSE_MS = 5;

const sleeper = new Int32Array(new SharedArrayBuffer(4));

/** Runs `work` while no other process is in it for this path. Raises RUNS_WRITE when the lock cannot be had. */
export function withLock<T>(path: string, work: () => T): T {
  const deadline = Date.now() + LOCK_WAIT_MS_MAX;
  while (!take(path)) {
    breakIfStale(path);
    if (Date.now() > deadline) {
      throw new TwinError('RUNS_WRITE', 'the lock of a folder of runs is free within LOCK_WAIT_MS_MAX', {
        path,
      });
    }
    Atomics.wait(sleeper, 0, 0, PAUSE_MS);
  }
  try {
    return work();
  } finally {
    rmSync(path, { force: true });
  }
}

function take(path: string): boolean {
  try {
    const fd = openSync(path, 'wx');
    try {
      writeFileSync(fd, JSON.stringify(ownProcessMark()));
    } finally {
      closeSync(fd);
    }
    return true;
  } catch (error) {
    if (errnoCode(error) === 'EEXIST') return false;
    throw writeFault(path, error);
  }
}

/** Moves a stale lock away under a name of its own, so that two that break it do not both remove a new one. */
function breakIfStale(path: string): void {
  try {
    const ageMs = Date.now() - statSync(path).mtimeMs;
    const owner = readOwner(path);
    if (ageMs < LOCK_AGE_MS_MAX && (owner === null || isProcessAlive(owner))) return;
    const aside = `${path}.${process.pid}.stale`;
    renameSync(path, aside);
    rmSync(aside, { force: true });
  } catch (error) {
    // Gone in the meantime: its owner released it.
    if (errnoCode(error) === 'ENOENT') return;
    throw readFault(path, error);
  }
}

/** Who made the lock, null while it is still being written. */
function readOwner(path: string): ProcessMark | null {
  const text = readFileSync(path, 'utf8');
  try {
    const owner = JSON.parse(text) as ProcessMark;
    return typeof owner.pid === 'number' && typeof owner.host === 'string' ? owner : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
