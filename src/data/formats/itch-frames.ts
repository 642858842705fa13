// hot: bench/itch-decode.ts
/**
 * Length-prefixed ITCH messages into columns; the one place that knows what a message means for a book. Both the file
 * decoder and the packet decoder use it, because a MoldUDP64 packet frames its messages just as a file does: a 2-byte
 * big-endian length before each message.
 *
 * Messages without a row (imbalance, Reg SHO, ...) are valid and only counted. Rows by type:
 *   A F add | E C execute | X reduce | D delete | U replace | P hidden trade | Q cross | H h status | S 'C' clear
 * `sourceIndex` numbers every message, with or without a row.
 */

import { BUY, SELL } from '../../domain/index.ts';
import {
  MBO_ADD,
  MBO_CLEAR,
  MBO_CROSS,
  MBO_DELETE,
  MBO_EXECUTE,
  MBO_FLAG_LAST,
  MBO_FLAG_NOT_PRINTABLE,
  MBO_HIDDEN_TRADE,
  MBO_REDUCE,
  MBO_REPLACE,
  MBO_STATUS,
  type MboBatch,
  SIDE_UNKNOWN,
  STATUS_HALTED,
  STATUS_PAUSED,
  STATUS_QUOTE_ONLY,
  STATUS_TRADING,
  UNDEF_PRICE,
  UNDEF_TS,
} from '../mbo-batch.ts';
import type { Quarantine } from '../quarantine.ts';
import { ITCH_LENGTH_BY_CODE } from './itch-messages.ts';

/** What the caller knows of a feed and the bytes do not say. */
export interface ItchDecoderOptions {
  /**
   * Whether the side of a P message is that of the resting order. Nasdaq writes 'B' in every P since 2014-07-14, so by
   * default 'B' means SIDE_UNKNOWN; older days, and files made by `encodeBatchAsItch`, state it.
   */
  readonly hasHiddenTradeSides?: boolean;
}

const TWO_32 = 0x1_0000_0000;
/** High halves above this make a 64-bit number that a double cannot hold exactly. */
const SAFE_HI_MAX = 0x1f_ffff;

const LETTER_B = 0x42;
const LETTER_S = 0x53;
const LETTER_N = 0x4e;
const LETTER_Y = 0x59;

/** STATUS_* by the letter of an H or h message; 0 = no such state. */
const STATUS_BY_LETTER = new Uint8Array(256);
STATUS_BY_LETTER[0x48] = STATUS_HALTED;
STATUS_BY_LETTER[0x50] = STATUS_PAUSED;
STATUS_BY_LETTER[0x51] = STATUS_QUOTE_ONLY;
STATUS_BY_LETTER[0x54] = STATUS_TRADING;

/** What became of a message. */
const ROW = 1;
const NO_ROW = 0;
const BAD_SIDE = -1;
const BAD_FIELD = -2;

/** Reads frames of a byte region into batches and keeps what spans regions: counts, symbols, the last time. */
export class ItchFrames {
  /** The region: frames from `at` to `end`. A frame that is not whole stays unread. */
  bytes: Uint8Array = new Uint8Array(0);
  view: DataView = new DataView(this.bytes.buffer);
  at = 0;
  end = 0;
  /** Capture time of the region's messages, ns. */
  tsRecvNs = UNDEF_TS;
  /** MBO_FLAG_* of the region's rows. */
  flags = MBO_FLAG_LAST;
  /** Set when an unknown message has no length: nothing behind it can be read. */
  isLost = false;
  /** Messages so far, bad ones included. */
  messageIndex = 0;
  readonly symbols = new Map<number, string>();
  readonly #counts = new Float64Array(256);
  readonly #isNamed = new Uint8Array(0x1_0000);
  readonly #quarantine: Quarantine;
  readonly #buyOfHiddenTrade: number;
  #lastTsNs = -1;
  /** 0 = no frame seen yet, 1 = frames have lengths, 2 = every length is written as 0 and follows from the type. */
  #framing = 0;

