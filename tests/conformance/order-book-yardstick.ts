/**
 * The short cases of a public matching-engine conformance gate, in our terms: a modify is a replace that always goes to
 * the back and gives the open quantity. Best prices and depth are checked after each message. Ids are used once here;
 * reuse after an order is gone belongs to whoever maps external ids.
 */

import { describe, expect, it } from 'vitest';
import { BUY, PRICE_TICKS_MAX, PRICE_TICKS_MIN, SELL } from '../../src/domain/index.ts';
import type { BookRules } from '../../src/market/index.ts';
import { type CreateBook, giveCommand, linesOf } from '../support/book-script.ts';
import { type BookCase, declareCases } from './order-book-cases.ts';

const RULES: Partial<BookRules> = {
  publishLevels: false,
  replaceLosesPriority: 'always',
  replaceQty: 'open',
};

const THREE_BIDS = `
  ~ buy 10 @ 100
  ~ buy 20 @ 100
  ~ buy 30 @ 100`;

export function describeYardstick(create: CreateBook): void {
  declareCases(create, 'short cases: cancels', CANCELS);
  declareCases(create, 'short cases: sweeps and residuals', SWEEPS);
  declareCases(create, 'short cases: modifies', MODIFIES);
  describe('short cases: size', () => {
    it('scattered cancels in a deep queue lose nobody', () => scatteredCancels(create));
    it('a sweep of 5,000 fills at one price gives one trade each, oldest first', () => longSweep(create));
  });
}

const CANCELS: readonly BookCase[] = [
  [
    'a cancel of the middle order loses nobody behind it',
    RULES,
    `${THREE_BIDS}
    > cancel 2
    = canceled 2 buy 20@100 requested
    book: bid 100 40 (2)
    > sell 40 @ 100
    = accepted 4 sell 40@100
    = trade 1: 4 sell 10@100 with 1, leaves 30 and 0
    = trade 2: 4 sell 30@100 with 3, leaves 0 and 0
    book: empty`,
  ],
  [
    'a cancel of the head order loses nobody behind it',
    RULES,
    `${THREE_BIDS}
    > cancel 1
    = canceled 1 buy 10@100 requested
    book: bid 100 50 (2)
    > sell 50 @ 100
    = accepted 4 sell 50@100
    = trade 1: 4 sell 20@100 with 2, leaves 30 and 0
    = trade 2: 4 sell 30@100 with 3, leaves 0 and 0
    book: empty`,
  ],
  [
    'a cancel of the tail order leaves the tail usable',
    RULES,
    `${THREE_BIDS}
    > cancel 3
    = canceled 3 buy 30@100 requested
    ~ buy 5 @ 100
    book: bid 100 35 (3)
    > sell 35 @ 100
    = accepted 5 sell 35@100
    = trade 1: 5 sell 10@100 with 1, leaves 25 and 0
    = trade 2: 5 sell 20@100 with 2, leaves 5 and 0
    = trade 3: 5 sell 5@100 with 4, leaves 0 and 0`,
  ],
  [
    'no phantom best price stays after the best level is cancelled',
    RULES,
    `
    ~ buy 10 @ 100
    ~ buy 10 @ 99
    > cancel 1
    = canceled 1 buy 10@100 requested
    book: bid 99 10 (1)
    > sell 10 @ 100
    = accepted 3 sell 10@100
    = rested 3 sell 10 of 10@100
    book: bid 99 10 (1) | ask 100 10 (1)`,
  ],
  [
    'the last cancel empties the book, a new order opens it again',
    RULES,
    `
    ~ sell 10 @ 100
    > cancel 1
    = canceled 1 sell 10@100 requested
    book: empty
    > sell 3 @ 100
    = accepted 2 sell 3@100
    = rested 2 sell 3 of 3@100
    book: ask 100 3 (1)`,
  ],
  [
    'a stale cancel after a full fill, a second cancel and a never-issued id are refused',
    RULES,
    `
    ~ buy 10 @ 100
    ~ sell 10 @ 100
    > cancel 1
    = cancelRejected 1 tooLate
    > cancel 2
    = cancelRejected 2 tooLate
    ~ buy 10 @ 100
    > cancel 3
    = canceled 3 buy 10@100 requested
    > cancel 3
    = cancelRejected 3 tooLate
    > cancel 99
    = cancelRejected 99 unknownOrder
    > cancel 0
    = cancelRejected 0 unknownOrder
    book: empty`,
  ],
  [
    'an id is used once, after a cancel as after a fill',
    RULES,
    `
    ~ buy 10 @ 100
    ~ cancel 1
    > buy 10 @ 100 id=1
    = rejected 1 buy 10@100 duplicateOrder
    book: empty`,
  ],
];

