/** Every rule of docs/matching.md about orders that live: stops, cancel, reduce, replace, mass cancel, expiry. */

import { describe, it } from 'vitest';
import { PRICE_TICKS_MAX, QTY_LOTS_MAX } from '../../src/domain/index.ts';
import type { BookRules } from '../../src/market/index.ts';
import { type CreateBook, runBookScript } from '../support/book-script.ts';

type Case = (name: string, rules: Partial<BookRules>, script: string) => void;

export function describeChanges(create: CreateBook): void {
  const quiet: Case = (name, rules, script) => {
    it(name, () => {
      runBookScript(create, { publishLevels: false, ...rules }, script);
    });
  };
  describe('stops', () => describeStops(quiet));
  describe('cancel and reduce', () => describeCancels(quiet));
  describe('replace', () => describeReplace(quiet));
  describe('replace of icebergs and hidden orders', () => describeReplaceDisplay(quiet));
  describe('replace of a waiting stop', () => describeReplaceStop(quiet));
  describe('mass cancel and expiry', () => describeMass(quiet));
}

/** One trade at 100, nothing left over; ids 1 and 2. */
const TRADE_AT_100 = `
  ~ sell 1 @ 100
  ~ buy 1 @ 100`;

function describeStops(quiet: Case): void {
  quiet(
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
  );

  quiet(
    'a venue may allow any limit of a stop-limit',
    { stopLimitBeyondStop: 'allow' },
    `
    > buy 5 stop 100 @ 99
    = accepted 1 buy 5@99`,
  );

  quiet(
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
  );

  quiet(
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
  );

  quiet(
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
  );

  quiet(
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
  );

  quiet(
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
  );

  quiet(
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
  );

  quiet(
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
  );

  quiet(
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
  );

  quiet(
    'a self-trade cancel and a decrement are no trades: they trigger nothing',
    {},
    `
    ~ buy 5 stop 100
    ~ sell 5 @ 100 stp=1
    > buy 5 @ 100 stp=1:decrement
    = accepted 3 buy 5@100
    = canceled 2 sell 5@100 selfTrade
    = canceled 3 buy 5@100 selfTrade`,
  );

  quiet(
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
  );
}

function describeCancels(quiet: Case): void {
  quiet(
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
  );

  quiet(
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
  );

  quiet(
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
  );

  quiet(
    'a reduce takes the reserve first, then what is displayed',
    { publishLevels: true },
    `
    ~ buy 10 @ 100 display=4
    > reduce 1 6
    = reduced 1 buy by 6 to 4@100
    > reduce 1 1
    = reduced 1 buy by 1 to 3@100
    = level buy 3@100 (1)`,
  );

  quiet(
    'a stop is cancelled and reduced at its stop price',
    {},
    `
    ~ buy 10 stop 105 @ 107 acct=2
    > reduce 1 4 acct=2
    = reduced 1 buy by 4 to 6@105 acct=2
    > cancel 1
    = canceled 1 buy 6@105 requested acct=2`,
  );
}

function describeReplace(quiet: Case): void {
  quiet(
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
  );

  quiet(
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
  );

  quiet(
    'with "total" a quantity of what is filled ends the order',
    { publishLevels: true },
    `
    ~ buy 10 @ 100 acct=2
    ~ sell 4 @ 100
    > replace 1 qty=4
    = canceled 1 buy 6@100 replacedBelowFilled acct=2
    = level buy 0@100 (0)`,
  );

  quiet(
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
  );

  quiet(
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
  );

  quiet(
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
  );

  quiet(
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
  );

  quiet(
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
  );

  quiet(
    'a replace without room for a slide is refused',
    {},
    `
    ~ buy 5 @ -2147483646 slide
    ~ place sell 5 @ -2147483646
    > replace 1 qty=6
    = replaceRejected 1 priceRange`,
  );

  quiet(
    'a replaced order keeps its self-trade group',
    {},
    `
    ~ sell 5 @ 102 stp=1
    ~ buy 5 @ 100 stp=1:cancelOldest
    > replace 2 px=102
    = replaced 2 buy 5@102 was 5@100
    = canceled 1 sell 5@102 selfTrade
    = rested 2 buy 5 of 5@102`,
  );
}

function describeReplaceDisplay(quiet: Case): void {
  const loud = { publishLevels: true };
  quiet(
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
  );

  quiet(
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
  );

  quiet(
    'a display of the whole quantity shows all',
    loud,
    `
    ~ buy 10 @ 100 display=4
    > replace 1 qty=4 display=4
    = replaced 1 buy 4@100 was 10@100
    = level buy 0@100 (0)
    = rested 1 buy 4 of 4@100
    = level buy 4@100 (1)`,
  );

  quiet(
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
  );

  quiet(
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
  );

  quiet(
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
  );

  quiet(
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
  );

  quiet(
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
  );
}

function describeReplaceStop(quiet: Case): void {
  quiet(
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
  );

  quiet(
    'also where every other replace goes to the back',
    { replaceLosesPriority: 'always' },
    `
    ~ buy 5 stop 105
    > replace 1 qty=4
    = replaced 1 buy 4@105 was 5@105 keeps`,
  );

  quiet(
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
  );

  quiet(
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
  );

  quiet(
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
  );

  quiet(
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
  );
}

function describeMass(quiet: Case): void {
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
  quiet(
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
  );

  quiet(
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
  );

  quiet(
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
  );

  quiet(
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
  );
}
