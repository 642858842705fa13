export {
  type BookRules,
  DEFAULT_BOOK_RULES,
  type LevelView,
  type OrderBook,
  type OrderView,
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
  type OrderRequest,
  type ReplaceRequest,
  type VenueApi,
  type VenueConfig,
} from './create-venue.ts';
export { isCalendarDay } from './exact/calendar-day.ts';
export { checkPeriods } from './exact/dated-periods.ts';
export {
  formatExact,
  isExactText,
  parseExact,
  type Rational,
  ROUNDING_RULES,
  type RoundingRule,
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
export { placeBefore } from './matching/place-before.ts';
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
export { Venue } from './venue.ts';
export type { VenueEvent } from './venue-events.ts';
