/** Order protection between two venues (market-rules §1.19): the worked vector, and what others see of it. */

import { describe, expect, it } from 'vitest';
import { limit, NoisyGroup, ScriptedGroup, scripted } from '../../tests/support/test-agents.ts';
import {
  BUY,
  EV_CANCELED,
  EV_REPLACED,
  EV_TRADE,
  GTC,
  MARKET,
  type OrderTicket,
  ROUTING_CANCEL,
  ROUTING_SWEEP,
  SELL,
} from '../domain/index.ts';
import type { Links, ProtectionSpec, Shock, WorldSpec } from './index.ts';
import { World } from './world.ts';

const ACME = { tickSize: '0.01', lotSize: '1', currency: 'USD', minorUnit: '0.01', product: 'ACME' };
const AT_ONCE: Links = { orderDelayNs: 0, answerDelayNs: 0, feedDelayNs: 0 };
const FEED_NS = 50;
const SLIDES: ProtectionSpec = { roundLots: 100, rest: 'slide' };

/** 100 offered here at 10.02, and `awayLots` there at 10.01; then one order here, with what its sender is told. */
function afterOrder(
  ticket: OrderTicket,
  { awayLots = 200, atNs = 1000, protection = SLIDES, shocks = [] }: Partial<Setting> = {},
): { told: number[][]; world: World } {
  const made: ScriptedGroup[] = [];
  const quotes = scripted(
    () =>
      new ScriptedGroup('quotes', [
        [0, (port, agent) => port.submit(agent, 0, 1, limit(SELL, 1002, 100))],
        [0, (port, agent) => port.submit(agent, 1, 2, limit(SELL, 1001, awayLots))],
      ]),
    AT_ONCE,
  );
  const taker = scripted(
    () => new ScriptedGroup('taker', [[atNs, (port, agent) => port.submit(agent, 0, 1, ticket)]]),
    AT_ONCE,
    made,
  );
  const world = new World({
    seed: 1,
    instruments: [
      { ...ACME, symbol: 'ACME@here', venue: 'here' },
      { ...ACME, symbol: 'ACME@there', venue: 'there' },
    ],
    venues: [{ name: 'here', protection }, { name: 'there' }],
    consolidatedDelayNs: FEED_NS,
    groups: [quotes, taker],
    shocks,
    dayEndNs: null,
  });
  world.run(1e6);
  world.finish();
  const told = made[0]!.privates.map(({ kind, priceTicks, qtyLots }) => [kind, priceTicks, qtyLots]);
  return { told, world };
}

interface Setting {
  readonly awayLots: number;
  readonly atNs: number;
  readonly protection: ProtectionSpec;
  readonly shocks: readonly Shock[];
}

const buy = (more: Partial<OrderTicket> = {}): OrderTicket => limit(BUY, 1002, 300, more);
const tradesOf = (told: number[][]): number[][] => told.filter(([kind]) => kind === EV_TRADE);

