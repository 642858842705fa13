/** Guidelines for clearly erroneous trades (market-rules §4.9): how far from the reference a trade may be broken. */

import { type PriceTier, tierPpm } from './entry-reject.ts';
import { PPM } from './rounding.ts';

export interface ClearlyErroneousRules {
  /** Share of the reference price, by reference price. */
  readonly tiers: readonly PriceTier[];
  /** Factor outside of regular hours. */
  readonly outsideHoursFactor: number;
}

export interface TradeInQuestion {
  readonly priceTicks: number;
  readonly referenceTicks: number;
  readonly isRegularHours: boolean;
  /** Trades inside of the bands of a covered stock stand. */
  readonly isWithinLuldBands: boolean;
}

/** Whether a trade is at or beyond its guideline. Exact. */
export function isClearlyErroneous(rules: ClearlyErroneousRules, trade: TradeInQuestion): boolean {
  if (trade.isRegularHours && trade.isWithinLuldBands) return false;
  const factor = trade.isRegularHours ? 1 : rules.outsideHoursFactor;
  const ppm = tierPpm(rules.tiers, trade.referenceTicks) * factor;
  return Math.abs(trade.priceTicks - trade.referenceTicks) * PPM >= trade.referenceTicks * ppm;
}
