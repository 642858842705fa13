/** Order protection and routing over several venues; the vector of §1.19 also through real books. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { giveCommand, ladderOf, linesOf } from '../../../tests/support/book-script.ts';
import { BinaryReader, BinaryWriter } from '../../base/index.ts';
import { BUY, EventBuffer, SELL } from '../../domain/index.ts';
import { DEFAULT_BOOK_RULES, type OrderBook } from '../book/contract.ts';
import { FastBook } from '../book/fast-book.ts';
import { ReferenceBook } from '../book/reference-book.ts';
import { planLocalExecution, priceToComply } from './local-execution.ts';
import {
  bestQuote,
  protectedQuotes,
  quoteFromDepth,
  quoteState,
  type VenueQuote,
} from './protected-quotes.ts';
import { RecentQuotes } from './recent-quotes.ts';
import {
  type FeeTable,
  planByPriceAndFee,
  planPostToBest,
  planSweep,
  type RoutedOrder,
} from './route-plan.ts';
import { findTradeThrough, type ProposedTrade } from './trade-through.ts';

type Top = readonly [priceTicks: number, lots: number] | null;

function quote(venue: string, bid: Top, ask: Top, more: Partial<VenueQuote> = {}): VenueQuote {
  const side = (top: Top): VenueQuote['bid'] => (top === null ? null : { priceTicks: top[0], lots: top[1] });
  return { venue, bid: side(bid), ask: side(ask), isAutomated: true, hasSelfHelp: false, ...more };
}

const BOOKS: readonly (readonly [string, () => OrderBook])[] = [
  ['FastBook', () => new FastBook({ ...DEFAULT_BOOK_RULES, publishLevels: false }, new EventBuffer())],
  [
    'ReferenceBook',
    () => new ReferenceBook({ ...DEFAULT_BOOK_RULES, publishLevels: false }, new EventBuffer()),
  ],
];

describe('best and protected quotes', () => {
  const quotes = [
    quote('A', [1000, 300], [1002, 100]),
    quote('B', [1000, 200], [1001, 200]),
    quote('C', [1001, 500], [1003, 100], { isAutomated: false }),
    quote('D', null, [1000, 900], { hasSelfHelp: true }),
  ];

  it('adds up the venues at the best price, in the order given', () => {
    expect(bestQuote(protectedQuotes(quotes))).toEqual({
      bid: { priceTicks: 1000, lots: 500, venues: ['A', 'B'] },
      ask: { priceTicks: 1001, lots: 200, venues: ['B'] },
    });
  });

  it('tells open, normal, locked and crossed', () => {
    const state = (...some: VenueQuote[]): string => quoteState(bestQuote(some));
    expect(state()).toBe('open');
    expect(state(quote('A', [1000, 1], null))).toBe('open');
    expect(state(quote('A', [1000, 1], [1001, 1]))).toBe('normal');
    expect(state(quote('A', [1000, 1], [1001, 1]), quote('B', [1001, 1], null))).toBe('locked');
    expect(state(...quotes)).toBe('crossed');
  });

  it('makes a round-lot quote of odd lots at several prices, none of fewer', () => {
    const level = (priceTicks: number, displayedLots: number) => ({
      priceTicks,
      displayedLots,
      orderCount: 1,
    });
    const depth = { bids: [level(1000, 60), level(999, 70)], asks: [level(1001, 99)] };
    expect(quoteFromDepth('A', depth, 100)).toEqual(quote('A', [999, 100], null));
  });
});

describe('trade-throughs', () => {
  const quotes = [quote('A', [1000, 100], [1003, 100]), quote('B', [999, 100], [1001, 200])];
  const trade = (priceTicks: number, more: Partial<ProposedTrade> = {}): ProposedTrade => ({
    venue: 'A',
    priceTicks,
    exception: null,
    ...more,
  });

  it('finds the protected quote of another venue that a trade passes by', () => {
    expect(findTradeThrough(trade(1002), quotes)).toEqual({ venue: 'B', side: 'ask', priceTicks: 1001 });
    expect(findTradeThrough(trade(1001), quotes)).toBeNull();
    expect(findTradeThrough(trade(998), quotes)).toEqual({ venue: 'B', side: 'bid', priceTicks: 999 });
    expect(findTradeThrough(trade(999, { venue: 'B' }), quotes)).toEqual({
      venue: 'A',
      side: 'bid',
      priceTicks: 1000,
    });
  });

  it('makes no exception for the own quote, but for sweeps, benchmarks, auctions and self-help', () => {
    expect(findTradeThrough(trade(1001, { venue: 'B' }), quotes)).toBeNull();
    for (const exception of ['intermarketSweep', 'benchmark', 'singlePricedAuction'] as const) {
      expect(findTradeThrough(trade(1005, { exception }), quotes)).toBeNull();
    }
    const helped = [quotes[0]!, { ...quotes[1]!, hasSelfHelp: true }];
    expect(findTradeThrough(trade(1002), helped)).toBeNull();
  });

  it('is not barred by crossed quotes', () => {
    const crossed = [...quotes, quote('C', [1002, 100], null)];
    expect(findTradeThrough(trade(1003), crossed)).toBeNull();
  });

  it('holds a flickering quote to its least aggressive price of the last second', () => {
    const recent = new RecentQuotes('B', 1_000);
    const show = (timeNs: number, bid: Top, ask: Top): void => recent.onQuote(timeNs, quote('B', bid, ask));
    show(0, [999, 1], [1002, 1]);
    show(500, [1000, 1], [1001, 1]);
    expect(findTradeThrough(trade(1002), quotes, [recent.at(900)])).toBeNull();
    expect(findTradeThrough(trade(1002), quotes, [recent.at(1_499)])).toBeNull();
    expect(findTradeThrough(trade(1002), quotes, [recent.at(1_500)])).not.toBeNull();
  });

  it('keeps the least aggressive prices as a plain search does, also over snapshots', () => {
    const steps = fc.array(
      fc.record({
        afterNs: fc.integer({ min: 0, max: 60 }),
        bid: fc.option(fc.integer({ min: 90, max: 99 })),
        ask: fc.option(fc.integer({ min: 100, max: 109 })),
      }),
      { minLength: 1, maxLength: 60 },
    );
    fc.assert(
      fc.property(steps, fc.nat(59), (list, snapshotAt) => {
        let recent = new RecentQuotes('A', 100);
        const shown: { fromNs: number; bid: number | null; ask: number | null }[] = [];
        let timeNs = 0;
        list.forEach(({ afterNs, bid, ask }, index) => {
          timeNs += afterNs;
          if (index === snapshotAt) recent = throughSnapshot(recent);
          recent.onQuote(timeNs, quote('A', bid === null ? null : [bid, 1], ask === null ? null : [ask, 1]));
          shown.push({ fromNs: timeNs, bid, ask });
          // In force within (now - window, now]: replaced later than its start. Quotes of no duration count too.
          const inForce = shown.filter((_, at) => (shown[at + 1]?.fromNs ?? timeNs + 1) > timeNs - 100);
          const bids = inForce.map((one) => one.bid).filter((price) => price !== null);
          const asks = inForce.map((one) => one.ask).filter((price) => price !== null);
          expect(recent.at(timeNs)).toEqual({
            venue: 'A',
            lowestBidTicks: bids.length === 0 ? null : Math.min(...bids),
            highestAskTicks: asks.length === 0 ? null : Math.max(...asks),
          });
        });
      }),
      { seed: 19, numRuns: 300 },
    );
  });
});

function throughSnapshot(recent: RecentQuotes): RecentQuotes {
  const writer = new BinaryWriter();
  recent.writeState(writer);
  const reader = new BinaryReader(writer.finish());
  const restored = new RecentQuotes(recent.venue, 100);
  restored.readState(reader);
  expect(reader.isAtEnd).toBe(true);
  return restored;
}

describe.each(BOOKS)('a venue with a better quote elsewhere, on a %s', (_, create) => {
  const away = [quote('L', null, [1002, 100]), quote('B', [1000, 500], [1001, 200])];

  it('T1.19-a: a non-routable buy does not trade through; it slides to 10.00 and ranks at 10.01', () => {
    const book = create();
    const source = { nextId: 1 };
    giveCommand(book, 'sell 100 @ 1002', source);
    const plan = planLocalExecution({ side: BUY, priceTicks: 1002, instruction: 'bookOnly' }, 'L', away);
    expect(plan).toEqual({
      matchLimitTicks: 1001,
      rest: { kind: 'rest', displayTicks: 1000, rankTicks: 1001 },
    });
    const lines = linesOf(book.events, () =>
      giveCommand(book, `buy 300 @ ${plan.matchLimitTicks} ioc`, source),
    );
    expect(lines).toEqual(['accepted 2 buy 300@1001', 'canceled 2 buy 300@1001 iocRemainder']);
  });

  it('T1.19-a: with the ISO flag 100 trade at 10.02 and 200 rest there', () => {
    const book = create();
    const source = { nextId: 1 };
    giveCommand(book, 'sell 100 @ 1002', source);
    const plan = planLocalExecution(
      { side: BUY, priceTicks: 1002, instruction: 'intermarketSweep' },
      'L',
      away,
    );
    expect(plan.rest).toEqual({ kind: 'rest', displayTicks: 1002, rankTicks: 1002 });
    const lines = linesOf(book.events, () => giveCommand(book, `buy 300 @ ${plan.matchLimitTicks}`, source));
    expect(lines).toEqual([
      'accepted 2 buy 300@1002',
      'trade 1: 2 buy 100@1002 with 1, leaves 200 and 0',
      'rested 2 buy 200 of 200@1002',
    ]);
    expect(ladderOf(book)).toBe('bid 1002 200 (1)');
  });
});

describe('local execution', () => {
  const away = [quote('B', [1000, 500], [1002, 200])];

  it.each([
    ['bookOnly', { kind: 'rest', displayTicks: 1001, rankTicks: 1000 }],
    ['bookOnlyCancel', { kind: 'cancel' }],
    ['route', { kind: 'route' }],
  ] as const)('a sell that locks a better bid elsewhere: %s', (instruction, rest) => {
    expect(planLocalExecution({ side: SELL, priceTicks: 999, instruction }, 'L', away)).toEqual({
      matchLimitTicks: 1000,
      rest,
    });
  });

  it('leaves an order alone that locks nothing, and the own quote out of it', () => {
    const order = { side: BUY, priceTicks: 1001, instruction: 'bookOnly' } as const;
    const asAsked = { matchLimitTicks: 1001, rest: { kind: 'rest', displayTicks: 1001, rankTicks: 1001 } };
    expect(planLocalExecution(order, 'L', away)).toEqual(asAsked);
    expect(planLocalExecution(order, 'L', [...away, quote('L', null, [1001, 100])])).toEqual(asAsked);
    expect(planLocalExecution(order, 'L', [quote('B', null, [1001, 1], { isAutomated: false })])).toEqual(
      asAsked,
    );
    expect(planLocalExecution(order, 'L', [])).toEqual(asAsked);
  });

  it('price-to-comply shows one tick away and ranks at the locking price', () => {
    expect(priceToComply(BUY, 1001, 1001)).toEqual({ displayTicks: 1000, rankTicks: 1001 });
    expect(priceToComply(BUY, 1005, 1001)).toEqual({ displayTicks: 1000, rankTicks: 1001 });
    expect(priceToComply(SELL, 1000, 1000)).toEqual({ displayTicks: 1001, rankTicks: 1000 });
    expect(priceToComply(BUY, 1000, 1001)).toEqual({ displayTicks: 1000, rankTicks: 1000 });
  });
});

describe('route plans', () => {
  const quotes = [
    quote('A', [1000, 300], [1002, 100]),
    quote('B', [1000, 200], [1001, 200]),
    quote('C', [999, 100], [1001, 50]),
    quote('D', [1000, 900], [1001, 400], { isAutomated: false }),
  ];
  const buy = (qtyLots: number, priceTicks: number): RoutedOrder => ({ side: BUY, priceTicks, qtyLots });
  const leg = (
    venue: string,
    priceTicks: number,
    qtyLots: number,
    isSweep: boolean,
    timeInForce = 'ioc',
  ) => ({
    venue,
    priceTicks,
    qtyLots,
    timeInForce,
    isSweep,
  });

  it('a sweep takes every better protected quote in full and sends the rest to its target', () => {
    expect(planSweep(buy(300, 1002), 'A', quotes, 'rest')).toEqual([
      leg('B', 1001, 200, true),
      leg('C', 1001, 50, true),
      leg('A', 1002, 50, true, 'rest'),
    ]);
    expect(planSweep(buy(220, 1002), 'A', quotes, 'ioc')).toEqual([
      leg('B', 1001, 200, true),
      leg('C', 1001, 20, true),
    ]);
    // A quote at the limit is not traded through.
    expect(planSweep(buy(300, 1001), 'A', quotes, 'ioc')).toEqual([leg('A', 1001, 300, true)]);
  });

  it('a plan by price and fee prefers a worse price whose fee is lower by more than a tick', () => {
    const table: FeeTable = {
      tickMicro: 1_000,
      fees: [
        { venue: 'A', takeMicro: -1_500, makeMicro: 0 },
        { venue: 'B', takeMicro: 300, makeMicro: -200 },
        { venue: 'D', takeMicro: 100, makeMicro: -300 },
      ],
    };
    expect(planByPriceAndFee(buy(800, 1002), quotes, table)).toEqual([
      leg('A', 1002, 100, false),
      leg('C', 1001, 50, false),
      leg('D', 1001, 400, false),
      leg('B', 1001, 200, false),
    ]);
    expect(planByPriceAndFee(buy(800, 1000), quotes, table)).toEqual([]);
    const sell: RoutedOrder = { side: SELL, priceTicks: 1000, qtyLots: 250 };
    expect(planByPriceAndFee(sell, quotes.slice(1), table)).toEqual([leg('D', 1000, 250, false)]);
  });

  it('a resting order goes where its own side is best, then to the lowest fee, then to the shortest queue', () => {
    const table = (makeMicro: number): FeeTable => ({
      tickMicro: 1_000,
      fees: [{ venue: 'D', takeMicro: 0, makeMicro }],
    });
    expect(planPostToBest(buy(10, 1000), quotes, table(0), 'X').venue).toBe('B');
    expect(planPostToBest(buy(10, 1000), quotes, table(-5), 'X').venue).toBe('D');
    expect(planPostToBest(buy(10, 1000), quotes, table(5), 'X').venue).toBe('B');
    expect(planPostToBest({ side: SELL, priceTicks: 1001, qtyLots: 9 }, quotes, table(0), 'X')).toEqual(
      leg('C', 1001, 9, false, 'rest'),
    );
    expect(planPostToBest(buy(10, 1000), [], table(0), 'X').venue).toBe('X');
  });

  it('no plan sends more than the order, worse than its limit, or more than is shown elsewhere', () => {
    const top = fc.option(fc.tuple(fc.integer({ min: 990, max: 1010 }), fc.integer({ min: 1, max: 500 })));
    const venues = fc.array(
      fc.record({ bid: top, ask: top, isAutomated: fc.boolean(), hasSelfHelp: fc.boolean() }),
      { maxLength: 6 },
    );
    const orders = fc.record({
      side: fc.constantFrom(BUY, SELL),
      priceTicks: fc.integer({ min: 990, max: 1010 }),
      qtyLots: fc.integer({ min: 1, max: 1_000 }),
    });
    const fees = fc.array(fc.integer({ min: -3_000, max: 3_000 }), { minLength: 6, maxLength: 6 });
    let legCount = 0;
    fc.assert(
      fc.property(venues, orders, fees, (list, order, takes) => {
        const shown = list.map(({ bid, ask, ...more }, at) => quote(`V${at}`, bid, ask, more));
        const table = {
          tickMicro: 1_000,
          fees: takes.map((takeMicro, at) => ({ venue: `V${at}`, takeMicro, makeMicro: 0 })),
        };
        for (const legs of [planSweep(order, 'V0', shown, 'ioc'), planByPriceAndFee(order, shown, table)]) {
          legCount += legs.length;
          expect(legs.reduce((sum, { qtyLots }) => sum + qtyLots, 0)).toBeLessThanOrEqual(order.qtyLots);
          for (const { venue, priceTicks, qtyLots, isSweep } of legs) {
            expect(order.side === BUY ? priceTicks <= order.priceTicks : priceTicks >= order.priceTicks).toBe(
              true,
            );
            if (isSweep && venue === 'V0') continue;
            const taken = shown.find((one) => one.venue === venue)!;
            expect(qtyLots).toBeLessThanOrEqual((order.side === BUY ? taken.ask : taken.bid)!.lots);
          }
        }
        // After a sweep nothing that is protected and better than the limit is left, unless the order is used up.
        const sweep = planSweep(order, 'V0', shown, 'ioc');
        if (sweep.at(-1)?.venue === 'V0') {
          const left = shown.map((one) =>
            sweep.some(({ venue }) => venue === one.venue) ? { ...one, bid: null, ask: null } : one,
          );
          const trade = { venue: 'V0', priceTicks: order.priceTicks, exception: null };
          const through = findTradeThrough(trade, left);
          const side = order.side === BUY ? 'ask' : 'bid';
          expect(through?.side === side).toBe(false);
        }
      }),
      { seed: 19, numRuns: 500 },
    );
    expect(legCount).toBeGreaterThan(500);
  });
});
