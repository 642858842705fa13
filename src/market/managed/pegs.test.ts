/** Pegged orders (market-rules §1.8). Prices in ticks of a cent, in half cents where a test says so. */

import { describe, expect, it } from 'vitest';
import { DESKS, TestDesk } from '../../../tests/support/test-desk.ts';
import {
  BUY,
  PRICE_TICKS_MAX,
  PRICE_TICKS_MIN,
  REJECT_NO_REFERENCE_PRICE,
  REJECT_PRICE_RANGE,
  REJECT_TERMS_CONFLICT,
  SELL,
  UNDEF_INT32,
} from '../../domain/index.ts';
import { pegTicks, type ReferenceQuote } from './peg-price.ts';
import { DEFAULT_MANAGED_RULES, type ManagedRules, type PegTerms, resolveManagedRules } from './terms.ts';

const PRIMARY: PegTerms = { kind: 'peg', to: 'primary', offsetTicks: 0 };
const MARKET: PegTerms = { kind: 'peg', to: 'market', offsetTicks: 0 };
const MIDPOINT: PegTerms = { kind: 'peg', to: 'midpoint', offsetTicks: 0 };

/** A book in half cents whose pegs follow a quote from outside. */
const DARK: Partial<ManagedRules> = { quoteFrom: 'given', displayStepTicks: 2 };

describe.each(DESKS)('vectors of pegs, %s', (_, options) => {
  it('T1.8-a: a sell at the bid with a cap sweeps to its cap and rests there', () => {
    const desk = new TestDesk(options, DARK);
    desk.act(() => desk.orders.giveQuote(15_000, 15_002));
    desk.submit(`buy 100 @ ${PRICE_TICKS_MAX} hidden`, MIDPOINT);
    desk.give('buy 500 @ 15000 hidden', 'buy 1000 @ 14810 hidden', 'buy 2000 @ 14798 hidden');
    // 1.00 through the bid: the cap of 74.00.
    expect(desk.submit(`sell 2000 @ ${PRICE_TICKS_MIN} hidden`, { ...MARKET, offsetTicks: 200 })).toEqual([
      'accepted 5 sell 2000@14800 hidden',
      'trade 1: 5 sell 100@15001 with 1, leaves 1900 and 0 hidden',
      'trade 2: 5 sell 500@15000 with 2, leaves 1400 and 0 hidden',
      'trade 3: 5 sell 1000@14810 with 3, leaves 400 and 0 hidden',
      'rested 5 sell 0 of 400@14800 hidden',
    ]);
  });

  it('T1.8-b: two midpoint pegs trade at the half tick', () => {
    const desk = new TestDesk(options, DARK);
    desk.act(() => desk.orders.giveQuote(2_000, 2_002));
    desk.submit('buy 300 @ 2002 hidden', MIDPOINT);
    expect(desk.submit(`sell 200 @ ${PRICE_TICKS_MIN} hidden`, MIDPOINT)).toEqual([
      'accepted 2 sell 200@2001 hidden',
      'trade 1: 2 sell 200@2001 with 1, leaves 0 and 100 hidden',
    ]);
  });

  it('T1.8-c: a midpoint peg stands at its limit where that is worse, and does not trade', () => {
    const desk = new TestDesk(options, DARK);
    desk.act(() => desk.orders.giveQuote(2_000, 2_006));
    expect(desk.submit('buy 300 @ 2000 hidden', MIDPOINT)).toEqual([
      'accepted 1 buy 300@2000 hidden',
      'rested 1 buy 0 of 300@2000 hidden',
    ]);
    expect(desk.submit(`sell 200 @ ${PRICE_TICKS_MIN} hidden`, MIDPOINT)).toEqual([
      'accepted 2 sell 200@2003 hidden',
      'rested 2 sell 0 of 200@2003 hidden',
    ]);
  });

  it('T1.8-d: pegs are re-priced in time order, behind what is displayed there already', () => {
    const desk = new TestDesk(options);
    desk.give('buy 10 @ 1000', 'sell 10 @ 1003');
    desk.submit(`buy 5 @ ${PRICE_TICKS_MAX}`, PRIMARY);
    desk.submit(`buy 7 @ ${PRICE_TICKS_MAX}`, PRIMARY);
    expect(desk.queue).toEqual([1, 3, 4, 2]);
    expect(desk.give('buy 20 @ 1001')).toEqual([
      'accepted 5 buy 20@1001',
      'rested 5 buy 20 of 20@1001',
      'replaced 3 buy 5@1001 was 5@1000',
      'rested 3 buy 5 of 5@1001',
      'replaced 4 buy 7@1001 was 7@1000',
      'rested 4 buy 7 of 7@1001',
    ]);
    expect(desk.queue).toEqual([5, 3, 4, 1, 2]);
    expect(desk.give('sell 24 @ 1001')).toEqual([
      'accepted 6 sell 24@1001',
      'trade 1: 6 sell 20@1001 with 5, leaves 4 and 0',
      'trade 2: 6 sell 4@1001 with 3, leaves 0 and 1',
      // The order that they followed is gone.
      'replaced 3 buy 1@1000 was 1@1001',
      'rested 3 buy 1 of 1@1000',
      'replaced 4 buy 7@1000 was 7@1001',
      'rested 4 buy 7 of 7@1000',
    ]);
  });
});

