/** Capture times of pcapng: a 64-bit count of a unit the interface names, split into seconds and ns without bigints. */

/** Units finer than this would leave the exact range of doubles in the long division. */
export const CAPTURE_UNITS_PER_SECOND_MAX = 2 ** 37;

/** Units per second of an if_tsresol byte: a power of ten, or of two with the top bit set. */
export function unitsPerSecond(resolution: number): number {
  return resolution & 0x80 ? 2 ** (resolution & 0x7f) : 10 ** resolution;
}

/** Whole seconds of a count given as two uint32 halves. */
export function wholeSeconds(hi: number, lo: number, units: number): number {
  return divide(hi, lo, units, false);
}

/** Rest of the count beyond the whole seconds, in ns, rounded down. */
export function restNanos(hi: number, lo: number, units: number): number {
  return Math.floor(divide(hi, lo, units, true) * (1e9 / units));
}

/** Long division in digits of 16 bits: each step stays below 2^53 because the divisor is at most 2^37. */
function divide(hi: number, lo: number, divisor: number, isRestWanted: boolean): number {
  let quotient = 0;
  let rest = 0;
  for (let i = 0; i < 4; i++) {
    const digit = i < 2 ? (hi >>> (16 - 16 * i)) & 0xffff : (lo >>> (48 - 16 * i)) & 0xffff;
    const value = rest * 65_536 + digit;
    const part = Math.floor(value / divisor);
    quotient = quotient * 65_536 + part;
    rest = value - part * divisor;
  }
  return isRestWanted ? rest : quotient;
}
