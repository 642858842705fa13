/**
 * Every point that the real flow does not rule out, instead of one best: no moment is further from the real one than chance allows, with
 * the level shared out among the moments (Bonferroni).
 * Source: Bai, Lam, Balch and Vyetrenko, "Efficient calibration of multi-agent market simulators from time series" (arXiv 2112.03874).
 */

import { TwinError } from '../../base/index.ts';
import { normalQuantile } from '../../math/index.ts';
import { type ParameterRange, valuesOf } from '../search/parameter-space.ts';
import type { EvaluatedPoint } from '../search/search.ts';

const LEVEL_DEFAULT = 0.05;

export interface EligibilityOptions {
  readonly ranges: readonly ParameterRange[];
  readonly names: readonly string[];
  /** Real means of the moments, and the standard errors of their difference to simulated ones (`momentWeights`). */
  readonly means: ArrayLike<number>;
  readonly errors: ArrayLike<number>;
  /** Places of the moments that are compared. */
  readonly used: readonly number[];
  /** Chance that a true point is rejected by any moment; 0.05. */
  readonly level?: number;
}

export interface JudgedPoint extends EvaluatedPoint {
  /** Of the moment that fits least, in standard errors; Infinity where the point failed or lacks a moment. */
  readonly worstErrors: number;
  /** Null where the point failed. */
  readonly worstMoment: string | null;
}

export interface EligibilitySet {
  /** Standard errors beyond which a moment rejects a point. */
  readonly critical: number;
  /** Those that no moment rejects, the best fit first. */
  readonly eligible: readonly JudgedPoint[];
  /** The point that fits best, eligible or not. */
  readonly nearest: JudgedPoint;
  /** Range of each parameter over the eligible points, in its unit; null where there are none. */
  readonly box: readonly { readonly name: string; readonly low: number; readonly high: number }[] | null;
  /** For each moment that rejects any point: how many, and how many it alone rejects; the most first. */
  readonly rejections: readonly { readonly name: string; readonly points: number; readonly alone: number }[];
  readonly failed: number;
}

/** Standard errors beyond which one of so many moments rejects a point. */
export function criticalErrors(moments: number, level = LEVEL_DEFAULT): number {
  if (!(level > 0 && level < 1))
    throw new TwinError('CALIBRATION_SEARCH', 'the level of an eligibility set lies between 0 and 1', {
      level,
    });
  return normalQuantile(1 - level / (2 * moments));
}

/** Of the moment that fits least, in standard errors: a loss whose points at or below `criticalErrors` are eligible. */
export function worstErrorsOf(
  moments: ArrayLike<number>,
  { means, errors, used }: Pick<EligibilityOptions, 'means' | 'errors' | 'used'>,
): number {
  let worst = 0;
  for (const i of used) {
    const gap = Math.abs(moments[i]! - means[i]!) / errors[i]!;
    worst = Math.max(worst, Number.isNaN(gap) ? Number.POSITIVE_INFINITY : gap);
  }
  return worst;
}

/** Judges evaluated points. Raises CALIBRATION_SEARCH when every point failed. */
export function eligibilitySet(
  evaluated: readonly EvaluatedPoint[],
  options: EligibilityOptions,
): EligibilitySet {
  const { ranges, names, means, errors, used, level = LEVEL_DEFAULT } = options;
  const critical = criticalErrors(used.length, level);
  const rejections = new Map(used.map((i) => [i, { name: names[i]!, points: 0, alone: 0 }]));
  let failed = 0;
  const judged = evaluated.map((one): JudgedPoint => {
    const { moments } = one.outcome;
    if (moments === null) {
      failed++;
      return { ...one, worstErrors: Number.POSITIVE_INFINITY, worstMoment: null };
    }
    let worst = -1;
    let worstErrors = -1;
    const rejecting: number[] = [];
    for (const i of used) {
      const gap = Math.abs(moments[i]! - means[i]!) / errors[i]!;
      const off = Number.isNaN(gap) ? Number.POSITIVE_INFINITY : gap;
      if (off > critical) rejecting.push(i);
      if (off > worstErrors) [worst, worstErrors] = [i, off];
    }
    for (const i of rejecting) {
      rejections.get(i)!.points++;
      if (rejecting.length === 1) rejections.get(i)!.alone++;
    }
    return { ...one, worstErrors, worstMoment: names[worst] ?? null };
  });
  if (failed === evaluated.length)
    throw new TwinError('CALIBRATION_SEARCH', 'at least one point came back with moments', {
      points: evaluated.length,
      failed,
    });
  judged.sort((a, b) => (a.worstErrors === b.worstErrors ? 0 : a.worstErrors - b.worstErrors));
  const eligible = judged.filter(({ worstErrors }) => worstErrors <= critical);
  return {
    critical,
    eligible,
    nearest: judged[0]!,
    box: eligible.length === 0 ? null : boxOf(ranges, eligible),
    rejections: [...rejections.values()]
      .filter(({ points }) => points > 0)
      .sort((a, b) => b.points - a.points || b.alone - a.alone),
    failed,
  };
}

/**
 * Kolmogorov-Smirnov distance beyond which two samples differ at a level that is shared out among `tests` of them: for a loss that is
 * the largest distance of several metrics, points at or below it are eligible. Observations are taken as independent.
 */
export function ksThreshold(countA: number, countB: number, tests: number, level = LEVEL_DEFAULT): number {
  return Math.sqrt((-Math.log(level / (2 * tests)) / 2) * (1 / countA + 1 / countB));
}

function boxOf(
  ranges: readonly ParameterRange[],
  points: readonly JudgedPoint[],
): { name: string; low: number; high: number }[] {
  const values = points.map(({ point }) => valuesOf(ranges, point));
  return ranges.map(({ name }, d) => ({
    name,
    low: Math.min(...values.map((one) => one[d]!)),
    high: Math.max(...values.map((one) => one[d]!)),
  }));
}
