/** A lake that was written when every schema had one version is read, asked, repaired and migrated as one of today. */

import {
  appendFileSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  compactDataset,
  findWaste,
  Lake,
  lineageOf,
  migrateDataset,
  prune,
  readmitRecords,
  SCHEMAS,
  setAsideOf,
  validateDataset,
  verifyDataset,
} from '../../src/data/index.ts';
import { ingestRecords } from '../../src/data/quality/lake-of-records.fixture.ts';
import { fieldsAt } from '../../src/data/schema/migrations.ts';
import { twin } from '../support/twin.ts';

/** Written by the program before `imbalance` had a second version: synthetic records of two symbols and two days. */
const OLD_LAKE = fileURLToPath(new URL('./lake-of-version-1', import.meta.url));
const START = 1_704_207_600_000_000_000n;
const SECOND = 1_000_000_000n;
const NEW_FIELDS = [
  'matchPrice',
  'shortSalePrice',
  'marketImbalanceQty',
  'unpairedQty',
  'unpairedSide',
  'auctionStatus',
  'isFrozen',
  'extensions',
  'variation',
] as const;

let folder: string;
let lake: Lake;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'twin-versions-'));
  cpSync(OLD_LAKE, folder, { recursive: true });
  lake = new Lake(folder);
});

afterEach(() => {
  lake.close();
  rmSync(folder, { recursive: true, force: true });
});

async function imbalances(ids: readonly string[] | null = ['auctions']) {
  const records = [];
  for await (const batch of lake.source(ids).read({ schema: 'imbalance' })) records.push(...batch.rows());
  return records;
}

const EXPECTED = [
  {
    symbol: 'AAA',
    referencePrice: 10.01,
    nearPrice: 10.02,
    farPrice: 9.99,
    pairedQty: 1000,
    imbalanceQty: 300,
    direction: 'buy',
    collarLow: 9.5,
    collarHigh: 10.5,
    tsAuction: START + 600n * SECOND,
    tsEvent: START,
  },
  { symbol: 'BBB', referencePrice: null, direction: 'insufficient', tsEvent: START + SECOND },
  {
    symbol: 'AAA',
    referencePrice: 10.02,
    pairedQty: 1300,
    direction: 'none',
    sequence: 7,
    tsRecv: START + 6n * SECOND,
  },
  {
    symbol: 'AAA',
    referencePrice: 1e-9,
    pairedQty: 0.5,
    imbalanceQty: 1e12,
    direction: 'sell',
    auction: 'closing',
  },
].map((record) => ({ ...record, ...Object.fromEntries(NEW_FIELDS.map((name) => [name, null])) }));

async function ingestNew(): Promise<void> {
  await ingestRecords(lake, 'new', {
    imbalance: [
      {
        symbol: 'AAA',
        tsEvent: START + 2n * SECOND,
        auction: 'closing',
        direction: 'paused',
        variation: 'L',
        isFrozen: true,
        unpairedQty: 5,
        unpairedSide: 'buy',
        matchPrice: '10.015',
      },
    ],
  });
}

function pathsOf(id: string): string[] {
  return lake.dataset(id).parts.map(({ path }) => join(folder, 'data', path));
}

function bytesOf(path: string): ArrayBuffer {
  const bytes = readFileSync(path);
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
}

