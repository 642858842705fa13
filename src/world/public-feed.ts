/**
 * What the public may see of an order's life (L3): a venue record without account, reserve and hidden orders.
 * Copies the record into `out` and returns true, or returns false when nobody may see it.
 */

import * as domain from '../domain/index.ts';
import type { OrderTable } from './order-table.ts';

// V8 folds constants of this module into machine code, but reads imported ones from memory at each use.
const {
  EV_CANCELED,
  EV_EXPIRED,
  EV_REDUCED,
  EV_REFRESHED,
  EV_REPLACED,
  EV_RESTATED,
  EV_RESTED,
  EV_TRADE,
  RECORD_WORDS,
  WORD_EXTRA,
  WORD_LEAVES,
  WORD_ORDER,
  WORD_OTHER,
  WORD_OTHER_LEAVES,
  WORD_QTY,
} = domain;

export function copyPublicRecord(
  words: Int32Array,
  at: number,
  orders: OrderTable,
  out: Int32Array,
  to: number,
): boolean {
  const kind = words[at]! & 255;
  switch (kind) {
    case EV_RESTED:
    case EV_REFRESHED:
      if (words[at + WORD_QTY] === 0) return false;
      break;
    case EV_CANCELED:
    case EV_EXPIRED:
    case EV_REDUCED:
    case EV_REPLACED:
    case EV_RESTATED:
      if (!orders.isDisplayed(words[at + WORD_ORDER]!)) return false;
      break;
    case EV_TRADE:
      break;
    default:
      return false;
  }
  for (let i = 0; i < RECORD_WORDS; i++) out[to + i] = words[at + i]!;
  if (kind === EV_TRADE) {
    out[to + WORD_ORDER] = 0;
    out[to + WORD_LEAVES] = 0;
    out[to + WORD_OTHER_LEAVES] = 0;
    if (!orders.isDisplayed(words[at + WORD_OTHER]!)) out[to + WORD_OTHER] = 0;
  } else {
    out[to + WORD_LEAVES] = 0;
    out[to + WORD_OTHER] = 0;
    out[to + WORD_EXTRA] = 0;
  }
  return true;
}
