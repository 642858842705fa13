import { describe, expect, it } from 'vitest';
import { limit, ScriptedGroup, scripted } from '../../tests/support/test-agents.ts';
import { BUY, SELL } from '../domain/index.ts';
import type { Strategy, StrategyContext, StrategyOrder, WorldSpec } from './index.ts';
import { strategyGroup } from './index.ts';
import { World } from './world.ts';

const ACME = { symbol: 'ACME', tickSize: '0.05', lotSize: '0.1', currency: 'USD', minorUnit: '0.001' };
const LINKS = { orderDelayNs: 5, answerDelayNs: 7, feedDelayNs: 3 };

/** A maker with 2.0 at 10.00 and 3.0 at 10.10, and a taker that buys 1.0 at time 50. */
const market = [
  scripted(
    () =>
      new ScriptedGroup('maker', [
        [0, (port, agent) => port.submit(agent, 0, 0, limit(BUY, 200, 20))],
        [0, (port, agent) => port.submit(agent, 0, 1, limit(SELL, 202, 30))],
      ]),
    { orderDelayNs: 0, answerDelayNs: 0, feedDelayNs: 0 },
  ),
  scripted(
    () => new ScriptedGroup('taker', [[50, (port, agent) => port.submit(agent, 0, 0, limit(BUY, 202, 10))]]),
    { orderDelayNs: 0, answerDelayNs: 0, feedDelayNs: 0 },
  ),
];

const specOf = (create: () => readonly Strategy[]): WorldSpec => ({
  seed: 1,
  instruments: [ACME],
  groups: [...market, strategyGroup('mine', create, LINKS)],
  dayEndNs: 500,
});

/** Runs `act` at time 10 in a strategy and gives the notes of all its calls. */
function notesOf(act: (context: StrategyContext) => void, untilNs = 1000): unknown[] {
  const notes: unknown[] = [];
  const strategy: Strategy = {
    onStart: (context) => context.wakeAfter(10),
    onWake: (context) => act(context),
    onFill: (context, fill) => notes.push([context.nowNs, 'fill', fill]),
    onAnswer: (context, answer) => notes.push([context.nowNs, answer.kind, answer.order, answer.reason]),
  };
  new World(specOf(() => [strategy])).run(untilNs);
  return notes;
}

const buy = (change: Partial<StrategyOrder> = {}): StrategyOrder => ({
  symbol: 'ACME',
  side: 'buy',
  qty: '1.0',
  price: '10.10',
  ...change,
});

