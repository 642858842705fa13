/**
 * factor * x * y as a rounded whole number, where the factor is an exact fraction fixed beforehand: notional times a rate,
 * once per fill. Products below 2^52 stay in doubles and allocate nothing; larger ones take the exact way through bigint.
 */

import { type Rational, type RoundingRule, roundQuotient, toSafeNumber } from './rational.ts';

/** With a quotient that is one too high, the way back from it is still below 2^53. */
const PRODUCT_MAX = 2 ** 52;

export class ScaledProduct {
  readonly #factor: Rational;
  readonly #rule: RoundingRule;
  /** The factor as doubles, 0 when it does not fit. */
  readonly #numerator: number;
  readonly #denominator: number;

  constructor(factor: Rational, rule: RoundingRule) {
    this.#factor = factor;
    this.#rule = rule;
    const size = factor.numerator < 0n ? -factor.numerator : factor.numerator;
    const isSmall = size <= BigInt(Number.MAX_SAFE_INTEGER) && factor.denominator <= 2n ** 51n;
    this.#numerator = isSmall ? Number(factor.numerator) : 0;
    this.#denominator = isSmall ? Number(factor.denominator) : 0;
  }

  /** Whole number nearest to factor * x * y by the rule. Raises MKT_CONFIG beyond ±2^53; `name` says what it was. */
  of(x: number, y: number, name: string): number {
    const product = this.#numerator * (x * y);
    // A product of whole numbers that comes out within 2^53 had no rounding on the way: each partial one is smaller.
    if (this.#denominator !== 0 && product <= PRODUCT_MAX && product >= -PRODUCT_MAX) {
      if (this.#numerator !== 0) return roundSafe(product, this.#denominator, this.#rule);
      return 0;
    }
    const { numerator, denominator } = this.#factor;
    return toSafeNumber(roundQuotient(numerator * BigInt(x) * BigInt(y), denominator, this.#rule), name);
  }
}

/** product/denominator rounded; both are whole numbers, the product below 2^52 in size, the denominator at most 2^51. */
function roundSafe(product: number, denominator: number, rule: RoundingRule): number {
  // The quotient of doubles is off by one at most, and the product with it is exact. The remainder of doubles is slow.
  let floor = Math.floor(product / denominator);
  let rest = product - floor * denominator;
  if (rest < 0) {
    rest += denominator;
    floor -= 1;
  } else if (rest >= denominator) {
    rest -= denominator;
    floor += 1;
  }
  // Adding zero turns -0 into 0.
  if (rest === 0) return floor + 0;
  if (rule === 'floor') return floor;
  if (rule === 'ceil') return floor + 1;
  const twice = 2 * rest;
  if (twice !== denominator) return twice > denominator ? floor + 1 : floor;
  if (rule === 'halfEven') return floor % 2 === 0 ? floor : floor + 1;
  return product > 0 ? floor + 1 : floor;
}
