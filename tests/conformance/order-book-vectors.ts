/** The vectors of market-rules section 1 that one book can show, under their ids. Prices in ticks of a cent. */

import { expect, it } from 'vitest';
import type { BookRules } from '../../src/market/index.ts';
import { type CreateBook, giveCommand, runBookScript } from '../support/book-script.ts';
import { readEvent } from '../support/event-text.ts';
import { type BookCase, declareCases } from './order-book-cases.ts';

const QUIET: Partial<BookRules> = { publishLevels: false };

const FIFO_ASKS = `
  ~ sell 300 @ 10002
  ~ sell 200 @ 10002
  ~ sell 500 @ 10003`;

const ICEBERG_ASKS = `
  ~ sell 1000 @ 5000 display=200
  ~ sell 300 @ 5000
  ~ sell 600 @ 5000 display=100`;

const OWN_ASKS = `
  ~ sell 100 @ 1000 stp=1
  ~ sell 50 @ 1000 stp=2`;

export function describeVectors(create: CreateBook): void {
  declareCases(create, 'market-rules vectors: matching', [...MATCHING, ...ICEBERG_FILL_OR_KILL]);
  declareCases(create, 'market-rules vectors: hidden interest', HIDDEN);
  declareCases(create, 'market-rules vectors: self-trade prevention', SELF_TRADE);
  declareCases(create, 'market-rules vectors: changes and stops', CHANGES);
  it('T1.2-d: the average price of the fills of T1.2-a is 100.022857142857', () => {
    const book = runBookScript(create, QUIET, FIFO_ASKS);
    book.events.clear();
    giveCommand(book, 'buy 700 @ 10003', { nextId: 4 });
    const trades = Array.from({ length: 3 }, (_, i) => readEvent(book.events, i + 1));
    const lots = trades.reduce((sum, trade) => sum + trade.qty, 0);
    const notional = trades.reduce((sum, trade) => sum + trade.qty * trade.price, 0);
    expect(lots).toBe(700);
    expect(notional / lots / 100).toBeCloseTo(100.022857142857, 11);
  });
}

