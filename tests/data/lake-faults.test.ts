/**
 * Whatever writes a lake is broken off at any step, by kill -9 and by a full disk, until it is through: it ends as if nothing had
 * happened, and leaves nothing behind. Seeds choose the steps; `LAKE_FAULTS=all npx vitest run tests/data/lake-faults.test.ts` takes every one.
 */

import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Xoshiro128 } from '../../src/base/index.ts';
import { LAKE_WORK, makeLake, stateOf } from './lake-work.ts';

const CHILD = fileURLToPath(new URL('./lake-fault-child.ts', import.meta.url));
const SEEDS = 3;
/** How often a disk is full before the job is let through. */
const FULL_TIMES = 2;
const AT_ONCE = 2;

interface Ended {
  readonly wasKilled: boolean;
  /** Codes of the errors, in order. */
  readonly errors: readonly string[];
  /** Steps of writing of the last time, which nothing broke off. */
  readonly steps: number;
}

let base: string;

beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'twin-faults-'));
  await makeLake(base);
});

afterAll(() => rmSync(base, { recursive: true, force: true }));

function work(folder: string, job: string, fault: 'kill' | 'full', steps: readonly number[]): Promise<Ended> {
  const child = spawn(process.execPath, ['--import', 'tsx', CHILD, folder, job, fault, steps.join()], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  let errors = '';
  child.stdout.on('data', (chunk) => {
    said += String(chunk);
  });
  child.stderr.on('data', (chunk) => {
    errors += String(chunk);
  });
  return new Promise((resolve, reject) => {
    child.on('close', (code, signal) => {
      if (signal === 'SIGKILL') resolve({ wasKilled: true, errors: [], steps: 0 });
      else if (code === 0) resolve({ wasKilled: false, ...(JSON.parse(said) as Omit<Ended, 'wasKilled'>) });
      else reject(new Error(errors));
    });
  });
}

async function onCopy<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'twin-fault-'));
  try {
    cpSync(base, folder, { recursive: true });
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Try {
  readonly fault: 'kill' | 'full';
  readonly steps: readonly number[];
}

function triesOf(steps: number): Try[] {
  if (process.env.LAKE_FAULTS === 'all') {
    const every = Array.from({ length: steps }, (_, at) => [at + 1]);
    return every.flatMap((one) => [
      { fault: 'kill', steps: one } as const,
      { fault: 'full', steps: one } as const,
    ]);
  }
  return Array.from({ length: SEEDS }, (_, seed): Try[] => {
    const random = new Xoshiro128(seed + 1);
    const step = (): number => 1 + Math.floor(random.nextFloat() * steps);
    return [
      { fault: 'kill', steps: [step()] },
      { fault: 'full', steps: Array.from({ length: FULL_TIMES }, step) },
    ];
  }).flat();
}

describe.each(Object.keys(LAKE_WORK))('%s, broken off', (job) => {
  it(`by kill -9 and by a full disk, ends as if it had not been (seeds 1 to ${SEEDS})`, {
    timeout: 1_800_000,
  }, async () => {
    const { straight, steps } = await onCopy(async (folder) => {
      const before = await onCopy(stateOf);
      const ended = await work(folder, job, 'full', []);
      const after = await stateOf(folder);
      expect(after.problems).toEqual([]);
      if (job !== 'prune' && job !== 'compact') expect(after.text).not.toBe(before.text);
      return { straight: after.text, steps: ended.steps };
    });
    let kills = 0;
    let full = 0;
    const breakOff = async ({ fault, steps: broken }: Try): Promise<void> => {
      await onCopy(async (folder) => {
        const when = `${fault} at ${broken} of ${steps}`;
        let ended = await work(folder, job, fault, broken);
        if (ended.wasKilled) {
          kills++;
          ended = await work(folder, job, fault, []);
        }
        full += ended.errors.length;
        for (const code of ended.errors) expect(code, when).toBe('DATA_LAKE');
        const { text, problems } = await stateOf(folder);
        expect(problems, when).toEqual([]);
        expect(text, when).toBe(straight);
      });
    };
    const tries = triesOf(steps);
    const worker = async (): Promise<void> => {
      for (let one = tries.shift(); one !== undefined; one = tries.shift()) await breakOff(one);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    expect(kills).toBeGreaterThanOrEqual(SEEDS);
    // Removing files does not need room, only the way there does.
    if (job !== 'prune') expect(full).toBeGreaterThanOrEqual(SEEDS);
  });
});
