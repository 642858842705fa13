import { describe, expect, it } from 'vitest';
import { BinaryReader, BinaryWriter } from '../../base/index.ts';
import { BUY, SELL, UNDEF_INT32 } from '../../domain/index.ts';
import type { AllocationAlgorithm } from './algorithm.ts';
import { checkAllocationAlgorithm } from './algorithm.ts';
import { allocateLevel } from './allocate.ts';
import { cmeAlgorithm } from './cme-algorithms.ts';
import { LevelOrders } from './level-orders.ts';
import { type RestingOrder, referenceAllocate } from './reference-allocate.ts';
import { TopOrders } from './top-order.ts';

interface Entry {
  readonly lots: number;
  readonly reserveLots?: number;
  readonly participant?: number;
  readonly topLots?: number;
}

/** Allocates with both implementations, which must agree, and gives the fills. */
function fillsOf(
  algorithm: AllocationAlgorithm,
  entries: readonly (number | Entry)[],
  qtyLots: number,
): number[] {
  const orders = new LevelOrders();
  const resting: RestingOrder[] = [];
  for (const entry of entries) {
    const full = {
      reserveLots: 0,
      participant: 0,
      topLots: 0,
      ...(typeof entry === 'number' ? { lots: entry } : entry),
    };
    const index = orders.add(full.lots, full.reserveLots, full.participant);
    if (full.topLots > 0) {
      orders.markTop(index);
      orders.topLots = full.topLots;
    }
    resting.push(full);
  }
  const sum = allocateLevel(algorithm, orders, qtyLots);
  const fills = [...orders.fillLots.subarray(0, orders.count)];
  expect(fills).toEqual(referenceAllocate(algorithm, resting, qtyLots));
  expect(sum).toBe(fills.reduce((a, b) => a + b, 0));
  return fills;
}

const cme = (parameters: object): AllocationAlgorithm => cmeAlgorithm(parameters, 'cme');
const proRata = (minLots: number): AllocationAlgorithm => cme({ code: 'C', proRataMinLots: minLots });
const top = (lots: number): Entry => ({ lots, topLots: lots });

describe('pro rata (market-rules §1.3)', () => {
  const SIX = [5, 9, 57, 4, 28, 300];

  it('T1.3-a: shares below the minimum are nothing, the remainder goes by time', () => {
    expect(fillsOf(proRata(2), SIX, 50)).toEqual([3, 0, 7, 0, 3, 37]);
  });

  it('T1.3-b: TOP is served first, the rest pro rata', () => {
    const algorithm = cme({ code: 'A', proRataMinLots: 2 });
    expect(fillsOf(algorithm, [top(10), 5, 20, 50, 75], 60)).toEqual([10, 3, 6, 16, 25]);
  });

  it('T1.3-c: a remainder of one lot goes to the first', () => {
    expect(fillsOf(proRata(1), [30, 70, 150, 50], 100)).toEqual([11, 23, 50, 16]);
  });

  it('T1.3-d: exact shares leave no remainder', () => {
    expect(fillsOf(proRata(1), [40, 100, 60], 20)).toEqual([4, 10, 6]);
  });

  it('T1.3-e: a remainder is capped at what an order has left and goes on to the next', () => {
    expect(fillsOf(proRata(2), [3, 3, 3, 40], 17)).toEqual([3, 1, 0, 13]);
  });

  it('T1.3-f: an aggressor that takes everything fills everybody; 47 are left', () => {
    const fills = fillsOf(proRata(2), SIX, 450);
    expect(fills).toEqual(SIX);
    expect(450 - fills.reduce((a, b) => a + b)).toBe(47);
  });

  it('takes icebergs whole only if the aggressor takes all of their hidden quantity too', () => {
    const iceberg = { lots: 10, reserveLots: 90 };
    expect(fillsOf(proRata(1), [iceberg, 20], 119)).toEqual([10, 20]);
    expect(fillsOf(proRata(1), [iceberg, 20], 120)).toEqual([100, 20]);
    expect(fillsOf(proRata(1), [iceberg, 20], 15)).toEqual([5, 10]);
    expect(fillsOf({ ...proRata(1), hasFifoException: false }, [iceberg, 20], 500)).toEqual([10, 20]);
  });

  it('gives the remainder to the largest order first where that is the rule', () => {
    const algorithm = checkAllocationAlgorithm(
      {
        hasFifoException: true,
        steps: [{ step: 'proRata', minLots: 1, rounding: 'floor' }, { step: 'largest' }],
      },
      'rule',
    );
    expect(fillsOf(algorithm, SIX, 50)).toEqual([0, 1, 7, 0, 3, 39]);
  });

  it('rounds shares up from the largest order on where that is the rule, until nothing is left', () => {
    const algorithm = checkAllocationAlgorithm(
      {
        hasFifoException: false,
        steps: [{ step: 'proRata', minLots: 1, rounding: 'up' }, { step: 'fifo' }],
      },
      'rule',
    );
    // Raw 0.62, 1.11, 7.07, 0.49, 3.47, 37.22: up 1, 2, 8, 1, 4, 38, served 38, 8, 4 and then nothing is left.
    expect(fillsOf(algorithm, SIX, 50)).toEqual([0, 0, 8, 0, 4, 38]);
  });
});

