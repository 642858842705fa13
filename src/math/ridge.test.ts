/** Against scikit-learn 1.9.1: Ridge of standardised features, cross_val_predict with LeaveOneOut, penalties 10^(i/2 - 6). */

import { describe, expect, it } from 'vitest';
import { fitRidge, predictRidge } from './ridge.ts';

const ROWS = Array.from({ length: 20 }, (_, i) => [(i * 7) % 11, (i * i) % 13, (i * 3) % 5, 4]);
const TARGET = ROWS.map(([a, b], i) => 2 * a! - 0.5 * b! + (i % 3));
const TABLE = { width: 4, rows: 20, values: Float64Array.from(ROWS.flat()) };

describe('ridge regression', () => {
  const [model, constant] = fitRidge(TABLE, [TARGET, new Float64Array(20).fill(3)]);

  it('has slopes, left-out predictions and share of scikit-learn; a constant feature has no say', () => {
    [6.236237750974634, -2.155379373645777, -0.012623607097473679, 0].forEach((slope, i) => {
      expect(model!.slopes[i]).toBeCloseTo(slope, 10);
    });
    expect(model!.intercept).toBeCloseTo(7.825, 12);
    [2.080869754072351, 14.25510550565674, 5.006980532534643].forEach((value, i) => {
      expect(model!.leftOut[i]).toBeCloseTo(value, 9);
    });
    expect(model!.r2).toBeCloseTo(0.9797123114268559, 10);
    expect(predictRidge(model!, [3, 3, 3, 999])).toBeCloseTo(5.58868219, 7);
  });

  it('of a constant target is the constant; more features than rows are no trouble', () => {
    expect(predictRidge(constant!, [1, 2, 3, 4])).toBeCloseTo(3, 12);
    expect(constant!.r2).toBeNaN();
    const wide = { width: 8, rows: 4, values: Float64Array.from({ length: 32 }, (_, i) => (i * i) % 7) };
    const [fit] = fitRidge(wide, [[1, 2, 3, 4]]);
    expect(fit!.leftOut.every(Number.isFinite)).toBe(true);
  });
});
