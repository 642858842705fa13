// hot: bench/simulation.ts
/**
 * The run digest: a running 64-bit hash over fixed int32 records. Each sealed record carries the low half of the hash up
 * to and including itself, so that the file proves where it is whole and the last record proves the run.
 */

import type { BinaryReader, BinaryWriter } from '../base/index.ts';

export class RunDigest {
  #a = 0x243f6a88 | 0;
  #b = 0x85a308d3 | 0;
  /** Records sealed so far. */
  count = 0;

  /** Hashes records `from` to `to` (exclusive) of `wordsPerRecord` words, and writes the check into the last word of each. */
  seal(words: Int32Array, from: number, to: number, wordsPerRecord: number): void {
    let a = this.#a;
    let b = this.#b;
    const last = wordsPerRecord - 1;
    for (let record = from; record < to; record++) {
      const at = record * wordsPerRecord;
      for (let i = 0; i < last; i += 2) {
        a = Math.imul(a ^ words[at + i]!, 0x85ebca6b);
        a ^= a >>> 15;
        if (i + 1 < last) {
          b = Math.imul(b ^ words[at + i + 1]!, 0xc2b2ae35);
          b ^= b >>> 13;
        }
      }
      a = (a + Math.imul(b, 5)) | 0;
      b = (b ^ ((a << 7) | (a >>> 25))) | 0;
      words[at + last] = a ^ b;
    }
    this.#a = a;
    this.#b = b;
    this.count += to - from;
  }

  /** Hashes one record and tells whether the check in its last word is right. The digest has then moved on if it is. */
  verify(words: Int32Array, record: number, wordsPerRecord: number): boolean {
    const [a, b, count] = [this.#a, this.#b, this.count];
    const checkAt = record * wordsPerRecord + wordsPerRecord - 1;
    const found = words[checkAt]!;
    this.seal(words, record, record + 1, wordsPerRecord);
    const isRight = words[checkAt] === found;
    if (isRight) return true;
    words[checkAt] = found;
    this.#a = a;
    this.#b = b;
    this.count = count;
    return false;
  }

  /** The digest as 16 hexadecimal digits. */
  hex(): string {
    return (this.#a >>> 0).toString(16).padStart(8, '0') + (this.#b >>> 0).toString(16).padStart(8, '0');
  }

  writeState(writer: BinaryWriter): void {
    writer.section('digest');
    writer.int32(this.#a);
    writer.int32(this.#b);
    writer.float64(this.count);
  }

  readState(reader: BinaryReader): void {
    reader.section('digest');
    this.#a = reader.int32();
    this.#b = reader.int32();
    this.count = reader.float64();
  }
}
