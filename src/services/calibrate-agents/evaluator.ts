/** Evaluates points: out of the log where they are known, else by the threads, and keeps what is new. */

import type { EvaluationLog } from './evaluation-log.ts';
import type { PointAnswer, PointTask } from './point-task.ts';
import type { WorkerPool } from './worker-pool.ts';

/** Evaluations after which the disk is waited for, within a batch. */
const SYNC_EVERY = 32;

export interface EvaluatorParts {
  readonly pool: Pick<WorkerPool, 'ask'>;
  readonly log: Pick<EvaluationLog, 'find' | 'add' | 'sync'>;
  readonly signal: AbortSignal | undefined;
  /** Called after each answer, also of one that was known. */
  readonly onAnswer: (answer: PointAnswer) => void;
}

export class Evaluator {
  /** Points simulated now, and those found in the log. */
  simulated = 0;
  found = 0;
  /** Reasons of failed points with how often. */
  readonly failures = new Map<string, number>();
  readonly #parts: EvaluatorParts;

  constructor(parts: EvaluatorParts) {
    this.#parts = parts;
  }

  /** Answers in the order of the tasks. Rejects with the reason of the signal when it is aborted; what was answered till then is kept. */
  async answers(tasks: readonly PointTask[]): Promise<PointAnswer[]> {
    const { signal, log } = this.#parts;
    signal?.throwIfAborted();
    let stop = (): void => {};
    const stopped = new Promise<never>((_, reject) => {
      stop = () => reject(signal?.reason);
      signal?.addEventListener('abort', stop, { once: true });
    });
    try {
      return await Promise.race([Promise.all(tasks.map((task) => this.#answer(task))), stopped]);
    } finally {
      signal?.removeEventListener('abort', stop);
      log.sync();
    }
  }

  async #answer(task: PointTask): Promise<PointAnswer> {
    const { pool, log, signal, onAnswer } = this.#parts;
    const known = log.find(task);
    if (known !== null) this.found++;
    const answer = known ?? (await pool.ask(task));
    // What comes behind a stop would be written to a log that is closed.
    if (signal?.aborted === true) return answer;
    if (known === null) {
      this.simulated++;
      const isKept = answer.moments !== null || answer.isChance !== true;
      if (isKept) log.add(task, answer);
      if (this.simulated % SYNC_EVERY === 0) log.sync();
    }
    if (answer.moments === null)
      this.failures.set(answer.failure, (this.failures.get(answer.failure) ?? 0) + 1);
    onAnswer(answer);
    return answer;
  }
}
