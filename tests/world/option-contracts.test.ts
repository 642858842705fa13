/** Option contracts of a running world: vectors of market-rules §8.4 from the position to its exercise, and sums that stay what they are. */

import { describe, expect, it } from 'vitest';
import type { CorporateAction } from '../../src/actions/index.ts';
import {
  BUY,
  CANCEL_CONTRACT_EXPIRED,
  CANCEL_CORPORATE_ACTION,
  EV_ADJUSTED,
  EV_CANCELED,
  EV_CONTRACT,
  EV_CONTRACT_END,
  EV_DELIVERS,
  EXPIRY_OUTCOMES,
  HEAD_CODE_SHIFT,
  type InstrumentSpec,
  type OptionTerms,
  type OrderTicket,
  SELL,
  STOP,
} from '../../src/domain/index.ts';
import { type Links, World, type WorldAction, type WorldSpec } from '../../src/world/index.ts';
import { contractsTold } from '../support/contract-stories.ts';
import { corporateAction } from '../support/corporate-action.ts';
import { type Act, limit, NoisyGroup, RecordLog, ScriptedGroup, scripted } from '../support/test-agents.ts';

const AT_ONCE: Links = { orderDelayNs: 0, answerDelayNs: 0, feedDelayNs: 0 };
const CENTS = { tickSize: '0.01', lotSize: '1', currency: 'USD', minorUnit: '0.01' };
const [SHARE, CHILD, OPTION] = [0, 1, 2];
const [EX_NS, LAST_NS] = [1000, 3000];

const terms = (more: Partial<OptionTerms> = {}): OptionTerms => ({
  underlying: 'ACME',
  right: 'call',
  style: 'american',
  strike: 60,
  expiry: '2026-01-16',
  multiplier: 100,
  deliverable: { shares: 100, others: [], cash: 0 },
  ...more,
});

const instruments = (option: OptionTerms, symbol = 'ACME260116C00060000'): InstrumentSpec[] => [
  { ...CENTS, symbol: 'ACME' },
  { ...CENTS, symbol: 'CHILD' },
  { ...CENTS, symbol, option },
];

function planned(action: CorporateAction, more: Partial<WorldAction> = {}): WorldAction {
  return {
    atNs: EX_NS,
    action,
    instruments: [SHARE],
    other: null,
    roundLot: 100,
    sizes: 'roundLots',
    withdrawn: [],
    ...more,
  };
}

const split = (newShares: number, oldShares = 1) => corporateAction('split', { newShares, oldShares });
const send =
  (ref: number, instrument: number, ticket: OrderTicket): Act =>
  (port, agent) =>
    port.submit(agent, instrument, ref, ticket);

interface Played {
  readonly actions?: readonly WorldAction[];
  readonly option?: OptionTerms;
  readonly symbol?: string;
  /** What each agent does, one act after another. */
  readonly scripts: readonly (readonly Act[])[];
  readonly untilNs?: number;
  /** Orders after the ex-date, by agent. */
  readonly later?: readonly (readonly Act[])[];
}

function play({
  actions = [],
  option = terms(),
  symbol,
  scripts,
  later = [],
  untilNs = LAST_NS - 1,
}: Played) {
  const log = new RecordLog();
  const spec: WorldSpec = {
    seed: 1,
    instruments: instruments(option, symbol),
    groups: scripts.map((acts, group) =>
      scripted(
        () =>
          new ScriptedGroup(`group${group}`, [
            ...acts.map((act, at) => [10 * at + group + 1, act] as const),
            ...(later[group] ?? []).map((act, at) => [EX_NS + 100 + 10 * at + group, act] as const),
          ]),
        AT_ONCE,
      ),
    ),
    actions,
    expiries: [{ atNs: LAST_NS, instruments: [OPTION] }],
    dayEndNs: null,
  };
  const world = new World(spec, log);
  world.run(untilNs);
  world.finish();
  const told = contractsTold(world.instruments, log);
  const of = (account: number) => ({
    contracts: world.accounts.positionLots(account, OPTION),
    shares: world.accounts.positionLots(account, SHARE),
    child: world.accounts.positionLots(account, CHILD),
    cashMinor: world.accounts.cashMinor(account),
  });
  return {
    world,
    log,
    long: of(0),
    short: of(1),
    issuer: of(world.accounts.count - 1),
    story: told.storyOf(OPTION)!,
  };
}

