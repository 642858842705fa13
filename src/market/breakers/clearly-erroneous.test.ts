import { describe, expect, it } from 'vitest';
import { clearlyErroneousInCents } from '../../../tests/support/breaker-presets.ts';
import { isClearlyErroneous } from './clearly-erroneous.ts';

describe('clearly erroneous trades', () => {
  it.each([
    ['10 % at 25.00', 2_500, 2_750, true, true],
    ['less than 10 % at 25.00', 2_500, 2_749, true, false],
    ['5 % above 25.00', 2_600, 2_470, true, true],
    ['3 % above 50.00', 10_000, 10_300, true, true],
    ['6 % outside of hours', 10_000, 10_599, false, false],
    ['and from 6 % on', 10_000, 9_400, false, true],
  ])('%s', (_name, referenceTicks, priceTicks, isRegularHours, expected) => {
    const trade = { referenceTicks, priceTicks, isRegularHours, isWithinLuldBands: false };
    expect(isClearlyErroneous(clearlyErroneousInCents(), trade)).toBe(expected);
  });

  it('inside of the bands trades stand in regular hours', () => {
    const trade = { referenceTicks: 10_000, priceTicks: 10_400, isWithinLuldBands: true };
    const rules = clearlyErroneousInCents();
    expect(isClearlyErroneous(rules, { ...trade, isRegularHours: true })).toBe(false);
    expect(isClearlyErroneous(rules, { ...trade, priceTicks: 10_600, isRegularHours: false })).toBe(true);
  });
});
