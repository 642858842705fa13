/** Groups in which one cancels the other, and brackets. */

import { describe, expect, it } from 'vitest';
import { DESKS, TestDesk } from '../../../tests/support/test-desk.ts';
import {
  PRICE_TICKS_MAX,
  REJECT_PRICE_RANGE,
  REJECT_QTY_RANGE,
  REJECT_TERMS_CONFLICT,
} from '../../domain/index.ts';
import type { TrailingTerms } from './terms.ts';

const TRAILING: TrailingTerms = {
  kind: 'trailing',
  follows: 'lastTrade',
  distance: 5,
  unit: 'ticks',
  limitOffsetTicks: 0,
};

describe.each(DESKS)('groups, %s', (_, options) => {
  it('a fill of one reduces the others by as much, which keep their place', () => {
    const desk = new TestDesk(options);
    expect(desk.group('reduce', ['sell 10 @ 105 acct=1'], ['sell 10 stop 95 acct=1'])).toEqual([
      'accepted 1 sell 10@105 acct=1',
      'rested 1 sell 10 of 10@105 acct=1',
      'accepted 2 sell 10@0 acct=1',
    ]);
    expect(desk.give('buy 4 @ 105')).toEqual([
      'accepted 3 buy 4@105',
      'trade 1: 3 buy 4@105 with 1, leaves 0 and 6',
      'reduced 2 sell by 4 to 6@95 acct=1',
    ]);
    expect(desk.give('buy 6 @ 105').at(-1)).toBe('canceled 2 sell 6@95 linkedOrder acct=1');
    expect(desk.orders.size).toBe(0);
  });

  it('or cancels them, as does a stop that is reached', () => {
    const desk = new TestDesk(options);
    desk.group('cancel', ['sell 10 @ 105'], ['sell 10 stop 95']);
    expect(desk.give('buy 4 @ 105').at(-1)).toBe('canceled 2 sell 10@95 linkedOrder');
    expect(desk.orders.find(1)).toMatchObject({ openLots: 6 });
    desk.group('cancel', ['sell 10 @ 108'], ['sell 10 stop 95']);
    desk.give('buy 3 @ 90', 'sell 1 @ 95');
    expect(desk.give('buy 1 @ 95')).toEqual([
      'accepted 8 buy 1@95',
      'trade 2: 8 buy 1@95 with 7, leaves 0 and 0',
      'triggered 5 sell 10 at 95',
      'trade 3: 5 sell 3@90 with 6, leaves 7 and 0',
      'canceled 5 sell 7@0 noLiquidity',
      'canceled 4 sell 10@108 linkedOrder',
    ]);
  });

  it('the end of one, by whatever cause, is the end of the others', () => {
    const desk = new TestDesk(options);
    desk.group('reduce', ['sell 10 @ 105'], ['sell 10 @ 110'], ['sell 10 stop 95']);
    expect(desk.cancel(2)).toEqual([
      'canceled 2 sell 10@110 requested',
      'canceled 1 sell 10@105 linkedOrder',
      'canceled 3 sell 10@95 linkedOrder',
    ]);
    desk.group('reduce', ['sell 10 @ 105 day'], ['sell 10 @ 110']);
    expect(desk.give('expireDay')).toEqual(['expired 4 sell 10@105', 'canceled 5 sell 10@110 linkedOrder']);
    expect(desk.orders.size).toBe(0);
  });

  it('orders that wait outside are reduced and cancelled silently', () => {
    const desk = new TestDesk(options);
    desk.group('reduce', ['sell 10 @ 105'], ['sell stop 0 10', TRAILING]);
    desk.give('buy 4 @ 105');
    expect(desk.orders.find(2)).toMatchObject({ openLots: 6, stopTicks: 100 });
    expect(desk.cancel(1)).toEqual(['canceled 1 sell 6@105 requested']);
    expect(desk.orders.size).toBe(0);
  });

  it('a member that is filled as it comes in keeps the next one out', () => {
    const desk = new TestDesk(options);
    desk.give('buy 10 @ 105');
    expect(desk.group('reduce', ['sell 10 @ 105'], ['sell 10 @ 110'])).toEqual([
      'accepted 2 sell 10@105',
      'trade 1: 2 sell 10@105 with 1, leaves 0 and 0',
    ]);
    desk.give('buy 6 @ 105');
    expect(desk.group('reduce', ['sell 10 @ 105'], ['sell 10 @ 110'])).toEqual([
      'accepted 5 sell 10@105',
      'trade 2: 5 sell 6@105 with 4, leaves 4 and 0',
      'rested 5 sell 4 of 4@105',
      'accepted 6 sell 4@110',
      'rested 6 sell 4 of 4@110',
    ]);
  });

  it('a member that the book refuses takes the others with it; one refused before keeps all out', () => {
    const desk = new TestDesk(options);
    desk.give('buy 5 @ 100');
    expect(desk.group('reduce', ['sell 9 @ 105'], ['sell 9 @ 100 post'])).toEqual([
      'accepted 2 sell 9@105',
      'rested 2 sell 9 of 9@105',
      'rejected 3 sell 9@100 postOnlyWouldTake',
      'canceled 2 sell 9@105 linkedOrder',
    ]);
    expect(desk.group('reduce', ['sell 9 @ 105'], ['sell 0 @ 106'])).toEqual([]);
    expect(desk.lastCode).toBe(REJECT_QTY_RANGE);
    expect(desk.orders.size).toBe(0);
  });

  it('changes of an owner reach the order in the book', () => {
    const desk = new TestDesk(options);
    desk.group('reduce', ['sell 10 @ 105 acct=3'], ['sell 10 @ 110 acct=3']);
    expect(desk.replace(1, { accountId: 3, priceTicks: 104, qtyLots: 8 })).toEqual([
      'replaced 1 sell 8@104 was 10@105 acct=3',
      'rested 1 sell 8 of 8@104 acct=3',
    ]);
    expect(desk.replace(1, { accountId: 4, priceTicks: 104 })).toEqual([]);
    expect(desk.lastCode).toBe(4);
    desk.give('buy 3 @ 104');
    expect(desk.orders.find(1)).toMatchObject({ openLots: 5, filledLots: 3 });
    expect(desk.orders.find(2)).toMatchObject({ openLots: 7 });
    // A total of 6 of which 3 are filled.
    expect(desk.replace(1, { accountId: 3, qtyLots: 6 })).toEqual([
      'replaced 1 sell 3@104 was 5@104 keeps acct=3',
    ]);
    expect(desk.replace(1, { accountId: 3, qtyLots: 3 })).toEqual([
      'canceled 1 sell 3@104 requested acct=3',
      'canceled 2 sell 7@110 linkedOrder acct=3',
    ]);
    expect(desk.replace(9, { priceTicks: 104 })).toEqual([]);
    expect(desk.lastCode).toBe(2);
  });
});

