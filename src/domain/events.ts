/**
 * The record that everything in a run is made of: commands, what the venue answered, trades, changes of the book.
 * One layout for the venue's output, the market data and the journal on disk: 12 int32 words, 48 bytes, little endian.
 *
 * ```
 * word  0      kind (bits 0-7) | side (bit 8) | flags (bits 9-15) | reason or code (bits 16-31)
 * word  1      instrument index
 * word  2-3    time, ns since the run's epoch, as one float64
 * word  4-10   by kind, see the table at EVENT_FIELDS
 * word  11     running check of the journal (sim/digest.ts); zero until the record is sealed
 * ```
 */

export const RECORD_WORDS = 12;
export const RECORD_BYTES = 48;

export const WORD_HEAD = 0;
export const WORD_INSTRUMENT = 1;
/** Index of the float64 that holds the time, in doubles from the start of the record. */
export const DOUBLE_TIME = 1;
export const WORD_ORDER = 4;
export const WORD_PRICE = 5;
export const WORD_QTY = 6;
export const WORD_LEAVES = 7;
export const WORD_OTHER = 8;
export const WORD_OTHER_LEAVES = 9;
export const WORD_EXTRA = 10;
export const WORD_CHECK = 11;

export const HEAD_SIDE_SHIFT = 8;
/** The order on the other side of a trade was not displayed (LOBSTER type 5, ITCH P). */
export const HEAD_FLAG_MAKER_HIDDEN = 1 << 9;
/** A replace kept its place in the queue. */
export const HEAD_FLAG_KEEPS_PRIORITY = 1 << 10;
/** The order is not displayed. */
export const HEAD_FLAG_HIDDEN = 1 << 11;
/** A trade of an auction: both orders were there before, the buy order stands in the place of the taker. */
export const HEAD_FLAG_AUCTION = 1 << 12;
export const HEAD_CODE_SHIFT = 16;

// Commands, as the venue received them.
export const CMD_NEW = 1;
export const CMD_CANCEL = 2;
export const CMD_REPLACE = 3;
export const CMD_REDUCE = 4;
export const CMD_MASS_CANCEL = 5;
/** Further terms of the CMD_NEW before it, written only when it has any. */
export const CMD_NEW_TERMS = 6;
/**
 * What the venue is to do for the CMD_NEW before it (managed-terms.ts). Code: `managedCode`; `value` is
 * `managedValue`.
 */
export const CMD_MANAGED = 7;
/**
 * The CMD_NEW before it came in one message with others (linked-terms.ts), `orderCount` of them from `firstOrderId` on. Code:
 * `linkedCode`.
 */
export const CMD_LINKED = 8;
/** One instrument of a mass quote. `terms` has the bits of those of a CMD_NEW. */
export const CMD_QUOTE = 9;
/** Limits of an account's market maker protection; -1 is none. Code: PROTECTION_SCOPES. */
export const CMD_PROTECT = 10;
/**
 * The CMD_NEW before it comes from the router of another venue, for a part of the order `originOrderId` there (market-rules
 * §1.19).
 */
