/** Smart order routing by the sender (market-rules §1.19): plans over what a strategy sees, sent as orders of single venues. */

import { describe, expect, it } from 'vitest';
import { limit, ScriptedGroup, scripted } from '../../tests/support/test-agents.ts';
import { BUY, SELL, type Side } from '../domain/index.ts';
import {
  type Links,
  type RouteRequest,
  type SentLeg,
  type Strategy,
  type StrategyContext,
  strategyGroup,
  World,
} from './index.ts';

const SIZES = { tickSize: '0.01', lotSize: '1', currency: 'USD', minorUnit: '0.01', product: 'ACME' };
const VENUES = ['a', 'b', 'c'];
const AT_ONCE: Links = { orderDelayNs: 0, answerDelayNs: 0, feedDelayNs: 0 };
const MINE: Links = { orderDelayNs: 5, answerDelayNs: 7, feedDelayNs: 30 };

type Quote = readonly [venue: number, side: Side, ticks: number, lots: number];
const ASKS: readonly Quote[] = [
  [0, SELL, 1002, 100],
  [1, SELL, 1001, 200],
  [2, SELL, 1003, 500],
];

/** Runs `act` of a strategy at `atNs` after somebody made quotes at time 0; venues a and b protect each other's. */
function afterQuotes(
  quotes: readonly Quote[],
  act: (context: StrategyContext) => void,
  atNs = 100,
): { world: World; fills: string[]; answers: string[] } {
  const fills: string[] = [];
  const answers: string[] = [];
  const strategy: Strategy = {
    onStart: (context) => context.wakeAfter(atNs),
    onWake: act,
    onFill: (_, { order, symbol, qty, price }) => fills.push(`${order} ${symbol} ${qty}@${price}`),
    onAnswer: (_, { kind, order, symbol }) => answers.push(`${kind} ${order} ${symbol}`),
  };
  const maker = new ScriptedGroup(
    'maker',
    quotes.map(([venue, side, ticks, lots], ref) => [
      0,
      (port, agent) => port.submit(agent, venue, ref, limit(side, ticks, lots)),
    ]),
  );
  const world = new World({
    seed: 1,
    instruments: VENUES.map((venue) => ({ ...SIZES, symbol: `ACME@${venue}`, venue })),
    venues: VENUES.map((name) => ({ name, protection: { roundLots: 100, rest: 'slide' } })),
    groups: [scripted(() => maker, AT_ONCE), strategyGroup('router', () => [strategy], MINE)],
    dayEndNs: null,
  });
  world.run(1e6);
  world.finish();
  return { world, fills, answers };
}

/** What a request sent, and what came of it. */
function routed(
  request: Omit<RouteRequest, 'side' | 'symbol'> & Partial<RouteRequest>,
  quotes = ASKS,
): ReturnType<typeof afterQuotes> & { legs: SentLeg[] } {
  const legs: SentLeg[] = [];
  const result = afterQuotes(quotes, (context) => {
    legs.push(...context.route({ side: 'buy', symbol: 'ACME', ...request }));
  });
  return { ...result, legs };
}

const lines = (legs: readonly SentLeg[]): string[] =>
  legs.map(({ order, symbol, qty, price }) => `${order} ${symbol} ${qty}@${price}`);

