/** The calls of one instrument's auctions: when they may end, what they come to, what is published of them meanwhile. */

import { type BinaryReader, type BinaryWriter, invariant } from '../../base/index.ts';
import { CANCEL_AUCTION_OVER, type Side, UNDEF_INT32 } from '../../domain/index.ts';
import { callResultOf } from '../auction/call-result.ts';
import { AuctionExtensions } from '../auction/extensions.ts';
import type { OrderBook } from '../book/contract.ts';
import type { BreakerSet } from '../breakers/breaker-set.ts';
import type { AuctionKind, BreakerAction } from '../breakers/contract.ts';
import { AUCTION_KINDS } from '../session/states.ts';
import {
  type Call,
  type CallParts,
  carryOut,
  type Indicative,
  indicativeOf,
  lookAtCall,
  outlookOf,
  validated,
} from './call.ts';
import { cancelHeld } from './held-changes.ts';
import { HELD_AFTER_AUCTION, type HeldOrder, type HeldOrders } from './held-orders.ts';
import type { ListingConfig } from './listing-config.ts';
import { sayAuction, sayIndicative } from './session-records.ts';

/** Orders that lost their place are forgotten when they are gone: looked for once there are so many. */
const REQUEUED_MIN = 1_024;
/** Reference prices noted at cutoffs, the newest ones. */
const REFERENCES_MAX = 4;

/** Until when a call goes on, with the largest random part of its end. */
export interface Prolonged {
  readonly untilNs: number;
  readonly randomNsMax: number;
}

export class CallDesk {
  /** Price of the day's closing auction, UNDEF_INT32 before it and where it found none. */
  closingTicks: number = UNDEF_INT32;
  previousCloseTicks: number;
  /** Close of the day: its closing auction's price, or the last trade until that found none; UNDEF_INT32 before it. */
  #closeTicks: number = UNDEF_INT32;
  /** Side of the imbalance that was published last, null = none. */
  imbalanceSide: Side | null = null;
  /** Reference prices that were noted at cutoffs, newest last. */
  references: number[] = [];
  /** A call does not end before this, whatever its schedule says (an opening delayed by hand). */
  holdUntilNs = 0;
  /** Arrival of orders that lost their place by a change: their time priority in auctions. */
  readonly requeued = new Map<number, number>();
  readonly #book: OrderBook;
  readonly #held: HeldOrders;
  readonly #config: ListingConfig;
  /** Of the call that is on, once it was extended, and its kind. */
  #extensions: AuctionExtensions | null = null;
  #extended: AuctionKind = 'opening';

  constructor(book: OrderBook, held: HeldOrders, config: ListingConfig) {
    this.#book = book;
    this.#held = held;
    this.#config = config;
    this.previousCloseTicks = config.referenceTicks;
  }

  /** A call was dropped without an end: what was extended of it does not count for the next one. */
  drop(): void {
    this.#extensions = null;
  }

  startDay(): void {
    this.drop();
    this.closingTicks = UNDEF_INT32;
    this.#closeTicks = UNDEF_INT32;
    this.references = [];
    this.imbalanceSide = null;
  }

