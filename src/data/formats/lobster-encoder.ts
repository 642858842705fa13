/** LOBSTER text from canonical records and book rows, byte for byte as the vendor writes it (market-rules 12.2). */

import { TwinError } from '../../base/index.ts';
import { BUY, SELL } from '../../domain/index.ts';
import {
  MBO_ACTION_NAMES,
  MBO_ADD,
  MBO_CROSS,
  MBO_DELETE,
  MBO_EXECUTE,
  MBO_HIDDEN_TRADE,
  MBO_REDUCE,
  MBO_STATUS,
  type MboBatch,
  STATUS_QUOTE_ONLY,
  STATUS_TRADING,
} from '../mbo-batch.ts';
import { type BookRow, LOBSTER_DUMMY_PRICE } from './lobster-book-reader.ts';
import { LOBSTER_CROSS_LETTERS } from './lobster-decoder.ts';

const COMMA = 44;
const MINUS = 45;
const NEWLINE = 10;
const POINT = 46;
const ZERO = 48;
const NS_PER_SECOND = 1e9;
const FRACTION_DIGITS = 9;
const INITIAL_BYTES = 1 << 16;
/** Room for one number with sign and comma. */
const NUMBER_BYTES_MAX = 24;
const MESSAGE_BYTES_MAX = 8 * NUMBER_BYTES_MAX;
const TWO_32 = 2 ** 32;

/** Action to the vendor's message type, 0 where the format has none. */
const TYPE_OF_ACTION = new Uint8Array(MBO_ACTION_NAMES.length);
TYPE_OF_ACTION[MBO_ADD] = 1;
TYPE_OF_ACTION[MBO_REDUCE] = 2;
TYPE_OF_ACTION[MBO_DELETE] = 3;
TYPE_OF_ACTION[MBO_EXECUTE] = 4;
TYPE_OF_ACTION[MBO_HIDDEN_TRADE] = 5;
TYPE_OF_ACTION[MBO_CROSS] = 6;
TYPE_OF_ACTION[MBO_STATUS] = 7;

