/**
 * Gradient-boosted trees for two classes. Steps: features become bins of about equal share, once; each tree is grown level by level
 * on the gradients of the log loss, a split being looked for in histograms of the bins; its leaves take a Newton step, shrunk.
 * Trees are full: depth d has 2^d leaves, nodes numbered as in a heap; a node that is not worth splitting sends all rows left.
 * Source: Friedman, "Greedy function approximation" (2001) and "Stochastic gradient boosting" (2002); Newton leaves after Chen and
 * Guestrin (2016), eq. 5 to 7.
 */

import type { Xoshiro128 } from '../base/index.ts';
import { quantileEdges } from './bins.ts';
import { type FeatureTable, sigmoid } from './classifiers.ts';
import { groupOf, sortedFinite } from './order-statistics.ts';

export interface BoostingOptions {
  readonly trees: number;
  readonly depth: number;
  readonly shrinkage: number;
  /** Share of the rows that each tree is grown on. */
  readonly subsample: number;
  readonly bins: number;
  /** Rows that either side of a split has at least. */
  readonly leafRowsMin: number;
  /** Added to the curvature of a leaf. */
  readonly ridge: number;
}

/** fidelity.md §1.6. */
export const BOOSTING_DEFAULTS: BoostingOptions = {
  trees: 200,
  depth: 3,
  shrinkage: 0.05,
  subsample: 0.7,
  bins: 32,
  leafRowsMin: 5,
  ridge: 1,
};

export interface BoostedTrees {
  readonly depth: number;
  /** Log odds before the first tree. */
  readonly start: number;
  /** Edges of each feature's bins. */
  readonly edges: readonly Float64Array[];
  readonly trees: readonly Tree[];
  /** Sum of the gains of each feature's splits, as shares of all. */
  readonly importances: Float64Array;
}

interface Tree {
  /** Feature of each inner node, -1 for none; rows whose bin is at most `bin` go left. */
  readonly feature: Int32Array;
  readonly bin: Int32Array;
  readonly leaves: Float64Array;
}

export function fitBoostedTrees(
  table: FeatureTable,
  labels: ArrayLike<number>,
  random: Xoshiro128,
  options: BoostingOptions = BOOSTING_DEFAULTS,
): BoostedTrees {
  const { rows, width } = table;
  const edges = Array.from({ length: width }, (_, f) =>
    quantileEdges(sortedFinite(columnOf(table, f)), options.bins),
  );
  const binned = binTable(table, edges);
  let positives = 0;
  for (let r = 0; r < rows; r++) positives += labels[r]!;
  // Half a row of each class keeps the odds finite.
  const start = Math.log((positives + 0.5) / (rows - positives + 0.5));
  const scores = new Float64Array(rows).fill(start);
  const gradients = new Float64Array(rows);
  const curvatures = new Float64Array(rows);
  const gains = new Float64Array(width);
  const trees: Tree[] = [];
  for (let t = 0; t < options.trees; t++) {
    for (let r = 0; r < rows; r++) {
      const p = sigmoid(scores[r]!);
      gradients[r] = p - labels[r]!;
      curvatures[r] = p * (1 - p);
    }
    const taken = sampleRows(rows, options.subsample, random);
    const tree = new TreeGrower(binned, width, options, gradients, curvatures, gains).grow(taken);
    trees.push(tree);
    for (let r = 0; r < rows; r++) scores[r]! += tree.leaves[leafOf(tree, binned, r * width, options.depth)]!;
  }
  const total = gains.reduce((sum, gain) => sum + gain, 0);
  return {
    ...{ depth: options.depth, start, edges, trees },
    importances: total > 0 ? gains.map((gain) => gain / total) : gains,
  };
}

/** Probability of class 1 for each row. */
export function predictBoostedTrees(model: BoostedTrees, table: FeatureTable): Float64Array {
  const binned = binTable(table, model.edges);
  const out = new Float64Array(table.rows).fill(model.start);
  for (const tree of model.trees) {
    for (let r = 0; r < table.rows; r++)
      out[r]! += tree.leaves[leafOf(tree, binned, r * table.width, model.depth)]!;
  }
  return out.map(sigmoid);
}

class TreeGrower {
  readonly #binned: Uint8Array;
  readonly #width: number;
  readonly #options: BoostingOptions;
  readonly #gradients: Float64Array;
  readonly #curvatures: Float64Array;
  readonly #gains: Float64Array;
  readonly #histogram: Float64Array;

