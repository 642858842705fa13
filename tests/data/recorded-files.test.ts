/** Recordings through the whole ingest into a lake and back, held against what is known of them (facts.json). */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CanonicalRecord, Lake, type SchemaName } from '../../src/data/index.ts';
import { RunStore } from '../../src/runs/index.ts';
import { ingestFiles } from '../../src/services/index.ts';
import { sharedFile } from '../support/shared-data.ts';

const FACTS_FILE = sharedFile('data/facts.json');
const FACTS = FACTS_FILE === null ? null : JSON.parse(readFileSync(FACTS_FILE, 'utf8'));
const GOOG = sharedFile('data/lobster/GOOG_2012-06-21_34200000_57600000_message_10.csv.gz');
const ES = sharedFile('data/dbn/nautilus/esh4-glbx-mdp3-20231225.mbo.dbn.zst');
const UNDATED = sharedFile('data/itch/nasdaq/sample_1000_messages.ITCH50');
const ITCH = sharedFile('data/itch/ritch/ex20101224.TEST_ITCH_50.gz');

let folder: string;
let lake: Lake;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'twin-files-'));
  lake = new Lake(join(folder, 'lake'));
});

afterEach(() => {
  lake.close();
  rmSync(folder, { recursive: true, force: true });
});

function ingest(path: string, options: Record<string, string> = {}) {
  const places = { lake, store: new RunStore(join(folder, 'runs')), environment: {} };
  return ingestFiles(
    { paths: [path], format: null, options, name: null },
    { mode: 'strict', isChecked: false },
    places,
  );
}

async function records<N extends SchemaName>(dataset: string, schema: N): Promise<CanonicalRecord<N>[]> {
  const all: CanonicalRecord<N>[] = [];
  for await (const batch of lake.source([dataset]).read({ schema }))
    all.push(...([...batch.rows()] as CanonicalRecord<N>[]));
  return all;
}

/** Number of items by a name of each. */
function countBy<T>(items: readonly T[], name: (item: T) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of items) counts[name(item)] = (counts[name(item)] ?? 0) + 1;
  return counts;
}

const sum = (numbers: readonly (number | null)[]): number =>
  numbers.reduce<number>((total, one) => total + (one ?? 0), 0);

