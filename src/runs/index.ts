export { writeFileAtomic } from './atomic-file.ts';
export { canonicalJson, sha256OfJson } from './canonical-json.ts';
export { CanonicalRecords, RUN_SCHEMAS } from './canonical-records.ts';
export { type CodeVersion, codeVersion, packageVersion } from './code-version.ts';
export {
  DisplayedBook,
  type DisplayedChange,
  type DisplayedEvent,
} from './displayed-book.ts';
export * from './explain/index.ts';
export {
  exportLobster,
  LOBSTER_LEVELS_MAX,
  type LobsterExport,
  MBO_ACTION_OF_CHANGE,
} from './export-lobster.ts';
export { type ExportResult, exportCsv, exportJsonl } from './export-table.ts';
export { JOURNAL_FILE, type JournalHeader } from './journal-format.ts';
export {
  type FollowOptions,
  followJournal,
  JOURNAL_BATCH_RECORDS_MAX,
  type JournalBatch,
  JournalReader,
  type JournalState,
  type JournalTail,
  requireWhole,
  verifyJournal,
} from './journal-reader.ts';
export { JournalWriter, type WriteBytes } from './journal-writer.ts';
export type { DataId, RunError, RunKind, RunManifest, RunStatus } from './manifest.ts';
export * from './report/index.ts';
export type { Difference, RunDiff } from './run-diff.ts';
export {
  type RunEntry,
  RunHandle,
  type RunInputs,
  type RunResult,
  RunStore,
  type StoredRun,
} from './run-store.ts';
