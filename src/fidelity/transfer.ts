/**
 * Does what a model learns from the simulation hold in reality ("train on simulated, test on real")? Fidelity.md §1.8: eight
 * features of the book and the flow predict whether the mean mid of the next H messages is above the mid now.
 */

import { SELL } from '../domain/index.ts';
import { areaUnderCurve, type FeatureTable, fitLogistic, predictLogistic, spearman } from '../math/index.ts';
import { FLOW_TRADE, type FlowStream, type FlowWindow } from './flow-stream.ts';
import { flowImbalance, midTicks } from './metrics/rows.ts';

export const TRANSFER_HORIZONS = [10, 50, 100];
/** Of the training windows every fifth message is used: neighbours say the same. */
const TRAIN_EVERY = 5;
const RIDGE = 1;
const FEATURES = 8;
const DEEP_LEVELS = 3;
const SHORT = [10, 20, 10];
const LONG = 100;
const ROWS_MIN = 200;

export interface Predictability {
  readonly auc: number;
  readonly accuracy: number;
}

export interface TransferResult {
  readonly horizon: number;
  /** Trained and tested on real windows: the ceiling. */
  readonly realReal: Predictability;
  /** Trained on simulated, tested on real. */
  readonly simReal: Predictability | null;
  /** Trained and tested on simulated: a simulator that is more predictable than reality by more than 0.03 is a bad one. */
  readonly simSim: Predictability | null;
  /** (AUC of simReal - 0.5) / (AUC of realReal - 0.5). */
  readonly transfer: number | null;
  readonly isTooPredictable: boolean | null;
}

export interface TransferInput {
  /** The first half trains, the second tests: whole recordings as one window, or lists in the order of time. */
  readonly real: { readonly train: readonly FlowWindow[]; readonly test: readonly FlowWindow[] };
  readonly sim: { readonly train: readonly FlowWindow[]; readonly test: readonly FlowWindow[] } | null;
}

const TOO_PREDICTABLE = 0.03;

export function transferTest({ real, sim }: TransferInput): TransferResult[] {
  return TRANSFER_HORIZONS.map((horizon) => {
    const realReal = predictability(real.train, real.test, horizon);
    const simReal = sim === null ? null : predictability(sim.train, real.test, horizon);
    const simSim = sim === null ? null : predictability(sim.train, sim.test, horizon);
    return {
      horizon,
      realReal,
      simReal,
      simSim,
      transfer: simReal === null ? null : (simReal.auc - 0.5) / (realReal.auc - 0.5),
      isTooPredictable: simSim === null ? null : simSim.auc > realReal.auc + TOO_PREDICTABLE,
    };
  });
}

/** One window in two, cut at half of its rows: for a recording that is one window. */
export function halvesOf({ stream, from, to }: FlowWindow): { train: FlowWindow[]; test: FlowWindow[] } {
  const middle = from + Math.floor((to - from) / 2);
  return { train: [{ stream, from, to: middle }], test: [{ stream, from: middle, to }] };
}

/** NaN where there are fewer than 200 rows to train or to test on. */
export function predictability(
  train: readonly FlowWindow[],
  test: readonly FlowWindow[],
  horizon: number,
): Predictability {
  const [a, b] = [labelled(train, horizon, TRAIN_EVERY), labelled(test, horizon, 1)];
  if (a.table.rows < ROWS_MIN || b.table.rows < ROWS_MIN) return { auc: Number.NaN, accuracy: Number.NaN };
  const scores = predictLogistic(fitLogistic(a.table, a.labels, RIDGE), b.table);
  let right = 0;
  for (let i = 0; i < scores.length; i++) if (scores[i]! > 0.5 === (b.labels[i] === 1)) right++;
  return { auc: areaUnderCurve(scores, b.labels), accuracy: right / scores.length };
}

/** Spearman's correlation of what the same strategies earned in a replay of reality and in the twin. */
export function policyTransfer(realPnl: ArrayLike<number>, twinPnl: ArrayLike<number>): number {
  return spearman(realPnl, twinPnl);
}

function labelled(
  windows: readonly FlowWindow[],
  horizon: number,
  every: number,
): { readonly table: FeatureTable; readonly labels: number[] } {
  const values: number[] = [];
  const labels: number[] = [];
  for (const window of windows) addRows(window, horizon, every, values, labels);
  return {
    table: { width: FEATURES, rows: labels.length, values: Float64Array.from(values) },
    labels,
  };
}

function addRows(
  { stream, from, to }: FlowWindow,
  horizon: number,
  every: number,
  values: number[],
  labels: number[],
): void {
  const sums = midSums(stream, from, to);
  const averages = [0, 0, 0, 0, 0, 0];
  for (let row = from + 1; row < to; row++) {
    const move = midTicks(stream, row) - midTicks(stream, row - 1);
    const signed = stream.kind[row] === FLOW_TRADE ? tradeLots(stream, row) : 0;
    const inputs = [flowImbalance(stream, row), signed, Number.isNaN(move) ? 0 : move];
    for (const [i, input] of inputs.entries()) {
      averages[2 * i]! += (input - averages[2 * i]!) * (2 / (SHORT[i]! + 1));
      averages[2 * i + 1]! += (input - averages[2 * i + 1]!) * (2 / (LONG + 1));
    }
    if ((row - from) % every !== 0 || row + horizon >= to) continue;
    const ahead = (sums[row + horizon - from + 1]! - sums[row - from + 1]!) / horizon;
    const change = ahead - midTicks(stream, row);
    if (change === 0 || Number.isNaN(change)) continue;
    values.push(imbalance(stream, row, 1), imbalance(stream, row, DEEP_LEVELS), ...averages);
    labels.push(change > 0 ? 1 : 0);
  }
}

/** Sums of the mid up to each row. */
function midSums(stream: FlowStream, from: number, to: number): Float64Array {
  const sums = new Float64Array(to - from + 1);
  let last = 0;
  for (let row = from; row < to; row++) {
    const mid = midTicks(stream, row);
    // A row without a mid keeps the last one: the market does not vanish between two quotes.
    if (!Number.isNaN(mid)) last = mid;
    sums[row - from + 1] = sums[row - from]! + last;
  }
  return sums;
}

function tradeLots(stream: FlowStream, row: number): number {
  return stream.side[row] === SELL ? stream.sizeLots[row]! : -stream.sizeLots[row]!;
}

function imbalance(stream: FlowStream, row: number, levels: number): number {
  const at = row * stream.levels;
  let ask = 0;
  let bid = 0;
  for (let level = 0; level < Math.min(levels, stream.levels); level++) {
    ask += stream.askLots[at + level]!;
    bid += stream.bidLots[at + level]!;
  }
  return ask + bid > 0 ? (bid - ask) / (bid + ask) : 0;
}
