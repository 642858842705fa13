/** Breakers that ask for their group (market-rules §4.8): velocity logic of CME in the lead month. */

import { describe, expect, it } from 'vitest';
import { VenueDay } from '../support/venue-day.ts';

/** A move of 24 ticks within a second, in the first of three products. */
function fastMove(breakerGroups?: Record<string, string[]>): VenueDay {
  const day = new VenueDay({
    venue: 'cme',
    symbols: ['ES', 'NQ', 'CL'],
    tickSize: '0.25',
    referenceTicks: 18_000,
    date: '2026-01-06',
    change: breakerGroups === undefined ? {} : { breakerGroups },
  }).at('10:00');
  day.trade(18_000);
  day.trade(18_024);
  return day;
}

describe('velocity logic of a lead month', () => {
  it('moves every product of the venue to a pre-open where there are no groups', () => {
    expect(fastMove().stops).toEqual(['ES cmeVelocity', 'NQ cmeVelocity', 'CL cmeVelocity']);
  });

  it('moves the products of its group, and no others', () => {
    const day = fastMove({ equity: ['ES', 'NQ'], energy: ['CL'] });
    expect(day.stops).toEqual(['ES cmeVelocity', 'NQ cmeVelocity']);
    expect(day.states()).toEqual(['PRE_OPEN', 'PRE_OPEN', 'CONTINUOUS']);
    expect(day.at('10:01').states()).toEqual(['CONTINUOUS', 'CONTINUOUS', 'CONTINUOUS']);
  });

  it('moves a product of no group alone', () => {
    expect(fastMove({ others: ['NQ', 'CL'] }).stops).toEqual(['ES cmeVelocity']);
  });

  it('groups name each symbol once, and symbols that are traded', () => {
    expect(() => fastMove({ a: ['ES'], b: ['NQ', 'ES'] })).toThrow('breakerGroups.b[1]: is in one group');
    expect(() => fastMove({ a: ['ES', 'YM'] })).toThrow(
      'venue.breakerGroups.a[1] is an instrument of the scenario',
    );
  });
});