describe('order protection in a world', () => {
  it('T1.19-a: a non-routable buy through a better offer elsewhere does not trade and is shown a tick away from it', () => {
    const { told, world } = afterOrder(buy());
    expect(tradesOf(told)).toEqual([]);
    expect(told.at(-1)).toEqual([EV_REPLACED, 1000, 300]);
    expect([world.venue.books[0]!.bestTicks(BUY), world.venue.books[0]!.bestLots(SELL)]).toEqual([1000, 100]);
  });

  it('T1.19-a: an intermarket sweep trades at its limit, and the rest stands there', () => {
    const { told, world } = afterOrder(buy({ routing: ROUTING_SWEEP }));
    expect(tradesOf(told)).toEqual([[EV_TRADE, 1002, 100]]);
    expect([world.venue.books[0]!.bestTicks(BUY), world.venue.books[0]!.bestLots(BUY)]).toEqual([1002, 200]);
  });

  it('cancels the rest where the venue or the sender wants it', () => {
    const byVenue = afterOrder(buy(), { protection: { ...SLIDES, rest: 'cancel' } });
    const bySender = afterOrder(buy({ routing: ROUTING_CANCEL }));
    for (const { told, world } of [byVenue, bySender]) {
      expect(tradesOf(told)).toEqual([]);
      expect(told.at(-1)![0]).toBe(EV_CANCELED);
      expect(world.venue.liveOrderCount).toBe(2);
    }
  });

  it('cancels a market order rather than trade it through', () => {
    const { told } = afterOrder(buy({ type: MARKET }));
    expect(told.map(([kind]) => kind)).not.toContain(EV_TRADE);
    expect(told.at(-1)![0]).toBe(EV_CANCELED);
  });

  it('does not protect less than a round lot, nor what the feed does not show yet', () => {
    for (const setting of [{ awayLots: 99 }, { atNs: FEED_NS - 1 }])
      expect(tradesOf(afterOrder(buy(), setting).told)).toEqual([[EV_TRADE, 1002, 100]]);
  });

  it('does not protect the quotes of a venue that is down (self-help), but those of one that is up again', () => {
    const outage = { kind: 'outage', venues: [1], atNs: 500, untilNs: 2000 } as const;
    expect(tradesOf(afterOrder(buy(), { shocks: [outage] }).told)).toEqual([[EV_TRADE, 1002, 100]]);
    expect(tradesOf(afterOrder(buy(), { shocks: [outage], atNs: 2001 }).told)).toEqual([]);
  });

  it('leaves alone what locks nothing', () => {
    const { told, world } = afterOrder(limit(BUY, 1000, 300, { timeInForce: GTC }));
    expect(told).toHaveLength(1);
    expect(world.venue.books[0]!.bestLots(BUY)).toBe(300);
  });

  it('bounds the new price of a replace too', () => {
    const made: ScriptedGroup[] = [];
    const spec: WorldSpec = {
      seed: 1,
      instruments: [
        { ...ACME, symbol: 'ACME@here', venue: 'here' },
        { ...ACME, symbol: 'ACME@there', venue: 'there' },
      ],
      venues: [{ name: 'here', protection: SLIDES }, { name: 'there' }],
      groups: [
        scripted(
          () =>
            new ScriptedGroup('one', [
              [0, (port, agent) => port.submit(agent, 1, 1, limit(SELL, 1001, 100))],
              [1, (port, agent) => port.submit(agent, 0, 2, limit(BUY, 990, 10))],
              [2, (port, agent) => port.replace(agent, 2, 1005, 10)],
            ]),
          AT_ONCE,
          made,
        ),
      ],
      dayEndNs: null,
    };
    const world = new World(spec);
    world.run(1e6);
    expect(world.venue.books[0]!.bestTicks(BUY)).toBe(1000);
    expect(made[0]!.port.consolidatedTicks(0, BUY)).toBe(1000);
    expect(made[0]!.port.consolidatedTicks(0, SELL)).toBe(1001);
    expect(made[0]!.port.sameProduct(1)).toEqual([0, 1]);
  });

  it('never trades through and never locks with noise at venues that protect each other without delay', () => {
    const instruments = ['a', 'b', 'c'].map((venue) => ({ ...ACME, symbol: `ACME@${venue}`, venue }));
    const protection: ProtectionSpec = { roundLots: 1, rest: 'slide' };
    for (let seed = 1; seed <= 10; seed++) {
      const world = new World({
        seed,
        instruments,
        venues: instruments.map(({ venue }) => ({ name: venue, protection })),
        groups: [{ create: () => new NoisyGroup('noisy', 9), links: () => AT_ONCE }],
        dayEndNs: null,
      });
      for (let step = 0; step < 3000; step++) {
        world.run(200_000, 1);
        const books = world.venue.books;
        const bids = books.map((book) => book.bestTicks(BUY)).filter((ticks) => ticks > 0);
        const asks = books.map((book) => book.bestTicks(SELL)).filter((ticks) => ticks > 0);
        if (bids.length === 0 || asks.length === 0) continue;
        expect(Math.max(...bids), `seed ${seed}, step ${step}`).toBeLessThan(Math.min(...asks));
      }
      expect(world.tradeCount).toBeGreaterThan(20);
      world.finish();
    }
  });
});
