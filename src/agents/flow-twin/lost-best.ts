// hot: bench/flow.ts
/** The better price that each side has lost last: orders come back to it. */

import type { BinaryReader, BinaryWriter } from '../../base/index.ts';
import { BUY, SELL, type Side } from '../../domain/index.ts';

export class LostBest {
  /** Ticks from the best of each side to the price that it has lost last; 0: it is back, or none is known. */
  readonly ticks = new Float64Array(2);
  #bidTicks = Number.NaN;
  #askTicks = Number.NaN;

  /** The best prices are these now. */
  see(bidTicks: number, askTicks: number): void {
    this.#lose(BUY, this.#bidTicks - bidTicks);
    this.#lose(SELL, askTicks - this.#askTicks);
    this.#bidTicks = bidTicks;
    this.#askTicks = askTicks;
  }

  writeState(writer: BinaryWriter): void {
    writer.array(this.ticks);
    writer.float64(this.#bidTicks);
    writer.float64(this.#askTicks);
  }

  readState(reader: BinaryReader): void {
    this.ticks.set(reader.float64Array());
    this.#bidTicks = reader.float64();
    this.#askTicks = reader.float64();
  }

  #lose(side: Side, ticks: number): void {
    if (ticks > 0) this.ticks[side] = ticks;
    else if (ticks < 0) this.ticks[side] = Math.max(0, this.ticks[side]! + ticks);
  }
}
