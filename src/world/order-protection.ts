/**
 * Order protection (market-rules §1.19): no venue trades an order through the protected quote of another venue, and what is left
 * of it neither locks nor crosses one. Quotes are those that the venue sees: on the consolidated feed, with its delay.
 *
 *   bound ─► the order's limit becomes the best price elsewhere ─► the book trades ─► settle: the rest slides, or is cancelled
 *
 * An order is bounded while both the venue and the other one trade continuously; auctions and intermarket sweeps are not.
 */

import {
  BUY,
  IOC,
  LIMIT,
  MARKET,
  type OrderTicket,
  PRICE_TICKS_MAX,
  PRICE_TICKS_MIN,
  ReplaceTicket,
  ROUTING_CANCEL,
  ROUTING_SLIDE,
  ROUTING_SWEEP,
  type RoutingInstruction,
  SELL,
  type Side,
  UNDEF_INT32,
} from '../domain/index.ts';
import {
  CONTINUOUS,
  planLocalExecution,
  type QuoteSide,
  quoteFromDepth,
  type Venue,
  type VenueQuote,
} from '../market/index.ts';
import type { ConsolidatedFeed } from './consolidated-feed.ts';
import type { DepthView } from './depth-view.ts';
import { SlidOrders } from './slid-orders.ts';
import type { ProtectionSpec } from './spec.ts';
import type { VenueMap } from './venue-map.ts';

/** Displayed levels in which the round lot of a quote is looked for. */
const QUOTE_LEVELS_MAX = 16;

export interface ProtectionParts {
  readonly venue: Venue;
  readonly venues: VenueMap;
  readonly feed: ConsolidatedFeed;
  /** By venue; null protects nothing. */
  readonly specs: readonly (ProtectionSpec | null)[];
  /** Whether others declare self-help against a venue. */
  readonly isDown: (venue: number) => boolean;
}

interface AwayQuote extends VenueQuote {
  readonly instrument: number;
}

/** The side of a quote elsewhere that an order must not lock or cross. */
export interface LockedQuote extends QuoteSide {
  readonly instrument: number;
}

/** What is to be done with the rest of an order that was bounded. */
export type Rest =
  | { readonly kind: 'slide'; readonly toTicks: number; readonly limitTicks: number }
  | { readonly kind: 'cancel' };

export class OrderProtection {
  readonly #parts: ProtectionParts;
  /** Orders that may come back; null where no venue takes them back. */
  readonly slid: SlidOrders | null;
  readonly #change = new ReplaceTicket();
  readonly #prices = new Int32Array(QUOTE_LEVELS_MAX);
  readonly #lots = new Float64Array(QUOTE_LEVELS_MAX);

  constructor(parts: ProtectionParts) {
    this.#parts = parts;
    const comeBack = parts.specs.some((spec) => spec?.comesBack === true);
    this.slid = comeBack
      ? new SlidOrders(parts.venue, (nowNs, instrument, side, limitTicks) => {
          const bound = this.#bound(nowNs, instrument, side, limitTicks, ROUTING_SLIDE);
          return bound?.rest.kind === 'slide' ? bound.rest.toTicks : limitTicks;
        })
      : null;
  }

  /** Bounds a new order, in place. What is returned is for `settle`; null: nothing is to be done. */
  boundNew(nowNs: number, instrument: number, ticket: OrderTicket): Rest | null {
    const { type, auctionTerm, side } = ticket;
    if (auctionTerm !== 0 || (type !== LIMIT && type !== MARKET)) return null;
    const isMarket = type === MARKET;
    const askedTicks = isMarket ? (side === BUY ? PRICE_TICKS_MAX : PRICE_TICKS_MIN) : ticket.priceTicks;
    const bound = this.#bound(nowNs, instrument, side, askedTicks, ticket.routing);
    if (bound === null) return null;
    ticket.priceTicks = bound.limitTicks;
    if (!isMarket) return bound.rest;
    // The rest of a market order is cancelled in any case.
    ticket.type = LIMIT;
    ticket.timeInForce = IOC;
    return null;
  }

  /** Bounds the new price of a resting order, in place. */
  boundReplace(nowNs: number, instrument: number, ticket: ReplaceTicket): Rest | null {
    if (ticket.priceTicks === UNDEF_INT32) return null;
    this.slid?.forget(ticket.orderId);
    const order = this.#parts.venue.books[instrument]?.order(ticket.orderId) ?? null;
    if (order === null || order.stopPriceTicks !== 0) return null;
    const bound = this.#bound(nowNs, instrument, order.side, ticket.priceTicks, 0);
    if (bound === null) return null;
    ticket.priceTicks = bound.limitTicks;
    return bound.rest;
  }

