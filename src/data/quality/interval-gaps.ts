/** Bars that are missing between two of a series, by the calendar. Looks forward only: bars that come newest first have no gaps here. */

import { qualityMask } from '../registry.ts';
import type { Int64Column } from '../schema/int64-column.ts';
import { BarSeries } from './bar-series.ts';
import { missingStarts, type SessionCalendar } from './calendar.ts';
import type { CheckedRows, QualityCheck } from './check.ts';
import type { GapLog } from './gap-log.ts';

const GAP = qualityMask('gapBefore');

interface Series {
  readonly slot: number;
  readonly intervalS: number;
  lastNs: bigint | null;
}

export class IntervalGapCheck implements QualityCheck {
  readonly #calendar: SessionCalendar | null;
  readonly #names: readonly string[];
  readonly #gaps: GapLog;
  readonly #series = new BarSeries<Series>((slot, intervalS) => ({ slot, intervalS, lastNs: null }));

  /** Null for a calendar: bars within a day (UTC). `names` of the symbols by slot. */
  constructor(calendar: SessionCalendar | null, names: readonly string[], gaps: GapLog) {
    this.#calendar = calendar;
    this.#names = names;
    this.#gaps = gaps;
  }

  check(rows: CheckedRows): void {
    const times = rows.batch.column('tsEvent') as Int64Column;
    for (let row = 0; row < rows.batch.count; row++) {
      const series = this.#series.of(rows, row);
      const ns = times.values[row]!;
      if (series.lastNs !== null && this.#isGap(series, series.lastNs, ns)) rows.quality[row]! |= GAP;
      series.lastNs = ns;
    }
  }

  /** Notes what is missing between two bars as one gap. */
  #isGap({ slot, intervalS }: Series, afterNs: bigint, beforeNs: bigint): boolean {
    let from: bigint | null = null;
    let to: bigint | null = null;
    let missing = 0;
    for (const start of missingStarts(afterNs, beforeNs, intervalS, this.#calendar)) {
      from ??= start;
      to = start;
      missing++;
    }
    if (missing === 0) return false;
    this.#gaps.add({
      kind: 'interval',
      schema: 'bar',
      symbol: this.#names[slot]!,
      from,
      to,
      missing,
      afterNs,
      beforeNs,
    });
    return true;
  }
}
