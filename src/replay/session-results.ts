/** What a replay tells of the sessions of its instruments. Times are ns since the source's epoch, prices decimal text. */

/** A change of the state of a session. */
export interface SessionTransition {
  readonly tsEventNs: number;
  /** Name of a state of market-rules §2.1; 'UNKNOWN' before the recording tells one, or where it no longer does. */
  readonly state: string;
  readonly stateBefore: string;
  /** One of SESSION_CAUSE_NAMES. */
  readonly cause: string;
  /** One of SESSION_RULE_NAMES. */
  readonly rule: string;
  /** The reason as the feed writes it. */
  readonly reason: string;
}

export interface RecordedCross {
  readonly tsEventNs: number;
  /** One of AUCTION_KIND_NAMES. */
  readonly auction: string;
  /** Null when the auction did not trade. */
  readonly price: string | null;
  readonly qtyLots: number;
}

export interface RecordedImbalance {
  readonly tsEventNs: number;
  readonly auction: string;
  readonly direction: string;
  readonly pairedLots: number;
  readonly imbalanceLots: number;
  readonly farPrice: string | null;
  readonly nearPrice: string | null;
  readonly referencePrice: string | null;
}

/** Prices at which a reopening may end. */
export interface RecordedCollar {
  readonly tsEventNs: number;
  readonly lowPrice: string;
  readonly highPrice: string;
  readonly extension: number;
}

export interface RecordedIpoRelease {
  readonly tsEventNs: number;
  readonly releaseNs: number;
  readonly isCancelled: boolean;
  readonly price: string | null;
}

/** A trade at a time when nothing trades. */
export interface TradeOutsideTrading {
  /** Position of the record in its source, from 0. */
  readonly row: number;
  readonly tsEventNs: number;
  readonly state: string;
  /** External id of the order; null for a trade with an order that was not displayed. */
  readonly orderId: string | null;
  readonly price: string;
  readonly qtyLots: number;
}

/** Of one instrument. */
export interface SymbolSession {
  readonly symbol: string;
  /** State at the end. */
  readonly state: string;
  /** The first ones; `transitionCount` counts them all. */
  readonly transitions: readonly SessionTransition[];
  readonly transitionCount: number;
  readonly crosses: readonly RecordedCross[];
  readonly crossCount: number;
  readonly imbalanceCount: number;
  readonly lastImbalance: RecordedImbalance | null;
  readonly lastCollar: RecordedCollar | null;
  readonly lastIpoRelease: RecordedIpoRelease | null;
  /** Null where the recording does not say. */
  readonly isShortSaleRestricted: boolean | null;
  /** Executions of displayed orders, and trades with others, while nothing traded and that were of no cross. */
  readonly executionsNotContinuous: number;
  readonly hiddenTradesNotContinuous: number;
  readonly notContinuousExamples: readonly TradeOutsideTrading[];
}

/** A message to the whole market. */
export interface MarketEvent {
  readonly tsEventNs: number;
  /** A part of the day (startOfSystemHours, ...), `declineLevels`, or `breach` with its level. */
  readonly event: string;
}

export interface SessionsResult {
  /** The first ones; `marketEventCount` counts them all. */
  readonly market: readonly MarketEvent[];
  readonly marketEventCount: number;
  /** Index levels of the market-wide circuit breakers, decimal text; null where they are not told. */
  readonly declineLevels: readonly [string, string, string] | null;
  /** Instruments of which anything was said. */
  readonly symbols: readonly SymbolSession[];
}
