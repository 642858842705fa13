/** What is asked of Alpha Vantage, and what becomes of its faults. */

import { afterEach, describe, expect, it } from 'vitest';
import { AnsweringServer } from '../../../../tests/support/answering-server.ts';
import { outcomeOf, pagesOf, recordsOf, requestOf } from '../../../../tests/support/vendor-answers.ts';
import { TwinError } from '../../../base/index.ts';
import type { IngestTask } from '../../ingest/adapter.ts';
import { FUNCTIONS } from './functions.ts';
import { ALPHA_VANTAGE } from './index.ts';

type Asked = Parameters<typeof requestOf>[1];

function tasksOf(asked: Asked): readonly IngestTask[] {
  return ALPHA_VANTAGE.plan(requestOf(ALPHA_VANTAGE, asked));
}

function queriesOf(asked: Asked): Record<string, string>[] {
  return tasksOf(asked).map(({ parameters }) =>
    Object.fromEntries(new URLSearchParams(String(parameters.query))),
  );
}

const namesOf = (asked: Asked): (string | undefined)[] => queriesOf(asked).map((query) => query.function);

describe('plan of Alpha Vantage', () => {
  it('bars of minutes of shares are cut into months', () => {
    const queries = queriesOf({
      symbols: ['IBM'],
      schemas: ['bar'],
      from: '2023-11-15',
      to: '2024-02-02',
      options: { interval: '5min', adjusted: 'true' },
    });
    expect(queries.map(({ month }) => month)).toEqual(['2023-11', '2023-12', '2024-01', '2024-02']);
    expect(queries[0]).toEqual({
      function: 'TIME_SERIES_INTRADAY',
      symbol: 'IBM',
      interval: '5min',
      outputsize: 'full',
      adjusted: 'true',
      extended_hours: 'true',
      month: '2023-11',
    });
  });

  it('each kind of symbol has its functions, and the interval chooses among them', () => {
    const symbols = ['IBM', 'BRK-B', 'EUR/USD', 'BTC-USD'];
    expect(queriesOf({ symbols, schemas: ['bar'] })).toEqual([
      { function: 'TIME_SERIES_DAILY', symbol: 'IBM', outputsize: 'compact' },
      { function: 'TIME_SERIES_DAILY', symbol: 'BRK-B', outputsize: 'compact' },
      { function: 'FX_DAILY', from_symbol: 'EUR', to_symbol: 'USD', outputsize: 'compact' },
      { function: 'DIGITAL_CURRENCY_DAILY', symbol: 'BTC', market: 'USD' },
    ]);
    expect(namesOf({ symbols, schemas: ['bar'], options: { interval: 'weekly', adjusted: 'true' } })).toEqual(
      ['TIME_SERIES_WEEKLY_ADJUSTED', 'TIME_SERIES_WEEKLY_ADJUSTED', 'FX_WEEKLY', 'DIGITAL_CURRENCY_WEEKLY'],
    );
    expect(
      namesOf({ symbols: ['EUR/USD', 'BTC-USD'], schemas: ['bar'], options: { interval: '1min' } }),
    ).toEqual(['FX_INTRADAY', 'CRYPTO_INTRADAY']);
  });

  it('figures of companies, news and series', () => {
    const asked = { symbols: ['IBM'], from: '2024-01-01', to: '2024-01-31' };
    expect(namesOf({ ...asked, schemas: ['fundamental', 'definition'] })).toEqual([
      'OVERVIEW',
      'INCOME_STATEMENT',
      'BALANCE_SHEET',
      'CASH_FLOW',
      'EARNINGS',
    ]);
    expect(namesOf({ ...asked, schemas: ['corporate_action'] })).toEqual(['DIVIDENDS', 'SPLITS']);
    const [news] = queriesOf({ ...asked, schemas: ['news'] });
    expect(news).toMatchObject({ tickers: 'IBM', time_from: '20240101T0000', time_to: '20240131T2359' });
    const series = queriesOf({
      ...asked,
      schemas: ['alt'],
      options: { economy: 'CPI', indicators: 'RSI', window: '14' },
    });
    expect(series).toEqual([
      { function: 'CPI' },
      { function: 'RSI', symbol: 'IBM', interval: 'daily', time_period: '14', series_type: 'close' },
    ]);
  });

  it('named functions take the place of those by default', () => {
    const options = {
      functions: 'SYMBOL_SEARCH+TIME_SERIES_INTRADAY_EXTENDED',
      slice: 'year1month2',
      interval: '1min',
    };
    expect(queriesOf({ symbols: ['BA'], options })).toEqual([
      {
        function: 'TIME_SERIES_INTRADAY_EXTENDED',
        symbol: 'BA',
        interval: '1min',
        adjusted: 'false',
        slice: 'year1month2',
      },
      { function: 'SYMBOL_SEARCH', keywords: 'BA' },
    ]);
  });

  it('every function can be asked for, and ids are names of files', () => {
    for (const { name } of FUNCTIONS) {
      const symbols = ['IBM', 'EUR/USD', 'BTC-USD'];
      const tasks = tasksOf({ symbols, options: { functions: name, interval: '5min' } });
      expect([name, tasks.length > 0]).toEqual([name, true]);
      for (const { id } of tasks) expect(id).toMatch(/^[A-Za-z0-9.-]+$/);
    }
  });

  it('a request is refused with every problem at once', () => {
    let problems: readonly string[] = [];
    try {
      tasksOf({
        symbols: ['I B M'],
        options: { interval: '2min', economy: 'LUCK', rate: 'fast', slice: 'year9' },
      });
    } catch (error) {
      problems = (error as TwinError).details.problems as string[];
    }
    const told = problems.join('\n');
    for (const part of ['symbol=I B M', 'interval=2min', 'economy=LUCK', 'rate=fast', 'slice=year9'])
      expect(told).toContain(part);
  });

  it('there is no live feed', () => {
    expect(ALPHA_VANTAGE.live(requestOf(ALPHA_VANTAGE, {}), {})).toBeNull();
  });
});

