/** Random books against brute force: the price of every rule order, the volume, the fills. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bruteForcePrice,
  candidateAt,
  limitsOf,
  priceContext,
} from '../../../tests/support/auction-books.ts';
import { auctionPreset } from '../../../tests/support/auction-presets.ts';
import { BUY, SELL, type Side } from '../../domain/index.ts';
import { type AllocationRule, allocateCross, pairFills, type ShareAtPrice } from './allocation.ts';
import { findClearingPrice } from './clearing-price.ts';
import { AUCTION_IMBALANCE_ONLY, AUCTION_MARKET, AuctionOrders, buildInterest } from './interest.ts';
import type { PriceRule } from './price-rule.ts';
import type { PriceContext } from './price-steps.ts';

interface RandomOrder {
  readonly side: Side;
  readonly isMarket: boolean;
  readonly price: number;
  readonly lots: number;
  readonly hiddenPart: number;
  readonly isImbalanceOnly: boolean;
}

const order: fc.Arbitrary<RandomOrder> = fc.record({
  side: fc.constantFrom<Side>(BUY, SELL),
  isMarket: fc.integer({ min: 0, max: 7 }).map((value) => value === 0),
  price: fc.integer({ min: -12, max: 12 }),
  // Few sizes, so that ties of volume and surplus are common.
  lots: fc.integer({ min: 1, max: 4 }),
  hiddenPart: fc.integer({ min: 0, max: 4 }),
  isImbalanceOnly: fc.integer({ min: 0, max: 9 }).map((value) => value === 0),
});
const book = fc.array(order, { minLength: 1, maxLength: 24 });
const context: fc.Arbitrary<PriceContext> = fc
  .record({
    stepTicks: fc.integer({ min: 1, max: 3 }),
    reference: fc.option(fc.integer({ min: -16, max: 16 })),
    bid: fc.option(fc.integer({ min: -14, max: 14 })),
    spread: fc.integer({ min: 0, max: 5 }),
  })
  .map(({ stepTicks, reference, bid, spread }) =>
    priceContext({
      stepTicks,
      referenceTicks: reference,
      quote: bid === null ? null : { bidTicks: bid, askTicks: bid + spread },
    }),
  );

const RULES: readonly (readonly [string, PriceRule])[] = [
  ['nasdaq cross', auctionPreset('nasdaq').price.cross],
  ['nasdaq halt', auctionPreset('nasdaq').price.halt!],
  ['lse', auctionPreset('lse').price.cross],
  ['xetra', auctionPreset('xetra').price.cross],
  ['nyse-arca', auctionPreset('nyse-arca').price.cross],
  ['nyse', auctionPreset('nyse').price.cross],
  ['cme', auctionPreset('cme').price.cross],
];

function ordersOf(rows: readonly RandomOrder[]): AuctionOrders {
  const orders = new AuctionOrders(4);
  for (const row of rows) {
    const flags =
      (row.isMarket ? AUCTION_MARKET : 0) |
      (row.isImbalanceOnly && !row.isMarket ? AUCTION_IMBALANCE_ONLY : 0);
    orders.add(row.side, row.price, row.lots, Math.min(row.hiddenPart, row.lots), flags, orders.count);
  }
  return orders;
}

/** Lots of a limit order of a side better than a price that a fill leaves open; displayed ones only, if asked for. */
function betterLeftOpen(
  orders: AuctionOrders,
  fillLots: Float64Array,
  side: Side,
  price: number,
  displayedOnly: boolean,
): number {
  let left = 0;
  for (let i = 0; i < orders.count; i++) {
    if (orders.sides[i] !== side || (orders.flags[i]! & AUCTION_MARKET) !== 0) continue;
    if (displayedOnly && orders.hiddenLots[i] === orders.qtyLots[i]) continue;
    const limit = orders.priceTicks[i]!;
    if (side === BUY ? limit > price : limit < price) left += orders.qtyLots[i]! - fillLots[i]!;
  }
  return left;
}

const byTime = auctionPreset('nasdaq').allocation;

