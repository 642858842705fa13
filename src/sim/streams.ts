/** Named random streams: each consumer draws from its own, derived from (seed, name), so that a new one disturbs none. */

import { type BinaryReader, type BinaryWriter, hashText, invariant, Xoshiro128 } from '../base/index.ts';

export class RandomStreams {
  readonly seed: number;
  readonly #streams = new Map<string, Xoshiro128>();

  constructor(seed: number) {
    this.seed = seed;
  }

  /** The stream of a name; the same object each time. */
  stream(name: string): Xoshiro128 {
    let stream = this.#streams.get(name);
    if (stream === undefined) {
      stream = new Xoshiro128(hashText(name, this.seed));
      this.#streams.set(name, stream);
    }
    return stream;
  }

  writeState(writer: BinaryWriter): void {
    writer.section('streams');
    writer.int32(this.#streams.size);
    for (const [name, stream] of this.#streams) {
      writer.string(name);
      stream.writeState(writer);
    }
  }

  readState(reader: BinaryReader): void {
    reader.section('streams');
    const count = reader.int32();
    invariant(count >= 0, 'a number of streams is not negative');
    for (let i = 0; i < count; i++) this.stream(reader.string()).readState(reader);
  }
}
