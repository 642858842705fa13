/**
 * What every circuit breaker promises (market-rules §4). A breaker is a state machine over integers: it is fed with
 * trades, best quotes, auction prices and time, keeps the range of prices that may trade now in two plain fields, and says
 * in actions what the venue has to do. It owns no clock: calls come in order of time, and `onTime` is called before anything
 * else happens at or after `validUntilNs` ({@link BreakerSet} sees to that).
 *
 * Life of an interruption: the breaker pushes `interrupt`; the venue stops matching and lets the phase run until `untilNs`
 * plus a draw from [0, randomNsMax]; then it asks `onCallEnd`. True: it uncrosses and reports the price to `onUncross`.
 * False: the breaker pushed `callExtended`, and the call goes on.
 */

import type { BinaryReader, BinaryWriter } from '../../base/index.ts';
import { PRICE_TICKS_MAX, PRICE_TICKS_MIN, type Side } from '../../domain/index.ts';

/** Scheduled auctions have the first three kinds; 'reopening' ends an interruption. */
export type AuctionKind = 'opening' | 'intraday' | 'closing' | 'reopening';

/** What the venue does while interrupted: how orders are treated there is the session's table, not the breaker's. */
export type InterruptPhase = 'pause' | 'auctionCall' | 'preOpen' | 'reserved' | 'halt' | 'closed';

/** Who is interrupted: the instrument, its whole group (CME lead month), or the market. */
export type BreakerScope = 'instrument' | 'group' | 'market';

interface ActionBase {
  /** Name of the breaker that asks. */
  readonly rule: string;
  /** When it takes effect: the nominal instant, also if `onTime` was called late. */
  readonly timeNs: number;
}

export type BreakerAction =
  /** Published bands or limits; the venue reprices or cancels what lies outside. PRICE_TICKS_MIN/MAX: no bound. */
  | (ActionBase & { readonly kind: 'bandsChanged'; readonly lowTicks: number; readonly highTicks: number })
  /** Best bid at the upper bound (BUY) or best ask at the lower one (SELL). */
  | (ActionBase & { readonly kind: 'limitStateEntered'; readonly side: Side; readonly limitTicks: number })
  | (ActionBase & { readonly kind: 'limitStateLeft' })
  /** Best bid below the lower band, or best ask above the upper one: the quote cannot execute. */
  | (ActionBase & { readonly kind: 'straddleEntered' })
  | (ActionBase & { readonly kind: 'straddleLeft' })
  | (ActionBase & {
      readonly kind: 'interrupt';
      readonly phase: InterruptPhase;
      readonly scope: BreakerScope;
      /** Earliest end; Infinity: nobody knows, or the rest of the day. */
      readonly untilNs: number;
      /** Largest random prolongation. */
      readonly randomNsMax: number;
      /** Prices at which the reopening auction may uncross. */
      readonly lowTicks: number;
      readonly highTicks: number;
    })
  | (ActionBase & {
      readonly kind: 'callExtended';
      readonly untilNs: number;
      readonly randomNsMax: number;
      readonly lowTicks: number;
      readonly highTicks: number;
    })
  /** An extended interruption is over: the call may end now. */
  | (ActionBase & { readonly kind: 'extensionOver' })
  /** The interruption lasts into the closing auction. */
  | (ActionBase & { readonly kind: 'noReopening' })
  /** Short sales are allowed above the best bid only (market-rules §4.9). */
  | (ActionBase & { readonly kind: 'shortSaleRestricted' });

/** The end of an auction call as it would come out now. */
export interface CallOutlook {
  readonly kind: AuctionKind;
  /** Potential uncrossing price, UNDEF_INT32 when nothing would trade. */
  readonly potentialTicks: number;
  /** Side on which market orders would stay unmatched, or null. */
  readonly unmatchedMarketSide: Side | null;
}

export abstract class Breaker {
  /** Name in actions and reports. */
  readonly rule: string;
  /** Lowest and highest price that may trade in continuous trading now, both inclusive. */
  lowTicks = PRICE_TICKS_MIN;
  highTicks = PRICE_TICKS_MAX;
  /** When the breaker wants `onTime` although nothing else happens, Infinity = never. */
  nextTimeNs = Number.POSITIVE_INFINITY;
  /** The range holds before this instant; `onTime` comes before the first message at or after it. At most nextTimeNs. */
  validUntilNs = Number.POSITIVE_INFINITY;
  /** Whether the present interruption was asked for by this breaker. */
  isInterrupting = false;
  /** Whether the range is one of limits, beyond which no order may stand; else it is about trades alone. */
  readonly boundsOrders: boolean = false;
  /** Whether an order that would not wait anyway is eliminated where it breaks the range, and the breaker stays as it is. */
  readonly eliminatesMomentary: boolean = false;

  constructor(rule: string) {
    this.rule = rule;
  }

  /** A trade of continuous trading; those of an uncross are reported once, by `onUncross`. */
  onTrade(_timeNs: number, _priceTicks: number, _qtyLots: number, _actions: BreakerAction[]): void {}

  /** Best displayed prices after a message, UNDEF_INT32 for an empty side. */
  onQuote(_timeNs: number, _bidTicks: number, _askTicks: number, _actions: BreakerAction[]): void {}

  onTime(_timeNs: number, _actions: BreakerAction[]): void {}

  /** An incoming order has traded all it can; what it triggered comes as orders of their own. */
  onOrderEnd(_timeNs: number, _actions: BreakerAction[]): void {}

  /** The next potential trade of an order on `side` lies outside of this breaker's range, and did not happen. */
  onBreach(_timeNs: number, _priceTicks: number, _side: Side, _actions: BreakerAction[]): void {}

  /** Whether an auction call may end as it stands; pushes `callExtended` if not. */
  onCallEnd(_timeNs: number, _outlook: CallOutlook, _actions: BreakerAction[]): boolean {
    return true;
  }

  /** What the auction that ends an interruption would come to now; UNDEF_INT32 when nothing would trade. */
  onIndicative(_timeNs: number, _potentialTicks: number, _actions: BreakerAction[]): void {}

  /** Continuous trading stops for a reason that is not this breaker's: a regulatory halt, the market, another breaker. */
  onSuspend(_timeNs: number, _actions: BreakerAction[]): void {}

  /** An auction is over; its price or UNDEF_INT32. Continuous trading follows, save after 'closing'; `onQuote` with what is left. */
  onUncross(_timeNs: number, _priceTicks: number, _kind: AuctionKind, _actions: BreakerAction[]): void {}

  writeState(writer: BinaryWriter): void {
    writer.section(this.rule);
    writer.int32(this.lowTicks);
    writer.int32(this.highTicks);
    writer.float64(this.nextTimeNs);
    writer.float64(this.validUntilNs);
    writer.uint8(this.isInterrupting ? 1 : 0);
  }

  readState(reader: BinaryReader): void {
    reader.section(this.rule);
    this.lowTicks = reader.int32();
    this.highTicks = reader.int32();
    this.nextTimeNs = reader.float64();
    this.validUntilNs = reader.float64();
    this.isInterrupting = reader.uint8() === 1;
  }

  /** Takes a range; true if it differs from the present one. */
  protected setRange(lowTicks: number, highTicks: number): boolean {
    if (lowTicks === this.lowTicks && highTicks === this.highTicks) return false;
    this.lowTicks = lowTicks;
    this.highTicks = highTicks;
    return true;
  }

  protected setWake(timeNs: number): void {
    this.nextTimeNs = timeNs;
    this.validUntilNs = timeNs;
  }
}