describe.each(DESKS)('pegs, %s', (_, options) => {
  it('follow no pegged order, not even one that is alone at a better price', () => {
    const desk = new TestDesk(options);
    desk.give('buy 10 @ 100', 'sell 10 @ 110');
    desk.submit(`buy 5 @ ${PRICE_TICKS_MAX}`, { ...PRIMARY, offsetTicks: 2 });
    desk.submit(`buy 6 @ ${PRICE_TICKS_MAX}`, { ...PRIMARY, offsetTicks: 1 });
    desk.submit(`buy 7 @ ${PRICE_TICKS_MAX}`, PRIMARY);
    expect(desk.ladder).toBe('bid 102 5 (1) | bid 101 6 (1) | bid 100 17 (2) | ask 110 10 (1)');
    desk.give('buy 1 @ 101');
    expect(desk.ladder).toBe(
      'bid 103 5 (1) | bid 102 6 (1) | bid 101 8 (2) | bid 100 10 (1) | ask 110 10 (1)',
    );
  });

  it('follow the other side at a distance, up to their cap', () => {
    const desk = new TestDesk(options);
    desk.give('buy 10 @ 100', 'sell 10 @ 110');
    desk.submit('buy 5 @ 107', { ...MARKET, offsetTicks: -2 });
    expect(desk.ladder).toBe('bid 107 5 (1) | bid 100 10 (1) | ask 110 10 (1)');
    desk.give('sell 10 @ 108');
    expect(desk.ladder).toBe('bid 106 5 (1) | bid 100 10 (1) | ask 108 10 (1) | ask 110 10 (1)');
    // What takes its reference away trades with it first, by price.
    desk.give('cancel 4', 'cancel 2');
    expect(desk.ladder).toBe('bid 100 10 (1)');
    expect(desk.orders.find(3)).toMatchObject({ openLots: 5, carrierId: 0 });
  });

  it('wait outside while there is no quote, and enter under a new id when there is one', () => {
    const desk = new TestDesk(options);
    expect(desk.submit(`buy 5 @ ${PRICE_TICKS_MAX} acct=7`, PRIMARY)).toEqual([]);
    expect(desk.lastCode).toBe(0);
    expect(desk.give('buy 10 @ 100')).toEqual([
      'accepted 2 buy 10@100',
      'rested 2 buy 10 of 10@100',
      'accepted 3 buy 5@100 acct=7',
      'rested 3 buy 5 of 5@100 acct=7',
    ]);
    expect(desk.orders.find(1)).toMatchObject({ orderId: 1, carrierId: 3, openLots: 5 });
    expect(desk.orders.originOf(3)).toBe(1);
    expect(desk.give('cancel 2')).toEqual([
      'canceled 2 buy 10@100 requested',
      'canceled 3 buy 5@100 parked acct=7',
    ]);
    expect(desk.orders.find(1)).toMatchObject({ carrierId: 0, openLots: 5 });
    // The records of the command that ended a carrier can still be told apart.
    expect(desk.orders.originOf(3)).toBe(1);
    expect(desk.cancel(1, 8)).toEqual([]);
    expect(desk.lastCode).toBe(4);
    expect(desk.cancel(1, 7)).toEqual([]);
    expect(desk.lastCode).toBe(0);
    expect(desk.orders.size).toBe(0);
  });

  it('or are refused and cancelled, where the venue has it so', () => {
    const desk = new TestDesk(options, { pegWithoutQuote: 'cancel' });
    desk.submit(`buy 5 @ ${PRICE_TICKS_MAX}`, PRIMARY);
    expect(desk.lastCode).toBe(REJECT_NO_REFERENCE_PRICE);
    desk.give('buy 10 @ 100');
    desk.submit(`buy 5 @ ${PRICE_TICKS_MAX}`, PRIMARY);
    desk.submit(`sell 5 @ ${PRICE_TICKS_MIN}`, MIDPOINT);
    expect(desk.lastCode).toBe(REJECT_NO_REFERENCE_PRICE);
    expect(desk.give('cancel 2')).toEqual([
      'canceled 2 buy 10@100 requested',
      'canceled 3 buy 5@100 requested',
    ]);
    expect(desk.orders.size).toBe(0);
  });

  it('at the midpoint are out while the quote is crossed, and by rule while it is locked', () => {
    const desk = new TestDesk(options, { ...DARK, midpointWhenLocked: 'park' });
    desk.act(() => desk.orders.giveQuote(100, 104));
    desk.submit(`buy 5 @ ${PRICE_TICKS_MAX} hidden`, MIDPOINT);
    const quote = (bid: number, ask: number): string[] => desk.act(() => desk.orders.giveQuote(bid, ask));
    expect(quote(104, 103)).toEqual(['canceled 1 buy 5@102 parked']);
    expect(quote(104, 104)).toEqual([]);
    expect(quote(104, 106)).toEqual(['accepted 2 buy 5@105 hidden', 'rested 2 buy 0 of 5@105 hidden']);
    expect(quote(UNDEF_INT32, 106)).toEqual(['canceled 2 buy 5@105 parked']);
  });

  it('that cross the book trade as they are re-priced, and their fills count', () => {
    const desk = new TestDesk(options, { quoteFrom: 'given' });
    desk.give('sell 3 @ 101', 'sell 9 @ 105');
    desk.act(() => desk.orders.giveQuote(100, 110));
    desk.submit('buy 8 @ 104', PRIMARY);
    expect(desk.act(() => desk.orders.giveQuote(103, 110))).toEqual([
      'replaced 3 buy 8@103 was 8@100',
      'trade 1: 3 buy 3@101 with 1, leaves 5 and 0',
      'rested 3 buy 5 of 5@103',
    ]);
    expect(desk.orders.find(3)).toMatchObject({ openLots: 5, filledLots: 3 });
  });

  it('keep their place while their price stays, lose it when their owner asks for more', () => {
    const desk = new TestDesk(options);
    desk.give('buy 10 @ 100', 'sell 10 @ 110');
    desk.submit(`buy 5 @ ${PRICE_TICKS_MAX}`, PRIMARY);
    desk.submit(`buy 6 @ ${PRICE_TICKS_MAX}`, PRIMARY);
    expect(desk.replace(3, { qtyLots: 4 })).toEqual(['replaced 3 buy 4@100 was 5@100 keeps']);
    expect(desk.replace(3, { qtyLots: 9 })).toEqual([
      'replaced 3 buy 9@100 was 4@100',
      'rested 3 buy 9 of 9@100',
    ]);
    // Order 4 is the earlier one now.
    desk.give('buy 1 @ 101');
    expect(desk.queue).toEqual([5, 4, 3, 1, 2]);
    expect(desk.replace(3, { priceTicks: 99 })).toEqual([
      'replaced 3 buy 9@99 was 9@101',
      'rested 3 buy 9 of 9@99',
    ]);
  });

  it('that are icebergs show their peak, displayed at multiples of the display step', () => {
    const desk = new TestDesk(options, { displayStepTicks: 2 });
    desk.give('buy 10 @ 100', 'sell 10 @ 106');
    desk.submit(`buy 9 @ ${PRICE_TICKS_MAX} display=2`, MIDPOINT);
    desk.submit(`sell 9 @ ${PRICE_TICKS_MIN}`, { ...MIDPOINT, offsetTicks: -1 });
    expect(desk.ladder).toBe('bid 102 2 (1) | bid 100 10 (1) | ask 104 9 (1) | ask 106 10 (1)');
  });

  it('immediate or cancel take once at their price', () => {
    const desk = new TestDesk(options);
    desk.give('buy 10 @ 100', 'sell 10 @ 104');
    desk.give('sell 2 @ 102 hidden');
    expect(desk.submit(`buy 5 @ ${PRICE_TICKS_MAX} ioc`, MIDPOINT)).toEqual([
      'accepted 4 buy 5@102',
      'trade 1: 4 buy 2@102 with 3, leaves 3 and 0 hidden',
      'canceled 4 buy 3@102 iocRemainder',
    ]);
    expect(desk.orders.size).toBe(0);
  });

  it('expire with the day, in the book and outside of it', () => {
    const desk = new TestDesk(options);
    desk.submit(`sell 5 @ ${PRICE_TICKS_MIN} day`, PRIMARY);
    desk.submit(`buy 5 @ ${PRICE_TICKS_MAX} day`, PRIMARY);
    desk.submit(`buy 6 @ ${PRICE_TICKS_MAX} gtc`, PRIMARY);
    desk.give('buy 10 @ 100 gtc');
    let ended: number[] = [];
    const lines = desk.act(() => {
      ended = desk.orders.requests.expireDayWaiting();
      desk.book.expireDay();
    });
    expect(ended).toEqual([1]);
    expect(lines).toEqual(['expired 5 buy 5@100']);
    expect(desk.orders.size).toBe(1);
    expect(desk.act(() => desk.orders.requests.expire(3))).toEqual(['expired 6 buy 6@100']);
    expect(desk.orders.size).toBe(0);
  });

  it('stand still while the book is suspended', () => {
    const desk = new TestDesk(options);
    desk.give('buy 10 @ 100', 'sell 10 @ 110');
    desk.submit(`buy 5 @ ${PRICE_TICKS_MAX}`, PRIMARY);
    desk.act(() => {
      desk.orders.isSuspended = true;
    });
    desk.give('buy 1 @ 105');
    expect(desk.ladder).toBe('bid 105 1 (1) | bid 100 15 (2) | ask 110 10 (1)');
    desk.act(() => {
      desk.orders.isSuspended = false;
    });
    expect(desk.ladder).toBe('bid 105 6 (2) | bid 100 10 (1) | ask 110 10 (1)');
  });

  it('are refused with terms that exclude each other', () => {
    const desk = new TestDesk(options);
    desk.submit('buy market 5', PRIMARY);
    expect(desk.lastCode).toBe(REJECT_TERMS_CONFLICT);
    desk.submit('buy 5 @ 100', { ...PRIMARY, offsetTicks: 0.5 });
    expect(desk.lastCode).toBe(REJECT_PRICE_RANGE);
    expect(desk.orders.size).toBe(0);
  });
});

