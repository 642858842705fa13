/** Market orders with protection: docs/matching.md "Protection", market-rules §1.14, §1.17. Prices of ES in ticks of 0.25. */

import type { CreateBook } from '../support/book-script.ts';
import { type BookCase, declareCases } from './order-book-cases.ts';

const protection = { protectionTicks: 12 };

export function describeProtection(create: CreateBook): void {
  declareCases(create, 'protection: market orders', MARKET_ORDERS);
  declareCases(create, 'protection: stops', STOPS);
}

const MARKET_ORDERS: readonly BookCase[] = [
  [
    'T1.17-a: the limit is so far beyond the best offer, and the rest stands there',
    protection,
    `
    ~ sell 5 @ 18001
    ~ sell 5 @ 18013
    ~ sell 5 @ 18014
    > buy market 12
    = accepted 4 buy 12@0
    = trade 1: 4 buy 5@18001 with 1, leaves 7 and 0
    = trade 2: 4 buy 5@18013 with 2, leaves 2 and 0
    = rested 4 buy 2 of 2@18013
    book: bid 18013 2 (1) | ask 18014 5 (1)`,
  ],
  [
    'a sell counts from the best bid; immediate or cancel does not rest',
    protection,
    `
    ~ buy 5 @ 18001
    ~ buy 5 @ 17988
    > sell market 7 ioc
    = accepted 3 sell 7@0
    = trade 1: 3 sell 5@18001 with 1, leaves 2 and 0
    = canceled 3 sell 2@17989 iocRemainder
    book: bid 17988 5 (1)`,
  ],
  [
    'fill-or-kill counts what stands within the limit',
    protection,
    `
    ~ sell 5 @ 100
    ~ sell 5 @ 113
    > buy market 6 fok
    = accepted 3 buy 6@0
    = canceled 3 buy 6@112 fokUnfilled
    book: ask 100 5 (1) | ask 113 5 (1)`,
  ],
  [
    'without another side there is nothing to count from: it is cancelled',
    protection,
    `
    > buy market 6
    = accepted 1 buy 6@0
    = canceled 1 buy 6@0 noLiquidity
    book: empty`,
  ],
  [
    'zero ticks take the best price only',
    { protectionTicks: 0 },
    `
    ~ sell 5 @ 100
    ~ sell 5 @ 101
    > buy market 6
    = accepted 3 buy 6@0
    = trade 1: 3 buy 5@100 with 1, leaves 1 and 0
    = rested 3 buy 1 of 1@100
    book: bid 100 1 (1) | ask 101 5 (1)`,
  ],
  [
    'a minimum quantity is one of the entry: unmet it ends the order, met it does not rest with what is left',
    protection,
    `
    ~ sell 5 @ 100
    > buy market 9 min=6
    = accepted 2 buy 9@0
    = canceled 2 buy 9@112 minQtyUnfilled
    > buy market 9 min=5
    = accepted 3 buy 9@0
    = trade 1: 3 buy 5@100 with 1, leaves 4 and 0
    = rested 3 buy 4 of 4@112
    > sell 1 @ 112
    = accepted 4 sell 1@112
    = trade 2: 4 sell 1@112 with 3, leaves 0 and 3`,
  ],
  [
    'the limit ends with the range of prices',
    { protectionTicks: 1_000_000_000 },
    `
    ~ sell 1 @ 2000000000
    > buy market 2
    = accepted 2 buy 2@0
    = trade 1: 2 buy 1@2000000000 with 1, leaves 1 and 0
    = rested 2 buy 1 of 1@2147483646`,
  ],
];

const STOPS: readonly BookCase[] = [
  [
    'T1.14-c: a stop that a trade beyond it triggers has its limit from its stop price, and rests there',
    protection,
    `
    ~ buy 1 @ 17990
    ~ buy 3 stop 18000
    ~ sell 1 @ 18001
    ~ sell 1 @ 18020
    > buy 1 @ 18001
    = accepted 5 buy 1@18001
    = trade 1: 5 buy 1@18001 with 3, leaves 0 and 0
    = triggered 2 buy 3 at 18000
    = rested 2 buy 3 of 3@18012
    book: bid 18012 3 (1) | bid 17990 1 (1) | ask 18020 1 (1)`,
  ],
  [
    'a stop-limit keeps its own limit',
    protection,
    `
    ~ sell 3 stop 100 @ 99
    ~ buy 1 @ 100
    > sell 1 @ 100
    = accepted 3 sell 1@100
    = trade 1: 3 sell 1@100 with 2, leaves 0 and 0
    = triggered 1 sell 3 at 100
    = rested 1 sell 3 of 3@99`,
  ],
  [
    'one that is triggered already enters the same way',
    { ...protection, stopAlreadyTriggered: 'enter' },
    `
    ~ buy 1 @ 100
    ~ sell 1 @ 100
    ~ buy 2 @ 90
    > sell 3 stop 105
    = accepted 4 sell 3@0
    = triggered 4 sell 3 at 105
    = rested 4 sell 3 of 3@93
    book: bid 90 2 (1) | ask 93 3 (1)`,
  ],
];
