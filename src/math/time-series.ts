/** Statistics of series: memory, tails, scaling. */

import { quantileOfSorted, sortedFinite } from './order-statistics.ts';

/**
 * Autocorrelation at a lag: mean removed, divided by the variance of the whole series (biased). NaN for a constant or a lag beyond
 * the series. Verified by: T13.7-f.
 */
export function autocorrelation(series: ArrayLike<number>, lag: number): number {
  const count = series.length;
  if (lag >= count) return Number.NaN;
  let mean = 0;
  for (let i = 0; i < count; i++) mean += series[i]! / count;
  let variance = 0;
  let covariance = 0;
  for (let i = 0; i < count; i++) {
    const now = series[i]! - mean;
    variance += now * now;
    if (i >= lag) covariance += now * (series[i - lag]! - mean);
  }
  return variance === 0 ? Number.NaN : covariance / variance;
}

/** Half width of the interval that 95 percent of autocorrelations of white noise fall into. Source: Bartlett (1946). */
export function bartlettBound(count: number): number {
  return 1.96 / Math.sqrt(count);
}

/**
 * Tail exponent of the `k` largest values: 1 over the mean of their logarithms above the next. NaN where there are not as many
 * values above 0.
 * Source: Hill, "A simple general approach to inference about the tail of a distribution" (1975). Verified by: T13.7-a.
 */
export function hillExponent(values: ArrayLike<number>, k: number): number {
  const sorted = sortedFinite(values);
  const threshold = sorted[sorted.length - 1 - k] ?? 0;
  if (k < 1 || !(threshold > 0)) return Number.NaN;
  let sum = 0;
  for (let i = 0; i < k; i++) sum += Math.log(sorted[sorted.length - 1 - i]! / threshold);
  return sum === 0 ? Number.NaN : k / sum;
}

/**
 * Variance of overlapping sums of `q` changes over q times the variance of one, both around q times the mean and with the number of
 * terms. Source: Lo and MacKinlay (1988), without their correction of the degrees of freedom. Verified by: T13.7-g.
 */
export function varianceRatio(changes: ArrayLike<number>, q: number): number {
  const count = changes.length;
  let mean = 0;
  for (let i = 0; i < count; i++) mean += changes[i]! / count;
  let one = 0;
  for (let i = 0; i < count; i++) one += (changes[i]! - mean) ** 2 / count;
  let many = 0;
  for (let i = q; i <= count; i++) {
    let sum = 0;
    for (let j = i - q; j < i; j++) sum += changes[j]!;
    many += (sum - q * mean) ** 2 / (count - q + 1);
  }
  return many / (q * one);
}

/** Exponent and its standard error of `y = c x^slope`, fitted by least squares of the logarithms over the points above 0. */
export function powerFit(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
): {
  readonly slope: number;
  readonly intercept: number;
  readonly slopeError: number;
  readonly r2: number;
  readonly points: number;
} {
  const xs: number[] = [];
  const ys: number[] = [];
  for (let i = 0; i < x.length; i++) {
    if (!(x[i]! > 0 && y[i]! > 0)) continue;
    xs.push(Math.log(x[i]!));
    ys.push(Math.log(y[i]!));
  }
  return { ...leastSquares(xs, ys, null), points: xs.length };
}

/** A straight line by least squares, each point with its weight (null: 1). NaN below three points or without spread of x. */
export function leastSquares(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  weights: ArrayLike<number> | null,
): { readonly slope: number; readonly intercept: number; readonly slopeError: number; readonly r2: number } {
  const count = x.length;
  const weight = (i: number): number => (weights === null ? 1 : weights[i]!);
  let total = 0;
  let meanX = 0;
  let meanY = 0;
  for (let i = 0; i < count; i++) total += weight(i);
  for (let i = 0; i < count; i++) {
    meanX += (weight(i) / total) * x[i]!;
    meanY += (weight(i) / total) * y[i]!;
  }
  let xx = 0;
  let xy = 0;
  let yy = 0;
  for (let i = 0; i < count; i++) {
    xx += weight(i) * (x[i]! - meanX) ** 2;
    xy += weight(i) * (x[i]! - meanX) * (y[i]! - meanY);
    yy += weight(i) * (y[i]! - meanY) ** 2;
  }
  if (count < 3 || !(xx > 0)) {
    return { slope: Number.NaN, intercept: Number.NaN, slopeError: Number.NaN, r2: Number.NaN };
  }
  const slope = xy / xx;
  const residual = Math.max(0, yy - slope * xy);
  return {
    slope,
    intercept: meanY - slope * meanX,
    slopeError: Math.sqrt(residual / (count - 2) / xx),
    r2: yy > 0 ? 1 - residual / yy : Number.NaN,
  };
}

/** Pearson's correlation; NaN below two pairs or without spread. */
export function correlation(x: ArrayLike<number>, y: ArrayLike<number>): number {
  const count = Math.min(x.length, y.length);
  let meanX = 0;
  let meanY = 0;
  for (let i = 0; i < count; i++) {
    meanX += x[i]! / count;
    meanY += y[i]! / count;
  }
  let xx = 0;
  let xy = 0;
  let yy = 0;
  for (let i = 0; i < count; i++) {
    xx += (x[i]! - meanX) ** 2;
    xy += (x[i]! - meanX) * (y[i]! - meanY);
    yy += (y[i]! - meanY) ** 2;
  }
  return xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : Number.NaN;
}

/** Spearman's rank correlation: Pearson's of the ranks, ties at their mean rank. */
export function spearman(x: ArrayLike<number>, y: ArrayLike<number>): number {
  return correlation(midRanks(x), midRanks(y));
}

/** Ranks from 1, ties at their mean. */
export function midRanks(values: ArrayLike<number>): Float64Array {
  const order = Array.from({ length: values.length }, (_, i) => i).sort((a, b) => values[a]! - values[b]!);
  const ranks = new Float64Array(values.length);
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to < order.length && values[order[to]!] === values[order[from]!]) to++;
    for (let i = from; i < to; i++) ranks[order[i]!] = (from + to + 1) / 2;
    from = to;
  }
  return ranks;
}

/** Third moment over the cube of the standard deviation, both with n; NaN of a constant. */
export function skewness(values: ArrayLike<number>): number {
  let mean = 0;
  for (let i = 0; i < values.length; i++) mean += values[i]! / values.length;
  let second = 0;
  let third = 0;
  for (let i = 0; i < values.length; i++) {
    second += (values[i]! - mean) ** 2 / values.length;
    third += (values[i]! - mean) ** 3 / values.length;
  }
  return second > 0 ? third / second ** 1.5 : Number.NaN;
}

/** Quantiles 2.5 and 97.5 percent of what draws gave. */
export function percentileInterval(draws: ArrayLike<number>): {
  readonly low: number;
  readonly high: number;
} {
  const sorted = sortedFinite(draws);
  return { low: quantileOfSorted(sorted, 0.025), high: quantileOfSorted(sorted, 0.975) };
}
