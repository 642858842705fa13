/** One product at two venues: links, gateways, fees and positions are each venue's own. */

import { describe, expect, it } from 'vitest';
import { limit, NoisyGroup, RecordLog, ScriptedGroup, scripted } from '../../tests/support/test-agents.ts';
import {
  BUY,
  EV_ACCEPTED,
  EV_CANCELED,
  EV_REJECTED,
  EV_TRADE,
  FEED_QUOTES,
  FEED_TRADES,
  SELL,
  UNDEF_INT32,
} from '../domain/index.ts';

import { LatencySampler } from '../math/index.ts';
import { GatewayServer, type Links, type WorldSpec } from './index.ts';
import { World } from './world.ts';

const ACME = { tickSize: '0.01', lotSize: '1', currency: 'USD', minorUnit: '0.01', product: 'ACME' };
const HERE = { ...ACME, symbol: 'ACME@here', venue: 'here' };
const THERE = { ...ACME, symbol: 'ACME@there', venue: 'there' };

const linksOf = (delayNs: number): Links => ({
  orderDelayNs: delayNs,
  answerDelayNs: delayNs,
  feedDelayNs: delayNs,
});
const NEAR = linksOf(10);
const FAR = linksOf(1000);
const NEAR_AND_FAR = (_: number, venue: number): Links => (venue === 0 ? NEAR : FAR);

const specOf = (change: Partial<WorldSpec>): WorldSpec => ({
  seed: 1,
  instruments: [HERE, THERE],
  venues: [{ name: 'here' }, { name: 'there' }],
  groups: [],
  dayEndNs: null,
  ...change,
});

function played(
  script: ConstructorParameters<typeof ScriptedGroup>[1],
  change: Partial<WorldSpec> = {},
  feeds = 0,
): { world: World; one: ScriptedGroup } {
  const made: ScriptedGroup[] = [];
  const group = {
    ...scripted(() => new ScriptedGroup('one', script, feeds), NEAR, made),
    links: NEAR_AND_FAR,
  };
  const world = new World(specOf({ ...change, groups: [group, ...(change.groups ?? [])] }));
  world.run(1e9);
  world.finish();
  return { world, one: made[0]! };
}

