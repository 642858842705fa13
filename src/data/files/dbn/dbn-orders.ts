// hot: bench/normalise.ts
/** DBN records of the schema mbo as mbo records, and their trades (T) as trade records besides. */

import { DBN_ACTION_PAIRS, DBN_FLAG_MBP, DBN_FLAG_PAIRS, DBN_FLAG_TOB } from '../../formats/dbn-record.ts';
import { MBO_TRADE } from '../../mbo-batch.ts';
import { TRADE } from '../../registry.ts';
import { UNDEF_INT32_VALUE, UNDEF_UINT8 } from '../../schema/record-batch.ts';
import type { DbnCursor } from './dbn-cursor.ts';

const NONE = 254;
const REGULAR = TRADE.fields.kind.values.indexOf('regular');
const LEVEL_FLAGS = DBN_FLAG_TOB | DBN_FLAG_MBP;

const ACTIONS = new Uint8Array(256).fill(NONE);
for (const [letter, action] of DBN_ACTION_PAIRS) ACTIONS[letter.charCodeAt(0)] = action;
/** Side by letter; N is absent. */
export const DBN_SIDES = new Uint8Array(256).fill(NONE);
DBN_SIDES['B'.charCodeAt(0)] = 0;
DBN_SIDES['A'.charCodeAt(0)] = 1;
DBN_SIDES['N'.charCodeAt(0)] = UNDEF_UINT8;
export const DBN_NO_SIDE = NONE;

const FLAGS = new Uint8Array(256);
for (let flags = 0; flags < 256; flags++) {
  for (const [dbnFlag, mboFlag] of DBN_FLAG_PAIRS) if ((flags & dbnFlag) !== 0) FLAGS[flags]! |= mboFlag;
}
const IS_BOOK_CHANGE = new Uint8Array(256);
for (const letter of 'ACM') IS_BOOK_CHANGE[letter.charCodeAt(0)] = 1;

export function readOrder(cursor: DbnCursor): void {
  const dbnFlags = cursor.byte(36);
  const letter = cursor.byte(38);
  const action = ACTIONS[letter]!;
  const side = DBN_SIDES[cursor.byte(39)]!;
  if (action === NONE) {
    cursor.reject('unknown-type', `action code ${letter}`);
    return;
  }
  if (side === NONE) {
    cursor.reject('unknown-side', `side code ${cursor.byte(39)}`);
    return;
  }
  if ((dbnFlags & LEVEL_FLAGS) !== 0 && IS_BOOK_CHANGE[letter] === 1) {
    cursor.reject('not-one-order', `flags ${dbnFlags}`);
    return;
  }
  if (!cursor.open(40, dbnFlags)) return;
  const records = cursor.sink.batch('mbo');
  const { columns } = records;
  const row = records.count;
  if (!cursor.price(24, columns.price, row)) {
    cursor.reject(
      'price-range',
      `price of the order, in 1e-9: ${cursor.view.getBigInt64(cursor.at + 24, true)}`,
    );
    return;
  }
  cursor.head(columns, row);
  const { view, at } = cursor;
  columns.sequence.setWords(row, 0, view.getUint32(at + 52, true));
  columns.action[row] = action;
  columns.side[row] = side;
  const low = view.getUint32(at + 16, true);
  const high = view.getUint32(at + 20, true);
  if (low === 0 && high === 0) columns.orderId.setAbsent(row);
  else columns.orderId.setWords(row, high, low);
  columns.newOrderId.setAbsent(row);
  columns.qty[row] = view.getUint32(at + 32, true);
  columns.flags[row] = FLAGS[dbnFlags]!;
  columns.code[row] = UNDEF_INT32_VALUE;
  records.count = row + 1;
  if (action === MBO_TRADE) writeDbnTrade(cursor, 24, view.getUint32(at + 32, true), side, 52);
}

/** Writes a trade with the price at an offset; `sequenceAt` 0 leaves the number out. The record is open. */
export function writeDbnTrade(
  cursor: DbnCursor,
  priceAt: number,
  qty: number,
  aggressor: number,
  sequenceAt: number,
): void {
  if (!cursor.hasPrice(priceAt)) {
    cursor.reject('missing-value', 'a trade without a price');
    return;
  }
  const records = cursor.sink.batch('trade');
  const { columns } = records;
  const row = records.count;
  records.blank(row);
  if (!cursor.price(priceAt, columns.price, row)) {
    cursor.reject(
      'price-range',
      `price of a trade, in 1e-9: ${cursor.view.getBigInt64(cursor.at + priceAt, true)}`,
    );
    return;
  }
  cursor.head(columns, row);
  if (sequenceAt > 0) columns.sequence.setWords(row, 0, cursor.uint32(sequenceAt));
  columns.qty[row] = qty;
  columns.aggressor[row] = aggressor;
  columns.kind[row] = REGULAR;
  records.count = row + 1;
}
