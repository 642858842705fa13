// hot: bench/quality.ts
/** Order of time: a record earlier than the one of its symbol before it. One break is marked once, whatever follows. */

import { qualityMask } from '../registry.ts';
import type { Int64Column } from '../schema/int64-column.ts';
import type { CheckedRows, QualityCheck } from './check.ts';

const BACKWARDS = qualityMask('timeBackwards');

export class TimeOrderCheck implements QualityCheck {
  /** Words of the last time by slot. */
  readonly #high: number[] = [];
  readonly #low: number[] = [];

  check({ batch, quality, slots }: CheckedRows): void {
    const times = batch.column('tsEvent') as Int64Column;
    const highs = this.#high;
    const lows = this.#low;
    for (let row = 0; row < batch.count; row++) {
      const slot = slots[row]!;
      const high = times.high(row);
      const low = times.low(row);
      while (highs.length <= slot) {
        highs.push(Number.NEGATIVE_INFINITY);
        lows.push(0);
      }
      const last = highs[slot]!;
      if (high < last || (high === last && low < lows[slot]!)) quality[row]! |= BACKWARDS;
      highs[slot] = high;
      lows[slot] = low;
    }
  }
}
