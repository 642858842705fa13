import { describe, expect, it } from 'vitest';
import { BREAKER_PRESETS } from '../../../tests/support/breaker-presets.ts';
import { sweepAsks } from '../../../tests/support/breaker-sweep.ts';
import { UNDEF_INT32 } from '../../domain/index.ts';
import { BreakerSet } from './breaker-set.ts';
import type { BreakerAction } from './contract.ts';
import { XetraBreaker } from './xetra.ts';

const RULES = BREAKER_PRESETS.xetra.dax.rules;
const MINUTE = 60_000_000_000;

function started(references = { lastTicks: 5_000, auctionTicks: 5_000 }, rules = RULES) {
  const xetra = new XetraBreaker(rules);
  xetra.startDay(references);
  return { xetra, set: new BreakerSet([xetra]) };
}

const ASKS = [
  [5_090, 100],
  [5_100, 100],
  [5_105, 300],
] as const;
const asks = () => ASKS.map(([priceTicks, qtyLots]) => ({ priceTicks, qtyLots }));

describe('Xetra volatility interruption', () => {
  it('T4.6-a: an order trades up to the range, its rest goes into an auction call', () => {
    const { xetra, set } = started();
    expect([set.lowTicks, set.highTicks]).toEqual([4_900, 5_100]);
    const { fills, left, actions } = sweepAsks(set, 0, asks(), 400);
    expect(fills).toEqual([
      [5_090, 100],
      [5_100, 100],
    ]);
    expect(left).toBe(200);
    expect(actions).toEqual([
      expect.objectContaining({
        kind: 'interrupt',
        phase: 'auctionCall',
        untilNs: 2 * MINUTE,
        randomNsMax: MINUTE / 2,
      }),
    ]);
    expect(xetra.isInterrupting).toBe(true);
    expect([set.lowTicks, set.highTicks]).toEqual([4_998, 5_202]);
  });

  it('T4.6-a: with a range that moves inside of an order, 51.05 trades too', () => {
    const { xetra, set } = started(undefined, { ...RULES, refFrozenDuringOrder: false });
    const { left, actions } = sweepAsks(set, 0, asks(), 400);
    expect(left).toBe(0);
    expect(actions).toEqual([]);
    expect(xetra.lastTicks).toBe(5_105);
  });

  it('T4.6-b: the static range triggers although the price is inside of the dynamic one', () => {
    const { set } = started({ lastTicks: 5_000, auctionTicks: 4_800 });
    expect([set.lowTicks, set.highTicks]).toEqual([4_900, 5_040]);
    const { left, actions } = sweepAsks(set, 0, [{ priceTicks: 5_045, qtyLots: 100 }], 100);
    expect(left).toBe(100);
    expect(actions).toHaveLength(1);
  });

  it('a call that ends beyond the wider range is extended until nothing would trade', () => {
    const { xetra, set } = started();
    const actions: BreakerAction[] = [];
    sweepAsks(set, 0, [{ priceTicks: 5_300, qtyLots: 1 }], 1);
    const outlook = (potentialTicks: number) =>
      ({ kind: 'reopening', potentialTicks, unmatchedMarketSide: null }) as const;
    expect(set.onCallEnd(2 * MINUTE, outlook(5_200), actions)).toBe(true);
    expect(set.onCallEnd(2 * MINUTE, outlook(5_201), actions)).toBe(false);
    expect(actions.at(-1)).toMatchObject({
      kind: 'callExtended',
      untilNs: Number.POSITIVE_INFINITY,
      lowTicks: 4_800,
      highTicks: 5_200,
    });
    expect(xetra.isExtended).toBe(true);
    xetra.onIndicative(3 * MINUTE, 5_250, actions);
    expect(actions).toHaveLength(1);
    xetra.onIndicative(3 * MINUTE, UNDEF_INT32, actions);
    expect(actions.at(-1)).toMatchObject({ kind: 'extensionOver' });
    set.onUncross(3 * MINUTE, UNDEF_INT32, 'reopening', actions);
    expect(xetra.isExtended).toBe(false);
    expect(xetra.isInterrupting).toBe(false);
    expect(set.highTicks).toBe(5_100);
  });

  it('a scheduled call out of range turns into a volatility call first', () => {
    const { set } = started();
    const actions: BreakerAction[] = [];
    const outlook = { kind: 'closing', potentialTicks: 5_150, unmatchedMarketSide: null } as const;
    expect(set.onCallEnd(0, outlook, actions)).toBe(false);
    expect(actions.at(-1)).toMatchObject({ untilNs: 2 * MINUTE, randomNsMax: MINUTE / 2 });
    expect(set.onCallEnd(2 * MINUTE, outlook, actions)).toBe(true);
    set.onUncross(2 * MINUTE, 5_150, 'closing', actions);
    expect([set.lowTicks, set.highTicks]).toEqual([5_047, 5_253]);
  });

  it('a volatility auction moves reference 1 only', () => {
    const { xetra, set } = started();
    set.onUncross(0, 5_150, 'reopening', []);
    expect([xetra.lastTicks, xetra.auctionTicks]).toEqual([5_150, 5_000]);
  });

  it('refuses a wider range that is narrower than the dynamic one', () => {
    expect(() => new XetraBreaker({ ...RULES, extendedPpm: 19_999 })).toThrow(/extendedPpm=19999/);
  });

  it('refuses a range as wide as the price', () => {
    expect(() => new XetraBreaker({ ...RULES, staticPpm: 1_000_000 })).toThrow(/from 1 to 999999/);
  });
});
