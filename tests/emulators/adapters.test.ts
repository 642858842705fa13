/** Our own adapters against the emulated vendors: what goes out of a source comes back into a lake, faults or not. */

import { afterEach, describe, expect, it } from 'vitest';
import {
  ADAPTERS,
  type CanonicalRecord,
  HttpClient,
  Lake,
  liveDataset,
  type RecordSource,
  resolveRequest,
  runIngest,
  runLive,
  type SchemaName,
  vendorDataset,
  vendorTasks,
} from '../../src/data/index.ts';
import type { EmulateOptions, EmulatorServer } from '../../src/emulators/index.ts';
import { levelMarket, MARKET_START_NS, orderMarket } from '../support/crypto-market.ts';
import { openEmulator } from '../support/emulator.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

let server: EmulatorServer;
const folder = temporaryFolder('emulated');
let lakes = 0;

afterEach(async () => server.close());

async function recordsOf<N extends SchemaName>(
  source: RecordSource,
  schema: N,
): Promise<CanonicalRecord<N>[]> {
  const records: CanonicalRecord<N>[] = [];
  for await (const batch of source.read({ schema }))
    records.push(...([...batch.rows()] as CanonicalRecord<N>[]));
  return records;
}

const http = (): HttpClient => new HttpClient({ limits: { requests: 10_000, perMs: 1000, concurrent: 4 } });
const adapterOf = (vendor: string) => ADAPTERS.find(({ name }) => name === vendor)!;
const urls = () => ({
  restUrl: `http://127.0.0.1:${server.port}`,
  socketUrl: `ws://127.0.0.1:${server.port}`,
});

/** Receives a vendor's feed until the emulated market is over. */
async function receive(
  vendor: string,
  symbol: string,
  schemas: SchemaName[],
  more: Record<string, string> = {},
): Promise<Lake> {
  const adapter = adapterOf(vendor);
  const lake = new Lake(`${folder}/${lakes++}`);
  const client = http();
  const request = resolveRequest(adapter, {
    symbols: [symbol],
    schemas,
    from: null,
    to: null,
    options: { ...urls(), ...more },
  });
  const head = liveDataset(adapter, request, null, 'test');
  lake.begin(head);
  const stop = new AbortController();
  const running = runLive(adapter.live(request, {})!, {
    lake,
    dataset: head.id,
    maker: head.maker,
    http: client,
    signal: stop.signal,
    segmentMs: 300,
  });
  while (server.playback.state !== 'ended') await new Promise((resolve) => setTimeout(resolve, 20));
  await new Promise((resolve) => setTimeout(resolve, 400));
  stop.abort();
  await running;
  await client.close();
  return lake;
}

function bookOf(records: readonly CanonicalRecord<'mbp'>[]): Record<string, number> {
  const levels: Record<string, number> = {};
  for (const { action, side, price, qty } of records) {
    if (action === 'clear') for (const key of Object.keys(levels)) delete levels[key];
    else if (qty === 0) delete levels[`${side} ${price}`];
    else levels[`${side} ${price}`] = qty!;
  }
  return levels;
}

function expected({ bids, asks }: ReturnType<typeof levelMarket>): Record<string, number> {
  const rows = [
    ...[...bids].map(([p, q]) => [`buy ${p}`, q]),
    ...[...asks].map(([p, q]) => [`sell ${p}`, q]),
  ];
  return Object.fromEntries(rows);
}

