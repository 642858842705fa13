/**
 * Scenarios at the venues of configs/venues, as worlds: the run does not depend on where it was snapshotted, money and lots are
 * conserved, fees add up, and the auctions that a day has take place.
 */

import { describe, expect, it } from 'vitest';
import {
  AUCTION_KIND_NAMES,
  EV_AUCTION,
  EV_FEE,
  type EventSink,
  HEAD_CODE_SHIFT,
  RECORD_WORDS,
  readFloat64,
} from '../../src/domain/index.ts';
import { checkScenario, planRun, type RunPlan } from '../../src/scenarios/index.ts';
import { resolveVenue, ZONE_CLOCK } from '../../src/services/index.ts';
import { World } from '../../src/world/index.ts';
import { VENUES } from '../support/venues.ts';

const AGENTS = {
  kind: 'randomFlow',
  name: 'flow',
  count: 12,
  limitRates: [0.4, 0.3, 0.2, 0.2, 0.1],
  marketRate: 0.2,
  onOpenRate: 0.02,
  onCloseRate: 0.02,
  cancelRates: [0.1],
  lots: [1, 2, 5],
};

/** Hours in which the flow acts: around the open and the close. */
const HOURS: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  nasdaq: [
    ['09:20', '09:40'],
    ['15:50', '16:05'],
  ],
  nyse: [
    ['09:20', '09:40'],
    ['15:50', '16:05'],
  ],
  xetra: [
    ['08:48', '09:10'],
    ['17:20', '17:40'],
  ],
  lse: [
    ['07:50', '08:20'],
    ['11:58', '12:05'],
    ['16:20', '16:40'],
  ],
};
const AUCTIONS: Readonly<Record<string, readonly string[]>> = {
  nasdaq: ['opening', 'closing'],
  nyse: ['opening', 'closing'],
  xetra: ['opening', 'closing'],
  lse: ['opening', 'intraday', 'closing'],
};

function planOf(
  name: string,
  more: Record<string, unknown> = {},
  venue: Record<string, unknown> = {},
): RunPlan {
  const hours = HOURS[name] ?? [['10:00', '10:30']];
  const content = resolveVenue(name, '.') as Record<string, unknown>;
  return planRun(
    checkScenario(
      {
        name: 'day',
        seed: 11,
        date: '2026-01-05',
        venue: { ...content, ...venue },
        instruments: ['ACME', 'BOLT'].map((symbol) => ({ symbol, referencePrice: '100.00' })),
        agents: hours.map(([from, until], index) => ({ ...AGENTS, name: `flow-${index}`, from, until })),
        ...more,
      },
      name,
    ),
    ZONE_CLOCK,
  );
}

/** Records of the kinds that the tests look at. */
class Kept implements EventSink {
  readonly auctions: { kind: string; tradeCount: number }[] = [];
  feeMicro = 0;
  fees = 0;

  write(words: Int32Array, count: number): void {
    for (let at = 0; at < count * RECORD_WORDS; at += RECORD_WORDS) {
      const kind = words[at]! & 255;
      if (kind === EV_AUCTION) {
        const name = AUCTION_KIND_NAMES[(words[at]! >>> HEAD_CODE_SHIFT) & 255]!;
        this.auctions.push({ kind: name, tradeCount: words[at + 10]! });
      } else if (kind === EV_FEE) {
        this.fees++;
        this.feeMicro += readFloat64(words, at + 6);
      }
    }
  }
}

function runWhole(plan: RunPlan): { digest: string; kept: Kept; world: World } {
  const kept = new Kept();
  const world = new World(plan.spec, kept);
  world.run(plan.endNs);
  return { digest: world.finish(), kept, world };
}

