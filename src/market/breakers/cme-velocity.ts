/**
 * CME's velocity logic (market-rules §4.8): a move of so many ticks within a short time does not happen, it pauses; momentary
 * orders that would bring it about are eliminated instead.
 */

import { FOK, IOC, MARKET, PRICE_TICKS_MAX, PRICE_TICKS_MIN, type Side } from '../../domain/index.ts';
import { checkRanges, DURATION_NS_RANGE } from './config-check.ts';
import type { BreakerAction } from './contract.ts';
import { RollingRangeBreaker } from './rolling-range.ts';

export interface CmeVelocityRules {
  /** A move of this many ticks within the window triggers. */
  readonly moveTicks: number;
  readonly windowNs: number;
  readonly pauseNs: number;
  /** The lead month moves its group to pre-open; any other instrument is reserved alone. */
  readonly isLeadMonth: boolean;
}

export class CmeVelocityBreaker extends RollingRangeBreaker {
  readonly rules: CmeVelocityRules;
  override readonly eliminatesMomentary = true;

  constructor(rules: CmeVelocityRules) {
    super('cmeVelocity', rules.windowNs);
    checkRanges('cmeVelocity', [
      ['moveTicks', rules.moveTicks, [1, 1_000_000_000]],
      ['windowNs', rules.windowNs, [1, DURATION_NS_RANGE[1]]],
      ['pauseNs', rules.pauseNs, DURATION_NS_RANGE],
    ]);
    this.rules = rules;
  }

  /** Begins a session with an empty window. */
  startDay(): void {
    this.restart();
  }

  override onBreach(timeNs: number, _priceTicks: number, _side: Side, actions: BreakerAction[]): void {
    const { isLeadMonth, pauseNs } = this.rules;
    const phase = isLeadMonth ? 'preOpen' : 'reserved';
    const scope = isLeadMonth ? 'group' : 'instrument';
    this.interrupt({ timeNs, untilNs: timeNs + pauseNs, phase, scope }, actions);
  }

  protected override boundsOf(minTicks: number, maxTicks: number): void {
    const stepTicks = this.rules.moveTicks - 1;
    this.setRange(
      Math.max(PRICE_TICKS_MIN, maxTicks - stepTicks),
      Math.min(PRICE_TICKS_MAX, minTicks + stepTicks),
    );
  }
}

/**
 * Whether an order does not wait: fill-and-kill, minimum quantity, and market orders. One that would trigger velocity logic is
 * acknowledged and then eliminated (tag 378=8) without a pause.
 */
export function isMomentary(order: {
  readonly type: number;
  readonly timeInForce: number;
  readonly minQtyLots: number;
}): boolean {
  const { type, timeInForce, minQtyLots } = order;
  return type === MARKET || timeInForce === IOC || timeInForce === FOK || minQtyLots > 0;
}
