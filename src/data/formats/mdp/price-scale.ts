// hot: bench/mdp-decode.ts
/**
 * From the mantissas of a feed to prices in steps of 1e-9: old templates have seven decimals, and what is sent is the price as
 * Globex shows it, which `DisplayFactor` turns into the conventional one (ES 445025 with 0.01 is 4450.25).
 */

/** Beyond this high word a price does not fit DECIMAL(18,9). */
const HIGH_MAX = 232_830_643;
const WORD = 4_294_967_296;
const STEPS_DIGITS = 9;

/** A factor as a fraction in lowest terms; both above zero. */
export interface Fraction {
  readonly multiplier: number;
  readonly divisor: number;
}

export const ONE: Fraction = { multiplier: 1, divisor: 1 };

/** The fraction of a decimal factor, null for one that is not above zero or needs more digits than a double has. */
export function fractionOf(mantissa: bigint, exponent: number): Fraction | null {
  if (mantissa <= 0n || exponent < -18 || exponent > 9) return null;
  const up = exponent > 0 ? mantissa * 10n ** BigInt(exponent) : mantissa;
  const down = exponent < 0 ? 10n ** BigInt(-exponent) : 1n;
  const shared = greatestDivisor(up, down);
  const multiplier = Number(up / shared);
  const divisor = Number(down / shared);
  return Number.isSafeInteger(multiplier) && Number.isSafeInteger(divisor) ? { multiplier, divisor } : null;
}

function greatestDivisor(a: bigint, b: bigint): bigint {
  return b === 0n ? a : greatestDivisor(b, a % b);
}

export class PriceScale {
  /** The price that was made last, as the words of a 64-bit number of steps. */
  high = 0;
  low = 0;
  /** Prices that had to be rounded to a whole step. */
  rounded = 0;
  readonly #multiplier: number;
  readonly #divisor: number;

  /** `digits`: decimals of the mantissas. */
  constructor(digits: number, factor: Fraction) {
    const shift = 10 ** (STEPS_DIGITS - digits);
    const isWhole = factor.divisor % shift === 0;
    this.#multiplier = isWhole ? factor.multiplier : factor.multiplier * shift;
    this.#divisor = isWhole ? factor.divisor / shift : factor.divisor;
  }

  /** Makes the price of a mantissa given as signed high and unsigned low word; false when it does not fit. */
  make(high: number, low: number): boolean {
    if (this.#multiplier === 1 && this.#divisor === 1) {
      this.high = high;
      this.low = low;
    } else {
      const product = (high * WORD + low) * this.#multiplier;
      if (product <= Number.MAX_SAFE_INTEGER && product >= -Number.MAX_SAFE_INTEGER) this.#divide(product);
      else this.#makeLarge(high, low);
    }
    return this.high <= HIGH_MAX && this.high >= -HIGH_MAX;
  }

  #divide(product: number): void {
    let steps = product / this.#divisor;
    if (steps !== Math.round(steps)) {
      steps = Math.round(steps);
      this.rounded++;
    }
    this.high = Math.floor(steps / WORD);
    this.low = steps - this.high * WORD;
  }

  /** Prices of millions, which are rare: exact by bigints. */
  #makeLarge(high: number, low: number): void {
    const product = ((BigInt(high) << 32n) + BigInt(low)) * BigInt(this.#multiplier);
    const divisor = BigInt(this.#divisor);
    if (product % divisor !== 0n) this.rounded++;
    const steps = product / divisor;
    this.high = Number(steps >> 32n);
    this.low = Number(BigInt.asUintN(32, steps));
  }
}
