// hot: bench/quality.ts
/**
 * How far a return lies from what is usual: its distance from the rolling median in robust standard deviations, 1.4826 times the
 * median absolute deviation (Iglewicz and Hoaglin 1993, How to Detect and Handle Outliers, §3.4). A price that is called an outlier
 * is not what the next one is compared with, so that the way back is none; a level that lasts is believed after some records.
 *
 * Prices move in ticks: most returns are zero, and many others equal, which would leave no deviation at all. So returns of zero do not
 * count, and the deviation is at least the median size of the others.
 */

import { RollingMedian } from './rolling-median.ts';

/** Median absolute deviation of a normal distribution, inverted. */
const SIGMA_PER_MAD = 1.4826;
/** Returns before anything is called unusual. */
const RETURNS_MIN = 30;

export interface ReturnScoreOptions {
  readonly outlierWindow: number;
  readonly outlierScore: number;
  readonly outlierFloor: number;
  readonly outlierLevelAfter: number;
}

export class ReturnScore {
  readonly #options: ReturnScoreOptions;
  readonly #returns: RollingMedian;
  readonly #sizes: RollingMedian;
  #price = 0;
  #strikes = 0;

  constructor(options: ReturnScoreOptions) {
    this.#options = options;
    this.#returns = new RollingMedian(options.outlierWindow);
    this.#sizes = new RollingMedian(options.outlierWindow);
  }

  /** Starts anew at the next price: the one before is too long ago. What is usual stays. */
  forget(): void {
    this.#price = 0;
    this.#strikes = 0;
  }

  /** Takes the next price, above 0. Returns whether it is an outlier. */
  isOutlier(price: number): boolean {
    if (this.#price === 0) {
      this.#price = price;
      return false;
    }
    if (price === this.#price) {
      this.#strikes = 0;
      return false;
    }
    const change = Math.log(price / this.#price);
    const returns = this.#returns;
    const deviation = Math.max(returns.deviation, this.#sizes.median);
    const sigma = Math.max(SIGMA_PER_MAD * deviation, this.#options.outlierFloor);
    const isOutlier =
      returns.count >= RETURNS_MIN && Math.abs(change - returns.median) > this.#options.outlierScore * sigma;
    if (!isOutlier || ++this.#strikes >= this.#options.outlierLevelAfter) {
      this.#price = price;
      this.#strikes = 0;
    }
    returns.push(change);
    this.#sizes.push(Math.abs(change));
    return isOutlier;
  }
}
