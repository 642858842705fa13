/** Loads a stored order back into the carrier of the incoming order, for a re-entry with its terms. */

import { UNDEF_INT32 } from '../../domain/index.ts';
import type { FastBook } from '../book/fast-book.ts';
import type { Incoming } from '../book/incoming.ts';
import * as orderPool from '../book/order-pool.ts';

// V8 folds constants of this module into machine code, but reads imported ones from memory at each use.
const {
  META_FLAGS_SHIFT,
  META_STP_SHIFT,
  META_TIF_SHIFT,
  META_TYPE_SHIFT,
  O_ACCOUNT,
  O_FILLED,
  O_ID,
  O_META,
  O_MIN_QTY,
  O_PEAK,
  O_PRICE,
  O_RESERVE,
  O_SHOWN,
  O_STP_GROUP,
  ORDER_WORDS,
} = orderPool;

export function loadFromSlot(book: FastBook, slot: number): Incoming {
  const words = book.pool.words;
  const at = slot * ORDER_WORDS;
  const meta = words[at + O_META]!;
  const incoming = book.incoming;
  incoming.orderId = words[at + O_ID]!;
  incoming.accountId = words[at + O_ACCOUNT]!;
  incoming.side = meta & 1;
  incoming.type = (meta >> META_TYPE_SHIFT) & 7;
  incoming.timeInForce = (meta >> META_TIF_SHIFT) & 7;
  incoming.flags = (meta >> META_FLAGS_SHIFT) & 7;
  incoming.stpMode = (meta >> META_STP_SHIFT) & 7;
  incoming.stpGroup = words[at + O_STP_GROUP]!;
  incoming.price = words[at + O_PRICE]!;
  incoming.leaves = words[at + O_SHOWN]! + words[at + O_RESERVE]!;
  incoming.filled = words[at + O_FILLED]!;
  incoming.peak = words[at + O_PEAK]!;
  incoming.minQty = words[at + O_MIN_QTY]!;
  incoming.stopPrice = UNDEF_INT32;
  incoming.isProtected = false;
  return incoming;
}
