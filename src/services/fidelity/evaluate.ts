/**
 * Designs A, B and D in one command (fidelity.md §1.1). A: fits the flow twin and the baseline to the windows before the scored ones,
 * lets both go on from the book behind each of them, and scores what they did against what happened. B: fits to the first part of the time,
 * lets both run through the second. D: fits to all of it, lets both run for an hour from the first book.
 */

import type { FlowModel } from '../../agents/index.ts';
import { hashText, TwinError } from '../../base/index.ts';
import { type FlowFit, FlowForks, fitBaseline, fitFlow, requireFlow } from '../../calibration/index.ts';
import {
  continuationPairs,
  dayTimeNs,
  evenPlaces,
  type FlowStream,
  type FlowWindow,
  PAIRS_MIN,
  type PairPlan,
} from '../../fidelity/index.ts';
import { breathe, type Control } from '../control.ts';
import { partsOf } from './evaluated-parts.ts';
import type { ReadFlow } from './flow/read-flow.ts';
import { type LongRuns, matchRuns, runOn } from './long-run.ts';
import {
  type FidelityRequest,
  planOf,
  readSide,
  type ScoreOutcome,
  scorePlan,
  teller,
} from './score-fidelity.ts';
import { baselineWindow, twinWindow } from './twin-windows.ts';

/** How the twin is tried: from each window on, over the second part of the time, or for an hour from the first book. */
export const EVALUATED_DESIGNS = ['A', 'B', 'D'] as const;
export type EvaluatedDesign = (typeof EVALUATED_DESIGNS)[number];

export interface EvaluateRequest extends FidelityRequest {
  readonly design: EvaluatedDesign;
  /** Design A: pairs of windows that are scored, evenly over the record; null: all. */
  readonly windows: number | null;
  /** Design B: minute of the day at which what is tested begins; null: in the middle of the time. */
  readonly splitMinute: number | null;
  readonly hasProfiles: boolean;
}

export interface EvaluateOutcome extends ScoreOutcome {
  readonly design: EvaluatedDesign;
  /** Designs B and D: what recording and runs were over all of the time. */
  readonly longRuns: LongRuns | null;
  readonly fit: Pick<FlowFit, 'taken' | 'explained'> & { readonly spectralRadius: number };
}

/** Raises FIDELITY_INPUT, CALIBRATION_DATA, CALIBRATION_MODEL and what reading raises. */
export async function evaluateFidelity(
  request: EvaluateRequest,
  control: Control = {},
): Promise<EvaluateOutcome> {
  teller(control)(0, 'reading');
  return evaluateFlow(await readSide(request, request.real), request, control);
}

/** The same of flow that is at hand. Raises FIDELITY_INPUT, CALIBRATION_DATA, CALIBRATION_MODEL. */
export async function evaluateFlow(
  real: ReadFlow,
  request: EvaluateRequest,
  control: Control = {},
): Promise<EvaluateOutcome> {
  refuseStray(request);
  return request.design === 'A' ? goOnFromWindows(real, request, control) : goOnAlone(real, request, control);
}

/** Options that the design at hand has no use for. */
function refuseStray({ design, windows, splitMinute }: EvaluateRequest): void {
  const stray = [
    ...(windows !== null && design !== 'A' ? ['windows is of design A'] : []),
    ...(splitMinute !== null && design !== 'B' ? ['split is of design B'] : []),
  ];
  if (stray.length > 0)
    throw new TwinError('FIDELITY_INPUT', `a design is given its own options alone: ${stray.join('; ')}`, {
      design,
    });
}

async function goOnFromWindows(
  real: ReadFlow,
  request: EvaluateRequest,
  control: Control,
): Promise<EvaluateOutcome> {
  const tell = teller(control);
  const { stream } = real;
  const all = planOf(stream, request);
  const plan = request.windows === null ? all : spread(all, request.windows);
  const isGiven = rowsOf(stream, all.before);
  tell(0.1, `fitting to ${all.before.length} windows`);
  await breathe();
  requireFlow(stream, (row) => isGiven[row] === 1);
  const fit = fitFlow(stream, (row) => isGiven[row] === 1);
  const rates = fitBaseline(stream, (row) => isGiven[row] === 1);
  const forks = new FlowForks(stream, fit);
  const sim: FlowWindow[] = [];
  const baseline: FlowWindow[] = [];
  for (const [i, { from, to }] of plan.real.entries()) {
    tell(0.3 + (0.4 * i) / plan.real.length, `window ${i + 1} of ${plan.real.length}`);
    await breathe();
    const start = forks.at(from);
    const atNs = dayTimeNs(stream, from - 1);
    const fork = { atNs, messages: to - from, seed: hashText(`window ${i}`, request.seed) >>> 0 };
    const { symbol, tickSize } = stream;
    sim.push(twinWindow({ ...fork, model: fit.model, start }));
    baseline.push(baselineWindow({ ...fork, symbol, tickSize, rates, orders: start.orders }));
  }
  const scored = scorePlan({ plan, sim, baseline }, request, (share, text) => tell(0.7 + 0.3 * share, text));
  return {
    ...{ ...scored, real, ...madeSides(request.seed), fit: fitOf(fit) },
    ...{ design: 'A', longRuns: null, alignedBy: 'fork', unmatched: 0, excluded: plan.excluded },
  };
}

