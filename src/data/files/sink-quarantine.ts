/** The quarantine of a decoder whose bad records go to a sink, which counts and keeps them, and stops in strict mode. */

import type { RecordSink } from '../ingest/adapter.ts';
import { Quarantine, type QuarantineReason } from '../quarantine.ts';

export class SinkQuarantine extends Quarantine {
  readonly #sink: RecordSink;

  constructor(sink: RecordSink, source: string) {
    super('lenient', source);
    this.#sink = sink;
  }

  override add(reason: QuarantineReason, sourceIndex: number, detail: string, records = 1): void {
    super.add(reason, sourceIndex, detail, records);
    this.#sink.reject(reason, sourceIndex, records === 1 ? detail : `${detail} (${records} records)`);
  }
}
