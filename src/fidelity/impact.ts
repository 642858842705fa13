/**
 * The law of market impact (fidelity.md §1.7): peak impact against size gives the exponent by generalised least squares of logarithms,
 * with the covariance of sizes that share their forks; the same paths give the relaxation, and the symmetry of buying and selling.
 */

import { solveLinear } from '../math/index.ts';
import { ForkMeans, type Observation } from './impact-sums.ts';
import { type ImpactTrial, RELAXATION_DURATIONS, type RoundTrip } from './impact-trials.ts';
import type { Interval } from './score-contract.ts';

export interface ImpactPoint {
  /** Size that was wanted, and the mean of what was traded, over the day's volume. */
  readonly participation: number;
  readonly traded: number;
  /** Mean peak impact over the day's volatility, and its standard error over forks. */
  readonly impact: number;
  readonly error: number;
  readonly trials: number;
}

/** A point of one schedule and one horizon. */
export interface ImpactCell extends ImpactPoint {
  readonly schedule: string;
  readonly horizonS: number;
}

export interface RelaxationPoint {
  readonly durations: number;
  /** Impact left, as a share of the peak. */
  readonly share: number;
  readonly interval: Interval;
}

export interface ImpactLaw {
  /** I / sigma = prefactor x traded^exponent. */
  readonly exponent: number;
  readonly exponentInterval: Interval;
  readonly prefactor: number;
  readonly prefactorInterval: Interval;
  readonly r2: number;
  /** One a size, over all schedules and horizons. */
  readonly points: readonly ImpactPoint[];
  readonly cells: readonly ImpactCell[];
  /** Sizes whose mean impact is not above 0: they have no logarithm and are left out of the fit. */
  readonly pointsWithoutImpact: number;
  readonly relaxation: readonly RelaxationPoint[];
  /** Impact of buying less that of selling, in parts of the mean of both; and whether its interval holds 0. */
  readonly asymmetry: number;
  readonly asymmetryInterval: Interval;
  readonly isSymmetric: boolean;
  readonly trials: number;
  /** Trials left out because a path has no mid at the peak, or because nothing was traded. */
  readonly unreadable: number;
}

/** NaN in what the trials do not tell, for instance an exponent of fewer than three sizes. */
export function impactLaw(trials: readonly ImpactTrial[]): ImpactLaw {
  const read = trials.filter(({ impacts, traded }) => Number.isFinite(impacts[0]!) && traded > 0);
  const sizes = ascending(read.map(({ participation }) => participation));
  const bySize = sizes.map((size) => read.filter(({ participation }) => participation === size));
  const peaks = new ForkMeans(bySize.map((of) => of.map(peakOf)));
  const logTraded = bySize.map((of) => Math.log(of.reduce((sum, { traded }) => sum + traded, 0) / of.length));
  const covariance = damped(peaks.covariance(), sizes.length, peaks.forks);
  const means = peaks.means();
  const fitOf = (impacts: readonly number[]): LineFit => fitLine(logTraded, impacts, covariance, means);
  const fit = fitOf(means);
  const [exponentInterval, prefactorInterval] = peaks.intervals((impacts) => {
    const { slope, intercept } = fitOf(impacts);
    return [slope, Math.exp(intercept)];
  }) as [Interval, Interval];
  return {
    ...{
      exponent: fit.slope,
      exponentInterval,
      prefactor: Math.exp(fit.intercept),
      prefactorInterval,
      r2: fit.r2,
    },
    points: bySize.map((of) => pointOf(of)),
    cells: cellsOf(read),
    pointsWithoutImpact: means.filter((impact) => !(impact > 0)).length,
    relaxation: relaxationOf(read),
    ...symmetryOf(bySize, means, covariance),
    trials: read.length,
    unreadable: trials.length - read.length,
  };
}

export interface RoundTripCell {
  readonly schedule: string;
  readonly participation: number;
  readonly horizonS: number;
  /** Mean cost per lot, ticks, with its interval over forks. */
  readonly costTicks: number;
  readonly interval: Interval;
  readonly trips: number;
}

/** Costs of round trips, cell by cell. Where an interval lies below 0 the market can be manipulated. */
export function roundTripCosts(trips: readonly RoundTrip[]): RoundTripCell[] {
  return grouped(trips).map((of) => {
    const { schedule, participation, horizonS } = of[0]!;
    const costs = new ForkMeans([of.map(({ fork, costTicks }) => ({ fork, value: costTicks }))]);
    const [interval] = costs.intervals((means) => means) as [Interval];
    return { schedule, participation, horizonS, costTicks: costs.means()[0]!, interval, trips: of.length };
  });
}

function peakOf({ fork, impacts }: ImpactTrial): Observation {
  return { fork, value: impacts[0]! };
}

function pointOf(trials: readonly ImpactTrial[]): ImpactPoint {
  const peaks = new ForkMeans([trials.map(peakOf)]);
  return {
    participation: trials[0]!.participation,
    traded: trials.reduce((sum, { traded }) => sum + traded, 0) / trials.length,
    impact: peaks.means()[0]!,
    error: peaks.forks < 2 ? Number.NaN : Math.sqrt(peaks.covariance()[0]!),
    trials: trials.length,
  };
}

