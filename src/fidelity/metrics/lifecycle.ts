/** Metric 26: how messages cluster in time and follow one another, what becomes of orders, and what imbalance says of the next move. */

import {
  FLOW_CANCEL,
  FLOW_HIDDEN_TRADE,
  FLOW_LIMIT,
  FLOW_REDUCE,
  FLOW_TRADE,
  type FlowWindow,
} from '../flow-stream.ts';
import { eachBucket } from './buckets.ts';
import { addPair, correlationOf, MOMENT_SUMS, type PairedMetric } from './paired-metric.ts';
import { midTicks, touchImbalance } from './rows.ts';

const COUNT_SECONDS = [1, 10, 60];
const COUNT_LAGS = [1, 5, 10];
/** Kinds whose succession is counted, in the order of KIND_LETTERS. */
export const KINDS = [FLOW_LIMIT, FLOW_REDUCE, FLOW_CANCEL, FLOW_TRADE, FLOW_HIDDEN_TRADE];
const KIND_LETTERS = 'LPDXH';
const IMBALANCE_BINS = 5;
const OBSERVATIONS_MIN = 30;
const NS_PER_S = 1e9;

// Places of the sums: moments of counts by scale, lagged counts, transitions, fills, moves by imbalance.
const LAGS_AT = COUNT_SECONDS.length * 3;
const TRANSITIONS_AT = LAGS_AT + COUNT_LAGS.length * MOMENT_SUMS;
const FILLS_AT = TRANSITIONS_AT + KINDS.length * KINDS.length;
const MOVES_AT = FILLS_AT + 3;
const SIZE = MOVES_AT + 2 * IMBALANCE_BINS;

export const LIFECYCLE: PairedMetric = {
  id: 26,
  name: 'clustering_and_lifecycle',
  family: 'timing',
  unit: 'mean of ln Fano, autocorrelations, probabilities',
  components: [
    ...COUNT_SECONDS.map((seconds) => ({ name: `ln Fano ${seconds} s`, weight: 1 })),
    ...COUNT_SECONDS.map((seconds) => ({ name: `branching ${seconds} s`, weight: 1 })),
    ...COUNT_LAGS.map((lag) => ({ name: `counts C(${lag} s)`, weight: 1 })),
    // Together the transitions weigh as much as two other components.
    ...[...KIND_LETTERS].flatMap((a) =>
      [...KIND_LETTERS].map((b) => ({ name: `${a} to ${b}`, weight: 2 / KINDS.length ** 2 })),
    ),
    { name: 'fill ratio', weight: 1 },
    { name: 'ln s to first fill', weight: 1 },
    ...Array.from({ length: IMBALANCE_BINS }, (_, i) => ({ name: `P(up) imbalance ${i + 1}/5`, weight: 1 })),
  ],
  size: SIZE,
  accumulate(window, sums, at) {
    addCounts(window, sums, at);
    addTransitions(window, sums, at + TRANSITIONS_AT);
    addFills(window, sums, at + FILLS_AT);
    addMoves(window, sums, at + MOVES_AT);
  },
  statistics(sums) {
    const fano = COUNT_SECONDS.map((_, i) => fanoOf(sums, 3 * i));
    const born = sums[FILLS_AT]!;
    const filled = sums[FILLS_AT + 1]!;
    return Float64Array.from([
      ...fano.map(Math.log),
      ...fano.map((factor) => 1 - Math.sqrt(1 / factor)),
      ...COUNT_LAGS.map((_, i) => correlationOf(sums, LAGS_AT + i * MOMENT_SUMS, OBSERVATIONS_MIN)),
      ...transitionShares(sums),
      born < OBSERVATIONS_MIN ? Number.NaN : filled / born,
      filled < OBSERVATIONS_MIN ? Number.NaN : sums[FILLS_AT + 2]! / filled,
      ...Array.from({ length: IMBALANCE_BINS }, (_, bin) => {
        const moves = sums[MOVES_AT + 2 * bin]!;
        return moves < OBSERVATIONS_MIN ? Number.NaN : sums[MOVES_AT + 2 * bin + 1]! / moves;
      }),
    ]);
  },
};

/** Variance over mean of the counts whose number, sum and sum of squares stand at `at`. */
function fanoOf(sums: Float64Array, at: number): number {
  const count = sums[at]!;
  if (count < OBSERVATIONS_MIN) return Number.NaN;
  const mean = sums[at + 1]! / count;
  return (sums[at + 2]! - count * mean * mean) / (count - 1) / mean;
}

function addCounts(window: FlowWindow, sums: Float64Array, at: number): void {
  COUNT_SECONDS.forEach((seconds, i) => {
    const counts: number[] = [];
    eachBucket(window, seconds, ({ from, to }) => {
      counts.push(to - from);
      sums[at + 3 * i]!++;
      sums[at + 3 * i + 1]! += to - from;
      sums[at + 3 * i + 2]! += (to - from) * (to - from);
    });
    if (seconds !== 1) return;
    COUNT_LAGS.forEach((lag, l) => {
      for (let n = lag; n < counts.length; n++) {
        addPair(sums, at + LAGS_AT + l * MOMENT_SUMS, counts[n - lag]!, counts[n]!);
      }
    });
  });
}

/** Adds the messages of each kind (column) after each kind (row) to the 5 x 5 sums at `at`. */
export function addTransitions({ stream, from, to }: FlowWindow, sums: Float64Array, at: number): void {
  let before = -1;
  for (let row = from; row < to; row++) {
    const kind = KINDS.indexOf(stream.kind[row]!);
    if (kind < 0) continue;
    if (before >= 0) sums[at + before * KINDS.length + kind]!++;
    before = kind;
  }
}

function transitionShares(sums: Float64Array): number[] {
  const shares: number[] = [];
  for (let a = 0; a < KINDS.length; a++) {
    const row = sums.subarray(TRANSITIONS_AT + a * KINDS.length, TRANSITIONS_AT + (a + 1) * KINDS.length);
    const total = row.reduce((sum, count) => sum + count, 0);
    for (const count of row) shares.push(total < OBSERVATIONS_MIN ? Number.NaN : count / total);
  }
  return shares;
}

/** Orders that entered in the window, those that were filled in it, and the sum of ln seconds to their first fill. */
export function addFills({ stream, from, to }: FlowWindow, sums: Float64Array, at: number): void {
  const bornNs = new Map<number, number>();
  for (let row = from; row < to; row++) {
    const id = stream.orderId[row]!;
    if (stream.kind[row] === FLOW_LIMIT) {
      bornNs.set(id, stream.timeNs[row]!);
      sums[at]!++;
    } else if (stream.kind[row] === FLOW_TRADE) {
      const born = bornNs.get(id);
      if (born === undefined) continue;
      bornNs.delete(id);
      sums[at + 1]!++;
      sums[at + 2]! += Math.log(Math.max(1, stream.timeNs[row]! - born) / NS_PER_S);
    }
  }
}

/** By fifth of the imbalance before it: moves of the mid, and how many of them went up. */
function addMoves({ stream, from, to }: FlowWindow, sums: Float64Array, at: number): void {
  for (let row = from + 1; row < to; row++) {
    const move = midTicks(stream, row) - midTicks(stream, row - 1);
    if (move === 0 || Number.isNaN(move)) continue;
    const imbalance = touchImbalance(stream, row - 1);
    const bin = Math.min(IMBALANCE_BINS - 1, Math.floor(((imbalance + 1) / 2) * IMBALANCE_BINS));
    sums[at + 2 * bin]!++;
    if (move > 0) sums[at + 2 * bin + 1]!++;
  }
}
