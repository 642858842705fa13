/** The flow twin in worlds: what it is fitted to here is a market of random flow, so that no recording is needed. */

import { beforeAll, describe, expect, it } from 'vitest';
import {
  checkFlowModel,
  type FlowModel,
  type FlowStart,
  FlowTwin,
  type OrderBurst,
  OrderScript,
  type ParentLeg,
  ParentOrder,
  RandomFlow,
} from '../../src/agents/index.ts';
import { type FlowFit, FlowForks, fitBaseline, fitFlow } from '../../src/calibration/index.ts';
import { type AgentGroup, BUY, SELL, type Side, UNDEF_INT32 } from '../../src/domain/index.ts';
import { FLOW_TRADE, type FlowStream } from '../../src/fidelity/index.ts';
import { RecordsFlow } from '../../src/services/fidelity/flow/records-flow.ts';
import { forkedPath } from '../../src/services/fidelity/impact-paths.ts';
import { baselineWindow, twinWindow } from '../../src/services/fidelity/twin-windows.ts';
import { NULL_SINK, World, type WorldSpec } from '../../src/world/index.ts';

const INSTRUMENT = { symbol: 'TWIN', tickSize: '0.01', lotSize: '1', currency: 'USD', minorUnit: '0.01' };
const NO_DELAY = { orderDelayNs: 0, answerDelayNs: 0, feedDelayNs: 0 };
const SECOND = 1e9;
const FORK_ROW = 9_000;

/** A market of small spreads, some 30 messages a second. */
function recorded(): FlowStream {
  const flow = new RecordsFlow({
    symbol: 'TWIN',
    tickSize: '0.01',
    unitsPerLot: 1,
    levels: 10,
    instrument: 0,
  });
  const create = (): RandomFlow =>
    new RandomFlow({
      name: 'random',
      count: 20,
      markets: [{ instrument: 0, referenceTicks: 10_000 }],
      limitRates: [1.2, 1.6, 1.8, 1.4, 1, 0.7, 0.5, 0.3],
      marketRate: 0.9,
      cancelRates: [0.35, 0.3, 0.25, 0.2, 0.15],
      lots: [10, 50, 100, 100, 200],
    });
  const spec = specOf(create);
  const world = new World(spec, flow);
  world.run(400 * SECOND);
  world.finish();
  return flow.stream;
}

function specOf(create: WorldSpec['groups'][number]['create'], seed = 7, startNs = 0): WorldSpec {
  const groups = [{ create, links: () => NO_DELAY }];
  return { seed, instruments: [INSTRUMENT], groups, startNs, dayEndNs: null };
}

let stream: FlowStream;
let fit: FlowFit;
let model: FlowModel;
let start: FlowStart;
let forkNs: number;

beforeAll(() => {
  stream = recorded();
  fit = fitFlow(stream, (row) => row < FORK_ROW);
  model = fit.model;
  start = new FlowForks(stream, fit).at(FORK_ROW);
  forkNs = stream.timeNs[FORK_ROW - 1]!;
}, 60_000);

const twin = (): FlowTwin => new FlowTwin({ name: 'flow', instrument: 0, model, start, active: null });

