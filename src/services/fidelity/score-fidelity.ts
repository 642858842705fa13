/** Scores a simulation, a recording or a run against a recording: reads, pairs windows, scores, tells apart. */

import { TwinError } from '../../base/index.ts';
import {
  type Alignment,
  alignedWindows,
  continuationPairs,
  type Discrimination,
  discriminate,
  type FactsReport,
  type Floor,
  type FlowRemarks,
  type FlowStream,
  type FlowWindow,
  factsOf,
  floorOf,
  halvesOf,
  type PairPlan,
  type Score,
  scoreWindows,
  type TransferResult,
  transferTest,
  WINDOW_MESSAGES,
} from '../../fidelity/index.ts';
import type { Control } from '../control.ts';
import { commonTick } from './common-tick.ts';
import { type ReadFlow, readFlow } from './flow/read-flow.ts';

/** What all fidelity commands ask for. */
export interface FidelityRequest {
  readonly real: readonly string[];
  /** Instrument of both sides, null where there is only one. */
  readonly symbol: string | null;
  readonly levels: number;
  readonly windowMessages: number;
  /** Part of the day, minutes since midnight of the recording's clock; null: all of it. */
  readonly fromMinute: number | null;
  readonly toMinute: number | null;
  readonly lake: string;
  readonly runs: string;
  readonly draws: number;
  readonly seed: number;
}

export interface ScoreRequest extends FidelityRequest {
  readonly sim: readonly string[];
  /** The baseline's flow, null where there is none: then there is no Fidelity Index. */
  readonly baseline: readonly string[] | null;
  readonly hasProfiles: boolean;
}

export const FIDELITY_DEFAULTS = { levels: 10, windowMessages: WINDOW_MESSAGES, draws: 1000, seed: 1 };

/** Where the flow of a side came from; what is made on the spot has no remarks of a reader. */
export interface ScoredSide {
  readonly source: string;
  readonly remarks: FlowRemarks | null;
  readonly setAside: Readonly<Record<string, number>>;
}

export interface ScoreOutcome {
  readonly real: ScoredSide;
  readonly sim: ScoredSide;
  readonly baseline: ScoredSide | null;
  readonly score: Score;
  readonly discrimination: readonly Discrimination[];
  /** How the windows of the other sides were found; 'fork': each went on from the real book before its window. */
  readonly alignedBy: Alignment['by'] | 'fork';
  readonly unmatched: number;
  readonly excluded: PairPlan['excluded'];
}

/** Raises FIDELITY_INPUT and what reading raises. */
export async function scoreFidelity(request: ScoreRequest, control: Control = {}): Promise<ScoreOutcome> {
  const tell = teller(control);
  tell(0, 'reading');
  const real = await readSide(request, request.real);
  const sim = await readSide(request, request.sim);
  const baseline = request.baseline === null ? null : await readSide(request, request.baseline);
  const streams = commonTick(
    [real, sim, ...(baseline === null ? [] : [baseline])].map(({ stream }) => stream),
  );
  const plan = planOf(streams[0]!, request);
  const aligned = alignAll(plan, streams.slice(1), request.windowMessages);
  const scored = scorePlan(
    { plan: aligned.plan, sim: aligned.sides[0]!, baseline: aligned.sides[1] ?? null },
    request,
    (share, text) => tell(0.3 + 0.7 * share, text),
  );
  return {
    ...{ ...scored, real, sim, baseline, excluded: plan.excluded },
    alignedBy: aligned.by,
    unmatched: plan.real.length - aligned.plan.real.length,
  };
}

export interface PlannedSides {
  readonly plan: PairPlan;
  readonly sim: readonly FlowWindow[];
  readonly baseline: readonly FlowWindow[] | null;
}

/** Scores windows that were paired, and tells them apart. */
export function scorePlan(
  { plan, sim, baseline }: PlannedSides,
  { draws, seed, hasProfiles }: Pick<ScoreRequest, 'draws' | 'seed' | 'hasProfiles'>,
  tell: (share: number, text: string) => void,
): Pick<ScoreOutcome, 'score' | 'discrimination'> {
  const { real, before } = plan;
  tell(0, `scoring ${real.length} pairs of windows`);
  const score = scoreWindows({ real, sim, floor: before, baseline, options: { draws, seed, hasProfiles } });
  tell(0.7, 'telling real and simulated apart');
  const discrimination = discriminate({ real, sim, before, seed });
  tell(1, 'done');
  return { score, discrimination };
}

