// hot: bench/itch-decode.ts
/**
 * Length-prefixed ITCH messages into columns; the one place that knows what a message means for a book. Both the file
 * decoder and the packet decoder use it, because a MoldUDP64 packet frames its messages just as a file does: a 2-byte
 * big-endian length before each message.
 *
 * Rows by type:
 *   A F add | E C execute | X reduce | D delete | U replace | P hidden trade | Q cross | H h status | S 'C' clear
 * What is about sessions, auctions and limits (H h Q S V W Y J K I) is a venue message besides or instead, see
 * `itch-venue.ts`. The others (directory, market makers, broken trades, ...) are valid and only counted. `sourceIndex`
 * numbers every message, with or without a row.
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
import { unknownStatus, type VenueMessage } from '../venue-message.ts';
import { ITCH_LENGTH_BY_CODE } from './itch-messages.ts';
import {
  ITCH_H,
  ITCH_I,
  ITCH_J,
  ITCH_K,
  ITCH_OPERATIONAL_HALT,
  ITCH_Q,
  ITCH_S,
  ITCH_V,
  ITCH_VENUE_STOCK_AT,
  ITCH_W,
  ITCH_Y,
  readItchVenue,
} from './itch-venue.ts';

/** What the caller knows of a feed and the bytes do not say. */
export interface ItchDecoderOptions {
  /**
   * Whether the side of a P message is that of the resting order. Nasdaq writes 'B' in every P since 2014-07-14, so by
   * default 'B' means SIDE_UNKNOWN; older days, and files made by `encodeBatchAsItch`, state it.
   */
  readonly hasHiddenTradeSides?: boolean;
  /** Told each entry of the stock directory (R): the bytes of the message, valid during the call, and its place in the source. */
  readonly onDirectory?: (message: Uint8Array, sourceIndex: number) => void;
}

const TWO_32 = 0x1_0000_0000;
/** High halves above this make a 64-bit number that a double cannot hold exactly. */
const SAFE_HI_MAX = 0x1f_ffff;

const LETTER_C = 0x43;
const LETTER_N = 0x4e;
const LETTER_Y = 0x59;

const SIDE_BY_LETTER = new Uint8Array(256).fill(SIDE_UNKNOWN);
SIDE_BY_LETTER[0x42] = BUY;
SIDE_BY_LETTER[0x53] = SELL;

/** STATUS_* by the letter of an H or h message; 0 = no such state. */
const STATUS_BY_LETTER = new Uint8Array(256);
STATUS_BY_LETTER[0x48] = STATUS_HALTED;
STATUS_BY_LETTER[0x50] = STATUS_PAUSED;
STATUS_BY_LETTER[0x51] = STATUS_QUOTE_ONLY;
STATUS_BY_LETTER[0x54] = STATUS_TRADING;

/** What became of a message. A venue message waits in `#said`, and may have a row besides. */
const SAID_WITH_ROW = 3;
const SAID = 2;
const ROW = 1;
const NO_ROW = 0;
const BAD_SIDE = -1;
const BAD_FIELD = -2;
const BAD_TIME = -3;
/** Times count from midnight of the venue's day. */
const DAY_NS = 86_400_000_000_000;

/** Action of the five frequent types by their letter; 0 = another type. */
const ORDER_ACTION = new Uint8Array(256);
ORDER_ACTION[0x41] = MBO_ADD;
ORDER_ACTION[0x44] = MBO_DELETE;
ORDER_ACTION[0x45] = MBO_EXECUTE;
ORDER_ACTION[0x55] = MBO_REPLACE;
ORDER_ACTION[0x58] = MBO_REDUCE;

const DIRECTORY_BYTES = 39;
/** Shortest frame that gives a row, of an S message. */
const ROW_FRAME_BYTES_MIN = 14;

/** Reads frames of a byte region into batches and keeps what spans regions: counts, symbols, the last time. */
export class ItchFrames {
  /** The region: frames from `at` to `end`. A frame that is not whole stays unread. */
  bytes: Uint8Array = new Uint8Array(0);
  view: DataView = new DataView(new ArrayBuffer(0));
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
  readonly #onDirectory: ItchDecoderOptions['onDirectory'];
  #said: VenueMessage | null = null;
  #lastTsNs = -1;
  /** 0 = no frame seen yet, 1 = frames have lengths, 2 = every length is written as 0 and follows from the type. */
  #framing = 0;

