/**
 * Throughput of the order book on one symbol and on a hundred: bare, with level records, and against the reference book
 * and the npm package nodejs-order-book on the same stream; on a prefix of it also in processes of their own that have
 * compiled nothing yet. Also what a book costs in memory and what a snapshot of it costs in time. Prints one JSON line.
 *
 *   npm run bench:book -- [--tiny] [--pretty] [--rounds n]
 */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BinaryWriter, invariant } from '../src/base/index.ts';
import { FastVenue, peerIds, runPeer, runReference, type TradeTally } from './support/book-contestants.ts';
import { type BookFlow, createBookFlow, FLOW_WORDS, type FlowShape } from './support/book-flow.ts';
import {
  type BenchOptions,
  benchOptions,
  type Contestant,
  figuresOf,
  heapGrowthOf,
  interleave,
  median,
  printResult,
  ratioOf,
  rounded,
  runBenchmark,
  type Timing,
  timingOf,
} from './support/harness.ts';

const SEED = 20_261_124;
const COLD_ROUNDS = 3;
/** The slow contestants need seconds for a pass. */
const SLOW_ROUNDS = 3;
const SNAPSHOT_ROUNDS = 21;

interface Sizes {
  readonly shape: FlowShape;
  /** Messages of a cold run. */
  readonly prefix: number;
}

function sizesOf(symbols: number, isTiny: boolean): Sizes {
  const full = { symbols, messages: 2_000_000, resting: symbols === 1 ? 10_000 : 100_000, seed: SEED };
  if (!isTiny) return { shape: full, prefix: 400_000 };
  const shape = { ...full, messages: 8_000, resting: symbols === 1 ? 500 : 1_000 };
  return { shape, prefix: 4_000 };
}

interface StreamResult {
  readonly hash: string;
  readonly ratioToReference: number;
  readonly figures: Record<string, unknown>;
  readonly timings: readonly Timing[];
  readonly flow: BookFlow;
}

/**
 * Times the fast book on a stream and returns what times the others on it. All streams of the fast book come before all
 * others: those would teach the compiler that there are several kinds of book, and leave their garbage behind.
 */
function benchStream(name: string, shape: FlowShape, options: BenchOptions): () => StreamResult {
  const flow = createBookFlow(shape);
  const tallies = new Map<string, TradeTally>();
  const fast = (publishLevels: boolean, label: string): void => {
    const venue = new FastVenue(flow.symbols, publishLevels);
    venue.run(flow, 0, flow.count);
    tallies.set(label, venue.tally);
  };
  const bareAgain = { name: `${name} bare, again`, units: flow.count, run: () => fast(false, 'again') };
  const [bare, full] = interleave(
    [
      { name: `${name} bare`, units: flow.count, run: () => fast(false, 'bare') },
      { name: `${name} with levels`, units: flow.count, run: () => fast(true, 'full') },
    ],
    options.rounds,
  ) as [Timing, Timing];
  return () => benchOthers({ name, flow, tallies, bare, full, bareAgain }, options);
}

interface FastPart {
  readonly name: string;
  readonly flow: BookFlow;
  readonly tallies: Map<string, TradeTally>;
  readonly bare: Timing;
  readonly full: Timing;
  readonly bareAgain: Contestant;
}

function benchOthers(part: FastPart, options: BenchOptions): StreamResult {
  const { name, flow, tallies, bare, full, bareAgain } = part;
  const ids = peerIds(flow, flow.count);
  const [again, reference, peer] = interleave(
    [
      bareAgain,
      {
        name: `${name} reference`,
        units: flow.count,
        run: () => tallies.set('reference', runReference(flow, flow.count)),
      },
      {
        name: `${name} nodejs-order-book`,
        units: flow.count,
        run: () => tallies.set('peer', runPeer(flow, flow.count, ids)),
      },
    ],
    Math.min(options.rounds, SLOW_ROUNDS),
    0,
  ) as [Timing, Timing, Timing];
  const hash = tallies.get('bare')!;
  requireSame(hash, tallies.get('full')!, 'with and without level records');
  requireSame(hash, tallies.get('reference')!, 'of the fast and the reference book');
  requireSameSums(hash, tallies.get('peer')!);
  return {
    hash: hash.hex,
    ratioToReference: ratioOf(reference, again),
    timings: [bare, full, again, reference, peer],
    flow,
    figures: {
      workload: flow.workload,
      trades: hash.trades,
      notional: hash.notional,
      bare: figuresOf(bare),
      withLevels: figuresOf(full),
      reference: figuresOf(reference),
      ratioToReference: rounded(ratioOf(reference, again)),
      nodejsOrderBook: figuresOf(peer),
      ratioToNodejsOrderBook: rounded(ratioOf(peer, again)),
      ...memoryFigures(flow),
    },
  };
}

function requireSame(a: TradeTally, b: TradeTally, what: string): void {
  const isSame = a.hash === b.hash && a.trades === b.trades && a.notional === b.notional;
  invariant(isSame, `the trades ${what} are the same`);
}

function requireSameSums(ours: Sums, theirs: Sums): void {
  const isSame = ours.trades === theirs.trades && ours.notional === theirs.notional;
  invariant(isSame, 'nodejs-order-book trades as often and for as much');
}

