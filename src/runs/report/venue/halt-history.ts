/** Halts and interruptions out of the changes of a session's state: when trading stopped, by which rule, until when. */

import { isMatching, SESSION_STATE_NAMES } from '../../../market/index.ts';
import { KeptList } from './kept-list.ts';
import type { Halt, Kept, StateChange } from './session-summary.ts';

/** Halts kept per instrument. */
export const HALTS_MAX = 256;

export class HaltHistory {
  readonly #halts = new KeptList<Halt>(HALTS_MAX);
  #open: Halt | null = null;

  take(change: StateChange): void {
    const { cause, rule, timeNs, state } = change;
    if (cause === 'halt' || cause === 'interrupt') {
      if (this.#open?.cause === cause && this.#open.rule === rule) return;
      this.#close(timeNs);
      this.#open = { startNs: timeNs, endNs: null, state, cause, rule };
    } else if (endsHalt(change)) this.#close(timeNs);
  }

  kept(): Kept<Halt> {
    const { list, leftOut } = this.#halts.kept();
    if (this.#open === null) return { list, leftOut };
    return this.#halts.isFull ? { list, leftOut: leftOut + 1 } : { list: [...list, this.#open], leftOut };
  }

  #close(timeNs: number): void {
    if (this.#open === null) return;
    this.#halts.add({ ...this.#open, endNs: timeNs });
    this.#open = null;
  }
}

/**
 * A reopening call and its cross still belong to the halt. The schedule may go on below a halt, which then shows as a change
 * from the state to itself.
 */
function endsHalt({ cause, state, stateBefore }: StateChange): boolean {
  if (cause === 'interruptionOver' || cause === 'preempted') return true;
  if (cause === 'schedule') return state !== stateBefore;
  // What was halted when a recording fell silent is not known to be so any more.
  if (cause === 'lost') return true;
  return cause === 'resume' && state !== 'UNKNOWN' && isMatching(SESSION_STATE_NAMES.indexOf(state));
}
