/** Market Twin as a library: what is exported here is the public API. */

export {
  type ParentFill,
  type ParentLeg,
  ParentOrder,
  type ParentOrderParameters,
  RandomFlow,
  type RandomFlowParameters,
} from './agents/index.ts';
export { TwinError } from './base/index.ts';
export type {
  AgentGroup,
  AgentPort,
  EventSink,
  InstrumentSpec,
  ManagedTerms,
  OptionTerms,
} from './domain/index.ts';
export {
  type BookRules,
  createVenue,
  type DepthLevel,
  type HaltRequest,
  type IndicativePrice,
  type ManagedRules,
  type ManageRequest,
  type OnFill,
  type OrderRequest,
  type ProtectionLimits,
  type QuoteRequest,
  type QuoteResult,
  type ReplaceRequest,
  type SessionsConfig,
  type SessionView,
  type VenueApi,
  type VenueConfig,
  type VenueEvent,
} from './market/index.ts';
export { type ReplayOptions, type ReplayResult, replayFiles } from './replay/index.ts';
export { JournalReader, type OrderExplanation, RunStore, renderExplanation } from './runs/index.ts';
export { parseScenario, planRun, type Scenario } from './scenarios/index.ts';
export {
  explainOrder,
  simulate,
  type VenueFileOptions,
  type VenueFromFile,
  venueFromFile,
} from './services/index.ts';
export {
  type Fill,
  type GroupSpec,
  type Links,
  type OrderAnswer,
  type PublicQuote,
  type PublicTrade,
  type QuoteNumbers,
  type RouteFees,
  type RoutePlanName,
  type RouteRequest,
  type SentLeg,
  type Strategy,
  type StrategyContext,
  type StrategyOrder,
  type StrategyQuote,
  strategyGroup,
  World,
  type WorldSpec,
} from './world/index.ts';
