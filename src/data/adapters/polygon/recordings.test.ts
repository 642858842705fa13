/** Every recorded answer of Polygon and every example of its documentation, through the normaliser. */

import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { sharedFile } from '../../../../tests/support/shared-data.ts';
import { ANSWERED, outcomeOf, recordsOf } from '../../../../tests/support/vendor-answers.ts';
import type { MemorySink } from '../../ingest/memory-sink.ts';
import { endpointOf } from './endpoints.ts';
import { POLYGON } from './index.ts';

const MOCKS = sharedFile('data/polygon/rest_mocks');
const EXAMPLES = sharedFile('data/polygon/openapi_rest_examples.json.gz');

function read(path: string, bytes: unknown): MemorySink {
  return recordsOf(POLYGON, { path, restUrl: 'http://polygon' }, [{ httpDate: ANSWERED }, bytes]);
}

/** The address behind a file: '&' parts path and query, ';' stands for ':', and `index` for a path that is also a folder. */
function addressOf(file: string): string {
  const [path = '', ...query] = file.replace(/\.json$/, '').split('&');
  const named = path
    .replaceAll(';', ':')
    .replace('/OEVRI', '/O:EVRI')
    .replace(/\/index$/, '');
  return `/${named}${query.length === 0 ? '' : `?${query.join('&')}`}`;
}

/** What each recorded file becomes, by the beginning of its name. */
const RECORDED: readonly (readonly [file: string, endpoint: string, outcome: Record<string, number>])[] = [
  ['v1/conversion/AUD/USD', 'conversion', { fx_rate: 1 }],
  ['v1/indicators/ema', 'indicators', { alt: 4 }],
  ['v1/indicators/macd', 'indicators', { alt: 24 }],
  ['v1/indicators/rsi', 'indicators', { alt: 37 }],
  ['v1/indicators/sma', 'indicators', { alt: 3, 'remark bar-under-indicator': 2 }],
  ['v1/last/crypto', 'lastCrypto', { trade: 1 }],
  ['v1/last_quote', 'lastRate', { fx_rate: 1 }],
  ['v1/marketstatus/now', 'marketStatus', { status: 5 }],
  ['v1/marketstatus/upcoming', 'holidays', { status: 16 }],
  ['v1/open-close', 'openClose', { bar: 1, statistics: 2 }],
  ['v1/summaries', 'summaries', { statistics: 42, definition: 1, 'remark ticker NOT_FOUND': 1 }],
  ['v2/aggs/grouped', 'groupedStocks', { bar: 1 }],
  ['v2/aggs/ticker/AAPL/prev', 'previousDay', { bar: 1 }],
  ['v2/aggs/ticker/AAPL/range/1/day/2005-04-01', 'bars', { bar: 2 }],
  ['v2/aggs/ticker/AAPL/range/1/day/2005-04-02', 'bars', { bar: 2 }],
  ['v2/last/nbbo', 'lastQuote', { bbo: 1 }],
  ['v2/last/trade', 'lastTrade', { trade: 1 }],
  ['v2/reference/news', 'news', { news: 1 }],
  ['v2/snapshot/locale/global', 'cryptoBook', { mbp: 5, 'remark spread-of-book': 1 }],
  [
    'v2/snapshot/locale/us/markets/stocks/gainers',
    'gainersStock',
    { statistics: 18, trade: 2, bbo: 2, 'remark bar-in-the-making': 2 },
  ],
  [
    'v2/snapshot/locale/us/markets/stocks/tickers/AAPL',
    'snapshotStock',
    { statistics: 10, trade: 1, bbo: 1, 'remark bar-in-the-making': 1 },
  ],
  [
    'v2/snapshot/locale/us/markets/stocks/tickers/index',
    'snapshotAllStock',
    { statistics: 10, trade: 1, bbo: 1, 'remark bar-in-the-making': 1 },
  ],
  ['v3/quotes/AAPL&cursor', 'quotes', { bbo: 10 }],
  ['v3/quotes/AAPL.json', 'quotes', { bbo: 10 }],
  ['v3/reference/conditions', 'conditions', { alt: 10 }],
  ['v3/reference/dividends', 'dividends', { corporate_action: 10 }],
  ['v3/reference/exchanges', 'exchanges', { alt: 24 }],
  ['v3/reference/options/contracts&cursor', 'contracts', { definition: 10 }],
  ['v3/reference/options/contracts.json', 'contracts', { definition: 10 }],
  ['v3/reference/options/contracts/', 'contract', { definition: 1 }],
  ['v3/reference/splits', 'splits', { corporate_action: 10 }],
  ['v3/reference/tickers&cursor', 'tickers', { definition: 2 }],
  ['v3/reference/tickers.json', 'tickers', { definition: 2 }],
  ['v3/reference/tickers/AAPL&date', 'ticker', { definition: 1, fundamental: 4 }],
  ['v3/reference/tickers/AAPL.json', 'ticker', { definition: 1, fundamental: 4 }],
  ['v3/reference/tickers/types', 'tickerTypes', { alt: 15 }],
  [
    'v3/snapshot.json',
    'snapshot',
    { statistics: 34, definition: 1, trade: 2, bbo: 2, 'remark ticker NOT_FOUND': 1 },
  ],
  [
    'v3/snapshot/indices',
    'snapshotIndices',
    { statistics: 8, 'remark ticker NOT_FOUND': 1, 'remark ticker NOT_ENTITLED': 1 },
  ],
  ['v3/snapshot/options/AAPL.json', 'optionChain', { statistics: 18, definition: 1, trade: 1, bbo: 1 }],
  ['v3/snapshot/options/AAPL/', 'optionSnapshot', { statistics: 18, definition: 1, trade: 1, bbo: 1 }],
  ['v3/trades/AAPL', 'trades', { trade: 2 }],
  ['vX/reference/financials', 'financials', { fundamental: 47 }],
  ['vX/reference/tickers/META/events', 'tickerEvents', { corporate_action: 1, 'remark first-ticker': 1 }],
];

