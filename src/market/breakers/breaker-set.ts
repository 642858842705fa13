// hot: the match loop compares each price level with `lowTicks` and `highTicks`; nothing else of this is per level.
/**
 * The breakers of one instrument as one: the intersection of their ranges in two integers. Without breakers the range is
 * everything and no call reaches anybody, so that a venue may hold an empty set.
 */

import { type BinaryReader, type BinaryWriter, TwinError } from '../../base/index.ts';
import { BUY, PRICE_TICKS_MAX, PRICE_TICKS_MIN, type Side } from '../../domain/index.ts';
import type { AuctionKind, Breaker, BreakerAction, CallOutlook } from './contract.ts';

export class BreakerSet {
  readonly breakers: readonly Breaker[];
  /** Lowest and highest price that all breakers allow; a low above the high stops all matching. */
  lowTicks = PRICE_TICKS_MIN;
  highTicks = PRICE_TICKS_MAX;
  /** Schedule `onTime` for this instant. */
  nextTimeNs = Number.POSITIVE_INFINITY;
  /** Before a message at or after this instant is matched, call `onTime`. */
  validUntilNs = Number.POSITIVE_INFINITY;

  constructor(breakers: readonly Breaker[]) {
    this.breakers = breakers;
    this.refresh();
  }

  get isEmpty(): boolean {
    return this.breakers.length === 0;
  }

  onTrade(timeNs: number, priceTicks: number, qtyLots: number, actions: BreakerAction[]): void {
    if (this.isEmpty) return;
    if (timeNs >= this.validUntilNs) this.onTime(timeNs, actions);
    for (const breaker of this.breakers) breaker.onTrade(timeNs, priceTicks, qtyLots, actions);
    this.refresh();
  }

  onQuote(timeNs: number, bidTicks: number, askTicks: number, actions: BreakerAction[]): void {
    if (this.isEmpty) return;
    if (timeNs >= this.validUntilNs) this.onTime(timeNs, actions);
    for (const breaker of this.breakers) breaker.onQuote(timeNs, bidTicks, askTicks, actions);
    this.refresh();
  }

  onTime(timeNs: number, actions: BreakerAction[]): void {
    for (const breaker of this.breakers) {
      if (timeNs >= breaker.validUntilNs) breaker.onTime(timeNs, actions);
    }
    this.refresh();
  }

  /** Highest price at which a buy order may stand, lowest for a sell order. */
  restBound(side: Side): number {
    let bound = side === BUY ? PRICE_TICKS_MAX : PRICE_TICKS_MIN;
    for (let i = 0; i < this.breakers.length; i++) {
      const breaker = this.breakers[i]!;
      if (!breaker.boundsOrders) continue;
      bound = side === BUY ? Math.min(bound, breaker.highTicks) : Math.max(bound, breaker.lowTicks);
    }
    return bound;
  }

  onOrderEnd(timeNs: number, actions: BreakerAction[]): void {
    if (this.isEmpty) return;
    for (const breaker of this.breakers) breaker.onOrderEnd(timeNs, actions);
    this.refresh();
  }

  /**
   * To be called when matching stopped at a price outside of the range: each breaker that it breaks is told, save those that
   * eliminate a momentary order instead. True: one of them does.
   */
  onBreach(
    timeNs: number,
    priceTicks: number,
    side: Side,
    isMomentary: boolean,
    actions: BreakerAction[],
  ): boolean {
    let isEliminated = false;
    for (const breaker of this.breakers) {
      if (priceTicks >= breaker.lowTicks && priceTicks <= breaker.highTicks) continue;
      if (isMomentary && breaker.eliminatesMomentary) isEliminated = true;
      else breaker.onBreach(timeNs, priceTicks, side, actions);
    }
    this.refresh();
    return isEliminated;
  }

  /** True if every breaker lets the call end. All are asked, so that each can prolong it. */
  onCallEnd(timeNs: number, outlook: CallOutlook, actions: BreakerAction[]): boolean {
    if (timeNs >= this.validUntilNs) this.onTime(timeNs, actions);
    let mayEnd = true;
    for (const breaker of this.breakers) {
      if (!breaker.onCallEnd(timeNs, outlook, actions)) mayEnd = false;
    }
    this.refresh();
    return mayEnd;
  }

  onIndicative(timeNs: number, potentialTicks: number, actions: BreakerAction[]): void {
    for (const breaker of this.breakers) breaker.onIndicative(timeNs, potentialTicks, actions);
  }

  /** To be called when continuous trading stops: those that asked for it know already. */
  onSuspend(timeNs: number, actions: BreakerAction[]): void {
    if (timeNs >= this.validUntilNs) this.onTime(timeNs, actions);
    for (const breaker of this.breakers) {
      if (!breaker.isInterrupting) breaker.onSuspend(timeNs, actions);
    }
    this.refresh();
  }

  onUncross(timeNs: number, priceTicks: number, kind: AuctionKind, actions: BreakerAction[]): void {
    if (timeNs >= this.validUntilNs) this.onTime(timeNs, actions);
    for (const breaker of this.breakers) breaker.onUncross(timeNs, priceTicks, kind, actions);
    this.refresh();
  }

  /** Recomputes the four fields; needed after a breaker was changed other than through this set (`startDay`). */
  refresh(): void {
    let low = PRICE_TICKS_MIN;
    let high = PRICE_TICKS_MAX;
    let next = Number.POSITIVE_INFINITY;
    let valid = Number.POSITIVE_INFINITY;
    for (let i = 0; i < this.breakers.length; i++) {
      const breaker = this.breakers[i]!;
      if (breaker.lowTicks > low) low = breaker.lowTicks;
      if (breaker.highTicks < high) high = breaker.highTicks;
      if (breaker.nextTimeNs < next) next = breaker.nextTimeNs;
      if (breaker.validUntilNs < valid) valid = breaker.validUntilNs;
    }
    this.lowTicks = low;
    this.highTicks = high;
    this.nextTimeNs = next;
    this.validUntilNs = valid;
  }

  writeState(writer: BinaryWriter): void {
    writer.int32(this.breakers.length);
    for (const breaker of this.breakers) breaker.writeState(writer);
  }

  /** Into a set of the same breakers in the same order. */
  readState(reader: BinaryReader): void {
    const count = reader.int32();
    if (count !== this.breakers.length) {
      throw new TwinError('BASE_SNAPSHOT', 'a snapshot has the breakers of the venue that reads it', {
        expected: this.breakers.length,
        found: count,
      });
    }
    for (const breaker of this.breakers) breaker.readState(reader);
    this.refresh();
  }
}
