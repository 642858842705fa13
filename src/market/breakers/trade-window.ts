// hot: one add and the drops of what it outdates per trade; no allocation after the ring has its size.
/**
 * Trades of a sliding time window with their exact weighted sum: times, prices and weights in a ring that doubles when
 * full. Sums are kept relative to a base price, the first trade's after the window was empty, which keeps weighted sums small.
 */

import { type BinaryReader, type BinaryWriter, TwinError } from '../../base/index.ts';

const CAPACITY_START = 64;
/** Trades in one window; beyond it something feeds the same instant again and again. */
export const WINDOW_TRADES_MAX = 1 << 24;

export class TradeWindow {
  #times = new Float64Array(CAPACITY_START);
  #prices = new Int32Array(CAPACITY_START);
  #weights = new Float64Array(CAPACITY_START);
  #head = 0;
  #count = 0;
  #baseTicks = 0;
  #deltaSum = 0;
  #weightSum = 0;

  get count(): number {
    return this.#count;
  }

  /** Sum of weights: the denominator of the mean. */
  get weightSum(): number {
    return this.#weightSum;
  }

  /** Sum of price times weight, exact: the numerator of the mean. */
  get weightedSum(): bigint {
    return BigInt(this.#baseTicks) * BigInt(this.#weightSum) + BigInt(this.#deltaSum);
  }

  /** The mean within a few units of the last place of a double: to rule out, never to decide. */
  get roughMean(): number {
    return this.#baseTicks + this.#deltaSum / this.#weightSum;
  }

  /** Time of the oldest trade, Infinity when there is none. */
  get oldestNs(): number {
    return this.#count === 0 ? Number.POSITIVE_INFINITY : this.#times[this.#head]!;
  }

  add(timeNs: number, priceTicks: number, weight: number): void {
    if (this.#count === this.#times.length) this.#grow();
    if (this.#count === 0) this.#baseTicks = priceTicks;
    const at = (this.#head + this.#count) & (this.#times.length - 1);
    this.#times[at] = timeNs;
    this.#prices[at] = priceTicks;
    this.#weights[at] = weight;
    this.#count++;
    this.#weightSum += weight;
    this.#deltaSum += (priceTicks - this.#baseTicks) * weight;
    if (!Number.isSafeInteger(this.#deltaSum) || !Number.isSafeInteger(this.#weightSum)) {
      throw new TwinError('BASE_LIMIT', 'the sums of a window of trades stay below 2^53', {
        priceTicks,
        weight,
      });
    }
  }

  /** Drops trades at or before an instant. */
  dropThrough(timeNs: number): void {
    const mask = this.#times.length - 1;
    while (this.#count > 0 && this.#times[this.#head]! <= timeNs) {
      const weight = this.#weights[this.#head]!;
      this.#weightSum -= weight;
      this.#deltaSum -= (this.#prices[this.#head]! - this.#baseTicks) * weight;
      this.#head = (this.#head + 1) & mask;
      this.#count--;
    }
  }

  clear(): void {
    this.dropThrough(Number.POSITIVE_INFINITY);
  }

  writeState(writer: BinaryWriter): void {
    const { times, prices, weights } = this.#unrolled(this.#count);
    writer.array(times);
    writer.array(prices);
    writer.array(weights);
  }

  readState(reader: BinaryReader): void {
    const times = reader.float64Array();
    const prices = reader.int32Array();
    const weights = reader.float64Array();
    this.clear();
    for (let i = 0; i < times.length; i++) this.add(times[i]!, prices[i]!, weights[i]!);
  }

  #grow(): void {
    const capacity = this.#times.length * 2;
    if (capacity > WINDOW_TRADES_MAX) {
      throw new TwinError('BASE_LIMIT', 'a window of trades has at most WINDOW_TRADES_MAX of them', {
        WINDOW_TRADES_MAX,
      });
    }
    const { times, prices, weights } = this.#unrolled(capacity);
    this.#times = times;
    this.#prices = prices;
    this.#weights = weights;
    this.#head = 0;
  }

  /** Copies with the oldest trade first. */
  #unrolled(capacity: number): {
    times: Float64Array<ArrayBuffer>;
    prices: Int32Array<ArrayBuffer>;
    weights: Float64Array<ArrayBuffer>;
  } {
    const times = new Float64Array(capacity);
    const prices = new Int32Array(capacity);
    const weights = new Float64Array(capacity);
    const mask = this.#times.length - 1;
    for (let i = 0; i < this.#count; i++) {
      const at = (this.#head + i) & mask;
      times[i] = this.#times[at]!;
      prices[i] = this.#prices[at]!;
      weights[i] = this.#weights[at]!;
    }
    return { times, prices, weights };
  }
}
