/** What a call would end with, summed up for the decision whether it may end (market-rules §4.6, §4.7). */

import type { ClearingPrice } from './clearing-price.ts';
import type { AuctionInterest } from './interest.ts';

/** What a call would end with, as far as it decides whether it may end. */
export interface CallResult {
  /** Null when nothing is executable. */
  readonly priceTicks: number | null;
  readonly volumeLots: number;
  /** Market orders that would stay unfilled, lots. */
  readonly leftMarketBuyLots: number;
  readonly leftMarketSellLots: number;
}

/** Sums up an interest and its price for the decisions at the end of a call. */
export function callResultOf(interest: AuctionInterest, price: ClearingPrice): CallResult {
  return {
    priceTicks: price.priceTicks,
    volumeLots: price.volumeLots,
    leftMarketBuyLots: Math.max(0, interest.marketBuyLots - price.volumeLots),
    leftMarketSellLots: Math.max(0, interest.marketSellLots - price.volumeLots),
  };
}
