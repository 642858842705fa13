/** Ranges of configured numbers; all problems of one breaker are told at once. */

import { TwinError } from '../../base/index.ts';

/** Lowest and highest allowed value of a whole number. */
export type AllowedRange = readonly [min: number, max: number];

export const PPM_RANGE: AllowedRange = [1, 2_000_000];
/** Widest band below a price: one that reaches 0 would hold nothing. */
export const DOWN_PPM_MAX = 999_999;
/** A day. */
export const DURATION_NS_RANGE: AllowedRange = [0, 86_400_000_000_000];

/** Raises MKT_CONFIG naming every value that is not a whole number within its range. */
export function checkRanges(
  rule: string,
  entries: readonly (readonly [string, number, AllowedRange])[],
): void {
  const problems = entries
    .filter(([, value, [min, max]]) => !Number.isSafeInteger(value) || value < min || value > max)
    .map(([name, value, [min, max]]) => `${name}=${value} (whole number from ${min} to ${max})`);
  if (problems.length === 0) return;
  throw new TwinError('MKT_CONFIG', `${rule}: numbers are whole and within their range`, { problems });
}
