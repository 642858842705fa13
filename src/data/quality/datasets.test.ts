import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Lake } from '../lake/lake.ts';
import { compactDataset, verifyDataset } from '../lake/upkeep.ts';
import { type CanonicalRecord, QUALITY_BITS, qualityMask, type SchemaName } from '../registry.ts';
import { ALWAYS_OPEN } from './calendar.ts';
import { fillDataset } from './fill-dataset.ts';
import { type GivenRecords, ingestRecords } from './lake-of-records.fixture.ts';
import { QUALITY_DEFAULTS } from './options.ts';
import { readmitRecords, setAsideOf } from './readmit.ts';
import { validateDataset } from './validate.ts';

const SECOND = 1_000_000_000n;
const START = 1_700_006_400n * SECOND;
const FILLED = ['filledPrevious', 'filledLinear', 'filledFromTrades'] as const;

let folder: string;
let lake: Lake;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'twin-quality-'));
  lake = new Lake(folder);
});

afterEach(() => {
  lake.close();
  rmSync(folder, { recursive: true, force: true });
});

type Bar = NonNullable<GivenRecords['bar']>[number];
type Trade = NonNullable<GivenRecords['trade']>[number];
type Quote = NonNullable<GivenRecords['bbo']>[number];

function bar(minute: number, close: number, more: Partial<Bar> = {}): Bar {
  const tsEvent = START + BigInt(60 * minute) * SECOND;
  const prices = { open: close, high: close, low: close, close };
  return {
    symbol: 'A',
    tsEvent,
    intervalS: 60,
    basis: 'trade',
    adjusted: 'raw',
    volume: 10,
    ...prices,
    ...more,
  };
}

function trade(second: number, price: number, more: Partial<Trade> = {}): Trade {
  const tsEvent = START + BigInt(Math.round(second * 1000)) * 1_000_000n;
  return { symbol: 'A', tsEvent, price, qty: 1, kind: 'regular', ...more };
}

function quote(second: number, bidPrice: number, askPrice: number, more: Partial<Quote> = {}): Quote {
  const tsEvent = START + BigInt(Math.round(second * 1000)) * 1_000_000n;
  return { symbol: 'A', tsEvent, bidPrice, askPrice, bidQty: 1, askQty: 1, ...more };
}

async function recordsOf<N extends SchemaName>(id: string, schema: N): Promise<CanonicalRecord<N>[]> {
  const records: CanonicalRecord<N>[] = [];
  for await (const batch of lake.source([id]).read({ schema }))
    records.push(...([...batch.rows()] as unknown as CanonicalRecord<N>[]));
  return records;
}

function bitsOf({ quality }: { readonly quality: number | null }): string {
  return QUALITY_BITS.filter((_, bit) => (((quality ?? 0) >> bit) & 1) === 1).join('+');
}

