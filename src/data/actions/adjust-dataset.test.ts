import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Lake } from '../lake/lake.ts';
import { lineageOf } from '../lake/lineage.ts';
import { ingestRecords } from '../quality/lake-of-records.fixture.ts';
import { adjustDataset } from './adjust-dataset.ts';

const nsOf = (day: string): bigint => BigInt(Date.parse(`${day}T14:30:00Z`)) * 1_000_000n;
const bar = (day: string, close: number) =>
  ({
    symbol: 'ACME',
    tsEvent: nsOf(day),
    intervalS: 86_400,
    basis: 'trade',
    open: close,
    high: close,
    low: close,
    close,
    volume: 1000,
    adjusted: 'raw',
  }) as const;

let folder: string;
let lake: Lake;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'twin-adjust-'));
  lake = new Lake(folder);
  await ingestRecords(lake, 'bars', {
    bar: [
      bar('2024-01-01', 100),
      bar('2024-01-02', 102),
      bar('2024-01-03', 101.5),
      bar('2024-01-04', 51),
      bar('2024-01-05', 52),
    ],
  });
  await ingestRecords(lake, 'actions', {
    corporate_action: [
      { symbol: 'ACME', tsEvent: nsOf('2023-12-20'), kind: 'cashDividend', exDate: '2024-01-03', amount: 1 },
      {
        symbol: 'ACME',
        tsEvent: nsOf('2024-01-02'),
        kind: 'split',
        exDate: '2024-01-04',
        newShares: 2,
        oldShares: 1,
      },
    ],
  });
});

afterEach(() => {
  lake.close();
  rmSync(folder, { recursive: true, force: true });
});

async function closes(id: string): Promise<number[]> {
  const found: number[] = [];
  for await (const batch of lake.source([id]).read({ schema: 'bar' }))
    for (const { close } of batch.rows()) found.push(close);
  return found;
}

const request = { dataset: 'bars', actions: 'actions', mode: 'total', asOf: null, name: 'adjusted' } as const;

describe('an adjusted dataset', () => {
  it('T8.1-a has the adjusted closes, and leaves what was ingested as it is', async () => {
    expect(await adjustDataset(lake, request, 'test')).toEqual({
      dataset: 'adjusted',
      records: 5,
      actionsUsed: 2,
    });
    expect(await closes('adjusted')).toEqual([49.509803922, 50.5, 50.75, 51, 52]);
    expect(await closes('bars')).toEqual([100, 102, 101.5, 51, 52]);
    const [first] = await (async () => {
      for await (const batch of lake.source(['adjusted']).read({ schema: 'bar' })) return [...batch.rows()];
      return [];
    })();
    expect(first).toMatchObject({ volume: 2000, adjusted: 'total' });
  });

  it('knows only what was known: on the first day no split', async () => {
    await adjustDataset(lake, { ...request, mode: 'splits', asOf: '2024-01-01', name: 'then' }, 'test');
    expect(await closes('then')).toEqual([100, 102, 101.5, 51, 52]);
    await adjustDataset(lake, { ...request, mode: 'splits', asOf: '2024-01-02', name: 'later' }, 'test');
    expect(await closes('later')).toEqual([50, 51, 50.75, 51, 52]);
  });

  it('names its parents, and the same request is the same dataset', async () => {
    const one = await adjustDataset(lake, { ...request, name: null }, 'test');
    const two = await adjustDataset(lake, { ...request, name: null }, 'test');
    expect(two).toEqual(one);
    expect(lake.list()).toHaveLength(3);
    const { nodes } = lineageOf(lake, one.dataset);
    expect(
      nodes
        .filter(({ kind }) => kind === 'dataset')
        .map(({ id }) => id)
        .sort(),
    ).toEqual(['actions', one.dataset, 'bars'].sort());
  });

  it('keeps the venues of its parent apart', async () => {
    await ingestRecords(lake, 'two', { bar: [bar('2024-01-01', 100)] }, ['XNAS', 'XNYS']);
    await adjustDataset(lake, { ...request, mode: 'splits', dataset: 'two', name: 'both' }, 'test');
    expect(lake.dataset('both').parts.map(({ venue, rows }) => [venue, rows])).toEqual([
      ['XNAS', 1],
      ['XNYS', 1],
    ]);
    expect(await closes('both')).toEqual([50, 50]);
  });

  it('does not take the name of another dataset', async () => {
    await adjustDataset(lake, request, 'test');
    const other = adjustDataset(lake, { ...request, mode: 'splits' }, 'test');
    await expect(other).rejects.toMatchObject({
      code: 'DATA_REQUEST',
      message: expect.stringContaining('name=adjusted'),
    });
    await expect(adjustDataset(lake, { ...request, name: 'bars' }, 'test')).rejects.toThrow(/one dataset/);
  });

  it('refuses bars that are adjusted already, and datasets without what is needed', async () => {
    await adjustDataset(lake, request, 'test');
    await expect(
      adjustDataset(lake, { ...request, dataset: 'adjusted', mode: 'splits', name: 'twice' }, 'test'),
    ).rejects.toThrow(/as they traded/);
    await expect(
      adjustDataset(lake, { ...request, dataset: 'actions', name: 'x' }, 'test'),
    ).rejects.toMatchObject({ code: 'DATA_REQUEST' });
    await expect(
      adjustDataset(lake, { ...request, actions: 'bars', name: 'x' }, 'test'),
    ).rejects.toMatchObject({ code: 'DATA_REQUEST' });
    await expect(adjustDataset(lake, { ...request, asOf: '1.1.2024', name: 'x' }, 'test')).rejects.toThrow(
      /YYYY-MM-DD/,
    );
  });
});
