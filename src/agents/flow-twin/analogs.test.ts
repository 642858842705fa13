import { describe, expect, it } from 'vitest';
import { Xoshiro128 } from '../../base/index.ts';
import { BUY, SELL } from '../../domain/index.ts';
import { CANCEL_AT, FLOW_TYPES, LIMIT_AT, MARKET_HIT, typeOf } from './actions.ts';
import { Analogs, STATES, stateOf, TEMPO_NONE, tempoAfter } from './analogs.ts';
import type { FlowHistory } from './history.ts';
import { SeenBook } from './seen-book.ts';

interface Moment {
  readonly spread: number;
  readonly type?: number;
  readonly goesOn?: number;
  readonly delayNs?: number;
}

/** A history of moments that differ by spread and type alone, one second apart from 10:00 on. */
function historyOf(moments: readonly Moment[]): FlowHistory {
  const count = moments.length;
  const same = (value: number): Int32Array => new Int32Array(count).fill(value);
  return {
    count,
    dayOffsetNs: 36_000e9,
    timeNs: Float64Array.from(moments, (_, i) => i * 1e9),
    type: Uint8Array.from(moments, ({ type }) => type ?? typeOf(BUY, LIMIT_AT)),
    delayNs: Float64Array.from(moments, ({ delayNs }) => delayNs ?? 1e9),
    goesOn: Uint8Array.from(moments, ({ goesOn }) => goesOn ?? 1),
    spreadAfter: Int32Array.from(moments, ({ spread }) => spread),
    ...{ bidLotsAfter: same(100), askLotsAfter: same(100), bidGapAfter: same(3), askGapAfter: same(3) },
    ...{ bidDepthAfter: same(400), askDepthAfter: same(400) },
  } as unknown as FlowHistory;
}

function stateWith(spread: number, tempo = TEMPO_NONE): Float64Array {
  const book = new SeenBook();
  book.bidTicks.set([1000, 997]);
  book.askTicks.set([1000 + spread, 1003 + spread]);
  for (const lots of [book.bidLots, book.askLots]) lots.set([100, 300]);
  const state = new Float64Array(STATES);
  stateOf(book, tempo, 0, state);
  return state;
}

const NOON_NS = 43_200e9;

describe('moments of the record', () => {
  it('are gone on with while the book is alike and the record goes on', () => {
    const analogs = new Analogs(historyOf([{ spread: 10 }, { spread: 10, goesOn: 0 }]), 0.7, 0);
    expect(analogs.goesOn(0, stateWith(10))).toBe(true);
    expect(analogs.goesOn(0, stateWith(11))).toBe(true);
    expect(analogs.goesOn(0, stateWith(40))).toBe(false);
    expect(analogs.goesOn(1, stateWith(10))).toBe(false);
  });

  it('are begun with where they are most like now, and one behind an event of the same type is more so', () => {
    const hit = typeOf(SELL, MARKET_HIT);
    const far = Array.from({ length: 20 }, () => ({ spread: 20 }));
    const near = Array.from({ length: 3 }, () => ({ spread: 10 }));
    const history = historyOf([...far, ...near, { spread: 10, type: hit }, { spread: 10, goesOn: 0 }]);
    const analogs = new Analogs(history, 0.7, 0);
    const random = new Xoshiro128(1);
    const found = (lastType: number): Set<number> =>
      new Set(Array.from({ length: 30 }, () => analogs.find(random, stateWith(10), lastType, NOON_NS)));
    expect(found(typeOf(BUY, LIMIT_AT))).toEqual(new Set([20, 21, 22]));
    expect(found(hit)).toContain(23);
    expect(found(FLOW_TYPES)).not.toContain(24);
  });

  it('are not there where nothing of the record is like now', () => {
    const analogs = new Analogs(historyOf([{ spread: 10 }, { spread: 11 }]), 0.7, 0);
    expect(analogs.find(new Xoshiro128(1), stateWith(200), FLOW_TYPES, NOON_NS)).toBe(-1);
    const over = new Analogs(historyOf([{ spread: 10, goesOn: 0 }]), 0.7, 0);
    expect(over.find(new Xoshiro128(1), stateWith(10), FLOW_TYPES, NOON_NS)).toBe(-1);
  });

  it('are looked for among the latest first, or around the time of day', () => {
    const history = historyOf(Array.from({ length: 40_000 }, () => ({ spread: 10 })));
    const share = (analogs: Analogs, nowNs: number, from: number, to: number): number => {
      const random = new Xoshiro128(5);
      let inside = 0;
      for (let i = 0; i < 200; i++) {
        const entry = analogs.find(random, stateWith(10, Math.log(1e6 + 1)), typeOf(BUY, LIMIT_AT), nowNs);
        if (entry >= from && entry < to) inside++;
      }
      return inside / 200;
    };
    expect(share(new Analogs(history, 0.7, 30_000), NOON_NS, 24_000, 30_000)).toBeGreaterThan(0.7);
    // 10:00 and 20,000 seconds.
    expect(share(new Analogs(history, 0.7, 0), 56_000e9, 17_000, 23_000)).toBeGreaterThan(0.7);
    expect(share(new Analogs(history, 0.7, 0), 10_000e9, 0, 20_000)).toBeLessThan(0.7);
  });

  it('know how busy they were', () => {
    let tempo = TEMPO_NONE;
    for (let i = 0; i < 200; i++) tempo = tempoAfter(tempo, 5e6);
    expect(tempo).toBeCloseTo(Math.log(5001), 6);
    const quick = historyOf(
      Array.from({ length: 100 }, () => ({ spread: 10, delayNs: 1e3, type: typeOf(BUY, CANCEL_AT) })),
    );
    const calm = stateWith(10, 30);
    expect(new Analogs(quick, 0.7, 0).find(new Xoshiro128(1), calm, FLOW_TYPES, NOON_NS)).toBe(-1);
  });
});
