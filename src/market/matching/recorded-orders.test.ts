import { describe, expect, it } from 'vitest';
import { eventLines } from '../../../tests/support/event-text.ts';
import { BUY, EventBuffer, LIMIT, OrderTicket, SELL } from '../../domain/index.ts';
import { DEFAULT_BOOK_RULES } from '../book/contract.ts';
import { FastBook } from '../book/fast-book.ts';
import { placeBefore } from './place-before.ts';
import {
  headOrder,
  levelOfOrder,
  levelOrderCount,
  levelPriceTicks,
  levelShownLots,
  openLots,
  orderAhead,
  orderBehind,
  tailOrder,
} from './queue-peek.ts';
import { recordTrade } from './record-trade.ts';

function sell(orderId: number, qtyLots: number, priceTicks = 100): OrderTicket {
  return Object.assign(new OrderTicket(), { orderId, side: SELL, type: LIMIT, priceTicks, qtyLots });
}

/** Asks at 100: orders 1, 2 and 3. */
function threeAsks(): FastBook {
  const book = new FastBook(DEFAULT_BOOK_RULES, new EventBuffer());
  for (const id of [1, 2, 3]) book.place(sell(id, 10 * id));
  return book;
}

function queueOf(book: FastBook): number[] {
  const ids: number[] = [];
  book.forEachOrder(({ orderId }) => ids.push(orderId));
  return ids;
}

describe('placing an order into a queue', () => {
  it.each([
    [1, [4, 1, 2, 3]],
    [2, [1, 4, 2, 3]],
    [3, [1, 2, 4, 3]],
    [0, [1, 2, 3, 4]],
  ])('puts it ahead of order %i', (successor, expected) => {
    const book = threeAsks();
    placeBefore(book, sell(4, 5), successor);
    book.validate();
    expect(queueOf(book)).toEqual(expected);
    expect(book.depth(SELL, 2)).toEqual([{ priceTicks: 100, displayedLots: 65, orderCount: 4 }]);
  });

  it('lets the engine hit it in its place', () => {
    const book = threeAsks();
    placeBefore(book, sell(4, 5), 1);
    book.events.clear();
    const buyer = Object.assign(new OrderTicket(), {
      orderId: 5,
      side: BUY,
      type: LIMIT,
      priceTicks: 100,
      qtyLots: 5,
    });
    book.submit(buyer);
    expect(
      eventLines(book.events)
        .filter((line) => line.startsWith('trade'))
        .join(),
    ).toMatch(/\b4\b/);
    expect(queueOf(book)).toEqual([1, 2, 3]);
  });

  it('changes nothing if the book refuses the order', () => {
    const book = threeAsks();
    placeBefore(book, sell(3, 5), 1);
    expect(queueOf(book)).toEqual([1, 2, 3]);
    book.validate();
  });
});

describe('executing what a recording says', () => {
  it('takes quantity off an order wherever it stands, as a trade without a taker', () => {
    const book = threeAsks();
    book.events.clear();
    recordTrade(book, 2, 15, 100);
    book.validate();
    expect(book.order(2)).toMatchObject({ shownLots: 5, filledLots: 15 });
    expect(queueOf(book)).toEqual([1, 2, 3]);
    expect(eventLines(book.events)).toHaveLength(2);
    expect(book.lastTradeTicks).toBe(100);
  });

  it('removes an order that is filled, and its level with the last one', () => {
    const book = threeAsks();
    for (const id of [2, 1, 3]) recordTrade(book, id, 10 * id, 99);
    book.validate();
    expect(book.liveOrderCount).toBe(0);
    expect(book.asks.levelCount).toBe(0);
    expect(book.lastTradeTicks).toBe(99);
  });
});

describe('looking at a queue', () => {
  it('walks from the head to the tail and back', () => {
    const book = threeAsks();
    const level = book.asks.best;
    expect([headOrder(book, level), tailOrder(book, level)]).toEqual([1, 3]);
    expect([orderBehind(book, 1), orderBehind(book, 2), orderBehind(book, 3)]).toEqual([2, 3, 0]);
    expect([orderAhead(book, 1), orderAhead(book, 2), orderAhead(book, 3)]).toEqual([0, 1, 2]);
    expect([levelOfOrder(book, 2), levelPriceTicks(book, level)]).toEqual([level, 100]);
    expect([levelShownLots(book, level), levelOrderCount(book, level), openLots(book, 3)]).toEqual([
      60, 3, 30,
    ]);
  });
});
