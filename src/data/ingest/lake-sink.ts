/** The sink of an ingest: gathers records in batches, has them checked, and hands them to the writer of the task. */

import { Quarantine, type QuarantineReason } from '../quarantine.ts';
import { type NewRecord, SCHEMAS, type SchemaName, type SchemaOf } from '../registry.ts';
import type { RecordInput } from '../schema/field.ts';
import { BATCH_ROWS, RecordBatch } from '../schema/record-batch.ts';
import type { RecordSink } from './adapter.ts';
import type { QualityStage, SetAside } from './quality-stage.ts';

interface Open {
  batch: RecordBatch;
  /** Rows whose raw object is noted already. */
  marked: number;
}

export interface BatchTaker {
  append(batch: RecordBatch): Promise<void>;
}

export class LakeSink implements RecordSink {
  readonly quarantine: Quarantine;
  readonly remarks: Record<string, number> = {};
  readonly counts: Partial<Record<SchemaName, number>> = {};
  readonly #stage: QualityStage;
  readonly #setAside: (record: SetAside) => void;
  readonly #open = new Map<SchemaName, Open>();
  readonly #full: RecordBatch[] = [];
  readonly #spare = new Map<SchemaName, RecordBatch[]>();
  readonly #capacity: number;
  #source = 0;

  /** `capacity` of its batches: small ones are given away sooner, and each takes less time at once. */
  constructor(
    name: string,
    mode: 'strict' | 'lenient',
    stage: QualityStage,
    setAside: (record: SetAside) => void,
    capacity = BATCH_ROWS,
  ) {
    this.#capacity = capacity;
    this.quarantine = new Quarantine(mode, name);
    this.#stage = stage;
    this.#setAside = setAside;
  }

  /** Records from now on come from the raw object of that index. */
  startSource(index: number): void {
    this.#markAll();
    this.#source = index;
  }

  push<N extends SchemaName>(schema: N, record: NewRecord<N>): void {
    const input = { ...record, source: this.#source } as unknown as RecordInput<SchemaOf<N>>;
    const problem = this.batch(schema).push(input);
    if (problem === null) return;
    const { sourceIndex } = record as unknown as { sourceIndex: number };
    this.#refuse(schema, problem.reason, sourceIndex, `${schema}.${problem.field}=${problem.found}`, record);
  }

  batch<N extends SchemaName>(schema: N): RecordBatch<SchemaOf<N>> {
    let open = this.#open.get(schema);
    if (open === undefined) {
      open = { batch: this.#fresh(schema), marked: 0 };
      this.#open.set(schema, open);
    } else if (open.batch.isFull) {
      this.#mark(open);
      this.#full.push(open.batch);
      open.batch = this.#fresh(schema);
      open.marked = 0;
    }
    return open.batch as unknown as RecordBatch<SchemaOf<N>>;
  }

  reject(reason: QuarantineReason, sourceIndex: number, detail: string): void {
    this.#refuse(null, reason, sourceIndex, detail, null);
  }

  remark(name: string, count = 1): void {
    this.remarks[name] = (this.remarks[name] ?? 0) + count;
  }

  /** Gives full batches away; at the end of a task all of them. */
  async drain(taker: BatchTaker, isEnd: boolean): Promise<void> {
    if (isEnd) {
      this.#markAll();
      for (const { batch } of this.#open.values()) this.#full.push(batch);
      this.#open.clear();
    }
    const full = this.#full.splice(0);
    // All at once, before anything is awaited: the stage of what comes next remembers what came before.
    for (const batch of full) {
      this.#stage.check(batch, (record) => {
        this.quarantine.add(record.reason, record.sourceIndex, record.detail);
        this.#setAside(record);
      });
    }
    for (const batch of full) {
      const schema = batch.schema.name as SchemaName;
      this.counts[schema] = (this.counts[schema] ?? 0) + batch.count;
      await taker.append(batch);
      batch.clear();
      this.#spares(schema).push(batch);
    }
  }

  #refuse(
    schema: SchemaName | null,
    reason: QuarantineReason,
    sourceIndex: number,
    detail: string,
    record: unknown,
  ): void {
    this.quarantine.add(reason, sourceIndex, detail);
    this.#setAside({
      schema,
      reason,
      detail,
      source: this.#source,
      sourceIndex,
      record: record as SetAside['record'],
    });
  }

  #fresh(schema: SchemaName): RecordBatch {
    return (
      this.#spares(schema).pop() ??
      (new RecordBatch(SCHEMAS[schema], this.#capacity) as unknown as RecordBatch)
    );
  }

  #spares(schema: SchemaName): RecordBatch[] {
    let spares = this.#spare.get(schema);
    if (spares === undefined) {
      spares = [];
      this.#spare.set(schema, spares);
    }
    return spares;
  }

  #markAll(): void {
    for (const open of this.#open.values()) this.#mark(open);
  }

  #mark(open: Open): void {
    (open.batch.column('source') as Int32Array).fill(this.#source, open.marked, open.batch.count);
    open.marked = open.batch.count;
  }
}
