import { describe, expect, it } from 'vitest';
import { venueConfig } from '../../tests/support/venues.ts';
import type { TwinError } from '../base/index.ts';
import { ZONE_CLOCK } from '../services/index.ts';
import { checkScenario, planRun } from './index.ts';

type Plain = Record<string, unknown>;

const FLOW = {
  kind: 'randomFlow',
  name: 'flow',
  count: 2,
  limitRates: [1],
  marketRate: 0.5,
  cancelRates: [0.1],
};

function scenario(shocks: readonly Plain[], top: Plain = {}): unknown {
  return {
    name: 'shocked',
    date: '2026-01-06',
    venue: venueConfig('nasdaq'),
    instruments: [{ symbol: 'ACME', referencePrice: '100.00', tickSize: '0.05' }],
    agents: [FLOW],
    shocks,
    ...top,
  };
}

/** The problems that a scenario is refused for. */
function problemsOf(value: unknown): string[] {
  try {
    checkScenario(value, 'x.yaml');
  } catch (error) {
    expect(error).toMatchObject({ code: 'SCENARIO_CONFIG' });
    return (error as TwinError).message
      .split('\n')
      .slice(1)
      .map((line) => line.replace('  - ', ''));
  }
  return [];
}

describe('shocks of a scenario', () => {
  it('are all refused at once, each problem with its path and what is allowed', () => {
    const problems = problemsOf(
      scenario(
        [
          { kind: 'halt', at: '03:59', instruments: ['ACME', 'ZED'], for: 60 },
          { kind: 'withdraw', at: '10:00', day: 2, groups: ['makers'] },
          { kind: 'orders', at: '20:00', instrument: 'YAK', side: 'buy', qtyLots: 1 },
          { kind: 'orders', at: '10:00', instrument: 'ACME', side: 'buy', qtyLots: 1, price: 100.01 },
          { kind: 'orders', at: '10:00', instrument: 'ACME', side: 'buy', qtyLots: 1, price: 200000000 },
          { kind: 'marketWide', at: '10:00', level: 4 },
        ],
        { agents: [{ ...FLOW, from: '11:00', until: '10:00' }] },
      ),
    );
    expect(problems).toEqual([
      'agents[0].until: "10:00" lies after from "11:00"',
      'shocks[0].instruments[1]: "ZED" is one of ACME',
      'shocks[0].at: "03:59" lies within the trading day, from 04:00 to before 20:00',
      'shocks[1].groups[0]: "makers" is one of flow',
      'shocks[1].day: 2 is at most 1, the days that the run lasts',
      'shocks[2].instrument: "YAK" is one of ACME',
      'shocks[2].at: "20:00" lies within the trading day, from 04:00 to before 20:00',
      'shocks[3].price: "100.01" is a multiple of tickSize 0.05',
      'shocks[4].price: "200000000" is at most 2147483646 ticks of 0.05',
      'shocks[5].level: 4 is one of 1, 2, 3',
    ]);
  });

  it.each<[string, Plain, string]>([
    ['a time that is none', { kind: 'outage', at: '25:00', for: 1 }, 'shocks[0].at: a time of day as HH:MM'],
    ['a number for a time', { kind: 'outage', at: 10, for: 1 }, 'shocks[0].at: is a text, found 10'],
    ['a kind that is none', { kind: 'meteor', at: '10:00' }, 'shocks[0].kind: '],
    ['no length', { kind: 'outage', at: '10:00' }, 'shocks[0].for: is missing'],
    [
      'a length of nothing',
      { kind: 'outage', at: '10:00', for: 0 },
      'shocks[0].for: is at least 0.001, found 0',
    ],
    [
      'a key of another kind',
      { kind: 'marketWide', at: '10:00', level: 1, for: 60 },
      'shocks[0].for: is not a key',
    ],
    [
      'a price that is none',
      { kind: 'orders', at: '10:00', instrument: 'ACME', side: 'buy', qtyLots: 1, price: 'much' },
      'shocks[0].price: a decimal number',
    ],
  ])('are refused for %s', (_, shock, problem) => {
    expect(problemsOf(scenario([shock]))).toEqual([expect.stringContaining(problem)]);
  });

  it('that sessions carry out need a venue', () => {
    const shocks = [
      { kind: 'halt', at: '10:00', for: 60 },
      { kind: 'marketWide', at: '10:00', level: 1 },
      { kind: 'holdCall', at: '10:00', for: 60 },
      { kind: 'outage', at: '10:00', for: 60 },
      { kind: 'outage', at: '16:00', for: 60 },
    ];
    expect(problemsOf(scenario(shocks, { venue: undefined }))).toEqual([
      'shocks[0].kind: "halt" is for a scenario with a venue, whose sessions do it',
      'shocks[1].kind: "marketWide" is for a scenario with a venue, whose sessions do it',
      'shocks[2].kind: "holdCall" is for a scenario with a venue, whose sessions do it',
      'shocks[4].at: "16:00" lies within the trading day, from 09:30 to before 16:00',
    ]);
  });

  it('have times of a day that begins on the evening before', () => {
    const shock = (at: string): Plain => ({ kind: 'outage', at, for: 1 });
    const cme = { venue: venueConfig('cme') };
    expect(problemsOf(scenario([shock('09:00'), shock('16:44:59.999')], cme))).toEqual([]);
    expect(problemsOf(scenario([shock('17:30')], cme))).toEqual([
      'shocks[0].at: "17:30" lies within the trading day, from 16:45 of the day before to before 16:45',
    ]);
  });
});