  /**
   * Protected sides of other listings that an order at a price would lock or cross, in the order of the listings; none while
   * its own venue looks at nobody or does not trade continuously.
   */
  lockedBy(nowNs: number, instrument: number, side: Side, priceTicks: number): LockedQuote[] {
    const { venue, venues, specs } = this.#parts;
    const spec = specs[venues.venueOf[instrument]!]!;
    if (spec === null || venue.stateOf(instrument) !== CONTINUOUS) return [];
    return this.#awayQuotes(nowNs, instrument, side, priceTicks, spec).flatMap((quote) => {
      const top = side === BUY ? quote.ask : quote.bid;
      if (top === null || quote.hasSelfHelp) return [];
      const isLocked = side === BUY ? priceTicks >= top.priceTicks : priceTicks <= top.priceTicks;
      return isLocked ? [{ instrument: quote.instrument, ...top }] : [];
    });
  }

  /** Sees to what a bounded order left in the book at the bound. */
  settle(nowNs: number, instrument: number, orderId: number, accountId: number, rest: Rest): void {
    const { venue } = this.#parts;
    if (!venue.books[instrument]!.has(orderId)) return;
    if (rest.kind === 'cancel') {
      venue.cancel(nowNs, orderId, accountId);
      return;
    }
    const change = this.#change.reset();
    change.orderId = orderId;
    change.accountId = accountId;
    change.priceTicks = rest.toTicks;
    const { side } = venue.books[instrument]!.order(orderId)!;
    venue.replace(nowNs, change);
    const spec = this.#parts.specs[this.#parts.venues.venueOf[instrument]!]!;
    if (spec?.comesBack === true)
      this.slid!.add(orderId, { instrument, accountId, side, limitTicks: rest.limitTicks });
  }

  #bound(
    nowNs: number,
    instrument: number,
    side: Side,
    priceTicks: number,
    routing: RoutingInstruction,
  ): { readonly limitTicks: number; readonly rest: Rest } | null {
    const { venue, venues, specs } = this.#parts;
    const spec = specs[venues.venueOf[instrument]!]!;
    if (spec === null || routing === ROUTING_SWEEP || venue.stateOf(instrument) !== CONTINUOUS) return null;
    const quotes = this.#awayQuotes(nowNs, instrument, side, priceTicks, spec);
    if (quotes.length === 0) return null;
    const isSliding = routing === ROUTING_SLIDE || (routing !== ROUTING_CANCEL && spec.rest === 'slide');
    const here = venues.names[venues.venueOf[instrument]!]!;
    const instruction = isSliding ? 'bookOnly' : 'bookOnlyCancel';
    const { matchLimitTicks, rest } = planLocalExecution({ side, priceTicks, instruction }, here, quotes);
    if (rest.kind === 'cancel') return { limitTicks: matchLimitTicks, rest: { kind: 'cancel' } };
    // Nothing of the other venues is protected: the order goes on as it is.
    if (rest.kind !== 'rest' || rest.displayTicks === priceTicks) return null;
    return {
      limitTicks: matchLimitTicks,
      rest: { kind: 'slide', toTicks: rest.displayTicks, limitTicks: priceTicks },
    };
  }

  /** Quotes of other listings, in their order, that an order at a price might lock or cross; those of a venue that is down among them. */
  #awayQuotes(
    nowNs: number,
    instrument: number,
    side: Side,
    priceTicks: number,
    { roundLots }: ProtectionSpec,
  ): AwayQuote[] {
    const { venues, feed, isDown } = this.#parts;
    const quotes: AwayQuote[] = [];
    for (const sibling of venues.siblings[instrument]!) {
      if (sibling === instrument) continue;
      const view = feed.view(nowNs, sibling);
      const best = view.bestTicks((side ^ 1) as Side);
      // Most orders lock nothing: no quote is made for those.
      if (best === UNDEF_INT32 || (side === BUY ? priceTicks < best : priceTicks > best)) continue;
      if (view.sessionState !== CONTINUOUS) continue;
      const away = venues.venueOf[sibling]!;
      const quote = this.#quoteOf(venues.names[away]!, view, roundLots);
      quotes.push({ ...quote, hasSelfHelp: isDown(away), instrument: sibling });
    }
    return quotes;
  }

  #quoteOf(name: string, view: DepthView, roundLots: number): VenueQuote {
    const levels = (side: Side) => {
      const count = view.copyDepth(side, this.#prices, this.#lots, QUOTE_LEVELS_MAX);
      return Array.from({ length: count }, (_, at) => ({
        priceTicks: this.#prices[at]!,
        displayedLots: this.#lots[at]!,
        orderCount: 0,
      }));
    };
    return quoteFromDepth(name, { bids: levels(BUY), asks: levels(SELL) }, roundLots);
  }
}
