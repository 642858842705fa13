/**
 * One product at several venues of configs/venues: the run is a function of its scenario, and order protection keeps trades from
 * going through better quotes of others, which without it they do.
 */

import { describe, expect, it } from 'vitest';
import {
  BUY,
  EV_TRADE,
  type EventSink,
  HEAD_FLAG_AUCTION,
  HEAD_SIDE_SHIFT,
  RECORD_WORDS,
  SELL,
  type Side,
  UNDEF_INT32,
} from '../../src/domain/index.ts';
import { checkScenario, planRun, type RunPlan } from '../../src/scenarios/index.ts';
import { resolveVenue, ZONE_CLOCK } from '../../src/services/index.ts';
import { World } from '../../src/world/index.ts';

type Plain = Record<string, unknown>;

const FOLDER = process.cwd();
/** What waited for the open trades at this instant, as a part of it. */
const OPEN_NS = 9.5 * 3600e9;

function scenarioOf(change: Plain = {}, venueChange: Plain = {}): unknown {
  const venues = ['nasdaq', 'nyse'].map((name) => ({
    name,
    venue: { ...(resolveVenue(name, FOLDER) as Plain), ...venueChange },
  }));
  return {
    name: 'several',
    seed: 3,
    venues,
    instruments: [{ symbol: 'ACME', referencePrice: '50.00' }],
    agents: [
      {
        kind: 'randomFlow',
        name: 'flow',
        count: 20,
        from: '09:25',
        until: '09:50',
        limitRates: [0.4, 0.3, 0.2, 0.1],
        marketRate: 0.2,
        cancelRates: [0.05],
        lots: [100],
        links: { orderUs: 50, answerUs: 50, feedUs: 50 },
      },
    ],
    ...change,
  };
}

function planOf(change: Plain = {}, venueChange: Plain = {}): RunPlan {
  return planRun(checkScenario(scenarioOf(change, venueChange), 'several'), ZONE_CLOCK);
}

/** Trades of continuous trading, and those among them beyond a better quote that the other venue showed just then. */
function tradesOf(plan: RunPlan): { trades: number; through: number; world: World } {
  let trades = 0;
  let through = 0;
  const sink: EventSink = {
    write: (words, count) => {
      for (let at = 0; at < count * RECORD_WORDS; at += RECORD_WORDS) {
        const head = words[at]!;
        if ((head & 255) !== EV_TRADE || (head & HEAD_FLAG_AUCTION) !== 0) continue;
        if (world.nowNs <= OPEN_NS) continue;
        trades++;
        const takes = ((head >> HEAD_SIDE_SHIFT) & 1) as Side;
        const other = world.venue.books[1 - words[at + 1]!]!.bestTicks((takes ^ 1) as Side);
        const price = words[at + 5]!;
        if (other !== UNDEF_INT32 && (takes === BUY ? price > other : price < other)) through++;
      }
    },
  };
  const world = new World(plan.spec, sink);
  // Records are looked at after each event, while the books are as they left them.
  while (world.run(plan.endNs, 1) === 1) world.flush();
  world.finish();
  return { trades, through, world };
}

describe('one product at two US venues', () => {
  it('trades through better quotes elsewhere without protection, and never with it and a feed without delay', () => {
    const careless = tradesOf(planOf({}, { protection: undefined, routing: undefined }));
    expect(careless.trades).toBeGreaterThan(500);
    expect(careless.through / careless.trades).toBeGreaterThan(0.05);
    const careful = tradesOf(planOf());
    expect(careful.trades).toBeGreaterThan(500);
    expect(careful.through).toBe(0);
    const { books } = careful.world.venue;
    expect(
      books.map((book) => book.bestTicks(BUY) < book.bestTicks(SELL) || book.bestTicks(SELL) < 0),
    ).toEqual([true, true]);
  });

  it('lets some through where the consolidated feed is late', () => {
    const late = tradesOf(planOf({ consolidatedUs: 2_000_000 }));
    expect(late.through).toBeGreaterThan(0);
  });

  it('gives the same digest when it is resumed in the middle of trading', () => {
    const plan = planOf({ consolidatedUs: 100 });
    const straight = new World(plan.spec);
    straight.run(plan.endNs);
    const digest = straight.finish();
    const cut = new World(plan.spec);
    const tenNs = 10 * 3600e9;
    for (const untilNs of [tenNs - 1800e9, tenNs - 1200e9, tenNs]) {
      cut.run(untilNs);
      const resumed = World.resume(plan.spec, cut.snapshot());
      resumed.run(plan.endNs);
      expect(resumed.finish()).toBe(digest);
    }
  });

  it('runs each venue by its own hours and charges its own fees', () => {
    const plan = planOf();
    const world = new World(plan.spec);
    world.run(plan.endNs);
    world.finish();
    const incomes = [0, 1].map((venue) => world.accounts.cashMinor(world.agentCount + venue));
    expect(incomes.every((minor) => minor !== 0)).toBe(true);
    expect(plan.spec.venues!.map(({ fees }) => fees!.days[0]!.phases.length > 0)).toEqual([true, true]);
  });
});