describe('levels of the market-wide breaker', () => {
  const fall = (at: string, level: number, day = 1): Plain => ({ kind: 'marketWide', at, level, day });

  it('T4.5-a: stop the market before 15:25, level 3 at any time', () => {
    expect(problemsOf(scenario([fall('15:24:59', 1)]))).toEqual([]);
    expect(problemsOf(scenario([fall('15:25:00', 1)]))).toEqual([
      'shocks[0].level: 1 stops the market, but only before 15:25',
    ]);
    expect(problemsOf(scenario([fall('15:59', 3)]))).toEqual([]);
  });

  it('stop it earlier on a short day', () => {
    const date = '2026-11-27';
    expect(problemsOf(scenario([fall('12:24:59', 2)], { date }))).toEqual([]);
    expect(problemsOf(scenario([fall('12:25', 2)], { date }))).toEqual([
      'shocks[0].level: 2 stops the market, but only before 12:25',
    ]);
  });

  it('stop it once a day each, not below a deeper one, and not while it stands still', () => {
    const shocks = [
      fall('10:00', 1),
      fall('10:10', 2),
      fall('10:30', 2),
      fall('11:00', 1),
      fall('12:00', 3),
      fall('13:00', 2),
      fall('10:00', 1, 2),
    ];
    expect(problemsOf(scenario(shocks, { days: 2 }))).toEqual([
      'shocks[1].level: 2 stops the market, but not while it stands still until 10:15',
      'shocks[3].level: 1 stops the market, but not twice a day, nor after a deeper one',
      'shocks[5].level: 2 stops the market, but not twice a day, nor after a deeper one',
    ]);
  });

  it('are for a venue that has them', () => {
    expect(problemsOf(scenario([fall('10:00', 1)], { venue: venueConfig('xetra') }))).toEqual([
      'shocks[0].level: is for a venue with marketWide levels, not "xetra"',
    ]);
  });

  it('become halts of their length, and level 3 the end of the day', () => {
    const value = checkScenario(scenario([fall('10:00', 1), fall('11:00', 3)]), 'x');
    const { shocks } = planRun(value, ZONE_CLOCK).spec;
    const atNs = 36_000e9;
    expect(shocks).toMatchObject([
      { kind: 'halt', instruments: null, reason: 'marketWide', isForDay: false, atNs, untilNs: atNs + 900e9 },
      { kind: 'halt', instruments: null, reason: 'marketWide', isForDay: true, atNs: atNs + 3_600e9 },
    ]);
  });
});
