// hot: bench/fidelity.ts
/**
 * Two samples compared within groups of a condition. The distance is the mean of the groups' distances, each weighted by its share of
 * all observations; a group that one side never enters counts 1 in L1 and KS, and nothing in W1.
 */

import {
  discreteEdges,
  groupCounts,
  groupOf,
  ksDistance,
  mergeSorted,
  quantileEdges,
  standardWasserstein1,
  totalVariation,
} from '../math/index.ts';
import type { ConditionedSample } from './metrics/conditional.ts';
import type { Distances } from './score-contract.ts';
import { WindowTable } from './window-table.ts';

const TENTHS = 10;

export interface ConditionalTraits {
  readonly isDiscrete: boolean;
  /** Edges of the condition's groups. */
  readonly conditionEdges: Float64Array;
}

/** One group of the condition. */
export interface GroupDistance {
  /** Index among the groups of the condition. */
  readonly group: number;
  /** Share of all observations of both sides. */
  readonly share: number;
  readonly l1: number;
  readonly w1: number;
}

interface Group {
  readonly share: number;
  readonly edges: Float64Array;
  /** Where its bins begin among those of all groups. */
  readonly at: number;
}

export class ConditionalComparison {
  readonly distances: Distances;
  readonly groups: readonly GroupDistance[];
  readonly #bins: ReadonlyMap<number, Group>;
  readonly #binCount: number;
  readonly #real: ConditionedSample;
  readonly #sim: ConditionedSample;
  readonly #edges: Float64Array;
  #tables: { real: WindowTable; sim: WindowTable; a: Float64Array; b: Float64Array } | null = null;

  constructor(
    real: ConditionedSample,
    sim: ConditionedSample,
    { isDiscrete, conditionEdges }: ConditionalTraits,
  ) {
    this.#real = real;
    this.#sim = sim;
    this.#edges = conditionEdges;
    const a = byGroup(real, conditionEdges);
    const b = byGroup(sim, conditionEdges);
    const total = real.values.count + sim.values.count;
    const bins = new Map<number, Group>();
    const groups: GroupDistance[] = [];
    let at = 0;
    let ks = 0;
    for (let group = 0; group <= conditionEdges.length; group++) {
      const [x, y] = [a[group]!, b[group]!];
      if (x.length + y.length === 0) continue;
      const pooled = mergeSorted(x, y);
      const edges = isDiscrete ? discreteEdges(pooled) : quantileEdges(pooled, TENTHS);
      const share = pooled.length / total;
      const isOneSided = x.length === 0 || y.length === 0;
      bins.set(group, { share, edges, at });
      at += edges.length + 1;
      const l1 = isOneSided ? 1 : totalVariation(groupCounts(x, edges), groupCounts(y, edges));
      groups.push({ group, share, l1, w1: isOneSided ? Number.NaN : standardWasserstein1(x, y) });
      ks += share * (isOneSided ? 1 : ksDistance(x, y));
    }
    this.groups = groups;
    this.#bins = bins;
    this.#binCount = at;
    const l1 = weighted(groups, ({ l1 }) => l1);
    const hasBoth = real.values.count > 0 && sim.values.count > 0;
    this.distances = hasBoth
      ? { l1, robustL1: l1, w1: weighted(groups, ({ w1 }) => w1), ks }
      : { l1: Number.NaN, robustL1: Number.NaN, w1: Number.NaN, ks: Number.NaN };
  }

  /** L1 with each pair of windows counted as often as its weight says; shares and bins stay those of all windows. */
  drawnL1(weights: Float64Array): number {
    this.#tables ??= {
      real: new WindowTable(this.#real.values, this.#binIds(this.#real)),
      sim: new WindowTable(this.#sim.values, this.#binIds(this.#sim)),
      a: new Float64Array(this.#binCount),
      b: new Float64Array(this.#binCount),
    };
    const { real, sim, a, b } = this.#tables;
    a.fill(0);
    b.fill(0);
    real.addTo(a, weights);
    sim.addTo(b, weights);
    let sum = 0;
    for (const { share, edges, at } of this.#bins.values()) {
      const end = at + edges.length + 1;
      const distance = totalVariation(a.subarray(at, end), b.subarray(at, end));
      sum += share * (Number.isNaN(distance) ? 1 : distance);
    }
    return sum;
  }

  #binIds({ values, conditions }: ConditionedSample): Int32Array {
    const ids = new Int32Array(values.count);
    for (let i = 0; i < ids.length; i++) {
      const group = this.#bins.get(groupOf(this.#edges, conditions.values[i]!))!;
      ids[i] = group.at + groupOf(group.edges, values.values[i]!);
    }
    return ids;
  }
}

/** Ascending values of each group. */
function byGroup({ values, conditions }: ConditionedSample, edges: Float64Array): Float64Array[] {
  const ids = new Int32Array(values.count);
  const counts = new Int32Array(edges.length + 1);
  for (let i = 0; i < ids.length; i++) {
    ids[i] = groupOf(edges, conditions.values[i]!);
    counts[ids[i]!]!++;
  }
  const groups = [...counts].map((count) => new Float64Array(count));
  counts.fill(0);
  for (let i = 0; i < ids.length; i++) {
    const group = ids[i]!;
    groups[group]![counts[group]!++] = values.values[i]!;
  }
  for (const group of groups) group.sort();
  return groups;
}

/** Weighted sum over the groups; those without a value add nothing, as in LOB-Bench. */
function weighted(groups: readonly GroupDistance[], value: (group: GroupDistance) => number): number {
  let sum = 0;
  for (const group of groups) {
    const found = value(group);
    if (!Number.isNaN(found)) sum += group.share * found;
  }
  return sum;
}
