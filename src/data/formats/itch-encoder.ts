// hot: bench/itch-decode.ts
/**
 * Writes ITCH 5.0 with a 2-byte length before each message, fast enough for a whole day; turns canonical records of any
 * feed into ITCH as far as ITCH has words for them.
 */

import { TwinError } from '../../base/index.ts';
import { BUY, SELL } from '../../domain/index.ts';
import {
  MBO_ACTION_NAMES,
  MBO_ADD,
  MBO_CLEAR,
  MBO_CROSS,
  MBO_DELETE,
  MBO_EXECUTE,
  MBO_FLAG_NOT_PRINTABLE,
  MBO_HIDDEN_TRADE,
  MBO_REDUCE,
  MBO_REPLACE,
  MBO_STATUS,
  type MboBatch,
  STATUS_HALTED,
  STATUS_PAUSED,
  STATUS_QUOTE_ONLY,
  STATUS_TRADING,
  UNDEF_PRICE,
} from '../mbo-batch.ts';
import { encodeItchMessage, type ItchMessage } from './itch-messages.ts';

const TWO_32 = 0x1_0000_0000;
const UINT32_MAX = 0xffff_ffff;
const TS_NS_MAX = 0xffff_ffff_ffff;
const LOCATE_MAX = 0xffff;

/** Letters of the H message by STATUS_*. */
const STATE_LETTERS = new Map<number, string>([
  [STATUS_HALTED, 'H'],
  [STATUS_PAUSED, 'P'],
  [STATUS_QUOTE_ONLY, 'Q'],
  [STATUS_TRADING, 'T'],
]);

/**
 * Appends messages to one growing buffer. Ids come as two halves, prices in 1e-4, times in ns since local midnight. The
 * methods do not look at their numbers, which must fit the fields: `encodeBatchAsItch` and `append` check them.
 */
export class ItchWriter {
  #bytes = new Uint8Array(65_536);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;
  /** The eight bytes of a stock by its locate; the first half 0 = not declared. */
  readonly #stockHi = new Int32Array(LOCATE_MAX + 1);
  readonly #stockLo = new Int32Array(LOCATE_MAX + 1);

  /** Bytes written since the last `clear`, as a view that the next message may invalidate. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Forgets the bytes, keeps the stocks and the memory: for writing a long day in pieces. */
  clear(): void {
    this.#length = 0;
  }

  /** Declares the name of a stock locate (up to 8 letters) without writing a message. */
  setStock(locate: number, stock: string): void {
    if (!/^[!-~]{1,8}$/.test(stock) || !(locate >= 0 && locate <= LOCATE_MAX)) {
      throw new TwinError('DATA_RECORD', 'a stock has 1 to 8 letters and a locate up to 65535', {
        stock,
        locate,
      });
    }
    const padded = stock.padEnd(8, ' ');
    this.#stockHi[locate] = fourLetters(padded, 0);
    this.#stockLo[locate] = fourLetters(padded, 4);
  }

  /** Writes any message; the way for the types that are rare. */
  append(message: ItchMessage): void {
    const encoded = encodeItchMessage(message);
    const at = this.#reserve(encoded.length);
    this.#bytes.set(encoded, at);
    if (message.type === 'R') this.setStock(message.stockLocate, message.stock);
  }

  systemEvent(tsEventNs: number, eventCode: 'O' | 'S' | 'Q' | 'M' | 'E' | 'C'): void {
    const at = this.#begin(0x53, 12, 0, tsEventNs);
    this.#bytes[at + 11] = eventCode.charCodeAt(0);
  }

  /** R message of an ordinary stock in the Nasdaq Global Select market with round lots of `roundLotShares`. */
  stockDirectory(locate: number, tsEventNs: number, stock: string, roundLotShares = 100): void {
    this.setStock(locate, stock);
    this.append({
      type: 'R',
      stockLocate: locate,
      trackingNumber: 0,
      tsEventNs,
      stock,
      marketCategory: 'Q',
      financialStatus: 'N',
      roundLotShares,
      roundLotsOnly: 'N',
      issueClassification: 'C',
      issueSubType: 'Z',
      authenticity: 'P',
      shortSaleThreshold: 'N',
      ipoFlag: 'N',
      luldTier: '1',
      etpFlag: 'N',
      etpLeverageFactor: 0,
      inverse: 'N',
    });
  }

