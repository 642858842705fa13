/**
 * Xetra's volatility interruption (market-rules §4.6): a price outside of the dynamic or static range starts an auction call;
 * if the price at its end is outside of the wider range, the interruption is extended until somebody ends it or nothing would
 * trade any more. Widths are undisclosed for most instruments and therefore parameters (§15.3).
 */

import type { BinaryReader, BinaryWriter } from '../../base/index.ts';
import { PRICE_TICKS_MAX, PRICE_TICKS_MIN, type Side, UNDEF_INT32 } from '../../domain/index.ts';
import { checkRanges, DOWN_PPM_MAX, DURATION_NS_RANGE } from './config-check.ts';
import type { AuctionKind, BreakerAction, CallOutlook } from './contract.ts';
import { rangeAround } from './rounding.ts';
import { TwoReferenceBreaker, type TwoReferenceRules } from './two-references.ts';

export interface XetraRules extends TwoReferenceRules {
  /** Half width of the range around reference 1 beyond which an interruption is extended; at least the dynamic one. */
  readonly extendedPpm: number;
  readonly callMinNs: number;
  readonly callRandomNsMax: number;
}

/** 'call': a volatility call runs; 'extended': it was extended. A scheduled call that was prolonged is a 'call' too. */
const PHASES = ['none', 'call', 'extended'] as const;

export class XetraBreaker extends TwoReferenceBreaker {
  readonly rules: XetraRules;
  #phase: (typeof PHASES)[number] = 'none';

  constructor(rules: XetraRules) {
    super('xetra', rules);
    checkRanges('xetra', [
      ['dynamicPpm', rules.dynamicPpm, [1, DOWN_PPM_MAX]],
      ['staticPpm', rules.staticPpm, [1, DOWN_PPM_MAX]],
      ['extendedPpm', rules.extendedPpm, [rules.dynamicPpm, DOWN_PPM_MAX]],
      ['callMinNs', rules.callMinNs, DURATION_NS_RANGE],
      ['callRandomNsMax', rules.callRandomNsMax, DURATION_NS_RANGE],
    ]);
    this.rules = rules;
  }

  get isExtended(): boolean {
    return this.#phase === 'extended';
  }

  /** Prices at which a volatility call may end without being extended. */
  get extendedRange(): { readonly lowTicks: number; readonly highTicks: number } {
    if (this.lastTicks === UNDEF_INT32) return { lowTicks: PRICE_TICKS_MIN, highTicks: PRICE_TICKS_MAX };
    return rangeAround(this.lastTicks, this.rules.extendedPpm);
  }

  override startDay(references: { readonly lastTicks: number; readonly auctionTicks: number }): void {
    super.startDay(references);
    this.#phase = 'none';
  }

  override onBreach(timeNs: number, _priceTicks: number, _side: Side, actions: BreakerAction[]): void {
    this.#phase = 'call';
    const { callMinNs, callRandomNsMax } = this.rules;
    this.callAuction(
      { timeNs, minNs: callMinNs, randomNsMax: callRandomNsMax, ...this.extendedRange },
      actions,
    );
  }

  /** A scheduled call with a price out of range turns into a volatility call; that one may be extended. */
  override onCallEnd(timeNs: number, outlook: CallOutlook, actions: BreakerAction[]): boolean {
    const price = outlook.potentialTicks;
    if (price === UNDEF_INT32 || this.#phase === 'extended') return true;
    const isFirst = this.#phase === 'none';
    const { lowTicks, highTicks } = isFirst ? this : this.extendedRange;
    if (price >= lowTicks && price <= highTicks) return true;
    this.#phase = isFirst ? 'call' : 'extended';
    actions.push({
      kind: 'callExtended',
      rule: this.rule,
      timeNs,
      untilNs: isFirst ? timeNs + this.rules.callMinNs : Number.POSITIVE_INFINITY,
      randomNsMax: isFirst ? this.rules.callRandomNsMax : 0,
      ...this.extendedRange,
    });
    return false;
  }

  /** An extended call is over once nothing would trade. */
  override onIndicative(timeNs: number, potentialTicks: number, actions: BreakerAction[]): void {
    if (potentialTicks === UNDEF_INT32) this.endExtended(timeNs, actions);
  }

  /** Market supervision ends an extended interruption: the call may end now. */
  endExtended(timeNs: number, actions: BreakerAction[]): void {
    if (this.#phase === 'extended') actions.push({ kind: 'extensionOver', rule: this.rule, timeNs });
  }

  override onUncross(timeNs: number, priceTicks: number, kind: AuctionKind, actions: BreakerAction[]): void {
    super.onUncross(timeNs, priceTicks, kind, actions);
    this.#phase = 'none';
  }

  override writeState(writer: BinaryWriter): void {
    super.writeState(writer);
    writer.uint8(PHASES.indexOf(this.#phase));
  }

  override readState(reader: BinaryReader): void {
    super.readState(reader);
    this.#phase = PHASES[reader.uint8()]!;
  }
}
