export { Accounts } from './accounts.ts';
export { type GroupSpec, type Links, NULL_SINK, type WorldSpec } from './spec.ts';
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
export { World } from './world.ts';