describe('Binance', () => {
  it.each(['spot', 'usdm'])(
    '%s: the live book ends as that of the data, with holes and cuts on the way',
    async (market) => {
      const made = levelMarket('BTCUSDT', 600);
      const faults = [
        { name: 'gap', spec: 'nth:40' },
        { name: 'cut', spec: 'nth:90,on:socket' },
        { name: 'duplicate', spec: 'every:7' },
      ];
      server = await openEmulator('binance', made.source, { speed: 10, faults, options: { market } });
      const received = await receive('binance', 'BTCUSDT', ['mbp'], { market });
      const records = await recordsOf(received.source(null), 'mbp');
      // Snapshots of the spot market tell no time, so they have that of receipt: only the numbers tell the order.
      records.sort((a, b) => a.sequence! - b.sequence!);
      expect(bookOf(records)).toEqual(expected(made));
      expect(server.faults.list().filter(({ fired }) => fired > 0)).toHaveLength(3);
      expect(records.filter(({ action }) => action === 'clear').length).toBeGreaterThanOrEqual(3);
      received.close();
    },
    30_000,
  );

  it('an ingest of trades and candles is complete when requests fail, are refused, slow or cut', async () => {
    const made = levelMarket('BTCUSDT', 900);
    const faults: EmulateOptions['faults'] = [
      { name: '5xx', spec: 'nth:1' },
      { name: '429', spec: 'nth:1,seconds:0' },
      { name: 'cut', spec: 'nth:2,on:rest' },
      { name: 'slow', spec: 'nth:4,ms:30,on:rest' },
    ];
    server = await openEmulator('binance', made.source, { begin: 'end', faults });
    const adapter = adapterOf('binance');
    const day = new Date(Number(MARKET_START_NS / 1_000_000n)).toISOString().slice(0, 10);
    const asked = { symbols: ['BTCUSDT'], schemas: ['trade', 'bar'], from: day, to: day, options: urls() };
    const request = resolveRequest(adapter, asked);
    const plan = adapter.plan(request);
    const head = vendorDataset(adapter, request, plan, null, 'test');
    const lake = new Lake(`${folder}/${lakes++}`);
    lake.begin(head);
    const client = http();
    await runIngest(vendorTasks(adapter, plan, client, {}), {
      lake,
      dataset: head.id,
      maker: head.maker,
      mode: 'strict',
      concurrent: 2,
      signal: new AbortController().signal,
    });
    const trades = await recordsOf(lake.source([head.id]), 'trade');
    expect(trades.map(({ tradeId, price, qty, aggressor }) => [tradeId, price, qty, aggressor])).toEqual(
      made.trades.map(({ id, price, qty, side }) => [String(id), price, qty, side]),
    );
    const bars = await recordsOf(lake.source([head.id]), 'bar');
    expect(bars.reduce((sum, bar) => sum + bar.trades!, 0)).toBe(made.trades.length);
    expect(server.faults.list().map(({ fired }) => fired)).toEqual([1, 1, 1, 1]);
    await client.close();
    lake.close();
  }, 30_000);
});

describe('Coinbase', () => {
  it('the full channel, joined to a book of level 3, ends as the orders of the data, with a hole on the way', async () => {
    server = await openEmulator('coinbase', orderMarket('BTC-USD', 800), {
      speed: 8,
      faults: [{ name: 'gap', spec: 'nth:200' }],
    });
    const lake = await receive('coinbase', 'BTC-USD', ['mbo', 'trade']);
    const orders = new Map<bigint, number>();
    for (const { action, orderId, qty } of await recordsOf(lake.source(null), 'mbo')) {
      if (action === 'clear') orders.clear();
      else if (action === 'add' || action === 'modify') orders.set(orderId!, qty!);
      else if (action === 'delete') orders.delete(orderId!);
      else if (action === 'execute') {
        const left = (orders.get(orderId!) ?? 0) - qty!;
        if (left > 1e-9) orders.set(orderId!, left);
        else orders.delete(orderId!);
      }
    }
    const { instruments } = server.playback.market;
    const truth = [...instruments.get('BTC-USD')!.orders.orders].map(([id, { qty }]) => [id, qty] as const);
    expect(truth.length).toBeGreaterThan(50);
    expect([...orders].sort()).toEqual([...truth].sort());
    lake.close();
  }, 30_000);

  it('level 2 ends as the book of the data', async () => {
    const made = levelMarket('BTC-USD', 400);
    server = await openEmulator('coinbase', made.source, { speed: 20 });
    const lake = await receive('coinbase', 'BTC-USD', ['mbp', 'trade']);
    expect(bookOf(await recordsOf(lake.source(null), 'mbp'))).toEqual(expected(made));
    const ids = (await recordsOf(lake.source(null), 'trade')).map(({ tradeId }) => tradeId);
    expect(new Set(ids)).toEqual(new Set(made.trades.map(({ id }) => String(id))));
    lake.close();
  }, 30_000);
});