describe('the report of a dataset', () => {
  it('counts by symbol and day, tells what was set aside, and names gaps', async () => {
    const numbers = Array.from({ length: 200 }, (_, index) => index + 1).filter((one) => one !== 150);
    const trades = numbers.map((sequence) =>
      trade(sequence * 700, 100, { sequence, symbol: `S${sequence % 2}` }),
    );
    await ingestRecords(lake, 'one', { trade: [...trades, trade(1, 100, { qty: -1 })] });
    const { report, gaps } = await validateDataset(lake, 'one');
    expect(report).toMatchObject({
      dataset: 'one',
      records: 199,
      setAside: { 'out-of-range': 1 },
      readmitted: 0,
    });
    const [schema] = report.schemas;
    expect(schema).toMatchObject({ venue: 'TEST', schema: 'trade', records: 199, unmarked: {} });
    expect(schema!.quality).toEqual({ gapBefore: 1 });
    const symbols = schema!.symbols;
    expect(symbols.map(({ symbol, records }) => [symbol, records])).toEqual([
      ['S0', 99],
      ['S1', 100],
    ]);
    expect(symbols[1]).toMatchObject({ firstNs: START + 700n * SECOND, lastNs: START + 139_300n * SECOND });
    const byDay = new Map<string, number>();
    for (const { tsEvent } of trades) {
      const day = new Date(Number(tsEvent / 1_000_000n)).toISOString().slice(0, 10);
      byDay.set(day, (byDay.get(day) ?? 0) + 1);
    }
    const days = [...byDay.keys()];
    expect(days.length).toBeGreaterThan(1);
    for (const day of days)
      expect(symbols.reduce((sum, one) => sum + (one.days[day] ?? 0), 0)).toBe(byDay.get(day));
    expect(report.gaps).toEqual({ sequence: { gaps: 1, missing: 1 } });
    expect(gaps).toMatchObject([
      { kind: 'sequence', from: 150n, to: 150n, afterNs: START + 104_300n * SECOND },
    ]);
  });

  it('tells losses that records name without a number, and looks at each venue by itself', async () => {
    const trades = [trade(0, 100), trade(1, 100, { quality: qualityMask('gapBefore') }), trade(2, 100)];
    await ingestRecords(lake, 'two', { trade: trades }, ['X', 'Y']);
    const { report, gaps } = await validateDataset(lake, 'two');
    expect(report.schemas.map(({ venue, records }) => [venue, records])).toEqual([
      ['X', 3],
      ['Y', 3],
    ]);
    expect(report.schemas[0]!.quality).toEqual({ gapBefore: 1 });
    const told = { kind: 'told', symbol: 'A', missing: null, beforeNs: START + SECOND };
    expect(gaps).toMatchObject([told, told]);
  });

  it('lists bars that are missing within a day, or at any time when the market never closes', async () => {
    await ingestRecords(lake, 'bars', { bar: [0, 1, 4, 2000, 2001].map((minute) => bar(minute, 100)) });
    const { gaps } = await validateDataset(lake, 'bars');
    expect(gaps).toMatchObject([
      { kind: 'interval', missing: 2, from: START + 120n * SECOND, to: START + 180n * SECOND },
    ]);
    const quality = { ...QUALITY_DEFAULTS, calendar: ALWAYS_OPEN };
    expect((await validateDataset(lake, 'bars', { quality })).report.gaps).toEqual({
      interval: { gaps: 2, missing: 2 + 1995 },
    });
  });
});

describe('trades against quotes', () => {
  it('mark what no quote around them allows, as by comparing each with all', async () => {
    let state = 12_345;
    const draw = (limit: number): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return (state >>> 8) % limit;
    };
    const times = Array.from({ length: 400 }, () => draw(100_000) / 1000);
    const quotes = times
      .toSorted((a, b) => a - b)
      .map((second) => {
        const bid = 100 + draw(20);
        return quote(second, bid, bid + 1 + draw(3));
      });
    const trades = Array.from({ length: 300 }, (_, index) =>
      trade(draw(100_000) / 1000, 100 + draw(22), index % 10 === 0 ? { kind: 'offBook' } : {}),
    ).sort((a, b) => Number(a.tsEvent - b.tsEvent));
    await ingestRecords(lake, 'quotes', { bbo: quotes, trade: trades });
    const slackNs = 100_000_000n;
    const expected = trades.filter(({ tsEvent, price, kind }) => {
      if (kind === 'offBook' || !quotes.some((one) => one.tsEvent <= tsEvent)) return false;
      const old = quotes.filter((one) => one.tsEvent <= tsEvent - slackNs).at(-1)!;
      const around = quotes.filter(
        (one) => one.tsEvent > tsEvent - slackNs && one.tsEvent <= tsEvent + slackNs,
      );
      const all = old === undefined ? around : [old, ...around];
      return (
        Number(price) < Math.min(...all.map((one) => Number(one.bidPrice))) ||
        Number(price) > Math.max(...all.map((one) => Number(one.askPrice)))
      );
    });
    expect(expected.length).toBeGreaterThan(30);
    const { report } = await validateDataset(lake, 'quotes', { mark: true });
    const unmarked = report.schemas.find(({ schema }) => schema === 'trade')!.unmarked;
    expect(unmarked.outsideQuote).toBe(expected.length);
    const marked = (await recordsOf('quotes', 'trade')).filter((one) => bitsOf(one).includes('outsideQuote'));
    expect(marked.map(({ tsEvent, price }) => `${tsEvent} ${price}`).sort()).toEqual(
      expected.map(({ tsEvent, price }) => `${tsEvent} ${price}`).sort(),
    );
    expect(await recordsOf('quotes', 'trade')).toHaveLength(trades.length);
    expect(await verifyDataset(lake, 'quotes')).toEqual([]);
    const again = await validateDataset(lake, 'quotes', { mark: true });
    expect(again.report.schemas.map(({ unmarked: news }) => news)).toEqual([{}, {}]);
  });
});

