/** Trades and quotes while the market is closed: `outOfSession`. The calendar is asked once a second of the recording. */

import { qualityMask } from '../registry.ts';
import type { Int64Column } from '../schema/int64-column.ts';
import type { SessionCalendar } from './calendar.ts';
import type { CheckedRows, QualityCheck } from './check.ts';

const OUT = qualityMask('outOfSession');
const NS_PER_S = 1_000_000_000n;

export class SessionCheck implements QualityCheck {
  readonly #calendar: SessionCalendar;
  #second = -1n;
  #isOpen = true;

  constructor(calendar: SessionCalendar) {
    this.#calendar = calendar;
  }

  check({ batch, quality }: CheckedRows): void {
    const times = batch.column('tsEvent') as Int64Column;
    for (let row = 0; row < batch.count; row++) {
      const second = times.values[row]! / NS_PER_S;
      if (second !== this.#second) {
        this.#second = second;
        this.#isOpen = this.#calendar.isOpen(second * NS_PER_S);
      }
      if (!this.#isOpen) quality[row]! |= OUT;
    }
  }
}
