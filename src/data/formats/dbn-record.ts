/** Layout of DBN records (market-rules §12.3), shared by decoder and writer. All numbers are little-endian. */

import {
  MBO_ADD,
  MBO_CLEAR,
  MBO_FILL,
  MBO_FLAG_BAD_TS_RECV,
  MBO_FLAG_LAST,
  MBO_FLAG_MAYBE_BAD_BOOK,
  MBO_FLAG_SNAPSHOT,
  MBO_MODIFY,
  MBO_NONE,
  MBO_REDUCE,
  MBO_TRADE,
} from '../mbo-batch.ts';

/** Bytes per unit of the length that stands first in each record. */
export const DBN_LENGTH_UNIT = 4;
/** length:u8 rtype:u8 publisher:u16 instrument:u32 tsEvent:u64 */
export const DBN_RECORD_HEADER_BYTES = 16;
/** Header, orderId:u64 price:i64 size:u32 flags:u8 channel:u8 action:char side:char tsRecv:u64 tsInDelta:i32 sequence:u32. */
export const DBN_MBO_BYTES = 56;
/** Send time of the gateway behind a record, where the header of the file says so. */
export const DBN_TS_OUT_BYTES = 8;

export const DBN_RTYPE_SYMBOL_MAPPING = 22;
export const DBN_RTYPE_MBO = 160;

/** Name by record type, usually that of its schema. */
export const DBN_RTYPE_NAMES: Readonly<Record<number, string>> = {
  0: 'trades',
  1: 'mbp-1',
  10: 'mbp-10',
  17: 'ohlcv',
  18: 'status',
  19: 'definition',
  20: 'imbalance',
  21: 'error',
  22: 'symbol mapping',
  23: 'system',
  24: 'statistics',
  32: 'ohlcv-1s',
  33: 'ohlcv-1m',
  34: 'ohlcv-1h',
  35: 'ohlcv-1d',
  36: 'ohlcv-eod',
  160: 'mbo',
  177: 'cmbp-1',
  192: 'cbbo-1s',
  193: 'cbbo-1m',
  194: 'tcbbo',
  195: 'bbo-1s',
  196: 'bbo-1m',
};

/** Last record of its event. */
export const DBN_FLAG_LAST = 128;
/** A top-of-book update: not about one order. */
export const DBN_FLAG_TOB = 64;
export const DBN_FLAG_SNAPSHOT = 32;
/** An update of an aggregated price level: not about one order. */
export const DBN_FLAG_MBP = 16;
export const DBN_FLAG_BAD_TS_RECV = 8;
export const DBN_FLAG_MAYBE_BAD_BOOK = 4;

/** DBN flag and the batch flag it becomes; the others have no meaning for replay. */
export const DBN_FLAG_PAIRS: readonly (readonly [dbnFlag: number, mboFlag: number])[] = [
  [DBN_FLAG_LAST, MBO_FLAG_LAST],
  [DBN_FLAG_SNAPSHOT, MBO_FLAG_SNAPSHOT],
  [DBN_FLAG_BAD_TS_RECV, MBO_FLAG_BAD_TS_RECV],
  [DBN_FLAG_MAYBE_BAD_BOOK, MBO_FLAG_MAYBE_BAD_BOOK],
];

/** Letter of an action in DBN, and the action it becomes. */
export const DBN_ACTION_PAIRS: readonly (readonly [letter: string, action: number])[] = [
  ['A', MBO_ADD],
  ['C', MBO_REDUCE],
  ['M', MBO_MODIFY],
  ['R', MBO_CLEAR],
  ['T', MBO_TRADE],
  ['F', MBO_FILL],
  ['N', MBO_NONE],
];
