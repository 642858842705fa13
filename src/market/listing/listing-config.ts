/** How one instrument trades at a venue: sessions, auctions, breakers, entry checks. All values are resolved to ticks and ns. */

import { type InstrumentSpec, parseTicks } from '../../domain/index.ts';
import type { AuctionConfig } from '../auction/auction-config.ts';
import type { PriceWidth } from '../auction/price-width.ts';
import type { ShareByAccount } from '../auction/share-by-parity.ts';
import type { Breaker, BreakerAction } from '../breakers/contract.ts';
import type { SessionDay, SessionRules } from '../session/schedule.ts';
import type { EntryCheck } from './entry-checks.ts';

/** What an auction needs besides the venue's rules. */
export interface ListingAuctions {
  readonly rules: AuctionConfig;
  /** Threshold around the quote (Nasdaq), resolved; null = none. */
  readonly threshold: PriceWidth | null;
  /** Distance of an opening price from each of its benchmarks (Nasdaq), resolved; null = not checked. */
  readonly openingValidation: PriceWidth | null;
  /** Where orders at the price share by a rule of their own (NYSE parity); null = by the rules' own order. */
  readonly share: ShareByAccount | null;
}

/** A breaker, and how it is told of a new day. */
export interface DayBreaker {
  readonly breaker: Breaker;
  /** Called when a trading day starts, before anything trades. */
  readonly startDay: (day: BreakerDay, actions: BreakerAction[]) => void;
}

export interface BreakerDay {
  readonly tradingDay: string;
  /** Start of the first phase, ns. */
  readonly startNs: number;
  /** Regular trading hours, ns. */
  readonly openNs: number;
  readonly closeNs: number;
  readonly previousCloseTicks: number;
}

/** What becomes of orders at the bounds of breakers. */
export interface BoundsPolicy {
  /** A limit order beyond the bounds: rests at its price, rests at the bound, or is cancelled (market-rules §4.2, §4.6). */
  readonly limits: 'rest' | 'reprice' | 'cancel';
  /** What the bounds leave of a market order: kept for the call that follows, or cancelled. */
  readonly marketRest: 'call' | 'cancel';
}

export interface ListingConfig {
  /** In order; an instrument does not trade outside of them. */
  readonly days: readonly SessionDay[];
  readonly session: SessionRules;
  /** Null: no phase ends with an auction, and no interruption. */
  readonly auctions: ListingAuctions | null;
  readonly breakers: readonly DayBreaker[];
  /** Name of the instruments that breakers with the scope of a group interrupt together; absent: all of the venue. */
  readonly breakerGroup?: string;
  readonly bounds: BoundsPolicy;
  readonly entryChecks: readonly EntryCheck[];
  /** Stands in for the close of the day before the first, ticks. */
  readonly referenceTicks: number;
}

/** No breakers, nothing checked: a continuous market with the days given. */
export const PLAIN_BOUNDS: BoundsPolicy = { limits: 'rest', marketRest: 'cancel' };

/** Regular trading hours of a day: from the end of the opening auction to the closing one, else all of it. */
export function regularHours(day: SessionDay): { readonly openNs: number; readonly closeNs: number } {
  const opening = day.phases.find(({ uncross }) => uncross === 'opening');
  const closing = day.phases.find(({ uncross }) => uncross === 'closing');
  return {
    openNs: opening?.untilNs ?? day.phases[0]!.fromNs,
    closeNs: closing?.untilNs ?? day.phases.at(-1)!.untilNs,
  };
}

/** Resolves a width that the venue's rules name, if they do. Raises MKT_CONFIG when its fixed part is off the tick. */
export function widthOf(
  rules: AuctionConfig,
  name: 'crossThreshold' | 'openingValidation',
  instrument: InstrumentSpec,
): PriceWidth | null {
  const width = rules.widths?.[name];
  return width === undefined ? null : { bps: width.bps, minTicks: parseTicks(instrument, width.minPrice) };
}