describe('CME algorithms (market-rules §1.4)', () => {
  const threshold = { code: 'O', topMinLots: 10, topMaxLots: 50, proRataMinLots: 2 };
  const split = { code: 'K', fifoBps: 4000, proRataMinLots: 2 };
  const SIX = [50, 2, 60, 100, 1, 200];

  it('T1.4-a: A is TOP, pro rata, FIFO', () => {
    expect(fillsOf(cme({ code: 'A', proRataMinLots: 2 }), [top(10), 5, 20, 50, 75], 60)).toEqual([
      10, 3, 6, 16, 25,
    ]);
  });

  it('T1.4-b: what a capped TOP has left takes part in the later steps', () => {
    expect(fillsOf(cme(threshold), [top(150), 8, 160], 100)).toEqual([71, 0, 29]);
  });

  it('T1.4-c: an order below the minimum never becomes TOP', () => {
    const tops = new TopOrders(threshold.topMinLots);
    tops.rested(BUY, 1, 8, 100, UNDEF_INT32, true);
    expect(tops.of(BUY)).toBe(0);
    expect(fillsOf(cme(threshold), [8, 150, 160], 100)).toEqual([3, 47, 50]);
  });

  it('T1.4-d: K splits into FIFO and pro rata', () => {
    expect(fillsOf(cme(split), SIX, 100)).toEqual([43, 0, 9, 16, 0, 32]);
  });

  it('T1.4-e: K with levelling gives a lot to each share below one', () => {
    expect(fillsOf(cme({ ...split, hasLevelling: true }), SIX, 100)).toEqual([41, 1, 9, 16, 1, 32]);
  });

  it('T1.4-f: K with a lead market maker and without TOP', () => {
    const algorithm = cme({ ...split, makers: [{ participant: 7, shareBps: 2500 }] });
    expect(fillsOf(algorithm, [20, 80, { lots: 100, participant: 7 }, 100], 100)).toEqual([20, 24, 38, 18]);
  });

  it('T1.4-g: K with a capped TOP that is also first in time', () => {
    const algorithm = cme({ ...split, topMinLots: 5, topMaxLots: 25 });
    expect(fillsOf(algorithm, [top(80), 80, 100, 100], 100)).toEqual([61, 11, 14, 14]);
  });

  it('T1.4-h: T serves the lead market maker, then FIFO', () => {
    const algorithm = cme({ code: 'T', makers: [{ participant: 7, shareBps: 2500 }] });
    expect(fillsOf(algorithm, [30, { lots: 50, participant: 7 }, 50], 40)).toEqual([30, 10, 0]);
  });

  it('T1.4-i: S serves TOP, the lead market maker, then FIFO', () => {
    const algorithm = cme({ code: 'S', makers: [{ participant: 7, shareBps: 2500 }] });
    expect(fillsOf(algorithm, [30, { lots: 50, participant: 7 }, top(20)], 60)).toEqual([30, 10, 20]);
  });

  it('T1.4-j: quantity is shared among implied sources; the TOP order is a part of its source', () => {
    const algorithm = cme({ code: 'A', proRataMinLots: 2 });
    const sources = [{ lots: 1000, topLots: 100 }, 200, 300, 400, 100];
    expect(fillsOf(algorithm, sources, 501)).toEqual([291, 42, 63, 84, 21]);
  });

  it('Q serves TOP, the lead market maker, then pro rata', () => {
    const algorithm = cme({ code: 'Q', proRataMinLots: 2, makers: [{ participant: 7, shareBps: 5000 }] });
    // TOP 10; L floor(30 * .5) = 15; 15 over 90 and 25: 11, 3; remainder 1 to the first.
    expect(fillsOf(algorithm, [90, { lots: 40, participant: 7 }, top(10)], 40)).toEqual([12, 18, 10]);
  });

  it('F is time alone', () => {
    expect(fillsOf(cme({ code: 'F' }), [30, 50, 20], 40)).toEqual([30, 10, 0]);
  });

  it('gives a maker its part once, its own orders in time order, and only what it has', () => {
    const makers = [{ participant: 7, shareBps: 4000 }];
    const entries = [10, { lots: 5, participant: 7 }, { lots: 50, participant: 7 }];
    expect(fillsOf(cme({ code: 'T', makers }), entries, 20)).toEqual([10, 5, 5]);
    expect(fillsOf(cme({ code: 'T', makers }), [100, { lots: 5, participant: 7 }], 50)).toEqual([45, 5]);
  });

  it('limits TOP to a part of the aggressor where that limiter is used', () => {
    const algorithm = cme({ code: 'S', topShareBps: 3333 });
    expect(fillsOf(algorithm, [50, top(20)], 10)).toEqual([7, 3]);
  });

  it('rounds the split and the makers the other way by parameter (market-rules §15)', () => {
    const halves = { code: 'K', fifoBps: 5000, proRataMinLots: 1 };
    // FIFO 2, pro rata 1 of which no share is a whole lot; or FIFO 1, pro rata 2 of which the second order has one.
    expect(fillsOf(cme(halves), [50, 50], 3)).toEqual([3, 0]);
    expect(fillsOf(cme({ ...halves, splitRoundedDown: 'fifo' }), [50, 50], 3)).toEqual([2, 1]);
    const makers = [{ participant: 7, shareBps: 2500 }];
    const entries = [50, { lots: 50, participant: 7 }];
    expect(fillsOf(cme({ code: 'T', makers }), entries, 10)).toEqual([8, 2]);
    expect(fillsOf(cme({ code: 'T', makers, makerRounding: 'ceil' }), entries, 10)).toEqual([7, 3]);
  });

  it('names every problem of its parameters at once', () => {
    const wrong = { code: 'K', proRataMinLots: 0, fifoBps: 10_001, topMaxLots: 0, lmm: [] };
    expect(() => cme({ code: 'X' })).toThrow(/cme\.code: must be one of F, A, C, K, O, Q, S, T/);
    expect(() => cme({ code: 'K', lmm: [] })).toThrow(
      /lmm: unknown key[\s\S]*proRataMinLots: code K needs it/,
    );
    expect(() => cme({ code: 'F', topMinLots: 3 })).toThrow(/topMinLots: code F has no top step/);
    expect(() => cme({ ...wrong, lmm: undefined })).toThrow(/unknown key/);
    const { lmm: _, ...rest } = wrong;
    expect(() => cme(rest)).toThrow(/maxLots: must be[\s\S]*fifoBps: must be[\s\S]*minLots: must be/);
    const makers = [
      { participant: 7, shareBps: 6000 },
      { participant: 7, shareBps: 6000 },
    ];
    expect(() => cme({ code: 'T', makers })).toThrow(/named once[\s\S]*sum to at most 10000, found 12000/);
  });

  it('serves customers before all others where that is the rule, among themselves by time', () => {
    const customers = checkAllocationAlgorithm(
      {
        hasFifoException: false,
        steps: [
          { step: 'customers', participants: [5, 6] },
          { step: 'proRata', minLots: 1, rounding: 'floor' },
          { step: 'fifo' },
        ],
      },
      'rule',
    );
    const entries = [
      { lots: 100 },
      { lots: 20, participant: 6 },
      { lots: 300 },
      { lots: 10, participant: 5 },
    ];
    expect(fillsOf(customers, entries, 25)).toEqual([0, 20, 0, 5]);
    // 30 of 110 go to customers; the other 80 pro rata over 100 and 300.
    expect(fillsOf(customers, entries, 110)).toEqual([20, 20, 60, 10]);
  });

  it('refuses lists of steps that leave lots over or make no sense', () => {
    const check = (steps: unknown[]) => () =>
      checkAllocationAlgorithm({ hasFifoException: true, steps }, 'rule');
    expect(check([])).toThrow(/at least one step/);
    expect(check([{ step: 'timeProRata' }])).toThrow(/ends with fifo or largest/);
    expect(check([{ step: 'levelling' }, { step: 'fifo' }])).toThrow(/levelling needs proRata before it/);
    const splitStep = { step: 'split', fifoBps: 1, roundedDown: 'fifo' };
    expect(check([splitStep, { step: 'fifo' }])).toThrow(/needs a step after fifo/);
    expect(check([splitStep, { step: 'largest' }])).toThrow(/split stands before fifo/);
    const topStep = { step: 'top', minLots: 1, maxLots: null, shareBps: 1 };
    expect(check([{ step: 'fifo' }, topStep, { step: 'fifo' }])).toThrow(/top is the first step/);
    expect(check([{ step: 'fifo', lots: 1 }])).toThrow(/lots: unknown key/);
    expect(check([{ step: 'random' }])).toThrow(/must be one of top, customers, lmm/);
    expect(check([{ step: 'customers', participants: [] }, { step: 'fifo' }])).toThrow(
      /at least one participant/,
    );
    expect(check([{ step: 'customers', participants: [3, 3, 0] }, { step: 'fifo' }])).toThrow(
      /participants\[1\]: is named once[\s\S]*participants\[2\]: must/,
    );
  });
});

