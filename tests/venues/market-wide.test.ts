/** The market-wide circuit breaker on days of a venue (market-rules §4.5): an index of its prices halts every instrument. */

import { describe, expect, it } from 'vitest';
import { checkScenario, planRun, type RunPlan } from '../../src/scenarios/index.ts';
import { resolveVenue, ZONE_CLOCK } from '../../src/services/index.ts';
import { World } from '../../src/world/index.ts';
import { VenueDay, type VenueDayOptions } from '../support/venue-day.ts';

const SYMBOLS = ['ACME', 'BOLT', 'CORE'];
/** Rules of single stocks would stop them first. */
const ALONE = { breakers: [], entry: {} };
const OPEN = 'CONTINUOUS';

function dayWith(marketWide: Record<string, unknown>, options: Partial<VenueDayOptions> = {}): VenueDay {
  const change = { ...ALONE, marketWide: { levels: 'us', ...marketWide } };
  return new VenueDay({ venue: 'nasdaq', symbols: SYMBOLS, change, ...options });
}

describe('a market-wide halt', () => {
  it('T4.5-a: level 1 of one instrument at 15:24:59 halts all for 15 minutes', () => {
    const day = dayWith({ index: [{ symbol: 'BOLT' }] }, { referenceTicks: 453_212 }).at('15:24:59');
    expect(day.trade(421_488, 1).trades).toBe(1);
    expect(day.stops).toEqual([]);
    expect(day.trade(421_487, 1).trades).toBe(1);
    expect(day.stops).toEqual(SYMBOLS.map((symbol) => `${symbol} marketWide`));
    expect(day.states()).not.toContain(OPEN);
    // Of the others' prices the index knows nothing; they stand still all the same.
    expect(day.trade(10_000, 0).trades).toBe(0);
    expect(day.at('15:39:58').states()).not.toContain(OPEN);
    expect(day.at('15:50').states()).toEqual([OPEN, OPEN, OPEN]);
  });

  it('T4.5-a: at 15:25:00 levels 1 and 2 do not halt, level 3 does for the rest of the day', () => {
    const day = dayWith({ index: [{ symbol: 'BOLT' }] }, { referenceTicks: 453_212, days: 2 }).at('15:25');
    day.trade(421_487, 1);
    day.trade(394_294, 1);
    expect(day.stops).toEqual([]);
    day.trade(362_570, 1);
    expect(day.stops).toHaveLength(3);
    expect(day.at('15:59').states()).not.toContain(OPEN);
    expect(day.at('10:00', 1).states()).toEqual([OPEN, OPEN, OPEN]);
  });

  it('T4.5-a: a level halts once a day, the next one below it again', () => {
    const day = dayWith({ index: [{ symbol: 'BOLT' }] }).at('10:00');
    day.trade(9300, 1);
    expect(day.stops).toHaveLength(3);
    day.at('10:30').trade(9500, 1);
    day.trade(9200, 1);
    expect(day.states()).toEqual([OPEN, OPEN, OPEN]);
    day.stops.length = 0;
    day.trade(8700, 1);
    expect(day.stops).toHaveLength(3);
  });

  it('a basket falls as its weights say', () => {
    const basket = [{ symbol: 'ACME', weight: 3 }, { symbol: 'CORE' }];
    const day = dayWith({ index: basket }).at('10:00');
    // (3 · 100.00 + 72.02) / 4 is 93.005, which rounds to 93.01; level 1 is at 93.00.
    day.trade(7202, 2);
    expect(day.stops).toEqual([]);
    day.trade(7201, 2);
    expect(day.stops).toHaveLength(3);
    const alike = dayWith({ index: SYMBOLS.map((symbol) => ({ symbol })) }).at('10:00');
    alike.trade(9000, 0);
    alike.trade(9000, 1);
    expect(alike.stops).toEqual([]);
    alike.trade(9899, 2);
    expect(alike.stops).toHaveLength(3);
  });

  it('the next day counts from the close before', () => {
    const day = dayWith({ index: [{ symbol: 'BOLT' }] }, { days: 2 }).at('15:30');
    day.trade(9000, 1);
    day.at('10:00', 1).trade(8371, 1);
    expect(day.stops).toEqual([]);
    day.trade(8370, 1);
    expect(day.stops).toHaveLength(3);
  });

  it('instruments that are not in the index have no feed', () => {
    const day = dayWith({ index: [{ symbol: 'BOLT' }] });
    expect(day.venue.listings.map((listing) => listing!.breakers.isEmpty)).toEqual([true, false, true]);
  });
});

