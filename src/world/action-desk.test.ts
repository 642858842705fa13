/** Corporate actions of a running world: vectors of market-rules §8 from the order to the book, and sums that stay what they are. */

import { describe, expect, it } from 'vitest';
import { corporateAction } from '../../tests/support/corporate-action.ts';
import {
  type Act,
  limit,
  NoisyGroup,
  RecordLog,
  ScriptedGroup,
  scripted,
} from '../../tests/support/test-agents.ts';
import type { CorporateAction } from '../actions/index.ts';
import {
  BUY,
  CANCEL_CORPORATE_ACTION,
  EV_ACTION,
  EV_ADJUSTED,
  EV_CANCELED,
  EV_ENTITLEMENT,
  EV_REPLACED,
  HEAD_CODE_SHIFT,
  type OrderTicket,
  SELL,
  STOP,
  STOP_LIMIT,
} from '../domain/index.ts';
import { type Links, World, type WorldAction, type WorldSpec } from './index.ts';

const AT_ONCE: Links = { orderDelayNs: 0, answerDelayNs: 0, feedDelayNs: 0 };
const CENTS = { tickSize: '0.01', lotSize: '1', currency: 'USD', minorUnit: '0.01' };
const ACME = { ...CENTS, symbol: 'ACME' };
const CHILD = { ...CENTS, symbol: 'CHILD' };
const EX_NS = 1000;

function planned(action: CorporateAction, more: Partial<WorldAction> = {}): WorldAction {
  return {
    atNs: EX_NS,
    action,
    instruments: [0],
    other: null,
    roundLot: 100,
    sizes: 'roundLots',
    withdrawn: [],
    ...more,
  };
}

const split = (newShares: number, oldShares = 1) => corporateAction('split', { newShares, oldShares });
const dividend = (amount: number) => corporateAction('cashDividend', { amount });

function worldOf(
  scripts: readonly (readonly Act[])[],
  actions: readonly WorldAction[],
  log?: RecordLog,
): World {
  const spec: WorldSpec = {
    seed: 1,
    instruments: [ACME, CHILD],
    groups: scripts.map((acts, group) =>
      scripted(
        () =>
          new ScriptedGroup(
            `group${group}`,
            acts.map((act, at) => [10 * at + group + 1, act] as const),
          ),
        AT_ONCE,
      ),
    ),
    actions,
    dayEndNs: null,
  };
  const world = new World(spec, log);
  world.run(2 * EX_NS);
  world.flush();
  return world;
}

const send =
  (ref: number, ticket: OrderTicket, instrument = 0): Act =>
  (port, agent) =>
    port.submit(agent, instrument, ref, ticket);

/** Type, price and open lots of the only order after an action. */
function orderAfter(ticket: OrderTicket, action: CorporateAction, more: Partial<WorldAction> = {}) {
  const world = worldOf([[send(1, ticket)]], [planned(action, more)]);
  const orders = world.venue.openOrders(0);
  world.finish();
  return orders.map(({ priceTicks, stopPriceTicks, openLots }) => [priceTicks, stopPriceTicks, openLots]);
}

const buy = (priceTicks: number, lots = 100) => limit(BUY, priceTicks, lots);
const sell = (priceTicks: number, lots = 100) => limit(SELL, priceTicks, lots);
const stop = (ticks: number) => limit(SELL, 0, 100, { type: STOP, stopPriceTicks: ticks });

