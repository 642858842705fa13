/** What people ask a venue to do for their orders, in prices and names, and the numbers of it. */

import { TwinError } from '../base/index.ts';
import {
  BUY,
  type Instrument,
  type OrderTicket,
  PRICE_TICKS_MAX,
  PRICE_TICKS_MIN,
  parseTicks,
  STOP,
  STOP_LIMIT,
} from '../domain/index.ts';
import type { SideAnswer } from './managed/mass-quotes.ts';
import type { ManagedTerms } from './managed/terms.ts';

type Price = string | number;

/** What the venue does for an order (docs/matching.md, "Managed orders"). Distances are prices. */
export type ManageRequest =
  /** Follows the best price of its own side, of the other, or the middle; the order's `price` is its cap, none without. */
  | { readonly kind: 'peg'; readonly to: 'primary' | 'market' | 'midpoint'; readonly offset?: Price }
  /** Stands at `price` and takes displayed orders up to here. */
  | { readonly kind: 'discretion'; readonly upTo: Price }
  /**
   * A stop that follows the last trade, or what `givePrice` says, at a distance or at so many basis points. With `limitOffset`
   * it enters as a limit order that far beyond its stop, else as a market order. The order has no price of its own.
   */
  | {
      readonly kind: 'trailing';
      readonly distance?: Price;
      readonly bps?: number;
      readonly limitOffset?: Price;
      readonly follows?: 'lastTrade' | 'given';
    }
  /** Never locks the displayed other side: stands one tick away, or hidden at the locking price. */
  | { readonly kind: 'comply'; readonly standsAt?: 'displayed' | 'ranked' }
  /** Post-only, but takes prices that are better than its own by this. */
  | { readonly kind: 'improvement'; readonly min: Price };

/** Bid and ask of a mass quote in one instrument; a side without quantity is pulled. */
export interface QuoteRequest {
  readonly symbol: string;
  readonly bid?: { readonly price: Price; readonly qty: Price };
  readonly ask?: { readonly price: Price; readonly qty: Price };
}

/** What became of one instrument of a mass quote; `rule` says why something was refused, '' if nothing was. */
export interface QuoteResult {
  readonly symbol: string;
  readonly bid: SideAnswer;
  readonly ask: SideAnswer;
  readonly rule: string;
}

/** The terms of a request; the ticket gets the type and the prices that go without saying. Raises MKT_CONFIG. */
export function readManageRequest(
  request: ManageRequest,
  instrument: Instrument,
  ticket: OrderTicket,
  hasPrice: boolean,
): ManagedTerms {
  const ticks = (value: Price): number => parseTicks(instrument, value);
  switch (request.kind) {
    case 'peg':
      if (!hasPrice) ticket.priceTicks = ticket.side === BUY ? PRICE_TICKS_MAX : PRICE_TICKS_MIN;
      return {
        kind: 'peg',
        to: oneOf('to', request.to, ['primary', 'market', 'midpoint']),
        offsetTicks: ticks(request.offset ?? 0),
      };
    case 'discretion':
      return { kind: 'discretion', discretionTicks: ticks(request.upTo) };
    case 'trailing': {
      const { distance, bps, limitOffset } = request;
      if ((distance === undefined) === (bps === undefined))
        throw new TwinError('MKT_CONFIG', 'a trailing stop has a distance, or basis points', {
          distance,
          bps,
        });
      // The venue sets both prices; until then any will do.
      ticket.type = limitOffset === undefined ? STOP : STOP_LIMIT;
      ticket.priceTicks = limitOffset === undefined ? 0 : 1;
      ticket.stopPriceTicks = 1;
      return {
        kind: 'trailing',
        follows: oneOf('follows', request.follows ?? 'lastTrade', ['lastTrade', 'given']),
        distance: bps ?? ticks(distance!),
        unit: bps === undefined ? 'ticks' : 'bps',
        limitOffsetTicks: ticks(limitOffset ?? 0),
      };
    }
    case 'comply':
      return {
        kind: 'comply',
        standsAt: oneOf('standsAt', request.standsAt ?? 'displayed', ['displayed', 'ranked']),
      };
    case 'improvement':
      return { kind: 'improvement', minTicks: ticks(request.min) };
    default: {
      const { kind } = request as { readonly kind: unknown };
      throw new TwinError('MKT_CONFIG', 'a venue manages peg, discretion, trailing, comply or improvement', {
        kind,
      });
    }
  }
}

function oneOf<T extends string>(field: string, name: T, names: readonly T[]): T {
  if (names.includes(name)) return name;
  throw new TwinError('MKT_CONFIG', `${field} is one of ${names.join(', ')}`, { [field]: name });
}
