/** What a calibration is to reproduce: windows of a recording, or of a run of the scenario with known values. */

import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { TwinError } from '../../base/index.ts';
import { MOMENTS, momentsOf } from '../../calibration/index.ts';
import { evenPlaces, FlowStream, windowsBetween } from '../../fidelity/index.ts';
import { nameOfParameter, nsOfDay, REAL_WINDOWS_MIN, scenarioAt } from '../../scenarios/index.ts';
import { inputsOf } from '../calibrate-flow.ts';
import { commonTick } from '../fidelity/common-tick.ts';
import { type FlowRequest, readFlow } from '../fidelity/flow/read-flow.ts';
import { WINDOW_LEVELS } from '../fidelity/twin-windows.ts';
import type { LoadedProblem } from './load-problem.ts';
import { simulateWindows, type WindowCut } from './simulate-windows.ts';

export interface Target {
  /** What it is, in words. */
  readonly source: string;
  /** What was read, by name and content; empty for a run of the scenario. */
  readonly inputs: readonly { readonly name: string; readonly sha256: string }[];
  /** Moments of each window in the order of time, in the order of `MOMENTS`. */
  readonly windows: readonly Float64Array[];
  /** Windows that a recording has besides, by why they are left out. */
  readonly excluded: Readonly<Record<string, number>>;
  /** True values of the parameters, where they are known. */
  readonly truth: readonly number[] | null;
  readonly cut: WindowCut;
}

const DAY_NS = 86_400e9;

/** Raises CALIBRATION_DATA below 20 windows, and what reading or simulating raises. */
export async function readTarget(
  loaded: LoadedProblem,
  folders: Pick<FlowRequest, 'lake' | 'runs'>,
): Promise<Target> {
  const { problem, instrument } = loaded;
  const { messages, warmUpSeconds } = problem.windows;
  const cut: WindowCut = {
    symbol: instrument.symbol,
    messages,
    warmUpSeconds,
    tickSize: instrument.tickSize,
  };
  const { truth } = problem.data;
  return truth === undefined ? recorded(loaded, folders, cut) : simulated(loaded, truth, cut);
}

function simulated(
  { problem, scenario, parameters }: LoadedProblem,
  truth: Readonly<Record<string, number>>,
  cut: WindowCut,
): Target {
  const { windows, truthSeed } = problem.data;
  const values = problem.parameters.map((parameter) => truth[nameOfParameter(parameter)]!);
  const made = simulateWindows(scenarioAt(scenario, parameters, values), cut, [truthSeed], windows);
  return {
    source: `${scenario.name} with known values, seed ${truthSeed}`,
    inputs: [],
    windows: momentsOf(made),
    excluded: {},
    truth: values,
    cut,
  };
}

async function recorded(
  { problem, path }: LoadedProblem,
  folders: Pick<FlowRequest, 'lake' | 'runs'>,
  cut: WindowCut,
): Promise<Target> {
  const { data } = problem;
  const request: FlowRequest = {
    ...folders,
    names: data.names!.map((name) => besideOr(name, path)),
    symbol: data.symbol ?? null,
    levels: WINDOW_LEVELS,
  };
  const { stream: read } = await readFlow(request);
  // Folders are those of one machine.
  const source = request.names.map((name) => basename(name)).join(' ');
  const [stream, finest] = inCommonTicks(read, cut.tickSize);
  const fromNs = data.from === undefined ? 0 : nsOfDay(data.from);
  const toNs = data.to === undefined ? Number.POSITIVE_INFINITY : nsOfDay(data.to);
  const { windows, excluded } = windowsBetween(stream, fromNs, Math.min(toNs, 100 * DAY_NS), cut.messages);
  if (windows.length < REAL_WINDOWS_MIN)
    throw new TwinError('CALIBRATION_DATA', `moments are taken of at least ${REAL_WINDOWS_MIN} windows`, {
      source,
      messages: stream.count,
      windowMessages: cut.messages,
      windows: windows.length,
      ...(Object.keys(excluded).length === 0 ? {} : { excluded: JSON.stringify(excluded) }),
    });
  return {
    ...{ source, inputs: await inputsOf(request), excluded, truth: null },
    windows: momentsOf(evenPlaces(windows.length, data.windows).map((at) => windows[at]!)),
    cut: { ...cut, tickSize: finest },
  };
}

function besideOr(name: string, problemPath: string): string {
  const beside = join(dirname(problemPath), name);
  return existsSync(beside) ? beside : name;
}

/** The stream in the finer of both ticks, and that tick. */
function inCommonTicks(stream: FlowStream, tickSize: string): [FlowStream, string] {
  const [common] = commonTick([stream, new FlowStream({ ...stream, tickSize }, 0)]) as [FlowStream];
  return [common, common.tickSize];
}

/** Columns of the moments that count, in the order of `MOMENTS`. */
export function chosenMoments(names: readonly string[] | undefined): {
  readonly names: readonly string[];
  readonly pick: (moments: Float64Array) => Float64Array;
} {
  const places = MOMENTS.flatMap(({ name }, i) => (names === undefined || names.includes(name) ? [i] : []));
  return {
    names: places.map((i) => MOMENTS[i]!.name),
    pick: (moments) => Float64Array.from(places, (i) => moments[i]!),
  };
}