  constructor(quarantine: Quarantine, options: ItchDecoderOptions = {}) {
    this.#quarantine = quarantine;
    this.#buyOfHiddenTrade = options.hasHiddenTradeSides === true ? BUY : SIDE_UNKNOWN;
  }

  /** Valid messages by type letter, in the order of the letters. */
  get messageCounts(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (let code = 0; code < 256; code++) {
      if (this.#counts[code] !== 0) counts.set(String.fromCharCode(code), this.#counts[code]!);
    }
    return counts;
  }

  /** Appends rows to the batch until it is full or no whole frame is left in the region. */
  fill(batch: MboBatch): void {
    const { bytes, view, end, flags, tsRecvNs } = this;
    const counts = this.#counts;
    const capacity = batch.capacity;
    let at = this.at;
    let row = batch.count;
    let lastTsNs = this.#lastTsNs;
    while (row < capacity && at + 3 <= end) {
      const type = bytes[at + 2]!;
      const prefix = view.getUint16(at);
      const length = prefix === 0 || this.#framing !== 1 ? this.#frameLength(prefix, type) : prefix;
      const next = at + 2 + length;
      if (next > end) break;
      if (length !== ITCH_LENGTH_BY_CODE[type] || length === 0) {
        this.at = next;
        batch.count = row;
        this.#skip(type, length);
        at = this.at;
        continue;
      }
      const message = at + 2;
      at = next;
      const tsEventNs = view.getUint16(message + 5) * TWO_32 + view.getUint32(message + 7);
      batch.sourceIndex[row] = this.messageIndex;
      batch.tsEventNs[row] = tsEventNs;
      batch.tsRecvNs[row] = tsRecvNs;
      batch.instrument[row] = view.getUint16(message + 1);
      batch.flags[row] = flags;
      const outcome = this.#decode(type, view, message, batch, row);
      if (outcome >= 0) counts[type]!++;
      if (tsEventNs < lastTsNs || outcome < 0) {
        this.at = at;
        batch.count = row;
        this.#report(type, outcome, tsEventNs, lastTsNs);
      }
      lastTsNs = tsEventNs;
      this.messageIndex++;
      if (outcome === ROW) row++;
    }
    this.at = at;
    this.#lastTsNs = lastTsNs;
    batch.count = row;
  }

  /** Whether `fill` would move on: a whole frame is there. */
  hasWholeFrame(): boolean {
    if (this.at + 3 > this.end) return false;
    const prefix = this.view.getUint16(this.at);
    const length = this.#frameLength(prefix, this.bytes[this.at + 2]!);
    return this.at + 2 + length <= this.end;
  }

  /** Says that the bytes end here: what is left of the region is an end mark of two zero bytes or a cut frame. */
  finish(): void {
    const rest = this.end - this.at;
    if (rest === 0) return;
    const isEndMark = rest === 2 && this.view.getUint16(this.at) === 0;
    this.at = this.end;
    if (!isEndMark) this.#quarantine.add('truncated', this.messageIndex, `${rest} bytes of a message`);
  }

  #decode(type: number, view: DataView, at: number, batch: MboBatch, row: number): number {
    switch (type) {
      case 0x41: // A
      case 0x46: // F
        this.#nameStock(view, at + 1, at + 24);
        return addRow(view, at, batch, row);
      case 0x45: // E
        return executeRow(view, at, batch, row);
      case 0x58: // X
        return changeRow(view, at, batch, row, MBO_REDUCE, view.getUint32(at + 19));
      case 0x44: // D
        return changeRow(view, at, batch, row, MBO_DELETE, 0);
      case 0x55: // U
        return replaceRow(view, at, batch, row);
      case 0x43: // C
        return executeWithPriceRow(view, at, batch, row);
      case 0x50: // P
        this.#nameStock(view, at + 1, at + 24);
        return hiddenTradeRow(view, at, batch, row, this.#buyOfHiddenTrade);
      case 0x51: // Q
        return crossRow(view, at, batch, row);
      case 0x48: // H
        return statusRow(batch, row, STATUS_BY_LETTER[view.getUint8(at + 19)]!);
      case 0x68: // h
        return statusRow(batch, row, STATUS_BY_LETTER[view.getUint8(at + 20)]!);
      case 0x52: // R
        this.#isNamed[view.getUint16(at + 1)] = 0;
        this.#nameStock(view, at + 1, at + 11);
        return NO_ROW;
      case 0x53: // S
        return systemRow(view, at, batch, row);
      default:
        return NO_ROW;
    }
  }

  /** Files that begin after the directory still name their stocks in A, F and P. */
  #nameStock(view: DataView, locateAt: number, stockAt: number): void {
    const locate = view.getUint16(locateAt);
    if (this.#isNamed[locate] !== 0) return;
    this.#isNamed[locate] = 1;
    let symbol = '';
    for (let i = 0; i < 8; i++) symbol += String.fromCharCode(view.getUint8(stockAt + i));
    this.symbols.set(locate, symbol.replace(/ +$/, ''));
  }

  /** Decides once, at the first frame, whether lengths are written or all zero. */
  #frameLength(prefix: number, type: number): number {
    if (this.#framing === 0) this.#framing = prefix === 0 ? 2 : 1;
    return prefix === 0 && this.#framing === 2 ? ITCH_LENGTH_BY_CODE[type]! : prefix;
  }

  #skip(type: number, length: number): void {
    const index = this.messageIndex++;
    const letter = letterOf(type);
    if (length === 0 && this.#framing === 2) {
      this.isLost = true;
      this.at = this.end;
      this.#quarantine.add('unknown-type', index, `${letter}, without a length: all that follows is skipped`);
    } else if (length === 0) {
      this.#quarantine.add('length-mismatch', index, 'an empty message, and more behind it');
    } else if (ITCH_LENGTH_BY_CODE[type] === 0) {
      this.#quarantine.add('unknown-type', index, `${letter} of ${length} bytes`);
    } else {
      const expected = ITCH_LENGTH_BY_CODE[type];
      this.#quarantine.add('length-mismatch', index, `${letter} of ${length} bytes, expected ${expected}`);
    }
  }