export const CMD_ROUTED = 12;
// Answers to an order's owner.
export const EV_ACCEPTED = 16;
export const EV_REJECTED = 17;
export const EV_CANCEL_REJECTED = 18;
export const EV_REPLACE_REJECTED = 19;
export const EV_CANCELED = 20;
export const EV_REDUCED = 21;
export const EV_REPLACED = 22;
export const EV_EXPIRED = 23;
export const EV_TRIGGERED = 24;
/** Quantity changed without the owner's doing: self-trade decrement (market-rules §1.18, FIX ExecType D). */
export const EV_RESTATED = 25;
/** From now on `orderId` stands in the book for a managed order, which its owner knows as `originOrderId`. */
export const EV_CARRIED = 26;
/** From now on `orderId` is the bid, or ask, of the account in the instrument, entered by a mass quote. */
export const EV_QUOTED = 27;
/** An entry of a mass quote was refused as a whole; what the account has in the book stays. Code: why. */
export const EV_QUOTE_REFUSED = 28;
/** A part of the order has left its venue for a better quote at another one: `awayInstrument` is listed there. */
export const EV_ROUTED = 29;
/** What the order's venue hears of such a part. Code: RETURN_NAMES. */
export const EV_RETURNED = 30;
// What the public sees besides trades.
export const EV_RESTED = 32;
export const EV_REFRESHED = 33;
export const EV_TRADE = 34;
/** New total of one price level: the only record with a float64 in words 6-7. */
export const EV_LEVEL = 35;
/** Best prices changed. Only pushed to feeds, never journaled: it follows from the levels. Lots are cut off at 2^31 - 1. */
export const EV_QUOTE = 36;
// What a venue says of its sessions (market-rules §2 to §5). Codes are indices of the tables of session-codes.ts.
/** The state of the session of an instrument changed. Code: cause (low byte) and rule (high byte). */
export const EV_SESSION = 40;
/** What an auction would come to now. Code: kind of auction (low byte) and direction (high byte). Side: of the imbalance. */
export const EV_INDICATIVE = 41;
/** What an auction came to. Code: kind of auction (low byte), why there is no price (high byte). Side: of the imbalance. */
export const EV_AUCTION = 42;
/** Prices that may trade from now on. Code: rule. */
export const EV_BANDS = 43;
/** A limit state began or ended. Code: rule (low byte) and what happened (high byte). */
export const EV_LIMIT_STATE = 44;
/** What the venue charges an account for a fill, 1e-6 currency units; below zero it is a rebate. `fillKind`: FILL_KIND_NAMES. */
export const EV_FEE = 45;

/** Something befell the market from outside (world/shocks.ts). Code: kind, index of SHOCK_KIND_NAMES. */
export const EV_SHOCK = 46;

/**
 * A corporate action takes effect in an instrument, before its trading day begins. Code: ACTION_KINDS. `priceTicks`: the last price
 * in terms of the new share, which views show as the last trade. UNDEF_INT32 where there is none.
 */
export const EV_ACTION = 47;
/** What an account gets by it, or gives where below zero, of cash and of the instrument's lots. Code: ACTION_KINDS. */
export const EV_ENTITLEMENT = 48;
/**
 * New terms of an open order by it; the `replaced` record behind it carries them out. `priceTicks`: of a stop its trigger. Code:
 * ACTION_KINDS.
 */
export const EV_ADJUSTED = 49;
/**
 * New terms of an option contract by it: one contract of before is `perContract` of these. `rootNumber`: how often what is delivered
 * has changed, which stands behind the root of its symbol. The `delivers` records behind it say what one contract delivers now. Code:
 * ACTION_KINDS.
 */
export const EV_CONTRACT = 50;
/** Of what one contract delivers: `amount` shares of the instrument `delivered`, or currency units where that is -1. Code: ACTION_KINDS. */
export const EV_DELIVERS = 51;
/**
 * An option contract has expired. Code: EXPIRY_OUTCOMES. Per lot, in minor units: what is delivered is worth `worthMinor`, and costs
 * `aggregateMinor` at exercise.
 */
export const EV_CONTRACT_END = 52;
/** What an account gets at that, or gives where below zero, of cash and of the instrument's lots; `option` is the contract. */
export const EV_EXERCISE = 53;

/** What became of a contract: code of EV_CONTRACT_END. Without a price of what it delivers nobody exercises. */
export const EXPIRY_OUTCOMES = ['worthless', 'exercised', 'noPrice'] as const;
export type ExpiryOutcome = (typeof EXPIRY_OUTCOMES)[number];

/** Why an order was cancelled by the venue or at its owner's wish: the code of EV_CANCELED. */
export const CANCEL_REQUESTED = 1;
export const CANCEL_MASS = 2;
export const CANCEL_IOC_REMAINDER = 3;
export const CANCEL_FOK_UNFILLED = 4;
export const CANCEL_MIN_QTY_UNFILLED = 5;
export const CANCEL_NO_LIQUIDITY = 6;
export const CANCEL_SELF_TRADE = 7;
/** A replace whose new total is not above what was filled already (market-rules §1.13). */
export const CANCEL_REPLACED_BELOW_FILLED = 8;

