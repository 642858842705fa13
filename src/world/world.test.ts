/** A world is a function of its spec: twice, cut anywhere, or forked, it gives the same records. */

import { describe, expect, it } from 'vitest';
import { limit, NoisyGroup, RecordLog, ScriptedGroup, scripted } from '../../tests/support/test-agents.ts';
import { BinaryReader, Xoshiro128 } from '../base/index.ts';
import { FEED_LEVELS, FEED_ORDERS, FEED_QUOTES, FEED_TRADES } from '../domain/index.ts';
import type { GroupSpec, Links, WorldSpec } from './index.ts';
import { World } from './world.ts';

const ALL_FEEDS = FEED_TRADES | FEED_QUOTES | FEED_LEVELS | FEED_ORDERS;
const INSTRUMENT = { symbol: 'ACME', tickSize: '0.01', lotSize: '1', currency: 'USD', minorUnit: '0.01' };

const linksOf = (base: number): Links => ({
  orderDelayNs: base,
  answerDelayNs: base * 2,
  feedDelayNs: base * 3,
});

/** Agents with more distinct delays than there are lanes, zero included. */
function noisy(name: string, count: number, feeds = 0): GroupSpec {
  return {
    create: () => new NoisyGroup(name, count, feeds),
    links: (member) => linksOf((member % 6) * 37),
  };
}

const createSpec = (change: Partial<WorldSpec> = {}): WorldSpec => ({
  seed: 1,
  instruments: [INSTRUMENT, { ...INSTRUMENT, symbol: 'BOLT' }],
  groups: [noisy('noisy', 7), noisy('listeners', 3, ALL_FEEDS)],
  dayEndNs: 15_000,
  ...change,
});

function digestOf(spec: WorldSpec, untilNs: number): { digest: string; records: number[][]; events: number } {
  const log = new RecordLog();
  const world = new World(spec, log);
  world.run(untilNs);
  const digest = world.finish();
  return { digest, records: log.records, events: world.eventCount };
}