const MATCHING: readonly BookCase[] = [
  [
    'T1.2-a: a limit buy takes the best price first and stops inside a level',
    {},
    `${FIFO_ASKS}
    > buy 700 @ 10003
    = accepted 4 buy 700@10003
    = trade 1: 4 buy 300@10002 with 1, leaves 400 and 0
    = trade 2: 4 buy 200@10002 with 2, leaves 200 and 0
    = trade 3: 4 buy 200@10003 with 3, leaves 0 and 300
    book: ask 10003 300 (1)`,
  ],
  [
    'T1.2-b: what a sweep leaves over becomes the new best bid',
    {},
    `${FIFO_ASKS}
    > buy 1200 @ 10003
    = accepted 4 buy 1200@10003
    = trade 1: 4 buy 300@10002 with 1, leaves 900 and 0
    = trade 2: 4 buy 200@10002 with 2, leaves 700 and 0
    = trade 3: 4 buy 500@10003 with 3, leaves 200 and 0
    = rested 4 buy 200 of 200@10003
    book: bid 10003 200 (1)`,
  ],
  [
    'T1.2-c: the limit stops the sweep, the rest is the new bid',
    {},
    `${FIFO_ASKS}
    > buy 600 @ 10002
    = accepted 4 buy 600@10002
    = trade 1: 4 buy 300@10002 with 1, leaves 300 and 0
    = trade 2: 4 buy 200@10002 with 2, leaves 100 and 0
    = rested 4 buy 100 of 100@10002
    book: bid 10002 100 (1) | ask 10003 500 (1)`,
  ],
  [
    'T1.10-b: immediate-or-cancel with a minimum fills or does nothing',
    {},
    `
    ~ sell 300 @ 500
    ~ sell 400 @ 501
    > buy 600 @ 501 ioc min=500
    = accepted 3 buy 600@501
    = trade 1: 3 buy 300@500 with 1, leaves 300 and 0
    = trade 2: 3 buy 300@501 with 2, leaves 0 and 100
    ~ sell 300 @ 500
    ~ sell 300 @ 501
    > buy 900 @ 501 ioc min=800
    = accepted 6 buy 900@501
    = canceled 6 buy 900@501 minQtyUnfilled
    > buy 900 @ 501 ioc min=901
    = rejected 7 buy 900@501 minQty
    book: ask 500 300 (1) | ask 501 400 (2)`,
  ],
  [
    'T1.11-a: post-only in reject mode is refused at the locking price',
    {},
    `
    ~ buy 5 @ 1000
    ~ sell 5 @ 1001
    > buy 5 @ 1001 post
    = rejected 3 buy 5@1001 postOnlyWouldTake
    book: bid 1000 5 (1) | ask 1001 5 (1)`,
  ],
  [
    'T1.11-a: post-only in slide mode rests one tick away behind what is there',
    {},
    `
    ~ buy 5 @ 1000
    ~ sell 5 @ 1001
    > buy 7 @ 1001 slide
    = accepted 3 buy 7@1001
    = rested 3 buy 7 of 7@1000
    > sell 6 @ 1000 ioc
    = accepted 4 sell 6@1000
    = trade 1: 4 sell 5@1000 with 1, leaves 1 and 0
    = trade 2: 4 sell 1@1000 with 3, leaves 0 and 6
    book: bid 1000 6 (1) | ask 1001 5 (1)`,
  ],
  [
    'T1.15-a: fill-or-kill and immediate-or-cancel on a short level',
    {},
    `
    ~ sell 100 @ 500
    ~ sell 100 @ 501
    > buy 150 @ 500 fok
    = accepted 3 buy 150@500
    = canceled 3 buy 150@500 fokUnfilled
    > buy 150 @ 501 fok
    = accepted 4 buy 150@501
    = trade 1: 4 buy 100@500 with 1, leaves 50 and 0
    = trade 2: 4 buy 50@501 with 2, leaves 0 and 50
    ~ sell 100 @ 500
    > buy 150 @ 500 ioc
    = accepted 6 buy 150@500
    = trade 3: 6 buy 100@500 with 5, leaves 50 and 0
    = canceled 6 buy 50@500 iocRemainder
    book: ask 501 50 (1)`,
  ],
  [
    'T1.16-a: market-to-limit takes the best price and rests there',
    {},
    `
    ~ sell 100 @ 500
    ~ sell 200 @ 501
    > buy 150 mtl
    = accepted 3 buy 150@0
    = trade 1: 3 buy 100@500 with 1, leaves 50 and 0
    = rested 3 buy 50 of 50@500
    book: bid 500 50 (1) | ask 501 200 (1)`,
  ],
];

const ICEBERG_FILL_OR_KILL: readonly BookCase[] = (
  ['roundRobin', 'roundRobinAfterHidden', 'displayThenHiddenTime'] as const
).map((icebergRefresh) => {
  const fills =
    icebergRefresh !== 'displayThenHiddenTime'
      ? Array.from({ length: 5 }, (_, i) => i + 1).flatMap((i) => [
          `= trade ${i}: 2 buy 100@500 with 1, leaves ${500 - i * 100} and ${1000 - i * 100}`,
          `= refreshed 1 sell 100 of ${1000 - i * 100}@500`,
        ])
      : [
          '= trade 1: 2 buy 100@500 with 1, leaves 400 and 900',
          '= trade 2: 2 buy 400@500 with 1, leaves 0 and 500 hidden',
          '= refreshed 1 sell 100 of 500@500',
        ];
  return [
    `T1.15-b: an iceberg's reserve counts for fill-or-kill, ${icebergRefresh}`,
    { icebergRefresh },
    `
      ~ sell 1000 @ 500 display=100
      > buy 500 @ 500 fok
      = accepted 2 buy 500@500
      ${fills.join('\n')}
      book: ask 500 100 (1)`,
  ] as const;
});

