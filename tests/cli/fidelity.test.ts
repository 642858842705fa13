/** `twin fidelity`, as a user types it, on two small runs. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { flowScenario } from '../support/flow-scenario.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { jsonOf, twin } from '../support/twin.ts';

const folder = temporaryFolder('fidelity-cli');
const runs = join(folder, 'runs');
const places = ['--runs', runs, '--lake', join(folder, 'lake')];
const ids: string[] = [];

beforeAll(() => {
  const seeds = [
    [0.94, 3],
    [0.94, 4],
    [1.4, 5],
  ] as const;
  seeds.forEach(([rate, seed], i) => {
    const path = join(folder, `flow-${i}.yaml`);
    writeFileSync(path, flowScenario({ marketRate: rate }));
    ids.push(
      (jsonOf(twin('run', path, '--seed', String(seed), '--runs', runs, '--json')) as { run: string }).run,
    );
  });
}, 120_000);

function json(...args: readonly string[]): Record<string, unknown> {
  const result = twin('fidelity', ...args, ...places, '--json');
  expect(result.stderr).toBe('');
  expect(result.status).toBe(0);
  return jsonOf(result) as Record<string, unknown>;
}

describe('twin fidelity', () => {
  it('scores a run against another, with a baseline, and draws a page that needs nothing else', {
    timeout: 120_000,
  }, () => {
    const page = join(folder, 'score.html');
    const [real, sim, baseline] = ids as [string, string, string];
    const score = json(
      ...['score', '--real', `run:${real}`, '--sim', sim, '--baseline', baseline],
      ...['--draws', '40', '--report', page],
    );
    for (const key of ['windows', 'meanL1', 'meanW1', 'floorL1', 'floorW1', 'baselineL1', 'baselineW1']) {
      expect(score[key], key).toBeGreaterThan(0);
    }
    expect(score.fidelityIndex).toEqual(expect.any(Number));
    expect(score.worstFamily).toEqual(expect.any(String));
    expect(score.discriminatorAuc).toEqual(expect.any(Number));
    const metrics = score.metrics as Record<string, unknown>[];
    expect(metrics).toHaveLength(29);
    for (const metric of metrics) {
      for (const key of ['name', 'l1', 'w1', 'floorL1', 'floorW1', 'low', 'high'])
        expect(metric).toHaveProperty(key);
    }
    expect(score.meanL1 as number).toBeLessThan(score.baselineL1 as number);
    const text = readFileSync(page, 'utf8');
    expect(text.includes('default-src &#39;none&#39;')).toBe(true);
    expect(text.match(/<polyline/g)!.length).toBeGreaterThan(20);
    for (const { name } of metrics) expect(text.includes(String(name)), String(name)).toBe(true);
    expect(/<script|https?:\/\//.test(text)).toBe(false);
    expect(/NaN|undefined|Infinity/.test(text)).toBe(false);
  });

  it('prints a table for people', { timeout: 60_000 }, () => {
    const { status, stdout } = twin(
      ...['fidelity', 'score', '--real', ids[0]!, '--sim', ids[1]!, '--draws', '0', ...places],
    );
    expect(status).toBe(0);
    expect(stdout).toMatch(/^ 1 {2}spread /m);
    expect(stdout).toContain('index      none: needs --baseline');
    expect(stdout).toMatch(/trees, 500 messages +\d+ +0\.\d+/);
  });

  it('evaluates a twin that is fitted to half of a run and goes on from there', { timeout: 120_000 }, () => {
    const page = join(folder, 'twin.html');
    const evaluated = json('evaluate', '--data', ids[0]!, '--windows', '6', '--draws', '0', '--report', page);
    expect(evaluated).toMatchObject({
      symbol: 'ACME',
      windows: 6,
      alignedBy: 'fork',
      sim: 'flow twin, seed 1',
    });
    for (const key of ['meanL1', 'meanW1', 'floorL1', 'floorW1', 'baselineL1', 'baselineW1'])
      expect(evaluated[key], key).toBeGreaterThan(0);
    expect(evaluated.fit).toMatchObject({ taken: expect.any(Number), spectralRadius: expect.any(Number) });
    expect(readFileSync(page, 'utf8')).toContain('Windows were paired by the book that they went on from.');
    const short = twin('fidelity', 'evaluate', '--data', ids[0]!, '--to', '09:32', ...places);
    expect([short.status, short.stdout]).toEqual([2, '']);
    expect(short.stderr).toMatch(/FIDELITY_INPUT|CALIBRATION_DATA/);
  });

  it('measures impact in forks of a run, with a model of a file, and draws a page', {
    timeout: 240_000,
  }, () => {
    const page = join(folder, 'impact.html');
    const model = join(folder, 'flow-model.yaml');
    const fitted = twin(
      ...['calibrate', 'flow', '--data', ids[0]!, '--to', '09:40', '--out', model, '--runs', runs, '--json'],
    );
    expect([fitted.stderr, fitted.status]).toEqual(['', 0]);
    const found = json('impact', '--data', ids[0]!, '--model', model, '--forks', '2', '--html', page);
    expect(found).toMatchObject({ symbol: 'ACME', forks: 2, grid: 'default', html: page });
    expect(readFileSync(model, 'utf8')).toContain(`latentLots: ${found.latentLots}`);
    // Per fork: the market alone, two sides and a round trip of five sizes, and one order that is cancelled.
    expect(found.paths).toBe(2 * (1 + 5 * 3 + 1));
    const cells = found.cells as { schedule: string; participation: number; traded: number; error: number }[];
    expect(cells.map(({ schedule }) => schedule)).toEqual([
      ...Array(5).fill('pov'),
      ...Array(5).fill('twap'),
    ]);
    for (const { schedule, participation, traded } of cells) {
      expect(traded).toBeGreaterThan(0);
      expect(traded).toBeLessThanOrEqual(1.01 * participation);
      if (schedule === 'twap' && participation < 0.01) expect(traded).toBeGreaterThan(0.9 * participation);
    }
    expect((found.relaxation as unknown[]).length).toBe(7);
    expect((found.roundTrips as unknown[]).length).toBe(10);
    expect(Object.keys(found.verdict as object)).toHaveLength(5);
    const text = readFileSync(page, 'utf8');
    expect(text).toContain('Cost of round trips');
    expect(/<script|https?:\/\/|NaN|undefined|Infinity/.test(text)).toBe(false);
  });

  it('floor, facts, discriminate, transfer', { timeout: 120_000 }, () => {
    const floor = json('floor', '--real', ids[0]!);
    expect(floor).toMatchObject({ symbol: 'ACME', excludedWindows: {} });
    expect(floor.meanL1).toBeGreaterThan(0);
    expect((floor.random as unknown[]).length).toBeGreaterThan(0);
    const facts = json('facts', '--real', ids[0]!) as { facts: { number: number | null }[] };
    const numbers = facts.facts.flatMap(({ number }) => (number === null ? [] : [number]));
    expect(numbers).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    const told = json('discriminate', '--real', ids[0]!, '--sim', ids[2]!) as {
      discrimination: { results: { auc: number }[] }[];
    };
    expect(told.discrimination.at(-1)!.results[0]!.auc).toBeGreaterThan(0.6);
    const transfer = json('transfer', '--real', ids[0]!, '--sim', ids[1]!) as {
      results: { transfer: number }[];
    };
    expect(transfer.results.map(({ transfer: share }) => share > 0.5)).toEqual([true, true, true]);
  });

  it.each([
    [['floor', '--real', 'nothing'], 'RUNS_NOT_FOUND'],
    [['floor', '--real', 'latest', '--from', '15:00'], 'FIDELITY_INPUT'],
    [['floor', '--real', 'latest', '--window', '100000'], 'FIDELITY_INPUT'],
    [['floor', '--real', 'latest', '--from', '25:00'], 'hh:mm'],
    [['score', '--real', 'latest'], '--sim'],
    [['impact', '--data', 'latest', '--forks', '1'], 'forks are 2 or more'],
    [['impact', '--data', 'latest', '--grid', 'wide'], 'default or full'],
    [['impact', '--data', 'latest', '--model', 'no-such.yaml'], 'no-such.yaml'],
    [['evaluate', '--data', 'latest', '--design', 'E'], 'Allowed choices are A, B, D'],
    [['evaluate', '--data', 'latest', '--design', 'D', '--windows', '6'], 'windows is of design A'],
    [['evaluate', '--data', 'latest', '--design', 'B', '--split', '15:00'], 'a split has messages'],
  ])('%j is refused with a reason', (args, reason) => {
    const { status, stderr } = twin('fidelity', ...args, ...places);
    expect(status).toBe(2);
    expect(stderr).toContain(reason);
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});
