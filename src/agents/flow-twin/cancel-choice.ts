// hot: bench/flow.ts
/** Draws which of its own orders the twin cancels, by the hazard of its model. */

import type { Xoshiro128 } from '../../base/index.ts';
import type { Side } from '../../domain/index.ts';
import type { CancelHazard } from './cancel-hazard.ts';
import type { OwnOrders } from './own-orders.ts';

export class CancelChoice {
  readonly #hazard: CancelHazard;
  #slots = new Int32Array(256);
  /** Running sums of the weights. */
  #sums = new Float64Array(256);

  constructor(hazard: CancelHazard) {
    this.#hazard = hazard;
  }

  /** Slot of an order at ranks `fromRank` (from 0, included) to `toRank` (excluded) of a side; -1: there is none. */
  draw(
    random: Xoshiro128,
    orders: OwnOrders,
    side: Side,
    fromRank: number,
    toRank: number,
    nowNs: number,
  ): number {
    let total = 0;
    let found = 0;
    const end = Math.min(toRank, orders.levelCount(side));
    for (let rank = fromRank; rank < end; rank++) {
      for (const slot of orders.slotsAt(side, rank)) {
        if (found === this.#slots.length) this.#grow();
        const ageNs = nowNs - orders.birthNs[slot]!;
        total += this.#hazard.weightOf(side, ageNs, rank + 1, orders.lots[slot]!);
        this.#slots[found] = slot;
        this.#sums[found++] = total;
      }
    }
    if (!(total > 0)) return -1;
    const draw = random.nextDouble() * total;
    let at = 0;
    while (at < found - 1 && this.#sums[at]! < draw) at++;
    return this.#slots[at]!;
  }

  #grow(): void {
    const slots = new Int32Array(2 * this.#slots.length);
    const sums = new Float64Array(slots.length);
    slots.set(this.#slots);
    sums.set(this.#sums);
    this.#slots = slots;
    this.#sums = sums;
  }
}
