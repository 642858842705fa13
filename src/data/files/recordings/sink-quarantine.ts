/** The quarantine of a decoder as a way to a sink: whoever keeps what is bad decides what becomes of it. */

import type { RecordSink } from '../../ingest/adapter.ts';
import { Quarantine, type QuarantineReason } from '../../quarantine.ts';

export class SinkQuarantine extends Quarantine {
  readonly #sink: RecordSink;

  constructor(sink: RecordSink, source: string) {
    super('lenient', source);
    this.#sink = sink;
  }

  override add(reason: QuarantineReason, sourceIndex: number, detail: string, records = 1): void {
    this.#sink.reject(reason, sourceIndex, records === 1 ? detail : `${detail} (${records} records)`);
    if (records > 1) this.#sink.remark(`lost-by-${reason}`, records - 1);
  }
}
