import { describe, expect, it } from 'vitest';
import { Xoshiro128 } from '../../base/index.ts';
import { type ParameterRange, pointOf, requireRanges, valuesOf } from './parameter-space.ts';

const RANGES: readonly ParameterRange[] = [
  { name: 'rate', low: 0.01, high: 100, scale: 'log' },
  { name: 'skew', low: -2, high: 6, scale: 'linear' },
];

describe('parameters as points of the unit cube', () => {
  it('the middle of a log range is its geometric mean; the ends are exact', () => {
    expect(valuesOf(RANGES, [0.5, 0.25])[0]).toBeCloseTo(1, 12);
    expect(valuesOf(RANGES, [0.5, 0.25])[1]).toBe(0);
    expect([...valuesOf(RANGES, [0, 1])]).toEqual([0.01, 6]);
    expect([...valuesOf(RANGES, [1, 0])]).toEqual([100, -2]);
  });

  it('values and points are each other’s inverse, seed 8', () => {
    const random = new Xoshiro128(8);
    for (let n = 0; n < 200; n++) {
      const point = [random.nextDouble(), random.nextDouble()];
      const back = pointOf(RANGES, valuesOf(RANGES, point));
      expect(back[0]).toBeCloseTo(point[0]!, 12);
      expect(back[1]).toBeCloseTo(point[1]!, 12);
    }
  });

  it('every range that is none is listed at once', () => {
    const bad: ParameterRange[] = [
      { name: 'a', low: 1, high: 1, scale: 'linear' },
      { name: 'b', low: 0, high: 1, scale: 'log' },
      { name: 'b', low: 0, high: Number.NaN, scale: 'linear' },
    ];
    expect(() => requireRanges(bad)).toThrow(
      /a has to have.*\n.*b is on a log scale.*\n.*b is there twice\n.*b has to/,
    );
    expect(() => requireRanges([])).toThrow('0 parameters, 1 to 20');
    expect(() => requireRanges(RANGES)).not.toThrow();
  });
});
