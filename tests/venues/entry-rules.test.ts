/** What venues refuse at entry (market-rules §1.17, §7), on days of theirs: price protection, filters, lots, price steps. */

import { describe, expect, it } from 'vitest';
import {
  REJECT_NOTIONAL,
  REJECT_PRICE_BAND,
  REJECT_PRICE_INCREMENT,
  REJECT_PRICE_RANGE,
  REJECT_QTY_INCREMENT,
} from '../../src/domain/index.ts';
import { checkScenario } from '../../src/scenarios/index.ts';
import { resolveVenue } from '../../src/services/index.ts';
import { VenueDay } from '../support/venue-day.ts';
import { venueOf } from '../support/venues.ts';

describe('limit order price protection', () => {
  it('T1.17-b: at NYSE with an offer of 40.00, a buy at 42.00 is refused and one at 41.99 trades', () => {
    const day = new VenueDay({ venue: 'nyse', referenceTicks: 4000 }).at('10:00');
    expect(day.limit('sell', 4000, 5).code).toBe(0);
    expect(day.limit('buy', 4200)).toMatchObject({ code: REJECT_PRICE_BAND, trades: 0 });
    expect(day.limit('buy', 4199)).toMatchObject({ code: 0, trades: 1 });
    // Passive prices are free, and so are changes that leave the price alone.
    const { orderId, code } = day.limit('buy', 3900, 5);
    expect(code).toBe(0);
    expect(day.replace(orderId, { priceTicks: 4300 }).code).toBe(REJECT_PRICE_BAND);
    expect(day.replace(orderId, { qtyLots: 3 }).code).toBe(0);
  });

  it('at Nasdaq the distance is the larger of 0.50 and 10 %, and does not hold before the open', () => {
    const day = new VenueDay({ venue: 'nasdaq', change: { breakers: [] }, referenceTicks: 300 }).at('10:00');
    day.limit('sell', 300, 5);
    expect(day.limit('buy', 351).code).toBe(REJECT_PRICE_BAND);
    expect(day.limit('buy', 350)).toMatchObject({ code: 0, trades: 1 });
    const early = new VenueDay({ venue: 'xetra', change: { entry: { limitProtection: 'nasdaq' } } }).at(
      '08:55',
    );
    early.limit('sell', 300, 5);
    expect(early.limit('buy', 900).code).toBe(0);
  });
});

describe('price banding', () => {
  it('at CME buys are at most 48 ticks above the last price, first the settlement, and sells mirror it', () => {
    const day = new VenueDay({ venue: 'cme', tickSize: '0.25', referenceTicks: 18_000, date: '2026-01-06' });
    day.at('10:00');
    expect(day.limit('buy', 18_049).code).toBe(REJECT_PRICE_BAND);
    expect(day.limit('sell', 17_951).code).toBe(REJECT_PRICE_BAND);
    expect(day.limit('buy', 17_000).code).toBe(0);
    expect(day.trade(18_010).trades).toBe(1);
    expect(day.limit('buy', 18_058).code).toBe(0);
    expect(day.limit('buy', 18_059).code).toBe(REJECT_PRICE_BAND);
  });
});

describe('filters', () => {
  const spot = (): VenueDay =>
    new VenueDay({
      venue: 'crypto-spot',
      change: { entry: { filters: 'binance-spot-BTCUSDT' } },
      lotSize: '0.000001',
      referenceTicks: 4_000_000,
    }).at('10:00');

  it('T7.5-a: 0.0001 at 40,000 is worth too little, 0.00013 is not, 0.000125 is no step', () => {
    const day = spot();
    expect(day.limit('buy', 4_000_000, 100).code).toBe(REJECT_NOTIONAL);
    expect(day.limit('buy', 4_000_000, 130).code).toBe(0);
    expect(day.limit('buy', 4_000_000, 125).code).toBe(REJECT_QTY_INCREMENT);
    expect(day.limit('buy', 100_000_001, 1000).code).toBe(REJECT_PRICE_RANGE);
  });

  it('T1.17-c: prices stay within 0.7 to 1.3 of the average of five minutes, once there is one', () => {
    const day = spot();
    day.limit('buy', 9000, 100_000);
    expect(day.limit('sell', 10_000, 100_000).code).toBe(0);
    expect(day.limit('buy', 10_000, 100_000)).toMatchObject({ code: 0, trades: 1 });
    expect(day.limit('sell', 13_000, 100_000).code).toBe(0);
    const high = day.limit('sell', 13_001, 100_000);
    expect(high.code).toBe(REJECT_PRICE_BAND);
    expect(day.limit('buy', 6999, 100_000).code).toBe(REJECT_PRICE_BAND);
    // The average holds market orders to the smallest value: 100.00 times 0.00004 is below 5.
    expect(day.market('buy', 40).code).toBe(REJECT_NOTIONAL);
  });

  it('the preset of the spot venue holds prices to the average, whatever the instrument', () => {
    const day = new VenueDay({ venue: 'crypto-spot' }).at('10:00');
    expect(day.trade(10_000).trades).toBe(1);
    expect(day.limit('sell', 13_001).code).toBe(REJECT_PRICE_BAND);
    expect(day.limit('sell', 13_000).code).toBe(0);
  });
});

