/**
 * Canonical order-by-order records in columns. Every feed adapter fills these; replay reads them and never asks
 * which vendor they came from. Prices and quantities stay in the feed's own integer unit, see `MboSourceInfo`.
 */

import type { VenueMessage } from './venue-message.ts';

/** What a record says. Effects on the displayed book in brackets. */
export const MBO_NONE = 0;
/** New displayed order at the back of its price [add]. */
export const MBO_ADD = 1;
/** `qty` is taken off an order that keeps its place [reduce, at zero remove]. */
export const MBO_REDUCE = 2;
/** [remove] */
export const MBO_DELETE = 3;
/** Order gets this price and this open quantity; keeps its place if price is the same and quantity not larger. */
export const MBO_MODIFY = 4;
/** Order is taken out and `newOrderId` enters at the back with this price and quantity, same side (ITCH U). */
export const MBO_REPLACE = 5;
/** A displayed resting order was filled by `qty` [reduce]. Price: its own, or the one in the message (ITCH C). */
export const MBO_EXECUTE = 6;
/** Trade against an order that was not displayed [none]. Side: of the resting order where the feed says. */
export const MBO_HIDDEN_TRADE = 7;
/** Auction print [none]. */
export const MBO_CROSS = 8;
/** All orders of the instrument are gone; with instrument 0 of a feed of many (ITCH), those of every instrument. */
export const MBO_CLEAR = 9;
/** Trading status; the meaning is in `code` (one of STATUS_*). */
export const MBO_STATUS = 10;
/** Trade as the aggressor's summary [none]: side is the aggressor's (DBN T). */
export const MBO_TRADE = 11;
/** Fill of a resting order, told apart from its effect on the book, which follows [none] (DBN F). */
export const MBO_FILL = 12;

export const MBO_ACTION_NAMES = [
  'none',
  'add',
  'reduce',
  'delete',
  'modify',
  'replace',
  'execute',
  'hiddenTrade',
  'cross',
  'clear',
  'status',
  'trade',
  'fill',
] as const;

export const SIDE_UNKNOWN = 2;

export const STATUS_HALTED = 1;
export const STATUS_QUOTE_ONLY = 2;
export const STATUS_TRADING = 3;
export const STATUS_PAUSED = 4;

/** Last record of its event: only now the book is consistent (DBN F_LAST). Feeds without events set it always. */
export const MBO_FLAG_LAST = 1;
/** Part of a snapshot, not a live event. */
export const MBO_FLAG_SNAPSHOT = 2;
/** A gap precedes this record and the book may be wrong (DBN F_MAYBE_BAD_BOOK). */
export const MBO_FLAG_MAYBE_BAD_BOOK = 4;
/** The print does not count in volume (ITCH C with printable N). */
export const MBO_FLAG_NOT_PRINTABLE = 8;
/** The feed marks its receive time as unreliable. */
export const MBO_FLAG_BAD_TS_RECV = 16;

/** Absent price, for instance of an ITCH E, whose price is that of its order. */
export const UNDEF_PRICE = Number.MIN_SAFE_INTEGER;
/** Absent time. */
export const UNDEF_TS = -1;

/** Columns of up to `capacity` records; row r of each column belongs together. */
export class MboBatch {
  readonly capacity: number;
  count = 0;
  /** What the venue said between the records, in order. */
  readonly venue: VenueMessage[] = [];
  /** Position of the record in its source: row, or message number, from 0. */
  readonly sourceIndex: Float64Array;
  /** Venue time, ns since the source's epoch. */
  readonly tsEventNs: Float64Array;
  /** Capture time, ns since the source's epoch, or UNDEF_TS. */
  readonly tsRecvNs: Float64Array;
  /** Feed's instrument number: ITCH stock locate, DBN instrument id, 0 for single-instrument files. */
  readonly instrument: Int32Array;
  readonly action: Uint8Array;
  /** BUY, SELL or SIDE_UNKNOWN, of the resting order unless the action says otherwise. */
  readonly side: Uint8Array;
  /** Price in the feed's unit (an exact integer), or UNDEF_PRICE. */
  readonly price: Float64Array;
  /** Quantity in the feed's unit. */
  readonly qty: Float64Array;
  /** Order id as two halves of an unsigned 64-bit number; 0 = none. */
  readonly orderIdHi: Int32Array;
  readonly orderIdLo: Int32Array;
  readonly newOrderIdHi: Int32Array;
  readonly newOrderIdLo: Int32Array;
  /** Feed's sequence or match number, 0 where there is none. */
  readonly sequence: Float64Array;
  readonly flags: Uint8Array;
  /** STATUS_* for MBO_STATUS; auction letter's char code for MBO_CROSS; else 0. */
  readonly code: Uint8Array;

  constructor(capacity = 4096) {
    this.capacity = capacity;
    this.sourceIndex = new Float64Array(capacity);
    this.tsEventNs = new Float64Array(capacity);
    this.tsRecvNs = new Float64Array(capacity);
    this.instrument = new Int32Array(capacity);
    this.action = new Uint8Array(capacity);
    this.side = new Uint8Array(capacity);
    this.price = new Float64Array(capacity);
    this.qty = new Float64Array(capacity);
    this.orderIdHi = new Int32Array(capacity);
    this.orderIdLo = new Int32Array(capacity);
    this.newOrderIdHi = new Int32Array(capacity);
    this.newOrderIdLo = new Int32Array(capacity);
    this.sequence = new Float64Array(capacity);
    this.flags = new Uint8Array(capacity);
    this.code = new Uint8Array(capacity);
  }

  /** Empties the batch; the columns keep their memory. */
  clear(): void {
    this.count = 0;
    this.venue.length = 0;
  }
}

/** What a reader must know of a source to make sense of its numbers. */
export interface MboSourceInfo {
  readonly format: 'lobster' | 'itch' | 'dbn' | 'mdp';
  /** Value of one price unit: price 1 means this many currency units, as a decimal string ('0.0001'). */
  readonly priceUnit: string;
  /** Time 0 as ns since 1970 UTC, or null where the source counts from local midnight of an unknown day. */
  readonly epochNs: bigint | null;
}

/**
 * Incremental decoder: bytes in, columns out. `write` takes the next bytes of the source, `read` clears the batch and
 * fills it with whole records until it is full or the bytes end (then 0 means: write more; there may be venue messages
 * without rows). `end` says that no bytes follow: a truncated record is a fault in strict mode and counted otherwise.
 * When `read` raises, `batch.count` rows and the venue messages before the bad record are in the batch and still hold.
 */
export interface MboDecoder {
  readonly info: MboSourceInfo;
  write(chunk: Uint8Array): void;
  end(): void;
  read(batch: MboBatch): number;
  /** Feed's instrument number to symbol, as far as known by now. */
  readonly symbols: ReadonlyMap<number, string>;
  /** What was passed over or rounded and is no fault, by name; only counts above 0. */
  remarks(): Readonly<Record<string, number>>;
}

/** Counts above 0. */
export function remarksOf(counts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
}
