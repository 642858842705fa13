/** What normalisers of vendor answers share: records of the schemas that were asked for, numbered by their place in the page. */

import type { RecordSink } from '../ingest/adapter.ts';
import type { QuarantineReason } from '../quarantine.ts';
import { type NewRecord, qualityMask, type SchemaName } from '../registry.ts';

/** A record without what the maker knows. */
export type MadeRecord<N extends SchemaName> = Omit<NewRecord<N>, 'sourceIndex'>;

export class RecordMaker {
  readonly #sink: RecordSink;
  readonly #wanted: ReadonlySet<SchemaName>;
  /** Place of the vendor's record in its page, from 0. */
  sourceIndex = 0;
  /** When the answer was given, ns since 1970 UTC; null where nothing tells. */
  answeredNs: bigint | null = null;

  constructor(sink: RecordSink, wanted: readonly SchemaName[]) {
    this.#sink = sink;
    this.#wanted = new Set(wanted);
  }

  wants(schema: SchemaName): boolean {
    return this.#wanted.has(schema);
  }

  /** Adds a record, or counts it as not asked for. One without a time is set aside. */
  push<N extends SchemaName>(
    schema: N,
    record: Omit<MadeRecord<N>, 'tsEvent'> & { readonly tsEvent: bigint | null },
  ): void {
    if (!this.#wanted.has(schema)) this.#sink.remark(`not-asked-for ${schema}`);
    else if (record.tsEvent === null)
      this.reject('missing-value', `${schema} of ${(record as { symbol?: string }).symbol} tells no time`);
    else
      this.#sink.push(schema, {
        ...record,
        sourceIndex: this.sourceIndex,
      } as unknown as NewRecord<N>);
  }

  /** The time of what is so when it was asked, and the mark of such a time. */
  get asAnswered(): { readonly tsEvent: bigint | null; readonly quality: number } {
    return { tsEvent: this.answeredNs, quality: qualityMask('estimatedTime') };
  }

  /** The vendor's time, or that of the answer with its mark. */
  timeOr(tsEvent: bigint | null): { readonly tsEvent: bigint | null; readonly quality?: number } {
    return tsEvent === null ? this.asAnswered : { tsEvent };
  }

  reject(reason: QuarantineReason, detail: string): void {
    this.#sink.reject(reason, this.sourceIndex, detail);
  }

  remark(name: string, count = 1): void {
    if (count > 0) this.#sink.remark(name, count);
  }
}