describe('price steps and lots', () => {
  it('T7.1-a: a price of four decimals is refused from one dollar on, not rounded', () => {
    const day = new VenueDay({ venue: 'nasdaq', tickSize: '0.0001', referenceTicks: 250_000 }).at('10:00');
    expect(day.limit('buy', 250_050).code).toBe(REJECT_PRICE_INCREMENT);
    expect(day.limit('buy', 250_000).code).toBe(0);
    expect(day.limit('buy', 9_999).code).toBe(0);
    expect(day.limit('buy', 10_001).code).toBe(REJECT_PRICE_INCREMENT);
  });

  it('a table that changes leaves resting orders at their price; new orders and new prices are held to it', () => {
    const change = {
      tickBands: [{ from: '0', tick: '0.01' }],
      tickChanges: [{ from: '2026-01-06', bands: [{ from: '0', tick: '0.05' }] }],
    };
    const day = new VenueDay({ venue: 'crypto-spot', change, days: 2 }).at('10:00');
    const tickets = new VenueDay({ venue: 'crypto-spot', change, days: 2, date: '2026-01-06' }).at('10:00');
    const { orderId, code } = day.lasting('buy', 9_803, 5);
    expect(code).toBe(0);
    day.at('10:00', 1);
    expect(day.limit('buy', 9_803).code).toBe(REJECT_PRICE_INCREMENT);
    expect(day.limit('buy', 9_805).code).toBe(0);
    expect(day.venue.books[0]!.order(orderId)).toMatchObject({ priceTicks: 9_803 });
    expect(day.replace(orderId, { qtyLots: 4 }).code).toBe(0);
    expect(day.replace(orderId, { priceTicks: 9_804 }).code).toBe(REJECT_PRICE_INCREMENT);
    expect(day.replace(orderId, { priceTicks: 9_800 }).code).toBe(0);
    // What holds from the first day on holds at once.
    expect(tickets.limit('buy', 9_803).code).toBe(REJECT_PRICE_INCREMENT);
  });

  it('lots go by the close of the day before', () => {
    const lotBands = [
      { from: '0', lot: '100' },
      { after: '250.00', lot: '40' },
    ];
    const low = new VenueDay({ venue: 'xetra', change: { lotBands }, referenceTicks: 25_000 }).at('10:00');
    const high = new VenueDay({ venue: 'xetra', change: { lotBands }, referenceTicks: 25_001 }).at('10:00');
    const codes = (day: VenueDay) => [100, 40, 200, 130].map((lots) => day.limit('buy', 25_000, lots).code);
    expect(codes(low)).toEqual([0, REJECT_QTY_INCREMENT, 0, REJECT_QTY_INCREMENT]);
    expect(codes(high)).toEqual([REJECT_QTY_INCREMENT, 0, 0, REJECT_QTY_INCREMENT]);
    const { orderId } = low.limit('buy', 25_000, 300);
    expect(low.replace(orderId, { qtyLots: 150 }).code).toBe(REJECT_QTY_INCREMENT);
    expect(low.replace(orderId, { priceTicks: 24_000 }).code).toBe(0);
  });
});

describe('the config of a venue', () => {
  const read = (change: Record<string, unknown>) => new VenueDay({ venue: 'xetra', change: change as never });

  it('names every problem of the tables with its path', () => {
    expect(() =>
      read({
        tickChanges: [
          { from: '2026-02-01', bands: [{ from: '1', tick: '0.01' }] },
          { from: '2026-01-01', bands: [{ from: '0', tick: '0.01' }] },
        ],
        lotBands: [{ from: '0', lot: '0' }],
      }),
    ).toThrow(
      /tickChanges\[0\]\.bands\[0\]\.from: gap[\s\S]*tickChanges\[1\]\.from: days rise[\s\S]*lotBands\[0\]\.lot: a lot above 0/,
    );
    expect(() => read({ lotBands: [{ from: '0', lot: '0.5' }] })).toThrow(
      "lotBands[0].lot is a whole number of the instrument's lots",
    );
  });

  it('says which presets there are', () => {
    expect(() => resolveVenue({ entry: { limitProtection: 'x' } }, '.')).toThrow(
      'venue.entry.limitProtection: is one of nyse, nasdaq',
    );
    expect(() => resolveVenue({ entry: { priceBand: 'x' } }, '.')).toThrow(
      'venue.entry.priceBand: is one of es',
    );
    expect(() => resolveVenue({ entry: { filters: 'x' } }, '.')).toThrow('binance-spot-BTCUSDT');
    const venue = { ...(resolveVenue('xetra', '.') as object), entry: { priceBand: { variationTicks: 0 } } };
    expect(() =>
      checkScenario({ name: 'x', venue, instruments: [{ symbol: 'A', referencePrice: '1' }] }, 'x'),
    ).toThrow(/venue\.entry\.priceBand\.variationTicks/);
  });

  it('an instrument without a rule has no checks', () => {
    const listing = venueOf('xetra').createListing(
      { index: 0, symbol: 'A', tickSize: '0.01', lotSize: '1', currency: 'EUR' } as never,
      [],
      100,
    );
    expect(listing.entryChecks).toEqual([]);
  });
});
