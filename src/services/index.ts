export type { AgentsOutcome } from './calibrate-agents/agents-outcome.ts';
export {
  type AgentsRequest,
  type AgentsResult,
  calibrateAgents,
} from './calibrate-agents/calibrate-agents.ts';
export { calibrationRecord } from './calibrate-agents/calibration-record.ts';
export { METHOD_NAMES } from './calibrate-agents/methods.ts';
export { WORKERS_DEFAULT } from './calibrate-agents/worker-pool.ts';
export { type CalibrationOutcome, type CalibrationRequest, calibrateFlow } from './calibrate-flow.ts';
export type { Control, Progress } from './control.ts';
export {
  CALENDAR_OF_VENUE,
  type CalendarOf,
  calendarNamed,
  calendarsFor,
  venueCalendar,
} from './data-calendars.ts';
export { diagnose, type Finding } from './doctor.ts';
export { type EmulationRequest, emulate } from './emulate.ts';
export { raiseInliningBudget } from './engine-flags.ts';
export { explainOrder } from './explain.ts';
export {
  EVALUATED_DESIGNS,
  type EvaluatedDesign,
  type EvaluateOutcome,
  type EvaluateRequest,
  evaluateFidelity,
} from './fidelity/evaluate.ts';
export { type FlowRequest, type ReadFlow, readFlow } from './fidelity/flow/read-flow.ts';
export {
  IMPACT_DAY_MINUTES,
  IMPACT_FORKS,
  type ImpactOutcome,
  type ImpactRequest,
  impactFidelity,
} from './fidelity/impact-fidelity.ts';
export { type ImpactVerdict, impactJson, impactVerdict } from './fidelity/impact-json.ts';
export type { LongRunSide, LongRuns } from './fidelity/long-run.ts';
export { renderImpact } from './fidelity/render-impact.ts';
export { renderScore } from './fidelity/render-score.ts';
export {
  type DiscriminateOutcome,
  discriminateFidelity,
  FIDELITY_DEFAULTS,
  type FidelityRequest,
  factsFidelity,
  floorFidelity,
  type ScoreOutcome,
  type ScoreRequest,
  scoreFidelity,
  type TransferOutcome,
  transferFidelity,
} from './fidelity/score-fidelity.ts';
export { discriminatorAuc, metricJson, scoreJson } from './fidelity/score-json.ts';
export { futuresProducts, lastDay, type RollOrder, readCalendar, rollFutures } from './futures.ts';
export {
  adapterNamed,
  type IngestPlan,
  type IngestResult,
  ingestFiles,
  ingestLive,
  ingestVendor,
  planIngest,
} from './ingest.ts';
export { type LoadedScenario, loadScenario, loadScenarioWithData } from './load-scenario.ts';
export { type ReplayConfig, type ReplayOutcome, replayOnly, replayToRun } from './replay.ts';
export { refuseIngest, writeReport } from './report.ts';
export { resolveVenue, venuePresets } from './resolve-venue.ts';
export { type ShippedScenario, shippedScenarios } from './shipped-scenarios.ts';
export { type SimulationOutcome, simulate } from './simulate.ts';
export { namesOnDays, type SymbolTable, symbolTable } from './symbols.ts';
export { VenueCalendar } from './venue-calendar.ts';
export { type VenueFileOptions, type VenueFromFile, venueFromFile } from './venue-from-file.ts';
export { type Verification, verifyRun } from './verify.ts';
export { isTimeZone, localClock, ZONE_CLOCK, zonedEpochNs } from './zoned-time.ts';