  constructor(quarantine: Quarantine, options: ItchDecoderOptions = {}) {
    this.#quarantine = quarantine;
    this.#buyOfHiddenTrade = options.hasHiddenTradeSides === true ? BUY : SIDE_UNKNOWN;
    this.#onDirectory = options.onDirectory;
  }

  /** Valid messages by type letter, in the order of the letters. */
  get messageCounts(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (let code = 0; code < 256; code++) {
      if (this.#counts[code] !== 0) counts.set(String.fromCharCode(code), this.#counts[code]!);
    }
    return counts;
  }

  /** Sets the region to `bytes` from `at` to `end`. */
  setRegion(bytes: Uint8Array, at: number, end: number): void {
    if (bytes !== this.bytes) this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  /** Copies what is unread of the region, for the time when the memory under it changes. */
  detach(): void {
    // Not slice, which on a Buffer of Node gives a view of the same memory.
    const copy = new Uint8Array(this.bytes.subarray(this.at, this.end));
    this.setRegion(copy, 0, copy.length);
  }

  /**
   * Appends rows to the batch until it is full or no whole frame is left in the region. The five types that make up
   * nearly all of a day are decoded here, on hoisted columns; the others in `#decode`.
   */
  fill(batch: MboBatch): void {
    const { bytes, view, end } = this;
    const { capacity, sourceIndex, tsEventNs, instrument, action, side, price, qty, sequence } = batch;
    const { orderIdHi, orderIdLo, newOrderIdHi, newOrderIdLo } = batch;
    const counts = this.#counts;
    const isNamed = this.#isNamed;
    let hasLengths = this.#framing === 1;
    let at = this.at;
    let row = batch.count;
    let index = this.messageIndex;
    let lastTsNs = this.#lastTsNs;
    const rowsMax = Math.ceil((end - at) / ROW_FRAME_BYTES_MIN);
    this.#clearRows(batch, row, Math.min(capacity, row + rowsMax));
    while (row < capacity && at + 3 <= end) {
      const type = bytes[at + 2]!;
      let length = view.getUint16(at);
      if (length === 0 || !hasLengths) {
        length = this.#frameLength(length, type);
        hasLengths = this.#framing === 1;
      }
      const message = at + 2;
      if (message + length > end) break;
      at = message + length;
      if (length !== ITCH_LENGTH_BY_CODE[type] || length === 0) {
        this.#leave(batch, row, at, ++index, lastTsNs);
        this.#skip(type, length, batch, message);
        at = this.at;
        continue;
      }
      const ts = view.getUint16(message + 5) * TWO_32 + view.getUint32(message + 7);
      sourceIndex[row] = index++;
      tsEventNs[row] = ts;
      instrument[row] = view.getUint16(message + 1);
      let outcome = ROW;
      const orderAction = ORDER_ACTION[type]!;
      if (orderAction !== 0) {
        action[row] = orderAction;
        orderIdHi[row] = view.getInt32(message + 11);
        orderIdLo[row] = view.getInt32(message + 15);
        if (orderAction === MBO_ADD) {
          qty[row] = view.getUint32(message + 20);
          price[row] = view.getUint32(message + 32);
          side[row] = SIDE_BY_LETTER[bytes[message + 19]!]!;
          if (side[row] === SIDE_UNKNOWN) outcome = BAD_SIDE;
          if (isNamed[instrument[row]!] === 0) this.#nameStock(view, message + 1, message + 24);
        } else if (orderAction === MBO_EXECUTE) {
          const matchHi = view.getUint32(message + 23);
          qty[row] = view.getUint32(message + 19);
          sequence[row] = matchHi * TWO_32 + view.getUint32(message + 27);
          if (matchHi > SAFE_HI_MAX) outcome = BAD_FIELD;
        } else if (orderAction === MBO_REPLACE) {
          newOrderIdHi[row] = view.getInt32(message + 19);
          newOrderIdLo[row] = view.getInt32(message + 23);
          qty[row] = view.getUint32(message + 27);
          price[row] = view.getUint32(message + 31);
        } else if (orderAction === MBO_REDUCE) qty[row] = view.getUint32(message + 19);
      } else outcome = this.#decode(type, view, message, batch, row);
      if (ts >= DAY_NS) outcome = BAD_TIME;
      else if (outcome >= 0) counts[type]!++;
      if (ts < lastTsNs || outcome < 0) {
        this.#leave(batch, row, at, index, outcome === BAD_TIME ? lastTsNs : ts);
        this.#report(type, outcome, ts, lastTsNs, batch, row);
      }
      if (outcome !== BAD_TIME) lastTsNs = ts;
      if (outcome === ROW) row++;
      else if (outcome > ROW) row += this.#handOver(batch, outcome);
    }
    this.#leave(batch, row, at, index, lastTsNs);
  }

  /** Stores the position, before anything that may throw and at the end of a run. */
  #leave(batch: MboBatch, row: number, at: number, messageIndex: number, lastTsNs: number): void {
    batch.count = row;
    this.at = at;
    this.messageIndex = messageIndex;
    this.#lastTsNs = lastTsNs;
  }

  /** Sets what most rows have in common, in bulk; a message then writes only what it says. */
  #clearRows(batch: MboBatch, from: number, to: number): void {
    batch.tsRecvNs.fill(this.tsRecvNs, from, to);
    batch.flags.fill(this.flags, from, to);
    batch.side.fill(SIDE_UNKNOWN, from, to);
    batch.price.fill(UNDEF_PRICE, from, to);
    batch.qty.fill(0, from, to);
    batch.sequence.fill(0, from, to);
    batch.newOrderIdHi.fill(0, from, to);
    batch.newOrderIdLo.fill(0, from, to);
    batch.code.fill(0, from, to);
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

  /** The types that `fill` leaves to us; columns are as `#clearRows` set them. */
  #decode(type: number, view: DataView, at: number, batch: MboBatch, row: number): number {
    switch (type) {
      case 0x46: // F
        this.#nameStock(view, at + 1, at + 24);
        return addRow(view, at, batch, row);
      case 0x43: // C
        return executeWithPriceRow(view, at, batch, row);
      case 0x50: // P
        this.#nameStock(view, at + 1, at + 24);
        return hiddenTradeRow(view, at, batch, row, this.#buyOfHiddenTrade);
      case 0x52: // R
        this.#isNamed[view.getUint16(at + 1)] = 0;
        this.#nameStock(view, at + 1, at + 11);
        this.#onDirectory?.(this.bytes.subarray(at, at + DIRECTORY_BYTES), batch.sourceIndex[row]!);
        return NO_ROW;
      case ITCH_Q:
        return this.#hear(type, view, at, batch, row, crossRow(view, at, batch, row));
      case ITCH_H:
        return this.#hear(type, view, at, batch, row, statusRow(view, at + 19, batch, row));
      case ITCH_OPERATIONAL_HALT:
        return this.#hear(type, view, at, batch, row, statusRow(view, at + 20, batch, row));
      case ITCH_S:
        return this.#hear(type, view, at, batch, row, systemRow(view, at, batch, row));
      case ITCH_V:
      case ITCH_W:
      case ITCH_Y:
      case ITCH_J:
      case ITCH_K:
      case ITCH_I:
        return this.#hear(type, view, at, batch, row, NO_ROW);
      default:
        return NO_ROW;
    }
  }

  /** Takes in a venue message, whose row, if it has one, is written. */
  #hear(type: number, view: DataView, at: number, batch: MboBatch, row: number, outcome: number): number {
    if (outcome < 0) return outcome;
    this.#said = readItchVenue(type, view, at, row, batch.sourceIndex[row]!);
    if (this.#said === null) return BAD_FIELD;
    const stockAt = ITCH_VENUE_STOCK_AT[type]!;
    if (stockAt !== 0) this.#nameStock(view, at + 1, at + stockAt);
    return outcome === ROW ? SAID_WITH_ROW : SAID;
  }

  /** Gives a venue message out once nothing speaks against it; returns the rows it has. */
  #handOver(batch: MboBatch, outcome: number): number {
    batch.venue.push(this.#said!);
    return outcome === SAID_WITH_ROW ? 1 : 0;
  }

  /** Files that begin after the directory still name their stocks in orders, P and venue messages. */
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

  #skip(type: number, length: number, batch: MboBatch, message: number): void {
    const index = this.messageIndex - 1;
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
      if (length >= 3) this.#loseStatus(type, this.view.getUint16(message + 1), batch);
    }
  }

  /** After a message that told a status was set aside: what it told is not known. */
  #loseStatus(type: number, locate: number, batch: MboBatch): void {
    const tsEventNs = Math.max(0, this.#lastTsNs);
    const head = { row: batch.count, sourceIndex: this.messageIndex - 1, tsEventNs };
    if (type === ITCH_S)
      batch.venue.push({ ...head, kind: 'systemEvent', instrument: null, event: 'unknown' });
    else if (type === ITCH_W) batch.venue.push(unknownStatus({ ...head, instrument: null }));
    else if (type === ITCH_H) batch.venue.push(unknownStatus({ ...head, instrument: locate }));
    else if (type === ITCH_OPERATIONAL_HALT)
      batch.venue.push(unknownStatus({ ...head, instrument: locate }, 'service'));
  }

  #report(
    type: number,
    outcome: number,
    tsEventNs: number,
    lastTsNs: number,
    batch: MboBatch,
    row: number,
  ): void {
    const index = this.messageIndex - 1;
    // The next message takes the row and counts on clear columns.
    if (outcome < 0) this.#clearRows(batch, row, row + 1);
    if (outcome === BAD_SIDE) this.#quarantine.add('unknown-side', index, `in a message ${letterOf(type)}`);
    if (outcome === BAD_FIELD) this.#quarantine.add('field-value', index, `in a message ${letterOf(type)}`);
    if (outcome === BAD_TIME) this.#quarantine.add('time-range', index, `${tsEventNs} ns after midnight`);
    if (tsEventNs < lastTsNs) {
      this.#quarantine.add('time-backwards', index, `${tsEventNs} ns after ${lastTsNs} ns`);
    }
    if (outcome < 0) this.#loseStatus(type, batch.instrument[row]!, batch);
  }
}

