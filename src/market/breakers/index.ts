/** Circuit breakers, price limits and price protection at entry (market-rules §4, §1.17, §7.5). */

export { AveragePrice, AveragePriceKeeper, type AveragePriceValue } from './average-price.ts';
export { BreakerSet } from './breaker-set.ts';
export {
  type ClearlyErroneousRules,
  isClearlyErroneous,
  type TradeInQuestion,
} from './clearly-erroneous.ts';
export { CmeDynamicBreaker, type CmeDynamicRules } from './cme-dynamic.ts';
export { type CmeLimitPart, CmeLimits, type CmeReferenceName, type CmeReferences } from './cme-limits.ts';
export {
  checkPriceBand,
  marketProtectionLimit,
  protectionTicks,
  stopProtectionLimit,
} from './cme-price-banding.ts';
export { CmeVelocityBreaker, type CmeVelocityRules, isMomentary } from './cme-velocity.ts';
export { CoinbaseDerivativesBreaker, type CoinbaseDerivativesRules } from './coinbase-derivatives.ts';
export {
  type AuctionKind,
  Breaker,
  type BreakerAction,
  type BreakerScope,
  type CallOutlook,
  type InterruptPhase,
} from './contract.ts';
export type { EntryReject, PriceTier } from './entry-reject.ts';
export { checkLimitOrderProtection, type LimitOrderProtectionRules } from './limit-order-protection.ts';
export { LseBreaker, type LseRules } from './lse.ts';
export { LuldBreaker, type LuldDay, type LuldPhase } from './luld.ts';
export {
  type BandTicks,
  type ExactPrice,
  type LuldBucket,
  type LuldInstrument,
  type LuldRules,
  luldBands,
  luldCollars,
} from './luld-bands.ts';
export { MarketWideBreaker, type MarketWideDay, type MarketWideLevel } from './market-wide.ts';
export { RegShoBreaker, type RegShoRules } from './reg-sho.ts';
export { TwoReferenceBreaker, type TwoReferenceRules } from './two-references.ts';
export { XetraBreaker, type XetraRules } from './xetra.ts';
