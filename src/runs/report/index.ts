export { renderReport } from './render-report.ts';
export type {
  QuarantineLine,
  ReplayDifference,
  ReplaySection,
  ReportInput,
  SessionLine,
} from './report-input.ts';
export type {
  DepthProfile,
  InstrumentSummary,
  NamedCount,
  QuoteSummary,
  RunSummary,
  SeriesRow,
  TimeSeries,
  TradingSummary,
} from './run-summary.ts';
export { type SummaryOptions, summarizeJournal } from './summarize-journal.ts';
