/**
 * What a calibration compares: numbers of one window of order flow, made of the metrics that the scorer compares as distributions. Each is
 * an average over the window, so that its mean over windows means something; NaN where the window has nothing to average.
 *
 * Volumes, depths and times enter as logarithms: one order of a million must not outweigh a day.
 */

import {
  addFills,
  addTransitions,
  DISTRIBUTION_METRICS,
  FLOW_CANCEL,
  FLOW_LIMIT,
  FLOW_TRADE,
  type FlowWindow,
  marketOrders,
  midReturns,
  midTicks,
  RESPONSE,
  RESPONSE_KINDS,
  RESPONSE_LAGS,
  Sample,
  TRANSITION_KINDS,
  touchImbalance,
} from '../../fidelity/index.ts';
import { mean, standardDeviation } from '../../math/index.ts';

const NS_PER_S = 1e9;

/** One number of a window. */
export interface Moment {
  readonly name: string;
  /** Of the scoreboard; see fidelity's table of metrics. */
  readonly metricId: number;
  readonly unit: string;
}

/** Values of a window by metric, each made once. */
class WindowValues {
  readonly window: FlowWindow;
  readonly #samples = new Map<number, Float64Array>();
  readonly #logs = new Map<number, Float64Array>();

  constructor(window: FlowWindow) {
    this.window = window;
  }

  /** Values of a distribution metric; none where the stream has too few levels for it. */
  of(id: number): Float64Array {
    let values = this.#samples.get(id);
    if (values !== undefined) return values;
    const metric = DISTRIBUTION_METRICS.find((one) => one.id === id)!;
    const sample = new Sample();
    if (metric.levels <= this.window.stream.levels) metric.extract(this.window, sample);
    values = sample.all();
    this.#samples.set(id, values);
    return values;
  }

  /** Logarithms of the values above 0. */
  logsOf(id: number): Float64Array {
    let logs = this.#logs.get(id);
    logs ??= this.of(id)
      .filter((value) => value > 0)
      .map(Math.log);
    this.#logs.set(id, logs);
    return logs;
  }
}

interface MomentRule extends Moment {
  of(values: WindowValues): number;
}

const share = (values: Float64Array, isCounted: (value: number) => boolean): number =>
  values.length === 0 ? Number.NaN : values.filter(isCounted).length / values.length;

/** Mean of a metric's values. */
function meanOf(metricId: number, name: string, unit: string): MomentRule {
  return { name: `${name} mean`, metricId, unit, of: (values) => mean(values.of(metricId)) };
}

/** Standard deviation of a metric's values within the window. */
function sdOf(metricId: number, name: string, unit: string): MomentRule {
  return { name: `${name} sd`, metricId, unit, of: (values) => standardDeviation(values.of(metricId)) };
}

/** Mean, and with `hasSd` also the standard deviation, of the logarithms of a metric's values. */
function logsOf(metricId: number, name: string, unit: string, hasSd: boolean): MomentRule[] {
  const rules = [
    {
      name: `ln ${name} mean`,
      metricId,
      unit: `ln ${unit}`,
      of: (v: WindowValues) => mean(v.logsOf(metricId)),
    },
    {
      name: `ln ${name} sd`,
      metricId,
      unit: `ln ${unit}`,
      of: (v: WindowValues) => standardDeviation(v.logsOf(metricId)),
    },
  ];
  return hasSd ? rules : rules.slice(0, 1);
}

const LN_100_US_IN_MS = Math.log(0.1);

const RULES: readonly MomentRule[] = [
  meanOf(1, 'spread', 'ticks'),
  sdOf(1, 'spread', 'ticks'),
  meanOf(2, 'imbalance', 'share'),
  sdOf(2, 'imbalance', 'share'),
  ...logsOf(5, 'ask touch', 'lots', true),
  ...logsOf(6, 'bid touch', 'lots', true),
  ...logsOf(7, 'ask depth', 'lots', false),
  ...logsOf(8, 'bid depth', 'lots', false),
  { name: 'ln messages per second', metricId: 3, unit: 'ln 1/s', of: ({ window }) => logRate(window) },
  meanOf(3, 'ln inter-arrival time', 'ln ms'),
  sdOf(3, 'ln inter-arrival time', 'ln ms'),
  {
    name: 'inter-arrival time below 100 us',
    metricId: 3,
    unit: 'share',
    of: (v) => share(v.of(3), (ms) => ms < LN_100_US_IN_MS),
  },
  {
    name: 'inter-arrival time below 1 ms',
    metricId: 3,
    unit: 'share',
    of: (v) => share(v.of(3), (ms) => ms < 0),
  },
  meanOf(4, 'ln time to cancel', 'ln s'),
  sdOf(4, 'ln time to cancel', 'ln s'),
  ...logsOf(9, 'limit ask distance', 'ticks', true),
  ...logsOf(10, 'limit bid distance', 'ticks', true),
  ...logsOf(11, 'ask cancel distance', 'ticks', false),
  ...logsOf(12, 'bid cancel distance', 'ticks', false),
  meanOf(13, 'limit ask rank', 'rank'),
  meanOf(14, 'limit bid rank', 'rank'),
  meanOf(15, 'ask cancel rank', 'rank'),
  meanOf(16, 'bid cancel rank', 'rank'),
  ...logsOf(17, 'volume per minute', 'lots/min', false),
  sdOf(18, 'order flow imbalance', 'lots'),
  {
    name: 'order flow imbalance before a rise less before a fall',
    metricId: 19,
    unit: 'lots',
    of: (v) => mean(v.of(19)) - mean(v.of(21)),
  },
  signMemory(1),
  signMemory(5),
  response('MO1', 1),
  response('MO0', 10),
  response('LO1', 10),
  {
    name: 'mean size of 1 s returns',
    metricId: 25,
    unit: 'bps',
    of: ({ window }) => mean(midReturns(window, 1).map(Math.abs)),
  },
  {
    name: 'zero 1 s returns',
    metricId: 25,
    unit: 'share',
    of: ({ window }) => share(Float64Array.from(midReturns(window, 1)), (r) => r === 0),
  },
  {
    name: 'messages that move the mid',
    metricId: 25,
    unit: 'share',
    of: ({ window }) => midMoves(window).share,
  },
  { name: 'size of a mid move', metricId: 25, unit: 'ticks', of: ({ window }) => midMoves(window).ticks },
  {
    name: 'imbalance in the direction of the next mid move',
    metricId: 26,
    unit: 'share',
    of: ({ window }) => midMoves(window).imbalance,
  },
  transition('cancel after limit', FLOW_LIMIT, FLOW_CANCEL),
  transition('limit after cancel', FLOW_CANCEL, FLOW_LIMIT),
  transition('trade after trade', FLOW_TRADE, FLOW_TRADE),
  { name: 'trades among messages', metricId: 26, unit: 'share', of: ({ window }) => tradeShare(window) },
  { name: 'fill ratio', metricId: 26, unit: 'share', of: ({ window }) => fillRatio(window) },
];