  /**
   * A call has run its time. Null: it has uncrossed (perhaps without a price) and its records are said. Else a breaker, the
   * venue's extensions or somebody's hand keep it open.
   */
  endCall(
    nowNs: number,
    kind: AuctionKind,
    breakers: BreakerSet,
    actions: BreakerAction[],
  ): Prolonged | null {
    if (this.holdUntilNs > nowNs) return { untilNs: this.holdUntilNs, randomNsMax: 0 };
    const parts = this.#parts();
    const call = lookAtCall(parts, kind, null);
    const prolonged =
      this.#breakersProlong(nowNs, call, breakers, actions) ?? this.#venueProlongs(nowNs, parts, call);
    if (prolonged !== null) return prolonged;
    this.#extensions = null;
    const last = validated(parts, call, this.previousCloseTicks);
    const outcome = carryOut(parts, last);
    const { events } = this.#book;
    sayAuction(events, last, outcome);
    for (const { ticket } of outcome.filled) this.#held.remove(ticket.orderId);
    for (const order of outcome.cancelled) cancelHeld(events, this.#held, order, 0, CANCEL_AUCTION_OVER);
    for (const order of outcome.continuing) this.#keepForTrading(order);
    const priceTicks = last.price.priceTicks ?? UNDEF_INT32;
    if (kind === 'closing') {
      this.closingTicks = priceTicks;
      this.#closeTicks = priceTicks === UNDEF_INT32 ? this.#book.lastTradeTicks : priceTicks;
    }
    breakers.onUncross(nowNs, priceTicks, kind, actions);
    this.imbalanceSide = null;
    return null;
  }

  /** A corporate action: prices of before in terms of what the share is now. */
  restatePrices(ticksOf: (ticks: number) => number): void {
    if (this.previousCloseTicks !== UNDEF_INT32) this.previousCloseTicks = ticksOf(this.previousCloseTicks);
    if (this.#closeTicks !== UNDEF_INT32) this.#closeTicks = ticksOf(this.#closeTicks);
  }

  /** The day is over: its close is the one before from now on. Without a closing auction it is the last trade. */
  endDay(): void {
    const closeTicks = this.#closeTicks === UNDEF_INT32 ? this.#book.lastTradeTicks : this.#closeTicks;
    if (closeTicks !== UNDEF_INT32) this.previousCloseTicks = closeTicks;
  }

  /** Orders may cross before trading begins where a price was moved into bounds: they trade at the price of most volume. */
  clearCrossed(): void {
    const bid = this.#book.bestTicks(0);
    const ask = this.#book.bestTicks(1);
    if (bid === UNDEF_INT32 || ask === UNDEF_INT32 || bid < ask) return;
    const parts = this.#parts();
    const free = { ...parts, auctions: { ...parts.auctions, threshold: null } };
    const call = lookAtCall(free, 'reopening', null);
    const outcome = carryOut(free, call);
    sayAuction(this.#book.events, call, outcome);
    for (const { ticket } of outcome.filled) this.#held.remove(ticket.orderId);
  }

  /** Notes that an order stands behind all others as of now. */
  noteRequeued(orderId: number, arrival: number): void {
    const { requeued } = this;
    requeued.set(orderId, arrival);
    if (requeued.size <= Math.max(REQUEUED_MIN, 2 * this.#book.liveOrderCount)) return;
    for (const id of requeued.keys()) if (!this.#book.has(id)) requeued.delete(id);
  }

  /** What an auction would come to now; nobody is told. */
  look(kind: AuctionKind): Indicative {
    return indicativeOf(this.#parts(), kind, false, false);
  }

  /** Returns the potential price, UNDEF_INT32 when nothing would trade. */
  publish(kind: AuctionKind, isEarly: boolean, isPaused: boolean): number {
    const indicative = indicativeOf(this.#parts(), kind, isEarly, isPaused);
    this.imbalanceSide = indicative.imbalanceLots > 0 ? indicative.side : null;
    sayIndicative(this.#book.events, kind, indicative);
    return indicative.priceTicks;
  }

  /** Cutoffs bound late orders by the reference price of their time (market-rules §2.2). */
  noteReference(kind: AuctionKind): void {
    if (this.#config.auctions === null) return;
    const { referenceTicks } = indicativeOf(this.#parts(), kind, false, false);
    if (referenceTicks === UNDEF_INT32) return;
    this.references = [...this.references, referenceTicks].slice(-REFERENCES_MAX);
  }

  writeState(writer: BinaryWriter): void {
    writer.section('calls');
    const prices = [this.closingTicks, this.previousCloseTicks, this.#closeTicks];
    for (const value of [...prices, this.imbalanceSide ?? -1]) writer.int32(value);
    writer.float64(this.holdUntilNs);
    writer.array(Int32Array.from(this.references));
    writer.array(Int32Array.from(this.requeued.keys()));
    writer.array(Float64Array.from(this.requeued.values()));
    writer.int32(this.#extensions === null ? -1 : AUCTION_KINDS.indexOf(this.#extended));
    this.#extensions?.writeState(writer);
  }

  readState(reader: BinaryReader): void {
    reader.section('calls');
    this.closingTicks = reader.int32();
    this.previousCloseTicks = reader.int32();
    this.#closeTicks = reader.int32();
    const side = reader.int32();
    this.imbalanceSide = side < 0 ? null : (side as Side);
    this.holdUntilNs = reader.float64();
    this.references = [...reader.int32Array()];
    const ids = reader.int32Array();
    const arrivals = reader.float64Array();
    this.requeued.clear();
    ids.forEach((id, index) => {
      this.requeued.set(id, arrivals[index]!);
    });
    this.#extensions = null;
    const kind = AUCTION_KINDS[reader.int32()];
    const rule = kind === undefined ? undefined : this.#config.auctions?.rules.extensions?.[kind];
    if (kind === undefined || rule === undefined) return;
    this.#extended = kind;
    this.#extensions = new AuctionExtensions(rule);
    this.#extensions.readState(reader);
  }

  #parts(): CallParts {
    const { auctions } = this.#config;
    invariant(auctions !== null, 'a session with auctions has rules for them');
    const last = this.#book.lastTradeTicks;
    return {
      book: this.#book,
      held: this.#held,
      auctions,
      arrivalOf: (orderId) => this.requeued.get(orderId) ?? orderId,
      referenceTicks: last === UNDEF_INT32 ? this.previousCloseTicks : last,
    };
  }

  #breakersProlong(
    nowNs: number,
    call: Call,
    breakers: BreakerSet,
    actions: BreakerAction[],
  ): Prolonged | null {
    const from = actions.length;
    if (breakers.onCallEnd(nowNs, outlookOf(call), actions)) return null;
    const prolonged = actions.slice(from).find(({ kind }) => kind === 'callExtended');
    invariant(prolonged?.kind === 'callExtended', 'a breaker that keeps a call open says until when');
    return { untilNs: Math.max(prolonged.untilNs, nowNs + 1), randomNsMax: prolonged.randomNsMax };
  }

  #venueProlongs(nowNs: number, parts: CallParts, call: Call): Prolonged | null {
    const rule = parts.auctions.rules.extensions?.[call.kind];
    if (rule === undefined) return null;
    if (this.#extensions === null || this.#extended !== call.kind) {
      this.#extensions = new AuctionExtensions(rule);
      this.#extended = call.kind;
    }
    const reference = parts.referenceTicks === UNDEF_INT32 ? null : parts.referenceTicks;
    const decision = this.#extensions.endCall(callResultOf(call.interest, call.price), reference);
    if (decision !== 'priceMonitoring' && decision !== 'marketOrders') return null;
    const lengthNs = decision === 'priceMonitoring' ? rule.priceMonitoringNs : rule.marketOrderNs;
    return { untilNs: nowNs + lengthNs, randomNsMax: rule.randomNsMax };
  }

  #keepForTrading(order: HeldOrder): void {
    const { ticket, instruction, filledLots, arrival } = order;
    this.#held.remove(ticket.orderId);
    this.#held.add(ticket, instruction, HELD_AFTER_AUCTION, arrival, filledLots);
  }
}
