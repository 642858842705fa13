/** Every vendor, by the word after `twin ingest`. A new one is added here and nowhere else. */

import type { DataAdapter } from '../ingest/adapter.ts';

export const ADAPTERS: readonly DataAdapter[] = [];
