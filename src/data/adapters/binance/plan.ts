/** Cuts a request to Binance into tasks: trades by symbol and day, everything else by symbol. */

import type { IngestRequest, IngestTask } from '../../ingest/adapter.ts';
import type { SchemaName } from '../../registry.ts';
import { intervalSeconds } from '../../venues/binance/figures.ts';
import { daysOf, RequestChecks } from '../request-checks.ts';
import { BINANCE_MARKETS, BINANCE_SYMBOL, type BinanceMarket, MARKET_FACTS } from './markets.ts';

/** What a task asks for. */
export type BinanceKind =
  | 'definition'
  | 'trades'
  | 'candles'
  | 'book'
  | 'ticker'
  | 'quote'
  | 'premium'
  | 'openInterest'
  | 'funding';

export interface BinanceSettings {
  readonly market: BinanceMarket;
  readonly restUrl: string;
  readonly socketUrl: string;
  readonly interval: string;
  readonly depth: number;
  readonly trades: 'aggTrade' | 'trade';
  readonly symbols: readonly string[];
}

/** Rows of a page of trades or candles, the most that both markets give. */
export const PAGE_ROWS = 1000;
const TRADES_A_DAY = 1_000_000;
const ROW_BYTES = 120;

/** Options that hold for files and live. Problems are added to `checks`. */
export function binanceSettings(request: IngestRequest, checks: RequestChecks): BinanceSettings {
  const market = checks.word('market', BINANCE_MARKETS);
  const facts = MARKET_FACTS[market] ?? MARKET_FACTS.spot;
  const interval = request.options.interval ?? '';
  if (intervalSeconds(interval) === null)
    checks.add(`option interval=${interval} (such as 1s, 1m, 4h, 1d, 1w)`);
  return {
    market,
    restUrl: checks.address('restUrl', facts.restUrl, ['http:', 'https:']),
    socketUrl: checks.address('socketUrl', facts.socketUrl, ['ws:', 'wss:']),
    interval,
    depth: checks.whole('depth', 1, facts.depthMax),
    trades: checks.word('trades', ['aggTrade', 'trade']),
    symbols: checks.symbols(BINANCE_SYMBOL, 'BTCUSDT'),
  };
}

export function planBinance(request: IngestRequest): IngestTask[] {
  const checks = new RequestChecks('binance', request);
  const settings = binanceSettings(request, checks);
  const has = (schema: SchemaName): boolean => request.schemas.includes(schema);
  const isFutures = settings.market === 'usdm';
  const needsSpan = has('trade') || has('bar') || (has('statistics') && isFutures && request.from !== null);
  const span = needsSpan ? checks.span('trades and bars') : { fromMs: 0, toMs: 0 };
  checks.refuse();

  const tasks: IngestTask[] = [];
  const add = (
    kind: BinanceKind,
    symbol: string,
    schemas: readonly SchemaName[],
    more: Partial<TaskShape> = {},
  ): void => {
    tasks.push(
      taskOf(settings, { kind, symbol, schemas, requests: 1, fromMs: 0, toMs: 0, tag: '', ...more }),
    );
  };
  if (has('definition'))
    add('definition', settings.symbols.join(','), ['definition'], { tag: `${settings.symbols.length}` });
  for (const symbol of settings.symbols) {
    if (has('trade')) {
      for (const { day, fromMs, toMs } of daysOf(span.fromMs, span.toMs)) {
        add('trades', symbol, ['trade'], { tag: day, fromMs, toMs, requests: TRADES_A_DAY / PAGE_ROWS });
      }
    }
    if (has('bar')) {
      const rows = (span.toMs - span.fromMs) / 1000 / intervalSeconds(settings.interval)!;
      add('candles', symbol, ['bar'], {
        ...span,
        tag: settings.interval,
        requests: Math.ceil(rows / PAGE_ROWS),
      });
    }
    if (has('mbp')) add('book', symbol, ['mbp'], { requests: 2 });
    // Spot tells quotes with the figures of the day, futures apart from them.
    const ofTicker: readonly SchemaName[] = isFutures ? ['statistics'] : ['statistics', 'bbo'];
    const wanted = ofTicker.filter(has);
    if (wanted.length > 0) add('ticker', symbol, wanted);
    if (isFutures && has('bbo')) add('quote', symbol, ['bbo']);
    if (!has('statistics') || !isFutures) continue;
    add('premium', symbol, ['statistics']);
    add('openInterest', symbol, ['statistics']);
    if (request.from !== null) {
      const payments = ((span.toMs - span.fromMs) / 3_600_000) * (1 / 4);
      add('funding', symbol, ['statistics'], { ...span, requests: Math.ceil(payments / PAGE_ROWS) });
    }
  }
  return tasks;
}

interface TaskShape {
  readonly kind: BinanceKind;
  readonly symbol: string;
  readonly schemas: readonly SchemaName[];
  readonly requests: number;
  readonly fromMs: number;
  readonly toMs: number;
  /** Tells tasks of one kind and symbol apart. */
  readonly tag: string;
}

function taskOf(settings: BinanceSettings, shape: TaskShape): IngestTask {
  const { kind, symbol, schemas, requests, fromMs, toMs, tag } = shape;
  const shownSymbol = kind === 'definition' ? 'symbols' : symbol;
  const words = [settings.market, kind, shownSymbol, tag].filter((word) => word !== '');
  return {
    id: words.join('-').replace(/[^A-Za-z0-9.-]/g, '.'),
    label: [shownSymbol, kind, tag].filter((word) => word !== '').join(' '),
    schemas,
    venue: MARKET_FACTS[settings.market].venue,
    parameters: {
      kind,
      symbol,
      market: settings.market,
      restUrl: settings.restUrl,
      interval: settings.interval,
      depth: settings.depth,
      fromMs,
      toMs,
    },
    expected: {
      requests,
      bytes: requests * (kind === 'trades' || kind === 'candles' ? PAGE_ROWS : 10) * ROW_BYTES,
    },
  };
}
