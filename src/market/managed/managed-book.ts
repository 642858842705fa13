/**
 * What the orders and quotes that a venue looks after need of a book: a few of its commands, and what it shows. A venue that
 * watches its books (sessions, breakers) gives something that passes the commands through there.
 */

import type { OrderBook } from '../book/contract.ts';

export type ManagedBook = Pick<
  OrderBook,
  | 'rules'
  | 'events'
  | 'lastTradeTicks'
  | 'submit'
  | 'place'
  | 'cancel'
  | 'reduce'
  | 'replace'
  | 'expire'
  | 'bestTicks'
  | 'depth'
  | 'has'
  | 'order'
>;
