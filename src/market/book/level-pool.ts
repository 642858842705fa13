// hot: bench/book.ts
/**
 * Price levels of one book as records of 12 words (48 bytes): queues, counts, and the totals as float64, since a level
 * of large orders exceeds int32. Handle 0 is the null record; free handles form a list through L_HEAD.
 *
 * ```
 * word   0      1     2     3      4           5           6            7      8-9          10-11
 *        price  head  tail  count  hiddenHead  hiddenTail  hiddenCount  ladder shown (f64)  reserve (f64)
 * ```
 * `count` is the number of displayed orders, `hiddenCount` the length of the hidden queue, `ladder` which ladder of the
 * book the level stands in (1 to 4, 0 = free). `shown` and `reserve` are totals over all orders of the level.
 */

import type { BinaryReader, BinaryWriter } from '../../base/index.ts';

export const LEVEL_WORDS = 12;
export const L_PRICE = 0;
export const L_HEAD = 1;
export const L_TAIL = 2;
export const L_COUNT = 3;
export const L_HIDDEN_HEAD = 4;
export const L_HIDDEN_TAIL = 5;
export const L_HIDDEN_COUNT = 6;
export const L_LADDER = 7;
/** In doubles from the start of the record (level * LEVEL_DOUBLES). */
export const LEVEL_DOUBLES = LEVEL_WORDS / 2;
export const LD_SHOWN = 4;
export const LD_RESERVE = 5;

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
