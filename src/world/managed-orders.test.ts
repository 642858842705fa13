import { describe, expect, it } from 'vitest';
import { limit, ScriptedGroup, scripted } from '../../tests/support/test-agents.ts';
import { BUY, CMD_MANAGED, EV_CARRIED, type EventSink, RECORD_WORDS, SELL } from '../domain/index.ts';
import { type Strategy, type StrategyContext, strategyGroup, World, type WorldSpec } from './index.ts';

const ACME = { symbol: 'ACME', tickSize: '0.01', lotSize: '1', currency: 'USD', minorUnit: '0.01' };
const AT_ONCE = { orderDelayNs: 0, answerDelayNs: 0, feedDelayNs: 0 };
const LINKS = { orderDelayNs: 5, answerDelayNs: 7, feedDelayNs: 3 };

/** 1000 to 1010; the bid moves up at 40 and down at 60; somebody buys at 70, sells at 80 and 90. */
const market = [
  scripted(
    () =>
      new ScriptedGroup('maker', [
        [0, (port, agent) => port.submit(agent, 0, 0, limit(BUY, 1000, 100))],
        [0, (port, agent) => port.submit(agent, 0, 1, limit(SELL, 1010, 100))],
        [40, (port, agent) => port.submit(agent, 0, 2, limit(BUY, 1004, 5))],
        [60, (port, agent) => port.cancel(agent, 2)],
      ]),
    AT_ONCE,
  ),
  scripted(
    () =>
      new ScriptedGroup('taker', [
        [70, (port, agent) => port.submit(agent, 0, 0, limit(BUY, 1010, 3))],
        [80, (port, agent) => port.submit(agent, 0, 1, limit(SELL, 1000, 4))],
        [90, (port, agent) => port.submit(agent, 0, 2, limit(SELL, 1000, 20))],
      ]),
    AT_ONCE,
  ),
];

const specOf = (create: () => readonly Strategy[]): WorldSpec => ({
  seed: 1,
  instruments: [ACME],
  groups: [...market, strategyGroup('mine', create, LINKS)],
  dayEndNs: 500,
});

class Noting implements Strategy {
  notes: unknown[] = [];
  readonly #act: (context: StrategyContext) => void;

  constructor(act: (context: StrategyContext) => void) {
    this.#act = act;
  }

  onStart(context: StrategyContext): void {
    context.wakeAfter(10);
  }

  onWake(context: StrategyContext): void {
    this.#act(context);
  }

  onFill(
    context: StrategyContext,
    { order, price, qty, leaves }: Parameters<NonNullable<Strategy['onFill']>>[1],
  ): void {
    this.notes.push(`${context.nowNs} fill ${order} ${qty}@${price} leaves ${leaves}`);
  }

  onAnswer(
    context: StrategyContext,
    { kind, order, reason }: Parameters<NonNullable<Strategy['onAnswer']>>[1],
  ): void {
    this.notes.push(`${context.nowNs} ${kind} ${order} ${reason}`.trim());
  }

  save(): unknown {
    return this.notes;
  }

  load(state: unknown): void {
    this.notes = state as unknown[];
  }
}

const peg = { symbol: 'ACME', side: 'buy', qty: 10, manage: { kind: 'peg', to: 'primary' } } as const;
const stop = {
  symbol: 'ACME',
  side: 'sell',
  qty: 6,
  manage: { kind: 'trailing', distance: '0.05' },
} as const;

/** A sink that counts records by kind. */
function counting(): { sink: EventSink; counts: Map<number, number> } {
  const counts = new Map<number, number>();
  const write = (words: Int32Array, count: number): void => {
    for (let at = 0; at < count * RECORD_WORDS; at += RECORD_WORDS)
      counts.set(words[at]! & 255, (counts.get(words[at]! & 255) ?? 0) + 1);
  };
  return { sink: { write }, counts };
}

describe('managed orders in a world', () => {
  it('answers carry the number that the owner gave, whatever order of the book stands for it', () => {
    const mine = new Noting((context) => context.send(peg));
    const { sink, counts } = counting();
    const world = new World(
      specOf(() => [mine]),
      sink,
    );
    world.run(1000);
    world.finish();
    expect(mine.notes).toEqual([
      '22 accepted 0',
      '47 replaced 0',
      '67 replaced 0',
      // Behind the maker's 100 lots: nothing of the 24 that were sold came to it.
      '507 expired 0',
    ]);
    expect(counts.get(CMD_MANAGED)).toBe(1);
    expect(counts.get(EV_CARRIED)).toBe(1);
  });

  it('each venue looks after pegs by its own rules', () => {
    // Nobody sells at 'there': a peg to the other side waits outside of one book and is refused by the other.
    const toMarket = { side: 'buy', qty: 10, manage: { kind: 'peg', to: 'market' } } as const;
    const mine = new Noting((context) => {
      context.send({ ...toMarket, symbol: 'BOLT@here' });
      context.send({ ...toMarket, symbol: 'BOLT@there' });
    });
    const world = new World({
      ...specOf(() => [mine]),
      instruments: ['here', 'there'].map((venue) => ({
        ...ACME,
        symbol: `BOLT@${venue}`,
        venue,
        product: 'BOLT',
      })),
      venues: [{ name: 'here' }, { name: 'there', managed: { pegWithoutQuote: 'cancel' } }],
      groups: [strategyGroup('mine', () => [mine], LINKS)],
    });
    world.run(400);
    world.finish();
    expect(mine.notes).toEqual([
      '22 accepted 0',
      '22 rejected 1 a pegged order needs the quote that it follows',
    ]);
  });

  it('a trailing stop of an agent sells when the price comes back', () => {
    const mine = new Noting((context) => context.send(stop));
    const world = new World(specOf(() => [mine]));
    world.run(1000);
    world.finish();
    expect(mine.notes).toEqual(['22 accepted 0', '87 fill 0 6@10.00 leaves 0']);
    expect(world.accounts.positionLots(2, 0)).toBe(-6);
  });

  it('an owner cancels and replaces by its own number', () => {
    let calls = 0;
    const mine = new Noting((context) => {
      calls++;
      if (calls === 1) {
        context.send(stop);
        context.send({ ...peg, manage: { kind: 'peg', to: 'market', offset: '-0.02' } });
        context.wakeAfter(10);
      } else {
        context.replace(1, { symbol: 'ACME', qty: 8 });
        context.cancel(0);
        context.cancel(1);
      }
    });
    const world = new World(specOf(() => [mine]));
    world.run(1000);
    world.finish();
    expect(mine.notes).toEqual([
      '22 accepted 0',
      '22 accepted 1',
      '32 replaced 1',
      '32 canceled 0 requested',
      '32 canceled 1 requested',
    ]);
  });

  it.each([12, 35, 65, 75, 85])('a fork at %i ns ends as the straight run', (atNs) => {
    const create = (): Strategy[] => [
      new Noting((context) => {
        context.send(peg);
        context.send(stop);
      }),
    ];
    const straight = new World(specOf(create));
    straight.run(1000);
    const world = new World(specOf(create));
    world.run(atNs);
    const fork = world.fork();
    fork.run(1000);
    expect(fork.finish()).toBe(straight.finish());
  });
});
