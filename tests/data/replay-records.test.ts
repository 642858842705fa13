/** A replay of the records of a dataset says what a replay of the recording behind it says: books, sessions, digest. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  compactDataset,
  Lake,
  MBO_ADD,
  MBO_FILL,
  MBO_FLAG_LAST,
  MBO_REDUCE,
  MBO_TRADE,
  type SchemaName,
} from '../../src/data/index.ts';
import { derive } from '../../src/data/lake/derive.ts';
import type { ReplayMode, ReplayResult } from '../../src/replay/index.ts';
import { RunStore } from '../../src/runs/index.ts';
import {
  ingestFiles,
  type ReplayConfig,
  replayOnly,
  replayToRun,
  verifyRun,
} from '../../src/services/index.ts';
import { dbnFile, dbnStatus, dbnVenueFile } from '../support/dbn-files.ts';
import {
  add,
  at,
  cross,
  deleted,
  executed,
  executedAt,
  hiddenTrade,
  type ItchBody,
  itchBytes,
  ofMsft,
  operationalHalt,
  replaced,
  systemEvent,
  tradingAction,
} from '../support/itch-day.ts';
import { faultOf } from '../support/replay-pairs.ts';
import { sharedFile } from '../support/shared-data.ts';

const LOBSTER = sharedFile('data/lobster/AAPL_2012-06-21_34200000_37800000_message_50.csv.gz');
const ITCH = sharedFile('data/itch/ritch/ex20101224.TEST_ITCH_50.gz');
const ES = ['20231224', '20231225'].map((date) =>
  sharedFile(`data/dbn/nautilus/esh4-glbx-mdp3-${date}.mbo.dbn.zst`),
);
const PITCH = sharedFile('data/pitch/pitch_example_data.gz');
const COINBASE = sharedFile('data/crypto/coinbase/full_channel_2017-06-25.ndjson');
const BITSTAMP = sharedFile('data/crypto/bitstamp/orders_2015-05-01.csv.gz');
const CME = sharedFile('data/cme/pcap/Cme/Mdp3.Sbe.v1.9/MdIncrementalRefreshOrderBook.pcap');
const MODES: readonly ReplayMode[] = ['rebuild', 'match'];

let folder: string;
let lake: Lake;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'twin-records-'));
  lake = new Lake(join(folder, 'lake'));
});

afterEach(() => {
  lake.close();
  rmSync(folder, { recursive: true, force: true });
});

async function ingest(paths: readonly string[], options: Record<string, string> = {}): Promise<string> {
  const places = { lake, store: new RunStore(join(folder, 'runs')), environment: {} };
  return (
    await ingestFiles(
      { paths, format: null, options, name: null },
      { mode: 'lenient', isChecked: false },
      places,
    )
  ).dataset;
}

function configOf(dataset: string, more: Partial<ReplayConfig> = {}): ReplayConfig {
  return {
    paths: [`dataset:${dataset}`],
    lake: lake.layout.folder,
    mode: 'match',
    strictness: 'lenient',
    ...more,
  };
}

/** What both ways have to agree on: all but the words for the source and what only one of them can know. */
function comparable(result: ReplayResult) {
  const { format, files, seconds, remarks, quarantine, epochNs, missedExamples, ...rest } = result;
  return { ...rest, quarantined: quarantine.byReason, missed: missedExamples.length };
}

async function bothWays(dataset: string, mode: ReplayMode) {
  const recording = await replayOnly(configOf(dataset, { mode, from: 'recording' }));
  const records = await replayOnly(configOf(dataset, { mode, from: 'records' }));
  expect(records.format).toBe('records');
  expect(comparable(records)).toEqual(comparable(recording));
  return records;
}

