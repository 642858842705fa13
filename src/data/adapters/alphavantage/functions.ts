/** Every function of Alpha Vantage that is read: what it becomes, for which symbols it is asked, and by what query. */

import type { SchemaName } from '../../registry.ts';
import type { AnswerReader } from './answer.ts';
import { readDividends, readEarnings, readOverview, readSplits, readStatements } from './company.ts';
import { readEconomy, readNews, readQuote, readRate, readSearch, readSectors } from './figures.ts';
import { readIndicator, readSeries } from './series.ts';

/** 'IBM' is a share, 'EUR/USD' two currencies, 'BTC-USD' a coin in a currency. */
export const ASSETS = ['share', 'fx', 'coin'] as const;
export type Asset = (typeof ASSETS)[number];

export interface AlphaFunction {
  readonly name: string;
  readonly makes: readonly SchemaName[];
  readonly read: AnswerReader;
  /** Symbols it is asked for; none: it is asked once. */
  readonly assets: readonly Asset[];
  /** Names of the parameters of the query that hold the symbol, or both codes of a pair. */
  readonly symbolIn: readonly string[];
  /** Interval of its bars as the option names it; null for what has none. 'min' is any of minutes. */
  readonly interval: 'min' | 'daily' | 'weekly' | 'monthly' | null;
  /** Whether it is asked when one of its schemas is; others are named by options. */
  readonly isDefault: boolean;
  /** Whether it is cut into months. */
  readonly isMonthly: boolean;
  /** Whether answers tell no time, so that the date of the answer is kept in front. */
  readonly needsDate: boolean;
  /** Bytes of one answer, a guess. */
  readonly bytes: number;
  /** Further parameters; an option in braces is filled in. */
  readonly query: Readonly<Record<string, string>>;
}

type Rest = Partial<Omit<AlphaFunction, 'name' | 'makes' | 'read'>>;

function fn(name: string, makes: readonly SchemaName[], read: AnswerReader, rest: Rest): AlphaFunction {
  return {
    name,
    makes,
    read,
    assets: [],
    symbolIn: ['symbol'],
    interval: null,
    isDefault: false,
    isMonthly: false,
    needsDate: false,
    bytes: 10_000,
    query: {},
    ...rest,
  };
}

const SHARE = { assets: ['share'] } as const;
const FX = { assets: ['fx'], symbolIn: ['from_symbol', 'to_symbol'] } as const;
const COIN = { assets: ['coin'], symbolIn: ['symbol', 'market'] } as const;
const ADJUSTED = ['bar', 'statistics', 'corporate_action'] as const;
const COIN_SERIES = ['bar', 'statistics'] as const;
const DAILY = { interval: 'daily', bytes: 1_200_000 } as const;
const WEEKLY = { interval: 'weekly', bytes: 250_000 } as const;
const MONTHLY = { interval: 'monthly', bytes: 60_000 } as const;
const MINUTES = {
  interval: 'min',
  bytes: 2_000_000,
  query: { interval: '{interval}', outputsize: '{outputsize}' },
} as const;
const SIZED = { query: { outputsize: '{outputsize}' } } as const;

/** Series of the economy; those with a maturity or interval are asked as the vendor has them by default. */
export const ECONOMY = [
  'REAL_GDP',
  'REAL_GDP_PER_CAPITA',
  'TREASURY_YIELD',
  'FEDERAL_FUNDS_RATE',
  'CPI',
  'INFLATION',
  'RETAIL_SALES',
  'DURABLES',
  'UNEMPLOYMENT',
  'NONFARM_PAYROLL',
  'WTI',
  'BRENT',
  'NATURAL_GAS',
  'COPPER',
  'ALUMINUM',
  'WHEAT',
  'CORN',
  'COTTON',
  'SUGAR',
  'COFFEE',
  'ALL_COMMODITIES',
] as const;

/** Indicators that need no more than an interval, a window and the price that is looked at. */
export const INDICATORS = [
  'SMA',
  'EMA',
  'WMA',
  'DEMA',
  'TEMA',
  'TRIMA',
  'KAMA',
  'MACD',
  'STOCH',
  'RSI',
  'WILLR',
  'ADX',
  'CCI',
  'MOM',
  'ROC',
  'MFI',
  'BBANDS',
  'ATR',
  'NATR',
  'TRIX',
  'VWAP',
  'AD',
  'OBV',
] as const;

