// One setup at a time per clone: the others wait, then find the work done.

import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const WAIT_MS_MAX = 15 * 60_000;
const POLL_MS = 250;
/** A lock folder whose owner has not signed it for this long belongs to a process that died in between. */
const UNSIGNED_MS_MAX = 5000;

/** Runs `work` while holding the lock folder `.setup-lock`; a lock whose process is gone is taken over. */
export async function withSetupLock(root, work) {
  const lock = join(root, '.setup-lock');
  const deadlineMs = Date.now() + WAIT_MS_MAX;
  let isWaiting = false;
  while (!tryLock(lock)) {
    if (isAbandoned(lock)) {
      rmSync(lock, { recursive: true, force: true });
      continue;
    }
    if (!isWaiting) console.log('setup: waiting for another setup of this folder to end');
    isWaiting = true;
    if (Date.now() > deadlineMs) {
      throw new Error(`another setup holds ${lock} for too long; remove that folder if none is running`);
    }
    await sleep(POLL_MS);
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

function tryLock(lock) {
  try {
    mkdirSync(lock);
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
  writeFileSync(join(lock, 'pid'), String(process.pid));
  return true;
}

function isAbandoned(lock) {
  let pid = 0;
  try {
    pid = Number(readFileSync(join(lock, 'pid'), 'utf8'));
  } catch {
    return isOlderThan(lock, UNSIGNED_MS_MAX);
  }
  if (!(pid > 0)) return isOlderThan(lock, UNSIGNED_MS_MAX);
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

function isOlderThan(path, ageMs) {
  try {
    return Date.now() - statSync(path).mtimeMs > ageMs;
  } catch {
    // Gone in the meantime: the next try decides.
    return false;
  }
}
