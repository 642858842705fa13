export { Accounts } from './accounts.ts';
export type { WorldAction } from './action-desk.ts';
export type { WorldExpiry } from './contract-desk.ts';
export type { EntrySpec } from './entry-queue.ts';
export type { FeeSpec } from './fee-desk.ts';
export {
  BatchClock,
  BatchedLink,
  BumpedLink,
  type DelaySource,
  type FeedAckSpec,
  FeedAckSplit,
  GatewayServer,
  type LinkModel,
  QueuedLink,
  SessionLink,
  SpeedBump,
  type SpeedBumpSpec,
  shuffleBatch,
} from './link-model.ts';
export type { Shock, ShockKind } from './shocks.ts';
export {
  type GroupSpec,
  type Links,
  NULL_SINK,
  type ProtectionSpec,
  type RouterSpec,
  type VenueSpec,
  type WorldSpec,
} from './spec.ts';
export {
  type Fill,
  type OrderAnswer,
  type PublicQuote,
  type PublicTrade,
  type Strategy,
  type StrategyContext,
  type StrategyOrder,
  strategyGroup,
} from './strategy.ts';
export type { QuoteNumbers, QuoteStyle, StrategyQuote } from './strategy-quotes.ts';
export {
  ROUTE_PLAN_NAMES,
  type RouteFees,
  type RoutePlanName,
  type RouteRequest,
  type SentLeg,
} from './strategy-route.ts';
export { World } from './world.ts';