describe.each(VENUES)('a day at %s', (name) => {
  const plan = planOf(name);
  const whole = runWhole(plan);

  it('has the auctions of its schedule', () => {
    const kinds = new Set(
      whole.kept.auctions.filter(({ tradeCount }) => tradeCount > 0).map(({ kind }) => kind),
    );
    for (const kind of AUCTIONS[name] ?? []) expect(kinds).toContain(kind);
    expect(whole.world.tradeCount).toBeGreaterThan(50);
  });

  it('gives the same digest when snapshotted, resumed and forked on the way', () => {
    let world = new World(plan.spec);
    const steps = 23;
    for (let step = 1; step <= steps; step++) {
      world.run(plan.startNs + Math.floor(((plan.endNs - plan.startNs) * step) / steps));
      world = step % 2 === 0 ? World.resume(plan.spec, world.snapshot()) : world.fork();
    }
    expect(world.finish()).toBe(whole.digest);
  });

  it('gives the same digest when resumed at every event around an auction', () => {
    let world = new World(plan.spec);
    const total = whole.world.eventCount;
    const from = Math.floor(total / 3);
    world.run(plan.endNs, from);
    for (let event = 0; event < 60; event++) {
      world = World.resume(plan.spec, world.snapshot());
      world.run(plan.endNs, 1);
    }
    world.run(plan.endNs);
    expect(world.finish()).toBe(whole.digest);
  });

  it('books every fee to the venue, rounded once a day', () => {
    const { world, kept } = whole;
    const venueCash = world.accounts.cashMinor(world.agentCount);
    if (plan.spec.venues?.[0]?.fees === undefined) {
      expect(kept.fees).toBe(0);
      expect(venueCash).toBe(0);
      return;
    }
    expect(kept.fees).toBe(2 * world.tradeCount);
    // Half a minor unit of rounding for each account at most.
    expect(Math.abs(venueCash - kept.feeMicro / 10_000)).toBeLessThanOrEqual(world.agentCount / 2);
  });
});

describe('what a venue may have besides', () => {
  it('carries orders good till cancelled into the next day, and nothing else', () => {
    const patient = { ...AGENTS, cancelRates: [0.001], from: '17:20', until: '17:35' };
    const plan = planOf('xetra', { days: 2, agents: [patient] });
    const world = new World(plan.spec);
    const firstEndNs = plan.startNs + 13 * 3600e9;
    world.run(firstEndNs);
    const [book] = world.venue.books;
    let left = 0;
    book!.forEachOrder(({ timeInForce }) => {
      left++;
      expect(timeInForce).toBe(1);
    });
    expect(left).toBeGreaterThan(0);
    const trades = world.tradeCount;
    world.run(plan.endNs);
    expect(world.tradeCount).toBeGreaterThan(trades);
    world.finish();
  });

  it('minor units finer than those in which fees are counted', () => {
    const bitcoin = { symbol: 'BTC', referencePrice: '60000.00', lotSize: '0.00001', minorUnit: '0.0000001' };
    const { world, kept } = runWhole(
      planOf('crypto-spot', { instruments: [bitcoin], agents: [{ ...AGENTS, lots: [100, 300] }] }),
    );
    expect(kept.fees).toBeGreaterThan(50);
    // Ten minor units each: nothing is rounded.
    expect(world.accounts.cashMinor(world.agentCount)).toBe(10 * kept.feeMicro);
  });

  it('rates for all of its days, or the run does not begin', () => {
    const beyond = { date: '2026-10-30', days: 2 };
    expect(() => planOf('nasdaq', beyond)).toThrow(/venue nasdaq: fees: .*day=2026-11-02/);
    expect(() => planOf('nasdaq', beyond)).not.toThrow(/day=2026-10-30/);
    expect(planOf('nasdaq', { date: '2026-10-30' }).spec.venues?.[0]?.fees?.days).toHaveLength(1);
  });

  it('a gateway that serves one message after another, and a speed bump', () => {
    const gateway = { serviceUs: 20, takingUs: 500, otherUs: 100, outboundUs: 100 };
    const plain = runWhole(planOf('xetra'));
    const plan = planOf('xetra', {}, { gateway });
    const slow = runWhole(plan);
    expect(slow.digest).not.toBe(plain.digest);
    const resumed = new World(plan.spec);
    resumed.run(plan.startNs + 3_700e9);
    const again = World.resume(plan.spec, resumed.snapshot());
    again.run(plan.endNs);
    expect(again.finish()).toBe(slow.digest);
  });

  it('steps of prices: orders between them are refused', () => {
    const tickBands = [{ from: '0', tick: '0.05' }];
    const { world } = runWhole(planOf('xetra', {}, { tickBands }));
    for (const book of world.venue.books) {
      book.forEachOrder(({ priceTicks }) => expect(priceTicks % 5).toBe(0));
      expect(book.lastTradeTicks % 5).toBe(0);
    }
  });
});
