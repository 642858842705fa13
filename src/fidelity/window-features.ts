/** The 24 numbers that a window is told by in the discriminator test (fidelity.md §1.6). */

import { autocorrelation, mean, standardDeviation } from '../math/index.ts';
import {
  FLOW_CANCEL,
  FLOW_HIDDEN_TRADE,
  FLOW_LIMIT,
  FLOW_REDUCE,
  FLOW_TRADE,
  type FlowWindow,
} from './flow-stream.ts';
import { marketOrders } from './metrics/market-orders.ts';
import { DEPTH_LEVELS } from './metrics/quote-metrics.ts';
import { isTwoSided, midTicks, spreadTicks, touchImbalance } from './metrics/rows.ts';

export const FEATURE_NAMES = [
  'ln duration',
  'ln dt mean',
  'ln dt sd',
  'P(dt < 100 us)',
  'share of limits',
  'share of cancels',
  'share of trades',
  'share of hidden trades',
  'spread mean',
  'spread sd',
  'ln queue mean',
  'ln queue sd',
  'imbalance mean',
  'imbalance sd',
  'ln ask volume',
  'ln bid volume',
  'mid path length',
  'mid net change',
  'P(mid moves)',
  'ln size mean',
  'ln size sd',
  'P(round size)',
  'P(same kind)',
  'sign C(1)',
] as const;

const NS_PER_S = 1e9;
const SHORT_NS = 1e5;
/** What a time of zero counts as before its logarithm, ns. */
const ZERO_NS = 1e-3;

/** What a window's rows gather before they become features. */
interface Gathered {
  readonly logGaps: number[];
  readonly spreads: number[];
  readonly logQueues: number[];
  readonly imbalances: number[];
  readonly askVolumes: number[];
  readonly bidVolumes: number[];
  readonly logSizes: number[];
  readonly kinds: number[];
  short: number;
  path: number;
  moves: number;
  round: number;
}

/** Features of one window in the order of their names. `roundLots` is the size that counts as round. */
export function windowFeatures(window: FlowWindow, roundLots: number): number[] {
  const { stream, from, to } = window;
  const seen = gather(window, roundLots);
  const count = to - from;
  const gaps = Math.max(1, count - 1);
  const shareOf = (...wanted: number[]): number =>
    seen.kinds.filter((kind) => wanted.includes(kind)).length / count;
  const net = midTicks(stream, to - 1) - midTicks(stream, from);
  const signs = marketOrders(window).map(({ sign }) => sign);
  const same = seen.kinds.filter((kind, i) => i > 0 && kind === seen.kinds[i - 1]).length;
  return [
    Math.log((stream.timeNs[to - 1]! - stream.timeNs[from]! + 1) / NS_PER_S),
    ...momentsOf(seen.logGaps),
    seen.short / gaps,
    shareOf(FLOW_LIMIT),
    shareOf(FLOW_CANCEL, FLOW_REDUCE),
    shareOf(FLOW_TRADE),
    shareOf(FLOW_HIDDEN_TRADE),
    ...momentsOf(seen.spreads),
    ...momentsOf(seen.logQueues),
    ...momentsOf(seen.imbalances),
    mean(seen.askVolumes),
    mean(seen.bidVolumes),
    seen.path,
    net,
    seen.moves / gaps,
    ...momentsOf(seen.logSizes),
    seen.round / Math.max(1, seen.logSizes.length),
    same / gaps,
    autocorrelation(signs, 1),
  ].map((value) => (Number.isFinite(value) ? value : 0));
}

function gather({ stream, from, to }: FlowWindow, roundLots: number): Gathered {
  const seen: Gathered = {
    logGaps: [],
    spreads: [],
    logQueues: [],
    imbalances: [],
    askVolumes: [],
    bidVolumes: [],
    logSizes: [],
    kinds: [],
    short: 0,
    path: 0,
    moves: 0,
    round: 0,
  };
  let mid = Number.NaN;
  for (let row = from; row < to; row++) {
    seen.kinds.push(stream.kind[row]!);
    const size = stream.sizeLots[row]!;
    if (size > 0) seen.logSizes.push(Math.log(size));
    if (size === roundLots) seen.round++;
    if (row > from) {
      const gapNs = stream.timeNs[row]! - stream.timeNs[row - 1]!;
      seen.logGaps.push(Math.log(gapNs > 0 ? gapNs : ZERO_NS));
      if (gapNs < SHORT_NS) seen.short++;
    }
    if (!isTwoSided(stream, row)) continue;
    gatherBook(stream, row, seen);
    const now = midTicks(stream, row);
    if (!Number.isNaN(mid) && now !== mid) {
      seen.moves++;
      seen.path += Math.abs(now - mid);
    }
    mid = now;
  }
  return seen;
}

function gatherBook(stream: FlowWindow['stream'], row: number, seen: Gathered): void {
  const at = row * stream.levels;
  seen.spreads.push(spreadTicks(stream, row));
  seen.imbalances.push(touchImbalance(stream, row));
  seen.logQueues.push(Math.log(stream.askLots[at]!), Math.log(stream.bidLots[at]!));
  let ask = 0;
  let bid = 0;
  const levels = Math.min(stream.levels, DEPTH_LEVELS);
  for (let level = 0; level < levels; level++) {
    ask += stream.askLots[at + level]!;
    bid += stream.bidLots[at + level]!;
  }
  seen.askVolumes.push(Math.log(ask));
  seen.bidVolumes.push(Math.log(bid));
}

function momentsOf(values: readonly number[]): [number, number] {
  return [mean(values), standardDeviation(values)];
}

/** The size that most orders enter with: 100 shares at a US exchange. */
export function commonSize(windows: readonly FlowWindow[]): number {
  const counts = new Map<number, number>();
  for (const { stream, from, to } of windows) {
    for (let row = from; row < to; row++) {
      if (stream.kind[row] !== FLOW_LIMIT) continue;
      const size = stream.sizeLots[row]!;
      counts.set(size, (counts.get(size) ?? 0) + 1);
    }
  }
  let best = 0;
  let most = 0;
  for (const [size, count] of counts) {
    if (count > most || (count === most && size < best)) [best, most] = [size, count];
  }
  return best;
}
