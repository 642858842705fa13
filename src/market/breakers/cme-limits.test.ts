import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BREAKER_PRESETS } from '../../../tests/support/breaker-presets.ts';
import { BinaryReader, BinaryWriter } from '../../base/index.ts';
import { BUY, PRICE_TICKS_MAX, PRICE_TICKS_MIN, UNDEF_INT32 } from '../../domain/index.ts';
import { CmeLimits, type CmeReferences } from './cme-limits.ts';
import type { BreakerAction } from './contract.ts';

const PARTS = BREAKER_PRESETS.cmeLimits.equityIndex.rules;
const HOUR = 3_600_000_000_000;
/** From 17:00 to a time of the next day. */
const at = (hours: number, minutes = 0): number => (7 + hours) * HOUR + (minutes * HOUR) / 60;
/** Points of an instrument with ticks of 0.25, as millionths of a tick. */
const points = (value: number): number => Math.round(value * 100) * 40_000;
const ticks = (value: number): number => value * 4;

const REFERENCES: CmeReferences = {
  daily: points(4540.25),
  fixing: points(4540.25),
  index: points(4532.12),
  late: null,
};

function started(references = REFERENCES) {
  const limits = new CmeLimits(PARTS);
  const actions: BreakerAction[] = [];
  limits.startDay(0, references, actions);
  return { limits, actions };
}

describe('CME price limits', () => {
  it('T4.8-a: 7, 13 and 20 % to the nearest tick, one level after the other', () => {
    const { limits, actions } = started();
    limits.onTime(at(8, 30), actions);
    expect([limits.lowTicks, limits.highTicks]).toEqual([ticks(4222.5), PRICE_TICKS_MAX]);
    limits.onMarketWideLevel(at(9), 1, actions);
    expect(limits.lowTicks).toBe(ticks(3950));
    limits.onMarketWideLevel(at(10), 2, actions);
    expect(limits.lowTicks).toBe(ticks(3632.25));
    limits.onMarketWideLevel(at(11), 3, actions);
    expect(limits.lowTicks).toBe(ticks(3632.25));
    expect(actions.at(-1)).toMatchObject({ kind: 'bandsChanged', timeNs: at(10) });
  });

  it('overnight the width is 7 % of the index around the fixing price', () => {
    const { limits } = started();
    // 7 % of 4532.12 is 317.2484: 4223.0016 and 4857.4984.
    expect([limits.lowTicks, limits.highTicks]).toEqual([ticks(4223), ticks(4857.5)]);
  });

  it('parts follow each other by time, with none in the break', () => {
    const { limits, actions } = started();
    limits.onTime(at(14, 25), actions);
    expect([limits.lowTicks, limits.highTicks]).toEqual([ticks(3632.25), PRICE_TICKS_MAX]);
    limits.setReferences(at(14, 30), { late: points(3800) }, actions);
    limits.onTime(at(15), actions);
    // 3800 less 7 % is 3534, but the limit of the day is at 3632.25.
    expect([limits.lowTicks, limits.highTicks]).toEqual([ticks(3632.25), ticks(4066)]);
    expect(limits.nextTimeNs).toBe(at(16));
    limits.onTime(at(16), actions);
    expect([limits.lowTicks, limits.highTicks]).toEqual([PRICE_TICKS_MIN, PRICE_TICKS_MAX]);
    expect(limits.nextTimeNs).toBe(Number.POSITIVE_INFINITY);
    const timesNs = actions.filter(({ kind }) => kind === 'bandsChanged').map(({ timeNs }) => timeNs);
    expect(timesNs).toEqual([0, at(8, 30), at(14, 25), at(15), at(16)]);
  });

  it('a part without its reference has no limits', () => {
    const { limits } = started({ ...REFERENCES, index: null });
    expect([limits.lowTicks, limits.highTicks]).toEqual([PRICE_TICKS_MIN, PRICE_TICKS_MAX]);
  });

  it('limit lock is told, and the market stays open', () => {
    const { limits, actions } = started();
    actions.length = 0;
    limits.onQuote(1, ticks(4857.5), UNDEF_INT32, actions);
    limits.onBreach(1, ticks(4858), BUY, actions);
    expect(actions).toEqual([expect.objectContaining({ kind: 'limitStateEntered', side: BUY })]);
    limits.onQuote(2, ticks(4857.25), ticks(4857.5), actions);
    expect(actions.at(-1)).toMatchObject({ kind: 'limitStateLeft' });
  });

  it('goes through a snapshot at any time', () => {
    const edges = [...new Set(PARTS.flatMap(({ fromNs, toNs }) => [fromNs, toNs]))];
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 23 * HOUR }), fc.integer({ min: 0, max: 3 }), (timeNs, level) => {
        const { limits, actions } = started();
        limits.onTime(timeNs, actions);
        limits.onMarketWideLevel(timeNs, level, actions);
        const writer = new BinaryWriter();
        limits.writeState(writer);
        const copy = new CmeLimits(PARTS);
        const reader = new BinaryReader(writer.finish());
        copy.readState(reader);
        expect(reader.isAtEnd).toBe(true);
        const rest: BreakerAction[][] = [[], []];
        [limits, copy].forEach((one, i) => {
          one.setReferences(timeNs, { late: points(4000) }, rest[i]!);
          one.onTime(24 * HOUR, rest[i]!);
        });
        expect(rest[1]).toEqual(rest[0]);
        expect(limits.nextTimeNs).toBe(Number.POSITIVE_INFINITY);
        // Slow and obvious: a limit changes at edges only.
        for (const { timeNs: changedNs } of actions) expect([...edges, timeNs]).toContain(changedNs);
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it('refuses parts that overlap, levels that do not deepen, and unknown references', () => {
    expect(() => new CmeLimits([PARTS[1]!, PARTS[0]!])).toThrow(/parts\[1\]\.fromNs=0/);
    expect(() => new CmeLimits([{ ...PARTS[1]!, downPpm: [2, 1] }])).toThrow(/downPpm\[1\]=1/);
    const unknown = { ...PARTS[0]!, center: 'noon' as 'late' };
    expect(() => new CmeLimits([unknown])).toThrow(/noon/);
  });
});