const HIDDEN: readonly BookCase[] = [
  [
    'T1.9-a: round robin requeues each peak behind what is displayed',
    { icebergRefresh: 'roundRobin' },
    `
    ${ICEBERG_ASKS}
    > buy 1000 @ 5000
    = accepted 4 buy 1000@5000
    = trade 1: 4 buy 200@5000 with 1, leaves 800 and 800
    = refreshed 1 sell 200 of 800@5000
    = trade 2: 4 buy 300@5000 with 2, leaves 500 and 0
    = trade 3: 4 buy 100@5000 with 3, leaves 400 and 500
    = refreshed 3 sell 100 of 500@5000
    = trade 4: 4 buy 200@5000 with 1, leaves 200 and 600
    = refreshed 1 sell 200 of 600@5000
    = trade 5: 4 buy 100@5000 with 3, leaves 100 and 400
    = refreshed 3 sell 100 of 400@5000
    = trade 6: 4 buy 100@5000 with 1, leaves 0 and 500
    book: ask 5000 200 (2)
    # I1 shows 100 and stands ahead of I2.
    > buy 150 @ 5000
    = accepted 5 buy 150@5000
    = trade 7: 5 buy 100@5000 with 1, leaves 50 and 400
    = refreshed 1 sell 200 of 400@5000
    = trade 8: 5 buy 50@5000 with 3, leaves 0 and 350`,
  ],
  [
    'T1.9-b: displayed quantity first, then the reserves in time order',
    {},
    `
    ${ICEBERG_ASKS}
    > buy 1000 @ 5000
    = accepted 4 buy 1000@5000
    = trade 1: 4 buy 200@5000 with 1, leaves 800 and 800
    = trade 2: 4 buy 300@5000 with 2, leaves 500 and 0
    = trade 3: 4 buy 100@5000 with 3, leaves 400 and 500
    = trade 4: 4 buy 400@5000 with 1, leaves 0 and 400 hidden
    = refreshed 1 sell 200 of 400@5000
    = refreshed 3 sell 100 of 500@5000
    book: ask 5000 300 (2)`,
  ],
  [
    'T1.9-c: displayed trades before an older hidden order of the price',
    {},
    `
    ~ buy 500 @ 1000 hidden
    ~ buy 300 @ 1000
    > sell 400 @ 1000
    = accepted 3 sell 400@1000
    = trade 1: 3 sell 300@1000 with 2, leaves 100 and 0
    = trade 2: 3 sell 100@1000 with 1, leaves 0 and 400 hidden`,
  ],
  [
    'T1.9-d: a better hidden price trades before a displayed one',
    {},
    `
    ~ buy 100 @ 1001 hidden
    ~ buy 100 @ 1000
    > sell 100 @ 1000
    = accepted 3 sell 100@1000
    = trade 1: 3 sell 100@1001 with 1, leaves 0 and 0 hidden
    book: bid 1000 100 (1)`,
  ],
];

const SELF_TRADE: readonly BookCase[] = [
  [
    'T1.12-a: cancelNewest cancels the aggressor before any fill',
    {},
    `${OWN_ASKS}
    > buy 120 @ 1000 stp=1:cancelNewest
    = accepted 3 buy 120@1000
    = canceled 3 buy 120@1000 selfTrade
    book: ask 1000 150 (2)`,
  ],
  [
    'T1.12-b: cancelOldest cancels the resting order and goes on',
    {},
    `${OWN_ASKS}
    > buy 120 @ 1000 stp=1:cancelOldest
    = accepted 3 buy 120@1000
    = canceled 1 sell 100@1000 selfTrade
    = trade 1: 3 buy 50@1000 with 2, leaves 70 and 0
    = rested 3 buy 70 of 70@1000
    book: bid 1000 70 (1)`,
  ],
  [
    'T1.12-c: cancelBoth cancels both, nothing fills',
    {},
    `${OWN_ASKS}
    > buy 120 @ 1000 stp=1:cancelBoth
    = accepted 3 buy 120@1000
    = canceled 1 sell 100@1000 selfTrade
    = canceled 3 buy 120@1000 selfTrade
    book: ask 1000 50 (1)`,
  ],
  [
    'T1.12-d: decrement cancels the smaller and lowers the larger',
    {},
    `${OWN_ASKS}
    > buy 120 @ 1000 stp=1:decrement
    = accepted 3 buy 120@1000
    = canceled 1 sell 100@1000 selfTrade
    = restated 3 buy by 100 to 20@1000
    = trade 1: 3 buy 20@1000 with 2, leaves 0 and 30
    book: ask 1000 30 (1)`,
  ],
  [
    'T1.12-e: fills against others ahead of the own order stand',
    {},
    `
    ~ sell 50 @ 1000 stp=2
    ~ sell 100 @ 1000 stp=1
    > buy 120 @ 1000 stp=1:cancelNewest
    = accepted 3 buy 120@1000
    = trade 1: 3 buy 50@1000 with 1, leaves 70 and 0
    = canceled 3 buy 70@1000 selfTrade
    book: ask 1000 100 (1)`,
  ],
  [
    'T1.12-f: cancelSmallest cancels the smaller resting order',
    {},
    `${OWN_ASKS}
    > buy 120 @ 1000 stp=1:cancelSmallest
    = accepted 3 buy 120@1000
    = canceled 1 sell 100@1000 selfTrade
    = trade 1: 3 buy 50@1000 with 2, leaves 70 and 0
    = rested 3 buy 70 of 70@1000`,
  ],
  [
    'T1.18-b: a decrement is restated, nothing is filled',
    {},
    `
    ~ sell 100 @ 1000 stp=1
    > buy 120 @ 1000 stp=1:decrement
    = accepted 2 buy 120@1000
    = canceled 1 sell 100@1000 selfTrade
    = restated 2 buy by 100 to 20@1000
    = rested 2 buy 20 of 20@1000`,
  ],
];

