/** Orders that share an aggressor: docs/matching.md "Allocation". Trades name makers in time order, whatever the steps. */

import { cmeAlgorithm } from '../../src/market/index.ts';
import type { CreateBook } from '../support/book-script.ts';
import { type BookCase, declareCases } from './order-book-cases.ts';

const proRata = { allocation: cmeAlgorithm({ code: 'C', proRataMinLots: 2 }, 'C') };
const withTop = { allocation: cmeAlgorithm({ code: 'A', proRataMinLots: 2, topMinLots: 5 }, 'A') };
const split = {
  allocation: cmeAlgorithm(
    { code: 'K', fifoBps: 4000, proRataMinLots: 2, makers: [{ participant: 7, shareBps: 2500 }] },
    'K',
  ),
};

export function describeAllocation(create: CreateBook): void {
  declareCases(create, 'allocation: shares', SHARES);
  declareCases(create, 'allocation: the TOP order', TOP);
  declareCases(create, 'allocation: icebergs and hidden orders', HIDDEN);
  declareCases(create, 'allocation: self-trade prevention', SELF_TRADE);
  declareCases(create, 'allocation: fillable quantity', FILLABLE);
}

const SIX = `
  ~ buy 5 @ 100
  ~ buy 9 @ 100
  ~ buy 57 @ 100
  ~ buy 4 @ 100
  ~ buy 28 @ 100
  ~ buy 300 @ 100`;

const SHARES: readonly BookCase[] = [
  [
    'T1.3-a: one trade for each order that gets something, in time order',
    proRata,
    `${SIX}
    > sell 50 @ 100
    = accepted 7 sell 50@100
    = trade 1: 7 sell 3@100 with 1, leaves 47 and 2
    = trade 2: 7 sell 7@100 with 3, leaves 40 and 50
    = trade 3: 7 sell 3@100 with 5, leaves 37 and 25
    = trade 4: 7 sell 37@100 with 6, leaves 0 and 263
    book: bid 100 353 (6)`,
  ],
  [
    'T1.3-f: whoever takes everything takes it by time, and rests with what is left',
    proRata,
    `${SIX}
    > sell 450 @ 100
    = accepted 7 sell 450@100
    = trade 1: 7 sell 5@100 with 1, leaves 445 and 0
    = trade 2: 7 sell 9@100 with 2, leaves 436 and 0
    = trade 3: 7 sell 57@100 with 3, leaves 379 and 0
    = trade 4: 7 sell 4@100 with 4, leaves 375 and 0
    = trade 5: 7 sell 28@100 with 5, leaves 347 and 0
    = trade 6: 7 sell 300@100 with 6, leaves 47 and 0
    = rested 7 sell 47 of 47@100
    book: ask 100 47 (1)`,
  ],
  [
    'T1.4-f: the account of the lead market maker has its part, FIFO and pro rata follow',
    split,
    `
    ~ place buy 20 @ 100
    ~ buy 80 @ 100
    ~ buy 100 @ 100 acct=7
    ~ buy 100 @ 100
    > sell 100 @ 100
    = accepted 5 sell 100@100
    = trade 1: 5 sell 20@100 with 1, leaves 80 and 0
    = trade 2: 5 sell 24@100 with 2, leaves 56 and 56
    = trade 3: 5 sell 38@100 with 3, leaves 18 and 62
    = trade 4: 5 sell 18@100 with 4, leaves 0 and 82`,
  ],
  [
    'each level shares for itself, best first, and is published once',
    { ...proRata, publishLevels: true },
    `
    ~ buy 10 @ 101
    ~ buy 30 @ 100
    ~ buy 10 @ 100
    > sell 30 @ 100
    = accepted 4 sell 30@100
    = trade 1: 4 sell 10@101 with 1, leaves 20 and 0
    = level buy 0@101 (0)
    = trade 2: 4 sell 15@100 with 2, leaves 5 and 15
    = trade 3: 4 sell 5@100 with 3, leaves 0 and 5
    = level buy 20@100 (2)`,
  ],
];

