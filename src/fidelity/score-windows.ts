/**
 * The scoreboard of fidelity.md §1 for pairs of windows. Steps: check the input; evaluate every metric on the simulation, the floor and
 * the baseline; draw pairs of windows, the same for all metrics and sides; adjust, average, and say what could not be tested.
 */

import { invariant, TwinError, Xoshiro128 } from '../base/index.ts';
import {
  basicInterval,
  drawCounts,
  holm,
  jackknifeError,
  mean,
  normalCdf,
  standardDeviation,
} from '../math/index.ts';
import { fidelityOf, indexOf, summaryOf } from './aggregates.ts';
import { driftCurve } from './drift.ts';
import {
  conditionalEvaluator,
  distributionEvaluator,
  type Evaluated,
  type Evaluator,
  type EvaluatorInput,
  ones,
  pairedEvaluator,
} from './evaluation.ts';
import type { FlowWindow } from './flow-stream.ts';
import { healthOf } from './health.ts';
import { CONDITIONAL_SCORES } from './metrics/conditional.ts';
import { DISTRIBUTION_METRICS, PAIRED_METRICS } from './metrics/index.ts';
import { profileOf } from './profile.ts';
import type {
  ComponentScore,
  Interval,
  MetricScore,
  Score,
  ScoreInput,
  ScoreOptions,
} from './score-contract.ts';

export const SCORE_DEFAULTS: ScoreOptions = { draws: 1000, seed: 1, hasProfiles: false };

/** Times the floor that a metric may be off and still count as near it. */
const FLOOR_FACTOR = 1.25;
const BLOCK_NS = 1.8e12;
/** Scores above this number are beside the Fidelity Index. */
const INDEXED_LAST = 29;
const LOB_BENCH_LAST = 21;

/** Raises FIDELITY_INPUT when the lists of windows do not fit each other. */
export function scoreWindows(input: ScoreInput): Score {
  const options = { ...SCORE_DEFAULTS, ...input.options };
  const levels = checkInput(input);
  const shared: EvaluatorInput = {
    real: input.real,
    before: input.floor,
    calibration: input.calibration ?? input.floor ?? input.real,
    levels,
  };
  const plan = drawPlan(input, options);
  const rows = [
    ...DISTRIBUTION_METRICS.map((metric) => distributionEvaluator(metric, shared)),
    ...PAIRED_METRICS.map((metric) => pairedEvaluator(metric, shared)),
    ...CONDITIONAL_SCORES.map((score) => conditionalEvaluator(score, shared)),
  ].map((evaluator) => scoreMetric(evaluator, input, plan, options.hasProfiles));
  const drift = driftCurve(shared, input.sim, input.floor);
  return assemble(input, rows, drift);
}

interface DrawPlan {
  /** Weights of the pairs of windows in each draw, and how often each seed is in it. */
  readonly draws: readonly { readonly weights: Float64Array; readonly seeds: Float64Array }[];
  /** Weights with one half hour left out each. */
  readonly leftOut: readonly Float64Array[];
}

/** One metric with all that its draws gave. */
interface MetricRow {
  readonly metric: MetricScore;
  readonly simDraws: Float64Array;
  readonly simW1Draws: Float64Array;
  readonly fidelityDraws: readonly (number | null)[];
  readonly leftOut: Float64Array;
  readonly bySeed: readonly number[];
  readonly regimes: Evaluated['regimes'];
}

function drawPlan({ real, otherSeeds }: ScoreInput, { draws, seed }: ScoreOptions): DrawPlan {
  const random = new Xoshiro128(seed);
  const seeds = 1 + (otherSeeds?.length ?? 0);
  const blocks = real.map(({ stream, from }) =>
    Math.floor((stream.timeNs[from]! + stream.dayOffsetNs) / BLOCK_NS),
  );
  const distinct = [...new Set(blocks)];
  return {
    draws: Array.from({ length: draws }, () => ({
      weights: drawCounts(real.length, random),
      seeds: seeds === 1 ? ones(1) : drawCounts(seeds, random),
    })),
    leftOut:
      distinct.length < 2
        ? []
        : distinct.map((left) => Float64Array.from(blocks, (block) => (block === left ? 0 : 1))),
  };
}

