/** Rates at a time and datasets in another currency, on recorded rates: three pairs of one broker have to agree with each other. */

import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  type CanonicalRecord,
  convertDataset,
  FILE_FORMATS,
  Lake,
  lineageOf,
  lineageText,
  parsePair,
  RateBook,
  readRates,
} from '../../src/data/index.ts';
import { ingestRecords } from '../../src/data/quality/lake-of-records.fixture.ts';
import { barsOfDataset } from '../support/daily-bars.ts';
import { readFeedFile } from '../support/feed-files.ts';
import { sharedFile } from '../support/shared-data.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const PAIRS = ['eurusd', 'gbpusd', 'eurgbp'].map((name) => sharedFile(`data/daily/fx_fxcm/${name}.csv.gz`));
const SPY = sharedFile('data/daily/equity_raw_ohlcv/spy.csv.gz');
const DAY_NS = 86_400_000_000_000n;
const DAY_S = 86_400;
const ns = (text: string): bigint => BigInt(Date.parse(text)) * 1_000_000n;

async function barsOf(path: string, symbol: string): Promise<CanonicalRecord<'bar'>[]> {
  const format = FILE_FORMATS.find(({ name }) => name === 'lean')!;
  const { sink } = await readFeedFile(format, path, { symbol });
  return sink.batches('bar').flatMap((batch) => [...batch.rows()] as unknown as CanonicalRecord<'bar'>[]);
}

describe('rates', () => {
  it('are direct, turned around, or through a third currency, and none when too old', () => {
    const book = new RateBook();
    book.add('EUR', 'USD', 0n, 1.25);
    book.add('USD', 'JPY', 10n, 100);
    book.add('EUR', 'USD', 20n, 1.2);
    expect(book.rateAt('EUR', 'USD', 19n, 100n)).toEqual({ rate: 1.25, ageNs: 19n, path: ['EUR', 'USD'] });
    expect(book.rateAt('EUR', 'USD', 20n, 100n)?.rate).toBe(1.2);
    expect(book.rateAt('USD', 'EUR', 19n, 100n)?.rate).toBe(0.8);
    expect(book.rateAt('EUR', 'JPY', 30n, 100n)).toEqual({
      rate: 120,
      ageNs: 20n,
      path: ['EUR', 'USD', 'JPY'],
    });
    expect(book.rateAt('JPY', 'EUR', 30n, 100n)?.rate).toBeCloseTo(1 / 120, 15);
    expect(book.rateAt('EUR', 'EUR', 30n, 0n)?.rate).toBe(1);
    expect(book.rateAt('EUR', 'JPY', 30n, 19n)).toBeNull();
    expect(book.rateAt('EUR', 'USD', 200n, 100n)).toBeNull();
    expect(book.rateAt('EUR', 'USD', -1n, 100n)).toBeNull();
    expect(book.rateAt('EUR', 'CHF', 30n, 100n)).toBeNull();
    expect(book.lastAgeNs('EUR', 'USD', 200n)).toBe(180n);
    // A direct rate that is too old makes way for a young one through a third currency.
    book.add('EUR', 'JPY', 0n, 130);
    expect(book.rateAt('EUR', 'JPY', 30n, 100n)?.rate).toBe(130);
    expect(book.rateAt('EUR', 'JPY', 30n, 25n)?.path).toEqual(['EUR', 'USD', 'JPY']);
  });

  it('find the last of many, whatever the order of questions', () => {
    const book = new RateBook();
    for (let at = 0; at < 1000; at++) book.add('EUR', 'USD', BigInt(at * 10), at + 1);
    for (const at of [0, 9995, 5, 5000, 5009, 4999, 20, 9990, 10, 123_456])
      expect(book.rateAt('EUR', 'USD', BigInt(at), 10n ** 9n)?.rate).toBe(
        Math.min(Math.floor(at / 10), 999) + 1,
      );
  });

  it('have pairs in the spellings of vendors', () => {
    for (const name of ['EURUSD', 'EUR/USD', 'EUR-USD', 'C:EURUSD', 'C:EUR-USD'])
      expect(parsePair(name)).toEqual({ base: 'EUR', quote: 'USD' });
    expect(parsePair('X:BTCUSD')).toEqual({ base: 'BTC', quote: 'USD' });
    expect(parsePair('DOGE-USDT')).toEqual({ base: 'DOGE', quote: 'USDT' });
    for (const name of ['AAPL', 'ESZ13', 'BRK.B', 'BTCUSDT']) expect(parsePair(name)).toBeNull();
  });
});

