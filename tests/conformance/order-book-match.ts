/** Entering the book and the match: docs/matching.md, second and third section. */

import type { CreateBook } from '../support/book-script.ts';
import { type BookCase, declareCases } from './order-book-cases.ts';

export function describeMatch(create: CreateBook): void {
  declareCases(create, 'entering the book', ENTERING);
  declareCases(create, 'fillable quantity', FILLABLE);
  declareCases(create, 'resting minimum quantity', MINIMUM);
  declareCases(create, 'icebergs', ICEBERGS);
  declareCases(create, 'self-trade prevention', SELF_TRADE);
  declareCases(create, 'levels', LEVELS);
}

const ENTERING: readonly BookCase[] = [
  [
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
  ],
  [
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
  ],
  [
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
  ],
  [
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
  ],
  [
    'an immediate-or-cancel order keeps its limit',
    {},
    `
    ~ sell 5 @ 100
    > buy 5 @ 99 ioc acct=4
    = accepted 2 buy 5@99 acct=4
    = canceled 2 buy 5@99 iocRemainder acct=4`,
  ],
  [
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
  ],
];

const own = `
    ~ sell 5 @ 100 stp=1
    ~ sell 5 @ 100`;

const FILLABLE: readonly BookCase[] = [
  [
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
  ],
  [
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
  ],
  [
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
  ],
  [
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
  ],
  [
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
  ],
  [
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
  ],
];

const MINIMUM: readonly BookCase[] = [
  [
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
  ],
  [
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
  ],
  [
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
  ],
  [
    'a minimum of a displayed immediate order does not pass hidden orders over',
    {},
    `
    ~ sell 3 @ 100 hidden min=3
    > buy 3 @ 100 ioc min=3
    = accepted 2 buy 3@100
    = trade 1: 2 buy 3@100 with 1, leaves 0 and 0 hidden`,
  ],
];

const ICEBERGS: readonly BookCase[] = [
  [
    'an iceberg that only lost a part of its peak is not refreshed',
    {},
    `
    ~ sell 10 @ 100 display=4
    > buy 3 @ 100
    = accepted 2 buy 3@100
    = trade 1: 2 buy 3@100 with 1, leaves 0 and 7
    book: ask 100 1 (1)`,
  ],
  [
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
  ],
  [
    'where peaks come after hidden orders, the next ones follow when these have traded, in the order of depletion',
    { icebergRefresh: 'roundRobinAfterHidden', publishLevels: true },
    `
    ~ sell 6 @ 100 display=2
    ~ sell 9 @ 100 display=3
    ~ sell 4 @ 100 hidden
    > buy 13 @ 100
    = accepted 4 buy 13@100
    = trade 1: 4 buy 2@100 with 1, leaves 11 and 4
    = trade 2: 4 buy 3@100 with 2, leaves 8 and 6
    = trade 3: 4 buy 4@100 with 3, leaves 4 and 0 hidden
    = refreshed 1 sell 2 of 4@100
    = refreshed 2 sell 3 of 6@100
    = trade 4: 4 buy 2@100 with 1, leaves 2 and 2
    = trade 5: 4 buy 2@100 with 2, leaves 0 and 4
    = refreshed 1 sell 2 of 2@100
    = level sell 3@100 (2)
    # The one whose peak was eaten stands behind the other.
    > buy 2 @ 100
    = accepted 5 buy 2@100
    = trade 6: 5 buy 1@100 with 2, leaves 1 and 3
    = trade 7: 5 buy 1@100 with 1, leaves 0 and 1
    = refreshed 2 sell 3 of 3@100
    = level sell 4@100 (2)`,
  ],
  [
    'where peaks come after hidden orders, fill-or-kill counts hidden orders before reserves',
    { icebergRefresh: 'roundRobinAfterHidden' },
    `
    ~ sell 6 @ 100 display=2
    ~ sell 4 @ 100 hidden min=4
    > buy 5 @ 100 fok
    = accepted 3 buy 5@100
    = trade 1: 3 buy 2@100 with 1, leaves 3 and 4
    = refreshed 1 sell 2 of 4@100
    = trade 2: 3 buy 2@100 with 1, leaves 1 and 2
    = refreshed 1 sell 2 of 2@100
    = trade 3: 3 buy 1@100 with 1, leaves 0 and 1
    > buy 6 @ 100 fok
    = accepted 4 buy 6@100
    = canceled 4 buy 6@100 fokUnfilled
    > buy 5 @ 100 fok
    = accepted 5 buy 5@100
    = trade 4: 5 buy 1@100 with 1, leaves 4 and 0
    = trade 5: 5 buy 4@100 with 2, leaves 0 and 0 hidden`,
  ],
  [
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
  ],
  [
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
  ],
  [
    'an order with all of its quantity displayed is no iceberg',
    {},
    `
    ~ sell 4 @ 100 display=4
    ~ sell 4 @ 100
    > buy 5 @ 100
    = accepted 3 buy 5@100
    = trade 1: 3 buy 4@100 with 1, leaves 1 and 0
    = trade 2: 3 buy 1@100 with 2, leaves 0 and 3`,
  ],
];

const SELF_TRADE: readonly BookCase[] = [
  [
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
  ],
  [
    'decrement of equal quantities cancels both, the resting one first',
    {},
    `
    ~ sell 5 @ 100 stp=1
    > buy 5 @ 101 stp=1:decrement
    = accepted 2 buy 5@101
    = canceled 1 sell 5@100 selfTrade
    = canceled 2 buy 5@101 selfTrade
    book: empty`,
  ],
  [
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
  ],
  [
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
  ],
  [
    'an own hidden order is met in the hidden queue, after what is displayed',
    {},
    `
    ~ sell 5 @ 100 hidden stp=1
    ~ sell 3 @ 100
    > buy 5 @ 100 stp=1:cancelNewest
    = accepted 3 buy 5@100
    = trade 1: 3 buy 3@100 with 2, leaves 2 and 0
    = canceled 3 buy 2@100 selfTrade`,
  ],
  [
    'an own hidden order is prevented even below its minimum',
    {},
    `
    ~ sell 9 @ 100 hidden min=5 stp=1
    > buy 4 @ 100 stp=1:cancelOldest
    = accepted 2 buy 4@100
    = canceled 1 sell 9@100 selfTrade
    = rested 2 buy 4 of 4@100`,
  ],
  [
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
  ],
];

const loud = { publishLevels: true };

const LEVELS: readonly BookCase[] = [
  [
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
  ],
  [
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
  ],
  [
    'a refresh stands before its level',
    loud,
    `
    ~ sell 8 @ 100 display=2
    > buy 2 @ 100
    = accepted 2 buy 2@100
    = trade 1: 2 buy 2@100 with 1, leaves 0 and 6
    = refreshed 1 sell 2 of 6@100
    = level sell 2@100 (1)`,
  ],
  [
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
  ],
  [
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
  ],
];
