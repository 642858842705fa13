import { describe, expect, it } from 'vitest';
import { limitOrderProtectionInCents } from '../../../tests/support/breaker-presets.ts';
import { BUY, SELL, UNDEF_INT32 } from '../../domain/index.ts';
import { checkLimitOrderProtection } from './limit-order-protection.ts';

const NYSE = limitOrderProtectionInCents('nyse');
const NASDAQ = limitOrderProtectionInCents('nasdaq');

describe('limit order price protection', () => {
  it('T1.17-b: offer 40.00: a buy at 42.00 is refused, at 41.99 accepted', () => {
    expect(checkLimitOrderProtection(NYSE, BUY, 4_199, 4_000)).toBeNull();
    expect(checkLimitOrderProtection(NYSE, BUY, 4_200, 4_000)).toEqual({
      rule: 'LOPP',
      text: 'a buy is not that far above the best offer: priceTicks=4200 bestTicks=4000 distanceTicks=200',
    });
  });

  it.each([
    ['10 % at 25.00', BUY, 2_500, 2_750, 2_749],
    ['5 % at 50.00', BUY, 5_000, 5_250, 5_249],
    ['3 % above 50.00', BUY, 5_100, 5_253, 5_252],
    ['15 cents at least', BUY, 100, 115, 114],
    ['sells below the bid', SELL, 4_000, 3_800, 3_801],
  ] as const)('%s', (_name, side, best, refused, accepted) => {
    expect(checkLimitOrderProtection(NYSE, side, refused, best)?.rule).toBe('LOPP');
    expect(checkLimitOrderProtection(NYSE, side, accepted, best)).toBeNull();
  });

  it('Nasdaq refuses beyond the larger of 0.50 and 10 %', () => {
    expect(checkLimitOrderProtection(NASDAQ, BUY, 350, 300)).toBeNull();
    expect(checkLimitOrderProtection(NASDAQ, BUY, 351, 300)?.rule).toBe('LOP');
    expect(checkLimitOrderProtection(NASDAQ, BUY, 11_000, 10_000)).toBeNull();
    expect(checkLimitOrderProtection(NASDAQ, SELL, 8_999, 10_000)?.text).toContain('below the best bid');
  });

  it('without an opposite best nothing is refused', () => {
    expect(checkLimitOrderProtection(NYSE, BUY, 1_000_000, UNDEF_INT32)).toBeNull();
  });
});
