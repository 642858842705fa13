/** The two markets of Binance: where they are asked, and what they have. */

import type { SchemaName } from '../../registry.ts';

export const BINANCE_MARKETS = ['spot', 'usdm'] as const;
export type BinanceMarket = (typeof BINANCE_MARKETS)[number];

export interface MarketFacts {
  /** Venue of the records. */
  readonly venue: string;
  readonly restUrl: string;
  readonly socketUrl: string;
  /** Path before the name of an endpoint. */
  readonly path: string;
  /** Largest snapshot. */
  readonly depthMax: number;
}

export const MARKET_FACTS: Readonly<Record<BinanceMarket, MarketFacts>> = {
  spot: {
    venue: 'binance',
    restUrl: 'https://api.binance.com',
    socketUrl: 'wss://stream.binance.com:9443',
    path: '/api/v3',
    depthMax: 5000,
  },
  usdm: {
    venue: 'binance-usdm',
    restUrl: 'https://fapi.binance.com',
    socketUrl: 'wss://fstream.binance.com',
    path: '/fapi/v1',
    depthMax: 1000,
  },
};

export const BINANCE_SCHEMAS: readonly SchemaName[] = [
  'definition',
  'trade',
  'mbp',
  'bbo',
  'bar',
  'statistics',
];

/** Symbols of Binance: letters and digits, dated futures with their day behind. */
export const BINANCE_SYMBOL = /^[A-Z0-9]{2,30}(?:_\d{6})?$/;
