/**
 * Whether a trade would trade through a protected quote of another venue, and the exceptions that allow it
 * (market-rules §1.19, Rule 611). A trade below another venue's protected bid or above its protected ask is one.
 */

import { bestQuote, protectedQuotes, quoteState, type VenueQuote } from './protected-quotes.ts';
import type { RecentQuote } from './recent-quotes.ts';

/** Trades that no protected quote bars, whatever their price. */
export type TradeException =
  /** The sender sweeps all better quotes at the same time. */
  | 'intermarketSweep'
  /** The price comes from a benchmark that was not known when the order was agreed, for instance a VWAP. */
  | 'benchmark'
  /** Opening, reopening and closing at a single price. */
  | 'singlePricedAuction';

/** A trade that a venue is about to make. */
export interface ProposedTrade {
  readonly venue: string;
  readonly priceTicks: number;
  /** Null for a trade of continuous trading. */
  readonly exception: TradeException | null;
}

/** The protected quote that a trade passes by. */
export interface TradeThrough {
  readonly venue: string;
  readonly side: 'bid' | 'ask';
  readonly priceTicks: number;
}

/**
 * The first protected quote, in the order of `quotes`, that the trade would trade through; null if the trade is allowed.
 * Crossed protected quotes bar nothing. Venues named in `recent` are held to their least aggressive quotes of late only.
 */
export function findTradeThrough(
  trade: ProposedTrade,
  quotes: readonly VenueQuote[],
  recent: readonly RecentQuote[] = [],
): TradeThrough | null {
  if (trade.exception !== null) return null;
  const barring = protectedQuotes(quotes);
  if (quoteState(bestQuote(barring)) === 'crossed') return null;
  for (const { venue, bid, ask } of barring) {
    if (venue === trade.venue) continue;
    const last = recent.find((one) => one.venue === venue);
    const bidTicks = bid === null ? null : Math.min(bid.priceTicks, last?.lowestBidTicks ?? bid.priceTicks);
    const askTicks = ask === null ? null : Math.max(ask.priceTicks, last?.highestAskTicks ?? ask.priceTicks);
    if (bidTicks !== null && trade.priceTicks < bidTicks) return { venue, side: 'bid', priceTicks: bidTicks };
    if (askTicks !== null && trade.priceTicks > askTicks) return { venue, side: 'ask', priceTicks: askTicks };
  }
  return null;
}
