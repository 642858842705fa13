import { describe, expect, it } from 'vitest';
import { readBytes, readFile, sinkText } from '../../../../tests/support/read-file.ts';
import { sharedFile } from '../../../../tests/support/shared-data.ts';
import { readAllBytes } from '../../byte-source.ts';
import { futureSymbol } from '../../symbols/futures-code.ts';
import { occSymbol } from '../../symbols/occ.ts';
import { LEAN_FILE, LEAN_OPTIONS_FILE } from './lean-file.ts';
import { leanShape } from './shapes.ts';

const ns = (text: string) => BigInt(Date.parse(text)) * 1_000_000n;
const sum = (values: readonly (number | null)[]) =>
  values.reduce<number>((total, value) => total + (value ?? 0), 0);

async function read(path: string, symbol: string, options: Record<string, string> = {}) {
  return readFile(LEAN_FILE, path, { options: { symbol, ...options }, mode: 'strict' });
}

const EQUITIES = 'data/equities-intraday';

describe('LEAN stocks', () => {
  for (const [symbol, rows, volume] of [
    ['ibm', 24_293, 3_960_352],
    ['spy', 250_601, 97_062_721],
    ['bac', 88_172, 64_411_712],
  ] as const) {
    const path = sharedFile(`${EQUITIES}/tick/${symbol}/20131007_trade.csv.gz`);
    it.skipIf(path === null)(`trades of ${symbol} have the count and the volume of the day`, async () => {
      const trades = (await read(path!, symbol.toUpperCase())).records('trade');
      expect([trades.length, sum(trades.map(({ qty }) => qty))]).toEqual([rows, volume]);
      expect(trades[0]!.tsEvent).toBeGreaterThan(ns('2013-10-07T08:00Z'));
      expect(trades.at(-1)!.tsEvent).toBeLessThan(ns('2013-10-08T00:00:01Z'));
    });
  }

  const ibm = sharedFile(`${EQUITIES}/tick/ibm/20131007_trade.csv.gz`);
  it.skipIf(ibm === null)('prices are in 1e-4 dollars', async () => {
    const prices = (await read(ibm!, 'IBM')).records('trade').map(({ price }) => price);
    expect([Math.min(...prices), Math.max(...prices)]).toEqual([181.35, 183.31]);
  });

  const seconds = sharedFile(`${EQUITIES}/second/spy/20131007_trade.csv.gz`);
  const minutes = sharedFile(`${EQUITIES}/minute/spy/20131007_trade.csv.gz`);
  it.skipIf(seconds === null || minutes === null)('second bars summed up are the minute bars', async () => {
    const fine = (await read(seconds!, 'SPY')).records('bar');
    const coarse = (await read(minutes!, 'SPY')).records('bar');
    expect([fine.length, fine[0]!.intervalS, coarse.length, coarse[0]!.intervalS]).toEqual([
      16_675, 1, 828, 60,
    ]);
    expect([sum(fine.map(({ volume }) => volume)), sum(coarse.map(({ volume }) => volume))]).toEqual([
      92_720_576, 92_720_576,
    ]);
    for (const bar of coarse) {
      const parts = fine.filter(
        ({ tsEvent }) => tsEvent >= bar.tsEvent && tsEvent < bar.tsEvent + 60_000_000_000n,
      );
      // The source counted some trades on the border of two minutes to the other one: volumes agree over the day.
      expect([
        parts[0]!.open,
        Math.max(...parts.map(({ high }) => high)),
        Math.min(...parts.map(({ low }) => low)),
        parts.at(-1)!.close,
      ]).toEqual([bar.open, bar.high, bar.low, bar.close]);
    }
  });

  const quotes = sharedFile(`${EQUITIES}/tick/aig/20131007_quote.csv.gz`);
  it.skipIf(quotes === null)('quotes tell one side at a time, and who quotes', async () => {
    const rows = new TextDecoder()
      .decode(await readAllBytes(quotes!))
      .split('\n')
      .slice(0, 20)
      .join('\n');
    const how = { fileName: '20131007_quote.csv', options: { symbol: 'AIG' } };
    const [first, second] = readBytes(LEAN_FILE, Buffer.from(rows), how).records('bbo');
    expect(first).toMatchObject({
      bidPrice: null,
      askPrice: 49.41,
      askQty: 300,
      askExchange: 'Q',
      tsEvent: ns('2013-10-07T08:00:00.152Z'),
    });
    expect(second).toMatchObject({ bidPrice: 49.18, bidQty: 300, bidExchange: 'P', askPrice: null });
  });

  const daily = sharedFile('data/daily/equity_raw_ohlcv/spy.csv.gz');
  const hourly = sharedFile(`${EQUITIES}/hour/spy.csv.gz`);
  it.skipIf(daily === null || hourly === null)(
    'days begin at midnight of New York, hours on the hour',
    async () => {
      const days = (await read(daily!, 'SPY')).records('bar');
      expect(days).toHaveLength(5849);
      expect(days.at(-1)).toMatchObject({
        tsEvent: ns('2021-03-31T04:00Z'),
        close: 396.33,
        intervalS: 86_400,
      });
      const crash = days.findIndex(({ tsEvent }) => tsEvent === ns('2020-03-16T04:00Z'));
      expect(Math.log(days[crash]!.close / days[crash - 1]!.close)).toBeCloseTo(-0.11588653572900726, 12);
      expect((await read(hourly!, 'SPY')).records('bar')[0]).toMatchObject({
        tsEvent: ns('1998-01-02T14:00Z'),
        intervalS: 3600,
        open: 97.31,
      });
    },
  );
});

