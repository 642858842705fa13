/** Where canonical records are read from: the lake, files just normalised, memory. Readers never ask which. */

import type { SchemaName, SchemaOf } from '../registry.ts';
import type { RecordBatch } from '../schema/record-batch.ts';

export interface RecordQuery<N extends SchemaName = SchemaName> {
  readonly schema: N;
  /** Only these; absent: all. */
  readonly symbols?: readonly string[];
  /** First instant, ns since 1970 UTC, included. */
  readonly fromNs?: bigint;
  /** Last instant, not included. */
  readonly toNs?: bigint;
  /** Fills `origins` of the batches, where the source knows them. */
  readonly withOrigins?: boolean;
}

export interface RecordSource {
  /** Schemas it has records of. */
  schemas(): Promise<readonly SchemaName[]>;
  symbols(schema: SchemaName): Promise<readonly string[]>;
  /**
   * Records in the order of `tsEvent`, equal times as they came. A batch is valid until the next one is asked for: it may be
   * filled anew.
   */
  read<N extends SchemaName>(query: RecordQuery<N>): AsyncIterable<RecordBatch<SchemaOf<N>>>;
}
