// hot: bench/book.ts
/**
 * All live orders of a venue as fixed records of 16 int32 words (64 bytes) in one array, and the dense map from order id
 * to record. Slot 0 is the null record, so links need no check for -1. Free slots form a list through O_NEXT.
 *
 * ```
 *        first half: what a match touches          second half: what changes and inspection touch
 * word   0     1     2      3      4        5   6     7    | 8     9       10       11       12      13      14     15
 *        next  prev  level  shown  reserve  id  meta  stp  | peak  filled  minQty   account  hNext   hPrev   price  book
 * ```
 * `next/prev` link the displayed queue of a level (or the queue of waiting stops), `hNext/hPrev` its hidden queue.
 * A waiting stop is in no hidden queue and keeps its arrival number in `hNext`.
 */

import { type BinaryReader, type BinaryWriter, TwinError } from '../../base/index.ts';
import { TERMS_FLAGS_SHIFT, TERMS_STP_SHIFT, TERMS_TIF_SHIFT, TERMS_TYPE_SHIFT } from '../../domain/index.ts';

export const ORDER_WORDS = 16;
export const O_NEXT = 0;
export const O_PREV = 1;
export const O_LEVEL = 2;
export const O_SHOWN = 3;
export const O_RESERVE = 4;
export const O_ID = 5;
export const O_META = 6;
export const O_STP_GROUP = 7;
export const O_PEAK = 8;
export const O_FILLED = 9;
export const O_MIN_QTY = 10;
export const O_ACCOUNT = 11;
export const O_HIDDEN_NEXT = 12;
export const O_HIDDEN_PREV = 13;
export const O_PRICE = 14;
export const O_BOOK = 15;
export const O_STOP_SEQUENCE = O_HIDDEN_NEXT;

/** Bits of O_META: the terms as in a CMD_NEW record, and whether it is a waiting stop. */
export const META_TYPE_SHIFT = TERMS_TYPE_SHIFT;
export const META_TIF_SHIFT = TERMS_TIF_SHIFT;
export const META_FLAGS_SHIFT = TERMS_FLAGS_SHIFT;
export const META_STP_SHIFT = TERMS_STP_SHIFT;
export const META_WAITING_STOP = 1 << 13;
export const META_HIDDEN = 1 << META_FLAGS_SHIFT;

/** Ids are dense: 4 bytes are kept for every id ever issued. */
export const ORDER_IDS_MAX = 1 << 28;
export const LIVE_ORDERS_MAX = 1 << 24;

export class OrderPool {
  words: Int32Array;
  /** Order id to slot, 0 = not live. */
  slotOf: Int32Array;
  liveCount = 0;
  #freeHead = 0;
  /** Slots from here on were never used. */
  #fresh = 1;

  constructor(capacity = 256) {
    this.words = new Int32Array(capacity * ORDER_WORDS);
    this.slotOf = new Int32Array(Math.max(1024, capacity));
  }

  /** Takes a slot for an order id. May replace `words` and `slotOf`: read them again afterwards. */
  allocate(orderId: number): number {
    let slot = this.#freeHead;
    if (slot !== 0) {
      this.#freeHead = this.words[slot * ORDER_WORDS + O_NEXT]!;
    } else {
      if (this.#fresh * ORDER_WORDS === this.words.length) this.#growRecords();
      slot = this.#fresh++;
    }
    if (orderId >= this.slotOf.length) this.#growIds(orderId);
    this.slotOf[orderId] = slot;
    this.words[slot * ORDER_WORDS + O_ID] = orderId;
    this.liveCount++;
    return slot;
  }

  free(slot: number): void {
    const at = slot * ORDER_WORDS;
    const words = this.words;
    this.slotOf[words[at + O_ID]!] = 0;
    words[at + O_ID] = 0;
    words[at + O_NEXT] = this.#freeHead;
    this.#freeHead = slot;
    this.liveCount--;
  }

  /** Slot of a live order of one book, 0 if there is none. */
  find(orderId: number, bookIndex: number): number {
    if (orderId <= 0 || orderId >= this.slotOf.length) return 0;
    const slot = this.slotOf[orderId]!;
    return slot !== 0 && this.words[slot * ORDER_WORDS + O_BOOK] === bookIndex ? slot : 0;
  }

  /** Bytes of records in use: what the memory figure of the benchmark reports. */
  get recordBytes(): number {
    return (this.#fresh - 1) * ORDER_WORDS * 4;
  }

  writeState(writer: BinaryWriter): void {
    writer.section('orders');
    writer.int32(this.liveCount);
    writer.int32(this.#freeHead);
    writer.int32(this.#fresh);
    writer.array(this.words, this.#fresh * ORDER_WORDS);
  }

  readState(reader: BinaryReader): void {
    reader.section('orders');
    this.liveCount = reader.int32();
    this.#freeHead = reader.int32();
    this.#fresh = reader.int32();
    const saved = reader.int32Array();
    if (this.words.length < saved.length) this.words = new Int32Array(saved.length);
    this.words.set(saved);
    this.slotOf.fill(0);
    for (let slot = 1; slot < this.#fresh; slot++) {
      const orderId = saved[slot * ORDER_WORDS + O_ID]!;
      if (orderId === 0) continue;
      if (orderId >= this.slotOf.length) this.#growIds(orderId);
      this.slotOf[orderId] = slot;
    }
  }

  #growRecords(): void {
    const capacity = (this.words.length / ORDER_WORDS) * 2;
    if (capacity > LIVE_ORDERS_MAX) {
      throw new TwinError('BASE_LIMIT', 'a venue holds at most LIVE_ORDERS_MAX live orders', {
        orders: this.liveCount,
      });
    }
    const grown = new Int32Array(capacity * ORDER_WORDS);
    grown.set(this.words);
    this.words = grown;
  }

  #growIds(orderId: number): void {
    if (orderId >= ORDER_IDS_MAX) {
      throw new TwinError('BASE_LIMIT', 'order ids are dense and below ORDER_IDS_MAX', { orderId });
    }
    let length = this.slotOf.length * 2;
    while (length <= orderId) length *= 2;
    const grown = new Int32Array(length);
    grown.set(this.slotOf);
    this.slotOf = grown;
  }
}
