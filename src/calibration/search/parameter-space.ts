/**
 * Parameters as points of a unit cube: searches and designs know nothing of units. A logarithmic range is even in the logarithm,
 * so that a rate between 0.01 and 100 is as likely below 1 as above.
 */

import { TwinError } from '../../base/index.ts';

/** The prior of one parameter: even over the range, on its scale. */
export interface ParameterRange {
  readonly name: string;
  readonly low: number;
  readonly high: number;
  readonly scale: 'linear' | 'log';
}

/** Most parameters that are searched at once: the low-discrepancy points have twice as many dimensions. */
export const PARAMETERS_MAX = 20;

/** Raises CALIBRATION_SEARCH with every range that is none. */
export function requireRanges(ranges: readonly ParameterRange[]): void {
  const problems: string[] = [];
  if (ranges.length < 1 || ranges.length > PARAMETERS_MAX)
    problems.push(`${ranges.length} parameters, 1 to ${PARAMETERS_MAX} can be searched`);
  const seen = new Set<string>();
  for (const { name, low, high, scale } of ranges) {
    if (seen.has(name)) problems.push(`${name} is there twice`);
    seen.add(name);
    if (!(Number.isFinite(low) && Number.isFinite(high) && low < high))
      problems.push(`${name} has to have low < high, both finite: low=${low} high=${high}`);
    else if (scale === 'log' && !(low > 0))
      problems.push(`${name} is on a log scale, so its low has to be above 0: low=${low}`);
  }
  if (problems.length === 0) return;
  const list = problems.map((problem) => `\n  - ${problem}`).join('');
  throw new TwinError('CALIBRATION_SEARCH', `the ranges of the parameters cannot be searched:${list}`);
}

/** Value of each parameter at a point of the unit cube, in the order of the ranges. */
export function valuesOf(ranges: readonly ParameterRange[], point: ArrayLike<number>): Float64Array {
  return Float64Array.from(ranges, ({ low, high, scale }, i) => {
    const at = point[i]!;
    // The ends are exact: rounding must not carry a value out of its range.
    if (at <= 0) return low;
    if (at >= 1) return high;
    return scale === 'log' ? low * (high / low) ** at : low + at * (high - low);
  });
}

/** Point of the unit cube with these values; values outside of the ranges give entries outside of [0, 1]. */
export function pointOf(ranges: readonly ParameterRange[], values: ArrayLike<number>): Float64Array {
  return Float64Array.from(ranges, ({ low, high, scale }, i) => {
    const value = values[i]!;
    return scale === 'log' ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
  });
}
