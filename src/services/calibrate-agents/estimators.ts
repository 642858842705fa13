/**
 * Three ways to values for the parameters of a target, each with what it says of how sure they are. None is the best everywhere
 * (Carrella, JASSS 24(2) 7): they are held against each other by simulations that none of them has seen.
 */

import { TwinError } from '../../base/index.ts';
import {
  type AbcPosterior,
  bayesianSearch,
  bestOf,
  cmaEsSearch,
  criticalErrors,
  designSearch,
  type EligibilitySet,
  type EvaluatedPoint,
  eligibilitySet,
  inflationOf,
  jacobianDesign,
  jacobianOf,
  type MomentJacobian,
  type MomentWeights,
  meanMoments,
  type PointOutcome,
  pointOf,
  priorDesign,
  regressionAbc,
  worstErrorsOf,
} from '../../calibration/index.ts';
import type { Estimator } from '../../scenarios/index.ts';
import { budgetMin } from './methods.ts';
import type { Objective, Session } from './session.ts';

export interface Interval {
  readonly low: number;
  readonly high: number;
}

export interface Estimate {
  readonly method: Estimator;
  /** In the unit cube, and in the units of the parameters. */
  readonly point: Float64Array;
  readonly values: readonly number[];
  /** One a parameter: what the interval means differs, see INTERVAL_KINDS. Null where there is none. */
  readonly intervals: readonly Interval[] | null;
  /** Points that were asked for, in their order. */
  readonly evaluated: readonly EvaluatedPoint[];
  readonly eligibility: EligibilitySet | null;
  readonly posterior: AbcPosterior | null;
}

/** What an estimator's interval holds. */
export const INTERVAL_KINDS: Readonly<Record<Estimator, string>> = {
  cmaes: '90 %, by the slope of the moments at the best point',
  bayesian: 'range of the points that no moment rejects at 5 %',
  abc: '90 % of the posterior',
};

/** Of the normal law, for an interval that holds 90 %. */
const Z90 = 1.6448536269514722;
/** Share of a range to either side of a point, and simulations of each neighbour, that slopes are taken over. */
const SLOPE_STEP = 0.2;
const SLOPE_REPEATS = 4;

export interface EstimateRequest {
  readonly session: Session;
  /** Against simulations with common seeds, and with seeds of their own. */
  readonly common: Objective;
  readonly fresh: Objective;
  readonly budget: number;
  readonly seed: number;
}

/** Raises CALIBRATION_SEARCH, with the commonest reason where all points failed. */
export async function estimateBy(method: Estimator, request: EstimateRequest): Promise<Estimate> {
  switch (method) {
    case 'cmaes':
      return byCmaEs(request);
    case 'bayesian':
      return byBayes(request);
    case 'abc': {
      const table = await abcTable(request);
      return fromTable(table, request.session, request.fresh.weights, request.seed);
    }
  }
}

async function byCmaEs({ session, common, fresh, budget, seed }: EstimateRequest): Promise<Estimate> {
  const dimension = session.parameters.length;
  const evaluated = await session.run(cmaEsSearch({ dimension, seed, evaluationsMax: budget }), common);
  const { point } = bestOf(evaluated);
  const slopes = await slopesAt(session, fresh, common.weights, point);
  return {
    ...{ method: 'cmaes', point, values: [...session.values(point)], evaluated },
    intervals: slopes === null ? null : intervalsOf(session, point, slopes.jacobian),
    eligibility: null,
    posterior: null,
  };
}

/** The search is told of the moment that fits least, by which points are eligible; the estimate is the point of the least distance. */
async function byBayes({ session, common, budget, seed }: EstimateRequest): Promise<Estimate> {
  const { parameters: ranges, names } = session;
  const { means, errors, used } = common.weights;
  const eligibleLoss = criticalErrors(used.length);
  const search = bayesianSearch({ dimension: ranges.length, seed, evaluationsMax: budget, eligibleLoss });
  const evaluated = await session.run(search, common, (moments) => worstErrorsOf(moments, common.weights));
  const eligibility = eligibilitySet(evaluated, { ranges, names, means, errors, used });
  const { point } = bestOf(evaluated);
  return {
    ...{ method: 'bayesian', point, values: [...session.values(point)], evaluated, eligibility },
    intervals: eligibility.box,
    posterior: null,
  };
}

