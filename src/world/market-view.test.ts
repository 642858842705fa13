/** Latency, views, feeds and accounts, each compared with what follows from the journal's records. */

import { describe, expect, it } from 'vitest';
import {
  type Act,
  limit,
  NoisyGroup,
  RecordLog,
  ScriptedGroup,
  scripted,
} from '../../tests/support/test-agents.ts';
import {
  BUY,
  CMD_CANCEL,
  CMD_NEW,
  DAY,
  EV_ACCEPTED,
  EV_CANCEL_REJECTED,
  EV_CANCELED,
  EV_EXPIRED,
  EV_LEVEL,
  EV_QUOTE,
  EV_REDUCED,
  EV_REFRESHED,
  EV_REPLACED,
  EV_RESTED,
  EV_TRADE,
  FEED_LEVELS,
  FEED_ORDERS,
  FEED_QUOTES,
  FEED_TRADES,
  FLAG_HIDDEN,
  GTD,
  readFloat64,
  SELL,
  type Side,
  UNDEF_INT32,
} from '../domain/index.ts';
import type { GroupSpec, Links, WorldSpec } from './index.ts';
import { World } from './world.ts';

const INSTRUMENT = { symbol: 'ACME', tickSize: '0.01', lotSize: '10', currency: 'USD', minorUnit: '0.01' };
const FAST: Links = { orderDelayNs: 0, answerDelayNs: 0, feedDelayNs: 0 };

const specOf = (groups: readonly GroupSpec[], change: Partial<WorldSpec> = {}): WorldSpec => ({
  seed: 3,
  instruments: [INSTRUMENT, { ...INSTRUMENT, symbol: 'BOLT', lotSize: '1' }],
  groups,
  dayEndNs: null,
  ...change,
});

const noisy = (count: number): GroupSpec => ({
  create: () => new NoisyGroup('noisy', count),
  links: (member) => ({ orderDelayNs: member * 11, answerDelayNs: member * 7, feedDelayNs: member * 13 }),
});

const kindOf = (record: readonly number[]): number => record[0]! & 255;
const timeOf = (record: readonly number[]): number => readFloat64(Int32Array.from(record), 2);
const levelLots = (record: readonly number[]): number => readFloat64(Int32Array.from(record), 6);

interface Play {
  readonly log: RecordLog;
  readonly world: World;
  readonly made: ScriptedGroup[];
}

/** Runs scripted agents, one per entry of `scripts`, to the end of their scripts. */
function play(
  scripts: readonly { script: readonly (readonly [number, Act])[]; links?: Links; feeds?: number }[],
  change: Partial<WorldSpec> = {},
): Play {
  const made: ScriptedGroup[] = [];
  const groups = scripts.map(({ script, links = FAST, feeds = 0 }, index) =>
    scripted(() => new ScriptedGroup(`agent-${index}`, script, feeds), links, made),
  );
  const log = new RecordLog();
  const world = new World(specOf(groups, change), log);
  world.run(1e9);
  world.finish();
  return { log, world, made };
}