describe('a flow twin', () => {
  it('is forked from the book of the record, level by level', () => {
    const { orders } = start;
    for (const side of [BUY, SELL] as const) {
      const ticks = side === BUY ? stream.bidTicks : stream.askTicks;
      const lots = side === BUY ? stream.bidLots : stream.askLots;
      const at = (FORK_ROW - 1) * stream.levels;
      for (let level = 0; level < stream.levels && lots[at + level]! > 0; level++) {
        const standing = orders.filter((one) => one.side === side && one.priceTicks === ticks[at + level]);
        expect(standing.reduce((sum, one) => sum + one.lots, 0)).toBe(lots[at + level]);
        for (const { ageNs } of standing) expect(ageNs).toBeGreaterThanOrEqual(0);
      }
    }
  });

  it('makes as many messages as are asked for, the same ones for a seed and others for another', () => {
    const windowOf = (seed: number) => twinWindow({ model, start, atNs: forkNs, messages: 500, seed });
    const [one, same, other] = [windowOf(1), windowOf(1), windowOf(2)];
    const text = ({ stream: { timeNs, kind, priceTicks, sizeLots }, from, to }: typeof one): string =>
      [timeNs, kind, priceTicks, sizeLots].map((column) => column.slice(from, to).join()).join('\n');
    expect(one.to - one.from).toBe(500);
    expect(text(one)).toBe(text(same));
    expect(text(one)).not.toBe(text(other));
    expect(one.stream.timeNs[one.from]).toBeGreaterThanOrEqual(forkNs);
  });

  it('goes on from a snapshot as if nothing had been', () => {
    const straight = new World(specOf(twin, 3, forkNs), NULL_SINK);
    straight.run(forkNs + 40 * SECOND);
    const halfway = new World(specOf(twin, 3, forkNs), NULL_SINK);
    halfway.run(forkNs + 17 * SECOND);
    const resumed = World.resume(specOf(twin, 3, forkNs), halfway.snapshot(), NULL_SINK);
    resumed.run(forkNs + 40 * SECOND);
    expect(resumed.finish()).toBe(straight.finish());
    expect(resumed.commandCount).toBeGreaterThan(500);
  });

  it('trades as often and quotes as widely as what it was fitted to, for as long as it runs', () => {
    const flow = new RecordsFlow({
      symbol: 'TWIN',
      tickSize: '0.01',
      unitsPerLot: 1,
      levels: 10,
      instrument: 0,
    });
    const world = new World(specOf(twin, 5, forkNs), flow);
    for (let second = 1; second <= 600; second++) {
      world.run(forkNs + second * SECOND);
      for (const side of [BUY, SELL] as const) expect(world.port.bestTicks(0, 0, side)).not.toBe(UNDEF_INT32);
    }
    world.flush();
    const share = ({ kind, count }: FlowStream, from: number): number =>
      kind.slice(from, count).filter((one) => one === FLOW_TRADE).length / (count - from);
    expect(share(flow.stream, start.orders.length) / share(stream, 0)).toBeGreaterThan(0.6);
    expect(share(flow.stream, start.orders.length) / share(stream, 0)).toBeLessThan(1.6);
    const spread = (of: FlowStream, from: number): number => {
      let sum = 0;
      for (let row = from; row < of.count; row++)
        sum += of.askTicks[row * of.levels]! - of.bidTicks[row * of.levels]!;
      return sum / (of.count - from);
    };
    expect(spread(flow.stream, start.orders.length) / spread(stream, 1_000)).toBeGreaterThan(0.6);
    expect(spread(flow.stream, start.orders.length) / spread(stream, 1_000)).toBeLessThan(1.6);
  }, 60_000);

  it('knows how little there is to explain: the branching of random flow is small', () => {
    expect(fit.hawkes.spectralRadius).toBeLessThan(0.5);
    expect(fit.taken).toBeGreaterThan(5_000);
  });

  it('refuses a model whose parts do not fit, and names them all', () => {
    const broken = { ...model, baselines: new Float64Array(3), reactionNs: -1 };
    expect(() => checkFlowModel(broken)).toThrow(/baselines has 3 numbers, not 14; reactionNs is 0 or more/);
  });
});

