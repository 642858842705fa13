// hot: bench/lobster.ts
/**
 * LOBSTER orderbook files (market-rules 12.2): per level ask price, ask size, bid price, bid size; row r is the book
 * after message r. The first row fixes the number of levels.
 */

import { TwinError } from '../../base/index.ts';
import { UNDEF_PRICE } from '../mbo-batch.ts';
import type { Quarantine, QuarantineReason } from '../quarantine.ts';
import { CARRIAGE_RETURN, checkFirstBytes, NEWLINE, RowBytes, rowText } from './row-bytes.ts';

/** What the vendor writes, with either sign, as the price of a level that is not there; its size is 0. */
export const LOBSTER_DUMMY_PRICE = 9_999_999_999;

const COMMA = 44;
const MINUS = 45;
const ZERO = 48;
const COLUMNS_PER_LEVEL = 4;
const SAFE_DIGITS = 15;
const DETAIL_CHARS_MAX = 120;

/**
 * One row of an orderbook file, best level first; the reader fills the same object again and again.
 * Units: price in 1e-4 currency units or UNDEF_PRICE where the level is absent, quantity in shares.
 */
export class BookRow {
  /** Levels per side that the file has room for. */
  levels = 0;
  /** Row of the file, from 0. */
  sourceIndex = 0;
  /** Best bid at or above best ask; such a row was also put in quarantine. */
  isCrossed = false;
  askPrice = new Float64Array(0);
  askQty = new Float64Array(0);
  bidPrice = new Float64Array(0);
  bidQty = new Float64Array(0);

  /** Gives the columns room for `levels`. */
  resize(levels: number): void {
    if (levels === this.levels) return;
    this.levels = levels;
    this.askPrice = new Float64Array(levels);
    this.askQty = new Float64Array(levels);
    this.bidPrice = new Float64Array(levels);
    this.bidQty = new Float64Array(levels);
  }
}

/** Incremental reader of a LOBSTER orderbook file. Complexity: one pass over the bytes. */
export class LobsterBookReader {
  readonly quarantine: Quarantine;
  /** Levels per side, 0 until the first row is read. */
  levels = 0;
  /** Source index of the next row. */
  rowsSeen = 0;
  readonly #rows = new RowBytes();
  #blankRows = 0;
  #at = 0;

  constructor(quarantine: Quarantine) {
    this.quarantine = quarantine;
  }

  write(chunk: Uint8Array): void {
    this.#rows.write(chunk);
  }

  end(): void {
    this.#rows.end();
  }

  /** Fills `out` with the next good row; false if no whole row is left (write more, or the file has ended). */
  readRow(out: BookRow): boolean {
    const rows = this.#rows;
    const bytes = rows.bytes;
    while (rows.position < rows.wholeEnd) {
      const start = rows.position;
      const first = bytes[start]!;
      if (first === NEWLINE || (first === CARRIAGE_RETURN && bytes[start + 1] === NEWLINE)) {
        this.#blankRows++;
        rows.position = rows.endOfRow(start);
        continue;
      }
      if (this.#blankRows > 0) this.#rejectBlankRows();
      if (this.levels === 0) this.#readFirstRow(bytes, start);
      if (out.levels !== this.levels) out.resize(this.levels);
      const sourceIndex = this.rowsSeen;
      this.#at = start;
      const isGood = this.#parseRow(bytes, out);
      rows.position = isGood ? this.#at : rows.endOfRow(start);
      this.rowsSeen++;
      if (!isGood) {
        this.#rejectRow(start, rows.position, sourceIndex);
        continue;
      }
      out.sourceIndex = sourceIndex;
      out.isCrossed = out.bidQty[0]! > 0 && out.askQty[0]! > 0 && out.bidPrice[0]! >= out.askPrice[0]!;
      if (out.isCrossed) this.#reportCrossed(out);
      return true;
    }
    return false;
  }

  /** Numbers of a row into `out`; false if a column is not what it should be. */
  #parseRow(bytes: Uint8Array, out: BookRow): boolean {
    const { askPrice, askQty, bidPrice, bidQty, levels } = out;
    const last = levels - 1;
    let lastAsk = 0;
    let lastBid = LOBSTER_DUMMY_PRICE;
    for (let level = 0; level < levels; level++) {
      const ask = this.#parseNumber(bytes, COMMA);
      const askSize = this.#parseNumber(bytes, COMMA);
      const bid = this.#parseNumber(bytes, COMMA);
      const bidSize = this.#parseNumber(bytes, level === last ? NEWLINE : COMMA);
      if (askSize > 0) {
        if (!(ask > lastAsk && ask < LOBSTER_DUMMY_PRICE)) return false;
        askPrice[level] = ask;
        lastAsk = ask;
      } else {
        if (askSize !== 0 || !isDummy(ask)) return false;
        askPrice[level] = UNDEF_PRICE;
        lastAsk = LOBSTER_DUMMY_PRICE;
      }
      if (bidSize > 0) {
        if (!(bid < lastBid && bid > 0)) return false;
        bidPrice[level] = bid;
        lastBid = bid;
      } else {
        if (bidSize !== 0 || !isDummy(bid)) return false;
        bidPrice[level] = UNDEF_PRICE;
        lastBid = 0;
      }
      askQty[level] = askSize;
      bidQty[level] = bidSize;
    }
    return true;
  }

