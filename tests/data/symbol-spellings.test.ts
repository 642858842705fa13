/** Names across vendors: each is read from any spelling, and taken by the adapter of the vendor it is written for. */

import { describe, expect, it } from 'vitest';
import {
  ADAPTERS,
  FILE_FORMATS,
  readSpelling,
  resolveRequest,
  SPELLERS,
  type Speller,
  spell,
} from '../../src/data/index.ts';
import { readFeedFile } from '../support/feed-files.ts';
import { sharedFile } from '../support/shared-data.ts';

const YEAR = 2024;
const NAMES: readonly (readonly [string, Partial<Record<Speller, string>>])[] = [
  ['AAPL', { databento: 'AAPL', polygon: 'AAPL', alphavantage: 'AAPL', lean: 'aapl' }],
  ['BRK-B', { databento: 'BRK.B', polygon: 'BRK.B', alphavantage: 'BRK-B', lean: 'brk.b' }],
  ['tap.a', { databento: 'TAP.A', polygon: 'TAP.A', alphavantage: 'TAP-A', lean: 'tap.a' }],
  ['O:SPY251219C00650000', { databento: 'SPY   251219C00650000', polygon: 'O:SPY251219C00650000' }],
  ['ESZ4', { databento: 'ESZ4', cme: 'ESZ4', lean: 'ESZ24' }],
  ['6EH24', { databento: '6EH4', cme: '6EH4', lean: '6EH24' }],
  ['EUR/USD', { polygon: 'C:EURUSD', alphavantage: 'EUR/USD', lean: 'eurusd' }],
  [
    'X:BTCUSD',
    { polygon: 'X:BTCUSD', alphavantage: 'BTC-USD', lean: 'btcusd', coinbase: 'BTC-USD', binance: 'BTCUSD' },
  ],
  [
    'DOGE-USDT',
    {
      polygon: 'X:DOGEUSDT',
      alphavantage: 'DOGE-USDT',
      lean: 'dogeusdt',
      coinbase: 'DOGE-USDT',
      binance: 'DOGEUSDT',
    },
  ],
];

describe('names across vendors', () => {
  it.each(NAMES)('%s', (symbol, expected) => {
    const instrument = readSpelling(symbol, YEAR)!;
    const spelled = SPELLERS.map((vendor) => [vendor, spell(instrument, vendor)] as const);
    expect(Object.fromEntries(spelled.filter(([, name]) => name !== null))).toEqual(expected);
    // Whatever a vendor writes is the same instrument again, but for coins whose two codes run into each other.
    for (const [, name] of spelled)
      if (name !== null && !/^(?:X:)?doge/i.test(name)) expect(readSpelling(name, YEAR)).toEqual(instrument);
  });

  it('what is no name is none', () => {
    for (const symbol of ['', 'TOOLONGNAME', '12', 'A B', 'ESZ4-ESH5'])
      expect(readSpelling(symbol, YEAR)).toBeNull();
  });

  it('adapters take the names that are written for them', () => {
    const asked = (
      vendor: string,
      symbol: string,
      schemas: string[],
      options: Record<string, string> = {},
    ) => {
      const adapter = ADAPTERS.find(({ name }) => name === vendor)!;
      const days = { from: '2024-01-02', to: '2024-01-03' };
      return adapter.plan(resolveRequest(adapter, { symbols: [symbol], schemas, options, ...days }));
    };
    let tasks = 0;
    for (const [symbol] of NAMES) {
      const instrument = readSpelling(symbol, YEAR)!;
      for (const vendor of ['polygon', 'alphavantage', 'coinbase', 'binance'] as const) {
        const name = spell(instrument, vendor);
        if (name === null || (vendor === 'alphavantage' && symbol === 'DOGE-USDT')) continue;
        const planned = asked(
          vendor,
          name,
          vendor === 'polygon' || vendor === 'alphavantage' ? ['bar'] : ['trade'],
        );
        expect(planned.length, `${vendor} ${name}`).toBeGreaterThan(0);
        tasks += planned.length;
      }
    }
    expect(tasks).toBeGreaterThan(15);
  });

  it.each([
    ['GLBX.MDP3', 'ESH1'],
    ['EQUS.MINI', 'QQQ'],
    ['OPRA.PILLAR', 'AAPL  250221C00250000'],
  ])('names of %s are those that Databento writes', async (folder, symbol) => {
    const path = sharedFile(`data/dbn/databento-python/${folder}/test_data.definition.dbn.zst`);
    if (path === null) return;
    const { sink } = await readFeedFile(FILE_FORMATS.find(({ name }) => name === 'dbn')!, path);
    const [row] = sink.batches('definition').flatMap((batch) => [...batch.rows()]);
    expect(row!.symbol).toBe(symbol);
    const year = new Date(Number(row!.tsEvent / 1_000_000n)).getUTCFullYear();
    expect(spell(readSpelling(symbol, year)!, 'databento')).toBe(symbol);
  });
});
