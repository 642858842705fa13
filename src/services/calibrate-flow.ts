/** Fits the flow of one instrument to a recording and keeps what came out in a file. */

import { mkdirSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { TwinError } from '../base/index.ts';
import {
  type FlowCalibration,
  type FlowFit,
  FlowForks,
  type FlowProvenance,
  type FlowSummary,
  fitFlow,
  flowFileText,
  flowSummary,
  qualityOf,
  requireFlow,
} from '../calibration/index.ts';
import type { FlowStream } from '../fidelity/index.ts';
import { JOURNAL_FILE, packageVersion, RunStore, writeFileAtomic } from '../runs/index.ts';
import { breathe, type Control } from './control.ts';
import { continuousRows } from './fidelity/evaluated-parts.ts';
import { type FlowRequest, prefixedNames, RUN_PREFIX, readFlow } from './fidelity/flow/read-flow.ts';
import { teller } from './fidelity/score-fidelity.ts';
import { identifyInput } from './replay-inputs.ts';

export interface CalibrationRequest extends FlowRequest {
  /** Part of the day that is fitted to, minutes since midnight of the recording's clock; null: all of it. */
  readonly fromMinute: number | null;
  readonly toMinute: number | null;
  /** File that is written. */
  readonly out: string;
}

export interface CalibrationOutcome {
  readonly calibration: FlowCalibration;
  readonly summary: FlowSummary;
  readonly out: string;
  readonly bytes: number;
}

/** Raises CALIBRATION_DATA, CALIBRATION_MODEL, RUNS_WRITE and what reading raises. */
export async function calibrateFlow(
  request: CalibrationRequest,
  control: Control = {},
): Promise<CalibrationOutcome> {
  const tell = teller(control);
  tell(0, 'reading');
  const { stream } = await readFlow(request);
  const isTakenRow = continuousRows(stream, request);
  requireFlow(stream, isTakenRow);
  makeFolder(dirname(request.out));
  const startRow = lastBook(stream, isTakenRow);
  tell(0.2, 'fitting');
  await breathe();
  const fit = fitFlow(stream, isTakenRow);
  tell(0.6, 'judging by the last fifth');
  await breathe();
  const quality = qualityOf(stream, fit, isTakenRow);
  const calibration: FlowCalibration = {
    model: fit.model,
    start: new FlowForks(stream, fit).at(startRow + 1),
    provenance: { inputs: await inputsOf(request), ...spanOf(stream, fit, isTakenRow) },
    quality,
  };
  tell(0.9, 'writing');
  const text = flowFileText(calibration);
  writeFileAtomic(request.out, text);
  tell(1, 'done');
  return { calibration, summary: flowSummary(calibration), out: request.out, bytes: Buffer.byteLength(text) };
}

/** Before the work, not after it. */
function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    throw new TwinError('RUNS_WRITE', 'a model is written to a folder that can be made', { path }, error);
  }
}

/** The last row that is taken after which both sides have two levels. */
function lastBook(stream: FlowStream, isTakenRow: (row: number) => boolean): number {
  const { levels, bidTicks, askTicks, bidLots, askLots } = stream;
  for (let row = stream.count - 1; levels > 1 && row > 0; row--) {
    const at = row * levels;
    if (!isTakenRow(row) || !(bidLots[at + 1]! > 0 && askLots[at + 1]! > 0)) continue;
    if (bidTicks[at]! < askTicks[at]!) return row;
  }
  throw new TwinError('CALIBRATION_DATA', 'a flow is fitted to books that show two levels a side', {
    symbol: stream.symbol,
    levels,
  });
}

function spanOf(
  { count, timeNs, dayOffsetNs }: FlowStream,
  { taken, explained }: FlowFit,
  isTakenRow: (row: number) => boolean,
): Omit<FlowProvenance, 'inputs'> {
  let messages = 0;
  let first = -1;
  let last = 0;
  for (let row = 1; row < count; row++) {
    if (!isTakenRow(row)) continue;
    messages++;
    if (first < 0) first = row;
    last = row;
  }
  return {
    fromNs: timeNs[first]! + dayOffsetNs,
    toNs: timeNs[last]! + dayOffsetNs,
    ...{ messages, events: taken, explained },
    program: packageVersion(),
  };
}

/** What was read, by name and content: a run by its journal. */
export async function inputsOf(request: FlowRequest): Promise<FlowProvenance['inputs']> {
  const inputs: { name: string; sha256: string }[] = [];
  for (const name of prefixedNames(request)) {
    const run = name.startsWith(RUN_PREFIX)
      ? new RunStore(request.runs).load(name.slice(RUN_PREFIX.length))
      : null;
    const { sha256 } = await identifyInput(run === null ? name : run.path(JOURNAL_FILE), request.lake);
    inputs.push({ name: run === null ? basename(name) : `${RUN_PREFIX}${run.manifest.id}`, sha256 });
  }
  return inputs;
}
