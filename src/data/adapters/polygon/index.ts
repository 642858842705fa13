/** Polygon, also called Massive: stocks, options, indices, currencies and coins, with reference data, figures and news. */

import type { DataAdapter } from '../../ingest/adapter.ts';
import { fetchPolygon } from './fetch.ts';
import { PolygonLive } from './live.ts';
import { normalisePolygon } from './normalise.ts';
import { planPolygon } from './plan.ts';
import { POLYGON_KEY, POLYGON_OPTIONS } from './settings.ts';

const MS_PER_MINUTE = 60_000;
const CONCURRENT = 4;

export const POLYGON: DataAdapter = {
  name: 'polygon',
  version: 1,
  about: 'Polygon (Massive): trades, quotes, bars, snapshots, reference data, figures and news.',
  schemas: [
    'trade',
    'bbo',
    'bar',
    'definition',
    'corporate_action',
    'fundamental',
    'news',
    'status',
    'statistics',
    'alt',
    'fx_rate',
    'mbp',
    'imbalance',
  ],
  secrets: [{ name: POLYGON_KEY, isRequired: true, about: 'key of the account' }],
  options: POLYGON_OPTIONS,
  limits: { requests: Number(POLYGON_OPTIONS.rate.default), perMs: MS_PER_MINUTE, concurrent: CONCURRENT },
  limitsFor: ({ rate }) => ({ requests: Number(rate), perMs: MS_PER_MINUTE, concurrent: CONCURRENT }),
  plan: planPolygon,
  fetch: fetchPolygon,
  normaliser: normalisePolygon,
  live: (request, secrets) => new PolygonLive(request, secrets),
};
