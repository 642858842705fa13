/** Sobol's indices and Morris' effects of functions whose values are known. */

import { describe, expect, it } from 'vitest';
import { designSearch, morrisDesign, priorDesign, saltelliDesign } from '../search/designs.ts';
import { runSearch } from '../search/search.ts';
import { morrisOf } from './morris.ts';
import { sobolOf } from './sobol-indices.ts';

/** Ishigami and Homma (1990) with a = 7, b = .1, on [-π, π] of each coordinate. */
function ishigami(point: Float64Array): number {
  const [x, y, z] = point.map((u) => Math.PI * (2 * u - 1));
  return Math.sin(x!) + 7 * Math.sin(y!) ** 2 + 0.1 * z! ** 4 * Math.sin(x!);
}

/** The function of 20 inputs of Morris (1991), §5, with (-1)^i and (-1)^(i + j) for the coefficients that he draws. */
function morrisFunction(point: Float64Array): number {
  const w = point.map((x, i) =>
    i === 2 || i === 4 || i === 6 ? 2 * ((1.1 * x) / (x + 0.1) - 0.5) : 2 * (x - 0.5),
  );
  let y = 0;
  for (let i = 0; i < 20; i++) {
    y += (i < 10 ? 20 : (-1) ** (i + 1)) * w[i]!;
    for (let j = i + 1; j < 20; j++) {
      y += (j < 6 ? -15 : (-1) ** (i + j)) * w[i]! * w[j]!;
      for (let k = j + 1; k < 5; k++) {
        y -= 10 * w[i]! * w[j]! * w[k]!;
        for (let l = k + 1; l < 4; l++) y += 5 * w[i]! * w[j]! * w[k]! * w[l]!;
      }
    }
  }
  return y;
}

const named = (text: string) =>
  expect.objectContaining({ code: 'CALIBRATION_SEARCH', message: expect.stringContaining(text) });

describe("Sobol's indices", () => {
  const names = ['x', 'y', 'z'];

  it.each([1, 2, 3])(
    'of Ishigami: S .3139 .4424 0, T .5576 .4424 .2437, from 1024 x 5 points, seed %i',
    (seed) => {
      const design = saltelliDesign(3, 1024, seed);
      expect(design.points).toHaveLength(5120);
      const { indices, variance, rows, rowsLost } = sobolOf(design, names, design.points.map(ishigami));
      expect([rows, rowsLost]).toEqual([1024, 0]);
      // 7^2/8 + .1 π^4/5 + .01 π^8/18 + 1/2.
      expect(Math.abs(variance / 13.8446 - 1)).toBeLessThan(0.03);
      [0.3139, 0.4424, 0].forEach((value, i) => {
        expect(Math.abs(indices[i]!.first - value)).toBeLessThan(0.03);
        expect(indices[i]!.firstLow < value && value < indices[i]!.firstHigh).toBe(true);
      });
      [0.5576, 0.4424, 0.2437].forEach((value, i) => {
        expect(Math.abs(indices[i]!.total - value)).toBeLessThan(0.03);
        expect(indices[i]!.totalLow < value && value < indices[i]!.totalHigh).toBe(true);
      });
    },
  );

  it('with 256 rows are right to .1; rows with a failed point are left out and counted', () => {
    const design = saltelliDesign(3, 256, 4);
    const values = design.points.map((point, at) => (at % 50 === 7 ? Number.NaN : ishigami(point)));
    const { indices, rows, rowsLost } = sobolOf(design, names, values);
    expect([rows, rowsLost]).toEqual([256 - 26, 26]);
    [0.3139, 0.4424, 0].forEach((value, i) => {
      expect(Math.abs(indices[i]!.first - value)).toBeLessThan(0.1);
    });
    [0.5576, 0.4424, 0.2437].forEach((value, i) => {
      expect(Math.abs(indices[i]!.total - value)).toBeLessThan(0.1);
    });
    // A design cut off in the middle of its 101st row.
    expect(sobolOf(design, names, values.slice(0, 502))).toMatchObject({ rows: 90, rowsLost: 11 });
  });

  it('an output that does not vary, too few rows and names that do not fit are named', () => {
    const design = saltelliDesign(3, 32, 1);
    expect(() => sobolOf(design, names, new Float64Array(160).fill(2))).toThrow(named('variance=0'));
    expect(() => sobolOf(design, names, new Float64Array(160).fill(Number.NaN))).toThrow(
      named('rows=0 failed=32'),
    );
    expect(() => sobolOf(design, ['x'], new Float64Array(160))).toThrow(named('parameters=3 names=1'));
    expect(() => sobolOf(design, names, new Float64Array(161))).toThrow(named('points=160 values=161'));
  });
});