describe('price of a peg', () => {
  it('has a display step of whole ticks', () => {
    for (const displayStepTicks of [0, 0.5, -1])
      expect(() => resolveManagedRules({ displayStepTicks })).toThrow(/whole number of ticks from 1/);
  });

  const quote: ReferenceQuote = { bidTicks: 100, askTicks: 103 };
  const priceOf = (
    side: typeof BUY | typeof SELL,
    terms: PegTerms,
    rules: Partial<ManagedRules> = {},
    isHidden = true,
    cap = side === BUY ? PRICE_TICKS_MAX : PRICE_TICKS_MIN,
  ): number =>
    pegTicks({ side, priceTicks: cap, isHidden }, terms, quote, { ...DEFAULT_MANAGED_RULES, ...rules });

  it.each([
    ['passive', 101, 102],
    ['floor', 101, 101],
    ['ceil', 102, 102],
  ] as const)('middle of an odd spread, %s', (midpointRounding, buy, sell) => {
    expect(priceOf(BUY, MIDPOINT, { midpointRounding })).toBe(buy);
    expect(priceOf(SELL, MIDPOINT, { midpointRounding })).toBe(sell);
  });

  it('counts offsets towards the other side', () => {
    expect(priceOf(BUY, { ...PRIMARY, offsetTicks: 1 })).toBe(101);
    expect(priceOf(SELL, { ...PRIMARY, offsetTicks: 1 })).toBe(102);
    expect(priceOf(BUY, { ...MARKET, offsetTicks: -1 })).toBe(102);
    expect(priceOf(SELL, { ...MARKET, offsetTicks: -1 })).toBe(101);
  });

  it('rounds what is displayed towards its own side, and stays in the range of prices', () => {
    const step = { displayStepTicks: 5 };
    expect(priceOf(BUY, PRIMARY, step, false, 99)).toBe(95);
    expect(priceOf(SELL, PRIMARY, step, false)).toBe(105);
    expect(priceOf(BUY, { ...PRIMARY, offsetTicks: PRICE_TICKS_MAX })).toBe(PRICE_TICKS_MAX);
    expect(priceOf(BUY, { ...PRIMARY, offsetTicks: -PRICE_TICKS_MAX })).toBe(100 - PRICE_TICKS_MAX);
  });
});