describe('LEAN currencies, coins and futures', () => {
  const fxcm = sharedFile('data/fx/eurusd_fxcm_ticks/20140508_quote.csv.gz');
  const oanda = sharedFile('data/fx/eurusd_oanda_ticks/20140508_quote.csv.gz');
  it.skipIf(fxcm === null || oanda === null)(
    'ticks of pairs have the counts and spreads of the day',
    async () => {
      for (const [path, count, spread, bad] of [
        [fxcm!, 167_466, 0.1642, 37_336],
        [oanda!, 87_833, 1.7823, 0],
      ] as const) {
        const ticks = (await read(path, 'EUR/USD')).records('bbo');
        const pips = ticks.map(({ bidPrice, askPrice }) => (askPrice! - bidPrice!) * 1e4);
        expect(ticks).toHaveLength(count);
        expect(sum(pips) / count).toBeCloseTo(spread, 3);
        expect(pips.filter((pip) => pip < 0.05)).toHaveLength(bad);
      }
    },
  );

  const pair = sharedFile('data/daily/fx_fxcm/eurusd.csv.gz');
  const coin = sharedFile('data/daily/btcusd_coinbase_trade.csv.gz');
  const metal = sharedFile('data/fx/xauusd_oanda_hour.csv.gz');
  it.skipIf(pair === null || coin === null || metal === null)(
    'bars of bid and ask, whole prices as they are',
    async () => {
      const [bid, ask] = (await read(pair!, 'EUR/USD')).records('bar');
      expect(bid).toMatchObject({
        basis: 'bid',
        open: 1.33141,
        intervalS: 86_400,
        tsEvent: ns('2007-03-30T00:00Z'),
      });
      expect(ask).toMatchObject({ basis: 'ask', open: 1.33149, sourceIndex: 0 });
      expect((await read(coin!, 'BTC-USD')).records('bar')[0]).toMatchObject({
        open: 300,
        volume: 0.05655554,
      });
      expect((await read(metal!, 'XAU/USD')).records('bar')[0]).toMatchObject({
        open: 552.8,
        intervalS: 3600,
      });
    },
  );

  const minutes = sharedFile('data/futures/es_minute/20131007_trade.csv.gz');
  const interest = sharedFile('data/futures/es_minute/20131007_openinterest.csv.gz');
  const ticks = sharedFile('data/futures/gc_tick/20131007_trade.csv.gz');
  it.skipIf(minutes === null || interest === null || ticks === null)('futures by their month', async () => {
    const sink = await read(minutes!, 'ES');
    expect(sink.records('bar')[0]).toMatchObject({
      symbol: 'ESZ13',
      open: 1676.5,
      volume: 9,
      intervalS: 60,
      tsEvent: ns('2013-10-07T00:00Z'),
    });
    expect(sink.counts().bar).toBe(1671);
    expect(sink.records('definition')[0]).toMatchObject({
      symbol: 'ESZ13',
      assetClass: 'future',
      productCode: 'ES',
    });
    expect((await read(interest!, 'ES')).records('statistics')[0]).toMatchObject({
      kind: 'openInterest',
      value: 2_691_941,
    });
    const trades = (await read(ticks!, 'GC')).records('trade');
    expect(trades).toHaveLength(40_192);
    expect(trades[0]).toMatchObject({ symbol: 'GCV13', price: 1313.8, qty: 1 });
  });
});