  /** H message; `state` is H halted, P paused, Q quotation only or T trading. */
  tradingAction(locate: number, tsEventNs: number, state: string): void {
    this.#needStock(locate);
    const at = this.#begin(0x48, 25, locate, tsEventNs);
    this.#putStock(at + 11, locate);
    this.#bytes[at + 19] = state.charCodeAt(0);
    this.#bytes.fill(0x20, at + 20, at + 25);
  }

  /** A message; parameters in the order of the message's fields. */
  addOrder(
    locate: number,
    tsEventNs: number,
    idHi: number,
    idLo: number,
    side: number,
    shares: number,
    priceE4: number,
  ): void {
    this.#needStock(locate);
    const at = this.#beginOrder(0x41, 36, locate, tsEventNs, idHi, idLo);
    this.#bytes[at + 19] = side === SELL ? 0x53 : 0x42;
    this.#view.setUint32(at + 20, shares);
    this.#putStock(at + 24, locate);
    this.#view.setUint32(at + 32, priceE4);
  }

  /** E message: at the price of the order. */
  execute(
    locate: number,
    tsEventNs: number,
    idHi: number,
    idLo: number,
    shares: number,
    matchNumber: number,
  ): void {
    const at = this.#beginOrder(0x45, 31, locate, tsEventNs, idHi, idLo);
    this.#view.setUint32(at + 19, shares);
    this.#put64(at + 23, matchNumber);
  }

  /** C message: at a price of its own, and whether it counts in volume. */
  executeWithPrice(
    locate: number,
    tsEventNs: number,
    idHi: number,
    idLo: number,
    shares: number,
    matchNumber: number,
    isPrintable: boolean,
    priceE4: number,
  ): void {
    const at = this.#beginOrder(0x43, 36, locate, tsEventNs, idHi, idLo);
    this.#view.setUint32(at + 19, shares);
    this.#put64(at + 23, matchNumber);
    this.#bytes[at + 31] = isPrintable ? 0x59 : 0x4e;
    this.#view.setUint32(at + 32, priceE4);
  }

  /** X message. */
  reduce(locate: number, tsEventNs: number, idHi: number, idLo: number, shares: number): void {
    const at = this.#beginOrder(0x58, 23, locate, tsEventNs, idHi, idLo);
    this.#view.setUint32(at + 19, shares);
  }

  /** D message. */
  delete(locate: number, tsEventNs: number, idHi: number, idLo: number): void {
    this.#beginOrder(0x44, 19, locate, tsEventNs, idHi, idLo);
  }

  /** U message. */
  replace(
    locate: number,
    tsEventNs: number,
    idHi: number,
    idLo: number,
    newIdHi: number,
    newIdLo: number,
    shares: number,
    priceE4: number,
  ): void {
    const at = this.#beginOrder(0x55, 35, locate, tsEventNs, idHi, idLo);
    this.#view.setInt32(at + 19, newIdHi);
    this.#view.setInt32(at + 23, newIdLo);
    this.#view.setUint32(at + 27, shares);
    this.#view.setUint32(at + 31, priceE4);
  }

  /** P message; any side but SELL is written as B. */
  hiddenTrade(
    locate: number,
    tsEventNs: number,
    idHi: number,
    idLo: number,
    side: number,
    shares: number,
    priceE4: number,
    matchNumber: number,
  ): void {
    this.#needStock(locate);
    const at = this.#beginOrder(0x50, 44, locate, tsEventNs, idHi, idLo);
    this.#bytes[at + 19] = side === SELL ? 0x53 : 0x42;
    this.#view.setUint32(at + 20, shares);
    this.#putStock(at + 24, locate);
    this.#view.setUint32(at + 32, priceE4);
    this.#put64(at + 36, matchNumber);
  }

