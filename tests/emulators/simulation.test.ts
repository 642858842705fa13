/** Emulated vendors over a simulation that runs: official clients, unchanged, see what a run of the same scenario has in its journal. */

import { readFileSync } from 'node:fs';
import { polygonClient } from '@polygon.io/client-js';
import ccxt from 'ccxt';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { EmulatorServer } from '../../src/emulators/index.ts';
import { exportJsonl, JOURNAL_FILE, JournalReader, RunStore } from '../../src/runs/index.ts';
import { parseScenario } from '../../src/scenarios/index.ts';
import { emulate, simulate } from '../../src/services/index.ts';
import { receive } from '../support/emulated-ingest.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const scenarioOf = (symbol: string) =>
  parseScenario(
    `
name: emulated
seed: 7
date: "2026-01-05"
open: "09:30"
close: "09:33"
instruments:
  - { symbol: ${symbol}, referencePrice: 100.00 }
agents:
  - kind: randomFlow
    name: flow
    count: 60
    limitRates: [1.2, 1.0, 0.8, 0.6, 0.4]
    marketRate: 0.9
    cancelRates: [0.5, 0.5, 0.4, 0.3, 0.3]
    lots: [100, 200]
`,
    'emulated.yaml',
  );

interface Line {
  readonly kind: string;
  readonly timeNs: number;
  readonly side: string;
  readonly price: string;
  readonly qtyLots: number;
  readonly displayedLots: number;
}

const folder = temporaryFolder('simulated');

/** What the journal of a run of the same scenario says: its trades, and its book at the end as `bookOf` writes it. */
async function runOf(symbol: string) {
  const { run } = await simulate(scenarioOf(symbol), new RunStore(`${folder}/${symbol}`));
  const reader = new JournalReader(run.path(JOURNAL_FILE));
  const { path } = exportJsonl(reader, `${folder}/${symbol}.jsonl`);
  const { epochNs } = reader.header;
  reader.close();
  const lines = readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
  const book: Record<string, number> = {};
  for (const { kind, side, price, displayedLots } of lines) {
    if (kind !== 'level') continue;
    if (displayedLots === 0) delete book[`${side} ${Number(price)}`];
    else book[`${side} ${Number(price)}`] = displayedLots;
  }
  const trades = lines
    .filter(({ kind }) => kind === 'trade')
    .map(({ timeNs, price, qtyLots, side }) => ({
      tsNs: BigInt(epochNs!) + BigInt(timeNs),
      price: Number(price),
      qty: qtyLots,
      side,
    }));
  return { book, trades };
}

let server: EmulatorServer;
const open: { close(): Promise<unknown> }[] = [];

afterEach(async () => {
  for (const client of open.splice(0)) await client.close();
  await server.close();
});

async function start(vendor: string, symbol: string, speed: number, begin: 'start' | 'end'): Promise<void> {
  server = await emulate({
    vendor,
    from: { kind: 'scenario', scenario: scenarioOf(symbol) },
    symbols: null,
    port: 0,
    speed,
    begin,
    options: {},
    faults: [],
    seed: 1,
    onFailure: (error) => {
      throw error;
    },
  });
}

describe('a simulation that runs', () => {
  it('ccxt keeps the book of the world over sockets, and hears its trades', async () => {
    const { book: expected, trades: told } = await runOf('BTCUSDT');
    await start('binance', 'BTCUSDT', 90, 'start');
    const client = new ccxt.pro.binance({
      enableRateLimit: false,
      options: { fetchMarkets: { types: ['spot'] } },
    });
    const api = client.urls.api as Record<string, unknown>;
    api.public = `http://127.0.0.1:${server.port}/api/v3`;
    api.ws = { spot: `ws://127.0.0.1:${server.port}/stream.local/ws` };
    await client.loadHttpProxyAgent();
    open.push(client);
    await client.loadMarkets();
    expect(server.playback.state).toBe('waiting');
    const heard = new Set<string>();
    const lastId = String(told.length);
    const trades = (async () => {
      while (!heard.has(lastId)) for (const { id } of await client.watchTrades('BTC/USDT')) heard.add(id!);
    })();
    let book = await client.watchOrderBook('BTC/USDT');
    while (server.playback.state !== 'ended') book = await client.watchOrderBook('BTC/USDT');
    await trades;
    const levels = (rows: unknown, side: string) =>
      [...(rows as Iterable<readonly number[]>)].map(([price, qty]) => [`${side} ${price}`, qty] as const);
    // The client puts the last changes into its book when it gets round to them.
    await vi.waitFor(
      () =>
        expect(Object.fromEntries([...levels(book.bids, 'buy'), ...levels(book.asks, 'sell')])).toEqual(
          expected,
        ),
      { timeout: 20_000, interval: 50 },
    );
    expect(Object.keys(expected).length).toBeGreaterThan(5);
    expect(heard.size).toBeGreaterThan(0.9 * told.length);
  }, 60_000);

  it('our CME adapter receives every trade of the world, in order', async () => {
    const { trades: told } = await runOf('ESZ6');
    await start('cme', 'ESZ6', 90, 'start');
    const received = await receive('cme', server, { symbols: ['ES'], schemas: ['trade', 'bbo'] });
    const trades = await received.records('trade');
    expect(
      trades.map(({ symbol, price, qty, tsEvent, aggressor }) => [symbol, price, qty, tsEvent, aggressor]),
    ).toEqual(told.map(({ price, qty, tsNs, side }) => ['ESZ6', price, qty, tsNs, side]));
    expect(received.findings().gap).toBeUndefined();
    received.lake.close();
  }, 60_000);

  it("Polygon's client reads what has happened over REST, and nothing that has not", async () => {
    const { trades: told } = await runOf('ACME');
    await start('polygon', 'ACME', Number.POSITIVE_INFINITY, 'end');
    const at = `127.0.0.1:${server.port}`;
    const { rest } = polygonClient('any', `http://${at}`, `ws://${at}`, { pagination: true });
    const args = ['ACME', undefined, undefined, undefined, undefined, undefined, 'asc', 50_000, 'timestamp'];
    const { results } = (await rest.getStocksTrades(...(args as unknown as [string]))) as unknown as {
      results: { id: string; price: number; size: number; sip_timestamp: number }[];
    };
    expect(told.length).toBeGreaterThan(50);
    expect(results.map(({ id, price, size, sip_timestamp }) => [id, price, size, sip_timestamp])).toEqual(
      told.map(({ price, qty, tsNs }, at) => [String(at + 1), price, qty, Number(tsNs)]),
    );
    const quotes = (await rest.getStocksQuotes(...(args as unknown as [string]))) as unknown as {
      results: { bid_price: number; ask_price: number }[];
    };
    expect(quotes.results.length).toBeGreaterThan(told.length / 2);
    for (const { bid_price, ask_price } of quotes.results)
      expect(bid_price === 0 || ask_price === 0 || bid_price < ask_price).toBe(true);
    await server.close();
    await start('polygon', 'ACME', 1, 'start');
    const early = await fetch(`http://127.0.0.1:${server.port}/v3/trades/ACME?apiKey=any&order=asc`);
    expect(((await early.json()) as { results: unknown[] }).results.length).toBeLessThan(2);
  }, 60_000);
});
