import { describe, expect, it } from 'vitest';
import { BREAKER_PRESETS } from '../../../tests/support/breaker-presets.ts';
import { BUY, SELL, UNDEF_INT32 } from '../../domain/index.ts';
import {
  checkPriceBand,
  marketProtectionLimit,
  protectionTicks,
  stopProtectionLimit,
} from './cme-price-banding.ts';

const { variationTicks } = BREAKER_PRESETS.cmePriceBanding.es.rules;
const { nonReviewableTicks } = BREAKER_PRESETS.cmeNonReviewable.es.rules;
const es = (points: number): number => points * 4;

describe('CME price banding', () => {
  it('refuses buys above and sells below the band, and nothing passive', () => {
    const check = (side: 0 | 1, points: number) => checkPriceBand(side, es(points), es(4500), variationTicks);
    expect(check(BUY, 4512)).toBeNull();
    expect(check(BUY, 4000)).toBeNull();
    expect(check(SELL, 4488)).toBeNull();
    expect(check(SELL, 5000)).toBeNull();
    expect(check(BUY, 4512.25)).toEqual({
      rule: 'PRICE_BANDING',
      text: 'a buy is at or below the price band: priceTicks=18049 limitTicks=18048 referenceTicks=18000',
    });
    expect(check(SELL, 4487.75)?.text).toContain('a sell is at or above the price band: priceTicks=17951');
    expect(checkPriceBand(BUY, es(9000), UNDEF_INT32, variationTicks)).toBeNull();
  });
});

describe('CME protection points', () => {
  const points = protectionTicks(nonReviewableTicks);

  it('T1.17-a: a market buy is limited to the best ask plus half of the non-reviewable range', () => {
    expect(points).toBe(es(3));
    expect(marketProtectionLimit(BUY, es(4500.25), points)).toBe(es(4503.25));
    expect(marketProtectionLimit(SELL, es(4500.25), points)).toBe(es(4497.25));
  });

  it('T1.14-c: a triggered stop is limited from its stop price, not from the trade that triggered it', () => {
    expect(stopProtectionLimit(BUY, es(4500), points)).toBe(es(4503));
    expect(stopProtectionLimit(SELL, es(4500), points)).toBe(es(4497));
  });

  it('an odd range gives whole ticks', () => {
    expect(protectionTicks(25)).toBe(12);
  });
});
