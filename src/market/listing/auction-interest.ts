/** The orders of one auction out of a book and those that wait outside of it, and the trades of its cross. */

import {
  CLOSING_D,
  CLOSING_OFFSET,
  IMBALANCE_ONLY_CLOSE,
  IMBALANCE_ONLY_OPEN,
  LIMIT,
  MARKET,
  type Side,
} from '../../domain/index.ts';
import { type Allocation, pairFills } from '../auction/allocation.ts';
import {
  AUCTION_CROSS_ONLY,
  AUCTION_DISCRETIONARY,
  AUCTION_IMBALANCE_ONLY,
  AUCTION_MARKET,
  AUCTION_OFFSET,
  AuctionOrders,
} from '../auction/interest.ts';
import type { OrderBook } from '../book/contract.ts';
import type { HeldOrder } from './held-orders.ts';

/** Columns of an auction with the order behind each row. */
export interface CollectedOrders {
  readonly orders: AuctionOrders;
  readonly orderIds: readonly number[];
  readonly accountIds: readonly number[];
  /** By row: the order, if it waits outside of the book. */
  readonly held: readonly (HeldOrder | null)[];
}

/**
 * Time priority of orders as they are visited, level by level and queue by queue: no order is earlier than the one ahead of it.
 * A new peak of an iceberg and a price that the venue moved stand where the book has them.
 */
class QueueTimes {
  #side = -1;
  #priceTicks = 0;
  /** Of the queue of displayed orders and that of hidden ones. */
  readonly #latest: [number, number] = [0, 0];

  /** Of the next order of a queue, by the arrival of its last change. */
  next(side: Side, priceTicks: number, isHidden: boolean, arrival: number): number {
    if (side !== this.#side || priceTicks !== this.#priceTicks) this.#latest.fill(0);
    this.#side = side;
    this.#priceTicks = priceTicks;
    const queue = isHidden ? 1 : 0;
    this.#latest[queue] = Math.max(this.#latest[queue]!, arrival);
    return this.#latest[queue]!;
  }
}

/**
 * Collects what stands in the book (waiting stops left out, reserves and hidden orders in full) and the held orders given.
 * `arrivalOf` is when an order in the book came, or was changed so that it lost its place.
 */
export function collectOrders(
  book: OrderBook,
  waiting: readonly HeldOrder[],
  arrivalOf: (orderId: number) => number,
): CollectedOrders {
  const orders = new AuctionOrders(book.liveOrderCount + waiting.length);
  const orderIds: number[] = [];
  const accountIds: number[] = [];
  const times = new QueueTimes();
  const held: (HeldOrder | null)[] = [];
  book.forEachOrder((order) => {
    const { orderId, side, priceTicks, shownLots, reserveLots } = order;
    if (order.type !== LIMIT || order.stopPriceTicks !== 0) return;
    const sequence = times.next(side, priceTicks, shownLots === 0, arrivalOf(orderId));
    orders.add(side, priceTicks, shownLots + reserveLots, reserveLots, 0, sequence);
    orderIds.push(orderId);
    accountIds.push(order.accountId);
    held.push(null);
  });
  for (const order of waiting) {
    const { side, priceTicks, qtyLots, orderId } = order.ticket;
    orders.add(side, priceTicks, qtyLots, 0, flagsOf(order), order.arrival);
    orderIds.push(orderId);
    accountIds.push(order.ticket.accountId);
    held.push(order);
  }
  return { orders, orderIds, accountIds, held };
}

function flagsOf({ ticket }: HeldOrder): number {
  const term = ticket.auctionTerm;
  let flags = ticket.type === MARKET ? AUCTION_MARKET : 0;
  if (term !== 0) flags |= AUCTION_CROSS_ONLY;
  if (term === IMBALANCE_ONLY_OPEN || term === IMBALANCE_ONLY_CLOSE) flags |= AUCTION_IMBALANCE_ONLY;
  if (term === CLOSING_D) flags |= AUCTION_DISCRETIONARY;
  return term === CLOSING_OFFSET ? flags | AUCTION_OFFSET : flags;
}

/** Says the trades of a cross and takes them off the orders, in the book or outside. Returns the number of trades. */
export function executeCross(
  book: OrderBook,
  { orders, orderIds, held }: CollectedOrders,
  allocation: Allocation,
): number {
  const open = orders.qtyLots.slice(0, orders.count);
  const trades = pairFills(allocation);
  for (const { buy, sell, qtyLots } of trades) {
    open[buy]! -= qtyLots;
    open[sell]! -= qtyLots;
    book.crossTrade({
      buyOrderId: orderIds[buy]!,
      buyLeavesLots: open[buy]!,
      sellOrderId: orderIds[sell]!,
      sellLeavesLots: open[sell]!,
      priceTicks: allocation.priceTicks,
      qtyLots,
    });
  }
  book.endCross();
  held.forEach((order, row) => {
    const lots = order === null ? 0 : allocation.fillLots[row]!;
    if (order === null || lots === 0) return;
    order.ticket.qtyLots -= lots;
    order.filledLots += lots;
  });
  return trades.length;
}
