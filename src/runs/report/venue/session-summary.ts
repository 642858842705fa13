/** What a report says of an instrument's sessions, as plain data. Prices in ticks, times in ns since the run's epoch. */

import type { AuctionKindName, SessionCauseName, SessionStateName, SideName } from '../../../domain/index.ts';

/** The first entries of something that a run may have any number of, and how many more there were. */
export interface Kept<T> {
  readonly list: readonly T[];
  readonly leftOut: number;
}

/** A state; 'UNKNOWN' where a recording does not tell it. */
export type ReportedState = SessionStateName | 'UNKNOWN';

export interface SessionSummary {
  /** Time in each state that lasted, from the first change to the end of the records, ns. */
  readonly stateNs: readonly { readonly state: SessionStateName; readonly ns: number }[];
  readonly changes: Kept<StateChange>;
  readonly halts: Kept<Halt>;
  /** Those of the schedule, and those that ended an interruption: one kind does not crowd out the other. */
  readonly auctions: Kept<AuctionResult>;
  readonly reopenings: Kept<AuctionResult>;
  readonly calls: Kept<CallCourse>;
  readonly bands: Kept<BandChange>;
  readonly limitStates: Kept<LimitStateChange>;
  /** End of the records: until then the last state and the last bands hold. */
  readonly endNs: number;
}

export interface StateChange {
  readonly timeNs: number;
  readonly state: ReportedState;
  readonly stateBefore: ReportedState;
  readonly cause: SessionCauseName;
  /** Rule of an interruption, reason of a halt; '' for none. */
  readonly rule: string;
}

/** Trading stopped outside of the schedule. */
export interface Halt {
  readonly startNs: number;
  /** When the schedule's own state came back, after a reopening auction if there is one; null if the run ended before. */
  readonly endNs: number | null;
  readonly state: ReportedState;
  readonly cause: 'halt' | 'interrupt';
  readonly rule: string;
}

export interface AuctionResult {
  readonly timeNs: number;
  readonly kind: AuctionKindName;
  /** Null when it had no price; `noPrice` then says why. */
  readonly priceTicks: number | null;
  /** Name of NO_PRICE_NAMES, '' with a price. */
  readonly noPrice: string;
  readonly volumeLots: number;
  readonly imbalanceLots: number;
  /** Null without an imbalance. */
  readonly imbalanceSide: SideName | null;
  readonly trades: number;
}

/** What was published of an auction before it took place. */
export interface CallCourse {
  readonly kind: AuctionKindName;
  readonly publications: number;
  /** From the first publication that says something on; evenly thinned, the last one always there. */
  readonly points: readonly CallPoint[];
  /** The auction, null when none came of it. */
  readonly auction: AuctionResult | null;
}

/** Prices are null where the venue gave none. */
export interface CallPoint {
  readonly timeNs: number;
  readonly priceTicks: number | null;
  readonly farTicks: number | null;
  readonly referenceTicks: number | null;
  readonly pairedLots: number;
  /** Above zero there is more to buy, below zero more to sell. */
  readonly imbalanceLots: number;
}

/** Prices that may trade by a rule from then on; null where there is no bound. */
export interface BandChange {
  readonly timeNs: number;
  readonly rule: string;
  readonly lowTicks: number | null;
  readonly highTicks: number | null;
}

export interface LimitStateChange {
  readonly timeNs: number;
  readonly rule: string;
  /** Name of LIMIT_STATE_NAMES. */
  readonly what: string;
  /** Of a limit state that begins: the bound and the side whose best price is at it. */
  readonly limitTicks: number | null;
  readonly side: SideName | null;
}