export const FUNCTIONS: readonly AlphaFunction[] = [
  fn('TIME_SERIES_INTRADAY', ['bar'], readSeries, {
    ...SHARE,
    ...MINUTES,
    query: { ...MINUTES.query, adjusted: '{adjusted}', extended_hours: 'true' },
    isDefault: true,
    isMonthly: true,
  }),
  fn('TIME_SERIES_INTRADAY_EXTENDED', ['bar'], readSeries, {
    ...SHARE,
    interval: 'min',
    bytes: 700_000,
    query: { interval: '{interval}', adjusted: '{adjusted}', slice: '{slice}' },
  }),
  fn('TIME_SERIES_DAILY', ['bar'], readSeries, { ...SHARE, ...DAILY, ...SIZED, isDefault: true }),
  fn('TIME_SERIES_DAILY_ADJUSTED', ADJUSTED, readSeries, { ...SHARE, ...DAILY, ...SIZED, bytes: 2_000_000 }),
  fn('TIME_SERIES_WEEKLY', ['bar'], readSeries, { ...SHARE, ...WEEKLY, isDefault: true }),
  fn('TIME_SERIES_WEEKLY_ADJUSTED', ADJUSTED, readSeries, { ...SHARE, ...WEEKLY }),
  fn('TIME_SERIES_MONTHLY', ['bar'], readSeries, { ...SHARE, ...MONTHLY, isDefault: true }),
  fn('TIME_SERIES_MONTHLY_ADJUSTED', ADJUSTED, readSeries, { ...SHARE, ...MONTHLY }),
  fn('FX_INTRADAY', ['bar'], readSeries, { ...FX, ...MINUTES, isDefault: true }),
  fn('FX_DAILY', ['bar'], readSeries, { ...FX, ...DAILY, ...SIZED, isDefault: true }),
  fn('FX_WEEKLY', ['bar'], readSeries, { ...FX, ...WEEKLY, isDefault: true }),
  fn('FX_MONTHLY', ['bar'], readSeries, { ...FX, ...MONTHLY, isDefault: true }),
  fn('CRYPTO_INTRADAY', COIN_SERIES, readSeries, { ...COIN, ...MINUTES, isDefault: true }),
  fn('DIGITAL_CURRENCY_INTRADAY', COIN_SERIES, readSeries, { ...COIN, ...MINUTES }),
  fn('DIGITAL_CURRENCY_DAILY', COIN_SERIES, readSeries, { ...COIN, ...DAILY, isDefault: true }),
  fn('DIGITAL_CURRENCY_WEEKLY', COIN_SERIES, readSeries, { ...COIN, ...WEEKLY, isDefault: true }),
  fn('DIGITAL_CURRENCY_MONTHLY', COIN_SERIES, readSeries, { ...COIN, ...MONTHLY, isDefault: true }),
  fn('CURRENCY_EXCHANGE_RATE', ['fx_rate'], readRate, {
    assets: ['fx', 'coin'],
    symbolIn: ['from_currency', 'to_currency'],
    isDefault: true,
    bytes: 500,
  }),
  fn('GLOBAL_QUOTE', ['statistics'], readQuote, { ...SHARE, isDefault: true, needsDate: true, bytes: 500 }),
  fn('SYMBOL_SEARCH', ['definition'], readSearch, {
    ...SHARE,
    symbolIn: ['keywords'],
    needsDate: true,
    bytes: 4000,
  }),
  fn('OVERVIEW', ['definition', 'fundamental'], readOverview, {
    ...SHARE,
    isDefault: true,
    needsDate: true,
    bytes: 4000,
  }),
  fn('INCOME_STATEMENT', ['fundamental'], readStatements, { ...SHARE, isDefault: true, bytes: 100_000 }),
  fn('BALANCE_SHEET', ['fundamental'], readStatements, { ...SHARE, isDefault: true, bytes: 150_000 }),
  fn('CASH_FLOW', ['fundamental'], readStatements, { ...SHARE, isDefault: true, bytes: 110_000 }),
  fn('EARNINGS', ['fundamental'], readEarnings, { ...SHARE, isDefault: true, bytes: 25_000 }),
  fn('DIVIDENDS', ['corporate_action'], readDividends, { ...SHARE, isDefault: true, bytes: 25_000 }),
  fn('SPLITS', ['corporate_action'], readSplits, { ...SHARE, isDefault: true, bytes: 1000 }),
  fn('NEWS_SENTIMENT', ['news'], readNews, {
    ...SHARE,
    symbolIn: ['tickers'],
    isDefault: true,
    bytes: 2_000_000,
    query: { limit: '1000', sort: 'EARLIEST' },
  }),
  fn('SECTOR', ['alt'], readSectors, { bytes: 5000 }),
  ...ECONOMY.map((name) => fn(name, ['alt'], readEconomy, { bytes: 30_000 })),
  ...INDICATORS.map((name) =>
    fn(name, ['alt'], readIndicator, {
      ...SHARE,
      bytes: 400_000,
      query: { interval: '{interval}', time_period: '{window}', series_type: '{price}' },
    }),
  ),
];

export function functionNamed(name: string): AlphaFunction | null {
  return FUNCTIONS.find((one) => one.name === name) ?? null;
}
