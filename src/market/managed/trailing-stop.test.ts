/** Trailing stops (market-rules §1.14). Prices in ticks of a cent. */

import { describe, expect, it } from 'vitest';
import { DESKS, TestDesk } from '../../../tests/support/test-desk.ts';
import {
  BUY,
  PRICE_TICKS_MAX,
  PRICE_TICKS_MIN,
  REJECT_PRICE_RANGE,
  REJECT_TERMS_CONFLICT,
  SELL,
  UNDEF_INT32,
} from '../../domain/index.ts';
import type { TrailingTerms } from './terms.ts';
import { isStopReached, trailedStop } from './trailing-stop.ts';

const BY_50: TrailingTerms = {
  kind: 'trailing',
  follows: 'lastTrade',
  distance: 50,
  unit: 'ticks',
  limitOffsetTicks: 0,
};
const BY_2_PERCENT: TrailingTerms = { ...BY_50, distance: 200, unit: 'bps' };

const VECTOR_A = {
  terms: BY_50,
  refs: [2000, 2030, 2010, 2060, 2025, 2010],
  stops: [1950, 1980, 1980, 2010, 2010, 2010],
};
const VECTOR_B = {
  terms: BY_2_PERCENT,
  refs: [10_000, 10_500, 10_300, 10_290],
  stops: [9_800, 10_290, 10_290, 10_290],
};

describe.each([
  ['T1.14-a: a sell that trails by 0.50 triggers at the 6th price', VECTOR_A],
  ['T1.14-b: a sell that trails by 2 % triggers at the 4th price', VECTOR_B],
] as const)('%s', (_name, { terms, refs, stops }) => {
  it('as a formula', () => {
    let stop = UNDEF_INT32;
    refs.forEach((ref, at) => {
      stop = trailedStop(SELL, stop, ref, terms);
      expect(stop).toBe(stops[at]);
      expect(isStopReached(SELL, stop, ref)).toBe(at === refs.length - 1);
    });
  });

  it.each(DESKS)('by last trades of a %s', (_, options) => {
    const desk = new TestDesk(options);
    desk.submit('sell stop 0 7', terms);
    desk.give('buy 100 @ 5');
    refs.forEach((ref, at) => {
      const lines = tradeAt(desk, ref);
      const isLast = at === refs.length - 1;
      expect(desk.orders.find(1)?.stopTicks).toBe(isLast ? undefined : stops[at]);
      expect(lines.slice(2)).toEqual(
        isLast
          ? [
              `accepted ${desk.source.nextId - 1} sell 7@${stops[at]}`,
              `trade ${at + 2}: ${desk.source.nextId - 1} sell 7@5 with 2, leaves 0 and 93`,
            ]
          : [],
      );
    });
  });
});

/** Trades one lot at a price: an order that is in front of all others, and its counterpart. */
function tradeAt(desk: TestDesk, ticks: number): string[] {
  desk.give(`sell 1 @ ${ticks}`);
  return desk.give(`buy 1 @ ${ticks} ioc`);
}

