/**
 * How far simulations of one model are from each other: what a distance to real flow is held against. With weights that are known exactly
 * it is about the number of moments; with weights from hardly more windows than moments it is more (as Hotelling's T² has heavier tails
 * than chi-square), and whatever such weights say is less sure by as much.
 */

import { quantileOfSorted, sortedFinite } from '../../math/index.ts';
import { type MomentWeights, momentDistance } from '../moments/moment-weights.ts';

export interface RepeatDistance {
  readonly median: number;
  /** 95 % are below. */
  readonly high: number;
}

/** Distances of each simulation to the next one, the last to the first. */
export function repeatDistance(
  simulated: readonly ArrayLike<number>[],
  weights: MomentWeights,
): RepeatDistance {
  const distances = simulated.map((moments, i) =>
    momentDistance(moments, simulated[(i + 1) % simulated.length]!, weights),
  );
  const sorted = sortedFinite(distances);
  return { median: quantileOfSorted(sorted, 0.5), high: quantileOfSorted(sorted, 0.95) };
}

/** Mean distance of all pairs over the number of moments; 1 at least, and for fewer than two. */
export function inflationOf(repeats: readonly ArrayLike<number>[], weights: MomentWeights): number {
  let sum = 0;
  let pairs = 0;
  for (let a = 0; a < repeats.length; a++) {
    for (let b = 0; b < a; b++, pairs++) sum += momentDistance(repeats[a]!, repeats[b]!, weights);
  }
  return pairs === 0 ? 1 : Math.max(1, sum / pairs / weights.used.length);
}
