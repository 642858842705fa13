/**
 * The records of one DBN event with trades, kept until the event is whole: only then is it known what each fill did to
 * the book. T names the aggressor's order, F each order filled, C and M say what the book looks like afterwards.
 */

import { MBO_FILL, MBO_MODIFY, MBO_REDUCE, type MboBatch } from '../data/index.ts';

export interface DbnEventRecord {
  readonly row: number;
  readonly tsEventNs: number;
  readonly action: number;
  readonly side: number;
  readonly price: number;
  readonly qty: number;
  readonly hi: number;
  readonly lo: number;
  readonly flags: number;
}

export function copyRecord(batch: MboBatch, r: number): DbnEventRecord {
  return {
    row: batch.sourceIndex[r]!,
    tsEventNs: batch.tsEventNs[r]!,
    action: batch.action[r]!,
    side: batch.side[r]!,
    price: batch.price[r]!,
    qty: batch.qty[r]!,
    hi: batch.orderIdHi[r]!,
    lo: batch.orderIdLo[r]!,
    flags: batch.flags[r]!,
  };
}

/** Whether the event changes an order: the effect of a fill on the book comes as a C or an M. */
export function hasEffect(records: readonly DbnEventRecord[], hi: number, lo: number): boolean {
  return records.some((record) => {
    if (record.hi !== hi || record.lo !== lo) return false;
    return record.action === MBO_REDUCE || record.action === MBO_MODIFY;
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
