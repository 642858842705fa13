/** Pairs of currencies in the names of instruments. */

export interface CurrencyPair {
  /** What one unit is of. */
  readonly base: string;
  /** What it is priced in. */
  readonly quote: string;
}

const SPLIT = /^(?:[CX]:)?([A-Z0-9]{2,10})[-/_]([A-Z]{3,5})$/;
const JOINED = /^(?:[CX]:)?([A-Z]{3})([A-Z]{3})$/;

/** 'EURUSD', 'EUR/USD', 'BTC-USD', 'C:EURUSD', 'X:BTCUSD'; null for what names no two codes. */
export function parsePair(symbol: string): CurrencyPair | null {
  const parts = SPLIT.exec(symbol) ?? JOINED.exec(symbol);
  return parts === null ? null : { base: parts[1]!, quote: parts[2]! };
}
