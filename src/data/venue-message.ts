/**
 * What a venue says besides orders and trades: phases of its day, halts, auctions, price limits (market-rules §2, §3.5, §4).
 * Such messages are rare, so they are objects beside the columns of a batch, each with the place among its rows.
 */

import type { AUCTION_KIND_NAMES, IMBALANCE_DIRECTIONS, SESSION_RULE_NAMES } from '../domain/index.ts';
import { UNDEF_PRICE } from './mbo-batch.ts';

export type AuctionName = (typeof AUCTION_KIND_NAMES)[number];
export type ImbalanceDirectionName = (typeof IMBALANCE_DIRECTIONS)[number];
export type SessionRuleName = (typeof SESSION_RULE_NAMES)[number];

/** What may be done in an instrument, in one vocabulary for all feeds. 'unknown': a message that told it was set aside. */
export type VenueStatus =
  | 'unknown'
  | 'closed'
  | 'preOpen'
  | 'noCancel'
  | 'opening'
  | 'trading'
  | 'auction'
  | 'preClose'
  | 'postClose'
  | 'halted'
  | 'paused'
  /** Quotes are shown and nothing trades: the time before a reopening. */
  | 'quoting';

/** Parts of the venue's day (ITCH S). */
export type SystemEventName =
  | 'startOfMessages'
  | 'startOfSystemHours'
  | 'startOfMarketHours'
  | 'endOfMarketHours'
  | 'endOfSystemHours'
  | 'endOfMessages'
  | 'unknown';

export interface VenueMessageHead {
  /** Index of the row of the batch before which it was said; the number of rows for what came behind the last. */
  readonly row: number;
  /** Position of the message in its source, from 0. */
  readonly sourceIndex: number;
  /** Venue time, ns since the source's epoch. */
  readonly tsEventNs: number;
  /** The feed's number of the instrument; null for the whole market, or for the group that the message names. */
  readonly instrument: number | null;
}

export interface SystemEventMessage extends VenueMessageHead {
  readonly kind: 'systemEvent';
  readonly event: SystemEventName;
}

export interface StatusMessage extends VenueMessageHead {
  readonly kind: 'status';
  readonly status: VenueStatus;
  /** 'service' is about the venue's own system, 'trading' about the instrument everywhere. */
  readonly layer: 'trading' | 'service';
  readonly rule: SessionRuleName;
  /** The reason as the feed writes it, '' for none. */
  readonly reason: string;
  /** Code of the group of instruments that is meant (CME), else ''. */
  readonly group: string;
}

/** A market-wide circuit breaker was hit. */
export interface MarketBreachMessage extends VenueMessageHead {
  readonly kind: 'marketBreach';
  readonly level: 1 | 2 | 3;
}

/** Index levels at which the market-wide circuit breakers are hit, 1e-8 points. */
export interface DeclineLevelsMessage extends VenueMessageHead {
  readonly kind: 'declineLevels';
  readonly levelsE8: readonly [number, number, number];
}

export interface ShortSaleMessage extends VenueMessageHead {
  readonly kind: 'shortSale';
  readonly isRestricted: boolean;
}

/** Prices at which a reopening auction may end, in the feed's unit. */
export interface CollarMessage extends VenueMessageHead {
  readonly kind: 'collar';
  readonly referencePrice: number;
  readonly lowPrice: number;
  readonly highPrice: number;
  /** Extensions of the auction so far. */
  readonly extension: number;
}

export interface IpoReleaseMessage extends VenueMessageHead {
  readonly kind: 'ipoRelease';
  /** When quotation is to begin, ns since the source's epoch. */
  readonly releaseNs: number;
  readonly isCancelled: boolean;
  readonly price: number;
}

/** What an auction would come to; prices in the feed's unit, UNDEF_PRICE where they are not told. */
export interface ImbalanceMessage extends VenueMessageHead {
  readonly kind: 'imbalance';
  /** Null where the feed does not say of which auction. */
  readonly auction: AuctionName | null;
  readonly pairedQty: number;
  readonly imbalanceQty: number;
  readonly direction: ImbalanceDirectionName;
  /** Price of the orders for the auction only. */
  readonly farPrice: number;
  /** Price of those and of the continuous book. */
  readonly nearPrice: number;
  readonly referencePrice: number;
  /** Letter by which the venue rates the imbalance (`variation` of the canonical record), '' for none. */
  readonly variation: string;
}

export interface CrossMessage extends VenueMessageHead {
  readonly kind: 'cross';
  /** Null where the feed does not say which. */
  readonly auction: AuctionName | null;
  /** 0: the auction did not trade. */
  readonly qty: number;
  /** UNDEF_PRICE where there is none. */
  readonly price: number;
}

export type VenueMessage =
  | SystemEventMessage
  | StatusMessage
  | MarketBreachMessage
  | DeclineLevelsMessage
  | ShortSaleMessage
  | CollarMessage
  | IpoReleaseMessage
  | ImbalanceMessage
  | CrossMessage;

/** The status that is left when a message that told one was set aside: nobody knows what it said. */
export function unknownStatus(
  head: VenueMessageHead,
  layer: StatusMessage['layer'] = 'trading',
): StatusMessage {
  return { ...head, kind: 'status', status: 'unknown', layer, rule: '', reason: '', group: '' };
}

/** Prices of the instrument that a message names, in the feed's unit. */
export function venuePrices(message: VenueMessage): number[] {
  const named =
    message.kind === 'imbalance'
      ? [message.farPrice, message.nearPrice, message.referencePrice]
      : message.kind === 'collar'
        ? [message.lowPrice, message.highPrice]
        : message.kind === 'ipoRelease' || message.kind === 'cross'
          ? [message.price]
          : [];
  return named.filter((price) => price !== UNDEF_PRICE);
}
