import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jsonOf, startTwin, twin } from '../support/twin.ts';

const folder = mkdtempSync(join(tmpdir(), 'twin-cli-'));
const runs = join(folder, 'runs');
const scenarioPath = join(folder, 'short-day.yaml');

const SHORT_DAY = `
name: short-day
seed: 5
open: "09:30"
close: "09:40"
instruments:
  - { symbol: ACME, referencePrice: 100.00 }
  - { symbol: BOLT, referencePrice: 20.00 }
agents:
  - kind: randomFlow
    name: flow
    count: 20
    limitRates: [1.85, 1.51, 1.09, 0.88, 0.77]
    marketRate: 0.94
    cancelRates: [0.71, 0.81, 0.68, 0.56, 0.47]
    lots: [1, 2, 5]
`;

beforeAll(() => writeFileSync(scenarioPath, SHORT_DAY));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function runShortDay(...more: string[]): { run: string; digest: string; report: string; folder: string } {
  const result = twin('run', scenarioPath, '--runs', runs, '--json', ...more);
  expect(result.stderr).toBe('');
  expect(result.status).toBe(0);
  return jsonOf(result) as never;
}

describe('a run from the command line', () => {
  it('leaves manifest, journal, metrics and report, and verifies', () => {
    const { run, digest, report, folder: runFolder } = runShortDay();
    for (const name of ['manifest.json', 'events.bin', 'metrics.json', 'report.html']) {
      expect(existsSync(join(runFolder, name)), name).toBe(true);
    }
    expect(readFileSync(report, 'utf8')).toContain(digest);
    const verified = twin('verify', run, '--runs', runs, '--json');
    expect(verified.status).toBe(0);
    expect(jsonOf(verified)).toMatchObject({
      expected: digest,
      found: digest,
      journal: digest,
      isSame: true,
    });
  });

  it('gives the same digest for the same seed, another for another, and tells the difference', () => {
    const a = runShortDay();
    const b = runShortDay();
    const c = runShortDay('--seed', '6');
    expect(b.digest).toBe(a.digest);
    expect(c.digest).not.toBe(a.digest);
    const diff = jsonOf(twin('runs', 'diff', a.run, c.run, '--runs', runs, '--json'));
    expect(diff).toMatchObject({ hasSameDigest: false, config: [{ path: 'seed', a: 5, b: 6 }] });
    const same = jsonOf(twin('runs', 'diff', a.run, b.run, '--runs', runs, '--json'));
    expect(same).toMatchObject({ hasSameDigest: true, config: [], counts: [] });
  });

  it('lists and shows runs, for people and for scripts', () => {
    const { run } = runShortDay();
    expect(twin('runs', 'ls', '--runs', runs).stdout).toContain(run);
    const listed = jsonOf(twin('runs', 'ls', '--runs', runs, '--json')).runs as { id: string }[];
    expect(listed.at(-1)!.id).toBe(run);
    expect(JSON.parse(twin('runs', 'show', 'latest', '--runs', runs).stdout)).toMatchObject({
      id: run,
      status: 'finished',
    });
  });

  it('notices a journal that was changed afterwards', () => {
    const { run, folder: runFolder } = runShortDay();
    truncateSync(join(runFolder, 'events.bin'), 48_000);
    const verified = twin('verify', run, '--runs', runs);
    expect(verified.status).toBe(1);
    expect(verified.stderr).toContain('error RUNS_DAMAGED: the journal of a run is as it was written');
  });

  it('exports what is whole of a damaged journal and says so', () => {
    const { run, folder: runFolder } = runShortDay();
    appendFileSync(join(runFolder, 'events.bin'), Buffer.alloc(20));
    const exported = twin('export', run, '--to', 'csv', '--runs', runs);
    expect(exported.status).toBe(0);
    expect(exported.stderr).toContain('the journal ends damaged');
    expect(readFileSync(join(runFolder, 'events.csv'), 'utf8').split('\n').length).toBeGreaterThan(1000);
  });

  it('exports LOBSTER pairs that replay with every row equal and every execution matched', () => {
    const { run } = runShortDay();
    const exported = jsonOf(
      twin('export', run, '--to', 'lobster', '--levels', '5', '--runs', runs, '--json'),
    );
    const pairs = exported.exports as {
      symbol: string;
      messagePath: string;
      orderbookPath: string;
      rows: number;
    }[];
    expect(pairs.map((pair) => pair.symbol)).toEqual(['ACME', 'BOLT']);
    for (const { messagePath, orderbookPath, rows } of pairs) {
      const replayed = jsonOf(twin('replay', orderbookPath, messagePath, '--no-save', '--json'));
      expect(replayed).toMatchObject({ rows, rowsUnexplained: 0, executionsMissed: 0 });
      expect(replayed.executions).toBeGreaterThan(100);
    }
  });
});

describe('a run that is cut off', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'stops on %s, says so in its manifest, and can be read',
    async (signal) => {
      const long = join(folder, `long-${signal}.yaml`);
      writeFileSync(
        long,
        SHORT_DAY.replace('09:40', '15:30')
          .replace('short-day', 'long-day')
          .replace('count: 20', 'count: 500'),
      );
      const child = startTwin('run', long, '--runs', runs);
      let stderr = '';
      child.stderr!.on('data', (chunk) => {
        stderr += String(chunk);
        if (stderr.includes('20 %')) child.kill(signal);
      });
      const status = await new Promise((resolve) => child.on('exit', resolve));
      expect(status).toBe(130);
      const manifest = JSON.parse(twin('runs', 'show', 'latest', '--runs', runs).stdout);
      expect(manifest).toMatchObject({ name: 'long-day', status: 'interrupted' });
      expect(manifest.counts.records).toBeGreaterThan(1000);
      const exported = jsonOf(
        twin(
          'export',
          'latest',
          '--to',
          'jsonl',
          '--runs',
          runs,
          '--json',
          '--out',
          join(folder, `${signal}.jsonl`),
        ),
      );
      expect(exported).toMatchObject({ records: manifest.counts.records, tail: null });
    },
  );

  it('killed outright is listed as interrupted, and its journal is read up to the cut', async () => {
    const long = join(folder, 'killed.yaml');
    writeFileSync(
      long,
      SHORT_DAY.replace('09:40', '15:30')
        .replace('short-day', 'killed-day')
        .replace('count: 20', 'count: 500'),
    );
    const child = startTwin('run', long, '--runs', runs);
    child.stderr!.on('data', (chunk) => {
      if (String(chunk).includes('30 %')) child.kill('SIGKILL');
    });
    await new Promise((resolve) => child.on('exit', resolve));
    const entry = (
      jsonOf(twin('runs', 'ls', '--runs', runs, '--json')).runs as {
        name: string;
        status: string;
        id: string;
      }[]
    ).at(-1)!;
    expect(entry).toMatchObject({ name: 'killed-day', status: 'interrupted' });
    const exported = twin(
      'export',
      entry.id,
      '--to',
      'csv',
      '--runs',
      runs,
      '--json',
      '--out',
      join(folder, 'killed.csv'),
    );
    expect(jsonOf(exported).records).toBeGreaterThan(1000);
    const report = twin('report', entry.id, '--runs', runs);
    expect(report.status).toBe(0);
  });
});