describe('latency', () => {
  it('brings an order to the venue exactly its delay later, and the answer its delay after that', () => {
    const links = { orderDelayNs: 17, answerDelayNs: 29, feedDelayNs: 5 };
    const { log, made } = play([
      {
        links,
        script: [
          [100, (port, agent) => port.submit(agent, 0, 3, limit(BUY, 50, 2))],
          [110, (port, agent) => port.cancel(agent, 3)],
          [200, (port, agent) => port.cancel(agent, 3)],
        ],
      },
    ]);
    const commands = log.records.filter((record) => [CMD_NEW, CMD_CANCEL].includes(kindOf(record)));
    expect(commands.map(timeOf)).toEqual([117, 127, 217]);
    expect(made[0]!.privates.map(({ timeNs, kind, ref }) => [timeNs, kind, ref])).toEqual([
      [146, EV_ACCEPTED, 3],
      [156, EV_CANCELED, 3],
      [246, EV_CANCEL_REJECTED, 3],
    ]);
  });

  it('holds for more delays than there are lanes', () => {
    const delays = Array.from({ length: 20 }, (_, i) => i * 3);
    const { log, made } = play(
      delays.map((delay) => ({
        links: { orderDelayNs: delay, answerDelayNs: delay + 1, feedDelayNs: 0 },
        script: [[1000, (port, agent) => port.submit(agent, 0, 0, limit(BUY, 10, 1))]] as const,
      })),
    );
    const arrivals = log.records.filter((record) => kindOf(record) === CMD_NEW).map(timeOf);
    expect(arrivals).toEqual(delays.map((delay) => 1000 + delay));
    expect(made.map((group) => group.privates[0]!.timeNs)).toEqual(
      delays.map((delay) => 1000 + 2 * delay + 1),
    );
  });

  it('lets a reference number be used again while a cancel of the old order is on its way', () => {
    const { made } = play([
      {
        links: { ...FAST, orderDelayNs: 50 },
        script: [
          [0, (port, agent) => port.submit(agent, 0, 0, limit(BUY, 10, 1))],
          [10, (port, agent) => port.cancel(agent, 0)],
          [20, (port, agent) => port.submit(agent, 0, 0, limit(BUY, 11, 2))],
        ],
      },
    ]);
    const canceled = made[0]!.privates.filter(({ kind }) => kind === EV_CANCELED);
    expect(canceled.map(({ priceTicks }) => priceTicks)).toEqual([10]);
  });

  it('tells the owner what is left after a replace', () => {
    const { made } = play([
      {
        script: [
          [0, (port, agent) => port.submit(agent, 0, 0, limit(BUY, 10, 9))],
          [1, (port, agent) => port.replace(agent, 0, UNDEF_INT32, 4)],
        ],
      },
    ]);
    expect(made[0]!.privates[1]).toMatchObject({ kind: EV_REPLACED, qtyLots: 4, leavesLots: 4 });
  });
});

describe('views', () => {
  it.each([0, 1, 40, 1000, 7777])('show the market exactly as of now - %i ns', (feedDelayNs) => {
    const seen: { timeNs: number; view: unknown }[] = [];
    const prices = new Int32Array(50);
    const lots = new Float64Array(50);
    const look: Act = (port, agent) => {
      const view = [0, 1].map((instrument) => {
        const sides = ([BUY, SELL] as const).map((side) => {
          const count = port.depth(agent, instrument, side, prices, lots, 50);
          expect(port.bestTicks(agent, instrument, side)).toBe(count > 0 ? prices[0] : UNDEF_INT32);
          expect(port.bestLots(agent, instrument, side)).toBe(count > 0 ? lots[0] : 0);
          return Array.from({ length: count }, (_, i) => [prices[i], lots[i]]);
        });
        return [...sides, port.lastTradeTicks(agent, instrument)];
      });
      seen.push({ timeNs: port.nowNs, view });
    };
    const script = Array.from({ length: 120 }, (_, i) => [i * 331, look] as const);
    const watcher = scripted(() => new ScriptedGroup('watcher', script), { ...FAST, feedDelayNs });
    const log = new RecordLog();
    const world = new World(specOf([noisy(8), watcher]), log);
    world.run(40_000);
    world.finish();
    expect(seen).toHaveLength(120);
    for (const { timeNs, view } of seen) {
      expect(view).toEqual(marketAsOf(log.records, timeNs - feedDelayNs));
    }
    expect(JSON.stringify(seen.at(-1)!.view).length).toBeGreaterThan(50);
  });
});

