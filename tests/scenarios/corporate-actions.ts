/** A template with a dividend and a split over three days: what becomes of orders, accounts and prices (market-rules §8). */

import { describe, expect, it } from 'vitest';
import { BUY } from '../../src/domain/index.ts';
import { runTemplate } from '../support/template-run.ts';

const ACME = 0;

/** The tests of the template with corporate actions. */
export function describeCorporateActions(): void {
  describe('corporate-actions', () => {
    const run = runTemplate('corporate-actions', { until: '09:46', untilDay: 3, middle: '09:40' });
    /** Price, or trigger of a stop, and lots of the orders that stand far from the market. */
    const byHand = (clock: string) =>
      run
        .worldAt(clock)
        .venue.openOrders(ACME)
        .filter(({ openLots }) => openLots >= 100)
        .map(({ side, priceTicks, stopPriceTicks, openLots }) => [
          side === BUY ? 'buy' : 'sell',
          stopPriceTicks === 0 ? priceTicks : stopPriceTicks,
          openLots,
        ]);

    it('lowers buys and sell stops by the dividend, and leaves sells and buy stops', () => {
      const untouched = [
        ['sell', 14_000, 100],
        ['buy', 14_500, 100],
      ];
      expect(byHand('20:00')).toEqual([
        ['buy', 6100, 200],
        ['buy', 6000, 100],
        ...untouched,
        ['sell', 5800, 100],
      ]);
      expect(byHand('28:00')).toEqual([
        ['buy', 6065, 200],
        ['buy', 5965, 100],
        ...untouched,
        ['sell', 5765, 100],
      ]);
      expect(byHand('52:00')).toEqual([
        ['buy', 3032, 400],
        ['buy', 2982, 200],
        ...untouched,
        ['sell', 2882, 200],
      ]);
    });

    it('pays the dividend and doubles positions, for longs and shorts alike', () => {
      const [before, ex, doubled] = ['27:59', '28:00', '52:00'].map((clock) => run.worldAt(clock).accounts);
      for (let account = 0; account < 40; account++) {
        const lots = before!.positionLots(account, ACME);
        expect(ex!.cashMinor(account) - before!.cashMinor(account)).toBe(35 * lots);
        expect(ex!.positionLots(account, ACME)).toBe(lots);
      }
      const atClose = run.worldAt('51:59').accounts;
      for (let account = 0; account < 40; account++)
        expect(doubled!.positionLots(account, ACME)).toBe(2 * atClose.positionLots(account, ACME));
    });

    it('trades on around half the price after the split', () => {
      const prices = (from: string, until: string) =>
        run.within(run.tape.trades, from, until).map(({ priceTicks }) => priceTicks);
      const [second, third] = [prices('33:30', '33:46'), prices('57:30', '57:46')];
      expect([second.length, third.length].every((count) => count > 200)).toBe(true);
      expect([Math.min(...second) > 9800, Math.max(...second) < 10_100]).toEqual([true, true]);
      expect([Math.min(...third) > 4900, Math.max(...third) < 5100]).toEqual([true, true]);
    });
  });
}