describe('datasets in another currency', () => {
  const lake = new Lake(join(temporaryFolder('currency'), 'lake'));

  it.skipIf(PAIRS.includes(null))(
    'euros in pounds by way of dollars are what the broker has for the pair itself',
    async () => {
      const [eurusd, gbpusd, eurgbp] = await Promise.all(
        ['EURUSD', 'GBPUSD', 'EURGBP'].map((symbol, index) => barsOf(PAIRS[index]!, symbol)),
      );
      await ingestRecords(lake, 'dollars', { bar: [...eurusd!, ...gbpusd!] }, ['FXCM']);
      const book = await readRates(lake.source(['dollars']));
      expect(book.pairs).toEqual(['EUR/USD', 'GBP/USD']);
      await ingestRecords(lake, 'pair', { bar: eurgbp! }, ['FXCM']);
      const own = await readRates(lake.source(['pair']));
      let compared = 0;
      for (const { tsEvent, basis } of eurgbp!) {
        if (basis !== 'bid') continue;
        const at = tsEvent + DAY_NS;
        const cross = book.rateAt('EUR', 'GBP', at, 0n);
        const pair = own.rateAt('EUR', 'GBP', at, 0n);
        if (cross === null || pair === null) continue;
        expect(cross.path).toEqual(['EUR', 'USD', 'GBP']);
        // Closes of a day that were taken within seconds of each other.
        expect(Math.abs(cross.rate / pair.rate - 1)).toBeLessThan(0.004);
        compared++;
      }
      expect(compared).toBeGreaterThan(3000);
    },
  );

  it.skipIf(PAIRS.includes(null) || SPY === null)(
    'a year of SPY in euros, with the rate that was known at the end of each day',
    async () => {
      const within =
        (from: string) =>
        (bar: CanonicalRecord<'bar'>): boolean =>
          bar.tsEvent >= ns(from) && bar.tsEvent < ns('2014-01-01T00:00:00Z');
      const spy = (await barsOf(SPY!, 'SPY')).filter(within('2013-01-01T00:00:00Z'));
      const eurusd = (await barsOf(PAIRS[0]!, 'EURUSD')).filter(within('2012-12-20T00:00:00Z'));
      await ingestRecords(lake, 'spy', { bar: spy }, ['LEAN']);
      await ingestRecords(lake, 'euro', { bar: eurusd }, ['FXCM']);
      const request = {
        dataset: 'spy',
        rates: ['euro'],
        to: 'EUR',
        from: 'USD',
        maxAgeS: 4 * DAY_S,
        name: 'spy-euro',
      };
      const result = await convertDataset(lake, request, 'test');
      expect(result).toMatchObject({ records: spy.length, ways: { 'USD>EUR': spy.length }, isOld: false });
      const converted = await barsOfDataset(lake, 'spy-euro');
      expect(converted).toHaveLength(spy.length);
      for (const [index, bar] of converted.entries()) {
        const { close, volume, tsEvent, high, low } = spy[index]!;
        // Bids and asks of the last day that had ended by then.
        const known = eurusd.filter((one) => one.tsEvent + DAY_NS <= tsEvent + DAY_NS).slice(-2);
        expect(known[0]!.tsEvent).toBe(known[1]!.tsEvent);
        const rate = (known[0]!.close + known[1]!.close) / 2;
        expect(bar.close).toBeCloseTo(close / rate, 8);
        expect(bar.high / bar.low).toBeCloseTo(high / low, 7);
        expect(bar.volume).toBe(volume);
      }
      expect(lineageText(lineageOf(lake, 'spy-euro'), 'spy-euro')).toMatch(/spy[\s\S]*euro/);
      expect(await convertDataset(lake, request, 'test')).toMatchObject({ isOld: true });
      // The broker has no bars of the days around New Year: within a day there is no rate, and no half of a dataset is left.
      const strict = { ...request, maxAgeS: DAY_S, name: 'spy-strict' };
      await expect(convertDataset(lake, strict, 'test')).rejects.toThrow(
        /young enough.*symbol=SPY from=USD to=EUR at=2013-01-03/,
      );
      expect(lake.findDataset('spy-strict')).toBeNull();
      await expect(convertDataset(lake, { ...request, to: 'JPY', name: null }, 'test')).rejects.toThrow(
        /lastRateAgeS=none/,
      );
      await expect(convertDataset(lake, { ...request, from: null, name: null }, 'test')).rejects.toThrow(
        /told by definitions/,
      );
      await expect(convertDataset(lake, { ...request, to: 'euro', maxAgeS: 0 }, 'test')).rejects.toThrow(
        /to=euro.*max-age=0/,
      );
      await expect(convertDataset(lake, { ...request, rates: ['spy'], name: null }, 'test')).rejects.toThrow(
        /rates are records/,
      );
    },
  );

  it('trades, quotes and definitions are converted too, each symbol from its own currency', async () => {
    const at = ns('2024-01-02T10:00:00Z');
    await ingestRecords(lake, 'mixed', {
      trade: [
        { symbol: 'SAP', tsEvent: at, price: 100, qty: 3, kind: 'regular' },
        { symbol: 'BTC-USD', tsEvent: at, price: 44_000, qty: 0.5, kind: 'regular' },
      ],
      bbo: [{ symbol: 'SAP', tsEvent: at, bidPrice: 99, bidQty: 5, askPrice: 101 }],
      definition: [{ symbol: 'SAP', tsEvent: at, assetClass: 'equity', currency: 'EUR', tick: 0.02 }],
    });
    await ingestRecords(lake, 'told', {
      fx_rate: [{ symbol: 'EURUSD', tsEvent: at - 1n, base: 'EUR', quote: 'USD', rate: 1.1 }],
    });
    const request = { dataset: 'mixed', rates: ['told'], to: 'USD', from: null, maxAgeS: 60, name: 'usd' };
    const { ways } = await convertDataset(lake, request, 'test');
    expect(ways).toEqual({ 'EUR>USD': 2, USD: 1 });
    const rows: Record<string, unknown>[] = [];
    for (const schema of ['trade', 'bbo', 'definition'] as const)
      for await (const batch of lake.source(['usd']).read({ schema })) rows.push(...batch.rows());
    expect(rows).toMatchObject([
      { symbol: 'SAP', price: 110, qty: 3 },
      { symbol: 'BTC-USD', price: 44_000, qty: 0.5 },
      { symbol: 'SAP', bidPrice: 108.9, askPrice: 111.1, bidQty: 5 },
      { symbol: 'SAP', currency: 'USD', tick: null },
    ]);
  });
});
