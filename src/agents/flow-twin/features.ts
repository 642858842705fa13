/** What of a book the intensities of a side look at, and in which bin of each feature it is. */

import { BUY, type Side } from '../../domain/index.ts';

/** Levels of a side that a feature looks at. */
export const FEATURE_LEVELS = 10;
export const FEATURE_NAMES = ['spreadTicks', 'imbalance', 'touchLots', 'depthLots', 'gapTicks'] as const;
export const FEATURES = FEATURE_NAMES.length;
export const SPREAD = 0;
export const GAP = 4;
/** Gap behind a best level that has no other behind it, ticks. */
export const GAP_MAX = 1000;

/** Best levels of a book, best first; absent ones have 0 lots. Both sides have at least one. */
export interface BookView {
  readonly bidTicks: ArrayLike<number>;
  readonly bidLots: ArrayLike<number>;
  readonly askTicks: ArrayLike<number>;
  readonly askLots: ArrayLike<number>;
}

/** Writes the features of a side of the book that starts at index `at` of the columns. */
export function featuresOf(book: BookView, at: number, levels: number, side: Side, out: Float64Array): void {
  const ownTicks = side === BUY ? book.bidTicks : book.askTicks;
  const ownLots = side === BUY ? book.bidLots : book.askLots;
  const own = ownLots[at]!;
  const other = (side === BUY ? book.askLots : book.bidLots)[at]!;
  let depth = 0;
  const count = Math.min(levels, FEATURE_LEVELS);
  for (let level = 0; level < count; level++) depth += ownLots[at + level]!;
  out[0] = book.askTicks[at]! - book.bidTicks[at]!;
  out[1] = (own - other) / (own + other);
  out[2] = own;
  out[3] = depth;
  out[4] = levels > 1 && ownLots[at + 1]! > 0 ? Math.abs(ownTicks[at]! - ownTicks[at + 1]!) : GAP_MAX;
}

/** Edges of the spread's bins up to which a tick is large: the spread says little then, and the queues say more. */
export const LARGE_TICK_EDGES_MAX = 3;

/** Whether the spread of a model takes so few values that its tick is large. */
export function isLargeTick(edges: readonly ArrayLike<number>[]): boolean {
  return edges[SPREAD]!.length <= LARGE_TICK_EDGES_MAX;
}

/** First bin whose upper edge is not below the value. */
export function binOf(edges: ArrayLike<number>, value: number): number {
  let bin = 0;
  while (bin < edges.length && value > edges[bin]!) bin++;
  return bin;
}
