/**
 * The law of market impact from paired paths (fidelity.md §1.7): the same market with and without a parent order, on the same random
 * numbers, so that the difference is caused by the order. Steps: the mid of each path is read at the order's end and after it; peak
 * impact against size gives the exponent by weighted least squares of logarithms; the same path gives the relaxation.
 */

import { Xoshiro128 } from '../base/index.ts';
import {
  drawCounts,
  leastSquares,
  mean,
  normalCdf,
  percentileInterval,
  standardDeviation,
} from '../math/index.ts';
import type { FlowStream } from './flow-stream.ts';
import { midTicks } from './metrics/rows.ts';
import type { Interval } from './score-contract.ts';

/** One parent order in one forked market. Times in ns of the streams. */
export interface ImpactTrial {
  /** Number of the fork: trials of one fork are drawn together. */
  readonly fork: number;
  /** 1 bought, -1 sold. */
  readonly sign: 1 | -1;
  /** Parent order over the day's volume. */
  readonly participation: number;
  /** Seconds over which it was worked. */
  readonly horizonS: number;
  readonly startNs: number;
  readonly endNs: number;
  readonly withOrder: FlowStream;
  readonly withoutOrder: FlowStream;
  /** Standard deviation of the mid over a day, ticks. */
  readonly dayVolatilityTicks: number;
  /** What was paid above the mid at the start, per lot, ticks: for the sum of a buy and a sell. Null if not known. */
  readonly costTicks: number | null;
}

export interface ImpactPoint {
  readonly participation: number;
  /** Mean peak impact over the day's volatility, and its standard error. */
  readonly impact: number;
  readonly error: number;
  readonly trials: number;
}

export interface ImpactLaw {
  /** I / sigma = prefactor x participation^exponent. */
  readonly exponent: number;
  readonly exponentInterval: Interval;
  readonly prefactor: number;
  readonly r2: number;
  readonly points: readonly ImpactPoint[];
  /** Sizes whose mean impact is not above 0: they have no logarithm and are left out of the fit. */
  readonly pointsWithoutImpact: number;
  /** Impact left at multiples of the order's duration after its end, as a share of the peak. */
  readonly relaxation: readonly { readonly durations: number; readonly share: number }[];
  /** Whether buying and selling move the price alike: mean difference, and the two-sided probability of one as large. */
  readonly asymmetry: number;
  readonly asymmetryP: number;
  /** Mean cost of buying and selling the same, ticks per lot; below 0 the market can be manipulated. Null if not known. */
  readonly roundTripCostTicks: number | null;
  /** Horizons of which the round trip costs nothing or pays. */
  readonly profitableRoundTrips: number | null;
  readonly trials: number;
  /** Trials left out because a path has no mid where it is read. */
  readonly unreadable: number;
}

const INTERVAL_DRAWS = 400;
const SEED = 5;
/** Times after the end at which the rest of the impact is read, in durations of the order. */
export const RELAXATION_DURATIONS = [0, 0.25, 0.5, 1, 2, 3, 5];

interface ReadTrial {
  readonly trial: ImpactTrial;
  /** Impact over the day's volatility at each of RELAXATION_DURATIONS; NaN where the paths end before. */
  readonly impacts: readonly number[];
}

/** NaN in what the trials do not tell, for instance an exponent of fewer than three sizes. */
export function impactLaw(trials: readonly ImpactTrial[]): ImpactLaw {
  const read = trials.flatMap((trial): ReadTrial[] => {
    const impacts = RELAXATION_DURATIONS.map((durations) => impactAt(trial, durations));
    return Number.isNaN(impacts[0]!) ? [] : [{ trial, impacts }];
  });
  const points = pointsOf(read);
  const fit = fitOf(points);
  return {
    exponent: fit.slope,
    exponentInterval: exponentInterval(read),
    prefactor: Math.exp(fit.intercept),
    r2: fit.r2,
    points,
    pointsWithoutImpact: points.filter(({ impact }) => !(impact > 0)).length,
    relaxation: relaxationOf(read),
    ...symmetryOf(read),
    ...roundTripsOf(read),
    trials: read.length,
    unreadable: trials.length - read.length,
  };
}

/** Mid at an instant: that of the last row at or before it; NaN before the first row and without one. */
export function midAt(stream: FlowStream, timeNs: number): number {
  let low = 0;
  let high = stream.count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (stream.timeNs[middle]! <= timeNs) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? Number.NaN : midTicks(stream, low - 1);
}

