import { describe, expect, it } from 'vitest';
import { BREAKER_PRESETS } from '../../../tests/support/breaker-presets.ts';
import { sweepAsks } from '../../../tests/support/breaker-sweep.ts';
import { PRICE_TICKS_MAX, PRICE_TICKS_MIN, UNDEF_INT32 } from '../../domain/index.ts';
import { BreakerSet } from './breaker-set.ts';
import { CmeDynamicBreaker } from './cme-dynamic.ts';

const RULES = BREAKER_PRESETS.cmeDynamic.equityOvernight.rules;
const MINUTE = 60_000_000_000;
const CLOSE = 23 * 60 * MINUTE;
const es = (points: number): number => points * 4;

function started(rules = RULES) {
  const dynamic = new CmeDynamicBreaker(rules);
  dynamic.startDay({ settleTicks: es(4540.25), closeNs: CLOSE });
  return { dynamic, set: new BreakerSet([dynamic]) };
}

describe('CME dynamic circuit breaker', () => {
  it('T4.8-b: the variant is rounded down to a tick', () => {
    const crude = new CmeDynamicBreaker(BREAKER_PRESETS.cmeDynamic.energyMetals.rules);
    crude.startDay({ settleTicks: 7_137, closeNs: CLOSE });
    expect(crude.variantTicks).toBe(713);
    expect(started().dynamic.variantTicks).toBe(es(158.75));
  });

  it('T4.8-b: limits stand around the extremes of the window', () => {
    const { set } = started();
    set.onTrade(1, es(4500), 1, []);
    set.onTrade(2, es(4560), 1, []);
    expect([set.lowTicks, set.highTicks]).toEqual([es(4401.25), es(4658.75)]);
  });

  it('with the other convention each limit is counted from its own side', () => {
    const { set } = started({ ...RULES, upperLimitFrom: 'high' });
    set.onTrade(1, es(4500), 1, []);
    set.onTrade(2, es(4560), 1, []);
    expect([set.lowTicks, set.highTicks]).toEqual([es(4500 - 158.75), es(4560 + 158.75)]);
  });

  it('a trade counts for 60 minutes, half open', () => {
    const { set } = started();
    set.onTrade(0, es(4500), 1, []);
    set.onTrade(MINUTE, es(4510), 1, []);
    expect(set.validUntilNs).toBe(60 * MINUTE);
    expect(set.nextTimeNs).toBe(Number.POSITIVE_INFINITY);
    set.onTime(60 * MINUTE - 1, []);
    expect(set.highTicks).toBe(es(4658.75));
    set.onTime(60 * MINUTE, []);
    expect(set.highTicks).toBe(es(4668.75));
    set.onTime(61 * MINUTE, []);
    expect([set.lowTicks, set.highTicks]).toEqual([PRICE_TICKS_MIN, PRICE_TICKS_MAX]);
  });

  it('a price beyond moves the group to a pre-open of 2 minutes, and the window starts anew', () => {
    const { dynamic, set } = started();
    set.onTrade(0, es(4500), 1, []);
    const asks = [es(4658.75), es(4659)].map((priceTicks) => ({ priceTicks, qtyLots: 1 }));
    const { fills, left, actions } = sweepAsks(set, MINUTE, asks, 2);
    expect(fills).toEqual([[es(4658.75), 1]]);
    expect(left).toBe(1);
    expect(actions).toEqual([
      expect.objectContaining({ phase: 'preOpen', scope: 'group', untilNs: 3 * MINUTE }),
    ]);
    set.onUncross(3 * MINUTE, es(4700), 'reopening', []);
    expect(dynamic.isInterrupting).toBe(false);
    expect([set.lowTicks, set.highTicks]).toEqual([es(4541.25), es(4858.75)]);
    set.onUncross(5 * MINUTE, UNDEF_INT32, 'reopening', []);
    expect(set.highTicks).toBe(PRICE_TICKS_MAX);
  });

  it('in the last 5 minutes pauses for 5 seconds', () => {
    const { set } = started();
    set.onTrade(CLOSE - 5 * MINUTE, es(4500), 1, []);
    const { actions } = sweepAsks(set, CLOSE - 5 * MINUTE, [{ priceTicks: es(4700), qtyLots: 1 }], 1);
    expect(actions).toEqual([expect.objectContaining({ untilNs: CLOSE - 5 * MINUTE + 5_000_000_000 })]);
  });
});
