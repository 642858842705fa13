/** Parity of NYSE: docs/matching.md "Parity", market-rules §1.7. Account 7 is the DMM, 5 and 6 are floor brokers. */

import type { BookRules } from '../../src/market/index.ts';
import type { CreateBook } from '../support/book-script.ts';
import { type BookCase, declareCases } from './order-book-cases.ts';

const parityOf = (pointer: 'stays' | 'restarts'): Partial<BookRules> => ({
  allocation: {
    parity: { roundLotLots: 100, setterBps: 1500, pointer, oddRest: 'nextInLine' },
    participants: [
      { kind: 'dmm', accounts: [7] },
      { kind: 'floorBroker', accounts: [5] },
      { kind: 'floorBroker', accounts: [6, 8] },
    ],
  },
});
const parity = parityOf('stays');

export function describeParity(create: CreateBook): void {
  declareCases(create, 'parity: the wheel', WHEEL);
  declareCases(create, 'parity: the setter', SETTER);
  declareCases(create, 'parity: hidden interest', HIDDEN);
  declareCases(create, 'parity: self-trade prevention and fillable quantity', LIMITS);
}

// An odd lot comes first, so that nobody is the setter.
const THREE = `
  ~ buy 50 @ 100
  ~ buy 450 @ 100
  ~ buy 1000 @ 100 acct=5
  ~ buy 200 @ 100 acct=7`;

const WHEEL: readonly BookCase[] = [
  [
    'T1.7-a: round lots go round the participants, trades are said in time order',
    parity,
    `${THREE}
    > sell 700 @ 100
    = accepted 5 sell 700@100
    = trade 1: 5 sell 50@100 with 1, leaves 650 and 0
    = trade 2: 5 sell 250@100 with 2, leaves 400 and 200
    = trade 3: 5 sell 200@100 with 3, leaves 200 and 800
    = trade 4: 5 sell 200@100 with 4, leaves 0 and 0
    # FB1 is next: its lot, then one of the Book, since the DMM has gone.
    > sell 300 @ 100
    = accepted 6 sell 300@100
    = trade 5: 6 sell 100@100 with 2, leaves 200 and 100
    = trade 6: 6 sell 200@100 with 3, leaves 0 and 600`,
  ],
  [
    'T1.7-b: the pointer stays for the next aggressor, and the next in line gets the odd rest',
    parity,
    `
    ~ buy 50 @ 100
    ~ buy 550 @ 100
    ~ buy 1000 @ 100 acct=5
    ~ buy 200 @ 100 acct=7
    ~ sell 100 @ 100
    > sell 250 @ 100
    = accepted 6 sell 250@100
    = trade 3: 6 sell 50@100 with 2, leaves 200 and 450
    = trade 4: 6 sell 100@100 with 3, leaves 100 and 900
    = trade 5: 6 sell 100@100 with 4, leaves 0 and 100`,
  ],
  [
    'starts at the first entry for each aggressor, where that is the rule',
    parityOf('restarts'),
    `${THREE}
    ~ sell 100 @ 100
    > sell 100 @ 100
    = accepted 6 sell 100@100
    = trade 3: 6 sell 100@100 with 2, leaves 0 and 300`,
  ],
  [
    'a participant is served as one: the orders of its accounts by time, from the place of the first',
    parity,
    `
    ~ buy 50 @ 100 acct=6
    ~ buy 300 @ 100
    ~ buy 300 @ 100 acct=8
    > sell 300 @ 100
    = accepted 4 sell 300@100
    = trade 1: 4 sell 50@100 with 1, leaves 250 and 0
    = trade 2: 4 sell 100@100 with 2, leaves 150 and 200
    = trade 3: 4 sell 150@100 with 3, leaves 0 and 150`,
  ],
  [
    'who has left a price and comes back stands at the end of its wheel',
    parity,
    `
    ~ buy 50 @ 100 acct=5
    ~ buy 300 @ 100
    ~ buy 300 @ 100 acct=7
    ~ cancel 1 acct=5
    ~ buy 300 @ 100 acct=5
    > sell 100 @ 100
    = accepted 5 sell 100@100
    = trade 1: 5 sell 100@100 with 2, leaves 0 and 200
    > sell 100 @ 100
    = accepted 6 sell 100@100
    = trade 2: 6 sell 100@100 with 3, leaves 0 and 200
    > sell 100 @ 100
    = accepted 7 sell 100@100
    = trade 3: 7 sell 100@100 with 4, leaves 0 and 200`,
  ],
  [
    'without participants of their own all orders are the Book, by time and with no setter to tell',
    { allocation: { ...(parity.allocation as object), participants: [] } as never },
    `
    ~ buy 300 @ 100 acct=7
    ~ buy 300 @ 100 acct=5
    > sell 400 @ 100
    = accepted 3 sell 400@100
    = trade 1: 3 sell 300@100 with 1, leaves 100 and 0
    = trade 2: 3 sell 100@100 with 2, leaves 0 and 200`,
  ],
];