describe('time pro rata and size-time (market-rules §1.5, §1.6)', () => {
  const timeProRata = checkAllocationAlgorithm(
    { hasFifoException: false, steps: [{ step: 'timeProRata' }, { step: 'fifo' }] },
    'rule',
  );
  const sizeTime = checkAllocationAlgorithm(
    { hasFifoException: false, steps: [{ step: 'largest' }] },
    'rule',
  );

  it('T1.5-a: early orders weigh more than their size', () => {
    expect(fillsOf(timeProRata, [50, 30, 120], 50)).toEqual([22, 10, 18]);
  });

  it('caps a time share at the order itself', () => {
    // Weights 0.64 and 0.36 of 100 lots: raw 60.8 and 34.2 of 95, but the first has 40 only.
    expect(fillsOf(timeProRata, [40, 60], 95)).toEqual([40, 55]);
  });

  it('T1.6-a: the larger order first, of one size the earlier', () => {
    expect(fillsOf(sizeTime, [5_000, 20_000, 20_000], 22_000)).toEqual([0, 20_000, 2_000]);
  });

  it('stays exact at the largest quantities', () => {
    const most = 2 ** 31 - 1;
    expect(fillsOf(timeProRata, [most, most, most], most)).toEqual([1193046471, 715827882, 238609294]);
    expect(fillsOf(proRata(1), [most, most - 1, 1], most)).toEqual([1073741824, 1073741823, 0]);
  });
});

