/** Cancel, reduce, replace, mass cancel and expiry: docs/matching.md, section 'Changes'. */

import { PRICE_TICKS_MAX, QTY_LOTS_MAX } from '../../src/domain/index.ts';
import type { CreateBook } from '../support/book-script.ts';
import { type BookCase, declareCases } from './order-book-cases.ts';

export function describeChanges(create: CreateBook): void {
  declareCases(create, 'cancel and reduce', CANCELS);
  declareCases(create, 'replace', REPLACES);
  declareCases(create, 'replace of icebergs and hidden orders', DISPLAY_REPLACES);
  declareCases(create, 'mass cancel and expiry', MASS);
}

const CANCELS: readonly BookCase[] = [
  [
    'only the owner or the venue cancels, reduces and replaces',
    {},
    `
    ~ buy 5 @ 100 acct=7
    > cancel 1 acct=8
    = cancelRejected 1 notOwner acct=8
    > reduce 1 2 acct=8
    = cancelRejected 1 notOwner acct=8
    > replace 1 qty=2 acct=8
    = replaceRejected 1 notOwner acct=8
    > reduce 1 1 acct=7
    = reduced 1 buy by 1 to 4@100 acct=7
    > replace 1 qty=3
    = replaced 1 buy 3@100 was 4@100 keeps acct=7
    > cancel 1
    = canceled 1 buy 3@100 requested acct=7`,
  ],
  [
    'unknown and gone orders are told apart',
    {},
    `
    ~ buy 5 @ 100
    ~ cancel 1
    > reduce 1 2 acct=3
    = cancelRejected 1 tooLate acct=3
    > reduce 2 2
    = cancelRejected 2 unknownOrder
    > replace 1 qty=2 acct=3
    = replaceRejected 1 tooLate acct=3
    > replace 2 qty=2
    = replaceRejected 2 unknownOrder`,
  ],
  [
    'a reduce keeps the place; all of it or more cancels',
    { publishLevels: true },
    `
    ~ buy 5 @ 100
    ~ buy 5 @ 100
    > reduce 1 0
    = cancelRejected 1 qtyRange
    > reduce 1 -2 acct=0
    = cancelRejected 1 qtyRange
    > reduce 1 2
    = reduced 1 buy by 2 to 3@100
    = level buy 8@100 (2)
    > sell 4 @ 100
    = accepted 3 sell 4@100
    = trade 1: 3 sell 3@100 with 1, leaves 1 and 0
    = trade 2: 3 sell 1@100 with 2, leaves 0 and 4
    = level buy 4@100 (1)
    > reduce 2 4
    = canceled 2 buy 4@100 requested
    = level buy 0@100 (0)
    ~ buy 5 @ 100
    > reduce 4 ${QTY_LOTS_MAX}
    = canceled 4 buy 5@100 requested
    = level buy 0@100 (0)`,
  ],
  [
    'a reduce takes the reserve first, then what is displayed',
    { publishLevels: true },
    `
    ~ buy 10 @ 100 display=4
    > reduce 1 6
    = reduced 1 buy by 6 to 4@100
    > reduce 1 1
    = reduced 1 buy by 1 to 3@100
    = level buy 3@100 (1)`,
  ],
  [
    'a stop is cancelled and reduced at its stop price',
    {},
    `
    ~ buy 10 stop 105 @ 107 acct=2
    > reduce 1 4 acct=2
    = reduced 1 buy by 4 to 6@105 acct=2
    > cancel 1
    = canceled 1 buy 6@105 requested acct=2`,
  ],
];

