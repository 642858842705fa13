/** Discretionary orders (market-rules §1.8): displayed at one price, willing to trade up to another. */

import { describe, expect, it } from 'vitest';
import { DESKS, TestDesk } from '../../../tests/support/test-desk.ts';
import { REJECT_PRICE_RANGE, REJECT_TERMS_CONFLICT } from '../../domain/index.ts';
import type { ManagedTerms } from './terms.ts';

const upTo = (discretionTicks: number): ManagedTerms => ({ kind: 'discretion', discretionTicks });

describe.each(DESKS)('discretionary orders, %s', (_, options) => {
  it('take what comes to rest within their reach, at its price, and keep their place with the rest', () => {
    const desk = new TestDesk(options);
    desk.submit('buy 10 @ 100', upTo(103));
    desk.give('buy 5 @ 100');
    expect(desk.give('sell 4 @ 102')).toEqual([
      'accepted 3 sell 4@102',
      'rested 3 sell 4 of 4@102',
      'reduced 1 buy by 4 to 6@100',
      'accepted 4 buy 4@103',
      'trade 1: 4 buy 4@102 with 3, leaves 0 and 0',
    ]);
    expect(desk.queue).toEqual([1, 2]);
    expect(desk.orders.find(1)).toMatchObject({ openLots: 6, filledLots: 4, carrierId: 1 });
    expect(desk.give('sell 1 @ 104').length).toBe(2);
    expect(desk.give('sell 7 @ 103')).toEqual([
      'accepted 6 sell 7@103',
      'rested 6 sell 7 of 7@103',
      'canceled 1 buy 6@100 parked',
      'accepted 7 buy 6@103',
      'trade 2: 7 buy 6@103 with 6, leaves 0 and 1',
    ]);
    expect(desk.orders.size).toBe(0);
  });

  it('take on entry what is there already, in order of price', () => {
    const desk = new TestDesk(options);
    desk.give('sell 2 @ 101', 'sell 3 @ 102', 'sell 4 @ 104');
    expect(desk.submit('buy 10 @ 100', upTo(103))).toEqual([
      'accepted 4 buy 10@100',
      'rested 4 buy 10 of 10@100',
      'reduced 4 buy by 5 to 5@100',
      'accepted 5 buy 5@103',
      'trade 1: 5 buy 2@101 with 1, leaves 3 and 0',
      'trade 2: 5 buy 3@102 with 2, leaves 0 and 0',
    ]);
    expect(desk.ladder).toBe('bid 100 5 (1) | ask 104 4 (1)');
  });

  it('of several the one displayed at the best price comes first, then the earliest', () => {
    const desk = new TestDesk(options);
    desk.submit('buy 1 @ 99', upTo(105));
    desk.submit('buy 1 @ 100', upTo(105));
    desk.submit('buy 1 @ 100', upTo(105));
    const lines = desk.give('sell 3 @ 105');
    expect(lines.filter((line) => line.startsWith('canceled'))).toEqual([
      'canceled 2 buy 1@100 parked',
      'canceled 3 buy 1@100 parked',
      'canceled 1 buy 1@99 parked',
    ]);
    expect(desk.orders.size).toBe(0);
  });

  it('meet hidden orders on the way, and look again while something displayed is left', () => {
    const desk = new TestDesk(options);
    desk.give('sell 3 @ 101 hidden');
    desk.submit('buy 10 @ 100', upTo(103));
    const lines = desk.give('sell 4 @ 102');
    expect(lines.filter((line) => line.startsWith('trade'))).toEqual([
      'trade 1: 4 buy 3@101 with 1, leaves 1 and 0 hidden',
      'trade 2: 4 buy 1@102 with 3, leaves 0 and 3',
      'trade 3: 5 buy 3@102 with 3, leaves 0 and 0',
    ]);
    expect(desk.orders.find(2)).toMatchObject({ openLots: 3, carrierId: 2 });
  });

  it('get back what an immediate order did not find, behind the others', () => {
    const desk = new TestDesk(options);
    desk.submit('buy 10 @ 100 stp=1:cancelOldest', upTo(103));
    desk.give('buy 5 @ 100');
    expect(desk.give('sell 4 @ 102 stp=1').slice(2)).toEqual([
      'reduced 1 buy by 4 to 6@100',
      'accepted 4 buy 4@103',
      'canceled 3 sell 4@102 selfTrade',
      'canceled 4 buy 4@103 parked',
      'replaced 1 buy 10@100 was 6@100',
      'rested 1 buy 10 of 10@100',
    ]);
    expect(desk.queue).toEqual([2, 1]);
  });

  it('lose what self-trade prevention takes of them', () => {
    const desk = new TestDesk(options);
    desk.submit('sell 10 @ 105 stp=1:decrement', upTo(102));
    expect(desk.give('buy 4 @ 102 stp=1').slice(2)).toEqual([
      'reduced 1 sell by 4 to 6@105',
      'accepted 3 sell 4@102',
      'canceled 2 buy 4@102 selfTrade',
      'canceled 3 sell 4@102 selfTrade',
    ]);
    expect(desk.orders.find(1)).toMatchObject({ openLots: 6, filledLots: 0 });
  });

  it('of both sides trade with each other', () => {
    const desk = new TestDesk(options);
    desk.submit('buy 5 @ 100', upTo(104));
    const lines = desk.submit('sell 5 @ 106', upTo(103));
    expect(lines.length).toBe(2);
    expect(desk.submit('sell 2 @ 105', upTo(100)).filter((line) => line.startsWith('trade'))).toEqual([
      'trade 1: 4 sell 2@100 with 1, leaves 0 and 3',
    ]);
  });

  it('move with their owner’s wish, within their discretion', () => {
    const desk = new TestDesk(options);
    desk.submit('buy 5 @ 100', upTo(103));
    expect(desk.replace(1, { priceTicks: 103 })).toEqual([]);
    expect(desk.lastCode).toBe(REJECT_PRICE_RANGE);
    expect(desk.replace(1, { priceTicks: 102 })).toEqual([
      'replaced 1 buy 5@102 was 5@100',
      'rested 1 buy 5 of 5@102',
    ]);
  });

  it('are refused with terms that exclude each other', () => {
    const desk = new TestDesk(options);
    desk.submit('buy 5 @ 100', upTo(100));
    expect(desk.lastCode).toBe(REJECT_PRICE_RANGE);
    desk.submit('sell 5 @ 100', upTo(101));
    expect(desk.lastCode).toBe(REJECT_PRICE_RANGE);
    desk.submit('buy 5 @ 100 post', upTo(103));
    expect(desk.lastCode).toBe(REJECT_TERMS_CONFLICT);
    desk.submit('buy 5 @ 100 ioc', upTo(103));
    expect(desk.lastCode).toBe(REJECT_TERMS_CONFLICT);
  });
});
