/**
 * What every order book promises. Two implementations keep it: `ReferenceBook` (obviously right) and `FastBook`
 * (typed arrays). One battery tests both, a differential fuzz compares their events record by record and their state
 * by a hash that knows nothing of the implementation.
 *
 * Order of events for one command (market-rules §1.18): answer to the command (accepted, rejected, replaced), fills in
 * match order, what happens to the rest (rested, cancelled), then triggered stops one after another, each with its own
 * fills and rest. LEVEL records stand directly behind the events that changed the level:
 *  - leaving a level in the match loop, if a displayed order of it was filled, removed or refreshed;
 *  - after RESTED with a displayed part, after a cancel, reduce, expiry or in-place replace that changed what is displayed;
 *  - after REPLACED that lost its place, for the level that the order left (before its re-entry begins).
 */

import type { BinaryReader, BinaryWriter } from '../../base/index.ts';
import type { EventBuffer, OrderTicket, ReplaceTicket, Side } from '../../domain/index.ts';
import type { BookAllocation } from '../allocation/book-allocation.ts';

/** Matching rules of one instrument. Every field is a documented choice that real venues differ in. */
export interface BookRules {
  /**
   * How an iceberg shows its next peak (market-rules §1.1, §1.9). 'roundRobin': at once, behind all displayed quantity
   * (CME, Xetra). 'roundRobinAfterHidden': the same, but hidden orders trade before any next peak (LSE). 'displayThenHiddenTime': first everything displayed trades, then hidden orders and icebergs'
   * reserves in time order for their full size, and peaks are refilled when the aggressor is done (Nasdaq, NYSE).
   */
  readonly icebergRefresh: 'roundRobin' | 'roundRobinAfterHidden' | 'displayThenHiddenTime';
  /**
   * How orders at one price share an aggressor (docs/matching.md "Allocation"): by time; displayed ones by the steps of an
   * algorithm, whose participants are account ids (market-rules §1.3-1.6); or displayed and hidden ones by parity (NYSE, §1.7).
   */
  readonly allocation: BookAllocation;
  /** 'standard': a decrease at the same price keeps its place. 'always': each replace goes to the back (Nasdaq OUCH). */
  readonly replaceLosesPriority: 'standard' | 'always';
  /** What a replace's quantity means: the new total including fills (FIX), or the new open quantity. */
  readonly replaceQty: 'total' | 'open';
  /** A stop that the last trade has triggered already: refuse it (CME) or let it enter at once (equities). */
  readonly stopAlreadyTriggered: 'reject' | 'enter';
  /** Whether a stop-limit's limit must not be worse than its stop (CME). */
  readonly stopLimitBeyondStop: 'reject' | 'allow';
  /**
   * Market orders, and stops that enter as such, get a limit so many ticks beyond the best opposite price, or beyond their
   * stop price, and rest there with what is left (CME, market-rules §1.14, §1.17); null: they have none and never rest.
   */
  readonly protectionTicks: number | null;
  /** Whether LEVEL records are written. Off when nobody needs them (a bare benchmark). */
  readonly publishLevels: boolean;
}

export const DEFAULT_BOOK_RULES: BookRules = {
  icebergRefresh: 'displayThenHiddenTime',
  allocation: 'fifo',
  replaceLosesPriority: 'standard',
  replaceQty: 'total',
  stopAlreadyTriggered: 'enter',
  stopLimitBeyondStop: 'reject',
  protectionTicks: null,
  publishLevels: true,
};

/**
 * Bounds of continuous trading that circuit breakers may move while an order trades (market-rules §4). The book asks it
 * level by level: no trade happens outside of the bounds.
 */
export interface PriceGuard {
  readonly lowTicks: number;
  readonly highTicks: number;
  /** Trades of one level have been said: records `from` to the present count of the book's events. Bounds may move. */
  onTrades(from: number): void;
  /**
   * The next trade of an order on `side` would be at a price outside of the bounds, and does not happen. True: what is left of
   * the order is cancelled, and nothing else happens. `isMomentary`: it came as a market, immediate or minimum-quantity order.
   */
  onBreach(priceTicks: number, side: Side, isMomentary: boolean): boolean;
  /** Where a limit order of this price rests, nearer to its own side or the same; UNDEF_INT32 cancels it. */
  restTicks(side: Side, priceTicks: number): number;
  /** Whether what the bounds left of an order that cannot rest waits outside for the next auction; else it is cancelled. */
  keepsRest(order: PriceGuardRest): boolean;
}

/** What is left of a market order at a bound. */
export interface PriceGuardRest {
  readonly orderId: number;
  readonly accountId: number;
  readonly side: Side;
  readonly timeInForce: number;
  readonly leavesLots: number;
  readonly filledLots: number;
}