/** The order was for one auction only, and that is over. */
export const CANCEL_AUCTION_OVER = 9;
/** The auction that the order was for did not take place. */
export const CANCEL_AUCTION_MISSED = 10;
/** What is left of the order lies outside of the bands. */
export const CANCEL_OUTSIDE_BANDS = 11;
/** The connection of the owner broke (market-rules §6). */
export const CANCEL_DISCONNECTED = 12;
/** Another order of its group was filled or ended (one cancels the other). */
export const CANCEL_LINKED_ORDER = 13;
/** The order that carried a managed one left the book; the managed one is still open and waits outside. */
export const CANCEL_PARKED = 14;
/** What is left of the order goes to other venues, and what comes back goes on under other ids. */
export const CANCEL_ROUTED = 15;
/** The venue's session or checks did not take back what returned from other venues. */
export const CANCEL_RETURN_REFUSED = 16;
/** Market maker protection pulled the quote: its account had traded too much. */
export const CANCEL_QUOTE_PROTECTION = 17;

/** A corporate action ended it: a reverse split, a merger, rights, or an algorithm that takes its orders out before the ex-date. */
export const CANCEL_CORPORATE_ACTION = 18;
/** The option contract that it was for has expired. */
export const CANCEL_CONTRACT_EXPIRED = 19;

export const CANCEL_REASON_NAMES = [
  '',
  'requested',
  'massCancel',
  'iocRemainder',
  'fokUnfilled',
  'minQtyUnfilled',
  'noLiquidity',
  'selfTrade',
  'replacedBelowFilled',
  'auctionOver',
  'auctionMissed',
  'outsideBands',
  'disconnected',
  'linkedOrder',
  'parked',
  'routed',
  'returnRefused',
  'quoteProtection',
  'corporateAction',
  'contractExpired',
] as const;

/** What came of a part that was routed: code of EV_RETURNED. */
export const RETURN_UNFILLED = 0;
export const RETURN_FILLED = 1;
export const RETURN_NAMES = ['unfilled', 'filled'] as const;

/** Where fills are counted, by its number in the code of CMD_PROTECT; the first takes the protection off. */
export const PROTECTION_SCOPES = ['', 'instrument', 'venue'] as const;

interface EventLayout {
  readonly name: string;
  /** Names of words 4 to 10; '' is unused and zero. */
  readonly fields: readonly [string, string, string, string, string, string, string];
  /** Words that hold the first half of a float64, with its name; the word behind each has the other half. */
  readonly doubles?: readonly number[];
}