function letterOf(type: number): string {
  return type > 0x20 && type < 0x7f ? String.fromCharCode(type) : `0x${type.toString(16).padStart(2, '0')}`;
}

function addRow(view: DataView, at: number, batch: MboBatch, row: number): number {
  const side = SIDE_BY_LETTER[view.getUint8(at + 19)]!;
  if (side === SIDE_UNKNOWN) return BAD_SIDE;
  setOrder(batch, row, MBO_ADD, view.getInt32(at + 11), view.getInt32(at + 15));
  batch.side[row] = side;
  batch.qty[row] = view.getUint32(at + 20);
  batch.price[row] = view.getUint32(at + 32);
  return ROW;
}

function executeWithPriceRow(view: DataView, at: number, batch: MboBatch, row: number): number {
  const printable = view.getUint8(at + 31);
  const matchHi = view.getUint32(at + 23);
  if ((printable !== LETTER_Y && printable !== LETTER_N) || matchHi > SAFE_HI_MAX) return BAD_FIELD;
  setOrder(batch, row, MBO_EXECUTE, view.getInt32(at + 11), view.getInt32(at + 15));
  batch.qty[row] = view.getUint32(at + 19);
  batch.sequence[row] = matchHi * TWO_32 + view.getUint32(at + 27);
  batch.price[row] = view.getUint32(at + 32);
  if (printable === LETTER_N) batch.flags[row]! |= MBO_FLAG_NOT_PRINTABLE;
  return ROW;
}

