/**
 * Speed of a whole simulated market: 1,000 random-flow traders, links of 50 us, one venue. With the full journal in a
 * file, without a file, and, as the floor, the bare event loop with as many events waiting. Sealing and writing of the
 * journal's records are also measured apart. Then the same traders at the preset nasdaq, with the journal in a file, where the rules
 * of the venue come one after another: sessions and auctions, breakers, checks at entry, fees, all the rest; the cost of
 * each is its ratio to the run before. Every run of a world must end with the same digest. Prints one JSON line.
 *
 *   npm run bench:simulation -- [--tiny] [--pretty] [--rounds n]
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RandomFlow } from '../src/agents/index.ts';
import { invariant } from '../src/base/index.ts';
import { type EventSink, type InstrumentSpec, RECORD_WORDS } from '../src/domain/index.ts';
import { JOURNAL_FILE, type JournalHeader, JournalWriter } from '../src/runs/index.ts';
import { checkScenario, planRun } from '../src/scenarios/index.ts';
import { raiseInliningBudget, resolveVenue, ZONE_CLOCK } from '../src/services/index.ts';
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

const VENUES = fileURLToPath(new URL('../configs/venues', import.meta.url));
const FIRST_ORDER = '09:30:01';
const FIRST_ORDER_NS = (9.5 * 3600 + 1) * 1e9;

/** Keys of a venue's file that come one after another. */
const RULES = {
  sessionsAndAuctions: ['name', 'calendar', 'rules', 'sessions', 'auctions'],
  breakers: ['breakers', 'marketWide', 'bounds'],
  entryChecks: ['entry', 'tickBands', 'ticks', 'lots'],
  fees: ['fees'],
} as const;

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
  readonly #spec: WorldSpec;
  readonly #untilNs: number;
  readonly #openSink: () => EventSink & { close?: () => void };
  #world: World | null = null;
  #sink: (EventSink & { close?: () => void }) | null = null;

  constructor(spec: WorldSpec, untilNs: number, openSink: () => EventSink & { close?: () => void }) {
    this.#spec = spec;
    this.#untilNs = untilNs;
    this.#openSink = openSink;
  }

  prepare(): void {
    this.#sink = this.#openSink();
    this.#world = new World(this.#spec, this.#sink);
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

/** The same traders at the preset nasdaq, with the keys of its file that are named, or all. Orders come after the opening. */
function specAtVenue(keys: readonly string[] | null): WorldSpec {
  const preset = Object.entries(resolveVenue('nasdaq', VENUES) as Record<string, unknown>);
  const venue = keys === null ? preset : preset.filter(([key]) => keys.includes(key));
  const { name, count, limitRates, marketRate, cancelRates, lots } = FLOW;
  const links = { orderUs: LINK_NS / 1e3, answerUs: LINK_NS / 1e3, feedUs: LINK_NS / 1e3 };
  const flow = {
    kind: 'randomFlow',
    name,
    count,
    from: FIRST_ORDER,
    limitRates,
    marketRate,
    cancelRates,
    lots,
    links,
  };
  const scenario = {
    name: 'simulation',
    seed: SEED,
    date: '2026-01-05',
    venue: Object.fromEntries(venue),
    instruments: [{ symbol: INSTRUMENT.symbol, referencePrice: 100 }],
    agents: [flow],
  };
  return planRun(checkScenario(scenario, 'bench'), ZONE_CLOCK).spec;
}

function main(): void {
  raiseInliningBudget();
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
  const bare = new WorldRuns(SPEC, untilNs, () => NULL_SINK);
  bare.prepare();
  bare.run();
  const expected = bare.figures[0]!;
  const journaled = new WorldRuns(SPEC, untilNs, openJournal);
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
  const ruled = ruledRuns(untilNs, openJournal);
  const timings = interleave([...contestants, ...ruled.map(({ contestant }) => contestant)], options.rounds);
  const [withFile, noFile, loop, sealing, writing, ...atVenue] = timings;
  for (const runs of [[...bare.figures, ...journaled.figures], ...ruled.map(({ runs }) => runs.figures)]) {
    const same = runs.every(({ digest }) => digest === runs[0]!.digest);
    invariant(same, 'every run of a world has the same digest');
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
      atVenue: Object.fromEntries(
        ruled.map(({ name, runs }, i) => [
          name,
          {
            ...figuresOf(atVenue[i]!),
            ratio: rounded(ratioOf(atVenue[i]!, atVenue[i - 1] ?? withFile!)),
            hash: runs.figures[0]!.digest,
          },
        ]),
      ),
      costOfAllRules: rounded(ratioOf(atVenue.at(-1)!, withFile!)),
    },
    timings,
  );
}

/** Runs at a venue whose rules come one after another, up to all of them. */
function ruledRuns(untilNs: number, openJournal: () => JournalWriter) {
  let keys: readonly string[] = [];
  const steps = Object.entries(RULES).map(([name, own]) => {
    keys = [...keys, ...own];
    return [name, keys] as const;
  });
  return [...steps, ['everything', null] as const].map(([name, keys]) => {
    const runs = new WorldRuns(specAtVenue(keys), FIRST_ORDER_NS + untilNs, openJournal);
    runs.prepare();
    runs.run();
    const contestant: Contestant = {
      name: `at a venue: ${name}, per command`,
      units: runs.figures[0]!.commands,
      before: () => runs.prepare(),
      run: () => runs.run(),
    };
    return { name, runs, contestant };
  });
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