describe('a strategy that routes', () => {
  it('T1.19-a: sweeps the better quotes elsewhere and trades at its limit at once, the rest stays there', () => {
    const { legs, fills, world } = routed({ symbol: 'ACME@a', plan: 'sweep', qty: 400, price: '10.02' });
    expect(lines(legs)).toEqual(['0 ACME@b 200@10.01', '1 ACME@a 200@10.02']);
    expect(fills).toEqual(['0 ACME@b 200@10.01', '1 ACME@a 100@10.02']);
    expect([world.venue.books[0]!.bestTicks(BUY), world.venue.books[0]!.bestLots(BUY)]).toEqual([1002, 100]);
  });

  it('without the sweep the same order slides before the quote that it left', () => {
    const { fills, world } = afterQuotes(ASKS, (context) => {
      context.send({ symbol: 'ACME@a', side: 'buy', qty: 200, price: '10.02' });
    });
    expect(fills).toEqual([]);
    expect(world.venue.books[0]!.bestTicks(BUY)).toBe(1000);
  });

  it('cancels the rest of an immediate sweep', () => {
    const { answers, world } = routed({
      symbol: 'ACME@a',
      plan: 'sweep',
      qty: 400,
      price: '10.02',
      timeInForce: 'ioc',
    });
    expect(answers).toContain('canceled 1 ACME@a');
    expect(world.venue.liveOrderCount).toBe(1);
  });

  it('takes the cheapest with fees: a rebate for taking is worth a tick', () => {
    const plain = routed({ plan: 'priceAndFee', qty: 300, price: '10.02' });
    expect(lines(plain.legs)).toEqual(['0 ACME@b 200@10.01', '1 ACME@a 100@10.02']);
    const rebate = { a: { take: '-0.0180' }, b: { take: '0.0030' } };
    const withFees = routed({ plan: 'priceAndFee', qty: 150, price: '10.03', fees: rebate });
    expect(lines(withFees.legs)).toEqual(['0 ACME@a 100@10.02', '1 ACME@b 50@10.01']);
  });

  it('sends no more than is shown within its limit', () => {
    expect(lines(routed({ plan: 'priceAndFee', qty: 900, price: '10.01' }).legs)).toEqual([
      '0 ACME@b 200@10.01',
    ]);
    expect(routed({ plan: 'priceAndFee', qty: 900, price: '10.00' }).legs).toEqual([]);
  });

  it('posts where its side is best, then where making costs least, then behind the least', () => {
    const bids: Quote[] = [
      [0, BUY, 990, 300],
      [1, BUY, 990, 100],
      [2, BUY, 989, 100],
    ];
    const at = (fees?: RouteRequest['fees']): string =>
      routed({ plan: 'post', qty: 50, price: '9.90', ...(fees && { fees }) }, bids).legs[0]!.symbol;
    expect(at()).toBe('ACME@b');
    expect(at({ a: { make: '-0.0020' }, c: { make: '-1' } })).toBe('ACME@a');
    expect(routed({ plan: 'post', symbol: 'ACME@c', qty: 50, price: '9.90' }, []).legs[0]!.symbol).toBe(
      'ACME@c',
    );
  });

  it('sees the venues as late as its feeds are', () => {
    const legsAt = (atNs: number): number => {
      let count = -1;
      const act = (context: StrategyContext): void => {
        count = context.route({
          symbol: 'ACME',
          side: 'buy',
          qty: 1,
          price: '11',
          plan: 'priceAndFee',
        }).length;
      };
      afterQuotes(ASKS, act, atNs);
      return count;
    };
    expect([legsAt(29), legsAt(30)]).toEqual([0, 1]);
  });

  it('adds odd lots up to the round lot that it asks for', () => {
    const odd: Quote[] = [
      [0, SELL, 1001, 60],
      [0, SELL, 1002, 60],
    ];
    const { legs } = routed({ plan: 'priceAndFee', qty: 500, price: '10.05', roundLots: 100 }, odd);
    expect(legs.map(({ price }) => price)).toEqual(['10.02']);
  });

  it.each<[string, Partial<RouteRequest>, string]>([
    ['a symbol that is not listed', { symbol: 'BOLT' }, 'routes listed symbols or products'],
    ['a venue that is none', { fees: { z: { take: 1 } } }, 'fees of a route name its venues: a, b, c'],
    ['a fee that is no number', { fees: { a: { take: 'free' } } }, 'a fee of a route is a decimal number'],
    [
      'every misspelt name at once',
      { plan: 'best' as 'post', side: 'b' as 'buy', timeInForce: 'gtc' as 'day', roundLots: 0 },
      'side is buy or sell, found b; plan is one of sweep, priceAndFee, post, found best; timeInForce is day or ioc, found gtc; roundLots is a whole number from 1, found 0',
    ],
  ])('is stopped at %s', (_, change, message) => {
    expect(() => routed({ plan: 'sweep', qty: 1, price: '10', ...change })).toThrow(message);
  });

  it('is stopped at a routing of an order that is none', () => {
    const order = { symbol: 'ACME@a', side: 'buy', qty: 1, price: 10, routing: 'iso' as 'sweep' } as const;
    expect(() => afterQuotes([], (context) => context.send(order))).toThrow(
      'a routing is one of venue, sweep',
    );
  });
});