describe('auction against brute force on random books', () => {
  it.each(RULES)(
    '%s: the same price, volume and surplus as every candidate tick enumerated (seed 31)',
    (_, rule) => {
      let priced = 0;
      fc.assert(
        fc.property(book, context, (rows, where) => {
          const orders = ordersOf(rows);
          fc.pre(limitsOf(orders).length > 0);
          const found = findClearingPrice(buildInterest(orders), rule, where);
          const expected = bruteForcePrice(orders, rule, where);
          expect(found.priceTicks).toBe(expected === null ? null : expected.price);
          if (expected === null) return;
          priced++;
          expect(found.volumeLots).toBe(expected.volume);
          expect(found.imbalanceLots).toBe(Math.abs(expected.surplus));
          expect(found.imbalanceSide).toBe(expected.surplus > 0 ? BUY : expected.surplus < 0 ? SELL : null);
        }),
        { seed: 31, numRuns: 1500 },
      );
      expect(priced).toBeGreaterThan(700);
    },
  );

  it.each(RULES)(
    '%s: volume is maximal, no better order stays unfilled, fills are conserved (seed 32)',
    (name, rule) => {
      let rationed = 0;
      fc.assert(
        fc.property(book, context, (rows, where) => {
          const orders = ordersOf(rows);
          const interest = buildInterest(orders);
          const { priceTicks, volumeLots } = findClearingPrice(interest, rule, where);
          const limits = limitsOf(orders);
          const best = Math.max(0, ...limits.map((price) => volumeAt(orders, price)));
          if (priceTicks === null) {
            expect(limits.length === 0 || best === 0).toBe(true);
            return;
          }
          if (limits.length > 0) expect(volumeLots).toBe(best);
          const allocation = allocateCross(orders, interest, priceTicks, byTime);
          expectConserved(orders, priceTicks, volumeLots, allocation.fillLots);
          const displayedOnly = name.startsWith('nyse');
          for (const side of [BUY, SELL] as const) {
            expect(betterLeftOpen(orders, allocation.fillLots, side, priceTicks, displayedOnly)).toBe(0);
          }
          if (allocation.fillLots.some((lots, i) => lots > 0 && lots < orders.qtyLots[i]!)) rationed++;
          const trades = pairFills(allocation);
          expect(trades.reduce((sum, trade) => sum + trade.qtyLots, 0)).toBe(volumeLots);
          expect(
            trades.every(({ buy, sell }) => orders.sides[buy] === BUY && orders.sides[sell] === SELL),
          ).toBe(true);
        }),
        { seed: 32, numRuns: 1000 },
      );
      expect(rationed).toBeGreaterThan(100);
    },
  );

  it('a price moved inside thresholds or a collar has the largest volume there and leaves no two sides unfilled (seed 33)', () => {
    const threshold = { bps: 0, minTicks: 2 };
    let moved = 0;
    for (const name of ['nasdaq', 'nyse-arca']) {
      const rule = auctionPreset(name).price.cross;
      fc.assert(
        fc.property(book, context, fc.integer({ min: -10, max: 8 }), (rows, where, low) => {
          fc.pre(where.quote !== null);
          const collar = { lowTicks: low, highTicks: low + 3 };
          const bounded = { ...where, threshold, collar };
          const range =
            name === 'nasdaq'
              ? { lowTicks: where.quote!.bidTicks - 2, highTicks: where.quote!.askTicks + 2 }
              : collar;
          const orders = ordersOf(rows);
          const interest = buildInterest(orders);
          const found = findClearingPrice(interest, rule, bounded);
          if (found.priceTicks === null) return;
          expect(found.priceTicks).toBeGreaterThanOrEqual(range.lowTicks);
          expect(found.priceTicks).toBeLessThanOrEqual(range.highTicks);
          const inside = Array.from(
            { length: range.highTicks - range.lowTicks + 1 },
            (_, i) => range.lowTicks + i,
          );
          const limits = limitsOf(orders);
          fc.pre(limits.length > 0);
          const allowed = inside.filter((price) => price % where.stepTicks === 0 || limits.includes(price));
          expect(found.volumeLots).toBe(Math.max(...allowed.map((price) => volumeAt(orders, price))));
          if (found.steps.at(-1)!.outcome === 'moved') moved++;
          const { fillLots } = allocateCross(orders, interest, found.priceTicks, byTime);
          const open = ([BUY, SELL] as const).map((side) =>
            openAt(orders, fillLots, side, found.priceTicks!),
          );
          expect(Math.min(...open)).toBe(0);
        }),
        { seed: 33, numRuns: 1500 },
      );
    }
    expect(moved).toBeGreaterThan(100);
  });

  it('the order in which orders are added changes nothing, as long as each keeps its time (seed 34)', () => {
    const { cross } = auctionPreset('lse').price;
    fc.assert(
      fc.property(book, context, fc.infiniteStream(fc.nat()), (rows, where, keys) => {
        const orders = ordersOf(rows);
        const places = rows
          .map((_, i) => ({ i, key: keys.next().value as number }))
          .sort((a, b) => a.key - b.key)
          .map(({ i }) => i);
        const shuffled = new AuctionOrders();
        for (const i of places) {
          const { sides, priceTicks, qtyLots, hiddenLots, flags, sequences } = orders;
          shuffled.add(
            sides[i] as Side,
            priceTicks[i]!,
            qtyLots[i]!,
            hiddenLots[i]!,
            flags[i]!,
            sequences[i]!,
          );
        }
        const found = findClearingPrice(buildInterest(orders), cross, where);
        expect(findClearingPrice(buildInterest(shuffled), cross, where)).toEqual(found);
        if (found.priceTicks === null) return;
        const fills = allocateCross(orders, buildInterest(orders), found.priceTicks, byTime).fillLots;
        const other = allocateCross(shuffled, buildInterest(shuffled), found.priceTicks, byTime).fillLots;
        places.forEach((i, place) => {
          expect(other[place]).toBe(fills[i]);
        });
      }),
      { seed: 34, numRuns: 500 },
    );
  });

  it('among equal orders the times decide alone: exchanging the times of two exchanges their fills (seed 35)', () => {
    const { cross } = auctionPreset('xetra').price;
    let exchanged = 0;
    fc.assert(
      fc.property(book, context, order, (rows, where, twin) => {
        const first = ordersOf([twin, ...rows, twin]);
        const second = ordersOf([twin, ...rows, twin]);
        const last = rows.length + 1;
        second.sequences[0] = last;
        second.sequences[last] = 0;
        const { priceTicks } = findClearingPrice(buildInterest(first), cross, where);
        if (priceTicks === null) return;
        const fills = allocateCross(first, buildInterest(first), priceTicks, byTime).fillLots;
        const swapped = allocateCross(second, buildInterest(second), priceTicks, byTime).fillLots;
        const expected = fills.slice();
        expected[0] = fills[last]!;
        expected[last] = fills[0]!;
        expect([...swapped]).toEqual([...expected]);
        expect(fills[0]!).toBeGreaterThanOrEqual(fills[last]!);
        if (fills[0] !== fills[last]) exchanged++;
      }),
      { seed: 35, numRuns: 1000 },
    );
    expect(exchanged).toBeGreaterThan(30);
  });

  it('sharing at the price and serving by size conserve the volume as well (seed 36)', () => {
    const equalShares: ShareAtPrice = (found, open, lots) => {
      const shares = new Float64Array(found.length);
      for (let left = lots; left > 0; ) {
        for (let i = 0; i < found.length && left > 0; i++) {
          if (shares[i]! >= open[i]!) continue;
          shares[i]!++;
          left--;
        }
      }
      return shares;
    };
    const rules: readonly [AllocationRule, ShareAtPrice | null][] = [
      [{ ...auctionPreset('nyse').allocation, hasOffsets: false }, equalShares],
      [{ ...byTime, displayedBy: 'sizeTime' }, null],
    ];
    fc.assert(
      fc.property(book, context, (rows, where) => {
        const orders = ordersOf(rows);
        const interest = buildInterest(orders);
        const { priceTicks, volumeLots } = findClearingPrice(
          interest,
          auctionPreset('lse').price.cross,
          where,
        );
        if (priceTicks === null) return;
        for (const [rule, share] of rules) {
          const { fillLots } = allocateCross(orders, interest, priceTicks, rule, share);
          expectConserved(orders, priceTicks, volumeLots, fillLots);
        }
      }),
      { seed: 36, numRuns: 300 },
    );
  });
});

