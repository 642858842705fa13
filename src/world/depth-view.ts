// hot: bench/simulation.ts
/** The displayed book of one instrument as a consumer of level updates has it: absolute quantities per price, both sides. */

import type { BinaryReader, BinaryWriter } from '../base/index.ts';
import type { SessionState, Side } from '../domain/index.ts';
import * as domain from '../domain/index.ts';
import { PriceLadder } from '../market/index.ts';

// V8 folds constants of this module into machine code, but reads imported ones from memory at each use.
const { BUY, UNDEF_INT32 } = domain;

export class DepthView {
  readonly #bids = new PriceLadder(1);
  readonly #asks = new PriceLadder(-1);
  /** Lots by level handle; handle 0 is "no level". */
  #lots = new Float64Array(64);
  #freeHandles: number[] = [];
  #freshHandle = 1;
  lastTradeTicks: number = UNDEF_INT32;
  sessionState: SessionState;

  constructor(sessionState: SessionState) {
    this.sessionState = sessionState;
  }

  /** Sets the displayed total of a price; 0 removes the level. */
  setLevel(side: Side, price: number, lots: number): void {
    const ladder = side === BUY ? this.#bids : this.#asks;
    const handle = ladder.find(price);
    if (handle !== 0) {
      if (lots > 0) {
        this.#lots[handle] = lots;
        return;
      }
      ladder.remove(price);
      this.#freeHandles.push(handle);
      return;
    }
    if (lots === 0) return;
    const fresh = this.#freeHandles.pop() ?? this.#takeFresh();
    this.#lots[fresh] = lots;
    ladder.insert(price, fresh);
  }

  bestTicks(side: Side): number {
    const ladder = side === BUY ? this.#bids : this.#asks;
    return ladder.best === 0 ? UNDEF_INT32 : ladder.bestPrice;
  }

  bestLots(side: Side): number {
    return this.#lots[(side === BUY ? this.#bids : this.#asks).best]!;
  }

  /** Copies levels, best first; returns how many. */
  copyDepth(side: Side, prices: Int32Array, lots: Float64Array, levelsMax: number): number {
    const ladder = side === BUY ? this.#bids : this.#asks;
    let handle = ladder.best;
    let price = ladder.bestPrice;
    let count = 0;
    while (handle !== 0 && count < levelsMax) {
      prices[count] = price;
      lots[count++] = this.#lots[handle]!;
      handle = ladder.worseThan(price);
      price = ladder.foundPrice;
    }
    return count;
  }

  writeState(writer: BinaryWriter): void {
    writer.int32(this.lastTradeTicks);
    writer.int32(this.sessionState);
    for (const ladder of [this.#bids, this.#asks]) {
      writer.int32(ladder.levelCount);
      let handle = ladder.best;
      let price = ladder.bestPrice;
      while (handle !== 0) {
        writer.int32(price);
        writer.float64(this.#lots[handle]!);
        handle = ladder.worseThan(price);
        price = ladder.foundPrice;
      }
    }
  }

  readState(reader: BinaryReader): void {
    this.lastTradeTicks = reader.int32();
    this.sessionState = reader.int32();
    this.#freeHandles = [];
    this.#freshHandle = 1;
    for (const side of [0, 1] as const) {
      (side === BUY ? this.#bids : this.#asks).clear();
      const levels = reader.int32();
      for (let i = 0; i < levels; i++) this.setLevel(side, reader.int32(), reader.float64());
    }
  }

  #takeFresh(): number {
    if (this.#freshHandle === this.#lots.length) {
      const lots = new Float64Array(this.#lots.length * 2);
      lots.set(this.#lots);
      this.#lots = lots;
    }
    return this.#freshHandle++;
  }
}
