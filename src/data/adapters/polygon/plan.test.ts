import { describe, expect, it } from 'vitest';
import { requestOf } from '../../../../tests/support/vendor-answers.ts';
import { TwinError } from '../../../base/index.ts';
import { ENDPOINTS, endpointOf } from './endpoints.ts';
import { POLYGON } from './index.ts';

type Asked = Parameters<typeof requestOf>[1];

interface PlannedTask {
  readonly id: string;
  readonly label: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly requests: number;
  readonly bytes: number;
}

function plan(asked: Asked): PlannedTask[] {
  return POLYGON.plan(requestOf(POLYGON, asked)).map(({ id, label, parameters, expected }) => {
    const [path = '', query = ''] = String(parameters.path).split('?');
    return { id, label, path, query: new URLSearchParams(query), ...expected };
  });
}

function problemsOf(asked: Asked): readonly string[] {
  try {
    POLYGON.plan(requestOf(POLYGON, asked));
  } catch (error) {
    if (error instanceof TwinError && error.code === 'DATA_REQUEST')
      return error.details.problems as string[];
    throw error;
  }
  return [];
}

const JANUARY = { from: '2024-01-01', to: '2024-01-31' };

describe('plan of Polygon', () => {
  it('trades and quotes are cut by symbol and by days of New York', () => {
    const tasks = plan({
      symbols: ['AAPL', 'MSFT'],
      schemas: ['trade', 'bbo'],
      from: '2024-03-08',
      to: '2024-03-11',
    });
    expect(tasks.map(({ id }) => id).slice(0, 4)).toEqual([
      'trades-AAPL-2024-03-08',
      'trades-AAPL-2024-03-09',
      'trades-AAPL-2024-03-10',
      'trades-AAPL-2024-03-11',
    ]);
    expect(tasks).toHaveLength(16);
    expect(tasks[0]!.label).toBe('AAPL trades 2024-03-08');
    const bounds = tasks[2]!.query;
    const hours = (Number(bounds.get('timestamp.lt')) - Number(bounds.get('timestamp.gte'))) / 3_600e9;
    // The clocks went forward on that day.
    expect(hours).toBeCloseTo(23, 6);
    expect(bounds.get('timestamp.gte')).toBe(`${BigInt(Date.parse('2024-03-10T05:00:00Z')) * 1_000_000n}`);
    expect(bounds.get('limit')).toBe('50000');
    expect(bounds.get('order')).toBe('asc');
  });

  it('coins have days of UTC', () => {
    const [task] = plan({ symbols: ['X:BTC-USD'], schemas: ['trade'], from: '2024-03-10', to: '2024-03-10' });
    expect(task!.path).toBe('/v3/trades/X:BTCUSD');
    expect(task!.query.get('timestamp.gte')).toBe(
      `${BigInt(Date.parse('2024-03-10T00:00:00Z')) * 1_000_000n}`,
    );
  });

  it('bars of minutes come in pieces below 50,000 rows that meet without a hole or an overlap', () => {
    const tasks = plan({ symbols: ['AAPL'], schemas: ['bar'], from: '2024-01-01', to: '2024-04-30' });
    const spans = tasks.map(({ path }) => path.split('/').slice(-2));
    expect(spans).toEqual([
      ['2024-01-01', '2024-02-21'],
      ['2024-02-22', '2024-04-13'],
      ['2024-04-14', '2024-04-30'],
    ]);
    for (const { requests, bytes } of tasks) {
      expect(requests).toBe(1);
      expect(bytes).toBeGreaterThan(100_000);
    }
  });

  it('bars of days come in one piece, and the bars say whether they are adjusted', () => {
    const [task, ...others] = plan({
      symbols: ['AAPL'],
      schemas: ['bar'],
      from: '2004-01-01',
      to: '2024-04-30',
      options: { timespan: 'day', adjusted: 'false' },
    });
    expect(others).toEqual([]);
    expect(task!.path).toBe('/v2/aggs/ticker/AAPL/range/1/day/2004-01-01/2024-04-30');
    expect(task!.query.get('adjusted')).toBe('false');
  });

  it('each symbol is asked for what its market has', () => {
    const names = (symbol: string): string[] => [
      ...new Set(plan({ symbols: [symbol], ...JANUARY }).map(({ path }) => endpointOf(path)!.endpoint.name)),
    ];
    expect(names('AAPL')).toEqual(
      expect.arrayContaining([
        'trades',
        'quotes',
        'bars',
        'ticker',
        'splits',
        'dividends',
        'financials',
        'news',
      ]),
    );
    expect(names('O:AAPL230616C00150000')).toEqual(
      expect.arrayContaining(['trades', 'contract', 'snapshot']),
    );
    expect(names('O:AAPL230616C00150000')).not.toContain('splits');
    expect(names('C:EURUSD')).toEqual(expect.arrayContaining(['quotes', 'lastRate']));
    expect(names('C:EURUSD')).not.toContain('trades');
    expect(names('X:BTCUSD')).toEqual(expect.arrayContaining(['trades', 'cryptoBook']));
    expect(names('I:SPX')).not.toContain('quotes');
  });

  it('days bound what is published in the form that each endpoint compares', () => {
    const tasks = plan({ symbols: ['AAPL'], schemas: ['corporate_action', 'news', 'alt'], ...JANUARY });
    const query = (name: string): URLSearchParams => tasks.find(({ id }) => id.startsWith(name))!.query;
    expect(query('splits').get('execution_date.gte')).toBe('2024-01-01');
    expect(query('splits').get('execution_date.lte')).toBe('2024-01-31');
    expect(query('news').get('published_utc.lt')).toBe('2024-02-01T00:00:00Z');
    expect(query('indicators').get('timestamp.gte')).toBe(String(Date.parse('2024-01-01T05:00:00Z')));
  });

  it('named endpoints take the place of those by default', () => {
    const tasks = plan({
      symbols: ['C:AUDUSD', 'AAPL'],
      options: { endpoints: 'conversion+optionChain+gainersStock+tickers', market: 'otc' },
    });
    expect(tasks.map(({ path }) => path)).toEqual([
      '/v1/conversion/AUD/USD',
      '/v2/snapshot/locale/us/markets/stocks/gainers',
      '/v3/snapshot/options/AAPL',
      '/v3/reference/tickers',
    ]);
    expect(tasks[3]!.query.get('market')).toBe('otc');
  });

  it('a contract names its underlying, and tickers of a snapshot go together', () => {
    const options = { endpoints: 'optionSnapshot+snapshot' };
    const symbols = ['O:SPY251219C00650000', ...Array.from({ length: 300 }, (_, at) => `A${at}`)];
    const tasks = plan({ symbols, options });
    expect(tasks[0]!.path).toBe('/v3/snapshot/options/SPY/O:SPY251219C00650000');
    expect(tasks.slice(1).map(({ query }) => query.get('ticker.any_of')!.split(',').length)).toEqual([
      250, 51,
    ]);
  });

  it('every endpoint that is asked gives a path that leads back to it, and ids that are names of files', () => {
    for (const { name, ask } of ENDPOINTS) {
      if (ask === null) continue;
      const symbols = ['AAPL', 'O:SPY251219C00650000', 'I:SPX', 'C:EURUSD', 'X:BTCUSD'];
      const tasks = plan({ symbols, from: '2024-01-02', to: '2024-01-02', options: { endpoints: name } });
      expect([name, tasks.length > 0]).toEqual([name, true]);
      for (const { id, path } of tasks) {
        expect(endpointOf(path)?.endpoint.name).toBe(name);
        expect(id).toMatch(/^[A-Za-z0-9.-]+$/);
      }
      expect(new Set(tasks.map(({ id }) => id)).size).toBe(tasks.length);
    }
  });

  it('a request is refused with every problem at once', () => {
    const problems = problemsOf({
      symbols: ['A A', 'B$'],
      schemas: ['trade'],
      options: {
        timespan: 'fortnight',
        endpoints: 'everything',
        rate: '0',
        restUrl: 'ftp://x',
        multiplier: 'two',
      },
    });
    const told = problems.join('\n');
    for (const part of [
      'symbol=A A',
      'symbol=B$',
      'timespan=fortnight',
      'endpoints=everything',
      'rate=0',
      'restUrl=ftp',
      'multiplier=two',
    ])
      expect(told).toContain(part);
    expect(told).toContain('from=null');
  });

  it('symbols without a market that has the schemas are a problem, not an empty plan', () => {
    expect(problemsOf({ symbols: ['AAPL'], schemas: ['fx_rate'] })[0]).toContain(
      'schemas=fx_rate symbols=AAPL',
    );
  });

  it('the plan of an account sets the limit of rate', () => {
    expect(POLYGON.limits.requests).toBe(5);
    expect(POLYGON.limitsFor!({ rate: '600' })).toMatchObject({ requests: 600, perMs: 60_000 });
  });
});
