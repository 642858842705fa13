/** The steps against their plain bigint twin on random algorithms and levels, and laws that hold whatever the steps. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AllocationAlgorithm, type AllocationStep, checkAllocationAlgorithm } from './algorithm.ts';
import { allocateLevel } from './allocate.ts';
import { CME_STEPS, type CmeCode, cmeAlgorithm } from './cme-algorithms.ts';
import { LevelOrders } from './level-orders.ts';
import { type RestingOrder, referenceAllocate } from './reference-allocate.ts';

const RUNS = { numRuns: 3_000, seed: 7 };

const bps = fc.oneof(fc.integer({ min: 0, max: 10_000 }), fc.constantFrom(0, 1, 2500, 3333, 5000, 10_000));
const makers = fc.tuple(bps, bps).map(([first, second]) => [
  { participant: 1, shareBps: first },
  { participant: 2, shareBps: Math.min(second, 10_000 - first) },
]);

const cmeCodes = fc
  .record({
    code: fc.constantFrom(...(Object.keys(CME_STEPS) as CmeCode[])),
    topMaxLots: fc.option(fc.integer({ min: 1, max: 60 })),
    topShareBps: bps.map((part) => Math.max(part, 1)),
    makers,
    makerRounding: fc.constantFrom('floor', 'ceil'),
    fifoBps: bps,
    splitRoundedDown: fc.constantFrom('proRata', 'fifo'),
    proRataMinLots: fc.integer({ min: 1, max: 4 }),
    hasLevelling: fc.boolean(),
  })
  .map((all) => {
    const steps: readonly string[] = CME_STEPS[all.code];
    const has = (step: string, value: object): object => (steps.includes(step) ? value : {});
    return cmeAlgorithm(
      {
        code: all.code,
        ...has('top', { topMaxLots: all.topMaxLots, topShareBps: all.topShareBps }),
        ...has('lmm', { makers: all.makers, makerRounding: all.makerRounding }),
        ...has('split', { fifoBps: all.fifoBps, splitRoundedDown: all.splitRoundedDown }),
        ...has('proRata', { proRataMinLots: all.proRataMinLots }),
        ...has('levelling', { hasLevelling: all.hasLevelling }),
      },
      'random',
    );
  });

const STEPS: readonly AllocationStep[] = [
  { step: 'fifo' },
  { step: 'largest' },
  { step: 'timeProRata' },
  { step: 'proRata', minLots: 1, rounding: 'up' },
  { step: 'proRata', minLots: 2, rounding: 'floor' },
];

const CUSTOMERS: AllocationStep = { step: 'customers', participants: [1, 3] };

const freeLists = fc
  .record({
    hasFifoException: fc.boolean(),
    hasCustomers: fc.boolean(),
    first: fc.array(fc.constantFrom(...STEPS), { maxLength: 3 }),
    last: fc.constantFrom<AllocationStep>({ step: 'fifo' }, { step: 'largest' }),
  })
  .map(({ hasFifoException, hasCustomers, first, last }) =>
    checkAllocationAlgorithm(
      { hasFifoException, steps: [...(hasCustomers ? [CUSTOMERS] : []), ...first, last] },
      'random',
    ),
  );

const algorithms = fc.oneof(cmeCodes, freeLists);

const lots = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: 1, max: 12 }) },
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 1_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 2 ** 30, max: 2 ** 31 - 1 }) },
);

interface Level {
  readonly orders: RestingOrder[];
  readonly qtyLots: number;
}

const levels: fc.Arbitrary<Level> = fc
  .record({
    orders: fc.array(
      fc.record({
        lots,
        reserveLots: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 50 })),
        participant: fc.integer({ min: 0, max: 2 }),
      }),
      { minLength: 1, maxLength: 80 },
    ),
    top: fc.option(fc.nat()),
    part: fc.double({ min: 0, max: 1.3, noNaN: true }),
    small: fc.integer({ min: 1, max: 20 }),
    isSmall: fc.boolean(),
  })
  .map(({ orders, top, part, small, isSmall }) => {
    const all = orders.reduce((sum, order) => sum + order.lots + order.reserveLots, 0);
    const topAt = top === null ? -1 : top % orders.length;
    return {
      orders: orders.map((order, i) => ({ ...order, topLots: i === topAt ? order.lots : 0 })),
      qtyLots: isSmall ? small : Math.max(1, Math.floor(part * all)),
    };
  });

/** One workspace for all runs, as in a book: what a run leaves behind must not matter to the next. */
const workspace = new LevelOrders();

