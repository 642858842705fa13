// hot: bench/normalise.ts
/**
 * DBN records of trades, quotes and levels:
 *   trades                     trade
 *   mbp-1, tbbo                bbo, and trade where the record is one
 *   cmbp-1, tcbbo              the same, with who quotes the best prices
 *   bbo-1s, bbo-1m, cbbo-*     bbo at the end of the interval
 *   mbp-10                     mbp: changes from the levels before, and trade
 *   ohlcv-*                    bar
 *
 * trades, mbp-1 and mbp-10 begin alike: price:i64 size:u32 action:c side:c flags:u8 depth:u8 tsRecv:u64 tsInDelta:i32 sequence:u32, then
 * levels of bidPrice:i64 askPrice:i64 bidSize:u32 askSize:u32 bidCount:u32 askCount:u32; consolidated ones have the publishers of bid
 * and ask (u16, two bytes apart) instead of counts, and no sequence.
 */

import { DBN_FLAG_LAST, DBN_FLAG_SNAPSHOT } from '../../formats/dbn-record.ts';
import { BAR, type SchemaOf } from '../../registry.ts';
import type { RecordBatch } from '../../schema/record-batch.ts';
import {
  type LastRecord,
  type LevelHead,
  MBP_LAST,
  MBP_SNAPSHOT,
  SideLevels,
  writeClear,
  writeLevelChanges,
} from '../recordings/level-changes.ts';
import type { DbnCursor } from './dbn-cursor.ts';
import { DBN_NO_SIDE, DBN_SIDES, writeDbnTrade } from './dbn-orders.ts';

const PRICE_AT = 16;
const SIZE_AT = 24;
const ACTION_AT = 28;
const SIDE_AT = 29;
const FLAGS_AT = 30;
const RECV_AT = 32;
const SEQUENCE_AT = 44;
const LEVELS_AT = 48;
const LEVEL_BYTES = 32;
const LEVELS = 10;

const LETTER_T = 0x54;
const LETTER_R = 0x52;
const TRADE_BASIS = BAR.fields.basis.values.indexOf('trade');
const RAW = BAR.fields.adjusted.values.indexOf('raw');
const WORD = 4_294_967_296;
const UNDEF_PRICE_HIGH = 0x7fff_ffff;

export function readTrade(cursor: DbnCursor): void {
  const side = DBN_SIDES[cursor.byte(SIDE_AT)]!;
  if (side === DBN_NO_SIDE) cursor.reject('unknown-side', `side code ${cursor.byte(SIDE_AT)}`);
  else if (cursor.open(RECV_AT, cursor.byte(FLAGS_AT)))
    writeDbnTrade(cursor, PRICE_AT, cursor.uint32(SIZE_AT), side, SEQUENCE_AT);
}

/** mbp-1 and tbbo; `isConsolidated` for cmbp-1 and tcbbo. */
export function readQuote(cursor: DbnCursor, isConsolidated: boolean): void {
  const side = DBN_SIDES[cursor.byte(SIDE_AT)]!;
  if (side === DBN_NO_SIDE) {
    cursor.reject('unknown-side', `side code ${cursor.byte(SIDE_AT)}`);
    return;
  }
  if (!cursor.open(RECV_AT, cursor.byte(FLAGS_AT))) return;
  const sequenceAt = isConsolidated ? 0 : SEQUENCE_AT;
  if (cursor.byte(ACTION_AT) === LETTER_T)
    writeDbnTrade(cursor, PRICE_AT, cursor.uint32(SIZE_AT), side, sequenceAt);
  writeQuote(cursor, isConsolidated, sequenceAt);
}

/** bbo-* and cbbo-*: the quote at the end of an interval, which is the receive time; the event time is that of the last trade. */
export function readSampledQuote(cursor: DbnCursor, isConsolidated: boolean): void {
  if (!cursor.open(RECV_AT, cursor.byte(FLAGS_AT))) return;
  cursor.useReceiveTime();
  writeQuote(cursor, isConsolidated, isConsolidated ? 0 : SEQUENCE_AT);
}

function writeQuote(cursor: DbnCursor, isConsolidated: boolean, sequenceAt: number): void {
  const records = cursor.sink.batch('bbo');
  const { columns } = records;
  const row = records.count;
  records.blank(row);
  const isBid = cursor.hasPrice(LEVELS_AT);
  const isAsk = cursor.hasPrice(LEVELS_AT + 8);
  if (
    !cursor.price(LEVELS_AT, columns.bidPrice, row) ||
    !cursor.price(LEVELS_AT + 8, columns.askPrice, row)
  ) {
    cursor.reject('price-range', 'a price of a quote');
    return;
  }
  cursor.head(columns, row);
  if (sequenceAt > 0) columns.sequence.setWords(row, 0, cursor.uint32(sequenceAt));
  if (isBid) {
    columns.bidQty[row] = cursor.uint32(LEVELS_AT + 16);
    if (isConsolidated) columns.bidExchange[row] = publisherText(cursor, LEVELS_AT + 24);
    else columns.bidOrders[row] = cursor.uint32(LEVELS_AT + 24);
  }
  if (isAsk) {
    columns.askQty[row] = cursor.uint32(LEVELS_AT + 20);
    if (isConsolidated) columns.askExchange[row] = publisherText(cursor, LEVELS_AT + 28);
    else columns.askOrders[row] = cursor.uint32(LEVELS_AT + 28);
  }
  records.count = row + 1;
}

