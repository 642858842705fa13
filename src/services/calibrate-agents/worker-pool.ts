/**
 * Points evaluated by several threads. Which thread takes which point is chance; answers stand in the order of the tasks, so that
 * what comes out does not depend on how many threads there are. A thread that dies fails the task it had, and another takes its place.
 */

import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { PointAnswer, PointContext, PointTask } from './point-task.ts';

/** Cores save one, which the rest of the machine keeps. */
export const WORKERS_DEFAULT = Math.max(1, availableParallelism() - 1);

const WORKER_URL = import.meta.url.endsWith('.ts')
  ? sourceUrl()
  : new URL('./point-worker.js', import.meta.url);

/** From the sources: a thread has to be told how to read TypeScript before it reads the first file. */
function sourceUrl(): URL {
  const loader = new URL('./esm/api/index.mjs', pathToFileURL(createRequire(import.meta.url).resolve('tsx')))
    .href;
  const program = new URL('./point-worker.ts', import.meta.url).href;
  const text = `import { register } from ${JSON.stringify(loader)}; register(); await import(${JSON.stringify(program)});`;
  return new URL(`data:text/javascript,${encodeURIComponent(text)}`);
}

interface Asked {
  readonly task: PointTask;
  readonly answer: (answer: PointAnswer) => void;
}

export class WorkerPool {
  readonly #context: PointContext;
  readonly #idle: Worker[] = [];
  readonly #all = new Set<Worker>();
  readonly #busy = new Map<Worker, Asked>();
  readonly #waiting: Asked[] = [];
  readonly #size: number;
  readonly #url: URL;
  #isClosed = false;

  /** Threads start as they are needed. `url` is the program of a thread. */
  constructor(context: PointContext, size: number, url = WORKER_URL) {
    this.#context = context;
    this.#size = size;
    this.#url = url;
  }

  /** Resolves with the answer; never after `close`. */
  ask(task: PointTask): Promise<PointAnswer> {
    return new Promise((answer) => {
      this.#waiting.push({ task, answer });
      this.#next();
    });
  }

  /** Ends all threads, whatever they do. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#waiting.length = 0;
    await Promise.all([...this.#all].map((worker) => worker.terminate()));
  }

  #next(): void {
    if (this.#isClosed || this.#waiting.length === 0) return;
    const worker = this.#idle.pop() ?? (this.#all.size < this.#size ? this.#start() : null);
    if (worker === null) return;
    this.#all.add(worker);
    const asked = this.#waiting.shift()!;
    this.#busy.set(worker, asked);
    worker.postMessage(asked.task);
  }

  #start(): Worker {
    const worker = new Worker(this.#url, { workerData: this.#context });
    worker.on('message', (found: PointAnswer) => {
      this.#idle.push(worker);
      this.#settle(worker, found);
    });
    worker.on('error', (error) => this.#lose(worker, `the worker broke: ${messageOf(error)}`));
    worker.on('exit', (code) => this.#lose(worker, `the worker ended with code ${code}`));
    return worker;
  }

  #settle(worker: Worker, found: PointAnswer): void {
    const asked = this.#busy.get(worker);
    this.#busy.delete(worker);
    if (this.#isClosed) return;
    asked?.answer(found);
    this.#next();
  }

  /** A thread that broke tells it again when it ends; by then it has no task. */
  #lose(worker: Worker, why: string): void {
    if (!this.#all.delete(worker)) return;
    const idle = this.#idle.indexOf(worker);
    if (idle >= 0) this.#idle.splice(idle, 1);
    this.#settle(worker, { moments: null, failure: why, isChance: true });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
