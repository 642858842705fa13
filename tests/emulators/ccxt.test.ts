/** The official clients of ccxt, REST and sockets, against the emulated exchanges: only their base addresses are set. */

import ccxt from 'ccxt';
import { afterEach, describe, expect, it } from 'vitest';
import type { EmulatorServer } from '../../src/emulators/index.ts';
import { levelMarket, type MadeMarket } from '../support/crypto-market.ts';
import { openEmulator } from '../support/emulator.ts';

const STEPS = 300;
let server: EmulatorServer;
const open: { close(): Promise<unknown> }[] = [];

afterEach(async () => {
  for (const client of open.splice(0)) await client.close();
  await server.close();
});

async function binance(market: 'spot' | 'usdm' = 'spot') {
  const at = `127.0.0.1:${server.port}`;
  const client = new ccxt.pro.binance({
    enableRateLimit: false,
    options: {
      fetchMarkets: { types: [market === 'spot' ? 'spot' : 'linear'] },
      defaultType: market === 'spot' ? 'spot' : 'swap',
    },
  });
  const api = client.urls.api as Record<string, unknown>;
  api.public = `http://${at}/api/v3`;
  api.fapiPublic = `http://${at}/fapi/v1`;
  // ccxt tells spot sockets by the word "/stream" in their address.
  api.ws = { spot: `ws://${at}/stream.local/ws`, future: `ws://${at}/ws` };
  // What ccxt asks of whoever gives it an address without TLS.
  await client.loadHttpProxyAgent();
  open.push(client);
  return client;
}

/** Level 2 of Coinbase is asked for with a signature: ccxt wants a key to make one. */
const KEY = { apiKey: 'made-up', secret: Buffer.from('made-up').toString('base64'), password: 'made-up' };

async function coinbase() {
  const client = new ccxt.pro.coinbaseexchange({ enableRateLimit: false, ...KEY });
  const api = client.urls.api as Record<string, unknown>;
  for (const kind of ['public', 'private']) api[kind] = `http://127.0.0.1:${server.port}`;
  api.ws = `ws://127.0.0.1:${server.port}`;
  client.hostname = `127.0.0.1:${server.port}`;
  // What ccxt asks of whoever gives it an address without TLS.
  await client.loadHttpProxyAgent();
  open.push(client);
  return client;
}

type Rows = readonly (readonly [unknown, unknown])[];

function expectBook(book: { readonly bids: unknown; readonly asks: unknown }, made: MadeMarket): void {
  const sorted = (rows: ReadonlyMap<number, number>, sign: number) =>
    [...rows].sort(([a], [b]) => (a - b) * sign).map((row) => [...row]);
  const plain = (rows: unknown) => [...(rows as Rows)].map(([price, qty]) => [price, qty]);
  expect(plain(book.bids)).toEqual(sorted(made.bids, -1));
  expect(plain(book.asks)).toEqual(sorted(made.asks, 1));
}

async function until<T>(next: () => Promise<T>, isEnough: (value: T) => boolean): Promise<T> {
  for (;;) {
    const value = await next();
    if (isEnough(value)) return value;
  }
}

