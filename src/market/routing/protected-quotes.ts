/**
 * The best quote of several venues, and which quotes are protected (market-rules §1.19). A protected quote is displayed,
 * automated, and at least a round lot at the top of its venue's book; quotes of a venue against which self-help was
 * declared are not. All functions are pure; venues keep the order in which they were given.
 */

import type { LevelView } from '../book/contract.ts';
import { consolidatedQuote } from '../increments/reg-nms.ts';

/** What stands at one price. */
export interface QuoteSide {
  readonly priceTicks: number;
  readonly lots: number;
}

/** The displayed top of one venue's book; null where a side is empty. */
export interface VenueQuote {
  readonly venue: string;
  readonly bid: QuoteSide | null;
  readonly ask: QuoteSide | null;
  /** It answers at once and without a person. */
  readonly isAutomated: boolean;
  /** Others have declared self-help against the venue: they may ignore its quotes. */
  readonly hasSelfHelp: boolean;
}

/** The best price of a side over all venues. */
export interface BestPrice {
  readonly priceTicks: number;
  /** Sum over the venues at this price. */
  readonly lots: number;
  readonly venues: readonly string[];
}

/** NBBO of US equities; `lots` and venues stand at the best price only. */
export interface BestQuote {
  readonly bid: BestPrice | null;
  readonly ask: BestPrice | null;
}

/**
 * The quote that a venue's displayed levels (best first) make on the consolidated feed: odd lots are added up to a round
 * lot, at the price of the last one needed (market-rules §7.2). Units: roundLot in lots of the book.
 */
export function quoteFromDepth(
  venue: string,
  depth: { readonly bids: readonly LevelView[]; readonly asks: readonly LevelView[] },
  roundLot: number,
): VenueQuote {
  return {
    venue,
    bid: roundLotTop(depth.bids, roundLot),
    ask: roundLotTop(depth.asks, roundLot),
    isAutomated: true,
    hasSelfHelp: false,
  };
}

function roundLotTop(levels: readonly LevelView[], roundLot: number): QuoteSide | null {
  const top = consolidatedQuote(
    levels.map(({ priceTicks, displayedLots }) => ({ priceTicks, shares: displayedLots })),
    roundLot,
  );
  return top === null ? null : { priceTicks: top.priceTicks, lots: top.shares };
}

/** The quotes that must not be traded through. */
export function protectedQuotes(quotes: readonly VenueQuote[]): VenueQuote[] {
  return quotes.filter(({ isAutomated, hasSelfHelp }) => isAutomated && !hasSelfHelp);
}

/** The best bid and the best ask over all venues. */
export function bestQuote(quotes: readonly VenueQuote[]): BestQuote {
  return {
    bid: bestOf(quotes, 'bid', (price, best) => price > best),
    ask: bestOf(quotes, 'ask', (price, best) => price < best),
  };
}

function bestOf(
  quotes: readonly VenueQuote[],
  side: 'bid' | 'ask',
  isBetter: (priceTicks: number, bestTicks: number) => boolean,
): BestPrice | null {
  let best: { priceTicks: number; lots: number; venues: string[] } | null = null;
  for (const quote of quotes) {
    const top = quote[side];
    if (top === null) continue;
    if (best === null || isBetter(top.priceTicks, best.priceTicks)) {
      best = { priceTicks: top.priceTicks, lots: top.lots, venues: [quote.venue] };
    } else if (top.priceTicks === best.priceTicks) {
      best.lots += top.lots;
      best.venues.push(quote.venue);
    }
  }
  return best;
}

/** Whether the best bid is below, at, or above the best ask; 'open' while a side is missing. */
export function quoteState({ bid, ask }: BestQuote): 'open' | 'normal' | 'locked' | 'crossed' {
  if (bid === null || ask === null) return 'open';
  if (bid.priceTicks === ask.priceTicks) return 'locked';
  return bid.priceTicks < ask.priceTicks ? 'normal' : 'crossed';
}
