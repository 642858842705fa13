/** Orders that a venue routes (market-rules §1.19): where their lots go, what their owner is told, and what he then has. */

import { describe, expect, it } from 'vitest';
import { limit, NoisyGroup, RecordLog, ScriptedGroup, scripted } from '../../tests/support/test-agents.ts';
import {
  type AgentPort,
  BUY,
  CANCEL_REQUESTED,
  CANCEL_ROUTED,
  CMD_ROUTED,
  DAY,
  EV_ACCEPTED,
  EV_CANCELED,
  EV_CARRIED,
  EV_EXPIRED,
  EV_REDUCED,
  EV_REPLACE_REJECTED,
  EV_REPLACED,
  EV_RETURNED,
  EV_ROUTED,
  EV_TRADE,
  GTD,
  HEAD_CODE_SHIFT,
  IOC,
  MARKET,
  type OrderTicket,
  REJECT_ROUTED_AWAY,
  ROUTING_ROUTE,
  readFloat64,
  SELL,
  type Side,
} from '../domain/index.ts';
import type { Links, ProtectionSpec, RouterSpec, Shock, WorldSpec } from './index.ts';
import { SpeedBump } from './link-model.ts';
import { World } from './world.ts';

const ACME = { tickSize: '0.01', lotSize: '1', currency: 'USD', minorUnit: '0.01', product: 'ACME' };
const NAMES = ['here', 'there', 'far'];
const AT_ONCE: Links = { orderDelayNs: 0, answerDelayNs: 0, feedDelayNs: 0 };
const MINE: Links = { orderDelayNs: 0, answerDelayNs: 3, feedDelayNs: 0 };
/** From here to there, and as long back. */
const THERE_NS = 100;
const FAR_NS = 250;
const ROUTES: RouterSpec = { orders: 'asked', delaysNs: [0, THERE_NS, FAR_NS] };
const PROTECTS: ProtectionSpec = { roundLots: 100, rest: 'slide' };

type Quote = readonly [venue: number, side: Side, ticks: number, lots: number];
type Step = readonly [timeNs: number, act: (port: AgentPort, agent: number) => void];

interface Setting {
  /** Made at time 0. */
  readonly quotes?: readonly Quote[];
  /** What others do later. */
  readonly others?: readonly Step[];
  readonly mine?: readonly Step[];
  readonly router?: RouterSpec;
  readonly consolidatedDelayNs?: number;
  readonly shocks?: readonly Shock[];
  readonly dayEndNs?: number | null;
}

const ASKS: readonly Quote[] = [
  [0, SELL, 1002, 100],
  [1, SELL, 1001, 200],
];

function specOf(setting: Setting, made: ScriptedGroup[] = []): WorldSpec {
  const { quotes = ASKS, others = [], mine = [], router = ROUTES, shocks = [] } = setting;
  const asked = quotes.map(
    ([venue, side, ticks, lots], ref): Step => [
      0,
      (port, agent) => port.submit(agent, venue, ref, limit(side, ticks, lots)),
    ],
  );
  return {
    seed: 1,
    instruments: NAMES.map((venue) => ({ ...ACME, symbol: `ACME@${venue}`, venue })),
    venues: NAMES.map((name, at) => (at === 0 ? { name, protection: PROTECTS, router } : { name })),
    consolidatedDelayNs: setting.consolidatedDelayNs ?? 50,
    groups: [
      scripted(() => new ScriptedGroup('others', [...asked, ...others]), AT_ONCE),
      scripted(() => new ScriptedGroup('mine', mine), MINE, made),
    ],
    shocks,
    dayEndNs: setting.dayEndNs ?? null,
  };
}