  /** A whole number up to `terminator`, NaN if it is something else; then `#at` does not matter any more. */
  #parseNumber(bytes: Uint8Array, terminator: number): number {
    let at = this.#at;
    let isNegative = false;
    if (bytes[at] === MINUS) {
      isNegative = true;
      at++;
    }
    const first = at;
    let value = 0;
    let digit = bytes[at]! - ZERO;
    while (digit >= 0 && digit <= 9) {
      value = value * 10 + digit;
      digit = bytes[++at]! - ZERO;
    }
    if (at === first || at - first > SAFE_DIGITS) return Number.NaN;
    if (terminator === NEWLINE && bytes[at] === CARRIAGE_RETURN) at++;
    if (bytes[at] !== terminator) return Number.NaN;
    this.#at = at + 1;
    return isNegative ? -value : value;
  }

  #readFirstRow(bytes: Uint8Array, start: number): void {
    const rowEnd = this.#rows.endOfRow(start);
    checkFirstBytes(bytes, start, rowEnd, this.quarantine.source);
    const columns = rowText(bytes, start, rowEnd).split(',').length;
    if (columns % COLUMNS_PER_LEVEL !== 0) {
      throw new TwinError('DATA_FORMAT', 'a LOBSTER orderbook row has four columns per level', {
        source: this.quarantine.source,
        columns,
      });
    }
    this.levels = columns / COLUMNS_PER_LEVEL;
  }

  #rejectRow(start: number, rowEnd: number, sourceIndex: number): void {
    const text = rowText(this.#rows.bytes, start, rowEnd);
    const row = text.length > DETAIL_CHARS_MAX ? `${text.slice(0, DETAIL_CHARS_MAX)}...` : text;
    const columns = text.split(',');
    const wanted = this.levels * COLUMNS_PER_LEVEL;
    const isShort = columns.length < wanted || (columns.length === wanted && columns[wanted - 1] === '');
    let reason: QuarantineReason = describeBadLevels(columns);
    if (this.#rows.isOpenRow(rowEnd) && isShort) reason = 'truncated';
    else if (columns.length !== wanted) reason = 'column-count';
    this.quarantine.add(reason, sourceIndex, `columns=${columns.length} row=${row}`);
  }

  #reportCrossed(row: BookRow): void {
    const detail = `bid=${row.bidPrice[0]} ask=${row.askPrice[0]}`;
    this.quarantine.add('crossed-book', row.sourceIndex, detail);
  }

  #rejectBlankRows(): void {
    for (; this.#blankRows > 0; this.#blankRows--) {
      this.quarantine.add('column-count', this.rowsSeen, 'blank row');
      this.rowsSeen++;
    }
  }
}

function isDummy(price: number): boolean {
  return price === LOBSTER_DUMMY_PRICE || price === -LOBSTER_DUMMY_PRICE;
}

/** Reason why a row of the right number of columns was refused. */
function describeBadLevels(columns: readonly string[]): QuarantineReason {
  if (!columns.every((column) => /^-?\d{1,15}$/.test(column))) return 'not-a-number';
  for (let at = 0; at + 1 < columns.length; at += 2) {
    const price = Number(columns[at]);
    const qty = Number(columns[at + 1]);
    if (isDummy(price) ? qty !== 0 : price < 1) return 'price-range';
    if (!isDummy(price) && qty < 1) return 'qty-not-positive';
  }
  return 'level-order';
}