function scoreMetric(
  evaluator: Evaluator,
  input: ScoreInput,
  plan: DrawPlan,
  hasProfiles: boolean,
): MetricRow {
  const sims = [input.sim, ...(input.otherSeeds ?? [])].map((windows) => evaluator.evaluate(windows));
  const sim = sims[0]!;
  const floor = input.floor === null ? null : evaluator.evaluate(input.floor);
  const baseline = input.baseline === null ? null : evaluator.evaluate(input.baseline);
  const bySeed = sims.map(({ distance }) => distance);
  const distance = mean(bySeed);
  const isTestable = sim.untestable === null;
  const draws = isTestable ? plan.draws.map((draw) => drawSides(draw, sims, floor, baseline)) : [];
  const simDraws = Float64Array.from(draws, (draw) => draw.sim);
  const simW1Draws = Float64Array.from(draws, (draw) => draw.w1);
  const floorDistance = distanceOf(floor);
  const baselineDistance = distanceOf(baseline);
  const leftOut = Float64Array.from(isTestable ? plan.leftOut : [], (weights) =>
    mean(sims.map((one) => one.drawn(weights).distance)),
  );
  const jackknife = jackknifeError(leftOut);
  const { id, name, family, unit, kind, realCount } = evaluator;
  return {
    metric: {
      ...{ id, name, family, unit, kind, realCount },
      untestable: sim.untestable,
      distance,
      floorDistance,
      baselineDistance,
      interval: basicInterval(distance, simDraws),
      w1Interval: sim.distances === null ? null : basicInterval(sim.distances.w1, simW1Draws),
      jackknifeError: Number.isNaN(jackknife) ? null : jackknife,
      distances: sim.distances,
      floorDistances: floor?.distances ?? null,
      baselineDistances: baseline?.distances ?? null,
      simCount: sim.count,
      fidelity: fidelityOf(distance, floorDistance, baselineDistance),
      worseThanFloorP: floorDistance === null ? null : pWorse(distance, floorDistance, draws),
      components: componentsOf(evaluator, sim, floor, baseline),
      profile: hasProfiles && evaluator.real !== null ? profileOf(evaluator.real, sim, baseline) : null,
    },
    ...{ simDraws, simW1Draws, leftOut, bySeed },
    fidelityDraws: draws.map((draw) => fidelityOf(draw.sim, draw.floor, draw.baseline)),
    regimes: sim.regimes,
  };
}

interface DrawnSides {
  readonly sim: number;
  readonly w1: number;
  readonly floor: number | null;
  readonly baseline: number | null;
}

function drawSides(
  { weights, seeds }: DrawPlan['draws'][number],
  sims: readonly Evaluated[],
  floor: Evaluated | null,
  baseline: Evaluated | null,
): DrawnSides {
  let sim = 0;
  let w1 = 0;
  sims.forEach((one, s) => {
    if (seeds[s] === 0) return;
    const drawn = one.drawn(weights);
    sim += (seeds[s]! * drawn.distance) / sims.length;
    w1 += (seeds[s]! * drawn.w1) / sims.length;
  });
  const of = (side: Evaluated | null): number | null =>
    side === null || side.untestable !== null ? null : side.drawn(weights).distance;
  return { sim, w1, floor: of(floor), baseline: of(baseline) };
}

function distanceOf(side: Evaluated | null): number | null {
  return side === null || side.untestable !== null ? null : side.distance;
}

/** How likely the draws' spread makes a distance as far above 1.25 x the floor as the one found. */
function pWorse(distance: number, floor: number, draws: readonly DrawnSides[]): number | null {
  if (draws.length < 2) return null;
  const sd = standardDeviation(draws.map((draw) => draw.sim - FLOOR_FACTOR * (draw.floor ?? Number.NaN)));
  const excess = distance - FLOOR_FACTOR * floor;
  if (!(sd > 0)) return excess > 0 ? 0 : 1;
  return 1 - normalCdf(excess / sd);
}

function componentsOf(
  { componentNames, realStatistics }: Evaluator,
  sim: Evaluated,
  floor: Evaluated | null,
  baseline: Evaluated | null,
): ComponentScore[] {
  return componentNames.map((name, i) => ({
    name,
    real: realStatistics![i]!,
    sim: sim.statistics?.[i] ?? Number.NaN,
    floor: floor?.statistics?.[i] ?? null,
    baseline: baseline?.statistics?.[i] ?? null,
  }));
}

function assemble(input: ScoreInput, rows: readonly MetricRow[], drift: Score['drift']): Score {
  const adjusted = adjustForNumber(rows.map(({ metric }) => metric));
  const metrics = adjusted.filter(({ id }) => id <= INDEXED_LAST);
  const benched = rows.filter(({ metric }) => metric.id <= LOB_BENCH_LAST && metric.untestable === null);
  const { families, index, worst } = indexOf(metrics);
  const sim = summaryOf(metrics, ({ distances }) => distances);
  const seedMeans = seedMeansOf(benched);
  const jackknife = jackknifeError(meansAcross(benched, ({ leftOut }) => leftOut));
  const withFloor = metrics.filter(
    ({ floorDistance, untestable }) => floorDistance !== null && untestable === null,
  );
  return {
    symbol: input.real[0]!.stream.symbol,
    windows: input.real.length,
    metrics,
    further: adjusted.filter(({ id }) => id > INDEXED_LAST),
    regimes: rows.find(({ metric }) => metric.name.includes('by regime'))?.regimes ?? [],
    sim,
    floor: input.floor === null ? null : summaryOf(metrics, ({ floorDistances }) => floorDistances),
    baseline:
      input.baseline === null ? null : summaryOf(metrics, ({ baselineDistances }) => baselineDistances),
    meanL1Interval: basicInterval(
      mean(seedMeans),
      meansAcross(benched, ({ simDraws }) => simDraws),
    ),
    meanW1Interval: basicInterval(
      sim.w1.mean,
      meansAcross(benched, ({ simW1Draws }) => simW1Draws),
    ),
    meanL1JackknifeError: Number.isNaN(jackknife) ? null : jackknife,
    families,
    fidelityIndex: index,
    fidelityIndexInterval: index === null ? null : indexInterval(index, rows),
    worstFamily: worst,
    withinFloor:
      input.floor === null
        ? null
        : withFloor.filter(({ distance, floorDistance }) => distance <= FLOOR_FACTOR * floorDistance!).length,
    withFloor: withFloor.length,
    drift,
    seeds: 1 + (input.otherSeeds?.length ?? 0),
    seedSd: seedMeans.length < 2 ? null : standardDeviation(seedMeans),
    realHealth: healthOf(input.real),
    simHealth: healthOf(input.sim),
    untestable: untestableOf(adjusted, families),
  };
}