function hiddenTradeRow(view: DataView, at: number, batch: MboBatch, row: number, buy: number): number {
  const side = SIDE_BY_LETTER[view.getUint8(at + 19)]!;
  const matchHi = view.getUint32(at + 36);
  if (side === SIDE_UNKNOWN) return BAD_SIDE;
  if (matchHi > SAFE_HI_MAX) return BAD_FIELD;
  setOrder(batch, row, MBO_HIDDEN_TRADE, view.getInt32(at + 11), view.getInt32(at + 15));
  batch.side[row] = side === BUY ? buy : SELL;
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
  batch.qty[row] = sharesHi * TWO_32 + view.getUint32(at + 15);
  batch.price[row] = view.getUint32(at + 27);
  batch.sequence[row] = matchHi * TWO_32 + view.getUint32(at + 35);
  batch.code[row] = view.getUint8(at + 39);
  return ROW;
}

function statusRow(view: DataView, letterAt: number, batch: MboBatch, row: number): number {
  const status = STATUS_BY_LETTER[view.getUint8(letterAt)]!;
  if (status === 0) return BAD_FIELD;
  setOrder(batch, row, MBO_STATUS, 0, 0);
  batch.code[row] = status;
  return ROW;
}

/** After 'C', end of messages, nothing rests any more, though no D says so; stock locate 0 stands for all stocks. */
function systemRow(view: DataView, at: number, batch: MboBatch, row: number): number {
  if (view.getUint8(at + 11) !== LETTER_C) return NO_ROW;
  setOrder(batch, row, MBO_CLEAR, 0, 0);
  return ROW;
}

function setOrder(batch: MboBatch, row: number, action: number, idHi: number, idLo: number): void {
  batch.action[row] = action;
  batch.orderIdHi[row] = idHi;
  batch.orderIdLo[row] = idLo;
}
