// hot: bench/itch-decode.ts
/**
 * Decoder of ITCH 5.0 files: messages with a 2-byte big-endian length before each, as Nasdaq publishes its days. Files
 * whose lengths are all written as zero are read by the lengths of the types.
 */

import type { MboBatch, MboDecoder, MboSourceInfo } from '../mbo-batch.ts';
import type { Quarantine } from '../quarantine.ts';
import { ByteWindow } from './byte-window.ts';
import { type ItchDecoderOptions, ItchFrames } from './itch-frames.ts';

/** ITCH counts ns from local midnight of a day that no message names. */
export const ITCH_SOURCE_INFO: MboSourceInfo = { format: 'itch', priceUnit: '0.0001', epochNs: null };

/**
 * ITCH bytes in, columns out. `instrument` is the stock locate, `sequence` the match number. A chunk must stay as it is
 * until `read` gave fewer rows than the batch holds.
 */
export class ItchDecoder implements MboDecoder {
  readonly info = ITCH_SOURCE_INFO;
  readonly #frames: ItchFrames;
  readonly #window = new ByteWindow();
  #hasEnded = false;

  constructor(quarantine: Quarantine, options: ItchDecoderOptions = {}) {
    this.#frames = new ItchFrames(quarantine, options);
  }

  get symbols(): ReadonlyMap<number, string> {
    return this.#frames.symbols;
  }

  /** Valid messages so far by type letter, those without a row included. */
  get messageCounts(): ReadonlyMap<string, number> {
    return this.#frames.messageCounts;
  }

  remarks(): Record<string, number> {
    return {};
  }

  write(chunk: Uint8Array): void {
    if (!this.#frames.isLost) this.#window.write(chunk);
  }

  end(): void {
    this.#hasEnded = true;
    // A reader that has drained the decoder may never call read again, so a cut tail is reported here already.
    const probe = this.#enter();
    if (!probe.hasWholeFrame()) this.#finish();
  }

  read(batch: MboBatch): number {
    batch.clear();
    const frames = this.#enter();
    frames.fill(batch);
    this.#window.at = frames.at;
    if (batch.count < batch.capacity) {
      if (this.#hasEnded) this.#finish();
      this.#window.settle();
    }
    return batch.count;
  }

  #enter(): ItchFrames {
    const window = this.#window;
    this.#frames.setRegion(window.bytes, window.at, window.end);
    return this.#frames;
  }

  #finish(): void {
    this.#window.at = this.#window.end;
    this.#frames.finish();
  }
}
