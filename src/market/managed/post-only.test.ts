/** Post-only orders that re-price or take for a better price (market-rules §1.11). Prices in ticks of a cent. */

import { describe, expect, it } from 'vitest';
import { DESKS, TestDesk } from '../../../tests/support/test-desk.ts';
import { PRICE_TICKS_MIN, REJECT_PRICE_RANGE, REJECT_TERMS_CONFLICT } from '../../domain/index.ts';
import type { ManagedTerms } from './terms.ts';

const DISPLAYED: ManagedTerms = { kind: 'comply', standsAt: 'displayed' };
const RANKED: ManagedTerms = { kind: 'comply', standsAt: 'ranked' };
const BY_A_CENT: ManagedTerms = { kind: 'improvement', minTicks: 1 };

describe.each(DESKS)('price-to-comply, %s', (_, options) => {
  function locked(): TestDesk {
    const desk = new TestDesk(options);
    desk.give('buy 5 @ 1000', 'sell 5 @ 1001');
    return desk;
  }

  it('T1.11-a: where it is displayed, one tick away, behind what is there', () => {
    const desk = locked();
    expect(desk.submit('buy 7 @ 1001', DISPLAYED)).toEqual([
      'accepted 3 buy 7@1000',
      'rested 3 buy 7 of 7@1000',
    ]);
    expect(desk.queue).toEqual([1, 3, 2]);
  });

  it('T1.11-a: where it ranks, hidden at the locking price, ahead of what is displayed below', () => {
    const desk = locked();
    expect(desk.submit('buy 7 @ 1001', RANKED)).toEqual([
      'accepted 3 buy 7@1001 hidden',
      'rested 3 buy 0 of 7@1001 hidden',
    ]);
    expect(desk.ladder).toBe('bid 1000 5 (1) | ask 1001 5 (1)');
    expect(desk.give('sell 4 @ 1000')).toEqual([
      'accepted 4 sell 4@1000',
      'trade 1: 4 sell 4@1001 with 3, leaves 0 and 3 hidden',
    ]);
  });

  it('displayed, it goes up to its limit as the other side moves away, and never locks it', () => {
    const desk = locked();
    desk.submit('buy 7 @ 1002', DISPLAYED);
    expect(desk.ladder).toBe('bid 1000 12 (2) | ask 1001 5 (1)');
    desk.give('sell 5 @ 1003');
    expect(desk.give('cancel 2').slice(1)).toEqual([
      'replaced 3 buy 7@1002 was 7@1000',
      'rested 3 buy 7 of 7@1002',
    ]);
    desk.give('cancel 4', 'sell 2 @ 1005');
    expect(desk.ladder).toBe('bid 1002 7 (1) | bid 1000 5 (1) | ask 1005 2 (1)');
  });

  it('ranked, it moves with the locking price, and is displayed at its limit once that locks nobody', () => {
    const desk = locked();
    desk.submit('buy 7 @ 1002', RANKED);
    desk.give('sell 5 @ 1002');
    expect(desk.give('cancel 2').slice(1)).toEqual([
      'canceled 3 buy 7@1001 parked',
      'accepted 5 buy 7@1002 hidden',
      'rested 5 buy 0 of 7@1002 hidden',
    ]);
    expect(desk.give('cancel 4').slice(1)).toEqual([
      'canceled 5 buy 7@1002 parked',
      'accepted 6 buy 7@1002',
      'rested 6 buy 7 of 7@1002',
    ]);
  });

  it('stands at its limit without another side, at the end of the range of prices too', () => {
    const desk = new TestDesk(options);
    desk.give(`buy 5 @ ${PRICE_TICKS_MIN}`);
    expect(desk.submit(`sell 5 @ ${PRICE_TICKS_MIN}`, DISPLAYED).length).toBe(2);
    expect(desk.ladder).toBe(`bid ${PRICE_TICKS_MIN} 5 (1) | ask ${PRICE_TICKS_MIN + 1} 5 (1)`);
    expect(desk.give('cancel 1').slice(1)[0]).toBe(
      `replaced 2 sell 5@${PRICE_TICKS_MIN} was 5@${PRICE_TICKS_MIN + 1}`,
    );
  });

  it('is refused with terms that exclude it', () => {
    const desk = locked();
    for (const [text, terms] of [
      ['buy 5 @ 1000 hidden', DISPLAYED],
      ['buy 5 @ 1000 ioc', DISPLAYED],
      ['buy 5 @ 1000 post', DISPLAYED],
      ['buy 5 @ 1000 display=2', RANKED],
    ] as const) {
      desk.submit(text, terms);
      expect(desk.lastCode).toBe(REJECT_TERMS_CONFLICT);
    }
  });
});

describe.each(DESKS)('post-only with price improvement, %s', (_, options) => {
  it('T1.11-b: a buy at 10.02 takes an offer at 10.01', () => {
    const desk = new TestDesk(options);
    desk.give('sell 5 @ 1001');
    expect(desk.submit('buy 5 @ 1002', BY_A_CENT)).toEqual([
      'accepted 2 buy 5@1001',
      'trade 1: 2 buy 5@1001 with 1, leaves 0 and 0',
    ]);
    expect(desk.orders.size).toBe(0);
  });

  it('T1.11-b: a buy at 10.01 improves by nothing and is re-priced to 10.00', () => {
    const desk = new TestDesk(options);
    desk.give('sell 5 @ 1001');
    expect(desk.submit('buy 5 @ 1001', BY_A_CENT)).toEqual([
      'accepted 2 buy 5@1001',
      'rested 2 buy 5 of 5@1000',
    ]);
  });

  it('takes only what is better by enough, and rests with what is left', () => {
    const desk = new TestDesk(options);
    desk.give('sell 3 @ 1001', 'sell 2 @ 1001 hidden', 'sell 4 @ 1003');
    expect(desk.submit('buy 9 @ 1003', { kind: 'improvement', minTicks: 2 })).toEqual([
      'accepted 4 buy 9@1001',
      'trade 1: 4 buy 3@1001 with 1, leaves 6 and 0',
      'trade 2: 4 buy 2@1001 with 2, leaves 4 and 0 hidden',
      'canceled 4 buy 4@1001 parked',
      'accepted 5 buy 4@1003',
      'rested 5 buy 4 of 4@1002',
    ]);
    expect(desk.orders.find(4)).toMatchObject({ openLots: 4, filledLots: 5, carrierId: 5 });
  });

  it('ends with what self-trade prevention takes', () => {
    const desk = new TestDesk(options);
    desk.give('sell 3 @ 1001 stp=1');
    expect(desk.submit('buy 5 @ 1002 stp=1:cancelNewest', BY_A_CENT)).toEqual([
      'accepted 2 buy 5@1001',
      'canceled 2 buy 5@1001 selfTrade',
    ]);
    expect(desk.orders.size).toBe(0);
  });

  it('is refused with terms that exclude it', () => {
    const desk = new TestDesk(options);
    desk.submit('buy market 5', BY_A_CENT);
    expect(desk.lastCode).toBe(REJECT_TERMS_CONFLICT);
    desk.submit('buy 5 @ 1000', { kind: 'improvement', minTicks: 0 });
    expect(desk.lastCode).toBe(REJECT_PRICE_RANGE);
  });
});