describe('a lake of version 1', () => {
  it('has the columns that the steps say of version 1', () => {
    const paths = pathsOf('auctions').filter((path) => path.includes('schema=imbalance'));
    expect(paths).toHaveLength(3);
    for (const path of paths) {
      const [, ...columns] = parquetMetadata(bytesOf(path)).schema.map(({ name }) => name);
      expect(columns.sort()).toEqual(
        [...Object.keys(fieldsAt(SCHEMAS.imbalance, 1)), 'venue', 'date'].sort(),
      );
    }
  });

  it('is read as the present version', async () => {
    expect(await imbalances()).toMatchObject(EXPECTED);
  });

  it('is read in one order of time with files of the present version', async () => {
    await ingestNew();
    const both = await imbalances(null);
    expect(both.map(({ tsEvent }) => Number((tsEvent - START) / SECOND))).toEqual([0, 1, 2, 5, 86_400]);
    expect(both[2]).toMatchObject({
      direction: 'paused',
      variation: 'L',
      isFrozen: true,
      unpairedQty: 5,
      unpairedSide: 'buy',
      matchPrice: 10.015,
    });
    expect(both.filter(({ variation }) => variation === null)).toHaveLength(4);
  });

  it('is asked in SQL together with files of the present version', async () => {
    await ingestNew();
    const duck = await lake.openSql(null);
    const reader = await duck.connection.runAndReadAll(
      'SELECT count(*), count(variation), count(referencePrice), min(venue), count(DISTINCT date) FROM imbalance',
    );
    const columns = await duck.connection.runAndReadAll('DESCRIBE imbalance');
    duck.close();
    expect(reader.getRows()[0]!.map(String)).toEqual(['5', '1', '3', 'TEST', '2']);
    expect(
      columns
        .getRows()
        .map(([name]) => name)
        .sort(),
    ).toEqual([...Object.keys(SCHEMAS.imbalance.fields), 'venue', 'date'].sort());
  });

  it('is checked, and its records that were set aside go back as the present version', async () => {
    expect((await validateDataset(lake, 'auctions')).report.records).toBe(5);
    expect(setAsideOf(lake, 'auctions')).toMatchObject([
      { version: 2, record: { pairedQty: -1, variation: null } },
    ]);
    const request = { dataset: 'auctions', reasons: [], set: { pairedQty: '1', variation: 'A' } };
    expect(await readmitRecords(lake, request)).toEqual({ readmitted: 1, before: 0, left: {} });
    expect((await imbalances()).find(({ variation }) => variation === 'A')).toMatchObject({
      symbol: 'BBB',
      referencePrice: 5,
      pairedQty: 1,
    });
    expect(new Set(lake.dataset('auctions').parts.map(({ schemaVersion }) => schemaVersion))).toEqual(
      new Set([1, 2]),
    );
  });

  it('is compacted into files of the present version', async () => {
    await ingestNew();
    appendFileSync(
      join(folder, 'datasets', 'auctions.ndjson'),
      `${JSON.stringify({ line: 'replace', why: 'joined', at: '', removed: [], added: lake.dataset('new').parts })}\n`,
    );
    expect(await compactDataset(lake, 'auctions')).toEqual({ before: 5, after: 4 });
    expect(await imbalances()).toHaveLength(5);
    expect((await imbalances()).filter(({ variation }) => variation === 'L')).toHaveLength(1);
  });
});

describe('migrating a dataset', () => {
  it('writes its old files anew, once, and changes no record', async () => {
    const before = await imbalances();
    const lineage = lineageOf(lake, 'auctions');
    const old = pathsOf('auctions');
    expect(await migrateDataset(lake, 'auctions')).toEqual({
      files: 4,
      migrated: 3,
      from: { imbalance: [1] },
    });
    expect(await imbalances()).toEqual(before);
    expect(
      lake
        .dataset('auctions')
        .parts.map(({ schema, schemaVersion, task, rows }) => [schema, schemaVersion, task, rows]),
    ).toEqual([
      ['bar', 1, 'TEST', 1],
      ['imbalance', 2, 'TEST', 2],
      ['imbalance', 2, 'TEST', 1],
      ['imbalance', 2, 'TEST', 1],
    ]);
    expect(lineageOf(lake, 'auctions')).toEqual(lineage);
    expect(await verifyDataset(lake, 'auctions')).toEqual([]);
    expect(findWaste(lake).files).toEqual([]);
    expect(pathsOf('auctions').filter((path) => !old.includes(path))).toHaveLength(3);
    expect(await migrateDataset(lake, 'auctions')).toEqual({ files: 4, migrated: 0, from: {} });
  });

  it('gives files that another reader sees as version 2', async () => {
    await migrateDataset(lake, 'auctions');
    const path = pathsOf('auctions').find((one) => one.includes('symbol=AAA/date=2024-01-02'))!;
    const file = bytesOf(path);
    const notes = Object.fromEntries(
      (parquetMetadata(file).key_value_metadata ?? []).map(({ key, value }) => [key, value]),
    );
    expect(notes).toMatchObject({
      'twin.schema': 'imbalance',
      'twin.version': '2',
      'twin.dataset': 'auctions',
      'twin.task': 'TEST',
      'twin.maker': 'given 1',
    });
    const rows = await parquetReadObjects({ file, compressors });
    expect(
      rows.map(({ referencePrice, variation, venue, direction }) => [
        Math.round(Number(referencePrice) * 1e9),
        variation,
        venue,
        direction,
      ]),
    ).toEqual([
      [10_010_000_000, null, 'TEST', 'buy'],
      [10_020_000_000, null, 'TEST', 'none'],
    ]);
    expect(Object.keys(rows[0]!).sort()).toEqual(
      [...Object.keys(SCHEMAS.imbalance.fields), 'venue', 'date'].sort(),
    );
  });

  it('is a command', () => {
    const command = ['data', 'migrate', 'auctions', '--lake', folder];
    const first = twin(...command, '--json');
    expect(JSON.parse(first.stdout)).toEqual({
      dataset: 'auctions',
      files: 4,
      migrated: 3,
      from: { imbalance: [1] },
    });
    expect(twin(...command)).toMatchObject({
      status: 0,
      stdout: 'all 4 files are of the present versions\n',
    });
  });

  it('changes nothing when a file cannot be read', async () => {
    const [path] = pathsOf('auctions').filter((one) => one.includes('date=2024-01-03'));
    writeFileSync(path!, 'no Parquet');
    const journal = readFileSync(join(folder, 'datasets', 'auctions.ndjson'), 'utf8');
    await expect(migrateDataset(lake, 'auctions')).rejects.toMatchObject({ code: 'DATA_LAKE' });
    expect(readFileSync(join(folder, 'datasets', 'auctions.ndjson'), 'utf8')).toBe(journal);
    expect(findWaste(lake).files).toEqual([]);
    expect(readdirSync(join(folder, 'datasets'))).toEqual(['auctions.ndjson']);
  });
});

