/** Exact draws of a Hawkes process by thinning: between events its intensities only fall (Ogata, 1981). */

import type { Xoshiro128 } from '../base/index.ts';
import { drawOf } from './draw-of.ts';
import { HawkesExcitation, type HawkesModel, type TypedEvents } from './hawkes.ts';
import { exponential } from './ziggurat.ts';

/** Where a simulation stops; the earlier of both. */
export interface HawkesEnd {
  readonly endS?: number;
  readonly count?: number;
}

/** From an empty past. The observation ends at `endS`, or else with the last event. */
export function simulateHawkes(model: HawkesModel, random: Xoshiro128, until: HawkesEnd): TypedEvents {
  const { endS = Number.POSITIVE_INFINITY, count = Number.POSITIVE_INFINITY } = until;
  const excitation = new HawkesExcitation(model);
  const ones = new Float64Array(model.typeCount).fill(1);
  const intensities = new Float64Array(model.typeCount);
  const times: number[] = [];
  const types: number[] = [];
  let nowS = 0;
  let bound = excitation.intensities(ones, intensities);
  while (times.length < count) {
    const waitS = exponential(random) / bound;
    if (!(nowS + waitS <= endS)) break;
    nowS += waitS;
    excitation.pass(waitS);
    const total = excitation.intensities(ones, intensities);
    const isEvent = random.nextDouble() * bound <= total;
    bound = total;
    if (isEvent) {
      const type = drawOf(intensities, random.nextDouble() * total);
      times.push(nowS);
      types.push(type);
      excitation.add(type);
      bound = excitation.intensities(ones, intensities);
    }
  }
  return {
    timesS: Float64Array.from(times),
    types: Uint8Array.from(types),
    typeCount: model.typeCount,
    endS: Number.isFinite(endS) ? endS : nowS,
  };
}
