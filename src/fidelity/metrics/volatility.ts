/** Metric 25: size, tails and memory of mid returns at 1, 10 and 60 seconds. */

import type { FlowWindow } from '../flow-stream.ts';
import { eachBucket } from './buckets.ts';
import { addPair, correlationOf, MOMENT_SUMS, type PairedMetric } from './paired-metric.ts';
import { midTicks } from './rows.ts';

export const RETURN_SECONDS = [1, 10, 60];
const BPS = 1e4;
const ABS_LAGS = [1, 5, 10];
const RETURNS_MIN = 30;
/** Count, powers 1 to 4, zeros. */
const POWER_SUMS = 6;
const PER_SCALE = POWER_SUMS + (1 + ABS_LAGS.length) * MOMENT_SUMS;

export const VOLATILITY: PairedMetric = {
  id: 25,
  name: 'volatility_and_tails',
  family: 'price',
  unit: 'mean of ln sd, ln kurtosis, autocorrelations, zero share',
  components: RETURN_SECONDS.flatMap((seconds) =>
    ['ln sd', 'ln kurtosis', 'C(1)', ...ABS_LAGS.map((lag) => `|r| C(${lag})`), 'zeros'].map((name) => ({
      name: `${name} ${seconds} s`,
      weight: 1,
    })),
  ),
  size: RETURN_SECONDS.length * PER_SCALE,
  accumulate(window, sums, at) {
    RETURN_SECONDS.forEach((seconds, i) => {
      addReturns(midReturns(window, seconds), sums, at + i * PER_SCALE);
    });
  },
  statistics: (sums) =>
    Float64Array.from(RETURN_SECONDS.flatMap((_, i) => scaleStatistics(sums, i * PER_SCALE))),
};

/** Log returns of the mid over whole buckets, basis points; a bucket without a mid at either end is left out. */
export function midReturns(window: FlowWindow, seconds: number): number[] {
  const returns: number[] = [];
  eachBucket(window, seconds, ({ from, to }) => {
    const before = midTicks(window.stream, from - 1);
    const after = midTicks(window.stream, to - 1);
    // Prices at or below zero have no logarithm: futures have been there.
    if (before > 0 && after > 0) returns.push(BPS * Math.log(after / before));
  });
  return returns;
}

function addReturns(returns: readonly number[], sums: Float64Array, at: number): void {
  returns.forEach((r, n) => {
    sums[at]!++;
    sums[at + 1]! += r;
    sums[at + 2]! += r * r;
    sums[at + 3]! += r * r * r;
    sums[at + 4]! += r * r * r * r;
    if (r === 0) sums[at + 5]!++;
    if (n >= 1) addPair(sums, at + POWER_SUMS, returns[n - 1]!, r);
    ABS_LAGS.forEach((lag, i) => {
      if (n < lag) return;
      addPair(sums, at + POWER_SUMS + (i + 1) * MOMENT_SUMS, Math.abs(returns[n - lag]!), Math.abs(r));
    });
  });
}

function scaleStatistics(sums: Float64Array, at: number): number[] {
  const lags = [0, ...ABS_LAGS.map((_, i) => i + 1)].map((i) =>
    correlationOf(sums, at + POWER_SUMS + i * MOMENT_SUMS, RETURNS_MIN),
  );
  const count = sums[at]!;
  if (count < RETURNS_MIN) return [Number.NaN, Number.NaN, ...lags, Number.NaN];
  const mean = sums[at + 1]! / count;
  const square = sums[at + 2]! / count - mean * mean;
  const fourth =
    (sums[at + 4]! - 4 * mean * sums[at + 3]! + 6 * mean * mean * sums[at + 2]!) / count - 3 * mean ** 4;
  const hasSpread = square > 0;
  return [
    hasSpread ? Math.log(Math.sqrt((square * count) / (count - 1))) : Number.NaN,
    hasSpread ? Math.log(fourth / (square * square)) : Number.NaN,
    ...lags,
    sums[at + 5]! / count,
  ];
}
