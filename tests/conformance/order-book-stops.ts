/** Stops and replaces of waiting stops: docs/matching.md, sections 'Stops' and 'Changes'. */

import { PRICE_TICKS_MAX } from '../../src/domain/index.ts';
import type { CreateBook } from '../support/book-script.ts';
import { type BookCase, declareCases } from './order-book-cases.ts';

export function describeStops(create: CreateBook): void {
  declareCases(create, 'stops', STOPS);
  declareCases(create, 'replace of a waiting stop', REPLACED_STOPS);
}

/** One trade at 100, nothing left over; ids 1 and 2. */
const TRADE_AT_100 = `
  ~ sell 1 @ 100
  ~ buy 1 @ 100`;

const STOPS: readonly BookCase[] = [
  [
    'a stop-limit has its limit beyond its stop',
    {},
    `
    > buy 5 stop 100 @ 99
    = rejected 1 buy 5@99 stopLimitBeyondStop
    > sell 5 stop 100 @ 101
    = rejected 2 sell 5@101 stopLimitBeyondStop
    > buy 5 stop 100 @ 100
    = accepted 3 buy 5@100
    > sell 5 stop 100 @ 100
    = accepted 4 sell 5@100`,
  ],
  [
    'a venue may allow any limit of a stop-limit',
    { stopLimitBeyondStop: 'allow' },
    `
    > buy 5 stop 100 @ 99
    = accepted 1 buy 5@99`,
  ],
  [
    'a stop that the last trade has triggered is refused',
    { stopAlreadyTriggered: 'reject' },
    `
    > buy 5 stop 100
    = accepted 1 buy 5@0
    ~ cancel 1
    ~ sell 1 @ 100
    ~ buy 1 @ 100
    > buy 5 stop 100
    = rejected 4 buy 5@0 stopAlreadyTriggered
    > sell 5 stop 100
    = rejected 5 sell 5@0 stopAlreadyTriggered
    > sell 5 stop 101 @ 99
    = rejected 6 sell 5@99 stopAlreadyTriggered
    > buy 5 stop 101
    = accepted 7 buy 5@0
    > sell 5 stop 99
    = accepted 8 sell 5@0`,
  ],
  [
    'or it enters at once',
    { stopAlreadyTriggered: 'enter' },
    `
    ${TRADE_AT_100}
    > buy 5 stop 100 acct=3
    = accepted 3 buy 5@0 acct=3
    = triggered 3 buy 5 at 100 acct=3
    = canceled 3 buy 5@0 noLiquidity acct=3
    > sell 5 stop 105 @ 104
    = accepted 4 sell 5@104
    = triggered 4 sell 5 at 105
    = rested 4 sell 5 of 5@104
    book: ask 104 5 (1)`,
  ],
  [
    'a stop-limit rests at its limit when triggered, a stop is cancelled',
    {},
    `
    ~ buy 7 stop 100 @ 102
    ~ buy 7 stop 100
    ~ sell 3 @ 100
    > buy 3 @ 100
    = accepted 4 buy 3@100
    = trade 1: 4 buy 3@100 with 3, leaves 0 and 0
    = triggered 1 buy 7 at 100
    = rested 1 buy 7 of 7@102
    = triggered 2 buy 7 at 100
    = canceled 2 buy 7@0 noLiquidity
    book: bid 102 7 (1)`,
  ],
  [
    'stops are released by distance from the last trade, then time, both sides together',
    {},
    `
    ~ buy 1 stop 101 @ 101
    ~ buy 1 stop 103 @ 103
    ~ buy 1 stop 101 @ 101
    ~ sell 1 stop 99 @ 99
    ~ sell 1 stop 98 @ 98
    # One order trades at 104, 103 and then 97.
    ~ buy 1 @ 104
    ~ buy 1 @ 97
    > sell 2 @ 97
    = accepted 8 sell 2@97
    = trade 1: 8 sell 1@104 with 6, leaves 1 and 0
    = trade 2: 8 sell 1@97 with 7, leaves 0 and 0
    = triggered 5 sell 1 at 98
    = rested 5 sell 1 of 1@98
    = triggered 4 sell 1 at 99
    = rested 4 sell 1 of 1@99
    = triggered 1 buy 1 at 101
    = trade 3: 1 buy 1@98 with 5, leaves 0 and 0
    = triggered 3 buy 1 at 101
    = trade 4: 3 buy 1@99 with 4, leaves 0 and 0
    = triggered 2 buy 1 at 103
    = rested 2 buy 1 of 1@103
    book: bid 103 1 (1)`,
  ],
  [
    'equal distances on both sides go by time',
    {},
    `
    ~ sell 1 stop 99 @ 90
    ~ buy 1 stop 101 @ 110
    ~ sell 1 @ 101
    ~ sell 1 @ 100
    ~ buy 1 @ 99
    # Highest 101, lowest 99 and last 100 need two orders: a sell at 99 first triggers only the sell stop.
    > sell 1 @ 99
    = accepted 6 sell 1@99
    = trade 1: 6 sell 1@99 with 5, leaves 0 and 0
    = triggered 1 sell 1 at 99
    = rested 1 sell 1 of 1@90
    > buy 3 @ 101
    = accepted 7 buy 3@101
    = trade 2: 7 buy 1@90 with 1, leaves 2 and 0
    = trade 3: 7 buy 1@100 with 4, leaves 1 and 0
    = trade 4: 7 buy 1@101 with 3, leaves 0 and 0
    = triggered 2 buy 1 at 101
    = rested 2 buy 1 of 1@110`,
  ],
  [
    'stops triggered by released ones queue behind those released already',
    {},
    `
    ~ buy 1 stop 100
    ~ buy 1 stop 99
    ~ buy 1 stop 102
    ~ sell 1 @ 100
    ~ sell 1 @ 102
    ~ sell 1 @ 103
    ~ sell 1 @ 104
    > buy 1 @ 100
    = accepted 8 buy 1@100
    = trade 1: 8 buy 1@100 with 4, leaves 0 and 0
    = triggered 1 buy 1 at 100
    = trade 2: 1 buy 1@102 with 5, leaves 0 and 0
    = triggered 2 buy 1 at 99
    = trade 3: 2 buy 1@103 with 6, leaves 0 and 0
    = triggered 3 buy 1 at 102
    = trade 4: 3 buy 1@104 with 7, leaves 0 and 0
    book: empty`,
  ],
  [
    'the rest and the levels of an order come before the stops it triggers',
    { publishLevels: true },
    `
    ~ buy 1 stop 100 @ 100
    ~ sell 1 @ 100
    > buy 3 @ 100
    = accepted 3 buy 3@100
    = trade 1: 3 buy 1@100 with 2, leaves 2 and 0
    = level sell 0@100 (0)
    = rested 3 buy 2 of 2@100
    = level buy 2@100 (1)
    = triggered 1 buy 1 at 100
    = rested 1 buy 1 of 1@100
    = level buy 3@100 (2)`,
  ],
  [
    'a triggered stop keeps its terms: fill-or-kill, minimum, iceberg, self-trade group',
    {},
    `
    ~ buy 5 stop 100 fok
    ~ buy 5 stop 100 min=4
    ~ buy 5 stop 100 @ 101 display=2
    ~ buy 5 stop 100 @ 103 stp=1:cancelNewest
    ~ sell 1 @ 100
    ~ sell 3 @ 102 stp=1
    > buy 1 @ 100
    = accepted 7 buy 1@100
    = trade 1: 7 buy 1@100 with 5, leaves 0 and 0
    = triggered 1 buy 5 at 100
    = canceled 1 buy 5@0 fokUnfilled
    = triggered 2 buy 5 at 100
    = canceled 2 buy 5@0 minQtyUnfilled
    = triggered 3 buy 5 at 100
    = rested 3 buy 2 of 5@101
    = triggered 4 buy 5 at 100
    = canceled 4 buy 5@103 selfTrade`,
  ],
  [
    'a self-trade cancel and a decrement are no trades: they trigger nothing',
    {},
    `
    ~ buy 5 stop 100
    ~ sell 5 @ 100 stp=1
    > buy 5 @ 100 stp=1:decrement
    = accepted 3 buy 5@100
    = canceled 2 sell 5@100 selfTrade
    = canceled 3 buy 5@100 selfTrade`,
  ],
  [
    'a waiting stop has no place in the book',
    { publishLevels: true },
    `
    > buy 5 stop 100 @ 105
    = accepted 1 buy 5@105
    book: empty
    > sell 5 @ 90
    = accepted 2 sell 5@90
    = rested 2 sell 5 of 5@90
    = level sell 5@90 (1)`,
  ],
];

