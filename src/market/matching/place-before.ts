// hot: runs for every record of a replay
/** Puts an order into the midst of a queue: recordings tell of orders whose priority is older than their arrival. */

import type { OrderTicket } from '../../domain/index.ts';
import type { FastBook } from '../book/fast-book.ts';
import { L_COUNT, L_HEAD, LEVEL_WORDS } from '../book/level-pool.ts';
import { O_LEVEL, O_NEXT, O_PREV, ORDER_WORDS } from '../book/order-pool.ts';

/**
 * Places a displayed order like `place`, directly ahead of the live displayed order `successorId` of the same side and
 * price; 0 places it last. The events are those of `place`.
 */
export function placeBefore(book: FastBook, ticket: OrderTicket, successorId: number): void {
  const ordersBefore = book.liveOrderCount;
  book.place(ticket);
  // Refused: the events say why.
  if (successorId === 0 || book.liveOrderCount === ordersBefore) return;
  const slot = book.pool.slotOf[ticket.orderId]!;
  const words = book.pool.words;
  const at = slot * ORDER_WORDS;
  const level = words[at + O_LEVEL]!;
  book.unlinkDisplayed(slot, level);
  const successor = book.pool.slotOf[successorId]!;
  const previous = words[successor * ORDER_WORDS + O_PREV]!;
  words[at + O_NEXT] = successor;
  words[at + O_PREV] = previous;
  words[successor * ORDER_WORDS + O_PREV] = slot;
  if (previous === 0) book.levels.words[level * LEVEL_WORDS + L_HEAD] = slot;
  else words[previous * ORDER_WORDS + O_NEXT] = slot;
  book.levels.words[level * LEVEL_WORDS + L_COUNT]!++;
}
