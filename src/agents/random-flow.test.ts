/**
 * Random-flow traders against the processes that they are made of. Null hypothesis of the counts: arrivals and cancels are
 * Poisson with the parameters' rates. Statistic: z of a count, |z| < 4: a false alarm in 6 of 100,000 seeds per check.
 */

import { describe, expect, it } from 'vitest';
import { RecordLog } from '../../tests/support/test-agents.ts';
import {
  BUY,
  CMD_NEW,
  EV_CANCELED,
  EV_LEVEL,
  EV_RESTED,
  EV_TRADE,
  MARKET,
  readFloat64,
  SELL,
  type Side,
  TERMS_TYPE_SHIFT,
  UNDEF_INT32,
} from '../domain/index.ts';
import { type Links, World, type WorldSpec } from '../world/index.ts';
import { type OrderBurst, OrderScript } from './order-script.ts';
import { ORDERS_PER_AGENT_MAX, RandomFlow, type RandomFlowParameters } from './random-flow.ts';

const NS = 1e9;
const Z_MAX = 4;
const INSTRUMENT = { symbol: 'ACME', tickSize: '0.01', lotSize: '1', currency: 'USD', minorUnit: '0.01' };
const AT_ONCE: Links = { orderDelayNs: 0, answerDelayNs: 0, feedDelayNs: 0 };

/** The rates of Cont, Stoikov and Talreja (2010), table 1. */
const CLASSICAL: RandomFlowParameters = {
  name: 'classical',
  count: 50,
  markets: [{ instrument: 0, referenceTicks: 10_000 }],
  limitRates: [1.85, 1.51, 1.09, 0.88, 0.77],
  marketRate: 0.94,
  cancelRates: [0.71, 0.81, 0.68, 0.56, 0.47],
  lots: [1],
};

const specOf = (change: Partial<RandomFlowParameters> = {}, seed = 1, links: Links = AT_ONCE): WorldSpec => ({
  seed,
  instruments: [INSTRUMENT, { ...INSTRUMENT, symbol: 'BOLT' }],
  groups: [{ create: () => new RandomFlow({ ...CLASSICAL, ...change }), links: () => links }],
  dayEndNs: null,
});

/** What happened in a market, by distance from the opposite best (index 0 = one tick). */
class Census {
  /** Per distance: limit orders of a side, cancels, and order-seconds at risk of them. */
  readonly limits = [new Map<number, number>(), new Map<number, number>()] as const;
  readonly markets = [0, 0];
  readonly cancels = new Map<number, number>();
  readonly exposureS = new Map<number, number>();
  spreadSecondsTicks = 0;
  spreadSeconds = 0;
  readonly #levels = [new Map<number, number>(), new Map<number, number>()] as const;
  readonly #orders = new Map<number, { side: Side; price: number }>();
  #best = [UNDEF_INT32, UNDEF_INT32];
  /** What both bests missing are replaced by: the last trade, the reference price before the first. */
  #last = 10_000;
  #timeNs = 0;

  constructor(records: readonly (readonly number[])[]) {
    for (const record of records) this.#take(record, readFloat64(Int32Array.from(record.slice(0, 8)), 2));
  }

