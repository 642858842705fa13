/** Means over forks that can be drawn with replacement: what a fork contributes to each group is summed once. */

import { Xoshiro128 } from '../base/index.ts';
import { drawCounts, percentileInterval } from '../math/index.ts';
import type { Interval } from './score-contract.ts';

const DRAWS = 400;
const SEED = 5;

export interface Observation {
  readonly fork: number;
  readonly value: number;
}

/** Means of several groups of observations. Trials of one fork share their random numbers and come or stay away together. */
export class ForkMeans {
  readonly groups: number;
  /** Times each fork is in a draw; all 1 in the sample itself. */
  readonly #forks: readonly number[];
  readonly #sums: Float64Array;
  readonly #counts: Float64Array;

  constructor(groups: readonly (readonly Observation[])[]) {
    this.groups = groups.length;
    this.#forks = [...new Set(groups.flatMap((group) => group.map(({ fork }) => fork)))].sort(
      (a, b) => a - b,
    );
    const placeOf = new Map(this.#forks.map((fork, place) => [fork, place]));
    this.#sums = new Float64Array(this.#forks.length * groups.length);
    this.#counts = new Float64Array(this.#sums.length);
    groups.forEach((group, g) => {
      for (const { fork, value } of group) {
        const at = placeOf.get(fork)! * groups.length + g;
        this.#sums[at]! += value;
        this.#counts[at]!++;
      }
    });
  }

  get forks(): number {
    return this.#forks.length;
  }

  /** Mean of each group; NaN of an empty one. `times`: how often each fork counts; once if absent. */
  means(times?: ArrayLike<number>): number[] {
    return Array.from({ length: this.groups }, (_, g) => {
      let sum = 0;
      let count = 0;
      for (let f = 0; f < this.#forks.length; f++) {
        const weight = times === undefined ? 1 : times[f]!;
        sum += weight * this.#sums[f * this.groups + g]!;
        count += weight * this.#counts[f * this.groups + g]!;
      }
      return sum / count;
    });
  }

  /** Covariance of the means, groups x groups, by what each fork adds to them. */
  covariance(): Float64Array {
    const means = this.means();
    const size = this.groups;
    const totals = means.map((_, g) =>
      this.#forks.reduce((sum, _fork, f) => sum + this.#counts[f * size + g]!, 0),
    );
    const matrix = new Float64Array(size * size);
    for (let f = 0; f < this.#forks.length; f++) {
      const parts = means.map(
        (of, g) => (this.#sums[f * size + g]! - of * this.#counts[f * size + g]!) / totals[g]!,
      );
      for (let i = 0; i < size; i++)
        for (let j = 0; j < size; j++) matrix[i * size + j]! += parts[i]! * parts[j]!;
    }
    return matrix.map((value) => (value * this.forks) / Math.max(1, this.forks - 1));
  }

  /** 95 % intervals of statistics of the means, over draws of forks with replacement. NaN with fewer than two forks. */
  intervals(statisticsOf: (means: readonly number[]) => readonly number[]): Interval[] {
    const random = new Xoshiro128(SEED);
    const draws = Array.from({ length: this.forks < 2 ? 0 : DRAWS }, () =>
      statisticsOf(this.means(drawCounts(this.forks, random))),
    );
    return statisticsOf(this.means()).map((_, s) => percentileInterval(draws.map((one) => one[s]!)));
  }
}