/** Depth of both instruments and last trade after all records up to a time. */
function marketAsOf(records: readonly (readonly number[])[], timeNs: number): unknown {
  const books = [0, 1].map(() => [new Map<number, number>(), new Map<number, number>()] as const);
  const last = [UNDEF_INT32, UNDEF_INT32];
  for (const record of records) {
    if (timeOf(record) > timeNs) break;
    const instrument = record[1]!;
    if (kindOf(record) === EV_TRADE) last[instrument] = record[5]!;
    if (kindOf(record) !== EV_LEVEL) continue;
    const side = books[instrument]![((record[0]! >> 8) & 1) as Side];
    if (levelLots(record) === 0) side.delete(record[5]!);
    else side.set(record[5]!, levelLots(record));
  }
  return books.map(([bids, asks], instrument) => [
    [...bids].sort((a, b) => b[0] - a[0]),
    [...asks].sort((a, b) => a[0] - b[0]),
    last[instrument],
  ]);
}

describe('feeds', () => {
  const listener = (feeds: number, made: ScriptedGroup[]) =>
    scripted(() => new ScriptedGroup('listener', [], feeds), { ...FAST, feedDelayNs: 123 }, made);

  it('bring every trade and level after the feed delay, in order, without accounts and hidden makers', () => {
    const made: ScriptedGroup[] = [];
    const log = new RecordLog();
    const world = new World(
      specOf([noisy(8), listener(FEED_TRADES, made), listener(FEED_LEVELS, made)]),
      log,
    );
    world.run(40_000);
    world.finish();
    const isDue = (record: readonly number[]) => timeOf(record) + 123 <= 40_000;
    const trades = log.records.filter((record) => kindOf(record) === EV_TRADE && isDue(record));
    const levels = log.records.filter((record) => kindOf(record) === EV_LEVEL && isDue(record));
    expect(trades.length).toBeGreaterThan(20);
    for (const group of made)
      for (const { timeNs, record } of group.pushed) expect(timeNs).toBe(timeOf(record) + 123);
    const publicPart = (record: readonly number[]) => [
      timeOf(record),
      record[1],
      record[5],
      record[6],
      record[10],
    ];
    expect(made[0]!.pushed.map(({ record }) => publicPart(record))).toEqual(trades.map(publicPart));
    expect(made[1]!.pushed.map(({ record }) => record.slice(0, 11))).toEqual(
      levels.map((record) => record.slice(0, 11)),
    );
    for (const { record } of made[0]!.pushed) expect([record[4], record[7], record[9]]).toEqual([0, 0, 0]);
  });

  it('bring a quote exactly when the best price or size of an instrument has changed', () => {
    const made: ScriptedGroup[] = [];
    const log = new RecordLog();
    const world = new World(specOf([noisy(8), listener(FEED_QUOTES, made)], { dayEndNs: 30_000 }), log);
    world.run(40_000);
    world.finish();
    const quotes = new Map<number, unknown[]>([
      [0, []],
      [1, []],
    ]);
    for (const { record } of made[0]!.pushed) {
      expect(kindOf(record)).toBe(EV_QUOTE);
      quotes.get(record[1]!)!.push([timeOf(record), record[5], record[6], record[8], record[9]]);
    }
    // At one time there may be several commands: the last quote of each time is what the journal must give.
    for (const instrument of [0, 1]) {
      const lastOfTime = (list: readonly unknown[]) => [
        ...new Map(list.map((q) => [(q as number[])[0], q])).values(),
      ];
      const expected = quotesOf(log.records, instrument).filter(([timeNs]) => timeNs! + 123 <= 40_000);
      expect(expected.length).toBeGreaterThan(20);
      expect(lastOfTime(quotes.get(instrument)!)).toEqual(lastOfTime(expected));
    }
  });

  it('show single orders by what they display: no account, reserve, hidden order', () => {
    const iceberg = { displayQtyLots: 3 };
    const script: (readonly [number, Act])[] = [
      [1, (port, agent) => port.submit(agent, 0, 0, limit(SELL, 20, 10, iceberg))],
      [2, (port, agent) => port.submit(agent, 0, 1, limit(SELL, 19, 7, { flags: FLAG_HIDDEN }))],
      [3, (port, agent) => port.replace(agent, 0, UNDEF_INT32, 8)],
      [4, (port, agent) => port.replace(agent, 0, UNDEF_INT32, 2)],
      [5, (port, agent) => port.cancel(agent, 0)],
      [6, (port, agent) => port.submit(agent, 0, 2, limit(SELL, 20, 10, iceberg))],
      [7, (port, agent) => port.cancel(agent, 2)],
      [8, (port, agent) => port.cancel(agent, 1)],
      [9, (port, agent) => port.submit(agent, 0, 3, limit(SELL, 20, 10, iceberg))],
      [11, (port, agent) => port.replace(agent, 3, 22, UNDEF_INT32)],
    ];
    const buyer: (readonly [number, Act])[] = [
      [10, (port, agent) => port.submit(agent, 0, 0, limit(BUY, 20, 5))],
    ];
    const { made } = play([{ script }, { script: buyer }, { script: [], feeds: FEED_ORDERS }]);
    const shown = made[2]!.pushed.map(({ timeNs, record }) => [
      timeNs,
      kindOf(record),
      record[4],
      record[5],
      record[6],
    ]);
    expect(shown).toEqual([
      [1, EV_RESTED, 1, 20, 3],
      [4, EV_REPLACED, 1, 20, 2],
      [5, EV_CANCELED, 1, 20, 2],
      [6, EV_RESTED, 3, 20, 3],
      [7, EV_CANCELED, 3, 20, 3],
      [9, EV_RESTED, 4, 20, 3],
      [10, EV_TRADE, 0, 20, 3],
      [10, EV_TRADE, 0, 20, 2],
      [10, EV_REFRESHED, 4, 20, 3],
      [11, EV_REPLACED, 4, 22, 0],
      [11, EV_RESTED, 4, 22, 3],
    ]);
    const makers = made[2]!.pushed
      .filter(({ record }) => kindOf(record) === EV_TRADE)
      .map(({ record }) => record[8]);
    expect(makers, 'the reserve’s trade names nobody').toEqual([4, 0]);
  });

  it('let a listener rebuild the displayed book from single orders', () => {
    const made: ScriptedGroup[] = [];
    const world = new World(specOf([noisy(8), listener(FEED_ORDERS, made)]));
    world.run(60_000);
    world.finish();
    const orders = new Map<number, { instrument: number; side: number; price: number; lots: number }>();
    for (const { record } of made[0]!.pushed) applyPublic(orders, record);
    world.run(60_123);
    const late = new World(specOf([noisy(8), listener(FEED_ORDERS, [])]));
    late.run(60_000 - 123);
    for (const instrument of [0, 1]) {
      for (const side of [BUY, SELL] as const) {
        const levels = new Map<number, number>();
        for (const order of orders.values()) {
          if (order.instrument !== instrument || order.side !== side || order.lots === 0) continue;
          levels.set(order.price, (levels.get(order.price) ?? 0) + order.lots);
        }
        const depth = late.venue.books[instrument]!.depth(side, 1000);
        expect(depth.length).toBeGreaterThan(0);
        expect([...levels].sort((a, b) => (side === BUY ? b[0] - a[0] : a[0] - b[0]))).toEqual(
          depth.map((level) => [level.priceTicks, level.displayedLots]),
        );
      }
    }
  });
});

