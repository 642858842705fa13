// hot: bench/lobster.ts
/**
 * LOBSTER message files (market-rules 12.2): rows of time, type, order id, size, price, direction. Parsed byte by byte;
 * only rows that break a rule become strings. Every row has a source index, good or bad, so that row r of the orderbook
 * file stays the book after message r.
 */

import { BUY, SELL } from '../../domain/index.ts';
import {
  MBO_ADD,
  MBO_CROSS,
  MBO_DELETE,
  MBO_EXECUTE,
  MBO_FLAG_LAST,
  MBO_HIDDEN_TRADE,
  MBO_REDUCE,
  MBO_STATUS,
  type MboBatch,
  type MboDecoder,
  type MboSourceInfo,
  remarksOf,
  SIDE_UNKNOWN,
  STATUS_HALTED,
  STATUS_QUOTE_ONLY,
  STATUS_TRADING,
  UNDEF_TS,
} from '../mbo-batch.ts';
import type { Quarantine } from '../quarantine.ts';
import { type AuctionName, unknownStatus, type VenueMessage, type VenueStatus } from '../venue-message.ts';
import { describeBadRow, LOBSTER_JUMP_NS, type LobsterRowFault } from './lobster-row-fault.ts';
import { CARRIAGE_RETURN, checkFirstBytes, NEWLINE, RowBytes, rowText } from './row-bytes.ts';

const COMMA = 44;
const MINUS = 45;
const POINT = 46;
const ZERO = 48;

const NS_PER_SECOND = 1e9;
const FRACTION_DIGITS = 9;
const POWERS_OF_TEN = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9];
/** Latest time, s after midnight: the end of the day. */
const SECONDS_MAX = 86_400;
/** Numbers of up to this many digits are exact in a double. */
const SAFE_DIGITS = 15;
const TWO_32 = 2 ** 32;

/** Message type to action; type 0 and the gaps are unknown. */
const ACTION_OF_TYPE = [
  0,
  MBO_ADD,
  MBO_REDUCE,
  MBO_DELETE,
  MBO_EXECUTE,
  MBO_HIDDEN_TRADE,
  MBO_CROSS,
  MBO_STATUS,
];
/** Price of a halt row plus one to status. */
const STATUS_OF_PRICE = [STATUS_HALTED, STATUS_QUOTE_ONLY, STATUS_TRADING];
/**
 * Crosses have the order ids -1 opening, -2 closing, -3 and -4 for halts, IPOs and intraday (the vendor's help pages);
 * the letters are those of ITCH: O, C, H, I.
 */
export const LOBSTER_CROSS_LETTERS = 'OCHI';
const AUCTION_OF_CROSS: readonly AuctionName[] = ['opening', 'closing', 'reopening', 'intraday'];
const STATUS_NAMES: readonly VenueStatus[] = ['halted', 'quoting', 'trading'];

export interface LobsterDecoderOptions {
  /** Symbol of the file, usually from its name. */
  readonly symbol?: string;
  /** Local midnight of the file's day as ns since 1970 UTC, see `lobsterEpochNs`. */
  readonly epochNs?: bigint | null;
}

/** Incremental decoder of a LOBSTER message file. Units: ns since midnight, price in 1e-4 currency units, shares. */
export class LobsterDecoder implements MboDecoder {
  readonly info: MboSourceInfo;
  readonly symbols: ReadonlyMap<number, string>;
  readonly quarantine: Quarantine;
  /** Rows that have a seventh column, which is not read. */
  extraColumnRows = 0;
  /**
   * Rows whose time is finer than a nanosecond; it is rounded to the nearest. Copies that went through a floating-point
   * number have some: 35821.088778456004.
   */
  subNanosecondRows = 0;
  /** Source index of the next row. */
  rowsSeen = 0;
  readonly #rows = new RowBytes();
  #lastTsNs = 0;
  #blankRows = 0;
  #at = 0;
  #idHi = 0;
  #idLo = 0;
  #cross = 0;

