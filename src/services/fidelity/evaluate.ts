/**
 * Design A in one command (fidelity.md §1.1): fits the flow twin and the baseline to the windows before the scored ones, lets both go
 * on from the book behind each of them, and scores what they did against what happened.
 */

import { hashText, TwinError } from '../../base/index.ts';
import { type FlowFit, FlowForks, fitBaseline, fitFlow, requireFlow } from '../../calibration/index.ts';
import {
  evenPlaces,
  type FlowStream,
  type FlowWindow,
  PAIRS_MIN,
  type PairPlan,
} from '../../fidelity/index.ts';
import { breathe, type Control } from '../control.ts';
import {
  type FidelityRequest,
  planOf,
  readSide,
  type ScoreOutcome,
  scorePlan,
  teller,
} from './score-fidelity.ts';
import { baselineWindow, twinWindow } from './twin-windows.ts';

export interface EvaluateRequest extends FidelityRequest {
  /** Pairs of windows that are scored, evenly over the record; null: all. */
  readonly windows: number | null;
  readonly hasProfiles: boolean;
}

export interface EvaluateOutcome extends ScoreOutcome {
  readonly fit: Pick<FlowFit, 'taken' | 'explained'> & { readonly spectralRadius: number };
}

const DAY_NS = 86_400e9;

/** Raises FIDELITY_INPUT, CALIBRATION_DATA, CALIBRATION_MODEL and what reading raises. */
export async function evaluateFidelity(
  request: EvaluateRequest,
  control: Control = {},
): Promise<EvaluateOutcome> {
  const tell = teller(control);
  tell(0, 'reading');
  const real = await readSide(request, request.real);
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
    const atNs = (stream.timeNs[from - 1]! + stream.dayOffsetNs) % DAY_NS;
    const fork = { atNs, messages: to - from, seed: hashText(`window ${i}`, request.seed) >>> 0 };
    const { symbol, tickSize } = stream;
    sim.push(twinWindow({ ...fork, model: fit.model, start }));
    baseline.push(baselineWindow({ ...fork, symbol, tickSize, rates, orders: start.orders }));
  }
  const scored = scorePlan({ plan, sim, baseline }, request, (share, text) => tell(0.7 + 0.3 * share, text));
  const made = { remarks: null, setAside: {} };
  return {
    ...scored,
    real,
    sim: { ...made, source: `flow twin, seed ${request.seed}` },
    baseline: { ...made, source: `Cont-Stoikov-Talreja, seed ${request.seed}` },
    alignedBy: 'fork',
    unmatched: 0,
    excluded: plan.excluded,
    fit: {
      taken: fit.taken,
      explained: fit.explained,
      spectralRadius: fit.hawkes.spectralRadius,
    },
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
