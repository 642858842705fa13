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
  adjustOption,
  intrinsicValue,
  type OptionHolding,
  SPECIAL_DIVIDEND_MIN,
} from './option-contracts.ts';
