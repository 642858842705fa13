// hot: called for every resting order of a level that is shared
/** a * b / c as whole quotient and remainder, exact also where a * b passes 2^53, without bigint and without allocation. */

/** Divisors up to here keep every step of the long division a safe integer. */
export const MUL_DIV_DIVISOR_MAX = 2 ** 51;

export class MulDiv {
  quotient = 0;
  remainder = 0;

  /**
   * Divides a * b by c; returns the quotient, rounded down, and keeps it with the remainder. Whole numbers, not negative;
   * c from 1 to 2^51, b at most 2 * c, a below 2^53.
   */
  divide(a: number, b: number, c: number): number {
    const product = a * b;
    if (product <= Number.MAX_SAFE_INTEGER) {
      // The remainder of doubles is exact, and so is the division of what it leaves.
      this.remainder = product % c;
      this.quotient = (product - this.remainder) / c;
      return this.quotient;
    }
    let quotient = 0;
    let remainder = 0;
    let bit = 1;
    while (bit * 2 <= a) bit *= 2;
    let rest = a;
    for (; bit >= 1; bit /= 2) {
      quotient *= 2;
      remainder *= 2;
      if (rest >= bit) {
        rest -= bit;
        remainder += b;
      }
      while (remainder >= c) {
        remainder -= c;
        quotient++;
      }
    }
    this.quotient = quotient;
    this.remainder = remainder;
    return quotient;
  }
}