const queue = `
    ~ buy 300 @ 1000
    ~ buy 200 @ 1000`;

const CHANGES: readonly BookCase[] = [
  [
    'T1.13-a: a decrease keeps the place',
    {},
    `${queue}
    > replace 1 qty=100
    = replaced 1 buy 100@1000 was 300@1000 keeps
    > sell 150 @ 1000
    = accepted 3 sell 150@1000
    = trade 1: 3 sell 100@1000 with 1, leaves 50 and 0
    = trade 2: 3 sell 50@1000 with 2, leaves 0 and 150`,
  ],
  [
    'T1.13-b: an increase goes to the back',
    {},
    `${queue}
    > replace 1 qty=400
    = replaced 1 buy 400@1000 was 300@1000
    = rested 1 buy 400 of 400@1000
    > sell 250 @ 1000
    = accepted 3 sell 250@1000
    = trade 1: 3 sell 200@1000 with 2, leaves 50 and 0
    = trade 2: 3 sell 50@1000 with 1, leaves 0 and 350`,
  ],
  [
    'T1.13-c: away and back again goes to the back',
    {},
    `${queue}
    > replace 1 px=1001
    = replaced 1 buy 300@1001 was 300@1000
    = rested 1 buy 300 of 300@1001
    > replace 1 px=1000
    = replaced 1 buy 300@1000 was 300@1001
    = rested 1 buy 300 of 300@1000
    > sell 200 @ 1000
    = accepted 3 sell 200@1000
    = trade 1: 3 sell 200@1000 with 2, leaves 0 and 0`,
  ],
  [
    'T1.13-d: the new quantity is the total, fills included',
    {},
    `
    ~ buy 500 @ 1000
    ~ sell 200 @ 1000
    > replace 1 qty=400
    = replaced 1 buy 200@1000 was 300@1000 keeps
    > replace 1 qty=150
    = canceled 1 buy 200@1000 replacedBelowFilled
    > replace 1 qty=900
    = replaceRejected 1 tooLate
    book: empty`,
  ],
  [
    'T1.14-d: two sell stops go off one after another',
    {},
    `
    ~ buy 100 @ 1000
    ~ buy 100 @ 998
    ~ buy 500 @ 995
    > sell 150 stop 1000
    = accepted 4 sell 150@0
    > sell 100 stop 998
    = accepted 5 sell 100@0
    > sell 100 market
    = accepted 6 sell 100@0
    = trade 1: 6 sell 100@1000 with 1, leaves 0 and 0
    = triggered 4 sell 150 at 1000
    = trade 2: 4 sell 100@998 with 2, leaves 50 and 0
    = trade 3: 4 sell 50@995 with 3, leaves 0 and 450
    = triggered 5 sell 100 at 998
    = trade 4: 5 sell 100@995 with 3, leaves 0 and 350
    book: bid 995 350 (1)`,
  ],
  [
    'T1.18-a: fills before and after a replace add up to its total',
    {},
    `
    ~ buy 500 @ 1002
    > sell 200 @ 1000
    = accepted 2 sell 200@1000
    = trade 1: 2 sell 200@1002 with 1, leaves 0 and 300
    > sell 100 @ 1001
    = accepted 3 sell 100@1001
    = trade 2: 3 sell 100@1002 with 1, leaves 0 and 200
    > replace 1 qty=400
    = replaced 1 buy 100@1002 was 200@1002 keeps
    > sell 100 @ 1002
    = accepted 4 sell 100@1002
    = trade 3: 4 sell 100@1002 with 1, leaves 0 and 0
    > cancel 1
    = cancelRejected 1 tooLate
    book: empty`,
  ],
];
