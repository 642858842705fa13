/**
 * Bayesian optimisation: a Gaussian process is fitted to the losses seen so far, and says where the next ones are worth their price. For
 * simulations that take seconds: some hundred points find what CMA-ES needs some thousand for.
 *
 *   1  even points of the cube
 *   2  batches in a trust region around the best: by draws of the process (Thompson), or by expected improvement, each point of a batch as
 *      if the ones before it had come back as predicted. When the region has become tiny, again from 1, elsewhere
 *   3  with an eligible loss: batches all over the cube where it is open whether the loss is below it, which draws the border of the
 *      eligibility set
 *
 * Sources: Eriksson et al. (2019) and Jones, Schonlau and Welch (1998) for 2; Bai, Lam, Balch and Vyetrenko (arXiv 2112.03874) and Bryan et al. (2005) for 3.
 */

import { hashText, invariant, TwinError, Xoshiro128 } from '../../base/index.ts';
import {
  fitGaussianProcess,
  type GaussianHyper,
  GaussianProcess,
  median,
  normal,
  SobolSequence,
  sobolPoints,
} from '../../math/index.ts';
import { logExpectedImprovement, straddle } from './acquisition.ts';
import { PARAMETERS_MAX } from './parameter-space.ts';
import { requireWhole, type Search, searchOf } from './search.ts';
import { TrustRegion } from './trust-region.ts';

const THOMPSON_CANDIDATES = 300;
const IMPROVEMENT_CANDIDATES = 500;
const BORDER_CANDIDATES = 1000;
/** Points a process is fitted to: its cost grows with their cube. */
const PROCESS_POINTS_MAX = 300;
const FIT_STEPS = 40;
/** A loss further above the median than this many times the best is below it counts as that. */
const CLIP = 5;
const POLISH_ROUNDS = 60;
/** Two points of a batch are at least this far apart in some entry. */
const APART = 1e-6;
const MAPPING_SHARE = 0.4;

export interface BayesianOptions {
  /** Parameters: the dimension of the cube. */
  readonly dimension: number;
  readonly seed: number;
  readonly evaluationsMax: number;
  /** Points of a batch, to be simulated side by side; 4. */
  readonly batch?: number;
  /** Even points before the first process; 2 x dimension + 4. */
  readonly initial?: number;
  /** How the next points of the region are chosen; Thompson's draws unless told. */
  readonly acquisition?: 'thompson' | 'expected-improvement';
  /** Losses at or below are eligible. With it the last share of the evaluations maps the border of the eligible points. */
  readonly eligibleLoss?: number;
  /** That share, 0 to 0.9; 0.4. */
  readonly mappingShare?: number;
}

/** Losses of the points that came back and of those that failed, in their order. */
interface Seen {
  readonly points: Float64Array[];
  readonly losses: number[];
}

/** Raises CALIBRATION_SEARCH for options that no search can keep. */
export function bayesianSearch(options: BayesianOptions): Search {
  const { dimension, seed, evaluationsMax, batch = 4, eligibleLoss, acquisition = 'thompson' } = options;
  const initial = options.initial ?? 2 * dimension + 4;
  requireOptions(options, initial, batch);
  const random = new Xoshiro128(hashText('bayesian search', seed));
  const mapped =
    eligibleLoss === undefined ? 0 : Math.floor((options.mappingShare ?? MAPPING_SHARE) * evaluationsMax);
  const all: Seen = { points: [], losses: [] };
  let local: Seen = { points: [], losses: [] };
  let region = new TrustRegion(dimension, batch);
  let hyper: GaussianHyper | null = null;
  let waiting = sobolPoints(initial, dimension, random.nextUint32() | 0);

  const nextOf = (count: number): Float64Array[] => {
    if (waiting.length > 0) return waiting.splice(0, count);
    if (eligibleLoss !== undefined && all.points.length >= evaluationsMax - mapped) {
      const chosen = borderBatch(all, count, { eligibleLoss, hyper, random });
      hyper = chosen.hyper;
      return chosen.points;
    }
    const chosen = regionBatch(local, count, { region, hyper, random, acquisition });
    hyper = chosen.hyper;
    return chosen.points;
  };
  const beginAgain = (): void => {
    region = new TrustRegion(dimension, batch);
    local = { points: [], losses: [] };
    hyper = null;
    waiting = sobolPoints(initial, dimension, random.nextUint32() | 0);
  };
  return searchOf({
    next() {
      const left = evaluationsMax - all.points.length;
      return left <= 0 ? null : nextOf(Math.min(batch, left));
    },
    learn(points, outcomes) {
      const isMapping = all.points.length >= evaluationsMax - mapped && waiting.length === 0;
      const losses = outcomes.map(({ loss }) => loss);
      const best = Math.min(...local.losses);
      // While the first points come in there is no region yet.
      const hasRegion = local.points.length >= initial && !isMapping;
      for (const seen of [all, local]) {
        seen.points.push(...points);
        seen.losses.push(...losses);
      }
      if (!hasRegion) return;
      region.learn(Math.min(...losses), best);
      if (region.isSpent) beginAgain();
    },
  });
}

