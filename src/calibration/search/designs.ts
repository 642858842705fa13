/**
 * Lists of points that are evaluated before anything is read from them. Each design keeps its order, so that `sobolOf`, `morrisOf`
 * and `jacobianOf` find their points again; nested ones stand group by group, so that a design cut off early has whole groups.
 *
 *   prior     [ p0 p1 p2 … ]                            even over the cube: regression ABC, recovery, posterior predictive
 *   Saltelli  [ A0 AB0/1 … AB0/k B0 | A1 … ]            ABj/i is Aj with entry i of Bj
 *   Morris    [ t0/0 t0/1 … t0/k | t1/0 … ]             one entry changes from one point to the next
 *   Jacobian  [ c | c-h1 c+h1 | c-h2 c+h2 | … ]
 */

import { hashText, invariant, TwinError, Xoshiro128 } from '../../base/index.ts';
import { SobolSequence, shuffled, sobolPoints } from '../../math/index.ts';
import { requireWhole, type Search, searchOf } from './search.ts';

const BATCH_DEFAULT = 64;

export interface Design {
  readonly points: readonly Float64Array[];
  readonly dimension: number;
}

/** Gives out the points of a design in batches of `batch`, in their order; 64 unless told. */
export function designSearch(design: Design, batch = BATCH_DEFAULT): Search {
  requireWhole('batch', batch, 1);
  let at = 0;
  return searchOf({
    next() {
      return at < design.points.length ? design.points.slice(at, at + batch) : null;
    },
    learn(points) {
      at += points.length;
    },
  });
}

/** Scrambled low-discrepancy points; a count that is a power of two makes them as even as they can be. */
export function priorDesign(dimension: number, count: number, seed: number): Design {
  requireWhole('count', count, 1);
  return { dimension, points: sobolPoints(count, dimension, hashText('prior design', seed)) };
}

export interface SaltelliDesign extends Design {
  readonly kind: 'saltelli';
  readonly base: number;
}

/**
 * Points for Sobol's indices of first order and total: base x (dimension + 2) of them. `base` is best a power of two; 256 is usual.
 * Source: Saltelli et al., "Variance based sensitivity analysis of model output" (2010), table 1 and §3.
 */
export function saltelliDesign(dimension: number, base: number, seed: number): SaltelliDesign {
  requireWhole('base', base, 2);
  const sequence = new SobolSequence(2 * dimension, hashText('saltelli design', seed));
  const points: Float64Array[] = [];
  for (let j = 0; j < base; j++) {
    const both = sequence.next();
    const a = both.slice(0, dimension);
    const b = both.slice(dimension);
    points.push(a);
    for (let i = 0; i < dimension; i++) {
      const mixed = a.slice();
      mixed[i] = b[i]!;
      points.push(mixed);
    }
    points.push(b);
  }
  return { kind: 'saltelli', dimension, base, points };
}

export interface MorrisDesign extends Design {
  readonly kind: 'morris';
  readonly trajectories: number;
}

/**
 * Walks along the grid of `levels` values a side, each entry changed once by levels / (2 (levels - 1)), in random order:
 * trajectories x (dimension + 1) points.
 * Source: Morris, "Factorial sampling plans for preliminary computational experiments" (1991), §3.
 */
export function morrisDesign(dimension: number, seed: number, trajectories = 20, levels = 4): MorrisDesign {
  requireWhole('trajectories', trajectories, 2);
  requireWhole('levels', levels, 2);
  if (levels % 2 !== 0)
    throw new TwinError('CALIBRATION_SEARCH', 'the levels of a Morris design are even', { levels });
  const random = new Xoshiro128(hashText('morris design', seed));
  const half = levels / 2;
  const points: Float64Array[] = [];
  for (let t = 0; t < trajectories; t++) {
    const grid = Array.from({ length: dimension }, () => random.nextBelow(levels));
    points.push(Float64Array.from(grid, (level) => level / (levels - 1)));
    for (const i of shuffled([...grid.keys()], random)) {
      // With an even number of levels just one way leads to another level.
      grid[i]! += grid[i]! < half ? half : -half;
      points.push(Float64Array.from(grid, (level) => level / (levels - 1)));
    }
  }
  return { kind: 'morris', dimension, trajectories, points };
}

export interface JacobianDesign extends Design {
  readonly kind: 'jacobian';
  readonly center: Float64Array;
}

/** The center and two points per parameter, `step` of the range to each side; cut off at the side of the cube. */
export function jacobianDesign(center: ArrayLike<number>, step = 0.05): JacobianDesign {
  const middle = Float64Array.from(center);
  invariant(
    middle.every((x) => x >= 0 && x <= 1),
    'the center of a design lies in the cube',
  );
  if (!(step > 0 && step <= 0.5))
    throw new TwinError('CALIBRATION_SEARCH', 'the step of a Jacobian is above 0 and at most 0.5', { step });
  const points = [middle];
  for (let i = 0; i < middle.length; i++) {
    for (const to of [Math.max(0, middle[i]! - step), Math.min(1, middle[i]! + step)]) {
      const point = middle.slice();
      point[i] = to;
      points.push(point);
    }
  }
  return { kind: 'jacobian', dimension: middle.length, center: middle, points };
}
