/** Recorded answers of Alpha Vantage go into records, and come out of the emulator as they were; its errors come with status 200. */

import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { ADAPTERS, MemorySink, MemorySource, type NewRecord } from '../../src/data/index.ts';
import type { EmulateOptions, EmulatorServer } from '../../src/emulators/index.ts';
import { MARKET_START_NS, stockMarket } from '../support/crypto-market.ts';
import { ingest } from '../support/emulated-ingest.ts';
import { openEmulator } from '../support/emulator.ts';
import { sharedFile } from '../support/shared-data.ts';

const ADAPTER = ADAPTERS.find(({ name }) => name === 'alphavantage')!;
let server: EmulatorServer;
afterEach(async () => server?.close());

async function open(source: MemorySource, more: Partial<EmulateOptions> = {}): Promise<void> {
  server = await openEmulator('alphavantage', source, { begin: 'end', ...more });
}

type Answer = Record<string, unknown>;

async function ask(query: string): Promise<Answer> {
  const answer = await fetch(`http://127.0.0.1:${server.port}/query?${query}&apikey=any`);
  expect(answer.status).toBe(200);
  return (await answer.json()) as Answer;
}

/** Numbers of names and padding of digits are not what an answer says. */
function plain(value: unknown): unknown {
  if (typeof value === 'string' && /^-?\d+(\.\d+)?%?$/.test(value)) return Number(value.replace('%', ''));
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key.replace(/^\d+[a-z]?[.:] /, ''), plain(one)]),
  );
}

const RECORDED: readonly (readonly [file: string, query: string])[] = [
  [
    'time_series_daily_adjusted_IBM_2023-02-01_two_days.json',
    'function=TIME_SERIES_DAILY_ADJUSTED&symbol=IBM',
  ],
  ['zackurben/data/intraday.json', 'function=TIME_SERIES_INTRADAY&symbol=MSFT&interval=1min&adjusted=false'],
  ['zackurben/forex/intraday.json', 'function=FX_INTRADAY&from_symbol=EUR&to_symbol=USD&interval=5min'],
  ['zackurben/crypto/intraday.json', 'function=CRYPTO_INTRADAY&symbol=ETH&market=USD&interval=5min'],
  ['zackurben/fundamental/income_statement.json', 'function=INCOME_STATEMENT&symbol=IBM'],
  ['zackurben/fundamental/balance_sheet.json', 'function=BALANCE_SHEET&symbol=IBM'],
  ['zackurben/fundamental/cash_flow.json', 'function=CASH_FLOW&symbol=IBM'],
  ['zackurben/fundamental/company_overview.json', 'function=OVERVIEW&symbol=IBM'],
];
const FILES = RECORDED.map(([file]) => sharedFile(`data/alphavantage/${file}`));
/** Answers without a time of their own are dated by a page in front of them. */
const DATED = JSON.stringify({ httpDate: 'Fri, 06 Jan 2023 12:00:00 GMT' });

function recordedSource(): MemorySource {
  const sink = new MemorySink('recorded');
  RECORDED.forEach(([, query], at) => {
    const task = { id: 't', label: 't', venue: 'alphavantage', expected: { requests: 1, bytes: 1 } };
    const normaliser = ADAPTER.normaliser({ ...task, schemas: ADAPTER.schemas, parameters: { query } }, sink);
    const pages = query.includes('OVERVIEW')
      ? [Buffer.from(DATED), readFileSync(FILES[at]!)]
      : [readFileSync(FILES[at]!)];
    for (const page of pages) {
      normaliser.write(page);
      normaliser.endPage();
    }
    normaliser.end();
  });
  return new MemorySource(sink);
}

describe.skipIf(FILES.includes(null))('recorded answers', () => {
  it.each(RECORDED.map(([, query], at) => [query, FILES[at]!] as const))('%s', async (query, file) => {
    await open(recordedSource());
    const recorded = plain(JSON.parse(readFileSync(file, 'utf8'))) as Answer;
    const told = plain(await ask(query)) as Answer;
    const parts = Object.keys(recorded).filter((name) => name !== 'Meta Data');
    if (query.includes('OVERVIEW')) {
      const { Description: _text, Address: _place, ...figures } = recorded;
      const known = Object.fromEntries(Object.keys(figures).map((name) => [name, told[name]]));
      expect(Object.keys(figures).length).toBeGreaterThan(40);
      expect(known).toEqual(figures);
      return;
    }
    for (const part of parts) expect(withoutNone(told[part])).toEqual(withoutNone(recorded[part]));
    if (recorded['Meta Data'] !== undefined)
      expect(Object.keys(told['Meta Data'] as object)).toEqual(Object.keys(recorded['Meta Data'] as object));
  });
});

