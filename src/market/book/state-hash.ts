/**
 * A hash of what a book holds that knows nothing of how it holds it: two implementations, or a book and its restored
 * snapshot, must agree on it. It runs over the live orders in canonical order, every field, and the last trade.
 */

import type { OrderBook, OrderView } from './contract.ts';

const TWO_32 = 0x1_0000_0000;

/** Hash of a book's state, an integer from 0 to 2^53 − 1. Equal states give equal hashes. */
export function hashBookState(book: OrderBook): number {
  const state = { high: 0x9e37_79b9 | 0, low: 0x85eb_ca6b | 0 };
  let count = 0;
  mix(state, book.lastTradeTicks);
  book.forEachOrder((order) => {
    mixOrder(state, order);
    count++;
  });
  mix(state, count);
  return (finish(state.high) & 0x1f_ffff) * TWO_32 + finish(state.low);
}

interface Lanes {
  high: number;
  low: number;
}

function mixOrder(state: Lanes, order: OrderView): void {
  mix(state, order.orderId);
  mix(state, order.accountId);
  mix(state, order.side);
  mix(state, order.type);
  mix(state, order.timeInForce);
  mix(state, order.flags);
  mix(state, order.priceTicks);
  mix(state, order.stopPriceTicks);
  mix(state, order.shownLots);
  mix(state, order.reserveLots);
  mix(state, order.displayQtyLots);
  mix(state, order.filledLots);
  mix(state, order.minQtyLots);
  mix(state, order.stpGroup);
  mix(state, order.stpMode);
}

/** Both halves of the value go in: filled quantity may pass 2^32 when replaces set the open quantity anew. */
function mix(state: Lanes, value: number): void {
  const low = value | 0;
  const high = Math.floor(value / TWO_32) | 0;
  state.low = (Math.imul(rotate(state.low ^ low, 13), 0x5bd1_e995) + high) | 0;
  state.high = Math.imul(rotate(state.high + low, 17) ^ high, 0x1b87_3593) ^ state.low;
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

function finish(value: number): number {
  let mixed = value ^ (value >>> 16);
  mixed = Math.imul(mixed, 0x85eb_ca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2_ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
