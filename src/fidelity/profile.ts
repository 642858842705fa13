/** Shares of a metric's values in bins for a picture. */

import { discreteEdges, groupOf, mergeSorted, quantileOfSorted } from '../math/index.ts';
import type { Evaluated } from './evaluation.ts';
import type { Sample } from './sample.ts';
import type { MetricProfile } from './score-contract.ts';

const BINS = 40;
const TAIL = 0.005;

/** Null where a side has no values. */
export function profileOf(real: Sample, sim: Evaluated, baseline: Evaluated | null): MetricProfile | null {
  if (sim.sample === null || real.count === 0 || sim.sample.count === 0) return null;
  const pooled = mergeSorted(real.sorted(), sim.sample.sorted());
  const edges = pictureEdges(pooled);
  return {
    edges: [...edges],
    real: sharesOf(real, edges),
    sim: sharesOf(sim.sample, edges),
    baseline: baseline?.sample == null ? null : sharesOf(baseline.sample, edges),
  };
}

/** Few whole numbers, or halves as distances from a mid are, get a bin each or a whole number of bins; else equal steps. */
function pictureEdges(pooled: Float64Array): Float64Array {
  const low = quantileOfSorted(pooled, TAIL);
  const high = quantileOfSorted(pooled, 1 - TAIL);
  const values = discreteEdges(pooled).filter((value) => value >= low && value <= high);
  if (!values.every((value) => Number.isInteger(2 * value))) {
    const width = (high - low || 1) / BINS;
    return Float64Array.from({ length: BINS + 1 }, (_, i) => low + i * width);
  }
  const isWhole = values.every((value) => Number.isInteger(value));
  const first = isWhole ? low - 0.5 : low - 0.25;
  const width = Math.max(1, Math.ceil((high - first) / BINS));
  const bins = Math.ceil((high + 0.25 - first) / width);
  return Float64Array.from({ length: bins + 1 }, (_, i) => first + i * width);
}

function sharesOf(sample: Sample, edges: Float64Array): number[] {
  const shares = new Array<number>(edges.length - 1).fill(0);
  for (let i = 0; i < sample.count; i++) {
    const bin = Math.min(shares.length - 1, Math.max(0, groupOf(edges, sample.values[i]!) - 1));
    shares[bin]! += 1 / sample.count;
  }
  return shares;
}
