/** Every rule of docs/matching.md about a new order: checks, entering, match, self-trade prevention, place. */

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
import type { BookRules } from '../../src/market/index.ts';
import { type CreateBook, linesOf, runBookScript } from '../support/book-script.ts';

type Case = (name: string, rules: Partial<BookRules>, script: string) => void;

export function describeEntry(create: CreateBook): void {
  const quiet: Case = (name, rules, script) => {
    it(name, () => {
      runBookScript(create, { publishLevels: false, ...rules }, script);
    });
  };
  describe('checks on a new order', () => {
    describeChecks(quiet);
    describeCodes(create);
  });
  describe('entering the book', () => describeEntering(quiet));
  describe('fillable quantity', () => describeFillable(quiet));
  describe('resting minimum quantity', () => describeMinimum(quiet));
  describe('icebergs', () => describeIcebergs(quiet));
  describe('self-trade prevention', () => describeSelfTrade(quiet));
  describe('levels', () => describeLevels(quiet));
  describe('place', () => describePlace(quiet));
}

function describeChecks(quiet: Case): void {
  quiet(
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
  );

  quiet(
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
  );

  quiet(
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
  );

  quiet(
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
  );

  quiet(
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
  );

  quiet(
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
  );

  quiet(
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
  );

  quiet(
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
  );

  quiet(
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
  );

  quiet(
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
  );

  quiet(
    'a hidden post-only order is bound by displayed interest too',
    {},
    `
    ~ sell 5 @ 100
    > buy 5 @ 100 post hidden
    = rejected 2 buy 5@100 postOnlyWouldTake
    > buy 5 @ 103 slide hidden
    = accepted 3 buy 5@103 hidden
    = rested 3 buy 0 of 5@99 hidden`,
  );

  quiet(
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
  );
}

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

function describeEntering(quiet: Case): void {
  quiet(
    'a market order takes every price and its rest is cancelled',
    {},
    `
    ~ sell 5 @ 100
    ~ sell 5 @ 2000000000
    > buy 12 market
    = accepted 3 buy 12@0
    = trade 1: 3 buy 5@100 with 1, leaves 7 and 0
    = trade 2: 3 buy 5@2000000000 with 2, leaves 2 and 0
    = canceled 3 buy 2@0 noLiquidity
    > sell 1 market ioc
    = accepted 4 sell 1@0
    = canceled 4 sell 1@0 noLiquidity`,
  );

  quiet(
    'market-to-limit as immediate-or-cancel or fill-or-kill stays at the best price',
    {},
    `
    ~ sell 5 @ 100
    ~ sell 5 @ 101
    > buy 8 mtl fok
    = accepted 3 buy 8@0
    = canceled 3 buy 8@100 fokUnfilled
    > buy 8 mtl ioc
    = accepted 4 buy 8@0
    = trade 1: 4 buy 5@100 with 1, leaves 3 and 0
    = canceled 4 buy 3@100 iocRemainder
    book: ask 101 5 (1)`,
  );

  quiet(
    'an incoming iceberg trades with all of its quantity and shows its peak of the rest',
    {},
    `
    ~ sell 5 @ 100
    > buy 20 @ 100 display=4
    = accepted 2 buy 20@100
    = trade 1: 2 buy 5@100 with 1, leaves 15 and 0
    = rested 2 buy 4 of 15@100
    > buy 20 @ 99 display=4
    = accepted 3 buy 20@99
    = rested 3 buy 4 of 20@99
    book: bid 100 4 (1) | bid 99 4 (1)`,
  );

  quiet(
    'an incoming hidden order takes and rests hidden',
    {},
    `
    ~ sell 5 @ 100
    > buy 9 @ 101 hidden
    = accepted 2 buy 9@101 hidden
    = trade 1: 2 buy 5@100 with 1, leaves 4 and 0
    = rested 2 buy 0 of 4@101 hidden
    book: empty
    > sell 3 @ 90 ioc
    = accepted 3 sell 3@90
    = trade 2: 3 sell 3@101 with 2, leaves 0 and 1 hidden`,
  );

  quiet(
    'an immediate-or-cancel order keeps its limit',
    {},
    `
    ~ sell 5 @ 100
    > buy 5 @ 99 ioc acct=4
    = accepted 2 buy 5@99 acct=4
    = canceled 2 buy 5@99 iocRemainder acct=4`,
  );

  quiet(
    'a minimum that is not met: who may rest skips the match and rests',
    {},
    `
    ~ sell 5 @ 100
    > buy 10 @ 100 hidden min=6
    = accepted 2 buy 10@100 hidden
    = rested 2 buy 0 of 10@100 hidden
    ~ sell 1 @ 100 hidden
    > buy 10 @ 100 hidden min=6
    = accepted 4 buy 10@100 hidden
    = trade 1: 4 buy 5@100 with 1, leaves 5 and 0
    = trade 2: 4 buy 1@100 with 3, leaves 4 and 0 hidden
    = rested 4 buy 0 of 4@100 hidden`,
  );
}

