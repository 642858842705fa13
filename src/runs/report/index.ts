export { formatCount, formatShort } from './format.ts';
export { Html, type HtmlPart, html } from './html.ts';
export { LOGO, page } from './page.ts';
export { code, type Tile, table, tiles } from './parts.ts';
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
export { agentGroupsOf } from './venue/agent-groups.ts';
export type { AgentGroupSize, FeeSummary, FeeTotal } from './venue/fee-summary.ts';
export type { AuctionResult, Halt, SessionSummary } from './venue/session-summary.ts';
export { type VenueMetrics, venueMetrics } from './venue/venue-metrics.ts';
