/**
 * Runs of a twin, and of the baseline, that go their own way for hours from one book of a recording (fidelity.md §1.1, designs B and
 * D), and the windows of them that lie where those of the recording do.
 */

import { FlowTwin, RandomFlow } from '../../agents/index.ts';
import { TwinError } from '../../base/index.ts';
import { type BaselineRates, type FlowFit, FlowForks } from '../../calibration/index.ts';
import type { AgentGroup } from '../../domain/index.ts';
import {
  dayTimeNs,
  type FactsReport,
  type FlowHealth,
  type FlowStream,
  type FlowWindow,
  factsOfWindows,
  healthOf,
  PAIRS_MIN,
  type PairPlan,
} from '../../fidelity/index.ts';
import { breathe } from '../control.ts';
import { baselineParameters, type Market, marketOf } from './twin-windows.ts';

/** Messages after which a run that goes its own way has exploded. */
const MESSAGES_MAX = 2_000_000;
const STEP_NS = 30e9;

export interface LongRunRequest {
  readonly stream: FlowStream;
  readonly fit: FlowFit;
  readonly rates: BaselineRates;
  /** Row right before which the runs begin, and the one up to whose time they last. */
  readonly fromRow: number;
  readonly toRow: number;
  readonly seed: number;
}

export interface LongRunSide {
  readonly health: FlowHealth;
  readonly facts: FactsReport;
}

/** The recording and both runs over the same time. */
export interface LongRuns {
  readonly minutes: number;
  readonly real: LongRunSide;
  readonly sim: LongRunSide;
  readonly baseline: LongRunSide;
}

export interface RanOn {
  readonly sim: FlowWindow;
  readonly baseline: FlowWindow;
  /** What is added to times of the recording to get those of the runs, ns. */
  readonly shiftNs: number;
  readonly runs: LongRuns;
}

/** Raises FIDELITY_INPUT when a run falls silent at once, or explodes. */
export async function runOn(
  { stream, fit, rates, fromRow, toRow, seed }: LongRunRequest,
  tell: (share: number, text: string) => void,
): Promise<RanOn> {
  const start = new FlowForks(stream, fit).at(fromRow);
  const atNs = dayTimeNs(stream, fromRow - 1);
  const shiftNs = atNs - stream.timeNs[fromRow - 1]!;
  const untilNs = stream.timeNs[toRow - 1]! + shiftNs;
  const { symbol, tickSize } = stream;
  const twin = (): AgentGroup =>
    new FlowTwin({ name: 'flow', instrument: 0, model: fit.model, start, active: null });
  const parameters = baselineParameters(rates, start.orders);
  const span = { opening: start.orders.length, atNs, untilNs };
  const run = (name: string, create: () => AgentGroup, from: number): Promise<FlowWindow> =>
    runOf(marketOf(create, { symbol, tickSize }, atNs, seed), span, (share) => {
      tell((from + share) / 2, `${name}, ${Math.round(share * 100)} % of its time`);
    });
  const sim = await run('twin', twin, 0);
  const baseline = await run('baseline', () => new RandomFlow(parameters), 1);
  const sideOf = (window: FlowWindow): LongRunSide => ({
    health: healthOf([window]),
    facts: factsOfWindows([window]),
  });
  return {
    ...{ sim, baseline, shiftNs },
    runs: {
      minutes: (untilNs - atNs) / 6e10,
      real: sideOf({ stream, from: fromRow, to: toRow }),
      sim: sideOf(sim),
      baseline: sideOf(baseline),
    },
  };
}

/** All that a market does behind its opening book. */
async function runOf(
  { world, stream }: Market,
  { opening, atNs, untilNs }: { readonly opening: number; readonly atNs: number; readonly untilNs: number },
  tell: (share: number) => void,
): Promise<FlowWindow> {
  for (let nowNs = atNs; nowNs < untilNs; ) {
    nowNs = Math.min(untilNs, nowNs + STEP_NS);
    world.run(nowNs);
    world.flush();
    if (stream.count > MESSAGES_MAX)
      throw new TwinError(
        'FIDELITY_INPUT',
        `a run that goes its own way has up to ${MESSAGES_MAX} messages`,
        {
          symbol: stream.symbol,
          seconds: (nowNs - atNs) / 1e9,
          messages: stream.count,
        },
      );
    tell((nowNs - atNs) / (untilNs - atNs));
    await breathe();
  }
  if (stream.count <= opening + 1)
    throw new TwinError('FIDELITY_INPUT', 'a run that goes its own way has messages behind its first book', {
      symbol: stream.symbol,
      seconds: (untilNs - atNs) / 1e9,
    });
  return { stream, from: opening, to: stream.count };
}

export interface MatchedPlan {
  readonly plan: PairPlan;
  readonly sides: readonly (readonly FlowWindow[])[];
  readonly unmatched: number;
}

/** For each real window the messages of the runs from the same instant on, as many. Raises FIDELITY_INPUT below PAIRS_MIN pairs. */
export function matchRuns(plan: PairPlan, runs: readonly FlowWindow[], shiftNs: number): MatchedPlan {
  const kept: number[] = [];
  const sides: FlowWindow[][] = runs.map(() => []);
  plan.real.forEach((window, i) => {
    const found = runs.map((run) => windowFrom(run, window, shiftNs));
    if (found.some((one) => one === null)) return;
    kept.push(i);
    found.forEach((one, side) => void sides[side]!.push(one!));
  });
  if (kept.length < PAIRS_MIN)
    throw new TwinError('FIDELITY_INPUT', `a score needs at least ${PAIRS_MIN} pairs of windows`, {
      symbol: runs[0]!.stream.symbol,
      recorded: plan.real.length,
      messagesOfRuns: runs.map(({ from, to }) => to - from).join(', '),
      pairs: kept.length,
    });
  return {
    plan: { ...plan, before: kept.map((i) => plan.before[i]!), real: kept.map((i) => plan.real[i]!) },
    sides,
    unmatched: plan.real.length - kept.length,
  };
}

function windowFrom(run: FlowWindow, real: FlowWindow, shiftNs: number): FlowWindow | null {
  const startNs = real.stream.timeNs[real.from]! + shiftNs;
  const { timeNs } = run.stream;
  let [low, high] = [run.from, run.to];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (timeNs[middle]! < startNs) low = middle + 1;
    else high = middle;
  }
  const to = low + real.to - real.from;
  return to <= run.to ? { stream: run.stream, from: low, to } : null;
}
