/** The validation stage of an ingest: every check in its order (`docs/data/quality.md`). */

import type { QualityStage, SetAside } from '../ingest/quality-stage.ts';
import type { QuarantineReason } from '../quarantine.ts';
import { QUALITY_BITS } from '../registry.ts';
import type { RecordBatch } from '../schema/record-batch.ts';
import { checkRanges } from './range-check.ts';

export function createQualityStage(): QualityStage {
  return new Stage();
}

class Stage implements QualityStage {
  readonly #marks = new Uint8Array(65_536);
  readonly #counts = new Float64Array(QUALITY_BITS.length);

  check(batch: RecordBatch, setAside: (record: SetAside) => void): void {
    this.#marks.fill(0, 0, batch.count);
    let isWhole = true;
    checkRanges(batch, this.#marks, (row, reason, detail) => {
      isWhole = false;
      setAside(asideOf(batch, row, reason, detail));
    });
    if (!isWhole) batch.removeRows(this.#marks);
    this.#count(batch);
  }

  counts(): Readonly<Record<string, number>> {
    const entries = QUALITY_BITS.map((bit, index) => [bit, this.#counts[index]!] as const);
    return Object.fromEntries(entries.filter(([, count]) => count > 0));
  }

  #count(batch: RecordBatch): void {
    const quality = batch.column('quality') as Int32Array;
    for (let row = 0; row < batch.count; row++) {
      for (let bits = quality[row]!; bits !== 0; bits &= bits - 1)
        this.#counts[31 - Math.clz32(bits & -bits)]! += 1;
    }
  }
}

function asideOf(batch: RecordBatch, row: number, reason: QuarantineReason, detail: string): SetAside {
  const record = batch.row(row) as { source: number; sourceIndex: number } & Record<string, unknown>;
  return {
    schema: batch.schema.name,
    reason,
    detail,
    source: record.source,
    sourceIndex: record.sourceIndex,
    record,
  };
}
