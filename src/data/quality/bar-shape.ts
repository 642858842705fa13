/** Bars against themselves: open, close and average price lie between low and high. Sets `barMismatch`. */

import { PRICE_STEPS } from '../../base/index.ts';
import { qualityMask } from '../registry.ts';
import type { Int64Column } from '../schema/int64-column.ts';
import { UNDEF_FLOAT64 } from '../schema/record-batch.ts';
import type { CheckedRows, QualityCheck } from './check.ts';

const MISMATCH = qualityMask('barMismatch');
/** An average price is a rounded number, and so are the prices it is compared with. */
const VWAP_TOLERANCE = 1e-6;

export class BarShapeCheck implements QualityCheck {
  check({ batch, quality }: CheckedRows): void {
    const lows = batch.column('low') as Int64Column;
    const highs = batch.column('high') as Int64Column;
    const opens = batch.column('open') as Int64Column;
    const closes = batch.column('close') as Int64Column;
    const averages = batch.column('vwap') as Float64Array;
    for (let row = 0; row < batch.count; row++) {
      const isInside =
        opens.compare(row, lows, row) >= 0 &&
        opens.compare(row, highs, row) <= 0 &&
        closes.compare(row, lows, row) >= 0 &&
        closes.compare(row, highs, row) <= 0 &&
        isBetween(averages[row]!, lows.number(row) / PRICE_STEPS, highs.number(row) / PRICE_STEPS);
      if (!isInside) quality[row]! |= MISMATCH;
    }
  }
}

function isBetween(average: number, low: number, high: number): boolean {
  if (average === UNDEF_FLOAT64) return true;
  const slack = VWAP_TOLERANCE * Math.max(Math.abs(low), Math.abs(high));
  return average >= low - slack && average <= high + slack;
}
