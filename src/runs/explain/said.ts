/** The record at hand as named values. */

import {
  DOUBLE_TIME,
  EVENT_LAYOUTS,
  HEAD_CODE_SHIFT,
  HEAD_FLAG_AUCTION,
  HEAD_FLAG_HIDDEN,
  HEAD_FLAG_KEEPS_PRIORITY,
  HEAD_FLAG_MAKER_HIDDEN,
  HEAD_SIDE_SHIFT,
  RECORD_WORDS,
  type Side,
  WORD_EXTRA,
  WORD_INSTRUMENT,
  WORD_LEAVES,
  WORD_ORDER,
  WORD_OTHER,
  WORD_OTHER_LEAVES,
  WORD_PRICE,
  WORD_QTY,
} from '../../domain/index.ts';
import type { JournalBatch } from '../journal-reader.ts';
import type { Moment } from './explanation.ts';

export interface Said {
  /** First word of the record in its batch. */
  readonly at: number;
  readonly kind: number;
  readonly code: number;
  readonly keepsPlace: boolean;
  readonly isMakerHidden: boolean;
  readonly isAuction: boolean;
  readonly isHidden: boolean;
  readonly side: Side;
  readonly moment: Moment;
  readonly instrument: number;
  readonly orderId: number;
  readonly price: number;
  readonly qty: number;
  /** Words 6 and 7 as one float64: lots of a level, charge of a fee. */
  readonly amount: number;
  readonly leaves: number;
  readonly other: number;
  readonly otherLeaves: number;
  readonly extra: number;
}

/** Record `r` of the batch; `index` is its place in the journal. */
export function readSaid({ words, doubles }: JournalBatch, r: number, index: number): Said {
  const at = r * RECORD_WORDS;
  const head = words[at]!;
  return {
    at,
    kind: head & 0xff,
    code: head >>> HEAD_CODE_SHIFT,
    keepsPlace: (head & HEAD_FLAG_KEEPS_PRIORITY) !== 0,
    isMakerHidden: (head & HEAD_FLAG_MAKER_HIDDEN) !== 0,
    isAuction: (head & HEAD_FLAG_AUCTION) !== 0,
    isHidden: (head & HEAD_FLAG_HIDDEN) !== 0,
    side: ((head >> HEAD_SIDE_SHIFT) & 1) as Side,
    moment: { timeNs: doubles[(at >> 1) + DOUBLE_TIME]!, record: index },
    instrument: words[at + WORD_INSTRUMENT]!,
    orderId: words[at + WORD_ORDER]!,
    price: words[at + WORD_PRICE]!,
    qty: words[at + WORD_QTY]!,
    amount: doubles[(at + WORD_QTY) >> 1]!,
    leaves: words[at + WORD_LEAVES]!,
    other: words[at + WORD_OTHER]!,
    otherLeaves: words[at + WORD_OTHER_LEAVES]!,
    extra: words[at + WORD_EXTRA]!,
  };
}

/** Whether word 4 of a kind of record is the order that it is about; a trade is about two. */
export function isOfOneOrder(kind: number): boolean {
  return EVENT_LAYOUTS[kind]?.fields[0] === 'orderId';
}
