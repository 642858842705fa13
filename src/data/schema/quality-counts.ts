/** Numbers of records per bit of quality. */

import { QUALITY_BITS } from '../registry.ts';
import type { RecordBatch } from './record-batch.ts';

export class QualityCounts {
  readonly #counts = new Float64Array(QUALITY_BITS.length);

  add(batch: RecordBatch): void {
    const quality = batch.column('quality') as Int32Array;
    for (let row = 0; row < batch.count; row++) {
      for (let bits = quality[row]!; bits !== 0; bits &= bits - 1)
        this.#counts[31 - Math.clz32(bits & -bits)]! += 1;
    }
  }

  /** By name, those above 0. */
  byName(): Record<string, number> {
    const entries = QUALITY_BITS.map((bit, index) => [bit, this.#counts[index]!] as const);
    return Object.fromEntries(entries.filter(([, count]) => count > 0));
  }
}
