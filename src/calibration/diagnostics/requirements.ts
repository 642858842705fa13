/** What the readers of evaluations ask of what they are given. */

import { TwinError } from '../../base/index.ts';
import type { Design } from '../search/designs.ts';

/** Raises CALIBRATION_SEARCH unless there is a name per parameter and not more values than points. */
export function requireValues(design: Design, names: readonly string[], values: ArrayLike<number>): void {
  requireNames(design.dimension, names);
  if (values.length > design.points.length)
    throw new TwinError('CALIBRATION_SEARCH', 'a design has at most one value a point', {
      points: design.points.length,
      values: values.length,
    });
}

/** Raises CALIBRATION_SEARCH unless there is a name per parameter. */
export function requireNames(dimension: number, names: readonly string[]): void {
  if (names.length !== dimension)
    throw new TwinError('CALIBRATION_SEARCH', 'each parameter has one name', {
      parameters: dimension,
      names: names.length,
    });
}
