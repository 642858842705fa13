/**
 * Calibration by simulation: finds values for numbers of a scenario with which it makes the order flow of a recording. Points are
 * simulated by threads and kept in a log, so that a calibration that was stopped goes on where it was.
 */

import { TwinError } from '../../base/index.ts';
import { jacobianDesign, type PointOutcome } from '../../calibration/index.ts';
import { packageVersion, sha256OfJson } from '../../runs/index.ts';
import type { Estimator } from '../../scenarios/index.ts';
import { breathe, type Control } from '../control.ts';
import { teller } from '../fidelity/score-fidelity.ts';
import type { AgentsOutcome, RankedEstimate, RecoveryReport, SbcReport } from './agents-outcome.ts';
import { type CalibrationPaths, calibrationFiles, writeCalibration } from './calibration-file.ts';
import { abcTable, type Estimate, type EstimateRequest, estimateBy, slopesAt } from './estimators.ts';
import { EvaluationLog } from './evaluation-log.ts';
import { Evaluator } from './evaluator.ts';
import { type LoadedProblem, loadProblem } from './load-problem.ts';
import { methodsOf } from './methods.ts';
import { type Objective, Session } from './session.ts';
import {
  checkPredictive,
  knownCases,
  morrisBy,
  RECOVERY_MIN,
  recoveryBy,
  repeatsAt,
  SBC_MIN,
  sbcOf,
  sobolBy,
} from './studies.ts';
import { chosenMoments, readTarget, type Target } from './target.ts';
import { WorkerPool } from './worker-pool.ts';

export interface AgentsRequest {
  /** The problem file. */
  readonly problem: string;
  /** File of the calibration; null: calibrations/<name>.yaml. */
  readonly out: string | null;
  readonly method: Estimator | 'all' | null;
  readonly budget: number | null;
  readonly workers: number;
  readonly sensitivity: readonly ('morris' | 'sobol')[];
  /** Known sets of parameters that are sought again by every method; null: none. */
  readonly recovery: number | null;
  /** The same for the ranks of regression ABC. */
  readonly sbc: number | null;
  /** Forgets evaluations of before. */
  readonly isFresh: boolean;
  readonly lake: string;
  readonly runs: string;
}

export interface AgentsResult {
  readonly outcome: AgentsOutcome;
  readonly paths: CalibrationPaths;
  /** Points simulated now; the others were known. */
  readonly simulated: number;
  readonly known: number;
}

/**
 * Raises CALIBRATION_PROBLEM, CALIBRATION_DATA, CALIBRATION_SEARCH, RUNS_WRITE, and what reading raises. Rejects with the reason of the
 * signal when it is aborted: evaluations till then are kept.
 */
export async function calibrateAgents(request: AgentsRequest, control: Control = {}): Promise<AgentsResult> {
  const tell = teller(control);
  requireCounts(request);
  tell(0, 'reading');
  const loaded = await loadProblem(request.problem, request.lake, request);
  const paths = calibrationFiles(request.out, loaded.problem.name);
  const target = await readTarget(loaded, request);
  await breathe();
  const problemHash = hashOf(loaded, target);
  const head = { problem: problemHash, program: packageVersion() };
  const log = new EvaluationLog(paths.evaluations, head, request.isFresh);
  const { scenario, parameters } = loaded;
  const pool = new WorkerPool({ scenario, parameters, cut: target.cut }, request.workers);
  try {
    const total = expectedPoints(loaded, request);
    let answered = 0;
    const evaluator = new Evaluator({
      ...{ pool, log, signal: control.signal },
      onAnswer: () => {
        answered++;
        tell(Math.min(0.99, answered / total), `${answered} points, ${evaluator.simulated} simulated now`);
      },
    });
    const { names, pick } = chosenMoments(loaded.problem.moments);
    const session = new Session({ problem: loaded.problem, parameters, evaluator, names, pick });
    const found = await work(session, target, request);
    const outcome: AgentsOutcome = {
      ...{ loaded, target, problemHash, ...found },
      evaluations: evaluator.simulated + evaluator.found,
      failures: [...evaluator.failures]
        .map(([reason, points]) => ({ reason, points }))
        .sort((a, b) => b.points - a.points || (a.reason < b.reason ? -1 : 1)),
    };
    writeCalibration(outcome, paths);
    tell(1, 'done');
    return { outcome, paths, simulated: evaluator.simulated, known: log.known };
  } finally {
    await pool.close();
    log.close();
  }
}

/** Share of a range that is its end. */
const END_SHARE = 0.03;

type Found = Omit<AgentsOutcome, 'loaded' | 'target' | 'problemHash' | 'evaluations' | 'failures'>;

async function work(session: Session, target: Target, request: AgentsRequest): Promise<Found> {
  const { problem } = session;
  const common = session.common(target.windows);
  const fresh = session.fresh(target.windows, 'abc');
  const unmoved = await unmovedMoments(session, common);
  const asked: EstimateRequest = { session, common, fresh, budget: problem.budget, seed: problem.seed };
  const methods = methodsOf(problem.method);
  const estimates: Estimate[] = [];
  for (const method of methods) estimates.push(await estimateBy(method, asked));
  const ranked = await rank(session, session.fresh(target.windows, 'held out'), common, estimates);
  const remarks: string[] = [];
  return {
    ...{ weights: fresh.weights, estimates: ranked, unmoved, remarks },
    atEnds: atEnds(session, ranked[0]!.point),
    valuesOf: (point) => session.values(point),
    slopes: await slopesAt(session, fresh, fresh.weights, ranked[0]!.point),
    repeats: await repeatsAt(session, ranked[0]!.point, session.fresh(target.windows, 'repeats')),
    predictive: await remarked(remarks, 'predictive check', () =>
      checkPredictive(session, ranked, session.fresh(target.windows, 'predictive')),
    ),
    sensitivity: {
      morris: request.sensitivity.includes('morris')
        ? await remarked(remarks, 'Morris', () => morrisBy(session, common))
        : null,
      sobol: request.sensitivity.includes('sobol')
        ? await remarked(remarks, 'Sobol', () => sobolBy(session, common))
        : null,
    },
    ...(await known(session, target, asked, request, remarks)),
  };
}

