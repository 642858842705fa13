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
export {
  createVenue,
  type DepthLevel,
  type OrderRequest,
  type ReplaceRequest,
  type VenueApi,
  type VenueConfig,
} from './create-venue.ts';
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