/** Growing buffer of decimal numbers and separators. */
class TextBytes {
  #bytes = new Uint8Array(INITIAL_BYTES);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Keeps space for `count` more bytes, so that the following puts need no check. */
  reserve(count: number): void {
    if (this.#length + count <= this.#bytes.length) return;
    let capacity = this.#bytes.length * 2;
    while (capacity < this.#length + count) capacity *= 2;
    const wider = new Uint8Array(capacity);
    wider.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = wider;
  }

  putByte(byte: number): void {
    this.#bytes[this.#length++] = byte;
  }

  /** A safe integer in decimal. */
  putInteger(value: number): void {
    let rest = value;
    if (rest < 0) {
      this.putByte(MINUS);
      rest = -rest;
    }
    let digits = 1;
    for (let bound = 10; bound <= rest; bound *= 10) digits++;
    this.putDigits(rest, digits);
  }

  /** The lowest `digits` digits of a safe integer, with leading zeros. */
  putDigits(value: number, digits: number): void {
    let rest = value;
    for (let at = this.#length + digits - 1; at >= this.#length; at--) {
      const tenth = Math.floor(rest / 10);
      this.#bytes[at] = ZERO + (rest - tenth * 10);
      rest = tenth;
    }
    this.#length += digits;
  }

  putText(text: string): void {
    for (let i = 0; i < text.length; i++) this.putByte(text.charCodeAt(i));
  }

  take(): Uint8Array {
    const taken = this.#bytes.slice(0, this.#length);
    this.#length = 0;
    return taken;
  }
}

/** Writes rows of a LOBSTER message file. `take` returns what was appended since the last `take`. */
export class LobsterMessageWriter {
  readonly #text = new TextBytes();

  get byteLength(): number {
    return this.#text.length;
  }

  /** Appends record `r` of the batch. Faults with DATA_FORMAT on what the format cannot say. */
  append(batch: MboBatch, r: number): void {
    const type = TYPE_OF_ACTION[batch.action[r]!] ?? 0;
    const side = batch.side[r]!;
    checkRecord(batch, r, type);
    const text = this.#text;
    text.reserve(MESSAGE_BYTES_MAX);
    putTime(text, batch.tsEventNs[r]!);
    text.putByte(COMMA);
    text.putByte(ZERO + type);
    text.putByte(COMMA);
    const cross = type === 6 ? LOBSTER_CROSS_LETTERS.indexOf(String.fromCharCode(batch.code[r]!)) + 1 : 0;
    if (cross > 0) text.putInteger(-cross);
    else putOrderId(text, batch.orderIdHi[r]!, batch.orderIdLo[r]!);
    text.putByte(COMMA);
    text.putInteger(batch.qty[r]!);
    text.putByte(COMMA);
    text.putInteger(type === 7 ? haltPrice(batch.code[r]!) : batch.price[r]!);
    text.putByte(COMMA);
    if (side !== BUY) text.putByte(MINUS);
    text.putByte(ZERO + 1);
    text.putByte(NEWLINE);
  }

  take(): Uint8Array {
    return this.#text.take();
  }
}

/** Writes rows of a LOBSTER orderbook file with a fixed number of levels; levels that are not there become dummies. */
export class LobsterBookWriter {
  readonly levels: number;
  readonly #text = new TextBytes();

  constructor(levels: number) {
    this.levels = levels;
  }

  get byteLength(): number {
    return this.#text.length;
  }

  append(row: BookRow): void {
    const text = this.#text;
    text.reserve(this.levels * 4 * NUMBER_BYTES_MAX);
    for (let level = 0; level < this.levels; level++) {
      const askQty = level < row.levels ? row.askQty[level]! : 0;
      const bidQty = level < row.levels ? row.bidQty[level]! : 0;
      if (level > 0) text.putByte(COMMA);
      text.putInteger(askQty > 0 ? row.askPrice[level]! : LOBSTER_DUMMY_PRICE);
      text.putByte(COMMA);
      text.putInteger(askQty);
      text.putByte(COMMA);
      text.putInteger(bidQty > 0 ? row.bidPrice[level]! : -LOBSTER_DUMMY_PRICE);
      text.putByte(COMMA);
      text.putInteger(bidQty);
    }
    text.putByte(NEWLINE);
  }

  take(): Uint8Array {
    return this.#text.take();
  }
}

/** Seconds with as few decimals as the nanoseconds need. */
function putTime(text: TextBytes, tsNs: number): void {
  const seconds = Math.floor(tsNs / NS_PER_SECOND);
  let fraction = tsNs - seconds * NS_PER_SECOND;
  text.putInteger(seconds);
  if (fraction === 0) return;
  let digits = FRACTION_DIGITS;
  while (fraction % 10 === 0) {
    fraction /= 10;
    digits--;
  }
  text.putByte(POINT);
  text.putDigits(fraction, digits);
}

function putOrderId(text: TextBytes, hi: number, lo: number): void {
  const high = hi >>> 0;
  const low = lo >>> 0;
  if (high < 1 << 21) text.putInteger(high * TWO_32 + low);
  else text.putText(((BigInt(high) << 32n) | BigInt(low)).toString());
}

/** The vendor knows no pause: STATUS_PAUSED is written as a halt. */
function haltPrice(status: number): number {
  if (status === STATUS_TRADING) return 1;
  return status === STATUS_QUOTE_ONLY ? 0 : -1;
}

function checkRecord(batch: MboBatch, r: number, type: number): void {
  const action = MBO_ACTION_NAMES[batch.action[r]!] ?? batch.action[r]!;
  const where = { record: batch.sourceIndex[r]!, action };
  if (type === 0) {
    throw new TwinError(
      'DATA_FORMAT',
      'a LOBSTER row adds, reduces, deletes, executes, crosses or halts',
      where,
    );
  }
  const side = batch.side[r]!;
  const [price, qty, tsNs] = [batch.price[r]!, batch.qty[r]!, batch.tsEventNs[r]!];
  if (!Number.isSafeInteger(tsNs) || tsNs < 0) {
    throw new TwinError('DATA_FORMAT', 'a LOBSTER row has a time in whole ns since midnight', {
      ...where,
      tsNs,
    });
  }
  if (type < 6 && side !== BUY && side !== SELL) {
    throw new TwinError('DATA_FORMAT', 'a LOBSTER row has a side', { ...where, side });
  }
  if (type < 7 && !(Number.isSafeInteger(price) && price > 0 && Number.isSafeInteger(qty) && qty > 0)) {
    throw new TwinError('DATA_FORMAT', 'a LOBSTER row has a positive whole price and quantity', {
      ...where,
      price,
      qty,
    });
  }
}