/** Names of the moments, in the order of every array of them. */
export const MOMENTS: readonly Moment[] = RULES.map(({ name, metricId, unit }) => ({ name, metricId, unit }));

/** Moments of each window, in the order of `MOMENTS`. */
export function momentsOf(windows: readonly FlowWindow[]): Float64Array[] {
  return windows.map((window) => {
    const values = new WindowValues(window);
    return Float64Array.from(RULES, (rule) => {
      const value = rule.of(values);
      return Number.isFinite(value) ? value : Number.NaN;
    });
  });
}

function logRate({ stream, from, to }: FlowWindow): number {
  return Math.log((to - from - 1) / ((stream.timeNs[to - 1]! - stream.timeNs[from]!) / NS_PER_S));
}

/** Mean product of the signs of market orders so many apart. */
function signMemory(lag: number): MomentRule {
  return {
    name: `trade signs ${lag} apart`,
    metricId: 22,
    unit: 'mean product',
    of({ window }) {
      const orders = marketOrders(window);
      let sum = 0;
      for (let n = lag; n < orders.length; n++) sum += orders[n]!.sign * orders[n - lag]!.sign;
      return orders.length > lag ? sum / (orders.length - lag) : Number.NaN;
    },
  };
}

/** Mean move of the mid in the direction of an event of a kind. */
function response(kind: string, lag: number): MomentRule {
  const cell = RESPONSE_KINDS.indexOf(kind) * RESPONSE_LAGS.length + RESPONSE_LAGS.indexOf(lag);
  return {
    name: `response ${kind} R(${lag})`,
    metricId: 23,
    unit: 'ticks',
    of({ window }) {
      const sums = new Float64Array(RESPONSE.size);
      RESPONSE.accumulate(window, sums, 0);
      return sums[2 * cell]! / sums[2 * cell + 1]!;
    },
  };
}

/** Share of messages that move the mid, how far they do, and the imbalance before them, in their direction. */
function midMoves({ stream, from, to }: FlowWindow): { share: number; ticks: number; imbalance: number } {
  let seen = 0;
  let moves = 0;
  let ticks = 0;
  let imbalance = 0;
  for (let row = from + 1; row < to; row++) {
    const move = midTicks(stream, row) - midTicks(stream, row - 1);
    if (Number.isNaN(move)) continue;
    seen++;
    if (move === 0) continue;
    moves++;
    ticks += Math.abs(move);
    imbalance += touchImbalance(stream, row - 1) * Math.sign(move);
  }
  return { share: moves / seen, ticks: ticks / moves, imbalance: imbalance / moves };
}

/** Share of one kind among the messages after another. */
function transition(name: string, before: number, after: number): MomentRule {
  const kinds = TRANSITION_KINDS.length;
  const row = TRANSITION_KINDS.indexOf(before) * kinds;
  const column = TRANSITION_KINDS.indexOf(after);
  return {
    name,
    metricId: 26,
    unit: 'share',
    of({ window }) {
      const counts = new Float64Array(kinds * kinds);
      addTransitions(window, counts, 0);
      const total = counts.subarray(row, row + kinds).reduce((sum, count) => sum + count, 0);
      return counts[row + column]! / total;
    },
  };
}

function tradeShare({ stream, from, to }: FlowWindow): number {
  let trades = 0;
  for (let row = from; row < to; row++) if (stream.kind[row] === FLOW_TRADE) trades++;
  return trades / (to - from);
}

/** Of the orders that enter in the window, those that trade in it. */
function fillRatio(window: FlowWindow): number {
  const sums = new Float64Array(3);
  addFills(window, sums, 0);
  return sums[1]! / sums[0]!;
}
