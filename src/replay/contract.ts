/** What a replay takes and what it tells afterwards. */

import type { EventSink } from '../domain/index.ts';
import type { SessionsResult } from './session-results.ts';

export type ReplayFormat = 'lobster' | 'itch' | 'dbn';
export type ReplayMode = 'rebuild' | 'match';

export interface ReplayProgress {
  readonly records: number;
  /** Unpacked bytes read so far. */
  readonly bytes: number;
  /** Unpacked bytes in all, 0 where the files do not say. */
  readonly bytesTotal: number;
}

export interface ReplayOptions {
  /** 'rebuild' applies each record; 'match' sends each execution's cause through the matching engine. */
  readonly mode: ReplayMode;
  /** 'strict' stops at the first bad record, 'lenient' sets bad records aside and counts them by reason. */
  readonly strictness: 'strict' | 'lenient';
  /** By default what the content of the files says. */
  readonly format?: ReplayFormat;
  /** Takes the sealed event records: the journal of the run. */
  readonly sink?: EventSink;
  /** Replay only these; by default all. */
  readonly symbols?: readonly string[];
  readonly onProgress?: (done: ReplayProgress) => void;
  /**
   * Called before a replay fails: what was accepted until then has reached the sink, and this is what it is made of.
   */
  readonly onAbandoned?: (books: AbandonedBooks) => void;
  /** Asked between batches; true ends the replay early. */
  readonly isCancelled?: () => boolean;
  /** Differences and missed executions kept with their explanation; the first of each cause is kept besides. */
  readonly differencesMax?: number;
}

/** What is needed to read the records of a replay that failed. */
export interface AbandonedBooks {
  readonly symbols: readonly string[];
  readonly books: readonly BookSummary[];
  readonly epochNs: string | null;
}

/** One price level at which the recorded book and ours did not agree. */
export interface Difference {
  /** Row of the orderbook file, from 0. */
  readonly row: number;
  readonly tsEventNs: number;
  readonly side: 'buy' | 'sell';
  /** Rank of the level on its side, from 1. */
  readonly level: number;
  /** `quantity @ price` in the recording, or 'nothing'. */
  readonly expected: string;
  readonly found: string;
  readonly cause: string;
  /** A sentence for people. */
  readonly explanation: string;
}

/** One execution whose recorded order is not the one that the engine hit. */
export interface MissedExecution {
  /** Position of the record in its source, from 0. */
  readonly row: number;
  readonly tsEventNs: number;
  readonly symbol: string;
  /** External id of the order that the recording says was hit. */
  readonly orderId: string;
  /** External id of the first order that the engine hit; 'anonymous' for quantity without an id, null for none. */
  readonly hitOrderId: string | null;
  readonly price: string;
  readonly qtyLots: number;
  readonly cause: string;
  readonly explanation: string;
}

export interface BookSummary {
  readonly symbol: string;
  /** Decimal prices, null on an empty side. */
  readonly bestBid: string | null;
  readonly bestAsk: string | null;
  /** Displayed lots at the best price. */
  readonly bidLots: number;
  readonly askLots: number;
  readonly bidLevels: number;
  readonly askLevels: number;
  readonly liveOrders: number;
  /** Currency units per tick. */
  readonly tickSize: string;
  /** Units of quantity per lot. */
  readonly lotSize: string;
}

/** Events after which the best bid was at or above the best ask. */
export interface CrossedSummary {
  readonly events: number;
  readonly firstTsNs: number | null;
  readonly lastTsNs: number | null;
}

export type CountByName = Readonly<Record<string, number>>;

/** Null where the source has nothing to compare with. */
export interface ReplayResult {
  /** 'records': canonical records of a dataset, whatever they were made of. */
  readonly format: ReplayFormat | 'records';
  readonly mode: ReplayMode;
  readonly files: readonly string[];
  /** By instrument index of the event records. */
  readonly symbols: readonly string[];
  /** LOBSTER: rows of the message file. Else records about a book or a trade, as the decoder gives them. */
  readonly rows: number;
  readonly rowsEqual: number | null;
  readonly rowsExcused: number | null;
  readonly rowsExcusedByCause: CountByName;
  readonly rowsUnexplained: number | null;
  readonly firstDifferences: readonly Difference[];
  /** Executions of displayed orders. */
  readonly executions: number;
  readonly executionsMatched: number | null;
  readonly executionsExcused: number | null;
  readonly executionsExcusedByCause: CountByName;
  readonly executionsMissed: number | null;
  readonly executionsMissedByCause: CountByName;
  readonly missedExamples: readonly MissedExecution[];
  readonly recordsByAction: CountByName;
  /** What was passed over or rounded and is no fault, by the names of docs/replay.md. */
  readonly remarks: CountByName;
  readonly books: readonly BookSummary[];
  readonly quarantine: {
    readonly total: number;
    readonly byReason: CountByName;
    readonly examples: readonly { reason: string; source: string; record: number; detail: string }[];
  };
  /** Records that name an order which the replay does not know, quarantined or not. */
  readonly unknownOrders: number;
  /** Crossed states at the end of an event; null for formats whose books are compared row by row. */
  readonly crossed: CrossedSummary | null;
  /** What the venue said of sessions, auctions and limits, and trades at times when nothing trades. */
  readonly sessions: SessionsResult;
  /** Time of the first execution of a displayed order, ns since the source's epoch. */
  readonly firstTradeTsNs: number | null;
  /** Time 0 as ns since 1970 UTC in decimal, or null where the source does not know its day. */
  readonly epochNs: string | null;
  readonly digest: string;
  /** Event records sealed. */
  readonly eventRecords: number;
  readonly seconds: number;
  readonly isCancelled: boolean;
}