/** Plays a setting; what I was told as [time, kind, instrument, price, lots, leaves], and the world afterwards. */
function played(setting: Setting): {
  told: number[][];
  world: World;
  records: number[][];
  refs: number[];
  codes: number[];
} {
  const made: ScriptedGroup[] = [];
  const log = new RecordLog();
  const world = new World(specOf(setting, made), log);
  world.run(1e6);
  world.finish();
  const told = made[0]!.privates.map(({ timeNs, kind, instrument, priceTicks, qtyLots, leavesLots }) => [
    timeNs,
    kind,
    instrument,
    priceTicks,
    qtyLots,
    leavesLots,
  ]);
  return {
    told,
    world,
    records: log.records,
    refs: made[0]!.privates.map(({ ref }) => ref),
    codes: made[0]!.privates.map(({ code }) => code),
  };
}

const routed = (lots: number, more: Partial<OrderTicket> = {}): OrderTicket =>
  limit(BUY, 1002, lots, { routing: ROUTING_ROUTE, ...more });
const buyAt = (timeNs: number, ticket: OrderTicket, expireTimeNs = 0): Step => [
  timeNs,
  (port, agent) => port.submit(agent, 0, 7, ticket, expireTimeNs),
];
const bestHere = (world: World, side: Side): number[] => {
  const book = world.venue.books[0]!;
  return [book.bestTicks(side), book.bestLots(side)];
};

