/**
 * Which parameters matter at all: the change of an output when one parameter moves, at many places. Their mean says the direction, the mean
 * of their sizes (mu*) the importance, their standard deviation whether it bends or depends on others.
 * Sources: Morris (1991); Campolongo, Cariboni and Saltelli, "An effective screening design" (2007) for mu*.
 */

import { TwinError } from '../../base/index.ts';
import { mean, standardDeviation } from '../../math/index.ts';
import type { MorrisDesign } from '../search/designs.ts';
import { requireValues } from './requirements.ts';

const EFFECTS_MIN = 4;

export interface MorrisEffect {
  readonly name: string;
  /** In units of the output per whole range of the parameter. */
  readonly mu: number;
  readonly muStar: number;
  readonly sigma: number;
  /** Steps that both of their points came back from. */
  readonly effects: number;
}

/**
 * Effects of one output: `values` holds it for each point of the design, in order; not finite where the point failed, and the points that
 * a design cut off early lacks may be left out. Raises CALIBRATION_SEARCH when a parameter has fewer than four effects.
 */
export function morrisOf(
  design: MorrisDesign,
  names: readonly string[],
  values: ArrayLike<number>,
): MorrisEffect[] {
  requireValues(design, names, values);
  const found: number[][] = names.map(() => []);
  const { dimension, points } = design;
  for (let at = 1; at < values.length; at++) {
    if (at % (dimension + 1) === 0) continue;
    const [before, after] = [points[at - 1]!, points[at]!];
    const moved = after.findIndex((x, i) => x !== before[i]);
    const effect = (values[at]! - values[at - 1]!) / (after[moved]! - before[moved]!);
    if (Number.isFinite(effect)) found[moved]!.push(effect);
  }
  return found.map((effects, i) => {
    if (effects.length < EFFECTS_MIN)
      throw new TwinError('CALIBRATION_SEARCH', `a parameter is judged by at least ${EFFECTS_MIN} effects`, {
        parameter: names[i],
        effects: effects.length,
      });
    return {
      name: names[i]!,
      mu: mean(effects),
      muStar: mean(effects.map(Math.abs)),
      sigma: standardDeviation(effects),
      effects: effects.length,
    };
  });
}
