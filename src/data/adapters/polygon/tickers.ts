/** Names of instruments at Polygon: a letter and a colon tell the market, pairs are written in several ways. */

import { Zone } from '../vendor-time.ts';

export const MARKETS = ['stocks', 'options', 'indices', 'fx', 'crypto'] as const;
export type Market = (typeof MARKETS)[number];

const PREFIXES: Readonly<Record<string, Market>> = {
  'O:': 'options',
  'I:': 'indices',
  'C:': 'fx',
  'X:': 'crypto',
};
const NEW_YORK = Zone.named('America/New_York')!;
const UTC = Zone.named('UTC')!;

export function marketOf(ticker: string): Market {
  return PREFIXES[ticker.slice(0, 2)] ?? 'stocks';
}

/** One way to write each: 'X:BTC-USD' and 'X:BTCUSD' are 'X:BTCUSD'. */
export function oneTicker(ticker: string): string {
  const market = marketOf(ticker);
  return market === 'fx' || market === 'crypto' ? ticker.replace(/[-/]/g, '') : ticker;
}

/** 'BTC-USD' as crypto is 'X:BTCUSD', 'USD/CNH' as currencies is 'C:USDCNH'. */
export function tickerOfPair(pair: string, market: 'fx' | 'crypto'): string {
  return oneTicker(`${market === 'fx' ? 'C:' : 'X:'}${pair}`);
}

/** Both codes of 'C:EURUSD' or 'X:BTCUSD'; the one that prices has three letters. */
export function codesOf(ticker: string): { readonly base: string; readonly quote: string } {
  const pair = oneTicker(ticker).slice(2);
  return { base: pair.slice(0, -3), quote: pair.slice(-3) };
}

/** The clocks by which a market's days begin: those of New York, and UTC for what trades around the world. */
export function zoneOf(market: Market): Zone {
  return market === 'fx' || market === 'crypto' ? UTC : NEW_YORK;
}

export { NEW_YORK };