describe('a world of several venues', () => {
  it('sends each message over the link to its venue, changes included', () => {
    const { one } = played([
      [0, (port, agent) => port.submit(agent, 0, 1, limit(BUY, 1000, 5))],
      [0, (port, agent) => port.submit(agent, 1, 2, limit(BUY, 1000, 5))],
      [5000, (port, agent) => port.cancel(agent, 2)],
      [5000, (port, agent) => port.cancel(agent, 1)],
    ]);
    expect(one.privates.map(({ timeNs, kind, ref }) => [timeNs, kind, ref])).toEqual([
      [20, EV_ACCEPTED, 1],
      [2000, EV_ACCEPTED, 2],
      [5020, EV_CANCELED, 1],
      [7000, EV_CANCELED, 2],
    ]);
  });

  it('shows each venue’s market with the delay of its own feed', () => {
    const seen: number[][] = [];
    const look = (port: { bestLots: ScriptedGroup['port']['bestLots'] }, agent: number): void => {
      seen.push([port.bestLots(agent, 0, BUY), port.bestLots(agent, 1, BUY)]);
    };
    const other = scripted(
      () =>
        new ScriptedGroup('other', [
          [0, (port, agent) => port.submit(agent, 0, 1, limit(BUY, 1000, 5))],
          [0, (port, agent) => port.submit(agent, 1, 2, limit(BUY, 1000, 6))],
        ]),
      linksOf(0),
    );
    played(
      [
        [9, look],
        [11, look],
        [999, look],
        [1001, look],
      ],
      { groups: [other] },
    );
    expect(seen).toEqual([
      [0, 0],
      [5, 0],
      [5, 0],
      [5, 6],
    ]);
  });

  it('pushes what a venue publishes with the delay of that venue', () => {
    const other = scripted(
      () =>
        new ScriptedGroup('other', [
          [0, (port, agent) => port.submit(agent, 0, 1, limit(BUY, 1000, 5))],
          [0, (port, agent) => port.submit(agent, 1, 2, limit(BUY, 1000, 5))],
          [1, (port, agent) => port.submit(agent, 0, 3, limit(SELL, 1000, 5))],
          [1, (port, agent) => port.submit(agent, 1, 4, limit(SELL, 1000, 5))],
        ]),
      linksOf(0),
    );
    const { one } = played([], { groups: [other] }, FEED_TRADES);
    expect(one.pushed.map(({ timeNs, record }) => [timeNs, record[0]! & 255, record[1]])).toEqual([
      [11, EV_TRADE, 0],
      [1001, EV_TRADE, 1],
    ]);
  });

  it('cancels everything with a message of its own for each venue', () => {
    const { one, world } = played([
      [0, (port, agent) => port.submit(agent, 0, 1, limit(BUY, 1000, 5))],
      [0, (port, agent) => port.submit(agent, 1, 2, limit(BUY, 1000, 5))],
      [5000, (port, agent) => port.massCancel(agent, -1)],
    ]);
    const ended = one.privates.filter(({ kind }) => kind === EV_CANCELED);
    expect(ended.map(({ timeNs, ref }) => [timeNs, ref])).toEqual([
      [5020, 1],
      [7000, 2],
    ]);
    expect(world.venue.liveOrderCount).toBe(0);
  });

  it('serves the commands of a venue in a gateway of its own', () => {
    const entry = () => ({
      server: new GatewayServer(new LatencySampler({ kind: 'constant', shiftNs: 500 })),
      bump: null,
    });
    const { one } = played(
      [
        [0, (port, agent) => port.submit(agent, 0, 1, limit(BUY, 1000, 5))],
        [0, (port, agent) => port.submit(agent, 0, 2, limit(BUY, 1000, 5))],
        [0, (port, agent) => port.submit(agent, 1, 3, limit(BUY, 1000, 5))],
      ],
      { venues: [{ name: 'here', entry }, { name: 'there' }] },
    );
    expect(one.privates.map(({ timeNs, ref }) => [timeNs, ref])).toEqual([
      [520, 1],
      [1020, 2],
      [2000, 3],
    ]);
  });

  it('loses one venue at a time: outages, slow links and broken connections have a place', () => {
    const there = { venues: [1], groups: null } as const;
    const { one, world } = played(
      [
        [0, (port, agent) => port.submit(agent, 0, 1, limit(BUY, 1000, 5))],
        [0, (port, agent) => port.submit(agent, 1, 2, limit(BUY, 1000, 5))],
        [9000, (port, agent) => port.submit(agent, 0, 3, limit(BUY, 1000, 5))],
        [9000, (port, agent) => port.submit(agent, 1, 4, limit(BUY, 1000, 5))],
        [20_000, (port, agent) => port.submit(agent, 0, 5, limit(BUY, 1000, 5))],
        [20_000, (port, agent) => port.submit(agent, 1, 6, limit(BUY, 1000, 5))],
      ],
      {
        shocks: [
          { kind: 'disconnect', ...there, cancelsOrders: true, atNs: 4000, untilNs: 5000 },
          { kind: 'outage', venues: [1], atNs: 8000, untilNs: 12_000 },
          { kind: 'latency', ...there, extraNs: 300, atNs: 15_000, untilNs: 30_000 },
        ],
      },
    );
    expect(one.privates.map(({ timeNs, kind, ref }) => [timeNs, kind, ref])).toEqual([
      [20, EV_ACCEPTED, 1],
      [2000, EV_ACCEPTED, 2],
      [5000, EV_CANCELED, 2],
      [9020, EV_ACCEPTED, 3],
      [11_000, EV_REJECTED, 4],
      [20_020, EV_ACCEPTED, 5],
      [22_600, EV_ACCEPTED, 6],
    ]);
    expect(world.venue.liveOrderCount).toBe(4);
  });

  it('loses the market data of one venue, and gets it at the end; overlapping gaps are one', () => {
    const seen: number[][] = [];
    const look = (port: ScriptedGroup['port'], agent: number): void => {
      seen.push([
        port.nowNs,
        port.bestLots(agent, 0, BUY),
        port.bestLots(agent, 1, BUY),
        port.consolidatedTicks(0, BUY),
      ]);
    };
    const maker = scripted(
      () =>
        new ScriptedGroup('maker', [
          [100, (port, agent) => port.submit(agent, 0, 1, limit(BUY, 1000, 5))],
          [100, (port, agent) => port.submit(agent, 1, 2, limit(BUY, 1001, 6))],
        ]),
      linksOf(0),
    );
    const gap = (venues: number[] | null, atNs: number, untilNs: number) =>
      ({ kind: 'feedGap', venues, atNs, untilNs }) as const;
    const { one } = played(
      [3900, 4100, 6100, 8100].map((timeNs) => [timeNs, look]),
      { groups: [maker], shocks: [gap([1], 50, 4000), gap([1], 3000, 8000), gap([0], 50, 4000)] },
      FEED_QUOTES,
    );
    // The consolidated feed has no delay here, that of the farther venue 1000 ns, which are over long ago.
    expect(seen).toEqual([
      [3900, 0, 0, UNDEF_INT32],
      [4100, 5, 0, 1000],
      [6100, 5, 0, 1000],
      [8100, 5, 6, 1001],
    ]);
    const quotes = one.pushed.map(({ timeNs, record }) => [timeNs, record[1]]);
    expect(quotes).toEqual([
      [4010, 0],
      [9000, 1],
    ]);
  });

  it('gives the same digest when it is cut anywhere, with noise at both venues', () => {
    const spec = specOf({
      groups: [
        { create: () => new NoisyGroup('noisy', 5), links: (m, venue) => linksOf((m % 3) * 37 + venue * 11) },
      ],
      shocks: [{ kind: 'feedGap', venues: [1], atNs: 2000, untilNs: 3500 }],
    });
    const log = new RecordLog();
    const straight = new World(spec, log);
    straight.run(6000);
    const digest = straight.finish();
    expect(new Set(log.records.map((record) => record[1]))).toEqual(new Set([0, 1]));
    const cut = new World(spec);
    for (let events = 0; events <= straight.eventCount; events += 3) {
      const resumed = World.resume(spec, cut.snapshot());
      resumed.run(6000);
      expect(resumed.finish(), `cut after ${events} events`).toBe(digest);
      cut.run(6000, 3);
    }
  });

  it.each([
    ['an instrument without a venue', [{ ...HERE, venue: undefined }, THERE], 'names one of the venues'],
    ['an unknown venue', [HERE, { ...THERE, venue: 'elsewhere' }], 'names one of the venues'],
    ['a product twice at a venue', [HERE, { ...THERE, venue: 'here' }], 'lists a product once'],
    ['unlike ticks of a product', [HERE, { ...THERE, tickSize: '0.05' }], 'the same tickSize'],
  ])('refuses %s', (_, instruments, message) => {
    expect(() => new World(specOf({ instruments: instruments as WorldSpec['instruments'] }))).toThrow(
      expect.objectContaining({ code: 'WORLD_CONFIG', message: expect.stringContaining(message) }),
    );
  });
});
