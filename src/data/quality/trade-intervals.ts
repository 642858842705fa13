/** Trades gathered by intervals of time, as bars do. */

import type { Int64Column } from '../schema/int64-column.ts';
import type { RecordBatch } from '../schema/record-batch.ts';

const NS_PER_S = 1_000_000_000n;
/** Kinds whose prices count: regular, auction, hidden; and whose quantities count: those off the book too. */
const KIND_PRICE_MAX = 2;
const KIND_QTY_MAX = 3;

export interface TradeInterval {
  readonly startNs: bigint;
  /** Not included. */
  readonly endNs: bigint;
  /** Prices in steps; NaN for first and last while there is none. */
  open: number;
  close: number;
  low: number;
  high: number;
  qty: number;
  trades: number;
}

export function tradeInterval(startNs: bigint, lengthS: number): TradeInterval {
  return {
    startNs,
    endNs: startNs + BigInt(lengthS) * NS_PER_S,
    open: Number.NaN,
    close: Number.NaN,
    low: Number.POSITIVE_INFINITY,
    high: Number.NEGATIVE_INFINITY,
    qty: 0,
    trades: 0,
  };
}

/**
 * Adds a trade to the interval of each series in which it lies; the intervals of a series are in order and do not overlap.
 * Corrections, busts and what is not to be printed do not count.
 */
export function addTrade(
  series: readonly (readonly TradeInterval[])[],
  trades: RecordBatch,
  row: number,
): void {
  const kind = (trades.column('kind') as Uint8Array)[row]!;
  if (kind > KIND_QTY_MAX || (trades.column('isPrintable') as Uint8Array)[row] === 0) return;
  const ns = (trades.column('tsEvent') as Int64Column).values[row]!;
  const price = (trades.column('price') as Int64Column).number(row);
  const qty = (trades.column('qty') as Float64Array)[row]!;
  for (const intervals of series) {
    const traded = intervals[lastStarted(intervals, ns)];
    if (traded === undefined || ns >= traded.endNs) continue;
    traded.trades++;
    traded.qty += qty;
    if (kind > KIND_PRICE_MAX) continue;
    if (Number.isNaN(traded.open)) traded.open = price;
    traded.close = price;
    traded.low = Math.min(traded.low, price);
    traded.high = Math.max(traded.high, price);
  }
}

/** Place of the last interval that starts at or before an instant; -1 when none does. */
function lastStarted(intervals: readonly TradeInterval[], ns: bigint): number {
  let low = 0;
  let high = intervals.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (intervals[middle]!.startNs <= ns) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
