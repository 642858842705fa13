export { EXECUTION_CAUSES, type ExecutionCause, ROW_CAUSES } from './causes.ts';
export type {
  BookSummary,
  CountByName,
  CrossedSummary,
  Difference,
  MissedExecution,
  ReplayFormat,
  ReplayMode,
  ReplayOptions,
  ReplayProgress,
  ReplayResult,
} from './contract.ts';
export { findLobsterFiles, type LobsterFiles, lobsterSymbol, type SniffedFile } from './lobster-files.ts';
export { PriceScale, TickVote } from './price-scale.ts';
export { replayFiles, sniffFile } from './replay-files.ts';
export { type FeedStyle, type RecordsInput, type RecordsReplay, replayRecords } from './replay-records.ts';
export type {
  MarketEvent,
  RecordedCollar,
  RecordedCross,
  RecordedImbalance,
  RecordedIpoRelease,
  SessionsResult,
  SessionTransition,
  SymbolSession,
  TradeOutsideTrading,
} from './session-results.ts';