  #take(record: readonly number[], timeNs: number): void {
    if (timeNs > this.#timeNs) this.#pass((timeNs - this.#timeNs) / NS);
    this.#timeNs = timeNs;
    const kind = record[0]! & 255;
    const side = ((record[0]! >> 8) & 1) as Side;
    if (kind === CMD_NEW) {
      if (((record[7]! >> TERMS_TYPE_SHIFT) & 7) === MARKET) this.markets[side]!++;
      else add(this.limits[side], this.#distance(side, record[5]!), 1);
    } else if (kind === EV_RESTED) this.#orders.set(record[4]!, { side, price: record[5]! });
    else if (kind === EV_TRADE) {
      this.#last = record[5]!;
      if (record[9] === 0) this.#orders.delete(record[8]!);
    } else if (kind === EV_CANCELED) {
      const order = this.#orders.get(record[4]!);
      if (order === undefined) return;
      add(this.cancels, this.#distance(order.side, order.price), 1);
      this.#orders.delete(record[4]!);
    } else if (kind === EV_LEVEL) this.#setLevel(side, record[5]!, readFloat64(Int32Array.from(record), 6));
  }

  #setLevel(side: Side, price: number, lots: number): void {
    if (lots === 0) this.#levels[side].delete(price);
    else this.#levels[side].set(price, lots);
    const prices = [...this.#levels[side].keys()];
    const best = side === BUY ? Math.max(...prices) : Math.min(...prices);
    this.#best[side] = prices.length === 0 ? UNDEF_INT32 : best;
  }

  #distance(side: Side, price: number): number {
    const [opposite, own] = [this.#best[side ^ 1]!, this.#best[side]!];
    if (opposite !== UNDEF_INT32) return Math.max(1, Math.abs(opposite - price));
    const beyond = side === BUY ? own + 1 : own - 1;
    return Math.max(1, Math.abs((own === UNDEF_INT32 ? this.#last : beyond) - price));
  }

  #pass(seconds: number): void {
    for (const { side, price } of this.#orders.values())
      add(this.exposureS, this.#distance(side, price), seconds);
    const [bid, ask] = this.#best as [number, number];
    if (bid === UNDEF_INT32 || ask === UNDEF_INT32) return;
    this.spreadSecondsTicks += (ask - bid) * seconds;
    this.spreadSeconds += seconds;
  }
}

function add(counts: Map<number, number>, key: number, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}

function censusOf(seconds: number, change: Partial<RandomFlowParameters> = {}, seed = 1): Census {
  const log = new RecordLog();
  const world = new World(specOf(change, seed), log);
  world.run(seconds * NS);
  world.finish();
  for (const group of world.groups) expect((group as RandomFlow).skippedCount).toBe(0);
  return new Census(log.records);
}

const zOfPoisson = (count: number, expected: number): number => (count - expected) / Math.sqrt(expected);

describe('RandomFlow', () => {
  const seconds = 1500;
  const census = censusOf(seconds);

  it('places limit orders at the rate of each distance, on both sides', () => {
    for (const side of [BUY, SELL] as const) {
      CLASSICAL.limitRates.forEach((rate, i) => {
        const z = zOfPoisson(census.limits[side].get(i + 1) ?? 0, rate * seconds);
        expect(Math.abs(z), `side ${side}, ${i + 1} ticks`).toBeLessThan(Z_MAX);
      });
      expect([...census.limits[side].keys()].sort()).toEqual([1, 2, 3, 4, 5]);
    }
  });

  it('sends market orders at their rate, on both sides', () => {
    for (const side of [BUY, SELL] as const)
      expect(Math.abs(zOfPoisson(census.markets[side]!, CLASSICAL.marketRate * seconds))).toBeLessThan(Z_MAX);
  });

  it('cancels each order at the rate of its present distance', () => {
    let checked = 0;
    for (const [distance, exposure] of census.exposureS) {
      const rate = CLASSICAL.cancelRates[Math.min(distance, CLASSICAL.cancelRates.length) - 1]!;
      if (rate * exposure < 50) continue;
      checked++;
      const z = zOfPoisson(census.cancels.get(distance) ?? 0, rate * exposure);
      expect(Math.abs(z), `${distance} ticks: ${exposure} order-seconds`).toBeLessThan(Z_MAX);
    }
    expect(checked).toBeGreaterThanOrEqual(5);
  });

  it.each([1, 7, 400])('has the same rates however many agents share them: %i', (count) => {
    const shared = censusOf(600, { count, limitRates: [0.5, 0.3], marketRate: 0.4, cancelRates: [0.2] }, 5);
    for (const side of [BUY, SELL] as const) {
      expect(Math.abs(zOfPoisson(shared.limits[side].get(1)!, 0.5 * 600))).toBeLessThan(Z_MAX);
      expect(Math.abs(zOfPoisson(shared.limits[side].get(2)!, 0.3 * 600))).toBeLessThan(Z_MAX);
      expect(Math.abs(zOfPoisson(shared.markets[side]!, 0.4 * 600))).toBeLessThan(Z_MAX);
    }
  });

  it('lets the price go up as often as down', () => {
    // Null: P(up) = 1/2 for the middle after a minute against the start, one draw per seed. Binomial z, |z| < 4.
    let [up, down] = [0, 0];
    for (let seed = 1; seed <= 300; seed++) {
      const world = new World(specOf({ count: 10 }, seed));
      world.run(60 * NS);
      const book = world.venue.books[0]!;
      const [bid, ask] = [book.bestTicks(BUY), book.bestTicks(SELL)];
      if (bid === UNDEF_INT32 || ask === UNDEF_INT32) continue;
      if (bid + ask > 20_000) up++;
      else if (bid + ask < 20_000) down++;
    }
    expect(up + down).toBeGreaterThan(200);
    expect(Math.abs((up - down) / Math.sqrt(up + down))).toBeLessThan(Z_MAX);
  });

  it('settles at one mean spread, whatever the seed', () => {
    // Each mean over 1,000 s; the band of 10 % is some five standard deviations between seeds.
    const means = [1, 2, 3, 4, 5].map((seed) => {
      const { spreadSecondsTicks, spreadSeconds } = censusOf(1000, {}, seed);
      return spreadSecondsTicks / spreadSeconds;
    });
    const mean = means.reduce((sum, one) => sum + one, 0) / means.length;
    expect(mean).toBeGreaterThan(1);
    expect(mean).toBeLessThan(5);
    for (const one of means) expect(Math.abs(one / mean - 1)).toBeLessThan(0.1);
  });

  it('trades each market with its own share of the agents', () => {
    const log = new RecordLog();
    const markets = [0, 1].map((instrument) => ({ instrument, referenceTicks: 10_000 }));
    const world = new World(specOf({ markets, count: 5 }), log);
    world.run(600 * NS);
    world.finish();
    const rate = 2 * (CLASSICAL.marketRate + CLASSICAL.limitRates.reduce((sum, one) => sum + one, 0));
    for (const instrument of [0, 1]) {
      const orders = log.records.filter(
        (record) => (record[0]! & 255) === CMD_NEW && record[1] === instrument,
      );
      expect(Math.abs(zOfPoisson(orders.length, rate * 600))).toBeLessThan(Z_MAX);
      expect(new Set(orders.map((record) => (record[8]! - 1) % 2))).toEqual(new Set([instrument]));
    }
  });

  it('stops placing at its cap of open orders and says how often', () => {
    const world = new World(specOf({ count: 1, cancelRates: [0], marketRate: 0.01 }));
    world.run(200 * NS);
    const group = world.groups[0] as RandomFlow;
    expect(world.venue.liveOrderCount).toBeLessThanOrEqual(ORDERS_PER_AGENT_MAX);
    expect(world.venue.liveOrderCount).toBeGreaterThan(ORDERS_PER_AGENT_MAX - 4);
    expect(group.skippedCount).toBeGreaterThan(1000);
  });

  it('is the same after a snapshot at any event, with orders and cancels on their way', () => {
    const links = { orderDelayNs: 0.3 * NS, answerDelayNs: 0.2 * NS, feedDelayNs: 0.1 * NS };
    const change = { count: 4, marketRate: 3 };
    const straight = new World(specOf(change, 6, links));
    straight.run(20 * NS);
    const digest = straight.finish();
    const cut = new World(specOf(change, 6, links));
    for (let events = 0; events < straight.eventCount; events++) {
      const fork = cut.fork();
      fork.run(20 * NS);
      expect(fork.finish(), `after ${events} events`).toBe(digest);
      cut.run(20 * NS, 1);
    }
    expect(straight.tradeCount).toBeGreaterThan(20);
  });

  it('joins the side that is left when the other one is empty: one wild trade does not move the market', () => {
    const wild = {
      atNs: 20 * NS,
      everyNs: 1,
      count: 1,
      instrument: 0,
      lifeNs: null,
      terms: null,
      stopTicks: null,
      linked: null,
      ticksThrough: null,
    };
    const bursts: OrderBurst[] = [
      { ...wild, atNs: 19 * NS, side: BUY, qtyLots: 5, priceTicks: 7_000 },
      { ...wild, side: SELL, qtyLots: 5_000, priceTicks: null },
    ];
    const spec = specOf({}, 2);
    const groups = [...spec.groups, { create: () => new OrderScript('wild', bursts), links: () => AT_ONCE }];
    const world = new World({ ...spec, groups });
    const book = world.venue.books[0]!;
    world.run(20 * NS - 1);
    const ask = book.bestTicks(SELL);
    world.run(20 * NS);
    expect([book.bestTicks(BUY), book.lastTradeTicks]).toEqual([UNDEF_INT32, 7_000]);
    world.run(40 * NS);
    world.finish();
    expect(Math.abs(book.bestTicks(BUY) - ask)).toBeLessThan(50);
  });

  it('goes on where it last traded when both sides are empty, not at the reference price', () => {
    // Bids follow a falling market; then everything is cancelled, and the next orders come around the last trade.
    const log = new RecordLog();
    const fall: OrderBurst = {
      atNs: 5 * NS,
      everyNs: 0.1 * NS,
      count: 200,
      instrument: 0,
      side: SELL,
      qtyLots: 50,
      priceTicks: null,
      ticksThrough: 3,
      lifeNs: null,
      terms: null,
      stopTicks: null,
      linked: null,
    };
    const spec: WorldSpec = {
      ...specOf({}, 3),
      shocks: [{ kind: 'withdraw', atNs: 30 * NS, untilNs: 30 * NS, groups: null }],
    };
    const groups = [...spec.groups, { create: () => new OrderScript('fall', [fall]), links: () => AT_ONCE }];
    const world = new World({ ...spec, groups }, log);
    world.run(30 * NS);
    const book = world.venue.books[0]!;
    expect([book.bestTicks(BUY), book.bestTicks(SELL)]).toEqual([UNDEF_INT32, UNDEF_INT32]);
    const last = book.lastTradeTicks;
    expect(last).toBeLessThan(9_900);
    world.flush();
    const before = log.records.length;
    world.run(31 * NS);
    world.finish();
    const prices = log.records
      .slice(before)
      .filter((record) => (record[0]! & 255) === CMD_NEW && record[5] !== 0)
      .map((record) => record[5]!);
    expect(prices.length).toBeGreaterThan(5);
    for (const price of prices) expect(Math.abs(price - last)).toBeLessThan(50);
  });

  it('trades at new rates from the instant they change, also after a time without any', () => {
    const quiet = { limit: 0, market: 0, cancel: 0 };
    const shocks = [
      { kind: 'activity', atNs: 100 * NS, untilNs: 200 * NS, groups: null, ...quiet },
      { kind: 'activity', atNs: 300 * NS, untilNs: 700 * NS, groups: null, limit: 2, market: 2, cancel: 2 },
      { kind: 'activity', atNs: 500 * NS, untilNs: 700 * NS, groups: null, limit: 1, market: 3, cancel: 1 },
    ] as const;
    const log = new RecordLog();
    const world = new World({ ...specOf({}, 4), shocks }, log);
    world.run(900 * NS);
    world.finish();
    const news = log.records.filter((record) => (record[0]! & 255) === CMD_NEW);
    const countOf = (isMarket: boolean, fromS: number, untilS: number): number =>
      news.filter((record) => {
        const timeNs = readFloat64(Int32Array.from(record.slice(0, 8)), 2);
        const isType = (((record[7]! >> TERMS_TYPE_SHIFT) & 7) === MARKET) === isMarket;
        return isType && timeNs >= fromS * NS && timeNs < untilS * NS;
      }).length;
    const limitRate = 2 * CLASSICAL.limitRates.reduce((sum, one) => sum + one, 0);
    const marketRate = 2 * CLASSICAL.marketRate;
    expect([countOf(true, 100, 200), countOf(false, 100, 200)]).toEqual([0, 0]);
    for (const [fromS, untilS, limit, market] of [
      [0, 100, 1, 1],
      [200, 300, 1, 1],
      [300, 500, 2, 2],
      [500, 700, 2, 6],
      [700, 900, 1, 1],
    ] as const) {
      const seconds = untilS - fromS;
      const zs = [
        zOfPoisson(countOf(false, fromS, untilS), limitRate * limit * seconds),
        zOfPoisson(countOf(true, fromS, untilS), marketRate * market * seconds),
      ];
      for (const z of zs) expect(Math.abs(z), `from ${fromS} s`).toBeLessThan(Z_MAX);
    }
  });

  it('takes rates so low that the next order lies beyond simulated time', () => {
    const world = new World(specOf({ limitRates: [1e-9], marketRate: 0, cancelRates: [0], count: 100 }));
    world.run(1000 * NS);
    expect(world.commandCount).toBe(0);
  });
});
