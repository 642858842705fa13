/** The checks on a new order and on `place`, in their order: docs/matching.md, first section. */

import { describe, expect, it } from 'vitest';
import {
  BUY,
  FLAG_POST_ONLY,
  LIMIT,
  OrderTicket,
  PRICE_TICKS_MAX,
  PRICE_TICKS_MIN,
  QTY_LOTS_MAX,
} from '../../src/domain/index.ts';
import { type CreateBook, linesOf } from '../support/book-script.ts';
import { type BookCase, declareCases } from './order-book-cases.ts';

export function describeChecks(create: CreateBook): void {
  declareCases(create, 'checks on a new order', CHECKS);
  describe('codes and tickets', () => describeCodes(create));
  declareCases(create, 'place', PLACE);
}

const CHECKS: readonly BookCase[] = [
  [
    'a quantity is 1 to 2^31 - 1',
    {},
    `
    > buy 0 @ 100
    = rejected 1 buy 0@100 qtyRange
    > buy -5 @ 100
    = rejected 2 buy -5@100 qtyRange
    > buy ${QTY_LOTS_MAX} @ 100 acct=7
    = accepted 3 buy ${QTY_LOTS_MAX}@100 acct=7
    = rested 3 buy ${QTY_LOTS_MAX} of ${QTY_LOTS_MAX}@100 acct=7`,
  ],
  [
    'limit and stop prices keep off the two sentinels',
    {},
    `
    > buy 1 @ ${PRICE_TICKS_MAX + 1}
    = rejected 1 buy 1@${PRICE_TICKS_MAX + 1} priceRange
    > sell 1 @ ${PRICE_TICKS_MIN - 1}
    = rejected 2 sell 1@${PRICE_TICKS_MIN - 1} priceRange
    > sell 1 stop ${PRICE_TICKS_MIN - 1}
    = rejected 3 sell 1@0 priceRange
    > buy 1 stop 5 @ ${PRICE_TICKS_MAX + 1}
    = rejected 4 buy 1@${PRICE_TICKS_MAX + 1} priceRange
    > buy 1 stop ${PRICE_TICKS_MAX}
    = accepted 5 buy 1@0`,
  ],
  [
    'a display quantity is at most the quantity and none for hidden orders',
    {},
    `
    > buy 10 @ 100 display=11
    = rejected 1 buy 10@100 displayQty
    > buy 10 @ 100 display=-1
    = rejected 2 buy 10@100 displayQty
    > buy 10 @ 100 display=1 hidden
    = rejected 3 buy 10@100 displayQty
    > buy 10 @ 100 display=10
    = accepted 4 buy 10@100
    = rested 4 buy 10 of 10@100`,
  ],
  [
    'a minimum quantity is at most the quantity; who may rest with one is hidden',
    {},
    `
    > buy 10 @ 100 min=11 ioc
    = rejected 1 buy 10@100 minQty
    > buy 10 @ 100 min=5
    = rejected 2 buy 10@100 minQty
    > buy 10 mtl min=5
    = rejected 3 buy 10@0 minQty
    > buy 10 stop 101 @ 102 min=5
    = rejected 4 buy 10@102 minQty
    > buy 10 @ 100 min=-1 hidden
    = rejected 5 buy 10@100 minQty
    > buy 10 stop 101 min=5
    = accepted 6 buy 10@0
    > buy 10 market min=5
    = accepted 7 buy 10@0
    = canceled 7 buy 10@0 minQtyUnfilled
    > buy 10 @ 100 min=5 hidden
    = accepted 8 buy 10@100 hidden
    = rested 8 buy 0 of 10@100 hidden`,
  ],
  [
    'post-only excludes immediate orders, other types and its other flag',
    {},
    `
    > buy 10 @ 100 post slide
    = rejected 1 buy 10@100 termsConflict
    > buy 10 @ 100 post ioc
    = rejected 2 buy 10@100 termsConflict
    > buy 10 @ 100 slide fok
    = rejected 3 buy 10@100 termsConflict
    > buy 10 market post
    = rejected 4 buy 10@0 termsConflict
    > buy 10 stop 5 @ 6 slide
    = rejected 5 buy 10@6 termsConflict
    > buy 10 @ 100 post
    = accepted 6 buy 10@100
    = rested 6 buy 10 of 10@100`,
  ],
  [
    'the first broken rule in order answers',
    {},
    `
    ~ buy 1 @ 100
    > buy 0 @ ${PRICE_TICKS_MAX + 1} display=5 hidden min=9 post slide id=1
    = rejected 1 buy 0@${PRICE_TICKS_MAX + 1} duplicateOrder
    > buy 0 @ ${PRICE_TICKS_MAX + 1} display=5 hidden min=9 post slide
    = rejected 2 buy 0@${PRICE_TICKS_MAX + 1} qtyRange
    > buy 4 @ ${PRICE_TICKS_MAX + 1} display=5 hidden min=9 post slide
    = rejected 3 buy 4@${PRICE_TICKS_MAX + 1} priceRange
    > buy 4 @ 100 display=5 hidden min=9 post slide
    = rejected 4 buy 4@100 displayQty
    > buy 4 @ 100 hidden min=9 post slide
    = rejected 5 buy 4@100 minQty
    > buy 4 @ 100 hidden min=4 post slide
    = rejected 6 buy 4@100 termsConflict`,
  ],
  [
    'an id of a rejected order counts as seen',
    {},
    `
    > buy 0 @ 100 id=5
    = rejected 5 buy 0@100 qtyRange
    > buy 1 @ 100 id=5
    = rejected 5 buy 1@100 duplicateOrder
    > buy 1 @ 100 id=4
    = rejected 4 buy 1@100 duplicateOrder
    > cancel 5
    = cancelRejected 5 tooLate
    > cancel 6
    = cancelRejected 6 unknownOrder
    > cancel -1
    = cancelRejected -1 unknownOrder`,
  ],
  [
    'market-to-limit needs an order on the other side, hidden ones count',
    {},
    `
    > buy 10 mtl
    = rejected 1 buy 10@0 noOppositeBest
    ~ sell 4 @ 105 hidden
    > buy 10 mtl
    = accepted 3 buy 10@0
    = trade 1: 3 buy 4@105 with 2, leaves 6 and 0 hidden
    = rested 3 buy 6 of 6@105`,
  ],
  [
    'post-only in reject mode: lock and cross are refused, one tick away is not',
    {},
    `
    ~ buy 5 @ 100
    > sell 5 @ 100 post
    = rejected 2 sell 5@100 postOnlyWouldTake
    > sell 5 @ 99 post
    = rejected 3 sell 5@99 postOnlyWouldTake
    > sell 5 @ 101 post
    = accepted 4 sell 5@101
    = rested 4 sell 5 of 5@101`,
  ],
  [
    'post-only ignores hidden interest: the book may be locked inside',
    {},
    `
    ~ sell 5 @ 100 hidden
    > buy 5 @ 100 post
    = accepted 2 buy 5@100
    = rested 2 buy 5 of 5@100
    > buy 5 @ 101 slide
    = accepted 3 buy 5@101
    = rested 3 buy 5 of 5@101
    book: bid 101 5 (1) | bid 100 5 (1)
    > buy 2 @ 100
    = accepted 4 buy 2@100
    = trade 1: 4 buy 2@100 with 1, leaves 0 and 3 hidden`,
  ],
  [
    'a hidden post-only order is bound by displayed interest too',
    {},
    `
    ~ sell 5 @ 100
    > buy 5 @ 100 post hidden
    = rejected 2 buy 5@100 postOnlyWouldTake
    > buy 5 @ 103 slide hidden
    = accepted 3 buy 5@103 hidden
    = rested 3 buy 0 of 5@99 hidden`,
  ],
  [
    'a slide beyond the range of prices is refused',
    {},
    `
    ~ sell 5 @ ${PRICE_TICKS_MIN}
    > buy 5 @ 100 slide
    = rejected 2 buy 5@100 priceRange
    ~ cancel 1
    ~ buy 5 @ ${PRICE_TICKS_MAX}
    > sell 5 @ 100 slide
    = rejected 4 sell 5@100 priceRange`,
  ],
];

