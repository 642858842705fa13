/**
 * What a venue does with a marketable order while another venue's protected quote is better (market-rules §1.19): how far
 * its own book may trade, and what becomes of the rest so that no protected quote is locked or crossed.
 */

import { BUY, type Side } from '../../domain/index.ts';
import { bestQuote, protectedQuotes, type VenueQuote } from './protected-quotes.ts';

/** How the sender wants quotes of other venues to be treated. */
export type RoutingInstruction =
  /** Never leaves the venue: what is left slides. */
  | 'bookOnly'
  /** Never leaves the venue: what would lock or cross is cancelled. */
  | 'bookOnlyCancel'
  /** What the venue's own book does not give goes to the better quotes. */
  | 'route'
  /** The sender sweeps the better quotes himself (ISO): nothing is protected against this order. */
  | 'intermarketSweep';

/** A limit order as it arrives, or its open part. */
export interface ArrivingOrder {
  readonly side: Side;
  readonly priceTicks: number;
  readonly instruction: RoutingInstruction;
}

/** Where the rest of an order stands: shown at one price, ranked at the same or one tick nearer to the other side. */
export interface RestingPrices {
  readonly displayTicks: number;
  readonly rankTicks: number;
}

export interface LocalExecution {
  /** Worst price at which the venue's own book may trade the order. */
  readonly matchLimitTicks: number;
  /** What happens to the rest. 'route': it leaves for better quotes, and what comes back is handled anew. */
  readonly rest: ({ readonly kind: 'rest' } & RestingPrices) | { readonly kind: 'cancel' | 'route' };
}

/** Plan for an order that arrives at `venue` while `quotes` (of all venues, its own among them or not) are in force. */
export function planLocalExecution(
  order: ArrivingOrder,
  venue: string,
  quotes: readonly VenueQuote[],
): LocalExecution {
  const { side, priceTicks, instruction } = order;
  const asAsked: LocalExecution = {
    matchLimitTicks: priceTicks,
    rest: { kind: 'rest', displayTicks: priceTicks, rankTicks: priceTicks },
  };
  if (instruction === 'intermarketSweep') return asAsked;
  const away = bestQuote(protectedQuotes(quotes).filter((quote) => quote.venue !== venue));
  const opposite = side === BUY ? away.ask : away.bid;
  if (opposite === null || !locks(side, priceTicks, opposite.priceTicks)) return asAsked;
  return {
    matchLimitTicks: opposite.priceTicks,
    rest:
      instruction === 'bookOnly'
        ? { kind: 'rest', ...priceToComply(side, priceTicks, opposite.priceTicks) }
        : { kind: instruction === 'route' ? 'route' : 'cancel' },
  };
}

/**
 * Prices of a price-to-comply order (market-rules §1.11): where its limit would lock or cross the opposite best it is
 * shown one tick away and ranked at the locking price; else both are its limit.
 */
export function priceToComply(side: Side, limitTicks: number, oppositeTicks: number): RestingPrices {
  if (!locks(side, limitTicks, oppositeTicks)) return { displayTicks: limitTicks, rankTicks: limitTicks };
  return { displayTicks: side === BUY ? oppositeTicks - 1 : oppositeTicks + 1, rankTicks: oppositeTicks };
}

/** Whether a price locks or crosses the best of the other side. */
function locks(side: Side, priceTicks: number, oppositeTicks: number): boolean {
  return side === BUY ? priceTicks >= oppositeTicks : priceTicks <= oppositeTicks;
}
