/** What a report is made of. */

import type { RunManifest } from '../manifest.ts';
import type { RunSummary } from './run-summary.ts';

export interface ReportInput {
  readonly manifest: RunManifest;
  readonly summary: RunSummary;
  /** How exactly a replay reproduced its recording; absent for simulations. */
  readonly replay?: ReplaySection;
}

/** How a replayed book compared with the recorded one. Causes are names of documented reasons. */
export interface ReplaySection {
  readonly format: string;
  readonly mode: string;
  /** Records of the recording. */
  readonly rows: number;
  /** Recorded book rows that the replay gave exactly; null when the recording has no rows to compare with. */
  readonly rowsEqual: number | null;
  /** Rows that differ for a known reason, by cause. */
  readonly rowsExcused: Readonly<Record<string, number>>;
  readonly rowsUnexplained: number | null;
  /** Recorded executions, and how many hit the very order that the recording names; null when not asked for. */
  readonly executions: number;
  readonly executionsMatched: number | null;
  /** Executions whose order the recording cannot place in the queue, by cause. */
  readonly executionsExcused: Readonly<Record<string, number>>;
  /** Executions that another order would have had by our rules, by cause. */
  readonly executionsMissed: Readonly<Record<string, number>>;
  readonly firstDifferences: readonly ReplayDifference[];
  readonly quarantine: readonly QuarantineLine[];
  /** What the recording tells of sessions, by instrument; empty where it tells nothing. */
  readonly sessions: readonly SessionLine[];
  /** What was passed over or rounded and is no fault. */
  readonly remarks: Readonly<Record<string, number>>;
  readonly digest: string;
  /** Wall-clock time of the replay, s. */
  readonly seconds: number;
}

export interface ReplayDifference {
  /** Row of the recording, from 0. */
  readonly row: number;
  /** Ns since the run's epoch, or a text that is shown as it is. */
  readonly time: number | string;
  readonly side: string;
  /** 1 is the best. */
  readonly level: number;
  readonly expected: string;
  readonly found: string;
  /** Null while the cause is unknown. */
  readonly cause: string | null;
  /** In plain words. */
  readonly explanation: string;
}

export interface SessionLine {
  readonly symbol: string;
  /** Name of the state at the end. */
  readonly state: string;
  /** Times in ns since the run's epoch. */
  readonly changes: readonly {
    readonly time: number;
    readonly from: string;
    readonly to: string;
    readonly why: string;
  }[];
  /** All changes, those that were not kept included; so for the crosses. */
  readonly changeCount: number;
  readonly crosses: readonly {
    readonly time: number;
    readonly auction: string;
    readonly price: string | null;
    readonly lots: number;
  }[];
  readonly crossCount: number;
  readonly imbalanceCount: number;
  /** Trades at times when nothing trades, of no auction. */
  readonly tradesOutside: number;
}

export interface QuarantineLine {
  readonly reason: string;
  readonly count: number;
  readonly examples: readonly { readonly sourceIndex: number; readonly detail: string }[];
}
