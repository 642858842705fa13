/** Tick tables that change within a run: each holds from its effective time until the next one's. */

import { TwinError } from '../../base/index.ts';
import type { TickTable } from './tick-table.ts';

export interface EffectiveTickTable {
  /** Nanoseconds since the run's epoch. */
  readonly fromNs: number;
  readonly table: TickTable;
}

/** Look-up by time; keeps no state, so a snapshot needs nothing of it. */
export class TickTimeline {
  readonly #entries: readonly EffectiveTickTable[];

  /** Raises MKT_CONFIG when the times do not rise, or none holds from the start. */
  constructor(entries: readonly EffectiveTickTable[]) {
    const isRising = entries.every(({ fromNs }, index) => index === 0 || fromNs > entries[index - 1]!.fromNs);
    if (entries.length === 0 || entries[0]!.fromNs > 0 || !isRising) {
      throw new TwinError('MKT_CONFIG', 'tick tables take effect at rising times, the first at or before 0', {
        fromNs: entries.map(({ fromNs }) => fromNs).join(','),
      });
    }
    this.#entries = entries;
  }

  /** Table in force at a time. */
  at(timeNs: number): TickTable {
    let index = this.#entries.length - 1;
    while (index > 0 && this.#entries[index]!.fromNs > timeNs) index--;
    return this.#entries[index]!.table;
  }

  /** Time of the next change after a time, or Infinity. */
  nextChangeNs(timeNs: number): number {
    return this.#entries.find(({ fromNs }) => fromNs > timeNs)?.fromNs ?? Number.POSITIVE_INFINITY;
  }
}
