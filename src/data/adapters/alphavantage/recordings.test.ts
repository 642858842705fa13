/** Every recorded answer of Alpha Vantage through the normaliser, and its seven errors. */

import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { sharedFile } from '../../../../tests/support/shared-data.ts';
import { ANSWERED, ANSWERED_NS, outcomeOf, recordsOf } from '../../../../tests/support/vendor-answers.ts';
import type { MemorySink } from '../../ingest/memory-sink.ts';
import { classifyAlphaVantage, errorOf } from './errors.ts';
import { ALPHA_VANTAGE } from './index.ts';

const FOLDER = sharedFile('data/alphavantage');

function read(query: string, page: unknown, more: Record<string, string> = {}): MemorySink {
  const parameters = { query: `function=${query}`, restUrl: 'http://alpha', ...more };
  return recordsOf(ALPHA_VANTAGE, parameters, [{ httpDate: ANSWERED }, page]);
}

const ms = (iso: string): bigint => BigInt(Date.parse(iso)) * 1_000_000n;

/** What each recorded file becomes, with the function behind it. */
const RECORDED: readonly (readonly [file: string, query: string, outcome: Record<string, number>])[] = [
  [
    'news_sentiment_2022-07_two_of_50_items.json',
    'NEWS_SENTIMENT',
    { news: 2, 'remark item-not-in-feed': 48 },
  ],
  ['romeltorres/global_quote.json', 'GLOBAL_QUOTE', { statistics: 8 }],
  ['romeltorres/mock_company_overview.json', 'OVERVIEW', { definition: 1, fundamental: 53 }],
  ['romeltorres/mock_crypto_currencies.json.gz', 'DIGITAL_CURRENCY_INTRADAY', { statistics: 4615 }],
  ['romeltorres/mock_foreign_exchange.json', 'CURRENCY_EXCHANGE_RATE', { fx_rate: 1 }],
  [
    'romeltorres/mock_fundamental_data.json',
    'INCOME_STATEMENT',
    { fundamental: 570, 'remark figure-without-value': 105 },
  ],
  ['romeltorres/mock_sector.json', 'SECTOR', { alt: 107 }],
  ['romeltorres/mock_technical_indicator.json', 'SMA', { alt: 237 }],
  ['romeltorres/mock_time_series.json', 'TIME_SERIES_INTRADAY', { bar: 100 }],
  [
    'romeltorres/mock_time_series_extended.csv.gz',
    'TIME_SERIES_INTRADAY_EXTENDED&symbol=MSFT&interval=1min&adjusted=true',
    { bar: 11_190 },
  ],
  ['romeltorres/symbol_search.json', 'SYMBOL_SEARCH', { definition: 10 }],
  [
    'time_series_daily_adjusted_IBM_2023-02-01_two_days.json',
    'TIME_SERIES_DAILY_ADJUSTED',
    { bar: 2, statistics: 2 },
  ],
  ['zackurben/crypto/daily.json', 'DIGITAL_CURRENCY_DAILY', { bar: 2, statistics: 1 }],
  ['zackurben/crypto/intraday.json', 'CRYPTO_INTRADAY', { bar: 1 }],
  ['zackurben/crypto/monthly.json', 'DIGITAL_CURRENCY_MONTHLY', { bar: 2, statistics: 1 }],
  ['zackurben/crypto/weekly.json', 'DIGITAL_CURRENCY_WEEKLY', { bar: 2, statistics: 1 }],
  ['zackurben/data/adjusted.json', 'TIME_SERIES_DAILY_ADJUSTED', { bar: 1, statistics: 1 }],
  ['zackurben/data/daily.json', 'TIME_SERIES_DAILY', { bar: 1 }],
  ['zackurben/data/intraday.json', 'TIME_SERIES_INTRADAY', { bar: 1 }],
  ['zackurben/data/monthly.json', 'TIME_SERIES_MONTHLY', { bar: 1 }],
  ['zackurben/data/search.json', 'SYMBOL_SEARCH', { definition: 1 }],
  ['zackurben/data/weekly.json', 'TIME_SERIES_WEEKLY', { bar: 1 }],
  ['zackurben/economic/nonfarm_payroll.json', 'NONFARM_PAYROLL', { alt: 1 }],
  ['zackurben/forex/daily.json', 'FX_DAILY', { bar: 1 }],
  ['zackurben/forex/intraday.json', 'FX_INTRADAY', { bar: 1 }],
  ['zackurben/forex/monthly.json', 'FX_MONTHLY', { bar: 1 }],
  ['zackurben/forex/rate.json', 'CURRENCY_EXCHANGE_RATE', { fx_rate: 1 }],
  ['zackurben/forex/weekly.json', 'FX_WEEKLY', { bar: 1 }],
  [
    'zackurben/fundamental/balance_sheet.json',
    'BALANCE_SHEET',
    { fundamental: 79, 'remark figure-without-value': 19 },
  ],
  [
    'zackurben/fundamental/cash_flow.json',
    'CASH_FLOW',
    { fundamental: 40, 'remark figure-without-value': 4 },
  ],
  ['zackurben/fundamental/company_overview.json', 'OVERVIEW', { definition: 1, fundamental: 53 }],
  [
    'zackurben/fundamental/income_statement.json',
    'INCOME_STATEMENT',
    { fundamental: 46, 'remark figure-without-value': 8 },
  ],
];