describe.skipIf(MOCKS === null)('recorded answers of Polygon', () => {
  const files =
    MOCKS === null
      ? []
      : readdirSync(MOCKS, { recursive: true, encoding: 'utf8' })
          .filter((file) => file.endsWith('.json'))
          .sort();
  const fileOf = (begin: string): string => files.find((file) => file.startsWith(begin))!;
  const recorded = (begin: string): MemorySink => {
    const file = fileOf(begin);
    return read(addressOf(file), readFileSync(`${MOCKS}/${file}`));
  };

  it('all are in the table', () => {
    expect(files).toHaveLength(43);
    expect(RECORDED.map(([begin]) => fileOf(begin)).sort()).toEqual(files);
  });

  it.each(RECORDED)('%s is read as %s', (begin, endpoint, outcome) => {
    expect(endpointOf(addressOf(fileOf(begin)).split('?')[0]!)?.endpoint.name).toBe(endpoint);
    expect(outcomeOf(recorded(begin))).toEqual(outcome);
  });

  it('the same bytes give the same records, whatever the cut', () => {
    const file = fileOf('v3/quotes/AAPL.json');
    const [whole, cut] = [Number.POSITIVE_INFINITY, 7].map((chunk) =>
      recordsOf(POLYGON, { path: addressOf(file), restUrl: '' }, [readFileSync(`${MOCKS}/${file}`)], {
        chunk,
      }),
    );
    expect(cut!.records('bbo')).toEqual(whole!.records('bbo'));
    expect(cut!.records('bbo')).toHaveLength(10);
  });

  it('a trade has the time of its participant, that of the tape beside it, and its conditions', () => {
    expect(recorded('v3/trades/AAPL').records('trade')[0]).toMatchObject({
      symbol: 'AAPL',
      tsEvent: 1_651_181_822_461_636_600n,
      tsPublished: 1_651_181_822_461_979_400n,
      price: 156.43,
      qty: 10,
      sequence: 7_179_341,
      kind: 'offBook',
      exchange: '11',
      conditions: '12,37',
      tradeId: '183276',
      sourceIndex: 0,
    });
  });

  it('times keep the nanoseconds that a double would lose, and lots are a hundred shares in 2022', () => {
    const quotes = recorded('v3/quotes/AAPL&cursor').records('bbo');
    expect(quotes[2]).toMatchObject({
      tsEvent: 1_652_191_872_687_729_447n,
      bidPrice: 155.85,
      bidQty: 500,
      bidExchange: '15',
      askPrice: 155.87,
      askQty: 300,
      askExchange: '19',
      sequence: 19_288_096,
    });
  });

  it('bars of days begin at midnight of New York and are adjusted for splits', () => {
    expect(recorded('v2/aggs/ticker/AAPL/range/1/day/2005-04-01').records('bar')[0]).toMatchObject({
      symbol: 'AAPL',
      tsEvent: BigInt(Date.parse('2005-04-01T05:00:00Z')) * 1_000_000n,
      intervalS: 86_400,
      open: 1.5032,
      high: 1.5064,
      low: 1.4489,
      close: 1.4604,
      volume: 642_646_396,
      vwap: 1.469,
      trades: 82_132,
      adjusted: 'splits',
      basis: 'trade',
    });
  });

  it('days that tell their end begin at midnight too', () => {
    const [day] = recorded('v2/aggs/ticker/AAPL/prev').records('bar');
    expect(day?.tsEvent).toBe(BigInt(Date.parse('2022-04-26T04:00:00Z')) * 1_000_000n);
  });

  it('splits, reverse ones too, and dividends', () => {
    const splits = recorded('v3/reference/splits').records('corporate_action');
    expect(splits[0]).toMatchObject({ symbol: 'GOOGL', exDate: '2022-07-18', newShares: 20, oldShares: 1 });
    expect(splits.find(({ symbol }) => symbol === 'BRW')).toMatchObject({ newShares: 1, oldShares: 2 });
    expect(recorded('v3/reference/dividends').records('corporate_action')[0]).toMatchObject({
      symbol: 'CSSEN',
      kind: 'cashDividend',
      exDate: '2025-06-12',
      declaredDate: '2020-09-09',
      tsEvent: BigInt(Date.parse('2020-09-09T04:00:00Z')) * 1_000_000n,
      recordDate: '2025-06-15',
      payDate: '2025-06-30',
      amount: 0.59375,
      frequency: 4,
    });
    expect(recorded('vX/reference/tickers/META/events').records('corporate_action')).toMatchObject([
      { symbol: 'FB', kind: 'symbolChange', exDate: '2022-06-11', otherSymbol: 'META' },
    ]);
  });

  it('figures of a report are known when the day of filing ends', () => {
    const figures = recorded('vX/reference/financials').records('fundamental');
    expect(
      figures.find(({ metric }) => metric === 'income_statement.diluted_earnings_per_share'),
    ).toMatchObject({
      symbol: 'CIK0001413447',
      value: 2.48,
      unit: 'USD/shares',
      periodStart: '2022-01-01',
      periodEnd: '2022-04-03',
      fiscalPeriod: 'Q1 2022',
      form: '10-Q',
      accession: '0001413447-22-000014',
      tsEvent: BigInt(Date.parse('2022-05-04T00:00:00Z')) * 1_000_000n - 1n,
    });
    expect(figures.find(({ metric }) => metric === 'balance_sheet.liabilities')).toMatchObject({
      value: 14_561_000_000,
      periodStart: null,
    });
  });

  it('a contract, its greeks and the last quote come from one snapshot', () => {
    const sink = recorded('v3/snapshot/options/AAPL.json');
    expect(sink.records('definition')[0]).toMatchObject({
      symbol: 'O:AAPL230616C00150000',
      assetClass: 'option',
      strike: 150,
      right: 'call',
      style: 'american',
      expiry: '2023-06-16',
      multiplier: 100,
    });
    const figure = (detail: string): unknown =>
      sink.records('statistics').find((one) => one.detail === detail);
    expect(figure('greeks.delta')).toMatchObject({ kind: 'delta', value: 0.6436614934293701 });
    expect(figure('open_interest')).toMatchObject({ kind: 'openInterest', value: 8133 });
    expect(figure('underlying_asset.price')).toMatchObject({ symbol: 'AAPL', kind: 'last', price: 159.9606 });
    expect(sink.records('bbo')[0]).toMatchObject({
      bidPrice: 28.9,
      askPrice: 29.25,
      bidQty: 294,
      askQty: 209,
    });
  });

  it('the rate of a conversion, and the middle of a quote of currencies', () => {
    expect(recorded('v1/conversion').records('fx_rate')[0]).toMatchObject({
      symbol: 'AUDUSD',
      base: 'AUD',
      quote: 'USD',
      rate: 69.31 / 100,
      bid: null,
    });
    expect(recorded('v1/last_quote').records('fx_rate')[0]).toMatchObject({
      rate: 0.695235,
      bid: 0.6952,
      ask: 0.69527,
      tsEvent: 1_652_193_694_000_000_000n,
    });
  });

  it('the last trade of a coin was bought at the ask', () => {
    expect(recorded('v1/last/crypto').records('trade')[0]).toMatchObject({
      symbol: 'X:BTCUSD',
      aggressor: 'buy',
      price: 39_976.89682331,
      qty: 0.005,
    });
  });

  it('a book of a coin adds the exchanges at each price and ends with its last level', () => {
    const levels = recorded('v2/snapshot/locale/global').records('mbp');
    expect(levels[2]).toMatchObject({ side: 'buy', price: 16_302.94, level: 2, qty: 0.02859424 + 0.023455 });
    expect(levels.map(({ flags }) => flags)).toEqual([2, 2, 2, 2, 3]);
  });

  it('markets that are open for longer hours are told before or after their session', () => {
    const states = recorded('v1/marketstatus/now').records('status');
    expect(states.map(({ symbol, status }) => [symbol, status])).toEqual([
      ['NYSE', 'postClose'],
      ['NASDAQ', 'postClose'],
      ['OTC', 'postClose'],
      ['FX', 'trading'],
      ['CRYPTO', 'trading'],
    ]);
    const days = recorded('v1/marketstatus/upcoming').records('status');
    const early = days.filter(({ rule }) => rule === 'early-close');
    expect(early[1]).toMatchObject({
      status: 'closed',
      reason: 'Thanksgiving',
      tsEvent: BigInt(Date.parse('2022-11-25T18:00:00Z')) * 1_000_000n,
    });
  });

  it('an item is kept under the ticker that was asked for', () => {
    expect(recorded('v2/reference/news').records('news')[0]).toMatchObject({
      symbol: 'NFLX',
      symbols: 'MSFT,TSN,NFLX,AMZN',
      publisher: 'MarketWatch',
    });
  });

  it('details are as of the date that was asked for, else as of the answer, which is marked', () => {
    const [dated] = recorded('v3/reference/tickers/AAPL&date').records('definition');
    const [undated] = recorded('v3/reference/tickers/AAPL.json').records('definition');
    expect(dated?.tsEvent).toBe(BigInt(Date.parse('2020-10-01T00:00:00Z')) * 1_000_000n);
    expect(dated?.quality).toBe(0);
    expect(undated?.tsEvent).toBe(BigInt(Date.parse(ANSWERED)) * 1_000_000n);
    expect(undated?.quality).not.toBe(0);
    expect(dated).toMatchObject({ assetClass: 'equity', mic: 'XNAS', currency: 'USD', listed: '1980-12-12' });
  });

  it('values of an indicator tell its windows', () => {
    const series = recorded('v1/indicators/macd')
      .records('alt')
      .map((one) => one.series);
    expect(new Set(series)).toEqual(
      new Set(['macd.12.20.10.day', 'macd.12.20.10.day.signal', 'macd.12.20.10.day.histogram']),
    );
  });
});

