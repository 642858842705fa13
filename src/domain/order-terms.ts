/**
 * The words of an order as integers, so that they fit typed arrays. Names for people are in the tables below each group.
 * Time in force and side follow FIX where FIX has a number (tags 54 and 59).
 */

export const BUY = 0;
export const SELL = 1;
export type Side = typeof BUY | typeof SELL;

export const LIMIT = 0;
export const MARKET = 1;
/** Executes at the best opposite price only; the rest becomes a limit order there (market-rules §1.16). */
export const MARKET_TO_LIMIT = 2;
/** Waits for a trade at or beyond its stop price, then enters as a market order (market-rules §1.14). */
export const STOP = 3;
/** Waits like STOP, then enters as a limit order. */
export const STOP_LIMIT = 4;
export type OrderType =
  | typeof LIMIT
  | typeof MARKET
  | typeof MARKET_TO_LIMIT
  | typeof STOP
  | typeof STOP_LIMIT;

export const DAY = 0;
export const GTC = 1;
export const IOC = 3;
export const FOK = 4;
export const GTD = 6;
export type TimeInForce = typeof DAY | typeof GTC | typeof IOC | typeof FOK | typeof GTD;

/** Order flags, bits of one int32. */
export const FLAG_HIDDEN = 1;
/** Post-only: refuse the order if it would lock or cross displayed interest. */
export const FLAG_POST_ONLY_REJECT = 2;
/** Post-only: re-price it one tick away from the displayed opposite best instead (market-rules §1.11). */
export const FLAG_POST_ONLY_SLIDE = 4;
export const FLAG_POST_ONLY = FLAG_POST_ONLY_REJECT | FLAG_POST_ONLY_SLIDE;

/** Self-trade prevention: what happens when an order meets one of its own group (market-rules §1.12). */
export const STP_NONE = 0;
export const STP_CANCEL_NEWEST = 1;
export const STP_CANCEL_OLDEST = 2;
export const STP_CANCEL_BOTH = 3;
export const STP_DECREMENT = 4;
export const STP_CANCEL_SMALLEST = 5;
export type StpMode =
  | typeof STP_NONE
  | typeof STP_CANCEL_NEWEST
  | typeof STP_CANCEL_OLDEST
  | typeof STP_CANCEL_BOTH
  | typeof STP_DECREMENT
  | typeof STP_CANCEL_SMALLEST;

/** Which auction an order is for (market-rules §1.15); a market order on open is MOO, a limit order LOO, and so on. */
export const AUCTION_TERM_NONE = 0;
export const ON_OPEN = 1;
export const IMBALANCE_ONLY_OPEN = 2;
export const ON_CLOSE = 3;
export const IMBALANCE_ONLY_CLOSE = 4;
/** NYSE's closing offset. */
export const CLOSING_OFFSET = 5;
/** NYSE's closing D order. */
export const CLOSING_D = 6;
/** GFA: the next auction, whichever it is. */
export const NEXT_AUCTION = 7;
/** GFX: intraday auctions. */
export const INTRADAY_AUCTIONS = 8;
/** CPX: trading at the closing price. */
export const CLOSING_PRICE = 9;
export type AuctionTerm = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;

/** Index = term. */
export const AUCTION_TERM_NAMES = [
  'none',
  'onOpen',
  'imbalanceOnlyOpen',
  'onClose',
  'imbalanceOnlyClose',
  'closingOffset',
  'closingD',
  'nextAuction',
  'intradayAuctions',
  'closingPrice',
] as const;
export type AuctionTermName = (typeof AUCTION_TERM_NAMES)[number];

/** What the sender wants of better quotes at other venues (market-rules §1.19): as the venue has it. */
export const ROUTING_VENUE = 0;
/** Intermarket sweep: the sender takes them himself, and nothing is protected against the order. */
export const ROUTING_SWEEP = 1;
/** The order stays; what would lock or cross one of them slides. */
export const ROUTING_SLIDE = 2;
/** The order stays; what would lock or cross one of them is cancelled. */
export const ROUTING_CANCEL = 3;
/** The venue sends what its own book does not give to better quotes elsewhere, if it has a router. */
export const ROUTING_ROUTE = 4;
export type RoutingInstruction =
  | typeof ROUTING_VENUE
  | typeof ROUTING_SWEEP
  | typeof ROUTING_SLIDE
  | typeof ROUTING_CANCEL
  | typeof ROUTING_ROUTE;

/** Index = instruction. */
export const ROUTING_NAMES = ['venue', 'sweep', 'slide', 'cancel', 'route'] as const;
export type RoutingName = (typeof ROUTING_NAMES)[number];

/** "No value" in int32 fields where every other number may be a price or a quantity. */
export const UNDEF_INT32 = -0x8000_0000;
/** Largest quantity of one order, in lots. Level totals are doubles and do not overflow. */
export const QTY_LOTS_MAX = 0x7fff_ffff;
/** Prices are int32 ticks; the two extremes are kept free as sentinels. Negative prices are legal (spreads, oil). */
export const PRICE_TICKS_MAX = 0x7fff_fffe;
export const PRICE_TICKS_MIN = -0x7fff_fffe;

export const SIDE_NAMES = ['buy', 'sell'] as const;
export const ORDER_TYPE_NAMES = ['limit', 'market', 'marketToLimit', 'stop', 'stopLimit'] as const;
export const TIME_IN_FORCE_NAMES = { day: DAY, gtc: GTC, ioc: IOC, fok: FOK, gtd: GTD } as const;
export const STP_MODE_NAMES = [
  'none',
  'cancelNewest',
  'cancelOldest',
  'cancelBoth',
  'decrement',
  'cancelSmallest',
] as const;

export type SideName = (typeof SIDE_NAMES)[number];
export type OrderTypeName = (typeof ORDER_TYPE_NAMES)[number];
export type TimeInForceName = keyof typeof TIME_IN_FORCE_NAMES;
export type StpModeName = (typeof STP_MODE_NAMES)[number];
