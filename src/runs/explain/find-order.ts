/** The first look at a journal: which instrument an order is of, so that the second need follow one book only. */

import { TwinError } from '../../base/index.ts';
import {
  CMD_NEW,
  EV_ACCEPTED,
  EV_REJECTED,
  RECORD_WORDS,
  WORD_INSTRUMENT,
  WORD_ORDER,
} from '../../domain/index.ts';
import type { JournalReader } from '../journal-reader.ts';

const BATCH_RECORDS = 8192;

/** Index of the instrument of an order. Raises RUNS_NO_ORDER with the range of ids that the journal has. */
export function findInstrumentOf(reader: JournalReader, orderId: number): number {
  let first = Number.POSITIVE_INFINITY;
  let last = 0;
  // Of a recording some ids may be missing in the midst.
  let below = 0;
  let above = Number.POSITIVE_INFINITY;
  for (let batch = reader.next(BATCH_RECORDS); batch !== null; batch = reader.next(BATCH_RECORDS)) {
    const { words, count } = batch;
    for (let at = 0; at < count * RECORD_WORDS; at += RECORD_WORDS) {
      const kind = words[at]! & 0xff;
      if (kind !== CMD_NEW && kind !== EV_ACCEPTED && kind !== EV_REJECTED) continue;
      const found = words[at + WORD_ORDER]!;
      if (found === orderId) return words[at + WORD_INSTRUMENT]!;
      first = Math.min(first, found);
      last = Math.max(last, found);
      if (found < orderId) below = Math.max(below, found);
      else above = Math.min(above, found);
    }
  }
  if (last === 0)
    throw new TwinError('RUNS_NO_ORDER', 'an order of a run is explained; this run has none', { orderId });
  throw new TwinError('RUNS_NO_ORDER', 'an order id is one that the run has', {
    orderId,
    firstOrderId: first,
    lastOrderId: last,
    ...(below > 0 && above <= last ? { nearestOrderIds: [below, above] } : {}),
    ...(reader.tail === null ? {} : { recordsBeforeDamage: reader.tail.wholeRecords }),
  });
}
