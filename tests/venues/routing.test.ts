/**
 * Orders that US venues route to each other (market-rules §1.19), with the sessions, fees and entry checks of their presets: what is
 * routed trades elsewhere, is paid for by the schedule of the venue that routed it, and nothing is lost on the way.
 */

import { describe, expect, it } from 'vitest';
import {
  BUY,
  CMD_ROUTED,
  EV_CANCELED,
  EV_FEE,
  EV_RETURNED,
  EV_ROUTED,
  EV_TRADE,
  FILL_KIND_NAMES,
  HEAD_CODE_SHIFT,
  RETURN_FILLED,
  SELL,
  type Side,
} from '../../src/domain/index.ts';
import { checkScenario, planRun, type RunPlan } from '../../src/scenarios/index.ts';
import { resolveVenue, ZONE_CLOCK } from '../../src/services/index.ts';
import { World } from '../../src/world/index.ts';
import { RecordLog } from '../support/test-agents.ts';

type Plain = Record<string, unknown>;

const FOLDER = process.cwd();
const ROUTED = FILL_KIND_NAMES.indexOf('routed');
const TAKER = FILL_KIND_NAMES.indexOf('taker');
/** Both presets take so much for a share that they route, 1e-6 USD (market-rules §5.1). */
const ROUTE_MICRO = 3000;

