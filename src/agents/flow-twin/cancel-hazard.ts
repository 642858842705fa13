/**
 * Which order of a side is cancelled, when one is: each with a weight by its age, the rank of its level, its size and its side
 * (fidelity.md §3.5).
 */

import { TwinError } from '../../base/index.ts';
import type { Side } from '../../domain/index.ts';
import { binOf } from './features.ts';

/** Upper edges of the bins: ages in seconds, ranks of levels from 1, lots. Beyond the last age are orders that nobody saw come. */
export const AGE_EDGES_S = [0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 600, 1e5];
/** Age of orders that are older than the record, ns. */
export const UNSEEN_AGE_NS = 1e15;
export const RANK_EDGES = [1, 2, 3, 5, 7, 10, 15, 25];
const AGES = AGE_EDGES_S.length + 1;
const RANKS = RANK_EDGES.length + 1;

export class CancelHazard {
  /** Upper edges of the bins of sizes, lots. */
  readonly sizeEdges: Float64Array;
  /** By `cellOf`. */
  readonly weights: Float64Array;

  constructor(sizeEdges: Float64Array, weights: Float64Array) {
    this.sizeEdges = sizeEdges;
    this.weights = weights;
    if (weights.length !== CancelHazard.cells(sizeEdges)) {
      throw new TwinError('CALIBRATION_MODEL', 'a hazard of cancels has a weight for each of its bins', {
        weights: weights.length,
        bins: CancelHazard.cells(sizeEdges),
      });
    }
  }

  /** Number of bins. */
  static cells(sizeEdges: ArrayLike<number>): number {
    return 2 * AGES * RANKS * (sizeEdges.length + 1);
  }

  cellOf(side: Side, ageNs: number, rank: number, lots: number): number {
    const bin = (side * AGES + binOf(AGE_EDGES_S, ageNs / 1e9)) * RANKS + binOf(RANK_EDGES, rank);
    return bin * (this.sizeEdges.length + 1) + binOf(this.sizeEdges, lots);
  }

  weightOf(side: Side, ageNs: number, rank: number, lots: number): number {
    return this.weights[this.cellOf(side, ageNs, rank, lots)]!;
  }
}
