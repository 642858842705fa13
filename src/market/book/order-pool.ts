// hot: bench/book.ts
/** All live orders of a venue in one array of records (order-record.ts), and the dense map from order id to record. */

import { type BinaryReader, type BinaryWriter, TwinError } from '../../base/index.ts';
import * as orderRecord from './order-record.ts';

export * from './order-record.ts';

// V8 folds constants of this module into machine code, but reads imported ones from memory at each use.
const { ORDER_WORDS, O_BOOK, O_ID, O_NEXT } = orderRecord;

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
