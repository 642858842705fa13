/**
 * Every endpoint of Polygon that is read: its path, where its rows stand, what they become; and for those that are asked, by
 * what a request is cut into tasks. One table for the plan, the answers and the guide.
 */

import type { SchemaName } from '../../registry.ts';
import { readDays, readRange } from './bars.ts';
import { readDividends, readFinancials, readNews, readSplits, readTickerEvents } from './company.ts';
import { readCryptoBook } from './crypto-book.ts';
import { readCryptoOpenClose, readOpenClose } from './day-answers.ts';
import { readHolidays, readIndicator, readMarketStatus } from './market.ts';
import type { PageReader } from './page.ts';
import { readConversion, readCurrencyQuote, readHistoricTicks, readLastCrypto } from './pairs.ts';
import {
  readConditions,
  readContracts,
  readExchanges,
  readFilings,
  readIpos,
  readRelated,
  readTaxonomies,
  readTickers,
  readTickerTypes,
} from './reference.ts';
import { readTickerSnapshots, readUniversal } from './snapshots.ts';
import { readLastQuote, readLastTrade, readQuotes, readTrades } from './tick-answers.ts';
import { MARKETS, type Market } from './tickers.ts';

/** What one task of an endpoint is about. */
export type Scope = 'once' | 'ticker' | 'tickerDay' | 'tickerRange' | 'tickers' | 'day';

export interface Ask {
  readonly scope: Scope;
  /** Markets of the tickers it is asked for. */
  readonly markets: readonly Market[];
  /** Whether it is asked when one of its schemas is; others are named by the option `endpoints`. */
  readonly isDefault: boolean;
  /** Rows of one task, a guess; and bytes of one row. */
  readonly rows: number;
  readonly rowBytes: number;
  /** Rows of one answer at most; 0 where there is no paging. */
  readonly limit: number;
  /** Parameter of the query that bounds days, as `<name>.gte` and `<name>.lte` or `.lt`. */
  readonly daysBy: string | null;
  /** Further parameters, `{ticker}` filled in. */
  readonly query: Readonly<Record<string, string>>;
}

export interface Endpoint {
  readonly name: string;
  /** Names in braces match one part each. */
  readonly path: string;
  readonly makes: readonly SchemaName[];
  /** Property of the answer that has the rows; '' for the answer itself; dots for a property within. */
  readonly rowsIn: string;
  /** Whether answers tell no time, so that the date of the answer is kept in front. */
  readonly needsDate: boolean;
  /** Whether it may also come as CSV. Columns of snapshots do not fit their names, as the vendor shows them. */
  readonly hasTable: boolean;
  readonly read: PageReader;
  /** Null for what is only read: retired endpoints. */
  readonly ask: Ask | null;
}

type Plan = Partial<Ask> & Pick<Ask, 'scope'>;

function endpoint(
  name: string,
  path: string,
  makes: readonly SchemaName[],
  read: PageReader,
  ask: Plan | null,
  more: Partial<Pick<Endpoint, 'rowsIn' | 'needsDate' | 'hasTable'>> = {},
): Endpoint {
  const basics: Omit<Ask, 'scope'> = {
    markets: MARKETS,
    isDefault: false,
    rows: 1,
    rowBytes: 1000,
    limit: 0,
    daysBy: null,
    query: {},
  };
  return {
    name,
    path,
    makes,
    read,
    rowsIn: 'results',
    needsDate: false,
    hasTable: true,
    ...more,
    ask: ask === null ? null : { ...basics, ...ask },
  };
}

const COMPANIES = ['stocks'] as const;
const TRADED = ['stocks', 'options', 'crypto'] as const;
const QUOTED = ['stocks', 'options', 'fx'] as const;
const SNAPSHOT = ['statistics', 'trade', 'bbo'] as const;
const V2_SNAPSHOT = { rowsIn: 'tickers', hasTable: false } as const;
const STOCK_MARKET = '/v2/snapshot/locale/us/markets/stocks';
const COIN_MARKET = '/v2/snapshot/locale/global/markets/crypto';
const FX_MARKET = '/v2/snapshot/locale/global/markets/forex';
const DETAILS = { scope: 'ticker', isDefault: true, rowBytes: 2500 } as const;
const WHOLE_DAY = { scope: 'day', rows: 11_000, rowBytes: 110 } as const;

