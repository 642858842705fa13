/** Why a venue refuses a command. A reject is a normal answer, not a failure. Codes are stable numbers in the journal. */

export const REJECT_UNKNOWN_INSTRUMENT = 1;
export const REJECT_UNKNOWN_ORDER = 2;
/** The order existed and is already filled, cancelled or expired (FIX CxlRejReason 0). */
export const REJECT_TOO_LATE = 3;
export const REJECT_NOT_OWNER = 4;
export const REJECT_QTY_RANGE = 5;
export const REJECT_PRICE_RANGE = 6;
export const REJECT_DISPLAY_QTY = 7;
/** Minimum quantity above order quantity (market-rules §1.10, FIX reject 13). */
export const REJECT_MIN_QTY = 8;
export const REJECT_POST_ONLY_WOULD_TAKE = 9;
export const REJECT_STOP_ALREADY_TRIGGERED = 10;
/** A stop-limit's limit is on the wrong side of its stop (market-rules §1.14). */
export const REJECT_STOP_LIMIT_BEYOND_STOP = 11;
export const REJECT_EXPIRE_TIME_PAST = 12;
/** Market-to-limit without an opposite best (market-rules §1.16). */
export const REJECT_NO_OPPOSITE_BEST = 13;
/** Order terms that exclude each other, for instance post-only with immediate-or-cancel. */
export const REJECT_TERMS_CONFLICT = 14;
export const REJECT_DUPLICATE_ORDER = 15;
export const REJECT_UNKNOWN_TERM = 16;
// Sessions (market-rules §2.1): what FIX calls each is FIX_REASONS of src/market/session.
export const REJECT_CLOSED = 17;
export const REJECT_ENTRY_TOO_LATE = 18;
export const REJECT_NOT_IN_STATE = 19;
export const REJECT_NOT_SUPPORTED = 20;
export const REJECT_NO_IMBALANCE = 21;
export const REJECT_NO_CANCEL_PERIOD = 22;
export const REJECT_CANCEL_TOO_LATE = 23;
export const REJECT_ERROR_ONLY = 24;
export const REJECT_CANCEL_NOT_IN_STATE = 25;

/** A price outside of the bands or the price band at entry (market-rules §4, §7.5). */
export const REJECT_PRICE_BAND = 26;
/** A price that is no step of the tick table in force (market-rules §7). */
export const REJECT_PRICE_INCREMENT = 27;
export const REJECT_QTY_INCREMENT = 28;
/** Smallest or largest value of an order (crypto filters, market-rules §4.8). */
export const REJECT_NOTIONAL = 29;
/** The venue does not answer, or takes no orders (outage). */
export const REJECT_VENUE_DOWN = 30;
/** More messages than the venue takes from one participant. */
export const REJECT_RATE_LIMIT = 31;
/** A pegged order without the quote that it follows (market-rules §1.8). */
export const REJECT_NO_REFERENCE_PRICE = 32;
/** Market maker protection has pulled the quotes of the participant. */
export const REJECT_QUOTES_STOPPED = 33;
/** A part of the order is at another venue, which alone decides about it (market-rules §1.19). */
export const REJECT_ROUTED_AWAY = 34;

/** Index = code. The text states the rule that was broken. */
export const REJECT_TEXTS = [
  '',
  'the instrument is not listed at this venue',
  'the order is not known',
  'the order is already filled, cancelled or expired',
  'only the owner may change an order',
  'quantity is a whole number of lots from 1 to 2147483647',
  'price is a whole number of ticks within the range of the instrument',
  'display quantity is from 1 to the order quantity, and absent for hidden orders',
  'minimum quantity is from 1 to the order quantity; resting ones must be hidden',
  'a post-only order must not lock or cross displayed interest',
  'a stop must not be triggered by the last trade already',
  "a buy stop-limit's limit is at or above its stop, a sell's at or below",
  'the expiry time lies in the future',
  'a market-to-limit order needs an opposite best price',
  'the order terms exclude each other',
  'an order id is used once',
  'side, type, time in force and self-trade mode are known codes',
  'new orders come while the session is open',
  'an auction order arrives before the cutoff of its auction',
  'the state of the session takes this instruction',
  'the venue offers this instruction',
  'after the cutoff an on-close order offsets a published imbalance',
  'nothing is cancelled or replaced in a no-cancel period or while an auction uncrosses',
  'an auction order is cancelled or replaced before the cutoff of its auction',
  'after the cutoff an on-close order is cancelled only to correct a legitimate error',
  'the state of the session takes cancels and replaces',
  'price lies within the price bands in force',
  'price is a step of the tick table in force',
  'quantity is a multiple of the lot in force, within its bounds',
  'the value of the order lies within the limits of the instrument',
  'the venue is in operation',
  'messages stay below the rate that the venue takes',
  'a pegged order needs the quote that it follows',
  'after market maker protection quotes come back when it is reset or its time is over',
  'an order is replaced while no part of it is at another venue',
] as const;
