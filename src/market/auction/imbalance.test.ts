import { describe, expect, it } from 'vitest';
import { type AuctionRow, auctionOrders, priceContext } from '../../../tests/support/auction-books.ts';
import { auctionPreset } from '../../../tests/support/auction-presets.ts';
import { BUY, SELL } from '../../domain/index.ts';
import {
  computeNoii,
  computeNyseImbalance,
  indicationOf,
  type NoiiMoment,
  type NoiiRules,
  nextImbalance,
  priceVariation,
} from './imbalance.ts';
import { AUCTION_CROSS_ONLY, AUCTION_IMBALANCE_ONLY, buildInterest } from './interest.ts';

const { price, noii } = auctionPreset('nasdaq');
const withIo: NoiiRules = { cross: price.cross, reference: price.reference!, ...noii! };
const withoutIo: NoiiRules = { ...withIo, farIncludesImbalanceOnly: false };
const late: NoiiMoment = { crossType: 'C', isEarly: false, isPaused: false };

const onClose = { flags: AUCTION_CROSS_ONLY };
const BIDS: readonly AuctionRow[] = [
  ['MKT', 5000, onClose],
  [5010, 2000, onClose],
  [5002, 500],
  [5001, 800],
];
const ASKS: readonly AuctionRow[] = [
  ['MKT', 3000, onClose],
  [5005, 3000, onClose],
  [5008, 1000, { flags: AUCTION_CROSS_ONLY | AUCTION_IMBALANCE_ONLY }],
  [5006, 400],
  [5009, 900],
];
const context = priceContext({ quote: { bidTicks: 5002, askTicks: 5006 } });

describe('imbalance messages', () => {
  it('T3.5-a: far, near and reference price of a closing book, paired and imbalance', () => {
    const orders = auctionOrders(BIDS, ASKS);
    expect(computeNoii(orders, withoutIo, context, late)).toEqual({
      crossType: 'C',
      pairedLots: 6000,
      imbalanceLots: 1000,
      direction: 'B',
      farTicks: 5010,
      nearTicks: 5008,
      referenceTicks: 5005,
      variation: 'L',
    });
    expect(computeNoii(orders, withIo, context, late).farTicks).toBe(5008);
  });

  it('the early phase tells neither far nor near price', () => {
    const found = computeNoii(auctionOrders(BIDS, ASKS), withIo, context, { ...late, isEarly: true });
    expect(found).toMatchObject({
      pairedLots: 6000,
      farTicks: null,
      nearTicks: null,
      referenceTicks: 5005,
      variation: ' ',
    });
  });

  it('direction: nobody left over, sellers, one side alone, no on-close order, no quote, paused', () => {
    const direction = (bids: readonly AuctionRow[], asks: readonly AuctionRow[], more = {}): string =>
      computeNoii(auctionOrders(bids, asks), withIo, { ...context, ...more }, late).direction;
    const market = (lots: number): AuctionRow[] => [['MKT', lots, onClose]];
    expect(direction(market(10), market(10))).toBe('N');
    expect(direction(market(10), market(11))).toBe('S');
    expect(direction(market(10), [])).toBe('B');
    expect(direction([[5002, 500]], [[5006, 400]])).toBe('O');
    expect(direction(market(10), market(11), { quote: null })).toBe('O');
    const paused = computeNoii(auctionOrders(BIDS, ASKS), withIo, context, { ...late, isPaused: true });
    expect(paused.direction).toBe('P');
  });

  it('one side alone is all imbalance at the midpoint', () => {
    const found = computeNoii(auctionOrders([['MKT', 5000, onClose]], []), withIo, context, late);
    expect(found).toMatchObject({ pairedLots: 0, imbalanceLots: 5000, direction: 'B', referenceTicks: 5004 });
  });

  it.each([
    [10_000, 10_000, 'L'],
    [10_099, 10_000, 'L'],
    [10_100, 10_000, '1'],
    [9_801, 10_000, '1'],
    [9_800, 10_000, '2'],
    [10_999, 10_000, '9'],
    [11_000, 10_000, 'A'],
    [8_001, 10_000, 'A'],
    [12_000, 10_000, 'B'],
    [13_000, 10_000, 'C'],
    [103, 100, '3'],
    [null, 100, ' '],
    [100, null, ' '],
    [100, 0, ' '],
  ])('price variation of near %s and reference %s is %s', (near, reference, letter) => {
    expect(priceVariation(near, reference)).toBe(letter);
  });

  it('NYSE: imbalance at the reference price, of market orders, clearing prices with and without the book', () => {
    const { cross } = auctionPreset('nyse-arca').price;
    const bounded = priceContext({ referenceTicks: 5004, collar: { lowTicks: 4990, highTicks: 5006 } });
    const found = computeNyseImbalance(auctionOrders(BIDS, ASKS), cross, bounded, 1000);
    expect(found).toEqual({
      referenceTicks: 5004,
      // At 50.04 on-close sellers at 50.05 do not take part.
      pairedLots: 3000,
      totalImbalanceLots: 4000,
      totalImbalanceSide: BUY,
      marketImbalanceLots: 2000,
      marketImbalanceSide: BUY,
      continuousClearingTicks: 5008,
      auctionClearingTicks: 5008,
      indicativeMatchTicks: 5006,
      isRegulatory: true,
      lowCollarTicks: 4990,
      highCollarTicks: 5006,
    });
    const small = computeNyseImbalance(auctionOrders([], [['MKT', 5]]), cross, priceContext(), 1000);
    expect(small).toMatchObject({ totalImbalanceLots: 5, totalImbalanceSide: SELL, isRegulatory: false });
  });

  it('an indication is a price, or the best limits while nothing is executable', () => {
    const { cross } = auctionPreset('xetra').price;
    const reference = priceContext({ referenceTicks: 200 });
    const crossing = indicationOf(buildInterest(auctionOrders([[201, 5]], [[199, 3]])), cross, reference);
    expect(crossing).toMatchObject({ price: { priceTicks: 201, volumeLots: 3 }, best: null });
    const apart = indicationOf(buildInterest(auctionOrders([[200, 80]], [[201, 80]])), cross, reference);
    expect(apart).toMatchObject({
      price: { priceTicks: null },
      best: { bidTicks: 200, bidLots: 80, askTicks: 201 },
    });
  });

  it('publishes every ten seconds from 09:25, every second from 09:28, nothing from 09:30', () => {
    const second = 1_000_000_000;
    const minute = 60 * second;
    const from = (9 * 60 + 25) * minute;
    const windows = [
      { fromNs: from, untilNs: from + 3 * minute, everyNs: 10 * second, isEarly: true },
      { fromNs: from + 3 * minute, untilNs: from + 5 * minute, everyNs: second, isEarly: false },
    ];
    const times: number[] = [];
    let next = nextImbalance(windows, 0);
    const early: boolean[] = [];
    while (next !== null) {
      times.push(next.atNs - from);
      early.push(next.isEarly);
      next = nextImbalance(windows, next.atNs);
    }
    expect(times).toHaveLength(18 + 120);
    expect(times.slice(0, 2)).toEqual([0, 10 * second]);
    expect(times.slice(17, 20)).toEqual([170 * second, 180 * second, 181 * second]);
    expect(early.filter((one) => one)).toHaveLength(18);
    expect(times.at(-1)).toBe(5 * minute - second);
  });
});
