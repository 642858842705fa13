/** A template with options through two splits and a special dividend, to their last day (market-rules §8.4). */

import { describe, expect, it } from 'vitest';
import { BUY } from '../../src/domain/index.ts';
import { runTemplate } from '../support/template-run.ts';

const [ACME, BOLT, CALL, PUT, BOLT_CALL] = [0, 1, 2, 3, 4];
const ACCOUNTS = 50;

/** The tests of the template with options. */
export function describeOptionSplit(): void {
  describe('option-split', () => {
    const run = runTemplate('option-split', { until: '16:05', untilDay: 3, middle: '40:00' });
    const [dayOne, split, dayTwo, dividend, dayThree, expired] = [
      '27:59',
      '28:00',
      '51:59',
      '52:00',
      '63:59',
      '64:01',
    ].map((clock) => run.worldAt(clock));
    /** Price, or trigger of a stop, and lots of the orders that stand far from the market. */
    const byHand = (world: typeof dayOne, instrument: number) =>
      world!.venue
        .openOrders(instrument)
        .filter(({ accountId }) => accountId > ACCOUNTS)
        .map(({ side, priceTicks, stopPriceTicks, openLots }) => [
          side === BUY ? 'buy' : 'sell',
          stopPriceTicks === 0 ? priceTicks : stopPriceTicks,
          openLots,
        ]);
    const held = (world: typeof dayOne, instrument: number): number[] =>
      Array.from({ length: ACCOUNTS + 2 }, (_, account) => world!.accounts.positionLots(account, instrument));

    it('multiplies positions in contracts of a whole split, and no others', () => {
      for (const [instrument, times] of [
        [CALL, 2],
        [PUT, 2],
        [BOLT_CALL, 1],
      ] as const) {
        const before = held(dayOne, instrument);
        expect(before.filter((lots) => lots !== 0).length).toBeGreaterThan(5);
        expect(held(split, instrument)).toEqual(before.map((lots) => lots * times));
        expect(held(dividend, instrument)).toEqual(held(dayTwo, instrument));
      }
    });

    it('divides orders by hand with the contract, and cancels that in a contract that goes on under another symbol', () => {
      expect(byHand(dayOne, CALL)).toEqual([
        ['buy', 201, 10],
        ['sell', 1999, 10],
        ['sell', 301, 10],
      ]);
      expect(byHand(split, CALL)).toEqual([
        ['buy', 100, 20],
        ['sell', 1000, 20],
        ['sell', 150, 20],
      ]);
      expect(byHand(dayOne, BOLT_CALL)).toEqual([['buy', 201, 10]]);
      expect(byHand(split, BOLT_CALL)).toEqual([]);
    });

    it('trades on by the new terms: half the premium for two contracts, the same for one of 150 shares', () => {
      const prices = (instrument: number, from: string, until: string) =>
        run
          .within(run.tape.trades, from, until)
          .filter((trade) => trade.instrument === instrument)
          .map(({ priceTicks }) => priceTicks);
      for (const [instrument, low, high] of [
        [ACME, 3250, 3350],
        [BOLT, 4350, 4450],
        [CALL, 300, 340],
        [PUT, 200, 240],
        [BOLT_CALL, 620, 660],
      ] as const) {
        const traded = prices(instrument, '33:30', '33:37');
        expect(traded.length).toBeGreaterThan(100);
        expect([Math.min(...traded) > low, Math.max(...traded) < high]).toEqual([true, true]);
      }
    });

    it('exercises all on the last day: shares of the calls to longs, of the put from them, and the strike the other way', () => {
      const [call, put, bolt] = [CALL, PUT, BOLT_CALL].map((instrument) => held(dayThree, instrument));
      const got = (instrument: number) => {
        const before = held(dayThree, instrument);
        return held(expired, instrument).map((lots, account) => lots - before[account]!);
      };
      expect(got(ACME)).toEqual(call!.map((lots, account) => 100 * (lots - put![account]!)));
      expect(got(BOLT)).toEqual(bolt!.map((lots) => 150 * lots));
      call!.forEach((lots, account) => {
        const paid = dayThree!.accounts.cashMinor(account) - expired!.accounts.cashMinor(account);
        expect(paid).toBe(2800_00 * lots - 3300_00 * put![account]! + 6000_00 * bolt![account]!);
      });
      for (const instrument of [CALL, PUT, BOLT_CALL])
        expect(held(expired, instrument).every((lots) => lots === 0)).toBe(true);
    });
  });
}
