/** Shocks that overlap, and what they do to pushed data. What single ones do to a market: tests/scenarios. */

import { describe, expect, it } from 'vitest';
import { type Act, limit, RecordLog, ScriptedGroup, scripted } from '../../tests/support/test-agents.ts';
import { Xoshiro128 } from '../base/index.ts';
import {
  BUY,
  EV_ACCEPTED,
  EV_REJECTED,
  EV_SHOCK,
  FEED_LEVELS,
  FEED_ORDERS,
  FEED_QUOTES,
  FEED_STATUS,
  FEED_TRADES,
  SELL,
  type Side,
} from '../domain/index.ts';
import { type Links, type Shock, World, type WorldSpec } from './index.ts';

const INSTRUMENT = { symbol: 'ACME', tickSize: '1', lotSize: '1', currency: 'USD', minorUnit: '1' };
const AT_ONCE: Links = { orderDelayNs: 0, answerDelayNs: 0, feedDelayNs: 0 };
const gap = (atNs: number, untilNs: number): Shock => ({ kind: 'feedGap', venues: null, atNs, untilNs });
const outage = (atNs: number, untilNs: number): Shock => ({
  kind: 'outage',
  venues: null,
  atNs,
  untilNs,
});

const specOf = (groups: WorldSpec['groups'], shocks: readonly Shock[]): WorldSpec => ({
  seed: 1,
  instruments: [INSTRUMENT],
  groups,
  shocks,
  dayEndNs: null,
});

describe('shocks that overlap', () => {
  it('a gap in the feed is over with the last one', () => {
    const seen: [number, number][] = [];
    const look: Act = (port, agent) => seen.push([port.nowNs, port.bestTicks(agent, 0, BUY)]);
    const quote =
      (priceTicks: number): Act =>
      (port, agent) =>
        port.submit(agent, 0, priceTicks, limit(BUY, priceTicks, 1));
    const script = [5, 15, 25, 35, 45].flatMap((timeNs) => [
      [timeNs, quote(100 + timeNs)] as const,
      [timeNs + 1, look] as const,
    ]);
    const world = new World(
      specOf([scripted(() => new ScriptedGroup('one', script), AT_ONCE)], [gap(10, 30), gap(20, 40)]),
    );
    world.run(60);
    expect(seen).toEqual([
      [6, 105],
      [16, 105],
      [26, 105],
      [36, 105],
      [46, 145],
    ]);
  });

  it('an outage and a broken connection let commands through once both are over', () => {
    const made: ScriptedGroup[] = [];
    const order: Act = (port, agent) => port.submit(agent, 0, port.nowNs, limit(BUY, 100, 1));
    const script = [5, 15, 25, 35, 45].map((timeNs) => [timeNs, order] as const);
    const shocks: Shock[] = [
      { kind: 'disconnect', venues: null, atNs: 10, untilNs: 30, groups: [0], cancelsOrders: false },
      outage(20, 40),
      outage(12, 22),
    ];
    const world = new World(
      specOf([scripted(() => new ScriptedGroup('one', script), AT_ONCE, made)], shocks),
    );
    world.run(60);
    const answers = made[0]!.privates.filter(({ kind }) => kind === EV_ACCEPTED || kind === EV_REJECTED);
    expect(answers.map(({ timeNs, kind }) => [timeNs, kind])).toEqual([
      [5, EV_ACCEPTED],
      [15, EV_REJECTED],
      [25, EV_REJECTED],
      [35, EV_REJECTED],
      [45, EV_ACCEPTED],
    ]);
  });
});

describe('a gap in the feed', () => {
  const FEEDS = FEED_TRADES | FEED_LEVELS | FEED_ORDERS;
  const random = new Xoshiro128(5);
  /** Orders and cancels of somebody who looks at nothing. */
  const blind = Array.from({ length: 600 }, (_, step): readonly [number, Act] => {
    const [side, ref] = [random.nextBelow(2) as Side, random.nextBelow(200)];
    const price = 1000 + random.nextBelow(9) - 4;
    const ticket = limit(side, price, 1 + random.nextBelow(20));
    if (random.nextBelow(4) === 0) return [step * 80, (port, agent) => port.cancel(agent, ref)];
    return [step * 80, (port, agent) => port.submit(agent, 0, ref, ticket)];
  });

  /** What a listener is told meanwhile, as records with the time at which they came. */
  function heard(shocks: readonly Shock[], feeds: number, cutNs: number | null = null) {
    const made: ScriptedGroup[] = [];
    const spec = specOf(
      [
        scripted(() => new ScriptedGroup('blind', blind), AT_ONCE),
        scripted(() => new ScriptedGroup('listener', [], feeds), AT_ONCE, made),
      ],
      shocks,
    );
    let world = new World(spec);
    if (cutNs !== null) {
      world.run(cutNs);
      world = World.resume(spec, world.snapshot());
    }
    world.run(50_000);
    return made.flatMap(({ pushed }) => pushed);
  }

  it('holds pushed data back and loses nothing of it, also over a snapshot', () => {
    const plain = heard([], FEEDS);
    const late = heard([gap(10_000, 30_000)], FEEDS);
    expect(plain.length).toBeGreaterThan(200);
    expect(late.map(({ record }) => record)).toEqual(plain.map(({ record }) => record));
    expect(late.filter(({ timeNs }) => timeNs >= 10_000 && timeNs < 30_000)).toEqual([]);
    expect(late.filter(({ timeNs }) => timeNs === 30_000).length).toBeGreaterThan(50);
    expect(heard([gap(10_000, 30_000)], FEEDS, 20_000)).toEqual(late);
  });

  it('ends with the quote as it is by then', () => {
    const quoteAfter = (shocks: readonly Shock[]) =>
      heard(shocks, FEED_QUOTES).findLast(({ timeNs }) => timeNs <= 30_000)!.record;
    const [plain, late] = [quoteAfter([]), quoteAfter([gap(10_000, 30_000)])];
    expect(late.slice(4)).toEqual(plain.slice(4));
  });

  it('is not announced: agents are told of no shock', () => {
    const log = new RecordLog();
    const made: ScriptedGroup[] = [];
    const act: Act = (port, agent) => port.submit(agent, 0, 0, limit(SELL, 100, 1));
    const world = new World(
      specOf(
        [scripted(() => new ScriptedGroup('one', [[1, act]], FEED_STATUS), AT_ONCE, made)],
        [outage(10, 20), gap(30, 40)],
      ),
      log,
    );
    world.run(60);
    world.finish();
    expect(log.records.filter((record) => (record[0]! & 255) === EV_SHOCK)).toHaveLength(4);
    expect(made[0]!.pushed).toEqual([]);
  });
});
