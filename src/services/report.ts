/** Makes a run's report from what the run left behind: manifest, journal, and for replays their result. */

import { existsSync, readFileSync } from 'node:fs';
import { TwinError } from '../base/index.ts';
import type { ReplayResult, SymbolSession } from '../replay/index.ts';
import {
  agentGroupsOf,
  JOURNAL_FILE,
  JournalReader,
  type ReplaySection,
  type RunSummary,
  renderReport,
  type SessionLine,
  type StoredRun,
  summarizeJournal,
  writeFileAtomic,
} from '../runs/index.ts';

export const REPORT_FILE = 'report.html';
export const REPLAY_RESULT_FILE = 'replay.json';

/** Reads a run's journal once, for its report and its metrics. Raises RUNS_DAMAGED, RUNS_NOT_FOUND. */
export function summarizeRun(run: StoredRun): RunSummary {
  refuseIngest(run);
  const reader = new JournalReader(run.path(JOURNAL_FILE));
  try {
    return summarizeJournal(reader, { groups: agentGroupsOf(run.manifest.config) });
  } finally {
    reader.close();
  }
}

/** Writes `report.html` into the run's folder and returns its path. Raises RUNS_DAMAGED, RUNS_NOT_FOUND, RUNS_WRITE. */
export async function writeReport(run: StoredRun, summary: RunSummary = summarizeRun(run)): Promise<string> {
  const replay = readReplay(run);
  const path = run.path(REPORT_FILE);
  writeFileAtomic(
    path,
    await renderReport({ manifest: run.manifest, summary, ...(replay === null ? {} : { replay }) }),
  );
  return path;
}

function readReplay(run: StoredRun): ReplaySection | null {
  const path = run.path(REPLAY_RESULT_FILE);
  if (!existsSync(path)) return null;
  let result: ReplayResult;
  try {
    result = JSON.parse(readFileSync(path, 'utf8')) as ReplayResult;
  } catch (error) {
    throw new TwinError('RUNS_DAMAGED', 'the result of a replay is JSON', { path }, error);
  }
  const examples = result.quarantine.examples;
  return {
    format: result.format,
    mode: result.mode,
    rows: result.rows,
    rowsEqual: result.rowsEqual,
    rowsExcused: result.rowsExcusedByCause,
    rowsUnexplained: result.rowsUnexplained,
    executions: result.executions,
    executionsMatched: result.executionsMatched,
    executionsExcused: result.executionsExcusedByCause,
    executionsMissed: result.executionsMissedByCause,
    firstDifferences: [
      ...result.missedExamples.map((one) => ({
        row: one.row,
        time: one.tsEventNs,
        side: '',
        level: 1,
        expected: `order ${one.orderId}`,
        found: one.hitOrderId === null ? 'nothing hit' : `order ${one.hitOrderId}`,
        cause: one.cause,
        explanation: one.explanation,
      })),
      ...result.firstDifferences.map((one) => ({ ...one, time: one.tsEventNs })),
    ],
    quarantine: Object.entries(result.quarantine.byReason).map(([reason, count]) => ({
      reason,
      count,
      examples: examples
        .filter((example) => example.reason === reason)
        .map((example) => ({ sourceIndex: example.record, detail: example.detail })),
    })),
    // Results written before sessions were told have neither.
    sessions: (result.sessions?.symbols ?? []).map(sessionLine),
    remarks: result.remarks ?? {},
    digest: result.digest,
    seconds: result.seconds,
  };
}

function sessionLine(session: SymbolSession): SessionLine {
  return {
    symbol: session.symbol,
    state: session.state,
    changes: session.transitions.map((change) => ({
      time: change.tsEventNs,
      from: change.stateBefore,
      to: change.state,
      why: [change.cause, change.rule, change.reason].filter((word) => word !== '').join(', '),
    })),
    changeCount: session.transitionCount,
    crosses: session.crosses.map((cross) => ({
      time: cross.tsEventNs,
      auction: cross.auction,
      price: cross.price,
      lots: cross.qtyLots,
    })),
    crossCount: session.crossCount,
    imbalanceCount: session.imbalanceCount,
    tradesOutside: session.executionsNotContinuous + session.hiddenTradesNotContinuous,
  };
}

/** An ingest leaves a dataset, not a journal. Raises DATA_REQUEST. */
export function refuseIngest({ id, manifest }: StoredRun): void {
  if (manifest.kind !== 'ingest') return;
  const { dataset } = manifest.config as { dataset: string };
  throw new TwinError(
    'DATA_REQUEST',
    'what is told of a run is read from its journal, and an ingest has none',
    { run: id, instead: `twin data show ${dataset}` },
  );
}
