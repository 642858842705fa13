// hot: bench/fidelity.ts
/**
 * Counts of groups by window, so that a draw of windows adds up counts instead of looking at every value again:
 *
 *   window w:  groups [ 3 | 7 | 8 … ]  counts [ 12 | 1 | 40 … ]   entries starts[w] to starts[w + 1]
 */

import { groupOf } from '../math/index.ts';
import type { Sample } from './sample.ts';

export class WindowTable {
  readonly groups: Int32Array;
  readonly counts: Float64Array;
  readonly starts: Int32Array;

  /** `groupIds` are those of the sample's values, in its order. */
  constructor(sample: Sample, groupIds: Int32Array) {
    const windows = sample.windowCount;
    this.starts = new Int32Array(windows + 1);
    const groups = new Int32Array(sample.count);
    const counts = new Float64Array(sample.count);
    let entries = 0;
    for (let w = 0; w < windows; w++) {
      const ids = groupIds.slice(sample.starts[w]!, sample.starts[w + 1]!).sort();
      for (let i = 0; i < ids.length; i++) {
        if (i > 0 && ids[i] === ids[i - 1]) counts[entries - 1]!++;
        else {
          groups[entries] = ids[i]!;
          counts[entries++] = 1;
        }
      }
      this.starts[w + 1] = entries;
    }
    this.groups = groups.slice(0, entries);
    this.counts = counts.slice(0, entries);
  }

  /** Adds the windows' counts, each times its weight, to `histogram`; returns their sum. */
  addTo(histogram: Float64Array, weights: Float64Array): number {
    const { groups, counts, starts } = this;
    let total = 0;
    for (let w = 0; w < weights.length; w++) {
      const weight = weights[w]!;
      if (weight === 0) continue;
      const end = starts[w + 1]!;
      for (let at = starts[w]!; at < end; at++) {
        const count = weight * counts[at]!;
        histogram[groups[at]!]! += count;
        total += count;
      }
    }
    return total;
  }
}

/** Group of each value of a sample among the edges. */
export function groupIdsOf(values: Float64Array, edges: Float64Array): Int32Array {
  const ids = new Int32Array(values.length);
  for (let i = 0; i < values.length; i++) ids[i] = groupOf(edges, values[i]!);
  return ids;
}

/** Numbers the groups that occur in either list from 0 on, in place; returns how many there are. */
export function compactGroups(a: Int32Array, b: Int32Array, groups: number): number {
  const numbers = new Int32Array(groups).fill(-1);
  let used = 0;
  for (const ids of [a, b]) {
    for (let i = 0; i < ids.length; i++) {
      const group = ids[i]!;
      if (numbers[group] === -1) numbers[group] = used++;
      ids[i] = numbers[group]!;
    }
  }
  return used;
}
