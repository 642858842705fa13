/** The adapter `cme`: definitions by the Reference Data API, trades, quotes and statistics live over its socket. */

import type { DataAdapter, IngestRequest, IngestTask } from '../../ingest/adapter.ts';
import { API_ID, API_SECRET } from './access.ts';
import { definitionNormaliser } from './definitions.ts';
import { fetchDefinitions } from './fetch.ts';
import { CmeLive } from './live.ts';
import { CME_OPTIONS, CME_SCHEMAS, CME_VENUE, cmeSettings } from './settings.ts';

/** Bytes of an instrument in an answer, and instruments of a product, as guesses for plans. */
const INSTRUMENT_BYTES = 2500;
const INSTRUMENTS = { FUT: 60, OOF: 5000 } as const;

function plan(request: IngestRequest): readonly IngestTask[] {
  const settings = cmeSettings(request, false);
  return settings.types.flatMap((type) =>
    settings.products.map((product): IngestTask => {
      const instruments = INSTRUMENTS[type];
      return {
        id: `definition-${product}-${type}${settings.exchange === '' ? '' : `-${settings.exchange}`}`,
        label: `${product} ${type === 'FUT' ? 'futures' : 'options'}: definitions`,
        schemas: ['definition'],
        venue: CME_VENUE,
        parameters: {
          rest: settings.restUrl,
          token: settings.tokenUrl,
          size: settings.pageSize,
          product,
          type,
          exchange: settings.exchange,
        },
        // A token, the products, and the pages of their instruments.
        expected: {
          requests: 2 + Math.ceil(instruments / settings.pageSize),
          bytes: instruments * INSTRUMENT_BYTES,
        },
      };
    }),
  );
}

export const CME_ADAPTER: DataAdapter = {
  name: 'cme',
  version: 1,
  about:
    'CME Group: definitions (Reference Data API v3); live trades, quotes, statistics (Market Data over WebSocket).',
  schemas: CME_SCHEMAS,
  secrets: [
    { name: API_ID, isRequired: true, about: 'API ID of a CME Group login' },
    { name: API_SECRET, isRequired: true, about: 'Its secret' },
  ],
  options: CME_OPTIONS,
  // No limit is published; these stay far below what the answers of an API take.
  limits: { requests: 5, perMs: 1000, concurrent: 2 },
  plan,
  fetch: fetchDefinitions,
  normaliser: (_task, sink) => definitionNormaliser(sink),
  live: (request, secrets) => new CmeLive(request, secrets),
};