describe.skipIf(FOLDER === null)('recorded answers of Alpha Vantage', () => {
  const bytesOf = (file: string): Uint8Array => {
    const bytes = readFileSync(`${FOLDER}/${file}`);
    return file.endsWith('.gz') ? gunzipSync(bytes) : bytes;
  };
  const recorded = (begin: string, more: Record<string, string> = {}): MemorySink => {
    const [file, query] = RECORDED.find(([name]) => name.includes(begin))!;
    return read(query, bytesOf(file), more);
  };

  it('all are in the table', () => {
    const files = readdirSync(FOLDER!, { recursive: true, encoding: 'utf8' })
      .map((file) => file.replaceAll('\\', '/'))
      .filter((file) => /\.(?:json|gz)$/.test(file) && file !== 'error_bodies.json');
    expect(RECORDED.map(([file]) => file).sort()).toEqual(files.sort());
  });

  it.each(RECORDED)('%s is read as %s', (file, query, outcome) => {
    expect(outcomeOf(read(query, bytesOf(file)))).toEqual(outcome);
  });

  it('the same bytes give the same records, whatever the cut', () => {
    const [file, query] = RECORDED.find(([name]) => name.includes('extended'))!;
    const parameters = { query: `function=${query}`, restUrl: '' };
    const [whole, cut] = [Number.POSITIVE_INFINITY, 1009].map((chunk) =>
      recordsOf(ALPHA_VANTAGE, parameters, [bytesOf(file)], { chunk }),
    );
    expect(cut!.records('bar')).toEqual(whole!.records('bar'));
  });

  it('times of New York are instants, in winter and in summer', () => {
    const [first] = recorded('mock_time_series.json').records('bar');
    expect(first).toMatchObject({
      symbol: 'MSFT',
      tsEvent: ms('2017-12-18T19:56:00Z'),
      intervalS: 60,
      open: 86.49,
      high: 86.5,
      low: 86.475,
      close: 86.5,
      volume: 10_494,
      adjusted: 'raw',
    });
    expect(recorded('data/intraday').records('bar')[0]?.tsEvent).toBe(ms('2017-08-11T20:00:00Z'));
    expect(recorded('data/daily').records('bar')[0]?.tsEvent).toBe(ms('2017-08-11T04:00:00Z'));
  });

  it('bars that are named by their end begin an interval earlier', () => {
    const bars = recorded('extended', { labels: 'end' }).records('bar');
    expect(bars[0]).toMatchObject({
      symbol: 'MSFT',
      tsEvent: ms('2020-12-19T00:59:00Z'),
      open: 218.79,
      close: 218.75,
      volume: 1102,
      adjusted: 'total',
    });
    expect(new Set(bars.map(({ tsEvent }) => tsEvent)).size).toBe(bars.length);
  });

  it('weeks begin on Monday and months on their first day', () => {
    expect(recorded('data/weekly').records('bar')[0]).toMatchObject({
      tsEvent: ms('2017-08-07T04:00:00Z'),
      intervalS: 604_800,
      close: 72.5,
    });
    expect(recorded('data/monthly').records('bar')[0]).toMatchObject({
      tsEvent: ms('2017-08-01T04:00:00Z'),
      intervalS: 2_592_000,
    });
    expect(recorded('forex/weekly').records('bar')[0]).toMatchObject({
      symbol: 'EURUSD',
      tsEvent: ms('2020-07-20T00:00:00Z'),
      basis: 'mid',
      volume: null,
    });
  });

  it('coins in two currencies are two series', () => {
    expect(recorded('crypto/daily').records('bar')).toMatchObject([
      { symbol: 'BTCCNY', open: 47_522.8635156, close: 50_610.55297109, volume: 1.18515089 },
      { symbol: 'BTCUSD', open: 7157.32723606, close: 7636.33185031, volume: 1.18515089 },
    ]);
    expect(recorded('crypto_currencies').records('statistics').slice(0, 4)).toMatchObject([
      { symbol: 'BTCCNY', kind: 'last', price: 123_574.46322682, tsEvent: ms('2017-12-20T19:30:00Z') },
      { symbol: 'BTCCNY', kind: 'volume', value: 1.19411989 },
      { symbol: 'BTCUSD', kind: 'last', price: 18_780.02814954 },
      { symbol: 'BTCUSD', kind: 'volume', value: 1.19411989 },
    ]);
  });

  it('rates have the time and the codes of the answer', () => {
    expect(recorded('forex/rate').records('fx_rate')[0]).toMatchObject({
      symbol: 'BTCUSD',
      base: 'BTC',
      quote: 'USD',
      rate: 7534.84533924,
      tsEvent: ms('2017-11-05T19:04:16Z'),
    });
  });

  it('the newest quote is stated when it was asked, about its day', () => {
    const figures = recorded('global_quote').records('statistics');
    expect(figures.find(({ kind }) => kind === 'last')).toMatchObject({
      symbol: 'MSFT',
      price: 112.13,
      tsEvent: ANSWERED_NS,
      tsReference: ms('2018-10-05T04:00:00Z'),
    });
    expect(figures.find(({ detail }) => detail === 'change percent')?.value).toBe(-0.5852);
  });

  it('statements are taken as known when the time for a report is over, and marked', () => {
    const figures = recorded('income_statement').records('fundamental');
    const revenues = figures.filter(({ metric }) => metric === 'incomeStatement.totalRevenue');
    expect(revenues).toMatchObject([
      {
        symbol: 'IBM',
        form: 'annual',
        periodEnd: '2019-12-31',
        value: 77_147_000_000,
        unit: 'USD',
        tsEvent: ms('2020-03-30T04:00:00Z'),
      },
      {
        form: 'quarterly',
        periodEnd: '2020-06-30',
        value: 18_123_000_000,
        tsEvent: ms('2020-08-14T04:00:00Z'),
      },
    ]);
    expect(revenues[0]?.quality).not.toBe(0);
  });

  it('sentiments in scientific notation are numbers, of the ticker that was asked for', () => {
    const [file] = RECORDED[0]!;
    const [, item] = read('NEWS_SENTIMENT&tickers=CSCO', bytesOf(file)).records('news');
    expect(item).toMatchObject({
      symbol: 'CSCO',
      sentiment: 6.3e-5,
      relevance: 0.193001,
      publisher: 'Benzinga',
      tsEvent: ms('2022-07-01T20:45:49Z'),
    });
  });

  it('indicators, sectors and the economy are series', () => {
    expect(recorded('technical_indicator').records('alt')[0]).toMatchObject({
      symbol: 'MSFT',
      series: 'SMA.10.15min.close',
      value: 85.244,
      tsEvent: ms('2017-12-20T19:00:00Z'),
    });
    expect(recorded('sector').records('alt')[0]).toMatchObject({
      series: 'sectorPerformance.Real-Time',
      entity: 'Energy',
      value: 1.38,
      unit: '%',
      tsEvent: ms('2017-12-20T19:08:00Z'),
    });
    expect(recorded('nonfarm').records('alt')[0]).toMatchObject({
      symbol: 'US',
      series: 'Total Nonfarm Payroll.monthly',
      value: 147_682,
      unit: 'thousands of persons',
    });
  });

  it('an overview is a definition and figures of the latest quarter', () => {
    const sink = recorded('mock_company_overview');
    expect(sink.records('definition')[0]).toMatchObject({
      symbol: 'IBM',
      mic: 'XNYS',
      currency: 'USD',
      sector: 'Technology: Information Technology Services',
      tsEvent: ANSWERED_NS,
    });
    const figure = sink
      .records('fundamental')
      .find(({ metric }) => metric === 'overview.MarketCapitalization');
    expect(figure).toMatchObject({ value: 114_234_572_800, periodEnd: '2020-06-30' });
  });

  it('days outside of those that were asked for are counted and left out', () => {
    const bounds = { from: '2023-02-01', to: '2023-02-03' };
    const sink = recorded('time_series_daily_adjusted', bounds);
    expect(outcomeOf(sink)).toEqual({ bar: 1, statistics: 1, 'remark outside-of-days': 1 });
  });
});

