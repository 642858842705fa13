import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { priceStepsOfText } from '../../base/index.ts';
import { instantOfDigits, instantOfIso, instantOfMs, instantOfSeconds, nsOfInstant } from './instant.ts';
import { qtyOf, stepsOf } from './price-steps.ts';

describe('prices of messages', () => {
  it('are those of the exact reading, for any decimal', () => {
    const decimal = fc.tuple(fc.integer({ min: 0, max: 999_999_999 }), fc.stringMatching(/^\d{0,12}$/));
    fc.assert(
      fc.property(decimal, ([whole, fraction]) => {
        const text = fraction === '' ? String(whole) : `${whole}.${fraction}`;
        const exact = priceStepsOfText(text);
        if (exact === null) expect(stepsOf(text)).toBeNaN();
        else expect(stepsOf(text)).toBe(Number(exact));
      }),
      { seed: 5, numRuns: 3000 },
    );
  });

  it.each([
    ['61837.63000000', 61_837_630_000_000],
    ['0.00000637', 6370],
    ['100', 100e9],
    ['100.', 100e9],
    ['.5', 500_000_000],
    ['6.3e-05', 63_000],
    ['-5.25', -5_250_000_000],
    [9192.01, 9_192_010_000_000],
    ['999999999', 999_999_999e9],
  ])('%s is %i steps', (price, steps) => {
    expect(stepsOf(price)).toBe(steps);
  });

  it.each(['', '.', '1.2.3', 'NaN', 'abc', ' ', '1000000000', null, undefined, {}, true])(
    '%s is no price',
    (price) => {
      expect(stepsOf(price)).toBeNaN();
    },
  );

  it('takes quantities that are numbers or their text', () => {
    expect([qtyOf('0.00000001'), qtyOf(5), qtyOf('0')]).toEqual([1e-8, 5, 0]);
    for (const wrong of ['', 'x', null, undefined, Number.POSITIVE_INFINITY]) expect(qtyOf(wrong)).toBeNaN();
  });
});

describe('times of messages', () => {
  const ns = (at: ReturnType<typeof instantOfIso>): bigint | null => (at === null ? null : nsOfInstant(at));

  it.each([
    ['2017-06-25T11:23:14.775000Z', 1_498_389_794_775_000_000n],
    ['2026-08-09T21:05:48.228568804Z', 1_786_309_548_228_568_804n],
    ['2014-11-07T08:19:27Z', 1_415_348_367_000_000_000n],
    ['2026-04-07 14:30:10.000000000 +00:00', 1_775_572_210_000_000_000n],
    ['2015-02-30T00:00:00Z', null],
    ['2015-02-03T00:00:00+02:00', null],
    ['yesterday', null],
  ])('%s', (text, expected) => {
    expect(ns(instantOfIso(text))).toBe(expected);
  });

  it('reads ms, µs, ns and seconds with decimals', () => {
    expect(ns(instantOfMs(1_723_161_255_208))).toBe(1_723_161_255_208_000_000n);
    expect(ns(instantOfDigits('1585699200245000'))).toBe(1_585_699_200_245_000_000n);
    expect(ns(instantOfDigits('1585699200245000001'))).toBe(1_585_699_200_245_000_001n);
    expect(ns(instantOfDigits('1641343695'))).toBe(1_641_343_695_000_000_000n);
    expect(ns(instantOfSeconds('1633998512.0633569'))).toBe(1_633_998_512_063_356_900n);
    expect(instantOfDigits('15856992002450')).toBeNull();
    expect(instantOfSeconds('1.2.x')).toBeNull();
    expect(instantOfMs(-1)).toBeNull();
    expect(instantOfMs('5')).toBeNull();
  });
});
