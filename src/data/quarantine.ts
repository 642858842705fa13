/** Where bad records go: nothing is dropped in silence. Strict mode stops at the first, lenient mode counts by reason. */

import { TwinError } from '../base/index.ts';

export const QUARANTINE_REASONS = {
  'column-count': 'a row has the columns of its format',
  'not-a-number': 'a field is a number',
  'unknown-type': 'a message type is one of the format',
  'length-mismatch': 'a record has the length of its type',
  truncated: 'a file ends with a whole record',
  'time-backwards': 'time does not decrease',
  'time-jump': 'a time is not ahead of both the row before it and the row after it',
  'field-value': 'a field has a value that its format knows and a double holds exactly',
  'qty-not-positive': 'a quantity is a positive whole number',
  'price-range': 'a price is within the range of the book',
  'price-off-tick': 'a price is a multiple of the tick',
  'duplicate-order': 'an order id is added once while it is live',
  'unknown-order': 'a change names an order that is live',
  'over-reduced': 'no more is taken off an order than is left',
  'delete-qty': 'a deletion names the quantity that is left',
  'pair-length': 'both files of a pair have the same number of rows',
  'crossed-book': 'bid is below ask',
  'level-order': 'levels of a side run from the best outward without a gap',
  'unknown-side': 'a side is buy or sell',
  'mixed-symbols': 'a file has one symbol',
  'packet-damaged': 'a network packet is whole',
  gap: 'sequence numbers have no gap',
  'feed-broken': 'a live feed is followed without a break between two connections',
  'not-one-order': 'a record is about one order, not about a price level',
  'missing-value': 'a record has every field that its schema requires',
  'unknown-word': 'a field that has a list of words holds one of them',
  'out-of-range': 'a value lies within the range of its field',
  'not-json': 'a message is JSON of the form that its protocol tells',
  'vendor-error': 'an answer of a vendor is data and not an error',
  checksum: 'a book has the checksum that its feed tells',
  'time-range': 'a time is within its day, or within 104 days of the first where the format counts on',
} as const satisfies Record<string, string>;

export type QuarantineReason = keyof typeof QUARANTINE_REASONS;

export interface QuarantineExample {
  readonly sourceIndex: number;
  readonly detail: string;
}

/** Examples kept per reason; the count goes on. */
export const QUARANTINE_EXAMPLES_MAX = 5;

export class Quarantine {
  readonly mode: 'strict' | 'lenient';
  /** Name of the source in messages, usually the file name. */
  readonly source: string;
  readonly counts = new Map<QuarantineReason, number>();
  readonly examples = new Map<QuarantineReason, QuarantineExample[]>();

  constructor(mode: 'strict' | 'lenient', source: string) {
    this.mode = mode;
    this.source = source;
  }

  /** Takes a bad record: throws DATA_RECORD in strict mode, else counts it; the caller then skips the record, or all `records` from it on. */
  add(reason: QuarantineReason, sourceIndex: number, detail: string, records = 1): void {
    if (this.mode === 'strict') {
      throw new TwinError('DATA_RECORD', QUARANTINE_REASONS[reason], {
        source: this.source,
        record: sourceIndex,
        found: detail,
        reason,
      });
    }
    this.counts.set(reason, (this.counts.get(reason) ?? 0) + records);
    const kept = this.examples.get(reason) ?? [];
    if (kept.length < QUARANTINE_EXAMPLES_MAX) kept.push({ sourceIndex, detail });
    this.examples.set(reason, kept);
  }

  get total(): number {
    let sum = 0;
    for (const count of this.counts.values()) sum += count;
    return sum;
  }
}
