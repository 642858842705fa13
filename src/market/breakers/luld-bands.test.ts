import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BREAKER_PRESETS } from '../../../tests/support/breaker-presets.ts';
import { differsByPpm, type LuldRules, luldBands, luldCollars } from './luld-bands.ts';

const A18 = BREAKER_PRESETS.luld['amendment-18'].rules;
const PILOT = BREAKER_PRESETS.luld.pilot.rules;

interface Case {
  readonly rules?: LuldRules;
  readonly tier?: 1 | 2;
  readonly leveragePercent?: number;
  readonly close: number;
  readonly reference: number;
  readonly time?: 'open' | 'close' | 'no';
  /** Ticks per cent; prices of the case stay in cents. */
  readonly ticksPerCent?: number;
}

/** Bands in cents. */
function bands(one: Case): [number, number] {
  const ticksPerCent = one.ticksPerCent ?? 1;
  const { lowTicks, highTicks } = luldBands(
    one.rules ?? A18,
    { tier: one.tier ?? 1, leveragePercent: one.leveragePercent ?? 100, ticksPerCent },
    { numerator: BigInt(one.reference * ticksPerCent), denominator: 1n },
    { previousCloseTicks: one.close * ticksPerCent, isDoublingTime: one.time ?? 'no' },
  );
  return [lowTicks / ticksPerCent, highTicks / ticksPerCent];
}

describe('LULD bands', () => {
  it.each<[string, Case, [number, number]]>([
    ['T4.4-a: tier 1 at 11:00', { close: 9900, reference: 10000 }, [9500, 10500]],
    ['T4.4-a: tier 1 at 15:40, doubled', { close: 9900, reference: 10000, time: 'close' }, [9000, 11000]],
    ['T4.4-a: tier 1 at 09:35, not doubled', { close: 9900, reference: 10000, time: 'no' }, [9500, 10500]],
    ['T4.4-b: tier 1', { close: 3783, reference: 3783 }, [3594, 3972]],
    ['T4.4-b: tier 2', { tier: 2, close: 3783, reference: 3783 }, [3405, 4161]],
    ['T4.4-b: tier 2 at 15:40', { tier: 2, close: 3783, reference: 3783, time: 'close' }, [3405, 4161]],
    ['T4.4-c: tier 2, 20 %', { tier: 2, close: 240, reference: 250 }, [200, 300]],
    ['T4.4-c: at 15:40, 40 %', { tier: 2, close: 240, reference: 250, time: 'close' }, [150, 350]],
    ['T4.4-d: the cap of 15 cents', { close: 62, reference: 60 }, [45, 75]],
    ['T4.4-d: 75 %, halves up', { close: 11, reference: 10 }, [3, 18]],
    ['T4.4-e: a close of exactly 3.00', { close: 300, reference: 300 }, [240, 360]],
    [
      'T4.4-e: threefold leverage',
      { tier: 2, leveragePercent: 300, close: 2400, reference: 2500 },
      [1750, 3250],
    ],
    ['a close of exactly 0.75 has 20 %', { close: 75, reference: 100 }, [80, 120]],
    ['a close above 3.00 by a cent has 5 %', { close: 301, reference: 300 }, [285, 315]],
    [
      'below 0.75 doubled: the lesser of 0.30 and 150 %',
      { close: 62, reference: 60, time: 'close' },
      [30, 90],
    ],
    ['a band wider than the price stops at zero', { close: 11, reference: 10, time: 'close' }, [0, 25]],
    [
      'before Amendment 18 the open is doubled',
      { rules: PILOT, close: 9900, reference: 10000, time: 'open' },
      [9000, 11000],
    ],
    [
      'and tier 2 at the close',
      { rules: PILOT, tier: 2, close: 3783, reference: 3783, time: 'close' },
      [3026, 4540],
    ],
    ['ticks finer than a cent', { ticksPerCent: 100, close: 3783, reference: 3783 }, [3594, 3972]],
    [
      'leverage does not concern tier 1',
      { leveragePercent: 300, close: 9900, reference: 10000 },
      [9500, 10500],
    ],
  ])('%s', (_name, one, expected) => {
    expect(bands(one)).toEqual(expected);
  });

  it('enclose every reference and widen with it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 500_000 }),
        fc.integer({ min: 1, max: 500_000 }),
        fc.constantFrom<1 | 2>(1, 2),
        fc.constantFrom<'open' | 'close' | 'no'>('open', 'close', 'no'),
        (close, reference, tier, time) => {
          const [low, high] = bands({ close, reference, tier, time, rules: PILOT });
          expect(low).toBeLessThanOrEqual(reference);
          expect(high).toBeGreaterThanOrEqual(reference);
          const [lowNext, highNext] = bands({ close, reference: reference + 1, tier, time, rules: PILOT });
          expect(highNext).toBeGreaterThanOrEqual(high);
          expect(highNext - lowNext).toBeGreaterThanOrEqual(high - low - 1);
        },
      ),
      { seed: 1, numRuns: 500 },
    );
  });

  it('a mean of a third of a cent moves the band where a double might not', () => {
    // (3 · 10^13 + 1) / (3 · 10^9): the upper band is a hair above a half cent.
    const { highTicks } = luldBands(
      A18,
      { tier: 1, leveragePercent: 100, ticksPerCent: 1 },
      { numerator: 10_010n * 1_000_000_000_000n + 1n, denominator: 1_000_000_000_000n },
      { previousCloseTicks: 10_000, isDoublingTime: 'no' },
    );
    expect(highTicks).toBe(10_511);
  });
});

describe('LULD reference change', () => {
  it('counts from exactly the threshold on', () => {
    const from = { numerator: 10_000n, denominator: 1n };
    expect(differsByPpm(from, { numerator: 10_100n, denominator: 1n }, 10_000)).toBe(true);
    expect(differsByPpm(from, { numerator: 30_299n, denominator: 3n }, 10_000)).toBe(false);
    expect(differsByPpm(from, { numerator: 9_900n, denominator: 1n }, 10_000)).toBe(true);
    expect(differsByPpm(from, { numerator: 29_701n, denominator: 3n }, 10_000)).toBe(false);
  });
});

describe('LULD reopening collars', () => {
  const limitUp = { referenceTicks: 10_500, isLimitUp: true, otherBandTicks: 9_500, lowerSteps: 0 };

  it.each([
    [0, 11_025],
    [1, 11_550],
    [2, 12_075],
  ])('T4.4-h: limit up at 105.00 after %i extensions', (upperSteps, high) => {
    expect(luldCollars(A18, 1, { ...limitUp, upperSteps })).toEqual({ lowTicks: 9_500, highTicks: high });
  });

  it.each([
    [0, 225],
    [1, 210],
  ])('T4.4-h: limit down at 2.40 after %i extensions', (lowerSteps, low) => {
    const collars = luldCollars(A18, 1, {
      referenceTicks: 240,
      isLimitUp: false,
      otherBandTicks: 360,
      upperSteps: 0,
      lowerSteps,
    });
    expect(collars).toEqual({ lowTicks: low, highTicks: 360 });
  });

  it('each side widens by itself, by steps of the auction reference price', () => {
    const collars = luldCollars(A18, 1, { ...limitUp, upperSteps: 0, lowerSteps: 1 });
    expect(collars).toEqual({ lowTicks: 8_975, highTicks: 11_025 });
  });
});
