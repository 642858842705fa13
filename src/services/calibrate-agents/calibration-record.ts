/** A calibration as plain values: what its file and the JSON of the command hold. The same problem gives the same record. */

import { packageVersion } from '../../runs/index.ts';
import type { AgentsOutcome, RankedEstimate } from './agents-outcome.ts';
import { INTERVAL_KINDS } from './estimators.ts';

export const RECORD_VERSION = 1;
/** Points of an eligibility set or a posterior that are kept. */
const POINTS_KEPT_MAX = 200;

export type CalibrationRecord = ReturnType<typeof calibrationRecord>;

export function calibrationRecord(outcome: AgentsOutcome) {
  const { loaded, target, weights, estimates, problemHash, evaluations, failures } = outcome;
  const { problem, instrument, dataIds, scenario } = loaded;
  const [best] = estimates as [RankedEstimate];
  return {
    ...{ kind: 'agents-calibration', version: RECORD_VERSION, name: problem.name, symbol: instrument.symbol },
    provenance: {
      ...{ program: packageVersion(), problemSha256: problemHash, scenario: scenario.name, dataIds },
      data: {
        source: target.source,
        inputs: target.inputs,
        windows: target.windows.length,
        excluded: target.excluded,
      },
      windows: problem.windows,
      ...{ method: problem.method, budget: problem.budget, seeds: problem.seeds, seed: problem.seed },
      ...{ evaluations, failures },
    },
    best: {
      ...{ method: best.method, heldOutLoss: number(best.heldOutLoss), moments: weights.used.length },
      values: named(outcome, best.values),
    },
    ...(target.truth === null ? {} : { truth: named(outcome, target.truth) }),
    estimates: estimates.map((estimate) => estimateRecord(outcome, estimate)),
    moments: momentRecords(outcome, best),
    leftOut: weights.dropped,
    atEnds: outcome.atEnds,
    unmoved: outcome.unmoved,
    repeats: outcome.repeats,
    identifiability: identifiabilityRecord(outcome),
    predictive: predictiveRecord(outcome),
    sensitivity: sensitivityRecord(outcome),
    recovery: outcome.recovery.map(({ method, cases, failed, parameters }) => ({
      method,
      cases,
      failed,
      parameters,
    })),
    sbc: outcome.sbc,
    remarks: outcome.remarks,
  };
}

/** Values by the names of the parameters. */
function named({ loaded }: AgentsOutcome, values: ArrayLike<number>): Record<string, number> {
  return Object.fromEntries(loaded.parameters.map(({ name }, i) => [name, values[i]!]));
}

/** Null for what JSON has no word for. */
function number(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function estimateRecord(outcome: AgentsOutcome, estimate: RankedEstimate) {
  const { method, loss, heldOutLoss, values, intervals, evaluated, eligibility, posterior } = estimate;
  const { parameters } = outcome.loaded;
  const kept = (eligibility?.eligible.map(({ point }) => point) ?? posterior?.draws ?? []).slice(
    0,
    POINTS_KEPT_MAX,
  );
  return {
    ...{ method, loss: number(loss), heldOutLoss: number(heldOutLoss) },
    points: evaluated.length,
    failed: evaluated.filter(({ outcome: { moments } }) => moments === null).length,
    interval: INTERVAL_KINDS[method],
    parameters: parameters.map(({ name }, i) => ({
      ...{ name, value: values[i]! },
      ...(intervals?.[i] ?? { low: null, high: null }),
      ...(posterior === null
        ? {}
        : { contraction: posterior.parameters[i]!.contraction, r2: number(posterior.parameters[i]!.r2) }),
    })),
    ...(eligibility === null
      ? {}
      : {
          eligible: eligibility.eligible.length,
          criticalErrors: eligibility.critical,
          nearest: {
            worstMoment: eligibility.nearest.worstMoment,
            errors: number(eligibility.nearest.worstErrors),
          },
          rejections: eligibility.rejections,
        }),
    ...(posterior === null ? {} : { accepted: posterior.accepted, outOfReach: posterior.outOfReach }),
    // One row a point, values in the order of the parameters.
    ...(kept.length === 0 ? {} : { sample: kept.map((point) => [...outcome.valuesOf(point)]) }),
  };
}

/** Real against simulated by the best estimate on unseen seeds; gaps in standard errors of the difference. */
function momentRecords({ weights }: AgentsOutcome, { heldOutMoments }: RankedEstimate) {
  return weights.used.map((i) => {
    const [real, simulated] = [weights.means[i]!, heldOutMoments?.[i] ?? Number.NaN];
    return {
      name: weights.names[i]!,
      ...{ real, simulated: number(simulated), errors: number((simulated - real) / weights.errors[i]!) },
    };
  });
}

function identifiabilityRecord({ slopes }: AgentsOutcome) {
  if (slopes === null) return null;
  const { jacobian, inflation } = slopes;
  const { names, units, condition, directions, sds, missing } = jacobian;
  return {
    condition: number(condition),
    inflation,
    parameters: names.map((name, i) => ({ name, unit: units[i]!, sd: number(sds[i]!) })),
    directions: directions.map(({ vector, sd, shareOfPrior, isWeak, text }) => ({
      ...{ text, isWeak, sd: number(sd), shareOfPrior: number(shareOfPrior), vector: [...vector] },
    })),
    missing,
  };
}

function predictiveRecord({ predictive }: AgentsOutcome) {
  if (predictive === null) return null;
  const { of, simulations, checks, flagged, untestable } = predictive;
  return {
    ...{ of, simulations, flagged, untestable },
    checks: checks.map((check) => ({ ...check, z: number(check.z) })),
  };
}

function sensitivityRecord({ sensitivity: { morris, sobol } }: AgentsOutcome) {
  return morris === null && sobol === null ? null : { output: 'ln distance', morris, sobol };
}