function scenarioOf(venueChange: Plain, change: Plain = {}): Plain {
  const venues = ['nasdaq', 'nyse'].map((name) => ({
    name,
    venue: { ...(resolveVenue(name, FOLDER) as Plain), ...venueChange },
  }));
  return {
    name: 'routing',
    seed: 5,
    venues,
    consolidatedUs: 20,
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

function planOf(venueChange: Plain, change: Plain = {}): RunPlan {
  return planRun(checkScenario(scenarioOf(venueChange, change), 'routing'), ZONE_CLOCK);
}

const ALL = { routing: { orders: 'all', delayUs: 280 } };

function run(plan: RunPlan): { world: World; of: (kind: number) => number[][]; log: RecordLog } {
  const log = new RecordLog();
  const world = new World(plan.spec, log);
  world.run(plan.endNs);
  world.finish();
  return { world, log, of: (kind) => log.records.filter(([head]) => (head! & 255) === kind) };
}

const sumOf = (records: number[][], word: number): number =>
  records.reduce((sum, record) => sum + record[word]!, 0);
const microOf = (record: number[]): number =>
  new Float64Array(Int32Array.from([record[6]!, record[7]!]).buffer)[0]!;

describe('one product at two US venues that route all orders', () => {
  const { world, of, log } = run(planOf(ALL));
  const awayIds = new Set(of(CMD_ROUTED).map((record) => record[4]));
  const filled = of(EV_RETURNED).filter((record) => record[0]! >>> HEAD_CODE_SHIFT === RETURN_FILLED);

  it('trades elsewhere what is better there, and all that left has come back', () => {
    expect(filled.length).toBeGreaterThan(100);
    expect(sumOf(of(EV_ROUTED), 6)).toBe(sumOf(of(EV_RETURNED), 6));
    const away = of(EV_TRADE).filter((record) => awayIds.has(record[4]));
    expect(sumOf(away, 6)).toBe(sumOf(filled, 6));
    expect(away.length).toBe(filled.length);
  });

  it('cancels fewer orders before better quotes elsewhere than venues that route nothing', () => {
    const without = run(planOf({ routing: undefined }));
    const lostLots = (records: number[][]): number => {
      const routedIds = new Set(records.filter(([head]) => (head! & 255) === CMD_ROUTED).map((r) => r[4]));
      return sumOf(
        records.filter(
          ([head, , , , id]) =>
            (head! & 255) === EV_CANCELED && head! >>> HEAD_CODE_SHIFT === 3 && !routedIds.has(id),
        ),
        6,
      );
    };
    expect(lostLots(without.log.records)).toBeGreaterThan(2000);
    expect(lostLots(log.records)).toBeLessThan(lostLots(without.log.records) / 2);
  });

  it('has the owner pay for routing, and the venue that routed for taking elsewhere', () => {
    const fees = of(EV_FEE);
    const forRouting = fees.filter((record) => record[9] === ROUTED);
    expect(forRouting.length).toBe(filled.length);
    const buys = forRouting.filter(([head]) => ((head! >> 8) & 1) === BUY);
    // Of sales the regulatory fees come on top, which the venue passes on.
    expect(buys.reduce((sum, record) => sum + microOf(record), 0)).toBe(
      ROUTE_MICRO *
        sumOf(
          filled.filter(([head]) => ((head! >> 8) & 1) === BUY),
          6,
        ),
    );
    expect(forRouting.every((record) => record[8]! <= world.agentCount)).toBe(true);
    const byVenue = fees.filter((record) => record[8]! > world.agentCount);
    expect(byVenue.length).toBe(filled.length);
    // What the venues' accounts took in from agents, and from each other, is what was charged.
    const invoiced = [0, 1].reduce(
      (sum, venue) => sum + world.accounts.cashMinor(world.agentCount + venue),
      0,
    );
    const charged = fees.reduce((sum, record) => sum + microOf(record), 0) / 10_000;
    expect(world.feesBetweenVenuesMinor).toBe(
      Math.round(byVenue.reduce((sum, r) => sum + microOf(r), 0) / 10_000),
    );
    expect(Math.abs(invoiced + world.feesBetweenVenuesMinor - charged)).toBeLessThan(world.agentCount + 2);
    expect(byVenue.every((record) => record[9] === TAKER && awayIds.has(record[4]))).toBe(true);
  });

  it('conserves cash and lots, and leaves books that do not cross each other', () => {
    world.accounts.checkConservation();
    const best = (side: Side): number[] =>
      world.venue.books.map((book) => book.bestTicks(side)).filter((ticks) => ticks > 0);
    for (const bid of best(BUY)) for (const ask of best(SELL)) expect(bid).toBeLessThan(ask);
  });

  it('gives the same digest when it is resumed with orders under way', () => {
    const plan = planOf(ALL);
    const straight = new World(plan.spec);
    straight.run(plan.endNs);
    const digest = straight.finish();
    const cut = new World(plan.spec);
    let underWay = 0;
    for (let minute = 35; minute < 48; minute += 4) {
      cut.run((9 * 60 + minute) * 60e9);
      // On to the next event of a part that is away.
      while (cut.router!.awayLots === 0) cut.run(plan.endNs, 1);
      underWay++;
      const resumed = World.resume(plan.spec, cut.snapshot());
      resumed.run(plan.endNs);
      expect(resumed.finish()).toBe(digest);
    }
    expect(underWay).toBe(4);
  });
});

describe('the key `routing`', () => {
  const burst = {
    kind: 'orders',
    at: '09:45:00',
    instrument: 'ACME@nyse',
    side: 'buy',
    qtyLots: 5000,
    price: '55.00',
  };

  it('routes only what asks where the venue says so, as the presets do', () => {
    expect(run(planOf({})).of(EV_ROUTED)).toEqual([]);
    const asked = run(planOf({}, { shocks: [{ ...burst, routing: 'route' }] }));
    expect(new Set(asked.of(EV_ROUTED).map((record) => record[4])).size).toBe(1);
    expect(asked.of(EV_ROUTED).length).toBeGreaterThan(0);
  });

  it.each([
    [
      'a venue that does not look at others',
      () => planOf({ ...ALL, protection: undefined }),
      'routing: is for a venue with protection',
    ],
    [
      'a delay to a venue that is none of the scenario',
      () => planOf({ routing: { delaysUs: { arca: 5 } } }),
      'venues[0].venue.routing.delaysUs: "arca" is one of the other venues, nyse',
    ],
    [
      'a delay of a venue to itself',
      () => planOf({ routing: { delaysUs: { nasdaq: 5 } } }),
      'venues[0].venue.routing.delaysUs: "nasdaq" is one of the other venues, nyse',
    ],
    [
      'a peg that is routed',
      () => planOf({}, { shocks: [{ ...burst, routing: 'sweep', peg: 'primary' }] }),
      'shocks[0].routing: the venue sets the price of pegs',
    ],
    [
      'a stop that is routed',
      () => planOf({}, { shocks: [{ ...burst, routing: 'route', stop: 50 }] }),
      'shocks[0].routing: a stop is neither routed',
    ],
    [
      'a group that is routed',
      () => planOf({}, { shocks: [{ ...burst, routing: 'route', oco: [{ price: 50 }] }] }),
      'shocks[0].routing: orders of a group and orders with exits are for one venue',
    ],
    [
      'an entry that is routed',
      () => planOf({}, { shocks: [{ ...burst, routing: 'route', exits: [{ price: 50 }] }] }),
      'shocks[0].routing: orders of a group and orders with exits are for one venue',
    ],
  ])('refuses %s', (_, plan, message) => {
    expect(plan).toThrow(expect.objectContaining({ message: expect.stringContaining(message) }));
  });
});
