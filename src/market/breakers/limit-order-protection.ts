/** Limit order price protection of NYSE, NYSE Arca and Nasdaq (market-rules §1.17): pure checks of one order. */

import { BUY, type Side, UNDEF_INT32 } from '../../domain/index.ts';
import { type EntryReject, type PriceTier, tierPpm } from './entry-reject.ts';
import { PPM } from './rounding.ts';

export interface LimitOrderProtectionRules {
  /** Name in refusals: LOPP at NYSE and Arca, LOP at Nasdaq. */
  readonly rule: string;
  /** Share of the opposite national best, by that price. */
  readonly tiers: readonly PriceTier[];
  /** The distance is at least this. */
  readonly distanceTicksMin: number;
  /** Whether a price exactly at the distance is refused (NYSE and Arca). */
  readonly refusesAtLimit: boolean;
}

/** Refuses a buy too far above the national offer, or a sell too far below the national bid. Exact. */
export function checkLimitOrderProtection(
  rules: LimitOrderProtectionRules,
  side: Side,
  priceTicks: number,
  oppositeBestTicks: number,
): EntryReject | null {
  if (oppositeBestTicks === UNDEF_INT32) return null;
  const beyond = (side === BUY ? priceTicks - oppositeBestTicks : oppositeBestTicks - priceTicks) * PPM;
  const distance = Math.max(
    rules.distanceTicksMin * PPM,
    oppositeBestTicks * tierPpm(rules.tiers, oppositeBestTicks),
  );
  if (beyond < distance || (beyond === distance && !rules.refusesAtLimit)) return null;
  const distanceTicks = distance / PPM;
  return {
    rule: rules.rule,
    text: `${side === BUY ? 'a buy is not that far above the best offer' : 'a sell is not that far below the best bid'}: priceTicks=${priceTicks} bestTicks=${oppositeBestTicks} distanceTicks=${distanceTicks}`,
  };
}
