import { describe, expect, it } from 'vitest';
import { Evaluator } from './evaluator.ts';
import type { PointAnswer, PointTask } from './point-task.ts';

const task = (value: number): PointTask => ({ values: [value], seeds: [1], windows: 5 });
const answerOf = (value: number): PointAnswer => ({ moments: Float64Array.of(value), failure: null });

function parts(ask: (task: PointTask) => Promise<PointAnswer>, signal?: AbortSignal) {
  const kept = new Map<number, PointAnswer>();
  const seen: PointAnswer[] = [];
  return {
    kept,
    seen,
    evaluator: new Evaluator({
      pool: { ask },
      log: {
        find: ({ values }) => kept.get(values[0]!) ?? null,
        add: ({ values }, answer) => void kept.set(values[0]!, answer),
        sync: () => {},
      },
      signal,
      onAnswer: (answer) => seen.push(answer),
    }),
  };
}

describe('Evaluator', () => {
  it('asks for what is not known, once, and answers in order', async () => {
    const asked: number[] = [];
    const { evaluator, seen } = parts(async ({ values }) => {
      asked.push(values[0]!);
      return answerOf(values[0]!);
    });
    await evaluator.answers([task(1), task(2)]);
    const answers = await evaluator.answers([task(3), task(2), task(1)]);
    expect(answers.map(({ moments }) => moments?.[0])).toEqual([3, 2, 1]);
    expect([asked, evaluator.simulated, evaluator.found, seen.length]).toEqual([[1, 2, 3], 3, 2, 5]);
  });

  it('keeps a point that failed by itself, and tries one again whose thread broke', async () => {
    const answers: Record<number, PointAnswer> = {
      1: { moments: null, failure: 'too few' },
      2: { moments: null, failure: 'out of memory', isChance: true },
    };
    const { evaluator, kept } = parts(async ({ values }) => answers[values[0]!]!);
    await evaluator.answers([task(1), task(2)]);
    expect([...kept.keys()]).toEqual([1]);
    expect([...evaluator.failures]).toEqual([
      ['too few', 1],
      ['out of memory', 1],
    ]);
  });

  it('stops when it is told to, and keeps what was answered till then', async () => {
    const stop = new AbortController();
    const { evaluator, kept } = parts(async ({ values }) => {
      if (values[0] === 3) return new Promise(() => setTimeout(() => stop.abort(), 5));
      return answerOf(values[0]!);
    }, stop.signal);
    await expect(evaluator.answers([task(1), task(2), task(3)])).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect([...kept.keys()]).toEqual([1, 2]);
    await expect(evaluator.answers([task(4)])).rejects.toMatchObject({ name: 'AbortError' });
  });
});
