// hot: bench/quality.ts
/**
 * What is usual at a time of day: mean and mean absolute deviation of a value per season of the day, forgetting what is long ago.
 * A value beyond `KEPT_SCORE` deviations counts as if it lay there, so that one strange hour does not become the rule. A season that
 * knows too little asks the whole day.
 *
 * The limit adapts to how far values stray: each unusual one raises it by `STEP`, each other one lowers it by so much less that in
 * the long run a given share is unusual at most (stochastic approximation of a quantile, Robbins and Monro 1951); it never falls
 * below where it started.
 */

/** Values a season has seen before it judges, and the whole day. */
const SEASON_MIN = 20;
const DAY_MIN = 100;
/** Weight of the newest value, once there are many. */
const FORGETTING = 1 / 200;
const KEPT_SCORE = 3;
/** Values before any is cut. */
const CUT_FROM = 10;
/** By how much an unusual value raises the limit, in deviations. */
const STEP = 0.5;

export class SeasonScore {
  readonly #mean: Float64Array;
  readonly #deviation: Float64Array;
  readonly #count: Int32Array;
  readonly #seasons: number;
  readonly #floor: number;
  readonly #limitMin: number;
  readonly #share: number;
  #limit: number;

  /** `floor`: the smallest deviation that is believed; `limit`: the smallest score that is unusual; `share` of values that may be. */
  constructor(seasons: number, floor: number, limit: number, share: number) {
    this.#seasons = seasons;
    this.#floor = floor;
    this.#limitMin = limit;
    this.#share = share;
    this.#limit = limit;
    // The last place is the whole day.
    this.#mean = new Float64Array(seasons + 1);
    this.#deviation = new Float64Array(seasons + 1);
    this.#count = new Int32Array(seasons + 1);
  }

  /** Takes the next value. Returns whether it lies unusually far above what is usual; nothing does while that is not known. */
  isUnusual(season: number, value: number): boolean {
    const day = this.#seasons;
    let score = Number.NEGATIVE_INFINITY;
    if (this.#count[season]! >= SEASON_MIN) score = this.#score(season, value);
    else if (this.#count[day]! >= DAY_MIN) score = this.#score(day, value);
    this.#learn(season, value);
    this.#learn(day, value);
    const isUnusual = score > this.#limit;
    if (isUnusual) this.#limit += STEP * (1 - this.#share);
    else this.#limit = Math.max(this.#limitMin, this.#limit - STEP * this.#share);
    return isUnusual;
  }

  #score(place: number, value: number): number {
    return (value - this.#mean[place]!) / Math.max(this.#deviation[place]!, this.#floor);
  }

  #learn(place: number, value: number): void {
    const count = ++this.#count[place]!;
    const mean = this.#mean[place]!;
    const reach = KEPT_SCORE * Math.max(this.#deviation[place]!, this.#floor);
    const kept = count > CUT_FROM ? Math.min(Math.max(value, mean - reach), mean + reach) : value;
    const weight = Math.max(1 / count, FORGETTING);
    this.#mean[place] = mean + weight * (kept - mean);
    this.#deviation[place]! += weight * (Math.abs(kept - mean) - this.#deviation[place]!);
  }
}