describe('bars against trades', () => {
  it('mark bars that their trades do not make', async () => {
    const trades: Trade[] = [];
    for (let second = 0; second < 600; second += 6)
      trades.push(trade(second, second % 60 === 30 ? 101 : 100));
    const whole = { open: 100, high: 101, low: 100, close: 100, volume: 10 };
    const bars = [
      bar(1, 100, whole),
      bar(2, 100, { ...whole, high: 100 }),
      bar(3, 100, { ...whole, high: 102 }),
      bar(4, 100, { ...whole, volume: 9 }),
      bar(5, 100, { ...whole, volume: 11 }),
      bar(6, 100, { ...whole, volume: 10.05 }),
      bar(7, 100, { ...whole, high: 102, adjusted: 'splits' }),
      bar(9, 100, { ...whole, high: 102 }),
      bar(20, 100, { ...whole, high: 102 }),
    ];
    await ingestRecords(lake, 'both', { trade: trades, bar: bars });
    const quality = { ...QUALITY_DEFAULTS, outliers: false, seasons: false };
    await validateDataset(lake, 'both', { mark: true, quality });
    const marked = (await recordsOf('both', 'bar')).filter((one) => bitsOf(one).includes('barMismatch'));
    expect(marked.map(({ tsEvent }) => Number((tsEvent - START) / SECOND) / 60)).toEqual([2, 3, 4, 5]);
  });
});

describe('a filled dataset', () => {
  const bars = [bar(0, 100), bar(1, 102), bar(4, 108), bar(5, 108), bar(3000, 50)];
  const request = {
    parent: 'holes',
    bars: 'none',
    quotes: 'none',
    everyS: 60,
    calendarOf: () => null,
    name: null,
  } as const;

  it('has bars as before in the gaps of a day, marked, and its parent in its head', async () => {
    await ingestRecords(lake, 'holes', { bar: bars });
    const result = await fillDataset(lake, { ...request, bars: 'previous' }, 'test');
    expect(result).toMatchObject({ records: 7, filled: { 'previous bars': 2 }, isOld: false });
    const filled = (await recordsOf(result.dataset, 'bar')).filter((one) => bitsOf(one) === 'filledPrevious');
    expect(filled).toMatchObject(
      [2, 3].map((minute) => ({
        tsEvent: START + BigInt(60 * minute) * SECOND,
        open: 102,
        close: 102,
        volume: 0,
        trades: 0,
        sequence: null,
      })),
    );
    const { head, done } = lake.dataset(result.dataset);
    expect(head).toMatchObject({ kind: 'derived', parents: ['holes'], maker: { name: 'fill' } });
    expect([...done.values()][0]).toMatchObject({ counts: { bar: 7 }, quality: { filledPrevious: 2 } });
    const journal = readFileSync(join(folder, 'datasets', `${result.dataset}.ndjson`), 'utf8');
    expect(await fillDataset(lake, { ...request, bars: 'previous' }, 'test')).toEqual({
      ...result,
      isOld: true,
    });
    expect(readFileSync(join(folder, 'datasets', `${result.dataset}.ndjson`), 'utf8')).toBe(journal);
    expect((await validateDataset(lake, result.dataset)).report.gaps).toEqual({});
  });

  it('has bars on the line between their neighbours, and bars of trades where there were some', async () => {
    const trades = [
      trade(121, 103),
      trade(130, 105, { qty: 4 }),
      trade(179.9, 104),
      trade(150, 999, { kind: 'bust' }),
    ];
    await ingestRecords(lake, 'holes', { bar: bars, trade: trades });
    const line = await fillDataset(lake, { ...request, bars: 'linear', name: 'line' }, 'test');
    const made = (await recordsOf(line.dataset, 'bar')).filter((one) => bitsOf(one) === 'filledLinear');
    expect(made.map(({ close, volume }) => [close, volume])).toEqual([
      [104, null],
      [106, null],
    ]);
    const traded = await fillDataset(lake, { ...request, bars: 'fromTrades', name: 'traded' }, 'test');
    expect(traded.filled).toEqual({ 'fromTrades bars': 1 });
    const [one] = (await recordsOf('traded', 'bar')).filter(
      (record) => bitsOf(record) === 'filledFromTrades',
    );
    expect(one).toMatchObject({ open: 103, high: 105, low: 103, close: 104, volume: 6, trades: 3 });
  });

  it('has a quote every so often', async () => {
    await ingestRecords(lake, 'holes', {
      bbo: [quote(0, 100, 102), quote(40, 104, 102.8), quote(41, 105, 106)],
    });
    const line = await fillDataset(lake, { ...request, quotes: 'linear', everyS: 10 }, 'test');
    expect(line.records).toBe(6);
    const quotes = await recordsOf(line.dataset, 'bbo');
    expect(quotes.map(({ bidPrice, askPrice, quality }) => [bidPrice, askPrice, quality])).toEqual([
      [100, 102, 0],
      [101, 102.2, qualityMask('filledLinear')],
      [102, 102.4, qualityMask('filledLinear')],
      [103, 102.6, qualityMask('filledLinear')],
      [104, 102.8, qualityMask('crossed')],
      [105, 106, 0],
    ]);
  });

  it('is refused with every problem, and a name stands for one request', async () => {
    await ingestRecords(lake, 'holes', { bar: bars });
    await expect(
      fillDataset(lake, { ...request, bars: 'fromTrades', quotes: 'fromTrades', everyS: 0 }, 'test'),
    ).rejects.toThrow(/no trades.*no quotes.*quotes=fromTrades.*every=0/);
    await expect(fillDataset(lake, request, 'test')).rejects.toThrow(/neither bars/);
    await fillDataset(lake, { ...request, bars: 'linear', name: 'mine' }, 'test');
    await expect(fillDataset(lake, { ...request, bars: 'previous', name: 'mine' }, 'test')).rejects.toThrow(
      /a name stands for one dataset/,
    );
  });

  it('has only bits of filling beside those of its parent', async () => {
    await ingestRecords(lake, 'holes', { bar: [...bars, bar(6, 108, { open: 200 })] });
    const { dataset } = await fillDataset(lake, { ...request, bars: 'previous' }, 'test');
    const copied = (await recordsOf(dataset, 'bar')).filter(
      (one) => !FILLED.some((bit) => bitsOf(one) === bit),
    );
    const parent = await recordsOf('holes', 'bar');
    expect(copied).toEqual(parent);
    expect(parent.some((one) => bitsOf(one) === 'barMismatch')).toBe(true);
  });
});

