/** What a calibration by simulation comes to: all that its file, its JSON and its page are made of. */

import type {
  MomentWeights,
  MorrisEffect,
  ParameterRecovery,
  PosteriorPredictive,
  RepeatDistance,
  SbcRanks,
  SobolIndices,
} from '../../calibration/index.ts';
import type { Estimator } from '../../scenarios/index.ts';
import type { Estimate, Slopes } from './estimators.ts';
import type { LoadedProblem } from './load-problem.ts';
import type { Target } from './target.ts';

/** An estimate with how it did on simulations that it had not seen. */
export interface RankedEstimate extends Estimate {
  /** Distance on the seeds of the search, and on seeds of their own with as many windows as the target. */
  readonly loss: number;
  readonly heldOutLoss: number;
  /** Mean moments there, of those that count; null where it failed. */
  readonly heldOutMoments: Float64Array | null;
}

export interface PredictiveCheck extends PosteriorPredictive {
  /** Whose points were simulated. */
  readonly of: 'posterior' | 'eligible points' | 'best point';
  readonly simulations: number;
  /** Moments of each simulation. */
  readonly simulated: readonly Float64Array[];
}

/** Sensitivity of ln(distance to the target) over the whole ranges. */
export interface Sensitivity {
  readonly morris: { readonly effects: readonly MorrisEffect[]; readonly runs: number } | null;
  readonly sobol: (SobolIndices & { readonly runs: number }) | null;
}

export interface RecoveryReport {
  readonly method: Estimator;
  readonly cases: number;
  /** Cases whose simulation or calibration failed. */
  readonly failed: number;
  readonly parameters: readonly ParameterRecovery[];
  /** Truth and estimate of each case by parameter, in units of the parameter. */
  readonly pairs: readonly { readonly truth: readonly number[]; readonly estimate: readonly number[] }[];
}

export interface SbcReport {
  readonly runs: number;
  readonly failed: number;
  readonly ranks: readonly SbcRanks[];
  readonly draws: number;
}

export interface AgentsOutcome {
  readonly loaded: LoadedProblem;
  readonly target: Target;
  /** Against a simulation of as many windows as the target has. */
  readonly weights: MomentWeights;
  /** The best on unseen simulations first. */
  readonly estimates: readonly RankedEstimate[];
  /** Values of the parameters at a point of the unit cube. */
  readonly valuesOf: (point: ArrayLike<number>) => Float64Array;
  /** Slopes at the first of them; null where they could not be had. */
  readonly slopes: Slopes | null;
  /** How far simulations of it are from each other: the data should be as near. Null where one fails. */
  readonly repeats: RepeatDistance | null;
  readonly predictive: PredictiveCheck | null;
  readonly sensitivity: Sensitivity;
  readonly recovery: readonly RecoveryReport[];
  readonly sbc: SbcReport | null;
  /** Parameters whose best value lies at an end of its range: what fits better may lie beyond. */
  readonly atEnds: readonly string[];
  /** Moments that stay what they are from one end of each range to the other. */
  readonly unmoved: readonly string[];
  /** Studies that came to nothing, and why. */
  readonly remarks: readonly string[];
  readonly problemHash: string;
  /** Evaluations that the result is made of, and those of them that failed, by reason. */
  readonly evaluations: number;
  readonly failures: readonly { readonly reason: string; readonly points: number }[];
}