const REPLACES: readonly BookCase[] = [
  [
    'checks of a replace: quantity, price, display',
    {},
    `
    ~ buy 5 @ 100
    > replace 1 qty=0 px=${PRICE_TICKS_MAX + 1}
    = replaceRejected 1 qtyRange
    > replace 1 px=${PRICE_TICKS_MAX + 1} display=-1
    = replaceRejected 1 priceRange
    > replace 1 qty=4 display=5
    = replaceRejected 1 displayQty
    > replace 1 display=6
    = replaceRejected 1 displayQty
    > replace 1 qty=5 px=100 display=5
    = replaced 1 buy 5@100 was 5@100 keeps
    > replace 1
    = replaced 1 buy 5@100 was 5@100 keeps`,
  ],
  [
    'with "open" the quantity is the new open one, fills do not count',
    { replaceQty: 'open' },
    `
    ~ buy 10 @ 100
    ~ sell 4 @ 100
    > replace 1 qty=3
    = replaced 1 buy 3@100 was 6@100 keeps
    > replace 1 qty=4
    = replaced 1 buy 4@100 was 3@100
    = rested 1 buy 4 of 4@100
    > replace 1 qty=${QTY_LOTS_MAX}
    = replaceRejected 1 qtyRange
    > replace 1 qty=${QTY_LOTS_MAX - 4}
    = replaced 1 buy ${QTY_LOTS_MAX - 4}@100 was 4@100
    = rested 1 buy ${QTY_LOTS_MAX - 4} of ${QTY_LOTS_MAX - 4}@100`,
  ],
  [
    'with "total" a quantity of what is filled ends the order',
    { publishLevels: true },
    `
    ~ buy 10 @ 100 acct=2
    ~ sell 4 @ 100
    > replace 1 qty=4
    = canceled 1 buy 6@100 replacedBelowFilled acct=2
    = level buy 0@100 (0)`,
  ],
  [
    'a reduced order counts what is filled and open as its total',
    {},
    `
    ~ buy 10 @ 100
    ~ sell 4 @ 100
    ~ reduce 1 3
    > replace 1 qty=7
    = replaced 1 buy 3@100 was 3@100 keeps
    > replace 1 display=8
    = replaceRejected 1 displayQty`,
  ],
  [
    'a new price leaves the old level first, then enters and may trade',
    { publishLevels: true },
    `
    ~ buy 5 @ 100
    ~ sell 2 @ 102
    > replace 1 px=103 qty=6
    = replaced 1 buy 6@103 was 5@100
    = level buy 0@100 (0)
    = trade 1: 1 buy 2@102 with 2, leaves 4 and 0
    = level sell 0@102 (0)
    = rested 1 buy 4 of 4@103
    = level buy 4@103 (1)
    > replace 1 qty=7
    = replaced 1 buy 5@103 was 4@103
    = level buy 0@103 (0)
    = rested 1 buy 5 of 5@103
    = level buy 5@103 (1)`,
  ],
  [
    'a replace that trades triggers stops',
    {},
    `
    ~ buy 5 stop 102
    ~ buy 5 @ 100
    ~ sell 2 @ 102
    > replace 2 px=102
    = replaced 2 buy 5@102 was 5@100
    = trade 1: 2 buy 2@102 with 3, leaves 3 and 0
    = rested 2 buy 3 of 3@102
    = triggered 1 buy 5 at 102
    = canceled 1 buy 5@0 noLiquidity`,
  ],
  [
    'a replaced post-only order is checked again',
    {},
    `
    ~ sell 5 @ 102
    ~ buy 5 @ 100 post acct=4
    ~ buy 5 @ 99 slide
    > replace 2 px=102 acct=4
    = replaceRejected 2 postOnlyWouldTake acct=4
    > replace 2 px=102
    = replaceRejected 2 postOnlyWouldTake
    > replace 3 px=105
    = replaced 3 buy 5@105 was 5@99
    = rested 3 buy 5 of 5@101
    book: bid 101 5 (1) | bid 100 5 (1) | ask 102 5 (1)`,
  ],
  [
    'a post-only order that stays where it is is not checked again',
    {},
    `
    ~ sell 5 @ 102
    ~ buy 5 @ 101 post
    ~ place sell 5 @ 101
    > replace 2 qty=3
    = replaced 2 buy 3@101 was 5@101 keeps
    > replace 2 qty=4
    = replaceRejected 2 postOnlyWouldTake
    book: bid 101 3 (1) | ask 101 5 (1) | ask 102 5 (1)`,
  ],
  [
    'a replace without room for a slide is refused',
    {},
    `
    ~ buy 5 @ -2147483646 slide
    ~ place sell 5 @ -2147483646
    > replace 1 qty=6
    = replaceRejected 1 priceRange`,
  ],
  [
    'a replaced order keeps its self-trade group',
    {},
    `
    ~ sell 5 @ 102 stp=1
    ~ buy 5 @ 100 stp=1:cancelOldest
    > replace 2 px=102
    = replaced 2 buy 5@102 was 5@100
    = canceled 1 sell 5@102 selfTrade
    = rested 2 buy 5 of 5@102`,
  ],
];

