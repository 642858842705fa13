/**
 * Calibrated flow: a Hawkes process of 6 types and 6 decays fitted to 100,000 events in 100 iterations, the whole fit of a flow to a
 * day of random flow, and what the flow twin then makes of it in a world of its own, against the random flow itself in such a world. Prints
 * one JSON line.
 *
 *   npm run bench:flow -- [--tiny] [--pretty] [--rounds n]
 */

import { FlowTwin, RandomFlow } from '../src/agents/index.ts';
import { invariant, Xoshiro128 } from '../src/base/index.ts';
import { FlowForks, fitFlow, fitHawkes } from '../src/calibration/index.ts';
import type { AgentGroup } from '../src/domain/index.ts';
import { type HawkesModel, simulateHawkes, type TypedEvents } from '../src/math/index.ts';
import { RecordsFlow } from '../src/services/fidelity/flow/records-flow.ts';
import { raiseInliningBudget } from '../src/services/index.ts';
import { NULL_SINK, World, type WorldSpec } from '../src/world/index.ts';
import {
  benchOptions,
  figuresOf,
  interleave,
  printResult,
  ratioOf,
  rounded,
  runBenchmark,
  type Timing,
} from './support/harness.ts';

const SEED = 20_261_125;
const TYPES = 6;
const DECAYS = [5000, 500, 50, 5, 0.5, 0.05];
const ITERATIONS = 100;
const NS_PER_S = 1e9;
const INSTRUMENT = { symbol: 'FLOW', tickSize: '0.01', lotSize: '1', currency: 'USD', minorUnit: '0.01' };
const NO_DELAY = { orderDelayNs: 0, answerDelayNs: 0, feedDelayNs: 0 };

function main(): void {
  raiseInliningBudget();
  const options = benchOptions(3);
  const hawkesEvents = drawHawkes(options.isTiny ? 2_000 : 100_000);
  const record = recordOf(options.isTiny ? 150 : 5_000);
  const messages = record.stream.count;
  const half = Math.floor(messages / 2);
  const fit = fitFlow(record.stream, () => true);
  const start = new FlowForks(record.stream, fit).at(half);
  const atNs = record.stream.timeNs[half - 1]!;
  const untilNs = atNs + (options.isTiny ? 20 : 2_000) * NS_PER_S;
  const twin = (): AgentGroup =>
    new FlowTwin({ name: 'flow', instrument: 0, model: fit.model, start, active: null });
  const commands = { twin: 0, random: 0 };
  const digests = new Set<string>();
  const runTwin = (): void => {
    const world = new World(specOf(twin, atNs), NULL_SINK);
    world.run(untilNs);
    digests.add(world.finish());
    commands.twin = world.commandCount;
  };
  const runRandom = (): void => {
    const world = new World(specOf(randomFlow, 0), NULL_SINK);
    world.run(untilNs - atNs);
    commands.random = world.commandCount;
  };
  let logLikelihood = 0;
  const runEm = (): void => {
    const found = fitHawkes(hawkesEvents, { decays: DECAYS, iterationsMax: ITERATIONS, tolerance: 0 });
    logLikelihood = found.logLikelihood;
  };
  runTwin();
  runRandom();
  const events = hawkesEvents.timesS.length;
  const timings = interleave(
    [
      { name: 'Hawkes EM, per event and iteration', units: events * ITERATIONS, run: runEm },
      {
        name: 'fit of a flow, per message',
        units: messages,
        run: () => void fitFlow(record.stream, () => true),
      },
      { name: 'flow twin in a world, per command', units: commands.twin, run: runTwin },
      { name: 'random flow in a world, per command', units: commands.random, run: runRandom },
    ],
    options.rounds,
  );
  const seconds = (untilNs - atNs) / NS_PER_S;
  const workload =
    `Hawkes EM on ${events} events, ${TYPES} types, ${DECAYS.length} decays, ${ITERATIONS} iterations; flow fitted to ` +
    `${messages} messages of random flow; twin of it for ${seconds} s, ${commands.twin} commands, seed ${SEED}`;
  invariant(digests.size === 1, 'every run of the twin has the same digest');
  print(options, timings, { workload, hash: [...digests][0]!, emLogLikelihood: rounded(logLikelihood) });
}

function print(
  options: ReturnType<typeof benchOptions>,
  timings: readonly Timing[],
  found: { readonly workload: string; readonly hash: string; readonly emLogLikelihood: number },
): void {
  const [em, flow, made, random] = timings;
  printResult(
    options,
    {
      bench: 'flow',
      ...found,
      rounds: options.rounds,
      baseline:
        'random flow in a world, per command; ratio is how many times dearer a command of the twin is',
      ratio: rounded(ratioOf(made!, random!)),
      emSeconds: rounded((em!.wallNs * em!.units) / 1e9),
      emBudgetSeconds: 20,
      fitSeconds: rounded((flow!.wallNs * flow!.units) / 1e9),
      fitBudgetSeconds: 60,
      em: figuresOf(em!),
      fit: figuresOf(flow!),
      twin: figuresOf(made!),
      random: figuresOf(random!),
    },
    timings,
  );
}

function specOf(create: () => AgentGroup, startNs: number): WorldSpec {
  const groups = [{ create, links: () => NO_DELAY }];
  return { seed: SEED, instruments: [INSTRUMENT], groups, startNs, dayEndNs: null };
}

function randomFlow(): AgentGroup {
  return new RandomFlow({
    name: 'random',
    count: 20,
    markets: [{ instrument: 0, referenceTicks: 10_000 }],
    limitRates: [1.2, 1.6, 1.8, 1.4, 1, 0.7, 0.5, 0.3],
    marketRate: 0.9,
    cancelRates: [0.35, 0.3, 0.25, 0.2, 0.15],
    lots: [10, 50, 100, 100, 200],
  });
}

function recordOf(seconds: number): RecordsFlow {
  const flow = new RecordsFlow({
    symbol: 'FLOW',
    tickSize: '0.01',
    unitsPerLot: 1,
    levels: 10,
    instrument: 0,
  });
  const world = new World(specOf(randomFlow, 0), flow);
  world.run(seconds * NS_PER_S);
  world.finish();
  return flow;
}

/** Events of a process with a branching ratio of .7. */
function drawHawkes(count: number): TypedEvents {
  const model: HawkesModel = {
    typeCount: TYPES,
    decays: Float64Array.from(DECAYS),
    baselines: new Float64Array(TYPES).fill(1.2),
    weights: new Float64Array(TYPES * TYPES * DECAYS.length).fill(0.7 / (TYPES * DECAYS.length)),
  };
  return simulateHawkes(model, new Xoshiro128(SEED), { count });
}

await runBenchmark(main);