describe.skipIf(FOLDER === null)('errors that come with status 200', () => {
  interface ErrorBody {
    readonly kind: string;
    readonly httpStatus: number;
    readonly body: unknown;
  }
  const bodies: readonly ErrorBody[] =
    FOLDER === null ? [] : JSON.parse(readFileSync(`${FOLDER}/error_bodies.json`, 'utf8'));
  const MEANINGS = [
    ['rate-limit-2018-2022', 'perMinute', { retryAfterMs: 15_000 }],
    ['rate-limit-daily-2023', 'perDay', { code: 'DATA_UNREACHABLE' }],
    ['rate-limit-daily-2024', 'perDay', { code: 'DATA_UNREACHABLE' }],
    ['rate-limit-burst-2025', 'perSecond', { retryAfterMs: 1200 }],
    ['premium-endpoint', 'premium', { code: 'DATA_REQUEST' }],
    ['invalid-call', 'call', { code: 'DATA_REQUEST' }],
    ['bad-key', 'key', { code: 'DATA_SECRET' }],
  ] as const;

  it('there are seven', () => {
    expect(bodies.map(({ kind }) => kind)).toEqual(MEANINGS.map(([kind]) => kind));
  });

  it.each(MEANINGS)('T12.7-a %s is %s and never an empty answer', (kind, error, verdict) => {
    const { body, httpStatus: status } = bodies.find((one) => one.kind === kind)!;
    expect(errorOf(body)?.error).toBe(error);
    const bytes = new TextEncoder().encode(JSON.stringify(body));
    expect(classifyAlphaVantage({ status, headers: {}, bytes, url: 'http://alpha' })).toMatchObject(verdict);
    expect(outcomeOf(read('TIME_SERIES_DAILY', body))).toEqual({ 'reject vendor-error': 1 });
  });
});

