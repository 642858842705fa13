/** The log of a run, `log.jsonl`: one JSON object per line, what happened when by the wall clock. For people and tools that watch. */

import { appendFileSync } from 'node:fs';
import { writeFault } from './fs-faults.ts';

export const LOG_FILE = 'log.jsonl';

export class RunLog {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** Appends a line. Raises RUNS_WRITE. */
  write(event: string, fields: Readonly<Record<string, unknown>> = {}): void {
    const line = JSON.stringify({ time: new Date().toISOString(), event, ...fields });
    try {
      appendFileSync(this.path, `${line}\n`);
    } catch (error) {
      throw writeFault(this.path, error);
    }
  }
}