const loud = { publishLevels: true };

const DISPLAY_REPLACES: readonly BookCase[] = [
  [
    'a smaller display keeps the place and moves quantity to the reserve',
    loud,
    `
    ~ buy 10 @ 100
    ~ buy 5 @ 100 hidden
    > replace 1 display=4
    = replaced 1 buy 10@100 was 10@100 keeps
    = level buy 4@100 (1)
    # The new reserve stands behind the hidden order.
    > sell 10 @ 100
    = accepted 3 sell 10@100
    = trade 1: 3 sell 4@100 with 1, leaves 6 and 6
    = trade 2: 3 sell 5@100 with 2, leaves 1 and 0 hidden
    = trade 3: 3 sell 1@100 with 1, leaves 0 and 5 hidden
    = refreshed 1 buy 4 of 5@100
    = level buy 4@100 (1)`,
  ],
  [
    'a larger display, or all, goes to the back',
    loud,
    `
    ~ buy 10 @ 100 display=4
    > replace 1 display=5
    = replaced 1 buy 10@100 was 10@100
    = level buy 0@100 (0)
    = rested 1 buy 5 of 10@100
    = level buy 5@100 (1)
    > replace 1 display=0
    = replaced 1 buy 10@100 was 10@100
    = level buy 0@100 (0)
    = rested 1 buy 10 of 10@100
    = level buy 10@100 (1)`,
  ],
  [
    'a display of the whole quantity shows all',
    loud,
    `
    ~ buy 10 @ 100 display=4
    > replace 1 qty=4 display=4
    = replaced 1 buy 4@100 was 10@100
    = level buy 0@100 (0)
    = rested 1 buy 4 of 4@100
    = level buy 4@100 (1)`,
  ],
  [
    'a decrease takes the reserve first; a partly filled peak is not topped up',
    loud,
    `
    ~ buy 10 @ 100 display=4
    ~ sell 3 @ 100
    > replace 1 qty=6
    = replaced 1 buy 3@100 was 7@100 keeps
    > replace 1 qty=4 display=1
    = replaced 1 buy 1@100 was 3@100 keeps
    > sell 1 @ 100
    = accepted 3 sell 1@100
    = trade 2: 3 sell 1@100 with 1, leaves 0 and 0
    = level buy 0@100 (0)`,
  ],
  [
    'a display that is left as it is may be above the new quantity',
    loud,
    `
    ~ buy 10 @ 100 display=4
    > replace 1 qty=3
    = replaced 1 buy 3@100 was 10@100 keeps
    = level buy 3@100 (1)
    > replace 1 qty=9
    = replaced 1 buy 9@100 was 3@100
    = level buy 0@100 (0)
    = rested 1 buy 4 of 9@100
    = level buy 4@100 (1)`,
  ],
  [
    'a reserve that is gone leaves the hidden queue, one that comes again stands at its tail',
    {},
    `
    ~ buy 10 @ 100 display=4
    ~ buy 5 @ 100 hidden
    ~ replace 1 qty=4
    ~ replace 1 display=2
    > sell 8 @ 100
    = accepted 3 sell 8@100
    = trade 1: 3 sell 2@100 with 1, leaves 6 and 2
    = trade 2: 3 sell 5@100 with 2, leaves 1 and 0 hidden
    = trade 3: 3 sell 1@100 with 1, leaves 0 and 1 hidden
    = refreshed 1 buy 1 of 1@100`,
  ],
  [
    'a hidden order keeps its place without a level and never displays',
    loud,
    `
    ~ buy 10 @ 100 hidden
    ~ buy 10 @ 100 hidden
    > replace 1 display=1
    = replaceRejected 1 displayQty
    > replace 1 qty=6
    = replaced 1 buy 6@100 was 10@100 keeps
    > replace 1 px=101
    = replaced 1 buy 6@101 was 6@100
    = rested 1 buy 0 of 6@101 hidden`,
  ],
  [
    'a replaced hidden order below its minimum rests again without a match',
    {},
    `
    ~ sell 3 @ 102
    ~ buy 10 @ 100 hidden min=5
    > replace 2 px=102
    = replaced 2 buy 10@102 was 10@100
    = rested 2 buy 0 of 10@102 hidden
    ~ sell 2 @ 103
    > replace 2 px=103
    = replaced 2 buy 10@103 was 10@102
    = trade 1: 2 buy 3@102 with 1, leaves 7 and 0
    = trade 2: 2 buy 2@103 with 3, leaves 5 and 0
    = rested 2 buy 0 of 5@103 hidden`,
  ],
];

