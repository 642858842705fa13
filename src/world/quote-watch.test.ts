/** What venues do when the quotes of others change: pegs follow the best of all (market-rules §1.8), slid orders come back (§1.11). */

import { describe, expect, it } from 'vitest';
import { type Act, limit, NoisyGroup, ScriptedGroup, scripted } from '../../tests/support/test-agents.ts';
import {
  BUY,
  DAY,
  EV_REPLACED,
  type ManagedTerms,
  PRICE_TICKS_MAX,
  SELL,
  type Side,
  UNDEF_INT32,
} from '../domain/index.ts';
import type { Links, Shock, VenueSpec, WorldSpec } from './index.ts';
import { World } from './world.ts';

const ACME = { tickSize: '0.01', lotSize: '1', currency: 'USD', minorUnit: '0.01', product: 'ACME' };
const AT_ONCE: Links = { orderDelayNs: 0, answerDelayNs: 0, feedDelayNs: 0 };
const FEED_NS = 50;
const NAMES = ['here', 'there'];

interface Setting {
  readonly here?: Partial<VenueSpec>;
  readonly consolidatedDelayNs?: number;
  readonly shocks?: readonly Shock[];
}

function specOf(
  groups: WorldSpec['groups'],
  { here = {}, consolidatedDelayNs = FEED_NS, shocks = [] }: Setting,
): WorldSpec {
  return {
    seed: 1,
    instruments: NAMES.map((venue) => ({ ...ACME, symbol: `ACME@${venue}`, venue })),
    venues: [{ ...here, name: 'here' }, { name: 'there' }],
    consolidatedDelayNs,
    groups,
    shocks,
    dayEndNs: null,
  };
}

const at = (timeNs: number, act: Act): readonly [number, Act] => [timeNs, act];
const quote =
  (venue: number, side: Side, ticks: number, ref: number): Act =>
  (port, agent) =>
    port.submit(agent, venue, ref, limit(side, ticks, 100));
const PEG: ManagedTerms = { kind: 'peg', to: 'primary', offsetTicks: 0 };
const peg =
  (ref: number, terms: ManagedTerms = PEG): Act =>
  (port, agent) =>
    port.submitManaged(agent, 0, ref, limit(BUY, PRICE_TICKS_MAX, 10), terms);

/** Best bid here after each time, of a book in which nothing else is bid so high. */
function bidsHere(
  script: readonly (readonly [number, Act])[],
  times: readonly number[],
  setting: Setting,
): number[] {
  const world = new World(specOf([scripted(() => new ScriptedGroup('one', script), AT_ONCE)], setting));
  const bids = times.map((timeNs) => {
    world.run(timeNs);
    return world.venue.books[0]!.bestTicks(BUY);
  });
  world.finish();
  return bids;
}

const GIVEN: Setting = { here: { managed: { quoteFrom: 'given' } } };

