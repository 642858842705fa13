/** A sink that keeps everything in memory: for tests, small files, and whoever uses an adapter as a library. */

import { TwinError } from '../../base/index.ts';
import { Quarantine, type QuarantineReason } from '../quarantine.ts';
import {
  type CanonicalRecord,
  type NewRecord,
  SCHEMAS,
  type SchemaName,
  type SchemaOf,
} from '../registry.ts';
import type { RecordInput } from '../schema/field.ts';
import { BATCH_ROWS, RecordBatch } from '../schema/record-batch.ts';
import type { RecordSink } from './adapter.ts';

/** Batches it may hold per schema; more should go to the lake. */
export const MEMORY_BATCHES_MAX = 4096;

export class MemorySink implements RecordSink {
  readonly quarantine: Quarantine;
  readonly remarks = new Map<string, number>();
  readonly #capacity: number;
  readonly #batches = new Map<SchemaName, RecordBatch[]>();

  /** `capacity`: rows of its batches; small ones for few records. */
  constructor(source = 'memory', mode: 'strict' | 'lenient' = 'lenient', capacity = BATCH_ROWS) {
    this.#capacity = capacity;
    this.quarantine = new Quarantine(mode, source);
  }

  push<N extends SchemaName>(schema: N, record: NewRecord<N>): void {
    const input = { ...record, source: 0 } as unknown as RecordInput<SchemaOf<N>>;
    const problem = this.batch(schema).push(input);
    if (problem === null) return;
    const index = (record as unknown as { sourceIndex: number }).sourceIndex;
    this.quarantine.add(problem.reason, index, `${schema}.${problem.field}=${problem.found}`);
  }

  batch<N extends SchemaName>(schema: N): RecordBatch<SchemaOf<N>> {
    const batches = this.#batches.get(schema) ?? [];
    this.#batches.set(schema, batches);
    let last = batches.at(-1);
    if (last === undefined || last.isFull) {
      if (batches.length >= MEMORY_BATCHES_MAX) {
        throw new TwinError('BASE_LIMIT', 'batches kept in memory are below their limit', {
          schema,
          limit: MEMORY_BATCHES_MAX,
        });
      }
      last = new RecordBatch(SCHEMAS[schema], this.#capacity);
      batches.push(last);
    }
    return last as unknown as RecordBatch<SchemaOf<N>>;
  }

  reject(reason: QuarantineReason, sourceIndex: number, detail: string): void {
    this.quarantine.add(reason, sourceIndex, detail);
  }

  remark(name: string, count = 1): void {
    this.remarks.set(name, (this.remarks.get(name) ?? 0) + count);
  }

  /** Records of a schema as objects. */
  records<N extends SchemaName>(schema: N): CanonicalRecord<N>[] {
    return this.batches(schema).flatMap((batch) => [...batch.rows()]) as CanonicalRecord<N>[];
  }

  batches<N extends SchemaName>(schema: N): RecordBatch<SchemaOf<N>>[] {
    return (this.#batches.get(schema) ?? []) as unknown as RecordBatch<SchemaOf<N>>[];
  }

  /** Number of records by schema. */
  counts(): Partial<Record<SchemaName, number>> {
    return Object.fromEntries(
      [...this.#batches].map(([schema, batches]) => [
        schema,
        batches.reduce((sum, { count }) => sum + count, 0),
      ]),
    );
  }
}