describe('LEAN options', () => {
  const quotes = sharedFile('data/options/goog_minute/20151224_quote.csv.gz');
  it.skipIf(quotes === null)('quotes of every contract of a day', async () => {
    const sink = await readFile(LEAN_OPTIONS_FILE, quotes!, { options: { symbol: 'GOOG' }, mode: 'strict' });
    const definitions = sink.records('definition');
    expect(definitions).toHaveLength(2192);
    expect(new Set(definitions.map(({ expiry }) => expiry)).size).toBe(12);
    const rows = new Set<number>();
    const bids = new Map<number, number>();
    let crossed = 0;
    for (const { columns, count } of sink.batches('bar')) {
      for (let row = 0; row < count; row++) {
        const index = columns.sourceIndex.number(row);
        rows.add(index);
        if (columns.basis[row] === 1) bids.set(index, columns.close.number(row));
        else if ((bids.get(index) ?? 0) >= columns.close.number(row)) crossed++;
      }
    }
    expect(rows.size + (sink.remarks.get('bar-without-quotes') ?? 0)).toBe(275_552);
    // Crossed or locked.
    expect(crossed).toBe(2);
  });

  for (const [name, contracts, expiries, close, positive] of [
    ['goog_20151224', 2016, 11, 748.4, 1862],
    ['aapl_20140605', 2352, 13, 649.56, 1188],
  ] as const) {
    const path = sharedFile(`data/options/chain_with_greeks/${name}.csv.gz`);
    it.skipIf(path === null)(`the chain of ${name} with its greeks`, async () => {
      const sink = await readFile(LEAN_OPTIONS_FILE, path!, { mode: 'strict' });
      const definitions = sink.records('definition');
      const underlying = name.slice(0, 4).toUpperCase();
      expect(definitions).toHaveLength(contracts);
      expect(definitions.filter(({ right }) => right === 'call')).toHaveLength(contracts / 2);
      expect(new Set(definitions.map(({ expiry }) => expiry)).size).toBe(expiries);
      expect(sink.records('bar').find(({ symbol }) => symbol === underlying)).toMatchObject({ close });
      const volatilities = sink.records('statistics').filter(({ kind }) => kind === 'impliedVolatility');
      expect(volatilities.filter(({ value }) => value! > 0)).toHaveLength(positive);
    });
  }

  it('contracts have the names that exchanges give them', () => {
    expect(occSymbol({ root: 'AAPL', expiry: '2025-02-21', right: 'call', strike: 250 })).toBe(
      'AAPL  250221C00250000',
    );
    expect(occSymbol({ root: 'GOOG', expiry: '2015-12-24', right: 'put', strike: 742.5 })).toBe(
      'GOOG  151224P00742500',
    );
    expect(occSymbol({ root: 'TOOLONG', expiry: '2015-12-24', right: 'put', strike: 742.5 })).toBeNull();
    expect(futureSymbol('ES', '201312')).toBe('ESZ13');
    expect(futureSymbol('ES', '201313')).toBeNull();
  });
});

describe('LEAN files in general', () => {
  it('rows of another kind are set aside; chunks change nothing', () => {
    const bytes = Buffer.from('34200000,100,200,50,150,7\n34260000,1,2\n34320000,150,160,140,150,9\n');
    const how = { fileName: '20240110_trade.csv', options: { symbol: 'X' } };
    const text = (chunkBytes: number) =>
      sinkText(readBytes(LEAN_FILE, bytes, { ...how, chunkBytes, options: { ...how.options } }));
    expect(() => readBytes(LEAN_FILE, bytes, how)).toThrow(/of one kind/);
    const good = Buffer.concat([
      Buffer.from('34200000,100,200,50,150,7\n34260000,100,200,50,150,7\n'.repeat(200)),
      bytes,
    ]);
    const sink = readBytes(LEAN_FILE, good, how);
    expect(sink.counts()).toEqual({ bar: 402 });
    expect([...sink.quarantine.counts]).toEqual([['column-count', 1]]);
    expect(sinkText(readBytes(LEAN_FILE, good, { ...how, chunkBytes: 11 }))).toBe(sinkText(sink));
    expect(text).toThrow();
  });

  it('what the file does not tell is asked for', () => {
    const bytes = Buffer.from('34200000,100,200,50,150,7\n');
    expect(() => readBytes(LEAN_FILE, bytes, { fileName: 'x.csv' })).toThrow(/symbol needs a value/);
    expect(() => readBytes(LEAN_FILE, bytes, { fileName: 'x.csv', options: { symbol: 'X' } })).toThrow(
      /the day of a file/,
    );
    expect(() =>
      readBytes(LEAN_FILE, bytes, { fileName: '20240110_trade.csv', options: { symbol: 'X' } }),
    ).toThrow(/length of bars/);
    expect(() =>
      readBytes(LEAN_FILE, bytes, { options: { symbol: 'X', scale: '2', interval: 'x', zone: 'Mars' } }),
    ).toThrow(/zone.*scale.*interval/s);
  });

  it('rows of LOBSTER are no bars', () => {
    expect(leanShape(['34200,1,16113575,18,5853300,1'])).toBeNull();
    expect(leanShape(['34200000,10,20,5,15,1'])).toBe('bar');
    expect(leanShape([])).toBeNull();
  });
});