  constructor(quarantine: Quarantine, options: LobsterDecoderOptions = {}) {
    this.info = { format: 'lobster', priceUnit: '0.0001', epochNs: options.epochNs ?? null };
    this.symbols = new Map(options.symbol === undefined ? [] : [[0, options.symbol]]);
    this.quarantine = quarantine;
  }

  remarks(): Record<string, number> {
    return remarksOf({ 'extra-column': this.extraColumnRows, 'finer-than-ns': this.subNanosecondRows });
  }

  write(chunk: Uint8Array): void {
    this.#rows.write(chunk);
  }

  end(): void {
    this.#rows.end();
  }

  read(batch: MboBatch): number {
    const rows = this.#rows;
    const bytes = rows.bytes;
    // The last row waits for the one after it, see `#isAheadOfNext`.
    const end = rows.isEnded ? rows.wholeEnd : rows.lastRowStart;
    let start = rows.position;
    let count = 0;
    batch.clear();
    while (start < end && count < batch.capacity) {
      const first = bytes[start]!;
      if (first === NEWLINE || (first === CARRIAGE_RETURN && bytes[start + 1] === NEWLINE)) {
        this.#blankRows++;
        start = rows.endOfRow(start);
        continue;
      }
      if (this.#blankRows > 0) this.#rejectBlankRows();
      if (this.rowsSeen === 0) checkFirstBytes(bytes, start, rows.endOfRow(start), this.quarantine.source);
      this.#at = start;
      // Rows before one that raises in strict mode are in the batch, see MboDecoder.
      batch.count = count;
      if (this.#parseRow(bytes, batch, count)) {
        batch.sourceIndex[count] = this.rowsSeen;
        if (batch.side[count] === SIDE_UNKNOWN) batch.venue.push(this.#venueMessage(batch, count));
        count++;
        start = this.#at;
      } else {
        start = this.#rejectRow(start, batch, count);
      }
      this.rowsSeen++;
      rows.position = start;
    }
    rows.position = start;
    batch.count = count;
    return count;
  }

  /** Parses the row at `#at` into row `r` of the batch and stops after its newline. False: the row breaks a rule. */
  #parseRow(bytes: Uint8Array, batch: MboBatch, r: number): boolean {
    const tsNs = this.#parseTime(bytes);
    if (tsNs < 0) return false;
    const type = bytes[this.#at]! - ZERO;
    if (type < 1 || type > 7 || bytes[this.#at + 1] !== COMMA) return false;
    this.#at += 2;
    if (!this.#parseId(bytes, type)) return false;
    const qty = this.#parseNumber(bytes);
    if (qty < 0) return false;
    const price = this.#parsePrice(bytes, type);
    if (price < -1) return false;
    const side = this.#parseDirection(bytes);
    if (side < 0) return false;
    if (tsNs < this.#lastTsNs) return false;
    if (tsNs - this.#lastTsNs > LOBSTER_JUMP_NS && this.#isAheadOfNext(bytes, tsNs)) return false;
    let code = 0;
    if (this.#cross > 0) code = LOBSTER_CROSS_LETTERS.charCodeAt(this.#cross - 1);
    if (type === 7) code = STATUS_OF_PRICE[price + 1]!;
    else if (qty === 0 || price < 1) return false;
    this.#lastTsNs = tsNs;
    batch.tsEventNs[r] = tsNs;
    batch.tsRecvNs[r] = UNDEF_TS;
    batch.instrument[r] = 0;
    batch.action[r] = ACTION_OF_TYPE[type]!;
    batch.side[r] = type >= 6 ? SIDE_UNKNOWN : side;
    batch.price[r] = price;
    batch.qty[r] = qty;
    batch.orderIdHi[r] = this.#idHi;
    batch.orderIdLo[r] = this.#idLo;
    batch.newOrderIdHi[r] = 0;
    batch.newOrderIdLo[r] = 0;
    batch.sequence[r] = 0;
    batch.flags[r] = MBO_FLAG_LAST;
    batch.code[r] = code;
    return true;
  }

  /** What a cross or a halt row says, besides the row. */
  #venueMessage(batch: MboBatch, row: number): VenueMessage {
    const tsEventNs = batch.tsEventNs[row]!;
    const head = { row, sourceIndex: this.rowsSeen, tsEventNs, instrument: 0 };
    const price = batch.price[row]!;
    if (batch.action[row] === MBO_STATUS) {
      const status = STATUS_NAMES[price + 1]!;
      return { ...head, kind: 'status', status, layer: 'trading', rule: '', reason: '', group: '' };
    }
    const auction = AUCTION_OF_CROSS[this.#cross - 1] ?? null;
    return { ...head, kind: 'cross', auction, qty: batch.qty[row]!, price };
  }

  /** True if a row of `tsNs` is ahead of the next row, which starts at `#at` and goes on from the row before. */
  #isAheadOfNext(bytes: Uint8Array, tsNs: number): boolean {
    const next = this.#at;
    if (next >= this.#rows.wholeEnd) return false;
    const { subNanosecondRows } = this;
    const nextTsNs = this.#parseTime(bytes);
    this.#at = next;
    this.subNanosecondRows = subNanosecondRows;
    return nextTsNs >= this.#lastTsNs && nextTsNs < tsNs;
  }

  /** Seconds with any number of decimals and a comma, as ns; -1 if it is something else. */
  #parseTime(bytes: Uint8Array): number {
    let at = this.#at;
    let seconds = 0;
    let digit = bytes[at]! - ZERO;
    if (digit < 0 || digit > 9) return -1;
    while (digit >= 0 && digit <= 9) {
      seconds = seconds * 10 + digit;
      digit = bytes[++at]! - ZERO;
    }
    if (seconds > SECONDS_MAX) return -1;
    let fraction = 0;
    if (bytes[at] === POINT) {
      const first = ++at;
      digit = bytes[at]! - ZERO;
      while (digit >= 0 && digit <= 9 && at - first < FRACTION_DIGITS) {
        fraction = fraction * 10 + digit;
        digit = bytes[++at]! - ZERO;
      }
      const digits = at - first;
      if (digits === 0) return -1;
      fraction *= POWERS_OF_TEN[FRACTION_DIGITS - digits]!;
      if (digit >= 0 && digit <= 9) {
        if (digit >= 5) fraction++;
        at = this.#skipFineDigits(bytes, at);
      }
    }
    if (bytes[at] !== COMMA) return -1;
    this.#at = at + 1;
    return seconds * NS_PER_SECOND + fraction;
  }

  #skipFineDigits(bytes: Uint8Array, from: number): number {
    let at = from;
    let isFiner = false;
    for (let digit = bytes[at]! - ZERO; digit >= 0 && digit <= 9; digit = bytes[++at]! - ZERO) {
      if (digit !== 0) isFiner = true;
    }
    if (isFiner) this.subNanosecondRows++;
    return at;
  }

  /** A 64-bit order id and a comma into `#idHi` and `#idLo`; a cross has -1 to -4 instead, which goes to `#cross`. */
  #parseId(bytes: Uint8Array, type: number): boolean {
    let at = this.#at;
    this.#cross = 0;
    if (bytes[at] === MINUS) {
      const cross = bytes[at + 1]! - ZERO;
      if (type !== 6 || cross < 1 || cross > LOBSTER_CROSS_LETTERS.length || bytes[at + 2] !== COMMA)
        return false;
      this.#cross = cross;
      this.#idHi = 0;
      this.#idLo = 0;
      this.#at = at + 3;
      return true;
    }
    const first = at;
    let id = 0;
    let digit = bytes[at]! - ZERO;
    while (digit >= 0 && digit <= 9 && at - first < SAFE_DIGITS) {
      id = id * 10 + digit;
      digit = bytes[++at]! - ZERO;
    }
    if (at === first) return false;
    let hi = Math.floor(id / TWO_32);
    let lo = id - hi * TWO_32;
    while (digit >= 0 && digit <= 9) {
      const wide = lo * 10 + digit;
      const carry = Math.floor(wide / TWO_32);
      lo = wide - carry * TWO_32;
      hi = hi * 10 + carry;
      if (hi >= TWO_32) return false;
      digit = bytes[++at]! - ZERO;
    }
    if (bytes[at] !== COMMA) return false;
    this.#idHi = hi | 0;
    this.#idLo = lo | 0;
    this.#at = at + 1;
    return true;
  }

  /** A whole number of up to 15 digits and a comma; -1 if it is something else. */
  #parseNumber(bytes: Uint8Array): number {
    const first = this.#at;
    let at = first;
    let value = 0;
    let digit = bytes[at]! - ZERO;
    while (digit >= 0 && digit <= 9) {
      value = value * 10 + digit;
      digit = bytes[++at]! - ZERO;
    }
    if (at === first || at - first > SAFE_DIGITS || bytes[at] !== COMMA) return -1;
    this.#at = at + 1;
    return value;
  }

  /** A price and a comma; of a halt row -1, 0 or 1; -2 if it is something else. */
  #parsePrice(bytes: Uint8Array, type: number): number {
    if (type === 7 && bytes[this.#at] === MINUS) {
      if (bytes[this.#at + 1] !== ZERO + 1 || bytes[this.#at + 2] !== COMMA) return -2;
      this.#at += 3;
      return -1;
    }
    const price = this.#parseNumber(bytes);
    if (price < 0 || (type === 7 && price > 1)) return -2;
    return price;
  }

  /** Direction and the end of the row, with an optional seventh column in between, as a side; -1 if something else. */
  #parseDirection(bytes: Uint8Array): number {
    let at = this.#at;
    let side: number = BUY;
    if (bytes[at] === MINUS) {
      side = SELL;
      at++;
    }
    if (bytes[at] !== ZERO + 1) return -1;
    at++;
    if (bytes[at] === COMMA) {
      at++;
      while (bytes[at] !== NEWLINE && bytes[at] !== COMMA) at++;
      if (bytes[at] === COMMA) return -1;
      this.extraColumnRows++;
    } else if (bytes[at] === CARRIAGE_RETURN) {
      at++;
    }
    if (bytes[at] !== NEWLINE) return -1;
    this.#at = at + 1;
    return side;
  }

  /** Sets a bad row aside with its reason; returns where the next row starts. */
  #rejectRow(start: number, batch: MboBatch, row: number): number {
    const rows = this.#rows;
    const rowEnd = rows.endOfRow(start);
    const text = rowText(rows.bytes, start, rowEnd);
    const fault: LobsterRowFault = describeBadRow(text, this.#lastTsNs);
    const reason = rows.isOpenRow(rowEnd) && fault.mayBeCut ? 'truncated' : fault.reason;
    rows.position = rowEnd;
    this.quarantine.add(reason, this.rowsSeen, fault.detail);
    // After a halt row that cannot be read nobody knows what it told.
    if (text.split(',')[1] === '7') {
      const head = { row, sourceIndex: this.rowsSeen, tsEventNs: this.#lastTsNs, instrument: 0 };
      batch.venue.push(unknownStatus(head));
    }
    return rowEnd;
  }

  /** Blank rows at the end of a file are nothing; in its midst they take a place each. */
  #rejectBlankRows(): void {
    for (; this.#blankRows > 0; this.#blankRows--) {
      this.quarantine.add('column-count', this.rowsSeen, 'blank row');
      this.rowsSeen++;
    }
  }
}
