/** The scoreboard on synthetic flow: what is near scores well, what is far badly, and what cannot be scored is named. */

import { describe, expect, it } from 'vitest';
import { syntheticFlow } from '../../bench/support/synthetic-flow.ts';
import {
  alignedWindows,
  continuationPairs,
  dayPartWindows,
  FLOW_HALT,
  type FlowStream,
  type FlowWindow,
  fidelityOf,
  indexOf,
  leaveOneOut,
  scoreWindows,
  twinDifference,
  windowsBetween,
} from '../../src/fidelity/index.ts';

const REAL = syntheticFlow({ messages: 20_000, seed: 1 });
const TWIN = syntheticFlow({ messages: 26_000, seed: 2 });
const OFF = syntheticFlow({ messages: 26_000, seed: 3, spread: 20, burst: 0 });
const plan = continuationPairs(REAL);
const twin = alignedWindows(plan, TWIN);
const off = alignedWindows(twin.pairs, OFF);
const count = off.pairs.real.length;
const lists = {
  real: off.pairs.real,
  sim: twin.sim.slice(0, count),
  floor: off.pairs.before,
  baseline: off.sim,
};

describe('a score', () => {
  const score = scoreWindows({ ...lists, options: { draws: 60, hasProfiles: true } });

  it('puts a twin with the same law near the floor, and the other flow far', () => {
    expect(score.windows).toBeGreaterThan(15);
    expect(score.baseline!.l1.mean).toBeGreaterThan(2 * score.floor!.l1.mean);
    expect(score.sim.l1.mean).toBeLessThan(1.25 * score.floor!.l1.mean);
    expect(score.fidelityIndex).toBeGreaterThan(70);
    expect(score.fidelityIndexInterval!.low).toBeLessThan(score.fidelityIndexInterval!.high);
    const reversed = scoreWindows({
      ...lists,
      sim: lists.baseline,
      baseline: lists.sim,
      options: { draws: 0 },
    });
    expect(reversed.withinFloor!).toBeLessThan(score.withinFloor!);
  });

  it('has every metric once, with its interval, its profile or its components', () => {
    expect(score.metrics.map(({ id }) => id)).toEqual([...Array.from({ length: 29 }, (_, i) => i + 1)]);
    expect(score.further.map(({ id }) => id)).toEqual([30, 31, 32, 33]);
    for (const metric of score.metrics.filter(({ untestable }) => untestable === null)) {
      expect(metric.interval!.low).toBeLessThanOrEqual(metric.interval!.high);
      if (metric.kind === 'paired') expect(metric.components.length).toBeGreaterThan(3);
      else if (metric.id <= 21) {
        const sums = [metric.profile!.real, metric.profile!.sim].map((shares) =>
          shares.reduce((a, b) => a + b, 0),
        );
        for (const sum of sums) expect(sum).toBeCloseTo(1, 9);
      }
    }
    expect(score.regimes.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
  });

  it('is the same again with the same seed, and does not know which side is real', () => {
    const again = scoreWindows({ ...lists, options: { draws: 60, hasProfiles: true } });
    expect(again).toEqual(score);
    const swapped = scoreWindows({ ...lists, real: lists.sim, sim: lists.real, options: { draws: 0 } });
    expect(swapped.sim.l1.mean).toBeCloseTo(score.sim.l1.mean, 12);
    expect(swapped.sim.w1.mean).toBeCloseTo(score.sim.w1.mean, 12);
  });

  it('weighs other seeds: their spread is told', () => {
    const other = alignedWindows(off.pairs, syntheticFlow({ messages: 26_000, seed: 8 })).sim;
    const many = scoreWindows({ ...lists, otherSeeds: [other], options: { draws: 20 } });
    expect(many.seeds).toBe(2);
    expect(many.seedSd).toBeGreaterThan(0);
    expect(score.seedSd).toBeNull();
  });

  it('drifts where the simulation gets worse as it goes on, and not where it does not', () => {
    expect(score.drift!.isStable).toBe(true);
    const worse = lists.sim.map(({ stream, from, to }, i): FlowWindow => {
      // The second half of each window comes from the other flow.
      const mixed = clone(stream, from, to);
      paste(mixed, lists.baseline[i]!, 250);
      return { stream: mixed, from: 0, to: mixed.count };
    });
    const drifting = scoreWindows({ ...lists, sim: worse, options: { draws: 0 } });
    expect(drifting.drift!.rise).toBeGreaterThan(0.05);
    expect(drifting.drift!.isStable).toBe(false);
  });

  it('a copy of the real windows has no distance', () => {
    const copy = scoreWindows({ ...lists, sim: lists.real, options: { draws: 10 } });
    for (const { distance, untestable } of copy.metrics) if (untestable === null) expect(distance).toBe(0);
    expect(copy.sim).toMatchObject({ l1: { mean: 0 }, w1: { mean: 0 } });
  });
});

describe('two twins', () => {
  it('the nearer one is told, and twins of one law are not', () => {
    const near = twinDifference({ real: lists.real, a: lists.sim, b: lists.baseline, draws: 60 });
    expect(near.l1).toBeLessThan(0);
    expect(near.isDecided).toBe(true);
    expect(near.l1Interval.high).toBeLessThan(0);
    const back = twinDifference({ real: lists.real, a: lists.baseline, b: lists.sim, draws: 60 });
    expect([back.l1, back.w1]).toEqual([-near.l1, -near.w1]);
    const same = twinDifference({ real: lists.real, a: lists.sim, b: lists.floor, draws: 60 });
    expect(Math.abs(same.l1)).toBeLessThan(0.03);
    expect(twinDifference({ real: lists.real, a: lists.sim, b: lists.sim, draws: 20 }).isDecided).toBe(false);
  });
});

describe('what cannot be scored', () => {
  it('fewer levels leave out what needs ten, by name', () => {
    const shallow = continuationPairs(syntheticFlow({ messages: 12_000, seed: 4, levels: 1 }));
    const score = scoreWindows({
      real: shallow.real,
      sim: shallow.before,
      floor: null,
      baseline: null,
      options: { draws: 0 },
    });
    const names = score.untestable
      .filter(({ reason }) => reason.includes('10 levels'))
      .map(({ name }) => name);
    expect(names).toEqual([
      'ask_volume',
      'bid_volume',
      'limit_ask_order_levels',
      'limit_bid_order_levels',
      'ask_cancellation_levels',
      'bid_cancellation_levels',
    ]);
    expect(score.fidelityIndex).toBeNull();
    expect(score.untestable.map(({ name }) => name)).toContain('ask_volume_touch by regime of spread');
  });

  it('windows without trades have no trade metrics, and a price that never moves no volatility', () => {
    const quiet = clone(REAL, 1, 6_001);
    for (let row = 0; row < quiet.count; row++) {
      if (quiet.kind[row] === 4) quiet.kind[row] = 3;
      copyBook(quiet, 0, row);
    }
    const { real, before } = continuationPairs(quiet);
    const score = scoreWindows({ real, sim: before, floor: null, baseline: null, options: { draws: 5 } });
    const names = score.untestable.map(({ name }) => name);
    for (const name of ['vol_per_min', 'ofi_up', 'ofi_down', 'trade_sign_memory'])
      expect(names).toContain(name);
    expect(score.realHealth.constantWindows).toBe(real.length);
    expect(score.realHealth.trades).toBe(0);
    expect(score.sim.l1.mean).toBeGreaterThanOrEqual(0);
  });

  it('lists of other lengths and other ticks are refused with the side', () => {
    expect(() => scoreWindows({ ...lists, sim: lists.sim.slice(1) })).toThrow(/side=sim.*windows=\d+/s);
    const other = syntheticFlow({ messages: 26_000, seed: 2 });
    Object.assign(other, { tickSize: '0.05' });
    const windows = lists.sim.map(({ from, to }) => ({ stream: other, from, to }));
    expect(() => scoreWindows({ ...lists, baseline: windows })).toThrow(/tickSize=0.05/);
    expect(() => scoreWindows({ ...lists, real: [], sim: [], floor: [], baseline: [] })).toThrow(
      /at least one pair/,
    );
  });

  it('a baseline no worse than the floor gives no fidelity, and fidelity is bounded', () => {
    expect(fidelityOf(0.2, 0.1, 0.1)).toBeNull();
    expect(fidelityOf(0.2, null, 0.5)).toBeNull();
    expect(fidelityOf(0.1, 0.1, 0.5)).toBe(1);
    expect(fidelityOf(0.5, 0.1, 0.5)).toBe(0);
    expect(fidelityOf(9, 0.1, 0.5)).toBe(-1);
    expect(fidelityOf(0, 0.3, 0.5)).toBe(1.25);
  });

  it('the index is the mean of the medians of the families, and names the worst', () => {
    const fidelity: Record<number, number> = { 1: 1, 2: 0.5, 5: 0.6, 3: 0.2, 25: 0.9 };
    const { families, index, worst } = indexOf(
      [1, 2, 5, 3, 4, 25].map((id) => ({ id, name: `m${id}`, fidelity: fidelity[id] ?? null })),
    );
    expect(index).toBeCloseTo((60 + 20 + 90) / 3, 9);
    expect(worst).toBe('timing');
    expect(families.find(({ family }) => family === 'trades')!.score).toBeNull();
  });
});

describe('window plans', () => {
  it('A: what is left out is counted by reason', () => {
    const broken = clone(REAL, 1, 14_001);
    broken.kind[100] = FLOW_HALT;
    broken.askLots.fill(0, 2_500 * 10, 2_501 * 10);
    broken.bidTicks[4_100 * 10] = broken.askTicks[4_100 * 10]!;
    broken.timeNs[6_200] = 0;
    const found = continuationPairs(broken);
    expect(found.excluded).toEqual({ halt: 1, 'one-sided book': 1, 'crossed book': 1, 'clock reset': 1 });
    expect(found.real).toHaveLength(10);
    for (const [i, { from, to }] of found.real.entries())
      expect([from, to]).toEqual([found.before[i]!.to, from + 500]);
  });

  it('too few messages are refused with what there is', () => {
    expect(() => continuationPairs(clone(REAL, 1, 3_001))).toThrow(
      /at least 5 pairs.*messages=3000.*pairs=3/s,
    );
  });

  it('B: parts of the day, without their edges', () => {
    const { windows } = windowsBetween(REAL, 9.75 * 3.6e12, 10 * 3.6e12, 100);
    expect(windows.length).toBeGreaterThan(20);
    for (const { from, to } of windows) {
      expect(REAL.timeNs[from]).toBeGreaterThanOrEqual(9.75 * 3.6e12);
      expect(REAL.timeNs[to - 1]).toBeLessThan(10 * 3.6e12);
    }
    const { fit, test } = dayPartWindows(REAL, { fitFrom: 575, fitTo: 590, testFrom: 590, testTo: 600 });
    expect(fit.at(-1)!.to).toBeLessThanOrEqual(test[0]!.from);
  });

  it('C: each symbol is left out once, and tested behind the quarter of an hour that is known of it', () => {
    const folds = leaveOneOut([REAL, TWIN, OFF], 200);
    expect(folds.map(({ fit }) => fit.length)).toEqual([2, 2, 2]);
    for (const { test, fit, scale, pairs } of folds) {
      expect(fit).not.toContain(test);
      expect(test.timeNs[scale.to - 1]! - test.timeNs[scale.from]!).toBeLessThan(9e11);
      expect(pairs.before[0]!.from).toBeGreaterThanOrEqual(scale.to);
    }
  });

  it('D: windows of another stream begin at the same time of day, or since the start where the clocks differ', () => {
    expect(twin.by).toBe('clock');
    twin.sim.forEach(({ from }, i) => {
      const startNs = REAL.timeNs[twin.pairs.real[i]!.from]!;
      expect(TWIN.timeNs[from]).toBeGreaterThanOrEqual(startNs);
      expect(TWIN.timeNs[from - 1]).toBeLessThan(startNs);
    });
    const early = alignedWindows(plan, syntheticFlow({ messages: 26_000, seed: 2, startNs: 0 }));
    expect(early.by).toBe('start');
    expect(early.sim.length).toBe(twin.sim.length);
    expect(() => alignedWindows(plan, syntheticFlow({ messages: 3_000, seed: 2 }))).toThrow(/pairs=/);
  });
});

/** Rows of a stream as one of their own. */
function clone(stream: FlowStream, from: number, to: number): FlowStream {
  const { levels } = stream;
  const copy = Object.create(Object.getPrototypeOf(stream)) as FlowStream;
  const row = <T extends Float64Array | Uint8Array>(column: T): T => column.slice(from, to) as T;
  const cell = <T extends Float64Array | Int32Array>(column: T): T =>
    column.slice(from * levels, to * levels) as T;
  return Object.assign(copy, stream, {
    count: to - from,
    timeNs: row(stream.timeNs),
    kind: row(stream.kind),
    side: row(stream.side),
    orderId: row(stream.orderId),
    priceTicks: row(stream.priceTicks),
    sizeLots: row(stream.sizeLots),
    askTicks: cell(stream.askTicks),
    askLots: cell(stream.askLots),
    bidTicks: cell(stream.bidTicks),
    bidLots: cell(stream.bidLots),
  });
}

function copyBook(stream: FlowStream, from: number, to: number): void {
  const { levels } = stream;
  for (const column of [stream.askTicks, stream.askLots, stream.bidTicks, stream.bidLots]) {
    column.copyWithin(to * levels, from * levels, (from + 1) * levels);
  }
}

/** The book and the prices of another window from a row on. */
function paste(target: FlowStream, { stream, from }: FlowWindow, row: number): void {
  const { levels } = target;
  for (let at = row; at < target.count; at++) {
    const source = from + at;
    target.priceTicks[at] = stream.priceTicks[source]!;
    target.kind[at] = stream.kind[source]!;
    target.side[at] = stream.side[source]!;
    for (const name of ['askTicks', 'askLots', 'bidTicks', 'bidLots'] as const) {
      target[name].set(stream[name].subarray(source * levels, (source + 1) * levels), at * levels);
    }
  }
}