function describeFillable(quiet: Case): void {
  quiet(
    'fill-or-kill counts hidden orders and every level within the limit',
    {},
    `
    ~ sell 5 @ 100
    ~ sell 5 @ 100 hidden
    ~ sell 5 @ 101
    > buy 15 @ 100 fok
    = accepted 4 buy 15@100
    = canceled 4 buy 15@100 fokUnfilled
    > buy 16 market fok
    = accepted 5 buy 16@0
    = canceled 5 buy 16@0 fokUnfilled
    > buy 15 @ 101 fok
    = accepted 6 buy 15@101
    = trade 1: 6 buy 5@100 with 1, leaves 10 and 0
    = trade 2: 6 buy 5@100 with 2, leaves 5 and 0 hidden
    = trade 3: 6 buy 5@101 with 3, leaves 0 and 0`,
  );

  quiet(
    'fill-or-kill does not count a hidden order whose minimum is above what is left',
    {},
    `
    ~ sell 8 @ 100
    ~ sell 5 @ 100 hidden min=4
    > buy 11 @ 100 fok
    = accepted 3 buy 11@100
    = canceled 3 buy 11@100 fokUnfilled
    > buy 12 @ 100 fok
    = accepted 4 buy 12@100
    = trade 1: 4 buy 8@100 with 1, leaves 4 and 0
    = trade 2: 4 buy 4@100 with 2, leaves 0 and 1 hidden`,
  );

  const own = `
    ~ sell 5 @ 100 stp=1
    ~ sell 5 @ 100`;
  quiet(
    'fill-or-kill with cancelOldest counts nothing of its own orders',
    {},
    `${own}
    > buy 6 @ 100 fok stp=1:cancelOldest
    = accepted 3 buy 6@100
    = canceled 3 buy 6@100 fokUnfilled
    > buy 5 @ 100 fok stp=1:cancelOldest
    = accepted 4 buy 5@100
    = canceled 1 sell 5@100 selfTrade
    = trade 1: 4 buy 5@100 with 2, leaves 0 and 0`,
  );

  quiet(
    'fill-or-kill ends its count where self-trade prevention would end the match',
    {},
    `${own}
    > buy 1 @ 100 fok stp=1:cancelNewest
    = accepted 3 buy 1@100
    = canceled 3 buy 1@100 fokUnfilled
    > buy 1 @ 100 fok stp=1:cancelBoth
    = accepted 4 buy 1@100
    = canceled 4 buy 1@100 fokUnfilled
    > buy 5 @ 100 fok stp=1:cancelSmallest
    = accepted 5 buy 5@100
    = canceled 5 buy 5@100 fokUnfilled
    > buy 6 @ 100 fok stp=1:decrement
    = accepted 6 buy 6@100
    = canceled 6 buy 6@100 fokUnfilled
    book: ask 100 10 (2)`,
  );

  quiet(
    'a minimum counts what a decrement leaves to fill',
    {},
    `${own}
    > buy 9 @ 100 ioc min=5 stp=1:decrement
    = accepted 3 buy 9@100
    = canceled 3 buy 9@100 minQtyUnfilled
    > buy 9 @ 100 ioc min=4 stp=1:decrement
    = accepted 4 buy 9@100
    = canceled 1 sell 5@100 selfTrade
    = restated 4 buy by 5 to 4@100
    = trade 1: 4 buy 4@100 with 2, leaves 0 and 1`,
  );

  quiet(
    'an own iceberg counts once, with its reserve',
    {},
    `
    ~ sell 9 @ 100 display=2 stp=1
    ~ sell 5 @ 100
    > buy 9 @ 100 fok stp=1:cancelSmallest
    = accepted 3 buy 9@100
    = canceled 3 buy 9@100 fokUnfilled
    > buy 10 @ 100 ioc min=6 stp=1:cancelSmallest
    = accepted 4 buy 10@100
    = canceled 4 buy 10@100 minQtyUnfilled
    > buy 10 @ 100 ioc min=5 stp=1:cancelSmallest
    = accepted 5 buy 10@100
    = canceled 1 sell 9@100 selfTrade
    = trade 1: 5 buy 5@100 with 2, leaves 5 and 0
    = canceled 5 buy 5@100 iocRemainder`,
  );
}

