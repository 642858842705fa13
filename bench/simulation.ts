/**
 * Speed of a whole simulated market: 1,000 random-flow traders, links of 50 us, one venue. With the full journal in a
 * file, without a file, and, as the floor, the bare event loop with as many events waiting. Sealing and writing of the
 * journal's records are also measured apart. Every run must end with the same digest. Prints one JSON line.
 *
 *   npm run bench:simulation -- [--tiny] [--pretty] [--rounds n]
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RandomFlow } from '../src/agents/index.ts';
import { invariant } from '../src/base/index.ts';
import { type EventSink, type InstrumentSpec, RECORD_WORDS } from '../src/domain/index.ts';
import { JOURNAL_FILE, type JournalHeader, JournalWriter } from '../src/runs/index.ts';
import { RunDigest } from '../src/sim/index.ts';
import { NULL_SINK, World, type WorldSpec } from '../src/world/index.ts';
import {
  benchOptions,
  type Contestant,
  figuresOf,
  interleave,
  printResult,
  ratioOf,
  rounded,
  runBenchmark,
} from './support/harness.ts';
import { HoldModel } from './support/hold-model.ts';

const SEED = 20_261_124;
const AGENTS = 1_000;
const LINK_NS = 50_000;
const NS_PER_MS = 1e6;
/** Records given to the journal at once, as the world does. */
const BATCH_RECORDS = 4096;

const INSTRUMENT: InstrumentSpec = {
  symbol: 'BENCH',
  tickSize: '0.01',
  lotSize: '1',
  currency: 'USD',
  minorUnit: '0.01',
};

/** The profile of Cont, Stoikov and Talreja (2010), a few thousand times faster and with a longer tail. */
const FLOW = {
  name: 'flow',
  count: AGENTS,
  markets: [{ instrument: 0, referenceTicks: 10_000 }],
  limitRates: [7400, 6040, 4360, 3520, 3080, 2400, 2000, 1600, 1200, 1000],
  marketRate: 3760,
  cancelRates: [8.5, 9.7, 8.2, 6.7, 5.6],
  lots: [1],
};

const SPEC: WorldSpec = {
  seed: SEED,
  instruments: [INSTRUMENT],
  groups: [
    {
      create: () => new RandomFlow(FLOW),
      links: () => ({ orderDelayNs: LINK_NS, answerDelayNs: LINK_NS, feedDelayNs: LINK_NS }),
    },
  ],
  dayEndNs: null,
};

const HEADER: JournalHeader = {
  runId: 'bench',
  epochNs: null,
  instruments: [INSTRUMENT],
  createdBy: 'bench/simulation.ts',
};

interface RunFigures {
  digest: string;
  commands: number;
  events: number;
  records: number;
  trades: number;
  resting: number;
}

/** Runs worlds of the same spec, one after another, each with a fresh sink. */
class WorldRuns {
  readonly figures: RunFigures[] = [];
  readonly #untilNs: number;
  readonly #openSink: () => EventSink & { close?: () => void };
  #world: World | null = null;
  #sink: (EventSink & { close?: () => void }) | null = null;

  constructor(untilNs: number, openSink: () => EventSink & { close?: () => void }) {
    this.#untilNs = untilNs;
    this.#openSink = openSink;
  }

  prepare(): void {
    this.#sink = this.#openSink();
    this.#world = new World(SPEC, this.#sink);
  }

  run(): void {
    const world = this.#world!;
    world.run(this.#untilNs);
    const digest = world.finish();
    this.#sink!.close?.();
    this.figures.push({
      digest,
      commands: world.commandCount,
      events: world.eventCount,
      records: world.recordCount,
      trades: world.tradeCount,
      resting: world.venue.liveOrderCount,
    });
  }
}

function main(): void {
  const options = benchOptions(5);
  const folder = mkdtempSync(join(tmpdir(), 'twin-bench-simulation-'));
  try {
    run(options, folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function run(options: ReturnType<typeof benchOptions>, folder: string): void {
  const untilNs = (options.isTiny ? 50 : 8_000) * NS_PER_MS;
  const path = join(folder, JOURNAL_FILE);
  // The file of the round before is removed first, so that a round does not pay for the pages of all before it.
  const openJournal = (): JournalWriter => {
    rmSync(path, { force: true });
    return new JournalWriter(path, HEADER);
  };
  const bare = new WorldRuns(untilNs, () => NULL_SINK);
  bare.prepare();
  bare.run();
  const expected = bare.figures[0]!;
  const journaled = new WorldRuns(untilNs, openJournal);
  const contestants: Contestant[] = [
    {
      name: 'world, journal in a file, per command',
      units: expected.commands,
      before: () => journaled.prepare(),
      run: () => journaled.run(),
    },
    {
      name: 'world, no file, per command',
      units: expected.commands,
      before: () => bare.prepare(),
      run: () => bare.run(),
    },
    ...partsOf(expected, openJournal),
  ];
  const timings = interleave(contestants, options.rounds);
  const [withFile, noFile, loop, sealing, writing] = timings;
  for (const figures of [...bare.figures, ...journaled.figures]) {
    invariant(figures.digest === expected.digest, 'every run of a world has the same digest');
  }
  printResult(
    options,
    {
      bench: 'simulation',
      workload:
        `${AGENTS} random-flow agents, ${untilNs / NS_PER_MS} ms, links of ${LINK_NS / 1000} us, ` +
        `${expected.commands} commands, ${expected.events} events, ${expected.records} records, seed ${SEED}`,
      hash: expected.digest,
      rounds: options.rounds,
      baseline: 'the same world without a file; ratio below 1 is what the file costs',
      ratio: ratioOf(noFile!, withFile!),
      trades: expected.trades,
      restingAtEnd: expected.resting,
      journaled: figuresOf(withFile!),
      millionEventsPerSecond: rounded((withFile!.millionPerSecond * expected.events) / expected.commands),
      withoutFile: figuresOf(noFile!),
      eventLoop: figuresOf(loop!),
      sealingNsPerRecord: rounded(sealing!.wallNs),
      writingNsPerRecord: rounded(writing!.wallNs),
      journalNsPerRecord: rounded(sealing!.wallNs + writing!.wallNs),
    },
    timings,
  );
}

/** The parts of a run by themselves: event loop, sealing of records, writing of records. */
function partsOf(
  expected: { events: number; records: number },
  openJournal: () => JournalWriter,
): Contestant[] {
  const hold = new HoldModel(AGENTS, SEED);
  const records = new Int32Array(BATCH_RECORDS * RECORD_WORDS).map((_, i) => i * 7);
  const batches = Math.ceil(expected.records / BATCH_RECORDS);
  const units = batches * BATCH_RECORDS;
  let writer: JournalWriter | null = null;
  return [
    { name: 'event loop alone, per event', units: expected.events, run: () => hold.run(expected.events) },
    {
      name: 'sealing, per record',
      units,
      run: () => {
        const digest = new RunDigest();
        for (let batch = 0; batch < batches; batch++) digest.seal(records, 0, BATCH_RECORDS, RECORD_WORDS);
      },
    },
    {
      name: 'writing, per record',
      units,
      before: () => {
        writer = openJournal();
      },
      run: () => {
        for (let batch = 0; batch < batches; batch++) writer!.write(records, BATCH_RECORDS);
        writer!.close();
      },
    },
  ];
}

await runBenchmark(main);
