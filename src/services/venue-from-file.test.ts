import { describe, expect, it } from 'vitest';
import { createVenue } from '../market/index.ts';
import { venueFromFile } from './index.ts';

const ACME = { symbol: 'ACME', tickSize: '0.01', lotSize: '1', currency: 'EUR', minorUnit: '0.01' };
const options = { instruments: [ACME], date: '2026-01-06', referencePrices: { ACME: '100.00' } };
const order = { symbol: 'ACME', qty: 10, account: 'ada' } as const;

describe('createVenue by a venue file', () => {
  it('a preset has its sessions at its local times, and its breakers', () => {
    const { config, at, timeZone, tradingDays } = venueFromFile('xetra', options);
    expect([timeZone, tradingDays]).toEqual(['Europe/Berlin', ['2026-01-06']]);
    const venue = createVenue(config);
    venue.advanceTo(at('08:55'));
    expect(venue.session('ACME').state).toBe('PRE_OPEN');
    venue.submit({ ...order, side: 'buy', price: '100.00' });
    venue.submit({ ...order, side: 'sell', price: '100.00' });
    const opening = venue.advanceTo(at('09:05'));
    expect(opening).toContainEqual(
      expect.objectContaining({ kind: 'auction', price: '100.00', volume: '10' }),
    );
    expect(venue.session('ACME').state).toBe('CONTINUOUS');
    // Far outside of the corridor around the last price: a volatility interruption.
    venue.submit({ ...order, side: 'sell', price: '120.00' });
    const wild = venue.submit({ ...order, side: 'buy', price: '120.00', account: 'bob' });
    expect(wild).toContainEqual(expect.objectContaining({ kind: 'session', rule: 'xetra' }));
    expect(wild.filter(({ kind }) => kind === 'trade')).toEqual([]);
  });

  it('a day that begins on the evening before has times from then on', () => {
    const { config, at } = venueFromFile('cme', options);
    const venue = createVenue(config);
    expect(venue.session('ACME').nextTimeNs).toBeLessThan(at('00:00'));
    venue.advanceTo(at('10:00'));
    expect(venue.session('ACME').state).toBe('CONTINUOUS');
  });

  it('tells what is wrong with a venue, a symbol or a time', () => {
    expect(() => venueFromFile('xetera', options)).toThrow('is a preset (cme, ');
    expect(() => venueFromFile({ name: 'mine' }, options)).toThrow('venue.sessions');
    expect(() => venueFromFile('xetra', { ...options, referencePrices: { ZED: 1 } })).toThrow('symbol=ZED');
    const { at } = venueFromFile('xetra', options);
    expect(() => at('9:00')).toThrow('HH:MM');
    expect(() => at('09:00', 2)).toThrow('tradingDays=1');
    expect(() =>
      createVenue({ ...venueFromFile('xetra', options).config, referencePrices: { ACME: 1 } }),
    ).toThrow('a listing stands in for sessions, auctions and breakers');
  });
});