function publisherText(cursor: DbnCursor, offset: number): string {
  return String(cursor.view.getUint16(cursor.at + offset, true));
}

interface Levels {
  old: [SideLevels, SideLevels];
  now: [SideLevels, SideLevels];
}

/** mbp-10: keeps the levels of each instrument. */
export class DbnLevels implements LevelHead {
  readonly #cursor: DbnCursor;
  readonly #books = new Map<number, Levels>();
  readonly #last: LastRecord = { batch: null, row: 0 };

  constructor(cursor: DbnCursor) {
    this.#cursor = cursor;
  }

  read(): void {
    const cursor = this.#cursor;
    const flags = cursor.byte(FLAGS_AT);
    const side = DBN_SIDES[cursor.byte(SIDE_AT)]!;
    if (side === DBN_NO_SIDE) {
      cursor.reject('unknown-side', `side code ${cursor.byte(SIDE_AT)}`);
      return;
    }
    if (!cursor.open(RECV_AT, flags)) return;
    const levels = this.#levels(cursor.instrument);
    if (!readSide(cursor, levels.now[0], 0) || !readSide(cursor, levels.now[1], 8)) {
      cursor.reject('price-range', 'a price of a level');
      return;
    }
    const action = cursor.byte(ACTION_AT);
    this.#last.batch = null;
    if (action === LETTER_T) writeDbnTrade(cursor, PRICE_AT, cursor.uint32(SIZE_AT), side, SEQUENCE_AT);
    if (action === LETTER_R) {
      writeClear(cursor.sink, this, this.#last);
      levels.old[0].count = 0;
      levels.old[1].count = 0;
    }
    writeLevelChanges(cursor.sink, this, 0, levels.old[0], levels.now[0], this.#last);
    writeLevelChanges(cursor.sink, this, 1, levels.old[1], levels.now[1], this.#last);
    this.#markLast(flags, action);
    const old = levels.old;
    levels.old = levels.now;
    levels.now = old;
  }

  fill(records: RecordBatch<SchemaOf<'mbp'>>, row: number): void {
    const { columns } = records;
    this.#cursor.head(columns, row);
    columns.sequence.setWords(row, 0, this.#cursor.uint32(SEQUENCE_AT));
    columns.flags[row] = (this.#cursor.byte(FLAGS_AT) & DBN_FLAG_SNAPSHOT) === 0 ? 0 : MBP_SNAPSHOT;
  }

  #markLast(flags: number, action: number): void {
    const { batch, row } = this.#last;
    if (batch !== null) {
      if ((flags & DBN_FLAG_LAST) !== 0) batch.columns.flags[row]! |= MBP_LAST;
    } else if (action !== LETTER_T) {
      this.#cursor.sink.remark('levels-unchanged');
    }
  }

  #levels(instrument: number): Levels {
    let levels = this.#books.get(instrument);
    if (levels === undefined) {
      levels = {
        old: [new SideLevels(LEVELS), new SideLevels(LEVELS)],
        now: [new SideLevels(LEVELS), new SideLevels(LEVELS)],
      };
      this.#books.set(instrument, levels);
    }
    return levels;
  }
}

/** Levels of a side: `offset` is 0 for bids and 8 for asks. */
function readSide(cursor: DbnCursor, side: SideLevels, offset: number): boolean {
  const { view } = cursor;
  side.count = 0;
  for (let level = 0; level < LEVELS; level++) {
    const at = cursor.at + LEVELS_AT + level * LEVEL_BYTES;
    const high = view.getInt32(at + offset + 4, true);
    if (high === UNDEF_PRICE_HIGH) continue;
    if (high > 232_830_643 || high < -232_830_643) return false;
    const sizeAt = at + 16 + offset / 2;
    side.add(
      high,
      view.getUint32(at + offset, true),
      view.getUint32(sizeAt, true),
      view.getUint32(sizeAt + 8, true),
    );
  }
  return true;
}

/** ohlcv-*: open:i64 high:i64 low:i64 close:i64 volume:u64. */
export function readBar(cursor: DbnCursor, intervalS: number): void {
  if (!cursor.open(0, 0)) return;
  const records = cursor.sink.batch('bar');
  const { columns } = records;
  const row = records.count;
  records.blank(row);
  const prices = [columns.open, columns.high, columns.low, columns.close];
  for (let field = 0; field < prices.length; field++) {
    const at = PRICE_AT + 8 * field;
    if (!cursor.hasPrice(at) || !cursor.price(at, prices[field]!, row)) {
      cursor.reject('price-range', 'a price of a bar');
      return;
    }
  }
  cursor.head(columns, row);
  columns.intervalS[row] = intervalS;
  columns.basis[row] = TRADE_BASIS;
  columns.adjusted[row] = RAW;
  columns.volume[row] = cursor.uint32(52) * WORD + cursor.uint32(48);
  records.count = row + 1;
}
