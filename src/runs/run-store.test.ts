import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../tests/support/temporary-folder.ts';
import { TwinError } from '../base/index.ts';
import { type RunInputs, RunStore, sha256OfJson } from './index.ts';

const INPUTS: RunInputs = {
  kind: 'simulation',
  name: 'Quiet day, 2 agents',
  config: { agents: [{ kind: 'maker', count: 2 }], durationS: 60 },
  seed: 42,
  dataIds: [{ path: 'day.csv', bytes: 12, sha256: 'ab'.repeat(32) }],
  epochNs: 1_340_251_200_000_000_000n,
};
const RESULT = { digest: '00112233aabbccdd', counts: { events: 1000 }, timings: { totalS: 1.5 } };

const root = temporaryFolder('store');
let folders = 0;
const freshStore = (): RunStore => new RunStore(join(root, `${++folders}`, 'runs'));
const indexOf = (store: RunStore): { runs: { id: string; status: string }[] } =>
  JSON.parse(readFileSync(join(store.folder, 'manifest.json'), 'utf8'));

function faultOf(act: () => unknown): TwinError {
  try {
    act();
  } catch (error) {
    if (error instanceof TwinError) return error;
    throw error;
  }
  throw new Error('a fault was expected');
}

function runChild(...args: string[]): Promise<number | null> {
  const script = fileURLToPath(new URL('../../tests/support/create-runs.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return new Promise((resolve) => child.once('exit', resolve));
}

describe('a run', () => {
  it('has a manifest with its inputs before it starts and with its results when it is finished', () => {
    const store = freshStore();
    const run = store.create(INPUTS);
    const started = store.load(run.id).manifest;
    expect(started).toMatchObject({
      id: run.id,
      kind: 'simulation',
      status: 'running',
      name: 'Quiet day, 2 agents',
      config: INPUTS.config,
      configSha256: sha256OfJson(INPUTS.config),
      seed: 42,
      dataIds: INPUTS.dataIds,
      epochNs: '1340251200000000000',
      nodeVersion: process.version,
      digest: null,
      endedAt: null,
      error: null,
    });
    expect(started.codeVersion.package).toMatch(/^\d+\.\d+\.\d+/);
    run.finish(RESULT);
    const finished = store.load(run.id).manifest;
    expect(finished).toMatchObject({ status: 'finished', ...RESULT });
    expect(Date.parse(finished.endedAt!)).toBeGreaterThanOrEqual(Date.parse(finished.createdAt));
    expect(run.path('events.bin')).toBe(join(run.folder, 'events.bin'));
    expect(indexOf(store).runs).toMatchObject([{ id: run.id, status: 'finished', digest: RESULT.digest }]);
  });

  it('keeps code, message and mend of what made it fail', () => {
    const store = freshStore();
    const run = store.create(INPUTS);
    run.fail(new TwinError('DATA_PAIR', 'two files fit', { rows: 3 }), { counts: { events: 7 } });
    const { manifest } = store.load('latest');
    expect(manifest.status).toBe('failed');
    expect(manifest.error).toMatchObject({ code: 'DATA_PAIR', message: 'two files fit: rows=3' });
    expect(manifest.error!.mend).toContain('orderbook file');
    expect(manifest.counts).toEqual({ events: 7 });
    const other = store.create(INPUTS);
    other.fail(new RangeError('odd'));
    expect(store.load(other.id).manifest.error).toMatchObject({ code: 'RangeError', message: 'odd' });
  });

  it('ends once', () => {
    const run = freshStore().create(INPUTS);
    run.interrupted();
    expect(() => run.finish(RESULT)).toThrow('a run ends once');
  });

  it('refuses a config or a result that JSON cannot say', () => {
    const store = freshStore();
    const fault = faultOf(() => store.create({ ...INPUTS, config: { a: [1, Number.NaN] } }));
    expect(fault.message).toContain('path=$.a[1]');
    expect(store.list()).toEqual([]);
    const run = store.create(INPUTS);
    expect(faultOf(() => run.finish({ ...RESULT, counts: { x: Number.POSITIVE_INFINITY } })).code).toBe(
      'RUNS_WRITE',
    );
    run.finish(RESULT);
    expect(store.load(run.id).manifest.status).toBe('finished');
  });

  it('has the same config hash whatever the order of its keys', () => {
    expect(sha256OfJson({ b: 1, a: { d: [1, 2], c: null } })).toBe(
      sha256OfJson({ a: { c: null, d: [1, 2] }, b: 1 }),
    );
    expect(sha256OfJson({ a: 1 })).not.toBe(sha256OfJson({ a: '1' }));
  });

  it('whose process was killed is interrupted', async () => {
    const store = freshStore();
    await runChild(store.folder, '1', 'leave');
    expect(store.list()).toMatchObject([{ status: 'interrupted' }]);
    expect(store.load('latest').manifest.status).toBe('interrupted');
    expect(indexOf(store).runs).toMatchObject([{ status: 'interrupted' }]);
  });

  it('of another host or of this process counts as running', () => {
    const store = freshStore();
    const run = store.create(INPUTS);
    expect(store.list()).toMatchObject([{ status: 'running' }]);
    const path = run.path('manifest.json');
    const away = {
      ...run.manifest,
      process: { pid: 999_999_999, host: `${hostname()}-other`, startedAt: null },
    };
    writeFileSync(path, JSON.stringify(away));
    expect(store.load(run.id).manifest.status).toBe('running');
    writeFileSync(
      path,
      JSON.stringify({ ...away, process: { ...run.manifest.process, startedAt: 'before' } }),
    );
    if (run.manifest.process.startedAt !== null) {
      expect(store.load(run.id).manifest.status).toBe('interrupted');
    }
  });
});

describe('a store of runs', () => {
  it('lists runs in the order in which they were made', () => {
    const store = freshStore();
    const ids = Array.from({ length: 20 }, () => store.create(INPUTS).id);
    expect(new Set(ids).size).toBe(20);
    expect([...ids].sort()).toEqual(ids);
    expect(store.list().map(({ id }) => id)).toEqual(ids);
    expect(store.load('latest').id).toBe(ids.at(-1));
  });

  it('finds a run by a unique start of its id', () => {
    const store = freshStore();
    const run = store.create(INPUTS);
    expect(store.load(run.id.slice(0, 12)).id).toBe(run.id);
    const other = store.create({ ...INPUTS, name: '../../etc' });
    expect(other.id).toMatch(/^\d{8}T\d{9}Z-etc-[0-9a-f]{6}$/);
    const ambiguous = faultOf(() => store.load(run.id.slice(0, 8)));
    expect(ambiguous.code).toBe('RUNS_NOT_FOUND');
    expect(ambiguous.message).toContain('unique start');
    expect(ambiguous.message).toContain(other.id);
    for (const id of ['', 'no-such-run', '../1'])
      expect(faultOf(() => store.load(id)).code).toBe('RUNS_NOT_FOUND');
    expect(faultOf(() => freshStore().load('latest')).code).toBe('RUNS_NOT_FOUND');
  });

  it('says which paths of two runs differ', () => {
    const store = freshStore();
    const a = store.create(INPUTS);
    a.finish(RESULT);
    const b = store.create({
      ...INPUTS,
      seed: 43,
      config: { agents: [{ kind: 'maker', count: 3 }], extra: true },
    });
    b.finish({ ...RESULT, digest: 'ffffffffffffffff', counts: { events: 900, trades: 4 } });
    const diff = store.diff(a.id, b.id);
    expect(diff.hasSameDigest).toBe(false);
    expect(diff.config).toEqual([
      { path: 'agents[0].count', a: 2, b: 3 },
      { path: 'durationS', a: 60, b: undefined },
      { path: 'extra', a: undefined, b: true },
    ]);
    expect(diff.inputs).toEqual([{ path: 'seed', a: 42, b: 43 }]);
    expect(diff.counts).toEqual([
      { path: 'events', a: 1000, b: 900 },
      { path: 'trades', a: undefined, b: 4 },
    ]);
    expect(diff.timings).toEqual([]);
    expect(store.diff(a.id, a.id)).toMatchObject({ hasSameDigest: true, config: [], inputs: [] });
    expect(store.diff(a.id, store.create(INPUTS).id).hasSameDigest).toBeNull();
  });

  it('rebuilds its list when it is missing, damaged or behind', () => {
    const store = freshStore();
    const first = store.create(INPUTS);
    const second = store.create(INPUTS);
    const path = join(store.folder, 'manifest.json');
    const spoils = [
      () => rmSync(path),
      () => writeFileSync(path, '{"runs": [{"id"'),
      () => writeFileSync(path, '{"runs": 7}'),
      () => writeFileSync(path, 'null'),
      () => rmSync(first.folder, { recursive: true }),
    ];
    for (const spoil of spoils) {
      spoil();
      expect(store.list().map(({ id }) => id)).toContain(second.id);
      expect(indexOf(store).runs.map(({ id }) => id)).toEqual(store.list().map(({ id }) => id));
    }
    expect(store.list()).toHaveLength(1);
    writeFileSync(path, 'damaged');
    const third = store.create(INPUTS);
    expect(indexOf(store).runs.map(({ id }) => id)).toEqual([second.id, third.id]);
  });

  it('lists a run whose manifest is damaged, with the reason, and goes on', () => {
    const store = freshStore();
    const run = store.create(INPUTS);
    const good = store.create(INPUTS);
    const spoils: [string, string][] = [
      ['{"id":', 'whole JSON'],
      ['{}', 'a manifest has'],
      [JSON.stringify({ ...run.manifest, manifestVersion: 99 }), 'version 1'],
    ];
    for (const [text, problem] of spoils) {
      writeFileSync(run.path('manifest.json'), text);
      expect(store.list()).toMatchObject([{ id: run.id, status: 'damaged' }, { id: good.id }]);
      expect(store.list()[0]!.problem).toContain(problem);
      expect(faultOf(() => store.load(run.id)).code).toBe('RUNS_DAMAGED');
    }
    rmSync(run.path('manifest.json'));
    expect(store.list()[0]!.status).toBe('damaged');
    mkdirSync(join(store.folder, 'not-a-run'));
    expect(store.list()).toHaveLength(2);
  });

  it('is not harmed by several processes at once', async () => {
    const store = freshStore();
    const codes = await Promise.all([1, 2, 3].map(() => runChild(store.folder, '15', 'finish')));
    expect(codes).toEqual([0, 0, 0]);
    const entries = store.list();
    expect(entries).toHaveLength(45);
    expect(entries.every(({ status }) => status === 'finished')).toBe(true);
    expect(indexOf(store).runs.map(({ id }) => id)).toEqual(entries.map(({ id }) => id));
    expect(readdirSync(store.folder).filter((name) => /tmp|lock|stale/.test(name))).toEqual([]);
  });

  it('breaks a lock whose owner is gone or that is too old', () => {
    const store = freshStore();
    store.create(INPUTS);
    const lock = join(store.folder, '.manifest.lock');
    writeFileSync(lock, JSON.stringify({ pid: 999_999_999, host: hostname(), startedAt: null }));
    expect(store.create(INPUTS).id).toBe(store.load('latest').id);
    writeFileSync(lock, 'half');
    utimesSync(lock, 1, 1);
    store.create(INPUTS);
    expect(existsSync(lock)).toBe(false);
  });

  it('never shows half a manifest, however often it is read while it is written', async () => {
    const store = freshStore();
    const children = Promise.all([
      runChild(store.folder, '40', 'finish'),
      runChild(store.folder, '40', 'finish'),
    ]);
    let isDone = false;
    void children.then(() => {
      isDone = true;
    });
    let reads = 0;
    while (!isDone) {
      const path = join(store.folder, 'manifest.json');
      if (existsSync(path)) {
        expect(Array.isArray(indexOf(store).runs)).toBe(true);
        reads++;
      }
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    expect(await children).toEqual([0, 0]);
    expect(reads).toBeGreaterThan(10);
  });

  it('says when its folder cannot be written', () => {
    const file = join(root, 'file');
    writeFileSync(file, '');
    const fault = faultOf(() => new RunStore(join(file, 'runs')).create(INPUTS));
    expect(fault.code).toBe('RUNS_WRITE');
    expect(fault.message).toContain('a part of the path is not a folder');
    expect(statSync(file).size).toBe(0);
  });
});