function describeMinimum(quiet: Case): void {
  quiet(
    'a hidden order is passed over below its minimum and stays',
    {},
    `
    ~ sell 10 @ 100 hidden min=5
    ~ sell 10 @ 100 hidden
    ~ sell 10 @ 101
    > buy 4 @ 101
    = accepted 4 buy 4@101
    = trade 1: 4 buy 4@100 with 2, leaves 0 and 6 hidden
    > buy 5 @ 101
    = accepted 5 buy 5@101
    = trade 2: 5 buy 5@100 with 1, leaves 0 and 5 hidden`,
  );

  quiet(
    'fills ahead of it can bring an order below its minimum; the next level goes on',
    {},
    `
    ~ sell 3 @ 100
    ~ sell 10 @ 100 hidden min=5
    ~ sell 10 @ 101
    > buy 7 @ 101
    = accepted 4 buy 7@101
    = trade 1: 4 buy 3@100 with 1, leaves 4 and 0
    = trade 2: 4 buy 4@101 with 3, leaves 0 and 6
    > buy 4 @ 100
    = accepted 5 buy 4@100
    = rested 5 buy 4 of 4@100`,
  );

  quiet(
    'the minimum follows the open quantity down and does not rise again',
    {},
    `
    ~ sell 10 @ 100 hidden min=6
    > buy 7 @ 100
    = accepted 2 buy 7@100
    = trade 1: 2 buy 7@100 with 1, leaves 0 and 3 hidden
    > buy 2 @ 100 ioc
    = accepted 3 buy 2@100
    = canceled 3 buy 2@100 iocRemainder
    ~ replace 1 qty=20
    > buy 3 @ 100 ioc
    = accepted 4 buy 3@100
    = trade 2: 4 buy 3@100 with 1, leaves 0 and 10 hidden`,
  );

  quiet(
    'a minimum of a displayed immediate order does not pass hidden orders over',
    {},
    `
    ~ sell 3 @ 100 hidden min=3
    > buy 3 @ 100 ioc min=3
    = accepted 2 buy 3@100
    = trade 1: 2 buy 3@100 with 1, leaves 0 and 0 hidden`,
  );
}

function describeIcebergs(quiet: Case): void {
  quiet(
    'an iceberg that only lost a part of its peak is not refreshed',
    {},
    `
    ~ sell 10 @ 100 display=4
    > buy 3 @ 100
    = accepted 2 buy 3@100
    = trade 1: 2 buy 3@100 with 1, leaves 0 and 7
    book: ask 100 1 (1)`,
  );

  quiet(
    'the last peak is what is left',
    { icebergRefresh: 'roundRobin' },
    `
    ~ sell 5 @ 100 display=3
    > buy 4 @ 100
    = accepted 2 buy 4@100
    = trade 1: 2 buy 3@100 with 1, leaves 1 and 2
    = refreshed 1 sell 2 of 2@100
    = trade 2: 2 buy 1@100 with 1, leaves 0 and 1
    > buy 1 @ 100
    = accepted 3 buy 1@100
    = trade 3: 3 buy 1@100 with 1, leaves 0 and 0
    book: empty`,
  );

  quiet(
    'a refresh that uses up the reserve leaves the hidden queue',
    {},
    `
    ~ sell 6 @ 100 display=3
    ~ sell 5 @ 100 hidden
    > buy 3 @ 100
    = accepted 3 buy 3@100
    = trade 1: 3 buy 3@100 with 1, leaves 0 and 3
    = refreshed 1 sell 3 of 3@100
    > buy 4 @ 100
    = accepted 4 buy 4@100
    = trade 2: 4 buy 3@100 with 1, leaves 1 and 0
    = trade 3: 4 buy 1@100 with 2, leaves 0 and 4 hidden`,
  );

  quiet(
    'refilled peaks keep the order and the places of the hidden queue',
    {},
    `
    ~ sell 9 @ 100 display=2
    ~ sell 5 @ 100 hidden
    ~ sell 9 @ 100 display=3
    > buy 5 @ 100
    = accepted 4 buy 5@100
    = trade 1: 4 buy 2@100 with 1, leaves 3 and 7
    = trade 2: 4 buy 3@100 with 3, leaves 0 and 6
    = refreshed 1 sell 2 of 7@100
    = refreshed 3 sell 3 of 6@100
    > buy 16 @ 100
    = accepted 5 buy 16@100
    = trade 3: 5 buy 2@100 with 1, leaves 14 and 5
    = trade 4: 5 buy 3@100 with 3, leaves 11 and 3
    = trade 5: 5 buy 5@100 with 1, leaves 6 and 0 hidden
    = trade 6: 5 buy 5@100 with 2, leaves 1 and 0 hidden
    = trade 7: 5 buy 1@100 with 3, leaves 0 and 2 hidden
    = refreshed 3 sell 2 of 2@100`,
  );

  quiet(
    'an order with all of its quantity displayed is no iceberg',
    {},
    `
    ~ sell 4 @ 100 display=4
    ~ sell 4 @ 100
    > buy 5 @ 100
    = accepted 3 buy 5@100
    = trade 1: 3 buy 4@100 with 1, leaves 1 and 0
    = trade 2: 3 buy 1@100 with 2, leaves 0 and 3`,
  );
}

