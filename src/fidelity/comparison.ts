// hot: bench/fidelity.ts
/**
 * Two samples of one metric against each other: the distances of fidelity.md §1.3, and the same for draws of window pairs.
 *
 * A draw does not look at values again. L1 adds the windows' counts in the bins of the whole sample, which is exact for these
 * bins. W1 does the same on a grid of 256 quantiles; the grid's error is the same for the estimate and for the draws, so it
 * is taken off again (`w1OfGrid`).
 */

import {
  discreteEdges,
  freedmanDiaconisEdges,
  ksDistance,
  l1Distance,
  mergeSorted,
  pooledMoments,
  quantileOfSorted,
  standardWasserstein1,
} from '../math/index.ts';
import type { Sample } from './sample.ts';
import type { Distances } from './score-contract.ts';
import { compactGroups, groupIdsOf, WindowTable } from './window-table.ts';

const GRID = 256;

export interface ComparisonTraits {
  readonly isDiscrete: boolean;
  /** Edges of the robust L1, from the calibration windows. */
  readonly robustEdges: Float64Array;
}

/** What a draw of windows gives. */
export interface DrawnDistances {
  readonly l1: number;
  readonly w1: number;
}

export class Comparison {
  readonly distances: Distances;
  readonly #real: Sample;
  readonly #sim: Sample;
  readonly #edges: Float64Array;
  readonly #pooled: Float64Array;
  #bins: PairOfTables | null = null;
  #grid: (PairOfTables & { readonly edges: Float64Array; readonly sd: number }) | null = null;

  constructor(real: Sample, sim: Sample, { isDiscrete, robustEdges }: ComparisonTraits) {
    this.#real = real;
    this.#sim = sim;
    const a = real.sorted();
    const b = sim.sorted();
    this.#pooled = mergeSorted(a, b);
    this.#edges = isDiscrete ? discreteEdges(this.#pooled) : freedmanDiaconisEdges(this.#pooled);
    this.distances = {
      l1: l1Distance(a, b, this.#edges),
      robustL1: l1Distance(a, b, robustEdges),
      w1: standardWasserstein1(a, b),
      ks: ksDistance(a, b),
    };
  }

  /** Both distances with each pair of windows counted as often as its weight says. */
  drawn(weights: Float64Array): DrawnDistances {
    this.#bins ??= new PairOfTables(this.#real, this.#sim, this.#edges, true);
    this.#grid ??= this.#makeGrid();
    return { l1: this.#bins.l1(weights), w1: this.#grid.w1(weights, this.#grid.edges) / this.#grid.sd };
  }

  #makeGrid(): PairOfTables & { readonly edges: Float64Array; readonly sd: number } {
    const pooled = this.#pooled;
    const points = new Float64Array(GRID + 1);
    for (let i = 0; i <= GRID; i++) points[i] = quantileOfSorted(pooled, i / GRID);
    const edges = discreteEdges(points);
    const { sd } = pooledMoments(pooled, new Float64Array(0));
    return Object.assign(new PairOfTables(this.#real, this.#sim, edges, false), { edges, sd: sd || 1 });
  }
}

/** Tables of both sides over the same groups. */
class PairOfTables {
  readonly #real: WindowTable;
  readonly #sim: WindowTable;
  readonly #a: Float64Array;
  readonly #b: Float64Array;

  constructor(real: Sample, sim: Sample, edges: Float64Array, isCompact: boolean) {
    const realIds = groupIdsOf(real.all(), edges);
    const simIds = groupIdsOf(sim.all(), edges);
    const groups = isCompact ? compactGroups(realIds, simIds, edges.length + 1) : edges.length + 1;
    this.#real = new WindowTable(real, realIds);
    this.#sim = new WindowTable(sim, simIds);
    this.#a = new Float64Array(groups);
    this.#b = new Float64Array(groups);
  }

  l1(weights: Float64Array): number {
    const { a, b, countA, countB } = this.#fill(weights);
    let sum = 0;
    for (let i = 0; i < a.length; i++) sum += Math.abs(a[i]! / countA - b[i]! / countB);
    return sum / 2;
  }

  /** Area between the distribution functions, which are constant from edge to edge. */
  w1(weights: Float64Array, edges: Float64Array): number {
    const { a, b, countA, countB } = this.#fill(weights);
    let gap = a[0]! / countA - b[0]! / countB;
    let sum = 0;
    for (let i = 0; i + 1 < edges.length; i++) {
      gap += a[i + 1]! / countA - b[i + 1]! / countB;
      sum += Math.abs(gap) * (edges[i + 1]! - edges[i]!);
    }
    return sum;
  }

  #fill(weights: Float64Array): { a: Float64Array; b: Float64Array; countA: number; countB: number } {
    this.#a.fill(0);
    this.#b.fill(0);
    const countA = this.#real.addTo(this.#a, weights);
    const countB = this.#sim.addTo(this.#b, weights);
    return { a: this.#a, b: this.#b, countA, countB };
  }
}