/** More special paths stand before those that would match them too. */
export const ENDPOINTS: readonly Endpoint[] = [
  endpoint('trades', '/v3/trades/{ticker}', ['trade'], readTrades, {
    scope: 'tickerDay',
    markets: TRADED,
    isDefault: true,
    rows: 300_000,
    rowBytes: 200,
    limit: 50_000,
    query: { order: 'asc', sort: 'timestamp' },
  }),
  endpoint('quotes', '/v3/quotes/{ticker}', ['bbo'], readQuotes, {
    scope: 'tickerDay',
    markets: QUOTED,
    isDefault: true,
    rows: 1_000_000,
    rowBytes: 260,
    limit: 50_000,
    query: { order: 'asc', sort: 'timestamp' },
  }),
  endpoint('bars', '/v2/aggs/ticker/{ticker}/range/{multiplier}/{timespan}/{from}/{to}', ['bar'], readRange, {
    scope: 'tickerRange',
    isDefault: true,
    rowBytes: 110,
    limit: 50_000,
    query: { sort: 'asc' },
  }),
  endpoint('previousDay', '/v2/aggs/ticker/{ticker}/prev', ['bar'], readDays, { scope: 'ticker' }),
  endpoint('groupedStocks', '/v2/aggs/grouped/locale/us/market/stocks/{date}', ['bar'], readDays, WHOLE_DAY),
  endpoint(
    'groupedCrypto',
    '/v2/aggs/grouped/locale/global/market/crypto/{date}',
    ['bar'],
    readDays,
    WHOLE_DAY,
  ),
  endpoint('groupedFx', '/v2/aggs/grouped/locale/global/market/fx/{date}', ['bar'], readDays, WHOLE_DAY),
  endpoint(
    'openCloseCrypto',
    '/v1/open-close/crypto/{base}/{quote}/{date}',
    ['statistics', 'trade'],
    readCryptoOpenClose,
    { scope: 'tickerDay', markets: ['crypto'] },
    { rowsIn: '' },
  ),
  endpoint(
    'openClose',
    '/v1/open-close/{ticker}/{date}',
    ['bar', 'statistics'],
    readOpenClose,
    { scope: 'tickerDay', markets: ['stocks', 'options', 'indices'] },
    { rowsIn: '' },
  ),
  endpoint('lastTrade', '/v2/last/trade/{ticker}', ['trade'], readLastTrade, {
    scope: 'ticker',
    markets: ['stocks', 'options'],
  }),
  endpoint('lastQuote', '/v2/last/nbbo/{ticker}', ['bbo'], readLastQuote, {
    scope: 'ticker',
    markets: COMPANIES,
  }),
  endpoint(
    'lastCrypto',
    '/v1/last/crypto/{base}/{quote}',
    ['trade'],
    readLastCrypto,
    { scope: 'ticker', markets: ['crypto'] },
    { rowsIn: 'last' },
  ),
  endpoint(
    'lastRate',
    '/v1/last_quote/currencies/{base}/{quote}',
    ['fx_rate'],
    readCurrencyQuote,
    { scope: 'ticker', markets: ['fx'], isDefault: true },
    { rowsIn: 'last' },
  ),
  endpoint(
    'conversion',
    '/v1/conversion/{base}/{quote}',
    ['fx_rate'],
    readConversion,
    { scope: 'ticker', markets: ['fx'], query: { amount: '1000000', precision: '4' } },
    { rowsIn: '' },
  ),
  endpoint(
    'cryptoBook',
    `${COIN_MARKET}/tickers/{ticker}/book`,
    ['mbp'],
    readCryptoBook,
    { scope: 'ticker', markets: ['crypto'], isDefault: true, rowBytes: 50_000 },
    { rowsIn: 'data', needsDate: true },
  ),
  ...(
    [
      ['Stock', 'stocks', STOCK_MARKET],
      ['Crypto', 'crypto', COIN_MARKET],
      ['Fx', 'fx', FX_MARKET],
    ] as const
  ).flatMap(([word, market, path]) => [
    endpoint(
      `snapshot${word}`,
      `${path}/tickers/{ticker}`,
      SNAPSHOT,
      readTickerSnapshots,
      { scope: 'ticker', markets: [market] },
      { ...V2_SNAPSHOT, rowsIn: 'ticker' },
    ),
    endpoint(
      `snapshotAll${word}`,
      `${path}/tickers`,
      SNAPSHOT,
      readTickerSnapshots,
      { scope: 'once', rows: 11_000, rowBytes: 600 },
      V2_SNAPSHOT,
    ),
    ...(['gainers', 'losers'] as const).map((direction) =>
      endpoint(
        `${direction}${word}`,
        `${path}/${direction}`,
        SNAPSHOT,
        readTickerSnapshots,
        { scope: 'once', rows: 20, rowBytes: 600 },
        V2_SNAPSHOT,
      ),
    ),
  ]),
  endpoint(
    'snapshotIndices',
    '/v3/snapshot/indices',
    ['statistics'],
    readUniversal,
    { scope: 'tickers', markets: ['indices'], limit: 250, query: { 'ticker.any_of': '{tickers}' } },
    { needsDate: true, hasTable: false },
  ),
  endpoint(
    'optionSnapshot',
    '/v3/snapshot/options/{underlying}/{ticker}',
    ['definition', ...SNAPSHOT],
    readUniversal,
    { scope: 'ticker', markets: ['options'] },
    { needsDate: true, hasTable: false },
  ),
  endpoint(
    'optionChain',
    '/v3/snapshot/options/{underlying}',
    ['definition', ...SNAPSHOT],
    readUniversal,
    { scope: 'ticker', markets: ['stocks', 'indices'], rows: 3000, limit: 250 },
    { needsDate: true, hasTable: false },
  ),
  endpoint(
    'snapshot',
    '/v3/snapshot',
    ['statistics', 'trade', 'bbo', 'definition'],
    readUniversal,
    { scope: 'tickers', limit: 250, query: { 'ticker.any_of': '{tickers}' } },
    { needsDate: true, hasTable: false },
  ),
  endpoint(
    'summaries',
    '/v1/summaries',
    ['statistics', 'definition'],
    readUniversal,
    { scope: 'tickers', query: { 'ticker.any_of': '{tickers}' } },
    { needsDate: true, hasTable: false },
  ),
  endpoint(
    'tickerTypes',
    '/v3/reference/tickers/types',
    ['alt'],
    readTickerTypes,
    { scope: 'once' },
    { needsDate: true },
  ),
  endpoint(
    'ticker',
    '/v3/reference/tickers/{ticker}',
    ['definition', 'fundamental'],
    readTickers,
    { ...DETAILS, markets: ['stocks', 'indices', 'fx', 'crypto'] },
    { needsDate: true },
  ),
  endpoint(
    'tickers',
    '/v3/reference/tickers',
    ['definition'],
    readTickers,
    { scope: 'once', rows: 12_000, rowBytes: 330, limit: 1000 },
    { needsDate: true },
  ),
  endpoint(
    'contract',
    '/v3/reference/options/contracts/{ticker}',
    ['definition'],
    readContracts,
    { ...DETAILS, markets: ['options'] },
    { needsDate: true },
  ),
  endpoint(
    'contracts',
    '/v3/reference/options/contracts',
    ['definition'],
    readContracts,
    {
      scope: 'ticker',
      markets: ['stocks', 'indices'],
      rows: 3000,
      rowBytes: 330,
      limit: 1000,
      query: { underlying_ticker: '{ticker}' },
    },
    { needsDate: true },
  ),
  endpoint('ipos', '/vX/reference/ipos', ['definition'], readIpos, {
    scope: 'once',
    rows: 1000,
    limit: 1000,
    daysBy: 'listing_date',
  }),
  endpoint(
    'exchanges',
    '/v3/reference/exchanges',
    ['alt'],
    readExchanges,
    { scope: 'once' },
    { needsDate: true },
  ),
  endpoint(
    'conditions',
    '/v3/reference/conditions',
    ['alt'],
    readConditions,
    { scope: 'once', rows: 200, limit: 1000 },
    { needsDate: true },
  ),
  endpoint('splits', '/v3/reference/splits', ['corporate_action'], readSplits, {
    scope: 'ticker',
    markets: COMPANIES,
    isDefault: true,
    rows: 5,
    limit: 1000,
    daysBy: 'execution_date',
    query: { ticker: '{ticker}' },
  }),
  endpoint('dividends', '/v3/reference/dividends', ['corporate_action'], readDividends, {
    scope: 'ticker',
    markets: COMPANIES,
    isDefault: true,
    rows: 80,
    rowBytes: 250,
    limit: 1000,
    daysBy: 'ex_dividend_date',
    query: { ticker: '{ticker}' },
  }),
  endpoint('tickerEvents', '/vX/reference/tickers/{ticker}/events', ['corporate_action'], readTickerEvents, {
    ...DETAILS,
    markets: COMPANIES,
  }),
  endpoint('financials', '/vX/reference/financials', ['fundamental'], readFinancials, {
    scope: 'ticker',
    markets: COMPANIES,
    isDefault: true,
    rows: 60,
    rowBytes: 14_000,
    limit: 100,
    daysBy: 'filing_date',
    query: { ticker: '{ticker}' },
  }),
  endpoint('news', '/v2/reference/news', ['news'], readNews, {
    scope: 'ticker',
    isDefault: true,
    rows: 500,
    rowBytes: 1500,
    limit: 1000,
    daysBy: 'published_utc',
    query: { ticker: '{ticker}', order: 'asc' },
  }),
  endpoint(
    'marketStatus',
    '/v1/marketstatus/now',
    ['status'],
    readMarketStatus,
    { scope: 'once', isDefault: true },
    { rowsIn: '' },
  ),
  endpoint(
    'holidays',
    '/v1/marketstatus/upcoming',
    ['status'],
    readHolidays,
    { scope: 'once', isDefault: true, rowBytes: 3000 },
    { rowsIn: '' },
  ),
  endpoint(
    'indicators',
    '/v1/indicators/{indicator}/{ticker}',
    ['alt'],
    readIndicator,
    { scope: 'ticker', isDefault: true, rows: 500, rowBytes: 60, limit: 5000, daysBy: 'timestamp' },
    { rowsIn: 'results.values' },
  ),
  endpoint(
    'relatedCompanies',
    '/v1/related-companies/{ticker}',
    ['alt'],
    readRelated,
    { scope: 'ticker', markets: COMPANIES },
    { needsDate: true },
  ),
  endpoint(
    'taxonomies',
    '/vX/reference/tickers/taxonomies',
    ['alt'],
    readTaxonomies,
    { scope: 'ticker', markets: COMPANIES, query: { ticker: '{ticker}' } },
    { needsDate: true },
  ),
  endpoint(
    'historicCrypto',
    '/v1/historic/crypto/{base}/{quote}/{date}',
    ['trade'],
    readHistoricTicks,
    null,
    {
      rowsIn: 'ticks',
    },
  ),
  endpoint('historicFx', '/v1/historic/forex/{base}/{quote}/{date}', ['bbo'], readHistoricTicks, null, {
    rowsIn: 'ticks',
  }),
  endpoint('quotesV2', '/v2/ticks/stocks/nbbo/{ticker}/{date}', ['bbo'], readQuotes, null),
  endpoint('tradesV2', '/v2/ticks/stocks/trades/{ticker}/{date}', ['trade'], readTrades, null),
  ...['', '/{filing_id}', '/{filing_id}/files'].map((rest, at) =>
    endpoint(`filings${at}`, `/v1/reference/sec/filings${rest}`, [], readFilings, null),
  ),
];

/** The endpoint of a path and the values of the names in its braces, unescaped; null for one that is not read. */
export function endpointOf(
  path: string,
): { readonly endpoint: Endpoint; readonly values: Readonly<Record<string, string>> } | null {
  const parts = path.split('/');
  for (const endpoint of ENDPOINTS) {
    const values = matchPath(endpoint.path.split('/'), parts);
    if (values !== null) return { endpoint, values };
  }
  return null;
}

function matchPath(names: readonly string[], parts: readonly string[]): Record<string, string> | null {
  if (names.length !== parts.length) return null;
  const values: Record<string, string> = {};
  for (const [at, name] of names.entries()) {
    const part = decodeURIComponent(parts[at]!);
    if (name.startsWith('{')) values[name.slice(1, -1)] = part;
    else if (name !== part) return null;
  }
  return values;
}