describe('records set aside', () => {
  const records: GivenRecords = {
    trade: [
      trade(0, 100),
      trade(1, 100, { qty: -1 }),
      trade(2, 100, { qty: -2, tradeId: 'x', buyOrderId: 2n ** 63n + 1n }),
      trade(3, 100, { price: 'much' }),
      trade(4, 100),
    ],
  };

  it('go back with a value put in, once, marked, and stay back', async () => {
    await ingestRecords(lake, 'aside', records);
    expect(setAsideOf(lake, 'aside').map(({ reason, isReadmitted }) => [reason, isReadmitted])).toEqual([
      ['not-a-number', false],
      ['out-of-range', false],
      ['out-of-range', false],
    ]);
    const ask = { dataset: 'aside', reasons: ['out-of-range'], set: {} };
    expect(await readmitRecords(lake, ask)).toEqual({
      readmitted: 0,
      before: 0,
      left: { 'trade.qty: out-of-range': 2 },
    });
    const mended = { ...ask, set: { qty: '3' } };
    expect(await readmitRecords(lake, mended)).toEqual({ readmitted: 2, before: 0, left: {} });
    expect(await readmitRecords(lake, mended)).toEqual({ readmitted: 0, before: 2, left: {} });
    await compactDataset(lake, 'aside');
    expect(await readmitRecords(lake, { ...mended, reasons: [] })).toEqual({
      readmitted: 0,
      before: 2,
      left: { 'trade.price: not-a-number': 1 },
    });
    const trades = await recordsOf('aside', 'trade');
    expect(trades.map((one) => [one.qty, bitsOf(one), one.sourceIndex])).toEqual([
      [1, '', 0],
      [3, 'readmitted', 1],
      [3, 'readmitted', 2],
      [1, '', 4],
    ]);
    expect(trades[2]).toMatchObject({ tradeId: 'x', buyOrderId: 2n ** 63n + 1n, symbol: 'A' });
    expect((await validateDataset(lake, 'aside')).report).toMatchObject({ records: 4, readmitted: 2 });
    expect(await verifyDataset(lake, 'aside')).toEqual([]);
  });

  it('are refused with every problem', async () => {
    await ingestRecords(lake, 'aside', records);
    await expect(readmitRecords(lake, { dataset: 'aside', reasons: ['bad'], set: {} })).rejects.toThrow(
      /reason=bad/,
    );
    const set = { speed: '1', quality: '0' };
    await expect(readmitRecords(lake, { dataset: 'aside', reasons: [], set })).rejects.toThrow(
      /set speed.*set quality/,
    );
  });
});
