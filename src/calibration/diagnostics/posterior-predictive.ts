/**
 * Whether the calibrated model makes what is real: each moment of simulations of the posterior against the real one.
 * Source: Gelman, Meng and Stern, "Posterior predictive assessment of model fitness" (1996).
 */

import { TwinError } from '../../base/index.ts';
import { mean, normalTail, standardDeviation } from '../../math/index.ts';

const SIMULATIONS_MIN = 20;
/** A moment with less is flagged. */
export const PREDICTIVE_P_MIN = 0.01;

export interface MomentCheck {
  readonly name: string;
  readonly real: number;
  /** Over the simulations. */
  readonly mean: number;
  readonly sd: number;
  /** (real - mean) / sd; Infinity with its sign where the simulations all say the same and the real does not. */
  readonly z: number;
  /** Two-sided; where the real value lies outside of all simulations, that of a normal law with their mean and deviation. */
  readonly p: number;
  readonly isFlagged: boolean;
}

export interface PosteriorPredictive {
  /** The worst first. */
  readonly checks: readonly MomentCheck[];
  readonly flagged: readonly string[];
  /** Moments that the real flow or most simulations lack. */
  readonly untestable: readonly string[];
}

/**
 * Checks the moments that the real flow has. `simulated` holds the moments of one simulation per draw of the posterior, over as many
 * windows as the real ones. Raises CALIBRATION_SEARCH below twenty simulations.
 */
export function posteriorPredictive(
  simulated: readonly ArrayLike<number>[],
  real: ArrayLike<number>,
  names: readonly string[],
): PosteriorPredictive {
  if (simulated.length < SIMULATIONS_MIN)
    throw new TwinError(
      'CALIBRATION_SEARCH',
      `a predictive check needs at least ${SIMULATIONS_MIN} simulations`,
      {
        simulations: simulated.length,
      },
    );
  const untestable: string[] = [];
  const checks: MomentCheck[] = [];
  for (const [i, name] of names.entries()) {
    const values = simulated.map((moments) => moments[i]!).filter((value) => Number.isFinite(value));
    if (Number.isFinite(real[i]!) && 2 * values.length >= simulated.length) {
      checks.push(checkOf(name, values, real[i]!));
    } else untestable.push(name);
  }
  checks.sort((a, b) => a.p - b.p || Math.abs(b.z) - Math.abs(a.z));
  return { checks, flagged: checks.filter(({ isFlagged }) => isFlagged).map(({ name }) => name), untestable };
}

function checkOf(name: string, values: readonly number[], real: number): MomentCheck {
  const center = mean(values);
  const sd = standardDeviation(values);
  const gap = real - center;
  const z = gap === 0 ? 0 : gap / sd;
  const below = values.filter((value) => value < real).length;
  const equal = values.filter((value) => value === real).length;
  const share = (below + equal / 2) / values.length;
  const isOutside = share === 0 || share === 1;
  // A p of 0 would say no more than how few simulations there are.
  const p = isOutside
    ? Math.min(2 / values.length, 2 * normalTail(Math.abs(z)))
    : 2 * Math.min(share, 1 - share);
  return { name, real, mean: center, sd, z, p, isFlagged: p < PREDICTIVE_P_MIN };
}