describe('an order that its venue routes', () => {
  it('T1.19-a: goes to the better offer elsewhere, trades at home behind it, and rests with the remainder', () => {
    const { told, world, refs } = played({ mine: [buyAt(1000, routed(350))] });
    expect(told).toEqual([
      [1003, EV_ACCEPTED, 0, 1001, 350, 350],
      [1003, EV_TRADE, 0, 1002, 100, 250],
      [1203, EV_TRADE, 1, 1001, 200, 50],
    ]);
    expect(new Set(refs)).toEqual(new Set([7]));
    expect(bestHere(world, BUY)).toEqual([1002, 50]);
    expect([0, 1].map((instrument) => world.port.positionLots(1, instrument))).toEqual([100, 200]);
    expect(world.port.cashMinor(1)).toBe(-(100 * 1002 + 200 * 1001));
  });

  it('is slowed by the speed bump of another venue as one that takes', () => {
    const made: ScriptedGroup[] = [];
    const spec = specOf({ mine: [buyAt(1000, routed(350))] }, made);
    const bump = new SpeedBump({ takingNs: 30, otherNs: 0, outboundNs: 0 });
    const venues = spec.venues!.map((venue, at) =>
      at === 1 ? { ...venue, entry: () => ({ server: null, bump }) } : venue,
    );
    new World({ ...spec, venues }).run(1e6);
    const fills = made[0]!.privates.filter(({ kind }) => kind === EV_TRADE);
    expect(fills.map(({ timeNs, instrument }) => [timeNs, instrument])).toEqual([
      [1003, 0],
      [1233, 1],
    ]);
  });

  it('takes level by level: home first at each price, then elsewhere, then the next', () => {
    const { told } = played({
      quotes: [
        [0, SELL, 1001, 100],
        [1, SELL, 1001, 100],
        [2, SELL, 1002, 100],
        [0, SELL, 1002, 100],
        [0, SELL, 1003, 100],
      ],
      mine: [buyAt(1000, routed(450, { priceTicks: 1003 }))],
    });
    expect(told.slice(1).map(([timeNs, , ...rest]) => [timeNs, ...rest])).toEqual([
      [1003, 0, 1001, 100, 350],
      [1003, 0, 1002, 100, 250],
      [1003, 0, 1003, 50, 200],
      [1203, 1, 1001, 100, 100],
      [1503, 2, 1002, 100, 0],
    ]);
  });

  it('goes on to the next quote of a venue when the first has traded, rather than lock it', () => {
    const { told, world } = played({
      quotes: [
        [1, SELL, 1001, 100],
        [1, SELL, 1002, 100],
      ],
      mine: [buyAt(1000, routed(250, { priceTicks: 1003 }))],
    });
    expect(told.slice(1)).toEqual([
      [1203, EV_TRADE, 1, 1001, 100, 150],
      [1403, EV_TRADE, 1, 1002, 100, 50],
    ]);
    expect(bestHere(world, BUY)).toEqual([1003, 50]);
  });

  it('comes back for what was gone there, and is handled anew', () => {
    const { told, world } = played({
      others: [[1050, (port, agent) => port.submit(agent, 1, 9, limit(BUY, 1001, 150))]],
      mine: [buyAt(1000, routed(200))],
    });
    expect(told.slice(1)).toEqual([
      [1203, EV_TRADE, 1, 1001, 50, 150],
      [1203, EV_TRADE, 0, 1002, 100, 50],
    ]);
    expect(bestHere(world, BUY)).toEqual([1002, 50]);
  });

  it('is not sent again to a quote that the feed only still shows', () => {
    const { records } = played({
      consolidatedDelayNs: 400,
      others: [[1050, (port, agent) => port.submit(agent, 1, 9, limit(BUY, 1001, 200))]],
      mine: [buyAt(1000, routed(200))],
    });
    expect(records.filter(([head]) => (head! & 255) === EV_ROUTED)).toHaveLength(1);
  });

  it('goes out a second time to a quote that is new', () => {
    const { told } = played({
      others: [
        [1050, (port, agent) => port.submit(agent, 1, 9, limit(BUY, 1001, 200))],
        [1120, (port, agent) => port.submit(agent, 2, 8, limit(SELL, 1000, 100))],
      ],
      mine: [buyAt(1000, routed(200))],
    });
    expect(
      told.slice(1).map(([timeNs, , instrument, price, lots]) => [timeNs, instrument, price, lots]),
    ).toEqual([
      [1203, 0, 1002, 100],
      [1703, 2, 1000, 100],
    ]);
  });

  it('sends nothing for an order that does not ask, or locks nothing, or where the venue has no router', () => {
    const kindsOf = (setting: Setting): Set<number> =>
      new Set(played(setting).records.map(([head]) => head! & 255));
    for (const ticket of [
      limit(BUY, 1002, 300),
      routed(300, { priceTicks: 1000 }),
      routed(300, { flags: 2 }),
    ])
      expect(kindsOf({ mine: [buyAt(1000, ticket)] })).not.toContain(EV_ROUTED);
    const there: Step = [1000, (port, agent) => port.submit(agent, 2, 7, routed(300))];
    expect(kindsOf({ mine: [there] })).not.toContain(EV_ROUTED);
    const all = { ...ROUTES, orders: 'all' } as const;
    expect(kindsOf({ mine: [buyAt(1000, limit(BUY, 1002, 300))], router: all })).toContain(EV_ROUTED);
  });

  it('as a market order takes what there is anywhere, and ends with the rest', () => {
    const { told } = played({ mine: [buyAt(1000, routed(500, { type: MARKET, timeInForce: IOC }))] });
    expect(told.slice(1).map(([timeNs, kind, , , lots, leaves]) => [timeNs, kind, lots, leaves])).toEqual([
      [1003, EV_TRADE, 100, 400],
      [1003, EV_REDUCED, 200, 200],
      [1203, EV_TRADE, 200, 0],
    ]);
  });

  it('as an immediate order ends with what comes back', () => {
    const { told, world } = played({
      others: [[1050, (port, agent) => port.submit(agent, 1, 9, limit(BUY, 1001, 150))]],
      mine: [buyAt(1000, routed(200, { timeInForce: IOC }))],
    });
    expect(told.slice(1)).toEqual([
      [1203, EV_TRADE, 1, 1001, 50, 150],
      [1203, EV_CANCELED, 0, 1002, 150, 0],
    ]);
    expect(world.venue.liveOrderCount).toBe(1);
  });

  it('is cancelled at home at once, and elsewhere when it returns', () => {
    const { told } = played({
      others: [[1050, (port, agent) => port.submit(agent, 1, 9, limit(BUY, 1001, 150))]],
      mine: [buyAt(1000, routed(400)), [1020, (port, agent) => port.cancel(agent, 7)]],
    });
    expect(told.slice(1).map(([timeNs, kind, , , lots, leaves]) => [timeNs, kind, lots, leaves])).toEqual([
      [1003, EV_TRADE, 100, 300],
      [1023, EV_REDUCED, 100, 200],
      [1203, EV_TRADE, 50, 150],
      [1203, EV_CANCELED, 150, 0],
    ]);
  });

  it('is cancelled by a mass cancel as by a cancel', () => {
    const { told } = played({
      others: [[1050, (port, agent) => port.submit(agent, 1, 9, limit(BUY, 1001, 200))]],
      mine: [buyAt(1000, routed(200)), [1020, (port, agent) => port.massCancel(agent, -1)]],
    });
    expect(told.at(-1)).toEqual([1203, EV_CANCELED, 0, 1002, 200, 0]);
  });

  it('is not replaced while a part is away, and as a whole afterwards', () => {
    const { told, world, codes } = played({
      mine: [
        buyAt(1000, routed(400)),
        [1020, (port, agent) => port.replace(agent, 7, 1001, 400)],
        [1300, (port, agent) => port.replace(agent, 7, 1001, 350)],
      ],
    });
    expect(told.slice(2).map(([timeNs, kind, , price, lots]) => [timeNs, kind, price, lots])).toEqual([
      [1023, EV_REPLACE_REJECTED, 0, 0],
      [1203, EV_TRADE, 1001, 200],
      [1303, EV_REPLACED, 1001, 50],
    ]);
    expect(codes[2]).toBe(REJECT_ROUTED_AWAY);
    expect(bestHere(world, BUY)).toEqual([1001, 50]);
  });

  it('expires at its time at home and elsewhere, and at the end of its day', () => {
    const gone: Step = [1050, (port, agent) => port.submit(agent, 1, 9, limit(BUY, 1001, 200))];
    const inTime = played({ others: [gone], mine: [buyAt(1000, routed(300, { timeInForce: GTD }), 1150)] });
    expect(inTime.told.slice(1).map(([timeNs, kind, , , lots]) => [timeNs, kind, lots])).toEqual([
      [1003, EV_TRADE, 100],
      [1203, EV_EXPIRED, 200],
    ]);
    const day = played({
      others: [gone],
      mine: [buyAt(1000, routed(200, { timeInForce: DAY }))],
      dayEndNs: 1100,
    });
    expect(day.told.at(-1)!.slice(0, 2)).toEqual([1203, EV_EXPIRED]);
  });

  it('passes a venue that is down over, and does not try one that refused', () => {
    const outage = { kind: 'outage', venues: [1], atNs: 500, untilNs: 5000 } as const;
    const { told } = played({ shocks: [outage], mine: [buyAt(1000, routed(100))] });
    expect(told.at(-1)).toEqual([1003, EV_TRADE, 0, 1002, 100, 0]);
    const late = { ...outage, atNs: 1050 };
    const refused = played({ shocks: [late], mine: [buyAt(1000, routed(100))] });
    expect(refused.told.at(-1)).toEqual([1203, EV_TRADE, 0, 1002, 100, 0]);
  });

  it('is journaled with where it went, what came of it, and the ids that stood for it', () => {
    const { records } = played({
      others: [[1050, (port, agent) => port.submit(agent, 1, 9, limit(BUY, 1001, 150))]],
      mine: [buyAt(1000, routed(350))],
    });
    const of = (kind: number): number[][] => records.filter(([head]) => (head! & 255) === kind);
    const origin = of(EV_ROUTED)[0]![4]!;
    expect(of(EV_ROUTED).map((r) => [r[5], r[6], r[9]])).toEqual([[1001, 200, 1]]);
    expect(of(CMD_ROUTED).map((r) => [r[1], r[9], r[10]])).toEqual([[1, origin, 0]]);
    const awayId = of(CMD_ROUTED)[0]![4];
    expect(of(EV_RETURNED).map((r) => [r[0]! >>> HEAD_CODE_SHIFT, r[4], r[6], r[7], r[10]])).toEqual([
      [1, origin, 50, 200, awayId],
      [0, origin, 150, 200, awayId],
    ]);
    expect(of(EV_CARRIED).every((r) => r[9] === origin)).toBe(true);
    const reasons = of(EV_CANCELED).map((r) => r[0]! >>> HEAD_CODE_SHIFT);
    expect(reasons).toContain(CANCEL_ROUTED);
    expect(reasons).not.toContain(CANCEL_REQUESTED);
  });

  it.each([
    ['a router without protection', { ...ROUTES }, undefined, 'a venue that routes has protection'],
    ['a delay too few', { ...ROUTES, delaysNs: [0, 1] }, PROTECTS, 'a router has a delay to each venue'],
    ['half a nanosecond', { ...ROUTES, delaysNs: [0, 1, 0.5] }, PROTECTS, 'whole ns from 0'],
  ])('is not set up with %s', (_, router, protection, message) => {
    const spec = specOf({});
    const venues = NAMES.map((name) => ({
      name,
      ...(name === 'here' ? { router, ...(protection && { protection }) } : { protection: PROTECTS }),
    }));
    expect(() => new World({ ...spec, venues })).toThrow(message);
  });
});

