import { describe, expect, it } from 'vitest';
import { type AuctionRow, auctionOrders, priceContext } from '../../../tests/support/auction-books.ts';
import { auctionPreset } from '../../../tests/support/auction-presets.ts';
import { BUY, SELL } from '../../domain/index.ts';
import { type ClearingPrice, findClearingPrice } from './clearing-price.ts';
import { bestLimits, buildInterest, demandAt, supplyAt } from './interest.ts';
import type { PriceRule } from './price-rule.ts';
import type { PriceContext } from './price-steps.ts';
import { thresholdRange } from './price-width.ts';

const { cross: nasdaq, halt: nasdaqHalt } = auctionPreset('nasdaq').price;
const lse = auctionPreset('lse').price.cross;
const xetra = auctionPreset('xetra').price.cross;
const arca = auctionPreset('nyse-arca').price.cross;
const cme = auctionPreset('cme').price.cross;
/** Rules that keep the order volume, surplus, then something; Arca has no surplus step. */
const ALL = { nasdaq, nasdaqHalt: nasdaqHalt!, lse, xetra, cme };

interface Book {
  readonly bids: readonly AuctionRow[];
  readonly asks: readonly AuctionRow[];
}

function priceIn(book: Book, rule: PriceRule, more: Partial<PriceContext> = {}): ClearingPrice {
  return findClearingPrice(buildInterest(auctionOrders(book.bids, book.asks)), rule, priceContext(more));
}

/** Price, volume and surplus (buyers left over above zero). */
function outcome(found: ClearingPrice): [number | null, number, number] {
  const sign = found.imbalanceSide === SELL ? -1 : 1;
  return [found.priceTicks, found.volumeLots, sign * found.imbalanceLots];
}

/** What each price of a table of the market rules demands and supplies. */
function expectTable(book: Book, rows: readonly (readonly [number, number, number])[]): void {
  const interest = buildInterest(auctionOrders(book.bids, book.asks));
  const found = rows.map(([price]) => [price, demandAt(interest, price), supplyAt(interest, price)]);
  expect(found).toEqual(rows);
}

const withReference = (referenceTicks: number): Partial<PriceContext> => ({ referenceTicks });

const A: Book = {
  bids: [
    [202, 200],
    [201, 200],
    [200, 300],
  ],
  asks: [
    [198, 300],
    [199, 200],
    [200, 100],
  ],
};
const B: Book = {
  bids: [
    [202, 400],
    [201, 200],
  ],
  asks: [
    [199, 300],
    [198, 200],
  ],
};
const C: Book = {
  bids: [
    [202, 300],
    [201, 200],
  ],
  asks: [
    [199, 400],
    [198, 200],
  ],
};
const D: Book = {
  bids: [
    [202, 300],
    [201, 200],
  ],
  asks: [
    [199, 300],
    [198, 200],
  ],
};
const E: Book = {
  bids: [
    ['MKT', 100],
    [199, 100],
  ],
  asks: [
    ['MKT', 100],
    [202, 100],
  ],
};
const H: Book = {
  bids: [
    ['MKT', 500],
    [1005, 300],
    [1002, 400],
    [1000, 1000],
  ],
  asks: [
    ['MKT', 300],
    [998, 200],
    [1000, 600],
    [1003, 500],
  ],
};
const I: Book = {
  bids: [
    [1002, 1000],
    [1000, 500],
  ],
  asks: [
    [1000, 700],
    [1001, 500],
  ],
};
const J: Book = {
  bids: [
    [102, 500],
    [100, 200],
  ],
  asks: [
    [99, 300],
    [101, 400],
  ],
};
/** In tenths: limits are whole, the grid is 0.1. */
const K: Book = {
  bids: [
    [1010, 100],
    [1000, 100],
  ],
  asks: [
    [990, 100],
    [1010, 100],
  ],
};
const L: Book = {
  bids: [
    [12, 100],
    [11, 100],
  ],
  asks: [
    [10, 150],
    [12, 100],
  ],
};