function allocate(algorithm: AllocationAlgorithm, { orders, qtyLots }: Level): number[] {
  workspace.clear();
  for (const { lots, reserveLots, participant, topLots } of orders) {
    const index = workspace.add(lots, reserveLots, participant);
    if (topLots > 0) workspace.markTop(index);
  }
  const sum = allocateLevel(algorithm, workspace, qtyLots);
  const fills = [...workspace.fillLots.subarray(0, workspace.count)];
  expect(total(fills)).toBe(sum);
  return fills;
}

function total(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}

describe('allocation of a level', () => {
  it('agrees with the plain bigint steps on random algorithms and levels', () => {
    let shared = 0;
    fc.assert(
      fc.property(algorithms, levels, (algorithm, level) => {
        const expected = referenceAllocate(algorithm, level.orders, level.qtyLots);
        if (level.qtyLots < total(level.orders.map((order) => order.lots))) shared++;
        expect(allocate(algorithm, level)).toEqual(expected);
      }),
      RUNS,
    );
    expect(shared).toBeGreaterThan(RUNS.numRuns / 2);
  });

  it('gives all of the aggressor or all there is, and no order more than it has', () => {
    fc.assert(
      fc.property(algorithms, levels, (algorithm, level) => {
        const fills = allocate(algorithm, level);
        const working = total(level.orders.map((order) => order.lots));
        const everything = working + total(level.orders.map((order) => order.reserveLots));
        const takesAll = algorithm.hasFifoException && level.qtyLots >= everything;
        expect(total(fills)).toBe(takesAll ? everything : Math.min(level.qtyLots, working));
        level.orders.forEach((order, i) => {
          expect(fills[i]).toBeGreaterThanOrEqual(0);
          expect(fills[i]).toBeLessThanOrEqual(order.lots + (takesAll ? order.reserveLots : 0));
        });
      }),
      RUNS,
    );
  });

  it('gives nobody less of a larger aggressor where orders are served one after another', () => {
    const served: AllocationAlgorithm[] = [
      { hasFifoException: true, steps: [{ step: 'fifo' }] },
      { hasFifoException: true, steps: [{ step: 'largest' }] },
      cmeAlgorithm({ code: 'S', topMaxLots: 20 }, 'S'),
    ];
    fc.assert(
      fc.property(fc.constantFrom(...served), levels, (algorithm, level) => {
        const fills = allocate(algorithm, level);
        const more = allocate(algorithm, { ...level, qtyLots: level.qtyLots + 1 });
        fills.forEach((fill, i) => {
          expect(more[i]).toBeGreaterThanOrEqual(fill);
        });
      }),
      RUNS,
    );
  });

  it('asks for size alone, not for place, where every step does so: a shuffled level gives shuffled fills', () => {
    const sizeOnly: AllocationAlgorithm[] = [
      { hasFifoException: false, steps: [{ step: 'largest' }] },
      {
        hasFifoException: true,
        steps: [{ step: 'proRata', minLots: 1, rounding: 'floor' }, { step: 'largest' }],
      },
      {
        hasFifoException: false,
        steps: [{ step: 'proRata', minLots: 1, rounding: 'up' }, { step: 'largest' }],
      },
    ];
    const sizes = fc.uniqueArray(fc.integer({ min: 1, max: 500 }), { minLength: 2, maxLength: 30 });
    const places = fc.array(fc.nat(), { minLength: 30, maxLength: 30 });
    fc.assert(
      fc.property(fc.constantFrom(...sizeOnly), sizes, places, fc.nat(), (algorithm, some, keys, qty) => {
        const level = (list: readonly number[]): Level => ({
          orders: list.map((size) => ({ lots: size, reserveLots: 0, participant: 0, topLots: 0 })),
          qtyLots: (qty % total(list)) + 1,
        });
        const order = some.map((_, i) => i).sort((a, b) => keys[a]! - keys[b]! || a - b);
        const straight = allocate(algorithm, level(some));
        const shuffled = allocate(algorithm, level(order.map((i) => some[i]!)));
        expect(shuffled).toEqual(order.map((i) => straight[i]!));
      }),
      RUNS,
    );
  });

  it('gives a whole pro-rata share at least, where TOP and FIFO take nothing before', () => {
    const algorithm = cmeAlgorithm({ code: 'C', proRataMinLots: 2 }, 'C');
    fc.assert(
      fc.property(levels, (level) => {
        const fills = allocate(algorithm, level);
        const working = total(level.orders.map((order) => order.lots));
        fc.pre(level.qtyLots < working);
        level.orders.forEach((order, i) => {
          const share = Number((BigInt(level.qtyLots) * BigInt(order.lots)) / BigInt(working));
          expect(fills[i]).toBeGreaterThanOrEqual(share < 2 ? 0 : share);
        });
      }),
      RUNS,
    );
  });
});