interface Chosen {
  readonly points: Float64Array[];
  readonly hyper: GaussianHyper | null;
}

interface RegionContext {
  readonly region: TrustRegion;
  readonly hyper: GaussianHyper | null;
  readonly random: Xoshiro128;
  readonly acquisition: 'thompson' | 'expected-improvement';
}

function regionBatch(seen: Seen, count: number, context: RegionContext): Chosen {
  const { region, random, acquisition } = context;
  const bestAt = indexOfLeast(seen.losses);
  const dimension = seen.points[0]!.length;
  // Nothing has come back yet: more even points.
  if (bestAt < 0) return { points: sobolPoints(count, dimension, random.nextUint32() | 0), hyper: null };
  const center = seen.points[bestAt]!;
  const { points, values } = processData(seen, center);
  const surface = fitGaussianProcess(points, values, { start: context.hyper, stepsMax: FIT_STEPS });
  const lengths = surface.hyper.subarray(0, dimension);
  const chosen: Float64Array[] = [];
  if (acquisition === 'thompson') {
    for (let n = 0; n < count; n++) {
      const candidates = region.candidates(center, lengths, THOMPSON_CANDIDATES, random);
      const draw = surface.draw(candidates, random);
      chosen.push(firstApart(candidates, draw, [...seen.points, ...chosen]));
    }
    return { points: chosen, hyper: surface.hyper };
  }
  let believed = surface;
  for (let n = 0; n < count; n++) {
    const candidates = region.candidates(center, lengths, IMPROVEMENT_CANDIDATES, random);
    const best = Math.min(...values);
    const score = (point: Float64Array): number => -logExpectedImprovement(believed.predict(point), best);
    const start = firstApart(candidates, Float64Array.from(candidates, score), [...seen.points, ...chosen]);
    const point = polished(start, score, region.side / 10, random);
    chosen.push(point);
    if (n + 1 === count) break;
    points.push(point);
    values.push(believed.predict(point).mean);
    believed = new GaussianProcess(points, values, surface.hyper);
  }
  return { points: chosen, hyper: surface.hyper };
}

interface BorderContext {
  readonly eligibleLoss: number;
  readonly hyper: GaussianHyper | null;
  readonly random: Xoshiro128;
}

/** Points where it is most open whether the loss is eligible, all over the cube and near the eligible ones. */
function borderBatch(seen: Seen, count: number, { eligibleLoss, hyper, random }: BorderContext): Chosen {
  const bestAt = indexOfLeast(seen.losses);
  const dimension = seen.points[0]!.length;
  if (bestAt < 0) return { points: sobolPoints(count, dimension, random.nextUint32() | 0), hyper: null };
  const data = processData(seen, seen.points[bestAt]!);
  // What is far above the border is only that: a logarithm keeps the process from spending its lengths on it.
  const shift = Math.max(0, -Math.min(eligibleLoss, ...data.values));
  const level = (loss: number): number => Math.log1p(loss + shift);
  const values = data.values.map(level);
  const surface = fitGaussianProcess(data.points, values, { start: hyper, stepsMax: FIT_STEPS });
  const threshold = level(eligibleLoss);
  const eligible = seen.points.filter((_, i) => seen.losses[i]! <= eligibleLoss);
  const sequence = new SobolSequence(dimension, random.nextUint32() | 0);
  const chosen: Float64Array[] = [];
  let believed = surface;
  for (let n = 0; n < count; n++) {
    const candidates = Array.from({ length: BORDER_CANDIDATES }, (_, i) => {
      const place = sequence.next();
      if (eligible.length === 0 || i % 2 === 0) return place;
      const from = eligible[random.nextBelow(eligible.length)]!;
      return from.map((x, d) => clamped(x + 0.3 * (place[d]! - 0.5)));
    });
    const scores = Float64Array.from(candidates, (point) => -straddle(believed.predict(point), threshold));
    const point = firstApart(candidates, scores, [...seen.points, ...chosen]);
    chosen.push(point);
    if (n + 1 === count) break;
    data.points.push(point);
    values.push(believed.predict(point).mean);
    believed = new GaussianProcess(data.points, values, surface.hyper);
  }
  return { points: chosen, hyper: surface.hyper };
}