const TOP: readonly BookCase[] = [
  [
    'T1.4-a: who has bettered the market is served first',
    withTop,
    `
    ~ buy 10 @ 100
    ~ buy 5 @ 100
    ~ buy 20 @ 100
    ~ buy 50 @ 100
    ~ buy 75 @ 100
    > sell 60 @ 100
    = accepted 6 sell 60@100
    = trade 1: 6 sell 10@100 with 1, leaves 50 and 0
    = trade 2: 6 sell 3@100 with 2, leaves 47 and 2
    = trade 3: 6 sell 6@100 with 3, leaves 41 and 14
    = trade 4: 6 sell 16@100 with 4, leaves 25 and 34
    = trade 5: 6 sell 25@100 with 5, leaves 0 and 50`,
  ],
  [
    'an order that is too small, and one placed before continuous trading, never become TOP',
    withTop,
    `
    ~ buy 4 @ 100
    ~ buy 36 @ 100
    > sell 20 @ 100
    = accepted 3 sell 20@100
    = trade 1: 3 sell 2@100 with 1, leaves 18 and 2
    = trade 2: 3 sell 18@100 with 2, leaves 0 and 18
    ~ massCancel 0
    ~ place buy 10 @ 100
    ~ buy 10 @ 100
    > sell 10 @ 100
    = accepted 6 sell 10@100
    = trade 3: 6 sell 5@100 with 4, leaves 5 and 5
    = trade 4: 6 sell 5@100 with 5, leaves 0 and 5`,
  ],
  [
    'TOP is lost to a better price for good',
    withTop,
    `
    ~ buy 10 @ 100
    ~ buy 10 @ 100
    ~ buy 1 @ 101
    ~ cancel 3
    > sell 10 @ 100
    = accepted 4 sell 10@100
    = trade 1: 4 sell 5@100 with 1, leaves 5 and 5
    = trade 2: 4 sell 5@100 with 2, leaves 0 and 5`,
  ],
  [
    'TOP keeps what a decrease keeps and loses what an increase loses',
    withTop,
    `
    ~ buy 10 @ 100
    ~ buy 10 @ 100
    ~ replace 1 qty=8
    > sell 4 @ 100
    = accepted 3 sell 4@100
    = trade 1: 3 sell 4@100 with 1, leaves 0 and 4
    ~ replace 1 qty=14
    > sell 10 @ 100
    = accepted 4 sell 10@100
    = trade 2: 4 sell 5@100 with 2, leaves 5 and 5
    = trade 3: 4 sell 5@100 with 1, leaves 0 and 5`,
  ],
  [
    'a hidden order betters no market',
    withTop,
    `
    ~ buy 10 @ 100
    ~ buy 10 @ 100
    ~ buy 10 @ 101 hidden
    > sell 4 @ 101
    = accepted 4 sell 4@101
    = trade 1: 4 sell 4@101 with 3, leaves 0 and 6 hidden
    ~ cancel 3
    > sell 4 @ 100
    = accepted 5 sell 4@100
    = trade 2: 5 sell 4@100 with 1, leaves 0 and 6`,
  ],
  [
    'a TOP iceberg is TOP with its peak, and no longer once that is used up',
    { ...withTop, icebergRefresh: 'roundRobin' },
    `
    ~ buy 20 @ 100 display=5
    ~ buy 5 @ 100
    > sell 6 @ 100
    = accepted 3 sell 6@100
    = trade 1: 3 sell 5@100 with 1, leaves 1 and 15
    = refreshed 1 buy 5 of 15@100
    = trade 2: 3 sell 1@100 with 2, leaves 0 and 4
    > sell 4 @ 100
    = accepted 4 sell 4@100
    = trade 3: 4 sell 2@100 with 2, leaves 2 and 2
    = trade 4: 4 sell 2@100 with 1, leaves 0 and 13`,
  ],
];