describe.each(DESKS)('brackets, %s', (_, options) => {
  it('exits come to life with the first fill and follow the quantity', () => {
    const desk = new TestDesk(options);
    expect(desk.bracket('reduce', ['buy 10 @ 100'], ['sell 1 @ 105'], ['sell 1 stop 95'])).toEqual([
      'accepted 1 buy 10@100',
      'rested 1 buy 10 of 10@100',
    ]);
    expect(desk.give('sell 4 @ 100')).toEqual([
      'accepted 4 sell 4@100',
      'trade 1: 4 sell 4@100 with 1, leaves 0 and 6',
      // Their own ids are below those that the book has seen.
      'accepted 5 sell 4@105',
      'rested 5 sell 4 of 4@105',
      'accepted 6 sell 4@0',
    ]);
    expect(desk.orders.originOf(5)).toBe(2);
    expect(desk.give('sell 3 @ 100').slice(2)).toEqual([
      'replaced 5 sell 7@105 was 4@105',
      'rested 5 sell 7 of 7@105',
      'replaced 6 sell 7@95 was 4@95',
    ]);
    expect(desk.give('buy 2 @ 105').slice(2)).toEqual(['reduced 6 sell by 2 to 5@95']);
    expect(desk.cancel(1)).toEqual(['canceled 1 buy 3@100 requested']);
    expect(desk.give('buy 5 @ 105').slice(2)).toEqual(['canceled 6 sell 5@95 linkedOrder']);
    expect(desk.orders.size).toBe(0);
  });

  it('an entry that trades at once brings its exits at once, under their own ids', () => {
    const desk = new TestDesk(options);
    desk.give('sell 10 @ 100');
    expect(desk.bracket('reduce', ['buy 10 @ 100'], ['sell 1 @ 105'], ['sell 1 stop 95'])).toEqual([
      'accepted 2 buy 10@100',
      'trade 1: 2 buy 10@100 with 1, leaves 0 and 0',
      'accepted 3 sell 10@105',
      'rested 3 sell 10 of 10@105',
      'accepted 4 sell 10@0',
    ]);
  });

  it('an exit that has sold all there was comes back when the entry fills again', () => {
    const desk = new TestDesk(options);
    desk.bracket('reduce', ['buy 10 @ 100'], ['sell 1 @ 105'], ['sell 1 stop 95']);
    desk.give('sell 4 @ 100', 'buy 4 @ 105');
    expect(desk.queue).toEqual([1]);
    expect(desk.orders.size).toBe(3);
    expect(desk.give('sell 6 @ 100').slice(2)).toEqual([
      'accepted 9 sell 6@105',
      'rested 9 sell 6 of 6@105',
      'accepted 10 sell 6@0',
    ]);
    expect(desk.give('buy 6 @ 105').at(-1)).toBe('canceled 10 sell 6@95 linkedOrder');
    expect(desk.orders.size).toBe(0);
  });

  it('prices of an exit are its owner’s to change, its quantity is not', () => {
    const desk = new TestDesk(options);
    desk.bracket('reduce', ['buy 10 @ 100'], ['sell 1 @ 105'], ['sell 1 stop 95']);
    expect(desk.replace(2, { priceTicks: 106 })).toEqual([]);
    expect(desk.lastCode).toBe(0);
    desk.replace(2, { qtyLots: 5 });
    expect(desk.lastCode).toBe(REJECT_TERMS_CONFLICT);
    desk.give('sell 4 @ 100');
    expect(desk.replace(3, { stopPriceTicks: 96 })).toEqual(['replaced 6 sell 4@96 was 4@95']);
    expect(desk.ladder).toBe('bid 100 6 (1) | ask 106 4 (1)');
    desk.give('buy 4 @ 106', 'sell 2 @ 100');
    // They come back as their owner left them.
    expect(desk.book.order(desk.orders.find(3)!.carrierId)?.stopPriceTicks).toBe(96);
    expect(desk.ladder).toBe('bid 100 4 (1) | ask 106 2 (1)');
  });

  it('an entry that ends unfilled takes its exits with it', () => {
    const desk = new TestDesk(options);
    desk.bracket('reduce', ['buy 10 @ 100'], ['sell 1 @ 105'], ['sell 1 stop 95']);
    expect(desk.cancel(1)).toEqual(['canceled 1 buy 10@100 requested']);
    expect(desk.orders.size).toBe(0);
    desk.bracket('reduce', ['buy 10 @ 100 fok'], ['sell 1 @ 105'], ['sell 1 stop 95']);
    expect(desk.orders.size).toBe(0);
  });

  it.each([
    ['enter', ['accepted 5 sell 5@0', 'triggered 5 sell 5 at 95']],
    ['reject', ['accepted 5 sell 5@0']],
  ] as const)(
    'a stop exit that is reached already enters at once, rule %s',
    (stopAlreadyTriggered, start) => {
      const desk = new TestDesk(options, {}, { stopAlreadyTriggered });
      desk.give('buy 9 @ 80', 'sell 9 @ 90');
      // The entry trades at 90, below the stop.
      expect(desk.bracket('reduce', ['buy 5 @ 90'], ['sell 1 @ 105'], ['sell 1 stop 95'])).toEqual([
        'accepted 3 buy 5@90',
        'trade 1: 3 buy 5@90 with 2, leaves 0 and 4',
        'accepted 4 sell 5@105',
        'rested 4 sell 5 of 5@105',
        ...start,
        'trade 2: 5 sell 5@80 with 1, leaves 0 and 4',
        'canceled 4 sell 5@105 linkedOrder',
      ]);
      expect(desk.orders.size).toBe(0);
    },
  );

  it('an exit may trail: it starts from the price of the fill', () => {
    const desk = new TestDesk(options);
    desk.bracket('reduce', ['buy 10 @ 100'], ['sell 1 @ 120'], ['sell stop 0 1', TRAILING]);
    desk.give('sell 10 @ 100');
    expect(desk.orders.find(3)).toMatchObject({ openLots: 10, stopTicks: 95 });
    desk.give('buy 30 @ 90', 'sell 1 @ 110', 'buy 1 @ 110');
    expect(desk.orders.find(3)).toMatchObject({ stopTicks: 105 });
    desk.give('sell 1 @ 104');
    expect(desk.give('buy 1 @ 104').slice(2)).toEqual([
      'accepted 11 sell 10@105',
      'trade 4: 11 sell 10@90 with 6, leaves 0 and 20',
      'canceled 5 sell 10@120 linkedOrder',
    ]);
    expect(desk.orders.size).toBe(0);
  });

  it('an exit that may not grow where it stands leaves and enters anew, and if it cannot, ends', () => {
    const desk = new TestDesk(options, { quoteFrom: 'given' });
    desk.act(() => desk.orders.giveQuote(100, 110));
    const peg = { kind: 'peg', to: 'primary', offsetTicks: 0 } as const;
    desk.bracket('reduce', ['buy 10 @ 200', peg], ['sell 1 @ 105 post'], ['sell 1 stop 95']);
    // The take-profit is locked by a bid that came in without a match, while the entry takes an offer.
    desk.give('sell 4 @ 100', 'place buy 1 @ 105', 'place sell 3 @ 104');
    expect(desk.act(() => desk.orders.giveQuote(104, 110))).toEqual([
      'replaced 1 buy 6@104 was 6@100',
      'trade 2: 1 buy 3@104 with 8, leaves 3 and 0',
      'rested 1 buy 3 of 3@104',
      'replaceRejected 5 postOnlyWouldTake',
      'replaced 6 sell 7@95 was 4@95',
      'canceled 5 sell 4@105 parked',
      'rejected 9 sell 7@105 postOnlyWouldTake',
      'canceled 6 sell 7@95 linkedOrder',
    ]);
    expect(desk.orders.size).toBe(1);
  });

  it('is refused as a whole', () => {
    const desk = new TestDesk(options);
    expect(
      desk.bracket('reduce', ['buy 10 @ 100'], [`sell 1 @ ${PRICE_TICKS_MAX + 1}`], ['sell 1 stop 95']),
    ).toEqual([]);
    expect(desk.lastCode).toBe(REJECT_PRICE_RANGE);
    expect(desk.orders.size).toBe(0);
  });
});