const SETTER: readonly BookCase[] = [
  [
    'T1.7-c: who set the best price alone has 15 % of the aggressor first, then takes part in the wheel',
    parity,
    `
    ~ buy 500 @ 100
    ~ buy 1000 @ 100 acct=5
    ~ buy 200 @ 100 acct=7
    > sell 1000 @ 100
    = accepted 4 sell 1000@100
    = trade 1: 4 sell 500@100 with 1, leaves 500 and 0
    = trade 2: 4 sell 300@100 with 2, leaves 200 and 700
    = trade 3: 4 sell 200@100 with 3, leaves 0 and 0`,
  ],
  [
    'the setter has a round lot at least, and may be a participant that is not next',
    parity,
    `
    ~ buy 300 @ 100 acct=5
    ~ buy 300 @ 100
    > sell 200 @ 100
    = accepted 3 sell 200@100
    = trade 1: 3 sell 200@100 with 1, leaves 0 and 100
    > sell 100 @ 100
    = accepted 4 sell 100@100
    = trade 2: 4 sell 100@100 with 1, leaves 0 and 0
    > sell 100 @ 100
    = accepted 5 sell 100@100
    = trade 3: 5 sell 100@100 with 2, leaves 0 and 200`,
  ],
  [
    'a price that becomes the best because a better one goes has a setter too, if one order stands there',
    parity,
    `
    ~ buy 50 @ 101
    ~ buy 300 @ 100 acct=5
    ~ cancel 1
    ~ buy 300 @ 100
    ~ buy 300 @ 100 acct=7
    > sell 300 @ 100
    = accepted 5 sell 300@100
    = trade 1: 5 sell 200@100 with 2, leaves 100 and 100
    = trade 2: 5 sell 100@100 with 3, leaves 0 and 200`,
  ],
  [
    'a setter that loses its place is none any more, and nobody follows it',
    parity,
    `
    ~ buy 300 @ 100 acct=5
    ~ buy 300 @ 100
    ~ buy 300 @ 100 acct=7
    ~ replace 1 qty=400 acct=5
    > sell 100 @ 100
    = accepted 4 sell 100@100
    = trade 1: 4 sell 100@100 with 2, leaves 0 and 200`,
  ],
  [
    'an aggressor that goes on to the next price finds no setter there',
    parity,
    `
    ~ buy 200 @ 99 acct=5
    ~ buy 100 @ 100
    ~ buy 300 @ 99
    > sell 200 @ 99
    = accepted 4 sell 200@99
    = trade 1: 4 sell 100@100 with 2, leaves 100 and 0
    = trade 2: 4 sell 100@99 with 1, leaves 0 and 100
    # The wheel of 99 stands at the Book now: a setter would have been served first.
    > sell 100 @ 99
    = accepted 5 sell 100@99
    = trade 3: 5 sell 100@99 with 3, leaves 0 and 200`,
  ],
];

const HIDDEN: readonly BookCase[] = [
  [
    'displayed interest goes first, then hidden interest goes round the same wheel',
    parity,
    `
    ~ buy 300 @ 100 hidden
    ~ buy 300 @ 100 acct=5 hidden
    ~ buy 50 @ 100 acct=7
    > sell 350 @ 100
    = accepted 4 sell 350@100
    = trade 1: 4 sell 50@100 with 3, leaves 300 and 0
    = trade 2: 4 sell 200@100 with 1, leaves 100 and 100 hidden
    = trade 3: 4 sell 100@100 with 2, leaves 0 and 200 hidden
    book: empty`,
  ],
  [
    'reserves of icebergs are hidden interest and share; peaks are shown again afterwards',
    parity,
    `
    ~ buy 50 @ 100
    ~ buy 400 @ 100 display=100
    ~ buy 300 @ 100 acct=5 hidden
    > sell 350 @ 100
    = accepted 4 sell 350@100
    = trade 1: 4 sell 50@100 with 1, leaves 300 and 0
    = trade 2: 4 sell 100@100 with 2, leaves 200 and 300
    = trade 3: 4 sell 100@100 with 2, leaves 100 and 200 hidden
    = trade 4: 4 sell 100@100 with 3, leaves 0 and 200 hidden
    = refreshed 2 buy 100 of 200@100
    book: bid 100 100 (1)`,
  ],
  [
    'hidden orders with a minimum quantity come last, by time',
    parity,
    `
    ~ buy 200 @ 100 min=200 hidden
    ~ buy 200 @ 100 acct=5 hidden
    > sell 300 @ 100
    = accepted 3 sell 300@100
    = trade 1: 3 sell 200@100 with 2, leaves 100 and 0 hidden
    = rested 3 sell 100 of 100@100
    > sell 200 @ 100
    = accepted 4 sell 200@100
    = trade 2: 4 sell 200@100 with 1, leaves 0 and 0 hidden
    book: ask 100 100 (1)`,
  ],
];

const LIMITS: readonly BookCase[] = [
  [
    'own hidden orders go before hidden interest shares',
    parity,
    `
    ~ buy 100 @ 100 hidden acct=5
    ~ buy 100 @ 100 hidden stp=3:cancelOldest
    > sell 150 @ 100 ioc stp=3:cancelOldest
    = accepted 3 sell 150@100
    = canceled 2 buy 100@100 selfTrade
    = trade 1: 3 sell 100@100 with 1, leaves 50 and 0 hidden
    = canceled 3 sell 50@100 iocRemainder`,
  ],
  [
    'fill-or-kill counts hidden interest in the order in which it would be met',
    parity,
    `
    ~ buy 100 @ 100 min=100 hidden
    ~ buy 50 @ 100 hidden acct=5
    > sell 120 @ 100 fok
    = accepted 3 sell 120@100
    = canceled 3 sell 120@100 fokUnfilled
    > sell 150 @ 100 fok
    = accepted 4 sell 150@100
    = trade 1: 4 sell 50@100 with 2, leaves 100 and 0 hidden
    = trade 2: 4 sell 100@100 with 1, leaves 0 and 0 hidden`,
  ],
];