describe.each(DESKS)('trailing stops, %s', (_, options) => {
  it('follow a price that is given, whatever the book trades', () => {
    const desk = new TestDesk(options);
    desk.give('buy 10 @ 90');
    desk.act(() => desk.orders.givePrice(1000));
    desk.submit('sell stop 0 4', { ...BY_50, follows: 'given' });
    expect(desk.orders.find(2)?.stopTicks).toBe(950);
    tradeAt(desk, 95);
    expect(desk.act(() => desk.orders.givePrice(1010))).toEqual([]);
    expect(desk.act(() => desk.orders.givePrice(961))).toEqual([]);
    expect(desk.act(() => desk.orders.givePrice(960))).toEqual([
      'accepted 5 sell 4@960',
      'trade 2: 5 sell 4@90 with 1, leaves 0 and 6',
    ]);
  });

  it('a buy trails from above, and with a limit rests at an offset from its stop', () => {
    const desk = new TestDesk(options);
    desk.submit('buy stop 0 5 @ 0', { ...BY_50, distance: 10, limitOffsetTicks: 2 });
    desk.give('sell 3 @ 1500');
    tradeAt(desk, 1000);
    tradeAt(desk, 990);
    expect(desk.orders.find(1)?.stopTicks).toBe(1000);
    expect(tradeAt(desk, 1000).slice(2)).toEqual(['accepted 9 buy 5@1002', 'rested 9 buy 5 of 5@1002']);
  });

  it('move with each trade of a sweep in turn', () => {
    const desk = new TestDesk(options);
    desk.give('buy 1 @ 1000', 'buy 1 @ 990', 'buy 1 @ 950', 'buy 9 @ 100');
    desk.submit('sell stop 0 2', BY_50);
    // 1000 makes the stop 950, and the third trade reaches it.
    expect(desk.give('sell 3 @ 950').slice(1)).toEqual([
      'trade 1: 6 sell 1@1000 with 1, leaves 2 and 0',
      'trade 2: 6 sell 1@990 with 2, leaves 1 and 0',
      'trade 3: 6 sell 1@950 with 3, leaves 0 and 0',
      'accepted 7 sell 2@950',
      'trade 4: 7 sell 2@100 with 4, leaves 0 and 7',
    ]);
  });

  it('enter after the stops of the book, nearest first, then by time, and trigger each other', () => {
    const desk = new TestDesk(options);
    desk.give('buy 10 @ 1000', 'buy 30 @ 900', 'buy 30 @ 500');
    desk.submit('sell stop 0 1', { ...BY_50, distance: 60 });
    desk.submit('sell stop 0 2', BY_50);
    desk.submit('sell stop 0 3', BY_50);
    desk.submit('sell stop 0 4', { ...BY_50, distance: 300 });
    desk.give('sell 5 stop 950', 'sell 1 @ 1000');
    const lines = desk.give('sell 10 @ 900');
    // 940 is nearer to 900 than 950; the stop of 700 is reached by what they trade.
    expect(lines.map((line) => line.replace(/ (?:with|acct).*/, ''))).toEqual([
      'accepted 10 sell 10@900',
      'trade 2: 10 sell 9@1000',
      'trade 3: 10 sell 1@900',
      'triggered 8 sell 5 at 950',
      'trade 4: 8 sell 5@900',
      'accepted 11 sell 1@940',
      'trade 5: 11 sell 1@900',
      'accepted 12 sell 2@950',
      'trade 6: 12 sell 2@900',
      'accepted 13 sell 3@950',
      'trade 7: 13 sell 3@900',
    ]);
    expect(desk.give('sell 18 @ 900').length).toBe(2);
    expect(desk.give('sell 1 @ 500 ioc').map((line) => line.replace(/ (?:with|acct).*/, ''))).toEqual([
      'accepted 15 sell 1@500',
      'trade 9: 15 sell 1@500',
      'accepted 16 sell 4@700',
      'trade 10: 16 sell 4@500',
    ]);
  });

  it('start from the last trade there was, and are cancelled while they wait', () => {
    const desk = new TestDesk(options);
    tradeAt(desk, 1000);
    desk.submit('buy stop 0 5', BY_2_PERCENT);
    expect(desk.orders.find(3)?.stopTicks).toBe(1020);
    expect(desk.cancel(3)).toEqual([]);
    expect(tradeAt(desk, 1020).length).toBe(2);
  });

  it('without anybody to trade with end as market orders do', () => {
    const desk = new TestDesk(options);
    desk.submit('sell stop 0 5', BY_50);
    tradeAt(desk, 1000);
    expect(tradeAt(desk, 950).slice(2)).toEqual(['accepted 6 sell 5@950', 'canceled 6 sell 5@0 noLiquidity']);
    expect(desk.orders.size).toBe(0);
  });

  it('are refused with terms that make no trailing stop', () => {
    const desk = new TestDesk(options);
    desk.submit('sell 5 @ 100', BY_50);
    expect(desk.lastCode).toBe(REJECT_TERMS_CONFLICT);
    desk.submit('sell stop 0 5', { ...BY_50, distance: 0 });
    expect(desk.lastCode).toBe(REJECT_PRICE_RANGE);
    desk.submit('sell stop 0 5', { ...BY_2_PERCENT, distance: 10_001 });
    expect(desk.lastCode).toBe(REJECT_PRICE_RANGE);
  });
});

describe('trailed stops', () => {
  it('round a part of the price away from it, and stay in the range of prices', () => {
    expect(trailedStop(SELL, UNDEF_INT32, 101, BY_2_PERCENT)).toBe(98);
    expect(trailedStop(BUY, UNDEF_INT32, 101, BY_2_PERCENT)).toBe(104);
    expect(trailedStop(SELL, UNDEF_INT32, -101, BY_2_PERCENT)).toBe(-104);
    expect(trailedStop(SELL, UNDEF_INT32, PRICE_TICKS_MIN, BY_50)).toBe(PRICE_TICKS_MIN);
    expect(trailedStop(BUY, UNDEF_INT32, PRICE_TICKS_MAX, BY_2_PERCENT)).toBe(PRICE_TICKS_MAX);
  });
});
