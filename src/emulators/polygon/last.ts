/** The last trade and the best quote in the letters of Polygon. */

import { ASK, BID } from '../market/events.ts';
import type { Instrument } from '../market/market.ts';

const PRICE_STEPS = 1e9;

export function lastTradeOf({ trades }: Instrument): Readonly<Record<string, unknown>> | null {
  const last = trades.at(-1);
  if (last === undefined) return null;
  return { p: last.priceSteps / PRICE_STEPS, s: last.qty, t: Number(last.tsNs), i: String(last.id) };
}

/** A side that is empty has price and size 0. */
export function lastQuoteOf({ best, lastNs }: Instrument): Readonly<Record<string, unknown>> {
  const [bid, ask] = [best[BID], best[ASK]];
  return {
    p: (bid?.priceSteps ?? 0) / PRICE_STEPS,
    s: bid?.qty ?? 0,
    P: (ask?.priceSteps ?? 0) / PRICE_STEPS,
    S: ask?.qty ?? 0,
    t: Number(lastNs),
  };
}