/** One trade of an auction. Leaves are those after it. */
export interface CrossTradeTerms {
  readonly buyOrderId: number;
  readonly buyLeavesLots: number;
  readonly sellOrderId: number;
  readonly sellLeavesLots: number;
  readonly priceTicks: number;
  readonly qtyLots: number;
}

/** A resting order or a waiting stop, as inspection sees it. */
export interface OrderView {
  readonly orderId: number;
  readonly accountId: number;
  readonly side: Side;
  /** Type it has now: a market-to-limit rest is a limit order. Waiting stops are STOP or STOP_LIMIT. */
  readonly type: number;
  readonly timeInForce: number;
  readonly flags: number;
  /** Limit price; for STOP the last price it had, 0 by default. */
  readonly priceTicks: number;
  /** Only of waiting stops, else 0. */
  readonly stopPriceTicks: number;
  /** Displayed now. */
  readonly shownLots: number;
  /** Open but not displayed. */
  readonly reserveLots: number;
  /** Peak size of an iceberg, else 0. */
  readonly displayQtyLots: number;
  readonly filledLots: number;
  readonly minQtyLots: number;
  readonly stpGroup: number;
  readonly stpMode: number;
}

export interface LevelView {
  readonly priceTicks: number;
  readonly displayedLots: number;
  readonly orderCount: number;
}

export interface OrderBook {
  readonly rules: BookRules;
  /** Everything the book says goes here; the owner sets `timeNs` and clears. */
  readonly events: EventBuffer;
  /** Price of the last trade, or UNDEF_INT32 before the first. */
  readonly lastTradeTicks: number;
  readonly liveOrderCount: number;
  /**
   * Orders are collected for an auction: nothing matches, so that the book may cross; post-only orders rest where they are
   * and stops wait whatever the last trade was. To be turned off when nothing crosses any more; then `releaseStops`.
   */
  isCollecting: boolean;
  /** Bounds of continuous trading, null = none. */
  guard: PriceGuard | null;

  /** New order: answer, match, rest, stops. The ticket's order id must be above every id seen before. */
  submit(ticket: OrderTicket): void;
  /** Puts an order into the book without matching it: recorded replays. No stops. */
  place(ticket: OrderTicket): void;
  /** Answers a new order without letting it in: it waits outside for its auction. True if it is accepted. */
  accept(ticket: OrderTicket): boolean;
  /** Lets in an order that was accepted before; `filledLots` of its total are filled already, `qtyLots` is what is open. */
  activate(ticket: OrderTicket, filledLots: number): void;
  /**
   * Says one trade of an auction and takes it off the orders that stand here, from display first; of orders that wait
   * outside it is said only. `endCross` follows the last one.
   */
  crossTrade(trade: CrossTradeTerms): void;
  /** Shows next peaks, by id, and publishes the levels that the trades of an auction changed, in the order they met them. */
  endCross(): void;
  /** Releases the stops that the last trade reached, as after a match event. */
  releaseStops(): void;
  /** Cancels an order. `accountId` 0 acts for the venue and passes the ownership check; `reason` is a CANCEL_* code. */
  cancel(orderId: number, accountId: number, reason?: number): void;
  /** Takes `qtyLots` off an order that keeps its place (ITCH X); all of it or more cancels the order. */
  reduce(orderId: number, accountId: number, qtyLots: number): void;
  replace(ticket: ReplaceTicket): void;
  /** Cancels all orders of an account (0 = all accounts): bids best to worst, asks, buy stops, sell stops. `reason` is a CANCEL_* code. */
  massCancel(accountId: number, reason?: number): void;
  /** Expires one order (GTD). Unknown ids are ignored: it may have gone in the meantime. */
  expire(orderId: number): void;
  /** Expires every order of time in force DAY, in the order of massCancel. */
  expireDay(): void;

  /** Best displayed price of a side, or UNDEF_INT32. */
  bestTicks(side: Side): number;
  /** Displayed levels, best first, at most `levelsMax`. Levels with hidden orders only do not show. */
  depth(side: Side, levelsMax: number): LevelView[];
  has(orderId: number): boolean;
  order(orderId: number): OrderView | null;
  /** Live orders in canonical order: bids best to worst, asks best to worst, buy stops, sell stops; in a level the
   *  displayed queue, then the hidden one (an iceberg's entry there is not repeated); within a stop price by time. */
  forEachOrder(visit: (order: OrderView) => void): void;
  /** Throws BrokenInvariant when the structure contradicts itself. For tests: slow. */
  validate(): void;

  writeState(writer: BinaryWriter): void;
  readState(reader: BinaryReader): void;
}
