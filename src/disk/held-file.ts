/** A file that one living process holds: its mark stands in a lock beside it. The lock of a process that died is taken over. */

import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isProcessAlive, ownProcessMark, type ProcessMark } from './process-mark.ts';

export type Hold =
  | { readonly isHeld: true; readonly release: () => void }
  /** Another process holds it; null where two take over a dead one's lock at once and the other was first. */
  | { readonly isHeld: false; readonly holder: ProcessMark | null };

/** Takes the lock if nobody alive has it. Errors are those of the system. */
export function holdFile(lock: string): Hold {
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      writeFileSync(lock, JSON.stringify(ownProcessMark()), { flag: 'wx' });
      return { isHeld: true, release: () => rmSync(lock, { force: true }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = holderOf(lock);
    if (holder !== null) return { isHeld: false, holder };
    rmSync(lock, { force: true });
  }
  return { isHeld: false, holder: null };
}

/** The living process that holds the lock, null where there is none. */
export function holderOf(lock: string): ProcessMark | null {
  try {
    const mark = JSON.parse(readFileSync(lock, 'utf8')) as ProcessMark;
    return isProcessAlive(mark) ? mark : null;
  } catch {
    // Gone since, or torn: nobody holds it.
    return null;
  }
}
