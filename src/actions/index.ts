export type { CorporateAction } from './corporate-action.ts';
export { type Entitlement, entitlementOf, type HoldingTerms } from './entitlements.ts';
export {
  type Factors,
  factorsOf,
  returnAcross,
  SHARE_KINDS,
  sharesRatio,
  splitHolding,
  theoreticalExRights,
} from './factors.ts';
export {
  adjustOpenOrder,
  type OpenOrder,
  type OpenOrderRules,
  type OrderAdjustment,
  RULE_5330,
} from './open-orders.ts';
export {
  adjustDelivered,
  adjustOption,
  deliversSame,
  type ExPrices,
  intrinsicValue,
  OPTION_METHODS,
  type OptionHolding,
  type OptionMethod,
  SPECIAL_DIVIDEND_MIN,
} from './option-contracts.ts';
export { adjustOptionOrder, type OpenOptionOrder } from './option-orders.ts';
