/** Ends a run that failed: its journal is closed and its manifest says why, as far as the disk still takes it. */

import { TwinError } from '../base/index.ts';
import type { JournalWriter, RunHandle } from '../runs/index.ts';

/** The first error is on its way to the user; a second failure of the same disk would only hide it. */
export function endFailed(run: RunHandle, journal: JournalWriter | null, error: unknown): void {
  quietly(() => journal?.close());
  quietly(() => {
    if (run.manifest.status === 'running') run.fail(error);
  });
}

function quietly(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof TwinError && error.code === 'RUNS_WRITE')) throw error;
  }
}
