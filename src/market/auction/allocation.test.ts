import { describe, expect, it } from 'vitest';
import { type AuctionRow, auctionOrders } from '../../../tests/support/auction-books.ts';
import { auctionPreset } from '../../../tests/support/auction-presets.ts';
import { BUY, SELL } from '../../domain/index.ts';
import {
  type Allocation,
  type AllocationRule,
  allocateCross,
  flagsWithoutPrice,
  LEFT_CANCELLED,
  LEFT_CONTINUES,
  LEFT_FILLED,
  leftAfterCross,
  pairFills,
  type ShareAtPrice,
} from './allocation.ts';
import {
  AUCTION_CROSS_ONLY,
  AUCTION_DISCRETIONARY,
  AUCTION_IMBALANCE_ONLY,
  AUCTION_OFFSET,
  buildInterest,
} from './interest.ts';

const nasdaq = auctionPreset('nasdaq').allocation;
const xetra = auctionPreset('xetra').allocation;
const nyse = auctionPreset('nyse').allocation;

function cross(
  bids: readonly AuctionRow[],
  asks: readonly AuctionRow[],
  price: number,
  rule: AllocationRule,
  share: ShareAtPrice | null = null,
): Allocation {
  const orders = auctionOrders(bids, asks);
  const interest = buildInterest(orders, { without: flagsWithoutPrice(rule) });
  return allocateCross(orders, interest, price, rule, share);
}

/** Equal shares with the rest to the first: a stand-in for the parity of a venue. */
const equalShares: ShareAtPrice = (orders, _openLots, lots) => {
  const each = Math.floor(lots / orders.length);
  return Float64Array.from(orders, (_, place) => each + (place === 0 ? lots - each * orders.length : 0));
};

