// hot: bench/book.ts
/** The price levels of one book in one array of records (level-record.ts). */

import type { BinaryReader, BinaryWriter } from '../../base/index.ts';
import * as levelRecord from './level-record.ts';

export * from './level-record.ts';

// V8 folds constants of this module into machine code, but reads imported ones from memory at each use.
const {
  LD_RESERVE,
  LD_SHOWN,
  LEVEL_DOUBLES,
  LEVEL_WORDS,
  L_COUNT,
  L_HEAD,
  L_HIDDEN_COUNT,
  L_HIDDEN_HEAD,
  L_HIDDEN_TAIL,
  L_LADDER,
  L_PRICE,
  L_TAIL,
} = levelRecord;

export class LevelPool {
  words: Int32Array;
  /** The same memory as doubles. */
  doubles: Float64Array;
  #freeHead = 0;
  #fresh = 1;

  constructor(capacity = 64) {
    this.words = new Int32Array(capacity * LEVEL_WORDS);
    this.doubles = new Float64Array(this.words.buffer);
  }

  /** Takes an empty level. May replace the arrays: read them again afterwards. */
  allocate(price: number, ladder: number): number {
    let level = this.#freeHead;
    if (level !== 0) {
      this.#freeHead = this.words[level * LEVEL_WORDS + L_HEAD]!;
    } else {
      if (this.#fresh * LEVEL_WORDS === this.words.length) this.#grow();
      level = this.#fresh++;
    }
    const at = level * LEVEL_WORDS;
    const words = this.words;
    words[at + L_PRICE] = price;
    words[at + L_HEAD] = 0;
    words[at + L_TAIL] = 0;
    words[at + L_COUNT] = 0;
    words[at + L_HIDDEN_HEAD] = 0;
    words[at + L_HIDDEN_TAIL] = 0;
    words[at + L_HIDDEN_COUNT] = 0;
    words[at + L_LADDER] = ladder;
    this.doubles[level * LEVEL_DOUBLES + LD_SHOWN] = 0;
    this.doubles[level * LEVEL_DOUBLES + LD_RESERVE] = 0;
    return level;
  }

  free(level: number): void {
    const at = level * LEVEL_WORDS;
    this.words[at + L_LADDER] = 0;
    this.words[at + L_HEAD] = this.#freeHead;
    this.#freeHead = level;
  }

  /** Bytes of records in use: what the memory figure of the benchmark reports. */
  get recordBytes(): number {
    return (this.#fresh - 1) * LEVEL_WORDS * 4;
  }

  /** Visits every level in use. */
  forEach(visit: (level: number, price: number, ladder: number) => void): void {
    for (let level = 1; level < this.#fresh; level++) {
      const ladder = this.words[level * LEVEL_WORDS + L_LADDER]!;
      if (ladder !== 0) visit(level, this.words[level * LEVEL_WORDS + L_PRICE]!, ladder);
    }
  }

  writeState(writer: BinaryWriter): void {
    writer.section('levels');
    writer.int32(this.#freeHead);
    writer.int32(this.#fresh);
    writer.array(this.words, this.#fresh * LEVEL_WORDS);
  }

  readState(reader: BinaryReader): void {
    reader.section('levels');
    this.#freeHead = reader.int32();
    this.#fresh = reader.int32();
    const saved = reader.int32Array();
    if (this.words.length < saved.length) {
      this.words = new Int32Array(saved.length);
      this.doubles = new Float64Array(this.words.buffer);
    }
    this.words.set(saved);
  }

  #grow(): void {
    const grown = new Int32Array(this.words.length * 2);
    grown.set(this.words);
    this.words = grown;
    this.doubles = new Float64Array(grown.buffer);
  }
}
