/** Nasdaq's check of the opening price on days of a venue (market-rules §2.2): an opening that fails is none. */

import { describe, expect, it } from 'vitest';
import { UNDEF_INT32 } from '../../src/domain/index.ts';
import { VenueDay, type VenueDayOptions } from '../support/venue-day.ts';

/** A Nasdaq morning with a close of 100.00 before it; both orders are for the opening alone. */
function morning(priceTicks: number, options: Partial<VenueDayOptions> = {}): VenueDay {
  const day = new VenueDay({ venue: 'nasdaq', ...options }).at('09:00');
  expect(day.onOpen('buy', priceTicks, 10).code).toBe(0);
  expect(day.onOpen('sell', priceTicks, 10).code).toBe(0);
  return day.at('09:30');
}

describe('the opening price', () => {
  it('stands within 10 % of the close before, both ends included', () => {
    for (const priceTicks of [9000, 11_000]) {
      const day = morning(priceTicks);
      expect(day.auctions).toEqual([{ kind: 'opening', price: priceTicks }]);
      expect(day.venue.books[0]!.lastTradeTicks).toBe(priceTicks);
    }
  });

  it.each([8999, 11_001])(
    'at %i ticks it is none: nothing trades, and the orders for the opening are cancelled',
    (ticks) => {
      const day = morning(ticks);
      expect(day.auctions).toEqual([{ kind: 'opening', price: 'notValid' }]);
      expect(day.venue.books[0]!.lastTradeTicks).toBe(UNDEF_INT32);
      expect(day.venue.listings[0]!.held.count).toBe(0);
      // The day goes on without an opening price.
      expect(day.at('10:00').trade(10_000).trades).toBe(1);
    },
  );

  it('is held to the last trade before the open as well', () => {
    const day = new VenueDay({ venue: 'nasdaq' }).at('09:20');
    expect(day.trade(9500).trades).toBe(1);
    day.onOpen('buy', 10_700, 10);
    day.onOpen('sell', 10_700, 10);
    // 107.00 lies within 10 % of the close, but not of 95.00.
    expect(day.at('09:30').auctions).toEqual([{ kind: 'opening', price: 'notValid' }]);
  });

  it('is not checked where the rules name no width', () => {
    const day = new VenueDay({ venue: 'xetra' }).at('08:55');
    day.limit('buy', 10_000, 10);
    day.limit('sell', 10_000, 10);
    expect(day.at('09:10').auctions).toEqual([{ kind: 'opening', price: 10_000 }]);
    expect(day.venue.listings[0]!.config.auctions!.openingValidation).toBeNull();
  });
});