describe('a replay from records is that of the recording', () => {
  it.skipIf(LOBSTER === null).each(MODES)('LOBSTER, an hour of AAPL, %s', async (mode) => {
    const result = await bothWays(await ingest([LOBSTER!]), mode);
    expect(result.rows).toBe(91_997);
    expect(result.executions).toBe(4067);
  });

  it.skipIf(ITCH === null).each(MODES)('ITCH, a file with orders that it does not open, %s', async (mode) => {
    const result = await bothWays(await ingest([ITCH!]), mode);
    expect(result.symbols).toEqual(['BOB', 'CHAR', 'ALC']);
    expect(result.eventRecords).toBeGreaterThan(10_000);
  });

  it.skipIf(ES.includes(null)).each(MODES)(
    'DBN, two days whose second begins with a snapshot of older orders, %s',
    { timeout: 60_000 },
    async (mode) => {
      const result = await bothWays(await ingest(ES as string[]), mode);
      expect(result.crossed!.events).toBe(891);
      expect(result.books).toMatchObject([{ symbol: 'ESH4', bestBid: '4810.00', liveOrders: 11_217 }]);
    },
  );

  it.skipIf(ES.includes(null))('DBN, two datasets in any order', { timeout: 60_000 }, async () => {
    const [first, second] = [await ingest([ES[0]!]), await ingest([ES[1]!])];
    const config = { mode: 'rebuild', from: 'records' } as const;
    const together = await replayOnly(configOf(await ingest(ES as string[]), config));
    const apart = await replayOnly(
      configOf('', { ...config, paths: [`dataset:${second}`, `dataset:${first}`] }),
    );
    expect(apart.digest).toBe(together.digest);
  });
});

const imbalance = (direction: 'B' | 'P'): ItchBody => ({
  type: 'I',
  pairedShares: 6000n,
  imbalanceShares: 1000n,
  imbalanceDirection: direction,
  stock: 'AAPL',
  farPriceE4: 500_800,
  nearPriceE4: 0,
  referencePriceE4: 500_500,
  crossType: 'C',
  priceVariation: 'L',
});

/** A day on which the venue says all that it can say. */
const SESSION_DAY: readonly ItchBody[] = [
  at('03:00:00', systemEvent('O')),
  at('04:00:00', systemEvent('S')),
  at('04:00:01', {
    type: 'V',
    stockLocate: 0,
    level1E8: 400_000_000_000n,
    level2E8: 380_000_000_000n,
    level3E8: 350_000_000_000n,
  }),
  at('08:00:00', tradingAction('T')),
  at('08:00:00', ofMsft(tradingAction('T', '', 'MSFT'))),
  at('09:00:00', { type: 'Y', stock: 'AAPL', regShoAction: '1' }),
  at('09:29:00', add(1, 'B', 300, 50.05)),
  at('09:29:01', add(2, 'S', 200, 50.05)),
  at('09:29:50', imbalance('B')),
  at('09:29:55', imbalance('P')),
  at('09:30:00', systemEvent('Q')),
  at('09:30:00', cross(200, 50.05, 'O')),
  at('09:30:00', executedAt(1, 200, 50.05, 'N')),
  at('09:30:00', executedAt(2, 200, 50.05, 'N')),
  at('09:31:00', ofMsft(add(3, 'S', 100, 25.01, 'MSFT'))),
  at('10:00:00', tradingAction('P', 'LUDP')),
  at('10:00:01', hiddenTrade(50, 50.04)),
  at('10:04:00', {
    type: 'J',
    stock: 'AAPL',
    collarReferencePriceE4: 500_500,
    upperCollarPriceE4: 520_000,
    lowerCollarPriceE4: 480_000,
    collarExtension: 1,
  }),
  at('10:05:00', tradingAction('T')),
  at('10:06:00', executed(1, 40)),
  at('10:07:00', operationalHalt('H')),
  at('10:08:00', operationalHalt('T')),
  at('11:00:00', { type: 'W', stockLocate: 0, breachedLevel: '1' }),
  at('11:15:00', ofMsft(tradingAction('T', 'MWCQ', 'MSFT'))),
  at('11:20:00', replaced(1, 9, 500, 50.01)),
  at('16:00:00', systemEvent('M')),
  at('16:00:00', cross(0, 0, 'C')),
  at('16:01:00', deleted(9)),
  at('20:00:00', systemEvent('E')),
  at('20:05:00', systemEvent('C')),
];

