import { describe, expect, it } from 'vitest';
import { limit, RecordLog, ScriptedGroup, scripted } from '../../tests/support/test-agents.ts';
import {
  BUY,
  CMD_LINKED,
  CMD_PROTECT,
  CMD_QUOTE,
  EV_QUOTED,
  type EventSink,
  HEAD_CODE_SHIFT,
  linkOf,
  SELL,
} from '../domain/index.ts';
import { GatewayServer, SpeedBump } from './link-model.ts';
import { NULL_SINK, type WorldSpec } from './spec.ts';
import { type Strategy, type StrategyContext, type StrategyOrder, strategyGroup } from './strategy.ts';
import { World } from './world.ts';

const ACME = { symbol: 'ACME', tickSize: '0.01', lotSize: '1', currency: 'USD', minorUnit: '0.01' };
const BOLT = { ...ACME, symbol: 'BOLT' };
const AT_ONCE = { orderDelayNs: 0, answerDelayNs: 0, feedDelayNs: 0 };
const LINKS = { orderDelayNs: 5, answerDelayNs: 7, feedDelayNs: 3 };
/** Number of the strategy's agent, behind maker and taker. */
const MINE = 2;

/** 10.00 to 10.10 in both instruments; somebody buys 4 of ACME up to 10.10 at 50, and sells 4 down to 9.90 at 70. */
const market = [
  scripted(
    () =>
      new ScriptedGroup('maker', [
        [
          0,
          (port, agent) => {
            for (const instrument of [0, 1]) {
              port.submit(agent, instrument, 2 * instrument, limit(BUY, 990, 100));
              port.submit(agent, instrument, 2 * instrument + 1, limit(SELL, 1020, 100));
            }
          },
        ],
      ]),
    AT_ONCE,
  ),
  scripted(
    () =>
      new ScriptedGroup('taker', [
        [50, (port, agent) => port.submit(agent, 0, 0, limit(BUY, 1010, 4))],
        [70, (port, agent) => port.submit(agent, 0, 1, limit(SELL, 1000, 4))],
      ]),
    AT_ONCE,
  ),
];

const specOf = (create: () => readonly Strategy[], more: Partial<WorldSpec> = {}): WorldSpec => ({
  seed: 1,
  instruments: [ACME, BOLT],
  groups: [...market, strategyGroup('mine', create, LINKS)],
  dayEndNs: 500,
  ...more,
});

/** Acts at 10 and, if it is asked to, at later times; its notes are its state. */
class Noting implements Strategy {
  notes: string[] = [];
  #wakes = 0;
  readonly #acts: readonly (readonly [number, (context: StrategyContext) => void])[];

  constructor(...acts: readonly (readonly [number, (context: StrategyContext) => void])[]) {
    this.#acts = acts;
  }

