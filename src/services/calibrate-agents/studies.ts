/** What is asked beside the estimates: how a model does with its posterior, what its parameters move, and whether known ones are found. */

import { hashText, TwinError } from '../../base/index.ts';
import {
  type Design,
  designSearch,
  type EvaluatedPoint,
  type MomentWeights,
  morrisDesign,
  morrisOf,
  posteriorPredictive,
  priorDesign,
  type RecoveryCase,
  type RepeatDistance,
  ranksOfSbc,
  recoveryOf,
  repeatDistance,
  type SbcRun,
  saltelliDesign,
  sobolOf,
} from '../../calibration/index.ts';
import { evenPlaces } from '../../fidelity/index.ts';
import type { Estimator } from '../../scenarios/index.ts';
import type { PredictiveCheck, RecoveryReport, SbcReport, Sensitivity } from './agents-outcome.ts';
import { type Estimate, type EstimateRequest, estimateBy, fromTable } from './estimators.ts';
import type { Objective, Session } from './session.ts';

/** Known sets of parameters below which nothing is said. */
export const RECOVERY_MIN = 5;
export const SBC_MIN = 20;
/** One less than ranks that bins share evenly. */
const SBC_DRAWS = 99;
const SBC_BINS_MAX = 20;
/** Simulations of the best point that are held against each other. */
const REPEATS = 20;
const RUNS_PER_BIN = 5;

/** Simulations of the posterior, else of the eligible points, else of the best one, against the target. */
export async function checkPredictive(
  session: Session,
  estimates: readonly Estimate[],
  objective: Objective,
): Promise<PredictiveCheck> {
  const count = session.problem.checks.predictiveDraws;
  const posterior = estimates.find((one) => one.posterior !== null)?.posterior?.draws ?? [];
  const eligible = estimates.flatMap((one) => one.eligibility?.eligible ?? []).map(({ point }) => point);
  const [of, points] =
    posterior.length > 0
      ? (['posterior', posterior] as const)
      : eligible.length > 0
        ? (['eligible points', eligible] as const)
        : (['best point', [estimates[0]!.point]] as const);
  // Fewer points than simulations go round, each time with other seeds.
  const chosen = evenPlaces(points.length, count).map((at) => points[at]!);
  const drawn = Array.from({ length: count }, (_, i) => chosen[i % chosen.length]!);
  const outcomes = await session.outcomes(drawn, objective);
  const simulated = outcomes.flatMap(({ moments }) => (moments === null ? [] : [moments]));
  const { weights } = objective;
  const checked = posteriorPredictive(simulated, weights.means, weights.names);
  return { ...checked, of, simulations: simulated.length, simulated };
}

/** How far simulations of one point are from each other, as long as the target; null where any of them fails. */
export async function repeatsAt(
  session: Session,
  point: Float64Array,
  objective: Objective,
): Promise<RepeatDistance | null> {
  const outcomes = await session.outcomes(new Array<Float64Array>(REPEATS).fill(point), objective);
  const simulated = outcomes.flatMap(({ moments }) => (moments === null ? [] : [moments]));
  return simulated.length < REPEATS ? null : repeatDistance(simulated, objective.weights);
}

/** Morris' effects on the logarithm of the distance. Raises CALIBRATION_SEARCH where too many points fail. */
export async function morrisBy(session: Session, objective: Objective): Promise<Sensitivity['morris']> {
  const { problem, parameters } = session;
  const design = morrisDesign(parameters.length, problem.seed, problem.checks.morrisTrajectories);
  const values = await lnLosses(session, design, objective);
  return { effects: morrisOf(design, namesOf(session), values), runs: design.points.length };
}

/** Sobol's indices of the same. Raises CALIBRATION_SEARCH where too many points fail. */
export async function sobolBy(session: Session, objective: Objective): Promise<Sensitivity['sobol']> {
  const { problem, parameters } = session;
  const design = saltelliDesign(parameters.length, problem.checks.sobolBase, problem.seed);
  const values = await lnLosses(session, design, objective);
  return { ...sobolOf(design, namesOf(session), values), runs: design.points.length };
}