  constructor(
    binned: Uint8Array,
    width: number,
    options: BoostingOptions,
    gradients: Float64Array,
    curvatures: Float64Array,
    gains: Float64Array,
  ) {
    this.#binned = binned;
    this.#width = width;
    this.#options = options;
    this.#gradients = gradients;
    this.#curvatures = curvatures;
    this.#gains = gains;
    this.#histogram = new Float64Array(3 * options.bins);
  }

  grow(rows: Int32Array): Tree {
    const { depth, shrinkage, ridge } = this.#options;
    const inner = (1 << depth) - 1;
    const tree: Tree = {
      feature: new Int32Array(inner).fill(-1),
      bin: new Int32Array(inner).fill(this.#options.bins),
      leaves: new Float64Array(1 << depth),
    };
    let level: Int32Array[] = [rows];
    for (let d = 0; d < depth; d++) {
      level = level.flatMap((members, i) => this.#split(tree, (1 << d) - 1 + i, members));
    }
    for (const [leaf, members] of level.entries()) {
      let gradient = 0;
      let curvature = 0;
      for (const r of members) {
        gradient += this.#gradients[r]!;
        curvature += this.#curvatures[r]!;
      }
      tree.leaves[leaf] = (-shrinkage * gradient) / (curvature + ridge);
    }
    return tree;
  }

  /** Rows of both children; the node gets its best split, if one gains anything. */
  #split(tree: Tree, node: number, members: Int32Array): [Int32Array, Int32Array] {
    let best = { gain: 1e-12, feature: -1, bin: 0 };
    for (let feature = 0; feature < this.#width; feature++) {
      const found = this.#bestSplit(feature, members);
      if (found.gain > best.gain) best = { ...found, feature };
    }
    if (best.feature < 0) return [members, new Int32Array(0)];
    tree.feature[node] = best.feature;
    tree.bin[node] = best.bin;
    this.#gains[best.feature]! += best.gain;
    const goesLeft = (r: number): boolean => this.#binned[r * this.#width + best.feature]! <= best.bin;
    return [members.filter(goesLeft), members.filter((r) => !goesLeft(r))];
  }

  #bestSplit(feature: number, members: Int32Array): { gain: number; bin: number } {
    const { bins, leafRowsMin, ridge } = this.#options;
    const histogram = this.#histogram.fill(0);
    let gradient = 0;
    let curvature = 0;
    for (const r of members) {
      const at = 3 * this.#binned[r * this.#width + feature]!;
      histogram[at]!++;
      histogram[at + 1]! += this.#gradients[r]!;
      histogram[at + 2]! += this.#curvatures[r]!;
      gradient += this.#gradients[r]!;
      curvature += this.#curvatures[r]!;
    }
    const whole = (gradient * gradient) / (curvature + ridge);
    let best = { gain: 0, bin: 0 };
    let count = 0;
    let leftGradient = 0;
    let leftCurvature = 0;
    for (let bin = 0; bin + 1 < bins; bin++) {
      count += histogram[3 * bin]!;
      leftGradient += histogram[3 * bin + 1]!;
      leftCurvature += histogram[3 * bin + 2]!;
      if (count < leafRowsMin) continue;
      if (members.length - count < leafRowsMin) break;
      const rightGradient = gradient - leftGradient;
      const gain =
        (leftGradient * leftGradient) / (leftCurvature + ridge) +
        (rightGradient * rightGradient) / (curvature - leftCurvature + ridge) -
        whole;
      if (gain > best.gain) best = { gain, bin };
    }
    return best;
  }
}

function leafOf({ feature, bin }: Tree, binned: Uint8Array, at: number, depth: number): number {
  let node = 0;
  for (let d = 0; d < depth; d++) {
    const f = feature[node]!;
    const isRight = f >= 0 && binned[at + f]! > bin[node]!;
    node = 2 * node + (isRight ? 2 : 1);
  }
  return node - ((1 << depth) - 1);
}

function binTable({ rows, width, values }: FeatureTable, edges: readonly Float64Array[]): Uint8Array {
  const binned = new Uint8Array(rows * width);
  for (let at = 0; at < binned.length; at++) binned[at] = groupOf(edges[at % width]!, values[at]!);
  return binned;
}

function columnOf({ rows, width, values }: FeatureTable, feature: number): Float64Array {
  return Float64Array.from({ length: rows }, (_, r) => values[r * width + feature]!);
}

/** Rows drawn without replacement, ascending. */
function sampleRows(rows: number, share: number, random: Xoshiro128): Int32Array {
  const wanted = Math.max(1, Math.round(rows * share));
  const taken = new Int32Array(wanted);
  let count = 0;
  for (let r = 0; r < rows; r++) {
    if (random.nextFloat() * (rows - r) < wanted - count) taken[count++] = r;
  }
  return taken.subarray(0, count);
}