const SWEEPS: readonly BookCase[] = [
  [
    'a sweep over several levels takes the best first, exact fills leave nothing',
    RULES,
    `
    ~ sell 10 @ 102
    ~ sell 10 @ 100
    ~ sell 10 @ 101
    > buy 30 @ 102
    = accepted 4 buy 30@102
    = trade 1: 4 buy 10@100 with 2, leaves 20 and 0
    = trade 2: 4 buy 10@101 with 3, leaves 10 and 0
    = trade 3: 4 buy 10@102 with 1, leaves 0 and 0
    book: empty`,
  ],
  [
    'a sell sweep takes the highest bids first',
    RULES,
    `
    ~ buy 10 @ 98
    ~ buy 10 @ 100
    ~ buy 10 @ 99
    > sell 25 @ 98
    = accepted 4 sell 25@98
    = trade 1: 4 sell 10@100 with 2, leaves 15 and 0
    = trade 2: 4 sell 10@99 with 3, leaves 5 and 0
    = trade 3: 4 sell 5@98 with 1, leaves 0 and 5
    book: bid 98 5 (1)`,
  ],
  [
    'a limit stops at its own price in mid-sweep',
    RULES,
    `
    ~ sell 10 @ 100
    ~ sell 10 @ 101
    ~ sell 10 @ 102
    > buy 30 @ 101
    = accepted 4 buy 30@101
    = trade 1: 4 buy 10@100 with 1, leaves 20 and 0
    = trade 2: 4 buy 10@101 with 2, leaves 10 and 0
    = rested 4 buy 10 of 10@101
    book: bid 101 10 (1) | ask 102 10 (1)`,
  ],
  [
    'the residual of a sweep is the new best and can be filled',
    RULES,
    `
    ~ sell 10 @ 100
    ~ buy 25 @ 101
    book: bid 101 15 (1)
    > sell 15 @ 90
    = accepted 3 sell 15@90
    = trade 2: 3 sell 15@101 with 2, leaves 0 and 0
    book: empty`,
  ],
  [
    'a partial residual can be cancelled',
    RULES,
    `
    ~ sell 10 @ 100
    ~ buy 25 @ 100
    > cancel 2
    = canceled 2 buy 15@100 requested
    book: empty`,
  ],
  [
    'a partly filled resting order keeps its place and its rest',
    RULES,
    `
    ~ sell 10 @ 100
    ~ sell 10 @ 100
    ~ buy 4 @ 100
    book: ask 100 16 (2)
    > buy 7 @ 100
    = accepted 4 buy 7@100
    = trade 2: 4 buy 6@100 with 1, leaves 1 and 0
    = trade 3: 4 buy 1@100 with 2, leaves 0 and 9
    book: ask 100 9 (1)`,
  ],
  [
    'an immediate-or-cancel remainder never joins the book',
    RULES,
    `
    ~ sell 10 @ 100
    > buy 25 @ 100 ioc
    = accepted 2 buy 25@100
    = trade 1: 2 buy 10@100 with 1, leaves 15 and 0
    = canceled 2 buy 15@100 iocRemainder
    book: empty
    > buy 25 @ 100 ioc
    = accepted 3 buy 25@100
    = canceled 3 buy 25@100 iocRemainder
    book: empty
    > cancel 3
    = cancelRejected 3 tooLate`,
  ],
  [
    'prices near both ends of the range match and rest',
    RULES,
    `
    ~ sell 10 @ ${PRICE_TICKS_MAX}
    ~ buy 10 @ ${PRICE_TICKS_MIN}
    book: bid ${PRICE_TICKS_MIN} 10 (1) | ask ${PRICE_TICKS_MAX} 10 (1)
    > buy 4 @ ${PRICE_TICKS_MAX}
    = accepted 3 buy 4@${PRICE_TICKS_MAX}
    = trade 1: 3 buy 4@${PRICE_TICKS_MAX} with 1, leaves 0 and 6
    > sell 4 @ ${PRICE_TICKS_MIN}
    = accepted 4 sell 4@${PRICE_TICKS_MIN}
    = trade 2: 4 sell 4@${PRICE_TICKS_MIN} with 2, leaves 0 and 6
    book: bid ${PRICE_TICKS_MIN} 6 (1) | ask ${PRICE_TICKS_MAX} 6 (1)`,
  ],
];