describe('scenarios with several venues', () => {
  const venue = resolveVenue('nasdaq', FOLDER);
  const two = (change: Plain): unknown => ({
    ...(scenarioOf() as Plain),
    venues: [
      { name: 'a', venue },
      { name: 'b', venue, ...change },
    ],
  });

  it.each([
    ['venue and venues', { ...(scenarioOf() as Plain), venue }, 'venue: is not given with venues'],
    ['a name twice', two({ name: 'a' }), 'venues[1].name: "a" is used once'],
    ['an unknown symbol', two({ symbols: ['BOLT'] }), 'venues[1].symbols[0]: "BOLT" is one of ACME'],
    [
      'an instrument that is listed nowhere',
      {
        ...(scenarioOf() as Plain),
        venues: ['a', 'b'].map((name) => ({ name, venue, symbols: ['ACME'] })),
        instruments: ['ACME', 'BOLT'].map((symbol) => ({ symbol, referencePrice: '10.00' })),
      },
      'instruments[1].symbol: "BOLT" is listed at one of the venues at least',
    ],
    [
      'a group without enough agents',
      {
        ...(scenarioOf() as Plain),
        agents: [{ ...((scenarioOf() as { agents: Plain[] }).agents[0] as Plain), count: 1 }],
      },
      'agents[0].count: 1 is at least the 2 instruments traded',
    ],
    [
      'a shock at a venue that is none of them',
      scenarioOf({ shocks: [{ kind: 'outage', at: '10:00', for: 60, venues: ['nyse', 'arca'] }] }),
      'shocks[0].venues[1]: "arca" is one of nasdaq, nyse',
    ],
    [
      'a shock at one venue where there is one',
      scenarioOf({
        venues: undefined,
        venue,
        shocks: [{ kind: 'outage', at: '10:00', for: 60, venues: ['nasdaq'] }],
      }),
      'shocks[0].venues: is for scenarios with several venues',
    ],
    [
      'a consolidated feed of one venue',
      { ...(scenarioOf({ venues: undefined, venue }) as Plain), consolidatedUs: 5 },
      'consolidatedUs: is for scenarios with several venues',
    ],
  ])('refuses %s', (_, value, message) => {
    expect(() => checkScenario(value, 'several')).toThrow(
      expect.objectContaining({ code: 'SCENARIO_CONFIG', message: expect.stringContaining(message) }),
    );
  });

  it('says when a venue is closed on all days of the run', () => {
    const xetra = resolveVenue('xetra', FOLDER);
    const value = {
      ...(scenarioOf() as Plain),
      date: '2026-05-01',
      venues: [
        { name: 'a', venue },
        { name: 'b', venue: xetra },
      ],
    };
    expect(() => planRun(checkScenario(value, 'several'), ZONE_CLOCK)).toThrow(/trades on one of the days/);
  });

  it('takes a symbol for all its venues, or one of them', () => {
    const agents = (scenarioOf() as { agents: Plain[] }).agents;
    const at = (instruments: string[]): number => {
      const plan = planOf({ agents: agents.map((group) => ({ ...group, instruments })) });
      const world = new World(plan.spec);
      world.run(plan.endNs);
      return world.venue.books.filter((book) => book.lastTradeTicks > 0).length;
    };
    expect(at(['ACME'])).toBe(2);
    expect(at(['ACME@nyse'])).toBe(1);
  });
});