/** Figures that are 'None' make no record. */
function withoutNone(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNone);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, one]) => one !== 'None')
      .map(([key, one]) => [key, withoutNone(one)]),
  );
}

const NEWS = sharedFile('data/alphavantage/news_sentiment_2022-07_two_of_50_items.json');

describe.skipIf(NEWS === null)('recorded news', () => {
  it('come out by ticker and time, with what they say', async () => {
    const sink = new MemorySink('recorded');
    const task = { id: 't', label: 't', venue: 'alphavantage', expected: { requests: 1, bytes: 1 } };
    const parameters = { query: 'function=NEWS_SENTIMENT' };
    const normaliser = ADAPTER.normaliser({ ...task, schemas: ['news'], parameters }, sink);
    normaliser.write(readFileSync(NEWS!));
    normaliser.endPage();
    normaliser.end();
    const later = { symbol: 'IBM', tsEvent: 1_700_000_000_000_000_000n, quality: 0, sourceIndex: 9 };
    sink.push('trade', { ...later, price: 1, qty: 1, kind: 'regular' } as NewRecord<'trade'>);
    await open(new MemorySource(sink));
    const recorded = JSON.parse(readFileSync(NEWS!, 'utf8')) as { feed: Answer[] };
    const told = (await ask('function=NEWS_SENTIMENT')) as { feed: Answer[] };
    const said = ({ title, url, time_published, summary, source }: Answer) => ({
      title,
      url,
      time_published: `${time_published as string}00`.slice(0, 15),
      summary,
      source,
    });
    expect(told.feed.map(said)).toEqual(recorded.feed.map(said));
    const [first] = (recorded.feed[0]!.ticker_sentiment as Answer[]) ?? [];
    const about = (await ask(`function=NEWS_SENTIMENT&tickers=${String(first?.ticker)}`)) as {
      feed: Answer[];
    };
    expect(about.feed.map(({ url }) => url)).toContain(recorded.feed[0]!.url);
    expect((about.feed[0]!.ticker_sentiment as Answer[])[0]).toMatchObject({ ticker: first!.ticker });
    const none = (await ask('function=NEWS_SENTIMENT&time_to=20200101T0000')) as { feed: Answer[] };
    expect(none.feed).toEqual([]);
  });
});

/** Three days of bars around a dividend of 2 and a split of two for one. */
function adjustedMarket(): MemorySource {
  const sink = new MemorySink('made');
  const days = ['2024-03-04', '2024-03-05', '2024-03-06'];
  [100, 98, 50].forEach((close, at) => {
    const tsEvent = BigInt(Date.parse(`${days[at]}T05:00:00Z`)) * 1_000_000n;
    const prices = { open: close, high: close + 1, low: close - 1, close, volume: 1000 };
    const head = { symbol: 'IBM', tsEvent, quality: 0, sourceIndex: at, intervalS: 86_400 };
    sink.push('bar', { ...head, basis: 'trade', adjusted: 'raw', ...prices } as NewRecord<'bar'>);
  });
  const action = (exDate: string, at: number, more: object): void => {
    const tsEvent = BigInt(Date.parse(`${exDate}T05:00:00Z`)) * 1_000_000n;
    const head = { symbol: 'IBM', tsEvent, exDate, quality: 0, sourceIndex: 10 + at };
    sink.push('corporate_action', { ...head, ...more } as NewRecord<'corporate_action'>);
  };
  action(days[1]!, 0, { kind: 'cashDividend', amount: 2 });
  action(days[2]!, 1, { kind: 'split', newShares: 2, oldShares: 1 });
  return new MemorySource(sink);
}

