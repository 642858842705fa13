/** Every vendor, by the word after `twin ingest`. A new one is added here and nowhere else. */

import type { DataAdapter } from '../ingest/adapter.ts';
import { ALPHA_VANTAGE } from './alphavantage/index.ts';
import { BINANCE } from './binance/index.ts';
import { CME_ADAPTER } from './cme/index.ts';
import { COINBASE } from './coinbase/index.ts';
import { POLYGON } from './polygon/index.ts';

export const ADAPTERS: readonly DataAdapter[] = [ALPHA_VANTAGE, BINANCE, CME_ADAPTER, COINBASE, POLYGON];
