import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Lake } from '../lake/lake.ts';
import { lineageOf, lineageText } from '../lake/lineage.ts';
import { lineageSvg } from '../lake/lineage-picture.ts';
import { compactDataset, findWaste, prune, verifyDataset } from '../lake/upkeep.ts';
import type { CanonicalRecord } from '../registry.ts';
import { HttpClient } from '../transport/http-client.ts';
import type { DataAdapter } from './adapter.ts';
import { PAGES, PagedVendor, recordsExpected, vendorServer } from './paged-vendor.fixture.ts';
import { runIngest } from './run-ingest.ts';
import { resolveRequest, vendorDataset, vendorTasks } from './vendor-ingest.ts';

const SYMBOLS = ['AAA', 'BBB', 'CCC'];

let folder: string;
let lake: Lake;
let server: Server;
let http: HttpClient;
let requests: string[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'twin-ingest-'));
  lake = new Lake(folder);
  requests = [];
  server = createServer(vendorServer(requests)).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  http = new HttpClient({ limits: { requests: 1000, perMs: 1000, concurrent: 4 }, retriesMax: 2 });
});

afterEach(async () => {
  lake.close();
  await http.close();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

function job(signal = new AbortController().signal, symbols = SYMBOLS) {
  const adapter = new PagedVendor(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const request = resolveRequest(adapter, { symbols, schemas: ['trade'], from: null, to: null, options: {} });
  const plan = adapter.plan(request);
  const head = vendorDataset(adapter, request, plan, null, 'test');
  const run = () => {
    lake.beginOnce(head);
    return runIngest(vendorTasks(adapter, plan, http, {}), {
      lake,
      dataset: head.id,
      maker: head.maker,
      mode: 'lenient',
      concurrent: 2,
      signal,
    });
  };
  return { id: head.id, run };
}

async function tradesOf(id: string): Promise<CanonicalRecord<'trade'>[]> {
  const records: CanonicalRecord<'trade'>[] = [];
  for await (const batch of lake.source([id]).read({ schema: 'trade' })) records.push(...batch.rows());
  return records;
}

describe('an ingest', () => {
  it('fetches every page, keeps what came, and can be read back in the order of time', async () => {
    const { id, run } = job();
    expect(await run()).toMatchObject({ skipped: 0, done: { length: 3 } });
    const trades = await tradesOf(id);
    expect(trades.map(({ symbol, sequence }) => `${symbol}${sequence}`)).toEqual(recordsExpected(SYMBOLS));
    expect(lake.list()).toMatchObject([
      { id, isComplete: true, rows: trades.length, symbols: 3, schemas: ['trade'] },
    ]);
    expect(lake.raw.list()).toHaveLength(3 * PAGES);
    expect(await verifyDataset(lake, id)).toEqual([]);
  });

  it('does nothing when it is asked for the same again', async () => {
    const first = job();
    await first.run();
    const before = readFileSync(join(folder, 'datasets', `${first.id}.ndjson`), 'utf8');
    const asked = requests.length;
    const again = job(undefined, ['CCC', 'AAA', 'BBB']);
    expect(again.id).toBe(first.id);
    expect(await again.run()).toMatchObject({ skipped: 3, done: [] });
    expect(requests).toHaveLength(asked);
    expect(readFileSync(join(folder, 'datasets', `${first.id}.ndjson`), 'utf8')).toBe(before);
  });

  it('goes on at the page where it was stopped', async () => {
    const stop = new AbortController();
    const { id, run } = job(stop.signal);
    server.on('request', () => {
      if (requests.length === 4) stop.abort();
    });
    await expect(run()).rejects.toThrow();
    const kept =
      [...lake.dataset(id).pages.values()].flat().length + [...lake.dataset(id).done.values()].length * PAGES;
    expect(kept).toBeGreaterThan(0);
    const asked = requests.length;
    await job().run();
    expect(requests.length - asked).toBe(3 * PAGES - kept);
    expect((await tradesOf(id)).map(({ symbol, sequence }) => `${symbol}${sequence}`)).toEqual(
      recordsExpected(SYMBOLS),
    );
  });

  it('sets bad records aside with their reasons, where they can be looked at', async () => {
    const { id, run } = job(undefined, ['BAD']);
    await run();
    const [task] = [...lake.dataset(id).done.values()];
    expect(task!.quarantined).toEqual({ 'not-a-number': 1, 'out-of-range': 1, 'unknown-type': 1 });
    const kept = JSON.parse(readFileSync(join(folder, 'quarantine', `${id}.ndjson`), 'utf8')) as {
      records: { reason: string; record: { sequence: number } | null }[];
    };
    expect(kept.records.map(({ reason }) => reason).sort()).toEqual([
      'not-a-number',
      'out-of-range',
      'unknown-type',
    ]);
    expect(kept.records.find(({ reason }) => reason === 'out-of-range')!.record).toMatchObject({ qty: -1 });
  });

  it('stops at a fault of the vendor, keeps what was done, and says what to mend', async () => {
    const { id, run } = job(undefined, ['AAA', 'FORBIDDEN']);
    await expect(run()).rejects.toMatchObject({ code: 'DATA_SECRET' });
    expect(lake.list()).toMatchObject([{ id, isComplete: false }]);
    await expect(job(undefined, ['AAA', 'FORBIDDEN']).run()).rejects.toMatchObject({ code: 'DATA_SECRET' });
  });

  it('tells where a record came from, as text and picture', async () => {
    const { id, run } = job(undefined, ['AAA']);
    await run();
    const graph = lineageOf(lake, id);
    expect(graph.nodes.map(({ kind }) => kind).sort()).toEqual(['dataset', 'raw', 'raw', 'raw', 'task']);
    expect(lineageText(graph, id)).toContain('page=2');
    expect(lineageSvg(graph, id)).toMatch(/^<svg.*<\/svg>\n$/s);
    const [trade] = await tradesOf(id);
    const [task] = [...lake.dataset(id).done.values()];
    const page = JSON.parse(new TextDecoder().decode(lake.raw.read(task!.raw[trade!.source]!.sha256))) as {
      results: { n: number }[];
    };
    expect(page.results[trade!.sourceIndex]!.n).toBe(trade!.sequence);
  });

  it('is held by one process at a time', async () => {
    const { id, run } = job();
    lake.begin({ ...(await headOf(id)), id });
    const release = lake.hold(id);
    await expect(run()).rejects.toMatchObject({
      code: 'DATA_REQUEST',
      message: expect.stringContaining('one process at a time'),
    });
    release();
    await run();
    // A lock whose process died is taken over.
    writeFileSync(
      join(folder, 'datasets', `${id}.lock`),
      JSON.stringify({ pid: 2 ** 22, host: 'elsewhere-not', startedAt: null }),
    );
    await expect(run()).rejects.toThrow(/one process/);
    rmSync(join(folder, 'datasets', `${id}.lock`));
  });
});

async function headOf(id: string) {
  const adapter = new PagedVendor('http://127.0.0.1:1');
  const request = resolveRequest(adapter, {
    symbols: SYMBOLS,
    schemas: ['trade'],
    from: null,
    to: null,
    options: {},
  });
  return vendorDataset(adapter, request, adapter.plan(request), id, 'test');
}

it('a request may call quotes by that word', () => {
  const vendor = new PagedVendor('http://127.0.0.1:1');
  const adapter = Object.assign(vendor as DataAdapter, { schemas: ['trade', 'bbo'] });
  const asked = { symbols: ['A'], schemas: ['trade', 'quote'], from: null, to: null, options: {} };
  expect(resolveRequest(adapter, asked).schemas).toEqual(['bbo', 'trade']);
});

describe('the upkeep of a lake', () => {
  it('finds files that were changed or lost', async () => {
    const { id, run } = job(undefined, ['AAA']);
    await run();
    const [part] = lake.dataset(id).parts;
    writeFileSync(join(folder, 'data', part!.path), 'x');
    lake.raw.remove([...lake.dataset(id).done.values()][0]!.raw[0]!.sha256);
    expect((await verifyDataset(lake, id)).map(({ problem }) => problem)).toEqual(['other bytes', 'missing']);
  });

  it('makes the catalogue anew from the files, and throws away a damaged one', async () => {
    const { id, run } = job();
    await run();
    const before = lake.list();
    lake.close();
    writeFileSync(
      join(folder, 'catalogue.db'),
      'this is no database, and it is long enough to be read as one'.repeat(40),
    );
    expect(lake.list()).toEqual(before);
    expect(before[0]!.id).toBe(id);
    expect(lake.catalogue.rebuild()).toBe(1);
    expect(lake.list()).toEqual(before);
  });

  it('lists a lake whose catalogue cannot be written', async () => {
    const { id, run } = job();
    await run();
    const before = lake.list();
    lake.close();
    rmSync(join(folder, 'catalogue.db'));
    // A folder in its place: nothing can be opened or written there, whoever the user is.
    mkdirSync(join(folder, 'catalogue.db'));
    expect(lake.list()).toEqual(before);
    expect((await tradesOf(id)).length).toBe(before[0]!.rows);
  });

  it('removes what no dataset needs, and nothing else', async () => {
    const a = job(undefined, ['AAA']);
    await a.run();
    const b = job(undefined, ['BBB']);
    await b.run();
    expect(findWaste(lake)).toEqual({ files: [], raw: [] });
    lake.remove(b.id);
    writeFileSync(join(folder, 'data', 'schema=trade', 'stray.parquet'), 'x');
    expect(findWaste(lake)).toMatchObject({
      files: [{ path: 'schema=trade/stray.parquet' }],
      raw: { length: PAGES },
    });
    prune(lake, { withRaw: true });
    expect(findWaste(lake)).toEqual({ files: [], raw: [] });
    expect(await verifyDataset(lake, a.id)).toEqual([]);
  });

  it('compacts the parts of a dataset without changing a record', async () => {
    const { id, run } = job();
    await run();
    const before = await tradesOf(id);
    // TWIN writes records of AAA too: two files of one symbol and day.
    const twin = job(undefined, ['AAA', 'TWIN']);
    await twin.run();
    const first = await tradesOf(twin.id);
    expect(lake.dataset(twin.id).parts.length).toBe(3);
    expect(await compactDataset(lake, twin.id)).toEqual({ before: 3, after: 2 });
    expect((await tradesOf(twin.id)).map(byId).sort()).toEqual(first.map(byId).sort());
    expect(await verifyDataset(lake, twin.id)).toEqual([]);
    expect(await tradesOf(id)).toEqual(before);
  });
});

function byId({ symbol, sequence, price, qty }: CanonicalRecord<'trade'>): string {
  return `${symbol} ${sequence} ${price} ${qty}`;
}