describe('what a venue says besides orders', () => {
  it.each(MODES)('comes back out of its records at its place, %s', async (mode) => {
    const path = join(folder, 'day.itch');
    writeFileSync(path, itchBytes(SESSION_DAY));
    const dataset = await ingest([path], { date: '2024-01-03' });
    const result = await bothWays(dataset, mode);
    const kinds = result.sessions.symbols.map(({ transitionCount, crossCount, imbalanceCount }) => [
      transitionCount > 3,
      crossCount,
      imbalanceCount,
    ]);
    expect(kinds).toEqual([
      [true, 2, 2],
      [true, 0, 0],
    ]);
    expect(result.sessions.declineLevels).toEqual(['4000.00', '3800.00', '3500.00']);
    expect(result.sessions.market.map(({ event }) => event)).toContain('breachOfLevel1');
  });
});

describe('status of DBN in a dataset of its own', () => {
  it.each(MODES)('is heard beside the orders of another, %s', async (mode) => {
    const row = { side: 0, id: 1, price: 100e9, flags: MBO_FLAG_LAST };
    const orders = dbnFile([
      { ...row, action: MBO_ADD, qty: 5 },
      { ...row, action: MBO_TRADE, side: 1, id: 0, qty: 2, flags: 0 },
      { ...row, action: MBO_FILL, qty: 2, flags: 0 },
      { ...row, action: MBO_REDUCE, qty: 2 },
      { ...row, action: MBO_ADD, id: 2, price: 99e9, qty: 1 },
    ]);
    const status = dbnVenueFile('status', [
      dbnStatus({ action: 7, atSeconds: 0.5 }),
      dbnStatus({ action: 8, reason: 30, atSeconds: 2.5 }),
      dbnStatus({ action: 7, reason: 31, atSeconds: 3.5 }),
    ]);
    const files = [join(folder, 'orders.dbn'), join(folder, 'status.dbn')];
    writeFileSync(files[0]!, orders);
    writeFileSync(files[1]!, status);
    const ids = [await ingest([files[1]!]), await ingest([files[0]!])];
    const records = await replayOnly(
      configOf('', { mode, from: 'records', paths: ids.map((id) => `dataset:${id}`) }),
    );
    const recording = await replayOnly(configOf('', { mode, paths: files }));
    expect(comparable(records)).toEqual(comparable(recording));
    expect(records.sessions.symbols).toMatchObject([{ transitionCount: 3, executionsNotContinuous: 1 }]);
  });
});

describe('datasets of which no recording is replayed', () => {
  it.skipIf(PITCH === null)('PITCH: every execution hits the order that Cboe reported', async () => {
    const result = await replayOnly(configOf(await ingest([PITCH!], { date: '2013-01-02' })));
    expect([result.format, result.executions, result.executionsMatched]).toEqual(['records', 20, 20]);
    expect(result.books.find(({ symbol }) => symbol === 'SPY')).toMatchObject({
      bestBid: '142.59',
      bestAsk: '142.60',
    });
  });

  it.skipIf(COINBASE === null)('Coinbase full: lots are fractions of a coin', async () => {
    const run = await replayToRun(configOf(await ingest([COINBASE!])), new RunStore(join(folder, 'runs')));
    expect(run.result.books).toMatchObject([
      { symbol: 'BTC-USD', tickSize: '0.01', lotSize: '0.000001', bestBid: '2593.25' },
      { symbol: 'ETH-USD', tickSize: '0.01', lotSize: '0.000001' },
    ]);
  });

  it.skipIf(BITSTAMP === null)('Bitstamp: orders by number', async () => {
    const result = await replayOnly(
      configOf(await ingest([BITSTAMP!], { symbol: 'btcusd' }), { mode: 'rebuild' }),
    );
    expect(result.rows).toBe(50_414);
    expect(result.books).toMatchObject([{ symbol: 'btcusd', bestBid: '235.45', bestAsk: '235.71' }]);
  });

  it.skipIf(CME === null)('CME, orders of MDP 3.0', async () => {
    const result = await replayOnly(configOf(await ingest([CME!])));
    expect(result.format).toBe('records');
    expect(result.rows).toBeGreaterThan(0);
  });
});