type PublicOrders = Map<number, { instrument: number; side: number; price: number; lots: number }>;

function applyPublic(orders: PublicOrders, record: readonly number[]): void {
  const [kind, id, price, qty] = [kindOf(record), record[4]!, record[5]!, record[6]!];
  const side = (record[0]! >> 8) & 1;
  if (kind === EV_TRADE) {
    const maker = orders.get(record[8]!);
    if (maker !== undefined) maker.lots -= qty;
    return;
  }
  const known = orders.get(id);
  if (kind === EV_RESTED || kind === EV_REFRESHED) {
    orders.set(id, { instrument: record[1]!, side, price, lots: qty });
    return;
  }
  expect(known, `order ${id} was shown before`).toBeDefined();
  if (kind === EV_REPLACED) known!.lots = qty;
  else if (kind === EV_CANCELED || kind === EV_EXPIRED || kind === EV_REDUCED) known!.lots -= qty;
  if (kind === EV_CANCELED || kind === EV_EXPIRED) expect(known!.lots).toBe(0);
}

/** Best prices and sizes of an instrument after each time at which they changed. */
function quotesOf(records: readonly (readonly number[])[], instrument: number): number[][] {
  const sides = [new Map<number, number>(), new Map<number, number>()] as const;
  const quotes: number[][] = [];
  let before = JSON.stringify([UNDEF_INT32, 0, UNDEF_INT32, 0]);
  records.forEach((record, index) => {
    if (kindOf(record) !== EV_LEVEL || record[1] !== instrument) return;
    const side = sides[((record[0]! >> 8) & 1) as Side];
    if (levelLots(record) === 0) side.delete(record[5]!);
    else side.set(record[5]!, levelLots(record));
    const next = records.slice(index + 1).find((one) => kindOf(one) === EV_LEVEL && one[1] === instrument);
    if (next !== undefined && timeOf(next) === timeOf(record)) return;
    const bid = sides[0].size === 0 ? UNDEF_INT32 : Math.max(...sides[0].keys());
    const ask = sides[1].size === 0 ? UNDEF_INT32 : Math.min(...sides[1].keys());
    const quote = [bid, sides[0].get(bid) ?? 0, ask, sides[1].get(ask) ?? 0];
    if (JSON.stringify(quote) !== before) quotes.push([timeOf(record), ...quote]);
    before = JSON.stringify(quote);
  });
  return quotes;
}

