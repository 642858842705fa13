/** Exact roundings of shares of a price. Percentages are in ppm: 5 % = 50,000. */

import { invariant } from '../../base/index.ts';

export const PPM = 1_000_000;

/**
 * value · numerator / denominator to the nearest multiple of `step`, halves away from zero. Exact whatever the size, and
 * therefore slow: for bands that change now and then, not for each trade.
 */
export function scaleHalfUp(value: bigint, numerator: bigint, denominator: bigint, step = 1): number {
  const product = value * numerator;
  const isNegative = product < 0n !== denominator < 0n;
  const divisor = abs(denominator) * BigInt(step);
  const rounded = Number((2n * abs(product) + divisor) / (2n * divisor)) * step;
  return isNegative && rounded !== 0 ? -rounded : rounded;
}

/**
 * Largest whole number of ticks at or below price · ppm / 10^6. The quotient of two whole numbers whose larger is below
 * 2^53 never rounds up to the next whole one, so the division of doubles is exact enough.
 */
export function shareFloor(priceTicks: number, ppm: number): number {
  const product = priceTicks * ppm;
  invariant(Number.isSafeInteger(product), 'price times ppm stays below 2^53');
  return Math.floor(product / PPM);
}

/** Whole ticks within price ± ppm, both ends included: a price outside of it is outside of the unrounded range too. */
export function rangeAround(
  priceTicks: number,
  ppm: number,
): { readonly lowTicks: number; readonly highTicks: number } {
  const widthFloor = shareFloor(Math.abs(priceTicks), ppm);
  return { lowTicks: priceTicks - widthFloor, highTicks: priceTicks + widthFloor };
}

function abs(value: bigint): bigint {
  return value < 0n ? -value : value;
}