describe("Morris' effects", () => {
  const names = Array.from({ length: 20 }, (_, i) => `x${i + 1}`);

  it.each([1, 2, 3])(
    'of his function: 1 to 7 bend or depend, 8 to 10 are straight, the rest does not matter, seed %i',
    (seed) => {
      const design = morrisDesign(20, seed);
      expect(design.points).toHaveLength(20 * 21);
      const effects = morrisOf(design, names, design.points.map(morrisFunction));
      const [bent, straight, idle] = [effects.slice(0, 7), effects.slice(7, 10), effects.slice(10)];
      for (const { muStar, sigma, effects: count } of bent) {
        expect(muStar).toBeGreaterThan(20);
        expect(sigma).toBeGreaterThan(15);
        expect(count).toBe(20);
      }
      // Twice the coefficient, for the range is 2 wide.
      for (const { mu, sigma } of straight) {
        expect(Math.abs(mu - 40)).toBeLessThan(4);
        expect(sigma).toBeLessThan(10);
      }
      for (const { muStar } of idle) expect(muStar).toBeLessThan(12);
    },
  );

  it('of a plane are its slopes, without deviation; every point lies on the grid', () => {
    const design = morrisDesign(3, 9, 8, 6);
    for (const point of design.points) for (const x of point) expect([0, 0.2, 0.4, 0.6, 0.8, 1]).toContain(x);
    const effects = morrisOf(
      design,
      ['a', 'b', 'c'],
      design.points.map(([a, b]) => 3 * a! - 2 * b!),
    );
    [3, -2, 0].forEach((slope, i) => {
      expect(effects[i]!.mu).toBeCloseTo(slope, 12);
      expect(effects[i]!.muStar).toBeCloseTo(Math.abs(slope), 12);
      expect(effects[i]!.sigma).toBeCloseTo(0, 12);
    });
  });

  it('go round failed points, and are refused where hardly any is left', () => {
    const design = morrisDesign(2, 1);
    const values = design.points.map(([a], at) => (at % 7 === 0 ? Number.POSITIVE_INFINITY : 5 * a!));
    const effects = morrisOf(design, ['a', 'b'], values);
    expect(effects[0]!.mu).toBeCloseTo(5, 12);
    expect(effects[0]!.effects).toBeLessThan(20);
    expect(() => morrisOf(design, ['a', 'b'], values.slice(0, 6))).toThrow(named('parameter=a effects='));
    expect(() => morrisDesign(2, 1, 20, 5)).toThrow(named('levels=5'));
  });
});

describe('designs', () => {
  it('are given out in batches, in their order', () => {
    const design = priorDesign(3, 150, 5);
    const search = designSearch(design);
    expect(search.ask()).toHaveLength(64);
    const evaluated = runSearch(designSearch(design), () => ({ loss: 1, moments: null }));
    expect(evaluated.map(({ point }) => point)).toEqual(design.points);
    expect(designSearch(priorDesign(3, 4, 5), 3).ask()).toHaveLength(3);
    expect(() => priorDesign(3, 0, 5)).toThrow(named('count'));
  });
});