/** Points of the prior with their moments: one table answers for any target. */
export function abcTable({ session, fresh, budget, seed }: EstimateRequest): Promise<EvaluatedPoint[]> {
  const dimension = session.parameters.length;
  const count = Math.max(budget, budgetMin('abc', dimension));
  return session.run(designSearch(priorDesign(dimension, count, seed)), fresh);
}

/** Medians of the posterior of a target, whose means and weights are given. */
export function fromTable(
  evaluated: readonly EvaluatedPoint[],
  session: Session,
  { means, used }: Pick<MomentWeights, 'means' | 'used'>,
  seed: number,
  draws?: number,
): Estimate {
  const { parameters: ranges, names } = session;
  const posterior = regressionAbc(evaluated, {
    ...{ ranges, target: means, names, used, seed },
    ...(draws === undefined ? {} : { draws }),
  });
  const values = posterior.parameters.map(({ median }) => median);
  return {
    ...{ method: 'abc', values, evaluated, posterior, eligibility: null },
    point: pointOf(ranges, values).map((place) => Math.min(1, Math.max(0, place))),
    intervals: posterior.parameters.map(({ low, high }) => ({ low, high })),
  };
}

export interface Slopes {
  readonly jacobian: MomentJacobian;
  /** Mean distance of two simulations of the point, over what the weights expect of it: variances are that many times larger. */
  readonly inflation: number;
}

/**
 * How moments move around a point; null where a neighbour fails, or moments are too few to tell. Differences of simulations are noisy,
 * and noise looks like slopes: the step is wide, and each neighbour is simulated several times, with the same seeds as the others.
 */
export async function slopesAt(
  session: Session,
  fresh: Objective,
  weights: MomentWeights,
  point: Float64Array,
): Promise<Slopes | null> {
  const design = jacobianDesign(point, SLOPE_STEP);
  const repeats: PointOutcome[][] = [];
  for (let k = 0; k < SLOPE_REPEATS; k++)
    repeats.push(await session.design(design, { ...fresh, sampling: () => fresh.sampling(-1 - k) }));
  const centers = repeats.flatMap(([center]) => (center!.moments === null ? [] : [center!.moments]));
  const inflation = inflationOf(centers, fresh.weights);
  const mean = design.points.map(
    (_, at): PointOutcome => meanOutcome(repeats.map((outcomes) => outcomes[at]!.moments)),
  );
  const inverse = weights.inverse.map((value) => value / inflation);
  try {
    return { inflation, jacobian: jacobianOf(design, session.parameters, mean, { ...weights, inverse }) };
  } catch (error) {
    if (error instanceof TwinError && error.code === 'CALIBRATION_SEARCH') return null;
    throw error;
  }
}

function meanOutcome(moments: readonly (Float64Array | null)[]): PointOutcome {
  const seen = moments.filter((one) => one !== null);
  // One that failed with some seeds only would be a mean of other seeds.
  return seen.length < moments.length
    ? { loss: Number.POSITIVE_INFINITY, moments: null }
    : { loss: 0, moments: meanMoments(seen) };
}

function intervalsOf(session: Session, point: Float64Array, { sds, units }: MomentJacobian): Interval[] {
  const values = session.values(point);
  return session.parameters.map(({ low, high }, i) => {
    const value = values[i]!;
    const half = Z90 * sds[i]!;
    const [from, to] =
      units[i] === 'ln'
        ? [value * Math.exp(-half), value * Math.exp(half)]
        : [value - half * (high - low), value + half * (high - low)];
    return { low: Math.max(low, from), high: Math.min(high, to) };
  });
}
