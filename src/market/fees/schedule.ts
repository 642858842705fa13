/** What a venue's fee schedule says (market-rules §5): plain data, as a file gives it after its checks. */

import type { DatedPeriod } from '../exact/dated-periods.ts';
import type { RoundingRule } from '../exact/rational.ts';

/** Part of the day in which a fill happened. */
export const FEE_SESSIONS = ['pre', 'open', 'continuous', 'reopen', 'close', 'post'] as const;
export type FeeSession = (typeof FEE_SESSIONS)[number];

/** What a fill did: added or removed liquidity, took part in an opening or closing auction, or was routed away. */
export const FEE_LIQUIDITIES = ['add', 'remove', 'open', 'close', 'route'] as const;
export type FeeLiquidity = (typeof FEE_LIQUIDITIES)[number];

/** Consolidated tape of a US equity; 'none' elsewhere. */
export const FEE_TAPES = ['A', 'B', 'C', 'none'] as const;
export type FeeTape = (typeof FEE_TAPES)[number];

/** Kind of order that an auction filled; 'none' outside auctions. */
export const AUCTION_ORDERS = ['market', 'limit', 'none'] as const;
export type AuctionOrder = (typeof AUCTION_ORDERS)[number];

/** Branch by execution price: below 1.00 currency units, or from 1.00 (market-rules §5.6). */
export const PRICE_BRANCHES = ['belowOne', 'fromOne'] as const;
export type PriceBranch = (typeof PRICE_BRANCHES)[number];

/** How the volume is measured that decides a tier. 'assigned': the venue grants the tier by name. */
export const TIER_MEASURES = ['monthlyShareOfTcvPct', 'trailing30DayNotional', 'assigned'] as const;
export type TierMeasure = (typeof TIER_MEASURES)[number];

/** An exact decimal in text, or one per tier by the tier's name. */
export type Rate = string | Readonly<Record<string, string>>;

/** One price: exactly one of perUnit and bps. Positive = charge, negative = rebate. */
export interface Charge {
  /** Currency units per share, contract or coin. */
  readonly perUnit?: Rate | undefined;
  /** Basis points (0.01 %) of notional. */
  readonly bps?: Rate | undefined;
  /** Least and most that one trade pays, currency units; of charges only. */
  readonly minPerTrade?: string | undefined;
  readonly maxPerTrade?: string | undefined;
}

/** Which fills a rule is for; an absent key stands for any. */
export interface FeeCondition {
  readonly session?: readonly FeeSession[] | undefined;
  readonly side?: readonly ('buy' | 'sell')[] | undefined;
  readonly liquidity?: readonly FeeLiquidity[] | undefined;
  readonly displayed?: boolean | undefined;
  readonly midpoint?: boolean | undefined;
  readonly tape?: readonly FeeTape[] | undefined;
  readonly price?: PriceBranch | undefined;
  readonly auctionOrder?: readonly AuctionOrder[] | undefined;
}

/** The first rule of a period whose condition holds prices the fill. */
export interface FeeRule extends Charge {
  readonly when: FeeCondition;
  /** Rules with the same group together pay no more than `amount` currency units a month. */
  readonly monthlyCap?: { readonly group: string; readonly amount: string } | undefined;
}

/** A tier by volume, half-open [from, to); the last has no end. Assigned tiers have neither. */
export interface TierBand {
  readonly name: string;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

export interface FeeTiers {
  readonly measure: TierMeasure;
  /** Tier that fills are charged at until the month's volume is known. */
  readonly assumed: string;
  readonly bands: readonly TierBand[];
}

export interface FeePeriod extends DatedPeriod {
  /** Source keys of market-rules §14, or 'memory', 'convention'. */
  readonly sources: readonly string[];
  readonly tiers?: FeeTiers | undefined;
  /** Percent off the charge, by the name of the discount. */
  readonly discounts: Readonly<Record<string, string>>;
  /** What can happen at this venue; fills of other kinds need no rule. */
  readonly serves: { readonly session: readonly FeeSession[]; readonly liquidity: readonly FeeLiquidity[] };
  /** 'received': the fee is taken from the asset received, which is the base asset on buys. */
  readonly feeAsset: 'quote' | 'received';
  readonly rules: readonly FeeRule[];
  /** Clearing and other pass-through charges per fill; they add up. */
  readonly clearing: readonly Charge[];
}

export interface FeeSchedule {
  readonly venue: string;
  readonly currency: string;
  /** Which regulatory fees apply to sales (market-rules §5.2). */
  readonly regulatory: 'none' | 'usEquity' | 'usOption';
  /** How the amount of one fill becomes a whole number of 1e-6 currency units. */
  readonly microRounding: RoundingRule;
  readonly periods: readonly FeePeriod[];
}

/** Dated regulatory rates (market-rules §5.2). */
export interface RegulatoryFees {
  /** Section 31: currency units per million of principal, on sales. */
  readonly section31: readonly (DatedPeriod & {
    readonly sources: readonly string[];
    readonly perMillion: string;
  })[];
  /** FINRA Trading Activity Fee, on sales. */
  readonly taf: readonly (DatedPeriod & {
    readonly sources: readonly string[];
    readonly perShare: string;
    readonly capPerTrade: string;
    readonly perOptionContract: string;
  })[];
  /** Rule 610(c): the most that may be charged for access to a displayed quote. */
  readonly accessFeeCap: readonly (DatedPeriod & {
    readonly sources: readonly string[];
    readonly perShare: string;
    readonly belowOneBps: string;
  })[];
}