describe.skipIf(EXAMPLES === null)('examples of the documentation of Polygon', () => {
  interface Example {
    readonly path: string;
    readonly contentType: string;
    readonly example: unknown;
  }
  const examples: readonly Example[] =
    EXAMPLES === null ? [] : JSON.parse(gunzipSync(readFileSync(EXAMPLES)).toString());
  const PAIR = /conversion|last|historic|open-close\/crypto/;
  const VALUES: Readonly<Record<string, string>> = {
    multiplier: '1',
    timespan: 'day',
    date: '2020-10-14',
    direction: 'gainers',
    cryptoTicker: 'X:BTCUSD',
    fxTicker: 'C:EURUSD',
    forexTicker: 'C:EURUSD',
    indicesTicker: 'I:NDX',
    optionsTicker: 'O:AAPL230616C00150000',
    options_ticker: 'O:AAPL230616C00150000',
    optionContract: 'O:AAPL230616C00150000',
  };
  const addressOfExample = ({ path }: Example): string =>
    path.replace(/\{(\w+)\}/g, (_, name: string) => {
      if (name === 'from') return PAIR.test(path) ? 'BTC' : '2020-10-14';
      if (name === 'to') return PAIR.test(path) ? 'USD' : '2020-10-15';
      return VALUES[name] ?? 'AAPL';
    });
  /** Examples that make no record, by their number, and why. */
  const WITHOUT_RECORDS: Readonly<Record<number, Record<string, number>>> = {
    1: { 'remark quote-of-conversion': 1 },
    10: { 'remark empty-answer': 1 },
    49: { 'reject column-count': 1 },
    54: { 'remark empty-answer': 1 },
    55: { 'remark empty-answer': 1 },
    56: { 'remark empty-answer': 1 },
    74: { 'reject column-count': 1 },
    76: { 'reject column-count': 2 },
    92: { 'reject missing-value': 1 },
    94: { 'reject unknown-type': 1 },
    96: { 'reject unknown-type': 1 },
    100: { 'reject unknown-type': 1 },
    102: { 'reject unknown-type': 1 },
    104: { 'reject unknown-type': 1 },
    106: { 'reject field-value': 1 },
    108: { 'reject unknown-type': 1 },
    110: { 'reject unknown-type': 1 },
    112: { 'reject unknown-type': 1 },
    116: { 'reject column-count': 2 },
  };
  const outcomes = examples.map((one) => outcomeOf(read(addressOfExample(one), one.example)));

  it('each has an endpoint', () => {
    expect(examples).toHaveLength(146);
    const unknown = examples.filter((one) => endpointOf(addressOfExample(one)) === null);
    expect(unknown.map(({ path }) => path)).toEqual([]);
  });

  it('each makes records without a reject, or is named with its reason', () => {
    outcomes.forEach((outcome, index) => {
      const bad = Object.keys(outcome).filter((name) => name.startsWith('reject'));
      const records = Object.keys(outcome).filter((name) => !name.includes(' '));
      const expected = WITHOUT_RECORDS[index];
      if (expected !== undefined) expect([index, outcome]).toEqual([index, expected]);
      else expect([index, bad, records.length > 0]).toEqual([index, [], true]);
    });
  });

  it('tables and JSON of the same answer give the same bars, trades, quotes and rates', () => {
    const pairs = [
      [46, 47],
      [50, 51],
      [61, 62],
      [65, 66],
      [67, 68],
      [71, 72],
      [77, 78],
      [79, 80],
      [83, 84],
      [85, 86],
      [87, 88],
      [42, 43],
      [40, 41],
      [117, 118],
      [119, 120],
      [125, 126],
      [136, 137],
      [138, 139],
    ] as const;
    for (const [json, table] of pairs) expect([table, outcomes[table]]).toEqual([table, outcomes[json]]);
    const [first, second] = [140, 141].map((at) =>
      read(addressOfExample(examples[at]!), examples[at]!.example).records('trade'),
    );
    expect(second![0]).toMatchObject({
      price: 171.55,
      qty: 100,
      conditions: '12,41',
      tsEvent: 1_517_562_000_015_577_088n,
    });
    expect(first!.map(({ price, sequence }) => [price, sequence])).toEqual(
      second!.map(({ price, sequence }) => [price, sequence]),
    );
  });

  it('a quote of price 0 is an empty side', () => {
    const [quote] = read(addressOfExample(examples[119]!), examples[119]!.example).records('bbo');
    expect(quote).toMatchObject({
      askPrice: null,
      askQty: null,
      askExchange: null,
      bidPrice: 102.7,
      bidQty: 6000,
    });
  });
});

