import { describe, expect, it } from 'vitest';
import { BREAKER_PRESETS } from '../../../tests/support/breaker-presets.ts';
import { sweepAsks } from '../../../tests/support/breaker-sweep.ts';
import { BreakerSet } from './breaker-set.ts';
import { CoinbaseDerivativesBreaker } from './coinbase-derivatives.ts';
import type { BreakerAction } from './contract.ts';

const HOUR = 3_600_000_000_000;
const MINUTE = HOUR / 60;

function started() {
  const breaker = new CoinbaseDerivativesBreaker(BREAKER_PRESETS.coinbaseDerivatives.all.rules);
  const actions: BreakerAction[] = [];
  breaker.startDay(0, 10_000, actions);
  return { breaker, set: new BreakerSet([breaker]), actions };
}

describe('Coinbase Derivatives price fluctuation limits', () => {
  it('a breach halts for 2 minutes, and the breached limit is the reference for the rest of the hour', () => {
    const { set } = started();
    expect([set.lowTicks, set.highTicks]).toEqual([9_000, 11_000]);
    const asks = [11_000, 11_001].map((priceTicks) => ({ priceTicks, qtyLots: 1 }));
    const { left, actions } = sweepAsks(set, MINUTE, asks, 2);
    expect(left).toBe(1);
    expect(actions.map(({ kind }) => kind)).toEqual(['bandsChanged', 'interrupt']);
    expect(actions[1]).toMatchObject({ phase: 'halt', untilNs: 3 * MINUTE });
    expect([set.lowTicks, set.highTicks]).toEqual([9_900, 12_100]);
  });

  it('each hour the last price is the reference', () => {
    const { set, actions, breaker } = started();
    set.onTrade(MINUTE, 10_500, 1, actions);
    expect(set.highTicks).toBe(11_000);
    set.onTime(HOUR, actions);
    expect(breaker.referenceTicks).toBe(10_500);
    expect([set.lowTicks, set.highTicks]).toEqual([9_450, 11_550]);
    expect(set.nextTimeNs).toBe(2 * HOUR);
    set.onTime(5 * HOUR, actions);
    expect(set.nextTimeNs).toBe(6 * HOUR);
    expect(actions).toHaveLength(2);
  });
});
