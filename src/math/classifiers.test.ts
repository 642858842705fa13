import { describe, expect, it } from 'vitest';
import { Xoshiro128 } from '../base/index.ts';
import { BOOSTING_DEFAULTS, fitBoostedTrees, predictBoostedTrees } from './boosted-trees.ts';
import { solveCholesky } from './cholesky.ts';
import { areaUnderCurve, type FeatureTable, fitLogistic, predictLogistic, rowsOf } from './classifiers.ts';

const tableOf = (rows: readonly (readonly number[])[]): FeatureTable => ({
  width: rows[0]!.length,
  rows: rows.length,
  values: Float64Array.from(rows.flat()),
});

/** Two features of noise, labels by the exclusive or of their signs: no line separates them. */
function exclusiveOr(count: number, seed: number): { table: FeatureTable; labels: number[] } {
  const random = new Xoshiro128(seed);
  const rows = Array.from({ length: count }, () => [
    random.nextDouble() - 0.5,
    random.nextDouble() - 0.5,
    random.nextDouble(),
  ]);
  return { table: tableOf(rows), labels: rows.map(([a, b]) => (a! > 0 !== b! > 0 ? 1 : 0)) };
}

describe('area under the curve', () => {
  it('counts pairs in the right order, ties half (example of scikit-learn: 0.75)', () => {
    expect(areaUnderCurve([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1])).toBe(0.75);
    expect(areaUnderCurve([1, 1, 1, 1], [0, 1, 0, 1])).toBe(0.5);
    expect(areaUnderCurve([1, 2], [1, 1])).toBeNaN();
  });
});

describe('ridge logistic regression', () => {
  it('finds the log odds of two groups when the ridge is small', () => {
    const rows = [[0], [0], [0], [0], [1], [1], [1], [1]];
    const labels = [0, 0, 0, 1, 0, 1, 1, 1];
    const model = fitLogistic(tableOf(rows), labels, 1e-9);
    expect(model.hasConverged).toBe(true);
    const predicted = predictLogistic(model, tableOf([[0], [1]]));
    expect(predicted[0]).toBeCloseTo(0.25, 6);
    expect(predicted[1]).toBeCloseTo(0.75, 6);
  });

  it('stays finite when the classes are separated, and with a feature that never changes', () => {
    const model = fitLogistic(
      tableOf([
        [0, 7],
        [1, 7],
        [2, 7],
        [3, 7],
      ]),
      [0, 0, 1, 1],
      1,
    );
    expect(model.hasConverged).toBe(true);
    expect(model.weights[2]).toBe(0);
    expect(
      areaUnderCurve(
        predictLogistic(
          model,
          tableOf([
            [0, 7],
            [3, 7],
          ]),
        ),
        [0, 1],
      ),
    ).toBe(1);
  });

  it('solves the equations of a positive definite matrix', () => {
    const [x, y] = solveCholesky(Float64Array.of(4, 0, 2, 3), Float64Array.of(8, 7), 2);
    expect(x).toBeCloseTo(1.25, 12);
    expect(y).toBeCloseTo(1.5, 12);
  });

  it('picks rows in the order given', () => {
    expect([...rowsOf(tableOf([[1], [2], [3]]), [2, 0]).values]).toEqual([3, 1]);
  });
});

describe('boosted trees', () => {
  it('learn what no line can: exclusive or, seed 5', () => {
    const train = exclusiveOr(600, 5);
    const test = exclusiveOr(300, 6);
    const trees = fitBoostedTrees(train.table, train.labels, new Xoshiro128(1));
    expect(areaUnderCurve(predictBoostedTrees(trees, test.table), test.labels)).toBeGreaterThan(0.97);
    const line = fitLogistic(train.table, train.labels, 1);
    expect(areaUnderCurve(predictLogistic(line, test.table), test.labels)).toBeLessThan(0.65);
    // The third feature is noise.
    expect(trees.importances[2]).toBeLessThan(0.2);
    expect(trees.importances.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
  });

  it('one tree of depth 1 splits where the labels do, with Newton leaves', () => {
    const table = tableOf([[1], [2], [3], [4]]);
    const options = {
      ...BOOSTING_DEFAULTS,
      trees: 1,
      depth: 1,
      shrinkage: 1,
      subsample: 1,
      leafRowsMin: 1,
      ridge: 0,
    };
    const trees = fitBoostedTrees(table, [0, 0, 1, 1], new Xoshiro128(1), options);
    // Gradient 1/2 and curvature 1/4 for each row: a step of -2 and 2.
    const predicted = predictBoostedTrees(trees, table);
    expect(predicted[0]).toBeCloseTo(1 / (1 + Math.exp(2)), 12);
    expect(predicted[3]).toBeCloseTo(1 / (1 + Math.exp(-2)), 12);
  });

  it('labels without a pattern give no edge on other rows, seed 9', () => {
    const random = new Xoshiro128(9);
    const rows = Array.from({ length: 400 }, () => [random.nextDouble(), random.nextDouble()]);
    const labels = rows.map(() => random.nextBelow(2));
    const trees = fitBoostedTrees(tableOf(rows.slice(0, 200)), labels.slice(0, 200), random);
    const auc = areaUnderCurve(predictBoostedTrees(trees, tableOf(rows.slice(200))), labels.slice(200));
    expect(Math.abs(auc - 0.5)).toBeLessThan(0.1);
  });
});