function describeSelfTrade(quiet: Case): void {
  quiet(
    'orders of different groups, of no group or without a mode trade',
    {},
    `
    ~ sell 1 @ 100 stp=1
    ~ sell 1 @ 100
    ~ sell 1 @ 100 stp=2:cancelNewest
    > buy 1 @ 100 stp=2:cancelNewest
    = accepted 4 buy 1@100
    = trade 1: 4 buy 1@100 with 1, leaves 0 and 0
    > buy 1 @ 100 stp=0:cancelNewest
    = accepted 5 buy 1@100
    = trade 2: 5 buy 1@100 with 2, leaves 0 and 0
    > buy 1 @ 100 stp=2
    = accepted 6 buy 1@100
    = trade 3: 6 buy 1@100 with 3, leaves 0 and 0`,
  );

  quiet(
    'decrement of equal quantities cancels both, the resting one first',
    {},
    `
    ~ sell 5 @ 100 stp=1
    > buy 5 @ 101 stp=1:decrement
    = accepted 2 buy 5@101
    = canceled 1 sell 5@100 selfTrade
    = canceled 2 buy 5@101 selfTrade
    book: empty`,
  );

  quiet(
    'decrement of a larger iceberg takes its reserve first and leaves its place',
    {},
    `
    ~ sell 10 @ 100 display=4 stp=1
    ~ sell 5 @ 100
    > buy 6 @ 100 stp=1:decrement
    = accepted 3 buy 6@100
    = restated 1 sell by 6 to 4@100
    = canceled 3 buy 6@100 selfTrade
    book: ask 100 9 (2)
    > buy 3 @ 100 stp=1:decrement
    = accepted 4 buy 3@100
    = restated 1 sell by 3 to 1@100
    = canceled 4 buy 3@100 selfTrade
    > buy 2 @ 100
    = accepted 5 buy 2@100
    = trade 1: 5 buy 1@100 with 1, leaves 1 and 0
    = trade 2: 5 buy 1@100 with 2, leaves 0 and 4`,
  );

  quiet(
    'cancelSmallest: the incoming order goes if it is smaller, both if they are equal',
    {},
    `
    ~ sell 5 @ 100 display=2 stp=1
    > buy 4 @ 100 stp=1:cancelSmallest
    = accepted 2 buy 4@100
    = canceled 2 buy 4@100 selfTrade
    > buy 5 @ 100 stp=1:cancelSmallest
    = accepted 3 buy 5@100
    = canceled 1 sell 5@100 selfTrade
    = canceled 3 buy 5@100 selfTrade
    book: empty`,
  );

  quiet(
    'an own hidden order is met in the hidden queue, after what is displayed',
    {},
    `
    ~ sell 5 @ 100 hidden stp=1
    ~ sell 3 @ 100
    > buy 5 @ 100 stp=1:cancelNewest
    = accepted 3 buy 5@100
    = trade 1: 3 buy 3@100 with 2, leaves 2 and 0
    = canceled 3 buy 2@100 selfTrade`,
  );

  quiet(
    'an own hidden order is prevented even below its minimum',
    {},
    `
    ~ sell 9 @ 100 hidden min=5 stp=1
    > buy 4 @ 100 stp=1:cancelOldest
    = accepted 2 buy 4@100
    = canceled 1 sell 9@100 selfTrade
    = rested 2 buy 4 of 4@100`,
  );

  quiet(
    'the match ends in mid-level: depleted peaks are refilled after the cancel',
    {},
    `
    ~ sell 8 @ 100 display=2
    ~ sell 5 @ 100 stp=1
    > buy 9 @ 100 stp=1:cancelBoth
    = accepted 3 buy 9@100
    = trade 1: 3 buy 2@100 with 1, leaves 7 and 6
    = canceled 2 sell 5@100 selfTrade
    = canceled 3 buy 7@100 selfTrade
    = refreshed 1 sell 2 of 6@100
    book: ask 100 2 (1)`,
  );
}

