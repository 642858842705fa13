/** CME's dynamic circuit breakers (market-rules §4.8): a variant of the settlement price around the extremes of the last hour. */

import type { BinaryReader, BinaryWriter } from '../../base/index.ts';
import { PRICE_TICKS_MAX, PRICE_TICKS_MIN, type Side } from '../../domain/index.ts';
import { checkRanges, DOWN_PPM_MAX, DURATION_NS_RANGE } from './config-check.ts';
import type { BreakerAction, BreakerScope } from './contract.ts';
import { RollingRangeBreaker } from './rolling-range.ts';
import { shareFloor } from './rounding.ts';

export interface CmeDynamicRules {
  readonly variantPpm: number;
  readonly windowNs: number;
  readonly pauseNs: number;
  /** Length of a pause that begins this long before the close or later. */
  readonly latePauseNs: number;
  readonly lateNs: number;
  /** 'group' for the lead month: it moves all associated markets. */
  readonly scope: BreakerScope;
  /** Upper limit from the lowest price (and lower from the highest), or the other way round (§15.10). */
  readonly upperLimitFrom: 'low' | 'high';
}

export class CmeDynamicBreaker extends RollingRangeBreaker {
  readonly rules: CmeDynamicRules;
  /** Distance of the limits in ticks, rounded down; 0 before the first day. */
  variantTicks = 0;
  #closeNs = 0;

  constructor(rules: CmeDynamicRules) {
    super('cmeDynamic', rules.windowNs);
    checkRanges('cmeDynamic', [
      ['variantPpm', rules.variantPpm, [1, DOWN_PPM_MAX]],
      ['windowNs', rules.windowNs, [1, DURATION_NS_RANGE[1]]],
      ['pauseNs', rules.pauseNs, DURATION_NS_RANGE],
      ['latePauseNs', rules.latePauseNs, DURATION_NS_RANGE],
      ['lateNs', rules.lateNs, DURATION_NS_RANGE],
    ]);
    this.rules = rules;
  }

  /** Begins a trade date; the window of the day before is gone. */
  startDay(day: { readonly settleTicks: number; readonly closeNs: number }): void {
    checkRanges(this.rule, [['settleTicks', day.settleTicks, [PRICE_TICKS_MIN, PRICE_TICKS_MAX]]]);
    this.variantTicks = shareFloor(Math.abs(day.settleTicks), this.rules.variantPpm);
    this.#closeNs = day.closeNs;
    this.restart();
  }

  override onBreach(timeNs: number, _priceTicks: number, _side: Side, actions: BreakerAction[]): void {
    const isLate = timeNs >= this.#closeNs - this.rules.lateNs;
    const untilNs = timeNs + (isLate ? this.rules.latePauseNs : this.rules.pauseNs);
    this.interrupt({ timeNs, untilNs, phase: 'preOpen', scope: this.rules.scope }, actions);
  }

  override writeState(writer: BinaryWriter): void {
    super.writeState(writer);
    writer.int32(this.variantTicks);
    writer.float64(this.#closeNs);
  }

  override readState(reader: BinaryReader): void {
    super.readState(reader);
    this.variantTicks = reader.int32();
    this.#closeNs = reader.float64();
  }

  protected override boundsOf(minTicks: number, maxTicks: number): void {
    const isFromLow = this.rules.upperLimitFrom === 'low';
    this.setRange(
      Math.max(PRICE_TICKS_MIN, (isFromLow ? maxTicks : minTicks) - this.variantTicks),
      Math.min(PRICE_TICKS_MAX, (isFromLow ? minTicks : maxTicks) + this.variantTicks),
    );
  }
}