describe('a dataset of a newer program', () => {
  function rewrite(from: string, to: string): void {
    const path = join(folder, 'datasets', 'auctions.ndjson');
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll(from, to));
  }

  it.each([
    [
      'a version of a schema',
      '"schema":"bar","schemaVersion":1',
      '"schema":"bar","schemaVersion":9',
      { schema: 'bar', version: 9, known: 1 },
    ],
    ['a schema', '"schema":"bar"', '"schema":"yield_curve"', { schema: 'yield_curve', known: 'none' }],
  ])('that knows %s more is refused, and stays', async (_name, from, to, details) => {
    rewrite(from, to);
    const refused = { code: 'DATA_NEWER', details };
    expect(() => lake.source(['auctions'])).toThrow(expect.objectContaining({ code: 'DATA_NEWER' }));
    await expect(lake.openSql(null)).rejects.toMatchObject(refused);
    await expect(migrateDataset(lake, 'auctions')).rejects.toMatchObject(refused);
    await expect(validateDataset(lake, 'auctions')).rejects.toMatchObject(refused);
    expect(lake.list()).toMatchObject([{ id: 'auctions', rows: 5, problem: null }]);
    expect(prune(lake, { withRaw: true })).toEqual({ files: [], raw: [] });
    expect(await verifyDataset(lake, 'auctions')).toEqual([]);
  });

  it('with a journal of another make is refused, and nothing of it is waste', () => {
    const { sha256 } = lake.raw.put(Buffer.from('an answer'), 'somewhere', 'text/plain');
    rewrite('{"line":"head","version":1', '{"line":"head","version":2');
    expect(() => lake.dataset('auctions')).toThrow(expect.objectContaining({ code: 'DATA_NEWER' }));
    expect(lake.list()).toMatchObject([{ id: 'auctions', problem: expect.stringContaining('version') }]);
    expect(prune(lake, { withRaw: true })).toEqual({ files: [], raw: [] });
    expect(lake.raw.find(sha256)).not.toBeNull();
  });

  it('with records set aside of a newer version leaves them there', async () => {
    const path = join(folder, 'quarantine', 'auctions.ndjson');
    writeFileSync(path, readFileSync(path, 'utf8').replace('"reason"', '"version":9,"reason"'));
    const request = { dataset: 'auctions', reasons: [], set: { pairedQty: '1' } };
    expect(await readmitRecords(lake, request)).toEqual({
      readmitted: 0,
      before: 0,
      left: { 'a newer version of the program set it aside': 1 },
    });
  });
});