describe('answers of Alpha Vantage', () => {
  it('dividends and splits of an adjusted series are corporate actions', () => {
    const row = (dividend: string, split: string): unknown => ({
      '1. open': '10',
      '2. high': '11',
      '3. low': '9',
      '4. close': '10',
      '5. adjusted close': '5',
      '6. volume': '100',
      '7. dividend amount': dividend,
      '8. split coefficient': split,
    });
    const answer = {
      'Meta Data': { '2. Symbol': 'IBM', '5. Time Zone': 'US/Eastern' },
      'Time Series (Daily)': { '2023-02-09': row('1.6500', '1.0'), '2023-02-10': row('0.0000', '0.1') },
    };
    const sink = read('TIME_SERIES_DAILY_ADJUSTED', answer);
    expect(sink.records('corporate_action')).toMatchObject([
      { kind: 'cashDividend', exDate: '2023-02-09', amount: 1.65, tsEvent: ms('2023-02-09T05:00:00Z') },
      { kind: 'split', exDate: '2023-02-10', newShares: 0.1, oldShares: 1 },
    ]);
    expect(sink.records('bar').map(({ adjusted }) => adjusted)).toEqual(['raw', 'raw']);
  });

  it('the lists of dividends, splits and earnings', () => {
    const dividends = {
      symbol: 'IBM',
      data: [
        {
          ex_dividend_date: '2024-02-08',
          declaration_date: '2024-01-30',
          record_date: '2024-02-09',
          payment_date: '2024-03-09',
          amount: '1.66',
        },
        {
          ex_dividend_date: '1999-02-08',
          declaration_date: 'None',
          record_date: 'None',
          payment_date: 'None',
          amount: '0.22',
        },
      ],
    };
    const bounds = { from: '2000-01-01' };
    const sink = read('DIVIDENDS', dividends, bounds);
    expect(sink.records('corporate_action')).toMatchObject([
      {
        exDate: '2024-02-08',
        declaredDate: '2024-01-30',
        payDate: '2024-03-09',
        amount: 1.66,
        tsEvent: ms('2024-01-30T05:00:00Z'),
      },
    ]);
    expect(sink.remarks.get('outside-of-days')).toBe(1);
    const splits = { symbol: 'IBM', data: [{ effective_date: '1999-05-27', split_factor: '2.0000' }] };
    expect(read('SPLITS', splits).records('corporate_action')[0]).toMatchObject({
      kind: 'split',
      newShares: 2,
    });
    const earnings = {
      symbol: 'IBM',
      annualEarnings: [{ fiscalDateEnding: '2023-12-31', reportedEPS: '9.62' }],
      quarterlyEarnings: [
        {
          fiscalDateEnding: '2023-12-31',
          reportedDate: '2024-01-24',
          reportedEPS: '3.87',
          estimatedEPS: 'None',
          surprisePercentage: '2.38',
        },
      ],
    };
    const told = read('EARNINGS', earnings);
    expect(outcomeOf(told)).toEqual({ fundamental: 3, 'remark figure-without-value': 1 });
    expect(told.records('fundamental')[1]).toMatchObject({
      metric: 'earnings.reportedEPS',
      value: 3.87,
      form: 'quarterly',
      quality: 0,
      tsEvent: ms('2024-01-25T05:00:00Z'),
    });
  });

  it('an unknown symbol is an empty answer', () => {
    expect(outcomeOf(read('OVERVIEW', {}))).toEqual({ 'remark empty-answer': 1 });
    expect(outcomeOf(read('GLOBAL_QUOTE', { 'Global Quote': {} }))).toEqual({ 'remark empty-answer': 1 });
  });

  it('days without a value, words and broken JSON are told apart', () => {
    const data = [
      { date: '2024-01-01', value: '.' },
      { date: '2024-01-02', value: '4.1' },
      { date: '2024-01-03', value: 'high' },
    ];
    const answer = {
      name: '10-Year Treasury Constant Maturity Rate',
      interval: 'daily',
      unit: 'percent',
      data,
    };
    expect(outcomeOf(read('TREASURY_YIELD', answer))).toEqual({
      alt: 1,
      'remark day-without-value': 1,
      'reject not-a-number': 1,
    });
    expect(outcomeOf(read('SECTOR', '{"a":'))).toEqual({ 'reject not-json': 1 });
    expect(outcomeOf(read('SECTOR', 'a,b\n1,2\n'))).toEqual({ 'reject unknown-type': 1 });
    expect(
      outcomeOf(read('TIME_SERIES_DAILY&symbol=A', 'timestamp,open,high,low,close,volume\n2024-01-02,1,2\n')),
    ).toEqual({
      'reject column-count': 1,
    });
  });

  it('values of one indicator under several names are several series', () => {
    const answer = {
      'Meta Data': {
        '1: Symbol': 'IBM',
        '4: Interval': 'daily',
        '7: Series Type': 'close',
        '8: Time Zone': 'US/Eastern',
      },
      'Technical Analysis: MACD': { '2024-01-02': { MACD: '1', MACD_Hist: '2', MACD_Signal: '3' } },
    };
    expect(
      read('MACD', answer)
        .records('alt')
        .map(({ series, value }) => [series, value]),
    ).toEqual([
      ['MACD.daily.close', 1],
      ['MACD.MACD_Hist.daily.close', 2],
      ['MACD.MACD_Signal.daily.close', 3],
    ]);
  });
});
