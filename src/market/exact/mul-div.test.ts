import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MUL_DIV_DIVISOR_MAX, MulDiv } from './mul-div.ts';

function bothParts(a: number, b: number, c: number): [number, number] {
  const division = new MulDiv();
  expect(division.divide(a, b, c)).toBe(division.quotient);
  return [division.quotient, division.remainder];
}

describe('whole division of a product', () => {
  it('is exact where the product passes 2^53', () => {
    expect(bothParts(2 ** 31 - 1, 2 ** 31 - 1, 2 ** 31)).toEqual([2 ** 31 - 2, 1]);
    expect(bothParts(3, 2 ** 51 - 1, 2 ** 51)).toEqual([2, 2 ** 51 - 3]);
    expect(bothParts(0, 5, 7)).toEqual([0, 0]);
  });

  it('agrees with bigint for every size', () => {
    const whole = (max: number) => fc.oneof(fc.maxSafeNat(), fc.nat(1_000)).map((n) => n % (max + 1));
    fc.assert(
      fc.property(
        whole(Number.MAX_SAFE_INTEGER),
        fc.maxSafeNat(),
        whole(MUL_DIV_DIVISOR_MAX - 1),
        (a, wide, low) => {
          const c = low + 1;
          const b = wide % (2 * c + 1);
          // A quotient must be a safe integer to be a number at all.
          fc.pre((BigInt(a) * BigInt(b)) / BigInt(c) <= BigInt(Number.MAX_SAFE_INTEGER));
          const product = BigInt(a) * BigInt(b);
          expect(bothParts(a, b, c)).toEqual([Number(product / BigInt(c)), Number(product % BigInt(c))]);
        },
      ),
      { numRuns: 2_000, seed: 1 },
    );
  });
});
