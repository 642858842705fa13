/** Coinbase Exchange. REST is public but for books of level 3; so are the sockets but for `full` and `level2`. */

import type { DataAdapter } from '../../ingest/adapter.ts';
import { fetchCoinbase } from './fetch.ts';
import { CoinbaseLive } from './live.ts';
import { normaliseCoinbase } from './normalise.ts';
import { COINBASE_SCHEMAS, GRANULARITIES, planCoinbase } from './plan.ts';
import { COINBASE_SECRETS } from './sign.ts';

export const COINBASE: DataAdapter = {
  name: 'coinbase',
  version: 1,
  about: 'Coinbase Exchange: orders, books, trades, quotes, candles, products.',
  schemas: COINBASE_SCHEMAS,
  secrets: COINBASE_SECRETS,
  options: {
    granularity: { about: `seconds of a candle: ${GRANULARITIES.join(', ')}`, default: '60' },
    level2: {
      about: 'live book channel: level2, or level2_batch, which needs no key',
      default: 'level2_batch',
    },
    restUrl: { about: 'address of the REST API instead of Coinbase itself', default: '' },
    socketUrl: { about: 'address of the sockets instead of Coinbase itself', default: '' },
  },
  limits: { requests: 10, perMs: 1000, concurrent: 4 },
  plan: planCoinbase,
  fetch: fetchCoinbase,
  normaliser: normaliseCoinbase,
  live: (request, secrets) => new CoinbaseLive(request, secrets),
};
