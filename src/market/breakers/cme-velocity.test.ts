import { describe, expect, it } from 'vitest';
import { BREAKER_PRESETS } from '../../../tests/support/breaker-presets.ts';
import { sweepAsks } from '../../../tests/support/breaker-sweep.ts';
import { DAY, FOK, IOC, LIMIT, MARKET } from '../../domain/index.ts';
import { BreakerSet } from './breaker-set.ts';
import { CmeVelocityBreaker, isMomentary } from './cme-velocity.ts';

const RULES = BREAKER_PRESETS.cmeVelocity.es.rules;
const SECOND = 1_000_000_000;

function started(rules = RULES) {
  const velocity = new CmeVelocityBreaker(rules);
  velocity.startDay();
  return { velocity, set: new BreakerSet([velocity]) };
}

describe('CME velocity logic', () => {
  it('a move of 24 ticks within a second does not trade', () => {
    const { set } = started();
    set.onTrade(0, 18_000, 1, []);
    const asks = [18_010, 18_023, 18_024].map((priceTicks) => ({ priceTicks, qtyLots: 1 }));
    const { left, actions } = sweepAsks(set, SECOND - 1, asks, 3);
    expect(left).toBe(1);
    expect(actions).toEqual([
      expect.objectContaining({ phase: 'preOpen', scope: 'group', untilNs: 6 * SECOND - 1 }),
    ]);
  });

  it('after a second the same move is fine', () => {
    const { set } = started();
    set.onTrade(0, 18_000, 1, []);
    const { left, actions } = sweepAsks(set, SECOND, [{ priceTicks: 18_024, qtyLots: 1 }], 1);
    expect(left).toBe(0);
    expect(actions).toEqual([]);
  });

  it('counts moves in both directions, from every price of the window', () => {
    const { set } = started();
    set.onTrade(0, 18_000, 1, []);
    set.onTrade(1, 18_020, 1, []);
    expect([set.lowTicks, set.highTicks]).toEqual([17_997, 18_023]);
  });

  it('reserves an instrument that is not the lead month alone', () => {
    const { set } = started({ ...RULES, isLeadMonth: false });
    set.onTrade(0, 18_000, 1, []);
    const { actions } = sweepAsks(set, 1, [{ priceTicks: 18_100, qtyLots: 1 }], 1);
    expect(actions).toEqual([expect.objectContaining({ phase: 'reserved', scope: 'instrument' })]);
  });

  it.each([
    ['a day order', { type: LIMIT, timeInForce: DAY, minQtyLots: 0 }, false],
    ['immediate or cancel', { type: LIMIT, timeInForce: IOC, minQtyLots: 0 }, true],
    ['fill or kill', { type: LIMIT, timeInForce: FOK, minQtyLots: 0 }, true],
    ['a minimum quantity', { type: LIMIT, timeInForce: DAY, minQtyLots: 1 }, true],
    ['a market order', { type: MARKET, timeInForce: DAY, minQtyLots: 0 }, true],
  ])('eliminates orders that would trigger: %s', (_name, order, expected) => {
    expect(isMomentary(order)).toBe(expected);
  });
});