/** Floor of one recording. */
export async function floorFidelity(
  request: FidelityRequest,
  control: Control = {},
): Promise<{ readonly real: ReadFlow; readonly floor: Floor }> {
  const tell = teller(control);
  tell(0, 'reading');
  const real = await readSide(request, request.real);
  tell(0.3, 'comparing real windows with real ones');
  const floor = floorOf(planOf(real.stream, request), request.draws, request.seed);
  tell(1, 'done');
  return { real, floor };
}

/** Stylised facts of one instrument; each name is the recording of a day, unless all are files of one. */
export async function factsFidelity(
  request: FidelityRequest,
  isDayEach: boolean,
): Promise<{ readonly sources: readonly ReadFlow[]; readonly facts: FactsReport }> {
  const groups = isDayEach ? request.real.map((name) => [name]) : [request.real];
  const sources: ReadFlow[] = [];
  for (const names of groups) sources.push(await readSide(request, names));
  return { sources, facts: factsOf(sources.map(({ stream }) => stream)) };
}

export interface DiscriminateOutcome {
  readonly real: ReadFlow;
  readonly sim: ReadFlow;
  readonly windows: number;
  readonly discrimination: readonly Discrimination[];
}

/** The classifier test alone. */
export async function discriminateFidelity(
  request: FidelityRequest & { readonly sim: readonly string[] },
): Promise<DiscriminateOutcome> {
  const real = await readSide(request, request.real);
  const sim = await readSide(request, request.sim);
  const streams = commonTick([real.stream, sim.stream]);
  const plan = planOf(streams[0]!, request);
  const aligned = alignAll(plan, streams.slice(1), request.windowMessages);
  const discrimination = discriminate({
    real: aligned.plan.real,
    sim: aligned.sides[0]!,
    before: aligned.plan.before,
    seed: request.seed,
  });
  return { real, sim, windows: aligned.plan.real.length, discrimination };
}

export interface TransferOutcome {
  readonly real: ReadFlow;
  readonly sim: ReadFlow | null;
  readonly results: readonly TransferResult[];
}

/** Trains on one side and tests on the other; without a simulation it gives the ceiling. */
export async function transferFidelity(
  request: FidelityRequest & { readonly sim: readonly string[] | null },
): Promise<TransferOutcome> {
  const real = await readSide(request, request.real);
  const sim = request.sim === null ? null : await readSide(request, request.sim);
  const streams = commonTick([real, ...(sim === null ? [] : [sim])].map(({ stream }) => stream));
  const whole = (stream: FlowStream): FlowWindow => ({ stream, from: 0, to: stream.count });
  const results = transferTest({
    real: halvesOf(whole(streams[0]!)),
    sim: sim === null ? null : halvesOf(whole(streams[1]!)),
  });
  return { real, sim, results };
}

/** Flow that has messages. Raises FIDELITY_INPUT and what reading raises. */
export async function readSide(
  request: Pick<FidelityRequest, 'symbol' | 'levels' | 'lake' | 'runs'>,
  names: readonly string[],
): Promise<ReadFlow> {
  const { symbol, levels, lake, runs } = request;
  const flow = await readFlow({ names, symbol, levels, lake, runs });
  if (flow.stream.count > 0) return flow;
  throw new TwinError('FIDELITY_INPUT', 'a recording that is scored has messages', {
    source: flow.source,
    messages: 0,
  });
}

const NS_PER_MINUTE = 6e10;

/** Design A of the part of the day that is asked for. */
export function planOf(stream: FlowStream, request: FidelityRequest): PairPlan {
  const { fromMinute, toMinute, windowMessages } = request;
  const within =
    fromMinute === null && toMinute === null
      ? null
      : { fromDayNs: (fromMinute ?? 0) * NS_PER_MINUTE, toDayNs: (toMinute ?? 1440) * NS_PER_MINUTE };
  return continuationPairs(stream, windowMessages, within);
}

interface AlignedSides {
  readonly plan: PairPlan;
  readonly sides: readonly (readonly FlowWindow[])[];
  readonly by: Alignment['by'];
}

/** Pairs that every side has a window for. */
function alignAll(plan: PairPlan, streams: readonly FlowStream[], windowMessages: number): AlignedSides {
  let left = plan;
  for (const stream of streams) left = alignedWindows(left, stream, windowMessages).pairs;
  const alignments = streams.map((stream) => alignedWindows(left, stream, windowMessages));
  return { plan: left, sides: alignments.map(({ sim }) => sim), by: alignments[0]!.by };
}

/** Tells how far the work is, and stops where that is asked for. */
export function teller({ onProgress, signal }: Control): (share: number, text: string) => void {
  return (share, text) => {
    signal?.throwIfAborted();
    onProgress?.({ share, text });
  };
}
