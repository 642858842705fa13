/** Records as they come, as a source that can be asked at any time: the newest are kept, older ones forgotten. */

import type { RecordQuery, RecordSource } from '../lake/record-source.ts';
import { SCHEMAS, type SchemaName, type SchemaOf } from '../registry.ts';
import type { Int64Column } from '../schema/int64-column.ts';
import { RecordBatch } from '../schema/record-batch.ts';
import type { SymbolColumn } from '../schema/symbol-column.ts';

/** Batches of a schema that are kept. */
export const RECENT_BATCHES_MAX = 64;

export class RecentSource implements RecordSource {
  readonly #batches: ReadonlyMap<SchemaName, RecordBatch[]>;
  readonly #symbols: readonly string[];
  readonly #batchesMax: number;

  /** `schemas` and `symbols` that will come; `batchesMax` of each schema are kept. */
  constructor(
    schemas: readonly SchemaName[],
    symbols: readonly string[],
    batchesMax: number = RECENT_BATCHES_MAX,
  ) {
    this.#batchesMax = batchesMax;
    this.#batches = new Map(schemas.map((schema) => [schema, []]));
    this.#symbols = [...symbols].sort();
  }

  /** Adds all that a source has; none of it is earlier than what is there already. */
  async take(source: RecordSource): Promise<void> {
    for (const schema of await source.schemas()) {
      const kept = this.#batches.get(schema);
      if (kept === undefined) continue;
      for await (const batch of source.read({ schema })) {
        for (let row = 0; row < batch.count; row++)
          this.#roomIn(kept, schema).copyRow(batch as unknown as RecordBatch, row);
      }
    }
  }

  async schemas(): Promise<readonly SchemaName[]> {
    return [...this.#batches.keys()];
  }

  async symbols(): Promise<readonly string[]> {
    return this.#symbols;
  }

  async *read<N extends SchemaName>(query: RecordQuery<N>): AsyncGenerator<RecordBatch<SchemaOf<N>>> {
    const filled = new RecordBatch(SCHEMAS[query.schema]) as unknown as RecordBatch;
    const wanted = query.symbols === undefined ? null : new Set(query.symbols);
    for (const batch of [...(this.#batches.get(query.schema) ?? [])]) {
      const { values } = batch.column('tsEvent') as Int64Column;
      const names = batch.column('symbol') as SymbolColumn;
      for (let row = 0; row < batch.count; row++) {
        const tsNs = values[row]!;
        if (query.fromNs !== undefined && tsNs < query.fromNs) continue;
        if (query.toNs !== undefined && tsNs >= query.toNs) break;
        if (wanted !== null && !wanted.has(names.name(row))) continue;
        filled.copyRow(batch, row);
        if (!filled.isFull) continue;
        yield filled as unknown as RecordBatch<SchemaOf<N>>;
        filled.clear();
      }
    }
    if (filled.count > 0) yield filled as unknown as RecordBatch<SchemaOf<N>>;
  }

  /** The batch that takes the next row; the oldest one is forgotten for it. */
  #roomIn(kept: RecordBatch[], schema: SchemaName): RecordBatch {
    const last = kept.at(-1);
    if (last !== undefined && !last.isFull) return last;
    const oldest = kept.length < this.#batchesMax ? undefined : kept.shift();
    const fresh = oldest ?? (new RecordBatch(SCHEMAS[schema]) as unknown as RecordBatch);
    fresh.clear();
    kept.push(fresh);
    return fresh;
  }
}
