import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstWeekday, isCalendarDay, joinDay, splitDay, weekdayOf } from './calendar-day.ts';
import { formatExact, parseExact, ROUNDING_RULES, rational, roundQuotient } from './rational.ts';
import { ScaledProduct } from './scaled-product.ts';

describe('exact numbers', () => {
  it.each([
    ['0.01', 1n, 100n],
    ['-3.35', -67n, 20n],
    ['1/32', 1n, 32n],
    ['100', 100n, 1n],
    ['0.00', 0n, 1n],
  ])('%s is %s/%s', (text, numerator, denominator) => {
    expect(parseExact(text)).toEqual({ numerator, denominator });
  });

  it.each(['', '1e-8', '.5', '1/0', '1.5/2', 'x', '--1', ' 1'])('refuses "%s"', (text) => {
    expect(() => parseExact(text)).toThrow('a number is a decimal or a fraction in text');
  });

  it('a decimal comes back as it was, a third as a fraction', () => {
    expect(['-0.05', '12', '0.015625', '1/32'].map((text) => formatExact(parseExact(text)))).toEqual([
      '-0.05',
      '12',
      '0.015625',
      '0.03125',
    ]);
    expect(formatExact(rational(-2n, 6n))).toBe('-1/3');
  });

  it.each([
    ['floor', [-2, -2, -1, 1, 1, 2]],
    ['ceil', [-1, -1, 0, 2, 2, 3]],
    ['halfUp', [-2, -2, -1, 1, 2, 3]],
    ['halfEven', [-2, -2, 0, 1, 2, 2]],
  ] as const)('%s rounds -1.75, -1.5, -0.5, 1.25, 1.5, 2.5', (rule, expected) => {
    expect([-7n, -6n, -2n, 5n, 6n, 10n].map((quarters) => Number(roundQuotient(quarters, 4n, rule)))).toEqual(
      expected,
    );
  });

  it('the product of doubles is the exact one, small or large (against bigint)', () => {
    const whole = fc.oneof(fc.integer({ min: -1000, max: 1000 }), fc.maxSafeInteger());
    let large = 0;
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }),
        fc.bigInt({ min: 1n, max: 10n ** 13n }),
        whole,
        whole,
        fc.constantFrom(...ROUNDING_RULES),
        (numerator, denominator, x, y, rule) => {
          const exact = roundQuotient(numerator * BigInt(x) * BigInt(y), denominator, rule);
          const product = new ScaledProduct(rational(numerator, denominator), rule);
          if (exact > BigInt(Number.MAX_SAFE_INTEGER) || exact < BigInt(Number.MIN_SAFE_INTEGER)) {
            large++;
            expect(() => product.of(x, y, 'product')).toThrow('product is a whole number within');
          } else {
            expect(product.of(x, y, 'product')).toBe(Number(exact));
          }
        },
      ),
      { seed: 3, numRuns: 20_000 },
    );
    expect(large).toBeGreaterThan(100);
  });
});

describe('days of the calendar', () => {
  it('knows months and leap years', () => {
    expect(['2024-02-29', '2000-02-29', '2025-12-31'].map(isCalendarDay)).toEqual([true, true, true]);
    const wrong = ['2025-02-29', '1900-02-29', '2025-13-01', '2025-00-01', '2025-04-31', '2025-4-1', 'today'];
    expect(wrong.map(isCalendarDay)).toEqual(wrong.map(() => false));
  });

  it('gives the weekday that JavaScript gives, every day of 1899 to 2105', () => {
    for (let ms = Date.UTC(1899, 0, 1); ms < Date.UTC(2105, 0, 1); ms += 86_400_000) {
      const date = new Date(ms);
      const text = date.toISOString().slice(0, 10);
      const day = splitDay(text);
      if (weekdayOf(day) !== date.getUTCDay() || joinDay(day) !== text || !isCalendarDay(text)) {
        expect.unreachable(text);
      }
    }
    expect([firstWeekday(2026, 11), firstWeekday(2025, 11), firstWeekday(2026, 5)]).toEqual([
      '2026-11-02',
      '2025-11-03',
      '2026-05-01',
    ]);
  });
});