/** Both books on the same prefix, each time in a fresh process that has compiled nothing yet. */
function benchCold(flow: BookFlow, prefix: number, rounds: number): [Timing, Timing] {
  const folder = mkdtempSync(join(tmpdir(), 'twin-bench-book-'));
  const path = join(folder, 'prefix.bin');
  writeFileSync(path, new Uint8Array(flow.words.buffer, 0, prefix * FLOW_WORDS * 4));
  const results: Record<string, ColdResult[]> = { fast: [], peer: [] };
  try {
    for (let round = 0; round < rounds; round++) {
      for (const who of ['fast', 'peer']) results[who]!.push(runCold(who, path, flow.symbols));
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  requireSameSums(results.fast![0]!, results.peer![0]!);
  return [
    coldTiming('S1 bare, cold prefix', prefix, results.fast!),
    coldTiming('S1 nodejs-order-book, cold prefix', prefix, results.peer!),
  ];
}

interface Sums {
  readonly trades: number;
  readonly notional: number;
}

interface ColdResult extends Sums {
  readonly cpuNs: number;
  readonly wallNs: number;
}

function coldTiming(name: string, units: number, results: readonly ColdResult[]): Timing {
  return timingOf(
    name,
    units,
    results.map((result) => result.cpuNs),
    results.map((result) => result.wallNs),
  );
}

function runCold(who: string, path: string, symbols: number): ColdResult {
  const script = fileURLToPath(import.meta.url);
  const child = spawnSync(
    process.execPath,
    [...process.execArgv, script, '--cold', who, '--symbols', String(symbols), path],
    { encoding: 'utf8' },
  );
  invariant(child.status === 0, `a cold run ends well: ${child.stderr}`);
  return JSON.parse(child.stdout) as ColdResult;
}

/** The part of a process of its own: one pass over the messages of a file. */
function coldPass(who: string, symbols: number, path: string): void {
  const bytes = readFileSync(path);
  const words = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  const count = words.length / FLOW_WORDS;
  const flow: BookFlow = { words, count, symbols, resting: 0, workload: '' };
  const ids = peerIds(flow, count);
  let tally: TradeTally | null = null;
  const contestant = {
    name: who,
    units: count,
    run: () => {
      if (who === 'peer') {
        tally = runPeer(flow, count, ids);
        return;
      }
      const venue = new FastVenue(symbols, false);
      venue.run(flow, 0, count);
      tally = venue.tally;
    },
  };
  const [timing] = interleave([contestant], 1, 0);
  const { trades, notional } = tally!;
  console.log(JSON.stringify({ cpuNs: timing!.cpuNs, wallNs: timing!.wallNs, trades, notional }));
}

/** Allocation in the steady half of the stream, bytes per resting order, and the time of a snapshot. */
function memoryFigures(flow: BookFlow): Record<string, unknown> {
  const half = flow.count >> 1;
  const venue = new FastVenue(flow.symbols, true);
  venue.run(flow, 0, half);
  const heapGrowth = heapGrowthOf(() => venue.run(flow, half, flow.count));
  const resting = venue.pool.liveCount;
  const levelBytes = venue.books.reduce((sum, book) => sum + book.levels.recordBytes, 0);
  const times: number[] = [];
  let snapshotBytes = 0;
  for (let round = 0; round < SNAPSHOT_ROUNDS; round++) {
    const started = process.hrtime.bigint();
    const writer = new BinaryWriter();
    venue.pool.writeState(writer);
    for (const book of venue.books) book.writeState(writer);
    snapshotBytes = writer.finish().length;
    times.push(Number(process.hrtime.bigint() - started) / 1e6);
  }
  return {
    heapGrowthBytesPerPass: heapGrowth,
    heapGrowthBytesPerMessage: rounded(heapGrowth / (flow.count - half)),
    restingOrders: resting,
    bytesPerRestingOrder: rounded((venue.pool.recordBytes + levelBytes) / resting),
    orderBytes: rounded(venue.pool.recordBytes / resting),
    levelBytes: rounded(levelBytes / resting),
    snapshotMs: rounded(median(times)),
    snapshotBytes,
  };
}

function main(): void {
  const options = benchOptions(7, ['cold', 'symbols']);
  if (options.own.cold !== undefined) {
    coldPass(options.own.cold, Number(options.own.symbols), options.files[0]!);
    return;
  }
  const sizes = sizesOf(1, options.isTiny);
  const finishOne = benchStream('S1', sizes.shape, options);
  const finishHundred = benchStream('S100', sizesOf(100, options.isTiny).shape, options);
  const one = finishOne();
  const cold = benchCold(one.flow, sizes.prefix, options.isTiny ? 1 : COLD_ROUNDS);
  const hundred = finishHundred();
  printResult(
    options,
    {
      bench: 'book',
      workload: `S1: ${one.figures.workload}; S100: ${hundred.figures.workload}`,
      hash: one.hash + hundred.hash,
      rounds: options.rounds,
      baseline: 'ReferenceBook on S1',
      ratio: one.ratioToReference,
      s1: one.figures,
      s1Cold: {
        bare: figuresOf(cold[0]),
        nodejsOrderBook: figuresOf(cold[1]),
        ratio: rounded(ratioOf(cold[1], cold[0])),
      },
      s100: hundred.figures,
    },
    [...one.timings, ...cold, ...hundred.timings],
  );
}

await runBenchmark(main);
