/** Our own adapters against the emulated vendors: what goes out of a source comes back into a lake. Faults: `fault-matrix`. */

import { afterEach, describe, expect, it } from 'vitest';
import type { EmulatorServer } from '../../src/emulators/index.ts';
import { expectedBook, levelMarket, MARKET_START_NS, orderMarket } from '../support/crypto-market.ts';
import { bookOf, ingest, ordersOf, receive } from '../support/emulated-ingest.ts';
import { openEmulator } from '../support/emulator.ts';

let server: EmulatorServer;

afterEach(async () => server.close());

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
      const received = await receive('binance', server, {
        symbols: ['BTCUSDT'],
        schemas: ['mbp'],
        options: { market },
      });
      const records = await received.records('mbp');
      // Snapshots of the spot market tell no time, so they have that of receipt: only the numbers tell the order.
      records.sort((a, b) => a.sequence! - b.sequence!);
      expect(bookOf(records)).toEqual(expectedBook(made));
      expect(server.faults.list().filter(({ fired }) => fired > 0)).toHaveLength(3);
      expect(records.filter(({ action }) => action === 'clear').length).toBeGreaterThanOrEqual(3);
      expect(received.findings()['feed-broken']).toBe(1);
      received.lake.close();
    },
    30_000,
  );

  it('an ingest gives the trades of the data, each once, and candles of all of them', async () => {
    const made = levelMarket('BTCUSDT', 900);
    server = await openEmulator('binance', made.source, { begin: 'end' });
    const day = new Date(Number(MARKET_START_NS / 1_000_000n)).toISOString().slice(0, 10);
    const asked = { symbols: ['BTCUSDT'], schemas: ['trade', 'bar'], from: day, to: day } as const;
    const received = await ingest('binance', server, asked);
    const trades = await received.records('trade');
    expect(trades.map(({ tradeId, price, qty, aggressor }) => [tradeId, price, qty, aggressor])).toEqual(
      made.trades.map(({ id, price, qty, side }) => [String(id), price, qty, side]),
    );
    const bars = await received.records('bar');
    expect(bars.reduce((sum, bar) => sum + bar.trades!, 0)).toBe(made.trades.length);
    received.lake.close();
  }, 30_000);
});

describe('Coinbase', () => {
  it('the full channel, joined to a book of level 3, ends as the orders of the data, with a hole on the way', async () => {
    server = await openEmulator('coinbase', orderMarket('BTC-USD', 800), {
      speed: 8,
      faults: [{ name: 'gap', spec: 'nth:200' }],
    });
    const received = await receive('coinbase', server, { symbols: ['BTC-USD'], schemas: ['mbo', 'trade'] });
    const { instruments } = server.playback.market;
    const truth = [...instruments.get('BTC-USD')!.orders.orders].map(([id, { qty }]) => [id, qty] as const);
    expect(truth.length).toBeGreaterThan(50);
    expect([...ordersOf(await received.records('mbo'))].sort()).toEqual([...truth].sort());
    received.lake.close();
  }, 30_000);

  it('level 2 ends as the book of the data', async () => {
    const made = levelMarket('BTC-USD', 400);
    server = await openEmulator('coinbase', made.source, { speed: 20 });
    const received = await receive('coinbase', server, { symbols: ['BTC-USD'], schemas: ['mbp', 'trade'] });
    expect(bookOf(await received.records('mbp'))).toEqual(expectedBook(made));
    const ids = (await received.records('trade')).map(({ tradeId }) => tradeId);
    expect(new Set(ids)).toEqual(new Set(made.trades.map(({ id }) => String(id))));
    received.lake.close();
  }, 30_000);
});