/** Kind to name and the meaning of words 4 to 10. `side` is the side of `orderId`; for a trade, the aggressor's. */
export const EVENT_LAYOUTS: Readonly<Record<number, EventLayout>> = {
  [CMD_NEW]: {
    name: 'cmdNew',
    fields: ['orderId', 'priceTicks', 'qtyLots', 'terms', 'accountId', 'displayQtyLots', 'stopPriceTicks'],
  },
  [CMD_CANCEL]: { name: 'cmdCancel', fields: ['orderId', '', '', '', 'accountId', '', ''] },
  [CMD_REPLACE]: {
    name: 'cmdReplace',
    fields: ['orderId', 'priceTicks', 'qtyLots', '', 'accountId', 'displayQtyLots', 'stopPriceTicks'],
  },
  [CMD_REDUCE]: { name: 'cmdReduce', fields: ['orderId', '', 'qtyLots', '', 'accountId', '', ''] },
  [CMD_MASS_CANCEL]: { name: 'cmdMassCancel', fields: ['', '', 'allInstruments', '', 'accountId', '', ''] },
  [CMD_NEW_TERMS]: {
    name: 'cmdNewTerms',
    fields: ['orderId', 'minQtyLots', 'stpGroup', '', '', 'expireTimeNsHigh', 'expireTimeNsLow'],
  },
  [CMD_MANAGED]: {
    name: 'cmdManaged',
    fields: ['orderId', 'value', 'limitOffsetTicks', '', 'accountId', '', ''],
  },
  [CMD_LINKED]: {
    name: 'cmdLinked',
    fields: ['orderId', 'firstOrderId', 'orderCount', '', 'accountId', '', ''],
  },
  [CMD_QUOTE]: {
    name: 'cmdQuote',
    fields: ['stpGroup', 'bidTicks', 'bidLots', 'askTicks', 'accountId', 'askLots', 'terms'],
  },
  [CMD_PROTECT]: {
    name: 'cmdProtect',
    fields: ['fillsMax', 'lotsMax', 'windowNs', '', 'stoppedNs', '', 'accountId'],
    doubles: [6, 8],
  },
  [CMD_ROUTED]: {
    name: 'cmdRouted',
    fields: ['orderId', '', '', '', 'accountId', 'originOrderId', 'originInstrument'],
  },
  [EV_QUOTED]: { name: 'quoted', fields: ['orderId', '', '', '', 'accountId', '', ''] },
  [EV_QUOTE_REFUSED]: {
    name: 'quoteRefused',
    fields: ['', 'bidTicks', 'bidLots', 'askTicks', 'accountId', 'askLots', ''],
  },
  [EV_ROUTED]: {
    name: 'routed',
    fields: ['orderId', 'priceTicks', 'routedLots', 'leavesLots', 'accountId', 'awayInstrument', ''],
  },
  [EV_RETURNED]: {
    name: 'returned',
    fields: [
      'orderId',
      'priceTicks',
      'returnedLots',
      'leavesLots',
      'accountId',
      'awayInstrument',
      'awayOrderId',
    ],
  },
  [EV_CARRIED]: { name: 'carried', fields: ['orderId', '', '', '', 'accountId', 'originOrderId', ''] },
  [EV_ACCEPTED]: {
    name: 'accepted',
    fields: ['orderId', 'priceTicks', 'qtyLots', 'leavesLots', 'accountId', '', ''],
  },
  [EV_REJECTED]: { name: 'rejected', fields: ['orderId', 'priceTicks', 'qtyLots', '', 'accountId', '', ''] },
  [EV_CANCEL_REJECTED]: { name: 'cancelRejected', fields: ['orderId', '', '', '', 'accountId', '', ''] },
  [EV_REPLACE_REJECTED]: { name: 'replaceRejected', fields: ['orderId', '', '', '', 'accountId', '', ''] },
  [EV_CANCELED]: {
    name: 'canceled',
    fields: ['orderId', 'priceTicks', 'canceledLots', '', 'accountId', '', ''],
  },
  [EV_REDUCED]: {
    name: 'reduced',
    fields: ['orderId', 'priceTicks', 'canceledLots', 'leavesLots', 'accountId', '', ''],
  },
  [EV_REPLACED]: {
    name: 'replaced',
    fields: ['orderId', 'priceTicks', 'leavesLots', 'leavesLotsBefore', 'accountId', 'priceTicksBefore', ''],
  },
  [EV_EXPIRED]: {
    name: 'expired',
    fields: ['orderId', 'priceTicks', 'canceledLots', '', 'accountId', '', ''],
  },
  [EV_TRIGGERED]: {
    name: 'triggered',
    fields: ['orderId', 'stopPriceTicks', 'qtyLots', '', 'accountId', '', ''],
  },
  [EV_RESTATED]: {
    name: 'restated',
    fields: ['orderId', 'priceTicks', 'decrementLots', 'leavesLots', 'accountId', '', ''],
  },
  [EV_RESTED]: {
    name: 'rested',
    fields: ['orderId', 'priceTicks', 'displayedLots', 'leavesLots', 'accountId', '', ''],
  },
  [EV_REFRESHED]: {
    name: 'refreshed',
    fields: ['orderId', 'priceTicks', 'displayedLots', 'leavesLots', 'accountId', '', ''],
  },
  [EV_TRADE]: {
    name: 'trade',
    fields: [
      'takerOrderId',
      'priceTicks',
      'qtyLots',
      'takerLeavesLots',
      'makerOrderId',
      'makerLeavesLots',
      'tradeId',
    ],
  },
  [EV_LEVEL]: {
    name: 'level',
    fields: ['', 'priceTicks', 'displayedLots', '', 'orderCount', '', ''],
    doubles: [6],
  },
  [EV_QUOTE]: { name: 'quote', fields: ['', 'bidTicks', 'bidLots', '', 'askTicks', 'askLots', ''] },
  [EV_SESSION]: { name: 'session', fields: ['state', 'stateBefore', '', '', '', '', ''] },
  [EV_INDICATIVE]: {
    name: 'indicative',
    fields: ['farTicks', 'priceTicks', 'pairedLots', '', 'imbalanceLots', '', 'referenceTicks'],
    doubles: [6, 8],
  },
  [EV_AUCTION]: {
    name: 'auction',
    fields: ['', 'priceTicks', 'volumeLots', '', 'imbalanceLots', '', 'tradeCount'],
    doubles: [6, 8],
  },
  [EV_BANDS]: { name: 'bands', fields: ['', 'lowTicks', 'highTicks', '', '', '', ''] },
  [EV_LIMIT_STATE]: { name: 'limitState', fields: ['', 'limitTicks', '', '', '', '', ''] },
  [EV_FEE]: {
    name: 'fee',
    fields: ['orderId', '', 'chargeMicro', '', 'accountId', 'fillKind', 'tradeId'],
    doubles: [6],
  },
  [EV_ACTION]: {
    name: 'corporateAction',
    fields: ['action', 'priceTicks', '', '', '', 'priceTicksBefore', ''],
  },
  [EV_ENTITLEMENT]: {
    name: 'entitlement',
    fields: ['action', 'accountId', 'cashMinor', '', 'lots', '', ''],
    doubles: [6, 8],
  },
  [EV_ADJUSTED]: {
    name: 'adjusted',
    fields: [
      'orderId',
      'priceTicks',
      'leavesLots',
      'leavesLotsBefore',
      'accountId',
      'priceTicksBefore',
      'action',
    ],
  },
  [EV_CONTRACT]: {
    name: 'contract',
    fields: ['strike', '', 'multiplier', '', 'rootNumber', 'perContract', 'action'],
    doubles: [4, 6],
  },
  [EV_DELIVERS]: {
    name: 'delivers',
    fields: ['delivered', '', 'amount', '', '', '', 'action'],
    doubles: [6],
  },
  [EV_CONTRACT_END]: {
    name: 'contractEnd',
    fields: ['worthMinor', '', 'aggregateMinor', '', '', '', ''],
    doubles: [4, 6],
  },
  [EV_EXERCISE]: {
    name: 'exercise',
    fields: ['', 'accountId', 'cashMinor', '', 'lots', '', 'option'],
    doubles: [6, 8],
  },
  [EV_SHOCK]: { name: 'shock', fields: ['shock', 'isEnd', '', '', '', '', ''] },
};

/**
 * Bit positions in word 7 of CMD_NEW: side (bit 0) | type (1-3) | time in force (4-6) | flags (7-9) | self-trade mode (10-12)
 * | auction term (13-16) | routing (17-19).
 */
export const TERMS_TYPE_SHIFT = 1;
export const TERMS_TIF_SHIFT = 4;
export const TERMS_FLAGS_SHIFT = 7;
export const TERMS_STP_SHIFT = 10;
export const TERMS_AUCTION_SHIFT = 13;
export const TERMS_ROUTING_SHIFT = 17;

const pair = new Int32Array(2);
const double = new Float64Array(pair.buffer);

/** The float64 in two words: the time of a record (word 2) or the lots of a level (word 6). */
export function readFloat64(words: Int32Array, at: number): number {
  pair[0] = words[at]!;
  pair[1] = words[at + 1]!;
  return double[0]!;
}

/** Writes a float64 into two words. */
export function writeFloat64(words: Int32Array, at: number, value: number): void {
  double[0] = value;
  words[at] = pair[0]!;
  words[at + 1] = pair[1]!;
}