  /** Q message; `crossTypeCode` is the char code of O, C, H or I. */
  cross(
    locate: number,
    tsEventNs: number,
    shares: number,
    priceE4: number,
    matchNumber: number,
    crossTypeCode: number,
  ): void {
    this.#needStock(locate);
    const at = this.#begin(0x51, 40, locate, tsEventNs);
    this.#put64(at + 11, shares);
    this.#putStock(at + 19, locate);
    this.#view.setUint32(at + 27, priceE4);
    this.#put64(at + 31, matchNumber);
    this.#bytes[at + 39] = crossTypeCode;
  }

  #beginOrder(
    type: number,
    length: number,
    locate: number,
    tsEventNs: number,
    idHi: number,
    idLo: number,
  ): number {
    const at = this.#begin(type, length, locate, tsEventNs);
    this.#view.setInt32(at + 11, idHi);
    this.#view.setInt32(at + 15, idLo);
    return at;
  }

  /** Writes prefix and header and returns where the message starts. */
  #begin(type: number, length: number, locate: number, tsEventNs: number): number {
    const at = this.#reserve(length);
    const view = this.#view;
    const tsHi = Math.floor(tsEventNs / TWO_32);
    this.#bytes[at] = type;
    view.setUint16(at + 1, locate);
    view.setUint16(at + 3, 0);
    view.setUint16(at + 5, tsHi);
    view.setUint32(at + 7, tsEventNs - tsHi * TWO_32);
    return at;
  }

  #reserve(length: number): number {
    const at = this.#length + 2;
    if (at + length > this.#bytes.length) {
      const grown = new Uint8Array(this.#bytes.length * 2);
      grown.set(this.#bytes);
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    this.#view.setUint16(at - 2, length);
    this.#length = at + length;
    return at;
  }

  #needStock(locate: number): void {
    if (this.#stockHi[locate] === 0) {
      throw new TwinError('DATA_RECORD', 'a stock is declared before its first message', { locate });
    }
  }

  #putStock(at: number, locate: number): void {
    this.#view.setInt32(at, this.#stockHi[locate]!);
    this.#view.setInt32(at + 4, this.#stockLo[locate]!);
  }

  #put64(at: number, value: number): void {
    const hi = Math.floor(value / TWO_32);
    this.#view.setUint32(at, hi);
    this.#view.setUint32(at + 4, value - hi * TWO_32);
  }
}

export interface ItchEncodeOptions {
  /**
   * Writes an execution with a price as E, without it. Right for feeds that repeat the order's own price in each
   * execution, as LOBSTER does. By default a price makes it a C.
   */
  readonly isExecutedAtOrderPrice?: boolean;
}

/**
 * Appends one message per record. The stocks must be declared in the writer, by `stockDirectory` or `setStock`. What
 * ITCH does not carry is left out: side, price and quantity of records that name an order, `tsRecvNs`, other flags.
 * Raises DATA_RECORD for an action that ITCH has no message for, or a value that does not fit its field.
 */
export function encodeBatchAsItch(
  batch: MboBatch,
  writer: ItchWriter,
  options: ItchEncodeOptions = {},
): void {
  const isExecutedAtOrderPrice = options.isExecutedAtOrderPrice === true;
  for (let row = 0; row < batch.count; row++) {
    checkRow(batch, row);
    const action = batch.action[row]!;
    const locate = batch.instrument[row]!;
    const ts = batch.tsEventNs[row]!;
    const hi = batch.orderIdHi[row]!;
    const lo = batch.orderIdLo[row]!;
    const qty = batch.qty[row]!;
    const price = batch.price[row]!;
    if (action === MBO_ADD) writer.addOrder(locate, ts, hi, lo, batch.side[row]!, qty, price);
    else if (action === MBO_DELETE) writer.delete(locate, ts, hi, lo);
    else if (action === MBO_REDUCE) writer.reduce(locate, ts, hi, lo, qty);
    else if (action === MBO_EXECUTE) {
      const isPrintable = (batch.flags[row]! & MBO_FLAG_NOT_PRINTABLE) === 0;
      const match = batch.sequence[row]!;
      if (isPrintable && (price === UNDEF_PRICE || isExecutedAtOrderPrice)) {
        writer.execute(locate, ts, hi, lo, qty, match);
      } else writer.executeWithPrice(locate, ts, hi, lo, qty, match, isPrintable, price);
    } else if (action === MBO_REPLACE) {
      const newHi = batch.newOrderIdHi[row]!;
      writer.replace(locate, ts, hi, lo, newHi, batch.newOrderIdLo[row]!, qty, price);
    } else if (action === MBO_HIDDEN_TRADE) {
      writer.hiddenTrade(locate, ts, hi, lo, batch.side[row]!, qty, price, batch.sequence[row]!);
    } else if (action === MBO_CROSS) {
      writer.cross(locate, ts, qty, price, batch.sequence[row]!, batch.code[row]!);
    } else if (action === MBO_STATUS) {
      writer.tradingAction(locate, ts, STATE_LETTERS.get(batch.code[row]!)!);
    } else writer.systemEvent(ts, 'C');
  }
}

