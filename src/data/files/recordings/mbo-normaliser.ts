/** Runs a decoder of orders over the bytes of a file and writes what it finds as canonical records. */

import type { RecordSink } from '../../ingest/adapter.ts';
import type { FileNormaliser } from '../../ingest/file-format.ts';
import { MboBatch, type MboDecoder } from '../../mbo-batch.ts';
import { type Pick, pickingSink } from '../picking.ts';
import { MboRecordWriter } from './mbo-record-writer.ts';
import { VenueRecordWriter } from './venue-record-writer.ts';

/** Where the times of both clocks count from, ns since 1970 UTC. */
export interface MboEpochs {
  readonly eventNs: bigint;
  readonly recvNs: bigint;
}

export interface MboNormaliserOptions {
  readonly venue: string;
  readonly decoder: MboDecoder;
  /** Steps of 1e-9 in one unit of the decoder's prices. */
  readonly priceSteps: number;
  readonly isPriceOfOrder: boolean;
  readonly pick: Pick;
  /** Asked before the first records are written. */
  readonly epochs: () => MboEpochs;
}

export class MboNormaliser implements FileNormaliser {
  readonly venue: string;
  readonly #options: MboNormaliserOptions;
  readonly #sink: RecordSink;
  readonly #rows = new MboBatch();
  readonly #orders: MboRecordWriter;
  readonly #messages: VenueRecordWriter;
  #hasEpoch = false;

  constructor(into: RecordSink, options: MboNormaliserOptions) {
    const sink = pickingSink(into, options.pick);
    this.venue = options.venue;
    this.#options = options;
    this.#sink = sink;
    const symbolOf = (instrument: number) => options.decoder.symbols.get(instrument) ?? null;
    this.#orders = new MboRecordWriter(sink, { ...options, symbolOf, symbols: options.pick.symbols });
    this.#messages = new VenueRecordWriter(sink, { ...options, symbolOf });
  }

  write(bytes: Uint8Array): void {
    this.#options.decoder.write(bytes);
    this.#drain();
  }

  endPage(): void {
    this.#options.decoder.end();
    this.#drain();
  }

  end(): void {
    for (const [name, count] of Object.entries(this.#options.decoder.remarks()))
      this.#sink.remark(name, count);
  }

  #drain(): void {
    const rows = this.#rows;
    for (;;) {
      this.#options.decoder.read(rows);
      if (rows.count === 0 && rows.venue.length === 0) return;
      if (!this.#hasEpoch) this.#start();
      this.#orders.write(rows);
      for (const message of rows.venue) this.#messages.write(message);
      if (rows.count < rows.capacity) return;
    }
  }

  #start(): void {
    const epochs = this.#options.epochs();
    this.#orders.setEpoch(epochs.eventNs, epochs.recvNs);
    this.#messages.setEpoch(epochs.eventNs);
    this.#hasEpoch = true;
  }
}
