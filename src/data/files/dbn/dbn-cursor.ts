// hot: bench/normalise.ts
/**
 * The record of a DBN stream that is read now: where it lies, what it is about, and how its head becomes that of a canonical
 * record. Numbers of 64 bits are copied as two words, so that none becomes a bigint.
 */

import {
  DBN_FLAG_BAD_TS_RECV,
  DBN_FLAG_MAYBE_BAD_BOOK,
  DBN_FLAG_SNAPSHOT,
} from '../../formats/dbn-record.ts';
import type { RecordSink } from '../../ingest/adapter.ts';
import { qualityMask } from '../../registry.ts';
import type { Int64Column } from '../../schema/int64-column.ts';
import type { SymbolColumn } from '../../schema/symbol-column.ts';
import { DbnSymbols } from './dbn-symbols.ts';

const UNDEF_HALF = 0xffff_ffff;
const UNDEF_PRICE_HIGH = 0x7fff_ffff;
const WORD = 4_294_967_296;
const NS_PER_S = 1e9;
/** High words of prices that DECIMAL(18,9) holds, and of times before 2262. */
const PRICE_HIGH_MAX = 232_830_643;
const TIME_HIGH_MAX = 0x7fff_ffff;
/** Seconds in the high word of a time: 2^32 ns. */
const SECONDS_PER_HIGH = WORD / NS_PER_S;

const ESTIMATED_TIME = qualityMask('estimatedTime');
const QUALITY_BY_FLAGS = new Int32Array(256);
for (let flags = 0; flags < 256; flags++) {
  if ((flags & DBN_FLAG_BAD_TS_RECV) !== 0) QUALITY_BY_FLAGS[flags]! |= qualityMask('badReceiveTime');
  if ((flags & DBN_FLAG_MAYBE_BAD_BOOK) !== 0) QUALITY_BY_FLAGS[flags]! |= qualityMask('maybeBadBook');
  if ((flags & DBN_FLAG_SNAPSHOT) !== 0) QUALITY_BY_FLAGS[flags]! |= qualityMask('snapshot');
}

/** Columns that every canonical record has. */
export interface HeadColumns {
  readonly symbol: SymbolColumn;
  readonly tsEvent: Int64Column;
  readonly tsRecv: Int64Column;
  readonly quality: Int32Array;
  readonly source: Int32Array;
  readonly sourceIndex: Int64Column;
}

export class DbnCursor {
  readonly sink: RecordSink;
  readonly symbols = new DbnSymbols();
  bytes: Uint8Array = new Uint8Array(0);
  view: DataView = new DataView(new ArrayBuffer(0));
  /** Where the record begins, and its length without a send time behind it. */
  at = 0;
  length = 0;
  /** Place of the record in the stream, from 0. */
  index = 0;
  instrument = 0;
  publisher = 0;
  symbol = '';
  #eventHigh = 0;
  #eventLow = 0;
  #recvHigh = UNDEF_HALF;
  #recvLow = UNDEF_HALF;
  #quality = 0;
  readonly #wanted: ReadonlySet<string> | null;

  constructor(sink: RecordSink, wanted: ReadonlySet<string> | null = null) {
    this.sink = sink;
    this.#wanted = wanted;
  }

  /**
   * Reads what stands before the fields. `recvAt` is where the receive time stands in the record, 0 for none; `flags` are
   * those of DBN. Times count by the receiver's clock where there is no other. False: the record has no time that fits and
   * was set aside, or is of a symbol that is not wanted.
   */
  open(recvAt: number, flags: number): boolean {
    const { view, at } = this;
    this.publisher = view.getUint16(at + 2, true);
    this.instrument = view.getInt32(at + 4, true);
    this.#eventLow = view.getUint32(at + 8, true);
    this.#eventHigh = view.getUint32(at + 12, true);
    this.#recvLow = recvAt === 0 ? UNDEF_HALF : view.getUint32(at + recvAt, true);
    this.#recvHigh = recvAt === 0 ? UNDEF_HALF : view.getUint32(at + recvAt + 4, true);
    this.#quality = QUALITY_BY_FLAGS[flags]!;
    // Some venues write no time of their own in definitions and snapshots: all ones, or 0.
    if (isAbsent(this.#eventHigh, this.#eventLow)) this.useReceiveTime();
    if (this.#eventHigh > TIME_HIGH_MAX) {
      this.reject('time-range', `ts_event ${view.getBigUint64(at + 8, true)}`);
      return false;
    }
    // Symbols are mapped by the time of the index, which is the receiver's where there is one.
    const high = this.#recvHigh > TIME_HIGH_MAX ? this.#eventHigh : this.#recvHigh;
    const low = this.#recvHigh > TIME_HIGH_MAX ? this.#eventLow : this.#recvLow;
    this.symbol = this.symbols.at(this.instrument, high * SECONDS_PER_HIGH + low / NS_PER_S);
    if (this.#wanted === null || this.#wanted.has(this.symbol)) return true;
    this.sink.remark('other-symbol');
    return false;
  }

  /** The record is about the time at which it was received, or made. */
  useReceiveTime(): void {
    this.#eventHigh = this.#recvHigh;
    this.#eventLow = this.#recvLow;
    this.#quality |= ESTIMATED_TIME;
  }

  /** Writes the head into a row. */
  head(columns: HeadColumns, row: number): void {
    columns.symbol.set(row, this.symbol);
    columns.tsEvent.setWords(row, this.#eventHigh, this.#eventLow);
    if (this.#recvHigh > TIME_HIGH_MAX) columns.tsRecv.setAbsent(row);
    else columns.tsRecv.setWords(row, this.#recvHigh, this.#recvLow);
    columns.quality[row] = this.#quality;
    columns.source[row] = 0;
    columns.sourceIndex.setNumber(row, this.index);
  }

  get tsEventNs(): bigint {
    return (BigInt(this.#eventHigh) << 32n) | BigInt(this.#eventLow);
  }

  get tsRecvNs(): bigint | null {
    return this.#recvHigh > TIME_HIGH_MAX ? null : (BigInt(this.#recvHigh) << 32n) | BigInt(this.#recvLow);
  }

  /** Copies the price at an offset; absent ones stay so. False: it is out of range. */
  price(offset: number, column: Int64Column, row: number): boolean {
    const low = this.view.getUint32(this.at + offset, true);
    const high = this.view.getInt32(this.at + offset + 4, true);
    if (high === UNDEF_PRICE_HIGH && low === UNDEF_HALF) {
      column.setAbsent(row);
      return true;
    }
    if (high > PRICE_HIGH_MAX || high < -PRICE_HIGH_MAX) return false;
    column.setWords(row, high, low);
    return true;
  }

  hasPrice(offset: number): boolean {
    const low = this.view.getUint32(this.at + offset, true);
    return this.view.getInt32(this.at + offset + 4, true) !== UNDEF_PRICE_HIGH || low !== UNDEF_HALF;
  }

  byte(offset: number): number {
    return this.bytes[this.at + offset]!;
  }

  uint32(offset: number): number {
    return this.view.getUint32(this.at + offset, true);
  }

  reject(reason: Parameters<RecordSink['reject']>[0], detail: string): void {
    this.sink.reject(reason, this.index, detail);
  }
}

function isAbsent(high: number, low: number): boolean {
  return (high === UNDEF_HALF && low === UNDEF_HALF) || (high === 0 && low === 0);
}