  #report(type: number, outcome: number, tsEventNs: number, lastTsNs: number): void {
    this.#lastTsNs = tsEventNs;
    const index = this.messageIndex;
    if (outcome === BAD_SIDE) this.#quarantine.add('unknown-side', index, `in a message ${letterOf(type)}`);
    if (outcome === BAD_FIELD) this.#quarantine.add('field-value', index, `in a message ${letterOf(type)}`);
    if (tsEventNs < lastTsNs) {
      this.#quarantine.add('time-backwards', index, `${tsEventNs} ns after ${lastTsNs} ns`);
    }
  }
}

function letterOf(type: number): string {
  return type > 0x20 && type < 0x7f ? String.fromCharCode(type) : `0x${type.toString(16).padStart(2, '0')}`;
}

function addRow(view: DataView, at: number, batch: MboBatch, row: number): number {
  const letter = view.getUint8(at + 19);
  if (letter !== LETTER_B && letter !== LETTER_S) return BAD_SIDE;
  setOrder(batch, row, MBO_ADD, view.getInt32(at + 11), view.getInt32(at + 15));
  batch.side[row] = letter === LETTER_B ? BUY : SELL;
  batch.qty[row] = view.getUint32(at + 20);
  batch.price[row] = view.getUint32(at + 32);
  batch.sequence[row] = 0;
  return ROW;
}

function changeRow(
  view: DataView,
  at: number,
  batch: MboBatch,
  row: number,
  action: number,
  qty: number,
): number {
  setOrder(batch, row, action, view.getInt32(at + 11), view.getInt32(at + 15));
  batch.side[row] = SIDE_UNKNOWN;
  batch.qty[row] = qty;
  batch.price[row] = UNDEF_PRICE;
  batch.sequence[row] = 0;
  return ROW;
}