describe('pegs that follow the best of all venues', () => {
  const script = [
    at(0, quote(0, BUY, 990, 0)),
    at(0, quote(0, SELL, 1010, 1)),
    at(100, peg(2)),
    at(200, quote(1, BUY, 1000, 3)),
    at(400, (port, agent) => port.cancel(agent, 3)),
  ];

  it('T1.8: stand at the bid of another venue when the feed shows it, and leave it when the feed does', () => {
    expect(bidsHere(script, [150, 249, 250, 449, 450], GIVEN)).toEqual([990, 990, 1000, 1000, 990]);
  });

  it('follow their own book at a venue that says so', () => {
    expect(bidsHere(script, [150, 250, 450], {})).toEqual([990, 990, 990]);
  });

  it('know the quote when they come, without anything of their own book', () => {
    const only = [at(0, quote(1, BUY, 1000, 0)), at(100, peg(2))];
    expect(
      bidsHere(only, [100], { here: { managed: { quoteFrom: 'given', pegWithoutQuote: 'cancel' } } }),
    ).toEqual([1000]);
  });

  it('know it as well when they come with others, of a group and as the entry of a bracket', () => {
    const pegged = { ticket: limit(BUY, PRICE_TICKS_MAX, 10), terms: PEG };
    const plain = { ref: 3, ticket: limit(SELL, 1020, 10), terms: { kind: 'plain' } } as const;
    const sends: readonly Act[] = [
      (port, agent) => port.submitGroup(agent, 0, [{ ref: 2, ...pegged }, plain], 'reduce'),
      (port, agent) => port.submitBracket(agent, 0, { ref: 2, ...pegged }, [plain], 'reduce'),
    ];
    const setting: Setting = { here: { managed: { quoteFrom: 'given', pegWithoutQuote: 'cancel' } } };
    for (const send of sends) {
      const script = [at(0, quote(1, BUY, 1000, 0)), at(100, send)];
      expect(bidsHere(script, [100], setting)).toEqual([1000]);
    }
  });

  it('follow what is still under way to the venue when they come', () => {
    expect(bidsHere([at(80, quote(1, BUY, 1000, 0)), ...script.slice(0, 3)], [129, 130], GIVEN)).toEqual([
      990, 1000,
    ]);
  });

  it('of the middle stand between the best of both sides wherever they are', () => {
    const middle: ManagedTerms = { kind: 'peg', to: 'midpoint', offsetTicks: 0 };
    const world = [at(0, quote(0, BUY, 990, 0)), at(0, quote(1, SELL, 1000, 1)), at(100, peg(2, middle))];
    expect(bidsHere(world, [100], GIVEN)).toEqual([995]);
  });

  it('see nothing new of a venue whose feed has a gap, and all of it at the end', () => {
    const gap = { kind: 'feedGap', venues: [1], atNs: 150, untilNs: 350 } as const;
    const times = [250, 349, 351];
    expect(bidsHere(script, times, { ...GIVEN, shocks: [gap] })).toEqual([990, 990, 1000]);
  });

  it('chase each other in time, not at one instant, where nothing stops them', () => {
    const chasing: WorldSpec = {
      ...specOf(
        [
          scripted(
            () =>
              new ScriptedGroup('one', [
                at(0, quote(0, BUY, 990, 0)),
                at(10, peg(1, { ...PEG, offsetTicks: 1 })),
                at(10, (port, agent) =>
                  port.submitManaged(agent, 1, 2, limit(BUY, 1100, 10), { ...PEG, offsetTicks: 1 }),
                ),
              ]),
            AT_ONCE,
          ),
        ],
        { consolidatedDelayNs: 0 },
      ),
      venues: NAMES.map((name) => ({ name, managed: { quoteFrom: 'given' } })),
    };
    const world = new World(chasing);
    world.run(1000);
    const bids = world.venue.books.map((book) => book.bestTicks(BUY));
    // One rises above the other until the cap of the second, one tick above which the first stays.
    expect(bids).toEqual([1101, 1100]);
  });
});