describe('a hosted strategy', () => {
  it('reads the book in decimals, as old as its feed delay', () => {
    const seen: unknown[] = [];
    const strategy: Strategy = {
      onStart: (context) => {
        for (const delay of [2, 3]) context.wakeAfter(delay);
      },
      onWake: (context) => {
        seen.push([context.best('ACME', 'buy'), context.depth('ACME', 'sell', 5), context.position('ACME')]);
      },
    };
    new World(specOf(() => [strategy])).run(10);
    expect(seen).toEqual([
      [null, [], '0.0'],
      [{ price: '10.00', qty: '2.0' }, [{ price: '10.10', qty: '3.0' }], '0.0'],
    ]);
  });

  it('is told of acceptance and fill after order and answer delay, and holds the position at once', () => {
    const notes = notesOf((context) => context.send(buy()));
    expect(notes).toEqual([
      [22, 'accepted', 0, ''],
      [22, 'fill', { order: 0, symbol: 'ACME', price: '10.10', qty: '1.0', leaves: '0.0' }],
    ]);
  });

  it('numbers its orders, cancels and replaces them by number, and is told why something was refused', () => {
    const notes = notesOf((context) => {
      expect(context.send(buy({ price: '9.00' }))).toBe(0);
      expect(context.send(buy({ price: '10.10', isPostOnly: true }))).toBe(1);
      context.replace(0, { symbol: 'ACME', qty: '0.5' });
      context.cancel(0);
      context.cancel(0);
    });
    expect(notes).toEqual([
      [22, 'accepted', 0, ''],
      [22, 'rejected', 1, 'a post-only order must not lock or cross displayed interest'],
      [22, 'replaced', 0, ''],
      [22, 'canceled', 0, 'requested'],
      [22, 'cancelRejected', 0, 'the order is already filled, cancelled or expired'],
    ]);
  });

  it('has its DAY and good-till-date orders expired', () => {
    const notes = notesOf((context) => {
      context.send(buy({ price: '9.00' }));
      context.send(buy({ price: '9.05', timeInForce: 'gtd', expireTimeNs: 100 }));
    });
    expect(notes.slice(2)).toEqual([
      [107, 'expired', 1, ''],
      [507, 'expired', 0, ''],
    ]);
  });

  it('gets trades and quotes that it asked for, with the venue’s time', () => {
    const notes: unknown[] = [];
    const strategy: Strategy = {
      onTrade: (context, trade) => notes.push([context.nowNs, trade]),
      onQuote: (context, { timeNs, bid, ask }) => notes.push([context.nowNs, timeNs, bid, ask]),
    };
    new World(specOf(() => [strategy])).run(100);
    expect(notes).toEqual([
      [3, 0, '10.00', null],
      [3, 0, '10.00', '10.10'],
      [53, { symbol: 'ACME', timeNs: 50, price: '10.10', qty: '1.0', side: 'buy' }],
      [53, 50, '10.00', '10.10'],
    ]);
  });

  it.each<[string, (context: StrategyContext) => unknown, string]>([
    ['an unknown symbol', (context) => context.best('ZED', 'buy'), 'listed symbols: symbol=ZED'],
    [
      'a misspelt side',
      (context) => context.send(buy({ side: 'Buy' as 'buy' })),
      'a side is buy or sell: side=Buy',
    ],
    [
      'a misspelt side of the depth',
      (context) => context.depth('ACME', 'bid' as 'buy', 1),
      'a side is buy or sell',
    ],
    [
      'a time in force',
      (context) => context.send(buy({ timeInForce: 'gtx' as 'gtc' })),
      'is one of day, gtc',
    ],
    [
      'a quantity beyond 32 bits',
      (context) => context.send(buy({ qty: '500000000' })),
      'fit 32 bits: qty=5000000000',
    ],
    ['a price beyond 32 bits', (context) => context.send(buy({ price: 1e9 })), 'fit 32 bits'],
    ['a changed quantity beyond 32 bits', (c) => c.replace(0, { symbol: 'ACME', qty: 1e9 }), 'fit 32 bits'],
    ['a price off the tick', (context) => context.send(buy({ price: '10.01' })), 'multiple of its step'],
    ['half a nanosecond', (context) => context.wakeAfter(0.5), 'whole number of ns'],
    [
      'an expiry that is no time',
      (c) => c.send(buy({ timeInForce: 'gtd', expireTimeNs: Number.NaN })),
      'whole number of ns',
    ],
  ])('is stopped at %s by a fault that names it', (_, act, message) => {
    expect(() => notesOf(act)).toThrow(
      expect.objectContaining({ message: expect.stringContaining(message) }),
    );
  });

  it('can be resumed and forked, with state of its own and without', () => {
    const create = (): readonly Strategy[] => {
      let fills = 0;
      const counting: Strategy = {
        onStart: (context) => context.wakeAfter(10),
        onWake: (context) => {
          context.send(buy({ qty: `0.${1 + (fills % 5)}` }));
          context.wakeAfter(10 + context.random.nextBelow(20));
        },
        onFill: () => {
          fills++;
        },
        save: () => ({ fills }),
        load: (state) => {
          fills = (state as { fills: number }).fills;
        },
      };
      const stateless: Strategy = { onTrade: (context) => void context.send(buy({ price: '9.00' })) };
      const saving: Strategy = { save: () => 'never read' };
      return [stateless, counting, saving, stateless];
    };
    const straight = new World(specOf(create));
    straight.run(400);
    const digest = straight.finish();
    const cut = new World(specOf(create));
    for (let events = 0; events < straight.eventCount; events += 3) {
      const fork = cut.fork();
      fork.run(400);
      expect(fork.finish(), `after ${events} events`).toBe(digest);
      cut.run(400, 3);
    }
    expect(straight.tradeCount).toBeGreaterThan(5);
  });

  it('comes in groups of at least one', () => {
    expect(() => new World(specOf(() => []))).toThrow(expect.objectContaining({ code: 'WORLD_CONFIG' }));
  });
});