describe('a scenario with a market-wide breaker', () => {
  const venueWith = (change: Record<string, unknown>): unknown =>
    resolveVenue({ ...(resolveVenue('nasdaq', '.') as object), ...ALONE, ...change }, '.');
  const planWith = (places: Record<string, unknown>): RunPlan =>
    planRun(
      checkScenario(
        {
          ...{ name: 'fall', seed: 5, date: '2026-01-05' },
          ...places,
          instruments: SYMBOLS.map((symbol) => ({ symbol, referencePrice: '1.00' })),
          agents: [
            {
              ...{ kind: 'randomFlow', name: 'flow', count: 12, limitRates: [0.4, 0.3, 0.2, 0.2, 0.1] },
              ...{ marketRate: 0.3, cancelRates: [0.1], lots: [1, 2, 5], from: '09:25', until: '10:10' },
            },
          ],
        },
        'fall',
      ),
      ZONE_CLOCK,
    );
  const planOf = (marketWide: Record<string, unknown>): RunPlan =>
    planWith({ venue: venueWith({ marketWide: { levels: 'us', ...marketWide } }) });

  it('of several venues the index of one halts all, and its symbols are those of the products', () => {
    const marketWide = { levels: 'us', index: [{ symbol: 'ACME' }, { symbol: 'BOLT' }] };
    const venues = [
      { name: 'a', venue: venueWith({ marketWide }) },
      { name: 'b', venue: venueWith({}) },
    ];
    const plan = planWith({ venues });
    const feeds = plan.spec.listings!().map((listing) => listing!.breakers.length);
    expect(plan.instruments.map(({ symbol }, index) => [symbol, feeds[index]])).toEqual([
      ['ACME@a', 1],
      ['ACME@b', 0],
      ['BOLT@a', 1],
      ['BOLT@b', 0],
      ['CORE@a', 0],
      ['CORE@b', 0],
    ]);
    const world = new World(plan.spec);
    let together = 0;
    for (let nowNs = plan.startNs; nowNs < plan.endNs; nowNs += 60e9) {
      world.run(nowNs);
      const halted = world.venue.listings.filter((listing) => listing!.session.isHalted).length;
      expect([0, 6]).toContain(halted);
      if (halted === 6) together++;
    }
    expect(together).toBeGreaterThan(3);
  });

  it('halts in the run, and the run does not depend on where it was resumed', () => {
    const plan = planOf({ index: SYMBOLS.map((symbol) => ({ symbol })) });
    const whole = new World(plan.spec);
    let halted = 0;
    let parts = new World(plan.spec);
    for (let nowNs = plan.startNs; nowNs < plan.endNs; nowNs += 97e9) {
      whole.run(nowNs);
      if (whole.venue.listings.every((listing) => listing!.session.isHalted)) halted++;
      if (nowNs - plan.startNs < 5 * 3600e9 || nowNs - plan.startNs > 7 * 3600e9) continue;
      parts.run(nowNs);
      parts = World.resume(plan.spec, parts.snapshot());
    }
    whole.run(plan.endNs);
    parts.run(plan.endNs);
    expect(halted).toBeGreaterThan(3);
    expect(parts.finish()).toBe(whole.finish());
  });

  it('says what is wrong with it, by path', () => {
    expect(() => planOf({ index: [{ symbol: 'DUST' }] })).toThrow(
      'venue.marketWide.index[0].symbol is an instrument of the scenario',
    );
    expect(() => planOf({ index: [{ symbol: 'ACME' }, { symbol: 'ACME' }] })).toThrow(
      'marketWide.index[1].symbol: is named once',
    );
    const level = { fallPpm: 70_000, haltNs: 1, idleBeforeCloseNs: null };
    expect(() => planOf({ levels: [level, level] })).toThrow('marketWide.levels[1].fallPpm: levels deepen');
    expect(() => planOf({ levels: 'eu' })).toThrow('venue.marketWide.levels: is one of us');
  });
});