describe('series', () => {
  it('adjusted closes follow dividends and splits; splits and dividends are listed', async () => {
    await open(adjustedMarket());
    const { 'Time Series (Daily)': rows } = plain(
      await ask('function=TIME_SERIES_DAILY_ADJUSTED&symbol=IBM&outputsize=full'),
    ) as { 'Time Series (Daily)': Record<string, Record<string, number>> };
    expect(Object.keys(rows)).toEqual(['2024-03-06', '2024-03-05', '2024-03-04']);
    const columns = (name: string) => Object.values(rows).map((row) => row[name]);
    // 98 / 2, then 100 × (1 − 2 / 100) / 2.
    expect(columns('adjusted close')).toEqual([50, 49, 49]);
    expect(columns('dividend amount')).toEqual([0, 2, 0]);
    expect(columns('split coefficient')).toEqual([2, 1, 1]);
    expect(plain(await ask('function=SPLITS&symbol=IBM'))).toEqual({
      symbol: 'IBM',
      data: [{ effective_date: '2024-03-06', split_factor: 2 }],
    });
    expect(((await ask('function=DIVIDENDS&symbol=IBM')).data as Answer[])[0]).toMatchObject({
      ex_dividend_date: '2024-03-05',
      amount: '2',
    });
    const quote = plain(await ask('function=GLOBAL_QUOTE&symbol=IBM')) as { 'Global Quote': Answer };
    expect(quote['Global Quote']).toMatchObject({ price: 50, 'previous close': 98, change: -48 });
    const { 'Weekly Time Series': weeks } = plain(await ask('function=TIME_SERIES_WEEKLY&symbol=IBM')) as {
      'Weekly Time Series': Record<string, Record<string, number>>;
    };
    expect(weeks).toEqual({ '2024-03-06': { open: 100, high: 101, low: 49, close: 50, volume: 3000 } });
  });

  it('minutes are those of New York, and a table says the same as JSON', async () => {
    await open(stockMarket('IBM', 4000));
    const query = 'function=TIME_SERIES_INTRADAY&symbol=IBM&interval=1min&outputsize=full&adjusted=false';
    const { 'Time Series (1min)': rows } = (await ask(query)) as {
      'Time Series (1min)': Record<string, Record<string, string>>;
    };
    expect(Object.keys(rows).at(-1)).toBe('2023-11-14 17:13:00');
    const text = await (
      await fetch(`http://127.0.0.1:${server.port}/query?${query}&datatype=csv&apikey=any`)
    ).text();
    const [head, ...lines] = text.trim().split('\r\n');
    expect(head).toBe('timestamp,open,high,low,close,volume');
    expect(lines).toEqual(
      Object.entries(rows).map(([label, row]) => [label, ...Object.values(row)].join(',')),
    );
  });

  it('our adapter reads the table of the extended history as it reads the series', async () => {
    await open(stockMarket('IBM', 4000));
    const options = { interval: '1min', functions: 'TIME_SERIES_INTRADAY_EXTENDED' };
    const table = await ingest('alphavantage', server, { symbols: ['IBM'], schemas: ['bar'], options });
    const series = await ingest('alphavantage', server, {
      symbols: ['IBM'],
      schemas: ['bar'],
      options: { interval: '1min' },
    });
    const told = async (from: typeof table) =>
      (await from.records('bar')).map(({ tsEvent, open: first, close, volume }) => [
        tsEvent,
        first,
        close,
        volume,
      ]);
    expect(await told(table)).toEqual(await told(series));
    expect((await told(table)).length).toBe(7);
    expect((await told(table))[0]![0]).toBe((MARKET_START_NS / 60_000_000_000n) * 60_000_000_000n);
    table.lake.close();
    series.lake.close();
  });
});

describe('errors', () => {
  it('come with status 200 and a text', async () => {
    await open(stockMarket('IBM', 100));
    const bare = await fetch(`http://127.0.0.1:${server.port}/query?function=OVERVIEW&symbol=IBM`);
    expect([bare.status, Object.keys((await bare.json()) as object)]).toEqual([200, ['Error Message']]);
    for (const query of [
      'function=NO_SUCH',
      'function=GLOBAL_QUOTE&symbol=NOBODY',
      'function=FX_DAILY&from_symbol=A',
    ])
      expect(Object.keys(await ask(query))).toEqual(['Error Message']);
    expect(await ask('function=OVERVIEW&symbol=NOBODY')).toEqual({});
  });

  it.each([
    ['day', 'DATA_UNREACHABLE'],
    ['premium', 'DATA_REQUEST'],
  ])('what is used up for the %s ends an ingest with %s', async (limit, code) => {
    const faults = [{ name: '429', spec: 'every:1' }];
    await open(stockMarket('IBM', 100), { options: { limit }, faults });
    const asked = { symbols: ['IBM'], schemas: ['bar'] } as const;
    await expect(ingest('alphavantage', server, asked)).rejects.toMatchObject({ code });
  });
});