function executeRow(view: DataView, at: number, batch: MboBatch, row: number): number {
  const matchHi = view.getUint32(at + 23);
  if (matchHi > SAFE_HI_MAX) return BAD_FIELD;
  changeRow(view, at, batch, row, MBO_EXECUTE, view.getUint32(at + 19));
  batch.sequence[row] = matchHi * TWO_32 + view.getUint32(at + 27);
  return ROW;
}

function executeWithPriceRow(view: DataView, at: number, batch: MboBatch, row: number): number {
  const printable = view.getUint8(at + 31);
  if (printable !== LETTER_Y && printable !== LETTER_N) return BAD_FIELD;
  if (executeRow(view, at, batch, row) !== ROW) return BAD_FIELD;
  batch.price[row] = view.getUint32(at + 32);
  if (printable === LETTER_N) batch.flags[row]! |= MBO_FLAG_NOT_PRINTABLE;
  return ROW;
}

function replaceRow(view: DataView, at: number, batch: MboBatch, row: number): number {
  changeRow(view, at, batch, row, MBO_REPLACE, view.getUint32(at + 27));
  batch.newOrderIdHi[row] = view.getInt32(at + 19);
  batch.newOrderIdLo[row] = view.getInt32(at + 23);
  batch.price[row] = view.getUint32(at + 31);
  return ROW;
}

function hiddenTradeRow(view: DataView, at: number, batch: MboBatch, row: number, buy: number): number {
  const letter = view.getUint8(at + 19);
  if (letter !== LETTER_B && letter !== LETTER_S) return BAD_SIDE;
  const matchHi = view.getUint32(at + 36);
  if (matchHi > SAFE_HI_MAX) return BAD_FIELD;
  setOrder(batch, row, MBO_HIDDEN_TRADE, view.getInt32(at + 11), view.getInt32(at + 15));
  batch.side[row] = letter === LETTER_B ? buy : SELL;
  batch.qty[row] = view.getUint32(at + 20);
  batch.price[row] = view.getUint32(at + 32);
  batch.sequence[row] = matchHi * TWO_32 + view.getUint32(at + 40);
  return ROW;
}

function crossRow(view: DataView, at: number, batch: MboBatch, row: number): number {
  const sharesHi = view.getUint32(at + 11);
  const matchHi = view.getUint32(at + 31);
  if (sharesHi > SAFE_HI_MAX || matchHi > SAFE_HI_MAX) return BAD_FIELD;
  setOrder(batch, row, MBO_CROSS, 0, 0);
  batch.side[row] = SIDE_UNKNOWN;
  batch.qty[row] = sharesHi * TWO_32 + view.getUint32(at + 15);
  batch.price[row] = view.getUint32(at + 27);
  batch.sequence[row] = matchHi * TWO_32 + view.getUint32(at + 35);
  batch.code[row] = view.getUint8(at + 39);
  return ROW;
}

function statusRow(batch: MboBatch, row: number, status: number): number {
  if (status === 0) return BAD_FIELD;
  setMarket(batch, row, MBO_STATUS);
  batch.code[row] = status;
  return ROW;
}

/** After 'C', end of messages, nothing rests any more, though no D says so; stock locate 0 stands for all stocks. */
function systemRow(view: DataView, at: number, batch: MboBatch, row: number): number {
  if (view.getUint8(at + 11) !== 0x43) return NO_ROW;
  setMarket(batch, row, MBO_CLEAR);
  return ROW;
}

function setMarket(batch: MboBatch, row: number, action: number): void {
  setOrder(batch, row, action, 0, 0);
  batch.side[row] = SIDE_UNKNOWN;
  batch.qty[row] = 0;
  batch.price[row] = UNDEF_PRICE;
  batch.sequence[row] = 0;
}

/** Sets action and order id, and clears the columns that few actions use. */
function setOrder(batch: MboBatch, row: number, action: number, idHi: number, idLo: number): void {
  batch.action[row] = action;
  batch.orderIdHi[row] = idHi;
  batch.orderIdLo[row] = idLo;
  batch.newOrderIdHi[row] = 0;
  batch.newOrderIdLo[row] = 0;
  batch.code[row] = 0;
}
