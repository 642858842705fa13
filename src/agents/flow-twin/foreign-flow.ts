// hot: bench/flow.ts
/**
 * How much of what others take from the flow is put back (fidelity.md §1.7). The flow of a record holds how its market answered to
 * the orders in it. An order from outside comes on top of them, and the longer it goes on, the more of those who would trade against
 * it show themselves; without them impact is linear in size. With F lots taken lately, net of those given, what is not put back is
 *
 *   (1 + F / latentLots)^(-1/2)
 *
 * of what is taken: impact is as linear as that of the first lots up to `latentLots`, and grows with the square root beyond.
 */

import type { BinaryReader, BinaryWriter } from '../../base/index.ts';
import { BUY, type Side } from '../../domain/index.ts';
import { halvedBy } from '../../math/index.ts';

/** F fades as the mean of exponentials of these half-lives, s: nearly a power law between the first and the last. */
const HALF_LIVES_S = [70, 700, 7_000];

/** Share of the latent lots below which what others took is no longer felt. */
const FELT_SHARE = 0.1;

export class ForeignFlow {
  readonly #latentLots: number | null;
  /** Signed lots taken, by fade: above 0 by buyers. */
  readonly #lots = new Float64Array(HALF_LIVES_S.length);
  #passedNs = 0;

  constructor(latentLots: number | null) {
    this.#latentLots = latentLots;
  }

  /** Others took lots of this side. */
  take(side: Side, lots: number, nowNs: number): void {
    const seconds = (nowNs - this.#passedNs) / 1e9;
    const sign = side === BUY ? -1 : 1;
    for (let k = 0; k < HALF_LIVES_S.length; k++) {
      this.#lots[k] = this.#lots[k]! * halvedBy(seconds, HALF_LIVES_S[k]!) + sign * lots;
    }
    this.#passedNs = nowNs;
  }

  /** Share of the lots taken from a side just now that others put back. */
  putBackShare(side: Side): number {
    if (this.#latentLots === null) return 0;
    const taken = (side === BUY ? -1 : 1) * this.#netLots(this.#passedNs);
    return taken > 0 ? 1 - 1 / Math.sqrt(1 + taken / this.#latentLots) : 0;
  }

  /** Whether what others took still moves the market: nothing recorded is like it then. */
  isFelt(nowNs: number): boolean {
    return this.#latentLots !== null && Math.abs(this.#netLots(nowNs)) > FELT_SHARE * this.#latentLots;
  }

  /** Lots bought by others, net of those sold, as far as they have not faded. */
  #netLots(nowNs: number): number {
    const seconds = (nowNs - this.#passedNs) / 1e9;
    let sum = 0;
    for (let k = 0; k < HALF_LIVES_S.length; k++) sum += this.#lots[k]! * halvedBy(seconds, HALF_LIVES_S[k]!);
    return sum / HALF_LIVES_S.length;
  }

  writeState(writer: BinaryWriter): void {
    writer.array(this.#lots);
    writer.float64(this.#passedNs);
  }

  readState(reader: BinaryReader): void {
    this.#lots.set(reader.float64Array());
    this.#passedNs = reader.float64();
  }
}