function describeLevels(quiet: Case): void {
  const loud = { publishLevels: true };
  quiet(
    'each level left in the match is published once, behind its fills',
    loud,
    `
    > sell 5 @ 100
    = accepted 1 sell 5@100
    = rested 1 sell 5 of 5@100
    = level sell 5@100 (1)
    > sell 3 @ 100
    = accepted 2 sell 3@100
    = rested 2 sell 3 of 3@100
    = level sell 8@100 (2)
    ~ sell 4 @ 101
    > buy 14 @ 101
    = accepted 4 buy 14@101
    = trade 1: 4 buy 5@100 with 1, leaves 9 and 0
    = trade 2: 4 buy 3@100 with 2, leaves 6 and 0
    = level sell 0@100 (0)
    = trade 3: 4 buy 4@101 with 3, leaves 2 and 0
    = level sell 0@101 (0)
    = rested 4 buy 2 of 2@101
    = level buy 2@101 (1)`,
  );

  quiet(
    'hidden changes are not published',
    loud,
    `
    > sell 5 @ 100 hidden
    = accepted 1 sell 5@100 hidden
    = rested 1 sell 0 of 5@100 hidden
    > buy 2 @ 100
    = accepted 2 buy 2@100
    = trade 1: 2 buy 2@100 with 1, leaves 0 and 3 hidden
    > reduce 1 1
    = reduced 1 sell by 1 to 2@100
    > cancel 1
    = canceled 1 sell 2@100 requested`,
  );

  quiet(
    'a refresh stands before its level',
    loud,
    `
    ~ sell 8 @ 100 display=2
    > buy 2 @ 100
    = accepted 2 buy 2@100
    = trade 1: 2 buy 2@100 with 1, leaves 0 and 6
    = refreshed 1 sell 2 of 6@100
    = level sell 2@100 (1)`,
  );

  quiet(
    'a restated reserve is not published, a restated display is',
    loud,
    `
    ~ sell 8 @ 100 display=2 stp=1
    > buy 6 @ 100 stp=1:decrement
    = accepted 2 buy 6@100
    = restated 1 sell by 6 to 2@100
    = canceled 2 buy 6@100 selfTrade
    > buy 1 @ 100 stp=1:decrement
    = accepted 3 buy 1@100
    = restated 1 sell by 1 to 1@100
    = canceled 3 buy 1@100 selfTrade
    = level sell 1@100 (1)`,
  );

  quiet(
    'self-trade cancels publish the level when the match leaves it',
    loud,
    `
    ~ sell 8 @ 100 stp=1
    ~ sell 1 @ 100
    > buy 1 @ 100 stp=1:cancelNewest
    = accepted 3 buy 1@100
    = canceled 3 buy 1@100 selfTrade
    > buy 1 @ 100 stp=1:cancelBoth
    = accepted 4 buy 1@100
    = canceled 1 sell 8@100 selfTrade
    = canceled 4 buy 1@100 selfTrade
    = level sell 1@100 (1)`,
  );
}

function describePlace(quiet: Case): void {
  quiet(
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
  );

  quiet(
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
  );

  quiet(
    'place does not look at post-only',
    {},
    `
    ~ sell 5 @ 100
    > place buy 3 @ 100 post
    = accepted 2 buy 3@100
    = rested 2 buy 3 of 3@100`,
  );
}