describe('what is replayed of a dataset', () => {
  it.skipIf(ITCH === null)('keeps the symbols that are asked for, in derived datasets as well', async () => {
    const parent = await ingest([ITCH!]);
    const { dataset } = await derive(
      lake,
      {
        maker: { name: 'only-bob', version: 1 },
        parents: [parent],
        request: {},
        name: null,
        codeVersion: 'test',
      },
      async (source, take) => {
        for (const schema of ['mbo', 'status'] as const satisfies readonly SchemaName[]) {
          for await (const batch of source.read({ schema, symbols: ['BOB', '*'] }))
            await take(batch as never);
        }
        return {};
      },
    );
    const whole = await replayOnly(configOf(parent, { from: 'records', symbols: ['BOB'], mode: 'rebuild' }));
    const derived = await replayOnly(configOf(dataset, { mode: 'rebuild' }));
    const recording = await replayOnly(
      configOf(parent, { from: 'recording', symbols: ['BOB'], mode: 'rebuild' }),
    );
    expect(derived.format).toBe('records');
    expect([whole.symbols, derived.digest, whole.digest]).toEqual([
      ['BOB'],
      recording.digest,
      recording.digest,
    ]);
  });

  it.skipIf(ITCH === null)(
    'is the recording as long as it is kept, then the records; a run is verified',
    async () => {
      const dataset = await ingest([ITCH!]);
      const store = new RunStore(join(folder, 'runs'));
      const before = await replayToRun(configOf(dataset), store);
      expect(before.result.format).toBe('itch');
      for (const { sha256 } of lake.raw.list()) lake.raw.remove(sha256);
      const after = await replayToRun(configOf(dataset), store);
      expect(after.result.format).toBe('records');
      expect(after.result.digest).toBe(before.result.digest);
      const stored = store.load(after.run.id);
      expect(stored.manifest.config).toMatchObject({ from: 'records' });
      expect(stored.manifest.dataIds).toMatchObject([{ path: `dataset:${dataset}` }]);
      expect((await verifyRun(stored)).isSame).toBe(true);
    },
  );

  it('needs orders, symbols that are there, and one kind of feed', async () => {
    const bars = join(folder, 'bars.csv');
    writeFileSync(bars, 'time,open,high,low,close,volume\n2024-01-02,1,2,1,2,100\n');
    const dataset = await ingest([bars], { symbol: 'ACME', interval: '86400' });
    const fault = await faultOf(replayOnly(configOf(dataset)));
    expect([fault.code, fault.message]).toEqual([
      'DATA_REQUEST',
      expect.stringMatching(/single orders \(mbo\).*Coinbase.*bar/),
    ]);
    const path = join(folder, 'day.itch');
    writeFileSync(path, itchBytes(SESSION_DAY));
    const itch = await ingest([path], { date: '2024-01-03' });
    expect((await faultOf(replayOnly(configOf(itch, { from: 'records', symbols: ['IBM'] })))).code).toBe(
      'DATA_FORMAT',
    );
    expect((await faultOf(replayOnly(configOf(itch, { from: 'records', format: 'itch' })))).code).toBe(
      'CLI_USAGE',
    );
    const mixed = configOf(itch, { from: 'records', paths: [`dataset:${itch}`, path] });
    expect((await faultOf(replayOnly(mixed))).code).toBe('DATA_PAIR');
  });

  it.skipIf(ES.includes(null))(
    'has an order that compaction of several recordings does not keep',
    { timeout: 60_000 },
    async () => {
      const one = await ingest([ES[1]!]);
      const before = await replayOnly(configOf(one, { mode: 'rebuild', from: 'records' }));
      const both = await ingest(ES as string[]);
      expect((await compactDataset(lake, both)).after).toBeLessThan(4);
      const fault = await faultOf(replayOnly(configOf(both, { from: 'records' })));
      expect([fault.code, fault.message]).toEqual([
        'DATA_REQUEST',
        expect.stringContaining('--from recording'),
      ]);
      expect((await replayOnly(configOf(one, { mode: 'rebuild', from: 'recording' }))).digest).toBe(
        before.digest,
      );
    },
  );
});
