/** Tells whether the process that started something still lives, also when its number was given to another since. */

import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

export interface ProcessMark {
  readonly pid: number;
  readonly host: string;
  /** Boot and start time of the process where the system tells them, else null. */
  readonly startedAt: string | null;
}

/** Index of the start time among the fields behind the process name in /proc/<pid>/stat. */
const STAT_START_FIELD = 19;

export function ownProcessMark(): ProcessMark {
  return { pid: process.pid, host: hostname(), startedAt: startOf(process.pid) };
}

/** False only when it is certain that the process is gone: one on another host counts as alive. */
export function isProcessAlive(mark: ProcessMark): boolean {
  if (mark.host !== hostname()) return true;
  try {
    process.kill(mark.pid, 0);
  } catch (error) {
    if (errnoCode(error) === 'ESRCH') return false;
    if (errnoCode(error) !== 'EPERM') throw error;
  }
  if (mark.startedAt === null) return true;
  const startedAt = startOf(mark.pid);
  return startedAt === null || startedAt === mark.startedAt;
}

function startOf(pid: number): string | null {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The process name stands in parentheses and may hold any character.
    const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[STAT_START_FIELD];
    return ticks === undefined ? null : `${boot} ${ticks}`;
  } catch (error) {
    // Not a Linux, or the process has just ended: the process number alone decides.
    if (errnoCode(error) !== null) return null;
    throw error;
  }
}

function errnoCode(error: unknown): string | null {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  return typeof code === 'string' ? code : null;
}
