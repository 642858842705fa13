/**
 * The LSE's price monitoring (market-rules §4.7): a price outside of the static or dynamic threshold is not traded and starts
 * an AESP auction; an auction that would uncross too far from its reference is extended, a limited number of times.
 */

import type { BinaryReader, BinaryWriter } from '../../base/index.ts';
import { PRICE_TICKS_MAX, PRICE_TICKS_MIN, type Side, UNDEF_INT32 } from '../../domain/index.ts';
import { checkRanges, DOWN_PPM_MAX, DURATION_NS_RANGE } from './config-check.ts';
import type { AuctionKind, BreakerAction, CallOutlook } from './contract.ts';
import { rangeAround } from './rounding.ts';
import { TwoReferenceBreaker, type TwoReferenceRules } from './two-references.ts';

export interface LseRules extends TwoReferenceRules {
  readonly callNs: number;
  readonly callRandomNsMax: number;
  /** Largest distance of an uncrossing price from its reference, per kind of auction; null: not monitored. */
  readonly tolerancePpm: Readonly<Record<AuctionKind, number | null>>;
  readonly extensionNs: number;
  readonly extensionsMax: number;
}

export class LseBreaker extends TwoReferenceBreaker {
  readonly rules: LseRules;
  /** Reference of the next auction's extension test; UNDEF_INT32: the last price (market-rules §4.7 leaves it open). */
  uncrossReferenceTicks = UNDEF_INT32;
  /** Extensions of the present call. */
  extensionCount = 0;

  constructor(rules: LseRules) {
    super('lse', rules);
    checkRanges('lse', [
      ['dynamicPpm', rules.dynamicPpm, [1, DOWN_PPM_MAX]],
      ['staticPpm', rules.staticPpm, [1, DOWN_PPM_MAX]],
      ['callNs', rules.callNs, DURATION_NS_RANGE],
      ['callRandomNsMax', rules.callRandomNsMax, DURATION_NS_RANGE],
      ['extensionNs', rules.extensionNs, DURATION_NS_RANGE],
      ['extensionsMax', rules.extensionsMax, [0, 100]],
      ...Object.entries(rules.tolerancePpm).map(
        ([kind, ppm]) => [`tolerancePpm.${kind}`, ppm ?? 1, [1, DOWN_PPM_MAX]] as const,
      ),
    ]);
    this.rules = rules;
  }

  override startDay(references: { readonly lastTicks: number; readonly auctionTicks: number }): void {
    super.startDay(references);
    this.uncrossReferenceTicks = UNDEF_INT32;
    this.extensionCount = 0;
  }

  override onBreach(timeNs: number, _priceTicks: number, _side: Side, actions: BreakerAction[]): void {
    const { callNs, callRandomNsMax } = this.rules;
    this.callAuction(
      { timeNs, minNs: callNs, randomNsMax: callRandomNsMax, ...this.#tolerated('reopening') },
      actions,
    );
  }

  override onCallEnd(timeNs: number, outlook: CallOutlook, actions: BreakerAction[]): boolean {
    const price = outlook.potentialTicks;
    if (price === UNDEF_INT32 || this.extensionCount >= this.rules.extensionsMax) return true;
    const { lowTicks, highTicks } = this.#tolerated(outlook.kind);
    if (price >= lowTicks && price <= highTicks) return true;
    this.extensionCount++;
    actions.push({
      kind: 'callExtended',
      rule: this.rule,
      timeNs,
      untilNs: timeNs + this.rules.extensionNs,
      randomNsMax: 0,
      lowTicks,
      highTicks,
    });
    return false;
  }

  override onUncross(timeNs: number, priceTicks: number, kind: AuctionKind, actions: BreakerAction[]): void {
    super.onUncross(timeNs, priceTicks, kind, actions);
    this.uncrossReferenceTicks = UNDEF_INT32;
    this.extensionCount = 0;
  }

  override writeState(writer: BinaryWriter): void {
    super.writeState(writer);
    writer.int32(this.uncrossReferenceTicks);
    writer.int32(this.extensionCount);
  }

  override readState(reader: BinaryReader): void {
    super.readState(reader);
    this.uncrossReferenceTicks = reader.int32();
    this.extensionCount = reader.int32();
  }

  #tolerated(kind: AuctionKind): { readonly lowTicks: number; readonly highTicks: number } {
    const ppm = this.rules.tolerancePpm[kind];
    const reference =
      this.uncrossReferenceTicks === UNDEF_INT32 ? this.lastTicks : this.uncrossReferenceTicks;
    if (ppm === null || reference === UNDEF_INT32) {
      return { lowTicks: PRICE_TICKS_MIN, highTicks: PRICE_TICKS_MAX };
    }
    return rangeAround(reference, ppm);
  }
}
