import { describe, expect, it } from 'vitest';
import { readBytes, readFile, sinkText } from '../../../../tests/support/read-file.ts';
import { sharedFile } from '../../../../tests/support/shared-data.ts';
import { DUKASCOPY_FILE } from './dukascopy-file.ts';

describe('Dukascopy files', () => {
  const coins = sharedFile('data/fx/dukascopy/ticks-BTC-USD-2023-2-20-12.json.gz');
  const pair = sharedFile('data/fx/dukascopy/ticks-EUR-USD-2026-7-13-12.json.gz');
  const candles = sharedFile('data/fx/dukascopy/candles-minute-EUR-USD-BID-2026-7-10.json.gz');

  it.skipIf(coins === null || pair === null)('ticks of an hour, ask never below bid', async () => {
    for (const path of [coins!, pair!]) {
      const ticks = (await readFile(DUKASCOPY_FILE, path, { mode: 'strict' })).records('bbo');
      expect(ticks.length).toBeGreaterThan(1000);
      expect(ticks.every(({ bidPrice, askPrice }) => bidPrice! <= askPrice!)).toBe(true);
      expect(ticks.at(-1)!.tsEvent - ticks[0]!.tsEvent).toBeLessThan(3_600_000_000_000n);
    }
    const sink = await readFile(DUKASCOPY_FILE, coins!, { mode: 'strict' });
    expect(sink.counts()).toEqual({ bbo: 8523 });
    expect(sink.records('bbo')[0]).toMatchObject({
      symbol: 'BTC/USD',
      bidPrice: 24_849.4,
      askPrice: 24_921.5,
      tsEvent: 1_676_894_400_084_000_000n,
    });
  });

  it.skipIf(candles === null)('candles of a day, prices of the side that the name tells', async () => {
    const bars = (await readFile(DUKASCOPY_FILE, candles!, { mode: 'strict' })).records('bar');
    expect(bars).toHaveLength(1258);
    expect(bars[0]).toMatchObject({
      symbol: 'EUR/USD',
      basis: 'bid',
      intervalS: 60,
      open: 1.14331,
      close: 1.14324,
      tsEvent: 1_783_641_600_000_000_000n,
    });
    expect(
      bars.every(
        ({ open, high, low, close }) => high >= Math.max(open, close) && low <= Math.min(open, close),
      ),
    ).toBe(true);
  });

  it('differences add up; columns of different length are no ticks', () => {
    const document = {
      timestamp: 1000,
      multiplier: 0.01,
      ask: 1.02,
      bid: 1,
      times: [5, 7],
      asks: [0, 1],
      bids: [0, -1],
      askVolumes: [1, 2],
      bidVolumes: [3, 4],
    };
    const how = { fileName: 'ticks-ABC-DEF-2024-1-1-0.json' };
    const bytes = Buffer.from(JSON.stringify(document));
    const sink = readBytes(DUKASCOPY_FILE, bytes, how);
    expect(sink.records('bbo')[1]).toMatchObject({
      bidPrice: 0.99,
      askPrice: 1.03,
      tsEvent: 1_012_000_000n,
      bidQty: 4,
    });
    expect(sinkText(readBytes(DUKASCOPY_FILE, bytes, { ...how, chunkBytes: 9 }))).toBe(sinkText(sink));
    const bad = readBytes(DUKASCOPY_FILE, Buffer.from(JSON.stringify({ ...document, asks: [1] })), how);
    expect([...bad.quarantine.counts]).toEqual([['not-json', 1]]);
  });
});