function cellsOf(read: readonly ImpactTrial[]): ImpactCell[] {
  return grouped(read).map((of) => ({
    schedule: of[0]!.schedule,
    horizonS: of[0]!.horizonS,
    ...pointOf(of),
  }));
}

/** By schedule, horizon and size, in this order. */
function grouped<T extends Pick<ImpactTrial, 'schedule' | 'horizonS' | 'participation'>>(
  all: readonly T[],
): T[][] {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const key = `${one.schedule} ${one.horizonS} ${one.participation}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return [...groups.values()].sort(
    ([a], [b]) =>
      (a!.schedule < b!.schedule ? -1 : a!.schedule > b!.schedule ? 1 : 0) ||
      a!.horizonS - b!.horizonS ||
      a!.participation - b!.participation,
  );
}

function ascending(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}

/** Few forks say little of how sizes go together: their covariances count less, so that the matrix keeps an inverse. */
function damped(covariance: Float64Array, size: number, forks: number): Float64Array {
  const kept = Math.max(0, 1 - size / Math.max(1, forks));
  return covariance.map((value, at) => (at % (size + 1) === 0 ? value : kept * value));
}

interface LineFit {
  readonly slope: number;
  readonly intercept: number;
  readonly r2: number;
}

const NO_FIT: LineFit = { slope: Number.NaN, intercept: Number.NaN, r2: Number.NaN };

/**
 * A straight line through ln impacts, errors as in `covariance` about `centers`. Equal weights where an error is 0 or unknown. Source:
 * Aitken, "On least squares and linear combination of observations" (1935).
 */
function fitLine(
  x: readonly number[],
  impacts: readonly number[],
  covariance: Float64Array,
  centers: readonly number[],
): LineFit {
  const used = impacts.flatMap((impact, i) => (impact > 0 && centers[i]! > 0 ? [i] : []));
  if (used.length < 3) return NO_FIT;
  const size = x.length;
  const hasErrors = used.every((i) => covariance[i * size + i]! > 0);
  const omega = new Float64Array(used.length ** 2);
  used.forEach((i, a) => {
    used.forEach((j, b) => {
      const relative = covariance[i * size + j]! / (centers[i]! * centers[j]!);
      omega[a * used.length + b] = hasErrors ? relative : a === b ? 1 : 0;
    });
  });
  const ones = new Float64Array(used.length).fill(1);
  const xs = Float64Array.from(used, (i) => x[i]!);
  const ys = Float64Array.from(used, (i) => Math.log(impacts[i]!));
  const [w1, wx, wy] = [ones, xs, ys].map((of) => solveLinear(omega, of)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const [s11, s1x, sxx, s1y, sxy] = [dot(ones, w1), dot(ones, wx), dot(xs, wx), dot(ones, wy), dot(xs, wy)];
  const spread = sxx - s1x ** 2 / s11;
  if (!(spread > 0)) return NO_FIT;
  const slope = (sxy - (s1x * s1y) / s11) / spread;
  const total = dot(ys, wy) - s1y ** 2 / s11;
  return { slope, intercept: (s1y - slope * s1x) / s11, r2: (slope ** 2 * spread) / total };
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}

/** Sums over all trials that are long enough: large orders, whose impact stands out, say most. */
function relaxationOf(read: readonly ImpactTrial[]): RelaxationPoint[] {
  return RELAXATION_DURATIONS.map((durations, i) => {
    const shown = read.filter(({ impacts }) => Number.isFinite(impacts[i]!));
    const both = new ForkMeans([
      shown.map(peakOf),
      shown.map(({ fork, impacts }) => ({ fork, value: impacts[i]! })),
    ]);
    const shareOf = ([peak, left]: readonly number[]): number[] => [left! / peak!];
    const [interval] = both.intervals(shareOf) as [Interval];
    return { durations, share: shareOf(both.means())[0]!, interval };
  });
}

/** Sizes count by how well their impact is known. */
function symmetryOf(
  bySize: readonly (readonly ImpactTrial[])[],
  means: readonly number[],
  covariance: Float64Array,
): Pick<ImpactLaw, 'asymmetry' | 'asymmetryInterval' | 'isSymmetric'> {
  const size = means.length;
  const sides = new ForkMeans(
    ([1, -1] as const).flatMap((sign) =>
      bySize.map((of) => of.filter((trial) => trial.sign === sign).map(peakOf)),
    ),
  );
  const weights = means.map((impact, i) => {
    const variance = covariance[i * size + i]!;
    return variance > 0 ? impact / variance : impact;
  });
  const total = weights.reduce((sum, weight, i) => sum + weight * means[i]!, 0);
  const differenceOf = (of: readonly number[]): number[] => [
    weights.reduce((sum, weight, i) => sum + weight * (of[i]! - of[size + i]!), 0) / total,
  ];
  const asymmetry = differenceOf(sides.means())[0]!;
  const [interval] = sides.intervals(differenceOf) as [Interval];
  return { asymmetry, asymmetryInterval: interval, isSymmetric: interval.low <= 0 && interval.high >= 0 };
}
