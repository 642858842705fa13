/**
 * Evaluations on disk: a line each, appended as they come. A search that was killed asks for the same points again and finds them
 * here.
 *
 *   {"kind":"evaluations","version":1,"problem":"<sha256>","program":"0.1.0"}
 *   {"values":[0.94,1.2],"seeds":[1,2],"windows":20,"moments":[20.1,null,…],"failure":null}
 */

import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { TwinError } from '../../base/index.ts';
import { holdFile, LineWriter, readLines } from '../../disk/index.ts';
import type { PointAnswer, PointTask } from './point-task.ts';

const VERSION = 1;

export interface LogHead {
  /** Hash of everything that an evaluation depends on. */
  readonly problem: string;
  readonly program: string;
}

export class EvaluationLog {
  readonly path: string;
  /** Evaluations that were there when it was opened. */
  readonly known: number;
  readonly #answers: Map<string, PointAnswer>;
  readonly #writer: LineWriter;
  readonly #release: () => void;

  /** Goes on with a file of the same problem, or begins one; `isFresh` forgets what is there. Raises CALIBRATION_SEARCH, RUNS_WRITE. */
  constructor(path: string, head: LogHead, isFresh = false) {
    this.path = path;
    this.#release = hold(path);
    try {
      if (isFresh) rmSync(path, { force: true });
      this.#answers = existsSync(path) ? read(path, head) : new Map();
      this.known = this.#answers.size;
      this.#writer = new LineWriter(path);
      if (this.known === 0 && !hasHead(path))
        this.#writer.append({ kind: 'evaluations', version: VERSION, ...head });
    } catch (error) {
      this.#release();
      throw asFault(path, error);
    }
  }

  find(task: PointTask): PointAnswer | null {
    return this.#answers.get(keyOf(task)) ?? null;
  }

  add(task: PointTask, answer: PointAnswer): void {
    this.#answers.set(keyOf(task), answer);
    const { values, seeds, windows } = task;
    const moments = answer.moments === null ? null : [...answer.moments];
    // JSON has no NaN: a moment that no window tells is null.
    this.#writer.append({ values, seeds, windows, moments, failure: answer.failure });
  }

  /** Makes sure that the disk has all of it. */
  sync(): void {
    this.#writer.sync();
  }

  close(): void {
    this.#writer.close();
    this.#release();
  }
}

function keyOf({ values, seeds, windows }: PointTask): string {
  return JSON.stringify([values, seeds, windows]);
}

/** One process at a time; the lock of one that died is taken over. */
function hold(path: string): () => void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    const held = holdFile(`${path}.lock`);
    if (held.isHeld) return held.release;
    throw new TwinError('CALIBRATION_SEARCH', 'one process at a time searches for a calibration', {
      path,
      ...(held.holder === null ? {} : { pid: held.holder.pid, host: held.holder.host }),
    });
  } catch (error) {
    throw asFault(path, error);
  }
}

function hasHead(path: string): boolean {
  return readLines(path).length > 0;
}

interface LogLine extends PointTask {
  readonly moments: readonly (number | null)[] | null;
  readonly failure: string | null;
}

function read(path: string, head: LogHead): Map<string, PointAnswer> {
  const [first, ...lines] = readLines(path) as [
    Partial<LogHead & { version: number }> | undefined,
    ...LogLine[],
  ];
  const answers = new Map<string, PointAnswer>();
  if (first === undefined) return answers;
  const { problem, program, version } = first;
  if (problem !== head.problem || program !== head.program || version !== VERSION)
    throw new TwinError(
      'CALIBRATION_SEARCH',
      'evaluations that are gone on with are of the same problem and program: --fresh begins anew, --out names another place',
      {
        path,
        problem: head.problem,
        found: problem ?? 'none',
        program: head.program,
        foundProgram: program ?? 'none',
      },
    );
  for (const { values, seeds, windows, moments, failure } of lines) {
    const answer: PointAnswer =
      moments === null
        ? { moments: null, failure: failure ?? 'no reason was kept' }
        : { moments: Float64Array.from(moments, (value) => value ?? Number.NaN), failure: null };
    answers.set(keyOf({ values, seeds, windows }), answer);
  }
  return answers;
}

function asFault(path: string, error: unknown): unknown {
  if (error instanceof TwinError) return error;
  if (error instanceof SyntaxError || error instanceof TypeError)
    return new TwinError('CALIBRATION_SEARCH', 'a file of evaluations is JSON lines', { path }, error);
  return new TwinError('RUNS_WRITE', 'the file of evaluations can be written', { path }, error);
}
