/** What a user can set for Polygon, checked. */

import type { IngestRequest } from '../../ingest/adapter.ts';
import type { RequestChecks } from '../request-checks.ts';
import { SPAN_SECONDS } from './bars.ts';
import { ENDPOINTS, type Endpoint } from './endpoints.ts';

export const POLYGON_KEY = 'POLYGON_API_KEY';
export const REST_URL = 'https://api.polygon.io';
export const SOCKET_URL = 'wss://socket.polygon.io';
export const CLUSTERS = ['stocks', 'options', 'indices', 'forex', 'crypto'] as const;
const INDICATORS = ['sma', 'ema', 'macd', 'rsi'] as const;
const SPANS = Object.keys(SPAN_SECONDS);

export const POLYGON_OPTIONS = {
  timespan: { about: `span of bars and indicators: ${SPANS.join(', ')}`, default: 'minute' },
  multiplier: { about: 'spans of one bar', default: '1' },
  adjusted: { about: 'bars and indicators adjusted for splits: true, false', default: 'true' },
  indicators: { about: `indicators joined by +: ${INDICATORS.join(', ')}`, default: 'sma' },
  window: { about: 'values behind each value of sma, ema and rsi', default: '50' },
  market: { about: 'market of the list of tickers: stocks, crypto, fx, otc, indices', default: 'stocks' },
  endpoints: {
    about: 'endpoints joined by + instead of those that the schemas have by default (see the guide)',
    default: '',
  },
  rate: { about: 'requests a minute that the plan allows', default: '5' },
  cluster: { about: `without symbols, all of one of ${CLUSTERS.join(', ')}; live alone`, default: 'stocks' },
  restUrl: { about: 'address of the REST API instead of Polygon itself', default: '' },
  socketUrl: { about: 'address of the sockets instead of Polygon itself', default: '' },
} as const;

export interface PolygonSettings {
  readonly timespan: string;
  readonly multiplier: number;
  readonly adjusted: 'true' | 'false';
  readonly indicators: readonly string[];
  readonly window: number;
  readonly market: string;
  /** Endpoints that are named; empty for those by default. */
  readonly endpoints: readonly Endpoint[];
  readonly restUrl: string;
  readonly socketUrl: string;
  readonly symbols: readonly string[];
}

const TICKER = /^(?:[OCXI]:)?[A-Za-z0-9][A-Za-z0-9./-]{0,40}$/;

export function polygonSettings(checks: RequestChecks, request: IngestRequest): PolygonSettings {
  const asked = ENDPOINTS.filter(({ ask }) => ask !== null);
  const listed = (name: string, allowed: readonly string[]): string[] => {
    const words = (request.options[name] ?? '').split('+').filter((word) => word !== '');
    for (const word of words.filter((one) => !allowed.includes(one)))
      checks.add(`option ${name}=${word} (allowed: ${allowed.join(', ')})`);
    return words;
  };
  const names = listed(
    'endpoints',
    asked.map(({ name }) => name),
  );
  checks.whole('rate', 1, 1_000_000);
  for (const symbol of request.symbols)
    if (!TICKER.test(symbol))
      checks.add(`symbol=${symbol} (written as AAPL, O:SPY251219C00650000, C:EURUSD, X:BTCUSD)`);
  return {
    timespan: checks.word('timespan', SPANS),
    multiplier: checks.whole('multiplier', 1, 10_000),
    adjusted: checks.word('adjusted', ['true', 'false']),
    indicators: listed('indicators', INDICATORS),
    window: checks.whole('window', 1, 1000),
    market: checks.word('market', ['stocks', 'crypto', 'fx', 'otc', 'indices']),
    endpoints: asked.filter(({ name }) => names.includes(name)),
    restUrl: checks.address('restUrl', REST_URL, ['http:', 'https:']),
    socketUrl: checks.address('socketUrl', SOCKET_URL, ['ws:', 'wss:']),
    symbols: request.symbols,
  };
}