describe('open orders of a world on the ex-date (market-rules §8.3)', () => {
  it('T8.3-a lowers a buy limit by a dividend, to the next lower tick', () => {
    expect(orderAfter(buy(10_000), dividend(0.35))).toEqual([[9965, 0, 100]]);
    expect(orderAfter(buy(10_000), dividend(0.125))).toEqual([[9987, 0, 100]]);
  });

  it('T8.3-b leaves a sell limit as it is', () => {
    expect(orderAfter(sell(11_000), dividend(0.35))).toEqual([[11_000, 0, 100]]);
    expect(orderAfter(sell(11_000), split(2))).toEqual([[11_000, 0, 100]]);
  });

  it('T8.3-c lowers a sell stop by a dividend, and both prices of a stop limit', () => {
    expect(orderAfter(stop(9500), dividend(0.35))).toMatchObject([[expect.anything(), 9465, 100]]);
    const stopLimit = limit(SELL, 9400, 100, { type: STOP_LIMIT, stopPriceTicks: 9500 });
    expect(orderAfter(stopLimit, dividend(0.35))).toEqual([[9365, 9465, 100]]);
  });

  it('T8.3-d doubles the size and halves the price of a buy limit', () => {
    expect(orderAfter(buy(6000), split(2))).toEqual([[3000, 0, 200]]);
  });

  it('T8.3-e goes down to a round lot, or to whole shares where those count', () => {
    expect(orderAfter(buy(6000), split(3, 2))).toEqual([[4000, 0, 100]]);
    expect(orderAfter(buy(6000), split(3, 2), { sizes: 'shares' })).toEqual([[4000, 0, 150]]);
  });

  it('T8.3-f rounds the reduction up to the next tick', () => {
    expect(orderAfter(buy(6100, 200), split(3, 2))).toEqual([[4066, 0, 300]]);
  });

  it('T8.3-g cancels all open orders at a reverse split', () => {
    for (const ticket of [buy(6000), sell(11_000), stop(5000)])
      expect(orderAfter(ticket, split(1, 10))).toEqual([]);
  });

  it('T8.3-h changes nothing for a dividend below a cent', () => {
    expect(orderAfter(buy(10_000), dividend(0.009))).toEqual([[10_000, 0, 100]]);
  });

  it('keeps the queue of a price, and what is filled of an order', () => {
    const log = new RecordLog();
    const world = worldOf(
      [
        [send(1, buy(6000)), send(2, buy(6000)), send(3, buy(6000))],
        [(port, agent) => port.submit(agent, 0, 1, sell(6000, 30))],
      ],
      [planned(split(2))],
      log,
    );
    // The sell of 30 came between the first two buys.
    expect(
      world.venue.openOrders(0).map(({ orderId, openLots, filledLots }) => [orderId, openLots, filledLots]),
    ).toEqual([
      [1, 100, 30],
      [3, 200, 0],
      [4, 200, 0],
    ]);
    const adjusted = log.records.filter(([head]) => (head! & 255) === EV_ADJUSTED);
    expect(adjusted.map((words) => words.slice(4, 11))).toEqual([
      [1, 3000, 100, 70, 1, 6000, 0],
      [3, 3000, 200, 100, 1, 6000, 0],
      [4, 3000, 200, 100, 1, 6000, 0],
    ]);
    const kinds = log.records.map(([head]) => head! & 255);
    expect(kinds[kinds.indexOf(EV_ADJUSTED) + 1]).toBe(EV_REPLACED);
  });

  it('takes the orders of groups out that go before the ex-date', () => {
    const log = new RecordLog();
    const world = worldOf(
      [[send(1, buy(6000))], [send(1, buy(5900))]],
      [planned(split(2), { withdrawn: [1] })],
      log,
    );
    expect(world.venue.openOrders(0).map(({ priceTicks }) => priceTicks)).toEqual([3000]);
    const cancel = log.records.find(([head]) => (head! & 255) === EV_CANCELED)!;
    expect(cancel[0]! >>> HEAD_CODE_SHIFT).toBe(CANCEL_CORPORATE_ACTION);
  });
});

/** A world in which the first agent bought lots of the second at a price, and an action befell it. */
function held(lots: number, priceTicks: number, action: CorporateAction, more: Partial<WorldAction> = {}) {
  const log = new RecordLog();
  const world = worldOf(
    [[send(1, buy(priceTicks, lots))], [send(1, sell(priceTicks, lots))]],
    [planned(action, more)],
    log,
  );
  const cost = lots * priceTicks;
  const [issuer] = [world.accounts.count - 1];
  const of = (account: number) => ({
    lots: world.accounts.positionLots(account, 0),
    child: world.accounts.positionLots(account, 1),
    gotMinor: world.accounts.cashMinor(account) + (account === 0 ? cost : account === 1 ? -cost : 0),
  });
  world.finish();
  return { world, log, long: of(0), short: of(1), issuer: of(issuer!) };
}

const negative = ({ lots, child, gotMinor }: { lots: number; child: number; gotMinor: number }) => ({
  lots: 0 - lots,
  child: 0 - child,
  gotMinor: 0 - gotMinor,
});