function volumeAt(orders: AuctionOrders, price: number): number {
  const { demand, supply } = candidateAt(orders, price);
  return Math.min(demand, supply);
}

/** Lots of a side that could trade at a price and did not. */
function openAt(orders: AuctionOrders, fillLots: Float64Array, side: Side, price: number): number {
  let open = 0;
  for (let i = 0; i < orders.count; i++) {
    const limit = orders.priceTicks[i]!;
    const isMarket = (orders.flags[i]! & AUCTION_MARKET) !== 0;
    const isAllowed = isMarket || (side === BUY ? limit >= price : limit <= price);
    if (orders.sides[i] === side && isAllowed) open += orders.qtyLots[i]! - fillLots[i]!;
  }
  return open;
}

/** Both sides get the volume, nobody more than the order or beyond its limit, and one price at most is rationed. */
function expectConserved(
  orders: AuctionOrders,
  price: number,
  volumeLots: number,
  fillLots: Float64Array,
): void {
  const filled = [0, 0];
  const rationedPrices = [new Set<number | string>(), new Set<number | string>()];
  for (let i = 0; i < orders.count; i++) {
    const side = orders.sides[i]!;
    const lots = fillLots[i]!;
    const isMarket = (orders.flags[i]! & AUCTION_MARKET) !== 0;
    const limit = orders.priceTicks[i]!;
    filled[side]! += lots;
    expect(lots).toBeGreaterThanOrEqual(0);
    expect(lots).toBeLessThanOrEqual(orders.qtyLots[i]!);
    if (lots > 0 && !isMarket) expect(side === BUY ? limit >= price : limit <= price).toBe(true);
    if (lots > 0 && lots < orders.qtyLots[i]!) rationedPrices[side]!.add(isMarket ? 'market' : limit);
  }
  expect(filled).toEqual([volumeLots, volumeLots]);
  for (const prices of rationedPrices) expect(prices.size).toBeLessThanOrEqual(1);
}
