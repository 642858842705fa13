import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../tests/support/temporary-folder.ts';
import { EvaluationLog } from './evaluation-log.ts';
import type { PointTask } from './point-task.ts';

const folder = temporaryFolder('evaluations');
const HEAD = { problem: 'a'.repeat(64), program: '0.1.0' };
const task = (value: number): PointTask => ({ values: [value, 0.1 + 0.2], seeds: [1, 2], windows: 20 });

function logWith(name: string, values: readonly number[]): string {
  const path = join(folder, name, 'x.jsonl');
  const log = new EvaluationLog(path, HEAD);
  for (const value of values)
    log.add(task(value), { moments: Float64Array.of(value, Number.NaN, 1 / 3), failure: null });
  log.close();
  return path;
}

describe('EvaluationLog', () => {
  it('finds what it kept, to the last bit, after it was opened again', () => {
    const path = logWith('kept', [1, 2]);
    const log = new EvaluationLog(path, HEAD);
    log.add(task(3), { moments: null, failure: 'too few' });
    expect(log.known).toBe(2);
    expect(log.find(task(2))).toEqual({ moments: Float64Array.of(2, Number.NaN, 1 / 3), failure: null });
    expect(log.find(task(3))).toEqual({ moments: null, failure: 'too few' });
    expect(log.find({ ...task(2), seeds: [1, 3] })).toBeNull();
    expect(log.find({ ...task(2), windows: 21 })).toBeNull();
    log.close();
    const again = new EvaluationLog(path, HEAD);
    expect([again.known, again.find(task(3))]).toEqual([3, { moments: null, failure: 'too few' }]);
    again.close();
  });

  it.each([0, 1, 40])('goes on after a kill that left %i bytes of a last line', (bytes) => {
    const path = logWith(`torn-${bytes}`, [1]);
    appendFileSync(path, readFileSync(path, 'utf8').split('\n')[1]!.slice(0, bytes));
    const log = new EvaluationLog(path, HEAD);
    expect(log.known).toBe(1);
    log.add(task(9), { moments: Float64Array.of(9), failure: null });
    log.close();
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).values?.[0])).toEqual([undefined, 1, 9]);
  });

  it('begins anew where the kill came before its head was whole', () => {
    const path = logWith('headless', []);
    writeFileSync(path, readFileSync(path, 'utf8').slice(0, 20));
    const log = new EvaluationLog(path, HEAD);
    log.close();
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ kind: 'evaluations', version: 1, ...HEAD });
  });

  it('refuses evaluations of another problem, of another program, and of no problem', () => {
    const path = logWith('other', [1]);
    const open = (head: typeof HEAD) => () => new EvaluationLog(path, head);
    expect(open({ ...HEAD, problem: 'b'.repeat(64) })).toThrow(/--fresh/);
    expect(open({ ...HEAD, program: '9.9.9' })).toThrow(/foundProgram=0\.1\.0/);
    writeFileSync(path, 'no json\n');
    expect(open(HEAD)).toThrow(/JSON lines/);
    // It was let go each time.
    writeFileSync(path, '');
    new EvaluationLog(path, HEAD).close();
  });

  it('is held by one process at a time', () => {
    const path = logWith('held', []);
    const log = new EvaluationLog(path, HEAD);
    expect(() => new EvaluationLog(path, HEAD)).toThrow(new RegExp(`pid=${process.pid}`));
    log.close();
    writeFileSync(`${path}.lock`, JSON.stringify({ pid: 2 ** 22 + 1, host: 'elsewhere', startedAt: null }));
    expect(() => new EvaluationLog(path, HEAD)).toThrow(/elsewhere/);
  });
});