/** Two trades between the first two agents: a share at a price, and contracts at a premium. */
const trades = (shareTicks: number, contracts: number, premiumTicks: number): (readonly Act[])[] => [
  [send(1, SHARE, limit(BUY, shareTicks, 1)), send(2, OPTION, limit(BUY, premiumTicks, contracts))],
  [send(1, SHARE, limit(SELL, shareTicks, 1)), send(2, OPTION, limit(SELL, premiumTicks, contracts))],
];
/** One trade of the share after the ex-date, which is its last price. */
const closeAt = (ticks: number): (readonly Act[])[] => [
  [send(8, SHARE, limit(BUY, ticks, 1))],
  [send(8, SHARE, limit(SELL, ticks, 1))],
];
const negative = (one: { contracts: number; shares: number; child: number; cashMinor: number }) => ({
  contracts: 0 - one.contracts,
  shares: 0 - one.shares,
  child: 0 - one.child,
  cashMinor: 0 - one.cashMinor,
});

describe('option contracts of a world on the ex-date (market-rules §8.4)', () => {
  it('costs the premium times the multiplier', () => {
    const { long, short } = play({ scripts: trades(6600, 10, 640) });
    expect(long).toEqual({ contracts: 10, shares: 1, child: 0, cashMinor: -6600 - 10 * 640 * 100 });
    expect(short).toEqual(negative(long));
  });

  it('T8.4-a makes 20 calls at 30 of 10 calls at 60 in a split of two for one', () => {
    const { long, short, story, world } = play({
      scripts: trades(6600, 10, 640),
      actions: [planned(split(2))],
    });
    expect(story.changes).toMatchObject([
      {
        perContract: 2,
        symbol: 'ACME260116C00030000',
        terms: { strike: 30, multiplier: 100, deliverable: { shares: 100, others: [], cash: 0 } },
      },
    ]);
    expect([long.contracts, short.contracts, world.venue.lastPriceTicks(OPTION)]).toEqual([20, -20, 320]);
    // What the positions are worth at the premium does not change.
    expect(20 * 320).toBe(10 * 640);
  });

  it('T8.4-b delivers 150 shares for 6,000 after three for two, under another symbol; a call is worth 600 before and after', () => {
    const exercised = (action: readonly WorldAction[], lastTicks: number) =>
      play({ scripts: trades(6600, 10, 640), actions: action, later: closeAt(lastTicks), untilNs: LAST_NS });
    const after = exercised([planned(split(3, 2))], 4400);
    expect(after.story.changes).toMatchObject([
      {
        perContract: 1,
        symbol: 'ACME1260116C00060000',
        terms: { strike: 60, multiplier: 100, deliverable: { shares: 150 } },
      },
    ]);
    expect(after.story.end).toMatchObject({
      outcome: 'exercised',
      worthMinor: 660_000,
      aggregateMinor: 600_000,
      lots: 10,
    });
    const before = exercised([], 6600);
    expect(before.story.end).toMatchObject({ worthMinor: 660_000, aggregateMinor: 600_000 });
    // Ten contracts of 150 shares, besides the share bought before and after and what the split paid for a half.
    expect(after.long.shares).toBe(1 + 1 + 1500);
    expect(after.long.contracts).toBe(0);
    expect(after.short).toEqual(negative(after.long));
  });

  it('T8.4-b before 2007: strike 40 and multiplier 150, by which premiums are paid from then on', () => {
    const { story, world, long } = play({
      scripts: trades(6600, 10, 900),
      actions: [planned(split(3, 2), { optionMethod: 'legacy' })],
      later: [[send(9, OPTION, limit(BUY, 600, 2))], [send(9, OPTION, limit(SELL, 600, 2))]],
    });
    expect(story.changes[0]!.terms).toMatchObject({
      strike: 40,
      multiplier: 150,
      deliverable: { shares: 150 },
    });
    expect(world.venue.lastPriceTicks(OPTION)).toBe(600);
    expect(long.contracts).toBe(12);
    // Half a share in cash at 44.00.
    expect(long.cashMinor).toBe(-6600 + 2200 - 10 * 900 * 100 - 2 * 600 * 150);
  });

  it('T8.4-c lowers the strike by a special dividend of 2.00, not by one of 10 a contract or an ordinary one', () => {
    const dividend = (kind: 'specialDividend' | 'cashDividend', amount: number) =>
      play({ scripts: trades(6600, 10, 640), actions: [planned(corporateAction(kind, { amount }))] });
    const lowered = dividend('specialDividend', 2);
    expect(lowered.story.changes).toMatchObject([{ symbol: 'ACME260116C00058000', terms: { strike: 58 } }]);
    expect(lowered.world.venue.lastPriceTicks(OPTION)).toBe(640);
    expect(dividend('specialDividend', 0.1).story.changes).toEqual([]);
    expect(dividend('cashDividend', 20).story.changes).toEqual([]);
  });

  it('delivers ten shares after one for ten', () => {
    const { story, long } = play({ scripts: trades(600, 5, 100), actions: [planned(split(1, 10))] });
    expect(story.changes).toMatchObject([
      { symbol: 'ACME1260116C00060000', terms: { strike: 60, deliverable: { shares: 10 } } },
    ]);
    expect(long.contracts).toBe(5);
  });

  it('counts on from the digit that a contract was listed with', () => {
    const option = terms({ deliverable: { shares: 150, others: [], cash: 0 } });
    const { story } = play({
      scripts: trades(6600, 1, 640),
      option,
      symbol: 'ACME1260116C00060000',
      actions: [planned(split(3, 2))],
    });
    expect(story.changes).toMatchObject([
      { symbol: 'ACME2260116C00060000', terms: { deliverable: { shares: 225 } } },
    ]);
  });

  it('delivers what is spun off, and follows that too', () => {
    const spinOff = corporateAction('spinOff', {
      newShares: 1,
      oldShares: 4,
      amount: 5,
      otherSymbol: 'CHILD',
    });
    const childSplit = corporateAction('split', { symbol: 'CHILD', newShares: 3, oldShares: 1 });
    const { story, long, short } = play({
      scripts: trades(6600, 10, 640),
      actions: [
        planned(spinOff, { other: CHILD }),
        planned(childSplit, { atNs: EX_NS + 50, instruments: [CHILD] }),
      ],
      later: [
        [...closeAt(6500)[0]!, send(9, CHILD, limit(BUY, 700, 1))],
        [...closeAt(6500)[1]!, send(9, CHILD, limit(SELL, 700, 1))],
      ],
      untilNs: LAST_NS,
    });
    expect(story.changes.map(({ symbol, terms: { deliverable } }) => [symbol, deliverable])).toEqual([
      ['ACME1260116C00060000', { shares: 100, others: [{ symbol: 'CHILD', shares: 25 }], cash: 0 }],
      ['ACME2260116C00060000', { shares: 100, others: [{ symbol: 'CHILD', shares: 75 }], cash: 0 }],
    ]);
    expect(story.end).toMatchObject({ outcome: 'exercised', worthMinor: 100 * 6500 + 75 * 700 });
    expect([long.shares, long.child]).toEqual([2 + 1000, 1 + 750]);
    expect(short).toEqual(negative(long));
  });

  it('delivers the cash of a merger, and the shares of the acquirer', () => {
    const cash = play({
      scripts: trades(6600, 10, 640),
      actions: [planned(corporateAction('cashMerger', { amount: 70 }))],
      untilNs: LAST_NS,
    });
    expect(cash.story.changes[0]!.terms.deliverable).toEqual({ shares: 0, others: [], cash: 7000 });
    expect(cash.long).toEqual({
      contracts: 0,
      shares: 0,
      child: 0,
      cashMinor: -6600 - 640_000 + 7000 + 1_000_000,
    });
    const stock = corporateAction('stockMerger', { newShares: 1, oldShares: 2, otherSymbol: 'CHILD' });
    const merged = play({ scripts: trades(6600, 10, 640), actions: [planned(stock, { other: CHILD })] });
    expect(merged.story.changes[0]!.terms.deliverable).toEqual({
      shares: 0,
      others: [{ symbol: 'CHILD', shares: 50 }],
      cash: 0,
    });
  });
});

