/**
 * The records of one DBN event with trades, kept until the event is whole: only then is it known what each fill did to
 * the book. T names the aggressor's order, F each order filled, C and M say what the book looks like afterwards.
 */

import { MBO_DELETE, MBO_FILL, MBO_MODIFY, MBO_REDUCE, type MboBatch } from '../data/index.ts';

export class DbnEventRecord {
  /** Position in the file, from 0. */
  row = 0;
  tsEventNs = 0;
  action = 0;
  side = 0;
  price = 0;
  qty = 0;
  /** External order id as two halves. */
  hi = 0;
  lo = 0;
  flags = 0;

  /** Takes the values of record `r`. */
  load(batch: MboBatch, r: number): this {
    this.row = batch.sourceIndex[r]!;
    this.tsEventNs = batch.tsEventNs[r]!;
    this.action = batch.action[r]!;
    this.side = batch.side[r]!;
    this.price = batch.price[r]!;
    this.qty = batch.qty[r]!;
    this.hi = batch.orderIdHi[r]!;
    this.lo = batch.orderIdLo[r]!;
    this.flags = batch.flags[r]!;
    return this;
  }
}

/** Whether the event changes an order: the effect of a fill on the book comes as a C or an M. */
export function hasEffect(records: readonly DbnEventRecord[], hi: number, lo: number): boolean {
  return records.some((record) => {
    if (record.hi !== hi || record.lo !== lo) return false;
    return record.action === MBO_REDUCE || record.action === MBO_MODIFY || record.action === MBO_DELETE;
  });
}

/** Lots that the event takes off an order without filling any of it, 0 if it does not: what self-trade prevention does. */
export function lotsCancelledUnfilled(records: readonly DbnEventRecord[], hi: number, lo: number): number {
  let lots = 0;
  for (const record of records) {
    if (record.hi !== hi || record.lo !== lo) continue;
    if (record.action === MBO_FILL) return 0;
    if (record.action === MBO_REDUCE) lots += record.qty;
  }
  return lots;
}