/** A value that does not fit would come out as another number, so every record is looked at before it is written. */
function checkRow(batch: MboBatch, row: number): void {
  const action = batch.action[row]!;
  const locate = batch.instrument[row]!;
  const price = batch.price[row]!;
  const qty = batch.qty[row]!;
  const ts = batch.tsEventNs[row]!;
  if (!hasMessage(batch, row)) {
    throwRow(batch, row, 'ITCH has a message for the record', MBO_ACTION_NAMES[action] ?? String(action));
  }
  if (!isWhole(locate, LOCATE_MAX)) throwRow(batch, row, 'a stock locate has 16 bits', locate);
  if (!isWhole(ts, TS_NS_MAX)) throwRow(batch, row, 'a time has 48 bits', ts);
  const qtyMax = action === MBO_CROSS ? Number.MAX_SAFE_INTEGER : UINT32_MAX;
  if (!isWhole(qty, qtyMax)) throwRow(batch, row, 'a quantity is a whole number that fits its field', qty);
  if (isPriced(batch, row) && !isWhole(price, UINT32_MAX)) {
    throwRow(batch, row, 'a price is a whole number of 1e-4, up to 429496.7295', price);
  }
  if (action === MBO_ADD && batch.side[row] !== BUY && batch.side[row] !== SELL) {
    throwRow(batch, row, 'a new order has a side', batch.side[row]!);
  }
  const sequence = batch.sequence[row]!;
  if (!isWhole(sequence, Number.MAX_SAFE_INTEGER)) {
    throwRow(batch, row, 'a match number is a whole number, not negative', sequence);
  }
}

function isWhole(value: number, max: number): boolean {
  return value >= 0 && value <= max && Number.isInteger(value);
}

function hasMessage(batch: MboBatch, row: number): boolean {
  switch (batch.action[row]) {
    case MBO_ADD:
    case MBO_REDUCE:
    case MBO_DELETE:
    case MBO_REPLACE:
    case MBO_EXECUTE:
    case MBO_HIDDEN_TRADE:
    case MBO_CROSS:
      return true;
    case MBO_STATUS:
      return STATE_LETTERS.has(batch.code[row]!);
    case MBO_CLEAR:
      return batch.instrument[row] === 0;
    default:
      return false;
  }
}

/** Whether the price of the record is written. */
function isPriced(batch: MboBatch, row: number): boolean {
  const action = batch.action[row];
  if (action === MBO_EXECUTE) {
    return batch.price[row] !== UNDEF_PRICE || (batch.flags[row]! & MBO_FLAG_NOT_PRINTABLE) !== 0;
  }
  return action === MBO_ADD || action === MBO_REPLACE || action === MBO_HIDDEN_TRADE || action === MBO_CROSS;
}

function throwRow(batch: MboBatch, row: number, rule: string, found: string | number): never {
  throw new TwinError('DATA_RECORD', rule, { record: batch.sourceIndex[row], found });
}

function fourLetters(text: string, from: number): number {
  let packed = 0;
  for (let i = 0; i < 4; i++) packed = (packed << 8) | text.charCodeAt(from + i);
  return packed;
}