describe('open orders in option contracts on the ex-date', () => {
  const orders: readonly Act[] = [
    send(1, OPTION, limit(BUY, 201, 10)),
    send(2, OPTION, limit(SELL, 1999, 10)),
    send(3, OPTION, limit(SELL, 0, 5, { type: STOP, stopPriceTicks: 301 })),
    send(4, OPTION, limit(BUY, 0, 5, { type: STOP, stopPriceTicks: 901 })),
    send(5, OPTION, limit(BUY, 1, 1)),
  ];
  const ordersAfter = (action: CorporateAction, more: Partial<WorldAction> = {}) => {
    const { world, log } = play({
      scripts: [
        [...orders, ...trades(6600, 1, 640)[0]!],
        [...Array(5).fill(() => {}), ...trades(6600, 1, 640)[1]!],
      ],
      actions: [planned(action, more)],
    });
    world.venue.books[OPTION]!.validate();
    return {
      log,
      open: world.venue
        .openOrders(OPTION)
        .map(({ side, priceTicks, stopPriceTicks, openLots }) => [
          side,
          priceTicks,
          stopPriceTicks,
          openLots,
        ]),
    };
  };
  const untouched = [
    [BUY, 201, 0, 10],
    [BUY, 1, 0, 1],
    [SELL, 1999, 0, 10],
    [BUY, 0, 901, 5],
    [SELL, 0, 301, 5],
  ];

  it('are divided and multiplied with a whole split; none trades or triggers on the way', () => {
    const { open, log } = ordersAfter(split(2));
    expect(open).toEqual([
      [BUY, 100, 0, 20],
      [SELL, 1000, 0, 20],
      [BUY, 0, 451, 10],
      [SELL, 0, 150, 10],
    ]);
    const of = (kind: number) => log.records.filter(([head]) => (head! & 255) === kind);
    expect([of(EV_ADJUSTED).length, of(EV_CONTRACT).length, of(EV_DELIVERS).length]).toEqual([4, 1, 1]);
    expect(of(EV_CANCELED).map(([head]) => head! >>> HEAD_CODE_SHIFT)).toEqual([CANCEL_CORPORATE_ACTION]);
  });

  it('are cancelled where the contract goes on under another symbol, or the venue cancels all', () => {
    expect(ordersAfter(split(3, 2)).open).toEqual([]);
    expect(ordersAfter(split(1, 10)).open).toEqual([]);
    expect(ordersAfter(split(2), { optionOrders: 'cancel' }).open).toEqual([]);
  });

  it('stay where the contract is worth what it was: a special dividend, and what changes nothing', () => {
    expect(ordersAfter(corporateAction('specialDividend', { amount: 2 })).open).toEqual(untouched);
    expect(ordersAfter(corporateAction('cashDividend', { amount: 2 })).open).toEqual(untouched);
    expect(ordersAfter(corporateAction('symbolChange', { otherSymbol: 'ACME2' })).open).toEqual(untouched);
  });

  it('are taken out by groups that take theirs out in the share', () => {
    expect(ordersAfter(corporateAction('cashDividend', { amount: 2 }), { withdrawn: [0] }).open).toEqual([]);
  });
});

