/** What single rows of a window say; the metrics are made of these. */

import type { FlowStream, FlowWindow } from '../flow-stream.ts';

/** Whether the row has both sides and its best bid is below its best ask: others tell nothing of spread, mid or imbalance. */
export function isTwoSided(stream: FlowStream, row: number): boolean {
  const at = row * stream.levels;
  return stream.askLots[at]! > 0 && stream.bidLots[at]! > 0 && stream.bidTicks[at]! < stream.askTicks[at]!;
}

/** Mid price in ticks, with halves; NaN where the row is not two-sided. */
export function midTicks(stream: FlowStream, row: number): number {
  if (!isTwoSided(stream, row)) return Number.NaN;
  const at = row * stream.levels;
  return (stream.askTicks[at]! + stream.bidTicks[at]!) / 2;
}

/** Best ask less best bid, ticks; NaN where the row is not two-sided. */
export function spreadTicks(stream: FlowStream, row: number): number {
  if (!isTwoSided(stream, row)) return Number.NaN;
  const at = row * stream.levels;
  return stream.askTicks[at]! - stream.bidTicks[at]!;
}

/** (bid - ask) / (bid + ask) of the best sizes; NaN where the row is not two-sided. */
export function touchImbalance(stream: FlowStream, row: number): number {
  if (!isTwoSided(stream, row)) return Number.NaN;
  const ask = stream.askLots[row * stream.levels]!;
  const bid = stream.bidLots[row * stream.levels]!;
  return (bid - ask) / (bid + ask);
}

/**
 * Order flow imbalance of a row against the one before: what the bid side gained less what the ask side gained, lots.
 * Source: Cont, Kukanov and Stoikov, "The price impact of order book events" (2014). Verified by: T13.7-c.
 */
export function flowImbalance(stream: FlowStream, row: number): number {
  const at = row * stream.levels;
  const before = at - stream.levels;
  const bidMove = stream.bidTicks[at]! - stream.bidTicks[before]!;
  const askMove = stream.askTicks[at]! - stream.askTicks[before]!;
  return (
    (bidMove >= 0 ? stream.bidLots[at]! : 0) -
    (bidMove <= 0 ? stream.bidLots[before]! : 0) -
    (askMove <= 0 ? stream.askLots[at]! : 0) +
    (askMove >= 0 ? stream.askLots[before]! : 0)
  );
}

/** Calls `take` for every row of the window that has both sides. */
export function eachTwoSided(window: FlowWindow, take: (row: number) => void): void {
  for (let row = window.from; row < window.to; row++) if (isTwoSided(window.stream, row)) take(row);
}