describe('clearing price', () => {
  it('T3.4-a: one price has the largest volume', () => {
    expectTable(A, [
      [202, 200, 600],
      [201, 400, 600],
      [200, 700, 600],
      [199, 700, 500],
      [198, 700, 300],
    ]);
    for (const rule of Object.values({ ...ALL, arca })) {
      expect(outcome(priceIn(A, rule))).toEqual([200, 600, 100]);
    }
  });

  it('T3.4-b: a tie with buyers left over goes to the highest price', () => {
    for (const rule of Object.values(ALL)) expect(outcome(priceIn(B, rule))).toEqual([201, 500, 100]);
    // Neither a reference nor a midpoint at the low end changes that.
    const low = { referenceTicks: 190, quote: { bidTicks: 189, askTicks: 191 } };
    for (const rule of Object.values(ALL)) expect(priceIn(B, rule, low).priceTicks).toBe(201);
  });

  it('T3.4-c: a tie with sellers left over goes to the lowest price', () => {
    const high = { referenceTicks: 210, quote: { bidTicks: 209, askTicks: 211 } };
    for (const rule of Object.values(ALL)) expect(outcome(priceIn(C, rule, high))).toEqual([199, 500, -100]);
  });

  it('T3.4-d: a tie without surplus goes to the price next to the reference', () => {
    const rules = [lse, xetra, cme, nasdaqHalt!, arca];
    for (const rule of rules) {
      for (const [reference, price] of [
        [203, 201],
        [200, 200],
        [198, 199],
      ] as const) {
        expect(outcome(priceIn(D, rule, withReference(reference)))).toEqual([price, 500, 0]);
      }
    }
  });

  it('T3.4-d: at Nasdaq the midpoint takes the place of the reference, the higher of two as close', () => {
    expect(priceIn(D, nasdaq, { quote: { bidTicks: 200, askTicks: 201 } }).priceTicks).toBe(201);
    // Midpoint 199.2 in tenths of a tick: the grid keeps its step of one.
    const tenths = (rows: readonly AuctionRow[]): AuctionRow[] =>
      rows.map(([price, lots]) => [price === 'MKT' ? price : price * 10, lots]);
    const book = { bids: tenths(D.bids), asks: tenths(D.asks) };
    const context = { stepTicks: 10, quote: { bidTicks: 1991, askTicks: 1993 } };
    expect(priceIn(book, nasdaq, context).priceTicks).toBe(1990);
  });

  it('T3.4-e: market orders on both sides between limits that do not cross', () => {
    for (const rule of [lse, xetra, cme, nasdaqHalt!]) {
      expect(outcome(priceIn(E, rule, withReference(200)))).toEqual([200, 100, 0]);
    }
    expect(priceIn(E, xetra, withReference(203)).priceTicks).toBe(202);
    expect(priceIn(E, xetra, withReference(197)).priceTicks).toBe(199);
    for (const rule of [lse, cme, nasdaqHalt!]) {
      expect(priceIn(E, rule, withReference(203)).priceTicks).toBe(201);
      expect(priceIn(E, rule, withReference(197)).priceTicks).toBe(200);
    }
  });

  it('T3.4-f: market orders alone trade at the reference price', () => {
    const book: Book = { bids: [['MKT', 900]], asks: [['MKT', 800]] };
    for (const rule of [lse, xetra, cme, arca, nasdaqHalt!]) {
      expect(outcome(priceIn(book, rule, withReference(123)))).toEqual([123, 800, 100]);
    }
    // Nasdaq's crosses take the midpoint, by convention.
    const quote = { bidTicks: 122, askTicks: 124 };
    expect(outcome(priceIn(book, nasdaq, { quote, referenceTicks: 150 }))).toEqual([123, 800, 100]);
    expect(priceIn(book, xetra)).toMatchObject({
      priceTicks: null,
      noPrice: 'noReferenceForMarketOrders',
      imbalanceLots: 100,
      imbalanceSide: BUY,
    });
  });

  it('T3.4-g: without a cross there is no price, but the best limits', () => {
    const book: Book = { bids: [[200, 80]], asks: [[201, 80]] };
    for (const rule of Object.values({ ...ALL, arca })) {
      const found = priceIn(book, rule, withReference(200));
      expect(found).toMatchObject({ priceTicks: null, noPrice: 'nothingExecutable', volumeLots: 0 });
    }
    expect(bestLimits(buildInterest(auctionOrders(book.bids, book.asks)))).toEqual({
      bidTicks: 200,
      bidLots: 80,
      askTicks: 201,
      askLots: 80,
    });
  });

  it('T3.4-h: market and limit orders together', () => {
    expectTable(H, [
      [1005, 800, 1600],
      [1003, 800, 1600],
      [1002, 1200, 1100],
      [1000, 2200, 1100],
      [998, 2200, 500],
    ]);
    for (const rule of Object.values(ALL)) expect(outcome(priceIn(H, rule))).toEqual([1002, 1100, 100]);
  });

  it('T3.4-i: sellers left over and a gap', () => {
    expectTable(I, [
      [1002, 1000, 1200],
      [1001, 1000, 1200],
      [1000, 1500, 700],
    ]);
    for (const rule of Object.values(ALL)) expect(outcome(priceIn(I, rule))).toEqual([1001, 1000, -200]);
  });

  it('T3.4-j: volume goes before surplus', () => {
    for (const rule of Object.values(ALL)) expect(outcome(priceIn(J, rule))).toEqual([101, 500, -200]);
  });

  it('T3.4-k: ties of both signs: limits only and the tick grid differ where the reference lies outside', () => {
    for (const rule of [lse, xetra, cme, nasdaqHalt!]) {
      expect(outcome(priceIn(K, rule, withReference(1004)))).toEqual([1004, 100, 0]);
    }
    expect(outcome(priceIn(K, xetra, withReference(1030)))).toEqual([1010, 100, -100]);
    for (const rule of [lse, cme, nasdaqHalt!]) {
      expect(outcome(priceIn(K, rule, withReference(1030)))).toEqual([1009, 100, 0]);
    }
  });

  it('T3.4-l: buyers left over at all tied prices', () => {
    for (const rule of Object.values(ALL)) expect(outcome(priceIn(L, rule))).toEqual([11, 150, 50]);
  });

  it('T3.2-a: thresholds of Nasdaq around a quote of 10.00 to 11.00', () => {
    const quote = { bidTicks: 1000, askTicks: 1100 };
    const width = { bps: 1000, minTicks: 50 };
    expect(thresholdRange(width, quote)).toEqual({ lowTicks: 895, highTicks: 1205 });
    // Below 5.00 the fixed half a dollar is the larger one.
    expect(thresholdRange(width, { bidTicks: 200, askTicks: 210 })).toEqual({
      lowTicks: 150,
      highTicks: 260,
    });
  });

  it('T3.4-m: a cross beyond the thresholds is at the nearest price inside, with the volume there', () => {
    // The rules give no book; here 300 would trade at 13.00 and 200 at 12.05.
    const book: Book = {
      bids: [[1300, 300]],
      asks: [
        [1200, 200],
        [1300, 100],
      ],
    };
    const more = { quote: { bidTicks: 1000, askTicks: 1100 }, threshold: { bps: 1000, minTicks: 50 } };
    expect(priceIn(book, nasdaq, { quote: more.quote }).priceTicks).toBe(1300);
    const found = priceIn(book, nasdaq, more);
    expect(outcome(found)).toEqual([1205, 200, 100]);
    expect(found.steps.at(-1)).toMatchObject({ step: 'insideThresholds', outcome: 'moved', priceCount: 1 });
    // Read as "the steps over the prices inside", the midpoint draws the price to the lowest limit of the sellers.
    const steps = nasdaq.steps.map((step) =>
      step.step === 'insideThresholds' ? { ...step, outside: 'best' as const } : step,
    );
    expect(outcome(priceIn(book, { ...nasdaq, steps }, more))).toEqual([1200, 200, 100]);
  });

  it('T3.7-a: indicative opening price of CME', () => {
    // In quarters of a point: 4500.00 is 18000.
    const book: Book = {
      bids: [
        [18001, 30],
        [18000, 50],
        [17999, 40],
      ],
      asks: [
        [17998, 20],
        [17999, 25],
        [18000, 45],
      ],
    };
    expectTable(book, [
      [17998, 120, 20],
      [17999, 120, 45],
      [18000, 80, 90],
      [18001, 30, 90],
    ]);
    expect(outcome(priceIn(book, cme))).toEqual([18000, 80, -10]);
  });

  it('says of a cross that lies wholly beyond the collar that no price is allowed', () => {
    const book: Book = { bids: [[130, 10]], asks: [[120, 10]] };
    const collar = { lowTicks: 90, highTicks: 110 };
    expect(priceIn(book, arca, { referenceTicks: 100, collar })).toMatchObject({
      priceTicks: null,
      noPrice: 'noneInsideBounds',
    });
    expect(
      priceIn(book, arca, { referenceTicks: 100, collar: { lowTicks: 90, highTicks: 125 } }),
    ).toMatchObject({ priceTicks: 120, volumeLots: 10 });
  });

  it('moves an Arca price to its collar and keeps what trades there', () => {
    const book: Book = {
      bids: [
        [130, 10],
        ['MKT', 5],
      ],
      asks: [
        ['MKT', 7],
        [128, 8],
      ],
    };
    const collar = { lowTicks: 90, highTicks: 110 };
    expect(outcome(priceIn(book, arca, { referenceTicks: 100, collar }))).toEqual([110, 7, 8]);
  });

  it('an Arca price does not pass a displayed order that keeps a rest, but may pass a hidden one', () => {
    const asks: AuctionRow[] = [[100, 300]];
    const shown: Book = {
      bids: [
        [105, 200],
        [103, 500],
        [101, 200],
      ],
      asks,
    };
    expect(outcome(priceIn(shown, arca, withReference(100)))).toEqual([103, 300, 400]);
    const hidden: Book = {
      bids: [
        [105, 200],
        [103, 500, { hidden: 500 }],
        [101, 200],
      ],
      asks,
    };
    expect(outcome(priceIn(hidden, arca, withReference(100)))).toEqual([101, 300, 600]);
  });

  it('an Arca price is the reference itself when a candidate below and one above are as close', () => {
    const book: Book = { bids: [[104, 10]], asks: [[96, 10]] };
    const found = priceIn(book, arca, { stepTicks: 4, referenceTicks: 102 });
    expect(outcome(found)).toEqual([102, 10, 0]);
    expect(priceIn(book, lse, { stepTicks: 4, referenceTicks: 102 }).priceTicks).toBe(104);
  });

  it('inside a quote that cuts a gap, pressure goes to the end of the gap', () => {
    const rule: PriceRule = { ...lse, range: 'quote' };
    const quote = { bidTicks: 104, askTicks: 107 };
    expect(outcome(priceIn({ bids: [[110, 9]], asks: [[100, 5]] }, rule, { quote }))).toEqual([107, 5, 4]);
    expect(outcome(priceIn({ bids: [[110, 5]], asks: [[100, 9]] }, rule, { quote }))).toEqual([104, 5, -4]);
    expect(priceIn({ bids: [[110, 5]], asks: [[100, 9]] }, rule).noPrice).toBe('noQuote');
  });

  it('explains each step: what was left after it', () => {
    expect(priceIn(D, lse, withReference(203)).steps).toEqual([
      { step: 'maxVolume', outcome: 'narrowed', lowTicks: 199, highTicks: 201, priceCount: 3 },
      { step: 'minImbalance', outcome: 'kept', lowTicks: 199, highTicks: 201, priceCount: 3 },
      { step: 'marketPressure', outcome: 'kept', lowTicks: 199, highTicks: 201, priceCount: 3 },
      { step: 'closestToReference', outcome: 'narrowed', lowTicks: 201, highTicks: 201, priceCount: 1 },
      { step: 'highest', outcome: 'kept', lowTicks: 201, highTicks: 201, priceCount: 1 },
    ]);
  });

  it('does not count the prices between limits: two thousand million ticks cost as much as two', () => {
    const book: Book = { bids: [[1_000_000_000, 5]], asks: [[-1_000_000_000, 5]] };
    const found = priceIn(book, lse, withReference(-7));
    expect(outcome(found)).toEqual([-7, 5, 0]);
    expect(found.steps[0]!.priceCount).toBe(2_000_000_001);
  });

  it('keeps to the grid below zero, and takes limits beside it as candidates', () => {
    const book: Book = { bids: [[-3, 5]], asks: [[-42, 5]] };
    expect(priceIn(book, lse, { stepTicks: 10, referenceTicks: -14 }).priceTicks).toBe(-10);
    expect(priceIn(book, lse, { stepTicks: 10, referenceTicks: 0 }).priceTicks).toBe(-3);
    expect(
      Object.is(
        priceIn({ bids: [[3, 1]], asks: [[-3, 1]] }, lse, { stepTicks: 10, referenceTicks: 0 }).priceTicks,
        0,
      ),
    ).toBe(true);
  });

  it('has nothing to say of an empty auction', () => {
    expect(priceIn({ bids: [], asks: [] }, nasdaq)).toMatchObject({
      priceTicks: null,
      noPrice: 'noInterest',
    });
  });
});
