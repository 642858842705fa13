import { describe, expect, it } from 'vitest';
import { SOBOL_DIMENSIONS_MAX, SobolSequence, sobolPoints } from './sobol-sequence.ts';

describe("Sobol's sequence", () => {
  it('is that of scipy 1.17.1 (stats.qmc.Sobol, scramble=False, bits=32): points 5 and 123,456 of 64 dimensions', () => {
    const sequence = new SobolSequence(SOBOL_DIMENSIONS_MAX, null);
    const points = Array.from({ length: 123_457 }, () => sequence.next());
    expect([...points[0]!].every((x) => x === 0)).toBe(true);
    expect([...points[5]!.subarray(0, 3)]).toEqual([0.875, 0.875, 0.125]);
    expect([0, 1, 2, 10, 20, 40, 62, 63].map((d) => points[123_456]![d])).toEqual([
      0.02649688720703125, 0.18274688720703125, 0.30725860595703125, 0.49910736083984375, 0.11809539794921875,
      0.7939529418945312, 0.6845779418945312, 0.9521408081054688,
    ]);
  });

  it.each([1, 2, 77])(
    'scrambled puts one of 256 points into each 256th of every coordinate, seed %i',
    (seed) => {
      const points = sobolPoints(256, SOBOL_DIMENSIONS_MAX, seed);
      for (let d = 0; d < SOBOL_DIMENSIONS_MAX; d++) {
        expect(new Set(points.map((point) => Math.floor(point[d]! * 256))).size).toBe(256);
        for (const point of points) expect(point[d]! > 0 && point[d]! < 1).toBe(true);
      }
    },
  );

  it('scrambled keeps its first two coordinates a net: each of 16 x 16 cells has one of 256 points', () => {
    const cells = sobolPoints(256, 2, 4).map(([x, y]) => Math.floor(x! * 16) * 16 + Math.floor(y! * 16));
    expect(new Set(cells).size).toBe(256);
  });

  it('integrates a smooth function far better than random points would, on average of 20 seeds', () => {
    // The integral of the product of (1 + (x - 1/2) / 2) is 1; random points would err by about .03.
    const errors = Array.from({ length: 20 }, (_, seed) => {
      const points = sobolPoints(1024, 10, seed);
      const values = points.map((point) => point.reduce((product, x) => product * (1 + (x - 0.5) / 2), 1));
      return values.reduce((sum, value) => sum + value, 0) / 1024 - 1;
    });
    const rms = Math.sqrt(errors.reduce((sum, error) => sum + error * error, 0) / 20);
    expect(rms).toBeLessThan(0.003);
    expect(Math.abs(errors.reduce((sum, error) => sum + error, 0) / 20)).toBeLessThan(
      (4 * rms) / Math.sqrt(20),
    );
  });

  it('other seeds give other points, the same seed the same', () => {
    expect(sobolPoints(8, 3, 1)).toEqual(sobolPoints(8, 3, 1));
    expect(sobolPoints(8, 3, 1)).not.toEqual(sobolPoints(8, 3, 2));
    expect(() => new SobolSequence(SOBOL_DIMENSIONS_MAX + 1, 1)).toThrow('1 to 64 dimensions');
  });
});
