/** Binance, spot and USD-M futures. REST and streams are public: no key is needed. */

import type { DataAdapter } from '../../ingest/adapter.ts';
import { fetchBinance } from './fetch.ts';
import { BinanceLive } from './live.ts';
import { BINANCE_SCHEMAS } from './markets.ts';
import { normaliseBinance } from './normalise.ts';
import { planBinance } from './plan.ts';

export const BINANCE: DataAdapter = {
  name: 'binance',
  version: 1,
  about: 'Binance spot and USD-M futures: books, trades, quotes, candles, definitions, funding.',
  schemas: BINANCE_SCHEMAS,
  secrets: [],
  options: {
    market: { about: 'spot, or usdm for USD-M futures', default: 'spot' },
    interval: { about: 'interval of candles: 1s (spot), 1m, 5m, 1h, 1d, …', default: '1m' },
    depth: { about: 'levels of a snapshot per side', default: '1000' },
    trades: {
      about: 'live trades: aggTrade (fills of one order at one price joined) or trade',
      default: 'aggTrade',
    },
    restUrl: { about: 'address of the REST API instead of Binance itself', default: '' },
    socketUrl: { about: 'address of the streams instead of Binance itself', default: '' },
  },
  // A part of the weight that Binance grants per minute, since a snapshot of 1000 levels costs as much as 25 small requests.
  limits: { requests: 240, perMs: 60_000, concurrent: 4 },
  plan: planBinance,
  fetch: fetchBinance,
  normaliser: normaliseBinance,
  live: (request) => new BinanceLive(request),
};