const PLACE: readonly BookCase[] = [
  [
    'place rests without a match and may cross the book',
    { publishLevels: true },
    `
    > place sell 5 @ 100
    = accepted 1 sell 5@100
    = rested 1 sell 5 of 5@100
    = level sell 5@100 (1)
    > place buy 3 @ 102 display=2
    = accepted 2 buy 3@102
    = rested 2 buy 2 of 3@102
    = level buy 2@102 (1)
    book: bid 102 2 (1) | ask 100 5 (1)
    > buy 6 @ 101
    = accepted 3 buy 6@101
    = trade 1: 3 buy 5@100 with 1, leaves 1 and 0
    = level sell 0@100 (0)
    = rested 3 buy 1 of 1@101
    = level buy 1@101 (1)`,
  ],
  [
    'place takes resting limit orders only',
    {},
    `
    > place buy 3 market
    = rejected 1 buy 3@0 termsConflict
    > place buy 3 stop 100 @ 101
    = rejected 2 buy 3@101 termsConflict
    > place buy 3 @ 100 ioc
    = rejected 3 buy 3@100 termsConflict
    > place buy 3 @ 100 fok
    = rejected 4 buy 3@100 termsConflict
    > place buy 0 market
    = rejected 5 buy 0@0 qtyRange
    > place buy 3 @ 100 id=5
    = rejected 5 buy 3@100 duplicateOrder`,
  ],
  [
    'place does not look at post-only',
    {},
    `
    ~ sell 5 @ 100
    > place buy 3 @ 100 post
    = accepted 2 buy 3@100
    = rested 2 buy 3 of 3@100`,
  ],
];

function describeCodes(create: CreateBook): void {
  const unknown = [
    ['side', { side: 2 }],
    ['type', { type: 5 }],
    ['time in force', { timeInForce: 2 }],
    ['self-trade mode', { stpMode: 6 }],
    ['negative self-trade mode', { stpMode: -1 }],
  ] as const;
  it.each(unknown)('an unknown %s is refused before anything else', (_, broken) => {
    const book = create({});
    const ticket = Object.assign(
      new OrderTicket(),
      { orderId: 1, side: BUY, type: LIMIT, flags: FLAG_POST_ONLY },
      broken,
    );
    const lines = linesOf(book.events, () => book.submit(ticket));
    expect(lines).toEqual(['rejected 1 buy 0@0 unknownTerm']);
    expect(book.liveOrderCount).toBe(0);
  });

  it('copies what it keeps: the ticket may be reused', () => {
    const book = create({});
    const ticket = Object.assign(new OrderTicket(), {
      orderId: 1,
      priceTicks: 100,
      qtyLots: 5,
      accountId: 3,
    });
    book.submit(ticket);
    ticket.reset();
    expect(book.order(1)).toMatchObject({ priceTicks: 100, shownLots: 5, accountId: 3 });
  });
}