describe('the last day of an option contract', () => {
  const ended = (option: Partial<OptionTerms>, lastTicks: number) =>
    play({ scripts: trades(lastTicks, 10, 640), option: terms(option), untilNs: LAST_NS });

  it('exercises calls for shares against the strike, and puts the other way round', () => {
    const call = ended({}, 6600);
    expect(call.long).toEqual({
      contracts: 0,
      shares: 1001,
      child: 0,
      cashMinor: -6600 - 640_000 - 6_000_000,
    });
    expect(call.short).toEqual(negative(call.long));
    const put = ended({ right: 'put' }, 5500);
    expect(put.long).toEqual({
      contracts: 0,
      shares: 1 - 1000,
      child: 0,
      cashMinor: -5500 - 640_000 + 6_000_000,
    });
    expect(put.issuer).toEqual({ contracts: 0, shares: 0, child: 0, cashMinor: 0 });
  });

  it('exercises from a cent in the money on; what is at or out of the money lapses', () => {
    const outcomes = [6001, 6000, 5999].map((ticks) => ended({}, ticks));
    expect(outcomes.map(({ story }) => story.end!.outcome)).toEqual(['exercised', 'worthless', 'worthless']);
    expect(outcomes[1]!.long).toEqual({ contracts: 0, shares: 1, child: 0, cashMinor: -6000 - 640_000 });
    expect(ended({ right: 'put' }, 5999).story.end!.outcome).toBe('exercised');
    // A contract that delivers cash alone: half a point, and a cent a point.
    const cash = (amount: number) =>
      ended({ deliverable: { shares: 0, others: [], cash: amount } }, 100).story.end!.outcome;
    expect([cash(6000.5), cash(6001)]).toEqual(['worthless', 'exercised']);
  });

  it('lapses where nobody knows a price of what it delivers', () => {
    const option = terms({ deliverable: { shares: 100, others: [{ symbol: 'CHILD', shares: 1 }], cash: 0 } });
    const { story, long } = play({ scripts: trades(9900, 10, 640), option, untilNs: LAST_NS });
    expect([story.end, long.contracts]).toEqual([
      { timeNs: LAST_NS, outcome: 'noPrice', worthMinor: null, aggregateMinor: 600_000, lots: 10 },
      0,
    ]);
  });

  it('ends its orders, and happens once', () => {
    const { world, log } = play({ scripts: [[send(1, OPTION, limit(BUY, 201, 10))]], untilNs: LAST_NS });
    expect(world.venue.openOrders(OPTION)).toEqual([]);
    const cancel = log.records.find(([head]) => (head! & 255) === EV_CANCELED)!;
    expect(cancel[0]! >>> HEAD_CODE_SHIFT).toBe(CANCEL_CONTRACT_EXPIRED);
    const ends = log.records.filter(([head]) => (head! & 255) === EV_CONTRACT_END);
    expect(ends.map(([head]) => EXPIRY_OUTCOMES[head! >>> HEAD_CODE_SHIFT])).toEqual(['noPrice']);
  });
});