function untestableOf(metrics: readonly MetricScore[], families: Score['families']): Score['untestable'] {
  return [
    ...metrics.flatMap(({ name, untestable }) => (untestable === null ? [] : [{ name, reason: untestable }])),
    ...metrics.flatMap(({ id, name, untestable, fidelity, floorDistance, baselineDistance }) =>
      id <= INDEXED_LAST &&
      untestable === null &&
      fidelity === null &&
      floorDistance !== null &&
      baselineDistance !== null
        ? [{ name: `fidelity of ${name}`, reason: 'the baseline is no worse than the floor' }]
        : [],
    ),
    ...(families.some(({ score }) => score !== null)
      ? families.flatMap(({ family, score }) =>
          score === null ? [{ name: `family ${family}`, reason: 'none of its metrics has a fidelity' }] : [],
        )
      : []),
  ];
}

function adjustForNumber(metrics: readonly MetricScore[]): MetricScore[] {
  const known = metrics.flatMap(({ worseThanFloorP }) => (worseThanFloorP === null ? [] : [worseThanFloorP]));
  const adjusted = holm(known);
  let at = 0;
  return metrics.map((metric) =>
    metric.worseThanFloorP === null ? metric : { ...metric, worseThanFloorP: adjusted[at++]! },
  );
}

/** Mean over metrics of what each has per draw or block. */
function meansAcross(rows: readonly MetricRow[], of: (row: MetricRow) => Float64Array): Float64Array {
  const length = rows.length === 0 ? 0 : of(rows[0]!).length;
  return Float64Array.from({ length }, (_, i) => mean(rows.map((row) => of(row)[i]!)));
}

function seedMeansOf(rows: readonly MetricRow[]): number[] {
  const seeds = rows[0]?.bySeed.length ?? 0;
  return Array.from({ length: seeds }, (_, s) => mean(rows.map(({ bySeed }) => bySeed[s]!)));
}

function indexInterval(index: number, rows: readonly MetricRow[]): Interval | null {
  const draws = Math.max(0, ...rows.map(({ fidelityDraws }) => fidelityDraws.length));
  const indexed = rows.filter(({ metric }) => metric.id <= INDEXED_LAST);
  const values = Array.from({ length: draws }, (_, d) => {
    const drawn = indexed.map(({ metric, fidelityDraws }) => ({
      id: metric.id,
      name: metric.name,
      // What has no fidelity in the sample has none in its draws.
      fidelity: metric.fidelity === null ? null : (fidelityDraws[d] ?? null),
    }));
    return indexOf(drawn).index ?? Number.NaN;
  });
  return basicInterval(index, values);
}

/** Levels that all windows have. */
function checkInput({ real, sim, otherSeeds, floor, baseline }: ScoreInput): number {
  const sides: readonly (readonly [string, readonly FlowWindow[]])[] = [
    ['sim', sim],
    ...(otherSeeds ?? []).map((windows, i) => [`otherSeeds[${i}]`, windows] as const),
    ...(floor === null ? [] : [['floor', floor] as const]),
    ...(baseline === null ? [] : [['baseline', baseline] as const]),
  ];
  if (real.length === 0) throw new TwinError('FIDELITY_INPUT', 'a score needs at least one pair of windows');
  let levels = real[0]!.stream.levels;
  const { tickSize, lotSize } = real[0]!.stream;
  for (const [name, windows] of [['real', real] as const, ...sides]) {
    if (windows.length !== real.length) {
      throw new TwinError('FIDELITY_INPUT', 'each real window has its window on the other side', {
        side: name,
        windows: windows.length,
        real: real.length,
      });
    }
    for (const { stream, from, to } of windows) {
      invariant(from >= 0 && from < to && to <= stream.count, 'a window lies within its stream');
      if (stream.tickSize !== tickSize || stream.lotSize !== lotSize) {
        throw new TwinError('FIDELITY_INPUT', 'windows that are compared have one tick and one lot', {
          side: name,
          tickSize: stream.tickSize,
          lotSize: stream.lotSize,
          realTickSize: tickSize,
          realLotSize: lotSize,
        });
      }
      levels = Math.min(levels, stream.levels);
    }
  }
  return levels;
}
