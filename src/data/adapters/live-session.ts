/** What live feeds of venues with books share: the sink of the frame at hand, and snapshots between their fetching and their use. */

import { invariant } from '../../base/index.ts';
import type { RecordSink } from '../ingest/adapter.ts';
import type { QuarantineReason } from '../quarantine.ts';
import type { NewRecord, SchemaName, SchemaOf } from '../registry.ts';
import type { RecordBatch } from '../schema/record-batch.ts';

/** Hands everything to the sink of the frame that is being read. */
export class SinkRelay implements RecordSink {
  target: RecordSink | null = null;

  push<N extends SchemaName>(schema: N, record: NewRecord<N>): void {
    this.#sink.push(schema, record);
  }

  batch<N extends SchemaName>(schema: N): RecordBatch<SchemaOf<N>> {
    return this.#sink.batch(schema);
  }

  reject(reason: QuarantineReason, sourceIndex: number, detail: string): void {
    this.#sink.reject(reason, sourceIndex, detail);
  }

  remark(name: string, count?: number): void {
    this.#sink.remark(name, count);
  }

  get #sink(): RecordSink {
    invariant(this.target !== null, 'records of a live feed are made while a frame is read');
    return this.target;
  }
}

export interface FetchedSnapshot {
  readonly symbol: string;
  readonly body: unknown;
  readonly tsRecvNs: bigint;
}

const decoder = new TextDecoder();

export function frameText(text: string | Uint8Array): string {
  return typeof text === 'string' ? text : decoder.decode(text);
}