describe('the TOP order (market-rules §1.4)', () => {
  const rested = (
    tops: TopOrders,
    orderId: number,
    lots: number,
    price: number,
    before: number,
    may = true,
  ) => tops.rested(BUY, orderId, lots, price, before, may);

  it('is the first that betters the market, until it is bettered itself', () => {
    const tops = new TopOrders(1);
    rested(tops, 1, 5, 100, UNDEF_INT32);
    expect(tops.of(BUY)).toBe(1);
    rested(tops, 2, 5, 100, 100);
    rested(tops, 3, 5, 99, 100);
    expect(tops.of(BUY)).toBe(1);
    rested(tops, 4, 5, 101, 100);
    expect(tops.of(BUY)).toBe(4);
    expect(tops.of(SELL)).toBe(0);
  });

  it('is lost to a better price even if that order may not be TOP, and not given back', () => {
    const tops = new TopOrders(10);
    rested(tops, 1, 10, 100, UNDEF_INT32);
    rested(tops, 2, 9, 101, 100);
    expect(tops.of(BUY)).toBe(0);
    tops.gone(BUY, 2);
    expect(tops.of(BUY)).toBe(0);
    rested(tops, 3, 10, 101, 100, false);
    expect(tops.of(BUY)).toBe(0);
  });

  it('is absent after its order goes, until the market is bettered again', () => {
    const tops = new TopOrders(1);
    rested(tops, 1, 5, 100, UNDEF_INT32);
    tops.gone(BUY, 2);
    expect(tops.of(BUY)).toBe(1);
    tops.gone(SELL, 1);
    expect(tops.of(BUY)).toBe(1);
    tops.gone(BUY, 1);
    expect(tops.of(BUY)).toBe(0);
    rested(tops, 3, 5, 100, 100);
    expect(tops.of(BUY)).toBe(0);
    rested(tops, 4, 5, 101, 100);
    expect(tops.of(BUY)).toBe(4);
  });

  it('is lost by an order that comes back at the same market', () => {
    const tops = new TopOrders(1);
    rested(tops, 1, 5, 100, UNDEF_INT32);
    rested(tops, 1, 9, 100, 100);
    expect(tops.of(BUY)).toBe(0);
  });

  it('says the same after a snapshot', () => {
    const tops = new TopOrders(1);
    rested(tops, 3, 5, 100, UNDEF_INT32);
    tops.rested(SELL, 4, 5, 101, UNDEF_INT32, true);
    const writer = new BinaryWriter();
    tops.writeState(writer);
    const restored = new TopOrders(1);
    restored.readState(new BinaryReader(writer.finish()));
    expect([restored.of(BUY), restored.of(SELL)]).toEqual([3, 4]);
  });

  it('better is lower for sells', () => {
    const tops = new TopOrders(1);
    tops.rested(SELL, 1, 5, 100, 101, true);
    expect(tops.of(SELL)).toBe(1);
    tops.rested(SELL, 2, 5, 100, 99, true);
    expect(tops.of(SELL)).toBe(1);
  });
});
