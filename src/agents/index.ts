export {
  ACTION_NAMES,
  ACTIONS,
  actionOf,
  CANCEL_AT,
  CANCEL_BEHIND,
  FLOW_TYPES,
  HIDDEN_HIT,
  LIMIT_AT,
  LIMIT_BEHIND,
  LIMIT_INSIDE,
  MARKET_HIT,
  meanSignAfter,
  mirrored,
  sideOf,
  signOf,
  typeOf,
} from './flow-twin/actions.ts';
export { TEMPO_NONE, tempoAfter } from './flow-twin/analogs.ts';
export { CancelHazard, UNSEEN_AGE_NS } from './flow-twin/cancel-hazard.ts';
export {
  type BookView,
  binOf,
  FEATURE_LEVELS,
  FEATURE_NAMES,
  FEATURES,
  featuresOf,
  GAP_MAX,
  SPREAD,
} from './flow-twin/features.ts';
export { OFFSET_PARTS } from './flow-twin/flow-acts.ts';
export {
  type FlowStart,
  FlowTwin,
  type FlowTwinParameters,
  PACE_HALF_LIFE_S,
  type StandingOrder,
} from './flow-twin/flow-twin.ts';
export { type FlowHistory, FOLLOWS_MOVE, FOLLOWS_REACTION } from './flow-twin/history.ts';
export { LostBest } from './flow-twin/lost-best.ts';
export { checkFlowModel, type FlowModel, LEVELS_ALL } from './flow-twin/model.ts';
export { type LinkedScriptTerms, type OrderBurst, OrderScript, type ScriptTerms } from './order-script.ts';
export {
  type ParentFill,
  type ParentLeg,
  ParentOrder,
  type ParentOrderParameters,
} from './parent-order.ts';
export { type QuoteBurst, QuoteScript } from './quote-script.ts';
export { ORDERS_PER_AGENT_MAX, RandomFlow, type RandomFlowParameters } from './random-flow.ts';