describe('positions and cash of a world on the ex-date (market-rules §8.1)', () => {
  it('pays longs a dividend that shorts owe', () => {
    const { long, short, issuer } = held(300, 10_000, dividend(0.35));
    expect(long).toEqual({ lots: 300, child: 0, gotMinor: 10_500 });
    expect(short).toEqual(negative(long));
    expect(issuer).toEqual({ lots: 0, child: 0, gotMinor: 0 });
  });

  it('T8.1-g multiplies positions by a split, which keep their value', () => {
    const { long, short, world } = held(300, 10_150, split(2));
    expect(long).toEqual({ lots: 600, child: 0, gotMinor: 0 });
    expect(short).toEqual(negative(long));
    expect(world.venue.lastPriceTicks(0)).toBe(5075);
    expect(300 * 10_150).toBe(600 * 5075);
  });

  it('T8.1-e pays cash for the fractions of a reverse split', () => {
    const { long, short } = held(1234, 85, split(1, 10));
    expect(long).toEqual({ lots: 123, child: 0, gotMinor: 340 });
    expect(short).toEqual(negative(long));
  });

  it('gives the shares of a stock dividend on top: 5 % of 1,030 are 51 and half a share in cash', () => {
    const { long, world } = held(
      1030,
      10_500,
      corporateAction('stockDividend', { newShares: 5, oldShares: 100 }),
    );
    expect(long).toEqual({ lots: 1081, child: 0, gotMinor: 5000 });
    expect(world.venue.lastPriceTicks(0)).toBe(10_000);
  });

  it('T8.1-c spins off one share for four, and tells the price of the parent without it', () => {
    const action = corporateAction('spinOff', {
      newShares: 1,
      oldShares: 4,
      amount: 5,
      otherSymbol: 'CHILD',
    });
    const { long, short, world } = held(400, 6000, action, { other: 1 });
    expect(long).toEqual({ lots: 400, child: 100, gotMinor: 0 });
    expect(short).toEqual(negative(long));
    expect(world.venue.lastPriceTicks(0)).toBe(5500);
  });

  it('T8.1-b pays what rights are worth: 1 for 4 at 80, of 100.00', () => {
    const action = corporateAction('rights', { newShares: 1, oldShares: 4, subscriptionPrice: 80 });
    const { long, world } = held(100, 10_000, action);
    expect(long).toEqual({ lots: 100, child: 0, gotMinor: 40_000 });
    expect(world.venue.lastPriceTicks(0)).toBe(9600);
  });

  it('ends a position for cash, or for shares of the acquirer', () => {
    const cash = held(200, 5000, corporateAction('cashMerger', { amount: 55.5 }));
    expect(cash.long).toEqual({ lots: 0, child: 0, gotMinor: 1_110_000 });
    expect(cash.short).toEqual(negative(cash.long));
    const shares = corporateAction('stockMerger', { newShares: 1, oldShares: 2, otherSymbol: 'CHILD' });
    expect(held(200, 5000, shares, { other: 1 }).long).toEqual({ lots: 0, child: 100, gotMinor: 0 });
  });

  it('says what happened before what it does, and leaves a change of symbol at that', () => {
    const { log } = held(10, 5000, split(2));
    const kinds = log.records.map(([head]) => head! & 255);
    expect(kinds.slice(kinds.indexOf(EV_ACTION))).toEqual([EV_ACTION, EV_ENTITLEMENT, EV_ENTITLEMENT]);
    const named = held(10, 5000, corporateAction('symbolChange', { otherSymbol: 'ACME2' }));
    expect(named.long).toEqual({ lots: 10, child: 0, gotMinor: 0 });
    expect(named.world.venue.lastPriceTicks(0)).toBe(5000);
  });

  it('agents see the last price in new shares, after the delay of their feed', () => {
    const seen: number[] = [];
    const look: Act = (port, agent) => seen.push(port.lastTradeTicks(agent, 0));
    const spec: WorldSpec = {
      seed: 1,
      instruments: [ACME],
      groups: [
        scripted(
          () =>
            new ScriptedGroup('one', [
              [1, send(1, buy(6000))],
              [2, send(2, sell(6000))],
              [EX_NS + 40, look],
              [EX_NS + 60, look],
            ]),
          { ...AT_ONCE, feedDelayNs: 50 },
        ),
      ],
      actions: [planned(split(2))],
      dayEndNs: null,
    };
    new World(spec).run(2 * EX_NS);
    expect(seen).toEqual([6000, 3000]);
  });
});

describe('a world with corporate actions', () => {
  const kinds = [
    split(3, 2),
    dividend(0.37),
    split(1, 7),
    corporateAction('spinOff', { newShares: 1, oldShares: 3, amount: 0.1, otherSymbol: 'BOLT' }),
    corporateAction('stockDividend', { newShares: 1, oldShares: 30 }),
  ];
  const spec: WorldSpec = {
    seed: 5,
    instruments: [ACME, { ...ACME, symbol: 'BOLT' }],
    groups: [{ create: () => new NoisyGroup('noisy', 7, 0), links: () => AT_ONCE }],
    actions: kinds.map((action, at) =>
      planned(action, { atNs: 4000 * (at + 1), other: action.kind === 'spinOff' ? 1 : null }),
    ),
    dayEndNs: null,
  };

  it('conserves cash and lots, and is the same when it is resumed between two of them', () => {
    const log = new RecordLog();
    const world = new World(spec, log);
    world.run(10_000);
    const resumed = World.resume(spec, world.snapshot());
    for (const one of [world, resumed]) one.run(30_000);
    const digest = world.finish();
    expect(resumed.finish()).toBe(digest);
    const count = (kind: number) => log.records.filter(([head]) => (head! & 255) === kind).length;
    expect(count(EV_ACTION)).toBe(kinds.length);
    expect(count(EV_ENTITLEMENT)).toBeGreaterThan(20);
    expect(count(EV_ADJUSTED)).toBeGreaterThan(5);
    world.venue.books.forEach((book) => {
      book.validate();
    });
  });
});
