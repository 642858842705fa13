/** Small ports that other folders implement, so that the core knows none of them. */

import type { BinaryReader, BinaryWriter } from '../base/index.ts';

/** Takes sealed event records (events.ts), in order. The words are only valid during the call. */
export interface EventSink {
  write(words: Int32Array, recordCount: number): void;
}

/** Keeps its state as numbers and can write it down and take it back: what snapshots and forks are made of. */
export interface Stateful {
  writeState(writer: BinaryWriter): void;
  readState(reader: BinaryReader): void;
}