const REPLACED_STOPS: readonly BookCase[] = [
  [
    'a smaller quantity keeps its time, a larger one or a new stop price does not',
    {},
    `
    ~ buy 5 stop 105 @ 105
    ~ buy 5 stop 105 @ 105
    ~ buy 5 stop 105 @ 105
    > replace 1 qty=4
    = replaced 1 buy 4@105 was 5@105 keeps
    > replace 1 px=107
    = replaced 1 buy 4@105 was 4@105 keeps
    > replace 2 qty=6
    = replaced 2 buy 6@105 was 5@105
    > replace 1 stop=106
    = replaced 1 buy 4@106 was 4@105
    > replace 1 stop=105
    = replaced 1 buy 4@105 was 4@106
    ~ sell 1 @ 105
    > buy 1 @ 105
    = accepted 5 buy 1@105
    = trade 1: 5 buy 1@105 with 4, leaves 0 and 0
    = triggered 3 buy 5 at 105
    = rested 3 buy 5 of 5@105
    = triggered 2 buy 6 at 105
    = rested 2 buy 6 of 6@105
    = triggered 1 buy 4 at 105
    = rested 1 buy 4 of 4@107`,
  ],
  [
    'also where every other replace goes to the back',
    { replaceLosesPriority: 'always' },
    `
    ~ buy 5 stop 105
    > replace 1 qty=4
    = replaced 1 buy 4@105 was 5@105 keeps`,
  ],
  [
    'the new values pass the checks of a new stop',
    { stopAlreadyTriggered: 'reject' },
    `
    ${TRADE_AT_100}
    ~ buy 5 stop 105 @ 106 acct=7
    > replace 3 px=104
    = replaceRejected 3 stopLimitBeyondStop
    > replace 3 stop=107 acct=7
    = replaceRejected 3 stopLimitBeyondStop acct=7
    > replace 3 stop=100
    = replaceRejected 3 stopAlreadyTriggered
    > replace 3 stop=${PRICE_TICKS_MAX + 1}
    = replaceRejected 3 priceRange
    > replace 3 qty=0
    = replaceRejected 3 qtyRange
    > replace 3 qty=4 display=5
    = replaceRejected 3 displayQty
    > replace 3 stop=101
    = replaced 3 buy 5@101 was 5@105 acct=7`,
  ],
  [
    'a stop moved to where the last trade triggers it enters at once',
    {},
    `
    ${TRADE_AT_100}
    ~ buy 5 stop 105 @ 106 display=2
    > replace 3 stop=100 qty=6
    = replaced 3 buy 6@100 was 5@105
    = triggered 3 buy 6 at 100
    = rested 3 buy 2 of 6@106
    book: bid 106 2 (1)`,
  ],
  [
    'a display given to a stop counts when it rests',
    {},
    `
    ~ buy 5 stop 105 @ 106
    > replace 1 display=2
    = replaced 1 buy 5@105 was 5@105 keeps
    ~ sell 1 @ 105
    > buy 1 @ 105
    = accepted 3 buy 1@105
    = trade 1: 3 buy 1@105 with 2, leaves 0 and 0
    = triggered 1 buy 5 at 105
    = rested 1 buy 2 of 5@106`,
  ],
  [
    'a minimum follows the quantity of a stop down',
    {},
    `
    ~ buy 5 stop 105 min=5
    ~ buy 5 stop 106 min=5
    ~ replace 1 qty=2
    ~ reduce 2 2
    ~ sell 1 @ 105
    ~ sell 2 @ 106
    ~ sell 3 @ 107
    > buy 1 @ 105
    = accepted 6 buy 1@105
    = trade 1: 6 buy 1@105 with 3, leaves 0 and 0
    = triggered 1 buy 2 at 105
    = trade 2: 1 buy 2@106 with 4, leaves 0 and 0
    = triggered 2 buy 3 at 106
    = trade 3: 2 buy 3@107 with 5, leaves 0 and 0`,
  ],
];