async function lnLosses(session: Session, design: Design, objective: Objective): Promise<number[]> {
  const evaluated = await session.run(designSearch(design), objective);
  return evaluated.map(({ outcome }) => Math.log(outcome.loss));
}

function namesOf({ parameters }: Session): string[] {
  return parameters.map(({ name }) => name);
}

/** Sets of parameters that are drawn from the ranges and simulated as if they were the target. */
export interface KnownCase {
  readonly point: Float64Array;
  readonly values: readonly number[];
  /** Null where it could not be simulated. */
  readonly moments: Float64Array | null;
}

/** The first ones are the same however many are asked for. */
export async function knownCases(
  session: Session,
  objective: Objective,
  count: number,
): Promise<KnownCase[]> {
  const seed = hashText('known cases', session.problem.seed);
  const { points } = priorDesign(session.parameters.length, count, seed);
  const outcomes = await session.outcomes(points, objective);
  return points.map((point, i) => ({
    point,
    values: [...session.values(point)],
    moments: outcomes[i]!.moments,
  }));
}

/** One method on each case. `table` are the points of the prior for regression ABC. */
export async function recoveryBy(
  method: Estimator,
  cases: readonly KnownCase[],
  request: EstimateRequest,
  table: readonly EvaluatedPoint[] | null,
): Promise<RecoveryReport> {
  const { session, common, fresh } = request;
  const found: { truth: readonly number[]; estimate: Estimate }[] = [];
  for (const { values, moments } of cases) {
    if (moments === null) continue;
    const at = (objective: Objective): Objective => ({
      ...objective,
      weights: withMeans(objective.weights, moments),
    });
    const estimate = await orNull(async () =>
      table === null
        ? estimateBy(method, { ...request, common: at(common), fresh: at(fresh) })
        : fromTable(table, session, withMeans(fresh.weights, moments), request.seed),
    );
    if (estimate !== null) found.push({ truth: values, estimate });
  }
  const recovered = found.map(
    ({ truth, estimate: { values, intervals } }): RecoveryCase => ({
      truth,
      estimate: values,
      low: intervals?.map(({ low }) => low) ?? null,
      high: intervals?.map(({ high }) => high) ?? null,
    }),
  );
  return {
    ...{ method, cases: found.length, failed: cases.length - found.length },
    parameters: recoveryOf(recovered, session.parameters),
    pairs: found.map(({ truth, estimate }) => ({ truth, estimate: estimate.values })),
  };
}

/** Ranks of the known values among draws of their posteriors. */
export async function sbcOf(
  session: Session,
  cases: readonly KnownCase[],
  table: readonly EvaluatedPoint[],
  weights: MomentWeights,
): Promise<SbcReport> {
  const runs: SbcRun[] = [];
  for (const [i, { point, moments }] of cases.entries()) {
    if (moments === null) continue;
    const estimate = await orNull(async () =>
      fromTable(
        table,
        session,
        withMeans(weights, moments),
        hashText(`sbc ${i}`, session.problem.seed),
        SBC_DRAWS,
      ),
    );
    if (estimate !== null) runs.push({ truth: point, draws: estimate.posterior!.draws });
  }
  const bins = Math.min(SBC_BINS_MAX, Math.floor(runs.length / RUNS_PER_BIN));
  return {
    ...{ runs: runs.length, failed: cases.length - runs.length, draws: SBC_DRAWS },
    ranks: ranksOfSbc(runs, namesOf(session), bins),
  };
}

/** The same weights around other means: those of a target that was simulated. */
function withMeans(weights: MomentWeights, means: Float64Array): MomentWeights {
  return { ...weights, means };
}

/** Null where a search comes to nothing: that counts as a failed case. */
async function orNull<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof TwinError && error.code === 'CALIBRATION_SEARCH') return null;
    throw error;
  }
}
