// hot: filled for every level that is shared
/** The resting orders of one price in time order, with the lots that an allocation gives to each. Reused: no allocation once grown. */

import { MulDiv } from '../exact/mul-div.ts';

/** No order of the level is TOP. */
export const NO_TOP = -1;

export class LevelOrders {
  count = 0;
  /** Working lots: what takes part, the displayed quantity of an iceberg. At most 2^31-1 each. */
  lots = new Int32Array(64);
  /** Open lots of icebergs that are not displayed; only the FIFO exception reads them. */
  reserveLots = new Int32Array(64);
  /** Whose order it is: a lead market maker or a parity participant by number, 0 = nobody special. */
  participants = new Int32Array(64);
  /** Output: lots that each order gets. */
  fillLots = new Int32Array(64);
  /** Index of the TOP order, or NO_TOP. */
  top = NO_TOP;
  /** Lots of the entry `top` that are TOP: all of it for an order, a part where the entry is a source (§1.4, implied). */
  topLots = 0;
  /** Scratch: whole lots of the pro-rata share of each order. */
  shares = new Int32Array(64);
  /** Scratch: indices, the largest order first. */
  ranks = new Int32Array(64);
  /** Scratch: the division of shares. */
  readonly division = new MulDiv();

  clear(): void {
    this.count = 0;
    this.top = NO_TOP;
    this.topLots = 0;
  }

  /** Appends an order behind those there; returns its index. */
  add(lots: number, reserveLots: number, participant: number): number {
    const index = this.count;
    if (index === this.lots.length) this.#grow();
    this.lots[index] = lots;
    this.reserveLots[index] = reserveLots;
    this.participants[index] = participant;
    this.fillLots[index] = 0;
    this.count = index + 1;
    return index;
  }

  /** Makes an order the TOP one, with all of its lots. */
  markTop(index: number): void {
    this.top = index;
    this.topLots = this.lots[index]!;
  }

  #grow(): void {
    this.lots = doubled(this.lots);
    this.reserveLots = doubled(this.reserveLots);
    this.participants = doubled(this.participants);
    this.fillLots = doubled(this.fillLots);
    this.shares = doubled(this.shares);
    this.ranks = doubled(this.ranks);
  }
}

function doubled(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(array.length * 2);
  grown.set(array);
  return grown;
}