describe('orders that slid', () => {
  const comesBack = (does: boolean): Setting => ({
    here: { protection: { roundLots: 1, rest: 'slide', comesBack: does } },
  });
  const script = [
    at(0, quote(1, SELL, 1001, 0)),
    at(0, quote(1, SELL, 1002, 1)),
    at(100, quote(0, BUY, 1002, 2)),
    at(200, (port: Parameters<Act>[0], agent: number) => port.cancel(agent, 0)),
    at(400, (port: Parameters<Act>[0], agent: number) => port.cancel(agent, 1)),
  ];

  it('T1.11-a: come back as far as the next quote allows, and to their limit when there is none', () => {
    expect(bidsHere(script, [100, 249, 250, 449, 450], comesBack(true))).toEqual([
      1000, 1000, 1001, 1001, 1002,
    ]);
  });

  it('stay where they slid to at a venue that does not take them back', () => {
    expect(bidsHere(script, [100, 250, 450], comesBack(false))).toEqual([1000, 1000, 1000]);
  });

  it('do not come back to a price that their owner has given up', () => {
    const changed = [
      ...script,
      at(150, (port: Parameters<Act>[0], agent: number) => port.replace(agent, 2, 995, 100)),
    ];
    expect(bidsHere(changed, [160, 450], comesBack(true))).toEqual([995, 995]);
  });

  it('are none of a mass quote: it stands where it is asked to, also when a side is replaced by itself', () => {
    const quoteOf =
      (bidTicks: number): Act =>
      (port, agent) =>
        port.massQuote(agent, { timeInForce: DAY, flags: 0, stpGroup: 0, stpMode: 0 }, [
          { instrument: 0, bidRef: 2, bidTicks, bidLots: 10, askRef: 3, askTicks: 1050, askLots: 10 },
        ]);
    const quoted = [
      ...script.slice(0, 2),
      at(100, quoteOf(1002)),
      at(120, quoteOf(990)),
      at(140, (port: Parameters<Act>[0], agent: number) => port.replace(agent, 2, 1003, 10)),
      at(160, quoteOf(980)),
      ...script.slice(3),
    ];
    expect(bidsHere(quoted, [100, 130, 150, 170, 450], comesBack(true))).toEqual([1002, 990, 1003, 980, 980]);
  });

  it('are gone with a cancel, and their owner is told of each move', () => {
    const made: ScriptedGroup[] = [];
    const all = [...script, at(300, (port: Parameters<Act>[0], agent: number) => port.cancel(agent, 2))];
    const world = new World(
      specOf([scripted(() => new ScriptedGroup('one', all), AT_ONCE, made)], comesBack(true)),
    );
    world.run(1e4);
    world.finish();
    expect(world.venue.books[0]!.bestTicks(BUY)).toBe(UNDEF_INT32);
    const moves = made[0]!.privates.filter(({ kind, ref }) => kind === EV_REPLACED && ref === 2);
    expect(moves.map(({ timeNs, priceTicks }) => [timeNs, priceTicks])).toEqual([
      [100, 1000],
      [250, 1001],
    ]);
  });

  it('lock nothing, with noise at venues that take them back, and end as resumed runs do', () => {
    const protection = { roundLots: 1, rest: 'slide', comesBack: true } as const;
    const spec: WorldSpec = {
      ...specOf([{ create: () => new NoisyGroup('noisy', 9), links: () => AT_ONCE }], {
        consolidatedDelayNs: 0,
      }),
      venues: NAMES.map((name) => ({ name, protection, managed: { quoteFrom: 'given' } })),
    };
    const world = new World(spec);
    for (let step = 0; step < 3000; step++) {
      world.run(60_000, 1);
      const best = (side: Side): number[] =>
        world.venue.books.map((book) => book.bestTicks(side)).filter((ticks) => ticks > 0);
      const [bids, asks] = [best(BUY), best(SELL)];
      if (bids.length > 0 && asks.length > 0)
        expect(Math.max(...bids), `step ${step}`).toBeLessThan(Math.min(...asks));
      if (step % 500 !== 250) continue;
      const [one, other] = [world.fork(), world.fork()];
      for (const fork of [one, other]) fork.run(80_000);
      expect(one.finish()).toBe(other.finish());
    }

    const straight = new World(spec);
    straight.run(20_000);
    const staying = { roundLots: 1, rest: 'slide', comesBack: false } as const;
    const stayed = new World({ ...spec, venues: NAMES.map((name) => ({ name, protection: staying })) });
    stayed.run(20_000);
    expect(stayed.finish()).not.toBe(straight.fork().finish());
    const cut = new World(spec);
    cut.run(9000);
    const resumed = World.resume(spec, cut.snapshot());
    resumed.run(20_000);
    expect(resumed.finish()).toBe(straight.finish());
  });
});
