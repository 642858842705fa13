/** The official client of Polygon, REST and sockets, against the emulated vendor: only its base addresses are set. */

import { polygonClient } from '@polygon.io/client-js';
import { afterEach, describe, expect, it } from 'vitest';
import { MemorySink, MemorySource, type NewRecord } from '../../src/data/index.ts';
import type { EmulateOptions, EmulatorServer } from '../../src/emulators/index.ts';
import { MARKET_START_NS, stockMarket } from '../support/crypto-market.ts';
import { openEmulator } from '../support/emulator.ts';

let server: EmulatorServer;
afterEach(async () => server.close());

const STEPS = 1500;
const source = stockMarket('AAPL', STEPS);
const ids = Array.from({ length: STEPS / 2 }, (_, i) => String(2 * i + 1));
const lastId = ids.at(-1)!;
const DAY = '2023-11-14';

async function client(more: Partial<EmulateOptions>, pagination = true) {
  server = await openEmulator('polygon', source, more);
  const at = `127.0.0.1:${server.port}`;
  return polygonClient('any', `http://${at}`, `ws://${at}`, { pagination });
}

describe('@polygon.io/client-js against twin emulate polygon', () => {
  it('reads trades, aggregates, the last trade and quote, and tickers', async () => {
    const { rest } = await client({ begin: 'end' });
    const args = [
      'AAPL',
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      'asc',
      1000,
      'timestamp',
    ] as const;
    const { results } = (await rest.getStocksTrades(...(args as unknown as [string]))) as unknown as {
      results: { id: string; price: number; size: number; sip_timestamp: number }[];
    };
    expect(results.map(({ id }) => id)).toEqual(ids);
    expect(results[4]).toMatchObject({ price: 180.01, size: 19, exchange: 4, conditions: [37] });
    const quotes = (await rest.getStocksQuotes(...(args as unknown as [string]))) as unknown as {
      results: { bid_price: number; bid_size: number; ask_price: number; ask_size: number }[];
    };
    expect(quotes.results).toHaveLength(STEPS / 2);
    expect(quotes.results[3]).toMatchObject({
      bid_price: 180.06,
      bid_size: 106,
      ask_price: 180.08,
      ask_size: 206,
    });
    const splits = (await rest.listStockSplits('AAPL')) as unknown as { results: unknown[] };
    expect(splits.results).toEqual([
      { ticker: 'AAPL', execution_date: '2023-11-20', split_from: 1, split_to: 4 },
    ]);
    const aggregates = (await rest.getStocksAggregates(
      'AAPL',
      1,
      'minute' as never,
      DAY,
      DAY,
    )) as unknown as {
      results: { v: number; n: number }[];
    };
    expect(aggregates.results.reduce((sum, { n }) => sum + n, 0)).toBe(ids.length);
    expect(aggregates.results.length).toBeGreaterThan(1);
    const last = (await rest.getLastStocksTrade('AAPL')) as unknown as { results: { p: number } };
    expect(last.results.p).toBe(180 + ((STEPS - 1) % 9) / 100 + 0.01);
    const tickers = (await rest.listTickers()) as unknown as { results: { ticker: string }[] };
    expect(tickers.results.map(({ ticker }) => ticker)).toEqual(['AAPL']);
  });

  it('leads through the pages by next_url, each row once', async () => {
    await client({ begin: 'end' }, false);
    const seen: string[] = [];
    let url: string | undefined = `http://127.0.0.1:${server.port}/v3/trades/AAPL?order=asc&limit=70`;
    let pages = 0;
    while (url !== undefined) {
      const page = (await (await fetch(`${url}&apiKey=any`)).json()) as {
        results: { id: string }[];
        next_url?: string;
      };
      seen.push(...page.results.map(({ id }) => id));
      url = page.next_url;
      pages++;
    }
    expect(pages).toBe(Math.ceil(ids.length / 70));
    expect(seen).toEqual(ids);
  });

  it('tells the state of all stocks and of one, and lists what its filters leave', async () => {
    const { rest } = await client({ begin: 'end' });
    const all = (await rest.getStocksSnapshotTickers()) as unknown as {
      tickers: { ticker: string; day: { v: number }; lastTrade: { i: string } }[];
    };
    expect(all.tickers.map(({ ticker, lastTrade }) => [ticker, lastTrade.i])).toEqual([['AAPL', lastId]]);
    const one = (await rest.getStocksSnapshotTicker('AAPL')) as unknown as {
      ticker: { day: { v: number; c: number }; lastQuote: { p: number; P: number } };
    };
    const sizes = Array.from({ length: STEPS / 2 }, (_, i) => 11 + 2 * i).reduce(
      (sum, size) => sum + size,
      0,
    );
    expect(one.ticker.day.v).toBe(sizes);
    expect(one.ticker.lastQuote.P).toBeGreaterThan(one.ticker.lastQuote.p);
    const at = `http://127.0.0.1:${server.port}/v3/reference/splits?apiKey=any`;
    const count = async (filter: string) =>
      ((await (await fetch(`${at}&${filter}`)).json()) as { results: unknown[] }).results.length;
    expect(await count('execution_date.gte=2023-11-20')).toBe(1);
    expect(await count('execution_date.lt=2023-11-20')).toBe(0);
    expect(await count('ticker=MSFT')).toBe(0);
    const events = await fetch(`http://127.0.0.1:${server.port}/vX/reference/tickers/AAPL/events?apiKey=any`);
    expect(await events.json()).toMatchObject({
      results: { events: [{ ticker_change: { ticker: 'AAPL' } }] },
    });
  });

  it('the first minute has the trades of the first instant too', async () => {
    const tape = new MemorySink('made');
    for (const [at, second] of [0, 0, 1, 61].entries()) {
      const tsEvent = MARKET_START_NS + BigInt(second) * 1_000_000_000n;
      const head = { symbol: 'AAPL', tsEvent, quality: 0, sourceIndex: at };
      tape.push('trade', { ...head, price: 10, qty: 5, kind: 'regular' } as NewRecord<'trade'>);
    }
    server = await openEmulator('polygon', new MemorySource(tape), { speed: Number.POSITIVE_INFINITY });
    const socket = polygonClient('any', '', `ws://127.0.0.1:${server.port}`).websockets.stocks();
    const minute = await new Promise<{ v: number }>((resolve) => {
      socket.onmessage = (message: { readonly data: unknown }) => {
        const events = JSON.parse(String(message.data)) as { ev: string; status?: string; v: number }[];
        if (events.some(({ status }) => status === 'auth_success'))
          socket.send(JSON.stringify({ action: 'subscribe', params: 'AM.AAPL' }));
        for (const event of events) if (event.ev === 'AM') resolve(event);
      };
    });
    socket.close();
    expect(minute.v).toBe(15);
  });

  it('refuses a request without a key, and tells nothing of what is to come', async () => {
    await client({ begin: 'start' });
    const at = `http://127.0.0.1:${server.port}`;
    expect((await fetch(`${at}/v3/trades/AAPL`)).status).toBe(401);
    const early = (await (await fetch(`${at}/v3/trades/AAPL?apiKey=any`)).json()) as { results: unknown[] };
    expect(early.results).toEqual([]);
    expect(server.playback.nowNs).toBe(MARKET_START_NS);
  });

  it('hears every trade, quotes and minutes over sockets', async () => {
    const { websockets } = await client({ speed: Number.POSITIVE_INFINITY });
    const socket = websockets.stocks();
    const heard: { ev: string; i?: string; status?: string; v?: number; s?: number; e?: number }[] = [];
    await new Promise<void>((resolve, reject) => {
      socket.onerror = reject;
      socket.onmessage = (message: { readonly data: unknown }) => {
        const events = JSON.parse(String(message.data)) as typeof heard;
        heard.push(...events);
        if (events.some(({ status }) => status === 'auth_success'))
          socket.send(JSON.stringify({ action: 'subscribe', params: 'T.AAPL,Q.*,AM.AAPL,A.AAPL' }));
        if (events.some(({ i }) => i === lastId)) resolve();
      };
    });
    socket.close();
    const statuses = heard.filter(({ ev }) => ev === 'status').map(({ status }) => status);
    expect(statuses).toEqual(['connected', 'auth_success', 'success', 'success', 'success', 'success']);
    expect(heard.filter(({ ev }) => ev === 'T').map(({ i }) => i)).toEqual(ids);
    // The first quote was told before the subscription: the feed begins after its first instant.
    expect(heard.filter(({ ev }) => ev === 'Q')).toHaveLength(STEPS / 2 - 1);
    expect(heard.filter(({ ev }) => ev === 'AM').length).toBe(2);
    const volume = (ev: string, before: number) =>
      heard.filter((one) => one.ev === ev && (one.s ?? 0) < before).reduce((sum, one) => sum + one.v!, 0);
    const end = Math.max(...heard.filter(({ ev }) => ev === 'AM').map(({ e }) => e!));
    // Seconds and minutes tell the same trades.
    expect(volume('A', end)).toBe(volume('AM', end));
    expect(volume('AM', end)).toBeGreaterThan(0);
  });
});