function impactAt(trial: ImpactTrial, durations: number): number {
  const { sign, startNs, endNs, withOrder, withoutOrder, dayVolatilityTicks } = trial;
  const atNs = endNs + durations * (endNs - startNs);
  const isShown = (stream: FlowStream): boolean =>
    stream.count > 0 && stream.timeNs[stream.count - 1]! >= atNs;
  // The end itself may be the last thing that happens; later instants must lie within both paths.
  if (durations > 0 && !(isShown(withOrder) && isShown(withoutOrder))) return Number.NaN;
  return (sign * (midAt(withOrder, atNs) - midAt(withoutOrder, atNs))) / dayVolatilityTicks;
}

function pointsOf(read: readonly ReadTrial[]): ImpactPoint[] {
  const sizes = [...new Set(read.map(({ trial }) => trial.participation))].sort((a, b) => a - b);
  return sizes.map((participation) => {
    const peaks = read
      .filter(({ trial }) => trial.participation === participation)
      .map(({ impacts }) => impacts[0]!);
    return {
      participation,
      impact: mean(peaks),
      error: peaks.length < 2 ? Number.NaN : standardDeviation(peaks) / Math.sqrt(peaks.length),
      trials: peaks.length,
    };
  });
}

/** Points weigh by the inverse variance of their logarithm. */
function fitOf(points: readonly ImpactPoint[]): ReturnType<typeof leastSquares> {
  const usable = points.filter(({ impact }) => impact > 0);
  const hasErrors = usable.every(({ error }) => error > 0);
  return leastSquares(
    usable.map(({ participation }) => Math.log(participation)),
    usable.map(({ impact }) => Math.log(impact)),
    hasErrors ? usable.map(({ impact, error }) => (impact / error) ** 2) : null,
  );
}

function exponentInterval(read: readonly ReadTrial[]): Interval {
  const forks = [...new Set(read.map(({ trial }) => trial.fork))];
  const random = new Xoshiro128(SEED);
  const byFork = forks.map((fork) => read.filter(({ trial }) => trial.fork === fork));
  const draws = Array.from({ length: INTERVAL_DRAWS }, () => {
    const drawn = [...drawCounts(forks.length, random)].flatMap((count, i) =>
      Array.from({ length: count }, () => byFork[i]!).flat(),
    );
    return fitOf(pointsOf(drawn)).slope;
  });
  return percentileInterval(draws);
}

function relaxationOf(read: readonly ReadTrial[]): ImpactLaw['relaxation'] {
  return RELAXATION_DURATIONS.map((durations, i) => {
    const shown = read.filter(({ impacts }) => Number.isFinite(impacts[i]!));
    const peak = mean(shown.map(({ impacts }) => impacts[0]!));
    return { durations, share: mean(shown.map(({ impacts }) => impacts[i]!)) / peak };
  });
}

/** Welch's comparison of the peaks of bought and sold, each over the mean of its size. */
function symmetryOf(read: readonly ReadTrial[]): Pick<ImpactLaw, 'asymmetry' | 'asymmetryP'> {
  const means = new Map(pointsOf(read).map(({ participation, impact }) => [participation, impact]));
  const relative = (sign: number): number[] =>
    read
      .filter(({ trial }) => trial.sign === sign)
      .map(({ trial, impacts }) => impacts[0]! / means.get(trial.participation)!);
  const [bought, sold] = [relative(1), relative(-1)];
  const asymmetry = mean(bought) - mean(sold);
  const error = Math.sqrt(
    standardDeviation(bought) ** 2 / bought.length + standardDeviation(sold) ** 2 / sold.length,
  );
  return { asymmetry, asymmetryP: 2 * (1 - normalCdf(Math.abs(asymmetry) / error)) };
}

/** A buy and a sell of one size and horizon: together they must cost something. */
function roundTripsOf(
  read: readonly ReadTrial[],
): Pick<ImpactLaw, 'roundTripCostTicks' | 'profitableRoundTrips'> {
  const groups = new Map<string, { bought: number[]; sold: number[] }>();
  for (const { trial } of read) {
    if (trial.costTicks === null) continue;
    const key = `${trial.participation} ${trial.horizonS}`;
    const group = groups.get(key) ?? { bought: [], sold: [] };
    groups.set(key, group);
    (trial.sign === 1 ? group.bought : group.sold).push(trial.costTicks);
  }
  const costs = [...groups.values()]
    .filter(({ bought, sold }) => bought.length > 0 && sold.length > 0)
    .map(({ bought, sold }) => mean(bought) + mean(sold));
  if (costs.length === 0) return { roundTripCostTicks: null, profitableRoundTrips: null };
  return { roundTripCostTicks: mean(costs), profitableRoundTrips: costs.filter((cost) => cost <= 0).length };
}
