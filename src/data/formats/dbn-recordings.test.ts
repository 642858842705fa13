import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  ACTIONS,
  decodeRows,
  expectRowIsRecord,
  faultOf,
  type Row,
  rawRecords,
} from '../../../tests/support/dbn-rows.ts';
import { sharedFile } from '../../../tests/support/shared-data.ts';
import { BUY, SELL } from '../../domain/index.ts';
import { readAllBytes } from '../byte-source.ts';
import { MBO_ADD, MBO_CLEAR, MBO_MODIFY, MBO_REDUCE } from '../mbo-batch.ts';

const DAY_NS = 86_400_000_000_000n;
const dbnRoot = sharedFile('data/dbn');
const factsPath = sharedFile('data/facts.json');

/** All order-by-order files with a header, and the live recording. */
function mboFiles(): string[] {
  if (dbnRoot === null) return [];
  return readdirSync(dbnRoot, { recursive: true })
    .map(String)
    .filter((name) => /mbo[^/]*\.dbn(\.zst)?$/.test(name) || name.endsWith('live.dbn.zst'))
    .sort();
}

interface DbnFacts {
  readonly version: number;
  readonly records: number;
  readonly actions: Readonly<Record<string, number>>;
  readonly final: { readonly live_orders: number; readonly best_bid: number; readonly best_ask: number };
}

describe.skipIf(dbnRoot === null)('decoding real DBN files', () => {
  it('finds order-by-order files of every version', async () => {
    const versions = new Set<number>();
    for (const name of mboFiles()) versions.add((await readAllBytes(join(dbnRoot!, name)))[3]!);
    expect([...versions].sort()).toEqual([1, 2, 3]);
  });

  it.each(mboFiles())('reads every record of %s as it stands there', async (name) => {
    const bytes = await readAllBytes(join(dbnRoot!, name));
    const raw = rawRecords(bytes);
    const { rows, decoder, quarantine } = decodeRows(bytes, {
      cuts: [3, 130, 401, Math.floor(bytes.length / 2)],
    });
    expect(raw.length).toBeGreaterThan(0);
    expect(rows.length).toBe(raw.length);
    expect(quarantine.total).toBe(0);
    const epochNs = decoder.info.epochNs!;
    expect(epochNs).toBe(raw[0]!.tsEvent - (raw[0]!.tsEvent % DAY_NS));
    for (const [index, row] of rows.entries()) expectRowIsRecord(row, raw[index]!, epochNs);
    for (const row of rows) expect(decoder.symbols.has(row.instrument)).toBe(true);
  });

  it.skipIf(factsPath === null)(
    'counts records, actions and live orders as the published facts',
    async () => {
      const facts = JSON.parse(readFileSync(factsPath!, 'utf8')).dbn as Record<string, DbnFacts>;
      expect(Object.keys(facts).length).toBeGreaterThan(2);
      for (const [name, fact] of Object.entries(facts)) {
        const { rows, decoder } = decodeRows(await readAllBytes(join(dbnRoot!, name)));
        expect(decoder.metadata?.version).toBe(fact.version);
        expect(rows.length).toBe(fact.records);
        const letters = Object.fromEntries(
          Object.entries(ACTIONS).map(([letter, action]) => [action, letter]),
        );
        const counts: Record<string, number> = {};
        for (const row of rows) {
          const key = `${letters[row.action]}${'BAN'[row.side]}`;
          counts[key] = (counts[key] ?? 0) + 1;
        }
        expect(counts).toEqual(fact.actions);
        expect(finalBook(rows)).toEqual([fact.final.live_orders, fact.final.best_bid, fact.final.best_ask]);
      }
    },
  );

  it('names the schema of every real file that is of another one', async () => {
    let refused = 0;
    for (const name of readdirSync(join(dbnRoot!, 'dbn'))) {
      if (!/\.dbn(\.zst)?$/.test(name) || name.includes('.mbo.')) continue;
      const schema = /^test_data\.([a-z0-9-]+)\./.exec(name)![1];
      expect(faultOf(await readAllBytes(join(dbnRoot!, 'dbn', name))).message).toContain(`schema=${schema}`);
      refused++;
    }
    expect(refused).toBeGreaterThan(30);
  });
});

/** Live orders and best prices by plain bookkeeping: an order is gone when nothing of it is left. */
function finalBook(rows: readonly Row[]): [liveOrders: number, bestBid: number, bestAsk: number] {
  const orders = new Map<string, { qty: number; side: number; price: number }>();
  for (const row of rows) {
    const id = `${row.orderIdHi}:${row.orderIdLo}`;
    if (row.action === MBO_CLEAR) orders.clear();
    if (row.action === MBO_ADD || row.action === MBO_MODIFY) {
      orders.set(id, { qty: row.qty, side: row.side, price: row.price });
    }
    if (row.action === MBO_REDUCE) {
      const order = orders.get(id)!;
      order.qty -= row.qty;
      if (order.qty === 0) orders.delete(id);
    }
  }
  const prices = (side: number) =>
    [...orders.values()].filter((order) => order.side === side).map((order) => order.price);
  return [orders.size, Math.max(...prices(BUY)) / 1e9, Math.min(...prices(SELL)) / 1e9];
}