describe('a world with option contracts', () => {
  const kinds = [
    planned(split(2), { atNs: 4000 }),
    planned(split(3, 2), { atNs: 8000, optionMethod: 'legacy' }),
    planned(corporateAction('specialDividend', { amount: 1.25 }), { atNs: 12_000 }),
    planned(corporateAction('spinOff', { newShares: 1, oldShares: 3, amount: 0.1, otherSymbol: 'CHILD' }), {
      atNs: 16_000,
      other: CHILD,
    }),
    planned(split(1, 7), { atNs: 20_000 }),
    // Behind its last day, a contract is none any more.
    planned(split(2), { atNs: 28_000 }),
  ];
  const spec: WorldSpec = {
    seed: 5,
    instruments: instruments(terms({ strike: 1 })),
    groups: [{ create: () => new NoisyGroup('noisy', 7, 0), links: () => AT_ONCE }],
    actions: kinds,
    expiries: [{ atNs: 26_000, instruments: [OPTION] }],
    dayEndNs: null,
  };

  it.each([5000, 10_000, 18_000, 25_000, 27_000])(
    'conserves cash and lots, and is the same when it is resumed at %i ns',
    (middleNs) => {
      const log = new RecordLog();
      const world = new World(spec, log);
      world.run(middleNs);
      const resumed = World.resume(spec, world.snapshot());
      const fork = world.fork();
      for (const one of [world, resumed, fork]) one.run(30_000);
      const digest = world.finish();
      expect([resumed.finish(), fork.finish()]).toEqual([digest, digest]);
      const count = (kind: number) => log.records.filter(([head]) => (head! & 255) === kind).length;
      expect([count(EV_CONTRACT), count(EV_CONTRACT_END)]).toEqual([5, 1]);
      expect(world.accounts.positionLots(0, OPTION)).toBe(resumed.accounts.positionLots(0, OPTION));
      world.venue.books.forEach((book) => {
        book.validate();
      });
    },
  );

  it('is refused where an option is on something that is no share, or something else expires', () => {
    const made = (more: Partial<WorldSpec>) => () => new World({ ...spec, ...more });
    expect(made({ instruments: instruments(terms({ underlying: 'GONE' })) })).toThrow(
      'an option delivers shares that are instruments of its world',
    );
    expect(made({ expiries: [{ atNs: 1, instruments: [SHARE] }] })).toThrow('what expires is an option');
    const lost = new World({ ...spec, actions: [planned(kinds[3]!.action, { atNs: 10 })] });
    expect(() => lost.run(20)).toThrow('what holders get is an instrument');
  });
});