/** Designs B and D: both run by themselves for as long as the recording that they are held against. */
async function goOnAlone(
  real: ReadFlow,
  request: EvaluateRequest,
  control: Control,
): Promise<EvaluateOutcome> {
  const tell = teller(control);
  const { stream } = real;
  const { isFitted, fromRow, toRow } = partsOf(stream, request);
  const recorded = continuationPairs(stream, request.windowMessages, null, { from: fromRow, to: toRow });
  tell(0.1, 'fitting');
  await breathe();
  requireFlow(stream, isFitted);
  const fitted = fitFlow(stream, isFitted);
  const rates = fitBaseline(stream, isFitted);
  const model = { ...fitted.model, profile: profileOf(stream, request, fitted.model.profile, fromRow) };
  const { seed } = request;
  const ran = await runOn({ stream, fit: { ...fitted, model }, rates, fromRow, toRow, seed }, (share, text) =>
    tell(0.3 + 0.4 * share, text),
  );
  const { plan, sides, unmatched } = matchRuns(recorded, [ran.sim, ran.baseline], ran.shiftNs);
  const [sim, baseline] = sides as [FlowWindow[], FlowWindow[]];
  const scored = scorePlan({ plan, sim, baseline }, request, (share, text) => tell(0.7 + 0.3 * share, text));
  return {
    ...{ ...scored, real, ...madeSides(seed), fit: fitOf(fitted) },
    ...{ design: request.design, longRuns: ran.runs, alignedBy: 'clock', unmatched, excluded: plan.excluded },
  };
}

/** Design B: the rates of the day, which the first part cannot tell, are those that design A knows; as many in the mean of that part. */
function profileOf(
  stream: FlowStream,
  request: EvaluateRequest,
  own: FlowModel['profile'],
  fromRow: number,
): FlowModel['profile'] {
  if (request.design !== 'B') return own;
  const isGiven = rowsOf(stream, planOf(stream, request).before);
  const { profile } = fitFlow(stream, (row) => isGiven[row] === 1).model;
  const steps = own.factors.map((_, step) => own.fromNs + step * own.stepNs);
  const at = (ns: number): number =>
    profile.factors[
      Math.max(0, Math.min(profile.factors.length - 1, Math.round((ns - profile.fromNs) / profile.stepNs)))
    ]!;
  const until = dayTimeNs(stream, fromRow - 1);
  const fitted = steps.filter((ns) => ns <= until);
  if (fitted.length === 0) return own;
  const [mine, whole] = [fitted.map((_, step) => own.factors[step]!), Array.from(fitted, at)];
  const scale = mine.reduce((a, b) => a + b, 0) / whole.reduce((a, b) => a + b, 0);
  return { ...profile, factors: profile.factors.map((factor) => factor * scale) };
}

function fitOf({ taken, explained, hawkes }: FlowFit): EvaluateOutcome['fit'] {
  return { taken, explained, spectralRadius: hawkes.spectralRadius };
}

function madeSides(seed: number): Pick<EvaluateOutcome, 'sim' | 'baseline'> {
  const made = { remarks: null, setAside: {} };
  return {
    sim: { ...made, source: `flow twin, seed ${seed}` },
    baseline: { ...made, source: `Cont-Stoikov-Talreja, seed ${seed}` },
  };
}

/** 1 for each row of a stream that lies in a window. */
function rowsOf(stream: FlowStream, windows: readonly FlowWindow[]): Uint8Array {
  const rows = new Uint8Array(stream.count);
  for (const { from, to } of windows) rows.fill(1, from, to);
  return rows;
}

/** So many pairs of a plan, evenly from its first to its last. */
function spread(plan: PairPlan, pairs: number): PairPlan {
  const found = plan.real.length;
  if (pairs < PAIRS_MIN || pairs > found) {
    throw new TwinError(
      'FIDELITY_INPUT',
      `the windows that are scored are ${PAIRS_MIN} or more of those found`,
      {
        windows: pairs,
        found,
      },
    );
  }
  const kept = evenPlaces(found, pairs);
  return { ...plan, before: kept.map((i) => plan.before[i]!), real: kept.map((i) => plan.real[i]!) };
}
