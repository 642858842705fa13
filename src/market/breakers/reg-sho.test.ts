import { describe, expect, it } from 'vitest';
import { BREAKER_PRESETS } from '../../../tests/support/breaker-presets.ts';
import { UNDEF_INT32 } from '../../domain/index.ts';
import type { BreakerAction } from './contract.ts';
import { RegShoBreaker } from './reg-sho.ts';

function started(previousCloseTicks: number) {
  const regSho = new RegShoBreaker(BREAKER_PRESETS.regSho201.us.rules);
  regSho.startDay(previousCloseTicks);
  return { regSho, actions: [] as BreakerAction[] };
}

describe('Regulation SHO rule 201', () => {
  it('a fall of exactly 10 % restricts the rest of the day and the next', () => {
    const { regSho, actions } = started(10_005);
    regSho.onTrade(1, 9_005, 1, actions);
    expect(regSho.isRestricted).toBe(false);
    // 90 % of 100.05 is 90.045: 90.04 is the first price at or below.
    regSho.onTrade(2, 9_004, 1, actions);
    regSho.onTrade(3, 8_000, 1, actions);
    expect(actions).toEqual([{ kind: 'shortSaleRestricted', rule: 'regSho201', timeNs: 2 }]);
    regSho.startDay(9_100);
    expect(regSho.isRestricted).toBe(true);
    regSho.startDay(9_100);
    expect(regSho.isRestricted).toBe(false);
  });

  it('a second fall on the next day prolongs it by another day', () => {
    const { regSho, actions } = started(10_000);
    regSho.onTrade(1, 9_000, 1, actions);
    regSho.startDay(9_000);
    regSho.onTrade(2, 8_100, 1, actions);
    regSho.startDay(8_100);
    expect(regSho.isRestricted).toBe(true);
    expect(actions).toHaveLength(1);
  });

  it('allows short sales above the best bid only', () => {
    const { regSho, actions } = started(10_000);
    expect(regSho.checkShortSale(8_000, 9_000)).toBeNull();
    regSho.onTrade(1, 9_000, 1, actions);
    expect(regSho.checkShortSale(9_001, 9_000)).toBeNull();
    expect(regSho.checkShortSale(9_000, UNDEF_INT32)).toBeNull();
    expect(regSho.checkShortSale(9_000, 9_000)).toEqual({
      rule: 'REG_SHO_201',
      text: 'a short sale under the price test is above the best bid: priceTicks=9000 bidTicks=9000',
    });
  });
});