describe('requests to Alpha Vantage', () => {
  const KEY = 'sesame';
  const SECRETS = { ALPHAVANTAGE_API_KEY: KEY };
  let server: AnsweringServer | null = null;
  afterEach(async () => {
    await server?.close();
  });

  async function quoteTask(answer: ConstructorParameters<typeof AnsweringServer>[0]): Promise<IngestTask> {
    server = new AnsweringServer(answer);
    const restUrl = await server.listen();
    return tasksOf({ symbols: ['MSFT'], schemas: ['statistics'], options: { restUrl } })[0]!;
  }

  const QUOTE = {
    'Global Quote': { '01. symbol': 'MSFT', '05. price': '112.13', '07. latest trading day': '2018-10-05' },
  };

  it('the key is asked with and not kept, and the date of the answer stands in front', async () => {
    const task = await quoteTask(() => ({ body: QUOTE }));
    const { pages } = await pagesOf(ALPHA_VANTAGE, task, SECRETS);
    expect(server!.asked).toEqual([`/query?function=GLOBAL_QUOTE&symbol=MSFT&apikey=${KEY}`]);
    expect(pages).toHaveLength(2);
    expect(pages.map(({ origin }) => origin).join()).not.toContain(KEY);
    const sink = recordsOf(
      ALPHA_VANTAGE,
      task.parameters,
      pages.map(({ bytes }) => bytes),
    );
    const [figure] = sink.records('statistics');
    expect(figure).toMatchObject({ symbol: 'MSFT', price: 112.13 });
    expect(Math.abs(Number(figure!.tsEvent / 1_000_000n) - Date.now())).toBeLessThan(60_000);
    const resumed = await pagesOf(ALPHA_VANTAGE, task, SECRETS, { resumeAt: pages[0]!.next });
    expect(resumed.pages).toHaveLength(1);
  });

  it.each([
    ['an answer that comes too soon', { Information: 'Please consider 1 request per second.' }, 1200],
    ['a body that is cut', '{"Global Quote":', null],
    ['an empty body', '', null],
  ] as const)('%s is asked for again', async (_, fault, waitMs) => {
    const task = await quoteTask((_path, before) => ({ body: before === 0 ? fault : QUOTE }));
    const { pages, waits } = await pagesOf(ALPHA_VANTAGE, task, SECRETS);
    expect(waits).toHaveLength(1);
    if (waitMs !== null) expect(waits[0]!.waitMs).toBe(waitMs);
    const bytes = pages.map((page) => page.bytes);
    expect(outcomeOf(recordsOf(ALPHA_VANTAGE, task.parameters, bytes))).toEqual({ statistics: 1 });
  });

  it.each([
    ['DATA_SECRET', { 'Error Message': 'the parameter apikey is invalid or missing.' }],
    ['DATA_REQUEST', { 'Error Message': 'Invalid API call.' }],
    ['DATA_REQUEST', { Information: 'This is a premium endpoint.' }],
    [
      'DATA_UNREACHABLE',
      { Information: `We have detected your API key as ${KEY} and our limit is 25 requests per day.` },
    ],
  ] as const)('%s: what will not mend itself stops at once', async (code, body) => {
    const task = await quoteTask(() => ({ body }));
    const fault = await pagesOf(ALPHA_VANTAGE, task, SECRETS).catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(TwinError);
    expect((fault as TwinError).code).toBe(code);
    const { message, details } = fault as TwinError;
    expect(JSON.stringify([message, details])).not.toContain(KEY);
    expect(server!.asked).toHaveLength(1);
  });

  it('a server that fails is asked again and then given up', async () => {
    const task = await quoteTask(() => ({ status: 502, headers: { 'retry-after': '0' }, body: '' }));
    await expect(pagesOf(ALPHA_VANTAGE, task, SECRETS)).rejects.toMatchObject({ code: 'DATA_UNREACHABLE' });
    expect(server!.asked).toHaveLength(3);
  });
});