describe('recorded files in the lake', () => {
  it.skipIf(GOOG === null)(
    'LOBSTER: every row, in New York time, with the executions as trades',
    { timeout: 60_000 },
    async () => {
      const facts = FACTS.lobster.GOOG_10;
      const { dataset, counts } = await ingest(GOOG!);
      expect(counts).toEqual({ mbo: facts.rows, trade: facts.types[4] + facts.types[5] });
      const mbo = await records(dataset, 'mbo');
      expect(countBy(mbo, ({ action }) => action)).toEqual({
        add: facts.types[1],
        reduce: facts.types[2],
        delete: facts.types[3],
        execute: facts.types[4],
        hiddenTrade: facts.types[5],
      });
      // 09:30 in New York in summer is 13:30 UTC.
      const midnight = BigInt(Date.parse('2012-06-21T04:00:00Z')) * 1_000_000n;
      const nsOf = (seconds: string): bigint => midnight + BigInt(seconds.replace('.', ''));
      expect([mbo[0]!.tsEvent, mbo.at(-1)!.tsEvent]).toEqual([nsOf(facts.first_time), nsOf(facts.last_time)]);
      const trades = await records(dataset, 'trade');
      expect(sum(trades.map(({ qty }) => qty))).toBe(facts.shares_by_type[4] + facts.shares_by_type[5]);
      const visible = trades.filter(({ kind }) => kind === 'regular');
      const tenThousandths = sum(trades.map(({ price, qty }) => Math.round(price * 10_000) * qty));
      expect(tenThousandths / 10_000).toBeCloseTo(facts.executed_notional_usd, 2);
      const prices = mbo
        .filter(({ action }) => !['hiddenTrade'].includes(action))
        .map(({ price }) => Math.round(price! * 10_000));
      prices.sort((a, b) => a - b);
      expect([prices[0], prices.at(-1)]).toEqual(facts.price_range_types_1_to_4);
      // Bought and sold as the recording has it: a hit sell order is a buy.
      const [first] = visible;
      const order = mbo.find(({ orderId }) => orderId === (first!.sellOrderId ?? first!.buyOrderId))!;
      expect(first!.aggressor).toBe(order.side === 'sell' ? 'buy' : 'sell');
    },
  );

  it.skipIf(ES === null)(
    'DBN: every record with its own clock, trades with their aggressor',
    { timeout: 60_000 },
    async () => {
      const facts = FACTS.dbn['nautilus/esh4-glbx-mdp3-20231225.mbo.dbn.zst'];
      const { dataset, counts } = await ingest(ES!);
      expect(counts.mbo).toBe(facts.records);
      const trades = await records(dataset, 'trade');
      const { TA, TB, TN } = facts.actions;
      expect(countBy(trades, ({ aggressor }) => String(aggressor))).toEqual({ sell: TA, buy: TB, null: TN });
      expect(sum(trades.map(({ qty }) => qty))).toBe(facts.trade_lots);
      expect(trades.at(-1)!.price).toBe(facts.final.last_trade);
      const first =
        BigInt(Date.parse(`${facts.first_trade_utc.slice(0, 19)}Z`)) * 1_000_000n +
        BigInt(facts.first_trade_utc.slice(20)) * 1000n;
      // The facts have the capture's clock, in microseconds.
      const received = trades[0]!.tsRecv!;
      expect((received + 500n) / 1000n).toBe(first / 1000n);
      expect(trades.every(({ tsRecv, tsEvent }) => tsRecv! > tsEvent)).toBe(true);
    },
  );

  it.skipIf(ITCH === null)(
    'ITCH: executions have the price of their order',
    { timeout: 60_000 },
    async () => {
      const facts = FACTS.itch['ritch/ex20101224.TEST_ITCH_50.gz'];
      const { dataset } = await ingest(ITCH!, { date: '2010-12-24' });
      const mbo = await records(dataset, 'mbo');
      expect(countBy(mbo, ({ action }) => action)).toMatchObject({
        add: facts.types.A + facts.types.F,
        execute: facts.types.E,
        replace: facts.types.U,
        delete: facts.types.D,
        hiddenTrade: facts.types.P,
      });
      expect(
        countBy(
          mbo.filter(({ action }) => action === 'add'),
          ({ symbol }) => symbol,
        ),
      ).toEqual(facts.adds_by_stock);
      const prices = new Map<bigint | null, number | null>();
      const expected: (number | null)[] = [];
      for (const { action, orderId, newOrderId, price } of mbo) {
        if (action === 'add') prices.set(orderId, price);
        else if (action === 'delete' || action === 'replace') prices.delete(orderId);
        if (action === 'replace') prices.set(newOrderId, price);
        // Executions of orders that the file does not know have no price, and make no trade.
        if (action === 'execute' && prices.has(orderId)) expected.push(prices.get(orderId)!);
      }
      const hits = (await records(dataset, 'trade')).filter(({ kind }) => kind === 'regular');
      expect(hits.length).toBeGreaterThan(100);
      expect(hits.map(({ price }) => price)).toEqual(expected);
    },
  );

  it('a damaged file is named as the user named it, not as the lake keeps it', async () => {
    const path = join(folder, 'GOOG_2012-06-21_34200000_57600000_message_10.csv.gz');
    const rows = '34200.1,1,16113575,18,5853300,1\n'.repeat(50_000);
    writeFileSync(path, gzipSync(rows).subarray(0, -20));
    await expect(ingest(path)).rejects.toMatchObject({
      code: 'DATA_FORMAT',
      message: expect.stringContaining(path),
    });
  });

  it.skipIf(ITCH === null)('keep only what is asked for', async () => {
    const { dataset } = await ingest(ITCH!, { date: '2010-12-24', symbols: 'ALC', records: 'trade' });
    const source = lake.source([dataset]);
    expect(await source.schemas()).toEqual(['trade']);
    expect(await source.symbols('trade')).toEqual(['ALC']);
  });

  it.skipIf(ITCH === null || UNDATED === null)(
    'say what an option lacks, before a byte is kept',
    async () => {
      await expect(ingest(UNDATED!)).rejects.toMatchObject({
        code: 'DATA_REQUEST',
        message: expect.stringContaining('--option date='),
      });
      await expect(ingest(ITCH!, { date: '24.12.2010' })).rejects.toThrow(/YYYY-MM-DD/);
      await expect(ingest(ITCH!, { date: '2010-12-24', zone: 'Mars' })).rejects.toThrow(/IANA/);
      await expect(ingest(ITCH!, { date: '2010-12-24', records: 'mbo+trades' })).rejects.toThrow(
        /records is made of .* not trades/,
      );
      await expect(ingest(ITCH!, { date: '2010-12-24', color: 'red' })).rejects.toThrow(/"color"/);
      expect(lake.raw.list()).toEqual([]);
    },
  );
});
