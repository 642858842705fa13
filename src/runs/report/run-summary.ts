/** What a report says about a run, as plain data: small, whatever the length of the journal. */

import type { InstrumentSpec } from '../../domain/index.ts';
import type { ContractStory } from '../contract-terms.ts';
import type { JournalTail } from '../journal-reader.ts';
import type { ActionSummary } from './action-summary.ts';
import type { FeeSummary } from './venue/fee-summary.ts';
import type { SessionSummary } from './venue/session-summary.ts';

export interface RunSummary {
  readonly records: number;
  /** Times of the first and the last record, ns since the run's epoch; 0 without records. */
  readonly firstNs: number;
  readonly lastNs: number;
  readonly epochNs: string | null;
  /** Digest of the records read. */
  readonly digest: string;
  /** Set when the journal has a damaged tail, which the summary leaves out. */
  readonly tail: JournalTail | null;
  /** In the order of the journal's header. */
  readonly instruments: readonly InstrumentSummary[];
  /** Corporate actions in order of time, with the number of those that the list leaves out. */
  readonly actions: { readonly list: readonly ActionSummary[]; readonly leftOut: number };
  /** What the venue charged, one entry per currency; none without fees. */
  readonly fees: readonly FeeSummary[];
}

export interface NamedCount {
  readonly name: string;
  readonly count: number;
}

export interface InstrumentSummary {
  readonly spec: InstrumentSpec;
  readonly records: number;
  readonly byKind: readonly NamedCount[];
  readonly cancelReasons: readonly NamedCount[];
  readonly rejectReasons: readonly NamedCount[];
  readonly trading: TradingSummary | null;
  readonly quotes: QuoteSummary | null;
  readonly depth: DepthProfile | null;
  /** Trades by size: each bin holds sizes from `fromLots` to `toLots`, powers of two. */
  readonly tradeSizes: readonly {
    readonly fromLots: number;
    readonly toLots: number;
    readonly count: number;
  }[];
  readonly series: TimeSeries;
  /** Null for what is no option. */
  readonly contract: ContractStory | null;
  /** Null when the journal tells of no session. */
  readonly sessions: SessionSummary | null;
}

/** Null when nothing traded. Prices in ticks. */
export interface TradingSummary {
  readonly trades: number;
  readonly lots: number;
  readonly hiddenLots: number;
  readonly auctionLots: number;
  /** Sum of ticks times lots, exact, in decimal. */
  readonly tickLots: string;
  readonly openTicks: number;
  readonly highTicks: number;
  readonly lowTicks: number;
  readonly closeTicks: number;
  readonly vwapTicks: number;
}

/** Null without a moment at which both sides were quoted. Weighted by time. */
export interface QuoteSummary {
  readonly twoSidedNs: number;
  /** Time with bid at or above ask, not part of the spread figures. */
  readonly crossedNs: number;
  readonly spreadMeanTicks: number;
  readonly spreadMedianTicks: number;
  /** Share of the time at each spread; the last one stands for itself and all above if `isOpen`. */
  readonly spreadShares: readonly {
    readonly ticks: number;
    readonly share: number;
    readonly isOpen: boolean;
  }[];
}

/** Mean displayed lots by distance from the best price of the side, sampled every `intervalNs`. */
export interface DepthProfile {
  readonly samples: number;
  readonly intervalNs: number;
  /** Entry d: d ticks behind the best. */
  readonly bidLots: readonly number[];
  readonly askLots: readonly number[];
}

/** One row per interval; null where there is no value. */
export interface TimeSeries {
  readonly widthNs: number;
  readonly rows: readonly SeriesRow[];
}

export interface SeriesRow {
  readonly startNs: number;
  /** Mid price in ticks: time-weighted mean and range. */
  readonly midTicks: number | null;
  readonly midLowTicks: number | null;
  readonly midHighTicks: number | null;
  readonly spreadTicks: number | null;
  /** Traded lots by the aggressor's side, and the mean price of each. */
  readonly buyLots: number;
  readonly sellLots: number;
  /** Traded in auctions, where there is no aggressor. */
  readonly auctionLots: number;
  readonly buyVwapTicks: number | null;
  readonly sellVwapTicks: number | null;
  readonly newOrders: number;
  readonly cancels: number;
  readonly changes: number;
  readonly trades: number;
  readonly rejects: number;
}