describe('ccxt binance against twin emulate binance', () => {
  it('reads markets, book, trades, candles, ticker and time over REST', async () => {
    const made = levelMarket('BTCUSDT', STEPS);
    server = await openEmulator('binance', made.source, { begin: 'end' });
    const client = await binance();
    const markets = await client.loadMarkets();
    expect(Object.keys(markets)).toEqual(['BTC/USDT']);
    expectBook(await client.fetchOrderBook('BTC/USDT'), made);
    const trades = await client.fetchTrades('BTC/USDT', undefined, 1000);
    expect(
      trades.map(({ id, price, amount, side, timestamp }) => ({ id, price, amount, side, timestamp })),
    ).toEqual(
      made.trades.map(({ id, price, qty, side, ms }) => ({
        id: String(id),
        price,
        amount: qty,
        side,
        timestamp: ms,
      })),
    );
    const candles = await client.fetchOHLCV('BTC/USDT', '1m');
    const volume = made.trades.reduce((sum, { qty }) => sum + qty, 0);
    expect(candles.reduce((sum, candle) => sum + candle[5]!, 0)).toBeCloseTo(volume, 6);
    const ticker = await client.fetchTicker('BTC/USDT');
    expect(ticker.last).toBe(made.trades.at(-1)!.price);
    expect(ticker.bid).toBe(Math.max(...made.bids.keys()));
    expect(await client.fetchTime()).toBe(Number(server.playback.nowNs / 1_000_000n));
  });

  it.each(['spot', 'usdm'] as const)(
    'keeps a book and hears trades over %s sockets until both are those of the data',
    async (market) => {
      const made = levelMarket('BTCUSDT', STEPS);
      server = await openEmulator('binance', made.source, { options: { market }, speed: 10 });
      const client = await binance(market);
      const symbol = market === 'spot' ? 'BTC/USDT' : 'BTC/USDT:USDT';
      await client.loadMarkets();
      const heard: string[] = [];
      const trades = until(
        async () => {
          const news = await client.watchTrades(symbol);
          for (const { id } of news) if (!heard.includes(id!)) heard.push(id!);
          return heard;
        },
        (ids) => ids.at(-1) === String(made.trades.at(-1)!.id),
      );
      const full = made.trades.length;
      const book = await until(
        () => client.watchOrderBook(symbol),
        () =>
          server.playback.state === 'ended' &&
          server.playback.market.instruments.get('BTCUSDT')!.trades.length === full,
      );
      expectBook(book, made);
      expect((await trades).length).toBeGreaterThan(full * 0.9);
      expect(new Set(heard).size).toBe(heard.length);
    },
    20_000,
  );

  it('hears the tickers of all symbols in one stream', async () => {
    const made = levelMarket('BTCUSDT', STEPS);
    server = await openEmulator('binance', made.source, { speed: 10 });
    const client = await binance();
    await client.loadMarkets();
    const last = made.trades.at(-1)!.price;
    const tickers = await until(
      () => client.watchTickers(),
      ({ 'BTC/USDT': one }) => server.playback.state === 'ended' && one?.last === last,
    );
    const volume = made.trades.reduce((sum, { qty }) => sum + qty, 0);
    expect(tickers['BTC/USDT']!.baseVolume).toBeCloseTo(volume, 6);
  }, 20_000);
});

describe('ccxt coinbaseexchange against twin emulate coinbase', () => {
  it('reads markets, book, trades, candles, ticker and time over REST', async () => {
    const made = levelMarket('BTC-USD', STEPS);
    server = await openEmulator('coinbase', made.source, { begin: 'end' });
    const client = await coinbase();
    expect(Object.keys(await client.loadMarkets())).toEqual(['BTC/USD']);
    expectBook(await client.fetchOrderBook('BTC/USD'), made);
    const trades = await client.fetchTrades('BTC/USD', undefined, 1000);
    // ccxt turns the maker's side, which Coinbase tells, into the taker's.
    expect(trades.map(({ id, price, amount, side }) => ({ id, price, amount, side }))).toEqual(
      made.trades.map(({ id, price, qty, side }) => ({ id: String(id), price, amount: qty, side })),
    );
    const candles = await client.fetchOHLCV('BTC/USD', '1m');
    const volume = made.trades.reduce((sum, { qty }) => sum + qty, 0);
    expect(candles.reduce((sum, candle) => sum + candle[5]!, 0)).toBeCloseTo(volume, 6);
    expect((await client.fetchTicker('BTC/USD')).last).toBe(made.trades.at(-1)!.price);
    expect(await client.fetchTime()).toBe(Number(server.playback.nowNs / 1_000_000n));
  });

  it('keeps a book, hears every trade and a ticker over sockets', async () => {
    const made = levelMarket('BTC-USD', STEPS);
    server = await openEmulator('coinbase', made.source, { speed: 10 });
    const client = await coinbase();
    await client.loadMarkets();
    const heard: string[] = [];
    const lastId = String(made.trades.at(-1)!.id);
    const trades = until(
      async () => {
        for (const { id } of await client.watchTrades('BTC/USD')) if (!heard.includes(id!)) heard.push(id!);
        return heard;
      },
      (ids) => ids.at(-1) === lastId,
    );
    const ticker = until(
      () => client.watchTicker('BTC/USD'),
      ({ info }) => String((info as { trade_id: unknown }).trade_id) === lastId,
    );
    const book = client.watchOrderBook('BTC/USD');
    await trades;
    expect((await ticker).last).toBe(made.trades.at(-1)!.price);
    await book;
    expectBook(client.orderbooks['BTC/USD'] as never, made);
    expect(heard.length).toBeGreaterThan(made.trades.length * 0.9);
  }, 20_000);
});