describe('World', () => {
  it('gives the same digest and records for the same spec, and others for another seed', () => {
    const [a, b] = [digestOf(createSpec(), 30_000), digestOf(createSpec(), 30_000)];
    expect(b).toEqual(a);
    expect(a.records.length).toBeGreaterThan(300);
    const seeds = [1, 2, 3, 4].map((seed) => digestOf(createSpec({ seed }), 30_000).digest);
    expect(new Set(seeds).size).toBe(4);
  });

  it('does not depend on the steps in which it is run', () => {
    const straight = digestOf(createSpec(), 20_000);
    const world = new World(createSpec());
    for (let t = 0; t <= 20_000; t += 333) {
      world.run(t);
      world.flush();
    }
    world.run(20_000);
    expect(world.finish()).toBe(straight.digest);
    const byEvents = new World(createSpec());
    while (byEvents.run(20_000, 1) === 1);
    expect(byEvents.finish()).toBe(straight.digest);
    expect(byEvents.eventCount).toBe(straight.events);
  });

  it('gives the straight run’s digest when resumed at any event of a short run', () => {
    const untilNs = 6000;
    const straight = new World(createSpec());
    straight.run(untilNs);
    const heard = straight.groups.map((group) => (group as NoisyGroup).heard);
    const digest = straight.finish();
    const cut = new World(createSpec());
    for (let events = 0; events <= straight.eventCount; events++) {
      const resumed = World.resume(createSpec(), cut.snapshot());
      resumed.run(untilNs);
      expect(resumed.finish(), `cut after ${events} events`).toBe(digest);
      expect(resumed.groups.map((group) => (group as NoisyGroup).heard)).toEqual(heard);
      expect(resumed.eventCount).toBe(straight.eventCount);
      cut.run(untilNs, 1);
    }
    expect(straight.eventCount).toBeGreaterThan(100);
  });

  it('gives the straight run’s digest when resumed again and again at random events of a long run', () => {
    const untilNs = 200_000;
    const straight = digestOf(createSpec({ dayEndNs: 150_000 }), untilNs);
    const random = new Xoshiro128(4);
    const log = new RecordLog();
    let world = new World(createSpec({ dayEndNs: 150_000 }), log);
    while (world.run(untilNs, 1 + random.nextBelow(2000)) > 0)
      world = World.resume(createSpec({ dayEndNs: 150_000 }), Buffer.from(world.snapshot()), log);
    expect(world.finish()).toBe(straight.digest);
    expect(log.records).toEqual(straight.records);
  });

  it('writes the same snapshot again right after it was resumed', () => {
    const world = new World(createSpec());
    world.run(5000);
    const snapshot = world.snapshot();
    expect(World.resume(createSpec(), snapshot).snapshot()).toEqual(snapshot);
    expect(world.snapshot()).toEqual(snapshot);
  });

  it('forks into a world that is its own: neither disturbs the other', () => {
    const spec = createSpec();
    const straight = digestOf(spec, 20_000).digest;
    const parent = new World(spec);
    parent.run(7000);
    const same = parent.fork();
    const other = parent.fork();
    other.port.submit(0, 0, 15, limit(0, 1500, 1000));
    other.run(20_000);
    expect(other.finish()).not.toBe(straight);
    parent.run(20_000);
    expect(parent.finish()).toBe(straight);
    same.run(20_000);
    expect(same.finish()).toBe(straight);
  });

  it('gives a group the same draws whatever groups are added behind it', () => {
    const drawsWith = (groups: number): number[] => {
      const made: ScriptedGroup[] = [];
      const quiet = scripted(() => new ScriptedGroup('quiet', []), linksOf(1), made);
      const added = Array.from({ length: groups }, (_, i) => noisy(`added-${i}`, 2));
      new World(createSpec({ groups: [quiet, ...added] })).run(3000);
      return Array.from({ length: 10 }, () => made[0]!.random.nextUint32());
    };
    expect(drawsWith(2)).toEqual(drawsWith(0));
  });

  it('refuses a snapshot of another spec, a cut one and one with something behind', () => {
    const world = new World(createSpec());
    world.run(2000);
    const snapshot = world.snapshot();
    const broken = (spec: WorldSpec, bytes: Uint8Array) => () => World.resume(spec, bytes);
    const fault = expect.objectContaining({ code: 'BASE_SNAPSHOT' });
    expect(broken(createSpec({ groups: [noisy('noisy', 8), noisy('listeners', 2)] }), snapshot)).toThrow(
      fault,
    );
    expect(broken(createSpec({ instruments: [INSTRUMENT] }), snapshot)).toThrow(fault);
    expect(broken(createSpec(), Uint8Array.of(...snapshot, 0))).toThrow(fault);
    for (let length = 0; length < snapshot.length; length += 1 + (length >> 5)) {
      expect(broken(createSpec(), snapshot.subarray(0, length)), `${length} bytes`).toThrow(fault);
    }
    expect(new BinaryReader(snapshot).isAtEnd).toBe(false);
  });

  it.each([
    ['a negative delay', { orderDelayNs: -1 }, 'WORLD_CONFIG'],
    ['half a nanosecond', { answerDelayNs: 0.5 }, 'WORLD_CONFIG'],
    ['no number', { feedDelayNs: Number.NaN }, 'WORLD_CONFIG'],
  ])('refuses links with %s', (_, change, code) => {
    const group = scripted(() => new ScriptedGroup('g', []), { ...linksOf(1), ...change });
    expect(() => new World(createSpec({ groups: [group] }))).toThrow(expect.objectContaining({ code }));
  });

  it('refuses a day that ends before it begins, and a symbol listed twice', () => {
    expect(() => new World(createSpec({ dayEndNs: -1 }))).toThrow(
      expect.objectContaining({ code: 'SIM_TIME' }),
    );
    expect(() => new World(createSpec({ instruments: [INSTRUMENT, INSTRUMENT] }))).toThrow(
      expect.objectContaining({ code: 'MKT_CONFIG' }),
    );
  });
});
