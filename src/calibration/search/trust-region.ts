/**
 * The box around the best point in which a search looks next: twice as wide after three batches that found a better one, half as wide
 * after some that did not. When it has become tiny the search begins again elsewhere.
 * Source: Eriksson et al., "Scalable global optimization via local Bayesian optimization" (2019), TuRBO-1; the box is spent at 1/64 of the
 * cube, not 1/128: what a simulation says has noise.
 */

import type { Xoshiro128 } from '../../base/index.ts';
import { SobolSequence } from '../../math/index.ts';

const SIDE_START = 0.8;
const SIDE_MAX = 1.6;
const SIDE_MIN = 0.5 ** 6;
const SUCCESSES = 3;
/** A better loss is better by this share of its size. */
const GAIN_MIN = 1e-3;
/** Entries of a candidate that differ from the best point, at least on average. */
const CHANGED = 20;

export class TrustRegion {
  side = SIDE_START;
  #successes = 0;
  #failures = 0;
  readonly #patience: number;

  constructor(dimension: number, batch: number) {
    this.#patience = Math.ceil(Math.max(4 / batch, dimension / batch));
  }

  get isSpent(): boolean {
    return this.side < SIDE_MIN;
  }

  /** After a batch whose best loss was `found`, where the best before was `best`. */
  learn(found: number, best: number): void {
    // Before anything came back any loss is a gain.
    const gain = Number.isFinite(best) ? GAIN_MIN * Math.abs(best) : 0;
    if (found < best - gain) {
      this.#failures = 0;
      if (++this.#successes < SUCCESSES) return;
      this.side = Math.min(SIDE_MAX, 2 * this.side);
      this.#successes = 0;
    } else {
      this.#successes = 0;
      if (++this.#failures < this.#patience) return;
      this.side /= 2;
      this.#failures = 0;
    }
  }

  /**
   * Points of the box, wider along what changes the loss slowly: `logLengths` are those of the process. In each some entries are those
   * of the center, which keeps candidates near it when there are many parameters.
   */
  candidates(
    center: Float64Array,
    logLengths: Float64Array,
    count: number,
    random: Xoshiro128,
  ): Float64Array[] {
    const dimension = center.length;
    let logMean = 0;
    for (let d = 0; d < dimension; d++) logMean += logLengths[d]! / dimension;
    const halves = Float64Array.from(
      { length: dimension },
      (_, d) => (this.side * Math.exp(logLengths[d]! - logMean)) / 2,
    );
    const sequence = new SobolSequence(dimension, random.nextUint32() | 0);
    const share = Math.min(1, CHANGED / dimension);
    return Array.from({ length: count }, () => {
      const place = sequence.next();
      const always = random.nextBelow(dimension);
      return place.map((u, d) => {
        if (d !== always && random.nextDouble() >= share) return center[d]!;
        const low = Math.max(0, center[d]! - halves[d]!);
        const high = Math.min(1, center[d]! + halves[d]!);
        return low + u * (high - low);
      });
    });
  }
}
