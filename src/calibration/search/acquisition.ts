/** What a Gaussian process says of where to look next. */

import type { GaussianPrediction } from '../../math/index.ts';
import { normalTail } from '../../math/index.ts';

/** Below this the expected improvement is told by its asymptote: both of its terms have cancelled. */
const FAR_BELOW = -6;
const LN_ROOT_2_PI = Math.log(2 * Math.PI) / 2;
/** Deviations around a threshold within which a point is still open. Source: Bryan et al. (2005), 95 %. */
const STRADDLE = 1.96;

/**
 * Logarithm of how much lower than `best` the value is expected to be.
 * Sources: Jones, Schonlau and Welch, "Efficient global optimization of expensive black-box functions" (1998); Ament et al., "Unexpected
 * improvements to expected improvement" (2023) for the logarithm.
 */
export function logExpectedImprovement({ mean, sd }: GaussianPrediction, best: number): number {
  if (!(sd > 0)) return mean < best ? Math.log(best - mean) : Number.NEGATIVE_INFINITY;
  const z = (best - mean) / sd;
  const logDensity = -(z * z) / 2 - LN_ROOT_2_PI;
  if (z < FAR_BELOW) return Math.log(sd) + logDensity - 2 * Math.log(-z) + Math.log1p(-3 / (z * z));
  return Math.log(sd) + Math.log(Math.exp(logDensity) + z * normalTail(-z));
}

/**
 * How open it is on which side of a threshold a value lies: high where the mean is near it and the deviation large.
 * Source: Bryan et al., "Active learning for identifying function threshold boundaries" (2005).
 */
export function straddle({ mean, sd }: GaussianPrediction, threshold: number): number {
  return STRADDLE * sd - Math.abs(mean - threshold);
}
