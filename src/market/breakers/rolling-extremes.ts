// hot: amortised constant time per trade.
/**
 * Lowest and highest trade price of a sliding time window: a queue per extreme in which a new price removes from the back
 * all that it beats, since they are older and can never be the extreme again.
 *
 *   prices   5  3  4  6  2      queue of the low: 2        queue of the high: 6  2
 */

import { type BinaryReader, type BinaryWriter, TwinError } from '../../base/index.ts';

const CAPACITY_START = 64;
/** Prices of one queue: they are strictly monotone, so that more than this needs a wide swing in ever new prices. */
export const EXTREMES_MAX = 1 << 24;

class ExtremeQueue {
  #times = new Float64Array(CAPACITY_START);
  #prices = new Int32Array(CAPACITY_START);
  #head = 0;
  #count = 0;
  /** 1 for the highest, -1 for the lowest. */
  readonly #sign: number;

  constructor(sign: number) {
    this.#sign = sign;
  }

  get count(): number {
    return this.#count;
  }

  get price(): number {
    return this.#prices[this.#head]!;
  }

  get timeNs(): number {
    return this.#times[this.#head]!;
  }

  add(timeNs: number, priceTicks: number): void {
    const mask = this.#times.length - 1;
    const key = priceTicks * this.#sign;
    while (this.#count > 0 && this.#prices[(this.#head + this.#count - 1) & mask]! * this.#sign <= key) {
      this.#count--;
    }
    if (this.#count === this.#times.length) this.#grow();
    const at = (this.#head + this.#count) & (this.#times.length - 1);
    this.#times[at] = timeNs;
    this.#prices[at] = priceTicks;
    this.#count++;
  }

  dropThrough(timeNs: number): void {
    while (this.#count > 0 && this.#times[this.#head]! <= timeNs) {
      this.#head = (this.#head + 1) & (this.#times.length - 1);
      this.#count--;
    }
  }

  writeState(writer: BinaryWriter): void {
    const { times, prices } = this.#unrolled(this.#count);
    writer.array(times);
    writer.array(prices);
  }

  readState(reader: BinaryReader): void {
    const times = reader.float64Array();
    const prices = reader.int32Array();
    this.dropThrough(Number.POSITIVE_INFINITY);
    for (let i = 0; i < times.length; i++) this.add(times[i]!, prices[i]!);
  }

  #grow(): void {
    const capacity = this.#times.length * 2;
    if (capacity > EXTREMES_MAX) {
      throw new TwinError('BASE_LIMIT', 'a window keeps at most EXTREMES_MAX extremes', { EXTREMES_MAX });
    }
    const { times, prices } = this.#unrolled(capacity);
    this.#times = times;
    this.#prices = prices;
    this.#head = 0;
  }

  #unrolled(capacity: number): { times: Float64Array<ArrayBuffer>; prices: Int32Array<ArrayBuffer> } {
    const times = new Float64Array(capacity);
    const prices = new Int32Array(capacity);
    for (let i = 0; i < this.#count; i++) {
      const at = (this.#head + i) & (this.#times.length - 1);
      times[i] = this.#times[at]!;
      prices[i] = this.#prices[at]!;
    }
    return { times, prices };
  }
}

export class RollingExtremes {
  readonly #low = new ExtremeQueue(-1);
  readonly #high = new ExtremeQueue(1);

  get isEmpty(): boolean {
    return this.#low.count === 0;
  }

  /** Lowest price of the window; only if it is not empty. */
  get minTicks(): number {
    return this.#low.price;
  }

  get maxTicks(): number {
    return this.#high.price;
  }

  /** Time of the older one of the two extremes, Infinity when empty: an extreme changes when it leaves. */
  get oldestNs(): number {
    return this.isEmpty ? Number.POSITIVE_INFINITY : Math.min(this.#low.timeNs, this.#high.timeNs);
  }

  add(timeNs: number, priceTicks: number): void {
    this.#low.add(timeNs, priceTicks);
    this.#high.add(timeNs, priceTicks);
  }

  /** Drops trades at or before an instant. */
  dropThrough(timeNs: number): void {
    this.#low.dropThrough(timeNs);
    this.#high.dropThrough(timeNs);
  }

  clear(): void {
    this.dropThrough(Number.POSITIVE_INFINITY);
  }

  writeState(writer: BinaryWriter): void {
    this.#low.writeState(writer);
    this.#high.writeState(writer);
  }

  readState(reader: BinaryReader): void {
    this.#low.readState(reader);
    this.#high.readState(reader);
  }
}