describe('a flow twin beside others', () => {
  const leg = (side: Side, qtyLots: number, seconds: number): ParentLeg => ({
    ...{ side, qtyLots, fromNs: forkNs, untilNs: forkNs + seconds * SECOND, volumeShare: null },
  });

  function withBuyer(of: FlowModel, qtyLots: number, seconds: number, seed: number): WorldSpec {
    const groups: (() => AgentGroup)[] = [
      () => new FlowTwin({ name: 'flow', instrument: 0, model: of, start, active: null }),
      () =>
        new ParentOrder({
          ...{ name: 'buyer', instrument: 0, legs: [leg(BUY, qtyLots, seconds)] },
          ...{ childLots: 80, everyNs: SECOND / 4 },
        }),
    ];
    return {
      ...specOf(twin, seed, forkNs),
      groups: groups.map((create) => ({ create, links: () => NO_DELAY })),
    };
  }

  it('fills a side again that somebody has emptied, and goes on', () => {
    const sweep: OrderBurst = {
      ...{ atNs: forkNs + SECOND, everyNs: 1, count: 1, instrument: 0, side: BUY, qtyLots: 1_000_000 },
      ...{ priceTicks: null, ticksThrough: null, lifeNs: null, terms: null, stopTicks: null, linked: null },
    };
    const spec = specOf(twin, 3, forkNs);
    const groups = [
      ...spec.groups,
      { create: () => new OrderScript('sweep', [sweep]), links: () => NO_DELAY },
    ];
    const world = new World({ ...spec, groups }, NULL_SINK);
    world.run(forkNs + 2 * SECOND);
    const commands = world.commandCount;
    for (let second = 2; second < 60; second++) {
      world.run(forkNs + second * SECOND);
      for (const side of [BUY, SELL] as const) expect(world.port.bestTicks(0, 0, side)).not.toBe(UNDEF_INT32);
    }
    expect(world.port.positionLots(1, 0)).toBeGreaterThan(1_000);
    expect(world.commandCount - commands).toBeGreaterThan(500);
  });

  it('puts back what a buyer takes the more the less lots are latent: he moves the price less', () => {
    const moveOf = (latentLots: number | null): number => {
      let sum = 0;
      for (const seed of [1, 2, 3, 4, 5, 6]) {
        const world = new World(withBuyer({ ...model, latentLots }, 30_000, 60, seed), NULL_SINK);
        world.run(forkNs);
        const before = world.port.bestTicks(0, 0, BUY) + world.port.bestTicks(0, 0, SELL);
        world.run(forkNs + 60 * SECOND);
        sum += world.port.bestTicks(0, 0, BUY) + world.port.bestTicks(0, 0, SELL) - before;
        expect(world.port.positionLots(1, 0)).toBeGreaterThan(5_000);
      }
      return sum;
    };
    const [without, some, most] = [moveOf(null), moveOf(1_000), moveOf(1)];
    expect(without).toBeGreaterThan(0);
    expect(some).toBeLessThan(0.8 * without);
    expect(most).toBeLessThan(0.6 * some);
  }, 60_000);

  it('is on the same random numbers with an order as without it, and goes the same way until the order comes', () => {
    const market = { model: { ...model, latentLots: 200 }, start, atNs: forkNs, seed: 4 };
    const legs = [{ ...leg(BUY, 5_000, 60), fromNs: forkNs + 20 * SECOND }];
    const alone = forkedPath(market, 60 * SECOND, { kind: 'none' });
    const again = forkedPath(market, 60 * SECOND, { kind: 'none' });
    const beside = forkedPath(market, 60 * SECOND, { kind: 'parent', legs, childLots: 80 });
    expect([...again.mids.midTicks]).toEqual([...alone.mids.midTicks]);
    expect([...beside.mids.midTicks.slice(0, 21)]).toEqual([...alone.mids.midTicks.slice(0, 21)]);
    expect([...beside.mids.midTicks]).not.toEqual([...alone.mids.midTicks]);
    expect(alone.mids.midTicks.every((mid) => mid > 0)).toBe(true);
    expect([alone.hasPosition, beside.hasPosition]).toEqual([false, true]);
    expect(beside.fills[0]!.timeNs).toBeGreaterThan(forkNs + 20 * SECOND);
  });

  it('goes on from a snapshot in the middle of an order as if nothing had been', () => {
    const spec = withBuyer({ ...model, latentLots: 200 }, 4_000, 30, 9);
    const straight = new World(spec, NULL_SINK);
    straight.run(forkNs + 40 * SECOND);
    const halfway = new World(spec, NULL_SINK);
    halfway.run(forkNs + 17 * SECOND);
    const resumed = World.resume(spec, halfway.snapshot(), NULL_SINK);
    resumed.run(forkNs + 40 * SECOND);
    expect(resumed.finish()).toBe(straight.finish());
    expect((resumed.groups[1] as ParentOrder).fills).toEqual((straight.groups[1] as ParentOrder).fills);
  });
});

describe('a baseline', () => {
  it('finds the rates of the random flow that made the record, and goes on from its book', () => {
    const rates = fitBaseline(stream, () => true);
    expect(Math.abs(rates.lots[0]! - 92)).toBeLessThan(6);
    const found = rates.limitRates.slice(0, 8);
    [1.2, 1.6, 1.8, 1.4, 1, 0.7, 0.5, 0.3].forEach((rate, at) => {
      expect(Math.abs(found[at]! / rate - 1)).toBeLessThan(0.3);
    });
    const { orders } = start;
    const names = { symbol: 'TWIN', tickSize: '0.01' };
    const window = baselineWindow({ ...names, rates, orders, atNs: forkNs, messages: 500, seed: 1 });
    expect(window.to - window.from).toBe(500);
  });
});