const MODIFIES: readonly BookCase[] = [
  [
    'a buy modified into the other side matches at the maker’s price',
    RULES,
    `
    ~ sell 10 @ 105
    ~ buy 10 @ 100
    > replace 2 qty=10 px=110
    = replaced 2 buy 10@110 was 10@100
    = trade 1: 2 buy 10@105 with 1, leaves 0 and 0
    book: empty`,
  ],
  [
    'a sell modified into the other side matches at the maker’s price',
    RULES,
    `
    ~ buy 10 @ 100
    ~ sell 15 @ 105
    > replace 2 qty=15 px=95
    = replaced 2 sell 15@95 was 15@105
    = trade 1: 2 sell 10@100 with 1, leaves 5 and 0
    = rested 2 sell 5 of 5@95
    book: ask 95 5 (1)`,
  ],
  [
    'a modify of one of two orders at a price leaves the other',
    RULES,
    `
    ~ buy 10 @ 100
    ~ buy 20 @ 100
    > replace 1 qty=7 px=99
    = replaced 1 buy 7@99 was 10@100
    = rested 1 buy 7 of 7@99
    book: bid 100 20 (1) | bid 99 7 (1)`,
  ],
  [
    'a modify at the same price and quantity goes to the back',
    RULES,
    `
    ~ buy 10 @ 100
    ~ buy 20 @ 100
    > replace 1 qty=10 px=100
    = replaced 1 buy 10@100 was 10@100
    = rested 1 buy 10 of 10@100
    > sell 20 @ 100
    = accepted 3 sell 20@100
    = trade 1: 3 sell 20@100 with 2, leaves 0 and 0
    book: bid 100 10 (1)`,
  ],
  [
    'a partial residual can be modified, its quantity is the open one',
    RULES,
    `
    ~ sell 10 @ 100
    ~ buy 25 @ 100
    > replace 2 qty=40 px=101
    = replaced 2 buy 40@101 was 15@100
    = rested 2 buy 40 of 40@101
    book: bid 101 40 (1)`,
  ],
  [
    'a stale modify after a full fill and a never-issued id are refused',
    RULES,
    `
    ~ sell 10 @ 100
    ~ buy 10 @ 100
    > replace 1 qty=5 px=100
    = replaceRejected 1 tooLate
    > replace 99 qty=5 px=100
    = replaceRejected 99 unknownOrder
    book: empty`,
  ],
];

const DEEP_QUEUE_ORDERS = 1_000;

function scatteredCancels(create: CreateBook): void {
  const book = create(RULES);
  const source = { nextId: 1 };
  for (let id = 1; id <= DEEP_QUEUE_ORDERS; id++) giveCommand(book, 'buy 1 @ 100', source);
  const left: number[] = [];
  for (let id = 1; id <= DEEP_QUEUE_ORDERS; id++) {
    if (id % 3 === 0 || id % 7 === 0) giveCommand(book, `cancel ${id}`, source);
    else left.push(id);
  }
  book.validate();
  expect(book.depth(BUY, 2)).toEqual([
    { priceTicks: 100, displayedLots: left.length, orderCount: left.length },
  ]);
  const lines = linesOf(book.events, () => giveCommand(book, `sell ${left.length} @ 100`, source));
  const makers = lines.slice(1).map((line) => Number(/with (\d+),/.exec(line)?.[1]));
  expect(makers).toEqual(left);
  expect(book.liveOrderCount).toBe(0);
}

const LONG_SWEEP_FILLS = 5_000;

function longSweep(create: CreateBook): void {
  const book = create(RULES);
  const source = { nextId: 1 };
  for (let i = 0; i < LONG_SWEEP_FILLS; i++) giveCommand(book, 'sell 2 @ 100', source);
  const total = 2 * LONG_SWEEP_FILLS;
  expect(book.depth(SELL, 1)[0]?.displayedLots).toBe(total);
  const lines = linesOf(book.events, () => giveCommand(book, `buy ${total} @ 100`, source));
  const taker = LONG_SWEEP_FILLS + 1;
  const trades = Array.from(
    { length: LONG_SWEEP_FILLS },
    (_, i) => `trade ${i + 1}: ${taker} buy 2@100 with ${i + 1}, leaves ${total - 2 * (i + 1)} and 0`,
  );
  expect(lines).toEqual([`accepted ${taker} buy ${total}@100`, ...trades]);
  book.validate();
  expect(book.liveOrderCount).toBe(0);
}