/** The points nearest to the center, with losses that a process can live with: failed ones count as the worst. */
function processData(seen: Seen, center: Float64Array): { points: Float64Array[]; values: number[] } {
  const finite = seen.losses.filter((loss) => Number.isFinite(loss));
  const middle = median(finite);
  const least = Math.min(...finite);
  const most = Math.min(Math.max(...finite), middle + CLIP * (middle - least));
  const distance = (point: Float64Array): number =>
    point.reduce((sum, x, d) => sum + (x - center[d]!) ** 2, 0);
  const order = seen.points.map((_, i) => i);
  if (order.length > PROCESS_POINTS_MAX) {
    const distances = seen.points.map(distance);
    order.sort((a, b) => distances[a]! - distances[b]! || a - b);
    order.length = PROCESS_POINTS_MAX;
  }
  return {
    points: order.map((i) => seen.points[i]!),
    values: order.map((i) => Math.min(most, seen.losses[i]!)),
  };
}

/** The candidate of the least score that is not there yet. */
function firstApart(
  candidates: readonly Float64Array[],
  scores: Float64Array,
  taken: readonly Float64Array[],
): Float64Array {
  const order = Array.from(scores, (_, i) => i).sort((a, b) => scores[a]! - scores[b]! || a - b);
  for (const i of order) {
    const candidate = candidates[i]!;
    if (taken.every((point) => point.some((x, d) => Math.abs(x - candidate[d]!) > APART))) return candidate;
  }
  return candidates[order[0]!]!;
}

/** A little walk downhill from a candidate: the grid of candidates is coarse. */
function polished(
  start: Float64Array,
  score: (point: Float64Array) => number,
  step: number,
  random: Xoshiro128,
): Float64Array {
  let best = start;
  let least = score(start);
  let width = step;
  for (let round = 0; round < POLISH_ROUNDS; round++) {
    const trial = best.map((x) => clamped(x + width * normal(random)));
    const found = score(trial);
    if (found < least) [best, least] = [trial, found];
    else width *= 0.9;
  }
  return best;
}

function clamped(x: number): number {
  return Math.min(1, Math.max(0, x));
}

/** -1 where every loss is infinite. */
function indexOfLeast(losses: readonly number[]): number {
  let at = -1;
  for (let i = 0; i < losses.length; i++) {
    if (losses[i]! < (at < 0 ? Number.POSITIVE_INFINITY : losses[at]!)) at = i;
  }
  return at;
}

function requireOptions(options: BayesianOptions, initial: number, batch: number): void {
  const { dimension, evaluationsMax, eligibleLoss, mappingShare = MAPPING_SHARE } = options;
  invariant(dimension >= 1 && dimension <= PARAMETERS_MAX, 'a cube has as many sides as there are ranges');
  requireWhole('batch', batch, 1);
  requireWhole('initial', initial, dimension + 1);
  requireWhole('evaluationsMax', evaluationsMax, initial + 1);
  if (!(mappingShare >= 0 && mappingShare <= 0.9))
    throw new TwinError('CALIBRATION_SEARCH', 'the share that maps the border is 0 to 0.9', { mappingShare });
  if (eligibleLoss !== undefined && !Number.isFinite(eligibleLoss))
    throw new TwinError('CALIBRATION_SEARCH', 'the eligible loss is a finite number', { eligibleLoss });
}