describe('accounts', () => {
  it('hold what the trades of the journal give: cash and lots of each agent, nothing made or lost', () => {
    const log = new RecordLog();
    const world = new World(specOf([noisy(8)]), log);
    world.run(100_000);
    world.finish();
    const owner = new Map<number, number>();
    const cash = new Array<number>(8).fill(0);
    const lots = [0, 1].map(() => new Array<number>(8).fill(0));
    let trades = 0;
    for (const record of log.records) {
      if (kindOf(record) === CMD_NEW) owner.set(record[4]!, record[8]! - 1);
      if (kindOf(record) !== EV_TRADE) continue;
      trades++;
      const [taker, maker] = [owner.get(record[4]!)!, owner.get(record[8]!)!];
      const [buyer, seller] = ((record[0]! >> 8) & 1) === BUY ? [taker, maker] : [maker, taker];
      // A tick of 0.01 times a lot of 10 is 10 cents; of BOLT's lots of 1, one cent.
      const value = record[5]! * record[6]! * (record[1] === 0 ? 10 : 1);
      cash[buyer]! -= value;
      cash[seller]! += value;
      lots[record[1]!]![buyer]! += record[6]!;
      lots[record[1]!]![seller]! -= record[6]!;
    }
    expect(trades).toBeGreaterThan(50);
    expect(world.tradeCount).toBe(trades);
    expect(cash.map((_, agent) => world.port.cashMinor(agent))).toEqual(cash);
    for (const instrument of [0, 1])
      expect(cash.map((_, agent) => world.port.positionLots(agent, instrument))).toEqual(lots[instrument]);
    expect(cash.some((value) => value !== 0)).toBe(true);
  });

  it('lose nothing when an agent trades with itself, and take negative prices', () => {
    const { world } = play([
      {
        script: [
          [1, (port, agent) => port.submit(agent, 0, 0, limit(SELL, -5, 3))],
          [2, (port, agent) => port.submit(agent, 0, 1, limit(BUY, -5, 1))],
        ],
      },
      { script: [[3, (port, agent) => port.submit(agent, 0, 0, limit(BUY, -4, 2))]] },
    ]);
    expect([world.port.cashMinor(0), world.port.positionLots(0, 0)]).toEqual([-100, -2]);
    expect([world.port.cashMinor(1), world.port.positionLots(1, 0)]).toEqual([100, 2]);
  });
});

