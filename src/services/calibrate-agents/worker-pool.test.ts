import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../tests/support/temporary-folder.ts';
import type { PointContext, PointTask } from './point-task.ts';
import { WorkerPool } from './worker-pool.ts';

const folder = temporaryFolder('pool');
const program = join(folder, 'thread.mjs');
writeFileSync(
  program,
  `import { parentPort, threadId } from 'node:worker_threads';
parentPort.on('message', ({ values: [value] }) => {
  if (value === -1) throw new Error('no such market');
  if (value === -2) process.exit(3);
  setTimeout(() => parentPort.postMessage({ moments: Float64Array.of(value, threadId), failure: null }), value % 7);
});`,
);

const pools: WorkerPool[] = [];
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});

function pool(size: number): WorkerPool {
  const made = new WorkerPool({} as PointContext, size, pathToFileURL(program));
  pools.push(made);
  return made;
}

const task = (value: number): PointTask => ({ values: [value], seeds: [1], windows: 5 });

describe('WorkerPool', { timeout: 15_000 }, () => {
  it.each([1, 3])('answers in the order of the tasks with %i threads', async (size) => {
    const values = Array.from({ length: 40 }, (_, i) => (i * 31) % 40);
    const asked = pool(size);
    const answers = await Promise.all(values.map((value) => asked.ask(task(value))));
    expect(answers.map(({ moments }) => moments?.[0])).toEqual(values);
    expect(new Set(answers.map(({ moments }) => moments?.[1])).size).toBe(size);
  });

  it('fails the point at which a thread breaks or ends, and goes on with another thread', async () => {
    const asked = pool(1);
    const answers = await Promise.all([5, -1, 6, -2, 7].map((value) => asked.ask(task(value))));
    expect(answers.map(({ moments, failure }) => moments?.[0] ?? failure)).toEqual([
      5,
      'the worker broke: no such market',
      6,
      'the worker ended with code 3',
      7,
    ]);
    expect(answers.map((answer) => 'isChance' in answer)).toEqual([false, true, false, true, false]);
  });

  it('answers nothing once it is closed', async () => {
    const asked = pool(2);
    await asked.ask(task(1));
    let answered = 0;
    for (const value of [2, 3, 4]) void asked.ask(task(value)).then(() => answered++);
    await asked.close();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(answered).toBe(0);
  });
});
