/** The records of one DBN event that has fills, kept until the event is whole: only then is each fill's effect known. */

import { MBO_MODIFY, MBO_REDUCE, type MboBatch } from '../data/index.ts';

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

/** Whether the event changes an order after record `at`: the effect of a fill on the book comes as a C or an M. */
export function hasEffect(records: readonly DbnEventRecord[], at: number): boolean {
  const { hi, lo } = records[at]!;
  for (let i = at + 1; i < records.length; i++) {
    const record = records[i]!;
    if (record.hi !== hi || record.lo !== lo) continue;
    if (record.action === MBO_REDUCE || record.action === MBO_MODIFY) return true;
  }
  return false;
}
