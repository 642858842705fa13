import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BinaryReader, BinaryWriter } from '../../base/index.ts';
import { BUY, SELL, type Side } from '../../domain/index.ts';
import {
  MidpointBook,
  type MidpointOrder,
  type MidpointResult,
  type MidpointRules,
} from './midpoint-book.ts';

const XETRA: MidpointRules = {
  priority: 'volume',
  minQtyBy: 'aggregated',
  belowMinQty: 'lower',
  whenLocked: 'trade',
};

function order(
  orderId: number,
  side: Side,
  qtyLots: number,
  limitTicks: number | null = null,
  minQtyLots = 0,
): MidpointOrder {
  return { orderId, side, qtyLots, limitTicks, minQtyLots };
}

/** Trades as `buy-sell qty@price`, price in ticks. */
function texts({ trades }: MidpointResult): string[] {
  return trades.map(
    (trade) => `${trade.buyOrderId}-${trade.sellOrderId} ${trade.qtyLots}@${trade.priceHalfTicks / 2}`,
  );
}

function bookAt(bidTicks: number, askTicks: number, rules: Partial<MidpointRules> = {}): MidpointBook {
  const book = new MidpointBook({ ...XETRA, ...rules });
  book.setQuote(bidTicks, askTicks);
  return book;
}

const openOf = (book: MidpointBook, side: Side): string[] =>
  book.orders(side).map(({ orderId, qtyLots }) => `${orderId}:${qtyLots}`);

describe('vectors of the midpoint', () => {
  it('T1.10-a: a larger order whose minimum is not met is passed over', () => {
    const book = bookAt(1720, 1724);
    book.submit(order(1, SELL, 10_000, 1718));
    book.submit(order(2, SELL, 12_000, 1721, 11_000));
    expect(openOf(book, SELL)).toEqual(['2:12000', '1:10000']);
    expect(texts(book.submit(order(3, BUY, 10_000, 1726)))).toEqual(['3-1 10000@1722']);
    expect(openOf(book, SELL)).toEqual(['2:12000']);
    expect(openOf(book, BUY)).toEqual([]);
  });

  it('T1.8-b: a buy of 300 and a sell of 200 meet at the half tick', () => {
    const book = bookAt(1000, 1001);
    book.submit(order(1, BUY, 300, 1001));
    expect(texts(book.submit(order(2, SELL, 200)))).toEqual(['1-2 200@1000.5']);
    expect(openOf(book, BUY)).toEqual(['1:100']);
  });

  it('T1.8-c: a buy whose limit is below the midpoint does not trade there', () => {
    const book = bookAt(1000, 1003);
    book.submit(order(1, BUY, 100, 1000));
    expect(texts(book.submit(order(2, SELL, 100)))).toEqual([]);
    expect(texts(book.setQuote(999, 1001))).toEqual(['1-2 100@1000']);
  });

  it('T1.6-a: larger orders first, among equals the earlier one', () => {
    const book = bookAt(1000, 1002);
    [5_000, 20_000, 20_000].forEach((qty, at) => {
      book.submit(order(at + 1, BUY, qty));
    });
    expect(texts(book.submit(order(4, SELL, 22_000)))).toEqual(['2-4 20000@1001', '3-4 2000@1001']);
  });
});

describe('midpoint book', () => {
  it('by time serves the earliest first', () => {
    const book = bookAt(1000, 1002, { priority: 'time' });
    [5_000, 20_000].forEach((qty, at) => {
      book.submit(order(at + 1, BUY, qty));
    });
    expect(texts(book.submit(order(4, SELL, 6_000)))).toEqual(['1-4 5000@1001', '2-4 1000@1001']);
  });

  it('does not trade without a quote, while it is crossed, or, by rule, locked', () => {
    const book = new MidpointBook({ ...XETRA, whenLocked: 'block' });
    book.submit(order(1, BUY, 10));
    expect(texts(book.submit(order(2, SELL, 10)))).toEqual([]);
    expect(texts(book.setQuote(1000, null))).toEqual([]);
    expect(texts(book.setQuote(1001, 1000))).toEqual([]);
    expect(texts(book.setQuote(1000, 1000))).toEqual([]);
    expect(texts(book.setQuote(1000, 1001))).toEqual(['1-2 10@1000.5']);
    const open = bookAt(1000, 1000);
    open.submit(order(1, BUY, 10));
    expect(texts(open.submit(order(2, SELL, 10)))).toEqual(['1-2 10@1000']);
  });

  it.each([
    ['aggregated', ['5-1 60@1001', '5-2 60@1001']],
    ['single', []],
  ] as const)('the minimum of a newcomer, %s', (minQtyBy, expected) => {
    const book = bookAt(1000, 1002, { minQtyBy });
    book.submit(order(1, SELL, 60));
    book.submit(order(2, SELL, 60));
    expect(texts(book.submit(order(5, BUY, 120, null, 100)))).toEqual(expected);
    expect(openOf(book, BUY)).toEqual(minQtyBy === 'single' ? ['5:120'] : []);
  });

  it('a minimum above what is open follows it down, and lets others trade', () => {
    const book = bookAt(1000, 1002);
    book.submit(order(1, SELL, 120, null, 110));
    book.submit(order(2, BUY, 100));
    expect(texts(book.submit(order(3, BUY, 115)))).toEqual(['3-1 115@1001', '2-1 5@1001']);
    expect(openOf(book, BUY)).toEqual(['2:95']);
  });

  it('or its rest is cancelled', () => {
    const book = bookAt(1000, 1002, { belowMinQty: 'cancel' });
    book.submit(order(1, SELL, 120, null, 110));
    const result = book.submit(order(3, BUY, 115));
    expect(texts(result)).toEqual(['3-1 115@1001']);
    expect(result.canceled).toEqual([{ orderId: 1, qtyLots: 5 }]);
    expect(openOf(book, SELL)).toEqual([]);
  });

  it('cancels, and refuses quantities that are none', () => {
    const book = bookAt(1000, 1002);
    book.submit(order(1, BUY, 10));
    expect(book.cancel(1)).toBe(10);
    expect(book.cancel(1)).toBe(0);
    expect(() => book.submit(order(2, BUY, 0))).toThrow(/1 lot or more/);
    expect(() => book.submit(order(2, BUY, 5, null, 6))).toThrow(/minimum up to that/);
  });
});

