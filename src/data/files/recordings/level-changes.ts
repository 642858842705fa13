// hot: bench/normalise.ts
/**
 * Two pictures of one side of a book as the changes between them. A level that is in the old picture only is told as gone,
 * also when it merely left the depth that is shown: whoever applies the changes has the new picture, and no more.
 */

import type { RecordSink } from '../../ingest/adapter.ts';
import { MBP, type SchemaOf } from '../../registry.ts';
import type { RecordBatch } from '../../schema/record-batch.ts';

const SET = MBP.fields.action.values.indexOf('set');
const CLEAR = MBP.fields.action.values.indexOf('clear');
export const MBP_LAST = 1;
export const MBP_SNAPSHOT = 2;

/** What the records of one message have in common. */
export interface LevelHead {
  /** Sets symbol, times, sequence, quality and place of a row that is blank. */
  fill(records: RecordBatch<SchemaOf<'mbp'>>, row: number): void;
}

/** One side, best level first; prices in steps of 1e-9 as two words, so that they stay exact. */
export class SideLevels {
  readonly capacity: number;
  count = 0;
  readonly high: Int32Array;
  readonly low: Uint32Array;
  readonly qty: Float64Array;
  readonly orders: Float64Array;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.high = new Int32Array(capacity);
    this.low = new Uint32Array(capacity);
    this.qty = new Float64Array(capacity);
    this.orders = new Float64Array(capacity);
  }

  add(high: number, low: number, qty: number, orders: number): void {
    const at = this.count++;
    this.high[at] = high;
    this.low[at] = low;
    this.qty[at] = qty;
    this.orders[at] = orders;
  }

  indexOf(high: number, low: number): number {
    for (let at = 0; at < this.count; at++) if (this.low[at] === low && this.high[at] === high) return at;
    return -1;
  }
}

/** Row of the record that was written last, so that it can be marked as the last of its message. */
export interface LastRecord {
  batch: RecordBatch<SchemaOf<'mbp'>> | null;
  row: number;
}

/** Writes the changes from `old` to `now` on a side (0 buy, 1 sell); orders below 0 are not told. */
export function writeLevelChanges(
  sink: RecordSink,
  head: LevelHead,
  side: number,
  old: SideLevels,
  now: SideLevels,
  last: LastRecord,
): void {
  for (let at = 0; at < old.count; at++) {
    if (now.indexOf(old.high[at]!, old.low[at]!) < 0)
      writeLevel(sink, head, side, old.high[at]!, old.low[at]!, 0, -1, -1, last);
  }
  for (let at = 0; at < now.count; at++) {
    const before = old.indexOf(now.high[at]!, now.low[at]!);
    const isSame = before >= 0 && old.qty[before] === now.qty[at] && old.orders[before] === now.orders[at];
    if (!isSame)
      writeLevel(sink, head, side, now.high[at]!, now.low[at]!, now.qty[at]!, now.orders[at]!, at + 1, last);
  }
}

function writeLevel(
  sink: RecordSink,
  head: LevelHead,
  side: number,
  high: number,
  low: number,
  qty: number,
  orders: number,
  level: number,
  last: LastRecord,
): void {
  const batch = sink.batch('mbp');
  const row = batch.count;
  const columns = batch.columns;
  batch.blank(row);
  head.fill(batch, row);
  columns.action[row] = SET;
  columns.side[row] = side;
  columns.price.setWords(row, high, low);
  columns.qty[row] = qty;
  if (orders >= 0) columns.orders[row] = orders;
  if (level > 0) columns.level[row] = level;
  batch.count = row + 1;
  last.batch = batch;
  last.row = row;
}

/** Says that both sides are empty. */
export function writeClear(sink: RecordSink, head: LevelHead, last: LastRecord): void {
  const batch = sink.batch('mbp');
  const row = batch.count;
  batch.blank(row);
  head.fill(batch, row);
  batch.columns.action[row] = CLEAR;
  batch.count = row + 1;
  last.batch = batch;
  last.row = row;
}