describe('answers of Polygon that are no data', () => {
  const trades = '/v3/trades/AAPL';

  it('T12.7-b results absent with resultsCount 0 are an empty list', () => {
    const empty = { ticker: 'AAPL', queryCount: 0, resultsCount: 0, adjusted: true, status: 'OK' };
    const sink = read('/v2/aggs/ticker/AAPL/range/1/day/2024-01-06/2024-01-07', empty);
    expect(outcomeOf(sink)).toEqual({ 'remark empty-answer': 1 });
  });

  it('delayed data is data, and counted', () => {
    const row = { price: 1, size: 1, participant_timestamp: 1651181822461636600 };
    expect(outcomeOf(read(trades, { status: 'DELAYED', results: [row] }))).toEqual({
      trade: 1,
      'remark delayed': 1,
    });
  });

  it('errors, broken JSON and what is not found are told apart', () => {
    expect(outcomeOf(read(trades, { status: 'ERROR', error: 'no' }))).toEqual({ 'reject vendor-error': 1 });
    expect(outcomeOf(read(trades, { status: 'NOT_AUTHORIZED', message: 'no' }))).toEqual({
      'reject vendor-error': 1,
    });
    expect(outcomeOf(read(trades, { status: 'NOT_FOUND' }))).toEqual({ 'remark not-found': 1 });
    expect(outcomeOf(read(trades, '{"results":['))).toEqual({ 'reject not-json': 1 });
  });

  it('rows without what a record needs are set aside with their place', () => {
    const rows = [
      { price: 1 },
      'x',
      { price: 1, size: 2 },
      { price: 1, size: 2, sip_timestamp: 1651181822461636600 },
    ];
    const sink = read(trades, { status: 'OK', results: rows });
    expect(outcomeOf(sink)).toEqual({ trade: 1, 'reject missing-value': 2, 'reject field-value': 1 });
    expect(sink.quarantine.examples.get('field-value')![0]!.sourceIndex).toBe(1);
  });

  it('only records of the schemas that were asked for are made', () => {
    const answer = {
      results: { ticker: 'AAPL', market: 'stocks', type: 'CS', total_employees: 5 },
      status: 'OK',
    };
    const pages = [{ httpDate: ANSWERED }, answer];
    const parameters = { path: '/v3/reference/tickers/AAPL', restUrl: '' };
    const sink = recordsOf(POLYGON, parameters, pages, { schemas: ['definition'] });
    expect(outcomeOf(sink)).toEqual({ definition: 1, 'remark not-asked-for fundamental': 1 });
  });

  it('conditions and corrections tell auctions, prints that do not count, and trades taken back', () => {
    const time = { sip_timestamp: 1651181822461636600, price: 1, size: 1 };
    const rows = [
      { ...time, conditions: [8] },
      { ...time, conditions: [15] },
      { ...time, correction: 8 },
      { ...time, correction: 12 },
      { ...time, correction: 0 },
    ];
    const made = read(trades, { status: 'OK', results: rows }).records('trade');
    expect(made.map(({ kind, isPrintable }) => [kind, isPrintable])).toEqual([
      ['auction', null],
      ['regular', false],
      ['bust', null],
      ['correction', null],
      ['regular', null],
    ]);
  });

  it('since 3 November 2025 sizes of stock quotes are shares', () => {
    const at = (iso: string): Record<string, unknown> => ({
      sip_timestamp: `${BigInt(Date.parse(iso)) * 1_000_000n}`,
      bid_price: 1,
      bid_size: 3,
      ask_price: 2,
      ask_size: 4,
    });
    const results = [at('2025-11-03T04:59:59Z'), at('2025-11-03T05:00:00Z')];
    const quotes = read('/v3/quotes/AAPL', { status: 'OK', results }).records('bbo');
    expect(quotes.map(({ bidQty, askQty }) => [bidQty, askQty])).toEqual([
      [300, 400],
      [3, 4],
    ]);
  });
});