const HIDDEN: readonly BookCase[] = [
  [
    'icebergs take part with what they show; refreshed peaks share again',
    { ...proRata, icebergRefresh: 'roundRobin' },
    `
    ~ sell 30 @ 100 display=10
    ~ sell 10 @ 100
    > buy 26 @ 100
    = accepted 3 buy 26@100
    = trade 1: 3 buy 10@100 with 1, leaves 16 and 20
    = refreshed 1 sell 10 of 20@100
    = trade 2: 3 buy 10@100 with 2, leaves 6 and 0
    = trade 3: 3 buy 6@100 with 1, leaves 0 and 14`,
  ],
  [
    'reserves and hidden orders come after all that is displayed, by time',
    proRata,
    `
    ~ sell 8 @ 100 hidden
    ~ sell 30 @ 100 display=10
    ~ sell 10 @ 100
    > buy 10 @ 100
    = accepted 4 buy 10@100
    = trade 1: 4 buy 5@100 with 2, leaves 5 and 25
    = trade 2: 4 buy 5@100 with 3, leaves 0 and 5
    > buy 20 @ 100
    = accepted 5 buy 20@100
    = trade 3: 5 buy 5@100 with 2, leaves 15 and 20
    = trade 4: 5 buy 5@100 with 3, leaves 10 and 0
    = trade 5: 5 buy 8@100 with 1, leaves 2 and 0 hidden
    = trade 6: 5 buy 2@100 with 2, leaves 0 and 18 hidden
    = refreshed 2 sell 10 of 18@100`,
  ],
];

const SELF_TRADE: readonly BookCase[] = [
  [
    'own orders go before anybody shares, in time order',
    proRata,
    `
    ~ sell 10 @ 100
    ~ sell 10 @ 100 stp=1
    ~ sell 30 @ 100
    ~ sell 10 @ 100 stp=1
    > buy 8 @ 100 stp=1:cancelOldest
    = accepted 5 buy 8@100
    = canceled 2 sell 10@100 selfTrade
    = canceled 4 sell 10@100 selfTrade
    = trade 1: 5 buy 2@100 with 1, leaves 6 and 8
    = trade 2: 5 buy 6@100 with 3, leaves 0 and 24`,
  ],
  [
    'the newest goes without a trade although others stand ahead of its own order',
    { ...proRata, publishLevels: true },
    `
    ~ sell 10 @ 100
    ~ sell 10 @ 100 stp=1
    > buy 8 @ 100 stp=1:cancelNewest
    = accepted 3 buy 8@100
    = canceled 3 buy 8@100 selfTrade
    book: ask 100 20 (2)`,
  ],
  [
    'a decrement lowers what is shared',
    proRata,
    `
    ~ sell 10 @ 100
    ~ sell 4 @ 100 stp=1
    ~ sell 10 @ 100
    > buy 10 @ 100 stp=1:decrement
    = accepted 4 buy 10@100
    = canceled 2 sell 4@100 selfTrade
    = restated 4 buy by 4 to 6@100
    = trade 1: 4 buy 3@100 with 1, leaves 3 and 7
    = trade 2: 4 buy 3@100 with 3, leaves 0 and 7`,
  ],
];

const FILLABLE: readonly BookCase[] = [
  [
    'fill-or-kill meets own orders before it counts',
    proRata,
    `
    ~ sell 10 @ 100
    ~ sell 4 @ 100 stp=1
    > buy 3 @ 100 fok stp=1:cancelNewest
    = accepted 3 buy 3@100
    = canceled 3 buy 3@100 fokUnfilled
    > buy 3 @ 100 fok stp=1:decrement
    = accepted 4 buy 3@100
    = canceled 4 buy 3@100 fokUnfilled
    > buy 10 @ 100 fok stp=1:cancelOldest
    = accepted 5 buy 10@100
    = canceled 2 sell 4@100 selfTrade
    = trade 1: 5 buy 10@100 with 1, leaves 0 and 0`,
  ],
  [
    'a minimum counts what a decrement leaves to share',
    proRata,
    `
    ~ sell 10 @ 100
    ~ sell 4 @ 100 stp=1
    > buy 9 @ 100 ioc min=6 stp=1:decrement
    = accepted 3 buy 9@100
    = canceled 3 buy 9@100 minQtyUnfilled
    > buy 9 @ 100 ioc min=5 stp=1:decrement
    = accepted 4 buy 9@100
    = canceled 2 sell 4@100 selfTrade
    = restated 4 buy by 4 to 5@100
    = trade 1: 4 buy 5@100 with 1, leaves 0 and 5`,
  ],
];
