/** Sorted copies, quantiles, moments: what every comparison of samples starts with. */

/** An ascending copy; NaN and infinities are left out. */
export function sortedFinite(values: ArrayLike<number>): Float64Array {
  const kept = new Float64Array(values.length);
  let count = 0;
  for (let i = 0; i < values.length; i++) if (Number.isFinite(values[i]!)) kept[count++] = values[i]!;
  return kept.subarray(0, count).sort();
}

/** Quantile by linear interpolation between ranks (Hyndman and Fan's type 7); NaN of an empty sample. */
export function quantileOfSorted(sorted: ArrayLike<number>, probability: number): number {
  if (sorted.length === 0) return Number.NaN;
  const rank = (sorted.length - 1) * probability;
  const low = Math.floor(rank);
  const high = Math.min(sorted.length - 1, low + 1);
  return sorted[low]! + (sorted[high]! - sorted[low]!) * (rank - low);
}

export function median(values: ArrayLike<number>): number {
  return quantileOfSorted(sortedFinite(values), 0.5);
}

/** NaN of an empty sample. */
export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}

/** Standard deviation around the mean, with n - 1; NaN below two values. */
export function standardDeviation(values: ArrayLike<number>): number {
  if (values.length < 2) return Number.NaN;
  const center = mean(values);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i]! - center) * (values[i]! - center);
  return Math.sqrt(sum / (values.length - 1));
}

/** Kurtosis less 3 from central moments with n; NaN of a constant. */
export function excessKurtosis(values: ArrayLike<number>): number {
  const center = mean(values);
  let second = 0;
  let fourth = 0;
  for (let i = 0; i < values.length; i++) {
    const square = (values[i]! - center) * (values[i]! - center);
    second += square;
    fourth += square * square;
  }
  return second === 0 ? Number.NaN : (values.length * fourth) / (second * second) - 3;
}

/** Mean of what lies between the quartiles, both included. */
export function interquartileMean(values: ArrayLike<number>): number {
  const sorted = sortedFinite(values);
  const low = quantileOfSorted(sorted, 0.25);
  const high = quantileOfSorted(sorted, 0.75);
  return mean(sorted.filter((value) => value >= low && value <= high));
}

/** How many of the ascending `edges` are at or below the value: its group among them, from 0. */
export function groupOf(edges: ArrayLike<number>, value: number): number {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (edges[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Two ascending samples as one. */
export function mergeSorted(a: Float64Array, b: Float64Array): Float64Array {
  const merged = new Float64Array(a.length + b.length);
  let i = 0;
  let j = 0;
  for (let at = 0; at < merged.length; at++) {
    merged[at] = j === b.length || (i < a.length && a[i]! <= b[j]!) ? a[i++]! : b[j++]!;
  }
  return merged;
}
