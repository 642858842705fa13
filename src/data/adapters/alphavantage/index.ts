/** Alpha Vantage: bars of shares, currencies and coins, figures of companies and of the economy, news. It has no sockets. */

import type { DataAdapter } from '../../ingest/adapter.ts';
import { fetchAlphaVantage } from './fetch.ts';
import { normaliseAlphaVantage } from './normalise.ts';
import { planAlphaVantage } from './plan.ts';
import { ALPHA_KEY, ALPHA_OPTIONS } from './settings.ts';

const MS_PER_MINUTE = 60_000;
/** Faster than one after the other is refused on the free plan. */
const CONCURRENT = 1;

export const ALPHA_VANTAGE: DataAdapter = {
  name: 'alphavantage',
  version: 1,
  about: 'Alpha Vantage: bars, rates, figures of companies and of the economy, indicators, news.',
  schemas: ['bar', 'corporate_action', 'definition', 'fundamental', 'fx_rate', 'news', 'statistics', 'alt'],
  secrets: [{ name: ALPHA_KEY, isRequired: true, about: 'key of the account' }],
  options: ALPHA_OPTIONS,
  limits: { requests: Number(ALPHA_OPTIONS.rate.default), perMs: MS_PER_MINUTE, concurrent: CONCURRENT },
  limitsFor: ({ rate }) => ({ requests: Number(rate), perMs: MS_PER_MINUTE, concurrent: CONCURRENT }),
  plan: planAlphaVantage,
  fetch: fetchAlphaVantage,
  normaliser: normaliseAlphaVantage,
  live: () => null,
};