function atEnds({ parameters }: Session, point: Float64Array): string[] {
  return parameters.flatMap(({ name }, i) =>
    point[i]! < END_SHARE || point[i]! > 1 - END_SHARE ? [name] : [],
  );
}

/** Recovery by every method, and ranks. */
async function known(
  session: Session,
  target: Target,
  asked: EstimateRequest,
  { recovery, sbc }: AgentsRequest,
  remarks: string[],
): Promise<{ recovery: RecoveryReport[]; sbc: SbcReport | null }> {
  const count = Math.max(recovery ?? 0, sbc ?? 0);
  if (count === 0) return { recovery: [], sbc: null };
  const cases = await knownCases(session, session.fresh(target.windows, 'known'), count);
  const methods = methodsOf(session.problem.method);
  const isTableNeeded = sbc !== null || methods.includes('abc');
  const table = isTableNeeded ? await abcTable(asked) : [];
  const reports: RecoveryReport[] = [];
  for (const method of recovery === null ? [] : methods) {
    const report = await remarked(remarks, `recovery by ${method}`, () =>
      recoveryBy(method, cases.slice(0, recovery!), asked, method === 'abc' ? table : null),
    );
    if (report !== null) reports.push(report);
  }
  const ranks =
    sbc === null
      ? null
      : await remarked(remarks, 'ranks', () =>
          sbcOf(session, cases.slice(0, sbc), table, asked.fresh.weights),
        );
  return { recovery: reports, sbc: ranks };
}

/**
 * Moments that stay what they are from one end of every range to the other. Raises CALIBRATION_SEARCH where none moves: no search would
 * find anything then.
 */
async function unmovedMoments(session: Session, common: Objective): Promise<string[]> {
  const { parameters } = session;
  const middle = new Float64Array(parameters.length).fill(0.5);
  const outcomes = await session.design(jacobianDesign(middle, 0.5), common);
  const seen = outcomes.flatMap(({ moments }: PointOutcome) => (moments === null ? [] : [moments]));
  const { used, names } = common.weights;
  if (seen.length < 2) return [];
  const unmoved = used.filter((i) => seen.every((moments) => Object.is(moments[i], seen[0]![i])));
  if (unmoved.length === used.length)
    throw new TwinError('CALIBRATION_SEARCH', 'at least one moment moves with at least one parameter', {
      parameters: parameters.map(({ name }) => name).join(', '),
      moments: used.length,
      moved: 0,
    });
  return unmoved.map((i) => names[i]!);
}

/** Each on the same unseen seeds; the nearest to the target first. */
async function rank(
  session: Session,
  unseen: Objective,
  common: Objective,
  estimates: readonly Estimate[],
): Promise<RankedEstimate[]> {
  const once: Objective = { ...unseen, sampling: () => unseen.sampling(0) };
  const points = estimates.map(({ point }) => point);
  const held = await session.outcomes(points, once);
  const seen = await session.outcomes(points, common);
  return estimates
    .map((estimate, i) => ({
      ...estimate,
      loss: seen[i]!.loss,
      heldOutLoss: held[i]!.loss,
      heldOutMoments: held[i]!.moments,
    }))
    .sort((a, b) => (a.heldOutLoss === b.heldOutLoss ? 0 : a.heldOutLoss - b.heldOutLoss));
}

/** A study that comes to nothing is named, and the others go on. */
async function remarked<T>(remarks: string[], what: string, study: () => Promise<T>): Promise<T | null> {
  try {
    return await study();
  } catch (error) {
    if (!(error instanceof TwinError) || error.code !== 'CALIBRATION_SEARCH') throw error;
    remarks.push(`${what}: ${error.message}`);
    return null;
  }
}

/** All that an evaluation depends on, and what it is compared with. */
function hashOf({ scenario, parameters, problem }: LoadedProblem, { inputs, cut, truth }: Target): string {
  const { data, windows, seeds } = problem;
  return sha256OfJson({ scenario, parameters, inputs, cut, truth, data, windows, seeds });
}

function requireCounts({ recovery, sbc }: AgentsRequest): void {
  if (recovery !== null && recovery < RECOVERY_MIN)
    throw new TwinError('CLI_USAGE', `recovery is judged by at least ${RECOVERY_MIN} known cases`, {
      recovery,
    });
  if (sbc !== null && sbc < SBC_MIN)
    throw new TwinError('CLI_USAGE', `ranks are judged by at least ${SBC_MIN} known cases`, { sbc });
}

/** About how many points will be asked for: only progress is measured by it. */
function expectedPoints({ problem, parameters }: LoadedProblem, request: AgentsRequest): number {
  const { budget, checks } = problem;
  const count = parameters.length;
  const methods = methodsOf(problem.method);
  const searches = methods.filter((method) => method !== 'abc').length;
  return (
    // The ends of the ranges, slopes and repeats.
    (2 * count + 1) * (methods.includes('cmaes') ? 9 : 5) +
    20 +
    methods.length * (budget + 2) +
    checks.predictiveDraws +
    (request.sensitivity.includes('morris') ? checks.morrisTrajectories * (count + 1) : 0) +
    (request.sensitivity.includes('sobol') ? checks.sobolBase * (count + 2) : 0) +
    Math.max(request.recovery ?? 0, request.sbc ?? 0) +
    (request.recovery ?? 0) * searches * budget
  );
}
