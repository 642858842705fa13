/**
 * Scoring a synthetic symbol-day: all pairs of windows against a simulation, a floor and a baseline, every metric, 200 draws of the
 * bootstrap. Beside it, the draws of metrics 1 to 21 alone from the tables of windows, with drawing their values anew and sorting
 * them as the baseline. Prints one JSON line.
 *
 *   npm run bench:fidelity -- [--tiny] [--pretty] [--rounds n]
 */

import { Xoshiro128 } from '../src/base/index.ts';
import { Comparison } from '../src/fidelity/comparison.ts';
import { extract, ones } from '../src/fidelity/evaluation.ts';
import { alignedWindows, continuationPairs, type FlowWindow, scoreWindows } from '../src/fidelity/index.ts';
import { DISTRIBUTION_METRICS } from '../src/fidelity/metrics/index.ts';
import type { Sample } from '../src/fidelity/sample.ts';
import {
  drawCounts,
  freedmanDiaconisEdges,
  l1Distance,
  mergeSorted,
  quantileEdges,
  standardWasserstein1,
} from '../src/math/index.ts';
import {
  benchOptions,
  figuresOf,
  interleave,
  printResult,
  ResultHash,
  ratioOf,
  rounded,
  runBenchmark,
  type Timing,
} from './support/harness.ts';
import { syntheticFlow } from './support/synthetic-flow.ts';

const OPTIONS = benchOptions(3);
const MESSAGES = OPTIONS.isTiny ? 12_000 : 150_000;
const DRAWS = OPTIONS.isTiny ? 10 : 200;
/** Draws of the comparison with drawing values anew, which is slow. */
const COMPARED_DRAWS = OPTIONS.isTiny ? 2 : 10;

interface Prepared {
  readonly real: Sample;
  readonly sim: Sample;
  readonly comparison: Comparison;
}

function run(): void {
  const real = syntheticFlow({ messages: MESSAGES, seed: 1 });
  const plan = continuationPairs(real);
  const sim = alignedWindows(plan, syntheticFlow({ messages: MESSAGES * 1.3, seed: 2, spread: 9 }));
  const baseline = alignedWindows(
    sim.pairs,
    syntheticFlow({ messages: MESSAGES * 1.3, seed: 3, spread: 16, burst: 0 }),
  );
  const windows = baseline.pairs.real.length;
  const lists = {
    real: baseline.pairs.real,
    sim: sim.sim.slice(0, windows),
    floor: baseline.pairs.before,
    baseline: baseline.sim,
  };
  const prepared = DISTRIBUTION_METRICS.map((metric) => prepare(metric, lists.real, lists.sim));
  const weights = drawWeights(windows);
  let total = 0;
  let fromTables = 0;
  let fromValues = 0;
  const timings = interleave(
    [
      {
        name: 'score',
        units: MESSAGES,
        run: () => {
          total = scoreWindows({ ...lists, options: { draws: DRAWS } }).sim.l1.mean;
        },
      },
      {
        name: 'draws from tables',
        units: COMPARED_DRAWS,
        run: () => {
          fromTables = drawFromTables(prepared, weights);
        },
      },
      {
        name: 'draws from values',
        units: COMPARED_DRAWS,
        run: () => {
          fromValues = drawFromValues(prepared, weights);
        },
      },
    ],
    OPTIONS.rounds,
    OPTIONS.isTiny ? 0 : 1,
  );
  print({ total, fromTables, fromValues, windows }, timings);
}

interface Results {
  readonly total: number;
  readonly fromTables: number;
  readonly fromValues: number;
  readonly windows: number;
}

function print({ total, fromTables, fromValues, windows }: Results, timings: readonly Timing[]): void {
  const hash = new ResultHash();
  for (const value of [total, fromTables]) hash.mix(Math.round(value * 1e9));
  const [score, tables, values] = timings;
  printResult(
    OPTIONS,
    {
      bench: 'fidelity',
      workload: `synthetic flow, ${MESSAGES} messages, ${windows} pairs of 500; simulation, floor and baseline, ${DRAWS} draws`,
      hash: hash.hex,
      rounds: OPTIONS.rounds,
      baseline: 'draws from values',
      ratio: ratioOf(values!, tables!),
      scoreSeconds: rounded((score!.wallNs * MESSAGES) / 1e9),
      scoreCpuSeconds: rounded((score!.cpuNs * MESSAGES) / 1e9),
      // The bins of the tables are those of the whole sample, those of the values are made anew in each draw.
      sumFromTables: rounded(fromTables),
      sumFromValues: rounded(fromValues),
      score: figuresOf(score!),
      tables: figuresOf(tables!),
      values: figuresOf(values!),
    },
    timings,
  );
}

function prepare(
  metric: (typeof DISTRIBUTION_METRICS)[number],
  a: readonly FlowWindow[],
  b: readonly FlowWindow[],
): Prepared {
  const [real, sim] = [extract(metric, a), extract(metric, b)];
  const robustEdges = quantileEdges(real.sorted(), 50);
  const comparison = new Comparison(real, sim, { isDiscrete: metric.isDiscrete, robustEdges });
  comparison.drawn(ones(a.length));
  return { real, sim, comparison };
}

function drawWeights(windows: number): Float64Array[] {
  const random = new Xoshiro128(7);
  return Array.from({ length: COMPARED_DRAWS }, () => drawCounts(windows, random));
}

function drawFromTables(prepared: readonly Prepared[], weights: readonly Float64Array[]): number {
  let sum = 0;
  for (const { comparison } of prepared) {
    for (const one of weights) {
      const { l1, w1 } = comparison.drawn(one);
      sum += l1 + w1;
    }
  }
  return sum;
}

function drawFromValues(prepared: readonly Prepared[], weights: readonly Float64Array[]): number {
  let sum = 0;
  for (const { real, sim } of prepared) {
    for (const one of weights) {
      const [a, b] = [drawnValues(real, one), drawnValues(sim, one)];
      const edges = freedmanDiaconisEdges(mergeSorted(a, b));
      sum += l1Distance(a, b, edges) + standardWasserstein1(a, b);
    }
  }
  return sum;
}

function drawnValues(sample: Sample, weights: Float64Array): Float64Array {
  const parts: number[] = [];
  for (const [w, weight] of weights.entries()) {
    for (let i = 0; i < weight; i++) {
      for (let at = sample.starts[w]!; at < sample.starts[w + 1]!; at++) parts.push(sample.values[at]!);
    }
  }
  return Float64Array.from(parts).sort();
}

runBenchmark(run);
