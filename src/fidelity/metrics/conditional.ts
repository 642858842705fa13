/**
 * Scores of one quantity given another: the three of LOB-Bench (27 to 29), the same with the condition one window earlier (30 to
 * 32), and by regime of the window before (33).
 */

import { quantileEdges, sortedFinite, standardDeviation } from '../../math/index.ts';
import type { FlowStream, FlowWindow } from '../flow-stream.ts';
import { Sample } from '../sample.ts';
import { eachRolledImbalance } from './flow-metrics.ts';
import { midTicks, spreadTicks } from './rows.ts';

const NS_PER_HOUR = 3.6e12;
const VOLATILITY_NS = 1e8;

export interface ConditionalScore {
  readonly id: number;
  readonly name: string;
  readonly unit: string;
  /** The quantity is compared value by value; else in the tenths of each group. */
  readonly isDiscrete: boolean;
  /** Groups of the condition: one per value, or tenths of all observations. */
  readonly groups: 'values' | 'tenths';
  /** The condition is that of the same message one window earlier. */
  readonly isLagged: boolean;
  /** The groups are learnt on the windows before alone. */
  readonly isRegime: boolean;
  value(stream: FlowStream, row: number): number;
  /** The condition at each row of a window, NaN where there is none. */
  condition(window: FlowWindow): Float64Array;
}

const askTouch = (stream: FlowStream, row: number): number => positive(stream.askLots[row * stream.levels]!);
const bidTouch = (stream: FlowStream, row: number): number => positive(stream.bidLots[row * stream.levels]!);
const positive = (lots: number): number => (lots > 0 ? lots : Number.NaN);

const spreads = (window: FlowWindow): Float64Array => eachRow(window, spreadTicks);

function scoreOf(
  id: number,
  name: string,
  unit: string,
  value: ConditionalScore['value'],
  condition: ConditionalScore['condition'],
  traits: Partial<ConditionalScore> = {},
): ConditionalScore {
  const plain = { isDiscrete: false, groups: 'values', isLagged: false, isRegime: false } as const;
  return { id, name, unit, value, condition, ...plain, ...traits };
}

export const CONDITIONAL_SCORES: readonly ConditionalScore[] = [
  scoreOf(27, 'ask_volume_touch | spread', 'lots', askTouch, spreads),
  scoreOf(28, 'spread | hour of day', 'ticks', spreadTicks, (window) => eachRow(window, hourOfDay)),
  scoreOf(29, 'spread | volatility', 'ticks', spreadTicks, volatilities, {
    isDiscrete: true,
    groups: 'tenths',
  }),
  scoreOf(30, 'ask_volume_touch | spread, one window before', 'lots', askTouch, spreads, {
    isLagged: true,
  }),
  scoreOf(31, 'ask_volume_touch | ofi, one window before', 'lots', askTouch, rolledImbalances, {
    groups: 'tenths',
    isLagged: true,
  }),
  scoreOf(32, 'bid_volume_touch | ofi, one window before', 'lots', bidTouch, rolledImbalances, {
    groups: 'tenths',
    isLagged: true,
  }),
  scoreOf(33, 'ask_volume_touch by regime of spread', 'lots', askTouch, spreads, {
    groups: 'tenths',
    isRegime: true,
  }),
];

/** Values with their conditions, in the same order. */
export interface ConditionedSample {
  readonly values: Sample;
  readonly conditions: Sample;
}

/** Pairs of value and condition of each window; `before` are the windows before them, which a lagged condition comes from. */
export function conditionedSample(
  score: ConditionalScore,
  windows: readonly FlowWindow[],
  before: readonly FlowWindow[] | null,
): ConditionedSample {
  const out = { values: new Sample(), conditions: new Sample() };
  windows.forEach((window, w) => {
    const conditions = score.condition(score.isLagged ? before![w]! : window);
    const rows = Math.min(window.to - window.from, conditions.length);
    for (let i = 0; i < rows; i++) {
      const value = score.value(window.stream, window.from + i);
      const condition = conditions[i]!;
      if (Number.isNaN(value) || Number.isNaN(condition)) continue;
      out.values.push(value);
      out.conditions.push(condition);
    }
    out.values.endWindow();
    out.conditions.endWindow();
  });
  return out;
}

/** Edges of the regimes: tenths of the condition in the windows before. */
export function regimeEdges(score: ConditionalScore, before: readonly FlowWindow[]): Float64Array {
  const all = before.flatMap((window) => [...score.condition(window)]);
  return quantileEdges(sortedFinite(all), 10);
}

function eachRow(window: FlowWindow, value: (stream: FlowStream, row: number) => number): Float64Array {
  const out = new Float64Array(window.to - window.from);
  for (let i = 0; i < out.length; i++) out[i] = value(window.stream, window.from + i);
  return out;
}

function hourOfDay(stream: FlowStream, row: number): number {
  return Math.floor((stream.timeNs[row]! + stream.dayOffsetNs) / NS_PER_HOUR) % 24;
}

/** Standard deviation of the log mid returns between neighbouring tenths of a second with a message, for every row alike. */
function volatilities(window: FlowWindow): Float64Array {
  const { stream, from, to } = window;
  const returns: number[] = [];
  let before = Number.NaN;
  let slot = Number.NaN;
  let last = Number.NaN;
  for (let row = from; row < to; row++) {
    const now = Math.floor((stream.timeNs[row]! + stream.dayOffsetNs) / VOLATILITY_NS);
    if (now !== slot) {
      if (before > 0 && last > 0) returns.push(Math.log(last / before));
      // A tenth of a second without a message breaks the chain.
      before = now === slot + 1 ? last : Number.NaN;
      slot = now;
    }
    last = midTicks(stream, row);
  }
  if (before > 0 && last > 0) returns.push(Math.log(last / before));
  const sd = standardDeviation(returns);
  return new Float64Array(to - from).fill(Number.isNaN(sd) ? 0 : sd);
}

function rolledImbalances(window: FlowWindow): Float64Array {
  const out = new Float64Array(window.to - window.from).fill(Number.NaN);
  eachRolledImbalance(window, (imbalance, row) => {
    out[row - window.from] = imbalance;
  });
  return out;
}
