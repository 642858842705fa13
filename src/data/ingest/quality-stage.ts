/** The port of the validation stage: it looks at every record between normaliser and lake (`../quality`). */

import type { QuarantineReason } from '../quarantine.ts';
import type { RecordBatch } from '../schema/record-batch.ts';

/** A record that was set aside, as it is kept for inspection and re-admission. */
export interface SetAside {
  readonly schema: string | null;
  /** Version of its schema, where it is kept; lines of before it was written down are of version 1. */
  readonly version?: number;
  readonly reason: QuarantineReason;
  readonly detail: string;
  /** Index of the raw object and place in it. */
  readonly source: number;
  readonly sourceIndex: number;
  /** The record itself, where one could be made. */
  readonly record: Readonly<Record<string, unknown>> | null;
}

export interface QualityStage {
  /** Marks records by the bits of `quality` and takes away those that break a rule, giving them to `setAside`. */
  check(batch: RecordBatch, setAside: (record: SetAside) => void): void;
  /** Number of records per quality bit that is set, so far. */
  counts(): Readonly<Record<string, number>>;
}
