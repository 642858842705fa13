/**
 * Metric 24: how much of the mid's move the order flow imbalance of the same seconds explains. `beta x 2 x depth` is about 1 where
 * a move costs the depth of the touch.
 * Source: Cont, Kukanov and Stoikov (2014), §3.
 */

import type { FlowWindow } from '../flow-stream.ts';
import { eachBucket } from './buckets.ts';
import { addPair, correlationOf, MOMENT_SUMS, type PairedMetric, slopeOf } from './paired-metric.ts';
import { flowImbalance, isTwoSided, midTicks } from './rows.ts';

export const SLOPE_SECONDS = [1, 10, 60];
const BUCKETS_MIN = 30;
/** Moments of each scale, then sum and count of the mean touch depth. */
const DEPTH_AT = SLOPE_SECONDS.length * MOMENT_SUMS;

export const FLOW_SLOPE: PairedMetric = {
  id: 24,
  name: 'ofi_slope',
  family: 'coupling',
  unit: 'R2 and slope x depth',
  components: SLOPE_SECONDS.flatMap((seconds) => [
    { name: `R2 ${seconds} s`, weight: 1 },
    { name: `slope x 2 x depth ${seconds} s`, weight: 1 },
  ]),
  size: DEPTH_AT + 2,
  accumulate(window, sums, at) {
    SLOPE_SECONDS.forEach((seconds, i) => {
      eachBucket(window, seconds, ({ from, to }) => {
        if (from === to) return;
        const move = midTicks(window.stream, to - 1) - midTicks(window.stream, from - 1);
        if (!Number.isNaN(move)) addPair(sums, at + i * MOMENT_SUMS, imbalanceOf(window, from, to), move);
      });
    });
    addDepth(window, sums, at + DEPTH_AT);
  },
  statistics(sums) {
    const depth = sums[DEPTH_AT]! / sums[DEPTH_AT + 1]!;
    return Float64Array.from(
      SLOPE_SECONDS.flatMap((_, i) => {
        const r = correlationOf(sums, i * MOMENT_SUMS, BUCKETS_MIN);
        return [r * r, slopeOf(sums, i * MOMENT_SUMS, BUCKETS_MIN) * 2 * depth];
      }),
    );
  },
};

function imbalanceOf({ stream }: FlowWindow, from: number, to: number): number {
  let sum = 0;
  for (let row = from; row < to; row++) sum += flowImbalance(stream, row);
  return sum;
}

function addDepth({ stream, from, to }: FlowWindow, sums: Float64Array, at: number): void {
  for (let row = from; row < to; row++) {
    if (!isTwoSided(stream, row)) continue;
    sums[at]! += (stream.askLots[row * stream.levels]! + stream.bidLots[row * stream.levels]!) / 2;
    sums[at + 1]!++;
  }
}
