/**
 * What Xetra and the LSE have in common: a dynamic range around the last price and a static one around the last auction
 * price; what may trade is inside of both (market-rules §4.6, §4.7).
 */

import { type BinaryReader, type BinaryWriter, invariant } from '../../base/index.ts';
import { PRICE_TICKS_MAX, PRICE_TICKS_MIN, UNDEF_INT32 } from '../../domain/index.ts';
import { type AuctionKind, Breaker, type BreakerAction } from './contract.ts';
import { rangeAround } from './rounding.ts';

export interface TwoReferenceRules {
  readonly dynamicPpm: number;
  readonly staticPpm: number;
  /** Whether the dynamic range stands still while one order trades. */
  readonly refFrozenDuringOrder: boolean;
}

export abstract class TwoReferenceBreaker extends Breaker {
  readonly ranges: TwoReferenceRules;
  /** Reference 1: last price of an auction or of continuous trading; UNDEF_INT32 before the first. */
  lastTicks = UNDEF_INT32;
  /** Reference 2: last price of a scheduled auction, or a price of the day before. */
  auctionTicks = UNDEF_INT32;
  #rangeOfLastTicks = UNDEF_INT32;

  constructor(rule: string, ranges: TwoReferenceRules) {
    super(rule);
    this.ranges = ranges;
  }

  /** References from the day before; UNDEF_INT32 leaves that range open. */
  startDay(references: { readonly lastTicks: number; readonly auctionTicks: number }): void {
    this.lastTicks = references.lastTicks;
    this.auctionTicks = references.auctionTicks;
    this.isInterrupting = false;
    this.#renewRange();
  }

  override onTrade(_timeNs: number, priceTicks: number, _qtyLots: number, _actions: BreakerAction[]): void {
    this.lastTicks = priceTicks;
    if (!this.ranges.refFrozenDuringOrder) this.#renewRange();
  }

  override onOrderEnd(_timeNs: number, _actions: BreakerAction[]): void {
    if (this.lastTicks !== this.#rangeOfLastTicks) this.#renewRange();
  }

  override onUncross(
    _timeNs: number,
    priceTicks: number,
    kind: AuctionKind,
    _actions: BreakerAction[],
  ): void {
    if (priceTicks !== UNDEF_INT32) {
      this.lastTicks = priceTicks;
      if (kind !== 'reopening') this.auctionTicks = priceTicks;
    }
    this.isInterrupting = false;
    this.#renewRange();
  }

  override writeState(writer: BinaryWriter): void {
    super.writeState(writer);
    writer.int32(this.lastTicks);
    writer.int32(this.auctionTicks);
    writer.int32(this.#rangeOfLastTicks);
  }

  override readState(reader: BinaryReader): void {
    super.readState(reader);
    this.lastTicks = reader.int32();
    this.auctionTicks = reader.int32();
    this.#rangeOfLastTicks = reader.int32();
  }

  #renewRange(): void {
    this.#rangeOfLastTicks = this.lastTicks;
    let low = PRICE_TICKS_MIN;
    let high = PRICE_TICKS_MAX;
    if (this.lastTicks !== UNDEF_INT32) {
      const dynamic = rangeAround(this.lastTicks, this.ranges.dynamicPpm);
      low = Math.max(low, dynamic.lowTicks);
      high = Math.min(high, dynamic.highTicks);
    }
    if (this.auctionTicks !== UNDEF_INT32) {
      const fixed = rangeAround(this.auctionTicks, this.ranges.staticPpm);
      low = Math.max(low, fixed.lowTicks);
      high = Math.min(high, fixed.highTicks);
    }
    this.setRange(low, high);
  }

  /** A price outside of the range: the venue goes over to an auction call. */
  protected callAuction(
    call: {
      readonly timeNs: number;
      readonly minNs: number;
      readonly randomNsMax: number;
      readonly lowTicks: number;
      readonly highTicks: number;
    },
    actions: BreakerAction[],
  ): void {
    invariant(!this.isInterrupting, 'a breach comes from continuous trading');
    const { timeNs, minNs, randomNsMax, lowTicks, highTicks } = call;
    this.isInterrupting = true;
    actions.push({
      kind: 'interrupt',
      rule: this.rule,
      timeNs,
      phase: 'auctionCall',
      scope: 'instrument',
      untilNs: timeNs + minNs,
      randomNsMax,
      lowTicks,
      highTicks,
    });
  }
}