describe('allocation inside the cross', () => {
  it('T3.3-a: market orders, then better prices, then the price by time', () => {
    const result = cross(
      [
        ['MKT', 100, { time: 3 }],
        [1005, 200, { time: 1 }],
        [1002, 300, { time: 2 }],
        [1002, 200, { time: 4 }],
      ],
      [
        [1001, 300],
        [1002, 200],
      ],
      1002,
      xetra,
    );
    expect([...result.fillLots]).toEqual([100, 200, 200, 0, 300, 200]);
    expect(result).toMatchObject({ priceTicks: 1002, volumeLots: 500 });
    expect([...result.buys]).toEqual([0, 1, 2]);
    expect(pairFills(result)).toEqual([
      { buy: 0, sell: 4, qtyLots: 100 },
      { buy: 1, sell: 4, qtyLots: 200 },
      { buy: 2, sell: 5, qtyLots: 200 },
    ]);
  });

  it('T3.7-a: the last ask at the opening price keeps ten lots', () => {
    const result = cross(
      [
        [18001, 30],
        [18000, 50],
        [17999, 40],
      ],
      [
        [17998, 20],
        [17999, 25],
        [18000, 45],
      ],
      18000,
      auctionPreset('cme').allocation,
    );
    expect([...result.fillLots]).toEqual([30, 50, 0, 20, 25, 35]);
  });

  it('orders added out of time order are served by time at each price and among market orders', () => {
    const result = cross(
      [
        [101, 10, { time: 9 }],
        [101, 10, { time: 8 }],
        ['MKT', 10, { time: 7 }],
        ['MKT', 10, { time: 6 }],
        [100, 10, { time: 5 }],
        [100, 10, { time: 4 }],
      ],
      [[100, 45]],
      100,
      xetra,
    );
    expect([...result.buys]).toEqual([3, 2, 1, 0, 5]);
    expect([...result.fillLots]).toEqual([10, 10, 10, 10, 0, 5, 45]);
  });

  it('market orders alone are served by time', () => {
    const result = cross(
      [
        ['MKT', 500],
        ['MKT', 400],
      ],
      [['MKT', 800]],
      123,
      xetra,
    );
    expect([...result.fillLots]).toEqual([500, 300, 800]);
  });

  it('at the price all that is displayed goes before what is hidden; better prices trade in full size', () => {
    const result = cross(
      [
        [100, 500, { hidden: 500 }],
        [100, 300, { hidden: 200 }],
        [100, 50],
        [101, 400, { hidden: 400 }],
      ],
      [[100, 1000]],
      100,
      nasdaq,
    );
    // 400 better, then 100 and 50 displayed, then 450 of the hidden order that came first.
    expect([...result.fillLots]).toEqual([450, 100, 50, 400, 1000]);
    expect([...result.buys]).toEqual([3, 1, 2, 0]);
  });

  it('an order filled in its displayed and in its hidden part is served once, at its first turn', () => {
    const result = cross(
      [
        [100, 30, { hidden: 20 }],
        [100, 5],
      ],
      [
        [100, 20, { hidden: 5 }],
        [100, 10],
      ],
      100,
      nasdaq,
    );
    expect([...result.fillLots]).toEqual([25, 5, 20, 10]);
    expect([...result.buys]).toEqual([0, 1]);
    expect([...result.sells]).toEqual([2, 3]);
    expect(pairFills(result)).toEqual([
      { buy: 0, sell: 2, qtyLots: 20 },
      { buy: 0, sell: 3, qtyLots: 5 },
      { buy: 1, sell: 3, qtyLots: 5 },
    ]);
  });

  it('at Nasdaq imbalance-only orders at the price come last, after hidden ones; elsewhere by time', () => {
    const bids: AuctionRow[] = [
      [100, 30, { flags: AUCTION_CROSS_ONLY | AUCTION_IMBALANCE_ONLY }],
      [100, 20, { hidden: 20 }],
      [100, 10],
    ];
    expect([...cross(bids, [[100, 45]], 100, nasdaq).fillLots]).toEqual([15, 20, 10, 45]);
    expect([...cross(bids, [[100, 35]], 100, xetra).fillLots]).toEqual([30, 0, 5, 35]);
  });

  it('at NYSE a function shares at the price, floor orders follow, and offsets take up the imbalance last', () => {
    const bids: AuctionRow[] = [
      ['MKT', 100],
      [100, 60],
      [100, 60],
      [100, 50, { flags: AUCTION_DISCRETIONARY }],
    ];
    const two = cross(bids, [[99, 190]], 100, nyse, equalShares);
    expect([...two.fillLots]).toEqual([100, 45, 45, 0, 190]);
    const all = cross(bids, [[99, 240]], 100, nyse, equalShares);
    expect([...all.fillLots]).toEqual([100, 60, 60, 20, 240]);
    const offset: AuctionRow[] = [
      [99, 190],
      [101, 500, { flags: AUCTION_OFFSET }],
      [100, 25, { flags: AUCTION_OFFSET }],
      ['MKT', 20, { flags: AUCTION_OFFSET }],
    ];
    // 80 buyers were left over; offsets of the sell side whose limit allows it take 45 of them.
    const closed = cross(bids, offset, 100, nyse, equalShares);
    expect([...closed.fillLots]).toEqual([100, 60, 60, 15, 190, 0, 25, 20]);
    expect(closed.volumeLots).toBe(235);
  });

  it('offsets on the side of the imbalance get nothing, and without an imbalance none trades', () => {
    const offset: AuctionRow = [101, 50, { flags: AUCTION_OFFSET }];
    expect([...cross([[100, 60], offset], [[99, 40]], 100, nyse, equalShares).fillLots]).toEqual([40, 0, 40]);
    expect([...cross([[100, 40], offset], [[99, 40]], 100, nyse, equalShares).fillLots]).toEqual([40, 0, 40]);
  });

  it('a venue may serve the larger displayed order first', () => {
    const rule: AllocationRule = { ...xetra, displayedBy: 'sizeTime' };
    const bids: AuctionRow[] = [
      [100, 10],
      [100, 30],
      [100, 30],
    ];
    expect([...cross(bids, [[100, 50]], 100, rule).fillLots]).toEqual([0, 30, 20, 50]);
  });

  it('refuses shares that do not add up, and a rule without its function', () => {
    const bids: AuctionRow[] = [
      [100, 60],
      [100, 60],
    ];
    const tooFew: ShareAtPrice = (orders) => Float64Array.from(orders, () => 1);
    expect(() => cross(bids, [[100, 100]], 100, nyse, tooFew)).toThrow('sum to the lots');
    expect(() => cross(bids, [[100, 100]], 100, nyse)).toThrow('goes with its rule');
  });

  it('orders that the selection left out get nothing', () => {
    const orders = auctionOrders(
      [
        [100, 10],
        [100, 20, { flags: AUCTION_CROSS_ONLY }],
      ],
      [[100, 30, { flags: AUCTION_CROSS_ONLY }]],
    );
    const interest = buildInterest(orders, { only: AUCTION_CROSS_ONLY });
    expect([...allocateCross(orders, interest, 100, nasdaq).fillLots]).toEqual([0, 20, 20]);
  });

  it('after the cross on-open orders go, limit orders stay, market orders go by the rule of the venue', () => {
    const orders = auctionOrders(
      [
        ['MKT', 10],
        ['MKT', 10],
        [100, 10],
        [100, 10, { flags: AUCTION_CROSS_ONLY }],
      ],
      [[100, 15]],
    );
    const { fillLots } = allocateCross(orders, buildInterest(orders), 100, nasdaq);
    expect([...leftAfterCross(orders, fillLots, nasdaq)]).toEqual([
      LEFT_FILLED,
      LEFT_CONTINUES,
      LEFT_CONTINUES,
      LEFT_CANCELLED,
      LEFT_FILLED,
    ]);
    expect(leftAfterCross(orders, fillLots, xetra)[1]).toBe(LEFT_CANCELLED);
  });

  it('an interest far apart is looked up by bisection, with the same result', () => {
    const orders = auctionOrders(
      [
        [2_000_000_000, 10],
        [-2_000_000_000, 10],
      ],
      [
        [-2_000_000_000, 5],
        [7, 10],
      ],
    );
    const interest = buildInterest(orders);
    expect([...interest.priceTicks]).toEqual([-2_000_000_000, 7, 2_000_000_000]);
    expect([...interest.levelOf]).toEqual([2, 0, 0, 1]);
    expect([...allocateCross(orders, interest, 7, xetra).fillLots]).toEqual([10, 0, 5, 5]);
  });

  it('refuses an order whose hidden part exceeds its quantity', () => {
    expect(() => buildInterest(auctionOrders([[1, 5, { hidden: 6 }]], []))).toThrow('at most all is hidden');
    const orders = auctionOrders([[1, 5]], [[1, 5]]);
    expect(orders.sides.slice(0, 2)).toEqual(Uint8Array.of(BUY, SELL));
  });
});