type Step =
  | {
      readonly kind: 'order';
      readonly side: Side;
      readonly qty: number;
      readonly limit: number | null;
      readonly min: number;
    }
  | { readonly kind: 'quote'; readonly bid: number | null; readonly spread: number }
  | { readonly kind: 'cancel'; readonly back: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('order' as const),
      side: fc.constantFrom<Side>(BUY, SELL),
      qty: fc.integer({ min: 1, max: 30 }),
      limit: fc.option(fc.integer({ min: 95, max: 105 })),
      min: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 30 })),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('quote' as const),
      bid: fc.option(fc.integer({ min: 96, max: 103 }), { freq: 8 }),
      spread: fc.integer({ min: -1, max: 4 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel' as const), back: fc.nat(6) }) },
);

describe('random midpoint flow', () => {
  it('conserves quantities, keeps limits, minimums and the midpoint, and leaves no pair that could trade', () => {
    const rules = fc.record<MidpointRules>({
      priority: fc.constantFrom('volume', 'time'),
      minQtyBy: fc.constantFrom('single', 'aggregated'),
      belowMinQty: fc.constantFrom('lower', 'cancel'),
      whenLocked: fc.constantFrom('trade', 'block'),
    });
    let tradeCount = 0;
    fc.assert(
      fc.property(
        rules,
        fc.array(step, { minLength: 1, maxLength: 40, size: 'max' }),
        fc.nat(39),
        (rule, steps, snapshotAt) => {
          let book = new MidpointBook(rule);
          book.setQuote(99, 101);
          const open = new Map<number, MidpointOrder>();
          let nextId = 1;
          steps.forEach((one, at) => {
            if (at === snapshotAt) book = throughSnapshot(book);
            let result: MidpointResult = { trades: [], canceled: [] };
            if (one.kind === 'order') {
              const entered = order(nextId++, one.side, one.qty, one.limit, Math.min(one.min, one.qty));
              open.set(entered.orderId, entered);
              result = book.submit(entered);
            } else if (one.kind === 'quote') {
              result = book.setQuote(one.bid, one.bid === null ? 100 : one.bid + one.spread);
            } else {
              const id = nextId - 1 - one.back;
              expect(book.cancel(id)).toBe(open.get(id)?.qtyLots ?? 0);
              open.delete(id);
            }
            tradeCount += result.trades.length;
            follow(open, result, book);
            expect(
              [...book.orders(BUY), ...book.orders(SELL)].map((o) => [o.orderId, o.qtyLots]).sort(byId),
            ).toEqual([...open.values()].map((o) => [o.orderId, o.qtyLots]).sort(byId));
            expectNothingLeft(book);
          });
        },
      ),
      { seed: 23, numRuns: 400 },
    );
    expect(tradeCount).toBeGreaterThan(1_000);
  });
});

const byId = (a: readonly number[], b: readonly number[]): number => a[0]! - b[0]!;

function follow(open: Map<number, MidpointOrder>, result: MidpointResult, book: MidpointBook): void {
  for (const { buyOrderId, sellOrderId, qtyLots, priceHalfTicks } of result.trades) {
    expect(priceHalfTicks).toBe(book.priceHalfTicks);
    for (const id of [buyOrderId, sellOrderId]) {
      const one = open.get(id)!;
      if (one.limitTicks !== null) {
        const distance = 2 * one.limitTicks - priceHalfTicks;
        expect(one.side === BUY ? distance : -distance).toBeGreaterThanOrEqual(0);
      }
      expect(qtyLots).toBeLessThanOrEqual(one.qtyLots);
      if (one.qtyLots === qtyLots) open.delete(id);
      else open.set(id, { ...one, qtyLots: one.qtyLots - qtyLots });
    }
  }
  for (const { orderId, qtyLots } of result.canceled) {
    expect(open.get(orderId)?.qtyLots).toBe(qtyLots);
    open.delete(orderId);
  }
}

/** No buy and sell are left that suit the midpoint and give each other their minimum. */
function expectNothingLeft(book: MidpointBook): void {
  const price = book.priceHalfTicks;
  if (price === null) return;
  const suiting = (side: Side): MidpointOrder[] =>
    book
      .orders(side)
      .filter(
        ({ limitTicks }) =>
          limitTicks === null || (side === BUY ? 2 * limitTicks >= price : 2 * limitTicks <= price),
      );
  for (const buy of suiting(BUY)) {
    for (const sell of suiting(SELL)) {
      const lots = Math.min(buy.qtyLots, sell.qtyLots);
      expect(lots < buy.minQtyLots || lots < sell.minQtyLots).toBe(true);
    }
  }
}

function throughSnapshot(book: MidpointBook): MidpointBook {
  const writer = new BinaryWriter();
  book.writeState(writer);
  const reader = new BinaryReader(writer.finish());
  const restored = new MidpointBook(book.rules);
  restored.readState(reader);
  expect(reader.isAtEnd).toBe(true);
  return restored;
}