  onStart(context: StrategyContext): void {
    for (const [timeNs] of this.#acts) context.wakeAfter(timeNs);
  }

  onWake(context: StrategyContext): void {
    this.#acts[this.#wakes++]![1](context);
  }

  onFill(
    { nowNs }: StrategyContext,
    { order, price, qty, leaves }: Parameters<NonNullable<Strategy['onFill']>>[1],
  ): void {
    this.notes.push(`${nowNs} fill ${order} ${qty}@${price} leaves ${leaves}`);
  }

  onAnswer(
    { nowNs }: StrategyContext,
    { kind, order, reason, leaves }: Parameters<NonNullable<Strategy['onAnswer']>>[1],
  ): void {
    this.notes.push(`${nowNs} ${kind} ${order} ${kind === 'reduced' ? `leaves ${leaves}` : reason}`.trim());
  }

  save(): unknown {
    return [this.notes, this.#wakes];
  }

  load(state: unknown): void {
    [this.notes, this.#wakes] = state as [string[], number];
  }
}

function notesOf(strategy: Noting, more: Partial<WorldSpec> = {}, sink: EventSink = NULL_SINK): string[] {
  const world = new World(
    specOf(() => [strategy], more),
    sink,
  );
  world.run(1000);
  world.finish();
  return strategy.notes;
}

const sell: StrategyOrder = { symbol: 'ACME', side: 'sell', qty: 10, price: '10.10' };
const buy: StrategyOrder = { symbol: 'ACME', side: 'buy', qty: 10, price: '10.00' };
const quoteAt = (symbol: string, bid: string, ask: string, qty = 10) => ({
  symbol,
  bid: { price: bid, qty },
  ask: { price: ask, qty },
});

const kindsIn = ({ records }: RecordLog, kind: number): number[][] =>
  records.filter(([head]) => (head! & 255) === kind);

describe('groups of an agent', () => {
  it('a fill of one takes as much off the other, each answers under its own number', () => {
    const log = new RecordLog();
    const mine = new Noting([10, (context) => expect(context.oco([sell, buy])).toEqual([0, 1])]);
    expect(notesOf(mine, {}, log)).toEqual([
      '22 accepted 0',
      '22 accepted 1',
      '57 fill 0 4@10.10 leaves 6',
      '57 reduced 1 leaves 6',
      '77 fill 1 4@10.00 leaves 2',
      '77 reduced 0 leaves 2',
      '507 expired 1',
      '507 expired 0',
    ]);
    // Two orders of one message, from id 5 on.
    expect(kindsIn(log, CMD_LINKED).map((record) => record.slice(4, 9))).toEqual([
      [5, 5, 2, 0, MINE + 1],
      [6, 5, 2, 0, MINE + 1],
    ]);
  });

  it('with "cancel" the first fill ends the other, and all or none are taken', () => {
    const mine = new Noting(
      [10, (context) => context.oco([sell, buy], 'cancel')],
      [20, (context) => context.oco([sell, { ...buy, qty: 0 }])],
    );
    expect(notesOf(mine)).toEqual([
      '22 accepted 0',
      '22 accepted 1',
      '32 rejected 2 quantity is a whole number of lots from 1 to 2147483647',
      '32 rejected 3 quantity is a whole number of lots from 1 to 2147483647',
      '57 fill 0 4@10.10 leaves 6',
      '57 canceled 1 linkedOrder',
      '507 expired 0',
    ]);
  });

  it('a stop of a group that is reached and filled brings the other down with it', () => {
    const stop: StrategyOrder = { symbol: 'ACME', side: 'sell', qty: 10, stopPrice: '10.00' };
    const mine = new Noting([10, (context) => context.oco([{ ...sell, price: '10.30' }, stop])]);
    const buyer = (): ScriptedGroup =>
      new ScriptedGroup('buyer', [
        [60, (port, agent) => port.submit(agent, 0, 0, limit(BUY, 1000, 6))],
        [80, (port, agent) => port.submit(agent, 0, 1, limit(BUY, 995, 20))],
        [85, (port, agent) => port.submit(agent, 0, 2, limit(SELL, 995, 1))],
      ]);
    const world = new World({
      ...specOf(() => [mine]),
      groups: [...market, strategyGroup('mine', () => [mine], LINKS), scripted(buyer, AT_ONCE)],
    });
    world.run(1000);
    world.finish();
    // At 85 one lot trades at 10.00.
    expect(mine.notes).toEqual([
      '22 accepted 0',
      '22 accepted 1',
      '92 fill 1 5@10.00 leaves 5',
      '92 fill 1 5@9.95 leaves 0',
      '92 canceled 0 linkedOrder',
    ]);
    expect(world.accounts.positionLots(MINE, 0)).toBe(-10);
  });
});

describe('brackets of an agent', () => {
  it('exits live with the fills of the entry, and the stop takes the loss', () => {
    const mine = new Noting([
      10,
      (context) =>
        expect(
          context.bracket({ ...sell, qty: 4 }, [
            { ...buy, qty: 4 },
            { symbol: 'ACME', side: 'buy', qty: 4, stopPrice: '10.20' },
          ]),
        ).toEqual({ entry: 0, exits: [1, 2] }),
    ]);
    const log = new RecordLog();
    expect(notesOf(mine, {}, log)).toEqual([
      '22 accepted 0',
      '22 accepted 1',
      '22 accepted 2',
      '57 fill 0 4@10.10 leaves 0',
      '77 fill 1 4@10.00 leaves 0',
      '77 canceled 2 linkedOrder',
    ]);
    const roles = kindsIn(log, CMD_LINKED).map(([head]) => linkOf(head! >>> HEAD_CODE_SHIFT));
    expect(roles).toEqual([
      { role: 'entry', onFill: 'reduce' },
      { role: 'exit', onFill: 'reduce' },
      { role: 'exit', onFill: 'reduce' },
    ]);
  });

  it('an owner cancels the entry, and the exits that nobody needs end with it', () => {
    const mine = new Noting(
      [10, (context) => context.bracket({ ...sell, price: '10.30' }, [buy])],
      [20, (context) => context.cancel(0)],
    );
    expect(notesOf(mine)).toEqual([
      '22 accepted 0',
      '22 accepted 1',
      '32 canceled 0 requested',
      '32 canceled 1 linkedOrder',
    ]);
  });

  it('members and exits expire at their own times', () => {
    const gtd = { timeInForce: 'gtd', expireTimeNs: 40 } as const;
    const mine = new Noting([
      10,
      (context) => {
        context.oco([
          { ...sell, price: '10.30', timeInForce: 'gtd', expireTimeNs: 200 },
          { ...buy, ...gtd },
        ]);
        context.bracket({ ...sell, price: '10.31' }, [{ ...buy, ...gtd }]);
      },
    ]);
    expect(notesOf(mine)).toEqual([
      '22 accepted 0',
      '22 accepted 1',
      '22 accepted 2',
      '22 accepted 3',
      '47 expired 1',
      '47 canceled 0 linkedOrder',
      '47 expired 3',
      '507 expired 2',
    ]);
  });
});

describe('quotes of an agent', () => {
  it('bid and ask keep their numbers, whatever order of the book is the quote', () => {
    const log = new RecordLog();
    const mine = new Noting(
      [
        10,
        (context) =>
          expect(context.quote([quoteAt('ACME', '9.99', '10.10'), quoteAt('BOLT', '9.98', '10.12')])).toEqual(
            [
              { symbol: 'ACME', bid: 0, ask: 1 },
              { symbol: 'BOLT', bid: 2, ask: 3 },
            ],
          ),
      ],
      [30, (context) => context.quote([quoteAt('ACME', '9.99', '10.09', 4), { symbol: 'BOLT' }])],
      [60, (context) => context.quote([quoteAt('ACME', '10.00', '10.05')])],
      [90, (context) => context.cancel(1)],
    );
    expect(notesOf(mine, {}, log)).toEqual([
      '22 accepted 0',
      '22 accepted 1',
      '22 accepted 2',
      '22 accepted 3',
      '42 reduced 0 leaves 4',
      '42 replaced 1',
      '42 canceled 2 requested',
      '42 canceled 3 requested',
      '57 fill 1 4@10.09 leaves 0',
      // The ask has a new order, the bid goes behind the others at its new price.
      '72 replaced 0',
      '72 accepted 1',
      '77 fill 0 4@10.00 leaves 6',
      '102 canceled 1 requested',
      '507 expired 0',
    ]);
    expect(kindsIn(log, CMD_QUOTE)).toHaveLength(5);
    expect(kindsIn(log, EV_QUOTED)).toHaveLength(5);
  });

  it('an entry that is refused as a whole is said under its bid, and what stands stays', () => {
    const mine = new Noting(
      [10, (context) => context.quote([quoteAt('ACME', '9.99', '10.10')])],
      [20, (context) => context.quote([quoteAt('ACME', '10.02', '10.01')])],
    );
    expect(notesOf(mine)).toEqual([
      '22 accepted 0',
      '22 accepted 1',
      '32 quoteRefused 0 the order terms exclude each other',
      '57 fill 1 4@10.10 leaves 6',
      '507 expired 0',
      '507 expired 1',
    ]);
  });

  it('protection pulls all quotes of the venue and refuses new ones until it is asked for again', () => {
    const limits = { windowNs: 100, fillsMax: 1, lotsMax: null, scope: 'venue', stoppedNs: null } as const;
    const log = new RecordLog();
    const both = [quoteAt('ACME', '9.99', '10.10'), quoteAt('BOLT', '9.98', '10.12')];
    const mine = new Noting(
      [
        10,
        (context) => {
          context.protectQuotes('ACME', limits);
          context.quote(both);
        },
      ],
      [60, (context) => context.quote(both.slice(0, 1))],
      [
        80,
        (context) => {
          context.protectQuotes('ACME', null);
          context.quote(both.slice(0, 1));
        },
      ],
    );
    expect(notesOf(mine, {}, log).slice(4)).toEqual([
      '57 fill 1 4@10.10 leaves 6',
      '57 canceled 0 quoteProtection',
      '57 canceled 1 quoteProtection',
      '57 canceled 2 quoteProtection',
      '57 canceled 3 quoteProtection',
      '72 quoteRefused 0 after market maker protection quotes come back when it is reset or its time is over',
      '92 accepted 0',
      '92 accepted 1',
      '507 expired 0',
      '507 expired 1',
    ]);
    expect(kindsIn(log, CMD_PROTECT)).toHaveLength(2);
  });

  it('fills at one venue do not count at another, and each venue gets a message of its own', () => {
    const at = (venue: string, symbol: string) => ({
      ...ACME,
      symbol: `${symbol}@${venue}`,
      venue,
      product: symbol,
    });
    const limits = { windowNs: 100, fillsMax: 1, lotsMax: null, scope: 'venue', stoppedNs: null } as const;
    const mine = new Noting([
      10,
      (context) => {
        for (const symbol of ['ACME@here', 'ACME@there']) context.protectQuotes(symbol, limits);
        context.quote([
          quoteAt('ACME@here', '9.99', '10.10'),
          quoteAt('ACME@there', '9.99', '10.10'),
          quoteAt('BOLT@here', '9.99', '10.10'),
        ]);
      },
    ]);
    const world = new World({
      ...specOf(() => [mine]),
      instruments: [at('here', 'ACME'), at('there', 'ACME'), at('here', 'BOLT')],
      venues: [{ name: 'here' }, { name: 'there' }],
      groups: [market[1]!, strategyGroup('mine', () => [mine], LINKS)],
    });
    world.run(400);
    world.finish();
    // Two of protection, two of quotes, and two of the taker.
    expect(world.commandCount).toBe(6);
    expect(mine.notes.filter((note) => note.includes('canceled'))).toEqual([
      '57 canceled 0 quoteProtection',
      '57 canceled 1 quoteProtection',
      '57 canceled 4 quoteProtection',
      '57 canceled 5 quoteProtection',
    ]);
  });
});

describe('a message of several orders on its way', () => {
  const everything = (context: StrategyContext): void => {
    context.protectQuotes('ACME', {
      windowNs: 50,
      fillsMax: 2,
      lotsMax: 50,
      scope: 'instrument',
      stoppedNs: 10,
    });
    context.oco(
      [
        { ...sell, qty: 3 },
        { ...buy, qty: 3 },
      ],
      'cancel',
    );
    context.bracket({ ...sell, qty: 1, price: '10.09' }, [buy, { ...buy, price: '9.95' }]);
    context.quote([quoteAt('ACME', '9.99', '10.11', 2), quoteAt('BOLT', '9.98', '10.12')]);
  };

  it('is one to a gateway, and keeps its place in its session', () => {
    const service = { sampleNs: () => 4, writeState() {}, readState() {} };
    const mine = new Noting([
      10,
      (context) => {
        context.oco([sell, { ...buy, price: '9.95' }]);
        context.send({ ...buy, price: '9.94' });
        context.quote([quoteAt('ACME', '9.93', '10.12')]);
        context.cancel(0);
      },
    ]);
    const entry = () => ({ server: new GatewayServer(service), bump: null });
    const venues = [{ name: '', entry }];
    expect(notesOf(mine, { venues }).slice(0, 7)).toEqual([
      // The gateway serves the maker until 16, then each message for 4; the way back is 7.
      '27 accepted 0',
      '27 accepted 1',
      '31 accepted 2',
      '35 accepted 3',
      '35 accepted 4',
      '39 canceled 0 requested',
      '39 canceled 1 linkedOrder',
    ]);
  });

  it('is slowed by a speed bump if one of its orders takes; exits do not count', () => {
    const bump = new SpeedBump({ takingNs: 30, otherNs: 1, outboundNs: 0 });
    const venues = [{ name: '', entry: () => ({ server: null, bump }) }];
    const takes: StrategyOrder = { ...buy, price: '10.20', qty: 1 };
    const mine = new Noting([
      10,
      (context) => {
        context.oco([sell, takes]);
        context.bracket(sell, [takes]);
        context.quote([quoteAt('ACME', '10.20', '10.30', 1)]);
        context.quote([quoteAt('BOLT', '10.10', '10.19', 1)]);
        context.protectQuotes('ACME', null);
      },
    ]);
    const notes = notesOf(mine, { venues });
    expect(notes.filter((note) => note.includes('accepted'))).toEqual([
      '23 accepted 2',
      '23 accepted 3',
      '23 accepted 6',
      '23 accepted 7',
      '52 accepted 0',
      '52 accepted 1',
      '52 accepted 4',
      '52 accepted 5',
    ]);
  });

  it('is refused as a whole while its sender is cut off', () => {
    const down = { kind: 'outage', venues: null, atNs: 12, untilNs: 30 } as const;
    const mine = new Noting([10, everything]);
    expect(notesOf(mine, { shocks: [down] })).toEqual([
      ...[0, 1, 2, 3, 4].map((order) => `22 rejected ${order} the venue is in operation`),
      '22 quoteRefused 5 the venue is in operation',
      '22 quoteRefused 7 the venue is in operation',
    ]);
  });

  it('a broken connection cancels orders of groups, waiting exits and quotes alike', () => {
    const broken = {
      kind: 'disconnect',
      groups: [2],
      venues: null,
      cancelsOrders: true,
      atNs: 30,
      untilNs: 90,
    } as const;
    const mine = new Noting([10, everything]);
    const notes = notesOf(mine, { shocks: [broken] });
    const gone = notes.filter((note) => note.startsWith('37 canceled'));
    expect(gone.map((note) => note.split(' ')[2]).sort()).toEqual([
      '0',
      '1',
      '2',
      '3',
      '4',
      '5',
      '6',
      '7',
      '8',
    ]);
    expect(notes.filter((note) => /fill|expired/.test(note))).toEqual([]);
  });

  it.each([10, 12, 18, 35, 55, 75, 95])('a fork at %i ns ends as the straight run', (atNs) => {
    const service = { sampleNs: () => 4, writeState() {}, readState() {} };
    const spec = specOf(() => [new Noting([10, everything], [60, everything])], {
      venues: [{ name: '', entry: () => ({ server: new GatewayServer(service), bump: null }) }],
    });
    const straight = new World(spec);
    straight.run(1000);
    const world = new World(spec);
    world.run(atNs);
    const fork = world.fork();
    fork.run(1000);
    expect(fork.finish()).toBe(straight.finish());
    expect(straight.tradeCount).toBeGreaterThan(3);
  });

  it.each<[string, (context: StrategyContext) => unknown, string]>([
    [
      'orders of two symbols',
      (c) => c.oco([sell, { ...sell, symbol: 'BOLT' }]),
      'two or more, of one symbol',
    ],
    ['a group of one', (c) => c.oco([sell]), 'two or more, of one symbol'],
    ['too many', (c) => c.oco(Array.from({ length: 65 }, () => sell)), 'LINKED_ORDERS_MAX'],
    ['a rule that is none', (c) => c.oco([sell, buy], 'half' as 'reduce'), 'onFill is one of reduce, cancel'],
    ['a symbol quoted twice', (c) => c.quote([{ symbol: 'ACME' }, { symbol: 'ACME' }]), 'each once'],
    ['a member that is routed', (c) => c.oco([sell, { ...buy, routing: 'route' }]), 'routes linked orders'],
    ['an entry that sweeps', (c) => c.bracket({ ...buy, routing: 'sweep' }, [sell]), 'routes linked orders'],
    [
      'a stop that is routed',
      (c) => c.send({ ...buy, stopPrice: '10.20', routing: 'route' }),
      'routes stops',
    ],
    [
      'a peg that is routed',
      (c) => c.send({ ...buy, manage: { kind: 'peg', to: 'primary' }, routing: 'route' }),
      'routes orders that the venue looks after',
    ],
    ['no quote', (c) => c.quote([]), 'each once'],
    ['a price off the tick', (c) => c.quote([quoteAt('ACME', '9.995', '10.00')]), 'multiple of its step'],
    [
      'a protection without a window',
      (c) =>
        c.protectQuotes('ACME', { windowNs: 0, fillsMax: 1, lotsMax: null, scope: 'venue', stoppedNs: null }),
      'whole numbers from 1',
    ],
    [
      'lots beyond 32 bits',
      (c) =>
        c.protectQuotes('ACME', {
          windowNs: 1,
          fillsMax: 1,
          lotsMax: 2 ** 31,
          scope: 'venue',
          stoppedNs: null,
        }),
      'lotsMax',
    ],
  ])('a strategy is stopped at %s by a fault that names it', (_, act, message) => {
    expect(() => notesOf(new Noting([10, act]))).toThrow(
      expect.objectContaining({ message: expect.stringContaining(message) }),
    );
  });
});
