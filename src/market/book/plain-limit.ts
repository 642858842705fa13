// hot: bench/book.ts
/**
 * The short way of most orders of most markets: a limit order without special terms that trades with nobody. It says and
 * does what the long way (`FastBook.submit`) does; the differential fuzz of both books drives orders through either.
 */

import type { OrderTicket } from '../../domain/index.ts';
import * as domain from '../../domain/index.ts';
import * as bookStore from './book-store.ts';
import { isPrice } from './check-order.ts';
import type { FastBook } from './fast-book.ts';
import * as levelPool from './level-pool.ts';
import * as orderPool from './order-pool.ts';

// V8 folds constants of this module into machine code, but reads imported ones from memory at each use.
const { BUY, DAY, EV_ACCEPTED, EV_RESTED, GTC, HEAD_SIDE_SHIFT, LIMIT, QTY_LOTS_MAX, STP_CANCEL_SMALLEST } =
  domain;
const { LADDER_ASKS, LADDER_BIDS } = bookStore;
const { LD_SHOWN, LEVEL_DOUBLES } = levelPool;
const {
  META_STP_SHIFT,
  META_TIF_SHIFT,
  O_ACCOUNT,
  O_BOOK,
  O_FILLED,
  O_LEVEL,
  O_META,
  O_MIN_QTY,
  O_PEAK,
  O_PRICE,
  O_RESERVE,
  O_SHOWN,
  O_STP_GROUP,
  ORDER_WORDS,
} = orderPool;

/** Puts the order into the book if it is such a one; false, and nothing done, if the long way has to look at it. */
export function restPlainLimit(book: FastBook, ticket: OrderTicket): boolean {
  const { orderId, side, priceTicks, qtyLots, timeInForce, accountId, stpMode } = ticket;
  if (ticket.type !== LIMIT || (ticket.flags | ticket.displayQtyLots | ticket.minQtyLots) !== 0) return false;
  if ((timeInForce !== DAY && timeInForce !== GTC) || side >>> 0 > 1 || stpMode >>> 0 > STP_CANCEL_SMALLEST)
    return false;
  if (qtyLots < 1 || qtyLots > QTY_LOTS_MAX || !isPrice(priceTicks)) return false;
  if (orderId <= book.lastOrderId || book.sharing !== null) return false;
  const guard = book.guard;
  if (guard !== null && (priceTicks < guard.lowTicks || priceTicks > guard.highTicks)) return false;
  const opposite = side === BUY ? book.asks : book.bids;
  if (
    opposite.best !== 0 &&
    (side === BUY ? priceTicks >= opposite.bestPrice : priceTicks <= opposite.bestPrice)
  )
    return false;
  book.lastOrderId = orderId;
  const head = side << HEAD_SIDE_SHIFT;
  book.events.emit(EV_ACCEPTED | head, orderId, priceTicks, qtyLots, qtyLots, accountId, 0, 0);
  const slot = book.pool.allocate(orderId);
  const level =
    side === BUY
      ? book.levelAt(book.bids, LADDER_BIDS, priceTicks)
      : book.levelAt(book.asks, LADDER_ASKS, priceTicks);
  const words = book.pool.words;
  const at = slot * ORDER_WORDS;
  words[at + O_META] = side | (timeInForce << META_TIF_SHIFT) | (stpMode << META_STP_SHIFT);
  words[at + O_STP_GROUP] = ticket.stpGroup;
  words[at + O_PEAK] = 0;
  words[at + O_FILLED] = 0;
  words[at + O_MIN_QTY] = 0;
  words[at + O_ACCOUNT] = accountId;
  words[at + O_PRICE] = priceTicks;
  words[at + O_BOOK] = book.index;
  words[at + O_LEVEL] = level;
  words[at + O_SHOWN] = qtyLots;
  words[at + O_RESERVE] = 0;
  book.linkDisplayed(slot, level);
  book.levels.doubles[level * LEVEL_DOUBLES + LD_SHOWN]! += qtyLots;
  book.liveOrderCount++;
  book.events.emit(EV_RESTED | head, orderId, priceTicks, qtyLots, qtyLots, accountId, 0, 0);
  book.publishLevelOf(side, level, priceTicks);
  return true;
}
