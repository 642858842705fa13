export {
  type AllocationAlgorithm,
  type AllocationStep,
  type AllocationStepName,
  allocationAlgorithmProblems,
  checkAllocationAlgorithm,
  type MakerShare,
} from './allocation/algorithm.ts';
export { allocateLevel } from './allocation/allocate.ts';
export {
  type BookAllocation,
  checkBookAllocation,
  isByTime,
  isParity,
} from './allocation/book-allocation.ts';
export { CME_STEPS, type CmeCode, type CmeParameters, cmeAlgorithm } from './allocation/cme-algorithms.ts';
export { LevelOrders, NO_TOP } from './allocation/level-orders.ts';
export { PARITY_KINDS, type ParityAllocation, type ParityParticipant } from './allocation/parity-state.ts';
export {
  allocateParity,
  checkParityRule,
  NO_SETTER,
  NO_SETTER_ID,
  PARTICIPANT_BOOK,
  type ParityRule,
  ParityWheel,
} from './allocation/parity-wheel.ts';
export {
  type CategoryRank,
  categoryOf,
  checkPriorityRule,
  comparePriority,
  type InterestClass,
  type PriorityCategory,
  type PriorityRule,
  type RankedInterest,
} from './allocation/priority.ts';
export { type RestingOrder, referenceAllocate } from './allocation/reference-allocate.ts';
export { TopOrders } from './allocation/top-order.ts';
export {
  type Allocation,
  type AllocationRule,
  allocateCross,
  type CrossTrade,
  checkAllocationRule,
  flagsWithoutPrice,
  LEFT_CANCELLED,
  LEFT_CONTINUES,
  LEFT_FILLED,
  leftAfterCross,
  pairFills,
  type ShareAtPrice,
} from './auction/allocation.ts';
export { type AuctionConfig, auctionConfigProblems, checkAuctionConfig } from './auction/auction-config.ts';
export { type CallResult, callResultOf } from './auction/call-result.ts';
export { type ClearingPrice, findClearingPrice, type NoPriceReason } from './auction/clearing-price.ts';
export {
  AuctionExtensions,
  type CallDecision,
  checkExtensionRule,
  type ExtendedInterruptionRule,
  type ExtensionRule,
  endInterruption,
  minVolumeOf,
} from './auction/extensions.ts';
export {
  type CrossType,
  computeNoii,
  computeNyseImbalance,
  type ImbalanceDirection,
  type ImbalanceWindow,
  type Indication,
  indicationOf,
  type Noii,
  type NoiiMoment,
  type NoiiRules,
  type NyseImbalance,
  nextImbalance,
  priceVariation,
} from './auction/imbalance.ts';
export {
  AUCTION_CROSS_ONLY,
  AUCTION_DISCRETIONARY,
  AUCTION_IMBALANCE_ONLY,
  AUCTION_MARKET,
  AUCTION_OFFSET,
  type AuctionInterest,
  AuctionOrders,
  type BestLimits,
  bestLimits,
  buildInterest,
  demandAt,
  type InterestSelection,
  supplyAt,
} from './auction/interest.ts';
export {
  type LateCloseBound,
  type OpeningBenchmarks,
  type OpeningValidation,
  repriceLateOnClose,
  repriceLateOnOpen,
  validateOpening,
} from './auction/opening-validation.ts';
export { checkPriceRule, type PriceRule, type PriceStep, type StepName } from './auction/price-rule.ts';
export type { PriceContext, StepTaken } from './auction/price-steps.ts';
export {
  midpointHalfTicks,
  type PriceRange,
  type PriceWidth,
  type PriceWidthConfig,
  type Quote,
  rangeAround,
  resolveWidth,
  thresholdRange,
} from './auction/price-width.ts';
export { type ShareByAccount, shareByParity } from './auction/share-by-parity.ts';
export {
  type BookRules,
  type CrossTradeTerms,
  DEFAULT_BOOK_RULES,
  type LevelView,
  type OrderBook,
  type OrderView,
  type PriceGuard,
  type PriceGuardRest,
} from './book/contract.ts';
export { FastBook } from './book/fast-book.ts';
export { OrderPool } from './book/order-pool.ts';
export { PriceLadder } from './book/price-ladder.ts';
export { ReferenceBook } from './book/reference-book.ts';
export { hashBookState } from './book/state-hash.ts';
export * from './breakers/index.ts';
export {
  createVenue,
  type DepthLevel,
  type HaltRequest,
  type OrderRequest,
  type ReplaceRequest,
  type SessionView,
  type VenueApi,
  type VenueConfig,
} from './create-venue.ts';
export { dayNumberOf, isCalendarDay, splitDay } from './exact/calendar-day.ts';
export { checkPeriods } from './exact/dated-periods.ts';
export {
  divide,
  formatExact,
  isExactText,
  isWhole,
  multiply,
  parseExact,
  type Rational,
  ROUNDING_RULES,
  type RoundingRule,
  roundQuotient,
} from './exact/rational.ts';
export { checkAccessFees, checkFeeSchedule, checkRegulatoryFees } from './fees/check-schedule.ts';
export type { FeeInstrument } from './fees/fee-charge.ts';
export { FeeAmounts, FeeEngine, type FeeFill } from './fees/fee-engine.ts';
export type { FillKind } from './fees/fill-kinds.ts';
export {
  addAmounts,
  type InvoiceLines,
  type InvoiceRounding,
  invoiceOf,
  MinorUnits,
  roundToMinor,
} from './fees/invoice.ts';
export { type MonthEnd, MonthlyFees } from './fees/monthly-fees.ts';
export {
  AUCTION_ORDERS,
  FEE_LIQUIDITIES,
  FEE_SESSIONS,
  FEE_TAPES,
  type FeePeriod,
  type FeeSchedule,
  type FeeTape,
  PRICE_BRANCHES,
  type RegulatoryFees,
  TIER_MEASURES,
} from './fees/schedule.ts';
export {
  type ImpliedQuote,
  impliedBack,
  impliedFront,
  impliedSpread,
  NO_QUOTE,
  type TwoSided,
} from './increments/implied-price.ts';
export {
  consolidatedQuote,
  type EvaluationWindow,
  type NmsTickPeriod,
  nmsTickBands,
  publishedShares,
  type QuotedSpread,
  type RoundLotPeriod,
  roundLotEvaluation,
  roundLotShares,
  tickEvaluation,
  twaqs,
} from './increments/reg-nms.ts';
export { checkRts11, generateRts11, type Rts11Table, rts11Bands } from './increments/rts-11.ts';
export {
  checkFilterSpec,
  type FilterAnswer,
  type FilterOrder,
  type SymbolFilterSpec,
  SymbolFilters,
} from './increments/symbol-filters.ts';
export { formatThirtySeconds, parseThirtySeconds } from './increments/thirty-seconds.ts';
export {
  checkPriceText,
  checkTickBands,
  compileTickTable,
  FIX_INVALID_PRICE_INCREMENT,
  type IncrementCheck,
  isOnTick,
  nextTick,
  roundToTick,
  type TickBand,
  TickTable,
  tickAt,
} from './increments/tick-table.ts';
export { type EffectiveTickTable, TickTimeline } from './increments/tick-timeline.ts';
export { type CollectedOrders, collectOrders, executeCross } from './listing/auction-interest.ts';
export {
  collectedInsideCheck,
  type EntryCheck,
  type EntryMarket,
  type EntryOrder,
  filterCheck,
  limitProtectionCheck,
  lotCheck,
  priceBandCheck,
  tickCheck,
} from './listing/entry-checks.ts';
export { Listing } from './listing/listing.ts';
export {
  type BoundsPolicy,
  type BreakerDay,
  type DayBreaker,
  type ListingAuctions,
  type ListingConfig,
  PLAIN_BOUNDS,
  regularHours,
  widthOf,
} from './listing/listing-config.ts';
export { type IndexMember, MarketIndex } from './listing/market-index.ts';
export type { OnFill } from './managed/linked-orders.ts';
export type { ManagedBook } from './managed/managed-book.ts';
export { MANAGED_ACTIONS_MAX, ManagedDesk } from './managed/managed-desk.ts';
export {
  ManagedOrders,
  type ManagedRequest,
  type ManagedView,
  ROUNDS_MAX,
} from './managed/managed-orders.ts';
export {
  MassQuotes,
  type QuoteAnswer,
  type QuoteEntry,
  type QuoteTerms,
  type SideAnswer,
} from './managed/mass-quotes.ts';
export {
  MIDPOINT_ORDERS_MAX,
  MidpointBook,
  type MidpointOrder,
  type MidpointResult,
  type MidpointRules,
  type MidpointTrade,
} from './managed/midpoint-book.ts';
export { MANAGED_ORDERS_MAX } from './managed/order-list.ts';
export { ANSWERED_BY_BOOK, DONE_SILENTLY, OwnerRequests } from './managed/owner-requests.ts';
export { lacksQuote, type PeggedOrder, pegTicks, type ReferenceQuote } from './managed/peg-price.ts';
export {
  checkProtection,
  PROTECTED_FILLS_MAX,
  type ProtectionLimits,
  QuoteProtection,
  WHOLE_VENUE,
} from './managed/quote-protection.ts';
export {
  type ComplyTerms,
  DEFAULT_MANAGED_RULES,
  type DiscretionTerms,
  type ImprovementTerms,
  type ManagedRules,
  type ManagedTerms,
  type PegTerms,
  type PlainTerms,
  type TrailingTerms,
} from './managed/terms.ts';
export { isStopReached, trailedStop } from './managed/trailing-stop.ts';
export { type ManagedEntry, VenueManaged } from './managed/venue-managed.ts';
export {
  type ManageRequest,
  type QuoteRequest,
  type QuoteResult,
  readManageRequest,
} from './managed-request.ts';
export { placeBefore } from './matching/place-before.ts';
export { protectedTicks } from './matching/protection.ts';
export {
  headOrder,
  levelOfOrder,
  levelOrderCount,
  levelPriceTicks,
  levelShownLots,
  openLots,
  orderAhead,
  orderBehind,
  tailOrder,
} from './matching/queue-peek.ts';
export { recordTrade } from './matching/record-trade.ts';
export {
  type ArrivingOrder,
  type LocalExecution,
  planLocalExecution,
  priceToComply,
  type RestingPrices,
  type RoutingInstruction,
} from './routing/local-execution.ts';
export {
  type BestPrice,
  type BestQuote,
  bestQuote,
  protectedQuotes,
  type QuoteSide,
  quoteFromDepth,
  quoteState,
  type VenueQuote,
} from './routing/protected-quotes.ts';
export { RECENT_PRICES_MAX, type RecentQuote, RecentQuotes } from './routing/recent-quotes.ts';
export {
  type FeeTable,
  planByPriceAndFee,
  planPostToBest,
  planSweep,
  type RoutedOrder,
  type RouteLeg,
  type VenueFees,
} from './routing/route-plan.ts';
export {
  findTradeThrough,
  type ProposedTrade,
  type TradeException,
  type TradeThrough,
} from './routing/trade-through.ts';
export * from './session/index.ts';
export { type OpenOrderView, Venue } from './venue.ts';
export type { VenueEvent } from './venue-events.ts';
export { PROTECTION_TICKS_MAX } from './venue-rules.ts';
export type { IndicativePrice } from './venue-session-events.ts';
export {
  type InterruptionConfig,
  type ListingRules,
  type PhaseConfig,
  PLAIN_AUCTIONS,
  SESSION_DAYS_MAX,
  type SessionsConfig,
  type TimeOfDay,
} from './venue-sessions.ts';
