/** Records that were kept in memory, as a source: what a file holds is read from here without a lake. */

import type { RecordQuery, RecordSource } from '../lake/record-source.ts';
import { SCHEMAS, type SchemaName, type SchemaOf } from '../registry.ts';
import type { Int64Column } from '../schema/int64-column.ts';
import { RecordBatch } from '../schema/record-batch.ts';
import type { SymbolColumn } from '../schema/symbol-column.ts';
import type { MemorySink } from './memory-sink.ts';

interface Place {
  readonly batch: RecordBatch;
  readonly row: number;
  readonly tsNs: bigint;
}

export class MemorySource implements RecordSource {
  readonly #sink: MemorySink;
  /** Rows in the order of time, by schema; made when first read. */
  readonly #places = new Map<SchemaName, Place[]>();

  /** Takes what the sink holds now; it must not be filled any more. */
  constructor(sink: MemorySink) {
    this.#sink = sink;
  }

  async schemas(): Promise<readonly SchemaName[]> {
    return Object.keys(this.#sink.counts()) as SchemaName[];
  }

  async symbols(schema: SchemaName): Promise<readonly string[]> {
    const names = new Set<string>();
    for (const { columns, count } of this.#sink.batches(schema)) {
      for (let row = 0; row < count; row++) names.add(columns.symbol.name(row));
    }
    return [...names].sort();
  }

  async *read<N extends SchemaName>(query: RecordQuery<N>): AsyncGenerator<RecordBatch<SchemaOf<N>>> {
    const filled = new RecordBatch(SCHEMAS[query.schema]) as unknown as RecordBatch;
    const wanted = query.symbols === undefined ? null : new Set(query.symbols);
    for (const { batch, row, tsNs } of this.#ordered(query.schema)) {
      if (query.fromNs !== undefined && tsNs < query.fromNs) continue;
      if (query.toNs !== undefined && tsNs >= query.toNs) break;
      if (wanted !== null && !wanted.has((batch.column('symbol') as SymbolColumn).name(row))) continue;
      filled.copyRow(batch, row);
      if (!filled.isFull) continue;
      yield filled as unknown as RecordBatch<SchemaOf<N>>;
      filled.clear();
    }
    if (filled.count > 0) yield filled as unknown as RecordBatch<SchemaOf<N>>;
  }

  #ordered(schema: SchemaName): readonly Place[] {
    let places = this.#places.get(schema);
    if (places !== undefined) return places;
    places = [];
    for (const batch of this.#sink.batches(schema) as unknown as RecordBatch[]) {
      const { values } = batch.column('tsEvent') as Int64Column;
      for (let row = 0; row < batch.count; row++) places.push({ batch, row, tsNs: values[row]! });
    }
    places.sort((a, b) => (a.tsNs < b.tsNs ? -1 : a.tsNs > b.tsNs ? 1 : 0));
    this.#places.set(schema, places);
    return places;
  }
}
