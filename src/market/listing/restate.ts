/** Changes of open orders that the venue makes itself, whatever the session takes, and what changes do to time priority in auctions. */

import {
  EV_REPLACED,
  HEAD_FLAG_KEEPS_PRIORITY,
  RECORD_WORDS,
  type ReplaceTicket,
} from '../../domain/index.ts';
import type { CallDesk } from './call-desk.ts';
import { cancelHeld, type HeldParts, replaceHeld } from './held-changes.ts';
import type { ListingConfig } from './listing-config.ts';

/** What these need of a listing. */
export interface RestateParts extends HeldParts {
  readonly config: ListingConfig;
  readonly desk: CallDesk;
}

export function restateOrder(parts: RestateParts, ticket: ReplaceTicket, arrival: number): void {
  const held = parts.held.get(ticket.orderId);
  const from = parts.book.events.count;
  if (held !== null) replaceHeld(parts, held, ticket, arrival);
  else parts.book.replace(ticket);
  noteRequeued(parts, from, ticket.orderId, arrival);
}

export function withdrawOrder({ book, held: orders }: RestateParts, orderId: number, reason: number): void {
  const held = orders.get(orderId);
  if (held !== null) cancelHeld(book.events, orders, held, 0, reason);
  else book.cancel(orderId, 0, reason);
}

/** Notes that an order lost its place where the records from `from` on say so. */
export function noteRequeued(
  { book: { events }, config, desk }: Pick<RestateParts, 'book' | 'config' | 'desk'>,
  from: number,
  orderId: number,
  arrival: number,
): void {
  if (config.auctions === null) return;
  const { words, count } = events;
  for (let at = from * RECORD_WORDS; at < count * RECORD_WORDS; at += RECORD_WORDS) {
    const isReplaced = (words[at]! & 255) === EV_REPLACED && words[at + 4] === orderId;
    if (isReplaced && (words[at]! & HEAD_FLAG_KEEPS_PRIORITY) === 0) desk.noteRequeued(orderId, arrival);
  }
}
