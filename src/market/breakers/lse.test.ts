import { describe, expect, it } from 'vitest';
import { BREAKER_PRESETS } from '../../../tests/support/breaker-presets.ts';
import { sweepAsks } from '../../../tests/support/breaker-sweep.ts';
import { UNDEF_INT32 } from '../../domain/index.ts';
import { BreakerSet } from './breaker-set.ts';
import type { BreakerAction } from './contract.ts';
import { LseBreaker } from './lse.ts';

const MINUTE = 60_000_000_000;

/** Prices in hundredths of a penny. */
function started() {
  const lse = new LseBreaker(BREAKER_PRESETS.lse.ftse100.rules);
  lse.startDay({ lastTicks: 26_200, auctionTicks: 25_000 });
  return { lse, set: new BreakerSet([lse]) };
}

describe('LSE price monitoring', () => {
  it('T4.7-a: the allowed range is inside of both thresholds; a trade beyond it starts an AESP', () => {
    const { set } = started();
    expect([set.lowTicks, set.highTicks]).toEqual([25_414, 26_986]);
    const { fills, actions } = sweepAsks(
      set,
      0,
      [
        { priceTicks: 26_986, qtyLots: 5 },
        { priceTicks: 26_990, qtyLots: 5 },
      ],
      10,
    );
    expect(fills).toEqual([[26_986, 5]]);
    expect(actions).toEqual([
      expect.objectContaining({ phase: 'auctionCall', untilNs: 5 * MINUTE, randomNsMax: MINUTE / 2 }),
    ]);
  });

  it('T4.7-b: a closing price 3.2 % away is extended twice, then uncrosses', () => {
    const { lse, set } = started();
    lse.uncrossReferenceTicks = 25_000;
    const actions: BreakerAction[] = [];
    const outlook = { kind: 'closing', potentialTicks: 25_800, unmatchedMarketSide: null } as const;
    expect(set.onCallEnd(0, outlook, actions)).toBe(false);
    expect(set.onCallEnd(5 * MINUTE, outlook, actions)).toBe(false);
    expect(set.onCallEnd(10 * MINUTE, outlook, actions)).toBe(true);
    expect(actions.map((action) => 'untilNs' in action && action.untilNs)).toEqual([5 * MINUTE, 10 * MINUTE]);
    expect(lse.extensionCount).toBe(2);
    set.onUncross(10 * MINUTE, 25_800, 'closing', actions);
    expect(lse.extensionCount).toBe(0);
    expect(lse.auctionTicks).toBe(25_800);
  });

  it('a price within the tolerance, or none at all, is not extended', () => {
    const { lse, set } = started();
    lse.uncrossReferenceTicks = 25_000;
    const outlook = (potentialTicks: number) =>
      ({ kind: 'closing', potentialTicks, unmatchedMarketSide: null }) as const;
    expect(set.onCallEnd(0, outlook(25_750), [])).toBe(true);
    expect(set.onCallEnd(0, outlook(UNDEF_INT32), [])).toBe(true);
    expect(set.onCallEnd(0, outlook(24_249), [])).toBe(false);
  });
});
