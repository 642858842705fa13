/**
 * How agents see and act. Two layers: `AgentGroup` with numbers, where one object plays any number of agents of a kind
 * (their states are columns); and strategies with objects, hosted by world through one such group.
 *
 * Everything an agent sees is as old as its feed delay; everything it sends arrives after its order delay.
 */

import type { Xoshiro128 } from '../base/index.ts';
import type { Instrument, Side } from './index.ts';
import type { AgentQuote, LinkedOrder, OnFill, ProtectionLimits, QuoteOrderTerms } from './linked-terms.ts';
import type { ManagedTerms } from './managed-terms.ts';
import type { Stateful } from './ports.ts';
import type { SessionState } from './session-states.ts';
import type { OrderTicket } from './tickets.ts';

/** What a group may ask of the world for one of its agents, named by its number in the world. */
export interface AgentPort {
  readonly nowNs: number;
  readonly instruments: readonly Instrument[];
  /** Best displayed price as this agent sees it now, or UNDEF_INT32. */
  bestTicks(agent: number, instrument: number, side: Side): number;
  /** Displayed lots at that best, 0 if there is none. */
  bestLots(agent: number, instrument: number, side: Side): number;
  /** Last trade price as this agent sees it, or UNDEF_INT32. */
  lastTradeTicks(agent: number, instrument: number): number;
  /** Instruments of the same product at all venues, that of `instrument` among them. */
  sameProduct(instrument: number): readonly number[];
  /** Best price of the product over its venues as the consolidated feed shows it now, or UNDEF_INT32. */
  consolidatedTicks(instrument: number, side: Side): number;
  /** Copies up to `levelsMax` levels, best first, into `prices` and `lots`; returns how many there are. */
  depth(
    agent: number,
    instrument: number,
    side: Side,
    prices: Int32Array,
    lots: Float64Array,
    levelsMax: number,
  ): number;
  /**
   * Sends a new order. `ref` is the agent's own number for it (from 0, small and reused once an order is gone); answers
   * carry it. The ticket's order id and account are set by the world. `expireTimeNs` matters for GTD only.
   */
  submit(agent: number, instrument: number, ref: number, ticket: OrderTicket, expireTimeNs?: number): void;
  /**
   * Sends a new order that the venue is to look after: a peg, a trailing stop and others. Answers carry `ref` whatever order
   * of the book stands for it, and its leaves are all that is open of it.
   */
  submitManaged(
    agent: number,
    instrument: number,
    ref: number,
    ticket: OrderTicket,
    terms: ManagedTerms,
    expireTimeNs?: number,
  ): void;
  /**
   * Sends 2 to LINKED_ORDERS_MAX orders of one instrument in one message, of which one cancels the others; the venue takes all
   * or none. Each answers under its own `ref`.
   */
  submitGroup(agent: number, instrument: number, orders: readonly LinkedOrder[], onFill: OnFill): void;
  /** Sends an order with exits that come to life as it fills and cancel each other; all or none, as with a group. */
  submitBracket(
    agent: number,
    instrument: number,
    entry: LinkedOrder,
    exits: readonly LinkedOrder[],
    onFill: OnFill,
  ): void;
  /**
   * Sends a mass quote, one message per venue: brings the agent's bid and ask in each instrument to what is asked. Their refs
   * stand for the agent's bid and ask there, whatever order of the book is its quote. An entry that is refused as a whole is
   * answered by EV_QUOTE_REFUSED under the ref of its bid, and what stands stays.
   */
  massQuote(agent: number, terms: QuoteOrderTerms, quotes: readonly AgentQuote[]): void;
  /**
   * Sends limits at which the venue of an instrument pulls the agent's quotes, null for none. Counting starts anew, and an agent
   * that was stopped may quote again.
   */
  protectQuotes(agent: number, instrument: number, limits: ProtectionLimits | null): void;
  /** Sends a cancel for the agent's order `ref`, as that number is understood when it arrives at the venue. */
  cancel(agent: number, ref: number): void;
  /** Sends a replace; UNDEF_INT32 leaves price or quantity as it is. */
  replace(agent: number, ref: number, priceTicks: number, qtyLots: number): void;
  /** Sends a cancel of all the agent's orders in one instrument, or in all for -1. */
  massCancel(agent: number, instrument: number): void;
  /** Calls `onWake(agent, tag)` of the agent's group at a time not before now. */
  wakeAt(agent: number, timeNs: number, tag: number): void;
  /** State of the session of an instrument as this agent sees it now (session-states.ts). */
  sessionState(agent: number, instrument: number): SessionState;
  /** Cash in minor units and position in lots, as settled at the venue now. */
  cashMinor(agent: number): number;
  positionLots(agent: number, instrument: number): number;
}

/** Public data that a group may have pushed to it. */
export const FEED_TRADES = 1;
/** Best price or size changed (L1). */
export const FEED_QUOTES = 2;
/** Every change of a price level (L2). */
export const FEED_LEVELS = 4;
/** Every displayed order's events (L3), without accounts, reserves and hidden orders. */
export const FEED_ORDERS = 8;
/** Sessions, indicative prices, auctions, bands and limit states. */
export const FEED_STATUS = 16;

export interface AgentGroup extends Stateful {
  readonly name: string;
  /** Agents in the group; the world numbers them consecutively from `first` on. */
  readonly count: number;
  /** Bits FEED_* of what is pushed; all of it can be read through the port in any case, except single orders. */
  readonly feeds: number;
  /** 'endings': fills, what ends an order (rejected, cancelled, expired), refused quotes. 'all': accepted, replaced, ... too. */
  readonly answers: 'endings' | 'all';
  /** Called once at time 0. `random` is the group's own stream. */
  start(port: AgentPort, first: number, random: Xoshiro128): void;
  /** Multiplies the group's rates of limit orders, market orders and cancels from now on; groups without rates have none. */
  setActivity?(factors: { readonly limit: number; readonly market: number; readonly cancel: number }): void;
  onWake(agent: number, tag: number): void;
  /** Something happened to the agent's order `ref`: an EV_* kind with its code, own leaves after it. */
  onPrivate(
    agent: number,
    kind: number,
    code: number,
    instrument: number,
    ref: number,
    priceTicks: number,
    qtyLots: number,
    leavesLots: number,
  ): void;
  /** A pushed record, as an offset into `words` (layout of events.ts); delivered once per agent that is subscribed. */
  onFeed(agent: number, words: Int32Array, at: number): void;
}
