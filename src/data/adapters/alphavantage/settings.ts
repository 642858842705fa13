/** What a user can set for Alpha Vantage, checked. */

import type { IngestRequest } from '../../ingest/adapter.ts';
import type { RequestChecks } from '../request-checks.ts';
import { type AlphaFunction, type Asset, ECONOMY, FUNCTIONS, INDICATORS } from './functions.ts';

export const ALPHA_KEY = 'ALPHAVANTAGE_API_KEY';
export const REST_URL = 'https://www.alphavantage.co';
const INTERVALS = ['1min', '5min', '15min', '30min', '60min', 'daily', 'weekly', 'monthly'] as const;
const PRICES = ['close', 'open', 'high', 'low'] as const;

export const ALPHA_OPTIONS = {
  interval: { about: `interval of bars and indicators: ${INTERVALS.join(', ')}`, default: 'daily' },
  adjusted: {
    about:
      'bars of minutes adjusted for splits and dividends; of days and longer, dividends and splits beside them',
    default: 'false',
  },
  labels: { about: 'whether times of bars of minutes are those of their start or end', default: 'start' },
  indicators: { about: `indicators joined by +: ${INDICATORS.join(', ')}`, default: 'SMA' },
  window: { about: 'values behind each value of an indicator', default: '20' },
  price: { about: `price that indicators look at: ${PRICES.join(', ')}`, default: 'close' },
  economy: { about: `series of the economy joined by +: ${ECONOMY.join(', ')}`, default: '' },
  functions: {
    about: 'functions joined by + instead of those that the schemas have by default (see the guide)',
    default: '',
  },
  slice: {
    about: 'part of TIME_SERIES_INTRADAY_EXTENDED, from year1month1 to year2month12',
    default: 'year1month1',
  },
  rate: { about: 'requests a minute that the plan allows', default: '5' },
  restUrl: { about: 'address of the API instead of Alpha Vantage itself', default: '' },
} as const;

export interface AlphaSymbol {
  readonly asset: Asset;
  /** The symbol, or both codes of a pair. */
  readonly parts: readonly string[];
}

export interface AlphaSettings {
  readonly interval: string;
  readonly isLabelledByEnd: boolean;
  /** Functions in the order of the table. */
  readonly functions: readonly AlphaFunction[];
  readonly restUrl: string;
  readonly symbols: readonly AlphaSymbol[];
  /** Values for names in braces of queries. */
  readonly values: Readonly<Record<string, string>>;
}

export function alphaSettings(checks: RequestChecks, request: IngestRequest): AlphaSettings {
  const interval = checks.word('interval', INTERVALS);
  const adjusted = checks.word('adjusted', ['true', 'false']);
  const listed = (name: string, allowed: readonly string[]): string[] => {
    const words = (request.options[name] ?? '').split('+').filter((word) => word !== '');
    for (const word of words.filter((one) => !allowed.includes(one)))
      checks.add(`option ${name}=${word} (allowed: ${allowed.join(', ')})`);
    return words;
  };
  const named = listed(
    'functions',
    FUNCTIONS.map(({ name }) => name),
  );
  const added = [...listed('indicators', INDICATORS), ...listed('economy', ECONOMY)];
  checks.whole('rate', 1, 100_000);
  const slice = request.options.slice ?? '';
  if (!/^year[12]month([1-9]|1[0-2])$/.test(slice))
    checks.add(`option slice=${slice} (from year1month1 to year2month12)`);
  const values = {
    interval,
    adjusted,
    slice,
    window: String(checks.whole('window', 1, 1000)),
    price: checks.word('price', PRICES),
    // The whole history is asked for where days are, else the newest hundred values.
    outputsize: request.from === null && request.to === null ? 'compact' : 'full',
  };
  return {
    interval,
    isLabelledByEnd: checks.word('labels', ['start', 'end']) === 'end',
    functions: FUNCTIONS.filter((one) =>
      named.length > 0
        ? named.includes(one.name)
        : added.includes(one.name) || isByDefault(one, interval, adjusted === 'true'),
    ),
    restUrl: checks.address('restUrl', REST_URL, ['http:', 'https:']),
    symbols: request.symbols.map((symbol) => symbolOf(symbol, checks)),
    values,
  };
}

/** Adjusted series take the place of the plain ones of the same interval. */
function isByDefault(one: AlphaFunction, interval: string, isAdjusted: boolean): boolean {
  if (one.interval === null) return one.isDefault;
  if (one.interval !== (interval.endsWith('min') ? 'min' : interval)) return false;
  if (!isAdjusted || one.interval === 'min' || !one.assets.includes('share')) return one.isDefault;
  return one.name.endsWith('_ADJUSTED');
}

const SHARE = /^[A-Z0-9][A-Z0-9.-]{0,19}$/i;
const FX = /^([A-Z]{3})\/([A-Z]{3})$/i;
const COIN = /^([A-Z0-9]{2,10})-([A-Z]{3})$/i;

function symbolOf(symbol: string, checks: RequestChecks): AlphaSymbol {
  const pair = FX.exec(symbol);
  if (pair !== null) return { asset: 'fx', parts: [pair[1]!, pair[2]!] };
  const coin = COIN.exec(symbol);
  if (coin !== null) return { asset: 'coin', parts: [coin[1]!, coin[2]!] };
  if (!SHARE.test(symbol)) checks.add(`symbol=${symbol} (written as IBM, EUR/USD or BTC-USD)`);
  return { asset: 'share', parts: [symbol] };
}