describe('expiry and mass cancel', () => {
  it('T1.15-c: a good-till-date order is gone at its time, ahead of orders that arrive then', () => {
    const { made, log } = play([
      {
        script: [[1, (port, agent) => port.submit(agent, 0, 0, limit(BUY, 10, 1, { timeInForce: GTD }), 50)]],
      },
      {
        script: [
          [49, (port, agent) => port.submit(agent, 0, 0, limit(SELL, 12, 1))],
          [50, (port, agent) => port.submit(agent, 0, 1, limit(SELL, 10, 1))],
        ],
      },
    ]);
    const expired = log.records.filter((record) => kindOf(record) === EV_EXPIRED);
    expect(expired.map(timeOf)).toEqual([50]);
    expect(made[0]!.privates.map(({ kind, timeNs }) => [kind, timeNs])).toContainEqual([EV_EXPIRED, 50]);
    expect(log.records.filter((record) => kindOf(record) === EV_TRADE)).toEqual([]);
  });

  it('takes an expiry beyond simulated time for one that never comes', () => {
    const { world } = play([
      {
        script: [
          [
            1,
            (port, agent) =>
              port.submit(agent, 0, 0, limit(BUY, 10, 1, { timeInForce: GTD }), Number.POSITIVE_INFINITY),
          ],
        ],
      },
    ]);
    expect(world.venue.liveOrderCount).toBe(1);
  });

  it('ends the day for DAY orders of all instruments at its end', () => {
    const day = { timeInForce: DAY } as const;
    const { log, world } = play(
      [
        {
          script: [
            [1, (port, agent) => port.submit(agent, 0, 0, limit(BUY, 10, 1, day))],
            [2, (port, agent) => port.submit(agent, 1, 1, limit(SELL, 11, 1, day))],
            [3, (port, agent) => port.submit(agent, 1, 2, limit(SELL, 12, 1))],
          ],
        },
      ],
      { dayEndNs: 77 },
    );
    const expired = log.records.filter((record) => kindOf(record) === EV_EXPIRED);
    expect(expired.map((record) => [timeOf(record), record[1], record[4]])).toEqual([
      [77, 0, 1],
      [77, 1, 2],
    ]);
    expect(world.venue.liveOrderCount).toBe(1);
  });

  it('mass cancels an agent’s orders in one instrument or in all, and pushes the quote of each', () => {
    const place =
      (instrument: number, ref: number): Act =>
      (port, agent) =>
        port.submit(agent, instrument, ref, limit(BUY, 10 + ref, 1));
    const { made, world } = play([
      {
        script: [
          [1, place(0, 0)],
          [2, place(1, 1)],
          [3, place(0, 2)],
          [4, (port, agent) => port.massCancel(agent, 1)],
          [5, place(1, 3)],
          [6, (port, agent) => port.massCancel(agent, -1)],
        ],
      },
      { script: [[1, (port, agent) => port.submit(agent, 0, 0, limit(BUY, 5, 4))]] },
      { script: [], feeds: FEED_QUOTES },
    ]);
    const canceled = made[0]!.privates.filter(({ kind }) => kind === EV_CANCELED);
    expect(canceled.map(({ timeNs, ref }) => [timeNs, ref])).toEqual([
      [4, 1],
      [6, 2],
      [6, 0],
      [6, 3],
    ]);
    expect(world.venue.liveOrderCount).toBe(1);
    const last = made[2]!.pushed
      .filter(({ timeNs }) => timeNs === 6)
      .map(({ record }) => [record[1], record[5]]);
    expect(last).toEqual([
      [0, 5],
      [1, UNDEF_INT32],
    ]);
  });
});