describe('noise at three venues that route to each other', () => {
  const noisy = (seed: number, consolidatedDelayNs: number): WorldSpec => ({
    seed,
    instruments: NAMES.map((venue) => ({ ...ACME, symbol: `ACME@${venue}`, venue })),
    venues: NAMES.map((name, at) => ({
      name,
      protection: { roundLots: 1, rest: 'slide' },
      router: { orders: 'all', delaysNs: NAMES.map((_, to) => 40 * Math.abs(at - to)) },
    })),
    consolidatedDelayNs,
    groups: [
      {
        create: () => new NoisyGroup('noisy', 9),
        links: (m, venue) => ({ ...AT_ONCE, answerDelayNs: m * 7 + venue }),
      },
    ],
    shocks: [
      { kind: 'outage', venues: [2], atNs: 20_000, untilNs: 25_000 },
      { kind: 'withdraw', groups: null, atNs: 30_000, untilNs: Number.POSITIVE_INFINITY },
    ],
    dayEndNs: 60_000,
  });

  it.each([1, 2, 3, 4, 5, 6])(
    'seed %i: lots and cash are conserved at every step, whatever is under way',
    (seed) => {
      const log = new RecordLog();
      const world = new World(noisy(seed, seed % 2 === 0 ? 90 : 0), log);
      for (let step = 0; step < 4000; step++) {
        world.run(80_000, 1);
        world.router!.validate();
        if (step % 200 === 0) world.accounts.checkConservation();
      }
      world.run(1e6);
      world.finish();
      const of = (kind: number): number[][] => log.records.filter(([head]) => (head! & 255) === kind);
      expect(of(EV_RETURNED).length).toBeGreaterThan(30);
      expect(of(EV_TRADE).length).toBeGreaterThan(100);
      // What left long enough before the end has come back by then.
      const isOld = (record: number[]): boolean => readFloat64(Int32Array.from(record), 2) < 1e6 - 1000;
      const late = new Set(
        of(EV_ROUTED)
          .filter((record) => !isOld(record))
          .map((record) => record[4]),
      );
      const sum = (records: number[][]): number =>
        records.reduce((lots, record) => lots + (late.has(record[4]) ? 0 : record[6]!), 0);
      expect(sum(of(EV_ROUTED))).toBe(sum(of(EV_RETURNED)));
    },
  );

  it('gives the same digest when it is cut anywhere', () => {
    const spec = noisy(11, 60);
    const straight = new World(spec);
    straight.run(12_000);
    const digest = straight.finish();
    const cut = new World(spec);
    for (let events = 0; events <= straight.eventCount; events += 5) {
      const resumed = World.resume(spec, cut.snapshot());
      resumed.run(12_000);
      expect(resumed.finish(), `cut after ${events} events`).toBe(digest);
      cut.run(12_000, 5);
    }
  });
});
