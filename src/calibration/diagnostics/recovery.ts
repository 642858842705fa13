/** Whether a calibration finds parameters that are known: points of the prior, each simulated and calibrated. */

import { TwinError } from '../../base/index.ts';
import { mean } from '../../math/index.ts';
import { type ParameterRange, pointOf } from '../search/parameter-space.ts';

const CASES_MIN = 5;
/** Of the normal law, for an interval that holds 95 %. */
const Z = 1.959963984540054;
/** Below this share of explained variance a parameter counts as not identified. */
const R2_MIN = 0.5;

/** One calibration of known parameters; each entry in the parameter's unit, in the order of the ranges. */
export interface RecoveryCase {
  readonly truth: ArrayLike<number>;
  readonly estimate: ArrayLike<number>;
  /** Ends of the interval that is said to hold the truth; null where the estimator gives none. */
  readonly low: ArrayLike<number> | null;
  readonly high: ArrayLike<number> | null;
}

export interface ParameterRecovery {
  readonly name: string;
  /** Of the places in the cube: 1 less the squared errors over the spread of the truths. Can be below 0. */
  readonly r2: number;
  /** Mean error and root of the mean squared error, as shares of the range. */
  readonly bias: number;
  readonly error: number;
  /** Share of the intervals that hold the truth, and the 95 % interval of that share; null without intervals. */
  readonly coverage: { readonly share: number; readonly low: number; readonly high: number } | null;
  readonly isIdentified: boolean;
}

/** Recovery of each parameter. Raises CALIBRATION_SEARCH below five cases. */
export function recoveryOf(
  cases: readonly RecoveryCase[],
  ranges: readonly ParameterRange[],
): ParameterRecovery[] {
  if (cases.length < CASES_MIN)
    throw new TwinError('CALIBRATION_SEARCH', `recovery is judged by at least ${CASES_MIN} cases`, {
      cases: cases.length,
    });
  const truths = cases.map(({ truth }) => pointOf(ranges, truth));
  const estimates = cases.map(({ estimate }) => pointOf(ranges, estimate));
  return ranges.map(({ name }, d) => {
    const errors = estimates.map((estimate, c) => estimate[d]! - truths[c]![d]!);
    const center = mean(truths.map((truth) => truth[d]!));
    const spread = truths.reduce((sum, truth) => sum + (truth[d]! - center) ** 2, 0);
    const squares = errors.reduce((sum, error) => sum + error * error, 0);
    const r2 = spread > 0 ? 1 - squares / spread : Number.NaN;
    return {
      name,
      r2,
      bias: mean(errors),
      error: Math.sqrt(squares / errors.length),
      coverage: coverageOf(cases, d),
      isIdentified: r2 >= R2_MIN,
    };
  });
}

/** Source of the interval: Wilson (1927). */
function coverageOf(cases: readonly RecoveryCase[], d: number): ParameterRecovery['coverage'] {
  const told = cases.filter(({ low, high }) => low !== null && high !== null);
  if (told.length === 0) return null;
  const count = told.length;
  const held = told.filter(({ truth, low, high }) => low![d]! <= truth[d]! && truth[d]! <= high![d]!).length;
  const share = held / count;
  const center = (share + Z ** 2 / (2 * count)) / (1 + Z ** 2 / count);
  const half =
    (Z / (1 + Z ** 2 / count)) * Math.sqrt((share * (1 - share)) / count + Z ** 2 / (4 * count ** 2));
  return { share, low: Math.max(0, center - half), high: Math.min(1, center + half) };
}
