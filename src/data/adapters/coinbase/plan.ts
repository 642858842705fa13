/** Cuts a request to Coinbase Exchange into tasks, by product. */

import type { IngestRequest, IngestTask } from '../../ingest/adapter.ts';
import type { SchemaName } from '../../registry.ts';
import { RequestChecks } from '../request-checks.ts';

export const COINBASE_VENUE = 'coinbase';
export const COINBASE_SCHEMAS: readonly SchemaName[] = [
  'definition',
  'trade',
  'mbo',
  'mbp',
  'bbo',
  'bar',
  'statistics',
];
export const REST_URL = 'https://api.exchange.coinbase.com';
export const SOCKET_URL = 'wss://ws-feed.exchange.coinbase.com';
/** Seconds of the candles that there are. */
export const GRANULARITIES = ['60', '300', '900', '3600', '21600', '86400'] as const;
/** Candles of one answer. */
export const CANDLE_ROWS = 300;
/** Trades of one answer. */
export const TRADE_ROWS = 1000;
const TRADES_A_DAY = 500_000;
const ROW_BYTES = 130;
const BOOK_BYTES: Readonly<Record<number, number>> = { 2: 2_000_000, 3: 5_000_000 };

export type CoinbaseKind = 'products' | 'trades' | 'candles' | 'book' | 'ticker' | 'stats';

export interface CoinbaseSettings {
  readonly restUrl: string;
  readonly socketUrl: string;
  readonly granularity: number;
  readonly level2: 'level2' | 'level2_batch';
  readonly symbols: readonly string[];
}

export function coinbaseSettings(checks: RequestChecks): CoinbaseSettings {
  return {
    restUrl: checks.address('restUrl', REST_URL, ['http:', 'https:']),
    socketUrl: checks.address('socketUrl', SOCKET_URL, ['ws:', 'wss:']),
    granularity: Number(checks.word('granularity', GRANULARITIES)),
    level2: checks.word('level2', ['level2', 'level2_batch']),
    symbols: checks.symbols(/^[A-Z0-9]{1,20}-[A-Z0-9]{1,20}$/, 'BTC-USD'),
  };
}

export function planCoinbase(request: IngestRequest): IngestTask[] {
  const checks = new RequestChecks('coinbase', request);
  const settings = coinbaseSettings(checks);
  const has = (schema: SchemaName): boolean => request.schemas.includes(schema);
  const span = has('trade') || has('bar') ? checks.span('trades and bars') : { fromMs: 0, toMs: 0 };
  checks.refuse();

  const tasks: IngestTask[] = [];
  const add = (
    kind: CoinbaseKind,
    symbol: string,
    schemas: readonly SchemaName[],
    more: Partial<TaskShape> = {},
  ): void => {
    const shape = { kind, symbol, schemas, level: 0, requests: 2, bytes: 2000, fromMs: 0, toMs: 0, ...more };
    tasks.push(taskOf(settings, shape));
  };
  if (has('definition')) add('products', settings.symbols.join(','), ['definition'], { bytes: 300_000 });
  const days = (span.toMs - span.fromMs) / 86_400_000;
  for (const symbol of settings.symbols) {
    if (has('trade')) {
      const requests = (days * TRADES_A_DAY) / TRADE_ROWS;
      add('trades', symbol, ['trade'], { ...span, requests, bytes: requests * TRADE_ROWS * ROW_BYTES });
    }
    if (has('bar')) {
      const requests = Math.ceil((days * 86_400) / settings.granularity / CANDLE_ROWS);
      add('candles', symbol, ['bar'], { ...span, requests, bytes: requests * CANDLE_ROWS * 60 });
    }
    for (const [schema, level] of [
      ['mbp', 2],
      ['mbo', 3],
    ] as const) {
      if (has(schema)) add('book', symbol, [schema], { level, bytes: BOOK_BYTES[level]! });
    }
    if (has('bbo')) add('ticker', symbol, ['bbo']);
    if (has('statistics')) add('stats', symbol, ['statistics']);
  }
  return tasks;
}

interface TaskShape {
  readonly kind: CoinbaseKind;
  readonly symbol: string;
  readonly schemas: readonly SchemaName[];
  /** Of a book: 2 joins orders by price, 3 has each. */
  readonly level: number;
  readonly requests: number;
  readonly bytes: number;
  readonly fromMs: number;
  readonly toMs: number;
}

function taskOf(settings: CoinbaseSettings, shape: TaskShape): IngestTask {
  const { kind, symbol, schemas, level, requests, bytes, fromMs, toMs } = shape;
  const what = level === 0 ? kind : `${kind}${level}`;
  const shownSymbol = kind === 'products' ? 'all' : symbol;
  return {
    id: `${what}-${shownSymbol}`,
    label: `${shownSymbol} ${what}`,
    schemas,
    venue: COINBASE_VENUE,
    parameters: {
      kind,
      symbol,
      level,
      restUrl: settings.restUrl,
      granularity: settings.granularity,
      fromMs,
      toMs,
    },
    expected: { requests, bytes },
  };
}
