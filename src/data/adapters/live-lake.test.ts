/** Live feeds through the real connection into a lake, and their raw frames read again as files. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeVenue, pause, until } from '../../../tests/support/feed-driver.ts';
import { readFeedFile } from '../../../tests/support/feed-files.ts';
import { FILE_FORMATS } from '../files/index.ts';
import type { DataAdapter } from '../ingest/adapter.ts';
import { runLive } from '../ingest/run-live.ts';
import { resolveRequest, vendorDataset } from '../ingest/vendor-ingest.ts';
import { sumOf } from '../lake/dataset.ts';
import { Lake } from '../lake/lake.ts';
import type { CanonicalRecord, SchemaName } from '../registry.ts';
import { HttpClient } from '../transport/http-client.ts';
import { BINANCE } from './binance/index.ts';
import { COINBASE } from './coinbase/index.ts';

let folder: string;
let lake: Lake;
let http: HttpClient;
let venue: FakeVenue;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'twin-live-'));
  lake = new Lake(folder);
  http = new HttpClient({ limits: { requests: 1000, perMs: 1000, concurrent: 4 } });
});

afterEach(async () => {
  lake.close();
  await http.close();
  await venue.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a feed while `play` sends, then reads what the lake has. */
async function live<N extends SchemaName>(
  adapter: DataAdapter,
  symbol: string,
  schemas: readonly N[],
  play: () => Promise<void>,
): Promise<{
  read: (schema: N) => Promise<CanonicalRecord<N>[]>;
  raw: string[];
  aside: Record<string, number>;
}> {
  await venue.listen();
  const options = { restUrl: venue.httpUrl, socketUrl: venue.socketUrl };
  const request = resolveRequest(adapter, { symbols: [symbol], schemas, from: null, to: null, options });
  const head = vendorDataset(adapter, request, [], null, 'test');
  lake.begin(head);
  const stop = new AbortController();
  const feed = adapter.live(request, {})!;
  const running = runLive(feed, {
    lake,
    dataset: head.id,
    maker: head.maker,
    http,
    signal: stop.signal,
    segmentMs: 150,
  });
  await until(() => venue.subscriptions > 0);
  await play();
  await pause(100);
  stop.abort();
  await running;
  const read = async (schema: N): Promise<CanonicalRecord<N>[]> => {
    const records: CanonicalRecord<N>[] = [];
    for await (const batch of lake.source([head.id]).read({ schema })) {
      records.push(...([...batch.rows()] as CanonicalRecord<N>[]));
    }
    return records;
  };
  const tasks = [...lake.dataset(head.id).done.values()];
  return {
    read,
    raw: lake.raw.list().map(({ sha256 }) => lake.raw.path(sha256)),
    aside: sumOf(tasks.map(({ quarantined }) => quarantined)),
  };
}

function levelsAfter(records: readonly CanonicalRecord<'mbp'>[]): string[] {
  const levels = new Map<string, number>();
  for (const { action, side, price, qty } of records) {
    if (action === 'clear') levels.clear();
    else if (qty === 0) levels.delete(`${side} ${price}`);
    else levels.set(`${side} ${price}`, qty!);
  }
  return [...levels].map(([key, qty]) => `${key} ${qty}`).sort();
}

describe('a live feed into the lake', () => {
  it('Binance: after a hole and a cut the levels in the lake are those of the venue, over several segments', async () => {
    const truth = new Map<string, number>();
    let id = 100;
    const next = (): unknown => {
      const price = 1000 + ((id * 7) % 23);
      const qty = id % 3;
      if (qty === 0) truth.delete(`buy ${price}`);
      else truth.set(`buy ${price}`, qty);
      id++;
      return {
        stream: 'btcusdt@depth@100ms',
        data: {
          e: 'depthUpdate',
          E: Date.now(),
          s: 'BTCUSDT',
          U: id,
          u: id,
          b: [[String(price), String(qty)]],
          a: [],
        },
      };
    };
    const bids = (): string[][] => [...truth].map(([key, qty]) => [key.split(' ')[1]!, String(qty)]);
    venue = new FakeVenue(
      () => ({ body: { lastUpdateId: id, bids: bids(), asks: [] } }),
      (message, reply) => reply({ result: null, id: (message as { id: number }).id }),
    );
    const { read, raw, aside } = await live(BINANCE, 'BTCUSDT', ['mbp'], async () => {
      for (let i = 0; i < 150; i++) {
        const frame = next();
        if (i !== 60) venue.send(frame);
        if (i === 100) {
          const before = venue.subscriptions;
          venue.cut();
          next();
          await until(() => venue.subscriptions > before);
        }
        await pause(3);
      }
    });
    const records = await read('mbp');
    expect(levelsAfter(records)).toEqual([...truth].map(([key, qty]) => `${key} ${qty}`).sort());
    expect(records.filter(({ action }) => action === 'clear')).toHaveLength(3);
    expect(raw.length).toBeGreaterThan(1);
    expect(aside).toEqual({ 'feed-broken': 1 });

    // What was received is kept in a form that is a file format of its own.
    const format = FILE_FORMATS.find(({ name }) => name === 'hftbacktest')!;
    const sinks = await Promise.all(raw.map(async (path) => (await readFeedFile(format, path)).sink));
    // A segment may hold little, but together they hold the day.
    const again = sinks.reduce((sum, sink) => sum + (sink.counts().mbp ?? 0), 0);
    expect(again).toBeGreaterThan(100);
    expect(sinks.map(({ quarantine }) => quarantine.total)).toEqual(sinks.map(() => 0));
  });

  it('Coinbase: trades of the matches channel, once each, and their raw frames are read again', async () => {
    const match = (trade_id: number): unknown => ({
      type: 'match',
      trade_id,
      sequence: trade_id * 5,
      product_id: 'BTC-USD',
      maker_order_id: 'ac928c66-ca53-498f-9c13-a110027a60e8',
      taker_order_id: '132fb6ae-456b-4654-b4e0-d681ac05cea1',
      time: new Date(1_700_000_000_000 + trade_id).toISOString(),
      side: 'sell',
      size: '1',
      price: '5',
    });
    venue = new FakeVenue(
      () => ({ status: 404, body: {} }),
      (_message, reply) => reply({ type: 'subscriptions', channels: [] }),
    );
    const { read, raw } = await live(COINBASE, 'BTC-USD', ['trade'], async () => {
      for (let id = 1; id <= 60; id++) {
        if (id !== 30) venue.send(match(id));
        if (id % 10 === 0) venue.send(match(id));
        await pause(3);
      }
    });
    const ids = (await read('trade')).map(({ tradeId }) => Number(tradeId));
    expect(ids).toEqual(Array.from({ length: 60 }, (_, i) => i + 1));

    const format = FILE_FORMATS.find(({ name }) => name === 'venue-lines')!;
    let again = 0;
    for (const path of raw) again += (await readFeedFile(format, path)).sink.counts().trade ?? 0;
    expect(again).toBe(60);
  });

  it('a break that lasts to the end of a feed is named, though nothing comes behind it', async () => {
    venue = new FakeVenue(
      () => ({ status: 404, body: {} }),
      (_message, reply) => reply({ type: 'subscriptions', channels: [] }),
    );
    const { aside } = await live(COINBASE, 'BTC-USD', ['trade'], async () => {
      await pause(20);
      venue.cut();
    });
    expect(aside).toEqual({ 'feed-broken': 1 });
  });
});