const many = `
    ~ sell 1 @ 103 acct=1
    ~ sell 1 @ 102 acct=2
    ~ sell 1 @ 102 hidden acct=1
    ~ sell 3 @ 102 display=1 acct=1
    ~ buy 1 @ 99 acct=1
    ~ buy 1 @ 100 acct=1
    ~ sell 1 stop 90 acct=1
    ~ sell 1 stop 95 acct=1
    ~ buy 1 stop 110 acct=1
    ~ buy 1 stop 105 acct=1
    ~ buy 1 stop 105 acct=1`;

const MASS: readonly BookCase[] = [
  [
    'a mass cancel goes bids, asks, buy stops, sell stops, best and nearest first',
    {},
    `${many}
    > massCancel 1
    = canceled 6 buy 1@100 massCancel acct=1
    = canceled 5 buy 1@99 massCancel acct=1
    = canceled 4 sell 3@102 massCancel acct=1
    = canceled 3 sell 1@102 massCancel acct=1
    = canceled 1 sell 1@103 massCancel acct=1
    = canceled 10 buy 1@105 massCancel acct=1
    = canceled 11 buy 1@105 massCancel acct=1
    = canceled 9 buy 1@110 massCancel acct=1
    = canceled 8 sell 1@95 massCancel acct=1
    = canceled 7 sell 1@90 massCancel acct=1
    book: ask 102 1 (1)
    > massCancel 3
    > massCancel 0
    = canceled 2 sell 1@102 massCancel acct=2
    book: empty
    > massCancel 0`,
  ],
  [
    'each cancel of a mass cancel publishes its level',
    { publishLevels: true },
    `
    ~ buy 1 @ 100
    ~ buy 2 @ 100
    > massCancel 0
    = canceled 1 buy 1@100 massCancel
    = level buy 2@100 (1)
    = canceled 2 buy 2@100 massCancel
    = level buy 0@100 (0)`,
  ],
  [
    'an expiry takes one order, unknown ids are ignored',
    { publishLevels: true },
    `
    ~ buy 4 @ 100 gtd acct=6
    ~ buy 4 stop 105
    ~ sell 1 @ 100
    > expire 1
    = expired 1 buy 3@100 acct=6
    = level buy 0@100 (0)
    > expire 1
    > expire 77
    > expire 2
    = expired 2 buy 4@105`,
  ],
  [
    'the end of the day expires day orders only',
    {},
    `
    ~ buy 1 @ 100 day
    ~ buy 1 @ 100 gtd
    ~ sell 1 @ 105
    ~ sell 1 @ 106 day hidden
    ~ buy 1 stop 110 day
    ~ sell 1 stop 90
    > expireDay
    = expired 1 buy 1@100
    = expired 4 sell 1@106
    = expired 5 buy 1@110
    book: bid 100 1 (1) | ask 105 1 (1)
    > expireDay`,
  ],
];
